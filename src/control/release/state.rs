//! The states of a release, and what leads from each to which.

use serde::{Deserialize, Serialize};

/// How a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseState"))]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It has not begun, and may be changed.
    Planned,
    /// Its rollout goes on.
    InProgress,
    /// Its rollout is stopped by somebody or by a kill. What was reached is served.
    Paused,
    /// It is taken back; a step of that, or a check, is outstanding.
    RollingBack,
    /// It is taken back, and nobody knows that all is well: a step or a check has failed, or nobody has answered in time.
    FailedVerification,
    /// All of it is served.
    Released,
    /// It is taken back, and all is well.
    RolledBack,
    /// All of it is served, and a higher version too.
    Superseded,
    /// It was called off.
    Cancelled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Planned,
        Self::InProgress,
        Self::Paused,
        Self::RollingBack,
        Self::FailedVerification,
        Self::Released,
        Self::RolledBack,
        Self::Superseded,
        Self::Cancelled,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::InProgress => "inProgress",
            Self::Paused => "paused",
            Self::RollingBack => "rollingBack",
            Self::FailedVerification => "failedVerification",
            Self::Released => "released",
            Self::RolledBack => "rolledBack",
            Self::Superseded => "superseded",
            Self::Cancelled => "cancelled",
        }
    }

    /// In words that follow a name.
    pub(super) const fn says(self) -> &'static str {
        match self {
            Self::Planned => "is planned",
            Self::InProgress => "is in progress",
            Self::Paused => "is paused",
            Self::RollingBack => "is being rolled back",
            Self::FailedVerification => "is rolled back and not verified",
            Self::Released => "is released",
            Self::RolledBack => "is rolled back",
            Self::Superseded => "is superseded",
            Self::Cancelled => "is cancelled",
        }
    }

    /// Whether its version is served by all of it.
    pub const fn has_run(self) -> bool {
        matches!(self, Self::Released | Self::Superseded)
    }

    /// Whether its rollout is what is served.
    pub const fn is_underway(self) -> bool {
        matches!(self, Self::InProgress | Self::Paused)
    }

    /// Whether its version was to be served, and is not any more.
    pub(super) const fn is_taken_back(self) -> bool {
        matches!(self, Self::RollingBack | Self::FailedVerification | Self::RolledBack | Self::Cancelled)
    }

    /// What can be done about a release in this state.
    pub(super) const fn instead(self) -> &'static str {
        match self {
            Self::Planned => "approve, start, change or cancel it",
            Self::InProgress => "advance, pause, complete, roll back or cancel it",
            Self::Paused => "resume, roll back or cancel it",
            Self::RollingBack => "acknowledge what is outstanding",
            Self::FailedVerification => "mend it, and acknowledge what has failed",
            Self::Released => "roll it back, or release a higher version",
            Self::Superseded => "roll the higher version back first",
            Self::RolledBack | Self::Cancelled => "plan another release",
        }
    }

    /// The states in which a release may be after something has happened in this one; none if that is refused, or cannot
    /// happen. Every pair is decided here and nowhere else.
    #[expect(clippy::match_same_arms, reason = "state after state, as the table has it")]
    pub const fn after(self, trigger: Trigger) -> &'static [Self] {
        use State::{
            Cancelled, FailedVerification, InProgress, Paused, Planned, Released, RolledBack, RollingBack, Superseded,
        };
        match (self, trigger) {
            (Planned, Trigger::Change | Trigger::Approve) => &[Planned],
            (Planned, Trigger::Start) => &[InProgress, Released, Superseded],
            (InProgress, Trigger::Approve) => &[InProgress],
            (InProgress, Trigger::Advance | Trigger::Time | Trigger::Record) => {
                &[InProgress, Released, Superseded, RollingBack, RolledBack]
            }
            (InProgress, Trigger::Pause) | (InProgress | Paused, Trigger::Kill) | (Paused, Trigger::Approve) => {
                &[Paused]
            }
            (InProgress, Trigger::Complete) => &[Released, Superseded],
            (Paused, Trigger::Time | Trigger::Record) => &[Paused, RollingBack, RolledBack],
            (Paused, Trigger::Resume) => &[InProgress],
            (InProgress | Paused | Released, Trigger::RollBack) => &[RollingBack, RolledBack],
            (Planned | InProgress | Paused, Trigger::Cancel) => &[Cancelled],
            (RollingBack, Trigger::Acknowledge) => &[RollingBack, FailedVerification, RolledBack],
            (RollingBack, Trigger::Time) => &[RollingBack, FailedVerification],
            (FailedVerification, Trigger::Acknowledge) => &[RollingBack, RolledBack],
            (Released, Trigger::Promote) => &[Released],
            (Superseded, Trigger::Promote) => &[Superseded],
            (Released, Trigger::Higher) => &[Superseded],
            (Superseded, Trigger::Fallback) => &[Released],
            _ => &[],
        }
    }
}

/// What can happen to a release: commands, and what comes from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    /// The command `change`.
    Change,
    /// The command `approve`.
    Approve,
    /// The command `start`.
    Start,
    /// The command `advance`.
    Advance,
    /// The command `pause`, or that of its rollout.
    Pause,
    /// The command `resume`.
    Resume,
    /// The command `complete`.
    Complete,
    /// The command `rollBack`, or that of its rollout.
    RollBack,
    /// The command `acknowledge`.
    Acknowledge,
    /// The command `cancel`.
    Cancel,
    /// The command `promote` of another release that is a copy of this one.
    Promote,
    /// A `tick`.
    Time,
    /// Observations of its rollout.
    Record,
    /// A kill of one of its flags.
    Kill,
    /// A higher version is released in its environment.
    Higher,
    /// The higher version is rolled back.
    Fallback,
}

impl Trigger {
    /// Everything that can happen.
    pub const ALL: [Self; 16] = [
        Self::Change,
        Self::Approve,
        Self::Start,
        Self::Advance,
        Self::Pause,
        Self::Resume,
        Self::Complete,
        Self::RollBack,
        Self::Acknowledge,
        Self::Cancel,
        Self::Promote,
        Self::Time,
        Self::Record,
        Self::Kill,
        Self::Higher,
        Self::Fallback,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Approve => "approve",
            Self::Start => "start",
            Self::Advance => "advance",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Complete => "complete",
            Self::RollBack => "rollBack",
            Self::Acknowledge => "acknowledge",
            Self::Cancel => "cancel",
            Self::Promote => "promote",
            Self::Time => "time",
            Self::Record => "record",
            Self::Kill => "kill",
            Self::Higher => "higher",
            Self::Fallback => "fallback",
        }
    }
}
