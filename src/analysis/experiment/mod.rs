//! Experiments: from counts and sums of each arm to what can be concluded, and to what cannot.
//!
//! Any warehouse can make the [`Input`]: a few sums for each arm and metric (`docs/experiments.md` has the SQL). An
//! [`Experiment`] is such an input, checked, and [`analyze`] says all of it at once: first whether the units arrived in
//! the shares that were planned, then every metric of every arm beside the control, in figures and in sentences. How to
//! show it is the host's business.
//!
//! - Looked at once (`fixed`), at the number of units that was planned: Welch's test, the score test of two
//!   shares, the delta method for ratios, order statistics for quantiles.
//! - Looked at all the time (`sequential`): confidence sequences, and p-values that hold at every look.
//!
//! With a covariate the mean is adjusted for it (CUPED), and the adjusted figures are what is concluded from; the plain
//! ones stand beside them. [`power`] is the plan before it.

mod allocation;
mod check;
mod compare;
mod error;
pub mod figures;
mod input;
mod notes;
pub mod power;
mod report;
mod sums;

pub use allocation::{Allocation, ArmUnits};
pub use check::Experiment;
pub use compare::{Adjusted, Detectable, Ranged, Tested};
pub use error::{Cause, Error};
pub use input::{
    ArmInput, Correction, Counts, Data, Input, Look, MetricInput, Options, Quantiles, Role, SketchRow, Sums,
};
pub use notes::{Level, Note, Topic};
pub use report::{Analysis, ArmValue, Comparison, MetricResult, Verdict, analyze};
pub use sums::Sum;

#[cfg(test)]
mod tests;
