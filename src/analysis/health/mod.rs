//! One number for how well a release does, and what to do about it.
//!
//! The score is the weighted mean of points, which each metric earns between a bad and a good value of its own. All that
//! it is made of is in the result. What is not known is not scored: no data is not healthy.

mod advice;
mod model;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

pub use advice::{Action, Advice};
pub use model::{HealthModel, HealthPart};

use super::Error;
use super::metric::{Arm, Observations};
use super::reading::{Known, Status};
use crate::words::time::Timestamp;

/// From this score on, of 100, something is healthy.
pub const HEALTHY: f64 = 80.0;
/// From this score on, of 100, something is not critical.
pub const WARNING: f64 = 60.0;

/// How well something does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// From 0 to 100; `None` where a part is not known.
    pub score: Option<f64>,
    /// What the score would be at most, if all that is not known were good.
    pub at_most: f64,
    /// Healthy from 80 on, a warning from 60 on, critical below; at best a warning while a part is critical; stale or
    /// insufficient where a part is, unless it is critical whatever that part may be.
    pub status: Status,
    /// What each metric adds, in the order of the model.
    pub parts: Vec<PartHealth>,
    /// What to do: about the whole first, then about each part that is not good.
    pub advice: Vec<Advice>,
}

/// What one metric adds to the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PartHealth {
    /// The metric's name.
    pub metric: String,
    /// The arm.
    pub arm: Arm,
    /// The metric's value, where it is known.
    pub value: Option<f64>,
    /// From this value on it has all points.
    pub good: f64,
    /// From this value on it has none.
    pub bad: f64,
    /// How many observations.
    pub count: u64,
    /// How many milliseconds ago the newest slot ended.
    pub age_ms: Option<u64>,
    /// From 0 to 100, by the same bands as the score; `None` where the value is not known.
    pub points: Option<f64>,
    /// The share of the score that this part decides, from 0 to 1.
    pub weight: f64,
    /// How many points of the score it takes away.
    pub lost: Option<f64>,
    /// How this part is by itself.
    pub status: Status,
}

impl HealthModel {
    /// Scores what was observed.
    ///
    /// # Errors
    ///
    /// Observations of other metrics than those of the model, and counts beyond 2^53 - 1.
    pub fn score(&self, observations: &Observations, now: Timestamp) -> Result<Health, Error> {
        let whole: f64 = self.parts().map(|(part, _)| f64::from(part.weight)).sum();
        let mut parts = Vec::new();
        for (part, direction) in self.parts() {
            let reading = observations.reading(&part.metric, &part.arm, now, self.window_ms())?;
            let (value, unknown) = match reading.known(&part.needs) {
                Known::Value(value) => (Some(value), Status::Healthy),
                Known::Insufficient => (None, Status::Insufficient),
                Known::Stale => (None, Status::Stale),
            };
            let points = value.map(|value| 100.0 * part.share(direction, value));
            let weight = f64::from(part.weight) / whole;
            parts.push(PartHealth {
                metric: part.metric.clone(),
                arm: part.arm.clone(),
                value,
                good: part.good,
                bad: part.bad,
                count: reading.count(),
                age_ms: reading.age_ms(),
                points,
                weight,
                lost: points.map(|points| (100.0 - points) * weight),
                status: points.map_or(unknown, band),
            });
        }
        // Each step rounds in order, so that a part that gets better cannot lower the sum.
        let earned = |part: &PartHealth, weight: u32| f64::from(weight) * part.points.unwrap_or(100.0);
        let weights = self.parts().map(|(part, _)| part.weight);
        let sum: f64 = parts.iter().zip(weights).map(|(part, weight)| earned(part, weight)).sum();
        let at_most = (sum / whole).clamp(0.0, 100.0);
        let score = parts.iter().all(|part| part.points.is_some()).then_some(at_most);
        let status = status(&parts, at_most);
        let advice = advice::of(status, score, &parts);
        Ok(Health { score, at_most, status, parts, advice })
    }
}

/// The band of a score.
fn band(score: f64) -> Status {
    if score >= HEALTHY {
        Status::Healthy
    } else if score >= WARNING {
        Status::Warning
    } else {
        Status::Critical
    }
}

fn status(parts: &[PartHealth], at_most: f64) -> Status {
    let has = |status| parts.iter().any(|part| part.status == status);
    match band(at_most) {
        // What is not known could not make up for what is.
        Status::Critical => Status::Critical,
        _ if has(Status::Stale) => Status::Stale,
        _ if has(Status::Insufficient) => Status::Insufficient,
        Status::Healthy if has(Status::Critical) => Status::Warning,
        band => band,
    }
}
