//! A histogram with buckets of equal ratio: quantiles within a stated relative error.
//!
//! Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019,
//! section 2. The domain of values is bounded here, so the number of buckets is, and buckets are never joined: what
//! the sketch says does not depend on the order in which it was told.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Aggregate, counted, unique};
use crate::stats::{Error, finite, real, whole};
use crate::words::limits;

/// Counts of values by magnitude.
///
/// With a relative error of `alpha` and `gamma = (1 + alpha) / (1 - alpha)`, bucket `i` counts the values in
/// `(gamma^(i-1), gamma^i]`: the index of `x` is `ceil(ln(x) / ln(gamma))`. Every value of a bucket is within `alpha` of
/// `(1 - alpha) gamma^i`, relatively. Zeros are counted apart, and so are values above 0 and below 1e-9, and values
/// above 1e12, which no bucket has.
///
/// As JSON: `{"alpha":0.01,"zero":2,"below":0,"above":0,"buckets":{"-3":1,"120":44}}`. `zero`, `below` and `above` may be
/// left out when they are 0. Every bucket that is there counts something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw")]
pub struct Sketch {
    alpha: f64,
    #[serde(skip_serializing_if = "is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    zero: u64,
    #[serde(skip_serializing_if = "is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    below: u64,
    #[serde(skip_serializing_if = "is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    above: u64,
    buckets: BTreeMap<i32, u64>,
    #[serde(skip)]
    total: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    alpha: f64,
    #[serde(default)]
    zero: u64,
    #[serde(default)]
    below: u64,
    #[serde(default)]
    above: u64,
    #[serde(deserialize_with = "unique::read")]
    buckets: BTreeMap<i32, u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// How many values lie on either side of a threshold, as far as buckets tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Values that are surely at or below the threshold.
    pub below: u64,
    /// Values in the bucket of the threshold, which may lie on either side.
    pub within: u64,
    /// Values that are surely above the threshold.
    pub above: u64,
}

impl Sketch {
    /// The relative error of a sketch unless another is asked for: 1 %.
    pub const ALPHA: f64 = 0.01;

    /// An empty sketch with a relative error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for an error that is not from 0.001 to 0.1.
    pub fn new(alpha: f64) -> Result<Self, Error> {
        if !limits::SKETCH_ERROR.contains(&alpha) {
            return Err(Error::OutOfRange);
        }
        Ok(Self { alpha, zero: 0, below: 0, above: 0, buckets: BTreeMap::new(), total: 0 })
    }

    /// Takes in one value.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a negative value, [`Error::TooMany`] beyond 2^53 - 1 values.
    pub fn add(&mut self, value: f64) -> Result<(), Error> {
        if finite(value)? < 0.0 {
            return Err(Error::OutOfRange);
        }
        self.total = counted(self.total, 1)?;
        *self.cell(value) += 1;
        Ok(())
    }

    /// A sketch of some values with the default error.
    ///
    /// # Errors
    ///
    /// As for [`Sketch::add`].
    pub fn of(values: &[f64]) -> Result<Self, Error> {
        let mut sketch = Self::new(Self::ALPHA)?;
        values.iter().try_for_each(|value| sketch.add(*value))?;
        Ok(sketch)
    }

    /// The relative error.
    pub const fn alpha(&self) -> f64 {
        self.alpha
    }

    /// How many values there are.
    pub const fn count(&self) -> u64 {
        self.total
    }

    /// How many values lay beyond the buckets, above 0 and below 1e-9 or above 1e12. The error does not hold for them.
    pub const fn clamped(&self) -> u64 {
        self.below + self.above
    }

    /// The value of rank `floor(1 + q (n - 1))` of all values in ascending order, within the relative error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a `q` that is not from 0 to 1, [`Error::TooFew`] without values.
    pub fn quantile(&self, q: f64) -> Result<f64, Error> {
        if !(0.0..=1.0).contains(&q) {
            return Err(Error::OutOfRange);
        }
        let last = real(self.total.checked_sub(1).ok_or(Error::TooFew)?);
        let rank = whole(q * last);
        self.value_of_rank(rank + 1)
    }

    /// A value within the relative error of that of a rank; 1 is the least value's.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a rank that no value has.
    pub fn value_of_rank(&self, rank: u64) -> Result<f64, Error> {
        self.bounds_of_rank(rank).map(|(low, high)| match (low, high) {
            (_, 0.0) => 0.0,
            // Beyond the buckets, the edge of the domain.
            (0.0, high) => high,
            (low, f64::MAX) => low,
            (_, high) => high * (1.0 - self.alpha),
        })
    }

    /// Bounds between which the value of a rank lies; 1 is the least value's. A value above 1e12 has only itself as a
    /// bound below and the largest float as one above.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a rank that no value has.
    pub fn bounds_of_rank(&self, rank: u64) -> Result<(f64, f64), Error> {
        let (least, greatest) = (*limits::SKETCH_VALUES.start(), *limits::SKETCH_VALUES.end());
        let mut rest = rank.checked_sub(1).filter(|_| rank <= self.total).ok_or(Error::OutOfRange)?;
        let mut is_in = |count: u64| {
            let is_in = rest < count;
            rest = rest.saturating_sub(count);
            is_in
        };
        if is_in(self.zero) {
            return Ok((0.0, 0.0));
        }
        if is_in(self.below) {
            return Ok((0.0, least));
        }
        for (&index, &count) in &self.buckets {
            if is_in(count) {
                return Ok((self.edge(index - 1), self.edge(index)));
            }
        }
        Ok((greatest, f64::MAX))
    }

    /// How the values lie about a threshold.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a threshold that is not from 1e-9 to 1e12.
    pub fn tail(&self, threshold: f64) -> Result<Tail, Error> {
        if !limits::SKETCH_VALUES.contains(&finite(threshold)?) {
            return Err(Error::OutOfRange);
        }
        let index = self.index(threshold);
        let sum = |buckets: &mut dyn Iterator<Item = (&i32, &u64)>| buckets.map(|(_, count)| count).sum::<u64>();
        let below = self.zero + self.below + sum(&mut self.buckets.range(..index));
        let within = self.buckets.get(&index).copied().unwrap_or(0);
        Ok(Tail { below, within, above: self.total - below - within })
    }

    /// The share of values at or below a value; those of its own bucket count by half.
    ///
    /// # Errors
    ///
    /// As for [`Sketch::tail`], and [`Error::TooFew`] without values.
    pub fn rank(&self, value: f64) -> Result<f64, Error> {
        let Tail { below, within, .. } = self.tail(value)?;
        if self.total == 0 { Err(Error::TooFew) } else { Ok((real(below) + real(within) / 2.0) / real(self.total)) }
    }

    /// Every value that there is, with its count, in ascending order: within the relative error, and the edge of the
    /// domain for what lies beyond.
    pub fn values(&self) -> impl Iterator<Item = (f64, u64)> {
        let edges = [(0.0, self.zero), (*limits::SKETCH_VALUES.start(), self.below)];
        let buckets = self.buckets.iter().map(|(&index, &count)| (self.edge(index) * (1.0 - self.alpha), count));
        let all = edges.into_iter().chain(buckets).chain([(*limits::SKETCH_VALUES.end(), self.above)]);
        all.filter(|(_, count)| *count > 0)
    }

    /// Where a value is counted.
    fn cell(&mut self, value: f64) -> &mut u64 {
        if value == 0.0 {
            &mut self.zero
        } else if value < *limits::SKETCH_VALUES.start() {
            &mut self.below
        } else if value > *limits::SKETCH_VALUES.end() {
            &mut self.above
        } else {
            self.buckets.entry(self.index(value)).or_default()
        }
    }

    fn index(&self, value: f64) -> i32 {
        libm::ceil(libm::log(value) / self.ln_gamma()) as i32
    }

    /// The greatest value of a bucket.
    fn edge(&self, index: i32) -> f64 {
        libm::exp(f64::from(index) * self.ln_gamma())
    }

    fn ln_gamma(&self) -> f64 {
        libm::log((1.0 + self.alpha) / (1.0 - self.alpha))
    }
}

impl Aggregate for Sketch {
    #[expect(clippy::float_cmp, reason = "buckets are the same only where the error is")]
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.alpha != other.alpha {
            return Err(Error::Mismatch);
        }
        self.total = counted(self.total, other.total)?;
        self.zero += other.zero;
        self.below += other.below;
        self.above += other.above;
        for (&index, count) in &other.buckets {
            *self.buckets.entry(index).or_default() += count;
        }
        Ok(())
    }
}

impl TryFrom<Raw> for Sketch {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let Raw { alpha, zero, below, above, buckets } = raw;
        let mut sketch = Self { zero, below, above, ..Self::new(alpha)? };
        let domain = sketch.index(*limits::SKETCH_VALUES.start())..=sketch.index(*limits::SKETCH_VALUES.end());
        if buckets.iter().any(|(index, count)| *count == 0 || !domain.contains(index)) {
            return Err(Error::Inconsistent);
        }
        sketch.total = buckets.values().chain([&zero, &below, &above]).try_fold(0, |sum, &one| counted(sum, one))?;
        sketch.buckets = buckets;
        Ok(sketch)
    }
}
