//! Whether units arrived in the shares in which they were split: if not, something lost some of them, and no other
//! result can be trusted.

use serde::Serialize;

use crate::stats::distributions::{ChiSquared, Distribution};
use crate::stats::{Error, finite, real};
use crate::words::limits;

/// What a test of shares says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mismatch {
    /// Pearson's statistic.
    pub statistic: f64,
    /// Arms, less one.
    pub degrees: f64,
    /// The probability of counts like these or farther from the shares.
    pub p_value: f64,
}

/// Pearson's chi-squared test of counts against shares, one for each arm. The field's threshold is a p-value of 0.001
/// or less (Fabijan et al.: "Diagnosing sample ratio mismatch in online controlled experiments", KDD 2019).
///
/// # Errors
///
/// [`Error::Mismatch`] for lists of other lengths, [`Error::OutOfRange`] for shares that are not above 0 or do not sum
/// to 1, [`Error::TooFew`] where an arm expects fewer than 5, which is where the approximation ends.
pub fn ratio_mismatch(counts: &[u64], shares: &[f64]) -> Result<Mismatch, Error> {
    let n = real(checked_counts(counts, shares)?);
    let mut statistic = 0.0;
    for (&count, share) in counts.iter().zip(shares) {
        let expected = share * n;
        if expected < 5.0 {
            return Err(Error::TooFew);
        }
        statistic += (real(count) - expected) * (real(count) - expected) / expected;
    }
    let degrees = real(counts.len() as u64 - 1);
    Ok(Mismatch { statistic, degrees, p_value: ChiSquared::new(degrees)?.sf(statistic)? })
}

/// The sum of counts that belong to shares.
pub(crate) fn checked_counts(counts: &[u64], shares: &[f64]) -> Result<u64, Error> {
    if counts.len() != shares.len() {
        return Err(Error::Mismatch);
    }
    let mut sum = 0.0;
    for share in shares {
        if finite(*share)? <= 0.0 {
            return Err(Error::OutOfRange);
        }
        sum += share;
    }
    if (sum - 1.0).abs() > 1e-9 || !(2..=limits::ARMS).contains(&counts.len()) {
        return Err(Error::OutOfRange);
    }
    let sum = counts.iter().try_fold(0_u64, |sum, &count| sum.checked_add(count));
    sum.filter(|sum| *sum <= limits::COUNT).ok_or(Error::TooMany)
}
