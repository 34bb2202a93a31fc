//! How an arm differs from the arm beside it.
//!
//! A comparison is one look: its interval holds for the one time at which it was planned to look. Who decides by
//! looking again and again needs the verdicts of guardrails, which are made for that.

use serde::{Deserialize, Serialize};

#[cfg(doc)]
use super::Cause;
use super::Error;
use super::metric::{Arm, Direction, Kind, Measure, Metric, Observations};
use crate::stats::fixed::{self, Bounded, Test};
use crate::stats::{self, Estimate, Interval, Question};
use crate::words::time::Timestamp;

/// A metric of two arms over the same span.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Comparison {
    /// What is compared against, usually the concurrent control.
    pub baseline: Side,
    /// What is compared.
    pub arm: Side,
    /// The arm's value minus the baseline's; `None` where either has none.
    pub absolute: Option<Effect>,
    /// The same as a share of the baseline.
    pub relative: Relative,
    /// Which is better, as far as the data say.
    pub outcome: Outcome,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ComparisonSide"))]
pub struct Side {
    /// The arm.
    pub arm: Arm,
    /// How many observations.
    pub count: u64,
    /// The metric's value.
    pub value: Option<f64>,
}

/// A difference. Its interval is missing where the statistics do not allow one, such as with one observation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ComparisonEffect"))]
pub struct Effect {
    /// The difference.
    pub value: f64,
    /// The differences that the data do not speak against.
    pub interval: Option<Interval>,
}

/// A change as a share of the baseline, of which 0 has none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RelativeChange"))]
#[serde(tag = "case", rename_all = "camelCase")]
pub enum Relative {
    /// From a baseline above 0: 0.1 is a tenth more.
    Change(Effect),
    /// From a baseline below 0, as a share of its magnitude, so that a rise has a positive sign: from -10 to -5 is 0.5.
    FromNegative(Effect),
    /// From 0 there is no share. The absolute difference says what there is to say.
    FromZero,
    /// A side has no value, or the change is too large for a number.
    Unknown,
}

/// Which side is better. It is stated only where the interval of the absolute difference excludes 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ComparisonOutcome"))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The arm is better than the baseline.
    Better,
    /// The arm is worse.
    Worse,
    /// The data do not say.
    Undecided,
}

impl Comparison {
    /// Compares two arms, with a confidence between 0 and 1 for the intervals.
    ///
    /// Differences of proportions have the interval of the score test, those of means that of Welch's t, those of
    /// ratios that of the delta method, and those of quantiles one from order statistics; see [`fixed`].
    ///
    /// # Errors
    ///
    /// [`Cause::Kind`] for a measure of another kind than the metric, with its side; [`stats::Error::OutOfRange`] for
    /// the confidence.
    pub fn of(
        metric: &Metric,
        baseline: (&Arm, &Measure),
        arm: (&Arm, &Measure),
        confidence: f64,
    ) -> Result<Self, Error> {
        let alpha = 1.0 - stats::probability(confidence).map_err(|error| Error::from(error).within("confidence"))?;
        let side = |(arm, seen): (&Arm, &Measure), key| {
            seen.check(metric.kind()).map_err(|error| error.within(key))?;
            Ok::<_, Error>(Side { arm: arm.clone(), count: seen.count(), value: seen.value(metric.kind()).ok() })
        };
        let (from, to) = (side(baseline, "baseline")?, side(arm, "arm")?);
        let question = Question::other_than(0.0, alpha);
        let values = from.value.zip(to.value);
        let absolute = values.and_then(|(from, to)| {
            let interval = difference(metric.kind(), arm.1, baseline.1, question).ok();
            effect(to - from, interval)
        });
        let relative = values.map_or(Relative::Unknown, |values| {
            relative(values, change(metric.kind(), arm.1, baseline.1, question).ok())
        });
        let outcome = outcome(metric.direction(), absolute.and_then(|effect| effect.interval));
        Ok(Self { baseline: from, arm: to, absolute, relative, outcome })
    }
}

impl Comparison {
    /// Compares what a metric says of two arms over the span before an instant; `None` where either side was not observed.
    ///
    /// # Errors
    ///
    /// As for [`Comparison::of`]; [`Cause::UnknownMetric`]; counts beyond 2^53 - 1 all together.
    pub fn in_window(
        observations: &Observations,
        metric: &str,
        arms: (&Arm, &Arm),
        now: Timestamp,
        span_ms: u32,
        confidence: f64,
    ) -> Result<Option<Self>, Error> {
        let metric = observations.metrics().get(metric)?;
        let seen = |arm| match observations.get(metric.name(), arm) {
            Some(series) => series.window().total(now, span_ms),
            None => Ok(None),
        };
        let (baseline, arm) = arms;
        let (Some(theirs), Some(ours)) = (seen(baseline)?, seen(arm)?) else { return Ok(None) };
        Self::of(metric, (baseline, &theirs), (arm, &ours), confidence).map(Some)
    }
}

/// The interval of the difference of two measures of a kind.
fn difference(kind: Kind, arm: &Measure, baseline: &Measure, question: Question) -> Result<Interval, stats::Error> {
    let against = |arm: Estimate, baseline: Estimate| {
        fixed::against(&arm.minus(&baseline)?, question).map(|Test { interval, .. }| interval)
    };
    match (arm, baseline, kind) {
        (Measure::Proportion(arm), Measure::Proportion(baseline), _) => {
            fixed::difference_of_rates(arm, baseline, question).map(|Test { interval, .. }| interval)
        }
        (Measure::Mean(arm), Measure::Mean(baseline), _) => {
            against(Estimate::of_mean(arm)?, Estimate::of_mean(baseline)?)
        }
        (Measure::Ratio(arm), Measure::Ratio(baseline), _) => {
            against(Estimate::of_ratio(arm)?, Estimate::of_ratio(baseline)?)
        }
        (Measure::Quantile(arm), Measure::Quantile(baseline), Kind::Quantile(level)) => {
            fixed::difference_of_quantiles(arm, baseline, level.share(), question)
                .map(|Bounded { interval, .. }| interval)
        }
        _ => Err(stats::Error::Mismatch),
    }
}

/// The interval of the relative difference to a baseline that is above 0, where there is one.
fn change(kind: Kind, arm: &Measure, baseline: &Measure, question: Question) -> Result<Interval, stats::Error> {
    let lift = |arm: Estimate, baseline: Estimate| fixed::lift(&arm, &baseline, question);
    let test = match (arm, baseline, kind) {
        (Measure::Proportion(arm), Measure::Proportion(baseline), _) => fixed::lift_of_rates(arm, baseline, question),
        (Measure::Mean(arm), Measure::Mean(baseline), _) => lift(Estimate::of_mean(arm)?, Estimate::of_mean(baseline)?),
        (Measure::Ratio(arm), Measure::Ratio(baseline), _) => {
            lift(Estimate::of_ratio(arm)?, Estimate::of_ratio(baseline)?)
        }
        _ => Err(stats::Error::Mismatch),
    };
    test.map(|Test { interval, .. }| interval)
}

/// A difference whose numbers are all finite.
fn effect(value: f64, interval: Option<Interval>) -> Option<Effect> {
    let is_finite = |interval: &Interval| {
        [interval.lower, interval.upper].into_iter().flatten().all(f64::is_finite)
            && (interval.lower.is_some() || interval.upper.is_some())
    };
    value.is_finite().then(|| Effect { value, interval: interval.filter(is_finite) })
}

fn relative((from, to): (f64, f64), interval: Option<Interval>) -> Relative {
    if from == 0.0 {
        return Relative::FromZero;
    }
    let change = relative_change(from, to);
    let known = if from > 0.0 {
        change.and_then(|change| effect(change, interval)).map(Relative::Change)
    } else {
        change.and_then(|change| effect(change, None)).map(Relative::FromNegative)
    };
    known.unwrap_or(Relative::Unknown)
}

fn outcome(better: Direction, difference: Option<Interval>) -> Outcome {
    let (is_above, is_below) = difference.map_or((false, false), |of| (of.is_above(0.0), of.is_below(0.0)));
    match (is_above, is_below, better) {
        (false, false, _) => Outcome::Undecided,
        (true, _, Direction::HigherIsBetter) | (_, true, Direction::LowerIsBetter) => Outcome::Better,
        _ => Outcome::Worse,
    }
}

/// The change from a baseline as a share of its magnitude, so that the sign is that of the change whatever the sign
/// of the baseline; `None` from 0, and where it is too large for a float.
pub(super) fn relative_change(baseline: f64, value: f64) -> Option<f64> {
    let change = (value - baseline) / baseline.abs();
    (baseline != 0.0 && change.is_finite()).then_some(change)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::{json, to_value};

    use super::*;
    use crate::analysis::Cause;
    use crate::analysis::metric::{Level, Parts, Sample};

    fn compare(kind: Kind, direction: Direction, baseline: &[Sample], arm: &[Sample]) -> Comparison {
        let metric = Metric::new("m", kind, direction).expect("a metric");
        let (baseline, arm) = (Measure::of(kind, baseline).expect("finite"), Measure::of(kind, arm).expect("finite"));
        Comparison::of(&metric, (&Arm::Control, &baseline), (&Arm::Canary, &arm), 0.95).expect("alike")
    }

    fn outcomes(successes: usize, trials: usize) -> Vec<Sample> {
        (0..trials).map(|i| Sample::Outcome(i < successes)).collect()
    }

    fn values(list: &[f64]) -> Vec<Sample> {
        list.iter().map(|value| Sample::Value(*value)).collect()
    }

    use Direction::{HigherIsBetter, LowerIsBetter};

    #[test]
    fn s0_19_a_baseline_of_zero_is_a_case_and_no_infinity() {
        let found = compare(Kind::Proportion, LowerIsBetter, &outcomes(0, 1_000), &outcomes(50, 1_000));
        assert_eq!((found.relative, found.outcome), (Relative::FromZero, Outcome::Worse));
        let interval = found.absolute.and_then(|effect| effect.interval).expect("there is one");
        assert!(interval.is_above(0.03) && interval.contains(0.05), "{interval:?}");
    }

    #[test]
    fn s0_19_a_negative_baseline_does_not_turn_the_sign() {
        let (low, high) = (values(&[-11.0, -10.0, -9.0]), values(&[-6.0, -5.0, -4.0]));
        let found = compare(Kind::Mean, HigherIsBetter, &low, &high);
        assert_eq!(found.relative, Relative::FromNegative(Effect { value: 0.5, interval: None }));
        assert_eq!(found.outcome, Outcome::Better);
        let found = compare(Kind::Mean, HigherIsBetter, &high, &low);
        assert_eq!(found.relative, Relative::FromNegative(Effect { value: -1.0, interval: None }));
        assert_eq!(found.outcome, Outcome::Worse);
    }

    #[test]
    fn s1_18_arms_are_compared_with_intervals() {
        let found = compare(Kind::Proportion, LowerIsBetter, &outcomes(100, 10_000), &outcomes(110, 10_000));
        let Relative::Change(Effect { value, interval: Some(interval) }) = found.relative else { panic!("{found:?}") };
        assert!((value - 0.1).abs() < 1e-12 && interval.contains(0.0), "{interval:?}");
        assert_eq!(found.outcome, Outcome::Undecided);
        let base: Vec<f64> = (0..200).map(|i| 100.0 + f64::from(i % 10)).collect();
        let slow: Vec<f64> = base.iter().map(|value| value * 1.2).collect();
        let found = compare(Kind::Mean, LowerIsBetter, &values(&base), &values(&slow));
        let Relative::Change(Effect { value, interval: Some(interval) }) = found.relative else { panic!("{found:?}") };
        assert!((value - 0.2).abs() < 1e-12 && interval.is_above(0.19) && interval.is_below(0.21));
        assert_eq!(found.outcome, Outcome::Worse);
    }

    #[test]
    fn quantiles_and_ratios_are_compared_too() {
        let base: Vec<f64> = (1..=1_000).map(f64::from).collect();
        let slow: Vec<f64> = base.iter().map(|value| value * 1.5).collect();
        let p95 = Kind::Quantile(Level::new(950_000).expect("a level"));
        let found = compare(p95, LowerIsBetter, &values(&base), &values(&slow));
        assert_eq!(found.outcome, Outcome::Worse);
        let interval = found.absolute.and_then(|effect| effect.interval).expect("there is one");
        assert!(interval.contains(475.0) && interval.is_above(400.0), "{interval:?}");
        let Relative::Change(Effect { value, interval: None }) = found.relative else { panic!("{found:?}") };
        assert!((value - 0.5).abs() < 0.03, "{value}");
        let parts = |clicks: f64| {
            let part =
                move |i: u32| Parts { numerator: clicks + f64::from(i % 2), denominator: 10.0 + f64::from(i % 3) };
            (0..300).map(|i| Sample::Parts(part(i))).collect::<Vec<_>>()
        };
        let found = compare(Kind::Ratio, HigherIsBetter, &parts(1.0), &parts(2.0));
        assert_eq!(found.outcome, Outcome::Better);
        assert!(matches!(found.relative, Relative::Change(Effect { interval: Some(_), .. })), "{found:?}");
    }

    #[test]
    fn without_data_nothing_is_said() {
        for (baseline, arm) in [(&[][..], &[1.0, 2.0][..]), (&[1.0, 2.0], &[]), (&[], &[])] {
            let found = compare(Kind::Mean, LowerIsBetter, &values(baseline), &values(arm));
            assert_eq!((found.absolute, found.relative), (None, Relative::Unknown));
            assert_eq!(found.outcome, Outcome::Undecided);
        }
        // One observation each: a difference, and nothing about chance.
        let found = compare(Kind::Mean, LowerIsBetter, &values(&[1.0]), &values(&[2.0]));
        assert_eq!(found.absolute, Some(Effect { value: 1.0, interval: None }));
        assert_eq!(found.outcome, Outcome::Undecided);
        assert_eq!(found.relative, Relative::Change(Effect { value: 1.0, interval: None }));
    }

    #[test]
    fn other_kinds_and_confidences_are_refused() {
        let metric = Metric::new("m", Kind::Mean, LowerIsBetter).expect("a metric");
        let (mean, rate) = (Measure::new(Kind::Mean), Measure::new(Kind::Proportion));
        let (mean, rate) = (mean.expect("a measure"), rate.expect("a measure"));
        let compare = |arm, confidence| {
            Comparison::of(&metric, (&Arm::Control, &mean), (&Arm::Canary, arm), confidence).map(drop)
        };
        assert_eq!(compare(&rate, 0.95), Err(Error::at("arm", Cause::Kind)));
        for confidence in [0.0, 1.0, f64::NAN] {
            assert_eq!(compare(&mean, confidence).expect_err("no confidence").path, "/confidence");
        }
        assert_eq!(compare(&mean, 0.95), Ok(()));
    }

    #[test]
    fn s0_16_counts_stay_with_the_figures() {
        let found = compare(Kind::Mean, LowerIsBetter, &values(&[0.0]), &values(&[2.0]));
        let wanted = json!({
            "baseline": { "arm": "control", "count": 1, "value": 0.0 }, "arm": { "arm": "canary", "count": 1, "value": 2.0 },
            "absolute": { "value": 2.0, "interval": null }, "relative": { "case": "fromZero" }, "outcome": "undecided"
        });
        assert_eq!(to_value(&found).expect("it is written"), wanted);
    }
}
