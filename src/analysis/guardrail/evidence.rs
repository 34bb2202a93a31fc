//! Which method of `stats::sequential` answers for which metric and bound.

use serde::{Deserialize, Serialize};

use super::rule::is_strict;
use super::seen::proportion;
use super::{Bound, Guardrail, Seen};
use crate::analysis::metric::{Direction, Kind, Measure};
use crate::stats::aggregate::{Proportion, Sketch};
use crate::stats::fixed::Bounded;
use crate::stats::sequential::{self, Mixture};
use crate::stats::{Alternative, Error, Estimate, Interval, Question};
use crate::words::limits;

/// What the data say of the quantity that is bounded: the metric's value, a difference, a relative difference, or a ratio
/// of odds. All of it holds at every look.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailEvidence"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Evidence {
    /// The estimate.
    pub estimate: f64,
    /// The quantity is not below this; wrong at any look with probability `alpha` at most. None while there is no bound.
    pub lower: Option<f64>,
    /// The quantity is not above this; wrong at any look with probability `alpha` at most. None while there is no bound.
    pub upper: Option<f64>,
    /// The logarithm of the e-value against "not worse than the bound". None for methods that have the interval alone.
    pub ln_e: Option<f64>,
    /// The p-value that goes with it: at most 1 over the e-value.
    pub p_value: Option<f64>,
    /// The error probability that is spent on this guardrail.
    pub alpha: f64,
    /// Whether the error is at most `alpha` for any number of observations.
    pub method: Method,
}

/// What the guarantee of a method is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "EvidenceMethod"))]
#[serde(rename_all = "camelCase")]
pub enum Method {
    /// The error is at most `alpha`.
    Exact,
    /// The error is at most `alpha` in the limit of a late first look; looks before the burn-in are refused.
    Asymptotic,
}

/// The evidence of harm at one error probability.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    estimate: f64,
    interval: Interval,
    ln_e: Option<f64>,
    p_value: Option<f64>,
    pub(super) is_enough: bool,
}

/// Which side of a bound is the bad one.
pub(super) const fn harm(direction: Direction) -> Alternative {
    match direction {
        Direction::LowerIsBetter => Alternative::Greater,
        Direction::HigherIsBetter => Alternative::Less,
    }
}

const fn safety(direction: Direction) -> Alternative {
    match direction {
        Direction::LowerIsBetter => Alternative::Less,
        Direction::HigherIsBetter => Alternative::Greater,
    }
}

impl Guardrail {
    /// The observations in every arm from which on a method for large samples is asked.
    pub(super) fn burn_in(&self) -> u64 {
        self.minimum.max(limits::BURN_IN)
    }

    /// The evidence of both sides: whether that of harm is enough, and the interval.
    pub(super) fn evidence(&self, seen: &Seen, alpha: f64) -> Result<(Evidence, bool), Error> {
        let direction = self.metric.direction();
        let bad = self.look(seen, harm(direction), alpha)?;
        let good = self.look(seen, safety(direction), alpha)?;
        let evidence = Evidence {
            estimate: bad.estimate,
            lower: bad.interval.lower.or(good.interval.lower),
            upper: bad.interval.upper.or(good.interval.upper),
            ln_e: bad.ln_e,
            p_value: bad.p_value,
            alpha,
            method: self.method(),
        };
        Ok((evidence, bad.is_enough))
    }

    /// Whether there is evidence of harm at another error probability.
    pub(super) fn is_harm(&self, seen: &Seen, alpha: f64) -> Result<bool, Error> {
        Ok(self.look(seen, harm(self.metric.direction()), alpha)?.is_enough)
    }

    /// Which guarantee there is.
    pub const fn method(&self) -> Method {
        match self.metric.kind() {
            Kind::Proportion | Kind::Quantile(_) => Method::Exact,
            Kind::Mean | Kind::Ratio => Method::Asymptotic,
        }
    }

    fn look(&self, seen: &Seen, alternative: Alternative, alpha: f64) -> Result<Look, Error> {
        let question = Question { null: self.bound.value(), alternative, alpha };
        let canary = seen.canary.as_ref().ok_or(Error::TooFew)?;
        if let (Kind::Proportion, Bound::Absolute(_)) = (self.metric.kind(), self.bound) {
            return self.rate(proportion(canary)?, question);
        }
        if let Bound::Odds(_) = self.bound {
            return Ok(seen.concurrent.as_ref().ok_or(Error::TooFew)?.evidence(alternative, alpha)?.into());
        }
        if !self.bound.is_relative() {
            return Ok(self.absolute(canary, question)?.into());
        }
        let control = seen.control.as_ref().ok_or(Error::TooFew)?;
        self.relative(canary, control, question)
    }

    /// A bound of 0 errors is refuted by one, without a doubt that could be counted.
    fn rate(&self, seen: &Proportion, question: Question) -> Result<Look, Error> {
        if !is_strict(question.null, self.metric.direction()) {
            return Ok(sequential::rate(seen, question)?.into());
        }
        let look = sequential::rate(seen, Question { null: question.null.clamp(1e-9, 1.0 - 1e-9), ..question })?;
        let bad = if self.metric.direction() == Direction::LowerIsBetter { seen.successes() } else { seen.failures() };
        let is_harm = bad > 0 && question.alternative == harm(self.metric.direction());
        let p_value = Some(if is_harm { 0.0 } else { 1.0 });
        Ok(Look { ln_e: None, p_value, is_enough: is_harm, ..look.into() })
    }

    fn absolute(&self, canary: &Measure, question: Question) -> Result<sequential::Evidence, Error> {
        match (canary, self.metric.kind()) {
            (Measure::Quantile(seen), Kind::Quantile(level)) => sequential::quantile(seen, level.share(), question),
            _ => sequential::against(&estimate(canary)?, question, self.mixture()?),
        }
    }

    fn relative(&self, canary: &Measure, control: &Measure, question: Question) -> Result<Look, Error> {
        let is_lift = matches!(self.bound, Bound::Lift(_));
        Ok(match (canary, control, self.metric.kind()) {
            (Measure::Proportion(t), Measure::Proportion(c), Kind::Proportion) => {
                let of = if is_lift { sequential::lift_of_rates } else { sequential::difference_of_rates };
                Look::bounded(&of(t, c, question)?, question)
            }
            (Measure::Quantile(t), Measure::Quantile(c), Kind::Quantile(level)) => {
                let of: fn(&Sketch, &Sketch, f64, Question) -> Result<Bounded, Error> =
                    if is_lift { sequential::lift_of_quantiles } else { sequential::difference_of_quantiles };
                Look::bounded(&of(t, c, level.share(), question)?, question)
            }
            _ => {
                let (t, c) = (estimate(canary)?, estimate(control)?);
                if is_lift {
                    sequential::lift(&t, &c, question, self.mixture()?)?.into()
                } else {
                    sequential::against(&t.minus(&c)?, question, self.mixture()?)?.into()
                }
            }
        })
    }

    fn mixture(&self) -> Result<Mixture, Error> {
        Mixture::new(self.effect.ok_or(Error::OutOfRange)?, self.burn_in())
    }
}

fn estimate(seen: &Measure) -> Result<Estimate, Error> {
    match seen {
        Measure::Mean(seen) => Estimate::of_mean(seen),
        Measure::Ratio(seen) => Estimate::of_ratio(seen),
        Measure::Proportion(_) | Measure::Quantile(_) => Err(Error::Mismatch),
    }
}

impl Look {
    /// What has an interval and no e-value: the interval decides.
    fn bounded(bounded: &Bounded, question: Question) -> Self {
        let Bounded { estimate, interval, .. } = *bounded;
        let is_enough = match question.alternative {
            Alternative::Less => interval.is_below(question.null),
            _ => interval.is_above(question.null),
        };
        Self { estimate, interval, ln_e: None, p_value: None, is_enough }
    }
}

impl From<sequential::Evidence> for Look {
    fn from(found: sequential::Evidence) -> Self {
        let sequential::Evidence { estimate, interval, e, .. } = found;
        let p_value = Some(found.p_value());
        Self { estimate, interval, ln_e: Some(e.ln()), p_value, is_enough: found.is_enough() }
    }
}
