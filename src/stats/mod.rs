//! The mathematics that delivery decides with: aggregates of observations, distributions, tests of one look and tests
//! that may be looked at after every observation.
//!
//! Pure functions of plain values. The same input has the same bits on every host: transcendental functions are those
//! of `libm`, sums are exact, nothing depends on the order of a hash map. What cannot be answered is an [`Error`],
//! never NaN. `docs/statistics.md` has every formula with its source; `tests/reference/stats.py` computes the values
//! that all of it is held against.
//!
//! - [`aggregate`]: what hosts collect and merge.
//! - [`special`], [`distributions`]: the functions below.
//! - [`fixed`]: one look, at an end that was fixed before the beginning.
//! - [`sequential`]: looking all the time, and stopping at any of the looks.

#![expect(clippy::many_single_char_names, reason = "formulas have the letters of their sources")]

pub mod aggregate;
pub mod distributions;
mod error;
mod estimate;
pub mod fixed;
mod question;
pub mod sequential;
pub mod special;

pub use error::Error;
pub use estimate::Estimate;
pub use question::{Alternative, Interval, Question};

/// A count as a float. Counts of observations are below 2^53, where this is exact.
#[expect(clippy::cast_precision_loss, reason = "counts of observations are below 2^53")]
pub(crate) const fn real(count: u64) -> f64 {
    count as f64
}

/// The whole number below a float that is not below 0; the largest for one that is too large, and 0 for NaN.
#[expect(clippy::cast_sign_loss, reason = "what is below 0 becomes 0")]
pub(crate) const fn whole(number: f64) -> u64 {
    number as u64
}

/// A finite number, or what is wrong with it.
pub(crate) fn finite(number: f64) -> Result<f64, Error> {
    if number.is_finite() { Ok(number) } else { Err(Error::NotFinite) }
}

/// A number strictly between 0 and 1: a probability that can be asked for.
pub(crate) fn probability(number: f64) -> Result<f64, Error> {
    if finite(number)? > 0.0 && number < 1.0 { Ok(number) } else { Err(Error::OutOfRange) }
}

/// A finite number above 0.
pub(crate) fn positive(number: f64) -> Result<f64, Error> {
    if finite(number)? > 0.0 { Ok(number) } else { Err(Error::OutOfRange) }
}
