//! Two arms by what bounds each of them: exact for whatever is exact for one arm, and for arms that change their share
//! of traffic, at the price of some power. Half of the error goes to either arm.

use super::{bernoulli, quantiles};
use crate::stats::aggregate::{Proportion, Sketch};
use crate::stats::fixed::Bounded;
use crate::stats::{Error, Interval, Question};

/// The difference of two shares of successes, treatment minus control, at every look. A function of the counts so far.
/// The question's null value plays no part.
///
/// Where both arms run side by side, [`Concurrent`](super::Concurrent) has more power, and is not misled by shares that
/// change over time.
///
/// # Errors
///
/// [`Error::TooFew`] without trials in either arm, [`Error::OutOfRange`] for an `alpha` that is not between 0 and 1.
pub fn difference_of_rates(treatment: &Proportion, control: &Proportion, question: Question) -> Result<Bounded, Error> {
    let (t, c) = both_rates(treatment, control, question)?;
    let estimate = treatment.rate()? - control.rate()?;
    Ok(bounded(treatment.trials() + control.trials(), estimate, difference(t, c), question))
}

/// The relative difference of two shares of successes, `t / c - 1`, at every look. The upper end is missing while the
/// control's share may be 0.
///
/// # Errors
///
/// As for [`difference_of_rates`], and [`Error::NoBaseline`] without a success in the control.
pub fn lift_of_rates(treatment: &Proportion, control: &Proportion, question: Question) -> Result<Bounded, Error> {
    let (t, c) = both_rates(treatment, control, question)?;
    let (rate, baseline) = (treatment.rate()?, control.rate()?);
    if baseline <= 0.0 {
        return Err(Error::NoBaseline);
    }
    Ok(bounded(treatment.trials() + control.trials(), rate / baseline - 1.0, lift(t, c), question))
}

/// The difference of a quantile between two arms, treatment minus control, at every look.
///
/// # Errors
///
/// As for [`quantile`](super::quantile).
pub fn difference_of_quantiles(
    treatment: &Sketch,
    control: &Sketch,
    q: f64,
    question: Question,
) -> Result<Bounded, Error> {
    let (t, c) = both_quantiles(treatment, control, q, question)?;
    let estimate = treatment.quantile(q)? - control.quantile(q)?;
    Ok(bounded(treatment.count() + control.count(), estimate, difference(t, c), question))
}

/// The relative difference of a quantile between two arms, `t / c - 1`, at every look.
///
/// # Errors
///
/// As for [`quantile`](super::quantile), and [`Error::NoBaseline`] where the control's quantile is 0.
pub fn lift_of_quantiles(treatment: &Sketch, control: &Sketch, q: f64, question: Question) -> Result<Bounded, Error> {
    let (t, c) = both_quantiles(treatment, control, q, question)?;
    let (value, baseline) = (treatment.quantile(q)?, control.quantile(q)?);
    if baseline <= 0.0 {
        return Err(Error::NoBaseline);
    }
    Ok(bounded(treatment.count() + control.count(), value / baseline - 1.0, lift(t, c), question))
}

/// What bounds either share, each end with its part of the error.
fn both_rates(treatment: &Proportion, control: &Proportion, question: Question) -> Result<(Interval, Interval), Error> {
    let alpha = 0.5 * question.checked()?.alpha_of_side();
    let interval = |seen: &Proportion| {
        let (lower, upper) = bernoulli::bounds(seen, alpha)?;
        Ok(Interval { lower: Some(lower), upper: Some(upper) })
    };
    Ok((interval(treatment)?, interval(control)?))
}

fn both_quantiles(
    treatment: &Sketch,
    control: &Sketch,
    q: f64,
    question: Question,
) -> Result<(Interval, Interval), Error> {
    let alpha = 0.5 * question.checked()?.alpha_of_side();
    Ok((quantiles::bounds(treatment, q, alpha)?, quantiles::bounds(control, q, alpha)?))
}

fn difference(t: Interval, c: Interval) -> Interval {
    let apart = |one: Option<f64>, other: Option<f64>| Some(one? - other?);
    Interval { lower: apart(t.lower, c.upper), upper: apart(t.upper, c.lower) }
}

fn lift(t: Interval, c: Interval) -> Interval {
    let over = |one: Option<f64>, other: Option<f64>| Some(one? / other.filter(|other| *other > 0.0)? - 1.0);
    Interval { lower: over(t.lower, c.upper), upper: over(t.upper, c.lower) }
}

fn bounded(n: u64, estimate: f64, interval: Interval, question: Question) -> Bounded {
    Bounded { n, estimate, interval: question.ends(interval), alpha: question.alpha }
}
