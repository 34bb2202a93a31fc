//! The beta distribution.

use super::{Distribution, number};
use crate::stats::Error;
use crate::stats::special::{Tails, beta, shape};

/// The beta distribution on the numbers from 0 to 1: its mean is `a / (a + b)`. Its lower tail is `I_x(a, b)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
}

impl Beta {
    /// With both shapes from 0.001 to 1e15.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`].
    pub fn new(a: f64, b: f64) -> Result<Self, Error> {
        Ok(Self { a: shape(a)?, b: shape(b)? })
    }

    pub(crate) fn mean(self) -> f64 {
        self.a / (self.a + self.b)
    }

    /// The density at a value between 0 and 1.
    pub(crate) fn density(self, x: f64) -> f64 {
        libm::exp(beta::ln_kernel(self.a, self.b, x, 1.0 - x)) / (x * (1.0 - x))
    }
}

impl Distribution for Beta {
    fn tails(&self, x: f64) -> Result<Tails, Error> {
        let x = number(x)?.clamp(0.0, 1.0);
        Ok(beta::tails(self.a, self.b, x, 1.0 - x))
    }

    fn inverse(&self, wanted: Tails) -> f64 {
        beta::inverse(self.a, self.b, wanted).0
    }
}
