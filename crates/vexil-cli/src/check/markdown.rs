//! A check as the comment of a pull request.

use super::report::{Because, Report, Subject};
use super::text::{answer, asides, headline, overlap, percent, variant};

/// Lines of what changed in a cell of the table.
const LINES: usize = 6;
/// How many overlaps are told.
const OVERLAPS: usize = 10;

/// The report as GitHub's Markdown.
pub(super) fn write(report: &Report) -> String {
    let mark = if report.denied.is_empty() { "✅" } else { "❌" };
    let mut text = vec![format!("### {mark} {}", headline(report))];
    list(
        &mut text,
        "Denied",
        report.denied.iter().map(|denied| format!("**{}**: {}", denied.what, escaped(&denied.place))),
    );
    if report.subjects().next().is_some() {
        text.push("\n| | What changes | Who gets another answer |\n|---|---|---|".into());
        for (kind, subject) in report.subjects() {
            let cells = [format!("{kind} `{}`", subject.affected.key), changes(subject), who(subject, report.contexts)];
            text.push(format!("| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
        }
    }
    for (kind, subject) in report.subjects() {
        details(&mut text, kind, subject, report.contexts);
    }
    list(&mut text, "At the same time", report.overlaps.iter().take(OVERLAPS).map(overlap));
    if report.overlaps.len() > OVERLAPS {
        text.push(format!("- and {} more", report.overlaps.len() - OVERLAPS));
    }
    let problems = report.diagnostics.iter().map(|problem| {
        let (severity, code) = (problem.severity.name(), problem.code.name());
        format!("{severity} **{code}** `{}`: {}", problem.path, escaped(&problem.message))
    });
    let lints = report.lints.iter().map(|lint| {
        let (severity, code) = (lint.severity.name(), lint.code.name());
        format!("{severity} **{code}** `{}`: {}; {}", lint.path, escaped(&lint.message), lint.instead)
    });
    list(&mut text, "What comes with the change", problems.chain(lints));
    text.join("\n") + "\n"
}

fn list(text: &mut Vec<String>, title: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        text.push(format!("\n#### {title}\n"));
        items.for_each(|item| text.push(format!("- {item}")));
    }
}

fn changes(subject: &Subject) -> String {
    let lines = subject.words.iter().map(|line| escaped(line.trim()));
    let mut lines: Vec<String> = lines.take(LINES).chain(asides(subject)).collect();
    let more = subject.words.len().saturating_sub(LINES);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("<br>")
}

/// How many units, and how many of the contexts.
fn who(subject: &Subject, contexts: Option<u64>) -> String {
    let mut cells = subject.shares();
    if let Some((observed, total)) = subject.observed.as_ref().zip(contexts) {
        cells.push(format!("{} of {total} contexts ({})", observed.moved, percent(observed.moved, total)));
    }
    if cells.is_empty() { "everybody who asks".into() } else { cells.join("<br>") }
}

fn details(text: &mut Vec<String>, kind: &str, subject: &Subject, contexts: Option<u64>) {
    let affected = &subject.affected;
    if affected.movements.is_empty() && affected.unknown.is_empty() && subject.observed.is_none() {
        return;
    }
    text.push(format!("\n<details><summary>{kind} <code>{}</code></summary>\n", html(&affected.key)));
    for movement in &affected.movements {
        text.push(format!("- {}: {movement}", movement.place));
        for transition in &movement.transitions {
            let (from, to) = (variant(transition.from.as_deref()), variant(transition.to.as_deref()));
            text.push(format!("  - `{from}` → `{to}`: {}", transition.share));
        }
    }
    affected.unknown.iter().for_each(|unknown| text.push(format!("- not counted: {unknown}")));
    if let Some(observed) = &subject.observed {
        let total = contexts.unwrap_or_default();
        text.push(format!("\n{} of {total} contexts get another answer", observed.moved));
        if !observed.crossings.is_empty() {
            text.push("\n| Before | After | Contexts | Share | Such as | By |\n|---|---|--:|--:|---|---|".into());
        }
        for crossing in &observed.crossings {
            let by = |Because { before, after, count }: &Because| format!("{count} by {before}, then {after}");
            let cells = [
                format!("`{}`", answer(crossing.from.as_deref())),
                format!("`{}`", answer(crossing.to.as_deref())),
                crossing.count.to_string(),
                percent(crossing.count, total),
                crossing.examples.iter().map(|unit| format!("`{unit}`")).collect::<Vec<_>>().join(", "),
                crossing.because.iter().take(LINES).map(by).collect::<Vec<_>>().join("<br>"),
            ];
            text.push(format!("| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
        }
    }
    text.push("\n</details>".into());
}

/// What people wrote, so that it is no markup.
fn escaped(text: &str) -> String {
    html(text).replace('*', "\\*").replace('_', "\\_")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
