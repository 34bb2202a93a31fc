//! Delivery: what needs no journal.
#![expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "as all questions are answered")]

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use vexil::attributes::{Foreign, check_context_with};
use vexil::client::ClientSnapshot;
use vexil::control::simulation::{self, End, Moment, Scenario, ShortFirstStage, Simulated, Traffic};
use vexil::control::{Document, for_browsers, guide};
use vexil::patterns::NoPatterns;
use vexil::snapshot::{is_valid, read};
use vexil::{Diagnostic, Value};

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

/// A snapshot.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct ClientQuestion {
    /// The whole document as JSON text.
    snapshot: String,
}

/// What browsers get of a snapshot.
pub(super) fn client_snapshot(question: ClientQuestion) -> Result<ClientSnapshot, Failure> {
    Ok(for_browsers(&question.snapshot)?)
}

/// A context, and what it has to keep to.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct ContextQuestion {
    /// The `attributes` of a snapshot.
    attributes: Document,
    /// The context.
    context: Document,
    /// JSON pointers to what is an instant by its type there, and a text here.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    dates: Vec<String>,
    /// JSON pointers to what conditions cannot look into, and is an empty object here.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    opaque: Vec<String>,
}

/// In what a context does not keep to what a snapshot says of attributes.
pub(super) fn check_context(question: ContextQuestion) -> Result<Vec<Diagnostic>, Failure> {
    let ContextQuestion { attributes, context, dates, opaque } = question;
    let members = [("schema".into(), Value::from("vexil/1")), ("attributes".into(), attributes.to_value())];
    let document = Document::new(members);
    let reading = read::<NoPatterns>(&serde_json::to_string(&document).unwrap_or_default());
    let declared = reading.snapshot.filter(|_| is_valid(&reading.diagnostics)).ok_or_else(|| {
        let problem = reading.diagnostics.into_iter().next();
        problem.map_or_else(
            || Failure::input("no attributes"),
            |problem| Failure::Input { path: problem.path, message: problem.message },
        )
    })?;
    let is_in = |list: &[String], pointer: &str| list.iter().any(|known| known == pointer);
    let foreign = |pointer: &str| {
        let opaque = || is_in(&opaque, pointer).then_some(Foreign::Opaque);
        is_in(&dates, pointer).then_some(Foreign::Date).or_else(opaque)
    };
    let context = context.members().iter().cloned().collect();
    Ok(check_context_with(&declared.attributes, &context, &foreign))
}

/// A flag of the guide as in a snapshot.
pub(super) fn guide_flag(flag: guide::Flag) -> Result<Document, Failure> {
    Ok(Document::new(flag.members()))
}
