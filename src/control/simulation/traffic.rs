//! Traffic: what is observed of a canary and its control, made up or recorded.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::super::duration::Duration;
use super::super::event::Event;
use super::super::journal::{Damage, read_log};
use super::super::progress::Progress;
use super::super::{deployment, rollout};
use crate::analysis::guardrail::Behaviour;
use crate::analysis::metric::{Arm, Kind, Measure, Metric, Observation, Parts, Sample};
use crate::stats::aggregate::Proportion;
use crate::stats::{real, whole};
use crate::words::time::Timestamp;
use crate::words::weight::WHOLE;

const HOUR_MS: f64 = 3_600_000.0;

/// What is observed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationTraffic"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Traffic {
    /// Where chance comes from: the same text gives the same traffic.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub seed: String,
    /// How many requests there are in an hour, in both arms together.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub requests_per_hour: f64,
    /// How each metric behaves where nothing is wrong, by its name. Of others nothing is observed.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub metrics: BTreeMap<String, Behaviour>,
    /// What goes wrong. Of two at the same time the later in the list counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub faults: Vec<Fault>,
    /// What was observed in fact. What has recorded observations has no others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub recorded: Vec<Recorded>,
    /// How often a step of a rollback, or a check after it, fails before it is done, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub failing_steps: BTreeMap<String, u32>,
}

/// What is observed: a rollout or a deployment. As JSON `{"rollout":"r-1"}` or `{"deployment":"d-1"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationDriver"))]
#[serde(rename_all = "camelCase")]
pub enum Driver {
    /// A rollout, by its id. That of a release is `release/` and the id of the release.
    Rollout(String),
    /// A deployment, by its id.
    Deployment(String),
}

/// Something that is wrong for a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationFault"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Fault {
    /// From so long after the start.
    pub from: Duration,
    /// To so long after the start.
    pub to: Duration,
    /// Of what; of everything if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Driver>,
    /// In which arm; in both if left out, which is an outage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm: Option<Arm>,
    /// How metrics behave then. Without any nothing is observed at all.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub metrics: BTreeMap<String, Behaviour>,
}

/// An observation of something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationRecorded"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Recorded {
    /// Of what.
    pub of: Driver,
    /// What was observed.
    pub observation: Observation,
}

impl Traffic {
    /// What a log says was observed, and nothing else: under the plans of that log it leads to that log again, and under
    /// others to what they would have decided.
    ///
    /// # Errors
    /// A line other than the last is not what was written.
    pub fn of_log(log: &str) -> Result<Self, Damage> {
        let mut traffic = Self::default();
        read_log(log, |record, _| {
            for event in &record.events {
                let (of, observations) = match event {
                    Event::Rollout { rollout, event: rollout::Event::Observed { observations } } => {
                        (Driver::Rollout(rollout.clone()), observations)
                    }
                    Event::Deployment { deployment, event: deployment::Event::Observed { observations } } => {
                        (Driver::Deployment(deployment.clone()), observations)
                    }
                    _ => continue,
                };
                let recorded = observations.iter().map(|seen| Recorded { of: of.clone(), observation: seen.clone() });
                traffic.recorded.extend(recorded);
            }
        })?;
        Ok(traffic)
    }
}

pub(super) struct Generator<'t> {
    traffic: &'t Traffic,
    start: Timestamp,
    random: Random,
    /// In the order of their slots.
    recorded: BTreeMap<Driver, Vec<&'t Observation>>,
}

impl<'t> Generator<'t> {
    pub(super) fn new(traffic: &'t Traffic, start: Timestamp) -> Result<Self, String> {
        let rate = traffic.requests_per_hour;
        if !(0.0..=1e9).contains(&rate) {
            return Err(format!("`requestsPerHour`: {rate} is not from 0 to 1e9"));
        }
        let faults = traffic.faults.iter().flat_map(|fault| &fault.metrics);
        for (name, behaviour) in traffic.metrics.iter().chain(faults) {
            let is_possible = match *behaviour {
                Behaviour::Rate(rate) => (0.0..=1.0).contains(&rate),
                Behaviour::Mean { value, deviation } => value.is_finite() && deviation.is_finite() && deviation >= 0.0,
                Behaviour::LogNormal { median, sigma } => {
                    median.is_finite() && sigma.is_finite() && median > 0.0 && sigma >= 0.0
                }
            };
            if !is_possible {
                return Err(format!("`metrics`: `{name}` cannot behave like that"));
            }
        }
        let mut recorded: BTreeMap<Driver, Vec<&Observation>> = BTreeMap::new();
        for Recorded { of, observation } in &traffic.recorded {
            recorded.entry(of.clone()).or_default().push(observation);
        }
        recorded.values_mut().for_each(|seen| seen.sort_by_key(|seen| seen.at));
        Ok(Self { traffic, start, random: Random::new(&traffic.seed), recorded })
    }

    /// What is observed of something from an instant to before another, in slots that are over; and up to when.
    pub(super) fn observe(
        &mut self,
        driver: &Driver,
        progress: &Progress,
        from: i64,
        now: i64,
    ) -> (Vec<Observation>, i64) {
        let Some(observations) = progress.observations() else { return (Vec::new(), now) };
        let length = i64::from(observations.slot_ms());
        if let Some(recorded) = self.recorded.get(driver) {
            let until = from.max(now.div_euclid(length) * length);
            let place = |at: i64| recorded.partition_point(|seen| seen.at.as_ms() < at);
            let seen = recorded.get(place(from)..place(until)).unwrap_or_default();
            return (seen.iter().copied().cloned().collect(), until);
        }
        let mut slot = (from + length - 1).div_euclid(length) * length;
        let mut seen = Vec::new();
        while slot + length <= now {
            for metric in observations.metrics() {
                for arm in [Arm::Canary, Arm::Control] {
                    let measure = self.measure(driver, metric, &arm, progress, slot, length);
                    let measure = measure.filter(|measure| measure.count() > 0);
                    let at = Timestamp::from_ms(slot);
                    seen.extend(measure.map(|seen| Observation { metric: metric.name().into(), arm, at, seen }));
                }
            }
            slot += length;
        }
        (seen, slot)
    }

    fn measure(
        &mut self,
        driver: &Driver,
        metric: &Metric,
        arm: &Arm,
        progress: &Progress,
        slot: i64,
        length: i64,
    ) -> Option<Measure> {
        let at = slot.saturating_sub(self.start.as_ms());
        let is_now = |fault: &&Fault| {
            (fault.from.as_ms()..fault.to.as_ms()).contains(&at)
                && fault.of.as_ref().is_none_or(|of| of == driver)
                && fault.arm.as_ref().is_none_or(|only| only == arm)
        };
        let faults = || self.traffic.faults.iter().rev().filter(is_now);
        if faults().next().is_some_and(|fault| fault.metrics.is_empty()) {
            return None;
        }
        let changed = faults().find_map(|fault| fault.metrics.get(metric.name()));
        let behaviour = *changed.or_else(|| self.traffic.metrics.get(metric.name()))?;
        let canary = f64::from(progress.served().0.get()) / f64::from(WHOLE);
        let share = if *arm == Arm::Canary { canary } else { 1.0 - canary };
        let expected = self.traffic.requests_per_hour * share * real(length.unsigned_abs()) / HOUR_MS;
        let n = self.random.count(expected);
        self.random.measure(metric.kind(), behaviour, n)
    }
}

/// Chance: the generator splitmix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn new(seed: &str) -> Self {
        let digest = Sha256::digest(seed.as_bytes());
        Self(digest.iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte)))
    }

    /// Above 0, and at most 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        (real(word >> 11) + 1.0) / real(1 << 53)
    }

    /// Standard normal, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.uniform()));
        radius * libm::cos(core::f64::consts::TAU * self.uniform())
    }

    /// A number of arrivals, of which so many are expected: Poisson's, and from 50 on by the normal distribution.
    fn count(&mut self, expected: f64) -> u64 {
        if expected >= 50.0 {
            return whole(libm::round((expected + libm::sqrt(expected) * self.normal()).max(0.0)));
        }
        let (limit, mut product, mut count) = (libm::exp(-expected), self.uniform(), 0);
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }

    /// How many of so many trials succeed, by the gaps between successes, which are geometric.
    fn successes(&mut self, trials: u64, rate: f64) -> u64 {
        if rate <= 0.0 {
            return 0;
        }
        if rate > 0.5 {
            return trials - self.successes(trials, 1.0 - rate);
        }
        let (scale, mut at, mut count) = (libm::log1p(-rate), 0.0, 0);
        loop {
            at += libm::floor(libm::log(self.uniform()) / scale) + 1.0;
            if at > real(trials) {
                return count;
            }
            count += 1;
        }
    }

    fn measure(&mut self, kind: Kind, behaviour: Behaviour, n: u64) -> Option<Measure> {
        if let (Kind::Proportion, Behaviour::Rate(rate)) = (kind, behaviour) {
            return Proportion::new(self.successes(n, rate), n).ok().map(Measure::Proportion);
        }
        let mut measure = Measure::new(kind).ok()?;
        for _ in 0..n {
            let value = match behaviour {
                Behaviour::Mean { value, deviation } => value + deviation * self.normal(),
                Behaviour::LogNormal { median, sigma } => median * libm::exp(sigma * self.normal()),
                Behaviour::Rate(_) => return None,
            };
            let sample = match kind {
                Kind::Ratio => Sample::Parts(Parts { numerator: value, denominator: 1.0 }),
                _ => Sample::Value(value),
            };
            measure.take(sample).ok()?;
        }
        Some(measure)
    }
}
