//! What is asked of data, and between what bounds the answer lies.

use serde::Serialize;

use super::{Error, finite, probability};
use crate::words::limits;

/// On which side of the null value the evidence is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// On both.
    TwoSided,
    /// Above it: the interval has a lower end alone.
    Greater,
    /// Below it: the interval has an upper end alone.
    Less,
}

/// Is the quantity something else than the null value?
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The value that counts as nothing to report: 0 for a difference, or the margin that is tolerated.
    pub null: f64,
    /// On which side of it.
    pub alternative: Alternative,
    /// The probability of reporting where there is nothing to report; from 1e-100 to below 1.
    pub alpha: f64,
}

impl Question {
    /// Is it other than the null value?
    pub const fn other_than(null: f64, alpha: f64) -> Self {
        Self { null, alternative: Alternative::TwoSided, alpha }
    }

    /// Is it above the null value?
    pub const fn above(null: f64, alpha: f64) -> Self {
        Self { null, alternative: Alternative::Greater, alpha }
    }

    /// Is it below the null value?
    pub const fn below(null: f64, alpha: f64) -> Self {
        Self { null, alternative: Alternative::Less, alpha }
    }

    pub(crate) fn checked(self) -> Result<Self, Error> {
        finite(self.null)?;
        if probability(self.alpha)? < limits::ALPHA { Err(Error::OutOfRange) } else { Ok(self) }
    }

    /// What each side may report wrongly: half of it where there are two.
    pub(crate) fn alpha_of_side(self) -> f64 {
        if self.alternative == Alternative::TwoSided { 0.5 * self.alpha } else { self.alpha }
    }

    pub(crate) fn interval(self, lower: f64, upper: f64) -> Result<Interval, Error> {
        Ok(self.ends(Interval { lower: Some(finite(lower)?), upper: Some(finite(upper)?) }))
    }

    /// The ends that the question has.
    pub(crate) fn ends(self, interval: Interval) -> Interval {
        Interval {
            lower: interval.lower.filter(|_| self.alternative != Alternative::Less),
            upper: interval.upper.filter(|_| self.alternative != Alternative::Greater),
        }
    }
}

/// The values that data do not speak against. An end that is missing is no bound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Interval {
    /// The least of them.
    pub lower: Option<f64>,
    /// The greatest of them.
    pub upper: Option<f64>,
}

impl Interval {
    /// Whether all of it lies above a value.
    pub fn is_above(&self, value: f64) -> bool {
        self.lower.is_some_and(|lower| lower > value)
    }

    /// Whether all of it lies below a value.
    pub fn is_below(&self, value: f64) -> bool {
        self.upper.is_some_and(|upper| upper < value)
    }

    /// Whether it holds a value.
    pub fn contains(&self, value: f64) -> bool {
        !self.is_above(value) && !self.is_below(value)
    }
}
