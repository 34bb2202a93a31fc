//! The rows that a report is made of.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Histogram, Scope};
use crate::analysis::Error;
use crate::analysis::alert::{AlertKind, Rules, States};
use crate::analysis::breaker::{Breaker, BreakerRule, Position};
use crate::analysis::comparison::Comparison;
use crate::analysis::metric::{Arm, Direction, Kind, Measure, Metric, Observations, Series, ppm};
use crate::analysis::reading::Status;
use crate::analysis::summary::Summary;
use crate::analysis::trend::Trend;
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

/// An arm and what it serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ArmRow {
    /// The arm.
    pub arm: Arm,
    /// Whether it runs.
    pub active: bool,
    /// The share of units that it really serves, in parts per million.
    #[serde(with = "ppm")]
    #[cfg_attr(feature = "typescript", ts(as = "Ppm"))]
    pub share: Ppm,
}

/// A metric in an arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MetricRow {
    /// The metric's name.
    pub metric: String,
    /// The arm.
    pub arm: Arm,
    /// What its value is computed of.
    pub kind: Kind,
    /// Which way is better.
    pub direction: Direction,
    /// The unit of its values.
    pub unit: Option<String>,
    /// How many observations there ever were. It never falls.
    pub observations: u64,
    /// Of a proportion: how many of them were what it counts. It never falls.
    pub events: Option<u64>,
    /// What the window says.
    pub summary: Summary,
    /// How it moved in the window.
    pub trend: Trend,
    /// Of a quantile: how all values that there ever were are distributed.
    pub distribution: Option<Histogram>,
}

/// A metric in an arm beside the baseline.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComparisonRow {
    /// The metric's name.
    pub metric: String,
    /// How they differ.
    pub comparison: Comparison,
}

/// How a rule of alerts stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AlertRow {
    /// The rule's key.
    pub rule: String,
    /// The metric's name.
    pub metric: String,
    /// The arm.
    pub arm: Arm,
    /// How it is.
    pub status: Status,
    /// The kinds of alerts that are on, told or not.
    pub on: Vec<AlertKind>,
}

/// What a flag really serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FlagRow {
    /// The flag's key.
    pub flag: String,
    /// The share of units that get it, in parts per million: nothing for a flag that is disabled or killed, and what
    /// its breaker leaves of its exposure.
    #[serde(with = "ppm")]
    #[cfg_attr(feature = "typescript", ts(as = "Ppm"))]
    pub share: Ppm,
    /// Where its breaker is, if it has one.
    pub breaker: Option<Position>,
}

impl MetricRow {
    pub(super) fn of(
        scope: &Scope,
        metric: &Metric,
        arm: &Arm,
        observations: &Observations,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let series = observations.get(metric.name(), arm);
        let total = series.map(Series::total);
        let (summary, trend) = match series {
            Some(series) => (
                Summary::of(metric, series, now, scope.window_ms)?,
                Trend::of(&scope.trend, metric, series, now, scope.window_ms),
            ),
            None => (Summary::NONE, Trend::through(&scope.trend, metric.direction(), &[])),
        };
        let events =
            |total: &Measure| if let Measure::Proportion(seen) = total { Some(seen.successes()) } else { None };
        Ok(Self {
            metric: metric.name().into(),
            arm: arm.clone(),
            kind: metric.kind(),
            direction: metric.direction(),
            unit: metric.unit().map(Into::into),
            observations: total.map_or(0, Measure::count),
            events: total.and_then(events),
            summary,
            trend,
            distribution: match total {
                Some(Measure::Quantile(sketch)) => Some(Histogram::of(sketch, &scope.bounds)?),
                _ => None,
            },
        })
    }
}

impl ComparisonRow {
    /// `None` for the baseline itself, and where either side was not observed in the window.
    pub(super) fn of(
        scope: &Scope,
        metric: &Metric,
        arm: &Arm,
        observations: &Observations,
        now: Timestamp,
    ) -> Result<Option<Self>, Error> {
        let Some(baseline) = scope.baseline.as_ref().filter(|baseline| *baseline != arm) else { return Ok(None) };
        let arms = (baseline, arm);
        let comparison =
            Comparison::in_window(observations, metric.name(), arms, now, scope.window_ms, scope.confidence)?;
        Ok(comparison.map(|comparison| Self { metric: metric.name().into(), comparison }))
    }
}

impl AlertRow {
    /// How all rules stand that have a state, in the order of the rules.
    pub fn all(rules: &Rules, states: &States) -> Vec<Self> {
        let row = |rule: &crate::analysis::alert::AlertRule| {
            let state = states.get(rule.key())?;
            let kinds =
                [(AlertKind::Critical, state.critical), (AlertKind::Warn, state.warn), (AlertKind::Stale, state.stale)];
            Some(Self {
                rule: rule.key().into(),
                metric: rule.metric().into(),
                arm: rule.arm().clone(),
                status: state.status,
                on: kinds.into_iter().filter(|(_, signal)| signal.on).map(|(kind, _)| kind).collect(),
            })
        };
        rules.iter().filter_map(|(rule, _)| row(rule)).collect()
    }
}

impl FlagRow {
    /// What a flag serves: nothing unless it is enabled and not killed, else its exposure, as far as its breaker leaves
    /// it.
    pub fn new(flag: &str, is_on: bool, exposure: Ppm, breaker: Option<(&Breaker, &BreakerRule)>) -> Self {
        let left = breaker.map_or(exposure, |(breaker, rule)| breaker.exposure(rule, exposure));
        Self {
            flag: flag.into(),
            share: if is_on { left } else { Ppm::NONE },
            breaker: breaker.map(|(breaker, _)| breaker.position()),
        }
    }
}
