//! One look at data, when the number of observations that was planned is there.
//!
//! Looking repeatedly and stopping at the first that is significant reports far more often than `alpha` says. What is
//! looked at while it runs belongs to [`sequential`](super::sequential).

mod bayes;
mod cuped;
mod means;
mod multiple;
mod power;
mod proportions;
mod quantiles;
mod ratio_mismatch;
mod score;

pub use bayes::{Chance, best_mean, best_proportion};
pub use cuped::{Cuped, cuped};
pub use means::{against, lift};
pub use multiple::{benjamini_hochberg, e_benjamini_hochberg, holm};
pub use power::{Design, detectable_difference, detectable_rate};
pub use proportions::{difference_of_rates, lift_of_rates, rate};
pub use quantiles::{Bounded, difference_of_quantiles, quantile};
pub(crate) use ratio_mismatch::checked_counts;
pub use ratio_mismatch::{Mismatch, ratio_mismatch};

use serde::Serialize;

use super::Interval;

/// What one look says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// How many observations there were, of all arms.
    pub n: u64,
    /// The estimate of the quantity.
    pub estimate: f64,
    /// The standard error of the estimate, for methods that have one.
    pub standard_error: Option<f64>,
    /// The degrees of freedom of Student's t, for methods that use it.
    pub degrees: Option<f64>,
    /// The values of the quantity that the data do not speak against.
    pub interval: Interval,
    /// The probability of data like these or farther from the null value, if that were the truth.
    pub p_value: f64,
    /// The error that was asked for.
    pub alpha: f64,
}

impl Test {
    /// Whether the evidence is enough.
    pub fn is_significant(&self) -> bool {
        self.p_value <= self.alpha
    }
}
