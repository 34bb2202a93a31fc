//! Sums without rounding.
//!
//! A sum is one whole number of 1,088 bits, in two's complement, counted in units of 2^-512. Every observation within
//! its bounds and every product of two is a whole number of units, and 2^53 of them cannot overflow. So the order of
//! adding and merging cannot matter: whole numbers add up to one thing only.
//!
//! As JSON a sum is a list of floats that add up to it: the nearest float, the nearest float of what is left, and so
//! on until nothing is. Most sums are one or two numbers, and the first of them is the sum, correctly rounded.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::stats::Error;

const LIMBS: usize = 17;
/// The exponent of the lowest bit.
const UNIT: i32 = -512;
/// Floats of one sum's JSON; each takes at least 53 of the bits.
const PARTS: usize = 1 + LIMBS * 64 / 53;
/// The largest magnitude that is read: above 2^53 products of observations, below overflow by a wide margin.
const LARGEST: f64 = 1e140;

/// The exact sum of floats, or of products of two.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number[]"))]
pub(crate) struct ExactSum([u64; LIMBS]);

impl ExactSum {
    pub(crate) const ZERO: Self = Self([0; LIMBS]);

    /// The sum of one number, whose magnitude is 0 or from 2^-400 to 2^500.
    pub(crate) fn of(value: f64) -> Self {
        let mut sum = Self::ZERO;
        sum.add(value);
        sum
    }

    /// Adds a number whose magnitude is 0 or from 2^-400 to 2^500.
    pub(crate) fn add(&mut self, value: f64) {
        let (mantissa, exponent) = parts(value);
        self.add_bits(u128::from(mantissa), exponent, value < 0.0);
    }

    /// Adds the product of two observations.
    pub(crate) fn add_product(&mut self, x: f64, y: f64) {
        let ((m, e), (n, f)) = (parts(x), parts(y));
        self.add_bits(u128::from(m) * u128::from(n), e + f, (x < 0.0) != (y < 0.0));
    }

    /// Adds what another sum holds.
    pub(crate) fn merge(&mut self, other: &Self) {
        let mut carry = false;
        for (limb, &added) in self.0.iter_mut().zip(&other.0) {
            (*limb, carry) = add_with_carry(*limb, added, carry);
        }
    }

    pub(crate) fn negated(&self) -> Self {
        let mut negated = Self(self.0.map(|limb| !limb));
        negated.merge(&Self::one());
        negated
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        let mut difference = *self;
        difference.merge(&other.negated());
        difference
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.0.last().is_some_and(|top| top >> 63 == 1)
    }

    pub(crate) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// The sum times a count.
    pub(crate) fn times(&self, count: u64) -> Self {
        let mut carry = 0;
        // Modulo 2^1088, where two's complement multiplies like any other number.
        Self(self.0.map(|limb| {
            let product = u128::from(limb) * u128::from(count) + carry;
            carry = product >> 64;
            product as u64
        }))
    }

    /// The product of two sums of observations: each is a multiple of 2^-256, so the product is one of a unit.
    pub(crate) fn product(&self, other: &Self) -> Self {
        let (x, y) = (self.magnitude(), other.magnitude());
        let mut digits = [0_u64; 2 * LIMBS];
        for (offset, &limb) in x.0.iter().enumerate().filter(|(_, limb)| **limb != 0) {
            let mut carry = 0;
            for (place, &factor) in digits.iter_mut().skip(offset).zip(y.0.iter().chain(&[0])) {
                let digit = u128::from(limb) * u128::from(factor) + u128::from(*place) + carry;
                *place = digit as u64;
                carry = digit >> 64;
            }
        }
        let mut product = Self::ZERO;
        for (limb, &digit) in product.0.iter_mut().zip(digits.iter().skip(-UNIT as usize / 64)) {
            *limb = digit;
        }
        if self.is_negative() == other.is_negative() { product } else { product.negated() }
    }

    /// The nearest float, ties to even.
    pub(crate) fn value(&self) -> f64 {
        let magnitude = self.magnitude();
        let Some((place, &top)) = magnitude.0.iter().enumerate().rev().find(|(_, limb)| **limb != 0) else {
            return 0.0;
        };
        let below = |distance: usize| place.checked_sub(distance).and_then(|at| magnitude.0.get(at)).copied();
        // The top 64 bits, and whether anything but zeros follows.
        let shift = top.leading_zeros();
        let wide = (u128::from(top) << 64 | u128::from(below(1).unwrap_or(0))) << shift;
        let is_more = wide as u64 != 0 || magnitude.0.iter().take(place.saturating_sub(1)).any(|limb| *limb != 0);
        let head = (wide >> 64) as u64;
        let (kept, rest) = (head >> 11, head & 0x7ff);
        let is_up = rest > 0x400 || rest == 0x400 && (is_more || kept & 1 == 1);
        let mantissa = crate::stats::real(kept + u64::from(is_up));
        let exponent = UNIT + (64 * place as u32).cast_signed() - shift.cast_signed() + 11;
        let value = libm::scalbn(mantissa, exponent);
        if self.is_negative() { -value } else { value }
    }

    /// The floats that add up to the sum, each the nearest to what those before it leave.
    pub(crate) fn parts(&self) -> Vec<f64> {
        let (mut parts, mut rest) = (Vec::new(), *self);
        while !rest.is_zero() {
            let part = rest.value();
            rest.add(-part);
            parts.push(part);
        }
        parts
    }

    /// The sum of floats that are multiples of 2^`unit`.
    pub(crate) fn from_parts(list: &[f64], unit: i32) -> Result<Self, Error> {
        let mut sum = Self::ZERO;
        for &part in list {
            let (mantissa, exponent) = parts(super::super::finite(part)?);
            let lowest = exponent + mantissa.trailing_zeros().cast_signed();
            if part.abs() > LARGEST || mantissa != 0 && lowest < unit {
                return Err(Error::OutOfRange);
            }
            if mantissa != 0 {
                // Without its trailing zeros, which may lie below the unit.
                sum.add_bits(u128::from(mantissa) >> mantissa.trailing_zeros(), lowest, part < 0.0);
            }
        }
        if list.len() > PARTS { Err(Error::TooMany) } else { Ok(sum) }
    }

    /// Whether the sum is a multiple of 2^`unit`.
    pub(crate) fn is_multiple(&self, unit: i32) -> bool {
        let zeros = (unit - UNIT).unsigned_abs() as usize;
        self.0.iter().take(zeros / 64).all(|limb| *limb == 0)
    }

    fn one() -> Self {
        let mut one = Self::ZERO;
        one.add_bits(1, UNIT, false);
        one
    }

    fn magnitude(&self) -> Self {
        if self.is_negative() { self.negated() } else { *self }
    }

    /// Adds `mantissa * 2^exponent`, which is a whole number of units.
    fn add_bits(&mut self, mantissa: u128, exponent: i32, is_negative: bool) {
        let (mantissa, exponent) = match exponent - UNIT {
            // What lies below the unit is zeros.
            below if below < 0 => (mantissa >> below.unsigned_abs().min(127), UNIT),
            _ => (mantissa, exponent),
        };
        let position = (exponent - UNIT).unsigned_abs() as usize;
        let (limb, shift) = (position / 64, position % 64);
        let (low, high) = (mantissa as u64, (mantissa >> 64) as u64);
        let middle = u128::from(low) << shift;
        let upper = u128::from(high) << shift | middle >> 64;
        let words = [middle as u64, upper as u64, (upper >> 64) as u64];
        let words = words.into_iter().chain(core::iter::repeat(0));
        let mut carry = is_negative;
        for (place, word) in self.0.iter_mut().skip(limb).zip(words) {
            (*place, carry) = add_with_carry(*place, if is_negative { !word } else { word }, carry);
        }
    }
}

/// The parts of a finite float: its mantissa, and the exponent of the mantissa's lowest bit.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

const fn add_with_carry(one: u64, other: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = one.overflowing_add(other);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first || second)
}

impl fmt::Debug for ExactSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parts()).finish()
    }
}

impl Serialize for ExactSum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.parts())
    }
}

impl<'de> Deserialize<'de> for ExactSum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = Vec::<f64>::deserialize(deserializer)?;
        Self::from_parts(&parts, UNIT).map_err(de::Error::custom)
    }
}
