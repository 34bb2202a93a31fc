//! The score of two shares: how far they are from a difference or a ratio, in standard errors under that very
//! difference or ratio.

use crate::stats::aggregate::Proportion;
use crate::stats::real;
use crate::stats::special::solve;

/// Counts as floats: successes and trials.
#[derive(Clone, Copy)]
struct Arm {
    s: f64,
    n: f64,
}

impl Arm {
    const fn of(seen: &Proportion) -> Self {
        Self { s: real(seen.successes()), n: real(seen.trials()) }
    }

    const fn rate(self) -> f64 {
        self.s / self.n
    }

    /// The derivative of the log-likelihood, for a share between 0 and 1.
    const fn slope(self, p: f64) -> f64 {
        self.s / p - (self.n - self.s) / (1.0 - p)
    }

    const fn variance(self, p: f64) -> f64 {
        p * (1.0 - p) / self.n
    }
}

/// The scores of two arms. They fall as the parameter rises.
#[derive(Clone, Copy)]
pub(super) struct Score {
    treatment: Arm,
    control: Arm,
    parameter: Parameter,
}

#[derive(Clone, Copy)]
enum Parameter {
    Difference,
    Ratio,
}

pub(super) const fn of_difference(treatment: &Proportion, control: &Proportion) -> Score {
    Score { treatment: Arm::of(treatment), control: Arm::of(control), parameter: Parameter::Difference }
}

/// For a control with a success.
pub(super) const fn of_ratio(treatment: &Proportion, control: &Proportion) -> Score {
    Score { treatment: Arm::of(treatment), control: Arm::of(control), parameter: Parameter::Ratio }
}

impl Score {
    /// The score at a value of the parameter; nothing where there is no variance.
    pub(super) fn at(&self, value: f64) -> Option<f64> {
        let (t, c) = (self.treatment, self.control);
        let (distance, variance) = match self.parameter {
            Parameter::Difference => {
                let p = self.restricted_to_difference(value);
                (t.rate() - c.rate() - value, t.variance(p + value) + c.variance(p))
            }
            Parameter::Ratio => {
                let p = self.restricted_to_ratio(value);
                (t.rate() - value * c.rate(), t.variance((p * value).min(1.0)) + value * value * c.variance(p))
            }
        };
        (variance > 0.0).then(|| distance / libm::sqrt(variance))
    }

    /// The least and the greatest value whose score is within `k`.
    pub(super) fn within(&self, k: f64) -> (f64, f64) {
        let score = |value: f64| self.at(value).unwrap_or(0.0);
        let (least, estimate, most) = self.domain(k);
        let lower = solve::halving(least, estimate, &mut |value| k - score(value));
        let upper = solve::halving(estimate, most, &mut |value| -k - score(value));
        (if estimate <= least { least } else { lower }, if estimate >= most { most } else { upper })
    }

    /// The ends of the parameter's domain, or a bound beyond the wanted one, around the estimate.
    fn domain(&self, k: f64) -> (f64, f64, f64) {
        let (t, c) = (self.treatment.rate(), self.control.rate());
        match self.parameter {
            Parameter::Difference => (-1.0, t - c, 1.0),
            Parameter::Ratio => {
                let mut most = 2.0 * t / c + 1.0;
                while self.at(most).is_some_and(|score| score > -k) && most < 1e150 {
                    most *= 2.0;
                }
                (0.0, t / c, most)
            }
        }
    }

    /// The control's share that is most likely where the treatment's is larger by `d`: the root of a falling function.
    fn restricted_to_difference(&self, d: f64) -> f64 {
        let (t, c) = (self.treatment, self.control);
        if d == 0.0 {
            return (t.s + c.s) / (t.n + c.n);
        }
        let (low, high) = ((-d).max(0.0), (1.0 - d).min(1.0));
        solve::halving(low, high, &mut |p| -(t.slope(p + d) + c.slope(p)))
    }

    /// The control's share that is most likely where the treatment's is `r` times as large: the smaller root of
    /// `(n_t + n_c) r p^2 - (n_t r + s_t + n_c + s_c r) p + s_t + s_c`.
    fn restricted_to_ratio(&self, r: f64) -> f64 {
        let (t, c) = (self.treatment, self.control);
        let (a, b, all) = ((t.n + c.n) * r, t.n * r + t.s + c.n + c.s * r, t.s + c.s);
        2.0 * all / (b + libm::sqrt((b * b - 4.0 * a * all).max(0.0)))
    }
}
