//! Whether the units arrived in the shares that were planned: the first question, since no other answer holds without it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::check::Experiment;
use super::input::Look;
use crate::stats::{self, fixed, real, sequential};

/// The probability of calling shares wrong that are right. It is the field's (Fabijan et al.: "Diagnosing sample ratio
/// mismatch in online controlled experiments", KDD 2019): small, since a finding voids everything.
pub(super) const ALPHA: f64 = 0.001;

/// The units of the arms beside what was planned.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Allocation {
    /// The arms, in the order of the input.
    pub arms: Vec<ArmUnits>,
    /// The units of all arms.
    pub units: u64,
    /// Pearson's statistic; none where an arm expects fewer than 5 units.
    pub chi_squared: Option<f64>,
    /// The probability of counts like these or farther from the plan, at one look.
    pub p_value: Option<f64>,
    /// The same at every look; none without units.
    pub sequential_p_value: Option<f64>,
    /// The threshold of both.
    pub alpha: f64,
    /// Whether the shares are wrong: by the first where the experiment is looked at once, else by the second.
    pub mismatch: bool,
}

/// The units of an arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ArmUnits {
    /// The arm's name.
    pub arm: String,
    /// How many units it has.
    pub units: u64,
    /// Its planned share, of 1.
    pub planned: f64,
    /// Its share, of 1; none without units.
    pub observed: Option<f64>,
}

pub(super) fn allocation(experiment: &Experiment) -> Result<Allocation, stats::Error> {
    let units: Vec<u64> = experiment.arms.iter().map(|arm| arm.units).collect();
    let shares: Vec<f64> = experiment.arms.iter().map(|arm| arm.share).collect();
    let sum: u64 = units.iter().sum();
    let once = enough(fixed::ratio_mismatch(&units, &shares))?;
    let always = enough(sequential::ratio_mismatch(&units, &shares))?;
    let always_found = always.is_some_and(|evidence| evidence.reaches(ALPHA));
    let mismatch = match (experiment.options.look, once) {
        (Look::Fixed, Some(once)) => once.p_value <= ALPHA,
        _ => always_found,
    };
    let arms = experiment.arms.iter().map(|arm| ArmUnits {
        arm: arm.name.clone(),
        units: arm.units,
        planned: arm.share,
        observed: (sum > 0).then(|| real(arm.units) / real(sum)),
    });
    Ok(Allocation {
        arms: arms.collect(),
        units: sum,
        chi_squared: once.map(|test| test.statistic),
        p_value: once.map(|test| test.p_value),
        sequential_p_value: always.map(sequential::EValue::p_value),
        alpha: ALPHA,
        mismatch,
    })
}

/// What there is, or nothing where there are too few units for it.
fn enough<T>(answer: Result<T, stats::Error>) -> Result<Option<T>, stats::Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(stats::Error::TooFew) => Ok(None),
        Err(error) => Err(error),
    }
}
