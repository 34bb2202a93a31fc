//! Before an experiment: how many units it needs, how long that takes, and what it could find.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::stats::fixed::{Design, detectable_difference, detectable_rate};
use crate::stats::{Alternative, Error, positive, probability, real, whole};
use crate::words::limits;

/// What the control's metric is expected to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PowerBaseline"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Baseline {
    /// A share of units, between 0 and 1.
    Rate(f64),
    /// A mean, above 0, with the standard deviation of one unit.
    Mean {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        deviation: f64,
    },
}

/// An experiment that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PowerPlan"))]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What the control is expected to have.
    pub baseline: Baseline,
    /// How many arms there are, the control among them: from 2 to 32. Each is compared with the control.
    pub arms: u32,
    /// The control's share of all units; the others have equal parts of the rest. Between 0 and 1.
    pub control_share: f64,
    /// The confidence of all comparisons together, between 0 and 1. With more than two arms each has its part of the error.
    pub confidence: f64,
    /// The probability of finding the effect, between 0 and 1.
    pub power: f64,
    /// How many units come on a day, in all arms together; above 0 if it is known.
    pub daily: Option<f64>,
}

/// What an effect needs, or what a number of units can find.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PowerSize"))]
#[serde(rename_all = "camelCase")]
pub struct Size {
    /// The relative effect, as a share of 1: treatment by control minus 1.
    pub lift: f64,
    /// The same in units of the metric.
    pub difference: f64,
    /// Units of the control.
    pub control: u64,
    /// Units of each other arm.
    pub treatment: u64,
    /// Units of all arms.
    pub units: u64,
    /// How many days that takes, begun ones counted.
    pub days: Option<u64>,
}

/// What is asked before an experiment. All but the baseline may be left out.
///
/// As JSON: `{"baseline":{"rate":0.05},"arms":2,"controlShare":0.5,"confidence":0.95,"power":0.8,"daily":2000,
/// "find":{"lift":0.05}}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PowerRequest"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Request {
    /// What the control is expected to have.
    pub baseline: Baseline,
    /// How many arms there are, the control among them; 2 unless it is said.
    #[serde(default = "two")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub arms: u32,
    /// The control's share of all units; that of every arm unless it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_share: Option<f64>,
    /// The confidence of all comparisons together; 0.95 unless it is said.
    #[serde(default = "confidence")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub confidence: f64,
    /// The probability of finding the effect; 0.8 unless it is said.
    #[serde(default = "power")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub power: f64,
    /// How many units come on a day, in all arms together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily: Option<f64>,
    /// What is to be found out; what effects from 1 % to 50 % need unless it is said.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub find: Find,
}

/// What is to be found out about a plan.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PowerFind"))]
#[serde(rename_all = "camelCase")]
pub enum Find {
    /// What a relative effect needs: 0.05 is 5 % more.
    Lift(f64),
    /// What some relative effects need; those that nothing can reach are left out.
    Lifts(Vec<f64>),
    /// The least effect that so many units of all arms can find.
    Units(u64),
    /// The least effect that so many days can find; `daily` must be known.
    Days(u32),
}

/// What there is to say of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PowerAnswer"))]
pub struct Answer {
    /// The plan with all that was left out.
    pub plan: Plan,
    /// What was found, in the order in which it was asked.
    pub sizes: Vec<Size>,
}

const fn two() -> u32 {
    2
}

const fn confidence() -> f64 {
    0.95
}

const fn power() -> f64 {
    0.8
}

impl Default for Find {
    fn default() -> Self {
        Self::Lifts(Vec::from([0.01, 0.02, 0.05, 0.1, 0.2, 0.5]))
    }
}

impl Request {
    /// Answers it.
    ///
    /// # Errors
    ///
    /// As for [`Plan::needed`] and [`Plan::detectable`]; [`Error::OutOfRange`] for days without a number of units a day.
    pub fn answer(&self) -> Result<Answer, Error> {
        let Self { baseline, arms, confidence, power, daily, .. } = *self;
        let control_share = self.control_share.unwrap_or_else(|| 1.0 / f64::from(arms.max(1)));
        let plan = Plan { baseline, arms, control_share, confidence, power, daily };
        let sizes = match &self.find {
            Find::Lift(lift) => Vec::from([plan.needed(*lift)?]),
            Find::Lifts(lifts) => plan.table(lifts)?,
            Find::Units(units) => Vec::from([plan.detectable(*units)?]),
            Find::Days(days) => {
                let daily = positive(daily.ok_or(Error::OutOfRange)?)?;
                Vec::from([plan.detectable(whole(daily * f64::from(*days)))?])
            }
        };
        Ok(Answer { plan, sizes })
    }
}

impl Plan {
    /// A plan of two arms of the same size, at 95 % confidence and 80 % power.
    pub const fn of(baseline: Baseline) -> Self {
        Self { baseline, arms: 2, control_share: 0.5, confidence: 0.95, power: 0.8, daily: None }
    }

    /// How many units a relative effect needs; below 0 it is a fall.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`], [`Error::NotFinite`] for a plan or an effect beyond its range, such as a share that would
    /// be above 1.
    pub fn needed(&self, lift: f64) -> Result<Size, Error> {
        let (alpha, ratio) = self.checked()?;
        let design = match self.baseline {
            Baseline::Rate(rate) => Design::of_rates(rate * (1.0 + lift), rate, ratio)?,
            Baseline::Mean { mean, deviation } => Design::of_means(mean * lift, (deviation, deviation), ratio)?,
        };
        let treatment = design.sample_size(self.power, Alternative::TwoSided, alpha)?;
        self.size(lift, treatment, ratio)
    }

    /// The least relative effect above 0 that a number of units, of all arms together, can find.
    ///
    /// # Errors
    ///
    /// As for [`Plan::needed`], and [`Error::TooFew`] where an arm would have no unit.
    pub fn detectable(&self, units: u64) -> Result<Size, Error> {
        let (alpha, ratio) = self.checked()?;
        let others = real(u64::from(self.arms - 1));
        let treatment = whole(real(units.min(limits::COUNT)) / (ratio + others));
        if treatment == 0 {
            return Err(Error::TooFew);
        }
        let (n, side) = (treatment, Alternative::TwoSided);
        let lift = match self.baseline {
            Baseline::Rate(rate) => detectable_rate(rate, n, ratio, self.power, side, alpha)? / rate - 1.0,
            Baseline::Mean { mean, deviation } => {
                detectable_difference((deviation, deviation), n, ratio, self.power, side, alpha)? / mean
            }
        };
        let days = self.days(units);
        Ok(Size { units, days, ..self.size(lift, treatment, ratio)? })
    }

    /// What some relative effects need; those that nothing can reach are left out.
    ///
    /// # Errors
    ///
    /// As for [`Plan::needed`] of a plan.
    pub fn table(&self, lifts: &[f64]) -> Result<Vec<Size>, Error> {
        self.checked()?;
        Ok(lifts.iter().filter_map(|lift| self.needed(*lift).ok()).collect())
    }

    /// The error of one comparison, and how many units the control has for each of another arm.
    fn checked(&self) -> Result<(f64, f64), Error> {
        match self.baseline {
            Baseline::Rate(rate) => probability(rate)?,
            Baseline::Mean { mean, deviation } => positive(mean).and(positive(deviation))?,
        };
        probability(self.power)?;
        self.daily.map(positive).transpose()?;
        if !(2..=limits::BELIEFS as u32).contains(&self.arms) {
            return Err(Error::OutOfRange);
        }
        let (others, share) = (f64::from(self.arms - 1), probability(self.control_share)?);
        Ok(((1.0 - probability(self.confidence)?) / others, share * others / (1.0 - share)))
    }

    fn size(&self, lift: f64, treatment: u64, ratio: f64) -> Result<Size, Error> {
        let value = match self.baseline {
            Baseline::Rate(rate) => rate,
            Baseline::Mean { mean, .. } => mean,
        };
        // 1.0000000000000002 times as many are as many.
        let control = libm::ceil(real(treatment) * ratio * (1.0 - 1e-12));
        let units = control + real(treatment) * f64::from(self.arms - 1);
        if units > real(limits::COUNT) {
            return Err(Error::TooMany);
        }
        let units = whole(units);
        let difference = value * lift;
        Ok(Size { lift, difference, control: whole(control), treatment, units, days: self.days(units) })
    }

    fn days(&self, units: u64) -> Option<u64> {
        self.daily.map(|daily| whole(libm::ceil(real(units) / daily * (1.0 - 1e-12))))
    }
}
