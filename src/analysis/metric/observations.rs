//! The store of observations: a window and a total for each metric of each arm.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Arm, Kind, Measure, Metric, Metrics, Sample};
use crate::analysis::reading::Reading;
use crate::analysis::{Cause, Error, instant};
use crate::stats::aggregate::{Aggregate, Window};
use crate::stats::{self};
use crate::words::limits;
use crate::words::time::Timestamp;

/// What was observed of some metrics in some arms, by slots of time.
///
/// States of several hosts merge in any order to the same bits. Names that the list of metrics does not have are
/// refused, and so is more than 2,048 series. Slots are kept until [`Observations::forget`]; totals are kept for good,
/// so that counters never fall.
///
/// As JSON: `{"slotMs":60000,"metrics":[...],"series":[{"metric":"errors","arm":"canary","total":{...},
/// "window":{"slot":60000,"slots":{"29456640":{...}}}}]}`, the series in the order of their metrics and arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw", rename_all = "camelCase")]
pub struct Observations {
    slot_ms: u32,
    metrics: Metrics,
    series: Vec<Series>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Raw {
    slot_ms: u32,
    metrics: Metrics,
    series: Vec<RawSeries>,
}

/// One metric of one arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricSeries"))]
pub struct Series {
    metric: String,
    arm: Arm,
    total: Measure,
    window: Window<Measure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSeries {
    metric: String,
    arm: Arm,
    total: Measure,
    window: RawWindow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    slot: u32,
    #[serde(deserialize_with = "pairs")]
    slots: Vec<(i64, Measure)>,
}

/// What a host has seen of a metric in an arm, around an instant.
///
/// As JSON: `{"metric":"errors","arm":"canary","at":1767225600000,"seen":{"proportion":{"successes":3,"trials":100}}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricObservation"))]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// The metric's name.
    pub metric: String,
    /// The arm.
    pub arm: Arm,
    /// When; it decides the slot. Milliseconds since the epoch in JSON.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub at: Timestamp,
    /// What.
    pub seen: Measure,
}

/// A question that a host must answer: the core cannot fetch. The answer is one [`Observation`] for each slot in which
/// there was something, whose instant is within the slot.
///
/// As JSON: `{"metric":"errors","kind":"proportion","arm":"canary","slotMs":60000,"from":1767225600000,
/// "to":1767226200000}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricQuery"))]
#[serde(rename_all = "camelCase")]
pub struct Query {
    /// The metric's name.
    pub metric: String,
    /// What to count or sum.
    pub kind: Kind,
    /// In which arm.
    pub arm: Arm,
    /// The length of a slot in milliseconds.
    pub slot_ms: u32,
    /// From this instant on, which begins a slot.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub from: Timestamp,
    /// To before this instant, which begins a slot.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub to: Timestamp,
}

impl Observations {
    /// A store without observations.
    ///
    /// # Errors
    ///
    /// [`stats::Error::OutOfRange`] for slots of 0 ms.
    pub fn new(metrics: Metrics, slot_ms: u32) -> Result<Self, Error> {
        Window::<Measure>::new(slot_ms).map_err(|error| Error::at("slotMs", Cause::Statistics(error)))?;
        Ok(Self { slot_ms, metrics, series: Vec::new() })
    }

    /// The metrics that can be observed.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The length of a slot in milliseconds.
    pub const fn slot_ms(&self) -> u32 {
        self.slot_ms
    }

    /// What there is, in the order of metrics' names and arms.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// One metric of one arm; `None` for what was never observed.
    pub fn get(&self, metric: &str, arm: &Arm) -> Option<&Series> {
        self.place(metric, arm).ok().and_then(|place| self.series.get(place))
    }

    /// Takes in what a host has seen.
    ///
    /// # Errors
    ///
    /// [`Cause::UnknownMetric`], [`Cause::Kind`], [`Cause::TooMany`] beyond 2,048 series, 10,000 slots of one, counts
    /// beyond 2^53 - 1, and instants beyond 2^53 - 1 ms. Nothing is taken in then.
    pub fn add(&mut self, seen: &Observation) -> Result<(), Error> {
        let metric = self.metrics.get(&seen.metric)?;
        seen.seen.check(metric.kind()).map_err(|error| error.within("seen"))?;
        let kind = metric.kind();
        // Beyond that an instant is not told apart from its neighbours in JSON.
        if seen.at.as_number().abs() > limits::SAFE_INTEGER {
            return Err(Error::at("at", Cause::Statistics(stats::Error::OutOfRange)));
        }
        let series = self.series_of(&seen.metric, &seen.arm, kind)?;
        series.add(seen.at, &seen.seen).map_err(|error| Error::from(error).within("seen"))
    }

    /// Takes in all of a list, or nothing of it.
    ///
    /// # Errors
    ///
    /// As for [`Observations::add`], with the place in the list.
    pub fn add_all(&mut self, list: &[Observation]) -> Result<(), Error> {
        let mut with = self.clone();
        for (index, seen) in list.iter().enumerate() {
            with.add(seen).map_err(|error| error.within_index(index))?;
        }
        *self = with;
        Ok(())
    }

    /// Takes in observations as they come.
    ///
    /// # Errors
    ///
    /// As for [`Observations::add`] and [`Measure::of`].
    pub fn record(&mut self, metric: &str, arm: &Arm, at: Timestamp, samples: &[Sample]) -> Result<(), Error> {
        let kind = self.metrics.get(metric)?.kind();
        let seen = Measure::of(kind, samples).map_err(|error| error.within("samples"))?;
        self.add(&Observation { metric: metric.into(), arm: arm.clone(), at, seen })
    }

    /// Takes in what another store has seen.
    ///
    /// # Errors
    ///
    /// [`stats::Error::Mismatch`] for a store of other metrics or slots, and as for [`Observations::add`]. The store is
    /// as before then.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.slot_ms != other.slot_ms || self.metrics != other.metrics {
            return Err(stats::Error::Mismatch.into());
        }
        let mut merged = self.clone();
        for (index, theirs) in other.series.iter().enumerate() {
            let kind = self.metrics.get(&theirs.metric)?.kind();
            let ours = merged.series_of(&theirs.metric, &theirs.arm, kind)?;
            let both = ours.window.merge(&theirs.window).and_then(|()| ours.total.merge(&theirs.total));
            both.map_err(|error| Error::from(error).within_index(index).within("series"))?;
        }
        *self = merged;
        Ok(())
    }

    /// Forgets the slots that are older than a span; totals stay.
    pub fn forget(&mut self, now: Timestamp, span_ms: u32) {
        for series in &mut self.series {
            series.window.forget(now, span_ms);
        }
    }

    /// What a metric says of an arm over the span before an instant.
    ///
    /// # Errors
    ///
    /// [`Cause::UnknownMetric`]; counts beyond 2^53 - 1 all together.
    pub fn reading(&self, metric: &str, arm: &Arm, now: Timestamp, span_ms: u32) -> Result<Reading, Error> {
        let kind = self.metrics.get(metric)?.kind();
        let Some(series) = self.get(metric, arm) else { return Ok(Reading::NONE) };
        let seen = series.window.total(now, span_ms)?;
        let age_ms = series.window.age_ms(now);
        // What has no value, such as a ratio of nothing, has been observed all the same.
        let value = seen.as_ref().and_then(|seen| seen.value(kind).ok());
        Reading::new(value, seen.map_or(0, |seen| seen.count()), age_ms)
    }

    /// What a host has to find out, so that the span before an instant is known in these arms: whole slots that are
    /// over, after the newest one that is known. Asking again after the answers came in asks for what came since, so
    /// nothing is counted twice.
    pub fn queries(&self, arms: &[Arm], now: Timestamp, span_ms: u32) -> Vec<Query> {
        let length = i64::from(self.slot_ms);
        let start = |ms: i64| ms.div_euclid(length).saturating_mul(length);
        let to = start(now.as_ms());
        let oldest = start(now.as_ms().saturating_sub(i64::from(span_ms)).saturating_add(1));
        let mut queries = Vec::new();
        for metric in &self.metrics {
            for arm in arms.iter().take(limits::ARMS) {
                let known = self.get(metric.name(), arm).and_then(|series| series.end(now));
                let from = known.map_or(oldest, |end| end.as_ms().max(oldest));
                if from < to {
                    queries.push(Query {
                        metric: metric.name().into(),
                        kind: metric.kind(),
                        arm: arm.clone(),
                        slot_ms: self.slot_ms,
                        from: Timestamp::from_ms(from),
                        to: Timestamp::from_ms(to),
                    });
                }
            }
        }
        queries
    }

    fn place(&self, metric: &str, arm: &Arm) -> Result<usize, usize> {
        self.series.binary_search_by(|series| (series.metric.as_str(), &series.arm).cmp(&(metric, arm)))
    }

    /// The series of a metric and an arm, which begins now if there is none.
    fn series_of(&mut self, metric: &str, arm: &Arm, kind: Kind) -> Result<&mut Series, Error> {
        let place = match self.place(metric, arm) {
            Ok(place) => place,
            Err(_) if self.series.len() >= limits::SERIES => return Err(Cause::TooMany.into()),
            Err(place) => {
                self.series.insert(place, Series::new(metric, arm, kind, self.slot_ms)?);
                place
            }
        };
        self.series.get_mut(place).ok_or_else(|| Cause::TooMany.into())
    }
}

impl Series {
    fn new(metric: &str, arm: &Arm, kind: Kind, slot_ms: u32) -> Result<Self, Error> {
        let (total, window) = (Measure::new(kind)?, Window::new(slot_ms)?);
        Ok(Self { metric: metric.into(), arm: arm.clone(), total, window })
    }

    /// The metric's name.
    pub fn metric(&self) -> &str {
        &self.metric
    }

    /// The arm.
    pub const fn arm(&self) -> &Arm {
        &self.arm
    }

    /// All that was ever observed, whatever was forgotten of its slots.
    pub const fn total(&self) -> &Measure {
        &self.total
    }

    /// What was observed, by slots of time.
    pub const fn window(&self) -> &Window<Measure> {
        &self.window
    }

    fn add(&mut self, at: Timestamp, seen: &Measure) -> Result<(), stats::Error> {
        let mut total = self.total.clone();
        total.merge(seen)?;
        self.window.add(at, seen)?;
        self.total = total;
        Ok(())
    }

    /// Where the newest slot ends that is known.
    fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let newest = self.window.fresh(now, u32::MAX).last()?;
        Some(Timestamp::from_ms(newest.0.as_ms().saturating_add(i64::from(self.window.slot_ms()))))
    }
}

impl TryFrom<Raw> for Observations {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let mut read = Self::new(raw.metrics, raw.slot_ms)?;
        if raw.series.len() > limits::SERIES {
            return Err(Error::at("series", Cause::TooMany));
        }
        for (index, series) in raw.series.into_iter().enumerate() {
            let place = read.place(&series.metric, &series.arm);
            let metric = read.metrics.get(&series.metric);
            let checked = match (place, metric) {
                (Err(place), Ok(metric)) => series.check(metric, raw.slot_ms).map(|series| (place, series)),
                (_, Err(error)) => Err(error),
                (Ok(_), _) => Err(Cause::Duplicate.into()),
            };
            let (place, series) = checked.map_err(|error| error.within_index(index).within("series"))?;
            read.series.insert(place, series);
        }
        Ok(read)
    }
}

impl RawSeries {
    /// The series, if its parts are of the metric's kind and the total has all that the window has.
    fn check(self, metric: &Metric, slot_ms: u32) -> Result<Series, Error> {
        let kind = metric.kind();
        self.total.check(kind).map_err(|error| error.within("total"))?;
        let window = self.window.check(kind, slot_ms, self.total.count()).map_err(|error| error.within("window"))?;
        Ok(Series { metric: self.metric, arm: self.arm, total: self.total, window })
    }
}

impl RawWindow {
    fn check(self, kind: Kind, slot_ms: u32, total: u64) -> Result<Window<Measure>, Error> {
        if self.slot != slot_ms {
            return Err(Error::at("slot", Cause::Statistics(stats::Error::Mismatch)));
        }
        let (mut window, mut rest) = (Window::new(slot_ms)?, total);
        for (slot, seen) in self.slots {
            let place = || Error::at(&alloc::format!("{slot}"), Cause::Duplicate).within("slots");
            let with = |cause| Error { cause, ..place() };
            seen.check(kind).map_err(|error| with(error.cause))?;
            let inconsistent = || with(Cause::Statistics(stats::Error::Inconsistent));
            rest = rest.checked_sub(seen.count()).ok_or_else(inconsistent)?;
            let start = slot.checked_mul(slot_ms.into()).map(Timestamp::from_ms).ok_or_else(inconsistent)?;
            if window.fresh(start, 1).next().is_some() {
                return Err(place());
            }
            window.add(start, &seen).map_err(|error| with(error.into()))?;
        }
        Ok(window)
    }
}

impl From<stats::Error> for Cause {
    fn from(error: stats::Error) -> Self {
        Self::Statistics(error)
    }
}

/// The members of an object in their order, also those that come twice.
fn pairs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(i64, Measure)>, D::Error> {
    struct Pairs;

    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(i64, Measure)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object with the numbers of slots as keys")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = access.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }

    deserializer.deserialize_map(Pairs)
}
