//! What follows from a score, each with its reason.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;

use super::PartHealth;
use crate::analysis::metric::Arm;
use crate::analysis::reading::Status;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "HealthAction"))]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Go on.
    Proceed,
    /// Do not go on yet.
    Hold,
    /// Go back.
    RollBack,
    /// Find out why this metric is bad.
    Investigate,
    /// Keep an eye on this metric.
    Watch,
    /// Wait until there are more observations.
    CollectMore,
    /// See why nothing is observed any more.
    CheckReporting,
}

/// What to do, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "HealthAdvice"))]
pub struct Advice {
    /// What.
    pub action: Action,
    /// Because this is so.
    pub status: Status,
    /// Of the whole: its score, if there is one.
    pub score: Option<f64>,
    /// Of a part: its metric.
    pub metric: Option<String>,
    /// Of a part: its arm.
    pub arm: Option<Arm>,
    /// Of a part: its value.
    pub value: Option<f64>,
    /// Of a part: from which value on it is good.
    pub good: Option<f64>,
}

/// About the whole first, then about each part that is not good. A good value gets no advice.
pub(super) fn of(status: Status, score: Option<f64>, parts: &[PartHealth]) -> Vec<Advice> {
    let action = match status {
        Status::Healthy => Action::Proceed,
        Status::Critical => Action::RollBack,
        Status::Warning | Status::Insufficient | Status::Stale => Action::Hold,
    };
    let whole = Advice { action, status, score, metric: None, arm: None, value: None, good: None };
    core::iter::once(whole).chain(parts.iter().filter_map(of_part)).collect()
}

fn of_part(part: &PartHealth) -> Option<Advice> {
    let action = match part.status {
        Status::Healthy => return None,
        Status::Warning => Action::Watch,
        Status::Critical => Action::Investigate,
        Status::Insufficient => Action::CollectMore,
        Status::Stale => Action::CheckReporting,
    };
    Some(Advice {
        action,
        status: part.status,
        score: None,
        metric: Some(part.metric.clone()),
        arm: Some(part.arm.clone()),
        value: part.value,
        good: Some(part.good),
    })
}

impl fmt::Display for Advice {
    /// A sentence for people, such as ``investigate `errors` of canary: 0.2, where 0.01 is good``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.action {
            Action::Proceed => "go on",
            Action::Hold => "do not go on yet",
            Action::RollBack => "roll back",
            Action::Investigate => "investigate",
            Action::Watch => "watch",
            Action::CollectMore => "wait for more observations of",
            Action::CheckReporting => "see why nothing is observed of",
        })?;
        if let (Some(metric), Some(arm)) = (&self.metric, &self.arm) {
            write!(f, " `{metric}` of {arm}")?;
        }
        match (self.value, self.good, self.score) {
            (Some(value), Some(good), _) => write!(f, ": {value}, where {good} is good"),
            (.., Some(score)) => write!(f, ": the score is {score:.0}"),
            (None, Some(_), _) => Ok(()),
            _ => f.write_str(match self.status {
                Status::Stale => ": nothing recent is known of a part",
                Status::Critical => ": it is bad, whatever is not known",
                _ => ": too little is known of a part",
            }),
        }
    }
}
