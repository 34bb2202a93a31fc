//! What is kept of observations of two quantities of the same unit.

use serde::{Deserialize, Serialize};

use super::exact::ExactSum;
use super::moments::{UNIT, is_sum_of_squares, scaled, spread};
use super::{Aggregate, counted, observed};
use crate::stats::{Error, real};
use crate::words::limits;

/// Count, sums, sums of squares and sum of products of pairs `(x, y)`.
///
/// For a ratio metric `x` is the denominator and `y` the numerator of one unit, such as page views and clicks of a
/// user. For CUPED `x` is the covariate from before the experiment and `y` the outcome. For a trend `x` is the time.
/// Sums are exact; bounds are those of [`Moments`](super::Moments).
///
/// As JSON: `{"n":2,"x":[3],"y":[5],"xx":[5],"yy":[13],"xy":[8]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw")]
pub struct PairMoments {
    n: u64,
    x: ExactSum,
    y: ExactSum,
    xx: ExactSum,
    yy: ExactSum,
    xy: ExactSum,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    n: u64,
    x: ExactSum,
    y: ExactSum,
    xx: ExactSum,
    yy: ExactSum,
    xy: ExactSum,
}

impl Default for PairMoments {
    fn default() -> Self {
        let zero = ExactSum::ZERO;
        Self { n: 0, x: zero, y: zero, xx: zero, yy: zero, xy: zero }
    }
}

impl PairMoments {
    /// Takes in one pair.
    ///
    /// # Errors
    ///
    /// As for [`Moments::add`](super::Moments::add). Nothing is taken in then.
    pub fn add(&mut self, x: f64, y: f64) -> Result<(), Error> {
        let (x, y) = (observed(x)?, observed(y)?);
        self.n = counted(self.n, 1)?;
        self.x.add(x);
        self.y.add(y);
        self.xx.add_product(x, x);
        self.yy.add_product(y, y);
        self.xy.add_product(x, y);
        Ok(())
    }

    /// The moments of some pairs.
    ///
    /// # Errors
    ///
    /// As for [`PairMoments::add`].
    pub fn of(pairs: &[(f64, f64)]) -> Result<Self, Error> {
        let mut moments = Self::default();
        pairs.iter().try_for_each(|&(x, y)| moments.add(x, y))?;
        Ok(moments)
    }

    /// How many pairs there are.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// The means of `x` and of `y`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without pairs.
    pub fn means(&self) -> Result<(f64, f64), Error> {
        let n = real(self.n);
        if self.n == 0 { Err(Error::TooFew) } else { Ok((self.x.value() / n, self.y.value() / n)) }
    }

    /// The sample variance of `x`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than two pairs.
    pub fn variance_x(&self) -> Result<f64, Error> {
        scaled(&spread(self.n, &self.xx, &self.x, &self.x), self.n)
    }

    /// The sample variance of `y`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than two pairs.
    pub fn variance_y(&self) -> Result<f64, Error> {
        scaled(&spread(self.n, &self.yy, &self.y, &self.y), self.n)
    }

    /// The sample covariance of `x` and `y`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than two pairs.
    pub fn covariance(&self) -> Result<f64, Error> {
        scaled(&spread(self.n, &self.xy, &self.x, &self.y), self.n)
    }
}

impl Aggregate for PairMoments {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.n = counted(self.n, other.n)?;
        self.x.merge(&other.x);
        self.y.merge(&other.y);
        self.xx.merge(&other.xx);
        self.yy.merge(&other.yy);
        self.xy.merge(&other.xy);
        Ok(())
    }
}

impl TryFrom<Raw> for PairMoments {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let Raw { n, x, y, xx, yy, xy } = raw;
        let read = Self { n: counted(n, 0)?, x, y, xx, yy, xy };
        if read.is_possible() { Ok(read) } else { Err(Error::Inconsistent) }
    }
}

impl PairMoments {
    /// Whether there are pairs with these moments, as far as inequalities tell.
    fn is_possible(&self) -> bool {
        if self.n == 0 {
            return *self == Self::default();
        }
        let bound = ExactSum::of(*limits::OBSERVATION.end()).times(self.n);
        let is_sum = |sum: &ExactSum| {
            let magnitude = if sum.is_negative() { sum.negated() } else { *sum };
            sum.is_multiple(UNIT) && !bound.minus(&magnitude).is_negative()
        };
        let largest = *limits::OBSERVATION.end();
        is_sum(&self.x)
            && is_sum(&self.y)
            && is_sum_of_squares(self.n, &self.xx, &self.x, largest)
            && is_sum_of_squares(self.n, &self.yy, &self.y, largest)
            && self.is_correlation()
    }

    /// The inequality of Cauchy and Schwarz, but for the rounding of its two sides.
    fn is_correlation(&self) -> bool {
        let root = |sum: &ExactSum, of: &ExactSum| libm::sqrt(spread(self.n, sum, of, of).value());
        let most = root(&self.xx, &self.x) * root(&self.yy, &self.y);
        spread(self.n, &self.xy, &self.x, &self.y).value().abs() <= most * (1.0 + 1e-12)
    }
}
