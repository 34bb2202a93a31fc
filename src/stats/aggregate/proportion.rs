//! Successes of trials.

use serde::{Deserialize, Serialize};

use super::{Aggregate, counted};
use crate::stats::{Error, real};

/// How many of some trials succeeded. What counts as a success is the metric's business: a conversion, or an error.
///
/// As JSON: `{"successes":3,"trials":100}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw")]
pub struct Proportion {
    successes: u64,
    trials: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    successes: u64,
    trials: u64,
}

impl Proportion {
    /// Counts as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Inconsistent`] for more successes than trials, [`Error::TooMany`] beyond 2^53 - 1 trials.
    pub fn new(successes: u64, trials: u64) -> Result<Self, Error> {
        let trials = counted(trials, 0)?;
        if successes <= trials { Ok(Self { successes, trials }) } else { Err(Error::Inconsistent) }
    }

    /// Takes in one trial.
    ///
    /// # Errors
    ///
    /// [`Error::TooMany`] beyond 2^53 - 1 trials. Nothing is taken in then.
    pub fn add(&mut self, is_success: bool) -> Result<(), Error> {
        self.merge(&Self { successes: is_success.into(), trials: 1 })
    }

    /// How many succeeded.
    pub const fn successes(&self) -> u64 {
        self.successes
    }

    /// How many did not.
    pub const fn failures(&self) -> u64 {
        self.trials - self.successes
    }

    /// How many there were.
    pub const fn trials(&self) -> u64 {
        self.trials
    }

    /// The share of successes, from 0 to 1.
    ///
    /// # Errors
    ///
    /// [`Error::TooFew`] without trials.
    pub fn rate(&self) -> Result<f64, Error> {
        if self.trials == 0 { Err(Error::TooFew) } else { Ok(real(self.successes) / real(self.trials)) }
    }

    /// The same trials, counting what did not succeed.
    #[must_use]
    pub const fn complement(&self) -> Self {
        Self { successes: self.failures(), trials: self.trials }
    }
}

impl Aggregate for Proportion {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.trials = counted(self.trials, other.trials)?;
        self.successes += other.successes;
        Ok(())
    }
}

impl TryFrom<Raw> for Proportion {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        Self::new(raw.successes, raw.trials)
    }
}
