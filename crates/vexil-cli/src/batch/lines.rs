//! Lines of JSON, one for each context.
//!
//! A ruleset has a fixed number of outcomes, so the JSON of each is made only once: a line is then
//! the context's targeting key and a piece for every flag.

use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use vexil::context::TARGETING_KEY;
use vexil::{Context, Engine, Evaluation, Timestamp, Value};

use crate::input::Source;
use crate::say;

use super::{NO_TRACK, Subject, answer, each_context};

/// Writes lines.
pub(crate) struct Lines<'e> {
    engine: &'e Engine,
    subject: Subject,
    now: Timestamp,
    /// By outcome, once it came up: what it adds to a line. An error of a flag adds nothing.
    pieces: Vec<Option<String>>,
}

impl<'e> Lines<'e> {
    pub(crate) fn new(engine: &'e Engine, subject: Subject, now: Timestamp) -> Self {
        let pieces = vec![None; engine.ruleset().outcomes.len()];
        Self { engine, subject, now, pieces }
    }

    /// Writes a line for every context of a file; returns how many of its lines are no contexts.
    pub(super) fn write(&mut self, contexts: &Source) -> Result<usize> {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut line = Vec::new();
        let bad_lines = each_context(contexts, |_, context| {
            line.clear();
            self.append(context, &mut line);
            out.write_all(&line)
        })?;
        out.flush()?;
        Ok(bad_lines)
    }

    /// Appends the line of a context.
    pub(crate) fn append(&mut self, context: &Context, line: &mut Vec<u8>) {
        let block = self.engine.block(context);
        line.extend_from_slice(b"{\"targetingKey\":");
        let unit = context.get(TARGETING_KEY).map_or_else(|| "null".to_owned(), say::json);
        line.extend_from_slice(unit.as_bytes());
        line.extend_from_slice(if self.subject.is_service { b"," } else { b",\"flags\":{" });
        let start = line.len();
        for row in self.subject.rows.clone() {
            let piece = self.piece(self.engine.outcome(row, &block, self.now));
            if line.len() > start && !piece.is_empty() {
                line.push(b',');
            }
            line.extend_from_slice(piece.as_bytes());
        }
        line.extend_from_slice(if self.subject.is_service { b"}\n" } else { b"}}\n" });
    }

    fn piece(&mut self, outcome: u32) -> &str {
        let Some(piece) = self.pieces.get_mut(outcome as usize) else { return "" };
        let (engine, is_service) = (self.engine, self.subject.is_service);
        let make = || answer(engine, outcome).map_or_else(String::new, |answer| piece_of(&answer, is_service));
        piece.get_or_insert_with(make)
    }

    /// The outcomes that came up.
    pub(super) fn seen(&self) -> Vec<u32> {
        let seen = (0..).zip(&self.pieces).filter(|(_, piece)| piece.is_some());
        seen.map(|(outcome, _)| outcome).collect()
    }
}

fn piece_of(answer: &Evaluation<'_>, is_service: bool) -> String {
    let (key, reason) = (quoted(answer.flag), answer.reason.name());
    let value = say::json(&answer.value().unwrap_or(Value::Null));
    if is_service {
        let track = quoted(answer.variant.unwrap_or(NO_TRACK));
        return format!(r#""service":{key},"track":{track},"version":{value},"reason":"{reason}""#);
    }
    let Some(variant) = answer.variant.map(quoted) else { return String::new() };
    format!(r#"{key}:{{"value":{value},"variant":{variant},"reason":"{reason}"}}"#)
}

fn quoted(text: &str) -> String {
    say::json(&Value::from(text))
}
