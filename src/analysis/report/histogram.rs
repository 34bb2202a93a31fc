//! Histograms with bounds that all processes share, so that what they count can be summed.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::analysis::metric::measure::sketch_mean;
use crate::analysis::{Cause, Error};
use crate::stats::aggregate::Sketch;
use crate::stats::{self, real};
use crate::words::limits;

/// The bounds of histograms, ascending, each from 1e-9 to 1e12. At most 128.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "HistogramBounds"))]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct Bounds(Vec<f64>);

/// How many values there are up to some bounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Histogram {
    /// The steps, ascending.
    pub buckets: Vec<Bucket>,
    /// How many values there are at all.
    pub count: u64,
    /// The sum of the values, within the sketch's error of 1 %.
    pub sum: f64,
}

/// How many values there are up to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "HistogramBucket"))]
pub struct Bucket {
    /// The bound: the upper edge of the sketch's bucket that has the bound that was asked for, at most 2.1 % above it.
    pub le: f64,
    /// How many values are at or below it, exactly.
    pub count: u64,
}

impl Bounds {
    /// Bounds as they are.
    ///
    /// # Errors
    ///
    /// [`Cause::TooMany`], [`Cause::Order`], [`stats::Error::OutOfRange`], [`stats::Error::NotFinite`], with the place.
    pub fn new(list: Vec<f64>) -> Result<Self, Error> {
        if list.len() > limits::HISTOGRAM_BOUNDS {
            return Err(Cause::TooMany.into());
        }
        let mut before = 0.0;
        for (index, &bound) in list.iter().enumerate() {
            let wrong = |cause| Error::new(cause).within_index(index);
            stats::finite(bound).map_err(|error| wrong(error.into()))?;
            if bound <= before {
                return Err(wrong(Cause::Order));
            }
            if !limits::SKETCH_VALUES.contains(&bound) {
                return Err(wrong(Cause::Statistics(stats::Error::OutOfRange)));
            }
            before = bound;
        }
        Ok(Self(list))
    }
}

impl Default for Bounds {
    /// 1, 2.5 and 5 of each power of ten from 0.001 to 10,000, and 100,000: seconds and milliseconds fit both.
    fn default() -> Self {
        let powers = [1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e4];
        let steps = powers.into_iter().flat_map(|power| [power, 2.5 * power, 5.0 * power]);
        Self(steps.chain([1e5]).collect())
    }
}

impl TryFrom<Vec<f64>> for Bounds {
    type Error = Error;

    fn try_from(list: Vec<f64>) -> Result<Self, Error> {
        Self::new(list)
    }
}

impl From<Bounds> for Vec<f64> {
    fn from(bounds: Bounds) -> Self {
        bounds.0
    }
}

impl Histogram {
    /// What a sketch says of some bounds. Bounds of one bucket of the sketch are one.
    pub(super) fn of(sketch: &Sketch, bounds: &Bounds) -> Result<Self, stats::Error> {
        let mut buckets = Vec::<Bucket>::new();
        for &bound in &bounds.0 {
            let mut alone = Sketch::new(sketch.alpha())?;
            alone.add(bound)?;
            let (_, le) = alone.bounds_of_rank(1)?;
            let tail = sketch.tail(bound)?;
            if buckets.last().is_none_or(|before| before.le < le) {
                buckets.push(Bucket { le, count: tail.below + tail.within });
            }
        }
        let mean = sketch_mean(sketch).map_or(0.0, |mean| mean.value);
        Ok(Self { buckets, count: sketch.count(), sum: mean * real(sketch.count()) })
    }
}
