//! The two small quantities of which densities are made that neither overflow nor cancel.
//!
//! Loader: "Fast and accurate computation of binomial probabilities", 2000.

/// Half the logarithm of two pi.
pub(crate) const LN_ROOT_TAU: f64 = 0.918_938_533_204_672_8;

/// The coefficients of Stirling's series (NIST DLMF 5.11.1). From 16 on the next term is below 1e-18.
const STIRLING: [f64; 7] =
    [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];

/// What Stirling's formula leaves out: `ln Γ(x + 1) - (x + 1/2) ln x + x - ln sqrt(2 pi)`, for `x > 0`. Loader's `stirlerr`.
pub(crate) fn stirling_error(x: f64) -> f64 {
    if x < 16.0 {
        return libm::lgamma(x + 1.0) - (x + 0.5) * libm::log(x) + x - LN_ROOT_TAU;
    }
    let square = 1.0 / (x * x);
    STIRLING.iter().rev().fold(0.0, |sum, term| sum * square + term) / x
}

/// `x ln(x / mean) + mean - x`, for `x >= 0` and `mean > 0`: half the deviance of one Poisson count. Loader's `bd0`.
pub(crate) fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if x == 0.0 {
        mean
    } else if difference.abs() < 0.1 * (x + mean) {
        let v = difference / (x + mean);
        let (square, mut power, mut sum, mut odd) = (v * v, 2.0 * x * v, difference * v, 1.0);
        loop {
            power *= square;
            odd += 2.0;
            let next = sum + power / odd;
            if (next - sum).abs() <= 0.0 || odd > 99.0 {
                return sum;
            }
            sum = next;
        }
    } else {
        x * libm::log(x / mean) + mean - x
    }
}

/// `u - ln(1 + u)`, for `u > -1`: without cancelling near 0.
pub(crate) fn log_excess(u: f64) -> f64 {
    if u.abs() > 0.5 {
        return u - libm::log1p(u);
    }
    // ln(1 + u) = 2 artanh(r) with r = u / (2 + u).
    let r = u / (2.0 + u);
    let (square, mut power, mut sum, mut odd) = (r * r, 1.0, 0.0, 1.0);
    loop {
        odd += 2.0;
        let next = sum + power / odd;
        power *= square;
        if (next - sum).abs() <= 0.0 || odd > 99.0 {
            return r * (u - 2.0 * square * sum);
        }
        sum = next;
    }
}
