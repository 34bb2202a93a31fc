//! A quantity that was estimated, with how far chance may have moved it. What is tested does not matter to the test: a
//! mean, a ratio metric, a mean adjusted for a covariate and a slope are all an estimate with its variance.

use super::aggregate::{Moments, PairMoments, Proportion};
use super::{Error, positive, real};

/// A value, the variance of that value (not of one observation), and how well the variance is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub(super) value: f64,
    pub(super) variance: f64,
    pub(super) degrees: Option<f64>,
    pub(super) n: u64,
    /// The observations of the arm that has the fewest.
    pub(super) fewest: u64,
}

impl Estimate {
    /// The mean: its variance is `s^2 / n`, with `n - 1` degrees of freedom.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than two observations.
    pub fn of_mean(moments: &Moments) -> Result<Self, Error> {
        let n = moments.count();
        Self::of_sample(moments.mean()?, moments.variance()?, n, 1)
    }

    /// A share of successes, for large counts: its variance is `p (1 - p) / n`.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without trials.
    pub fn of_rate(proportion: &Proportion) -> Result<Self, Error> {
        let (rate, n) = (proportion.rate()?, proportion.trials());
        let variance = rate * (real(proportion.failures()) / real(n)) / real(n);
        Ok(Self { value: rate, variance, degrees: None, n, fewest: n })
    }

    /// The ratio of the sums of `y` and `x`, where both are counted per unit, such as clicks per page view of users. By
    /// the delta method: `(s_yy - 2 R s_xy + R^2 s_xx) / (n mean_x^2)` (Deng, Knoblich, Lu: "Applying the delta method in
    /// metric analytics", KDD 2018, equation 3).
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than two pairs, [`Error::NoBaseline`] where the mean of `x` is not above 0.
    pub fn of_ratio(pairs: &PairMoments) -> Result<Self, Error> {
        let (x, y) = pairs.means()?;
        if x <= 0.0 {
            return Err(Error::NoBaseline);
        }
        let (ratio, n) = (y / x, pairs.count());
        let variance = variance_around(pairs, ratio)? / real(n) / (x * x);
        Ok(Self { value: ratio, variance, degrees: None, n, fewest: n })
    }

    /// The slope of `y` over `x` by least squares, with `n - 2` degrees of freedom.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] with fewer than three pairs, [`Error::NoVariance`] where all `x` are the same.
    pub fn of_slope(pairs: &PairMoments) -> Result<Self, Error> {
        let spread = pairs.variance_x()?;
        let slope = pairs.covariance()? / positive(spread).map_err(|_| Error::NoVariance)?;
        let n = pairs.count();
        let degrees = real(n.checked_sub(2).filter(|degrees| *degrees > 0).ok_or(Error::TooFew)?);
        let variance = variance_around(pairs, slope)? / spread / degrees;
        Ok(Self { value: slope, variance, degrees: Some(degrees), n, fewest: n })
    }

    /// The mean of a sample whose observations have a variance, of which `known` parameters were estimated.
    pub(super) fn of_sample(value: f64, variance: f64, n: u64, known: u64) -> Result<Self, Error> {
        let degrees = n.checked_sub(known).filter(|degrees| *degrees > 0).ok_or(Error::TooFew)?;
        Ok(Self { value, variance: variance / real(n), degrees: Some(real(degrees)), n, fewest: n })
    }

    /// The value.
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// The standard error of the value.
    pub fn standard_error(&self) -> f64 {
        libm::sqrt(self.variance)
    }

    /// The degrees of freedom with which the variance was estimated; none where it counts as known.
    pub const fn degrees(&self) -> Option<f64> {
        self.degrees
    }

    /// How many observations it comes from.
    pub const fn count(&self) -> u64 {
        self.n
    }

    /// This one minus another, of other units. Degrees of freedom are those of Welch and Satterthwaite (Welch: "The
    /// generalization of Student's problem", Biometrika 1947).
    ///
    /// # Errors
    ///
    /// [`Error::TooMany`] beyond 2^53 - 1 observations.
    pub fn minus(&self, other: &Self) -> Result<Self, Error> {
        self.minus_times(other, 1.0)
    }

    /// This one minus a multiple of another.
    pub(super) fn minus_times(&self, other: &Self, factor: f64) -> Result<Self, Error> {
        let scaled = factor * factor * other.variance;
        let variance = self.variance + scaled;
        let part = |share: f64, degrees: Option<f64>| degrees.map_or(0.0, |degrees| share * share / degrees);
        let parts = part(self.variance / variance, self.degrees) + part(scaled / variance, other.degrees);
        Ok(Self {
            value: self.value - factor * other.value,
            variance,
            degrees: (parts > 0.0).then(|| 1.0 / parts),
            n: self.n.checked_add(other.n).ok_or(Error::TooMany)?,
            fewest: self.fewest.min(other.fewest),
        })
    }

    /// How many standard errors the value is above another one.
    pub(super) fn deviates(&self, null: f64) -> Result<f64, Error> {
        if self.variance > 0.0 { Ok((self.value - null) / self.standard_error()) } else { Err(Error::NoVariance) }
    }

    /// The ratios to a baseline that lie within a number of standard errors, and the ratio itself.
    ///
    /// Fieller: "Some problems in interval estimation", JRSS B 1954: the ratios `r` with
    /// `(t - r c)^2 <= k^2 (v_t + r^2 v_c)`. They are an interval where `c` itself is more than `k` standard errors above
    /// 0, and anything at all where it is not.
    pub(super) fn ratio_within(&self, baseline: &Self, k: f64) -> Result<(f64, f64), Error> {
        let (t, c, square) = (self.value, baseline.value, k * k);
        let a = c * c - square * baseline.variance;
        if c <= 0.0 || a <= 0.0 {
            return Err(Error::NoBaseline);
        }
        let root = k * libm::sqrt(self.variance * a + baseline.variance * t * t);
        Ok(((t * c - root) / a, (t * c + root) / a))
    }
}

/// The sample variance of `y - slope x`.
pub(super) fn variance_around(pairs: &PairMoments, slope: f64) -> Result<f64, Error> {
    let variance = pairs.variance_y()? - slope * (2.0 * pairs.covariance()? - slope * pairs.variance_x()?);
    // All points on one line: what is left is rounding, on either side of 0.
    Ok(variance.max(0.0))
}
