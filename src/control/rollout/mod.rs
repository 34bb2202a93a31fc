//! Rollouts: one rule's exposure driven along a plan.
//!
//! A rollout never writes into the flag while it runs. It lies over the rule: publishing serves the rollout's split in the
//! place of the rule's `serve`. So what was there before needs no capturing: it is still there, with whatever else
//! was changed meanwhile, and rolling back is taking the rollout away. Only completing writes, at the plan's target.

mod duration;
mod plan;

use alloc::string::String;

use serde::{Deserialize, Serialize};

pub use duration::Duration;
pub(super) use plan::{At, Position};
pub use plan::{Curve, Exposure, Gate, Plan, Stage, Stages, Step};

use super::document::Document;
use crate::words::time::Timestamp;
use crate::words::value::Value;

/// Which rule a rollout drives, and along what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutCourse"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Course {
    /// Where.
    pub environment: String,
    /// The flag.
    pub flag: String,
    /// The id of its rule.
    pub rule: String,
    /// The split that is served, but for its exposure.
    pub split: Document,
    /// The stages.
    pub plan: Stages,
}

/// A rollout.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollout {
    pub(super) course: Course,
    pub(super) status: Status,
    /// From 0.
    pub(super) stage: usize,
    /// Active time in the stage up to `since`, in milliseconds.
    pub(super) active_ms: i64,
    /// Since when time runs; `None` while it stands still.
    pub(super) since: Option<Timestamp>,
    /// As decided last.
    pub(super) exposure: Exposure,
}

/// How a rollout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutStatus"))]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Time runs.
    Running,
    /// A stage is over, and its gate is closed.
    Waiting,
    /// Somebody has stopped it. What was reached is served.
    Paused,
    /// A kill has stopped it. Once that is lifted the start of the plan is served, until somebody resumes.
    PausedByKill,
    /// The plan's target is the flag's own now.
    Completed,
    /// Taken back: the rule is served as it was authored.
    RolledBack,
}

impl Status {
    /// Whether the rollout serves the rule.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Waiting | Self::Paused | Self::PausedByKill)
    }
}

/// What a tick or a decision found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutReached"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reached {
    /// From 0.
    pub stage: usize,
    /// Active time in it, in milliseconds.
    pub active_ms: i64,
    /// What is served.
    pub exposure: Exposure,
    /// How the rollout stands then.
    pub status: Status,
}

impl Rollout {
    pub(super) fn new(course: Course, at: Timestamp) -> Self {
        let exposure = course.plan.from;
        Self { course, status: Status::Running, stage: 0, active_ms: 0, since: Some(at), exposure }
    }

    /// What it drives, and along what.
    pub const fn course(&self) -> &Course {
        &self.course
    }

    /// How it stands.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Its stage, from 0.
    pub const fn stage(&self) -> usize {
        self.stage
    }

    /// What it serves: what was decided last, and the start of the plan after a kill.
    pub const fn served(&self) -> Exposure {
        if matches!(self.status, Status::PausedByKill) { self.course.plan.from } else { self.exposure }
    }

    /// Active time in the stage, in milliseconds.
    pub fn active_ms(&self, now: Timestamp) -> i64 {
        self.active_ms + self.since.map_or(0, |since| now.as_ms().saturating_sub(since.as_ms()).max(0))
    }

    /// Where it is by now, if that is somewhere else than before.
    pub(super) fn tick(&self, now: Timestamp) -> Option<Reached> {
        if self.status != Status::Running {
            return None;
        }
        let Position { stage, active_ms, exposure, state } = self.course.plan.position(self.stage, self.active_ms(now));
        let status = match state {
            At::Way => Status::Running,
            At::Gate => Status::Waiting,
            At::End => Status::Completed,
        };
        let is_same = (stage, exposure, status) == (self.stage, self.exposure, self.status);
        (!is_same).then_some(Reached { stage, active_ms, exposure, status })
    }

    /// The beginning of the next stage: what an opened gate, or somebody's patience, leads to.
    pub(super) fn next_stage(&self) -> Reached {
        let Position { stage, active_ms, exposure, state } = self.course.plan.position(self.stage + 1, 0);
        let status = match state {
            At::Way => Status::Running,
            At::Gate => Status::Waiting,
            At::End => Status::Completed,
        };
        Reached { stage, active_ms, exposure, status }
    }

    pub(super) fn reach(&mut self, reached: &Reached, at: Timestamp) {
        let Reached { stage, active_ms, exposure, status } = *reached;
        (self.stage, self.active_ms, self.exposure, self.status) = (stage, active_ms, exposure, status);
        self.since = (status == Status::Running).then_some(at);
    }

    /// When there is something to decide: time alone changes only a rollout that runs.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let since = self.since.filter(|_| self.status == Status::Running)?;
        let left = self.course.plan.next_ms(self.stage, self.active_ms)?;
        Some(Timestamp::from_ms(since.as_ms().saturating_add(left)))
    }

    /// What is served in the place of the rule's own `serve`.
    pub(super) fn serve(&self) -> Value {
        let exposure = Document::new([(String::from("exposure"), Value::Number(self.served().percent()))]);
        Value::Object([(String::from("split"), self.course.split.with(&exposure).to_value())].into())
    }
}
