//! Guardrails: whether a canary may go on, decided by evidence that may be looked at after every observation.
//!
//! A threshold that is looked at all the time rolls a healthy canary back sooner or later. Here the chance of that is
//! known before the start and is at most what the plan allows, over all looks, stages and metrics together.
//! `docs/verdicts.md` says what each verdict means, with formulas, sources and simulations.
//!
//! - [`Guardrail`]: a metric, its bound, and what it takes to believe the data. [`Guardrail::judge`] gives a [`Verdict`].
//! - [`Plan`]: stages with guardrails that share one error probability. [`Plan::judge`] gives a [`StageVerdict`].
//! - [`Plan::characteristics`]: what the plan will do to a healthy canary and to a changed one, before it starts.
//! - [`Plan::short_first_stage`]: whether its first stage is too short to see a fault that matters.

mod characteristics;
mod crossing;
mod evidence;
mod plan;
mod practice;
mod rule;
mod seen;
#[cfg(test)]
mod tests;
mod verdict;

pub use characteristics::{Behaviour, Characteristics, Expected, Scenario, StageCharacteristics, TestCharacteristics};
pub use evidence::{Evidence, Method};
pub use plan::{Plan, Stage, StageVerdict, Test};
pub use practice::ShortStage;
pub use rule::{Bound, Guardrail, Pass, Warn, WithoutData};
pub use seen::{Counted, Counts, Period, Seen};
pub use verdict::{Outcome, Reason, Verdict};

use super::metric::Measure;
