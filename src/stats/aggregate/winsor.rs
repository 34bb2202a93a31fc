//! Cutting extremes: a few very large values would otherwise decide the variance, and with it everything.

use serde::{Deserialize, Serialize};

use super::{Moments, Sketch};
use crate::stats::{Error, finite, real};

/// Bounds to which values are moved that lie beyond them.
///
/// Sums cannot be cut afterwards, so the bounds must be known before values are collected: from a sketch of a time
/// before the experiment, the same for every arm. Both arms then estimate the mean of the cut value, and the tests of
/// means hold for it as for any other. Bounds taken from each arm's own values would not be the same quantity in both.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Winsor {
    lower: f64,
    upper: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    lower: f64,
    upper: f64,
}

impl Winsor {
    /// Bounds as they are.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] where the lower one is not below the upper.
    pub fn new(lower: f64, upper: f64) -> Result<Self, Error> {
        if finite(lower)? < finite(upper)? { Ok(Self { lower, upper }) } else { Err(Error::OutOfRange) }
    }

    /// The quantiles of earlier values, such as 0 and 0.999.
    ///
    /// # Errors
    ///
    /// As for [`Sketch::quantile`] and [`Winsor::new`].
    pub fn of_quantiles(earlier: &Sketch, lower: f64, upper: f64) -> Result<Self, Error> {
        Self::new(earlier.quantile(lower)?, earlier.quantile(upper)?)
    }

    /// The lower and the upper bound.
    pub const fn bounds(self) -> (f64, f64) {
        (self.lower, self.upper)
    }

    /// A value, moved to the nearest bound if it lies beyond it. NaN stays what it is.
    #[must_use]
    pub const fn cut(self, value: f64) -> f64 {
        value.clamp(self.lower, self.upper)
    }

    /// Takes a value into moments, cut.
    ///
    /// # Errors
    ///
    /// As for [`Moments::add`]; an infinite value is none, though it could be cut.
    pub fn add(self, moments: &mut Moments, value: f64) -> Result<(), Error> {
        moments.add(self.cut(finite(value)?))
    }

    /// The mean and the sample variance that the values of a sketch have once cut, for when only a sketch was kept.
    /// The mean is within the sketch's relative error, since every value is.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than two values.
    pub fn of_sketch(self, sketch: &Sketch) -> Result<(f64, f64), Error> {
        let n = sketch.count();
        if n < 2 {
            return Err(Error::TooFew);
        }
        let mean_of = |of: &dyn Fn(f64) -> f64| {
            sketch.values().map(|(value, count)| of(self.cut(value)) * (real(count) / real(n))).sum::<f64>()
        };
        let mean = mean_of(&|value| value);
        let spread = mean_of(&|value| (value - mean) * (value - mean));
        Ok((mean, spread * (real(n) / real(n - 1))))
    }
}

impl TryFrom<Raw> for Winsor {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        Self::new(raw.lower, raw.upper)
    }
}
