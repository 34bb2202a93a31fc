//! What health is measured by.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::analysis::metric::{Arm, Direction, Metrics};
use crate::analysis::reading::Needs;
use crate::analysis::{Cause, Error};
use crate::stats;
use crate::words::limits;

/// One metric of a score.
///
/// As JSON: `{"metric":"errors","arm":"canary","weight":3,"good":0.01,"bad":0.05,
/// "needs":{"observations":100,"staleAfterMs":300000}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct HealthPart {
    /// The metric's name.
    pub metric: String,
    /// The arm.
    pub arm: Arm,
    /// How much it counts beside the others, from 1 to 1,000.
    pub weight: u32,
    /// From this value on it has all points; the better one of the two by the metric's direction.
    pub good: f64,
    /// From this value on it has none. In between the points lie on a line.
    pub bad: f64,
    /// What it takes to believe the value.
    pub needs: Needs,
}

/// Parts that were held against the metrics that they are of.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthModel {
    window_ms: u32,
    parts: Vec<(HealthPart, Direction)>,
}

/// The greatest weight.
const WEIGHT: u32 = 1_000;

impl HealthModel {
    /// A model over some metrics, whose values are those of a span.
    ///
    /// # Errors
    ///
    /// With the place in the list and the member that is wrong: [`Cause::UnknownMetric`]; [`Cause::Duplicate`] for a
    /// metric that an arm has twice; [`Cause::Order`] where `good` is not better than `bad`; numbers out of range;
    /// [`Cause::TooMany`], also for a model without parts, which could say nothing.
    pub fn new(metrics: &Metrics, window_ms: u32, list: Vec<HealthPart>) -> Result<Self, Error> {
        let out = || Cause::Statistics(stats::Error::OutOfRange);
        if window_ms == 0 {
            return Err(Error::at("windowMs", out()));
        }
        if list.is_empty() {
            return Err(Error::at("parts", Cause::Statistics(stats::Error::TooFew)));
        }
        if list.len() > limits::METRICS {
            return Err(Error::at("parts", Cause::TooMany));
        }
        let mut parts = Vec::<(HealthPart, Direction)>::new();
        for (index, part) in list.into_iter().enumerate() {
            let is_known = parts.iter().any(|(known, _)| known.metric == part.metric && known.arm == part.arm);
            let checked = if is_known { Err(Error::at("metric", Cause::Duplicate)) } else { part.check(metrics) };
            let direction = checked.map_err(|error| error.within_index(index).within("parts"))?;
            parts.push((part, direction));
        }
        Ok(Self { window_ms, parts })
    }

    /// The span in milliseconds.
    pub const fn window_ms(&self) -> u32 {
        self.window_ms
    }

    /// The parts, each with the direction of its metric.
    pub fn parts(&self) -> impl Iterator<Item = (&HealthPart, Direction)> {
        self.parts.iter().map(|(part, direction)| (part, *direction))
    }
}

impl HealthPart {
    fn check(&self, metrics: &Metrics) -> Result<Direction, Error> {
        let direction = metrics.get(&self.metric)?.direction();
        for (key, number) in [("good", self.good), ("bad", self.bad), ("good", self.good - self.bad)] {
            stats::finite(number).map_err(|error| Error::from(error).within(key))?;
        }
        if !direction.is_worse(self.bad, self.good) {
            return Err(Error::at("bad", Cause::Order));
        }
        if (1..=WEIGHT).contains(&self.weight) {
            Ok(direction)
        } else {
            Err(Error::at("weight", Cause::Statistics(stats::Error::OutOfRange)))
        }
    }

    /// How good a value is: 0 from `bad` on, 1 from `good` on.
    pub(super) fn share(&self, direction: Direction, value: f64) -> f64 {
        let (good, bad) = (direction.badness(self.good), direction.badness(self.bad));
        ((bad - direction.badness(value)) / (bad - good)).clamp(0.0, 1.0)
    }
}
