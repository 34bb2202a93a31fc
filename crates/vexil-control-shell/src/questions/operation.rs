//! What to do about what was observed: alerts, health, circuit breakers.
#![expect(clippy::needless_pass_by_value, reason = "as all questions are answered")]

use alloc::vec::Vec;

use serde::Deserialize;
use vexil::Timestamp;
use vexil::analysis::alert::{AlertRule, Rules, States, Watched};
use vexil::analysis::breaker::{Breaker, BreakerRule, Input, Next};
use vexil::analysis::health::{Health, HealthModel, HealthPart};
use vexil::analysis::metric::{Metrics, Observations};
use vexil::words::weight::Ppm;

use super::Instant;
use crate::Failure;

/// Rules of alerts, and how they stood.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct WatchQuestion {
    /// The rules.
    rules: Vec<AlertRule>,
    /// How they stood, by their keys; a rule without a state begins with one.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    states: States,
    /// What was observed.
    observations: Observations,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// Looks at all rules.
pub(super) fn watch(question: WatchQuestion) -> Result<Watched, Failure> {
    let WatchQuestion { rules, states, observations, now } = question;
    let rules = rules_of(rules, observations.metrics())?;
    Ok(rules.watch(&states, &observations, now.into())?)
}

pub(super) fn rules_of(rules: Vec<AlertRule>, metrics: &Metrics) -> Result<Rules, Failure> {
    Rules::new(metrics, rules).map_err(|error| Failure::from(error).within("rules"))
}

/// What health is measured by.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "HealthModel"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Model {
    /// The span whose values count, in milliseconds.
    window_ms: u32,
    /// The metrics.
    parts: Vec<HealthPart>,
}

impl Model {
    pub(super) fn score(self, observations: &Observations, now: Timestamp) -> Result<Health, Failure> {
        let model = HealthModel::new(observations.metrics(), self.window_ms, self.parts);
        let model = model.map_err(|error| Failure::from(error).within("model"))?;
        Ok(model.score(observations, now)?)
    }
}

/// A model of health, and what was observed.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct HealthQuestion {
    /// What it is measured by.
    model: Model,
    /// What was observed.
    observations: Observations,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// How well something does.
pub(super) fn health(question: HealthQuestion) -> Result<Health, Failure> {
    question.model.score(&question.observations, question.now.into())
}

/// A breaker, and what happens to it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct BreakerQuestion {
    /// When it opens, for how long, and how it tries again.
    rule: BreakerRule,
    /// Where it is; closed from now on unless it is said.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    state: Option<Breaker>,
    /// What happens.
    input: Input,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// What follows for a breaker.
pub(super) fn breaker(question: BreakerQuestion) -> Result<Next, Failure> {
    let BreakerQuestion { rule, state, input, now } = question;
    let state = match state {
        Some(state) => state,
        None => Breaker::new(&rule, now.into())?,
    };
    Ok(state.step(&rule, input, now.into())?)
}

/// A breaker, and what would be served without it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct BreakerExposureQuestion {
    /// The rule.
    rule: BreakerRule,
    /// Where the breaker is.
    state: Breaker,
    /// The exposure without it, in parts per million.
    exposure: u32,
}

/// What a breaker leaves of an exposure, in parts per million.
pub(super) fn breaker_exposure(question: BreakerExposureQuestion) -> Result<u32, Failure> {
    let exposure = share(question.exposure).map_err(|failure| failure.within("exposure"))?;
    Ok(question.state.exposure(&question.rule, exposure).get())
}

/// A share in parts per million.
pub(super) fn share(ppm: u32) -> Result<Ppm, Failure> {
    Ppm::new(ppm).ok_or_else(|| Failure::input("a share is at most 1000000 parts per million"))
}
