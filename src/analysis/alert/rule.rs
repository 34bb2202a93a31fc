//! Rules of alerts: which number of which arm, its bounds, and what it takes to believe it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::analysis::comparison::relative_change;
use crate::analysis::metric::{Arm, Direction, Kind, Metric, Metrics, Observations, is_text};
use crate::analysis::reading::{Needs, Reading};
use crate::analysis::{Cause, Error};
use crate::stats;
use crate::words::limits;
use crate::words::time::Timestamp;

/// A threshold that is watched. Which side of a bound is bad follows from the metric's direction; a value at the bound
/// is still good, so that an error rate can be bounded by 0.
///
/// As JSON: `{"key":"canary-errors","metric":"errors","arm":"canary","windowMs":300000,"warn":0.02,"critical":0.05,
/// "hysteresis":0.005,"coolDownMs":900000,"needs":{"observations":100,"staleAfterMs":300000}}`, and
/// `"baseline":"control"` for bounds of the relative change against that arm: 0.1 is a tenth more than there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AlertRule {
    key: String,
    metric: String,
    arm: Arm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    baseline: Option<Arm>,
    window_ms: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) warn: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) critical: Option<f64>,
    /// How much better than a bound a value must be before the alert is over.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub(super) hysteresis: f64,
    /// How many milliseconds after an alert the next of its kind may come.
    pub(super) cool_down_ms: u64,
    pub(super) needs: Needs,
}

/// Rules that were held against the metrics that they are of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules(Vec<(AlertRule, Direction)>);

impl Rules {
    /// Rules over some metrics.
    ///
    /// # Errors
    ///
    /// With the place in the list and the member that is wrong: [`Cause::UnknownMetric`], so that no rule is silently
    /// dead; [`Cause::Duplicate`] keys; [`Cause::Order`] without any bound, for a critical bound that is better than
    /// the one to warn at, for a baseline that is the arm itself, and for a bound that no value can cross, or not back
    /// beyond the hysteresis, such as 5 for an error rate from 0 to 1; numbers that are not finite; [`Cause::TooMany`].
    pub fn new(metrics: &Metrics, list: Vec<AlertRule>) -> Result<Self, Error> {
        if list.len() > limits::ALERT_RULES {
            return Err(Cause::TooMany.into());
        }
        let mut rules = Self::default();
        for (index, rule) in list.into_iter().enumerate() {
            let is_known = rules.0.iter().any(|(known, _)| known.key == rule.key);
            let checked = if is_known { Err(Error::at("key", Cause::Duplicate)) } else { rule.check(metrics) };
            let direction = checked.map_err(|error| error.within_index(index))?;
            rules.0.push((rule, direction));
        }
        Ok(rules)
    }

    /// The rules, each with the direction of its metric.
    pub fn iter(&self) -> impl Iterator<Item = (&AlertRule, Direction)> {
        self.0.iter().map(|(rule, direction)| (rule, *direction))
    }
}

impl AlertRule {
    /// The rule's name.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The metric's name.
    pub fn metric(&self) -> &str {
        &self.metric
    }

    /// The arm.
    pub const fn arm(&self) -> &Arm {
        &self.arm
    }

    /// The number that is watched: the metric's value, or its relative change against the baseline over the same span.
    /// That needs observations of both, and has no value where the baseline's is 0: bound the value itself as well.
    ///
    /// # Errors
    ///
    /// As for [`Observations::reading`].
    pub fn reading(&self, observations: &Observations, now: Timestamp) -> Result<Reading, Error> {
        let reading = |arm| observations.reading(&self.metric, arm, now, self.window_ms);
        let own = reading(&self.arm)?;
        let Some(baseline) = &self.baseline else { return Ok(own) };
        let other = reading(baseline)?;
        let change = own.value().zip(other.value()).and_then(|(own, other)| relative_change(other, own));
        let age_ms = own.age_ms().zip(other.age_ms()).map(|(own, other)| own.max(other));
        Reading::new(change, own.count().min(other.count()), age_ms)
    }

    fn check(&self, metrics: &Metrics) -> Result<Direction, Error> {
        let metric = metrics.get(&self.metric)?;
        if !is_text(&self.key, limits::KEY_BYTES) {
            return Err(Error::at("key", Cause::Name));
        }
        if self.window_ms == 0 {
            return Err(Error::at("windowMs", Cause::Statistics(stats::Error::OutOfRange)));
        }
        if self.baseline.as_ref() == Some(&self.arm) {
            return Err(Error::at("baseline", Cause::Order));
        }
        let finite = |key, number| stats::finite(number).map_err(|error| Error::from(error).within(key));
        if finite("hysteresis", self.hysteresis)? < 0.0 {
            return Err(Error::at("hysteresis", Cause::Order));
        }
        for (key, bound) in [("warn", self.warn), ("critical", self.critical)] {
            if let Some(bound) = bound {
                finite(key, bound)?;
                self.check_reach(metric, bound).map_err(|error| error.within(key))?;
            }
        }
        let is_ordered = match (self.warn, self.critical) {
            (Some(warn), Some(critical)) => !metric.direction().is_worse(warn, critical),
            (None, None) => false,
            _ => true,
        };
        if is_ordered { Ok(metric.direction()) } else { Err(Error::at("critical", Cause::Order)) }
    }

    /// Whether there are values on both sides of a bound, beyond the hysteresis on the good one.
    fn check_reach(&self, metric: &Metric, bound: f64) -> Result<(), Error> {
        let (least, most) = match metric.kind() {
            // The change of a value that cannot be negative is not below -1.
            _ if self.baseline.is_some() => (f64::MIN, f64::MAX),
            Kind::Proportion => (0.0, 1.0),
            Kind::Quantile(_) => (0.0, *limits::SKETCH_VALUES.end()),
            Kind::Mean | Kind::Ratio => (f64::MIN, f64::MAX),
        };
        let can_cross = match metric.direction() {
            Direction::LowerIsBetter => bound < most && bound - self.hysteresis >= least,
            Direction::HigherIsBetter => bound > least && bound + self.hysteresis <= most,
        };
        if can_cross { Ok(()) } else { Err(Cause::Order.into()) }
    }
}
