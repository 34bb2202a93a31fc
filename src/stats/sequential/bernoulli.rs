//! Shares of successes, exactly, at every look.
//!
//! Against "the share is at most `p`" one bets on shares above it: the likelihood at `q` over that at `p`, averaged over
//! `q` from a prior on `(p, 1)`. For each `q` above `p` the ratio grows on average only if the truth is above `p`, so the
//! average is an e-process for every share up to `p` (Robbins: "Statistical methods related to the law of the iterated
//! logarithm", Annals 1970; Howard, Ramdas, McAuliffe, Sekhon: "Time-uniform, nonparametric, nonasymptotic confidence
//! sequences", Annals 2021, propositions 6 and 7).
//!
//! The prior is ours: `1 - q = (1 - p)^r` with `r - 1` exponential with mean 1, so that shares around twice `p` are what is
//! looked for first. That is `Beta(1, b)` cut to `(p, 1)` with `b = -1 / ln(1 - p)`, which makes the average a closed form.
//! Downwards it is the same `Beta(1, b)` cut to `(0, p)`. For a fixed `r` both `q / p` and `(1 - q) / (1 - p)` fall as `p`
//! rises, for `r > 1`, and rise for `r < 1`; so does the e-process, and the shares that it does not speak against are an
//! interval.
//!
//! The e-process depends on the counts alone: not on the order of successes, nor on how often one looked.

use super::{EValue, Evidence};
use crate::stats::aggregate::Proportion;
use crate::stats::special::{beta, solve};
use crate::stats::{Error, Question, finite, real};

/// Shares closer to 0 or 1 are not told from them.
const LEAST: f64 = 1e-9;

/// Holds a share of successes against the null value, such as the greatest tolerated share of errors.
///
/// # Errors
///
/// [`Error::TooFew`] without trials, [`Error::OutOfRange`] for a null value that is not from 1e-9 to 1 - 1e-9.
pub fn rate(seen: &Proportion, question: Question) -> Result<Evidence, Error> {
    let question = question.checked()?;
    let null = share(question.null)?;
    let estimate = seen.rate()?;
    let (lower, upper) = bounds(seen, question.alpha_of_side())?;
    Ok(Evidence {
        n: seen.trials(),
        estimate,
        interval: question.interval(lower, upper)?,
        e: EValue::of(question, || above(seen, null), || below(seen, null)),
        alpha: question.alpha,
    })
}

/// A share that can be told from 0 and from 1.
pub(super) fn share(value: f64) -> Result<f64, Error> {
    if (LEAST..=1.0 - LEAST).contains(&finite(value)?) { Ok(value) } else { Err(Error::OutOfRange) }
}

/// The bounds below and above a share, each of which is wrong at any look with probability `alpha` at most.
pub(super) fn bounds(seen: &Proportion, alpha: f64) -> Result<(f64, f64), Error> {
    let (rate, enough) = (seen.rate()?, -libm::log(alpha));
    let lower = |p: f64| enough - above(seen, p).ln;
    let upper = |p: f64| below(seen, p).ln - enough;
    let is_bound_below = rate > LEAST && lower(LEAST) < 0.0;
    let is_bound_above = rate < 1.0 - LEAST && upper(1.0 - LEAST) > 0.0;
    Ok((
        if is_bound_below { solve::halving(LEAST, rate, &mut { lower }) } else { 0.0 },
        if is_bound_above { solve::halving(rate, 1.0 - LEAST, &mut { upper }) } else { 1.0 },
    ))
}

/// Evidence that the share is above `p`.
pub(super) fn above(seen: &Proportion, p: f64) -> EValue {
    EValue { ln: ln_above(seen.successes(), seen.failures(), p) }
}

/// Evidence that the share is below `p`.
pub(super) fn below(seen: &Proportion, p: f64) -> EValue {
    EValue { ln: ln_below(seen.successes(), seen.failures(), p) }
}

/// The logarithm of `b p (1 - I_p(a, b')) / kernel` with the posterior `Beta(a, b')`. By itself for who looks for thousands
/// of thresholds: the interval of [`rate`] costs a hundred times as much.
pub(crate) fn ln_above(successes: u64, failures: u64, p: f64) -> f64 {
    let (b, q) = (prior(p), 1.0 - p);
    beta::ln_upper_over_kernel(real(successes) + 1.0, real(failures) + b, p, q) + libm::log(b * p)
}

/// The same with the other tail, whose prior has `1 - 1 / e` where the upper has `1 / e`.
pub(crate) fn ln_below(successes: u64, failures: u64, p: f64) -> f64 {
    let (b, q) = (prior(p), 1.0 - p);
    let ln = beta::ln_upper_over_kernel(real(failures) + b, real(successes) + 1.0, q, p);
    ln + libm::log(b * p / (core::f64::consts::E - 1.0))
}

/// The second parameter of the prior.
fn prior(p: f64) -> f64 {
    -1.0 / libm::log1p(-p)
}
