//! Distributions: what lies below a value, what lies above it, and the value that has a given share below or above.
//!
//! Both tails keep their relative precision far out. Values are held to 1e-9 of the reference over grids that reach
//! into the tails, most of them to 1e-12; `tests/reference/stats.py` has the grids.

mod beta;
mod binomial;
mod chi_squared;
mod fisher;
mod gamma;
pub(crate) mod normal;
mod poisson;
mod student;

pub use beta::Beta;
pub use binomial::Binomial;
pub use chi_squared::ChiSquared;
pub use fisher::Fisher;
pub use gamma::Gamma;
pub use normal::Normal;
pub use poisson::Poisson;
pub use student::StudentT;

use core::fmt;

pub use super::special::Tails;
use super::{Error, probability};

/// A distribution of a continuous quantity.
pub trait Distribution: fmt::Debug {
    /// The probabilities of a value at or below `x`, and above it.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] for NaN; the infinities are values.
    fn tails(&self, x: f64) -> Result<Tails, Error>;

    /// The value with these tails, of which the smaller one decides: an end of the distribution for tails of 0.
    fn inverse(&self, wanted: Tails) -> f64;

    /// The probability of a value at or below `x`.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] for NaN; the infinities are values.
    fn cdf(&self, x: f64) -> Result<f64, Error> {
        self.tails(x).map(|tails| tails.lower)
    }

    /// The probability of a value above `x`, precise where it is small.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] for NaN; the infinities are values.
    fn sf(&self, x: f64) -> Result<f64, Error> {
        self.tails(x).map(|tails| tails.upper)
    }

    /// The value with probability `p` below it.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a `p` that is not between 0 and 1.
    fn quantile(&self, p: f64) -> Result<f64, Error> {
        probability(p).map(|p| self.inverse(Tails::of_lower(p)))
    }

    /// The value with probability `q` above it, precise where that is small.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a `q` that is not between 0 and 1.
    fn critical(&self, q: f64) -> Result<f64, Error> {
        probability(q).map(|q| self.inverse(Tails::of_upper(q)))
    }
}

/// A number that may be infinite, but is one.
const fn number(x: f64) -> Result<f64, Error> {
    if x.is_nan() { Err(Error::NotFinite) } else { Ok(x) }
}
