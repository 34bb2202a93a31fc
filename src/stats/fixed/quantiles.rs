//! Quantiles, such as the 95th percentile of a latency, from sketches.

use serde::Serialize;

use crate::stats::aggregate::Sketch;
use crate::stats::distributions::Binomial;
use crate::stats::{Error, Interval, Question, probability};

/// An estimate between bounds, from a method that has no p-value of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Bounded {
    /// How many observations there were, of all arms.
    pub n: u64,
    /// The estimate of the quantity.
    pub estimate: f64,
    /// The values of the quantity that the data do not speak against.
    pub interval: Interval,
    /// The error that was asked for.
    pub alpha: f64,
}

/// A quantile between order statistics: how many of `n` values lie below it is binomial, whatever they are distributed
/// like (David and Nagaraja: "Order statistics", 2003, section 7.1). The ends are the outer edges of the sketch's buckets,
/// so the sketch can only widen the interval. An end is missing where there are too few values for one. The question's
/// null value plays no part.
///
/// # Errors
///
/// [`Error::TooFew`] without values, [`Error::OutOfRange`] for a `q` or `alpha` that is not between 0 and 1.
pub fn quantile(sketch: &Sketch, q: f64, question: Question) -> Result<Bounded, Error> {
    let (question, n) = (question.checked()?, sketch.count());
    let estimate = sketch.quantile(probability(q)?)?;
    let below = Binomial::new(n, q)?;
    // The quantile is below the value of rank `r` where fewer than `r` values are at or below it.
    let low = below.quantile(question.alpha_of_side())?;
    let high = below.critical(question.alpha_of_side())? + 1;
    let interval = Interval {
        // At most `low - 1` at or below have less than alpha: the value of rank `low` is a bound.
        lower: sketch.bounds_of_rank(low).ok().map(|(edge, _)| edge),
        upper: sketch.bounds_of_rank(high).ok().map(|(_, edge)| edge),
    };
    Ok(Bounded { n, estimate, interval: question.ends(interval), alpha: question.alpha })
}

/// The difference of a quantile between two arms, from the intervals of each by squaring and adding (MOVER; Zou and
/// Donner: "Construction of confidence limits about effect measures", Statistics in Medicine 2008, equation 5).
///
/// # Errors
///
/// As for [`quantile`].
pub fn difference_of_quantiles(
    treatment: &Sketch,
    control: &Sketch,
    q: f64,
    question: Question,
) -> Result<Bounded, Error> {
    let both = Question::other_than(question.null, 2.0 * question.checked()?.alpha_of_side());
    let (t, c) = (quantile(treatment, q, both)?, quantile(control, q, both)?);
    let estimate = t.estimate - c.estimate;
    let reach = |one: Option<f64>, other: Option<f64>| Some(libm::hypot(t.estimate - one?, c.estimate - other?));
    let interval = Interval {
        lower: reach(t.interval.lower, c.interval.upper).map(|reach| estimate - reach),
        upper: reach(t.interval.upper, c.interval.lower).map(|reach| estimate + reach),
    };
    Ok(Bounded { n: t.n + c.n, estimate, interval: question.ends(interval), alpha: question.alpha })
}
