//! The chi-squared distribution.

use super::{Distribution, Gamma};
use crate::stats::Error;
use crate::stats::special::Tails;

/// The chi-squared distribution: a gamma distribution with shape `df / 2` and scale 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquared(Gamma);

impl ChiSquared {
    /// With degrees of freedom from 0.002 to 2e15.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`].
    pub fn new(df: f64) -> Result<Self, Error> {
        Gamma::new(0.5 * df, 2.0).map(Self)
    }
}

impl Distribution for ChiSquared {
    fn tails(&self, x: f64) -> Result<Tails, Error> {
        self.0.tails(x)
    }

    fn inverse(&self, wanted: Tails) -> f64 {
        self.0.inverse(wanted)
    }
}
