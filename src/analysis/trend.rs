//! Which way a metric moves: the slope of a line through the values of its slots.

use serde::{Deserialize, Serialize};

use super::instant::since;
use super::metric::{Direction, Metric, Series};
use super::summary::{Point, points};
use super::{Cause, Error};
use crate::stats::aggregate::PairMoments;
use crate::stats::fixed::{self, Test};
use crate::stats::{self, Estimate, Interval, Question, real};
use crate::words::time::Timestamp;

/// How a trend is looked for.
///
/// As JSON: `{"slots":8,"confidence":0.95,"perMs":3600000}`; what is left out is that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw", rename_all = "camelCase")]
pub struct TrendRule {
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    slots: u32,
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    confidence: f64,
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    per_ms: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct Raw {
    slots: u32,
    confidence: f64,
    per_ms: u32,
}

/// Which way the values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "TrendCourse"))]
#[serde(rename_all = "camelCase")]
pub enum Course {
    /// Surely up: the whole interval of the slope is above 0.
    Rising,
    /// Surely down.
    Falling,
    /// Neither can be said: there are too few slots, or the interval has 0 in it.
    Undecided,
}

/// The slope of the least-squares line through the values of slots.
///
/// The interval is that of a slope with independent, equally uncertain errors, `slope ± t(n - 2) * s / sqrt(Sxx)`.
/// Values of slots that follow each other are seldom quite independent, so it is rather too narrow than too wide.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Trend {
    /// How many slots have a value.
    pub slots: u64,
    /// How many milliseconds the slope is for.
    pub per_ms: u32,
    /// The slope with its interval; `None` with too few slots.
    pub slope: Option<Slope>,
    /// Which way the values go.
    pub course: Course,
    /// Whether that is the better way; `None` where the course is undecided.
    pub improving: Option<bool>,
}

/// By how much a value changes, and the interval of the confidence that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "TrendSlope"))]
pub struct Slope {
    /// The best guess.
    pub value: f64,
    /// The slopes that the values do not speak against.
    pub interval: Interval,
}

impl TrendRule {
    /// A rule: the least number of slots, at least 3; the confidence of the interval, between 0 and 1; and the unit of
    /// time that the slope is for.
    ///
    /// # Errors
    ///
    /// [`stats::Error::OutOfRange`], [`stats::Error::NotFinite`], with the member that is wrong.
    pub fn new(slots: u32, confidence: f64, per_ms: u32) -> Result<Self, Error> {
        let out = |key| Error::at(key, Cause::Statistics(stats::Error::OutOfRange));
        if slots < 3 {
            return Err(out("slots"));
        }
        if per_ms == 0 {
            return Err(out("perMs"));
        }
        stats::probability(confidence).map_err(|error| Error::from(error).within("confidence"))?;
        Ok(Self { slots, confidence, per_ms })
    }
}

impl Default for TrendRule {
    /// At least 8 slots, 95 %, per hour.
    fn default() -> Self {
        Self { slots: 8, confidence: 0.95, per_ms: 3_600_000 }
    }
}

impl Default for Raw {
    fn default() -> Self {
        let TrendRule { slots, confidence, per_ms } = TrendRule::default();
        Self { slots, confidence, per_ms }
    }
}

impl TryFrom<Raw> for TrendRule {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        Self::new(raw.slots, raw.confidence, raw.per_ms)
    }
}

impl Trend {
    /// How a series moved over the span before an instant.
    pub fn of(rule: &TrendRule, metric: &Metric, series: &Series, now: Timestamp, span_ms: u32) -> Self {
        Self::through(rule, metric.direction(), &points(metric.kind(), series, now, span_ms))
    }

    /// How some points move, the oldest first.
    pub fn through(rule: &TrendRule, better: Direction, points: &[Point]) -> Self {
        let slots = points.len() as u64;
        let is_enough = slots >= u64::from(rule.slots);
        // A slope that cannot be computed, of values beyond what sums hold, is none.
        let slope = is_enough.then(|| slope(rule, points).ok()).flatten();
        let course = match slope {
            Some(slope) if slope.interval.is_above(0.0) => Course::Rising,
            Some(slope) if slope.interval.is_below(0.0) => Course::Falling,
            _ => Course::Undecided,
        };
        let improving = match course {
            Course::Rising => Some(better == Direction::HigherIsBetter),
            Course::Falling => Some(better == Direction::LowerIsBetter),
            Course::Undecided => None,
        };
        Self { slots, per_ms: rule.per_ms, slope, course, improving }
    }
}

fn slope(rule: &TrendRule, points: &[Point]) -> Result<Slope, Error> {
    let first = points.first().ok_or(stats::Error::TooFew)?.at;
    let mut moments = PairMoments::default();
    for point in points {
        // Milliseconds since the first slot: whole numbers, so the times are exact.
        moments.add(real(since(first, point.at)), point.value)?;
    }
    let estimate = Estimate::of_slope(&moments)?;
    let per = |value: f64| stats::finite(value * f64::from(rule.per_ms));
    let value = per(estimate.value())?;
    match fixed::against(&estimate, Question::other_than(0.0, 1.0 - rule.confidence)) {
        Ok(Test { interval: Interval { lower, upper }, .. }) => {
            let interval = Interval { lower: lower.map(per).transpose()?, upper: upper.map(per).transpose()? };
            Ok(Slope { value, interval })
        }
        // All on one line: nothing is uncertain.
        Err(stats::Error::NoVariance) => {
            Ok(Slope { value, interval: Interval { lower: Some(value), upper: Some(value) } })
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::{from_str, to_string};

    use super::*;

    const MINUTE: i64 = 60_000;

    fn line(values: &[f64]) -> Vec<Point> {
        let point = |(i, value): (i64, &f64)| Point {
            at: Timestamp::from_ms(1_767_225_600_000 + MINUTE * i),
            count: 10,
            value: *value,
        };
        (0..).zip(values).map(point).collect()
    }

    fn trend(values: &[f64]) -> Trend {
        let rule = TrendRule::new(3, 0.95, 60_000).expect("a rule");
        Trend::through(&rule, Direction::LowerIsBetter, &line(values))
    }

    #[test]
    fn s3_70_from_nothing_to_a_hundred_is_rising() {
        let found = trend(&[0.0, 0.0, 20.0, 35.0, 60.0, 70.0, 95.0, 100.0]);
        assert_eq!((found.course, found.improving), (Course::Rising, Some(false)));
        let slope = found.slope.expect("there are eight").value;
        assert!((slope - 16.0).abs() < 1.0, "{slope} a minute");
    }

    #[test]
    fn s3_70_from_minus_ten_to_minus_five_is_rising() {
        let found = trend(&[-10.0, -9.5, -8.4, -7.6, -7.1, -6.0, -5.6, -5.0]);
        assert_eq!(found.course, Course::Rising);
        let down = trend(&[10.0, 9.5, 8.4, 7.6, 7.1, 6.0, 5.6, 5.0]);
        assert_eq!((down.course, down.improving), (Course::Falling, Some(true)));
    }

    #[test]
    fn s3_70_two_points_and_noise_are_undecided() {
        let found = trend(&[0.0, 100.0]);
        assert_eq!((found.slots, found.slope, found.course), (2, None, Course::Undecided));
        let found = trend(&[5.0, -3.0, 4.0, -5.0, 6.0, -4.0, 3.0, -6.0]);
        assert!(found.slope.is_some_and(|slope| slope.interval.contains(0.0)));
        assert_eq!((found.course, found.improving), (Course::Undecided, None));
        // The rule says how many slots it takes.
        let eight = TrendRule::default();
        let seven = Trend::through(&eight, Direction::LowerIsBetter, &line(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]));
        assert_eq!(seven.course, Course::Undecided);
    }

    #[test]
    fn s3_70_all_slots_count_and_not_the_ends_alone() {
        // The first and the last quarter are the same.
        let found = trend(&[1.0, 1.0, 9.0, 9.0, 9.0, 9.0, 1.0, 1.0]);
        assert_eq!(found.course, Course::Undecided);
    }

    #[test]
    fn a_line_without_noise_has_a_course() {
        assert_eq!(trend(&[1.0, 2.0, 3.0, 4.0]).course, Course::Rising);
        assert_eq!(trend(&[0.0, -0.1, -0.2, -0.3, -0.4]).course, Course::Falling);
    }

    #[test]
    fn what_stays_the_same_has_no_course() {
        let found = trend(&[0.1; 12]);
        let interval = Interval { lower: Some(0.0), upper: Some(0.0) };
        assert_eq!(found.slope, Some(Slope { value: 0.0, interval }));
        assert_eq!(found.course, Course::Undecided);
    }

    #[test]
    fn the_interval_is_that_of_the_textbook() {
        // Slope 0.7, s^2 = 3.5 / 3 / 10, t(3) at 97.5 % = 3.182446305.
        let found = trend(&[2.0, 1.0, 3.0, 3.0, 4.5]).slope.expect("there are five");
        let mean = 13.5 / 5.0;
        let residual: f64 = (0..5)
            .zip([2.0, 1.0, 3.0, 3.0, 4.5])
            .map(|(i, value)| value - mean - 0.7 * f64::from(i - 2))
            .map(|error| error * error)
            .sum();
        let reach = 3.182_446_305_284_263 * libm::sqrt(residual / 3.0 / 10.0);
        assert!((found.value - 0.7).abs() < 1e-12, "{found:?}");
        let ends = [found.interval.lower, found.interval.upper].map(|end| end.expect("both ends"));
        assert!((ends[0] - (0.7 - reach)).abs() < 1e-9 && (ends[1] - (0.7 + reach)).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn gaps_keep_their_length() {
        let mut points = line(&[0.0, 1.0, 2.0, 3.0]);
        points[3].at = Timestamp::from_ms(points[3].at.as_ms() + 7 * MINUTE);
        let rule = TrendRule::new(3, 0.5, 60_000).expect("a rule");
        let slope = Trend::through(&rule, Direction::LowerIsBetter, &points).slope.expect("there are four").value;
        assert!(slope < 0.5, "{slope}");
    }

    #[test]
    fn rules_are_read_strictly() {
        assert_eq!(from_str::<TrendRule>("{}").expect("all is left out"), TrendRule::default());
        let text = to_string(&TrendRule::default()).expect("it is written");
        assert_eq!(text, r#"{"slots":8,"confidence":0.95,"perMs":3600000}"#);
        for text in [r#"{"slots":2}"#, r#"{"confidence":1}"#, r#"{"perMs":0}"#, r#"{"x":0}"#] {
            assert!(from_str::<TrendRule>(text).is_err(), "{text}");
        }
    }
}
