//! What a guardrail is judged by.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Bound, Guardrail};
use crate::analysis::metric::{Arm, Measure, Observations, Series};
use crate::analysis::{Cause, Error, instant};
use crate::stats::aggregate::{Aggregate, Proportion};
use crate::stats::sequential::Concurrent;
use crate::stats::{self};
use crate::words::time::Timestamp;

/// Sums of both arms, and what slots say one by one.
///
/// As JSON: `{"canary":{"proportion":{"successes":3,"trials":100}},"control":{...},"concurrent":{...},
/// "inStage":{"canary":100,"control":900},"ageMs":0,"hasControl":true}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailSeen"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Seen {
    /// The canary since evidence is collected; `None` for what was not observed since.
    pub canary: Option<Measure>,
    /// The control over the same time.
    pub control: Option<Measure>,
    /// For a bound of odds: the slots that are over, in which both arms are known.
    pub concurrent: Option<Concurrent>,
    /// How many observations there are since the stage began.
    pub in_stage: Counts,
    /// How many milliseconds ago the newest slot ended, of the arm that is older if both count; `None` for what was
    /// never observed.
    pub age_ms: Option<u64>,
    /// Whether a control runs beside the canary at all.
    pub has_control: bool,
}

/// Observations by arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ArmCounts"))]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// In the canary.
    pub canary: u64,
    /// In the control.
    pub control: u64,
}

/// From when on data count. Slots that began before do not, for part of them was before.
///
/// As JSON: `{"since":1767225600000,"stageSince":1767226500000}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailPeriod"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Period {
    /// For evidence.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub since: Timestamp,
    /// For the minimum of observations: the beginning of the stage.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub stage_since: Timestamp,
}

impl Seen {
    /// What observations say of a guardrail's metric in the arms of canary and control, none for a stage without one.
    ///
    /// # Errors
    ///
    /// [`Cause::UnknownMetric`], [`Cause::Kind`] where the observations have another metric of this name; counts beyond
    /// 2^53 - 1 all together.
    pub fn of(
        guardrail: &Guardrail,
        observations: &Observations,
        arms: (&Arm, Option<&Arm>),
        period: Period,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Self::beyond(&Counted::default(), guardrail, observations, arms, period, now)
    }

    /// The same, with slots that were counted before.
    pub(super) fn beyond(
        counted: &Counted,
        guardrail: &Guardrail,
        observations: &Observations,
        arms: (&Arm, Option<&Arm>),
        period: Period,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let name = guardrail.metric.name();
        let known = observations.metrics().get(name)?;
        if known.kind() != guardrail.metric.kind() || known.direction() != guardrail.metric.direction() {
            return Err(Error::at("metric", Cause::Kind));
        }
        let canary = observations.get(name, arms.0);
        let control = arms.1.and_then(|arm| observations.get(name, arm));
        let count = |series: Option<&Series>| {
            Ok::<_, Error>(sum(series, period.stage_since, now)?.map_or(0, |seen| seen.count()))
        };
        let age = |series: Option<&Series>| series.and_then(|series| series.window().age_ms(now));
        let concurrent = match (guardrail.bound, canary, control) {
            (Bound::Odds(margin), Some(canary), Some(control)) => {
                Some(counted.with(margin, canary, control, period.since, now)?.concurrent)
            }
            _ => None,
        };
        Ok(Self {
            canary: sum(canary, period.since, now)?,
            control: sum(control, period.since, now)?,
            concurrent,
            in_stage: Counts { canary: count(canary)?, control: count(control)? },
            age_ms: if guardrail.bound.is_relative() {
                age(canary).zip(age(control)).map(|(canary, control)| canary.max(control))
            } else {
                age(canary)
            },
            has_control: arms.1.is_some(),
        })
    }

    /// Whether so many observations of each arm are in slots that are over, for those who know that nothing in these tells
    /// the arms apart.
    pub(super) fn is_alike(&self, minimum: u64) -> bool {
        self.concurrent.as_ref().is_some_and(|concurrent| {
            let (treatment, control) = concurrent.sums();
            treatment.trials().min(control.trials()) >= minimum
        })
    }
}

/// The slots that began at an instant or after it, and not after now.
fn slots(series: &Series, since: Timestamp, now: Timestamp) -> impl Iterator<Item = (Timestamp, &Measure)> {
    let span = instant::since(since, now).saturating_add(1);
    let fresh = series.window().fresh(now, u32::try_from(span).unwrap_or(u32::MAX));
    fresh.filter(move |(start, _)| *start >= since)
}

fn sum(series: Option<&Series>, since: Timestamp, now: Timestamp) -> Result<Option<Measure>, Error> {
    let mut sum: Option<Measure> = None;
    for (_, seen) in series.into_iter().flat_map(|series| slots(series, since, now)) {
        match &mut sum {
            Some(sum) => sum.merge(seen)?,
            None => sum = Some(seen.clone()),
        }
    }
    Ok(sum)
}

/// Slots that were compared already, so that looking again costs what is new. It decides nothing: without it the same
/// comes out, as long as no slot of the test is forgotten.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted(Vec<Blocks>);

/// The slots of one metric, one by one, from an instant to another.
#[derive(Clone, Debug, PartialEq)]
struct Blocks {
    metric: String,
    since: Timestamp,
    until: Timestamp,
    concurrent: Concurrent,
}

impl Blocks {
    #[expect(clippy::float_cmp, reason = "it is the very same number")]
    fn is_of(&self, metric: &str, margin: f64) -> bool {
        self.metric == metric && self.concurrent.margin() == margin
    }
}

impl Counted {
    /// Observations came in for these instants: what was counted of them before is to be counted again.
    pub fn reopen(&mut self, at: Timestamp) {
        self.0.retain(|blocks| blocks.until <= at);
    }

    /// Counts what is over by now, of one metric.
    pub(super) fn count(
        &mut self,
        margin: f64,
        canary: &Series,
        control: &Series,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(), stats::Error> {
        let blocks = self.with(margin, canary, control, since, now)?;
        self.0.retain(|known| !known.is_of(&blocks.metric, margin));
        self.0.push(blocks);
        Ok(())
    }

    /// Both arms slot by slot. A slot counts when it is over: a block that is looked at while it fills is another one at
    /// every look.
    fn with(
        &self,
        margin: f64,
        canary: &Series,
        control: &Series,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Blocks, stats::Error> {
        let is_its = |blocks: &&Blocks| blocks.is_of(canary.metric(), margin) && blocks.since == since;
        let mut blocks = if let Some(known) = self.0.iter().find(is_its) {
            known.clone()
        } else {
            let concurrent = Concurrent::new(margin)?;
            Blocks { metric: canary.metric().into(), since, until: since, concurrent }
        };
        let mut beside = slots(control, blocks.until, now).peekable();
        let length = i64::from(canary.window().slot_ms());
        for (start, seen) in slots(canary, blocks.until, now) {
            while beside.next_if(|(other, _)| *other < start).is_some() {}
            let end = start.as_ms().saturating_add(length);
            if let (true, Some((_, other))) = (end <= now.as_ms(), beside.next_if(|(other, _)| *other == start)) {
                blocks.concurrent.add(proportion(seen)?, proportion(other)?)?;
                blocks.until = Timestamp::from_ms(end);
            }
        }
        Ok(blocks)
    }
}

pub(super) const fn proportion(seen: &Measure) -> Result<&Proportion, stats::Error> {
    if let Measure::Proportion(seen) = seen { Ok(seen) } else { Err(stats::Error::Mismatch) }
}
