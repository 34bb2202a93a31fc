//! Means and other estimates at every look, for large samples.
//!
//! Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: "Time-uniform central limit theory and asymptotic confidence
//! sequences", Annals of Statistics 2024: theorem 2.2 for two sides, section 2.5 for one. The mixture of Robbins over
//! normal effects, with the estimated variance in place of the true one. The error is at most `alpha` in the limit in
//! which the first look is late, so looks before a burn-in are refused.
//!
//! Information is counted as 1 over the variance of the estimate. For differences of means that is right also where arms
//! change their share of traffic, since the estimates at successive looks have the covariance of the later one (Jennison
//! and Turnbull: "Group sequential methods", 2000, section 11.3).

use serde::{Deserialize, Serialize};

use super::{EValue, Evidence};
use crate::stats::distributions::normal;
use crate::stats::special::solve;
use crate::stats::{Alternative, Error, Estimate, Question, finite, positive, probability};
use crate::words::limits;

/// Which effects are looked for first, and from when on. Fixed before the first look.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Raw")]
pub struct Mixture {
    /// The standard deviation of effects in the mixture.
    spread: f64,
    /// The least number of observations in every arm.
    burn_in: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Raw {
    spread: f64,
    burn_in: u64,
}

impl Mixture {
    /// A mixture of effects around the null value with a standard deviation, in the units of what is tested: those of the
    /// metric for a difference, shares of 1 for a relative difference. The smallest effect that is worth acting on is a
    /// good choice; any choice is valid.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a spread that is not from 1e-60 to 1e60, or a burn-in below 100 observations.
    pub fn new(spread: f64, burn_in: u64) -> Result<Self, Error> {
        if burn_in < limits::BURN_IN || !limits::OBSERVATION.contains(&finite(spread)?) {
            Err(Error::OutOfRange)
        } else {
            Ok(Self { spread, burn_in })
        }
    }

    /// The mixture whose interval is narrowest at the look at which the estimate has a certain standard error, such as
    /// the one that is expected for a planned number of observations (the paper's appendix B.1: `rho^2 = (-2 ln alpha +
    /// ln(1 - 2 ln alpha)) / t`).
    ///
    /// # Errors
    ///
    /// As for [`Mixture::new`], and for an `alpha` that is not between 0 and 1.
    pub fn narrowest_at(standard_error: f64, question: Question, burn_in: u64) -> Result<Self, Error> {
        let alpha = probability(question.alpha)?;
        let sides = if question.alternative == Alternative::TwoSided { 1.0 } else { 2.0 };
        // One side has half of a two-sided interval; beyond a half there is nothing left to tune.
        let doubled = -2.0 * libm::log((sides * alpha).min(0.9));
        Self::new(positive(standard_error)? * libm::sqrt(doubled + libm::log1p(doubled)), burn_in)
    }

    /// The information of an estimate in units of that of the mixture.
    fn information(&self, estimate: &Estimate, unit: f64) -> Result<f64, Error> {
        if estimate.fewest < self.burn_in {
            return Err(Error::TooFew);
        }
        let spread = self.spread * unit;
        if estimate.variance > 0.0 { positive(spread * spread / estimate.variance) } else { Err(Error::NoVariance) }
    }
}

/// Holds an estimate against the null value. For a difference of arms, give [`Estimate::minus`].
///
/// # Errors
///
/// [`Error::TooFew`] before the burn-in is over in every arm, [`Error::NoVariance`], and [`Error::NotFinite`] or
/// [`Error::OutOfRange`] for what is asked.
pub fn against(estimate: &Estimate, question: Question, mixture: Mixture) -> Result<Evidence, Error> {
    let question = question.checked()?;
    let information = mixture.information(estimate, 1.0)?;
    let reach = critical(information, question) * estimate.standard_error();
    Ok(Evidence {
        n: estimate.count(),
        estimate: estimate.value(),
        interval: question.interval(estimate.value() - reach, estimate.value() + reach)?,
        e: evidence(estimate.deviates(question.null)?, information, question.alternative)?,
        alpha: question.alpha,
    })
}

/// Holds the relative difference of a treatment to its control, `t / c - 1`, against the null value: the interval of
/// Fieller with the critical value of [`against`]. The mixture's spread is a relative difference here.
///
/// # Errors
///
/// As for [`against`], and [`Error::NoBaseline`] where the control's value is not surely above 0.
pub fn lift(treatment: &Estimate, control: &Estimate, question: Question, mixture: Mixture) -> Result<Evidence, Error> {
    let question = question.checked()?;
    if control.value() <= 0.0 {
        return Err(Error::NoBaseline);
    }
    let ratio = treatment.value() / control.value();
    let at_estimate = mixture.information(&treatment.minus_times(control, ratio)?, control.value())?;
    let at_null = treatment.minus_times(control, 1.0 + question.null)?;
    let information = mixture.information(&at_null, control.value())?;
    let (lower, upper) = treatment.ratio_within(control, critical(at_estimate, question))?;
    Ok(Evidence {
        n: at_null.count(),
        estimate: ratio - 1.0,
        interval: question.interval(lower - 1.0, upper - 1.0)?,
        e: evidence(at_null.deviates(0.0)?, information, question.alternative)?,
        alpha: question.alpha,
    })
}

/// The mixture over effects `N(0, spread^2)`, or over those above 0 for one side: with `v` the information and `z` the
/// estimate in standard errors, `exp(z^2 v / (2 (1 + v))) / sqrt(1 + v)`, and for one side twice that times the normal
/// distribution at `z sqrt(v / (1 + v))`.
fn evidence(z: f64, v: f64, alternative: Alternative) -> Result<EValue, Error> {
    let share = v / (1.0 + v);
    let both = 0.5 * z * z * share - 0.5 * libm::log1p(v);
    let side = |z: f64| both + core::f64::consts::LN_2 + normal::ln_lower(z * libm::sqrt(share));
    let ln = finite(match alternative {
        Alternative::TwoSided => both,
        Alternative::Greater => side(z),
        Alternative::Less => side(-z),
    })?;
    Ok(EValue { ln })
}

/// How many standard errors reach `1 / alpha`.
fn critical(v: f64, question: Question) -> f64 {
    let enough = -libm::log(question.alpha);
    let both = libm::sqrt((1.0 + v) / v * (2.0 * enough + libm::log1p(v)));
    if question.alternative == Alternative::TwoSided {
        return both;
    }
    // One side has at least the evidence of both where z is above 0, so it is enough no later.
    solve::halving(0.0, both, &mut |z| evidence(z, v, Alternative::Greater).map_or(0.0, |e| e.ln - enough))
}

impl TryFrom<Raw> for Mixture {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        Self::new(raw.spread, raw.burn_in)
    }
}
