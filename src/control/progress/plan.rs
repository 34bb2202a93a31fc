//! Plans: stages of exposure, with what is held against those who are exposed.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::duration::Duration;
use super::freeze::Freezes;
use crate::analysis::guardrail::{self, Guardrail};
use crate::analysis::metric::{Metric, Metrics, Observations};
use crate::evaluate;
use crate::words::limits;
use crate::words::weight::{Ppm, WHOLE};

/// A share of units; as JSON a percentage with at most four decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct Exposure(pub Ppm);

impl Default for Exposure {
    fn default() -> Self {
        Self::NONE
    }
}

impl Exposure {
    /// Nobody.
    pub const NONE: Self = Self(Ppm::NONE);
    /// Everybody.
    pub const ALL: Self = Self(Ppm::ALL);

    /// In percent, exactly.
    pub fn percent(self) -> f64 {
        f64::from(self.0.get()) / 1e4
    }
}

impl Serialize for Exposure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::words::value::Value::Number(self.percent()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exposure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = f64::deserialize(deserializer)?;
        Ppm::from_percent(percent).map(Self).ok_or_else(|| {
            serde::de::Error::custom("an exposure is a percentage from 0 to 100 with at most 4 decimals")
        })
    }
}

/// How the exposure comes from that of the stage before to that of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryCurve"))]
#[serde(rename_all = "camelCase")]
pub enum Curve {
    /// By the same amount in the same time.
    #[default]
    Linear,
    /// By the same factor in the same time. Both exposures are above 0.
    Geometric,
}

/// What must be before the next stage begins, beside its time and its guardrails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryGate"))]
#[serde(rename_all = "camelCase")]
pub enum Gate {
    /// Nothing.
    #[default]
    None,
    /// Somebody's `advance`.
    Approval,
}

/// A stage: the way to an exposure, and the time for which it is held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryStage"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Stage {
    /// The exposure at its end.
    pub exposure: Exposure,
    /// How long the way there takes; at once by default.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub over: Duration,
    /// How it goes there.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub curve: Curve,
    /// How long the exposure is held at least.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub hold: Duration,
    /// What the next stage waits for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub gate: Gate,
    /// What is held against those who are exposed, beside what the whole plan holds against them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub guardrails: Vec<Guardrail>,
    /// How long a stage that is over waits for data. Then each guardrail's `withoutData` says what to do.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub deadline: Duration,
}

impl Stage {
    /// How long it takes at least, in milliseconds of active time.
    pub const fn length_ms(&self) -> i64 {
        self.over.as_ms() + self.hold.as_ms()
    }

    /// Whether something is held against those who are exposed.
    pub const fn is_monitored(&self) -> bool {
        !self.guardrails.is_empty()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(duration: &Duration) -> bool {
    *duration == Duration::default()
}

/// How a plan is watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryMonitoring"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Monitoring {
    /// The probability with which a healthy rollout may be rolled back, over all stages, metrics and looks; between 0
    /// and 1.
    #[serde(default = "five_percent")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub alpha: f64,
    /// How long the slots of time are in which observations are collected. It must come from somewhere, so it is written
    /// into the event: a minute by default, longer where the plan takes more than a week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Duration>,
    /// What is held against those who are exposed in every stage, but for a last one that is over when it is reached.
    /// Bounds that compare with the control leave out stages that have none, which are those that hold 100 %.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub guardrails: Vec<Guardrail>,
}

const fn five_percent() -> f64 {
    0.05
}

/// What a rollout is to do. Time is active time: a pause stops it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryPlan"))]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Plan {
    /// From one exposure to another by the same amount in the same time.
    Linear {
        /// At the start.
        from: Exposure,
        /// At the end.
        to: Exposure,
        /// From the one to the other.
        duration: Duration,
        /// How it is watched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        monitoring: Option<Monitoring>,
    },
    /// From one exposure to another by the same factor in the same time.
    Exponential {
        /// At the start.
        from: Exposure,
        /// At the end.
        to: Exposure,
        /// From the one to the other.
        duration: Duration,
        /// How it is watched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        monitoring: Option<Monitoring>,
    },
    /// So much more each day, every moment of the day.
    Daily {
        /// At the start.
        from: Exposure,
        /// At the end.
        to: Exposure,
        /// More each day, in percentage points.
        increment: Exposure,
        /// How it is watched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        monitoring: Option<Monitoring>,
    },
    /// Exposures, each held for a time.
    Stepped {
        /// In their order.
        steps: Vec<Step>,
        /// How they are watched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        monitoring: Option<Monitoring>,
    },
    /// Any stages.
    Staged {
        /// The exposure before the first stage; 0 by default.
        #[serde(default)]
        #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
        from: Exposure,
        /// In their order.
        stages: Vec<Stage>,
        /// How they are watched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        monitoring: Option<Monitoring>,
    },
}

/// A step: an exposure and for how long it is held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryStep"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Step {
    /// From its start on.
    pub exposure: Exposure,
    /// For how long.
    pub hold: Duration,
    /// What the next step waits for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub gate: Gate,
    /// As of a [`Stage`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub guardrails: Vec<Guardrail>,
    /// As of a [`Stage`].
    #[serde(default, skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub deadline: Duration,
}

/// Stages of one plan.
const MOST_STAGES: usize = limits::STAGES;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A plan as it is carried out: all kinds are stages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryStages"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Stages {
    /// The exposure before the first stage.
    pub from: Exposure,
    /// In their order, each with all guardrails that hold in it. Without one the plan is over at once.
    pub stages: Vec<Stage>,
    /// How they are watched, if one of them has guardrails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// When no stage begins and time stands still.
    #[serde(default, skip_serializing_if = "Freezes::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub freezes: Freezes,
}

/// How stages are watched.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryWatch"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Watch {
    /// The probability with which a healthy rollout may be rolled back, over all stages, metrics and looks.
    pub alpha: f64,
    /// How long the slots of time are in which observations are collected.
    pub slot: Duration,
}

impl Plan {
    /// The stages of the plan.
    ///
    /// # Errors
    /// What is wrong with the plan, in words that follow its name.
    pub fn stages(&self) -> Result<Stages, String> {
        let ramp = |to, over, curve| Stage {
            exposure: to,
            over,
            curve,
            hold: Duration::default(),
            gate: Gate::None,
            guardrails: Vec::new(),
            deadline: Duration::default(),
        };
        let (from, stages, monitoring) = match self {
            Self::Linear { from, to, duration, monitoring } => {
                (*from, Vec::from([ramp(*to, *duration, Curve::Linear)]), monitoring)
            }
            Self::Exponential { from, to, duration, monitoring } => {
                (*from, Vec::from([ramp(*to, *duration, Curve::Geometric)]), monitoring)
            }
            Self::Daily { from, to, increment, monitoring } => {
                let (way, daily) = (from.0.get().abs_diff(to.0.get()), i64::from(increment.0.get()));
                let days =
                    if daily == 0 { None } else { Duration::from_ms((i64::from(way) * DAY + daily - 1) / daily) };
                let duration = days.ok_or("`increment` of a daily plan is above 0")?;
                (*from, Vec::from([ramp(*to, duration, Curve::Linear)]), monitoring)
            }
            Self::Stepped { steps, monitoring } => {
                let stage = |step: &Step| {
                    let Step { exposure, hold, gate, guardrails, deadline } = step.clone();
                    let (over, curve) = (Duration::default(), Curve::Linear);
                    Stage { exposure, over, curve, hold, gate, guardrails, deadline }
                };
                let from = steps.first().map_or(Exposure::NONE, |step| step.exposure);
                (from, steps.iter().map(stage).collect(), monitoring)
            }
            Self::Staged { from, stages, monitoring } => (*from, stages.clone(), monitoring),
        };
        Stages { from, stages, watch: None, freezes: Freezes::NONE }.watched(monitoring.as_ref()).checked()
    }
}

impl Stages {
    /// The default of canary deployments, as [`guardrail::Plan::canary`] has it.
    ///
    /// # Errors
    /// None in fact.
    pub fn canary() -> Result<Self, String> {
        let plan = guardrail::Plan::canary().map_err(|error| error.to_string())?;
        let stages = plan.stages().iter().map(|stage| {
            let hold = i64::try_from(stage.duration_ms).ok().and_then(Duration::from_ms).unwrap_or_default();
            let exposure = Exposure(Ppm::new(stage.share).unwrap_or(Ppm::ALL));
            Stage {
                exposure,
                over: Duration::default(),
                curve: Curve::Linear,
                hold,
                gate: Gate::None,
                guardrails: stage.guardrails.clone(),
                deadline: Duration::default(),
            }
        });
        let stages: Vec<Stage> = stages.collect();
        let from = stages.first().map_or(Exposure::NONE, |stage| stage.exposure);
        let monitoring = Monitoring { alpha: plan.alpha(), slot: None, guardrails: Vec::new() };
        Self { from, stages, watch: None, freezes: Freezes::NONE }.watched(Some(&monitoring)).checked()
    }

    /// All, at once.
    pub(in super::super) const fn at_once() -> Self {
        Self { from: Exposure::ALL, stages: Vec::new(), watch: None, freezes: Freezes::NONE }
    }

    /// With what the whole plan holds against those who are exposed in each stage.
    fn watched(mut self, monitoring: Option<&Monitoring>) -> Self {
        let last = self.stages.len().saturating_sub(1);
        for index in 0..self.stages.len() {
            let has_control = self.has_control(index);
            let Some(stage) = self.stages.get_mut(index) else { continue };
            // A target that is over when it is reached is no time to watch anything in.
            if index == last && stage.length_ms() == 0 {
                continue;
            }
            let common = monitoring.into_iter().flat_map(|monitoring| &monitoring.guardrails);
            stage.guardrails.extend(common.filter(|one| has_control || !one.bound.is_relative()).cloned());
        }
        if self.stages.iter().any(Stage::is_monitored) {
            // A week of minutes is what there is room for.
            let least = (self.least_ms() / (7 * 24 * 60)).max(MINUTE);
            let slot = Duration::from_ms((least + MINUTE - 1) / MINUTE * MINUTE).unwrap_or_default();
            let slot = monitoring.and_then(|monitoring| monitoring.slot).unwrap_or(slot);
            self.watch = Some(Watch { alpha: monitoring.map_or(five_percent(), |monitoring| monitoring.alpha), slot });
        }
        self
    }

    fn checked(self) -> Result<Self, String> {
        if self.stages.is_empty() || self.stages.len() > MOST_STAGES {
            return Err(format!("a plan has 1 to {MOST_STAGES} stages"));
        }
        let mut before = self.from;
        for stage in &self.stages {
            if stage.exposure < before {
                return Err("exposures only rise; to take something back, roll back".into());
            }
            if stage.curve == Curve::Geometric && (before == Exposure::NONE || stage.over == Duration::default()) {
                return Err("an exponential way starts above 0 and takes some time".into());
            }
            before = stage.exposure;
        }
        self.guard().map_err(|error| format!("its guardrails cannot be judged: {error}"))?;
        self.observed().map_err(|error| format!("its metrics cannot be observed: {error}"))?;
        Ok(self)
    }

    /// Whether a control runs beside those who are exposed: while a stage is on its way, and unless it holds 100 %.
    fn has_control(&self, index: usize) -> bool {
        self.stages.get(index).is_some_and(|stage| {
            stage.exposure.0 < Ppm::ALL || (self.before(index) < stage.exposure && stage.hold == Duration::default())
        })
    }

    /// The guardrails of the stages, if there are any.
    pub(in super::super) fn guard(&self) -> Result<Option<guardrail::Plan>, crate::analysis::Error> {
        let Some(watch) = self.watch else { return Ok(None) };
        let stage = |(index, stage): (usize, &Stage)| {
            let share = stage.exposure.0.get();
            let share = if self.has_control(index) { share.min(WHOLE - 1) } else { share };
            // One that is a target alone takes no time, and is not judged.
            let least = u64::from(!stage.is_monitored());
            let duration_ms = stage.length_ms().unsigned_abs().max(least);
            guardrail::Stage { share, duration_ms, guardrails: stage.guardrails.clone() }
        };
        guardrail::Plan::new(watch.alpha, self.stages.iter().enumerate().map(stage).collect()).map(Some)
    }

    /// What there is to observe, if there is anything.
    pub(super) fn observed(&self) -> Result<Option<Observations>, crate::analysis::Error> {
        let Some(watch) = self.watch else { return Ok(None) };
        let mut metrics: Vec<Metric> = Vec::new();
        for guardrail in self.stages.iter().flat_map(|stage| &stage.guardrails) {
            if metrics.iter().all(|metric| metric.name() != guardrail.metric.name()) {
                metrics.push(guardrail.metric.clone());
            }
        }
        let slot = u32::try_from(watch.slot.as_ms()).unwrap_or(u32::MAX);
        Observations::new(Metrics::new(metrics)?, slot).map(Some)
    }

    fn before(&self, stage: usize) -> Exposure {
        stage.checked_sub(1).and_then(|before| self.stages.get(before)).map_or(self.from, |stage| stage.exposure)
    }

    /// The exposure at the end.
    pub fn target(&self) -> Exposure {
        self.stages.last().map_or(self.from, |stage| stage.exposure)
    }

    /// How long it takes at least, in milliseconds of active time.
    pub fn least_ms(&self) -> i64 {
        self.stages.iter().map(Stage::length_ms).fold(0, i64::saturating_add)
    }

    /// The exposure of a stage after so much time in it.
    pub fn exposure(&self, stage: usize, active_ms: i64) -> Exposure {
        let Some(current) = self.stages.get(stage) else { return self.target() };
        let is_geometric = current.curve == Curve::Geometric;
        let (from, to) = (self.before(stage).0.get(), current.exposure.0.get());
        let ppm = evaluate::between(from, to, active_ms, current.over.as_ms(), is_geometric);
        Exposure(Ppm::new(ppm.min(WHOLE)).unwrap_or(Ppm::ALL))
    }

    /// After how much more time in a stage there is something to do: the next part of a way, its end, or the end of the
    /// patience with which it waits for data.
    pub fn next_ms(&self, stage: usize, active_ms: i64) -> Option<i64> {
        let current = self.stages.get(stage)?;
        let (over, length) = (current.over.as_ms(), current.length_ms());
        // A hundred parts of a way are fine enough, and more than one a minute is too fine.
        let grain = (over / 100).max(MINUTE);
        let next = if active_ms < over {
            ((active_ms / grain + 1) * grain).min(over)
        } else if active_ms < length {
            length
        } else {
            length.saturating_add(current.deadline.as_ms())
        };
        (next > active_ms).then_some(next - active_ms)
    }
}
