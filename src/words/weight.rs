//! Shares and weights, in integers.
//!
//! People write percentages and relative weights; everything downstream sees parts per million.

use alloc::vec::Vec;
use core::fmt;

use super::{limits, order};

/// All of it: one million parts per million.
pub const WHOLE: u32 = 1_000_000;

/// Decimals that a percentage or a weight may have, as a factor.
const SCALE: f64 = 1e4;

/// A share in parts per million, `0..=1_000_000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct Ppm(u32);

impl Ppm {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything.
    pub const ALL: Self = Self(WHOLE);

    /// A share from parts per million; `None` above one million.
    pub const fn new(ppm: u32) -> Option<Self> {
        if ppm <= WHOLE { Some(Self(ppm)) } else { None }
    }

    /// A share from a percentage, `0..=100` with at most four decimals; `None` for anything else.
    ///
    /// Exact: a percentage is accepted if the nearest multiple of 0.0001 is the same float.
    pub fn from_percent(percent: f64) -> Option<Self> {
        scaled(percent).and_then(|ppm| u32::try_from(ppm).ok()).and_then(Self::new)
    }

    /// The share as an integer, `0..=1_000_000`.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// This share of `width`, rounded down. Never more than `width`.
    pub const fn of(self, width: u32) -> u32 {
        // At most 2^32 * 10^6 before the division.
        ((width as u64 * self.0 as u64) / WHOLE as u64) as u32
    }
}

impl fmt::Display for Ppm {
    /// As a percentage, exactly: `12.5 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, mut decimals) = (self.0 / 10_000, self.0 % 10_000);
        write!(f, "{whole}")?;
        let mut point = ".";
        while decimals != 0 {
            write!(f, "{point}{}", decimals / 1_000)?;
            decimals = decimals % 1_000 * 10;
            point = "";
        }
        f.write_str(" %")
    }
}

/// A relative weight in units of 0.0001; `None` if negative, not finite, above
/// [`limits::WEIGHT`] or with more than four decimals.
pub fn weight(value: f64) -> Option<u64> {
    if value > limits::WEIGHT { None } else { scaled(value) }
}

#[expect(
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "the value is not negative, the product is far below 2^53, and equality is the definition of exact"
)]
fn scaled(value: f64) -> Option<u64> {
    if !(0.0..=limits::WEIGHT).contains(&value) {
        return None;
    }
    let units = libm::round(value * SCALE) as u64;
    (units as f64 / SCALE == value).then_some(units)
}

/// Turns relative weights into parts per million that sum to one million, by largest remainder;
/// of equal remainders the earlier entry is served first. All zero gives all zero. Weights are as
/// [`weight`] makes them, at most 10^13 each.
#[expect(clippy::indexing_slicing, reason = "the order holds each index of the shares once")]
pub fn largest_remainder(weights: &[u64]) -> Vec<u32> {
    let total: u64 = weights.iter().sum();
    if total == 0 {
        return weights.iter().map(|_| 0).collect();
    }
    // At most 10^13 * 10^6, which fits.
    let quota = |w: u64| w * u64::from(WHOLE);
    let mut shares: Vec<u32> = weights.iter().map(|&w| (quota(w) / total) as u32).collect();
    let missing = WHOLE - shares.iter().sum::<u32>();
    let remainder = |i: usize| quota(weights[i]) % total;
    let order = order::positions(weights.len(), &mut |a, b| remainder(b).cmp(&remainder(a)));
    for &i in order.iter().take(missing as usize) {
        shares[i] += 1;
    }
    shares
}
