//! Tests that may be looked at after every observation, and stopped at any look.
//!
//! All of them measure evidence by an e-process: a quantity that is at least 0, starts at 1, and whose mean never grows
//! while there is nothing to report. By the inequality of Ville it then reaches `1 / alpha` with probability `alpha` at
//! most, over all looks together, however many there are and whatever decides when to look (Ramdas, Grünwald, Vovk,
//! Shafer: "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 2023). Intervals hold the
//! values whose e-process has not reached it: they too hold at all looks at once.
//!
//! - [`rate`], [`difference_of_rates`], [`lift_of_rates`]: shares of successes. Exact; functions of the counts so far.
//! - [`Concurrent`]: whether a canary's errors are more frequent than those of the control beside it, whatever both do
//!   over time. Exact; a small state that takes in one block of counts after another.
//! - [`against`], [`lift`]: means, ratio metrics, adjusted means. For large samples.
//! - [`quantile`], [`difference_of_quantiles`], [`lift_of_quantiles`]: latencies. Exact, but for the buckets of a sketch.
//! - [`ratio_mismatch`]: whether units arrive in the shares in which they are split. Exact.
//! - [`Budget`]: one error probability for many stages and metrics.

mod arms;
mod asymptotic;
mod bernoulli;
mod budget;
mod concurrent;
mod hypergeometric;
mod quantiles;
mod ratio_mismatch;

pub use arms::{difference_of_quantiles, difference_of_rates, lift_of_quantiles, lift_of_rates};
pub use asymptotic::{Mixture, against, lift};
pub use bernoulli::rate;
pub(crate) use bernoulli::{ln_above, ln_below};
pub use budget::{Budget, split};
pub use concurrent::Concurrent;
pub use quantiles::quantile;
pub use ratio_mismatch::ratio_mismatch;

use serde::Serialize;

use super::{Alternative, Interval, Question};

/// Evidence against the null value: how many times over one could have multiplied a stake by betting against it.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct EValue {
    ln: f64,
}

impl EValue {
    /// The natural logarithm of the e-value, which is finite even where the e-value is not a float.
    pub const fn ln(self) -> f64 {
        self.ln
    }

    /// The e-value; the largest float for one that is larger.
    pub fn value(self) -> f64 {
        libm::exp(self.ln).min(f64::MAX)
    }

    /// A p-value that holds at every look: 1 over the e-value, and 1 at most.
    pub fn p_value(self) -> f64 {
        libm::exp(-self.ln.max(0.0))
    }

    /// Whether it has reached `1 / alpha`.
    pub fn reaches(self, alpha: f64) -> bool {
        self.ln >= -libm::log(alpha)
    }

    /// Evidence for one of two sides: their mean.
    fn either(self, other: Self) -> Self {
        let (less, more) = (self.ln.min(other.ln), self.ln.max(other.ln));
        Self { ln: more + libm::log1p(libm::exp(less - more)) - core::f64::consts::LN_2 }
    }

    /// Evidence for the side or sides that a question asks about.
    fn of(question: Question, above: impl Fn() -> Self, below: impl Fn() -> Self) -> Self {
        match question.alternative {
            Alternative::TwoSided => above().either(below()),
            Alternative::Greater => above(),
            Alternative::Less => below(),
        }
    }
}

/// What the data say so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// How many observations there are, of all arms.
    pub n: u64,
    /// The estimate of the quantity.
    pub estimate: f64,
    /// The values of the quantity that this look does not speak against; its ends themselves may be ruled out. The
    /// intervals of all looks hold the truth together, so whoever keeps the narrowest ends is right too.
    pub interval: Interval,
    /// The evidence against the null value. Two-sided it is the mean of both sides, so it is enough wherever the interval
    /// leaves out the null value.
    #[serde(rename = "lnE")]
    pub e: EValue,
    /// The error that was asked for, over all looks together.
    pub alpha: f64,
}

impl Evidence {
    /// Whether the evidence is enough.
    pub fn is_enough(&self) -> bool {
        self.e.reaches(self.alpha)
    }

    /// A p-value that holds at every look.
    pub fn p_value(&self) -> f64 {
        self.e.p_value()
    }
}
