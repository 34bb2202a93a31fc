//! Guardrails.
#![expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "as all questions are answered")]

use alloc::vec::Vec;

use serde::Deserialize;
use vexil::Timestamp;
use vexil::analysis::guardrail::{
    Characteristics, Expected, Guardrail, Period, Plan, Seen, StageVerdict, Test, Verdict,
};
use vexil::analysis::metric::{Arm, Observations};

use super::{Instant, Nothing};
use crate::Failure;

/// The default plan of canary deployments.
pub(super) fn canary_plan(_: Nothing) -> Result<Plan, Failure> {
    Ok(Plan::canary()?)
}

/// The tests of a plan, with their parts of its error probability.
pub(super) fn plan_tests(plan: Plan) -> Result<Vec<Test>, Failure> {
    Ok(plan.tests().to_vec())
}

/// A plan before its start.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct CharacteristicsQuestion {
    /// The plan.
    plan: Plan,
    /// The traffic and the metrics that are expected.
    expected: Expected,
}

/// What a plan will do to a healthy canary and to a changed one.
pub(super) fn characteristics(question: CharacteristicsQuestion) -> Result<Characteristics, Failure> {
    question.plan.characteristics(&question.expected).map_err(|error| Failure::from(error).within("expected"))
}

/// A plan that goes on.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct JudgeQuestion {
    /// The plan.
    plan: Plan,
    /// When the stages so far began, in milliseconds since the epoch; the last one is that of the stage that goes on.
    starts: Vec<Instant>,
    /// What was observed.
    observations: Observations,
    /// The arm that is rolled out; `canary` unless it is said.
    #[serde(default = "canary")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    canary: Arm,
    /// The arm beside it; `control` unless it is said.
    #[serde(default = "control")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    control: Arm,
    /// Milliseconds since the epoch.
    now: Instant,
}

const fn canary() -> Arm {
    Arm::Canary
}

const fn control() -> Arm {
    Arm::Control
}

/// Whether the stage that goes on may go on.
pub(super) fn judge(question: JudgeQuestion) -> Result<StageVerdict, Failure> {
    let JudgeQuestion { plan, starts, observations, canary, control, now } = question;
    let starts: Vec<Timestamp> = starts.into_iter().map(Timestamp::from).collect();
    // What is wrong with the data of a guardrail is told with the guardrail's place in the plan.
    plan.judge(&starts, &observations, (&canary, &control), now.into()).map_err(|error| {
        let is_of_plan = error.path.starts_with("/stages");
        let failure = Failure::from(error);
        if is_of_plan { failure.within("plan") } else { failure }
    })
}

/// One guardrail, and what was observed.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct SeenQuestion {
    /// The guardrail.
    guardrail: Guardrail,
    /// What was observed.
    observations: Observations,
    /// The arm that is rolled out; `canary` unless it is said.
    #[serde(default = "canary")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    canary: Arm,
    /// The arm beside it; `control` unless it is said, and none for a stage without one.
    #[serde(default = "some_control")]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    control: Option<Arm>,
    /// From when on data count.
    period: Period,
    /// Milliseconds since the epoch.
    now: Instant,
}

const fn some_control() -> Option<Arm> {
    Some(Arm::Control)
}

/// What a guardrail is judged by.
pub(super) fn seen(question: SeenQuestion) -> Result<Seen, Failure> {
    let SeenQuestion { guardrail, observations, canary, control, period, now } = question;
    Ok(Seen::of(&guardrail, &observations, (&canary, control.as_ref()), period, now.into())?)
}

/// One guardrail, and what it is judged by.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct GuardrailQuestion {
    /// The guardrail.
    guardrail: Guardrail,
    /// The data.
    seen: Seen,
    /// The probability with which a healthy canary may fail at any of all looks, between 0 and 1.
    alpha: f64,
}

/// What a guardrail says of data.
pub(super) fn judge_guardrail(question: GuardrailQuestion) -> Result<Verdict, Failure> {
    let GuardrailQuestion { guardrail, seen, alpha } = question;
    guardrail.check().map_err(|error| Failure::from(error).within("guardrail"))?;
    Ok(guardrail.judge(&seen, alpha)?)
}
