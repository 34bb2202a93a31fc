//! What an experiment's figures look like when they come in.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::sums::Sum;
use crate::analysis::metric;
use crate::stats::aggregate::Sketch;

/// An experiment with what was counted and summed up of it. `D` is where a metric's figures are.
///
/// As JSON: `{"experiment":"checkout","arms":[{"name":"off","share":1,"units":10040},...],"control":"off",
/// "metrics":[{"name":"bought","role":"primary","direction":"higherIsBetter","data":{"proportion":
/// [{"arm":"off","successes":503,"trials":10040},...]}}]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentInput"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Input<D = Data> {
    /// What it is called.
    pub experiment: String,
    /// Its arms, the control among them.
    pub arms: Vec<ArmInput>,
    /// The arm that the others are compared with.
    pub control: String,
    /// How many units were seen in more than one arm, and are in none of the figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crossed: Option<u64>,
    /// How to look at it.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub options: Options,
    /// What was measured.
    pub metrics: Vec<MetricInput<D>>,
}

/// An arm, and who is in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentArm"))]
#[serde(deny_unknown_fields)]
pub struct ArmInput {
    /// Its name, such as the variant's key.
    pub name: String,
    /// Its part of the units as it was planned, relative to those of the others: 50 and 50 are the same as 1 and 1.
    pub share: f64,
    /// How many units were exposed to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u64>,
}

/// How an experiment is looked at. All of it is decided before the first look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentOptions"))]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Options {
    /// Once, or all the time.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub look: Look,
    /// The confidence of intervals, between 0 and 1; one minus it is the error of tests.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub confidence: f64,
    /// What is done about many tests.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub correction: Correction,
    /// The probability with which detectable effects are detected.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub power: f64,
    /// How many units all arms together were planned to have. With fewer, a look of a fixed horizon is too early.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub planned_units: Option<u64>,
    /// How many days it has run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub days: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            look: Look::Fixed,
            confidence: 0.95,
            correction: Correction::Holm,
            power: 0.8,
            planned_units: None,
            days: None,
        }
    }
}

/// How often an experiment is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentLook"))]
#[serde(rename_all = "camelCase")]
pub enum Look {
    /// Once, when it has the units that were planned.
    Fixed,
    /// As often as one likes.
    Sequential,
}

/// What is done about many tests: of metrics times arms, guardrails left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentCorrection"))]
#[serde(rename_all = "camelCase")]
pub enum Correction {
    /// Hardly any wrong report at all.
    Holm,
    /// Few wrong ones among those that are reported.
    BenjaminiHochberg,
    /// Nothing.
    None,
}

/// What a metric is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricRole"))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// What the experiment is decided by.
    Primary,
    /// What helps to understand it.
    Secondary,
    /// What must not get worse. It is not corrected for many tests, since missing harm is the error to fear.
    Guardrail,
}

/// A metric, and its figures in every arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentMetric"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MetricInput<D = Data> {
    /// Its name.
    pub name: String,
    /// What it is there for.
    pub role: Role,
    /// Which way is better.
    pub direction: metric::Direction,
    /// The unit of its values, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The smallest relative effect that is worth acting on, above 0; 0.05 unless it is said. Sequential looks are tuned
    /// to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_effect: Option<f64>,
    /// Its figures.
    pub data: D,
}

/// The figures of a metric: one row for each arm, as a query gives them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExperimentData"))]
#[serde(rename_all = "camelCase")]
pub enum Data {
    /// Units that did something.
    Proportion(Vec<Counts>),
    /// The mean of a quantity of units: `y` is the quantity, `x` the same or another one from before the exposure.
    Mean(Vec<Sums>),
    /// The sum of `y` by the sum of `x`, both of units.
    Ratio(Vec<Sums>),
    /// A quantile.
    Quantile(Quantiles),
}

/// What a share of units is computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProportionRow"))]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The arm.
    pub arm: String,
    /// Units that did it.
    pub successes: u64,
    /// Units.
    pub trials: u64,
}

/// Sums over the units of an arm, with one value `y`, or two values `x` and `y`, of each of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SumsRow"))]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// The arm.
    pub arm: String,
    /// How many units.
    pub n: u64,
    /// The sum of `y`.
    pub y: Sum,
    /// The sum of the squares of `y`.
    pub yy: Sum,
    /// The sum of `x`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<Sum>,
    /// The sum of the squares of `x`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xx: Option<Sum>,
    /// The sum of the products of `x` and `y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xy: Option<Sum>,
}

/// Which quantile, and what was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "QuantileRows"))]
#[serde(deny_unknown_fields)]
pub struct Quantiles {
    /// Which quantile, in parts per million.
    pub level: metric::Level,
    /// The values of each arm.
    pub arms: Vec<SketchRow>,
}

/// The values of an arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SketchRow {
    /// The arm.
    pub arm: String,
    /// How many values lie where.
    pub sketch: Sketch,
}
