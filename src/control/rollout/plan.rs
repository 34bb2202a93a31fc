//! What a rollout is to do: stages of exposure.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::duration::Duration;
use crate::evaluate;
use crate::words::weight::{Ppm, WHOLE};

/// A share of units; as JSON a percentage with at most four decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct Exposure(pub Ppm);

impl Exposure {
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutCurve"))]
#[serde(rename_all = "camelCase")]
pub enum Curve {
    /// By the same amount in the same time.
    #[default]
    Linear,
    /// By the same factor in the same time. Both exposures are above 0.
    Geometric,
}

/// What must be before the next stage begins, beside its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutGate"))]
#[serde(rename_all = "camelCase")]
pub enum Gate {
    /// Nothing.
    #[default]
    None,
    /// Somebody's `advanceRollout`.
    Approval,
}

/// A stage: the way to an exposure, and the time for which it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutStage"))]
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
}

/// What a rollout is to do. Time is active time: a pause stops it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutPlan"))]
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
    },
    /// From one exposure to another by the same factor in the same time.
    Exponential {
        /// At the start.
        from: Exposure,
        /// At the end.
        to: Exposure,
        /// From the one to the other.
        duration: Duration,
    },
    /// So much more each day, every moment of the day.
    Daily {
        /// At the start.
        from: Exposure,
        /// At the end.
        to: Exposure,
        /// More each day, in percentage points.
        increment: Exposure,
    },
    /// Exposures, each held for a time.
    Stepped {
        /// In their order.
        steps: Vec<Step>,
    },
    /// Any stages.
    Staged {
        /// The exposure before the first stage; 0 by default.
        #[serde(default = "nobody")]
        #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
        from: Exposure,
        /// In their order.
        stages: Vec<Stage>,
    },
}

/// A step: an exposure and for how long it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutStep"))]
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
}

const fn nobody() -> Exposure {
    Exposure(Ppm::NONE)
}

/// Stages of one plan.
const MOST_STAGES: usize = 100;
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// A plan as it is carried out: all kinds are stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RolloutStages"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Stages {
    /// The exposure before the first stage.
    pub from: Exposure,
    /// At least one.
    pub stages: Vec<Stage>,
}

impl Plan {
    /// The stages of the plan.
    ///
    /// # Errors
    /// What is wrong with the plan, in words that follow its name.
    pub fn stages(&self) -> Result<Stages, &'static str> {
        let ramp = |to, over, curve| Stage { exposure: to, over, curve, hold: Duration::default(), gate: Gate::None };
        let stages = match self {
            Self::Linear { from, to, duration } => {
                Stages { from: *from, stages: Vec::from([ramp(*to, *duration, Curve::Linear)]) }
            }
            Self::Exponential { from, to, duration } => {
                Stages { from: *from, stages: Vec::from([ramp(*to, *duration, Curve::Geometric)]) }
            }
            Self::Daily { from, to, increment } => {
                let (way, daily) = (from.0.get().abs_diff(to.0.get()), i64::from(increment.0.get()));
                let days =
                    if daily == 0 { None } else { Duration::from_ms((i64::from(way) * DAY + daily - 1) / daily) };
                let duration = days.ok_or("`increment` of a daily plan is above 0")?;
                Stages { from: *from, stages: Vec::from([ramp(*to, duration, Curve::Linear)]) }
            }
            Self::Stepped { steps } => {
                let stage = |step: &Step| {
                    let Step { exposure, hold, gate } = *step;
                    Stage { exposure, over: Duration::default(), curve: Curve::Linear, hold, gate }
                };
                let from = steps.first().map_or(nobody(), |step| step.exposure);
                Stages { from, stages: steps.iter().map(stage).collect() }
            }
            Self::Staged { from, stages } => Stages { from: *from, stages: stages.clone() },
        };
        stages.checked()
    }
}

impl Stages {
    fn checked(self) -> Result<Self, &'static str> {
        if self.stages.is_empty() || self.stages.len() > MOST_STAGES {
            return Err("a plan has 1 to 100 stages");
        }
        let mut before = self.from;
        for stage in &self.stages {
            if stage.exposure < before {
                return Err("exposures only rise; to take something back, roll back");
            }
            if stage.curve == Curve::Geometric && (before.0 == Ppm::NONE || stage.over == Duration::default()) {
                return Err("an exponential way starts above 0 and takes some time");
            }
            before = stage.exposure;
        }
        Ok(self)
    }

    /// The exposure at the end.
    pub fn target(&self) -> Exposure {
        self.stages.last().map_or(self.from, |stage| stage.exposure)
    }

    /// How long it takes at least, in milliseconds of active time.
    pub fn least_ms(&self) -> i64 {
        self.stages.iter().map(|stage| stage.over.as_ms() + stage.hold.as_ms()).sum()
    }

    /// Where a rollout is that has been in a stage for so long.
    ///
    /// Stages that are over fold into one step, however late it is. One that ends at a gate is never passed, and what
    /// comes after a gate begins when it opens.
    pub fn position(&self, mut stage: usize, mut active_ms: i64) -> Position {
        loop {
            let Some(current) = self.stages.get(stage) else {
                return Position { stage: self.stages.len(), active_ms: 0, exposure: self.target(), state: At::End };
            };
            let length = current.over.as_ms() + current.hold.as_ms();
            let exposure = self.exposure(stage, active_ms);
            if active_ms < length {
                return Position { stage, active_ms, exposure, state: At::Way };
            }
            if current.gate != Gate::None {
                return Position { stage, active_ms: length, exposure, state: At::Gate };
            }
            active_ms -= length;
            stage += 1;
        }
    }

    /// The exposure of a stage after so much time in it.
    fn exposure(&self, stage: usize, active_ms: i64) -> Exposure {
        let before = stage.checked_sub(1).and_then(|before| self.stages.get(before)).map_or(self.from, |s| s.exposure);
        let Some(current) = self.stages.get(stage) else { return self.target() };
        let is_geometric = current.curve == Curve::Geometric;
        let (from, to) = (before.0.get(), current.exposure.0.get());
        let ppm = evaluate::between(from, to, active_ms, current.over.as_ms(), is_geometric);
        Exposure(Ppm::new(ppm.min(WHOLE)).unwrap_or(Ppm::ALL))
    }

    /// After how much more time in a stage there is something to do: the next part of a way, or its end.
    pub fn next_ms(&self, stage: usize, active_ms: i64) -> Option<i64> {
        let current = self.stages.get(stage)?;
        let (over, length) = (current.over.as_ms(), current.over.as_ms() + current.hold.as_ms());
        // A hundred parts of a way are fine enough, and more than one a minute is too fine.
        let grain = (over / 100).max(60_000);
        let next = if active_ms < over { ((active_ms / grain + 1) * grain).min(over) } else { length };
        (next > active_ms).then_some(next - active_ms)
    }
}

/// Where a rollout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 0; the number of stages at the end.
    pub stage: usize,
    /// Active time in that stage, in milliseconds.
    pub active_ms: i64,
    /// What is served.
    pub exposure: Exposure,
    /// What it waits for.
    pub state: At,
}

/// What a rollout waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Time.
    Way,
    /// The gate of its stage.
    Gate,
    /// Nothing more.
    End,
}
