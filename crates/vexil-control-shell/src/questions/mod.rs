//! What can be asked, by name.

mod delivery;
mod experiment;
mod guardrail;
mod metric;
mod operation;
mod report;
mod units;

use alloc::string::String;
use alloc::vec::Vec;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vexil::Timestamp;
use vexil::stats::aggregate::Aggregate;

use crate::Failure;
use crate::answer::{answered, read};

/// A list of questions: the name of each, and the function that answers it.
macro_rules! questions {
    ($($name:literal = $answer:path,)*) => {
        /// The answer to a question, `{"ok":...}` or `{"error":...}`, for an input that is JSON.
        pub fn ask(name: &str, input: &[u8]) -> String {
            match name {
                $($name => answered(read(input).and_then($answer)),)*
                _ => answered::<()>(Err(Failure::input("there is no such question"))),
            }
        }

        /// Shows every question with the types of its input and its answer.
        #[cfg(feature = "typescript")]
        pub fn each(asked: &mut impl Asked) {
            $(asked.question($name, $answer);)*
        }
    };
}

questions! {
    "simulate" = delivery::simulate,
    "guideFlag" = delivery::guide_flag,
    "clientSnapshot" = delivery::client_snapshot,
    "checkContext" = delivery::check_context,
    "analyze" = experiment::analyze,
    "power" = experiment::power,
    "canaryPlan" = guardrail::canary_plan,
    "planTests" = guardrail::plan_tests,
    "characteristics" = guardrail::characteristics,
    "judge" = guardrail::judge,
    "seen" = guardrail::seen,
    "judgeGuardrail" = guardrail::judge_guardrail,
    "observations" = metric::observations,
    "observe" = metric::observe,
    "record" = metric::record,
    "merge" = metric::merge,
    "forget" = metric::forget,
    "queries" = metric::queries,
    "summary" = metric::summary,
    "trend" = metric::trend,
    "compare" = metric::compare,
    "measure" = metric::measure,
    "mergeMeasures" = metric::merge_measures,
    "countUnits" = units::count,
    "mergeUnits" = units::merge,
    "countUnitsAt" = units::count_at,
    "mergeUnitWindows" = units::merge_windows,
    "adoption" = units::adoption,
    "adoptionInWindow" = units::adoption_in_window,
    "watch" = operation::watch,
    "health" = operation::health,
    "breaker" = operation::breaker,
    "breakerExposure" = operation::breaker_exposure,
    "report" = report::report,
    "reportCsv" = report::csv,
    "reportPrometheus" = report::prometheus,
}

/// Who is shown the questions.
#[cfg(feature = "typescript")]
pub trait Asked {
    /// A question.
    fn question<I: ts_rs::TS + 'static, O: ts_rs::TS + 'static>(
        &mut self,
        name: &str,
        answer: fn(I) -> Result<O, Failure>,
    );
}

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Timestamp", type = "number"))]
#[serde(transparent)]
struct Instant(i64);

impl From<Instant> for Timestamp {
    fn from(Instant(ms): Instant) -> Self {
        Self::from_ms(ms)
    }
}

/// Nothing but the question itself.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Readonly<Record<string, never>>"))]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// What several hosts have collected, as one.
fn merged<A: Aggregate + DeserializeOwned + Serialize>(list: Vec<A>) -> Result<A, Failure> {
    let mut list = list.into_iter().enumerate();
    let (_, mut all) = list.next().ok_or_else(|| Failure::input("there is nothing to merge"))?;
    for (index, other) in list {
        all.merge(&other).map_err(|error| Failure::from(error).within_index(index))?;
    }
    Ok(all)
}

const fn confidence() -> f64 {
    0.95
}
