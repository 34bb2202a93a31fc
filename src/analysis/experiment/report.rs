//! The whole of an experiment: units, metrics, and what follows.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;

use super::allocation::{Allocation, allocation};
use super::check::{Experiment, Measured, Seen};
use super::compare::{Adjusted, Detectable, Method, Tested};
use super::input::{Correction, Look, Options, Role};
use super::notes::{Note, notes};
use crate::analysis::metric::{Direction, Kind};
use crate::stats::aggregate::Proportion;
use crate::stats::fixed::{self, Chance, Cuped};
use crate::stats::{self, Estimate};

/// What an experiment says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentAnalysis"))]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    /// What it is called.
    pub experiment: String,
    /// The arm that the others are compared with.
    pub control: String,
    /// How it was looked at.
    pub options: Options,
    /// Whether the units arrived as planned. Where they did not, nothing else can be concluded.
    pub allocation: Allocation,
    /// The metrics: primary ones first, guardrails last.
    pub metrics: Vec<MetricResult>,
    /// What it means, and what it does not, in sentences: the gravest first.
    pub notes: Vec<Note>,
}

/// What a metric says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentResult"))]
#[serde(rename_all = "camelCase")]
pub struct MetricResult {
    /// Its name.
    pub metric: String,
    /// What it is there for.
    pub role: Role,
    /// What its value is computed of.
    pub kind: Kind,
    /// Which way is better.
    pub direction: Direction,
    /// The unit of its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub unit: Option<String>,
    /// What it is in each arm, in the order of the input.
    pub arms: Vec<ArmValue>,
    /// Every other arm beside the control.
    pub comparisons: Vec<Comparison>,
}

/// A metric in an arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentArmValue"))]
#[serde(rename_all = "camelCase")]
pub struct ArmValue {
    /// The arm.
    pub arm: String,
    /// How many units, or values of a quantile, it is of.
    pub n: u64,
    /// The value; none where there are too few.
    pub value: Option<f64>,
    /// What to believe of it, from a flat prior: the probability that it is the best of all arms, and what choosing it
    /// costs on average, in units of the metric. None for quantiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub chance: Option<Chance>,
}

/// An arm beside the control.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentComparison"))]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The arm.
    pub arm: String,
    /// What the figures say; none where nothing can be computed.
    pub plain: Option<Tested>,
    /// What they say adjusted for the covariate, if there is one. It is what is concluded from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub adjusted: Option<Adjusted>,
    /// The p-value, corrected for the number of tests; that of a guardrail is not.
    pub corrected_p_value: Option<f64>,
    /// The effect that would have been found.
    pub detectable: Option<Detectable>,
    /// What follows.
    pub verdict: Verdict,
    /// Why nothing can be computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub problem: Option<String>,
}

/// What follows from a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentVerdict"))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The arm is better than the control.
    Better,
    /// It is worse.
    Worse,
    /// Neither can be said; which does not say that they are equal.
    Undecided,
    /// Nothing can be computed.
    Unknown,
    /// It is too early for a look of a fixed horizon.
    TooEarly,
    /// The shares of units are wrong, so nothing can be concluded.
    Void,
}

impl Comparison {
    /// The figures that are concluded from: the adjusted ones, if there are any.
    pub fn tested(&self) -> Option<&Tested> {
        self.adjusted.as_ref().map(|adjusted| &adjusted.tested).or(self.plain.as_ref())
    }
}

/// Analyses an experiment.
///
/// # Errors
///
/// [`stats::Error::TooMany`] where all units together are more than 2^53 - 1. What cannot be said of one metric is told
/// with that metric.
pub fn analyze(experiment: &Experiment) -> Result<Analysis, stats::Error> {
    let allocation = allocation(experiment)?;
    let mut measured: Vec<&Measured> = experiment.metrics.iter().collect();
    measured.sort_by_key(|measured| measured.role);
    let mut metrics: Vec<MetricResult> = measured.iter().map(|measured| result(experiment, measured)).collect();
    correct(&mut metrics, experiment.options.correction)?;
    let planned = experiment.options.planned_units.unwrap_or(0);
    let is_early = experiment.options.look == Look::Fixed && allocation.units < planned;
    for metric in &mut metrics {
        let direction = metric.direction;
        for comparison in &mut metric.comparisons {
            comparison.verdict = match verdict(comparison, direction, 1.0 - experiment.options.confidence) {
                Verdict::Unknown => Verdict::Unknown,
                _ if allocation.mismatch => Verdict::Void,
                _ if is_early => Verdict::TooEarly,
                verdict => verdict,
            };
        }
    }
    let notes = notes(experiment, &allocation, &metrics);
    Ok(Analysis {
        experiment: experiment.name.clone(),
        control: experiment.arms.get(experiment.control).map(|arm| arm.name.clone()).unwrap_or_default(),
        options: experiment.options.clone(),
        allocation,
        metrics,
        notes,
    })
}

/// What can be said of a metric before all p-values are known.
fn result(experiment: &Experiment, measured: &Measured) -> MetricResult {
    let method = Method::new(&experiment.options, measured.smallest_effect);
    let looked = look(&measured.seen, measured.metric.kind(), measured.metric.direction());
    let arms = experiment.arms.iter().zip(measured.seen.counts()).enumerate().map(|(place, (arm, n))| ArmValue {
        arm: arm.name.clone(),
        n,
        value: looked.values.get(place).copied().flatten(),
        chance: looked.chances.as_ref().and_then(|chances| chances.get(place)).copied(),
    });
    let others = experiment.arms.iter().enumerate().filter(|(place, _)| *place != experiment.control);
    let comparisons = others.map(|(place, arm)| compare(method, &looked, place, experiment.control, arm.name.clone()));
    MetricResult {
        metric: measured.metric.name().to_string(),
        role: measured.role,
        kind: measured.metric.kind(),
        direction: measured.metric.direction(),
        unit: measured.metric.unit().map(str::to_string),
        arms: arms.collect(),
        comparisons: comparisons.collect(),
    }
}

/// A metric as it is compared.
struct Looked<'a> {
    seen: &'a Seen,
    level: f64,
    values: Vec<Option<f64>>,
    /// For means and ratios.
    estimates: Vec<Result<Estimate, stats::Error>>,
    cuped: Option<Cuped>,
    chances: Option<Vec<Chance>>,
}

fn look(seen: &Seen, kind: Kind, direction: Direction) -> Looked<'_> {
    let level = if let Kind::Quantile(level) = kind { level.share() } else { 0.5 };
    let mut looked = Looked { seen, level, values: Vec::new(), estimates: Vec::new(), cuped: None, chances: None };
    match seen {
        Seen::Proportion(arms) => {
            looked.values = arms.iter().map(|arm| arm.rate().ok()).collect();
            looked.chances = chances_of_rates(arms, direction).ok();
        }
        Seen::Mean { arms, covariate, means, .. } => {
            looked.values.clone_from(means);
            let estimate = |arm: &Result<_, _>| arm.as_ref().map_err(|error| *error).and_then(Estimate::of_mean);
            looked.estimates = arms.iter().map(estimate).collect();
            looked.cuped = covariate.as_ref().and_then(|arms| fixed::cuped(arms).ok());
        }
        Seen::Ratio(arms) => {
            looked.estimates = arms.iter().map(Estimate::of_ratio).collect();
            looked.values = looked.estimates.iter().map(|arm| arm.as_ref().ok().map(Estimate::value)).collect();
        }
        Seen::Quantile(arms) => looked.values = arms.iter().map(|arm| arm.quantile(level).ok()).collect(),
    }
    if !looked.estimates.is_empty() {
        looked.chances = chances_of_estimates(&looked.estimates, direction).ok();
    }
    looked
}

fn chances_of_rates(arms: &[Proportion], direction: Direction) -> Result<Vec<Chance>, stats::Error> {
    match direction {
        Direction::HigherIsBetter => fixed::best_proportion(arms, (1.0, 1.0)),
        Direction::LowerIsBetter => {
            let arms: Vec<Proportion> = arms.iter().map(Proportion::complement).collect();
            fixed::best_proportion(&arms, (1.0, 1.0))
        }
    }
}

fn chances_of_estimates(
    arms: &[Result<Estimate, stats::Error>],
    direction: Direction,
) -> Result<Vec<Chance>, stats::Error> {
    // What is surely 0: less an estimate it is the estimate's negative.
    let nothing = Estimate::of_rate(&Proportion::new(0, 1)?)?;
    let better = arms.iter().map(|arm| match direction {
        Direction::HigherIsBetter => *arm,
        Direction::LowerIsBetter => nothing.minus(arm.as_ref().map_err(|error| *error)?),
    });
    fixed::best_mean(&better.collect::<Result<Vec<_>, _>>()?)
}

fn compare(method: Method, looked: &Looked<'_>, place: usize, control: usize, arm: String) -> Comparison {
    let (plain, detectable) = match looked.seen {
        Seen::Proportion(arms) => {
            both(arms, place, control, |t, c| (method.rates(t, c), method.detectable_rate(t, c).ok()))
        }
        Seen::Quantile(arms) => both(arms, place, control, |t, c| (method.quantiles(t, c, looked.level), None)),
        Seen::Mean { .. } | Seen::Ratio(_) => both(&looked.estimates, place, control, |t, c| match (t, c) {
            (Ok(t), Ok(c)) => (method.estimates(t, c), method.detectable(t, c).ok()),
            (Err(error), _) | (_, Err(error)) => (Err(*error), None),
        }),
    };
    let adjusted = looked.cuped.as_ref().filter(|_| plain.is_ok()).and_then(|cuped| {
        let (t, c) = (cuped.adjusted.get(place)?, cuped.adjusted.get(control)?);
        let tested = method.estimates(t, c).ok()?;
        let adjusted = Adjusted { theta: cuped.theta, variance_reduction: cuped.reduction, tested };
        Some((adjusted, method.detectable(t, c).ok()))
    });
    let detectable = adjusted.map_or(detectable, |(_, detectable)| detectable);
    Comparison {
        arm,
        problem: plain.as_ref().err().map(ToString::to_string),
        plain: plain.ok(),
        adjusted: adjusted.map(|(adjusted, _)| adjusted),
        corrected_p_value: None,
        detectable,
        verdict: Verdict::Unknown,
    }
}

/// What is asked of an arm and the control; both are there.
fn both<A, T>(
    arms: &[A],
    place: usize,
    control: usize,
    of: impl Fn(&A, &A) -> (Result<T, stats::Error>, Option<Detectable>),
) -> (Result<T, stats::Error>, Option<Detectable>) {
    match (arms.get(place), arms.get(control)) {
        (Some(treatment), Some(control)) => of(treatment, control),
        _ => (Err(stats::Error::TooFew), None),
    }
}

/// Corrects the p-values of all metrics but guardrails, over all arms.
///
/// For a sequential experiment one over a p-value is an e-value, and the method of Benjamini and Hochberg on those
/// p-values is the one for e-values (Wang and Ramdas 2022), which holds under any dependence and when stopped at any look.
fn correct(metrics: &mut [MetricResult], correction: Correction) -> Result<(), stats::Error> {
    let is_in_family = |role: Role| role != Role::Guardrail;
    let p_value = |comparison: &Comparison| comparison.tested().map(|tested| tested.p_value);
    let family = metrics.iter().filter(|metric| is_in_family(metric.role)).flat_map(|metric| &metric.comparisons);
    let p_values: Vec<f64> = family.filter_map(p_value).collect();
    let corrected = match correction {
        Correction::Holm => fixed::holm(&p_values)?,
        Correction::BenjaminiHochberg => fixed::benjamini_hochberg(&p_values)?,
        Correction::None => p_values,
    };
    let mut corrected = corrected.into_iter();
    for metric in metrics {
        let role = metric.role;
        for comparison in &mut metric.comparisons {
            comparison.corrected_p_value =
                p_value(comparison).and_then(|plain| if is_in_family(role) { corrected.next() } else { Some(plain) });
        }
    }
    Ok(())
}

fn verdict(comparison: &Comparison, direction: Direction, alpha: f64) -> Verdict {
    match (comparison.tested(), comparison.corrected_p_value) {
        (Some(tested), Some(p_value)) if p_value <= alpha => {
            let is_worse = direction.is_worse(tested.difference.estimate, 0.0);
            if is_worse { Verdict::Worse } else { Verdict::Better }
        }
        (Some(_), Some(_)) => Verdict::Undecided,
        _ => Verdict::Unknown,
    }
}
