//! Alerts: thresholds that are watched, with a memory that keeps one problem from being many alerts.
//!
//! [`Rules::watch`] is a pure function of rules, states, observations and the time; what someone should hear of comes
//! out as [`Notice`]s, data for the host to deliver.

mod rule;
mod state;
#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

pub use rule::{AlertRule, Rules};
pub use state::{AlertState, Signal, Step};

use serde::{Deserialize, Serialize};

use super::metric::{Arm, Observations};
use super::{Error, instant};
use crate::words::time::Timestamp;

/// What an alert is about. Each kind of a rule has its own cool-down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum AlertKind {
    /// The value is worse than the bound to warn at.
    Warn,
    /// The value is worse than the critical bound.
    Critical,
    /// Nothing was observed for too long, so nothing is known: no data is not healthy.
    Stale,
}

/// How urgent a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AlertSeverity"))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Good to know: something is over.
    Info,
    /// Someone should look at it.
    Warning,
    /// Someone must act.
    Critical,
}

/// Whether an alert begins or is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AlertChange"))]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// It begins.
    Raised,
    /// It is over.
    Cleared,
}

/// What someone should hear of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AlertNotice"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Notice {
    /// The same for the raising and the clearing of one kind of one rule, for systems that put notices together: the
    /// rule's key, `/`, and the kind.
    pub key: String,
    /// The rule's key.
    pub rule: String,
    /// The metric's name.
    pub metric: String,
    /// The arm.
    pub arm: Arm,
    /// What it is about.
    pub kind: AlertKind,
    /// Whether it begins or is over.
    pub change: Change,
    /// How urgent it is.
    pub severity: Severity,
    /// When that was decided.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub at: Timestamp,
    /// The value then, or the relative change for a rule with a baseline.
    pub value: Option<f64>,
    /// The bound that it is held against; `None` where data are stale.
    pub bound: Option<f64>,
    /// How many observations the value is of.
    pub count: u64,
    /// How many milliseconds ago the newest slot ended.
    pub age_ms: Option<u64>,
}

/// The states of rules by their keys. A rule without a state begins with one.
pub type States = BTreeMap<String, AlertState>;

/// What watching came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Watched {
    /// The states after it: one for each rule, and no others.
    pub states: States,
    /// What someone should hear of, in the order of the rules.
    pub notices: Vec<Notice>,
    /// When to look again at the latest, even if nothing is observed.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Timestamp>"))]
    pub wake_at: Option<Timestamp>,
}

impl Rules {
    /// Looks at all rules.
    ///
    /// # Errors
    ///
    /// Observations of other metrics than those of the rules, and counts beyond 2^53 - 1. Nothing is decided then.
    pub fn watch(&self, states: &States, observations: &Observations, now: Timestamp) -> Result<Watched, Error> {
        let mut watched = Watched { states: States::new(), notices: Vec::new(), wake_at: None };
        for (rule, direction) in self.iter() {
            let before = states.get(rule.key()).cloned().unwrap_or_else(|| AlertState::new(now));
            let step = rule.step(direction, &before, &rule.reading(observations, now)?, now);
            watched.states.insert(rule.key().into(), step.state);
            watched.notices.extend(step.notices);
            watched.wake_at = [watched.wake_at, step.wake_at].into_iter().flatten().min();
        }
        Ok(watched)
    }
}
