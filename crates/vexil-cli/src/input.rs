//! What comes in: files and standard input, snapshots and rulesets, contexts, the clock.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde::de::DeserializeOwned;
use vexil::ir::binary::MAGIC;
use vexil::json::parse_value;
use vexil::json::strict::{self, Misread};
use vexil::{Context, Diagnostic, Engine, Severity, Timestamp, Value};

use crate::say;

/// Where a document comes from: a file, or standard input for `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The file of that path.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl From<OsString> for Source {
    fn from(name: OsString) -> Self {
        if name == "-" { Self::Stdin } else { Self::File(name.into()) }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

impl Source {
    /// The text of a document.
    pub(crate) fn read(&self) -> Result<String> {
        self.text(self.read_document()?)
    }

    /// A JSON document, read strictly.
    pub(crate) fn read_json<T: DeserializeOwned>(&self) -> Result<T> {
        strict::read(&self.read()?).map_err(|Misread { path, message }| {
            let place = if path.is_empty() { path } else { format!(" at `{path}`") };
            anyhow!("`{self}`{place}: {message}")
        })
    }

    /// The bytes of a document, which need not be text, but are not those of a ruleset: what was compiled is not
    /// what was written.
    pub(crate) fn read_document(&self) -> Result<Vec<u8>> {
        let bytes = self.read_bytes()?;
        let problem = "is a compiled ruleset; what is needed here is the JSON that it was compiled from";
        ensure!(!is_ruleset(&bytes), "`{self}` {problem}");
        Ok(bytes)
    }

    fn text(&self, bytes: Vec<u8>) -> Result<String> {
        String::from_utf8(bytes).map_err(|_| anyhow!("`{self}` is not UTF-8"))
    }

    /// All bytes.
    fn read_bytes(&self) -> Result<Vec<u8>> {
        let bytes = match self {
            Self::File(path) => fs::read(path),
            Self::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            }
        };
        bytes.with_context(|| format!("`{self}` cannot be read"))
    }

    /// The document line by line, and its size if that is known.
    pub(crate) fn open(&self) -> Result<(Box<dyn BufRead>, Option<u64>)> {
        let Self::File(path) = self else { return Ok((Box::new(io::stdin().lock()), None)) };
        let file = File::open(path).with_context(|| format!("`{self}` cannot be read"))?;
        let size = file.metadata().ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len());
        Ok((Box::new(BufReader::with_capacity(1 << 16, file)), size))
    }
}

/// Makes sure that standard input is not asked for twice.
pub(crate) fn distinct(first: &Source, second: &Source) -> Result<()> {
    let both = *first == Source::Stdin && *second == Source::Stdin;
    ensure!(!both, "standard input can be read only once; give one of the two as a file");
    Ok(())
}

/// Whether the bytes say that they are a binary ruleset.
fn is_ruleset(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// An engine for a snapshot or a binary ruleset, which must be of the environment if one is asked for.
pub(crate) fn engine(source: &Source, environment: Option<&str>) -> Result<Engine> {
    let bytes = source.read_bytes()?;
    if is_ruleset(&bytes) {
        let engine = Engine::from_ruleset_bytes_for(&bytes, environment);
        engine.map_err(|error| unusable(source, "ruleset", &error.diagnostics))
    } else {
        of_snapshot(source, &source.text(bytes)?, environment)
    }
}

/// The same for the text of a snapshot alone, or for what was made of it.
pub(crate) fn of_snapshot(snapshot: &Source, text: &str, environment: Option<&str>) -> Result<Engine> {
    Engine::for_environment(text, environment).map_err(|error| refused(snapshot, &error.diagnostics))
}

/// Why a snapshot cannot be used at all.
pub(crate) fn refused(snapshot: &Source, diagnostics: &[Diagnostic]) -> anyhow::Error {
    unusable(snapshot, "snapshot", diagnostics)
}

fn unusable(source: &Source, thing: &str, diagnostics: &[Diagnostic]) -> anyhow::Error {
    let fatal = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Fatal);
    let lines: Vec<String> = fatal.map(say::diagnostic).collect();
    anyhow!("`{source}` is no usable {thing}\n  {}", lines.join("\n  "))
}

/// A context from JSON, or from standard input for `-`.
pub(crate) fn context(text: &str) -> Result<Context> {
    let read = if text == "-" { &Source::Stdin.read()? } else { text };
    Context::from_json(read).map_err(|problem| anyhow!("`--context`: {}", one_line(&problem.message)))
}

/// A value from JSON.
pub(crate) fn value(text: &str) -> Result<Value, String> {
    parse_value(text).map_err(|problem| one_line(&problem.message))
}

/// An instant as people write it.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    let hint = "an instant is written with its offset, such as 2026-03-01T09:00:00+01:00 or 2026-03-01T08:00:00Z";
    Timestamp::parse(text).ok_or_else(|| hint.to_owned())
}

/// The instant asked for, or that of the system's clock.
pub(crate) fn now(asked: Option<Timestamp>) -> Timestamp {
    asked.unwrap_or_else(|| {
        let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_ms(SystemTime::now().duration_since(UNIX_EPOCH).map_or_else(|e| -ms(e.duration()), ms))
    })
}

/// A message about a text that is one line anyway: where in it is enough.
pub(crate) fn one_line(message: &str) -> String {
    message.replace(" at line 1 column ", " at column ")
}
