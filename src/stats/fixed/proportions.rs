//! Tests of shares of successes.

use super::Test;
use super::means::p_value;
use super::score::{Score, of_difference, of_ratio};
use crate::stats::aggregate::Proportion;
use crate::stats::distributions::{Beta, Binomial, Distribution, Normal, Tails};
use crate::stats::{Error, Question, probability, real};

/// One share, exactly: the binomial test with the interval of Clopper and Pearson (Biometrika 1934). Two-sided p-values
/// are twice the smaller tail, so that they agree with the interval.
///
/// # Errors
///
/// [`Error::TooFew`] without trials, [`Error::OutOfRange`] for a null value that is not between 0 and 1.
pub fn rate(seen: &Proportion, question: Question) -> Result<Test, Error> {
    let question = question.checked()?;
    let (s, f, estimate) = (seen.successes(), seen.failures(), seen.rate()?);
    let binomial = Binomial::new(seen.trials(), probability(question.null)?)?;
    let alpha = question.alpha_of_side();
    let lower = if s == 0 { 0.0 } else { Beta::new(real(s), real(f + 1))?.quantile(alpha)? };
    let upper = if f == 0 { 1.0 } else { Beta::new(real(s + 1), real(f))?.critical(alpha)? };
    // Both tails hold what was seen itself.
    let at_least = s.checked_sub(1).map_or(1.0, |before| binomial.sf(before));
    let both = Tails { lower: binomial.cdf(s), upper: at_least };
    Ok(Test {
        n: seen.trials(),
        estimate,
        standard_error: None,
        degrees: None,
        interval: question.interval(lower, upper)?,
        p_value: p_value(both, question.alternative),
        alpha: question.alpha,
    })
}

/// The difference of two shares, treatment minus control: the score test, which for a null value of 0 is the z test with
/// a pooled variance, and the interval of the differences that it does not reject (Mee: "Confidence bounds for the
/// difference between two probabilities", Biometrics 1984; Miettinen and Nurminen 1985 without their correction).
///
/// # Errors
///
/// [`Error::TooFew`] without trials in either arm, [`Error::OutOfRange`] for a null value that is not between -1 and 1,
/// [`Error::NoVariance`] where both arms have no success, or no failure, and the null value is 0.
pub fn difference_of_rates(treatment: &Proportion, control: &Proportion, question: Question) -> Result<Test, Error> {
    let question = question.checked()?;
    if question.null.abs() >= 1.0 {
        return Err(Error::OutOfRange);
    }
    let (t, c) = (treatment.rate()?, control.rate()?);
    let n = treatment.trials() + control.trials();
    scored(&of_difference(treatment, control), &Seen { n, null: question.null, estimate: t - c, origin: 0.0 }, question)
}

/// The relative difference of two shares, `t / c - 1`: the score test of the ratio, with the interval of the ratios that
/// it does not reject (Koopman: "Confidence intervals for the ratio of two binomial proportions", Biometrics 1984). At a
/// null value of 0 it is the same test as that of the difference.
///
/// # Errors
///
/// [`Error::TooFew`] without trials in either arm, [`Error::NoBaseline`] without a success in the control,
/// [`Error::OutOfRange`] for a null value that is not above -1, [`Error::NoVariance`] where all trials succeeded.
pub fn lift_of_rates(treatment: &Proportion, control: &Proportion, question: Question) -> Result<Test, Error> {
    let question = question.checked()?;
    if question.null <= -1.0 {
        return Err(Error::OutOfRange);
    }
    let (t, c) = (treatment.rate()?, control.rate()?);
    if c <= 0.0 {
        return Err(Error::NoBaseline);
    }
    let n = treatment.trials() + control.trials();
    let seen = Seen { n, null: 1.0 + question.null, estimate: t / c, origin: 1.0 };
    scored(&of_ratio(treatment, control), &seen, question)
}

fn scored(score: &Score, seen: &Seen, question: Question) -> Result<Test, Error> {
    let z = score.at(seen.null).ok_or(Error::NoVariance)?;
    let (lower, upper) = score.within(Normal.critical(question.alpha_of_side())?);
    Ok(Test {
        n: seen.n,
        estimate: seen.estimate - seen.origin,
        standard_error: None,
        degrees: None,
        interval: question.interval(lower - seen.origin, upper - seen.origin)?,
        p_value: p_value(Normal.tails(z)?, question.alternative),
        alpha: question.alpha,
    })
}

/// What a score is asked about: the null value and the estimate of its parameter, and which value of the parameter is
/// shown as 0.
struct Seen {
    n: u64,
    null: f64,
    estimate: f64,
    origin: f64,
}
