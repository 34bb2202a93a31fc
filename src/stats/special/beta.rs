//! The regularized incomplete beta function and its inverse.

use super::deviance::{LN_ROOT_TAU, deviance, log_excess, stirling_error};
use super::gamma::nonzero;
use super::{Tails, quadrature, solve};

/// Above this shape the continued fraction takes too many steps.
const LARGE: f64 = 1e4;
/// Below this shape the density has no use for a Gaussian; the series is short there.
const SMALL: f64 = 10.0;
/// A bound on steps that no shapes here come near.
const MOST: u32 = 100_000;

/// `ln B(a, b)`.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    if a.min(b) < 1.0 {
        // The sum is near the larger one: their difference must not cancel.
        let (small, large) = (a.min(b), a.max(b));
        return libm::lgamma(small) - ln_gamma_step(large, small);
    }
    let n = a + b;
    let share = a / n;
    let entropy = -a * libm::log(share) - b * libm::log1p(-share);
    stirling_error(a) + stirling_error(b) - stirling_error(n) + LN_ROOT_TAU - entropy + 0.5 * libm::log(n / a / b)
}

/// `ln Γ(x + d) - ln Γ(x)`, for `0 < d <= 1`.
fn ln_gamma_step(x: f64, d: f64) -> f64 {
    if x < 16.0 {
        return libm::lgamma(x + d) - libm::lgamma(x);
    }
    let errors = stirling_error(x + d) - stirling_error(x);
    (x - 0.5) * libm::log1p(d / x) + d * libm::log(x + d) - d + errors
}

/// `ln(x^a y^b / B(a, b))`, for `x + y = 1`, both above 0. By Loader's binomial density for counts that need not be whole.
pub(crate) fn ln_kernel(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    // Sums and products of both sides alike: swapping them must not change a bit.
    let errors = stirling_error(n) - (stirling_error(a) + stirling_error(b));
    0.5 * libm::log(a * b / n) - LN_ROOT_TAU + errors - (deviance(a, n * x) + deviance(b, n * y))
}

/// `I_x(a, b)` and what it leaves of 1, for `x + y = 1`; both are given, since either can be tiny.
pub(crate) fn tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails::of_lower(0.0);
    }
    if y <= 0.0 {
        return Tails::of_upper(0.0);
    }
    let kernel = libm::exp(ln_kernel(a, b, x, y));
    if is_lower(a, b, x, y) {
        Tails::of_lower(kernel * lower_over_kernel(a, b, x, y))
    } else {
        Tails::of_upper(kernel * lower_over_kernel(b, a, y, x))
    }
}

/// The logarithm of `(1 - I_x(a, b)) / kernel`: also where both would underflow.
pub(crate) fn ln_upper_over_kernel(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if is_lower(a, b, x, y) {
        libm::log(tails(a, b, x, y).upper) - ln_kernel(a, b, x, y)
    } else {
        libm::log(lower_over_kernel(b, a, y, x))
    }
}

/// Whether `x` is at most the mean, `a / (a + b)`.
fn is_lower(a: f64, b: f64, x: f64, y: f64) -> bool {
    x * b <= y * a
}

/// `I_x(a, b)` in units of the kernel, for an `x` at or below the mean.
fn lower_over_kernel(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if a.max(b) <= LARGE {
        fraction(a, b, x) / a
    } else if a < SMALL {
        series(a, b, x)
    } else {
        integral(a, b, x, y)
    }
}

/// NIST DLMF 8.17.22, by the modified method of Lentz.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let (mut product, mut m) = (d, 0.0);
    for _ in 0..MOST {
        m += 1.0;
        let twice = a + 2.0 * m;
        let even = m * (b - m) * x / ((twice - 1.0) * twice);
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        product *= c * d;
        let odd = -(a + m) * (a + b + m) * x / (twice * (twice + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        let factor = c * d;
        product *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    product
}

/// NIST DLMF 8.17.8: `I_x(a, b) = kernel / a * F(a + b, 1; a + 1; x)`, whose terms are all above 0.
fn series(a: f64, b: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, 0.0);
    for _ in 0..MOST {
        term *= (a + b + n) / (a + 1.0 + n) * x;
        sum += term;
        n += 1.0;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum / a
}

/// The tail as an integral of the density relative to that at `x`, whose logarithm at `x (1 - u)` is
/// `(a - 1) ln(1 - u) + (b - 1) ln(1 + u x / y)`, with its linear part taken out.
fn integral(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let odds = x / y;
    let slope = (a - 1.0) - (b - 1.0) * odds;
    let end = quadrature::reach(slope, a - 1.0).min(1.0);
    let ln_density = |u: f64| -slope * u - (a - 1.0) * log_excess(-u) - (b - 1.0) * log_excess(odds * u);
    quadrature::falling(end, &ln_density) / y
}

/// The `x` and `1 - x` with the given tails. The smaller of them decides.
pub(crate) fn inverse(a: f64, b: f64, wanted: Tails) -> (f64, f64) {
    if wanted.lower <= 0.0 {
        return (0.0, 1.0);
    }
    if wanted.upper <= 0.0 {
        return (1.0, 0.0);
    }
    let mean = (a / (a + b), b / (a + b));
    if wanted.lower <= tails(a, b, mean.0, mean.1).lower {
        let x = lower_inverse(a, b, wanted.lower, mean.0);
        (x, 1.0 - x)
    } else {
        let y = lower_inverse(b, a, wanted.upper, mean.1);
        (1.0 - y, y)
    }
}

/// The `x` at or below the mean with a lower tail, found in ln x.
fn lower_inverse(a: f64, b: f64, wanted: f64, mean: f64) -> f64 {
    let (goal, most) = (libm::log(wanted), libm::log(mean));
    let start = ((goal + libm::log(a) + ln_beta(a, b)) / a).min(most);
    // Far below the start, so that a start above the root still finds it; exp(-745) is the least float.
    let low = (start - 50.0 / a.max(0.05) - 50.0).max(-745.0);
    let ln_x = solve::newton((low.min(most), most), start.max(low), 1.0, &mut |ln_x| {
        let x = libm::exp(ln_x);
        let y = if ln_x > -0.5 { -libm::expm1(ln_x) } else { 1.0 - x };
        if x <= 0.0 {
            return (-1e300, 1.0);
        }
        let ratio = lower_over_kernel(a, b, x, y);
        let error = ln_kernel(a, b, x, y) + libm::log(ratio) - goal;
        // The derivative of the tail's logarithm in ln x is kernel / y / tail.
        (error, -error * ratio * y)
    });
    libm::exp(ln_x)
}
