//! The F distribution of Fisher and Snedecor.

use super::{Distribution, number};
use crate::stats::Error;
use crate::stats::special::{Tails, beta, shape};

/// The F distribution. Its lower tail is `I_x(d1 / 2, d2 / 2)` with `x = d1 f / (d1 f + d2)` (Abramowitz and Stegun
/// 26.6.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fisher {
    numerator: f64,
    denominator: f64,
}

impl Fisher {
    /// With degrees of freedom of numerator and denominator from 0.001 to 1e15.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`].
    pub fn new(numerator: f64, denominator: f64) -> Result<Self, Error> {
        Ok(Self { numerator: shape(numerator)?, denominator: shape(denominator)? })
    }
}

impl Distribution for Fisher {
    fn tails(&self, x: f64) -> Result<Tails, Error> {
        let ratio = number(x)?.max(0.0) * (self.numerator / self.denominator);
        let (x, y) = if ratio > 1.0 {
            (1.0 / (1.0 + 1.0 / ratio), 1.0 / (1.0 + ratio))
        } else {
            (ratio / (1.0 + ratio), 1.0 / (1.0 + ratio))
        };
        Ok(beta::tails(0.5 * self.numerator, 0.5 * self.denominator, x, y))
    }

    fn inverse(&self, wanted: Tails) -> f64 {
        let (x, y) = beta::inverse(0.5 * self.numerator, 0.5 * self.denominator, wanted);
        x / y * (self.denominator / self.numerator)
    }
}
