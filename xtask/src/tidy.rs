//! `tidy`: the rules of the repository that no compiler knows. Every check names the place, and all of them run.

mod code;
mod fixtures;
mod links;
mod modules;
mod sources;
mod versions;

use crate::project;
use anyhow::{Result, bail};

/// What is wrong, as `path:line: what`.
type Problems = Vec<String>;

/// Given the files of the repository.
type Check = fn(&[String]) -> Result<Problems>;

const CHECKS: &[Check] = &[modules::check, sources::check, fixtures::check, links::check, versions::check];

pub(crate) fn run() -> Result<()> {
    let files = project::files()?;
    let mut problems = Problems::new();
    for check in CHECKS {
        problems.extend(check(&files)?);
    }
    if problems.is_empty() {
        println!("tidy: {} files, nothing to say", files.len());
        return Ok(());
    }
    bail!("tidy:\n{}", problems.join("\n"))
}

/// The number of the line that holds a byte of a text, counted from 1.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
