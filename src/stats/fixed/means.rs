//! Tests of estimates: means, ratio metrics, adjusted means, slopes, and differences and ratios of two.

use super::Test;
use crate::stats::distributions::{Distribution, Normal, StudentT, Tails};
use crate::stats::{Alternative, Error, Estimate, Question};

/// Holds an estimate against the null value: Student's t with the estimate's degrees of freedom, the normal distribution
/// for one without. For a difference of means, [`Estimate::minus`], this is the test of Welch.
///
/// # Errors
///
/// [`Error::NoVariance`], and [`Error::NotFinite`] or [`Error::OutOfRange`] for what is asked.
pub fn against(estimate: &Estimate, question: Question) -> Result<Test, Error> {
    let question = question.checked()?;
    let deviation = tails(estimate.deviates(question.null)?, estimate.degrees())?;
    let reach = critical(question.alpha_of_side(), estimate.degrees())? * estimate.standard_error();
    Ok(Test {
        n: estimate.count(),
        estimate: estimate.value(),
        standard_error: Some(estimate.standard_error()),
        degrees: estimate.degrees(),
        interval: question.interval(estimate.value() - reach, estimate.value() + reach)?,
        p_value: p_value(deviation, question.alternative),
        alpha: question.alpha,
    })
}

/// The relative difference of a treatment to its control, `t / c - 1`, with the interval of Fieller. The standard error
/// is that of the delta method; the degrees of freedom are those of Welch and Satterthwaite for `t - r c`.
///
/// # Errors
///
/// [`Error::NoBaseline`] where the control's value is not surely above 0 at this `alpha`: there is no relative
/// difference to what may be nothing. Otherwise as for [`against`].
pub fn lift(treatment: &Estimate, control: &Estimate, question: Question) -> Result<Test, Error> {
    let question = question.checked()?;
    if control.value() <= 0.0 {
        return Err(Error::NoBaseline);
    }
    let ratio = treatment.value() / control.value();
    let at_estimate = treatment.minus_times(control, ratio)?;
    let at_null = treatment.minus_times(control, 1.0 + question.null)?;
    let deviation = tails(at_null.deviates(0.0)?, at_null.degrees())?;
    let k = critical(question.alpha_of_side(), at_estimate.degrees())?;
    let (lower, upper) = treatment.ratio_within(control, k)?;
    Ok(Test {
        n: at_null.count(),
        estimate: ratio - 1.0,
        standard_error: Some(at_estimate.standard_error() / control.value()),
        degrees: at_estimate.degrees(),
        interval: question.interval(lower - 1.0, upper - 1.0)?,
        p_value: p_value(deviation, question.alternative),
        alpha: question.alpha,
    })
}

/// Both tails at a statistic.
fn tails(statistic: f64, degrees: Option<f64>) -> Result<Tails, Error> {
    match degrees {
        Some(degrees) => StudentT::new(degrees)?.tails(statistic),
        None => Normal.tails(statistic),
    }
}

/// The statistic with this probability above it.
fn critical(alpha: f64, degrees: Option<f64>) -> Result<f64, Error> {
    match degrees {
        Some(degrees) => StudentT::new(degrees)?.critical(alpha),
        None => Normal.critical(alpha),
    }
}

pub(super) const fn p_value(tails: Tails, alternative: Alternative) -> f64 {
    match alternative {
        Alternative::TwoSided => (2.0 * tails.lower.min(tails.upper)).min(1.0),
        Alternative::Greater => tails.upper,
        Alternative::Less => tails.lower,
    }
}
