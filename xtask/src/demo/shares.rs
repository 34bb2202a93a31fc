//! The shares that were given out, beside those that were planned.

use super::hosts::Report;
use super::{grouped, heading};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// How far a share may be from its plan, in standard deviations. Chance alone goes beyond this once in two million.
const FURTHEST: f64 = 5.0;

const HEAD: &str =
    "                               drawn by             units  variant        plan      got   deviation";

const FOOT: &str = "
  A unit is a customer, a browser or an organisation, whichever the split divides. It counts once, and only if
  the split is asked for it. By chance alone one deviation of twenty is beyond 2 σ, and hardly one beyond 4 σ.
";

/// A share, as the native host counted it.
struct Share<'r> {
    variant: &'r str,
    /// For how many units it was drawn.
    units: u64,
    /// How many of them got it.
    count: u64,
    /// Its part of the buckets.
    planned: f64,
}

pub(super) fn print(report: &Report) -> Result<()> {
    heading("The shares that were planned");
    println!("{HEAD}");
    for draw in report.array("/shares")? {
        for (row, share) in Share::all_of(draw)?.iter().enumerate() {
            let (key, by, units) = match row {
                0 => (text(draw, "key")?, text(draw, "draw")?, grouped(share.units)),
                _ => ("", "", String::new()),
            };
            println!("  {key:<29}{by:<18}{units:>8}  {}", share.row());
            ensure!(share.deviation().abs() <= FURTHEST, "the share of `{}` is too far from its plan", share.variant);
        }
    }
    println!("{FOOT}");
    report.array("/pairs")?.iter().try_for_each(print_pair)
}

impl<'r> Share<'r> {
    fn all_of(draw: &'r Value) -> Result<Vec<Self>> {
        let units = number(draw, "units")?;
        let variants = draw.get("variants").and_then(Value::as_array).context("a draw without variants")?;
        variants.iter().map(|variant| Self::of(variant, units)).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "parts per million are exact in a float")]
    fn of(variant: &'r Value, units: u64) -> Result<Self> {
        let planned = number(variant, "planned")? as f64 / 1e6;
        Ok(Self { variant: text(variant, "name")?, units, count: number(variant, "count")?, planned })
    }

    fn row(&self) -> String {
        let (planned, got) = (100.0 * self.planned, 100.0 * self.got());
        format!("{:<10}{planned:>7.2} %{got:>7.2} %{:>+10.1} σ", self.variant, self.deviation())
    }

    #[expect(clippy::cast_precision_loss, reason = "as many units as there are visitors")]
    fn got(&self) -> f64 {
        self.count as f64 / self.units as f64
    }

    /// From the plan, in standard deviations of a binomial share.
    #[expect(clippy::cast_precision_loss, reason = "as many units as there are visitors")]
    fn deviation(&self) -> f64 {
        let variance = self.planned * (1.0 - self.planned) / self.units as f64;
        (self.got() - self.planned) / variance.sqrt()
    }
}

/// Two flags that no unit, or every unit, has in common.
fn print_pair(pair: &Value) -> Result<()> {
    let [first, second] = both_of(pair, "keys", Value::as_str)?;
    let [some, others] = both_of(pair, "decided", Value::as_u64)?;
    let common = number(pair, "both")?;
    let (a, b) = (grouped(some), grouped(others));
    if text(pair, "kind")? == "apart" {
        println!("  Two parts of one layer: {first} tests {a} customers, {second} {b}; {common} are in both.");
        ensure!(common == 0, "`{first}` and `{second}` share a layer and {common} units");
    } else {
        println!("  One seed for two flags: {first} takes in {a} customers, {second} the same {b}.");
        ensure!(common == some && common == others, "`{first}` and `{second}` share a seed, but not their units");
    }
    Ok(())
}

fn both_of<'v, T>(pair: &'v Value, name: &str, read: impl Fn(&'v Value) -> Option<T>) -> Result<[T; 2]> {
    let values = pair.get(name).and_then(Value::as_array).map(Vec::as_slice);
    let Some([first, second]) = values else { anyhow::bail!("a pair without two `{name}`") };
    let both = read(first).zip(read(second)).with_context(|| format!("a pair with strange `{name}`"))?;
    Ok(both.into())
}

fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str> {
    value.get(name).and_then(Value::as_str).with_context(|| format!("no text `{name}`"))
}

fn number(value: &Value, name: &str) -> Result<u64> {
    value.get(name).and_then(Value::as_u64).with_context(|| format!("no number `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_deviation_is_that_of_a_binomial_share() {
        // 100 draws at one half have a standard deviation of 5.
        let share = Share { variant: "on", units: 100, count: 60, planned: 0.5 };
        assert_eq!(share.row(), "on          50.00 %  60.00 %      +2.0 σ");
    }

    #[test]
    fn what_must_not_overlap_fails_if_it_does() {
        let pair = |kind, both| json!({ "kind": kind, "keys": ["a", "b"], "decided": [7, 7], "both": both });
        assert!(print_pair(&pair("apart", 0)).is_ok() && print_pair(&pair("apart", 1)).is_err());
        assert!(print_pair(&pair("together", 7)).is_ok() && print_pair(&pair("together", 6)).is_err());
    }
}
