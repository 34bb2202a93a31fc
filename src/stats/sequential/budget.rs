//! One error probability for many stages and metrics: each takes its part, and all parts together are never more. By the
//! inequality of Bonferroni the probability that any of them reports wrongly is at most their sum, whatever their
//! dependence.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::stats::aggregate::ExactSum;
use crate::stats::{Error, positive, probability};
use crate::words::limits;

/// An error probability of which parts are taken. The sum of what was taken is exact.
///
/// As JSON: `{"total":0.05,"spent":[0.01]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Budget {
    total: f64,
    spent: ExactSum,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    total: f64,
    spent: ExactSum,
}

impl Budget {
    /// A budget of which nothing is spent.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a total that is not from 1e-60 to below 1.
    pub fn new(total: f64) -> Result<Self, Error> {
        Ok(Self { total: amount(probability(total)?)?, spent: ExactSum::ZERO })
    }

    /// What was there at the beginning.
    pub const fn total(&self) -> f64 {
        self.total
    }

    /// What is left: the greatest float that can still be taken.
    pub fn left(&self) -> f64 {
        let left = ExactSum::of(self.total).minus(&self.spent);
        at_most(left.value(), &left)
    }

    /// Takes a part, and answers with it.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a part that is not from 1e-60 to what is left. Nothing is taken then.
    pub fn take(&mut self, part: f64) -> Result<f64, Error> {
        let mut spent = self.spent;
        spent.add(amount(part)?);
        if ExactSum::of(self.total).minus(&spent).is_negative() {
            return Err(Error::OutOfRange);
        }
        self.spent = spent;
        Ok(part)
    }
}

/// Parts of a total in proportion to weights. Their exact sum is not above the total, and below it by rounding alone.
///
/// # Errors
///
/// [`Error::OutOfRange`] for a total that is not between 0 and 1, or weights that are not above 0 or lead to a part below
/// 1e-60, [`Error::TooFew`] without weights.
pub fn split(total: f64, weights: &[f64]) -> Result<Vec<f64>, Error> {
    let total = amount(probability(total)?)?;
    let sum = weights.iter().try_fold(0.0, |sum, weight| Ok(sum + positive(*weight)?))?;
    if weights.is_empty() {
        return Err(Error::TooFew);
    }
    let parts = weights.iter().map(|weight| amount(total * (weight / positive(sum)?)));
    let mut parts = parts.collect::<Result<Vec<f64>, Error>>()?;
    let is_too_much = |parts: &[f64]| {
        let mut left = ExactSum::of(total);
        parts.iter().for_each(|part| left.add(-part));
        left.is_negative()
    };
    while is_too_much(&parts) {
        parts.iter_mut().for_each(|part| *part = part.next_down());
    }
    Ok(parts)
}

/// A part that sums can hold.
fn amount(part: f64) -> Result<f64, Error> {
    if positive(part)? >= *limits::OBSERVATION.start() { Ok(part) } else { Err(Error::OutOfRange) }
}

/// The greatest float near `value` that is not above a sum.
fn at_most(value: f64, sum: &ExactSum) -> f64 {
    if sum.minus(&ExactSum::of(value)).is_negative() { value.next_down() } else { value }
}

impl TryFrom<Raw> for Budget {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let read = Self { spent: raw.spent, ..Self::new(raw.total)? };
        let is_within = !read.spent.is_negative() && !ExactSum::of(read.total).minus(&read.spent).is_negative();
        if is_within { Ok(read) } else { Err(Error::Inconsistent) }
    }
}
