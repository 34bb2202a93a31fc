//! Measures: the aggregate that a metric of each kind is kept as.

use alloc::boxed::Box;

use serde::{Deserialize, Serialize};

use super::{Kind, Level, share};
use crate::analysis::{Cause, Error};
use crate::stats::aggregate::{Aggregate, Moments, PairMoments, Proportion, Sketch};
use crate::stats::{self, real};
use crate::words::limits;

/// What was seen of a metric: counts and sums, never the observations themselves, so that any number of them is
/// counted, and what several hosts saw can be put together in any order.
///
/// As JSON: `{"proportion":{"successes":3,"trials":100}}`, and so for `mean`, `ratio` and `quantile`, with the forms
/// of [`Moments`], [`PairMoments`] (`x` is the denominator, `y` the numerator) and [`Sketch`] (with a relative error
/// of 1 %).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Measure {
    /// Successes of trials.
    Proportion(Proportion),
    /// Moments of a quantity.
    Mean(Box<Moments>),
    /// Moments of two quantities: `x` is the denominator, `y` the numerator.
    Ratio(Box<PairMoments>),
    /// A histogram of a quantity that is not negative.
    Quantile(Sketch),
}

/// One observation as it comes.
///
/// As JSON: `true`, `12.5` or `{"numerator":3,"denominator":7}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Sample {
    /// Of a proportion: whether it was what the metric counts.
    Outcome(bool),
    /// Of a mean or a quantile.
    Value(f64),
    /// Of a ratio.
    Parts(Parts),
}

/// The two quantities of one unit that a ratio is of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RatioParts"))]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// Such as clicks.
    pub numerator: f64,
    /// Such as page views.
    pub denominator: f64,
}

/// A number that is known within bounds. Both are the value itself where nothing was rounded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Figure {
    /// The number.
    pub value: f64,
    /// It is surely not below this.
    pub low: f64,
    /// It is surely not above this.
    pub high: f64,
}

impl Figure {
    /// A number that is known exactly, but for the rounding of floats.
    pub(crate) const fn exact(value: f64) -> Self {
        Self { value, low: value, high: value }
    }
}

impl Measure {
    /// What a kind of metric begins with.
    ///
    /// # Errors
    ///
    /// None in fact: the error of sketches is within their limits.
    pub fn new(kind: Kind) -> Result<Self, Error> {
        Ok(match kind {
            Kind::Proportion => Self::Proportion(Proportion::default()),
            Kind::Mean => Self::Mean(Box::default()),
            Kind::Ratio => Self::Ratio(Box::default()),
            Kind::Quantile(_) => Self::Quantile(Sketch::new(Sketch::ALPHA)?),
        })
    }

    /// What some observations leave of a kind of metric.
    ///
    /// # Errors
    ///
    /// As for [`Measure::take`], with the place in the list.
    pub fn of(kind: Kind, samples: &[Sample]) -> Result<Self, Error> {
        let mut measure = Self::new(kind)?;
        for (index, sample) in samples.iter().enumerate() {
            measure.take(*sample).map_err(|error| error.within_index(index))?;
        }
        Ok(measure)
    }

    /// Takes in one observation.
    ///
    /// # Errors
    ///
    /// [`Cause::Kind`] for one of another kind of metric; NaN, infinities and magnitudes beyond those of
    /// [`Moments::add`], or 1e12 for a quantile; too many. Nothing is taken in then.
    pub fn take(&mut self, sample: Sample) -> Result<(), Error> {
        match (self, sample) {
            (Self::Proportion(seen), Sample::Outcome(is_success)) => seen.add(is_success)?,
            (Self::Mean(seen), Sample::Value(value)) => seen.add(value)?,
            (Self::Ratio(seen), Sample::Parts(Parts { numerator, denominator })) => seen.add(denominator, numerator)?,
            (Self::Quantile(seen), Sample::Value(value)) => seen.add(within_sketch(value)?)?,
            _ => return Err(Cause::Kind.into()),
        }
        Ok(())
    }

    /// How many observations there are: trials, values, or units with both parts of a ratio.
    pub fn count(&self) -> u64 {
        match self {
            Self::Proportion(seen) => seen.trials(),
            Self::Mean(seen) => seen.count(),
            Self::Ratio(seen) => seen.count(),
            Self::Quantile(seen) => seen.count(),
        }
    }

    /// The metric's value, within bounds for a quantile.
    ///
    /// # Errors
    ///
    /// [`Cause::Kind`] for another kind; [`stats::Error::TooFew`] without observations, and for a ratio whose
    /// denominators add up to 0.
    pub fn figure(&self, kind: Kind) -> Result<Figure, Error> {
        Ok(match (self, kind) {
            (Self::Proportion(seen), Kind::Proportion) => Figure::exact(seen.rate()?),
            (Self::Mean(seen), Kind::Mean) => Figure::exact(seen.mean()?),
            (Self::Ratio(seen), Kind::Ratio) => Figure::exact(ratio(seen)?),
            (Self::Quantile(seen), Kind::Quantile(level)) => quantile(seen, level)?,
            _ => return Err(Cause::Kind.into()),
        })
    }

    /// The metric's value.
    ///
    /// # Errors
    ///
    /// As for [`Measure::figure`].
    pub fn value(&self, kind: Kind) -> Result<f64, Error> {
        self.figure(kind).map(|figure| figure.value)
    }

    /// Whether this is what a kind of metric is kept as. Sketches have one error for all, or they could not be put
    /// together, and no values that no bucket has.
    ///
    /// # Errors
    ///
    /// [`Cause::Kind`], [`stats::Error::Mismatch`], [`stats::Error::OutOfRange`].
    pub fn check(&self, kind: Kind) -> Result<(), Error> {
        match (self, kind) {
            (Self::Proportion(_), Kind::Proportion) | (Self::Mean(_), Kind::Mean) | (Self::Ratio(_), Kind::Ratio) => {
                Ok(())
            }
            (Self::Quantile(seen), Kind::Quantile(_)) => is_common(seen),
            _ => Err(Cause::Kind.into()),
        }
    }
}

/// `Σ y / Σ x`, as the ratio of the means.
fn ratio(seen: &PairMoments) -> Result<f64, Error> {
    let (x, y) = seen.means()?;
    let ratio = y / x;
    if x != 0.0 && ratio.is_finite() { Ok(ratio) } else { Err(stats::Error::TooFew.into()) }
}

/// A quantile with the bounds that its bucket gives.
pub(in crate::analysis) fn quantile(seen: &Sketch, level: Level) -> Result<Figure, Error> {
    let n = seen.count();
    if n == 0 {
        return Err(stats::Error::TooFew.into());
    }
    let rank = level.rank(n);
    let (low, high) = seen.bounds_of_rank(rank)?;
    Ok(Figure { value: seen.value_of_rank(rank)?, low, high })
}

/// A value that a bucket of a sketch can have. One above would be counted, but nothing could be said of it.
fn within_sketch(value: f64) -> Result<f64, Error> {
    if stats::finite(value)? <= *limits::SKETCH_VALUES.end() { Ok(value) } else { Err(stats::Error::OutOfRange.into()) }
}

fn is_common(seen: &Sketch) -> Result<(), Error> {
    if seen.alpha() != Sketch::ALPHA {
        return Err(stats::Error::Mismatch.into());
    }
    let beyond = seen.tail(*limits::SKETCH_VALUES.end())?.above;
    if beyond == 0 { Ok(()) } else { Err(stats::Error::OutOfRange.into()) }
}

impl Aggregate for Measure {
    fn merge(&mut self, other: &Self) -> Result<(), stats::Error> {
        match (self, other) {
            (Self::Proportion(seen), Self::Proportion(other)) => seen.merge(other),
            (Self::Mean(seen), Self::Mean(other)) => seen.merge(other),
            (Self::Ratio(seen), Self::Ratio(other)) => seen.merge(other),
            (Self::Quantile(seen), Self::Quantile(other)) => seen.merge(other),
            _ => Err(stats::Error::Mismatch),
        }
    }
}

/// The mean of a sketch's values, within the sketch's error as each of them is.
pub(in crate::analysis) fn sketch_mean(seen: &Sketch) -> Option<Figure> {
    let n = real(seen.count());
    let mean: f64 = seen.values().map(|(value, count)| value * (real(count) / n)).sum();
    (n > 0.0).then(|| Figure { value: mean, low: mean / (1.0 + seen.alpha()), high: mean / (1.0 - seen.alpha()) })
}

/// The sample deviation of a sketch's values. By the triangle inequality of root mean squares it is off by at most
/// the root mean square of the errors, each of which is within `alpha / (1 - alpha)` of what the sketch says.
pub(in crate::analysis) fn sketch_deviation(seen: &Sketch) -> Option<Figure> {
    let n = real(seen.count());
    let mean = sketch_mean(seen).filter(|_| n >= 2.0)?.value;
    let mean_of = |of: &dyn Fn(f64) -> f64| seen.values().map(|(value, count)| of(value) * (real(count) / n)).sum();
    let spread: f64 = mean_of(&|value| (value - mean) * (value - mean));
    let square: f64 = mean_of(&|value| value * value);
    let of_sample = libm::sqrt(n / (n - 1.0));
    let value = libm::sqrt(spread) * of_sample;
    let error = libm::sqrt(square) * of_sample * seen.alpha() / (1.0 - seen.alpha());
    Some(Figure { value, low: (value - error).max(0.0), high: value + error })
}

/// The share and its sample deviation, both from 0 to 1.
pub(in crate::analysis) fn proportion_deviation(seen: &Proportion) -> Option<f64> {
    let rate = share(seen.successes(), seen.trials()).filter(|_| seen.trials() > 1)?;
    let n = real(seen.trials());
    Some(libm::sqrt(rate * (1.0 - rate) * (n / (n - 1.0))))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::{from_str, to_string};

    use super::*;

    const P95: Kind = Kind::Quantile(Level(950_000));

    fn parts(numerator: f64, denominator: f64) -> Sample {
        Sample::Parts(Parts { numerator, denominator })
    }

    #[test]
    fn each_kind_has_its_value() {
        let values = |list: &[f64]| list.iter().map(|value| Sample::Value(*value)).collect::<Vec<_>>();
        let value = |kind, samples: &[Sample]| Measure::of(kind, samples).and_then(|seen| seen.value(kind));
        let outcomes: Vec<_> = (0..10).map(|i| Sample::Outcome(i < 3)).collect();
        assert_eq!(value(Kind::Proportion, &outcomes), Ok(0.3));
        assert_eq!(value(Kind::Mean, &values(&[-1.0, 4.0])), Ok(1.5));
        // Not the mean of 1/1 and 1/9.
        assert_eq!(value(Kind::Ratio, &[parts(1.0, 1.0), parts(1.0, 9.0)]), Ok(0.2));
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        let seen = Measure::of(P95, &values(&hundred)).expect("finite values");
        let Figure { value, low, high } = seen.figure(P95).expect("there are values");
        assert!(low < 95.0 && 95.0 <= high && (value - 95.0).abs() <= 0.95, "{low} {value} {high}");
    }

    #[test]
    fn s0_18_nan_and_infinities_are_refused_with_their_place() {
        for kind in [Kind::Mean, P95] {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let error = Measure::of(kind, &[Sample::Value(1.0), Sample::Value(value)]).expect_err("no number");
                assert_eq!(error.path, "/1");
                assert_eq!(error.cause, Cause::Statistics(stats::Error::NotFinite));
            }
        }
        let error = Measure::of(Kind::Ratio, &[parts(f64::NAN, 1.0)]).expect_err("no number");
        assert_eq!(error.cause, Cause::Statistics(stats::Error::NotFinite));
    }

    #[test]
    fn a_sample_of_another_kind_is_refused() {
        for (kind, sample) in [
            (Kind::Proportion, Sample::Value(1.0)),
            (Kind::Mean, Sample::Outcome(true)),
            (Kind::Ratio, Sample::Value(1.0)),
            (P95, parts(1.0, 1.0)),
        ] {
            assert_eq!(Measure::of(kind, &[sample]).expect_err("another kind").cause, Cause::Kind);
        }
        let seen = Measure::new(Kind::Mean).expect("a measure");
        assert_eq!(seen.figure(Kind::Ratio), Err(Cause::Kind.into()));
        assert_eq!(seen.check(Kind::Ratio), Err(Cause::Kind.into()));
    }

    #[test]
    fn what_no_value_is_known_of_has_none() {
        for kind in [Kind::Proportion, Kind::Mean, Kind::Ratio, P95] {
            let seen = Measure::new(kind).expect("a measure");
            assert_eq!(seen.value(kind), Err(stats::Error::TooFew.into()));
        }
        let seen = Measure::of(Kind::Ratio, &[parts(1.0, 0.0)]).expect("finite parts");
        assert_eq!(seen.value(Kind::Ratio), Err(stats::Error::TooFew.into()), "nothing to divide by");
    }

    #[test]
    fn sketches_are_alike_and_hold_what_they_count() {
        let coarse = Measure::Quantile(Sketch::new(0.05).expect("an error"));
        assert_eq!(coarse.check(P95), Err(stats::Error::Mismatch.into()));
        let mut beyond = Sketch::new(Sketch::ALPHA).expect("an error");
        beyond.add(2e12).expect("it is counted");
        assert_eq!(Measure::Quantile(beyond).check(P95), Err(stats::Error::OutOfRange.into()));
        let over = Measure::of(P95, &[Sample::Value(2e12)]).expect_err("no bucket has it");
        assert_eq!(over.cause, Cause::Statistics(stats::Error::OutOfRange));
    }

    #[test]
    fn forms() {
        for text in [
            r#"{"proportion":{"successes":3,"trials":100}}"#,
            r#"{"mean":{"n":3,"sum":[6.0],"squares":[14.0],"min":1.0,"max":3.0}}"#,
            r#"{"ratio":{"n":2,"x":[3.0],"y":[5.0],"xx":[5.0],"yy":[13.0],"xy":[8.0]}}"#,
            r#"{"quantile":{"alpha":0.01,"zero":2,"buckets":{"-3":1,"120":44}}}"#,
        ] {
            let measure: Measure = from_str(text).expect(text);
            assert_eq!(to_string(&measure).expect("it is written"), text);
        }
        assert!(from_str::<Measure>(r#"{"proportion":{"successes":3,"trials":2}}"#).is_err());
        assert_eq!(from_str::<Sample>("true").expect("a sample"), Sample::Outcome(true));
        assert_eq!(from_str::<Sample>("2").expect("a sample"), Sample::Value(2.0));
        let text = r#"{"numerator":1,"denominator":2}"#;
        assert_eq!(from_str::<Sample>(text).expect("a sample"), parts(1.0, 2.0));
        assert!(from_str::<Sample>(r#"{"numerator":1,"denominator":2,"x":3}"#).is_err());
    }

    #[test]
    fn figures_of_sketches_hold_the_exact_ones() {
        let values: Vec<f64> = (1..=500).map(|i| f64::from(i * i) / 7.0).collect();
        let (exact, sketch) = (Moments::of(&values).expect("finite"), Sketch::of(&values).expect("finite"));
        let mean = sketch_mean(&sketch).expect("there are values");
        let deviation = sketch_deviation(&sketch).expect("there are values");
        for (figure, exact) in [(mean, exact.mean()), (deviation, exact.deviation())] {
            let exact = exact.expect("there are values");
            assert!(figure.low <= exact && exact <= figure.high, "{figure:?} {exact}");
            assert!((figure.value - exact).abs() < 0.02 * exact, "{figure:?} {exact}");
        }
    }
}
