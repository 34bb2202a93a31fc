//! A check for people.

use std::fmt::Write as _;

use vexil::diff::Change;

use crate::say;

use super::report::{Because, Crossing, Report, Subject};

/// How many overlaps and causes are told.
const TOLD: usize = 10;

/// The report as text.
pub(super) fn write(report: &Report) -> String {
    let mut text = vec![headline(report)];
    for (kind, subject) in report.subjects() {
        text.push(format!("\n{kind} {}{}", subject.affected.key, change(subject.affected.change)));
        for line in &subject.words {
            text.push(format!("  {line}"));
        }
        for line in lines(subject, report.contexts) {
            text.push(format!("  {line}"));
        }
    }
    section(&mut text, "at the same time", report.overlaps.iter().map(overlap), report.overlaps.len());
    section(&mut text, "what comes with the change", notes(report), usize::MAX);
    section(
        &mut text,
        "denied",
        report.denied.iter().map(|denied| format!("{}: {}", denied.what, denied.place)),
        usize::MAX,
    );
    text.join("\n") + "\n"
}

/// The report in a sentence.
pub(super) fn headline(report: &Report) -> String {
    let named = [(report.flags.len(), "flag"), (report.services.len(), "service")];
    let mut headline = match say::listed(named.into_iter()).as_str() {
        "" if report.diagnostics.iter().any(|problem| problem.severity == vexil::Severity::Fatal) => {
            "the new snapshot is not usable".to_owned()
        }
        "" => "nobody gets another answer".to_owned(),
        some => format!("{some} can answer otherwise"),
    };
    let uncounted = report.subjects().filter(|(_, subject)| !subject.affected.is_exact()).count();
    if uncounted > 0 && report.contexts.is_none() {
        let _ = write!(headline, ", {uncounted} of them without a number for all of it");
    }
    if !report.lints.is_empty() {
        let _ = write!(headline, "; {}", say::count(report.lints.len(), "new lint"));
    }
    if !report.lints_before.is_empty() {
        let _ = write!(headline, "; {} there before", say::count(report.lints_before.len(), "lint"));
    }
    headline
}

const fn change(change: Change) -> &'static str {
    match change {
        Change::Added => " is new",
        Change::Removed => " is gone",
        Change::Changed => "",
        Change::Reached => " reaches what changed",
    }
}

/// Whom it moves.
fn lines(subject: &Subject, contexts: Option<u64>) -> Vec<String> {
    let affected = &subject.affected;
    let mut lines = Vec::new();
    for movement in &affected.movements {
        lines.push(format!("=> {}: {movement}", movement.place));
        for transition in &movement.transitions {
            let (from, to) = (variant(transition.from.as_deref()), variant(transition.to.as_deref()));
            lines.push(format!("     {from} -> {to}: {}", transition.share));
        }
    }
    lines.extend(asides(subject).into_iter().map(|aside| format!("=> {aside}")));
    lines.extend(affected.unknown.iter().map(|unknown| format!("=> not counted: {unknown}")));
    let Some(observed) = &subject.observed else { return lines };
    let total = contexts.unwrap_or_default();
    lines.push(format!("=> {} of {total} contexts get another answer", observed.moved));
    for Crossing { from, to, count, examples, because } in &observed.crossings {
        let (from, to) = (answer(from.as_deref()), answer(to.as_deref()));
        let named = if examples.is_empty() { String::new() } else { format!(", such as {}", examples.join(", ")) };
        lines.push(format!("     {from} -> {to}: {count} ({}){named}", percent(*count, total)));
        for Because { before, after, count } in because.iter().take(TOLD) {
            lines.push(format!("       {count} by {before}, then {after}"));
        }
    }
    lines
}

/// What changes without anybody getting another variant.
pub(super) fn asides(subject: &Subject) -> Vec<String> {
    let affected = &subject.affected;
    let values = affected.values.iter().map(|variant| format!("whoever keeps `{variant}` gets another value of it"));
    let metadata = affected.metadata.then(|| "answers carry other metadata".to_owned());
    let mut asides: Vec<String> = values.chain(metadata).collect();
    match affected.change {
        Change::Added => asides.push("nobody had an answer before".into()),
        Change::Removed => asides.push("everybody gets the default of the caller".into()),
        Change::Changed | Change::Reached => {}
    }
    asides
}

/// A variant of a transition.
pub(super) fn variant(key: Option<&str>) -> &str {
    key.unwrap_or("(what follows)")
}

/// A variant of a context.
pub(super) fn answer(key: Option<&str>) -> &str {
    key.unwrap_or("(no answer)")
}

#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub(super) fn percent(count: u64, total: u64) -> String {
    format!("{:.1} %", count as f64 * 100.0 / total.max(1) as f64)
}

pub(super) fn overlap(overlap: &vexil::radius::Overlap) -> String {
    let split = |split: &vexil::radius::Split| format!("`{}` ({})", split.flag, split.place);
    let seed = if overlap.same_seed { ", which are the same units, since both have one seed" } else { "" };
    let (one, other) = (split(&overlap.one), split(&overlap.other));
    format!("{} of the units that come to both are in {one} and {other}{seed}", overlap.share)
}

/// Problems and lints.
fn notes(report: &Report) -> impl Iterator<Item = String> {
    report.diagnostics.iter().map(ToString::to_string).chain(report.lints.iter().map(ToString::to_string))
}

fn section(text: &mut Vec<String>, title: &str, lines: impl Iterator<Item = String>, count: usize) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    text.push(format!("\n{title}"));
    let most = if count == usize::MAX { usize::MAX } else { TOLD };
    lines.take(most).for_each(|line| text.push(format!("  {line}")));
    if count != usize::MAX && count > TOLD {
        text.push(format!("  and {} more", count - TOLD));
    }
}
