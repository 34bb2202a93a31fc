//! An input, checked: every arm has its row in every metric, and every row could be of observations.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use super::input::{ArmInput, Counts, Data, Input, MetricInput, Options, Quantiles, Role, SketchRow, Sums};
use super::{Cause, Error};
use crate::analysis::metric::{Direction, Kind, Metric, is_text};
use crate::stats::aggregate::{Moments, PairMoments, Proportion, Sketch};
use crate::stats::{self, positive, probability, real};
use crate::words::limits;

/// An experiment whose figures can be looked at.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Input")]
pub struct Experiment {
    pub(super) name: String,
    pub(super) arms: Vec<Arm>,
    /// The place of the control among them.
    pub(super) control: usize,
    pub(super) crossed: Option<u64>,
    pub(super) options: Options,
    pub(super) metrics: Vec<Measured>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Arm {
    pub(super) name: String,
    /// The planned share, of 1.
    pub(super) share: f64,
    pub(super) units: u64,
}

/// A metric with what was seen in each arm, in the order of the arms.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    pub(super) metric: Metric,
    pub(super) role: Role,
    pub(super) smallest_effect: f64,
    pub(super) seen: Seen,
}

/// What was seen of a metric. An arm of which nothing can be said has the reason in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    Proportion(Vec<Proportion>),
    Mean {
        arms: Vec<Result<Moments, stats::Error>>,
        covariate: Option<Vec<PairMoments>>,
        counts: Vec<u64>,
        /// Known also where nothing else is.
        means: Vec<Option<f64>>,
    },
    Ratio(Vec<PairMoments>),
    Quantile(Vec<Sketch>),
}

impl Seen {
    /// How many units have a value, by arm.
    pub(super) fn counts(&self) -> Vec<u64> {
        match self {
            Self::Proportion(arms) => arms.iter().map(Proportion::trials).collect(),
            Self::Mean { counts, .. } => counts.clone(),
            Self::Ratio(arms) => arms.iter().map(PairMoments::count).collect(),
            Self::Quantile(arms) => arms.iter().map(Sketch::count).collect(),
        }
    }
}

/// What a smallest effect is unless it is said.
const SMALLEST_EFFECT: f64 = 0.05;

impl Experiment {
    /// Checks an input.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it, and where.
    pub fn new(input: Input) -> Result<Self, Error> {
        let Input { experiment, arms, control, crossed, options, metrics } = input;
        named(&experiment, limits::KEY_BYTES, Cause::Name).map_err(|error| error.within("experiment"))?;
        let arms = checked_arms(arms).map_err(|error| error.within("arms"))?;
        let control = arms.iter().position(|arm| arm.name == control).ok_or(Error::at("control", Cause::UnknownArm))?;
        checked_options(&options).map_err(|error| error.within("options"))?;
        let metrics = checked_metrics(metrics, &arms).map_err(|error| error.within("metrics"))?;
        if crossed.is_some_and(|count| count > limits::COUNT) {
            return Err(Error::at("crossed", Cause::Number));
        }
        Ok(Self { name: experiment, arms, control, crossed, options, metrics })
    }
}

impl TryFrom<Input> for Experiment {
    type Error = Error;

    fn try_from(input: Input) -> Result<Self, Error> {
        Self::new(input)
    }
}

fn named(text: &str, most: usize, cause: Cause) -> Result<(), Error> {
    if is_text(text, most) { Ok(()) } else { Err(cause.into()) }
}

fn checked_arms(arms: Vec<ArmInput>) -> Result<Vec<Arm>, Error> {
    // As many as a statement of belief can compare.
    if !(2..=limits::BELIEFS).contains(&arms.len()) {
        return Err(Cause::Arms.into());
    }
    let mut whole = 0.0;
    let mut checked: Vec<Arm> = Vec::new();
    for (index, ArmInput { name, share, units }) in arms.into_iter().enumerate() {
        let within = |error: Error| error.within_index(index);
        named(&name, limits::KEY_BYTES, Cause::Name).map_err(|error| within(error.within("name")))?;
        if checked.iter().any(|arm| arm.name == name) {
            return Err(within(Error::at("name", Cause::Duplicate)));
        }
        let in_range = positive(share).is_ok() && share <= limits::WEIGHT;
        if !in_range {
            return Err(within(Error::at("share", Cause::Number)));
        }
        let units = units.ok_or_else(|| within(Error::at("units", Cause::NoUnits)))?;
        if units > limits::COUNT {
            return Err(within(Error::at("units", Cause::Number)));
        }
        whole += share;
        checked.push(Arm { name, share, units });
    }
    checked.iter_mut().for_each(|arm| arm.share /= whole);
    Ok(checked)
}

fn checked_options(options: &Options) -> Result<(), Error> {
    let number = |key: &str, value: f64| probability(value).map_err(|_| Error::at(key, Cause::Number));
    // Below a half, an interval holds less than it leaves out.
    if number("confidence", options.confidence)? < 0.5 {
        return Err(Error::at("confidence", Cause::Number));
    }
    number("power", options.power)?;
    match options.planned_units {
        Some(planned) if planned == 0 || planned > limits::COUNT => Err(Error::at("plannedUnits", Cause::Number)),
        _ => Ok(()),
    }
}

fn checked_metrics(metrics: Vec<MetricInput>, arms: &[Arm]) -> Result<Vec<Measured>, Error> {
    if metrics.is_empty() || metrics.len() > limits::METRICS {
        return Err(Cause::Metrics.into());
    }
    let mut checked: Vec<Measured> = Vec::new();
    for (index, input) in metrics.into_iter().enumerate() {
        let measured = checked_metric(input, arms).map_err(|error| error.within_index(index))?;
        if checked.iter().any(|other| other.metric.name() == measured.metric.name()) {
            return Err(Error::at("name", Cause::Duplicate).within_index(index));
        }
        checked.push(measured);
    }
    Ok(checked)
}

fn checked_metric(input: MetricInput, arms: &[Arm]) -> Result<Measured, Error> {
    let MetricInput { name, role, direction, unit, smallest_effect, data } = input;
    let smallest_effect = smallest_effect.unwrap_or(SMALLEST_EFFECT);
    if positive(smallest_effect).is_err() || smallest_effect > 1e6 {
        return Err(Error::at("smallestEffect", Cause::Number));
    }
    let metric = named_metric(&name, kind(&data), direction, unit.as_deref())?;
    let seen = seen(data, arms).map_err(|error| error.within("data"))?;
    Ok(Measured { metric, role, smallest_effect, seen })
}

fn named_metric(name: &str, kind: Kind, direction: Direction, unit: Option<&str>) -> Result<Metric, Error> {
    let metric = Metric::new(name, kind, direction).map_err(|_| Error::at("name", Cause::MetricName))?;
    match unit {
        Some(unit) => metric.with_unit(unit).map_err(|_| Error::at("unit", Cause::Unit)),
        None => Ok(metric),
    }
}

const fn kind(data: &Data) -> Kind {
    match data {
        Data::Proportion(_) => Kind::Proportion,
        Data::Mean(_) => Kind::Mean,
        Data::Ratio(_) => Kind::Ratio,
        Data::Quantile(quantiles) => Kind::Quantile(quantiles.level),
    }
}

fn seen(data: Data, arms: &[Arm]) -> Result<Seen, Error> {
    match data {
        Data::Proportion(rows) => {
            let read = |row: &Counts, _: &Arm| Proportion::new(row.successes, row.trials).map_err(Error::from);
            by_arm(&rows, arms, |row| (&row.arm, Some(row.trials)), read)
                .map(Seen::Proportion)
                .map_err(|e| e.within("proportion"))
        }
        Data::Mean(rows) => mean(&rows, arms).map_err(|error| error.within("mean")),
        Data::Ratio(rows) => {
            let read = |row: &Sums, _: &Arm| {
                let pairs = if row.has_second()? { row.pairs()? } else { return Err(Cause::HalfCovariate.into()) };
                Ok(pairs)
            };
            by_arm(&rows, arms, |row| (&row.arm, Some(row.n)), read).map(Seen::Ratio).map_err(|e| e.within("ratio"))
        }
        Data::Quantile(Quantiles { arms: rows, .. }) => {
            let read = |row: &SketchRow, _: &Arm| Ok(row.sketch.clone());
            // A unit may well have several latencies; what that means is for the notes.
            let sketches = by_arm(&rows, arms, |row| (&row.arm, None), read);
            sketches.map(Seen::Quantile).map_err(|error| error.within("arms").within("quantile"))
        }
    }
}

fn mean(rows: &[Sums], arms: &[Arm]) -> Result<Seen, Error> {
    let counts = by_arm(rows, arms, |row| (&row.arm, Some(row.n)), |row, _| Ok(row.n))?;
    let mean_of = |row: &Sums| (row.n > 0).then(|| row.y.value() / real(row.n));
    let means = by_arm(rows, arms, |row| (&row.arm, None), |row, _| Ok(mean_of(row)))?;
    let moments = by_arm(rows, arms, |row| (&row.arm, None), |row, _| Ok(row.moments()?))?;
    let covariates = by_arm(rows, arms, |row| (&row.arm, None), |row, _| Ok(row.has_second()?))?;
    let covariate = match covariates.iter().filter(|has| **has).count() {
        0 => None,
        some if some == arms.len() => Some(by_arm(rows, arms, |row| (&row.arm, None), |row, _| Ok(row.pairs()?))),
        _ => return Err(Cause::HalfCovariate.into()),
    };
    // Where an arm has no variance its sums may be rounded to what cannot be; nothing is adjusted there.
    let covariate = if moments.iter().all(Result::is_ok) { covariate.transpose()? } else { None };
    Ok(Seen::Mean { arms: moments, covariate, counts, means })
}

/// What the rows of a metric say, in the order of the arms.
fn by_arm<R, T>(
    rows: &[R],
    arms: &[Arm],
    of: impl Fn(&R) -> (&String, Option<u64>),
    read: impl Fn(&R, &Arm) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    for (index, row) in rows.iter().enumerate() {
        let (name, n) = of(row);
        let arm = arms.iter().find(|arm| arm.name == *name);
        let cause = match arm {
            None => Some(Cause::UnknownArm),
            Some(_) if rows.iter().take(index).any(|other| of(other).0 == name) => Some(Cause::Duplicate),
            Some(arm) if n.is_some_and(|n| n > arm.units) => Some(Cause::MoreThanUnits),
            Some(_) => None,
        };
        if let Some(cause) = cause {
            return Err(Error::new(cause).within_index(index));
        }
    }
    let found = arms.iter().map(|arm| {
        let (index, row) = rows.iter().enumerate().find(|(_, row)| of(row).0 == &arm.name).ok_or(Cause::MissingArm)?;
        read(row, arm).map_err(|error| error.within_index(index))
    });
    found.collect()
}
