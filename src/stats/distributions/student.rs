//! Student's t distribution.

use super::{Distribution, number};
use crate::stats::Error;
use crate::stats::special::{Tails, beta, shape};

/// Student's t distribution. Its upper tail is `I_x(df / 2, 1 / 2) / 2` with `x = df / (df + t^2)`
/// (Abramowitz and Stegun 26.7.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StudentT {
    df: f64,
}

impl StudentT {
    /// With degrees of freedom from 0.001 to 1e15, which need not be whole.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`].
    pub fn new(df: f64) -> Result<Self, Error> {
        shape(df).map(|df| Self { df })
    }

    /// Half the probability of a value farther from 0 than `t`.
    fn tail(self, t: f64) -> f64 {
        let square = t * t;
        // Divided by the larger one, so that no square can overflow.
        let (x, y) = if square > self.df {
            let ratio = self.df / square;
            (ratio / (1.0 + ratio), 1.0 / (1.0 + ratio))
        } else {
            let ratio = square / self.df;
            (1.0 / (1.0 + ratio), ratio / (1.0 + ratio))
        };
        0.5 * beta::tails(0.5 * self.df, 0.5, x, y).lower
    }

    /// The value above 0 with this probability above it.
    fn above(self, upper: f64) -> f64 {
        let (x, y) = beta::inverse(0.5 * self.df, 0.5, Tails { lower: 2.0 * upper, upper: 1.0 - 2.0 * upper });
        libm::sqrt(self.df * (y / x))
    }
}

impl Distribution for StudentT {
    fn tails(&self, x: f64) -> Result<Tails, Error> {
        let tail = self.tail(number(x)?);
        Ok(if x < 0.0 { Tails::of_lower(tail) } else { Tails::of_upper(tail) })
    }

    fn inverse(&self, wanted: Tails) -> f64 {
        if wanted.lower < wanted.upper { -self.above(wanted.lower) } else { self.above(wanted.upper) }
    }
}
