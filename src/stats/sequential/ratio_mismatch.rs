//! Whether units arrive in the shares in which they are split, at every look.

use super::EValue;
use crate::stats::fixed::checked_counts;
use crate::stats::special::deviance::{deviance, stirling_error};
use crate::stats::{Error, real};

/// How many units the prior is worth: shares within a few percent of the right ones are what is looked for first.
const PRIOR: f64 = 100.0;

/// Evidence that counts do not come from shares, one for each arm: the likelihood of the counts averaged over shares from
/// a Dirichlet prior around the right ones, over their likelihood at the right ones (Lindon and Malek: "Anytime-valid
/// inference for multinomial count data", NeurIPS 2022, equation 6, with `alpha_0 = 100 theta_0`). A function of the
/// counts so far.
///
/// # Errors
///
/// [`Error::Mismatch`] for lists of other lengths, [`Error::OutOfRange`] for shares that are not above 0 or do not sum
/// to 1, [`Error::TooFew`] without counts.
pub fn ratio_mismatch(counts: &[u64], shares: &[f64]) -> Result<EValue, Error> {
    let n = real(checked_counts(counts, shares)?);
    if n == 0.0 {
        return Err(Error::TooFew);
    }
    // Gamma functions by Stirling's formula with its error, so that what is large cancels before it is computed.
    let part = |x: f64| stirling_error(x) - 0.5 * libm::log(x);
    let mut ln = part(PRIOR) - part(PRIOR + n);
    // To the last digit, for it is multiplied with all counts.
    let whole = shares.iter().sum::<f64>();
    for (&count, share) in counts.iter().zip(shares.iter().map(|share| share / whole)) {
        let (prior, posterior) = (PRIOR * share, PRIOR * share + real(count));
        ln += part(posterior) - part(prior) + deviance(posterior, (PRIOR + n) * share);
    }
    Ok(EValue { ln })
}
