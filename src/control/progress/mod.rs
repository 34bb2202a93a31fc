//! The way along a plan: time, evidence, gates and people's hands, whatever is exposed by it.
//!
//! Rollouts and deployments get along in the same way. What time and observations bring is decided here: stages that are
//! over, verdicts that roll back by themselves, gates, and the patience with which missing data are waited for.

mod decide;
mod freeze;
mod plan;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub(super) use decide::{Hand, Subject};
pub use freeze::{Freeze, Freezes};
pub use plan::{Curve, Exposure, Gate, Monitoring, Plan, Stage, Stages, Step, Watch};

use super::rejection::{Rejection, RejectionCode};
use crate::analysis::guardrail::{self, Counted, Outcome, StageVerdict, WithoutData};
use crate::analysis::metric::{Arm, Observation, Observations, Query};
use crate::words::limits;
use crate::words::time::Timestamp;

/// How far something is along its plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    plan: Stages,
    /// The guardrails of the plan, if it has any.
    guard: Option<guardrail::Plan>,
    status: Status,
    /// From 0.
    stage: usize,
    /// Active time in the stage up to `since`, in milliseconds.
    active_ms: i64,
    /// Since when time runs; `None` while it stands still.
    since: Option<Timestamp>,
    /// As decided last.
    exposure: Exposure,
    /// When each stage so far began.
    starts: Vec<Timestamp>,
    observations: Option<Observations>,
    /// What of them was compared already.
    counted: Counted,
    /// The last one that was noted.
    verdict: Option<StageVerdict>,
}

/// How a rollout or a deployment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryStatus"))]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Time runs.
    Running,
    /// A stage is over, and waits for data that suffice for a verdict.
    Holding,
    /// A stage is over, and its gate is closed.
    Waiting,
    /// Somebody has stopped it. What was reached is served.
    Paused,
    /// A kill has stopped it. Once that is lifted the start of the plan is served, until somebody resumes.
    PausedByKill,
    /// The plan's target is what is authored now.
    Completed,
    /// Taken back, for something was wrong: what was authored is served.
    RolledBack,
    /// Called off: what was authored is served.
    Aborted,
    /// Another one has taken its place: what was authored is served until that one ends.
    Superseded,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 9] = [
        Self::Running,
        Self::Holding,
        Self::Waiting,
        Self::Paused,
        Self::PausedByKill,
        Self::Completed,
        Self::RolledBack,
        Self::Aborted,
        Self::Superseded,
    ];

    /// Whether the plan is what is served.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Holding | Self::Waiting | Self::Paused | Self::PausedByKill)
    }

    /// Whether time runs.
    const fn is_timed(self) -> bool {
        matches!(self, Self::Running | Self::Holding)
    }

    /// In words that follow a name.
    pub(super) const fn says(self) -> &'static str {
        match self {
            Self::Running => "is running",
            Self::Holding => "waits for data",
            Self::Waiting => "waits at a gate",
            Self::Paused => "is paused",
            Self::PausedByKill => "is paused by a kill",
            Self::Completed => "is completed",
            Self::RolledBack => "is rolled back",
            Self::Aborted => "is aborted",
            Self::Superseded => "is superseded",
        }
    }
}

/// Why something got where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryCause"))]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// Its time.
    Time,
    /// Somebody's hand.
    Command,
    /// What its guardrails say.
    Verdict,
    /// Data that did not come.
    NoData,
    /// A kill.
    Kill,
    /// A freeze, in which time stands still.
    Freeze,
}

/// Where something got.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryReached"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reached {
    /// From 0; the number of stages at the end.
    pub stage: usize,
    /// Active time in it, in milliseconds.
    pub active_ms: i64,
    /// What is served.
    pub exposure: Exposure,
    /// How it stands then.
    pub status: Status,
    /// Why.
    pub cause: Cause,
}

/// What happens on the way.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Happened {
    Observed(Vec<Observation>),
    Judged(StageVerdict),
    Reached(Reached),
}

const ARMS: (&Arm, &Arm) = (&Arm::Canary, &Arm::Control);

impl Progress {
    pub(super) fn new(plan: Stages, at: Timestamp) -> Self {
        // Plans are checked before they are carried out.
        let (guard, observations) = (plan.guard().ok().flatten(), plan.observed().ok().flatten());
        let exposure = plan.from;
        Self {
            plan,
            guard,
            status: Status::Running,
            stage: 0,
            active_ms: 0,
            since: Some(at),
            exposure,
            starts: Vec::from([at]),
            observations,
            counted: Counted::default(),
            verdict: None,
        }
    }

    /// The plan.
    pub const fn plan(&self) -> &Stages {
        &self.plan
    }

    /// How it stands.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Its stage, from 0.
    pub const fn stage(&self) -> usize {
        self.stage
    }

    /// What is served: what was decided last, the start of the plan after a kill, and nothing of what was taken back,
    /// called off or replaced.
    pub const fn served(&self) -> Exposure {
        match self.status {
            Status::Running | Status::Holding | Status::Waiting | Status::Paused | Status::Completed => self.exposure,
            Status::PausedByKill => self.plan.from,
            Status::RolledBack | Status::Aborted | Status::Superseded => Exposure::NONE,
        }
    }

    /// Whether it lies over what is authored, and with what.
    pub(super) const fn lies(&self) -> Option<Exposure> {
        if self.status.is_active() { Some(self.served()) } else { None }
    }

    /// When it began.
    pub fn started(&self) -> Option<Timestamp> {
        self.starts.first().copied()
    }

    /// What was observed, if anything is to be.
    pub const fn observations(&self) -> Option<&Observations> {
        self.observations.as_ref()
    }

    /// The last verdict that was noted, with its evidence.
    pub const fn verdict(&self) -> Option<&StageVerdict> {
        self.verdict.as_ref()
    }

    /// Active time in the stage, in milliseconds.
    pub fn active_ms(&self, now: Timestamp) -> i64 {
        self.active_ms + self.since.map_or(0, |since| self.plan.freezes.active_ms(since, now))
    }

    /// When there is something to decide: time alone changes only what runs.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let since = self.since.filter(|_| self.status.is_timed())?;
        // What was seen to stand still is looked at again when it need not any more.
        if let Some(freeze) = self.plan.freezes.on(since) {
            return Some(Timestamp::from_ms(freeze.until));
        }
        let left = self.plan.next_ms(self.stage, self.active_ms)?;
        Some(self.plan.freezes.after(since, left))
    }

    /// When it will be at its target if nothing holds it up; `None` while something does, and where a gate is to come.
    pub fn estimated_end(&self, now: Timestamp) -> Option<Timestamp> {
        let left = self.plan.stages.get(self.stage..).filter(|_| self.status == Status::Running)?;
        if left.iter().any(|stage| stage.gate != Gate::None) {
            return None;
        }
        let ms = left.iter().map(Stage::length_ms).fold(0, i64::saturating_add) - self.active_ms(now);
        Some(self.plan.freezes.after(now, ms.max(0)))
    }

    /// What a host has to find out: whole slots that are over, of both arms, after the newest that is known.
    pub fn queries(&self, now: Timestamp) -> Vec<Query> {
        let (Some(observations), Some(start)) = (&self.observations, self.started()) else { return Vec::new() };
        let span = now.as_ms().saturating_sub(start.as_ms()).max(0);
        observations.queries(&[Arm::Canary, Arm::Control], now, u32::try_from(span).unwrap_or(u32::MAX))
    }

    /// What the guardrails of the stage say now; `None` where there are none, and where nothing can be said.
    pub fn judge(&self, now: Timestamp) -> Option<StageVerdict> {
        self.plan.stages.get(self.stage).filter(|stage| stage.is_monitored())?;
        let (guard, observations) = (self.guard.as_ref()?, self.observations.as_ref()?);
        guard.judge_beyond(&self.counted, &self.starts, observations, ARMS, now).ok()
    }

    /// What comes of time and evidence.
    pub(super) fn due(&self, now: Timestamp) -> Vec<Happened> {
        let mut happened = Vec::new();
        let verdict = if self.is_watched() { self.judge(now) } else { None };
        let outcome = verdict.as_ref().map(|verdict| verdict.outcome);
        let reached = if outcome == Some(Outcome::Fail) {
            Some(self.stop(Status::RolledBack, Cause::Verdict, now))
        } else {
            self.tick(verdict.as_ref(), now)
        };
        let is_news = |reached: &Reached| reached.status != self.status || reached.stage != self.stage;
        // Nothing is known before something was said.
        let before = self.verdict.as_ref().map_or(Outcome::Insufficient, |verdict| verdict.outcome);
        if outcome.is_some_and(|outcome| outcome != before) || reached.as_ref().is_some_and(is_news) {
            happened.extend(verdict.map(Happened::Judged));
        }
        happened.extend(reached.map(Happened::Reached));
        happened
    }

    /// Whether somebody is exposed of whom observations tell. Those who only wait, or were paused, still are.
    const fn is_watched(&self) -> bool {
        self.status.is_active() && !matches!(self.status, Status::PausedByKill)
    }

    /// Where it is by now, if that is somewhere else than before. Stages that are over fold into one step, however late
    /// it is; but a gate is not passed, and a stage in which data count begins when it is served.
    fn tick(&self, verdict: Option<&StageVerdict>, now: Timestamp) -> Option<Reached> {
        let since = self.since.filter(|_| self.status.is_timed())?;
        let was_frozen = self.plan.freezes.on(since);
        if let Some(freeze) = self.plan.freezes.on(now) {
            // Noted once, however late: nothing begins in a freeze, not even what was due before it.
            let is_news = was_frozen != Some(freeze);
            return is_news.then(|| self.stop(self.status, Cause::Freeze, now));
        }
        let (mut stage, mut active_ms) = (self.stage, self.active_ms(now));
        let (status, cause) = loop {
            let Some(current) = self.plan.stages.get(stage) else { break (Status::Completed, Cause::Time) };
            let length = current.length_ms();
            if active_ms < length {
                break (Status::Running, Cause::Time);
            }
            let is_monitored = current.is_monitored();
            if is_monitored && verdict.is_none_or(|verdict| verdict.outcome == Outcome::Insufficient) {
                let is_patient = active_ms < length.saturating_add(current.deadline.as_ms());
                match policy(verdict).filter(|_| !is_patient) {
                    None | Some(WithoutData::Hold) => break (Status::Holding, Cause::NoData),
                    Some(WithoutData::Fail) => break (Status::RolledBack, Cause::NoData),
                    Some(WithoutData::Ask) => break (Status::Waiting, Cause::NoData),
                }
            }
            if current.gate != Gate::None {
                active_ms = length;
                break (Status::Waiting, Cause::Time);
            }
            stage += 1;
            // What follows evidence, or is to give some, was not served before now.
            let begins = is_monitored || self.plan.stages.get(stage).is_some_and(Stage::is_monitored);
            active_ms = if begins { 0 } else { active_ms - length };
        };
        let exposure = self.plan.exposure(stage, active_ms);
        let active_ms = if status == Status::Completed { 0 } else { active_ms };
        let is_same = (stage, exposure, status) == (self.stage, self.exposure, self.status);
        (!is_same || was_frozen.is_some()).then_some(Reached { stage, active_ms, exposure, status, cause })
    }

    /// Takes observations in, as far as they can be judged.
    fn record(&self, observations: &[Observation], now: Timestamp) -> Result<Vec<Happened>, Rejection> {
        let malformed = |wrong: &dyn core::fmt::Display| {
            Rejection::new(RejectionCode::Malformed, format!("`observations`: {wrong}"))
        };
        if observations.is_empty() {
            return Err(malformed(&"there are none"));
        }
        if self.observations.is_none() {
            let message = "its plan has no guardrails, so nothing is to be observed";
            return Err(Rejection::new(RejectionCode::WrongState, message));
        }
        if let Some(late) = observations.iter().find(|seen| seen.at > now) {
            return Err(malformed(&format!("`{}` was observed at {}, which is to come", late.metric, late.at.as_ms())));
        }
        let mut next = self.clone();
        next.take_in(observations, now).map_err(|error| malformed(&error))?;
        let is_monitored = self.plan.stages.get(self.stage).is_some_and(Stage::is_monitored);
        if let (true, Some(guard), Some(known)) = (is_monitored, &next.guard, &next.observations) {
            guard.judge_beyond(&next.counted, &next.starts, known, ARMS, now).map_err(|error| malformed(&error))?;
        }
        let mut happened = Vec::from([Happened::Observed(observations.into())]);
        happened.extend(next.due(now));
        Ok(happened)
    }

    /// The next stage begins: what an opened gate leads to, and somebody's impatience.
    fn advance(&self, despite: Option<&str>, now: Timestamp) -> Result<Vec<Happened>, String> {
        if let Some(Freeze { until, .. }) = self.plan.freezes.on(now) {
            return Err(format!("no stage begins in the freeze until {until}"));
        }
        let verdict = self.judge(now);
        let is_monitored = self.plan.stages.get(self.stage).is_some_and(Stage::is_monitored);
        let speaks_for = |verdict: &StageVerdict| matches!(verdict.outcome, Outcome::Pass | Outcome::Warn);
        if is_monitored && despite.is_none() && !verdict.as_ref().is_some_and(speaks_for) {
            let why = verdict.as_ref().map_or_else(|| "nothing is known".into(), doubt);
            return Err(format!("its guardrails do not say that it may go on ({why}): say in `despite` why it shall"));
        }
        let stage = self.stage + 1;
        let exposure = self.plan.exposure(stage, 0);
        let begun = Self { stage, active_ms: 0, since: Some(now), exposure, status: Status::Running, ..self.clone() };
        let here = Reached { stage, active_ms: 0, exposure, status: Status::Running, cause: Cause::Command };
        // A stage may take no time, and there may be none.
        let reached = begun.tick(None, now).map_or(here, |reached| Reached { cause: Cause::Command, ..reached });
        Ok(verdict.map(Happened::Judged).into_iter().chain([Happened::Reached(reached)]).collect())
    }

    /// It stands still, where it is by now.
    pub(super) fn stop(&self, status: Status, cause: Cause, now: Timestamp) -> Reached {
        Reached { stage: self.stage, active_ms: self.active_ms(now), exposure: self.exposure, status, cause }
    }

    /// It goes on where it stood.
    fn resume(&self) -> Reached {
        let Self { stage, active_ms, exposure, .. } = *self;
        Reached { stage, active_ms, exposure, status: Status::Running, cause: Cause::Command }
    }

    /// It is at its target, whatever stages are left.
    fn complete(&self) -> Reached {
        let (stage, exposure) = (self.plan.stages.len(), self.plan.target());
        Reached { stage, active_ms: 0, exposure, status: Status::Completed, cause: Cause::Command }
    }

    pub(super) fn observed(&mut self, observations: &[Observation], at: Timestamp) {
        // What can be folded was looked at before it was recorded.
        drop(self.take_in(observations, at));
    }

    pub(super) fn judged(&mut self, verdict: &StageVerdict) {
        self.verdict = Some(verdict.clone());
    }

    pub(super) fn reached(&mut self, reached: &Reached, at: Timestamp) {
        let Reached { stage, active_ms, exposure, status, .. } = *reached;
        (self.stage, self.active_ms, self.exposure, self.status) = (stage, active_ms, exposure, status);
        self.since = status.is_timed().then_some(at);
        while self.starts.len() <= stage && self.starts.len() < self.plan.stages.len() {
            self.starts.push(at);
            self.verdict = None;
        }
    }

    fn take_in(&mut self, list: &[Observation], now: Timestamp) -> Result<(), crate::analysis::Error> {
        let (Some(observations), Some(oldest)) = (&mut self.observations, list.iter().map(|seen| seen.at).min()) else {
            return Ok(());
        };
        // There is room for so many slots, and a stage that is held for long must not come to its end by that.
        let room = (limits::WINDOW_SLOTS as u64 - 100).saturating_mul(observations.slot_ms().into());
        observations.forget(now, u32::try_from(room).unwrap_or(u32::MAX));
        for (index, seen) in list.iter().enumerate() {
            observations.add(seen).map_err(|error| error.within_index(index))?;
        }
        self.counted.reopen(oldest);
        self.guard
            .as_ref()
            .map_or(Ok(()), |guard| guard.count(&mut self.counted, &self.starts, observations, ARMS, now))
    }
}

/// What to do for want of data: of all that do not know, the one that does most.
fn policy(verdict: Option<&StageVerdict>) -> Option<WithoutData> {
    let rank = |policy: &WithoutData| match policy {
        WithoutData::Hold => 0,
        WithoutData::Ask => 1,
        WithoutData::Fail => 2,
    };
    verdict.into_iter().flat_map(|verdict| &verdict.verdicts).filter_map(|one| one.without_data).max_by_key(rank)
}

/// What speaks against going on.
pub(super) fn doubt(verdict: &StageVerdict) -> String {
    let worst = verdict.verdicts.iter().find(|one| one.outcome == verdict.outcome);
    worst.map_or_else(|| "nothing is known".into(), |one| one.why.clone())
}
