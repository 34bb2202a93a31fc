//! The binomial distribution.

use crate::stats::special::{Tails, beta, solve};
use crate::stats::{Error, probability, real};
use crate::words::limits;

/// The number of successes in `n` independent trials that succeed with probability `p` each.
///
/// The probability of at most `k` is `I_(1-p)(n - k, k + 1)` (NIST DLMF 8.17.24).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binomial {
    n: u64,
    p: f64,
}

impl Binomial {
    /// With at most 1e15 trials and a probability between 0 and 1.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`].
    pub fn new(n: u64, p: f64) -> Result<Self, Error> {
        let p = probability(p)?;
        if real(n) < *limits::SHAPE.end() { Ok(Self { n, p }) } else { Err(Error::OutOfRange) }
    }

    /// The probability of at most `k` successes.
    pub fn cdf(&self, k: u64) -> f64 {
        self.tails(k).lower
    }

    /// The probability of more than `k` successes.
    pub fn sf(&self, k: u64) -> f64 {
        self.tails(k).upper
    }

    /// The least `k` such that at most `k` successes have probability `p` or more.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a `p` that is not between 0 and 1.
    pub fn quantile(&self, p: f64) -> Result<u64, Error> {
        let p = probability(p)?;
        Ok(solve::least(0, self.n, &mut |k| self.cdf(k) >= p))
    }

    /// The least `k` such that more than `k` successes have probability `q` or less.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a `q` that is not between 0 and 1.
    pub fn critical(&self, q: f64) -> Result<u64, Error> {
        let q = probability(q)?;
        Ok(solve::least(0, self.n, &mut |k| self.sf(k) <= q))
    }

    fn tails(&self, k: u64) -> Tails {
        if k >= self.n {
            return Tails::of_upper(0.0);
        }
        beta::tails(real(k + 1), real(self.n - k), self.p, 1.0 - self.p).swapped()
    }
}
