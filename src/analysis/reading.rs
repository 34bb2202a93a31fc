//! A metric's value with what it takes to believe it: how many observations it is of, and how old they are.

use serde::{Deserialize, Serialize};

use super::Error;
use crate::stats;

/// What a metric says of an arm over a window. Its value is a finite number, or missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    value: Option<f64>,
    n: u64,
    age_ms: Option<u64>,
}

/// What it takes to believe a reading.
///
/// As JSON: `{"observations":100,"staleAfterMs":300000}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricNeeds"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Needs {
    /// The least number of observations in the window.
    pub observations: u64,
    /// How many milliseconds after the end of the newest slot the data are stale.
    pub stale_after_ms: u64,
}

/// What is known of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known {
    /// Enough, and recent.
    Value(f64),
    /// Recent, but too little.
    Insufficient,
    /// Nothing recent.
    Stale,
}

/// How something is. Missing data is never healthy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MetricStatus"))]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Good.
    Healthy,
    /// Not good.
    Warning,
    /// Bad.
    Critical,
    /// Not known yet: there are too few observations.
    Insufficient,
    /// No longer known: nothing was observed for too long.
    Stale,
}

impl Reading {
    /// A metric that was never observed.
    pub const NONE: Self = Self { value: None, n: 0, age_ms: None };

    /// A reading.
    ///
    /// # Errors
    ///
    /// [`stats::Error::NotFinite`] for NaN and the infinities, at `/value`.
    pub fn new(value: Option<f64>, n: u64, age_ms: Option<u64>) -> Result<Self, Error> {
        let value = value.map(stats::finite).transpose().map_err(|error| Error::from(error).within("value"))?;
        Ok(Self { value, n, age_ms })
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<f64> {
        self.value
    }

    /// How many observations it is of.
    pub const fn count(&self) -> u64 {
        self.n
    }

    /// How many milliseconds ago the newest slot ended; `None` for what was never observed.
    pub const fn age_ms(&self) -> Option<u64> {
        self.age_ms
    }

    /// What is known by these needs.
    pub fn known(&self, needs: &Needs) -> Known {
        match self.value {
            _ if self.age_ms.is_none_or(|age| age > needs.stale_after_ms) => Known::Stale,
            Some(value) if self.n >= needs.observations.max(1) => Known::Value(value),
            _ => Known::Insufficient,
        }
    }
}
