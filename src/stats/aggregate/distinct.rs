//! How many different units there are, without keeping them.
//!
//! Flajolet, Fusy, Gandouet, Meunier: "HyperLogLog", AOFA 2007, with 64-bit hashes; the estimate is the improved raw
//! estimator of Ertl: "New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6, which
//! needs no table of corrections and holds from one unit on.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::Aggregate;
use crate::hash::Digest;
use crate::stats::{Error, real};
use crate::words::limits;

/// A counter of different units. With precision `p` it has `2^p` registers, and the estimate a standard error of
/// `1.04 / sqrt(2^p)`: 1.6 % for the default of 12.
///
/// A unit is told by its [`Digest`], so all hosts that hash units by the law of bucketing count the same ones. The
/// first word of the digest as a 64-bit number names the register by its first `p` bits; the register keeps the
/// greatest number of zeros that the other bits began with, plus one.
///
/// As JSON: `{"precision":12,"registers":"AAEA..."}`, a character of the URL-safe base64 alphabet for each register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Distinct {
    precision: u8,
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    registers: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    precision: u8,
    registers: String,
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Distinct {
    /// The precision of a counter unless another is asked for: 4,096 registers.
    pub const PRECISION: u8 = 12;

    /// A counter that has seen nobody.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a precision that is not from 8 to 16.
    pub fn new(precision: u8) -> Result<Self, Error> {
        if !limits::DISTINCT_PRECISION.contains(&precision) {
            return Err(Error::OutOfRange);
        }
        Ok(Self { precision, registers: alloc::vec![0; 1 << precision] })
    }

    /// Takes in a unit. Seeing it again changes nothing, and neither does [`Digest::NONE`].
    pub fn add(&mut self, unit: Digest) {
        if !unit.is_some() {
            return;
        }
        let place = (unit.0 >> (64 - u32::from(self.precision))) as usize;
        let most = self.most();
        let run = (unit.0 << self.precision).leading_zeros() as u8 + 1;
        if let Some(register) = self.registers.get_mut(place) {
            *register = run.min(most).max(*register);
        }
    }

    /// The estimate of how many different units there were.
    pub fn estimate(&self) -> f64 {
        let mut counts = [0_u64; 65];
        for &register in &self.registers {
            if let Some(count) = counts.get_mut(usize::from(register)) {
                *count += 1;
            }
        }
        let m = real(self.registers.len() as u64);
        let share = |value: u8| real(counts.get(usize::from(value)).copied().unwrap_or(0)) / m;
        let most = self.most();
        let mut z = m * tau(1.0 - share(most));
        for value in (1..most).rev() {
            z = 0.5 * (z + m * share(value));
        }
        // No register was ever written: sigma is infinite.
        if self.registers.iter().all(|register| *register == 0) {
            return 0.0;
        }
        z += m * sigma(share(0));
        m * m / (2.0 * core::f64::consts::LN_2 * z)
    }

    /// The relative standard error of the estimate.
    pub fn standard_error(&self) -> f64 {
        1.04 / libm::sqrt(real(self.registers.len() as u64))
    }

    /// What a register holds at most: all other bits were zeros.
    const fn most(&self) -> u8 {
        65 - self.precision
    }
}

/// `x + Σ x^(2^k) 2^(k-1)`, for an `x` below 1. Ertl's equation 11.
fn sigma(x: f64) -> f64 {
    let (mut power, mut factor, mut sum) = (x, 1.0, x);
    loop {
        power *= power;
        let next = sum + power * factor;
        if next <= sum {
            return sum;
        }
        factor += factor;
        sum = next;
    }
}

/// `(1 - x - Σ (1 - x^(2^-k))^2 2^-k) / 3`. Ertl's equation 12.
fn tau(x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut root, mut factor, mut sum) = (x, 1.0, 1.0 - x);
    loop {
        root = libm::sqrt(root);
        factor *= 0.5;
        let next = sum - (1.0 - root) * (1.0 - root) * factor;
        if next >= sum {
            return sum / 3.0;
        }
        sum = next;
    }
}

impl Aggregate for Distinct {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.precision != other.precision {
            return Err(Error::Mismatch);
        }
        for (register, other) in self.registers.iter_mut().zip(&other.registers) {
            *register = (*register).max(*other);
        }
        Ok(())
    }
}

impl TryFrom<Raw> for Distinct {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let mut counter = Self::new(raw.precision)?;
        if raw.registers.len() != counter.registers.len() {
            return Err(Error::Inconsistent);
        }
        let most = counter.most();
        for (register, letter) in counter.registers.iter_mut().zip(raw.registers.bytes()) {
            let value = ALPHABET.iter().position(|known| *known == letter).ok_or(Error::Inconsistent)?;
            *register = u8::try_from(value).ok().filter(|value| *value <= most).ok_or(Error::Inconsistent)?;
        }
        Ok(counter)
    }
}

impl From<Distinct> for Raw {
    fn from(counter: Distinct) -> Self {
        let letter = |register: &u8| ALPHABET.get(usize::from(*register)).copied().map_or('A', char::from);
        Self { precision: counter.precision, registers: counter.registers.iter().map(letter).collect() }
    }
}
