//! What is held against a canary.

use serde::{Deserialize, Serialize};

use crate::analysis::metric::{Direction, Kind, Metric};
use crate::analysis::{Cause, Error};
use crate::stats;
use crate::words::limits;

/// A metric of the canary with one bound. A metric that is bounded both by a number and by the control has two
/// guardrails.
///
/// As JSON: `{"metric":{"name":"errors","kind":"proportion","direction":"lowerIsBetter"},"bound":{"absolute":0.05},
/// "minimum":500,"maxAgeMs":300000}`; what may be left out is `effect`, `warn`, `pass`, `withoutData` and `weight`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Guardrail {
    /// What is measured. Its direction says which side of the bound is the bad one.
    pub metric: Metric,
    /// What the canary may not be worse than.
    pub bound: Bound,
    /// How many observations each arm needs within a stage before the stage can pass. A failure does not wait for them:
    /// it needs evidence, and evidence counts for itself.
    pub minimum: u64,
    /// How many milliseconds after the end of the newest slot the data are stale. For a bound that compares, both arms
    /// must be fresh.
    pub max_age_ms: u64,
    /// For means and ratios: the smallest effect that is worth acting on, above 0, in the units of the bound. It says
    /// which effects are looked for first; the error is kept for any choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<f64>,
    /// When to warn.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub warn: Warn,
    /// What it takes to pass.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub pass: Pass,
    /// What a stage should do when it is over and there is no verdict for want of data.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub without_data: WithoutData,
    /// Its part of the plan's error probability, relative to those of the others; above 0.
    #[serde(default = "one")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub weight: f64,
}

const fn one() -> f64 {
    1.0
}

/// What a canary may not be worse than. A value at the bound is still good.
///
/// As JSON: `{"absolute":0.05}`, `{"difference":0.01}`, `{"lift":0.1}`, `{"odds":1.5}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailBound"))]
#[serde(rename_all = "camelCase")]
pub enum Bound {
    /// The metric's value in the canary. It knows nothing of the control: an outage of everything fails it as well.
    Absolute(f64),
    /// The canary's value minus the control's. 0 or on the bad side of it.
    Difference(f64),
    /// The canary's value by the control's, minus 1: 0.1 is a tenth more. 0 or on the bad side of it.
    Lift(f64),
    /// The canary's odds by the control's, for proportions alone: 1.5 is about half as many errors more, while errors are
    /// rare. Compared slot by slot, so neither an outage of both arms nor a change of shares is evidence. From 1 to 1,000
    /// where lower is better, else from 0.001 to 1.
    Odds(f64),
}

/// When to warn.
///
/// As JSON: `"estimate"`, `"never"`, `{"alpha":0.2}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailWarn"))]
#[serde(rename_all = "camelCase")]
pub enum Warn {
    /// When the estimate is beyond the bound, though it may be chance.
    #[default]
    Estimate,
    /// When there is weaker evidence than what fails: that of this error probability, between 0 and 1.
    Alpha(f64),
    /// Not at all.
    Never,
}

/// What it takes to pass, besides fresh data and the minimum of observations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailPass"))]
#[serde(rename_all = "camelCase")]
pub enum Pass {
    /// No evidence of harm. That says something where the minimum is what it takes to see the harm that matters, which
    /// [`Plan::characteristics`](super::Plan::characteristics) tells.
    #[default]
    NoHarm,
    /// Evidence of safety: the interval is on the good side of the bound. A bound that compares needs a margin for that.
    Shown,
}

/// What to do at the end of a stage without data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WithoutData {
    /// Stay in the stage.
    #[default]
    Hold,
    /// Roll back.
    Fail,
    /// Ask someone.
    Ask,
}

impl Bound {
    /// The number.
    pub const fn value(self) -> f64 {
        let (Self::Absolute(value) | Self::Difference(value) | Self::Lift(value) | Self::Odds(value)) = self;
        value
    }

    /// Whether it takes a control that runs beside the canary.
    pub const fn is_relative(self) -> bool {
        !matches!(self, Self::Absolute(_))
    }

    /// Whether evidence may be collected over stages of different shares. Sums of arms that change their shares differ
    /// where the time of day does, whatever the canary is like; slots compared one by one do not, and neither does one arm.
    pub const fn accumulates(self) -> bool {
        matches!(self, Self::Absolute(_) | Self::Odds(_))
    }
}

impl Guardrail {
    /// A guardrail with all that may be left out left out.
    pub const fn new(metric: Metric, bound: Bound, minimum: u64, max_age_ms: u64) -> Self {
        Self {
            metric,
            bound,
            minimum,
            max_age_ms,
            effect: None,
            warn: Warn::Estimate,
            pass: Pass::NoHarm,
            without_data: WithoutData::Hold,
            weight: 1.0,
        }
    }

    /// Whether it can be judged.
    ///
    /// # Errors
    ///
    /// At the member that is wrong: [`Cause::Kind`] for odds of what is no proportion, and for an effect of what needs
    /// none; [`Cause::Order`] for a bound that no value can cross or that asks the canary to be better than the control;
    /// numbers that are not finite or out of the range that is documented for them, an effect that is missing included.
    pub fn check(&self) -> Result<(), Error> {
        self.check_bound().map_err(|error| error.within("bound"))?;
        let needs_effect = matches!(self.metric.kind(), Kind::Mean | Kind::Ratio);
        match self.effect {
            Some(effect) if needs_effect => stats::positive(effect).map(|_| ()).map_err(Cause::from),
            Some(_) => Err(Cause::Kind),
            None if needs_effect => Err(stats::Error::OutOfRange.into()),
            None => Ok(()),
        }
        .map_err(|cause| Error::at("effect", cause))?;
        if let Warn::Alpha(alpha) = self.warn {
            stats::probability(alpha).map_err(|error| Error::at("warn", error.into()))?;
        }
        stats::positive(self.weight).map_err(|error| Error::at("weight", error.into()))?;
        Ok(())
    }

    fn check_bound(&self) -> Result<(), Error> {
        let (value, direction) = (stats::finite(self.bound.value())?, self.metric.direction());
        let is_possible = match (self.bound, self.metric.kind()) {
            (Bound::Absolute(_), Kind::Proportion) => is_between_shares(value, direction),
            (Bound::Absolute(_), Kind::Quantile(_)) => limits::SKETCH_VALUES.contains(&value),
            (Bound::Absolute(_), Kind::Mean | Kind::Ratio) => true,
            (Bound::Difference(_), Kind::Proportion) => value.abs() < 1.0 && direction.badness(value) >= 0.0,
            (Bound::Difference(_), _) => direction.badness(value) >= 0.0,
            (Bound::Lift(_), _) => value > -1.0 && direction.badness(value) >= 0.0,
            (Bound::Odds(_), Kind::Proportion) => {
                (1e-3..=1e3).contains(&value) && direction.badness(value) >= direction.badness(1.0)
            }
            (Bound::Odds(_), _) => return Err(Cause::Kind.into()),
        };
        if is_possible { Ok(()) } else { Err(Cause::Order.into()) }
    }
}

/// Whether there are shares on both sides of a bound, with the bound on the good one, that can be told from it.
fn is_between_shares(bound: f64, direction: Direction) -> bool {
    let is_inner = (1e-9..=1.0 - 1e-9).contains(&bound);
    is_inner || is_strict(bound, direction)
}

/// Whether a bound of a share allows no bad outcome at all: one is then proof.
#[expect(clippy::float_cmp, reason = "0 and 1 are what was written")]
pub(super) fn is_strict(bound: f64, direction: Direction) -> bool {
    bound == if direction == Direction::LowerIsBetter { 0.0 } else { 1.0 }
}
