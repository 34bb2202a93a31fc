//! What a window says of a metric in an arm.

use alloc::vec::Vec;

use serde::Serialize;

use super::metric::measure::{proportion_deviation, quantile, sketch_deviation, sketch_mean};
use super::metric::{Figure, Kind, Level, Measure, Metric, Series};
use super::{Error, instant};
use crate::stats::aggregate::Sketch;
use crate::words::time::Timestamp;

/// The figures of a window. What the aggregates cannot tell is `null`: the median of a mean's values, which are not
/// kept, or anything of no observations. Figures of a quantile lie within the bounds that the sketch gives; the others
/// are exact but for the rounding of floats.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// How many observations: trials, values, or units with both parts of a ratio. Exact, however many there are.
    pub count: u64,
    /// The metric's value over all of the window: the rate of all trials, not the mean of the slots' rates.
    pub value: Option<Figure>,
    /// The mean of the observations.
    pub mean: Option<Figure>,
    /// The median of the observations, for a quantile.
    pub median: Option<Figure>,
    /// The least observation.
    pub min: Option<Figure>,
    /// The greatest observation.
    pub max: Option<Figure>,
    /// The sample standard deviation of the observations, from two on.
    pub deviation: Option<Figure>,
    /// The newest slot that has a value.
    pub latest: Option<Point>,
    /// The metric's values slot by slot, which is what a chart shows.
    pub slots: Option<Slots>,
    /// How many milliseconds ago the newest slot ended, whether it is in the window or not.
    pub age_ms: Option<u64>,
}

/// The metric's value in one slot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SummaryPoint"))]
pub struct Point {
    /// When the slot began.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub at: Timestamp,
    /// How many observations.
    pub count: u64,
    /// The metric's value.
    pub value: f64,
}

/// How the values of slots lie. Each slot counts the same, so this is no summary of the observations.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SummarySlots"))]
pub struct Slots {
    /// How many slots have a value.
    pub count: u64,
    /// The least value.
    pub min: f64,
    /// The value in the middle, or the mean of the two there.
    pub median: f64,
    /// The greatest value.
    pub max: f64,
}

impl Summary {
    /// A metric without observations.
    pub const NONE: Self = Self {
        count: 0,
        value: None,
        mean: None,
        median: None,
        min: None,
        max: None,
        deviation: None,
        latest: None,
        slots: None,
        age_ms: None,
    };

    /// What a series says over the span before an instant.
    ///
    /// # Errors
    ///
    /// Counts beyond 2^53 - 1 all together, and a series of another kind than the metric.
    pub fn of(metric: &Metric, series: &Series, now: Timestamp, span_ms: u32) -> Result<Self, Error> {
        let age_ms = series.window().age_ms(now);
        let Some(seen) = series.window().total(now, span_ms)? else {
            return Ok(Self { age_ms, ..Self::NONE });
        };
        seen.check(metric.kind())?;
        let points = points(metric.kind(), series, now, span_ms);
        let figures = Self { count: seen.count(), value: seen.figure(metric.kind()).ok(), ..figures(&seen) };
        Ok(Self { latest: points.last().copied(), slots: Slots::of(&points), age_ms, ..figures })
    }
}

/// The metric's value in each slot of the span before an instant that has one, the oldest first.
pub(super) fn points(kind: Kind, series: &Series, now: Timestamp, span_ms: u32) -> Vec<Point> {
    let point =
        |(at, seen): (Timestamp, &Measure)| seen.value(kind).ok().map(|value| Point { at, count: seen.count(), value });
    series.window().fresh(now, span_ms).filter_map(point).collect()
}

fn figures(seen: &Measure) -> Summary {
    let exact = |value: Option<f64>| value.map(Figure::exact);
    match seen {
        Measure::Proportion(seen) => {
            Summary { mean: exact(seen.rate().ok()), deviation: exact(proportion_deviation(seen)), ..Summary::NONE }
        }
        Measure::Mean(seen) => Summary {
            mean: exact(seen.mean().ok()),
            min: exact(seen.min()),
            max: exact(seen.max()),
            deviation: exact(seen.deviation().ok()),
            ..Summary::NONE
        },
        Measure::Ratio(_) => Summary::NONE,
        Measure::Quantile(seen) => Summary {
            mean: sketch_mean(seen),
            median: quantile(seen, Level::MEDIAN).ok(),
            min: extreme(seen, 1),
            max: extreme(seen, seen.count()),
            deviation: sketch_deviation(seen),
            ..Summary::NONE
        },
    }
}

/// The value of a rank, within its bucket.
fn extreme(seen: &Sketch, rank: u64) -> Option<Figure> {
    let (low, high) = seen.bounds_of_rank(rank).ok()?;
    Some(Figure { value: seen.value_of_rank(rank).ok()?, low, high })
}

impl Slots {
    fn of(points: &[Point]) -> Option<Self> {
        let mut values: Vec<f64> = points.iter().map(|point| point.value).collect();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.len().checked_sub(1)?;
        let (low, high) = (values.get(middle / 2)?, values.get(middle.div_ceil(2))?);
        // Halves first: their sum may not overflow.
        let median = low / 2.0 + high / 2.0;
        Some(Self { count: values.len() as u64, min: *values.first()?, median, max: *values.last()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::metric::{Arm, Direction, Metrics, Observations, Parts, Sample};

    const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);
    const HOUR: u32 = 3_600_000;
    const P95: Kind = Kind::Quantile(Level::MEDIAN);

    /// A store with one metric, `m`, and a slot for each list of samples, the last one that of now.
    fn summary(kind: Kind, slots: &[&[Sample]]) -> Summary {
        let metric = Metric::new("m", kind, Direction::LowerIsBetter).expect("a metric");
        let metrics = Metrics::new(alloc::vec![metric.clone()]).expect("a list");
        let mut store = Observations::new(metrics, 60_000).expect("a store");
        for (age, samples) in (0..).zip(slots.iter().rev()) {
            let at = Timestamp::from_ms(NOW.as_ms() - 60_000 * age);
            store.record("m", &Arm::Canary, at, samples).expect("they are taken in");
        }
        let series = store.get("m", &Arm::Canary).expect("a series");
        Summary::of(&metric, series, NOW, HOUR).expect("a summary")
    }

    fn outcomes(successes: usize, trials: usize) -> Vec<Sample> {
        (0..trials).map(|i| Sample::Outcome(i < successes)).collect()
    }

    #[test]
    fn s3_69_the_mean_of_rates_is_not_a_rate() {
        // One error of two at night, one of two thousand by day: 0.1 %, and not 25 %.
        let found = summary(Kind::Proportion, &[&outcomes(1, 2), &outcomes(1, 1_998)]);
        assert_eq!((found.count, found.value), (2_000, Some(Figure::exact(0.001))));
        let slots = found.slots.expect("there are slots");
        assert_eq!((slots.count, slots.max), (2, 0.5));
        assert!((slots.median - 0.25).abs() < 0.001);
        assert_eq!(found.latest.map(|latest| latest.count), Some(1_998));
    }

    #[test]
    fn s3_69_figures_of_values() {
        let values = |list: &[f64]| list.iter().map(|value| Sample::Value(*value)).collect::<Vec<_>>();
        let found = summary(Kind::Mean, &[&values(&[2.0, 4.0, 4.0, 4.0]), &values(&[5.0, 5.0, 7.0, 9.0])]);
        assert_eq!((found.count, found.mean), (8, Some(Figure::exact(5.0))));
        assert_eq!((found.min, found.max), (Some(Figure::exact(2.0)), Some(Figure::exact(9.0))));
        let deviation = found.deviation.expect("there are eight").value;
        assert!((deviation - libm::sqrt(32.0 / 7.0)).abs() < 1e-15, "{deviation}");
        assert_eq!(found.median, None, "moments keep no order");
        assert_eq!(found.latest, Some(Point { at: NOW, count: 4, value: 6.5 }));
        assert_eq!(found.slots, Some(Slots { count: 2, min: 3.5, median: 5.0, max: 6.5 }));
    }

    #[test]
    fn s3_69_figures_of_a_sketch_have_bounds() {
        let list: Vec<Sample> = (1..=101).map(|i| Sample::Value(f64::from(i))).collect();
        let found = summary(P95, &[&list]);
        for (figure, truth) in
            [(found.median, 51.0), (found.min, 1.0), (found.max, 101.0), (found.mean, 51.0), (found.deviation, 29.3)]
        {
            let Figure { value, low, high } = figure.expect("there are values");
            assert!(low <= truth && truth <= high, "{low} {truth} {high}");
            assert!(high - low <= 0.03 * truth + 1.4 && low <= value && value <= high, "{low} {value} {high}");
        }
        assert_eq!(found.value, found.median);
    }

    #[test]
    fn a_ratio_is_that_of_the_sums() {
        let parts = |numerator, denominator| [Sample::Parts(Parts { numerator, denominator })];
        let found = summary(Kind::Ratio, &[&parts(1.0, 1.0), &parts(0.0, 99.0)]);
        assert_eq!((found.count, found.value, found.mean), (2, Some(Figure::exact(0.01)), None));
    }

    #[test]
    fn nothing_has_no_figures() {
        for kind in [Kind::Proportion, Kind::Mean, Kind::Ratio, P95] {
            let found = summary(kind, &[&[]]);
            assert_eq!(found, Summary { age_ms: Some(0), ..Summary::NONE });
        }
    }

    #[test]
    fn one_observation_has_no_deviation() {
        assert_eq!(summary(Kind::Mean, &[&[Sample::Value(3.0)]]).deviation, None);
        assert_eq!(summary(P95, &[&[Sample::Value(3.0)]]).deviation, None);
        assert_eq!(summary(Kind::Proportion, &[&[Sample::Outcome(true)]]).deviation, None);
    }
}
