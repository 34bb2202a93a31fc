//! What a program is run by.

use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::control::duration::Duration;

/// How close somebody is to what is being made. Each level has the features of those after it: alpha has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramLevel"))]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// What everybody is about to get.
    Stable,
    /// What is done, and shown before its time.
    Preview,
    /// What may still change.
    Beta,
    /// What may break.
    Alpha,
}

impl Level {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Preview => "preview",
            Self::Beta => "beta",
            Self::Alpha => "alpha",
        }
    }

    /// Whether it has the features of another one.
    pub fn covers(self, other: Self) -> bool {
        self >= other
    }
}

/// What a program is run by. It may change at any time; what was decided by it stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramRules"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rules {
    /// Who may come.
    pub admission: Admission,
    /// Whether somebody looks at applications.
    pub approval: Approval,
    /// For how long an invitation can be accepted. Above 0.
    pub invitation_lifetime: Duration,
    /// How many seats there are; as many as are wanted without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Whether a seat is for those who say something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<FeedbackRule>,
}

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramAdmission"))]
#[serde(rename_all = "camelCase")]
pub enum Admission {
    /// Whoever applies, and who is invited.
    SelfService,
    /// Who is invited.
    Invitation,
}

/// Whether somebody looks at applications. An invitation is an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramApproval"))]
#[serde(rename_all = "camelCase")]
pub enum Approval {
    /// An application waits until somebody approves it.
    Required,
    /// An application is approved at once.
    Automatic,
}

/// Who has a seat says something in time, or makes room. Nobody loses a seat unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FeedbackRule {
    /// From getting a seat to being asked for feedback. Above 0.
    pub within: Duration,
    /// From being asked to losing the seat. Above 0.
    pub grace: Duration,
}

impl Rules {
    /// What is wrong with them.
    pub(super) fn check(&self) -> Result<(), String> {
        let durations = [
            ("invitationLifetime", Some(self.invitation_lifetime)),
            ("feedback.within", self.feedback.map(|rule| rule.within)),
            ("feedback.grace", self.feedback.map(|rule| rule.grace)),
        ];
        match durations.iter().find(|(_, duration)| duration.is_some_and(|duration| duration.as_ms() == 0)) {
            Some((name, _)) => Err(format!("`{name}` must be above 0")),
            None => Ok(()),
        }
    }
}

/// A flag that is open to members before it is to everybody. How the flag is served to them is the flag's: shares,
/// prerequisites and kills are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramFeature"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Feature {
    /// The level from which members have it.
    pub level: Level,
    /// How many of them at most; all without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
}
