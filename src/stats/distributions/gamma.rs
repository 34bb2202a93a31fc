//! The gamma distribution.

use super::{Distribution, number};
use crate::stats::special::{Tails, gamma, shape};
use crate::stats::{Error, positive};

/// The gamma distribution with a shape and a scale: its mean is `shape * scale`. Its lower tail is
/// `P(shape, x / scale)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
}

impl Gamma {
    /// With a shape from 0.001 to 1e15 and a scale above 0.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`].
    pub fn new(shape_: f64, scale: f64) -> Result<Self, Error> {
        Ok(Self { shape: shape(shape_)?, scale: positive(scale)? })
    }
}

impl Distribution for Gamma {
    fn tails(&self, x: f64) -> Result<Tails, Error> {
        number(x).map(|x| gamma::tails(self.shape, x / self.scale))
    }

    fn inverse(&self, wanted: Tails) -> f64 {
        gamma::inverse(self.shape, wanted) * self.scale
    }
}
