//! Everything that a dashboard shows, put together once: [`Report`] is the projection, and its JSON, its CSV and its
//! Prometheus text are three ways to write it.
//!
//! Numbers are finite by their types; what is not known is missing, and neither 0 nor NaN.

mod csv;
mod histogram;
mod prometheus;
mod rows;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use histogram::{Bounds, Histogram};
pub use prometheus::Prefix;
pub use rows::{AlertRow, ArmRow, ComparisonRow, FlagRow, MetricRow};

use super::adoption::Adoption;
use super::health::Health;
use super::metric::{Arm, Observations, is_text};
use super::trend::TrendRule;
use super::{Cause, Error, instant};
use crate::words::limits;
use crate::words::time::Timestamp;

/// What a report is about.
///
/// As JSON: `{"subject":"checkout","arms":[{"arm":"control","active":true,"share":900000},...],"baseline":"control",
/// "windowMs":3600000}`. `baseline` may be left out, and so may `trend`, `confidence` (0.95) and `bounds`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReportScope"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Scope {
    /// The rollout, deployment or release that the arms are of.
    pub subject: String,
    /// The arms, each with what it serves.
    pub arms: Vec<ArmRow>,
    /// The arm that the others are compared with.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub baseline: Option<Arm>,
    /// The span that values, figures and trends are of, in milliseconds.
    pub window_ms: u32,
    /// How trends are looked for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub trend: TrendRule,
    /// The confidence of the intervals of comparisons.
    #[serde(default = "confidence")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub confidence: f64,
    /// The bounds of histograms.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub bounds: Bounds,
}

const fn confidence() -> f64 {
    0.95
}

/// What there is to show at an instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// When.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub at: Timestamp,
    /// Of what.
    pub subject: String,
    /// The span in milliseconds.
    pub window_ms: u32,
    /// The arms.
    pub arms: Vec<ArmRow>,
    /// Each metric in each arm, observed or not.
    pub metrics: Vec<MetricRow>,
    /// Each metric in each arm beside the baseline, where both were observed.
    pub comparisons: Vec<ComparisonRow>,
    /// How every rule of alerts stands; empty unless someone adds them.
    pub alerts: Vec<AlertRow>,
    /// How well it does, if someone adds it.
    pub health: Option<Health>,
    /// How many use it, if someone adds it.
    pub adoption: Option<Adoption>,
    /// What flags really serve, if someone adds them.
    pub flags: Vec<FlagRow>,
}

impl Report {
    /// The report of some observations. What is known of alerts, health, adoption and flags is added to its fields.
    ///
    /// # Errors
    ///
    /// [`Cause::Name`] for a subject that is empty or longer than 256 bytes, [`Cause::TooMany`] beyond 256 arms,
    /// [`Cause::Duplicate`] for an arm that comes twice; a window of 0 ms; a confidence that is not between 0 and 1;
    /// counts beyond 2^53 - 1.
    pub fn of(scope: &Scope, observations: &Observations, now: Timestamp) -> Result<Self, Error> {
        scope.check()?;
        let mut report = Self {
            at: now,
            subject: scope.subject.clone(),
            window_ms: scope.window_ms,
            arms: scope.arms.clone(),
            metrics: Vec::new(),
            comparisons: Vec::new(),
            alerts: Vec::new(),
            health: None,
            adoption: None,
            flags: Vec::new(),
        };
        for metric in observations.metrics() {
            for ArmRow { arm, .. } in &scope.arms {
                report.metrics.push(MetricRow::of(scope, metric, arm, observations, now)?);
                report.comparisons.extend(ComparisonRow::of(scope, metric, arm, observations, now)?);
            }
        }
        Ok(report)
    }

    /// The report as JSON.
    ///
    /// # Errors
    ///
    /// None in fact: a report has nothing that JSON cannot hold.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The metrics as CSV (RFC 4180): a line of names, then one for each metric and arm.
    pub fn csv(&self) -> String {
        csv::text(self)
    }

    /// The report in the text format of Prometheus, version 0.0.4.
    pub fn prometheus(&self, prefix: &Prefix) -> String {
        prometheus::text(self, prefix)
    }
}

impl Scope {
    fn check(&self) -> Result<(), Error> {
        let out = |key| Error::at(key, Cause::Statistics(crate::stats::Error::OutOfRange));
        if !is_text(&self.subject, limits::KEY_BYTES) {
            return Err(Error::at("subject", Cause::Name));
        }
        if self.arms.len() > limits::ARMS {
            return Err(Error::at("arms", Cause::TooMany));
        }
        for (index, row) in self.arms.iter().enumerate() {
            if self.arms.iter().take(index).any(|earlier| earlier.arm == row.arm) {
                return Err(Error::at("arm", Cause::Duplicate).within_index(index).within("arms"));
            }
        }
        crate::stats::probability(self.confidence).map_err(|error| Error::from(error).within("confidence"))?;
        if self.window_ms == 0 { Err(out("windowMs")) } else { Ok(()) }
    }
}
