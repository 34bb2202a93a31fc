//! How many observations an effect needs to be seen, and which effect a number of observations can see.
//!
//! All of it is the normal approximation: for the samples of online delivery it differs from the noncentral t
//! distribution by less than one observation in a hundred, and for fewer than 30 in an arm it is too hopeful.

use crate::stats::distributions::{Distribution, Normal};
use crate::stats::special::solve;
use crate::stats::{Alternative, Error, finite, positive, probability, real};
use crate::words::limits;

/// A comparison of two arms that is planned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    effect: f64,
    /// Standard deviations of the difference for one observation in the treatment, without and with the effect.
    without: f64,
    with: f64,
}

impl Design {
    /// A difference of means, with the standard deviations of an observation in treatment and control. For each
    /// observation in the treatment there are `ratio` in the control.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for deviations or a ratio that are not above 0, or no effect.
    pub fn of_means(effect: f64, deviations: (f64, f64), ratio: f64) -> Result<Self, Error> {
        let (t, c) = (positive(deviations.0)?, positive(deviations.1)?);
        let deviation = libm::sqrt(t * t + c * c / positive(ratio)?);
        if finite(effect)? == 0.0 {
            Err(Error::OutOfRange)
        } else {
            Ok(Self { effect, without: deviation, with: deviation })
        }
    }

    /// A difference of the shares of treatment and control: pooled variance without the effect, each arm's own with it
    /// (Fleiss, Levin, Paik: "Statistical methods for rates and proportions", 2003, section 4.2).
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`], [`Error::OutOfRange`] for shares that are not between 0 and 1 or the same, or a ratio that
    /// is not above 0.
    pub fn of_rates(treatment: f64, control: f64, ratio: f64) -> Result<Self, Error> {
        let (t, c, ratio) = (probability(treatment)?, probability(control)?, positive(ratio)?);
        let pooled = (t + ratio * c) / (1.0 + ratio);
        let without = libm::sqrt(pooled * (1.0 - pooled) * (1.0 + 1.0 / ratio));
        let with = libm::sqrt(t * (1.0 - t) + c * (1.0 - c) / ratio);
        let effect = t - c;
        if effect == 0.0 { Err(Error::OutOfRange) } else { Ok(Self { effect, without, with }) }
    }

    /// The probability of a significant test with `n` observations in the treatment. Two-sided tests count both sides.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for an `alpha` that is not between 0 and 1.
    pub fn power(&self, n: u64, alternative: Alternative, alpha: f64) -> Result<f64, Error> {
        let side = if alternative == Alternative::TwoSided { 0.5 } else { 1.0 };
        let critical = Normal.critical(side * probability(alpha)?)? * (self.without / self.with);
        let shift = self.effect * libm::sqrt(real(n)) / self.with;
        let (above, below) = (Normal.sf(critical - shift)?, Normal.cdf(-critical - shift)?);
        Ok(match alternative {
            Alternative::TwoSided => above + below,
            Alternative::Greater => above,
            Alternative::Less => below,
        })
    }

    /// The least number of observations in the treatment with at least this power; the control has `ratio` times as
    /// many.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for an `alpha` or a power that is not between 0 and 1, or that no number below 2^53 reaches,
    /// as for an effect in the other direction.
    pub fn sample_size(&self, power: f64, alternative: Alternative, alpha: f64) -> Result<u64, Error> {
        let power = probability(power)?;
        self.power(1, alternative, alpha)?;
        let is_enough = |n: u64| self.power(n, alternative, alpha).is_ok_and(|found| found >= power);
        if !is_enough(limits::COUNT) {
            return Err(Error::OutOfRange);
        }
        Ok(solve::least(1, limits::COUNT, &mut |n| is_enough(n)))
    }
}

/// The least difference of means above 0 that is seen with this power, with `n` observations in the treatment and
/// `ratio` times as many in the control.
///
/// # Errors
///
/// As for [`Design::of_means`] and [`Design::sample_size`].
pub fn detectable_difference(
    deviations: (f64, f64),
    n: u64,
    ratio: f64,
    power: f64,
    alternative: Alternative,
    alpha: f64,
) -> Result<f64, Error> {
    let one = Design::of_means(1.0, deviations, ratio)?;
    let unit = one.with / libm::sqrt(real(n.max(1)));
    // Within 80 standard errors, beyond which every power that a float can ask for is reached.
    detectable(80.0 * unit, power, |effect| Design { effect, ..one }.power(n, upwards(alternative)?, alpha))
}

/// The least share above that of the control that is seen with this power, with `n` observations in the treatment and
/// `ratio` times as many in the control.
///
/// # Errors
///
/// As for [`Design::of_rates`] and [`Design::sample_size`].
pub fn detectable_rate(
    control: f64,
    n: u64,
    ratio: f64,
    power: f64,
    alternative: Alternative,
    alpha: f64,
) -> Result<f64, Error> {
    let found = detectable(1.0 - probability(control)?, power, |effect| {
        Design::of_rates(control + effect, control, ratio)?.power(n, upwards(alternative)?, alpha)
    })?;
    Ok(control + found)
}

/// The least effect above 0 and below `most` with this power.
fn detectable(most: f64, power: f64, of: impl Fn(f64) -> Result<f64, Error>) -> Result<f64, Error> {
    let power = probability(power)?;
    let nearly = most * (1.0 - 1e-9);
    if of(nearly)? < power {
        return Err(Error::OutOfRange);
    }
    Ok(solve::halving(0.0, nearly, &mut |effect| of(effect).map_or(-1.0, |found| found - power)))
}

/// An effect above 0 is not looked for below.
const fn upwards(alternative: Alternative) -> Result<Alternative, Error> {
    if matches!(alternative, Alternative::Less) { Err(Error::OutOfRange) } else { Ok(alternative) }
}
