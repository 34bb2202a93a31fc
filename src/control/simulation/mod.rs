//! Simulation: the machines as they are, under traffic and faults that are made up or were recorded.
//!
//! Nothing here decides anything. A [`Scenario`] says who commands what and when, [`Traffic`] what is observed; the host
//! is played as docs/control.md asks hosts to be. The same scenario with the same seed gives the same log, byte by byte.

mod end;
mod host;
mod practice;
mod traffic;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use end::End;
pub use practice::ShortFirstStage;
pub use traffic::{Driver, Fault, Recorded, Traffic};

use super::command::Action;
use super::duration::Duration;
use super::journal::Journal;
use super::rejection::Rejection;
use crate::words::time::Timestamp;
use host::Host;
use traffic::Generator;

/// Who commands what, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationScenario"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Scenario {
    /// When it begins, with an offset, such as `2026-01-05T09:00:00Z`.
    pub start: String,
    /// How long it lasts.
    pub lasts: Duration,
    /// The commands, in any order.
    pub commands: Vec<Scripted>,
    /// How often the host records what it has observed; it also does before each wake.
    #[serde(default = "hour")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub report_every: Duration,
    /// How long a gate waits for somebody who opens it, and a release for each who has to say yes; without it nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approves_after: Option<Duration>,
    /// How long a step of a rollback, or a check after it, takes; without it nobody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_after: Option<Duration>,
}

fn hour() -> Duration {
    Duration::from_ms(3_600_000).unwrap_or_default()
}

/// A command at its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationCommand"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Scripted {
    /// How long after the start.
    pub at: Duration,
    /// Who.
    pub actor: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What.
    pub action: Action,
}

/// What came of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    /// The state at the end.
    pub journal: Journal,
    /// The log, as a host would have written it.
    pub log: String,
    /// What happened, but for observations.
    pub timeline: Vec<Moment>,
    /// Plans that give this traffic too little time to show a fault.
    pub short_stages: Vec<ShortFirstStage>,
    /// How everything stands at the end.
    pub ends: Vec<End>,
}

/// A command that made something happen, or was refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationMoment"))]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// In milliseconds since the epoch.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What happened, in words.
    pub events: Vec<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub rejected: Option<Rejection>,
}

/// Plays a scenario.
///
/// # Errors
/// What is wrong with the scenario or the traffic. A command that is refused is no error: it is in the timeline.
pub fn simulate(scenario: &Scenario, traffic: &Traffic) -> Result<Simulated, String> {
    let start = Timestamp::parse(&scenario.start)
        .ok_or_else(|| format!("`start`: `{}` is no instant such as 2026-01-05T09:00:00Z", scenario.start))?;
    if scenario.report_every == Duration::default() {
        return Err("`reportEvery` is above 0".into());
    }
    let generator = Generator::new(traffic, start)?;
    Ok(Host::new(scenario, traffic, generator).play(start))
}
