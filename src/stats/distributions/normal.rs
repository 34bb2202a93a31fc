//! The standard normal distribution.

use core::f64::consts::{FRAC_1_SQRT_2, TAU};

use super::{Distribution, number};
use crate::stats::Error;
use crate::stats::special::Tails;

/// The normal distribution with mean 0 and variance 1. Its tails are `erfc(|x| / sqrt 2) / 2` (NIST DLMF 7.18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Normal;

impl Distribution for Normal {
    fn tails(&self, x: f64) -> Result<Tails, Error> {
        number(x).map(tails)
    }

    fn inverse(&self, wanted: Tails) -> f64 {
        if wanted.lower < wanted.upper { lower(wanted.lower) } else { -lower(wanted.upper) }
    }
}

pub(crate) fn tails(x: f64) -> Tails {
    let tail = 0.5 * libm::erfc(x.abs() * FRAC_1_SQRT_2);
    if x < 0.0 { Tails::of_lower(tail) } else { Tails::of_upper(tail) }
}

/// The density.
pub(crate) fn density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / libm::sqrt(TAU)
}

/// The logarithm of the lower tail, also where the tail underflows.
pub(crate) fn ln_lower(x: f64) -> f64 {
    if x > -30.0 {
        return libm::log(tails(x).lower);
    }
    // NIST DLMF 7.12.1: the next term is below 1e-9 of what is kept, and the logarithm is below -450.
    let square = 1.0 / (x * x);
    let series = 1.0 - square * (1.0 - square * (3.0 - square * (15.0 - square * 105.0)));
    -0.5 * x * x - libm::log(-x * libm::sqrt(TAU)) + libm::log(series)
}

/// The value with this lower tail, which is above 0 and below 1. Newton's method, in the logarithm of the tail where
/// that is small and in the difference from a half elsewhere; both are concave towards the root.
pub(crate) fn lower(p: f64) -> f64 {
    if p > 0.75 {
        return -lower(1.0 - p);
    }
    if p > 0.25 {
        let share = p - 0.5;
        let mut z = share * libm::sqrt(TAU);
        for _ in 0..6 {
            z -= (0.5 * libm::erf(z * FRAC_1_SQRT_2) - share) / density(z);
        }
        return z;
    }
    // The density over |z| bounds the tail, which leads to a start below the root.
    let goal = libm::log(p);
    let mut z = -libm::sqrt(-2.0 * goal);
    for _ in 0..10 {
        let ln_tail = ln_lower(z);
        let ln_density = -0.5 * z * z - 0.5 * libm::log(TAU);
        let step = (ln_tail - goal) * libm::exp(ln_tail - ln_density);
        z -= step;
        if step.abs() <= 1e-16 * z.abs() {
            break;
        }
    }
    z
}
