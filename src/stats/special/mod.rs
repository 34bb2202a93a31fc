//! Special functions: logarithms of gamma functions, the incomplete gamma and beta functions, error functions.
//!
//! Tails are computed by themselves and never as 1 minus the other tail where they are small, so that they keep their
//! relative precision far out.

pub(crate) mod beta;
pub(crate) mod deviance;
pub(crate) mod gamma;
pub(crate) mod quadrature;
pub(crate) mod solve;

use super::{Error, finite};
use crate::words::limits;

/// Both tails of a distribution at a point.
///
/// The smaller one is computed by itself, the other is what it leaves of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// The probability of a value at or below the point.
    pub lower: f64,
    /// The probability of a value above the point.
    pub upper: f64,
}

impl Tails {
    pub(crate) const fn of_lower(lower: f64) -> Self {
        Self { lower, upper: 1.0 - lower }
    }

    pub(crate) const fn of_upper(upper: f64) -> Self {
        Self { lower: 1.0 - upper, upper }
    }

    pub(crate) const fn swapped(self) -> Self {
        Self { lower: self.upper, upper: self.lower }
    }
}

/// A shape or degrees of freedom within bounds.
pub(crate) fn shape(value: f64) -> Result<f64, Error> {
    if limits::SHAPE.contains(&finite(value)?) { Ok(value) } else { Err(Error::OutOfRange) }
}

/// The natural logarithm of the gamma function, for `x` from 0.001 to 1e15.
///
/// # Errors
///
/// [`Error::NotFinite`], [`Error::OutOfRange`].
pub fn ln_gamma(x: f64) -> Result<f64, Error> {
    shape(x).map(libm::lgamma)
}

/// The natural logarithm of the beta function `B(a, b)`, for `a` and `b` from 0.001 to 1e15.
///
/// # Errors
///
/// [`Error::NotFinite`], [`Error::OutOfRange`].
pub fn ln_beta(a: f64, b: f64) -> Result<f64, Error> {
    let (a, b) = (shape(a)?, shape(b)?);
    Ok(beta::ln_beta(a, b))
}

/// The error function `2 / sqrt(pi) * integral from 0 to x of exp(-t^2)`.
///
/// # Errors
///
/// [`Error::NotFinite`] for NaN.
pub fn erf(x: f64) -> Result<f64, Error> {
    if x.is_nan() { Err(Error::NotFinite) } else { Ok(libm::erf(x)) }
}

/// `1 - erf(x)`, precise where it is small.
///
/// # Errors
///
/// [`Error::NotFinite`] for NaN.
pub fn erfc(x: f64) -> Result<f64, Error> {
    if x.is_nan() { Err(Error::NotFinite) } else { Ok(libm::erfc(x)) }
}

/// The regularized lower incomplete gamma function `P(a, x)`, for `a` from 0.001 to 1e15 and `x` from 0.
///
/// # Errors
///
/// [`Error::NotFinite`], [`Error::OutOfRange`].
pub fn gamma_p(a: f64, x: f64) -> Result<f64, Error> {
    gamma_tails(a, x).map(|tails| tails.lower)
}

/// The regularized upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`, for `a` from 0.001 to 1e15 and `x` from 0.
///
/// # Errors
///
/// [`Error::NotFinite`], [`Error::OutOfRange`].
pub fn gamma_q(a: f64, x: f64) -> Result<f64, Error> {
    gamma_tails(a, x).map(|tails| tails.upper)
}

fn gamma_tails(a: f64, x: f64) -> Result<Tails, Error> {
    let (a, x) = (shape(a)?, finite(x)?);
    if x < 0.0 { Err(Error::OutOfRange) } else { Ok(gamma::tails(a, x)) }
}

/// The regularized incomplete beta function `I_x(a, b)`, for `a` and `b` from 0.001 to 1e15 and `x` from 0 to 1.
///
/// # Errors
///
/// [`Error::NotFinite`], [`Error::OutOfRange`].
pub fn beta_i(a: f64, b: f64, x: f64) -> Result<f64, Error> {
    let (a, b, x) = (shape(a)?, shape(b)?, finite(x)?);
    if (0.0..=1.0).contains(&x) { Ok(beta::tails(a, b, x, 1.0 - x).lower) } else { Err(Error::OutOfRange) }
}
