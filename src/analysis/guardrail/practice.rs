//! Whether a plan is one that people have had good experience with.

use serde::Serialize;

use super::{Behaviour, Expected, Plan, Scenario, Stage};
use crate::analysis::Error;
use crate::analysis::metric::{Direction, Metric};

/// The chance with which a first stage should see a doubled rate of errors.
const ENOUGH: f64 = 0.5;
/// How often a stage is doubled in search of a length that is enough: up to a thousand times.
const DOUBLINGS: u32 = 10;

/// A first stage that will mostly be over before it has seen a fault: the lint `stage-too-short`.
///
/// What comes after it gives more units what one has not learnt anything about. A longer stage, a larger share or more
/// traffic helps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ShortStage {
    /// The chance, at least, with which a canary with twice the errors is caught in the stage. Below 0.5.
    pub caught: f64,
    /// How many observations the canary has in it.
    pub canary: f64,
    /// How long the stage lasts, in milliseconds.
    pub length_ms: f64,
    /// A length that is enough, in milliseconds; `None` if a thousand times the stage is not.
    pub enough_ms: Option<u64>,
}

impl ShortStage {
    /// The code of the lint.
    pub const CODE: &str = "stage-too-short";
}

impl Plan {
    /// The first stage, if it is too short to catch twice the errors of a healthy canary with a chance of a half. Where a
    /// metric is no share, it is the change that is expected of it.
    ///
    /// # Errors
    ///
    /// As for [`Plan::characteristics`].
    pub fn short_first_stage(&self, expected: &Expected) -> Result<Option<ShortStage>, Error> {
        let doubled = self.with_doubled_errors(expected);
        let Some(&first) = self.characteristics(&doubled)?.stages.first() else { return Ok(None) };
        if first.caught_at_least >= ENOUGH {
            return Ok(None);
        }
        let mut enough_ms = None;
        for doubling in 1..=DOUBLINGS {
            let longer = self.with_first_stage_times(1 << doubling)?;
            let first = longer.characteristics(&doubled)?.stages.first().copied();
            if first.is_some_and(|first| first.caught_at_least >= ENOUGH) {
                enough_ms = longer.stages().first().map(|stage| stage.duration_ms);
                break;
            }
        }
        let (caught, length_ms) = (first.caught_at_least, first.length_ms);
        Ok(Some(ShortStage { caught, canary: first.canary, length_ms, enough_ms }))
    }

    fn with_doubled_errors(&self, expected: &Expected) -> Expected {
        let mut doubled = expected.clone();
        for (name, scenario) in &mut doubled.metrics {
            let guardrails = self.stages().iter().flat_map(|stage| &stage.guardrails);
            let direction = guardrails.map(|g| &g.metric).find(|metric| metric.name() == *name).map(Metric::direction);
            let Scenario { healthy, changed } = scenario;
            if let (Behaviour::Rate(healthy), Some(direction)) = (*healthy, direction) {
                *changed = Behaviour::Rate(with_twice_the_errors(healthy, direction));
            }
        }
        doubled
    }

    fn with_first_stage_times(&self, factor: u64) -> Result<Self, Error> {
        let mut stages = self.stages().to_vec();
        let first: Option<&mut Stage> = stages.first_mut();
        first.into_iter().for_each(|stage| stage.duration_ms = stage.duration_ms.saturating_mul(factor));
        Self::new(self.alpha(), stages)
    }
}

/// The share with twice the errors; where there are too many for that, half of what is good is left.
fn with_twice_the_errors(share: f64, direction: Direction) -> f64 {
    match direction {
        Direction::LowerIsBetter => (2.0 * share).min(0.5 * (1.0 + share)),
        Direction::HigherIsBetter => (2.0 * share - 1.0).max(0.5 * share),
    }
}
