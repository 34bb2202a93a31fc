//! Two arms side by side, at every look: whether successes (of a canary: errors) are more frequent in one of them.
//!
//! Counts come in blocks, such as one for each minute. Given how many trials each arm had in a block and how many
//! successes both had together, the number that fell on the treatment depends on nothing but the odds ratio of the two
//! arms: how frequent successes are in this minute cancels. So an outage that hits both arms is no evidence, and neither
//! is traffic that moves from one arm to the other between blocks. Comparing the sums of all blocks has neither property.
//!
//! The evidence is the product over blocks of the conditional likelihood at an odds ratio over that at the null value,
//! averaged over odds ratios. Each factor has mean 1 where the null value is the truth, and less where the truth lies on
//! its other side, since likelihood ratios of this distribution are monotone. That is the logrank test that may be looked
//! at all the time, with a block for every time at which something happened (ter Schure, Pérez-Ortiz, Ly, Grünwald: "The
//! anytime-valid logrank test", 2024; the factor for several events at once is that of Fisher's noncentral hypergeometric
//! distribution).

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::hypergeometric::Margins;
use super::{EValue, Evidence};
use crate::stats::aggregate::{Aggregate, Proportion};
use crate::stats::{Alternative, Error, Interval, Question, positive, real};
use crate::words::limits;

/// Odds ratios on either side of the margin.
const SIDE: usize = 32;
/// The place of the last of them.
const END: i32 = 32;

/// What blocks of counts of two arms say so far. What it says depends on how counts were cut into blocks, and is right
/// for any cut that does not depend on the outcomes. Blocks in which an arm has no trials say nothing, so they should
/// not be smaller than needed.
///
/// As JSON: `{"margin":1,"treatment":{..},"control":{..},"weighted":[1.5,0.7],"evidence":[..]}`: the sums of all blocks,
/// numerator and denominator of the odds ratio of Mantel and Haenszel, and the logarithm of the likelihood at each of 65
/// odds ratios over that at the margin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw")]
pub struct Concurrent {
    margin: f64,
    treatment: Proportion,
    control: Proportion,
    weighted: (f64, f64),
    evidence: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    margin: f64,
    treatment: Proportion,
    control: Proportion,
    weighted: (f64, f64),
    evidence: Vec<f64>,
}

impl Concurrent {
    /// Nothing seen yet. The margin is the odds ratio, treatment over control, that counts as nothing to report: 1, or
    /// what is tolerated, such as 1.2. For rare successes it is the ratio of the shares.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for a margin that is not from 0.001 to 1,000.
    pub fn new(margin: f64) -> Result<Self, Error> {
        if !(1e-3..=1e3).contains(&positive(margin)?) {
            return Err(Error::OutOfRange);
        }
        let nothing = Proportion::default();
        let evidence = alloc::vec![0.0; 2 * SIDE + 1];
        Ok(Self { margin, treatment: nothing, control: nothing, weighted: (0.0, 0.0), evidence })
    }

    /// The margin: the odds of the one arm by those of the other that are still good.
    pub const fn margin(&self) -> f64 {
        self.margin
    }

    /// Takes in the counts of one block: of the same time, in both arms.
    ///
    /// # Errors
    ///
    /// [`Error::TooMany`] for a block of more than 1e9 trials, or beyond 2^53 - 1 of them in all. Nothing is taken in
    /// then.
    pub fn add(&mut self, treatment: &Proportion, control: &Proportion) -> Result<(), Error> {
        let trials = treatment.trials().saturating_add(control.trials());
        if trials > limits::BLOCK {
            return Err(Error::TooMany);
        }
        let (mut sum_of_treatment, mut sum_of_control) = (self.treatment, self.control);
        sum_of_treatment.merge(treatment)?;
        sum_of_control.merge(control)?;
        (self.treatment, self.control) = (sum_of_treatment, sum_of_control);
        let margins = Margins {
            treatment: treatment.trials(),
            control: control.trials(),
            successes: treatment.successes() + control.successes(),
        };
        if margins.is_informative() {
            let seen = real(treatment.successes());
            let (margin, of_margin) = (libm::log(self.margin), margins.ln_sum(libm::log(self.margin)));
            for (ln, x) in self.evidence.iter_mut().zip(grid()).filter(|(_, x)| *x != 0.0) {
                *ln += seen * x - (margins.ln_sum(margin + x) - of_margin);
            }
            self.weighted.0 += seen * real(control.failures()) / real(trials);
            self.weighted.1 += real(treatment.failures()) * real(control.successes()) / real(trials);
        }
        Ok(())
    }

    /// The sums of all blocks: treatment and control.
    pub const fn sums(&self) -> (Proportion, Proportion) {
        (self.treatment, self.control)
    }

    /// The odds ratio of treatment over control so far. The estimate is that of Mantel and Haenszel (JNCI 1959), within
    /// 80 times the margin; the interval has the nearest of 65 odds ratios outwards as its ends, 0.4 % apart near the
    /// margin and 20 % far from it, and no end beyond 80 times the margin.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] while no block could have told the arms apart, [`Error::OutOfRange`] for an `alpha` that is not
    /// between 0 and 1.
    pub fn evidence(&self, alternative: Alternative, alpha: f64) -> Result<Evidence, Error> {
        let question = Question { null: self.margin, alternative, alpha }.checked()?;
        let (numerator, denominator) = self.weighted;
        if numerator + denominator <= 0.0 {
            return Err(Error::TooFew);
        }
        let most = libm::exp(point(END));
        let ratio = if denominator > 0.0 { numerator / denominator / self.margin } else { most };
        let upwards: Vec<f64> = self.evidence.clone();
        let downwards: Vec<f64> = self.evidence.iter().rev().copied().collect();
        let interval = Interval {
            lower: rejected(&upwards, question.alpha_of_side()).map(|x| self.margin * libm::exp(x)),
            // The grid is the same from either end.
            upper: rejected(&downwards, question.alpha_of_side()).map(|x| self.margin * libm::exp(-x)),
        };
        Ok(Evidence {
            n: self.treatment.trials() + self.control.trials(),
            estimate: self.margin * ratio.clamp(1.0 / most, most),
            interval: question.ends(interval),
            e: EValue::of(question, || above(&upwards, SIDE), || above(&downwards, SIDE)),
            alpha,
        })
    }
}

/// The logarithms of the odds ratios, relative to the margin: fine around it, coarse far away.
fn grid() -> impl Iterator<Item = f64> {
    (-END..=END).map(point)
}

fn point(place: i32) -> f64 {
    0.02 * libm::sinh(0.19 * f64::from(place))
}

/// Evidence that the odds ratio is above that of a place, from the likelihoods of all places: averaged over those above
/// it, with the weights of an exponential distribution of the logarithm whose mean is a doubling.
fn above(ln_likelihood: &[f64], place: usize) -> EValue {
    let own = ln_likelihood.get(place).copied().unwrap_or(0.0);
    let points: Vec<f64> = grid().collect();
    let x = |at: usize| points.get(at).copied().unwrap_or(f64::INFINITY);
    let beyond = |distance: f64| libm::exp(-distance / core::f64::consts::LN_2);
    // Where the part of a place ends: halfway to the next. That of the last has no end.
    let end = |at: usize| if at <= place { 0.0 } else { 0.5 * (x(at) + x(at + 1)) - x(place) };
    let parts = ln_likelihood
        .iter()
        .enumerate()
        .skip(place + 1)
        .map(|(at, ln)| (beyond(end(at - 1)) - beyond(end(at)), ln - own));
    let greatest = parts.clone().map(|(_, ln)| ln).fold(f64::NEG_INFINITY, f64::max);
    let sum = parts.map(|(weight, ln)| weight * libm::exp(ln - greatest)).sum::<f64>();
    EValue { ln: greatest + libm::log(sum) }
}

/// The greatest place up to which every place has evidence enough of an odds ratio above it. Whichever place is the next
/// at or above the truth, a bound above the truth needs its evidence, and that is enough with probability `alpha` at most.
fn rejected(ln_likelihood: &[f64], alpha: f64) -> Option<f64> {
    let is_enough = |(place, _): &(usize, f64)| above(ln_likelihood, *place).reaches(alpha);
    let places = (0..2 * SIDE).zip(grid()).take_while(is_enough);
    places.last().map(|(_, x)| x)
}

impl TryFrom<Raw> for Concurrent {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let Raw { margin, treatment, control, weighted, evidence } = raw;
        let empty = Self::new(margin)?;
        let read = Self { margin, treatment, control, weighted, evidence };
        let is_finite =
            read.evidence.iter().all(|ln| ln.is_finite()) && weighted.0.is_finite() && weighted.1.is_finite();
        let has_form = read.evidence.len() == empty.evidence.len()
            && read.evidence.get(SIDE) == Some(&0.0)
            && weighted.0 >= 0.0
            && weighted.1 >= 0.0
            && is_concave(&read.evidence);
        let is_empty = treatment.trials() == 0 || control.trials() == 0;
        let says_nothing = read.evidence == empty.evidence && weighted == (0.0, 0.0);
        if is_finite && has_form && (says_nothing || !is_empty) { Ok(read) } else { Err(Error::Inconsistent) }
    }
}

/// Whether likelihoods rise ever more slowly along the grid and then fall ever faster, but for rounding.
fn is_concave(ln_likelihood: &[f64]) -> bool {
    let points: Vec<f64> = grid().collect();
    let pairs = ln_likelihood.array_windows().zip(points.array_windows());
    let slopes: Vec<f64> = pairs.map(|([low, high], [from, to])| (high - low) / (to - from)).collect();
    slopes.array_windows().all(|[before, after]| *after <= before + 1e-6 * (1.0 + before.abs()))
}
