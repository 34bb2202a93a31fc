//! A snapshot document: read, checked, and what is wrong with it said all at once.
//!
//! Two steps: `read` turns JSON into drafts of the parts, one at a time, and `check` finds what
//! is wrong between them. Neither stops at a problem; what is broken is left out only at the end.

mod check;
mod draft;
pub mod model;
mod read;
#[cfg(test)]
mod tests;
mod trail;

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::parse_snapshot;
use crate::patterns::Patterns;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::kill::{KillMessage, KillSet};

use self::draft::Draft;
use self::model::Snapshot;
use self::read::{PatternSize, Reader};
use self::trail::Trail;

/// What a document says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The snapshot; `None` if a problem is fatal.
    pub snapshot: Option<Snapshot>,
    /// The kill set, which counts even where the rest is refused; `None` if the document has none
    /// that could be read.
    pub kills: Option<KillSet>,
    /// The environment that the document says it is for, even where the rest is refused.
    pub environment: Option<String>,
    /// Everything that is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a snapshot document. `P` decides which patterns compile.
pub fn read<P: Patterns>(text: &str) -> Reading {
    read_with(text, P::size)
}

/// [`read`], made once for every `P`.
fn read_with(text: &str, pattern_size: PatternSize) -> Reading {
    let document = match parse_snapshot(text) {
        Ok(document) => document,
        Err(problem) => return Reading { diagnostics: Vec::from([problem]), ..Reading::default() },
    };
    let mut reader = Reader::new(&document, pattern_size);
    let Draft { mut snapshot, mut marks, kills } = read::document(&mut reader);
    let mut trail = Trail::new(reader.report);
    check::check(&snapshot, &mut marks, &mut trail);
    let report = trail.into_report();
    let environment = snapshot.environment.clone();
    let is_usable = !report.is_fatal();
    let diagnostics = report.into_diagnostics();
    draft::finish(&mut snapshot, &marks);
    snapshot.kills = kills.clone().unwrap_or_default();
    Reading { snapshot: is_usable.then_some(snapshot), kills, environment, diagnostics }
}

/// Reads a kill message, strictly: since a misunderstood kill is worse than a refused one, an
/// unknown field is an error too.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_kill_message(text: &str) -> Result<KillMessage, Vec<Diagnostic>> {
    let document = parse_snapshot(text).map_err(|problem| Vec::from([problem]))?;
    let mut reader = Reader::new(&document, |_, _| Ok(0));
    let message = read::kill_message(&mut reader);
    let diagnostics = reader.report.into_diagnostics();
    if diagnostics.is_empty() { Ok(message) } else { Err(diagnostics) }
}

/// Whether nothing is broken: warnings do not count.
pub fn is_valid(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning)
}
