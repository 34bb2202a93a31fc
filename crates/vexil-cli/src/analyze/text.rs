//! An analysis as text for a terminal.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use vexil::analysis::experiment::{Analysis, Level, MetricResult, Verdict, figures};

use crate::say;

pub(super) fn print(analysis: &Analysis) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}", analysis.experiment)?;
    for note in &analysis.notes {
        let (word, color) = match note.level {
            Level::Stop => ("stop", AnsiColor::Red),
            Level::Finding => ("found", AnsiColor::Green),
            Level::Limit => ("beware", AnsiColor::Yellow),
            Level::Method => ("how", AnsiColor::Cyan),
        };
        let style = color.on_default().bold();
        writeln!(out, "\n{style}{word}{style:#}: {}", note.text)?;
    }
    writeln!(out)?;
    units(analysis)?;
    for metric in &analysis.metrics {
        writeln!(anstream::stdout().lock())?;
        print_metric(metric)?;
    }
    Ok(())
}

fn units(analysis: &Analysis) -> io::Result<()> {
    let mut table = say::table(["ARM", "UNITS", "PLANNED", "SEEN"]);
    for arm in &analysis.allocation.arms {
        let seen = arm.observed.map_or_else(|| "-".to_owned(), figures::percent);
        table.add_row([arm.arm.clone(), figures::count(arm.units), figures::percent(arm.planned), seen]);
    }
    say::print(table, &[1, 2, 3])
}

fn print_metric(metric: &MetricResult) -> io::Result<()> {
    let mut table = say::table([
        &format!("{} ({})", metric.metric.to_uppercase(), role(metric)),
        "UNITS",
        "VALUE",
        "EFFECT",
        "P",
        "CORRECTED",
        "BEST",
        "LOSS",
        "VERDICT",
    ]);
    for arm in &metric.arms {
        let comparison = metric.comparisons.iter().find(|comparison| comparison.arm == arm.arm);
        let tested = comparison.and_then(|comparison| comparison.tested());
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        table.add_row([
            arm.arm.clone(),
            figures::count(arm.n),
            or_none(arm.value.map(|value| figures::value(metric, value))),
            or_none(tested.map(|tested| figures::effect(metric, tested))),
            or_none(tested.map(|tested| figures::p_value(tested.p_value))),
            or_none(comparison.and_then(|comparison| comparison.corrected_p_value).map(figures::p_value)),
            or_none(arm.chance.map(|chance| figures::chance(chance.best))),
            or_none(arm.chance.map(|chance| figures::value(metric, chance.loss))),
            comparison.map_or("control", |comparison| verdict(comparison.verdict)).to_owned(),
        ]);
        // What is not adjusted stands below what is.
        let plain = comparison.filter(|one| one.adjusted.is_some()).and_then(|comparison| comparison.plain.as_ref());
        if let Some(plain) = plain {
            let effect = figures::effect(metric, plain);
            let p_value = figures::p_value(plain.p_value);
            table.add_row(["  not adjusted", "", "", &effect, &p_value, "", "", "", ""]);
        }
    }
    say::print(table, &[1, 2, 3, 4, 5, 6, 7])
}

/// A role in words.
pub(super) fn role(metric: &MetricResult) -> &'static str {
    use vexil::analysis::experiment::Role;
    match metric.role {
        Role::Primary => "primary",
        Role::Secondary => "secondary",
        Role::Guardrail => "guardrail",
    }
}

/// A verdict in words.
pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::Undecided => "undecided",
        Verdict::Unknown => "unknown",
        Verdict::TooEarly => "too early",
        Verdict::Void => "void",
    }
}
