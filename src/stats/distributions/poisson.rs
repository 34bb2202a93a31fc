//! The Poisson distribution.

use crate::stats::special::{Tails, gamma, shape, solve};
use crate::stats::{Error, probability, real};
use crate::words::limits;

/// The number of events in a time in which `mean` are expected.
///
/// The probability of at most `k` is `Q(k + 1, mean)` (NIST DLMF 8.4.10).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poisson {
    mean: f64,
}

impl Poisson {
    /// With a mean from 0.001 to 1e15.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`].
    pub fn new(mean: f64) -> Result<Self, Error> {
        shape(mean).map(|mean| Self { mean })
    }

    /// The probability of at most `k` events.
    pub fn cdf(&self, k: u64) -> f64 {
        self.tails(k).lower
    }

    /// The probability of more than `k` events.
    pub fn sf(&self, k: u64) -> f64 {
        self.tails(k).upper
    }

    /// The least `k` such that at most `k` events have probability `p` or more.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a `p` that is not between 0 and 1.
    pub fn quantile(&self, p: f64) -> Result<u64, Error> {
        let p = probability(p)?;
        Ok(solve::least(0, limits::COUNT, &mut |k| self.cdf(k) >= p))
    }

    /// The least `k` such that more than `k` events have probability `q` or less.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a `q` that is not between 0 and 1.
    pub fn critical(&self, q: f64) -> Result<u64, Error> {
        let q = probability(q)?;
        Ok(solve::least(0, limits::COUNT, &mut |k| self.sf(k) <= q))
    }

    fn tails(self, k: u64) -> Tails {
        gamma::tails(real(k) + 1.0, self.mean).swapped()
    }
}
