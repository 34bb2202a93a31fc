//! One arm beside the control: difference, lift, intervals and p-values, plain and adjusted.

use serde::Serialize;

use super::input::{Look, Options};
use crate::stats::aggregate::{Proportion, Sketch};
use crate::stats::distributions::{Distribution, Normal};
use crate::stats::fixed::{self, Bounded};
use crate::stats::sequential::{self, Mixture};
use crate::stats::{Alternative, Error, Estimate, Interval, Question, real};
use crate::words::limits;

/// Successes, and failures, of an arm from which on a share may be looked at all the time: below it the count is far
/// from normal.
pub(super) const BURN_IN_SUCCESSES: u64 = 20;

/// An estimate and what bounds it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ranged {
    /// The estimate.
    pub estimate: f64,
    /// The values that the data do not speak against. An end that is missing is no bound.
    pub interval: Interval,
}

/// An arm compared with the control.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// Arm minus control, in units of the metric.
    pub difference: Ranged,
    /// Arm by control minus 1; none where the control's value is not surely above 0.
    pub lift: Option<Ranged>,
    /// The probability of chance alone: at this look, or, for a sequential experiment, over all looks.
    pub p_value: f64,
}

/// The same, adjusted for a covariate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Adjusted {
    /// How much of the outcome a unit of the covariate explains.
    pub theta: f64,
    /// The share of the variance that the covariate took away, from 0 to 1.
    pub variance_reduction: f64,
    /// What the adjusted means say.
    #[serde(flatten)]
    pub tested: Tested,
}

/// The effect that would have been found with the power that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Detectable {
    /// In units of the metric.
    pub difference: f64,
    /// Relative to the control; none where its value is not above 0.
    pub lift: Option<f64>,
}

/// How to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub(super) look: Look,
    pub(super) alpha: f64,
    pub(super) power: f64,
    /// The smallest relative effect that is worth acting on.
    pub(super) smallest_effect: f64,
}

impl Method {
    pub(super) fn new(options: &Options, smallest_effect: f64) -> Self {
        Self { look: options.look, alpha: 1.0 - options.confidence, power: options.power, smallest_effect }
    }

    const fn question(self) -> Question {
        Question::other_than(0.0, self.alpha)
    }

    /// The mixture for a relative difference, and that for a difference: effects of the size that is worth acting on.
    fn mixtures(self, control: &Estimate) -> Result<(Mixture, Mixture), Error> {
        let deviation = control.standard_error() * libm::sqrt(real(control.count()));
        let unit = if control.value() > 0.0 { control.value() } else { deviation };
        let of = |spread| Mixture::new(spread, limits::BURN_IN);
        Ok((of(self.smallest_effect)?, of(self.smallest_effect * unit)?))
    }

    /// Two shares.
    pub(super) fn rates(self, treatment: &Proportion, control: &Proportion) -> Result<Tested, Error> {
        if self.look == Look::Sequential {
            let is_rare = |arm: &Proportion| arm.successes().min(arm.failures()) < BURN_IN_SUCCESSES;
            if is_rare(treatment) || is_rare(control) {
                return Err(Error::TooFew);
            }
            return self.estimates(&Estimate::of_rate(treatment)?, &Estimate::of_rate(control)?);
        }
        let difference = fixed::difference_of_rates(treatment, control, self.question())?;
        let lift = fixed::lift_of_rates(treatment, control, self.question()).ok();
        Ok(Tested { difference: difference.into(), lift: lift.map(Ranged::from), p_value: difference.p_value })
    }

    /// Two means, adjusted or not, or two ratios.
    pub(super) fn estimates(self, treatment: &Estimate, control: &Estimate) -> Result<Tested, Error> {
        let (difference, question) = (treatment.minus(control)?, self.question());
        if self.look == Look::Fixed {
            let test = fixed::against(&difference, question)?;
            let lift = fixed::lift(treatment, control, question).ok().map(Ranged::from);
            return Ok(Tested { difference: test.into(), lift, p_value: test.p_value });
        }
        let (relative, absolute) = self.mixtures(control)?;
        let evidence = sequential::against(&difference, question, absolute)?;
        let lift = sequential::lift(treatment, control, question, relative).ok();
        let lift = lift.map(|lift| Ranged { estimate: lift.estimate, interval: lift.interval });
        let difference = Ranged { estimate: evidence.estimate, interval: evidence.interval };
        Ok(Tested { difference, lift, p_value: evidence.p_value() })
    }

    /// A quantile of two arms. Its methods give intervals alone, so the p-value is the least error whose interval leaves
    /// out 0.
    pub(super) fn quantiles(self, treatment: &Sketch, control: &Sketch, level: f64) -> Result<Tested, Error> {
        let between = |alpha| {
            let question = Question::other_than(0.0, alpha);
            match self.look {
                Look::Fixed => fixed::difference_of_quantiles(treatment, control, level, question),
                Look::Sequential => sequential::difference_of_quantiles(treatment, control, level, question),
            }
        };
        let lift = match self.look {
            Look::Fixed => None,
            Look::Sequential => sequential::lift_of_quantiles(treatment, control, level, self.question()).ok(),
        };
        let p_value = least_alpha(|alpha| Ok(!between(alpha)?.interval.contains(0.0)))?;
        Ok(Tested { difference: between(self.alpha)?.into(), lift: lift.map(Ranged::from), p_value })
    }

    /// The share above the control's that would have been found.
    pub(super) fn detectable_rate(self, treatment: &Proportion, control: &Proportion) -> Result<Detectable, Error> {
        if self.look == Look::Sequential {
            return self.detectable(&Estimate::of_rate(treatment)?, &Estimate::of_rate(control)?);
        }
        let (rate, ratio) = (control.rate()?, real(control.trials()) / real(treatment.trials()));
        let n = treatment.trials();
        let found = fixed::detectable_rate(rate, n, ratio, self.power, Alternative::TwoSided, self.alpha)?;
        Ok(Detectable { difference: found - rate, lift: (rate > 0.0).then(|| found / rate - 1.0) })
    }

    /// The difference that would have been found.
    pub(super) fn detectable(self, treatment: &Estimate, control: &Estimate) -> Result<Detectable, Error> {
        let difference = match self.look {
            Look::Fixed => {
                let deviation = |arm: &Estimate| arm.standard_error() * libm::sqrt(real(arm.count()));
                let (n, ratio) = (treatment.count(), real(control.count()) / real(treatment.count()));
                let deviations = (deviation(treatment), deviation(control));
                fixed::detectable_difference(deviations, n, ratio, self.power, Alternative::TwoSided, self.alpha)?
            }
            Look::Sequential => {
                // An effect whose estimate lies beyond the interval's reach with this probability, at this look.
                let between = treatment.minus(control)?;
                let (_, absolute) = self.mixtures(control)?;
                let interval = sequential::against(&between, self.question(), absolute)?.interval;
                let (Some(lower), Some(upper)) = (interval.lower, interval.upper) else { return Err(Error::TooFew) };
                0.5 * (upper - lower) + Normal.quantile(self.power)? * between.standard_error()
            }
        };
        let value = control.value();
        Ok(Detectable { difference, lift: (value > 0.0).then(|| difference / value) })
    }
}

/// The least error at which a question is answered, by halving: what an interval leaves out at some error, it leaves out
/// at every greater one.
fn least_alpha(is_found: impl Fn(f64) -> Result<bool, Error>) -> Result<f64, Error> {
    /// Errors below are not told apart.
    const LEAST: f64 = 1e-15;
    let (mut low, mut high) = (libm::log(LEAST), libm::log(1.0 - 1e-9));
    if !is_found(libm::exp(high))? {
        return Ok(1.0);
    }
    if is_found(LEAST)? {
        return Ok(LEAST);
    }
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if is_found(libm::exp(middle))? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(libm::exp(high))
}

impl From<fixed::Test> for Ranged {
    fn from(test: fixed::Test) -> Self {
        Self { estimate: test.estimate, interval: test.interval }
    }
}

impl From<Bounded> for Ranged {
    fn from(bounded: Bounded) -> Self {
        Self { estimate: bounded.estimate, interval: bounded.interval }
    }
}
