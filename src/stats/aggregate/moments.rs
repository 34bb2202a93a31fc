//! What is kept of observations of one quantity.

use serde::{Deserialize, Serialize};

use super::exact::ExactSum;
use super::{Aggregate, counted, observed};
use crate::stats::{Error, real};
use crate::words::limits;

/// Sums of observations start at this power of two: below it lies no bit of 1e-60.
pub(super) const UNIT: i32 = -256;

/// Count, sum, sum of squares, least and greatest of observations.
///
/// The sums are exact, so mean and variance are those of real arithmetic to a few roundings, even where all values
/// share their leading digits. An observation is 0 or has a magnitude from 1e-60 to 1e60.
///
/// As JSON: `{"n":3,"sum":[6],"squares":[14],"min":1,"max":3}`; a sum is a list of floats that add up to it. With no
/// observations `min` and `max` are `null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw")]
pub struct Moments {
    n: u64,
    sum: ExactSum,
    squares: ExactSum,
    min: Option<f64>,
    max: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    n: u64,
    sum: ExactSum,
    squares: ExactSum,
    min: Option<f64>,
    max: Option<f64>,
}

impl Default for Moments {
    fn default() -> Self {
        Self { n: 0, sum: ExactSum::ZERO, squares: ExactSum::ZERO, min: None, max: None }
    }
}

impl Moments {
    /// Takes in one observation.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a magnitude other than 0 and from 1e-60 to 1e60,
    /// [`Error::TooMany`] beyond 2^53 - 1 observations. Nothing is taken in then.
    pub fn add(&mut self, value: f64) -> Result<(), Error> {
        let value = observed(value)?;
        self.n = counted(self.n, 1)?;
        self.sum.add(value);
        self.squares.add_product(value, value);
        self.min = Some(self.min.map_or(value, |min| min.min(value)));
        self.max = Some(self.max.map_or(value, |max| max.max(value)));
        Ok(())
    }

    /// The moments of some observations.
    ///
    /// # Errors
    ///
    /// As for [`Moments::add`].
    pub fn of(values: &[f64]) -> Result<Self, Error> {
        let mut moments = Self::default();
        values.iter().try_for_each(|value| moments.add(*value))?;
        Ok(moments)
    }

    /// How many observations there are.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// The sum of the observations, correctly rounded.
    pub fn sum(&self) -> f64 {
        self.sum.value()
    }

    /// The least observation.
    pub fn min(&self) -> Option<f64> {
        self.min
    }

    /// The greatest observation.
    pub fn max(&self) -> Option<f64> {
        self.max
    }

    /// The mean.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without observations.
    pub fn mean(&self) -> Result<f64, Error> {
        if self.n == 0 { Err(Error::TooFew) } else { Ok(self.sum.value() / real(self.n)) }
    }

    /// The sample variance, with `n - 1` in the denominator: `(n Σx² - (Σx)²) / (n (n - 1))`, its numerator exact.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than two observations.
    pub fn variance(&self) -> Result<f64, Error> {
        scaled(&spread(self.n, &self.squares, &self.sum, &self.sum), self.n)
    }

    /// The sample standard deviation.
    ///
    /// # Errors
    ///
    /// As for [`Moments::variance`].
    pub fn deviation(&self) -> Result<f64, Error> {
        self.variance().map(libm::sqrt)
    }
}

/// `n Σxy - Σx Σy`, exactly.
pub(super) fn spread(n: u64, products: &ExactSum, x: &ExactSum, y: &ExactSum) -> ExactSum {
    products.times(n).minus(&x.product(y))
}

/// What `spread` says of one pair of observations on average.
pub(super) fn scaled(spread: &ExactSum, n: u64) -> Result<f64, Error> {
    if n < 2 { Err(Error::TooFew) } else { Ok(spread.value() / (real(n) * real(n - 1))) }
}

impl Aggregate for Moments {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = counted(self.n, other.n)?;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        self.min = either(self.min, other.min, f64::min);
        self.max = either(self.max, other.max, f64::max);
        Ok(())
    }
}

fn either(one: Option<f64>, other: Option<f64>, choose: fn(f64, f64) -> f64) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(choose(one, other)),
        (one, other) => one.or(other),
    }
}

impl TryFrom<Raw> for Moments {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let Raw { n, sum, squares, min, max } = raw;
        let read = Self {
            n: counted(n, 0)?,
            sum,
            squares,
            min: min.map(observed).transpose()?,
            max: max.map(observed).transpose()?,
        };
        if read.is_possible() { Ok(read) } else { Err(Error::Inconsistent) }
    }
}

impl Moments {
    /// Whether there are observations with these moments, as far as inequalities tell.
    fn is_possible(&self) -> bool {
        let (Some(min), Some(max)) = (self.min, self.max) else {
            return *self == Self::default();
        };
        // Within n times the extremes, so that nothing can overflow below.
        let is_between = !self.sum.minus(&ExactSum::of(min).times(self.n)).is_negative()
            && !ExactSum::of(max).times(self.n).minus(&self.sum).is_negative();
        self.n > 0
            && min <= max
            && is_between
            && self.sum.is_multiple(UNIT)
            && is_sum_of_squares(self.n, &self.squares, &self.sum, min.abs().max(max.abs()))
    }
}

/// Whether squares of `n` observations of at most this magnitude can add up to this, given their sum.
pub(super) fn is_sum_of_squares(n: u64, squares: &ExactSum, sum: &ExactSum, magnitude: f64) -> bool {
    let most = ExactSum::of(magnitude).product(&ExactSum::of(magnitude)).times(n);
    !squares.is_negative()
        && !most.minus(squares).is_negative()
        && !spread(n, squares, sum, sum).is_negative()
        && n <= limits::COUNT
}
