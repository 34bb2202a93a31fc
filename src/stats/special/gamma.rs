//! The regularized incomplete gamma functions and their inverse.

use super::deviance::{LN_ROOT_TAU, deviance, log_excess, stirling_error};
use super::{Tails, quadrature, solve};
use crate::stats::distributions::normal;

/// Above this shape series and continued fraction take too many steps.
const LARGE: f64 = 1e4;
/// A bound on steps that no shape below `LARGE` comes near.
const MOST: u32 = 100_000;

/// `ln(x^a e^-x / Γ(a))`, for `x > 0`.
pub(crate) fn ln_kernel(a: f64, x: f64) -> f64 {
    0.5 * libm::log(a) - LN_ROOT_TAU - stirling_error(a) - deviance(a, x)
}

/// `P(a, x)` and `Q(a, x)`, for `a > 0` and `x >= 0`.
pub(crate) fn tails(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails::of_lower(0.0);
    }
    if x == f64::INFINITY {
        return Tails::of_upper(0.0);
    }
    let kernel = libm::exp(ln_kernel(a, x));
    match (x <= a, a > LARGE) {
        (true, false) => Tails::of_lower(kernel * series(a, x)),
        (false, false) if x < a + 1.0 => Tails::of_lower(kernel * series(a, x)),
        (false, false) => Tails::of_upper(kernel * fraction(a, x)),
        (true, true) => Tails::of_lower(kernel * integral(a, x, -1.0)),
        (false, true) => Tails::of_upper(kernel * integral(a, x, 1.0)),
    }
}

/// NIST DLMF 8.7.1 in the form `P(a, x) = kernel * Σ x^n / (a (a + 1) ... (a + n))`.
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
    for _ in 0..MOST {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// NIST DLMF 8.9.2, `Q(a, x) = kernel / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...))`, by the modified method of Lentz.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let (mut product, mut n) = (d, 0.0);
    for _ in 0..MOST {
        n += 1.0;
        let numerator = n * (a - n);
        b += 2.0;
        d = 1.0 / nonzero(numerator * d + b);
        c = nonzero(b + numerator / c);
        let factor = c * d;
        product *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    product
}

pub(super) const fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// The tail away from the mean as an integral of the density relative to that at `x`, whose logarithm at
/// `x (1 + side u)` is `-slope u - (a - 1) (side u - ln(1 + side u))`.
fn integral(a: f64, x: f64, side: f64) -> f64 {
    let slope = side * (x - (a - 1.0));
    // Above, the excess grows more slowly than a square.
    let end = quadrature::reach(slope, (a - 1.0) * if side > 0.0 { 0.5 } else { 1.0 });
    let end = if side < 0.0 { end.min(1.0) } else { end };
    quadrature::falling(end, &|u| -slope * u - (a - 1.0) * log_excess(side * u))
}

/// The `x` with the given tails. The smaller of them decides.
pub(crate) fn inverse(a: f64, wanted: Tails) -> f64 {
    if wanted.lower <= 0.0 {
        return 0.0;
    }
    if wanted.upper <= 0.0 {
        return f64::INFINITY;
    }
    if wanted.lower <= tails(a, a).lower {
        // In ln x, in which the logarithm of the tail is concave.
        let goal = libm::log(wanted.lower);
        let start = (goal + libm::lgamma(a + 1.0)) / a;
        let low = start.min(libm::log(a)) - 1.0;
        let ln_x = solve::newton((low, libm::log(a)), first_guess(a, wanted, start), 1.0, &mut |ln_x| {
            let x = libm::exp(ln_x);
            let lower = tails(a, x).lower;
            let error = if lower > 0.0 { libm::log(lower) - goal } else { -1e300 };
            (error, -error * lower / libm::exp(ln_kernel(a, x)))
        });
        return libm::exp(ln_x);
    }
    let goal = libm::log(wanted.upper);
    let mut high = a + 1.0;
    while tails(a, high).upper > wanted.upper {
        high += high;
    }
    solve::newton((a, high), libm::exp(first_guess(a, wanted, libm::log(a))), 0.0, &mut |x| {
        let upper = tails(a, x).upper;
        let error = if upper > 0.0 { goal - libm::log(upper) } else { 1e300 };
        (error, -error * upper * x / libm::exp(ln_kernel(a, x)))
    })
}

/// The logarithm of the approximation of Wilson and Hilferty (1931), or of what the series begins with where that
/// does not hold.
fn first_guess(a: f64, wanted: Tails, otherwise: f64) -> f64 {
    let z = if wanted.lower < wanted.upper { normal::lower(wanted.lower) } else { -normal::lower(wanted.upper) };
    let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * libm::sqrt(a));
    if root > 0.1 { libm::log(a) + 3.0 * libm::log(root) } else { otherwise }
}
