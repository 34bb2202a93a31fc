//! Words for people: messages on standard error, tables, values.

use std::fmt::Display;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table, presets};
use vexil::{Diagnostic, Severity, Value};

/// Characters of a value in a table; a longer one is cut.
const CELL: usize = 60;

/// Says what keeps the command from its work, or what the answer lacks.
pub(crate) fn error(text: impl Display) {
    message("error", AnsiColor::Red, text);
}

/// Says what is probably not meant.
pub(crate) fn warning(text: impl Display) {
    message("warning", AnsiColor::Yellow, text);
}

/// Says what is good to know.
pub(crate) fn note(text: impl Display) {
    message("note", AnsiColor::Cyan, text);
}

fn message(word: &str, color: AnsiColor, text: impl Display) {
    let style = color.on_default().bold();
    // Where standard error is closed, nobody listens.
    let _ = writeln!(anstream::stderr().lock(), "{style}{word}{style:#}: {text}");
}

/// A diagnostic on a line of its own.
pub(crate) fn diagnostic(diagnostic: &Diagnostic) -> String {
    let color = match diagnostic.severity {
        Severity::Fatal | Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
    };
    let (style, word, code) = (color.on_default().bold(), diagnostic.severity.name(), diagnostic.code.name());
    let place = if diagnostic.path.is_empty() { String::new() } else { format!("{}: ", diagnostic.path) };
    format!("{style}{word}[{code}]{style:#} {place}{}", diagnostic.message)
}

/// `1 flag`, `2 flags`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// `2 flags, 1 warning`: what there is any of.
pub(crate) fn listed(counts: impl Iterator<Item = (usize, &'static str)>) -> String {
    let some = counts.filter(|(count, _)| *count > 0);
    some.map(|(number, thing)| count(number, thing)).collect::<Vec<String>>().join(", ")
}

/// How many problems there are of each severity.
pub(crate) fn found(diagnostics: &[Diagnostic]) -> [(usize, &'static str); 3] {
    let of = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let words = [(Severity::Fatal, "fatal problem"), (Severity::Error, "error"), (Severity::Warning, "warning")];
    words.map(|(severity, thing)| (of(severity), thing))
}

/// A table without lines.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = bare_table();
    table.set_header(header);
    table
}

/// A table of names and what they stand for.
pub(crate) fn bare_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// Prints a table, the columns of numbers aligned to the right.
pub(crate) fn print(mut table: Table, numbers: &[usize]) -> std::io::Result<()> {
    for &number in numbers {
        if let Some(column) = table.column_mut(number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 1));
    }
    let mut out = anstream::stdout().lock();
    let mut style = if table.header().is_some() { Style::new().bold() } else { Style::new() };
    for line in table.lines() {
        writeln!(out, "{style}{}{style:#}", line.trim_end())?;
        style = Style::new();
    }
    Ok(())
}

/// A value as JSON on one line.
pub(crate) fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A value as JSON, short enough for a table.
pub(crate) fn short(value: &Value) -> String {
    let text = json(value);
    match text.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
