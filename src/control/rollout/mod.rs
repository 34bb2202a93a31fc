//! Rollouts: the exposure of rules driven along a plan.
//!
//! A rollout never writes into a flag while it runs. It lies over its rules: publishing serves the rollout's split in the
//! place of a rule's `serve`. So what was there before needs no capturing: it is still there, with whatever else
//! was changed meanwhile, and rolling back is taking the rollout away. Only completing writes, at the plan's target.

pub(super) mod decide;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::progress::{Happened, Plan, Progress, Reached, Stages};
use crate::analysis::guardrail::StageVerdict;
use crate::analysis::metric::Observation;
use crate::words::time::Timestamp;
use crate::words::value::Value;

/// What can be asked of a rollout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutCommand"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Begins to drive rules. The id of the rollout was never used before.
    Start {
        /// Where.
        environment: String,
        /// At least one rule, which no other rollout drives. They are driven together.
        rules: Vec<Target>,
        /// What is to be done.
        plan: Plan,
    },
    /// Takes in what the host has observed, and rolls back on evidence of harm.
    Record {
        /// Each at or before now. The arms are `canary`, who is exposed, and `control`, who would be at 100 %.
        observations: Vec<Observation>,
    },
    /// Opens the gate of a stage, or ends a stage before its time.
    Advance {
        /// Why it shall go on although its guardrails do not say that it may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<String>,
    },
    /// Stops its time. What was reached is served, and guardrails are still watched.
    Pause {},
    /// Lets its time run on, from where it stood.
    Resume {},
    /// Takes it back, for something is wrong: its rules serve what was authored.
    RollBack {},
    /// Calls it off: its rules serve what was authored.
    Abort {},
    /// Ends it at its target, whatever stages are left.
    Complete {},
}

/// A rule that is to be driven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutTarget"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Target {
    /// The flag.
    pub flag: String,
    /// The id of its rule.
    pub rule: String,
    /// The variant that is rolled out, unless the rule has a split already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// What happens to a rollout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutEvent"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// It began.
    Started {
        /// What it drives.
        course: Course,
    },
    /// Something was observed.
    Observed {
        /// What.
        observations: Vec<Observation>,
    },
    /// Its guardrails said something else than before, or something was decided by them.
    Judged {
        /// What they said, with the evidence.
        verdict: StageVerdict,
    },
    /// It is somewhere else.
    Reached {
        /// Where.
        reached: Reached,
    },
}

impl From<Happened> for Event {
    fn from(happened: Happened) -> Self {
        match happened {
            Happened::Observed(observations) => Self::Observed { observations },
            Happened::Judged(verdict) => Self::Judged { verdict },
            Happened::Reached(reached) => Self::Reached { reached },
        }
    }
}

/// Which rules a rollout drives, and along what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutCourse"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Course {
    /// Where.
    pub environment: String,
    /// The rules.
    pub rules: Vec<Driven>,
    /// The stages.
    pub plan: Stages,
}

/// A rule that is driven.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutDriven"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Driven {
    /// The flag.
    pub flag: String,
    /// The id of its rule.
    pub rule: String,
    /// The split that is served, but for its exposure.
    pub split: Document,
}

impl Driven {
    /// What is served in the place of the rule's own `serve`.
    pub(super) fn serve(&self, exposure: super::progress::Exposure) -> Value {
        let exposure = Document::new([(String::from("exposure"), Value::Number(exposure.percent()))]);
        Value::Object([(String::from("split"), self.split.with(&exposure).to_value())].into())
    }
}

/// A rollout.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollout {
    environment: String,
    rules: Vec<Driven>,
    pub(super) progress: Progress,
}

impl Rollout {
    pub(super) fn new(course: Course, at: Timestamp) -> Self {
        let Course { environment, rules, plan } = course;
        Self { environment, rules, progress: Progress::new(plan, at) }
    }

    /// Where.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The rules that it drives.
    pub fn rules(&self) -> &[Driven] {
        &self.rules
    }

    /// How far it is.
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    pub(super) fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            // It begins as a whole.
            Event::Started { .. } => {}
            Event::Observed { observations } => self.progress.observed(observations, at),
            Event::Judged { verdict } => self.progress.judged(verdict),
            Event::Reached { reached } => self.progress.reached(reached, at),
        }
    }

    /// Whether it serves something in an environment.
    pub(super) fn lies_over(&self, environment: &str) -> bool {
        self.progress.status().is_active() && self.environment == environment
    }

    /// Whether a rule of a flag is served by it.
    pub(super) fn drives(&self, environment: &str, flag: &str) -> bool {
        self.lies_over(environment) && self.rules.iter().any(|driven| driven.flag == flag)
    }
}
