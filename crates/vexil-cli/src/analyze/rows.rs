//! Raw rows summed up: a line for each unit, or for each thing that a unit did.

use std::collections::HashMap;

use anyhow::{Context as _, Result, anyhow, bail};
use csv::{ReaderBuilder, StringRecord};
use serde::{Deserialize, Serialize};
use vexil::analysis::experiment::{Counts, Data, Input, MetricInput, Quantiles, SketchRow, Sums};
use vexil::analysis::metric::Level;
use vexil::stats::aggregate::{PairMoments, Proportion, Sketch, Winsor};

use super::sure;
use crate::input::Source;

/// The columns that say which arm and unit a line is of.
const ARM: &str = "arm";
const UNIT: &str = "unit";

/// Where in the rows the figures of a metric are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) enum Columns {
    /// Units with anything but 0 in a column.
    Proportion(Value),
    /// The mean over units of what a column sums up to.
    Mean(Mean),
    /// The sum of one column by that of another.
    Ratio(Ratio),
    /// A quantile of the values of a column, each line by itself.
    Quantile(Quantile),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Value {
    value: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mean {
    value: String,
    /// The same or another quantity of the unit from before its exposure; the same on all of its lines.
    covariate: Option<String>,
    winsorize: Option<Winsorize>,
}

/// How extremes of units are cut: at bounds, or at a quantile of all arms together and, below, its counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Winsorize {
    Quantile(f64),
    Bounds(Winsor),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ratio {
    numerator: String,
    denominator: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quantile {
    value: String,
    level: Level,
}

/// The figures of a plan's metrics, from rows.
pub(super) fn sum_up(plan: Input<Columns>, rows: &Source) -> Result<Input> {
    let table = Table::read(&plan, rows)?;
    let mut arms = plan.arms;
    for (place, arm) in arms.iter_mut().enumerate() {
        sure(arm.units.is_none(), || format!("`/arms/{place}/units`: units are counted from the rows"))?;
        arm.units = Some(table.of_arm(place).count() as u64);
    }
    let names: Vec<String> = arms.iter().map(|arm| arm.name.clone()).collect();
    let metrics = plan.metrics.into_iter().enumerate().map(|(place, metric)| {
        let MetricInput { name, role, direction, unit, smallest_effect, data } = metric;
        let data = table.data(&data, &names).with_context(|| format!("`/metrics/{place}`"))?;
        Ok(MetricInput { name, role, direction, unit, smallest_effect, data })
    });
    Ok(Input {
        metrics: metrics.collect::<Result<_>>()?,
        experiment: plan.experiment,
        crossed: Some(table.units.iter().filter(|unit| unit.is_crossed).count() as u64),
        control: plan.control,
        options: plan.options,
        arms,
    })
}

/// What the rows say of every unit.
struct Table {
    /// The columns that are read.
    columns: Vec<Column>,
    units: Vec<Unit>,
}

/// How the lines of a unit become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    Sum,
    Same,
    Each,
}

struct Column {
    name: String,
    place: usize,
    joined: Joined,
}

struct Unit {
    arm: usize,
    is_crossed: bool,
    /// For each column its value; several where each line counts by itself.
    values: Vec<Vec<f64>>,
}

impl Table {
    fn read(plan: &Input<Columns>, rows: &Source) -> Result<Self> {
        let (reader, _) = rows.open()?;
        let mut reader = ReaderBuilder::new().from_reader(reader);
        let headers = reader.headers().with_context(|| format!("`{rows}`"))?.clone();
        let place = |name: &str| {
            let found = headers.iter().position(|header| header.trim() == name);
            found.ok_or_else(|| anyhow!("`{rows}` has no column `{name}`"))
        };
        let (arm, unit) = (place(ARM)?, place(UNIT)?);
        let columns = columns(plan).into_iter();
        let columns = columns.map(|(name, joined)| Ok(Column { place: place(&name)?, name, joined }));
        let mut table = Self { columns: columns.collect::<Result<_>>()?, units: Vec::new() };
        let (mut known, mut record) = (HashMap::new(), StringRecord::new());
        while reader.read_record(&mut record).with_context(|| format!("`{rows}`"))? {
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |place: usize| record.get(place).unwrap_or_default().trim();
            let name = cell(arm);
            let arm = plan.arms.iter().position(|other| other.name == name);
            let arm = arm.ok_or_else(|| anyhow!("`{rows}` line {line}: the plan has no arm `{name}`"))?;
            let count = table.units.len();
            let place = *known.entry(cell(unit).to_owned()).or_insert(count);
            table.take(place, arm, cell).with_context(|| format!("`{rows}` line {line}"))?;
        }
        Ok(table)
    }

    /// Takes in a line of a unit.
    fn take<'r>(&mut self, place: usize, arm: usize, cell: impl Fn(usize) -> &'r str) -> Result<()> {
        if place == self.units.len() {
            self.units.push(Unit { arm, is_crossed: false, values: vec![Vec::new(); self.columns.len()] });
        }
        let Some(unit) = self.units.get_mut(place) else { return Ok(()) };
        unit.is_crossed |= unit.arm != arm;
        for (column, values) in self.columns.iter().zip(&mut unit.values) {
            let text = cell(column.place);
            // A cell without a value is nothing done.
            if text.is_empty() {
                continue;
            }
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            let number = number.ok_or_else(|| anyhow!("`{text}` in column `{}` is no number", column.name))?;
            match (column.joined, values.last_mut()) {
                (Joined::Each, _) | (_, None) => values.push(number),
                (Joined::Sum, Some(sum)) => *sum += number,
                (Joined::Same, Some(before)) if before.to_bits() == number.to_bits() => {}
                (Joined::Same, Some(_)) => {
                    bail!("the covariate `{}` of a unit is the same on all its lines", column.name)
                }
            }
        }
        Ok(())
    }

    /// The units of one arm and of no other.
    fn of_arm(&self, arm: usize) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(move |unit| unit.arm == arm && !unit.is_crossed)
    }

    fn place(&self, name: &str, joined: Joined) -> usize {
        self.columns.iter().position(|column| column.name == name && column.joined == joined).unwrap_or(usize::MAX)
    }

    fn data(&self, columns: &Columns, arms: &[String]) -> Result<Data> {
        Ok(match columns {
            Columns::Proportion(Value { value }) => {
                let place = self.place(value, Joined::Sum);
                Data::Proportion(self.by_arm(arms, |arm, name| {
                    let mut seen = Proportion::default();
                    self.of_arm(arm).try_for_each(|unit| seen.add(unit.sum(place) != 0.0))?;
                    Ok(Counts { arm: name, successes: seen.successes(), trials: seen.trials() })
                })?)
            }
            Columns::Mean(mean) => Data::Mean(self.mean(mean, arms)?),
            Columns::Ratio(Ratio { numerator, denominator }) => {
                let (y, x) = (self.place(numerator, Joined::Sum), self.place(denominator, Joined::Sum));
                Data::Ratio(self.by_arm(arms, |arm, name| {
                    let mut seen = PairMoments::default();
                    self.of_arm(arm).try_for_each(|unit| seen.add(unit.sum(x), unit.sum(y)))?;
                    sums(name, &seen)
                })?)
            }
            Columns::Quantile(Quantile { value, level }) => {
                let place = self.place(value, Joined::Each);
                let arms = self.by_arm(arms, |arm, name| {
                    let mut sketch = Sketch::new(Sketch::ALPHA)?;
                    self.of_arm(arm).flat_map(|unit| unit.all(place)).try_for_each(|value| sketch.add(*value))?;
                    Ok(SketchRow { arm: name, sketch })
                })?;
                Data::Quantile(Quantiles { level: *level, arms })
            }
        })
    }

    fn mean(&self, mean: &Mean, arms: &[String]) -> Result<Vec<Sums>> {
        let place = self.place(&mean.value, Joined::Sum);
        let before = mean.covariate.as_ref().map(|covariate| self.place(covariate, Joined::Same));
        let bounds = mean.winsorize.map(|cut| self.bounds(cut, place)).transpose()?;
        self.by_arm(arms, |arm, name| {
            let mut seen = PairMoments::default();
            for unit in self.of_arm(arm) {
                let value = unit.sum(place);
                let cut = bounds.map_or(value, |bounds| bounds.cut(value));
                seen.add(before.map_or(0.0, |before| unit.sum(before)), cut)?;
            }
            let sums = sums(name, &seen)?;
            Ok(if before.is_some() { sums } else { Sums { x: None, xx: None, xy: None, ..sums } })
        })
    }

    /// The same bounds for all arms: those of each arm's own values would not be the same quantity in both.
    fn bounds(&self, cut: Winsorize, place: usize) -> Result<Winsor> {
        let quantile = match cut {
            Winsorize::Bounds(bounds) => return Ok(bounds),
            Winsorize::Quantile(quantile) => quantile,
        };
        sure((0.5..1.0).contains(&quantile) && quantile > 0.5, || {
            "`winsorize` is a quantile above 0.5 and below 1, or bounds".to_owned()
        })?;
        let mut values: Vec<f64> =
            self.units.iter().filter(|unit| !unit.is_crossed).map(|unit| unit.sum(place)).collect();
        values.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "a place among values in memory")]
        let at = |share: f64| values.get((share * values.len().saturating_sub(1) as f64) as usize).copied();
        let bounds = at(1.0 - quantile).zip(at(quantile)).ok_or_else(|| anyhow!("there are no units"))?;
        Winsor::new(bounds.0, bounds.1)
            .map_err(|_| anyhow!("`winsorize` cuts all values to one; choose a higher quantile"))
    }

    fn by_arm<T>(&self, arms: &[String], of: impl Fn(usize, String) -> Result<T>) -> Result<Vec<T>> {
        arms.iter().enumerate().map(|(place, name)| of(place, name.clone())).collect()
    }
}

impl Unit {
    fn all(&self, column: usize) -> &[f64] {
        self.values.get(column).map_or(&[], Vec::as_slice)
    }

    /// What the unit did in all; nothing is 0.
    fn sum(&self, column: usize) -> f64 {
        self.all(column).first().copied().unwrap_or(0.0)
    }
}

/// The columns that a plan reads, and how.
fn columns(plan: &Input<Columns>) -> Vec<(String, Joined)> {
    let mut columns: Vec<(String, Joined)> = Vec::new();
    for metric in &plan.metrics {
        let read: Vec<(&String, Joined)> = match &metric.data {
            Columns::Proportion(Value { value }) => vec![(value, Joined::Sum)],
            Columns::Mean(Mean { value, covariate, .. }) => {
                std::iter::once((value, Joined::Sum)).chain(covariate.iter().map(|name| (name, Joined::Same))).collect()
            }
            Columns::Ratio(Ratio { numerator, denominator }) => {
                vec![(numerator, Joined::Sum), (denominator, Joined::Sum)]
            }
            Columns::Quantile(Quantile { value, .. }) => vec![(value, Joined::Each)],
        };
        for (name, joined) in read {
            if !columns.iter().any(|(other, way)| other == name && *way == joined) {
                columns.push((name.clone(), joined));
            }
        }
    }
    columns
}

/// The exact sums of an aggregate, which has the letters of a row in its own form.
fn sums(arm: String, seen: &PairMoments) -> Result<Sums> {
    let mut row = serde_json::to_value(seen)?;
    row["arm"] = arm.into();
    Ok(serde_json::from_value(row)?)
}
