//! How successes fall on two arms once their sum is known: Fisher's noncentral hypergeometric distribution.

use crate::stats::special::deviance::{LN_ROOT_TAU, deviance, stirling_error};
use crate::stats::{real, whole};

/// Trials of two arms, and the successes of both together.
#[derive(Clone, Copy)]
pub(super) struct Margins {
    pub(super) treatment: u64,
    pub(super) control: u64,
    pub(super) successes: u64,
}

impl Margins {
    /// The least and the greatest number of successes that the treatment can have.
    fn support(self) -> (u64, u64) {
        (self.successes.saturating_sub(self.control), self.successes.min(self.treatment))
    }

    /// Whether the sum leaves the treatment a choice.
    pub(super) fn is_informative(self) -> bool {
        let (least, most) = self.support();
        least < most
    }

    /// `ln Σ h(k) e^(x k)` over the support, with `h` the central distribution and `x` the logarithm of the odds ratio.
    /// Summed outwards from where the terms are greatest, until they no longer count.
    pub(super) fn ln_sum(self, x: f64) -> f64 {
        let (least, most) = self.support();
        let (start, odds) = (self.mode(x).clamp(least, most), libm::exp(x));
        let (mut sum, mut term, mut k) = (1.0, 1.0, start);
        while k < most {
            let ratio = self.ratio(k) * odds;
            term *= ratio;
            sum += term;
            k += 1;
            if ratio < 1.0 && term < sum * 1e-18 {
                break;
            }
        }
        (term, k) = (1.0, start);
        while k > least {
            k -= 1;
            let ratio = 1.0 / (self.ratio(k) * odds);
            term *= ratio;
            sum += term;
            if ratio < 1.0 && term < sum * 1e-18 {
                break;
            }
        }
        self.ln_central(start) + x * real(start) + libm::log(sum)
    }

    /// The probability of `k + 1` over that of `k`.
    fn ratio(self, k: u64) -> f64 {
        let room = real(self.control + k + 1 - self.successes);
        real(self.treatment - k) / real(k + 1) * (real(self.successes - k) / room)
    }

    /// Where the ratio of neighbours passes 1: the smaller root of
    /// `(w - 1) k^2 - ((n_t + s + 2) w + n_c - s) k + (n_t + 1) (s + 1) w`, with `w` the odds ratio.
    fn mode(self, x: f64) -> u64 {
        let (t, c, s, w) = (real(self.treatment), real(self.control), real(self.successes), libm::exp(x));
        let (a, b, last) = (w - 1.0, (t + s + 2.0) * w + c - s, (t + 1.0) * (s + 1.0) * w);
        let root = libm::sqrt((b * b - 4.0 * a * last).max(0.0));
        // Of two forms the one that does not cancel; b is below 0 only for an odds ratio below 1.
        whole(if b > 0.0 { 2.0 * last / (b + root) } else { (b - root) / (2.0 * a) })
    }

    /// The logarithm of the central probability of `k`: three binomial probabilities at the pooled share.
    fn ln_central(self, k: u64) -> f64 {
        let (all, s) = (self.treatment + self.control, self.successes);
        let (p, q) = (real(s) / real(all), real(all - s) / real(all));
        ln_binomial(k, self.treatment, p, q) + ln_binomial(s - k, self.control, p, q) - ln_binomial(s, all, p, q)
    }
}

/// The logarithm of a binomial probability, for `p + q = 1`, both above 0 (Loader 2000).
fn ln_binomial(k: u64, n: u64, p: f64, q: f64) -> f64 {
    let (k, n) = (real(k), real(n));
    let rest = n - k;
    if k == 0.0 {
        return n * libm::log1p(-p);
    }
    if rest == 0.0 {
        return n * libm::log1p(-q);
    }
    let errors = stirling_error(n) - stirling_error(k) - stirling_error(rest);
    errors - deviance(k, n * p) - deviance(rest, n * q) - LN_ROOT_TAU + 0.5 * libm::log(n / k / rest)
}
