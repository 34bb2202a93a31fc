//! Metrics: what is measured, which way is better, and what was observed of it in each arm.

mod arm;
#[cfg(test)]
mod laws;
pub(super) mod measure;
mod observations;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use arm::Arm;
pub use measure::{Figure, Measure, Parts, Sample};
pub use observations::{Observation, Observations, Query, Series};

use super::{Cause, Error};
use crate::stats::{self, real};
use crate::words::limits;
use crate::words::weight::{Ppm, WHOLE};

/// What is measured.
///
/// As JSON: `{"name":"latency","kind":{"quantile":950000},"direction":"lowerIsBetter","unit":"ms"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw")]
pub struct Metric {
    name: String,
    kind: Kind,
    direction: Direction,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    kind: Kind,
    direction: Direction,
    #[serde(default)]
    unit: Option<String>,
}

/// What a metric's value is computed of, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricKind"))]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Successes of trials, such as errors of requests: `Σ successes / Σ trials`.
    Proportion,
    /// The mean of a quantity, such as a rating from 1 to 5.
    Mean,
    /// The sum of one quantity by the sum of another, such as clicks by page views of a user.
    Ratio,
    /// A quantile of a quantity that is not negative, such as the p95 of a latency, within 1 %.
    Quantile(Level),
}

/// Which quantile, in parts per million: 950,000 is p95. From 1 to 999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "QuantileLevel"))]
#[serde(try_from = "u32", into = "u32")]
pub struct Level(u32);

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricDirection"))]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// As for errors and latencies.
    LowerIsBetter,
    /// As for ratings and conversions.
    HigherIsBetter,
}

impl Metric {
    /// A metric. Its name begins with a letter and has at most 64 letters, digits, `_`, `-` and `.`, all of ASCII.
    ///
    /// # Errors
    ///
    /// [`Cause::Name`] for another name.
    pub fn new(name: &str, kind: Kind, direction: Direction) -> Result<Self, Error> {
        if is_name(name) {
            Ok(Self { name: name.into(), kind, direction, unit: None })
        } else {
            Err(Error::at("name", Cause::Name))
        }
    }

    /// The same metric, with the unit of its values for people: at most 32 bytes, no control characters.
    ///
    /// # Errors
    ///
    /// [`Cause::Name`] for another text.
    pub fn with_unit(mut self, unit: &str) -> Result<Self, Error> {
        if !is_text(unit, limits::METRIC_UNIT_BYTES) {
            return Err(Error::at("unit", Cause::Name));
        }
        self.unit = Some(unit.into());
        Ok(self)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its value is computed of.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Which way is better.
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// The unit of its values.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }
}

impl TryFrom<Raw> for Metric {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let metric = Self::new(&raw.name, raw.kind, raw.direction)?;
        raw.unit.map_or(Ok(metric.clone()), |unit| metric.with_unit(&unit))
    }
}

/// Whether a text can name a metric.
fn is_name(name: &str) -> bool {
    name.len() <= limits::METRIC_NAME_BYTES
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Whether a text for people is there, short and on one line.
pub(super) fn is_text(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && !text.contains(char::is_control)
}

impl Level {
    /// The median.
    pub const MEDIAN: Self = Self(WHOLE / 2);

    /// A level from parts per million, from 1 to 999,999.
    ///
    /// # Errors
    ///
    /// [`stats::Error::OutOfRange`].
    pub fn new(ppm: u32) -> Result<Self, Error> {
        if (1..WHOLE).contains(&ppm) { Ok(Self(ppm)) } else { Err(stats::Error::OutOfRange.into()) }
    }

    /// The level in parts per million.
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// The level as a share, between 0 and 1.
    pub fn share(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }

    /// The rank of this quantile among `n` values in ascending order: `floor(1 + q (n - 1))`, without rounding.
    pub(super) fn rank(self, n: u64) -> u64 {
        let below = u128::from(n.saturating_sub(1)) * u128::from(self.0) / u128::from(WHOLE);
        u64::try_from(below).map_or(n, |below| below + 1)
    }
}

impl TryFrom<u32> for Level {
    type Error = Error;

    fn try_from(ppm: u32) -> Result<Self, Error> {
        Self::new(ppm)
    }
}

impl From<Level> for u32 {
    fn from(level: Level) -> Self {
        level.0
    }
}

impl Direction {
    /// A number that grows as a value gets worse: the value itself, or its negative.
    pub const fn badness(self, value: f64) -> f64 {
        match self {
            Self::LowerIsBetter => value,
            Self::HigherIsBetter => -value,
        }
    }

    /// Whether one value is worse than another; equal ones are not.
    pub fn is_worse(self, value: f64, than: f64) -> bool {
        self.badness(value) > self.badness(than)
    }
}

/// A share of a count, as a float.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| real(part) / real(whole))
}

/// A list of metrics with different names, at most 256. What is not on the list cannot be observed, so that names
/// that someone makes up cost no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Vec<Metric>", into = "Vec<Metric>")]
pub struct Metrics(Vec<Metric>);

impl Metrics {
    /// A list of metrics.
    ///
    /// # Errors
    ///
    /// [`Cause::TooMany`], [`Cause::Duplicate`] for a name that comes twice.
    pub fn new(list: Vec<Metric>) -> Result<Self, Error> {
        if list.len() > limits::METRICS {
            return Err(Cause::TooMany.into());
        }
        for (index, metric) in list.iter().enumerate() {
            if list.iter().take(index).any(|earlier| earlier.name == metric.name) {
                return Err(Error::at("name", Cause::Duplicate).within_index(index));
            }
        }
        Ok(Self(list))
    }

    /// The metrics, in the order of the list.
    pub fn iter(&self) -> core::slice::Iter<'_, Metric> {
        self.0.iter()
    }

    /// The metric of a name.
    ///
    /// # Errors
    ///
    /// [`Cause::UnknownMetric`].
    pub fn get(&self, name: &str) -> Result<&Metric, Error> {
        self.0.iter().find(|metric| metric.name == name).ok_or_else(|| Error::at("metric", Cause::UnknownMetric))
    }
}

impl<'a> IntoIterator for &'a Metrics {
    type Item = &'a Metric;
    type IntoIter = core::slice::Iter<'a, Metric>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<Metric>> for Metrics {
    type Error = Error;

    fn try_from(list: Vec<Metric>) -> Result<Self, Error> {
        Self::new(list)
    }
}

impl From<Metrics> for Vec<Metric> {
    fn from(metrics: Metrics) -> Self {
        metrics.0
    }
}

/// A share in parts per million, read strictly.
pub(super) mod ppm {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::Ppm;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(in super::super) fn serialize<S: Serializer>(share: &Ppm, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(share.get())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ppm, D::Error> {
        let ppm = u32::deserialize(deserializer)?;
        Ppm::new(ppm).ok_or_else(|| de::Error::custom("a share is at most 1000000 parts per million"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, to_string};

    use super::*;

    #[test]
    fn s0_04_a_metric_says_its_kind_and_which_way_is_better() {
        let text = r#"{"name":"latency","kind":{"quantile":950000},"direction":"lowerIsBetter","unit":"ms"}"#;
        let metric: Metric = from_str(text).expect("it is sound");
        assert_eq!(metric.kind(), Kind::Quantile(Level(950_000)));
        assert_eq!(to_string(&metric).expect("it is written"), text);
        // A bare name is none, and neither is one without its direction.
        assert!(from_str::<Metric>(r#""latency""#).is_err());
        assert!(from_str::<Metric>(r#"{"name":"latency","kind":"mean"}"#).is_err());
    }

    #[test]
    fn metrics_are_read_strictly() {
        let sound = r#"{"name":"a","kind":"mean","direction":"lowerIsBetter"}"#;
        assert!(from_str::<Metric>(sound).is_ok());
        for (from, to) in [
            ("\"a\"", "\"\""),
            ("\"a\"", "\"1\""),
            ("\"a\"", "\"a b\""),
            ("\"a\"", "\"ä\""),
            ("\"mean\"", "\"sum\""),
            ("\"mean\"", "{\"quantile\":0}"),
            ("\"mean\"", "{\"quantile\":1000000}"),
            ("}", ",\"unit\":\"\"}"),
            ("}", ",\"unit\":\"a\\nb\"}"),
            ("}", ",\"extra\":1}"),
        ] {
            let damaged = sound.replace(from, to);
            assert!(from_str::<Metric>(&damaged).is_err(), "{damaged}");
        }
        let long = "a".repeat(limits::METRIC_NAME_BYTES + 1);
        assert_eq!(Metric::new(&long, Kind::Mean, Direction::LowerIsBetter), Err(Error::at("name", Cause::Name)));
    }

    #[test]
    fn a_list_has_no_name_twice_and_an_end() {
        let metric = |name: &str| Metric::new(name, Kind::Mean, Direction::LowerIsBetter).expect("a name");
        let twice = Metrics::new(alloc::vec![metric("a"), metric("b"), metric("a")]);
        let error = twice.expect_err("a name comes twice");
        assert_eq!((error.path.as_str(), error.cause), ("/2/name", Cause::Duplicate));
        let many = (0..=limits::METRICS).map(|number| metric(&alloc::format!("m{number}"))).collect();
        assert_eq!(Metrics::new(many), Err(Cause::TooMany.into()));
    }

    #[test]
    fn ranks_are_those_of_the_definition() {
        let p95 = Level(950_000);
        assert_eq!([0, 1, 2, 20, 21, 100].map(|n| p95.rank(n)), [1, 1, 1, 19, 20, 95]);
        assert_eq!(Level(999_999).rank(limits::COUNT), 9_007_190_247_541_736);
    }

    #[test]
    fn worse_depends_on_the_direction() {
        assert!(Direction::LowerIsBetter.is_worse(2.0, 1.0));
        assert!(Direction::HigherIsBetter.is_worse(1.0, 2.0));
        assert!(!Direction::HigherIsBetter.is_worse(0.0, -0.0));
    }
}
