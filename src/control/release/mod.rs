//! Releases: versions that are brought into environments, and taken back.
//!
//! A release names stable flags, and drives rules of theirs through one rollout of its own; so guardrails, gates, pauses
//! and kills are those of rollouts, and what happens to the rollout happens to the release in the same transaction. Or it
//! is a copy: what another release left in its environment, word for word, in another one. Which version runs where is
//! never written down by hand: it is the highest of those that were completed there and not taken back.

mod asked;
mod decide;
mod describe;
mod effects;
mod manifest;
mod mirror;
mod overview;
mod plan;
mod recovery;
mod state;
mod undo;
mod version;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use asked::{Approvals, Draft, Rollback, Terms, Verification};
pub use manifest::{Content, Manifest, Notes, Recovery};
pub use overview::Overview;
pub use state::{State, Trigger};
pub use undo::Undo;
pub use version::{Kind, Version};

pub(super) use decide::{free_of_release, release_of};
pub(super) use effects::effects;
pub(super) use mirror::fold;

use super::document::Document;
use super::progress::{Cause, Exposure};
use crate::words::time::Timestamp;

/// What can be asked of a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseCommand"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Plans it. Its id was never used before.
    Plan {
        /// All of it.
        draft: Box<Draft>,
    },
    /// Plans it as a copy of what another release left in its environment when it was completed, whatever was changed
    /// there since. Starting it writes that, at once.
    Promote {
        /// The release that is copied.
        of: String,
        /// The environment that gets the copy.
        to: String,
        /// What else there is to say.
        #[serde(default)]
        #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
        terms: Box<Terms>,
    },
    /// Plans it anew, before it has begun. Approvals were of something else, and are void.
    Change {
        /// All of it.
        draft: Box<Draft>,
    },
    /// Says yes to what is next: to its start, or to the end of its phase.
    Approve {},
    /// Begins it.
    Start {
        /// Why a copy may draw units of its environment anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<String>,
    },
    /// Ends a phase: opens its gate, or does not wait for its time.
    Advance {
        /// Why it shall go on although its guardrails do not say that it may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<String>,
    },
    /// Stops its time. What was reached is served, and guardrails are still watched.
    Pause {},
    /// Lets its time run on, from where it stood.
    Resume {},
    /// Ends it in its last phase.
    Complete {},
    /// Takes it back, while it goes on or after it.
    RollBack {
        /// Why.
        reason: String,
    },
    /// Tells how a step of the rollback, or a check after it, came out.
    Acknowledge {
        /// Its name.
        step: String,
        /// Whether it was done; that of a check is that all is well.
        done: bool,
        /// What there is to say of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Calls it off: its rules serve what was authored.
    Cancel {},
}

impl Command {
    /// What it is in the table of states; planning concerns no release that there is.
    const fn trigger(&self) -> Option<Trigger> {
        match self {
            Self::Plan { .. } | Self::Promote { .. } => None,
            Self::Change { .. } => Some(Trigger::Change),
            Self::Approve {} => Some(Trigger::Approve),
            Self::Start { .. } => Some(Trigger::Start),
            Self::Advance { .. } => Some(Trigger::Advance),
            Self::Pause {} => Some(Trigger::Pause),
            Self::Resume {} => Some(Trigger::Resume),
            Self::Complete {} => Some(Trigger::Complete),
            Self::RollBack { .. } => Some(Trigger::RollBack),
            Self::Acknowledge { .. } => Some(Trigger::Acknowledge),
            Self::Cancel {} => Some(Trigger::Cancel),
        }
    }

    /// Whether it may bring something into snapshots that was not in them before.
    pub(super) const fn is_authoring(&self) -> bool {
        matches!(self, Self::Start { .. } | Self::RollBack { .. })
    }

    /// Why units may be drawn anew.
    pub(super) fn despite(&self) -> Option<&str> {
        match self {
            Self::Start { despite } => despite.as_deref(),
            _ => None,
        }
    }
}

/// What happens to a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseEvent"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// It was planned.
    Planned {
        /// All of it.
        manifest: Box<Manifest>,
    },
    /// It was planned anew.
    Changed {
        /// As it was.
        before: Box<Manifest>,
        /// As it is.
        after: Box<Manifest>,
    },
    /// Somebody said yes.
    Approved {
        /// Who.
        by: String,
        /// To the end of which phase, from 0; without it to the start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phase: Option<usize>,
    },
    /// It began.
    Started,
    /// Another phase began.
    PhaseBegan {
        /// From 0.
        phase: usize,
        /// What is served at its start.
        exposure: Exposure,
        /// Why.
        cause: Cause,
    },
    /// It is stopped.
    Paused {
        /// Why.
        cause: Cause,
    },
    /// It goes on.
    Resumed,
    /// All of it is served.
    Released {
        /// How to take it back.
        undo: Vec<Undo>,
        /// Its flags as its environment has them now, for promotion.
        flags: BTreeMap<String, Document>,
    },
    /// A higher version is served too.
    Superseded {
        /// The id of its release.
        by: String,
    },
    /// The higher version was taken back: this is the one that runs.
    Reinstated,
    /// It is taken back: its rules serve what they served before it.
    RollbackBegan {
        /// The version that runs now; none if none ran before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Version>,
        /// What brought it about.
        cause: Cause,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A step of the rollback, or a check, is outstanding.
    Asked {
        /// Its name.
        step: String,
        /// How often that was asked, from 1.
        attempt: u32,
        /// When the answer is due, in milliseconds since the epoch; for checks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<i64>,
    },
    /// A step was done, or a check has found that all is well.
    Done {
        /// Its name.
        step: String,
    },
    /// A step has failed, and will be asked for again.
    StepFailed {
        /// Its name.
        step: String,
        /// What there is to say of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Nobody knows that all is well.
    VerificationFailed {
        /// What has failed.
        step: String,
        /// Whether nobody has answered in time.
        is_late: bool,
        /// What there is to say of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It is taken back, and all is well.
    RolledBack,
    /// It was called off.
    Cancelled,
}

/// A release.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub(super) manifest: Manifest,
    state: State,
    /// Who said yes to what is next.
    approved: BTreeSet<String>,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    /// From 0.
    phase: usize,
    undo: Vec<Undo>,
    flags: BTreeMap<String, Document>,
    /// How many steps and checks of the rollback are done.
    done: usize,
    asked: Option<Asked>,
    /// The version that ran after the rollback.
    to: Option<Version>,
    /// Why it is as it is, where somebody or something has said so.
    reason: Option<String>,
}

/// What is outstanding of a rollback.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseAsked"))]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The name of the step or of the check.
    pub step: String,
    /// How often that was asked, from 1.
    pub attempt: u32,
    /// When the answer is due, in milliseconds since the epoch; for checks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub deadline: Option<i64>,
}

impl Release {
    pub(super) fn new(manifest: Manifest) -> Self {
        Self {
            manifest,
            state: State::Planned,
            approved: BTreeSet::new(),
            started: None,
            ended: None,
            phase: 0,
            undo: Vec::new(),
            flags: BTreeMap::new(),
            done: 0,
            asked: None,
            to: None,
            reason: None,
        }
    }

    /// What it is.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Who said yes to what is next: to its start, or to the end of its phase.
    pub const fn approved(&self) -> &BTreeSet<String> {
        &self.approved
    }

    /// When it began.
    pub const fn started(&self) -> Option<Timestamp> {
        self.started
    }

    /// When it was released, rolled back or cancelled.
    pub const fn ended(&self) -> Option<Timestamp> {
        self.ended
    }

    /// Its phase, from 0; the number of phases after the last one.
    pub const fn phase(&self) -> usize {
        self.phase
    }

    /// Its flags as its environment had them when it was completed.
    pub const fn flags(&self) -> &BTreeMap<String, Document> {
        &self.flags
    }

    /// What is outstanding of its rollback.
    pub const fn asked(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }

    /// The version that runs since its rollback.
    pub const fn rolled_back_to(&self) -> Option<&Version> {
        self.to.as_ref()
    }

    /// When time alone changes something.
    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        let asked = self.asked.as_ref().filter(|_| self.state == State::RollingBack)?;
        asked.deadline.map(Timestamp::from_ms)
    }

    pub(super) fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            // It is planned as a whole, and a step that has failed is asked for again.
            Event::Planned { .. } | Event::StepFailed { .. } => {}
            Event::Changed { after, .. } => *self = Self::new(Manifest::clone(after)),
            Event::Approved { by, .. } => drop(self.approved.insert(by.clone())),
            Event::Started => {
                (self.state, self.started) = (State::InProgress, Some(at));
                self.approved.clear();
            }
            Event::PhaseBegan { phase, .. } => {
                self.phase = *phase;
                self.approved.clear();
            }
            Event::Paused { cause } => {
                self.state = State::Paused;
                self.reason = Some(String::from(if *cause == Cause::Kill { "a kill" } else { "by hand" }));
            }
            Event::Resumed => (self.state, self.reason) = (State::InProgress, None),
            Event::Released { undo, flags } => {
                (self.state, self.ended, self.reason) = (State::Released, Some(at), None);
                (self.undo, self.flags) = (undo.clone(), flags.clone());
                self.phase = self.manifest.content.phases();
            }
            Event::Superseded { .. } => self.state = State::Superseded,
            Event::Reinstated => self.state = State::Released,
            Event::RollbackBegan { to, reason, .. } => {
                (self.state, self.to, self.reason) = (State::RollingBack, to.clone(), reason.clone());
            }
            Event::Asked { step, attempt, deadline } => {
                self.state = State::RollingBack;
                self.asked = Some(Asked { step: step.clone(), attempt: *attempt, deadline: *deadline });
            }
            Event::Done { .. } => {
                self.done += 1;
                self.asked = None;
            }
            Event::VerificationFailed { .. } => self.state = State::FailedVerification,
            Event::RolledBack => (self.state, self.ended) = (State::RolledBack, Some(at)),
            Event::Cancelled => (self.state, self.ended) = (State::Cancelled, Some(at)),
        }
    }
}
