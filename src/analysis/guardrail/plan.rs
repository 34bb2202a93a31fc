//! Plans: stages with guardrails, and one error probability for all of them.
//!
//! A test is a guardrail over the stages that it is in without a break. Where evidence may be collected over stages of
//! different shares ([`Bound::accumulates`]) and the bound stays the same, the null is the same, so it is one test: its
//! evidence goes on, and its error is spent once. Where the bound changes, or sums of two arms are compared, each stage
//! is a test by itself, which begins with the stage. The plan's error probability is divided among the tests by their
//! weights before the start, so all of them together fail a healthy canary with that probability at most.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Bound, Counted, Guardrail, Outcome, Period, Seen, Verdict};
use crate::analysis::metric::{Arm, Direction, Kind, Metric, Observations};
use crate::analysis::{Cause, Error};
use crate::stats::{self, sequential};
use crate::words::limits;
use crate::words::time::Timestamp;
use crate::words::weight::WHOLE;

/// The stages of a rollout.
///
/// As JSON: `{"alpha":0.05,"stages":[{"share":100000,"durationMs":900000,"guardrails":[...]}]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailPlan"))]
#[serde(try_from = "Raw")]
pub struct Plan {
    alpha: f64,
    stages: Vec<Stage>,
    #[serde(skip)]
    tests: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    alpha: f64,
    stages: Vec<Stage>,
}

/// A share of the traffic for a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailStage"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Stage {
    /// The canary's share in parts per million, above 0. The control has the rest; at 1,000,000 there is none.
    pub share: u32,
    /// How many milliseconds the stage lasts at least, above 0.
    pub duration_ms: u64,
    /// What is held against the canary.
    pub guardrails: Vec<Guardrail>,
}

/// A guardrail over the stages in which its evidence is collected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailTest"))]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// The metric's name.
    pub metric: alloc::string::String,
    /// The bound.
    pub bound: Bound,
    /// The first stage, from 0.
    pub first: usize,
    /// The last stage.
    pub last: usize,
    /// The probability with which it may fail a healthy canary, over all looks.
    pub alpha: f64,
}

/// What a stage's guardrails say together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StageVerdict {
    /// The stage, from 0.
    pub stage: usize,
    /// The worst of the answers: fail, then insufficient, then warn, then pass. Without guardrails nothing is known.
    pub outcome: Outcome,
    /// Whether a control ran beside the canary.
    pub has_control: bool,
    /// The answers, in the order of the guardrails.
    pub verdicts: Vec<Verdict>,
}

impl Plan {
    /// A plan whose guardrails fail a healthy canary with probability `alpha` at most, between 0 and 1.
    ///
    /// # Errors
    ///
    /// With the place of what is wrong: no stages, or too many; shares that do not rise from stage to stage or are not
    /// from 1 to 1,000,000 ([`Cause::Order`]); a duration of 0; a bound that compares in a stage without a control
    /// ([`Cause::Order`]), for it could never be judged; a metric with the same bound twice in a stage
    /// ([`Cause::Duplicate`]); metrics of one name and different kinds ([`Cause::Kind`]); as for [`Guardrail::check`].
    pub fn new(alpha: f64, stages: Vec<Stage>) -> Result<Self, Error> {
        stats::probability(alpha).map_err(|error| Error::at("alpha", error.into()))?;
        if stages.is_empty() {
            return Err(Error::at("stages", stats::Error::TooFew.into()));
        }
        if stages.len() > limits::STAGES {
            return Err(Error::at("stages", Cause::TooMany));
        }
        let mut share = 0;
        for (index, stage) in stages.iter().enumerate() {
            let checked = stage.check(share).and_then(|()| check_metrics(stage, &stages));
            checked.map_err(|error| error.within_index(index).within("stages"))?;
            share = stage.share;
        }
        let tests = tests(alpha, &stages)?;
        Ok(Self { alpha, stages, tests })
    }

    /// The default of canary deployments: a tenth, a half, all, with at most 5 %, 3 % and 2 % errors; and while a control
    /// runs, no more errors than there. Each stage wants 500, 1,000 and 2,000 requests in each arm.
    ///
    /// # Errors
    ///
    /// None in fact: the plan is checked by its tests.
    pub fn canary() -> Result<Self, Error> {
        const MINUTE: u64 = 60_000;
        let errors = Metric::new("errors", Kind::Proportion, Direction::LowerIsBetter)?;
        let guardrail = |bound, minimum| Guardrail::new(errors.clone(), bound, minimum, 5 * MINUTE);
        let stage = |share, minutes: u64, most, minimum| {
            let beside = (share < WHOLE).then(|| guardrail(Bound::Odds(1.0), minimum));
            let guardrails = beside.into_iter().chain([guardrail(Bound::Absolute(most), minimum)]).collect();
            Stage { share, duration_ms: minutes * MINUTE, guardrails }
        };
        let stages = [stage(100_000, 30, 0.05, 500), stage(500_000, 60, 0.03, 1_000), stage(WHOLE, 120, 0.02, 2_000)];
        Self::new(0.05, stages.into())
    }

    /// The error probability of all tests together.
    pub const fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The stages.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The tests, with their parts of the error probability, whose exact sum is not above [`Plan::alpha`].
    pub fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// Judges the stage that goes on. `starts` are the beginnings of the stages so far, of which that of this stage is
    /// the last one; `arms` are the canary's and the control's.
    ///
    /// # Errors
    ///
    /// [`stats::Error::Mismatch`] for no starts, more than there are stages, or starts that fall; as for [`Seen::of`]
    /// and [`Guardrail::judge`], with the place in the plan.
    pub fn judge(
        &self,
        starts: &[Timestamp],
        observations: &Observations,
        arms: (&Arm, &Arm),
        now: Timestamp,
    ) -> Result<StageVerdict, Error> {
        self.judge_beyond(&Counted::default(), starts, observations, arms, now)
    }

    /// Counts the slots that are over, so that [`Plan::judge_beyond`] need not.
    ///
    /// # Errors
    ///
    /// As for [`Plan::judge`]. What was counted before stays then.
    pub fn count(
        &self,
        counted: &mut Counted,
        starts: &[Timestamp],
        observations: &Observations,
        arms: (&Arm, &Arm),
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(stage) = starts.len().checked_sub(1) else { return Ok(()) };
        for guardrail in self.stages.get(stage).into_iter().flat_map(|stage| &stage.guardrails) {
            let (Bound::Odds(margin), Some(test)) = (guardrail.bound, self.test_of(stage, guardrail)) else { continue };
            let series = |arm| observations.get(guardrail.metric.name(), arm);
            let since = starts.get(test.first).copied();
            if let (Some(canary), Some(control), Some(since)) = (series(arms.0), series(arms.1), since) {
                counted.count(margin, canary, control, since, now).map_err(Error::from)?;
            }
        }
        Ok(())
    }

    /// As [`Plan::judge`], with slots that were counted before.
    ///
    /// # Errors
    ///
    /// As for [`Plan::judge`].
    pub fn judge_beyond(
        &self,
        counted: &Counted,
        starts: &[Timestamp],
        observations: &Observations,
        arms: (&Arm, &Arm),
        now: Timestamp,
    ) -> Result<StageVerdict, Error> {
        let mismatch = || Error::at("starts", stats::Error::Mismatch.into());
        let (stage, &stage_since) = starts.iter().enumerate().next_back().ok_or_else(mismatch)?;
        let current = self.stages.get(stage).filter(|_| starts.is_sorted()).ok_or_else(mismatch)?;
        let has_control = current.has_control();
        let mut verdicts = Vec::new();
        for (place, guardrail) in current.guardrails.iter().enumerate() {
            let test = self.test_of(stage, guardrail).ok_or_else(mismatch)?;
            let period = Period { since: starts.get(test.first).copied().unwrap_or(stage_since), stage_since };
            let beside = (arms.0, has_control.then_some(arms.1));
            let seen = Seen::beyond(counted, guardrail, observations, beside, period, now);
            let verdict = seen.and_then(|seen| guardrail.judge(&seen, test.alpha));
            let within =
                |error: Error| error.within_index(place).within("guardrails").within_index(stage).within("stages");
            verdicts.push(verdict.map_err(within)?);
        }
        let outcome = verdicts.iter().map(|verdict| verdict.outcome).max().unwrap_or(Outcome::Insufficient);
        Ok(StageVerdict { stage, outcome, has_control, verdicts })
    }

    /// The guardrail of a test, as its first stage has it.
    pub(super) fn guardrail_of(&self, test: &Test) -> Option<&Guardrail> {
        let is_its = |guardrail: &&Guardrail| test.bound == guardrail.bound && test.metric == guardrail.metric.name();
        self.stages.get(test.first)?.guardrails.iter().find(is_its)
    }

    fn test_of(&self, stage: usize, guardrail: &Guardrail) -> Option<&Test> {
        self.tests.iter().find(|test| {
            (test.first..=test.last).contains(&stage)
                && test.bound == guardrail.bound
                && test.metric == guardrail.metric.name()
        })
    }
}

impl TryFrom<Raw> for Plan {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        Self::new(raw.alpha, raw.stages)
    }
}

impl Stage {
    /// Whether a control runs beside the canary.
    pub const fn has_control(&self) -> bool {
        self.share < WHOLE
    }

    fn check(&self, before: u32) -> Result<(), Error> {
        if self.share <= before || self.share > WHOLE {
            return Err(Error::at("share", Cause::Order));
        }
        if self.duration_ms == 0 {
            return Err(Error::at("durationMs", stats::Error::OutOfRange.into()));
        }
        if self.guardrails.len() > limits::GUARDRAILS {
            return Err(Error::at("guardrails", Cause::TooMany));
        }
        for (index, guardrail) in self.guardrails.iter().enumerate() {
            self.check_guardrail(index, guardrail).map_err(|error| error.within_index(index).within("guardrails"))?;
        }
        Ok(())
    }

    fn check_guardrail(&self, index: usize, guardrail: &Guardrail) -> Result<(), Error> {
        guardrail.check()?;
        if guardrail.bound.is_relative() && !self.has_control() {
            return Err(Error::at("bound", Cause::Order));
        }
        let is_known = |known: &Guardrail| is_same(known, guardrail);
        if self.guardrails.iter().take(index).any(is_known) {
            Err(Error::at("bound", Cause::Duplicate))
        } else {
            Ok(())
        }
    }
}

/// One name is one metric in all of the plan.
fn check_metrics(stage: &Stage, stages: &[Stage]) -> Result<(), Error> {
    for (index, guardrail) in stage.guardrails.iter().enumerate() {
        let metric = &guardrail.metric;
        let is_other = |other: &Guardrail| other.metric.name() == metric.name() && other.metric != *metric;
        if stages.iter().flat_map(|stage| &stage.guardrails).any(is_other) {
            return Err(Error::at("metric", Cause::Kind).within_index(index).within("guardrails"));
        }
    }
    Ok(())
}

/// Whether two guardrails have the same null.
fn is_same(one: &Guardrail, other: &Guardrail) -> bool {
    one.metric.name() == other.metric.name() && one.bound == other.bound
}

/// Whether the evidence of one goes on in the other, a stage later. The mixture of a mean is fixed before the first look.
fn goes_on(one: &Guardrail, other: &Guardrail) -> bool {
    is_same(one, other) && one.effect == other.effect && one.bound.accumulates()
}

fn tests(alpha: f64, stages: &[Stage]) -> Result<Vec<Test>, Error> {
    let (mut tests, mut weights) = (Vec::new(), Vec::new());
    let mut before: &[Guardrail] = &[];
    for (first, stage) in stages.iter().enumerate() {
        for guardrail in &stage.guardrails {
            if before.iter().any(|earlier| goes_on(earlier, guardrail)) {
                continue;
            }
            let later = stages.iter().skip(first + 1);
            let more = later.take_while(|stage| stage.guardrails.iter().any(|other| goes_on(guardrail, other))).count();
            let (metric, bound) = (guardrail.metric.name().into(), guardrail.bound);
            tests.push(Test { metric, bound, first, last: first + more, alpha: 0.0 });
            weights.push(guardrail.weight);
        }
        before = &stage.guardrails;
    }
    if tests.is_empty() {
        return Ok(tests);
    }
    for (test, part) in tests.iter_mut().zip(sequential::split(alpha, &weights)?) {
        test.alpha = part;
    }
    Ok(tests)
}
