//! Metrics: what was observed, and what a window says of it.
#![expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "as all questions are answered")]

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use vexil::analysis::comparison::Comparison;
use vexil::analysis::metric::{Arm, Kind, Measure, Metrics, Observation, Observations, Query, Sample};
use vexil::analysis::summary::Summary;
use vexil::analysis::trend::{Trend, TrendRule};

use super::{Instant, confidence, merged};
use crate::Failure;

/// What can be observed.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ObservationsQuestion {
    /// The metrics.
    metrics: Metrics,
    /// The length of a slot in milliseconds.
    slot_ms: u32,
}

/// A store without observations.
pub(super) fn observations(question: ObservationsQuestion) -> Result<Observations, Failure> {
    Ok(Observations::new(question.metrics, question.slot_ms)?)
}

/// A store, and what was seen since.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct ObserveQuestion {
    /// The store.
    observations: Observations,
    /// What was seen.
    seen: Vec<Observation>,
}

/// The store with what was seen.
pub(super) fn observe(question: ObserveQuestion) -> Result<Observations, Failure> {
    let ObserveQuestion { mut observations, seen } = question;
    observations.add_all(&seen).map_err(|error| Failure::from(error).within("seen"))?;
    Ok(observations)
}

/// A store, and observations as they came since.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct RecordQuestion {
    /// The store.
    observations: Observations,
    /// The observations.
    samples: Vec<Samples>,
}

/// Observations of a metric in an arm, as they came.
#[expect(clippy::struct_field_names, reason = "they are samples")]
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct Samples {
    /// The metric's name.
    metric: String,
    /// The arm.
    arm: Arm,
    /// When, in milliseconds since the epoch; it decides the slot.
    at: Instant,
    /// What.
    samples: Vec<Sample>,
}

/// The store with the observations.
pub(super) fn record(question: RecordQuestion) -> Result<Observations, Failure> {
    let RecordQuestion { mut observations, samples } = question;
    for (index, Samples { metric, arm, at, samples }) in samples.into_iter().enumerate() {
        let recorded = observations.record(&metric, &arm, at.into(), &samples);
        recorded.map_err(|error| Failure::from(error).within_index(index).within("samples"))?;
    }
    Ok(observations)
}

/// What several stores have seen, as one.
pub(super) fn merge(list: Vec<Observations>) -> Result<Observations, Failure> {
    let mut list = list.into_iter().enumerate();
    let (_, mut all) = list.next().ok_or_else(|| Failure::input("there is nothing to merge"))?;
    for (index, other) in list {
        all.merge(&other).map_err(|error| Failure::from(error).within_index(index))?;
    }
    Ok(all)
}

/// A store, and how much of it is still needed.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ForgetQuestion {
    /// The store.
    observations: Observations,
    /// Slots older than this span, in milliseconds, are forgotten.
    span_ms: u32,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// The store without the slots that are older than a span; totals stay.
pub(super) fn forget(question: ForgetQuestion) -> Result<Observations, Failure> {
    let ForgetQuestion { mut observations, span_ms, now } = question;
    observations.forget(now.into(), span_ms);
    Ok(observations)
}

/// A store, and what of it must be known.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct QueriesQuestion {
    /// The store.
    observations: Observations,
    /// The arms.
    arms: Vec<Arm>,
    /// The span in milliseconds.
    span_ms: u32,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// What a host has to find out so that a span is known.
pub(super) fn queries(question: QueriesQuestion) -> Result<Vec<Query>, Failure> {
    let QueriesQuestion { observations, arms, span_ms, now } = question;
    Ok(observations.queries(&arms, now.into(), span_ms))
}

/// A metric of an arm over a span.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SummaryQuestion {
    /// What was observed.
    observations: Observations,
    /// The metric's name.
    metric: String,
    /// The arm.
    arm: Arm,
    /// The span before now, in milliseconds.
    span_ms: u32,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// What a window says of a metric in an arm.
pub(super) fn summary(question: SummaryQuestion) -> Result<Summary, Failure> {
    let SummaryQuestion { observations, metric, arm, span_ms, now } = question;
    let metric = observations.metrics().get(&metric)?;
    Ok(match observations.get(metric.name(), &arm) {
        Some(series) => Summary::of(metric, series, now.into(), span_ms)?,
        None => Summary::NONE,
    })
}

/// A metric of an arm over a span, and how its trend is looked for.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TrendQuestion {
    /// What was observed.
    observations: Observations,
    /// The metric's name.
    metric: String,
    /// The arm.
    arm: Arm,
    /// The span before now, in milliseconds.
    span_ms: u32,
    /// How it is looked for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    rule: TrendRule,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// Which way a metric moves.
pub(super) fn trend(question: TrendQuestion) -> Result<Trend, Failure> {
    let TrendQuestion { observations, metric, arm, span_ms, rule, now } = question;
    let metric = observations.metrics().get(&metric)?;
    Ok(match observations.get(metric.name(), &arm) {
        Some(series) => Trend::of(&rule, metric, series, now.into(), span_ms),
        None => Trend::through(&rule, metric.direction(), &[]),
    })
}

/// A metric of two arms over a span.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CompareQuestion {
    /// What was observed.
    observations: Observations,
    /// The metric's name.
    metric: String,
    /// The arm that is compared against.
    baseline: Arm,
    /// The arm that is compared.
    arm: Arm,
    /// The span before now, in milliseconds.
    span_ms: u32,
    /// The confidence of the intervals, between 0 and 1; 0.95 unless it is said.
    #[serde(default = "confidence")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    confidence: f64,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// How an arm differs from another one; nothing where either was not observed.
pub(super) fn compare(question: CompareQuestion) -> Result<Option<Comparison>, Failure> {
    let CompareQuestion { observations, metric, baseline, arm, span_ms, confidence, now } = question;
    Ok(Comparison::in_window(&observations, &metric, (&baseline, &arm), now.into(), span_ms, confidence)?)
}

/// Observations of a kind of metric.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureQuestion {
    /// The kind of metric.
    kind: Kind,
    /// The observations.
    samples: Vec<Sample>,
}

/// What some observations leave of a kind of metric.
pub(super) fn measure(question: MeasureQuestion) -> Result<Measure, Failure> {
    Measure::of(question.kind, &question.samples).map_err(|error| Failure::from(error).within("samples"))
}

/// What several hosts have seen, as one.
pub(super) fn merge_measures(list: Vec<Measure>) -> Result<Measure, Failure> {
    merged(list)
}
