//! Delivery: what needs no journal.
#![expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "as all questions are answered")]

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use vexil::control::simulation::{self, End, Moment, Scenario, ShortFirstStage, Simulated, Traffic};
use vexil::control::{Document, guide};

use crate::Failure;

/// A plan of delivery, and what is observed of it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct SimulateQuestion {
    /// Who commands what, and when.
    scenario: Scenario,
    /// What is observed.
    traffic: Traffic,
}

/// What came of a plan of delivery.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(super) struct Simulation {
    /// What happened, but for observations.
    timeline: Vec<Moment>,
    /// Plans that give this traffic too little time to show a fault.
    short_stages: Vec<ShortFirstStage>,
    /// How everything stands at the end.
    ends: Vec<End>,
    /// The log, as a host would have written it.
    log: String,
    /// The hash of its last record.
    head: String,
}

/// What will come of a plan of delivery.
pub(super) fn simulate(question: SimulateQuestion) -> Result<Simulation, Failure> {
    let SimulateQuestion { scenario, traffic } = question;
    let simulated = simulation::simulate(&scenario, &traffic).map_err(|wrong| Failure::input(&wrong))?;
    let Simulated { journal, log, timeline, short_stages, ends } = simulated;
    Ok(Simulation { timeline, short_stages, ends, log, head: journal.head().into() })
}

/// A flag of the guide as in a snapshot.
pub(super) fn guide_flag(flag: guide::Flag) -> Result<Document, Failure> {
    Ok(Document::new(flag.members()))
}
