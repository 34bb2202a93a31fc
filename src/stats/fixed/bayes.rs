//! What to believe of several variants: the probability that one is the best, and what choosing it may cost.
//!
//! Integrals are computed by a fixed rule, not drawn by chance: the same data have the same answer.

use alloc::vec::Vec;

use serde::Serialize;

use crate::stats::aggregate::Proportion;
use crate::stats::distributions::{Beta, Distribution, Normal, Tails, normal};
use crate::stats::special::quadrature;
use crate::stats::{Error, Estimate, finite, real};
use crate::words::limits;

/// What is believed of one variant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Chance {
    /// The probability that its value is the greatest of all.
    pub best: f64,
    /// How much less than the greatest value it has on average, in units of the value: what choosing it costs if
    /// another one is better, times the probability of that.
    pub loss: f64,
}

/// The chances of shares of successes, of which more is better. Each has a prior of `Beta(a, b)`, of which `(1, 1)` takes
/// any share to be as likely as any other.
///
/// # Errors
///
/// [`Error::TooFew`] with fewer than two variants, [`Error::TooMany`] with more than 32, [`Error::OutOfRange`] for a
/// prior whose `a` or `b` is not from 1 to 1e12.
pub fn best_proportion(variants: &[Proportion], (a, b): (f64, f64)) -> Result<Vec<Chance>, Error> {
    for parameter in [a, b] {
        if !(1.0..=1e12).contains(&finite(parameter)?) {
            return Err(Error::OutOfRange);
        }
    }
    let posterior = |seen: &Proportion| {
        let (a, b) = (a + real(seen.successes()), b + real(seen.failures()));
        let beta = Beta::new(a, b)?;
        let deviation = libm::sqrt(a * b / (a + b + 1.0)) / (a + b);
        Ok(Belief { mean: beta.mean(), deviation, beta: Some(beta) })
    };
    chances(&variants.iter().map(posterior).collect::<Result<Vec<_>, _>>()?)
}

/// The chances of means, or other estimates, of which more is better. Each is believed to be normal around its estimate
/// with its standard error, which is what a flat prior and many observations lead to.
///
/// # Errors
///
/// [`Error::TooFew`] with fewer than two variants, [`Error::TooMany`] with more than 32, [`Error::NoVariance`] where an
/// estimate has no variance.
pub fn best_mean(variants: &[Estimate]) -> Result<Vec<Chance>, Error> {
    let posterior = |estimate: &Estimate| {
        estimate.deviates(0.0)?;
        Ok(Belief { mean: estimate.value(), deviation: estimate.standard_error(), beta: None })
    };
    chances(&variants.iter().map(posterior).collect::<Result<Vec<_>, _>>()?)
}

/// What is believed of one value: a beta distribution, or a normal one.
struct Belief {
    mean: f64,
    deviation: f64,
    beta: Option<Beta>,
}

impl Belief {
    fn tails(&self, x: f64) -> Result<Tails, Error> {
        match &self.beta {
            Some(beta) => beta.tails(x),
            None => Normal.tails((x - self.mean) / self.deviation),
        }
    }

    fn density(&self, x: f64) -> f64 {
        match &self.beta {
            Some(beta) if x > 0.0 && x < 1.0 => beta.density(x),
            Some(_) => 0.0,
            None => normal::density((x - self.mean) / self.deviation) / self.deviation,
        }
    }
}

/// Deviations from the mean at which panels end: close where most of it lies, and on to where a distribution that falls
/// like an exponential one has nothing left.
const EDGES: [f64; 8] = [0.0, 1.5, 3.0, 5.0, 8.0, 13.0, 22.0, 40.0];

/// With `F` the distribution of each and `G` the product of those of all others: the integral of the density times `G`,
/// and that of `F (1 - G)`, which is the mean of what the greatest other is above it.
fn chances(beliefs: &[Belief]) -> Result<Vec<Chance>, Error> {
    if beliefs.len() < 2 {
        return Err(Error::TooFew);
    }
    if beliefs.len() > limits::BELIEFS {
        return Err(Error::TooMany);
    }
    let mut chances = alloc::vec![Chance { best: 0.0, loss: 0.0 }; beliefs.len()];
    let mut failed = None;
    for panel in edges(beliefs).windows(2) {
        let &[low, high] = panel else { continue };
        quadrature::nodes(low, high, &mut |x, weight| {
            if let Err(error) = add(beliefs, x, weight, &mut chances) {
                failed = Some(error);
            }
        });
    }
    failed.map_or(Ok(chances), Err)
}

/// What one node adds to all integrals.
fn add(beliefs: &[Belief], x: f64, weight: f64, chances: &mut [Chance]) -> Result<(), Error> {
    let tails = beliefs.iter().map(|belief| belief.tails(x)).collect::<Result<Vec<_>, _>>()?;
    for (place, ((chance, belief), own)) in chances.iter_mut().zip(beliefs).zip(&tails).enumerate() {
        let others = tails.iter().enumerate().filter(|(other, _)| *other != place);
        // By its logarithm, so that 1 - G is precise where it is small.
        let ln_all = others.map(|(_, tails)| ln_of_lower(*tails)).sum::<f64>();
        chance.best += weight * belief.density(x) * libm::exp(ln_all);
        chance.loss += weight * own.lower * -libm::expm1(ln_all);
    }
    Ok(())
}

fn ln_of_lower(tails: Tails) -> f64 {
    if tails.lower < 0.5 { libm::log(tails.lower) } else { libm::log1p(-tails.upper) }
}

/// The ends of panels, in order.
fn edges(beliefs: &[Belief]) -> Vec<f64> {
    let around = |belief: &Belief| {
        let (mean, deviation, is_share) = (belief.mean, belief.deviation, belief.beta.is_some());
        let both = EDGES.into_iter().flat_map(move |edge| [mean - edge * deviation, mean + edge * deviation]);
        let ends = if is_share { [0.0, 1.0] } else { [mean, mean] };
        both.map(move |edge| if is_share { edge.clamp(0.0, 1.0) } else { edge }).chain(ends)
    };
    let mut edges: Vec<f64> = beliefs.iter().flat_map(around).collect();
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    edges
}
