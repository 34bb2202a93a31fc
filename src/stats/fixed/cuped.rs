//! Less variance by what was known before: CUPED.

use alloc::vec::Vec;

use crate::stats::aggregate::PairMoments;
use crate::stats::estimate::variance_around;
use crate::stats::{Error, Estimate, real};

/// Means adjusted for a covariate.
#[derive(Clone, Debug, PartialEq)]
pub struct Cuped {
    /// How much of the outcome a unit of the covariate explains.
    pub theta: f64,
    /// The adjusted mean of each arm, in the order in which they were given.
    pub adjusted: Vec<Estimate>,
    /// The share of the outcome's variance that the covariate took away, from 0 to 1.
    pub reduction: f64,
}

/// Adjusts the means of arms for a covariate from before the experiment: `x` of the pairs is the covariate, `y` the
/// outcome, of the same unit. With the slope `theta` of `y` over `x` within arms, the mean of an arm becomes
/// `mean(y) - theta (mean(x) - mean of all x)`, and its variance that of `y - theta x` (Deng, Xu, Kohavi, Walker:
/// "Improving the sensitivity of online controlled experiments by utilizing pre-experiment data", WSDM 2013, section 3).
///
/// The covariate must not be able to know of the treatment, so it must end before the first exposure. The adjusted means
/// estimate the same differences as the plain ones, and are compared like any others.
///
/// # Errors
///
/// [`Error::TooFew`] where an arm has fewer than three pairs, [`Error::NoVariance`] where the covariate never differs
/// within an arm, [`Error::TooMany`] beyond 2^53 - 1 pairs.
pub fn cuped(arms: &[PairMoments]) -> Result<Cuped, Error> {
    let pooled = |of: fn(&PairMoments) -> Result<f64, Error>| -> Result<f64, Error> {
        arms.iter().try_fold(0.0, |sum, arm| Ok(sum + of(arm)? * real(arm.count() - 1)))
    };
    let (covariance, spread) = (pooled(PairMoments::covariance)?, pooled(PairMoments::variance_x)?);
    if spread <= 0.0 {
        return Err(Error::NoVariance);
    }
    let theta = covariance / spread;
    let n = arms.iter().map(|arm| real(arm.count())).sum::<f64>();
    let middle = arms.iter().try_fold(0.0, |sum, arm| Ok(sum + arm.means()?.0 * (real(arm.count()) / n)))?;
    let adjusted = arms.iter().map(|arm| {
        let (x, y) = arm.means()?;
        Estimate::of_sample(y - theta * (x - middle), variance_around(arm, theta)?, arm.count(), 2)
    });
    // Both within arms: theta is the slope that leaves the least.
    let (all, left) = (pooled(PairMoments::variance_y)?, pooled(PairMoments::variance_y)? - theta * covariance);
    let reduction = if all > 0.0 { (1.0 - left / all).clamp(0.0, 1.0) } else { 0.0 };
    Ok(Cuped { theta, adjusted: adjusted.collect::<Result<_, _>>()?, reduction })
}
