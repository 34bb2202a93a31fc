//! The fixtures of `tests/fixtures`, embedded for hosts without files, and what runs them. Every
//! host runs the same: a plain `cargo test`, wasm in Node, wasm in browsers.
//!
//! `CONTRIBUTING.md` describes the form of a fixture. `files.rs` is written by `cargo xtask corpus`.

mod case;
mod expect;
mod files;
pub mod statistics;

use case::File;

/// What came of running the corpus.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many fixtures were run.
    pub run: usize,
    /// What each fixture that failed has to say: file, `why`, and the difference.
    pub failures: Vec<String>,
}

/// Runs every fixture.
pub fn run_all() -> Outcome {
    let mut outcome = Outcome::default();
    for (name, text) in files::FILES {
        match serde_json::from_str::<File<'_>>(text) {
            Ok(file) => run_file(name, &file, &mut outcome),
            Err(error) => outcome.failures.push(format!("{name}: not a fixture: {error}")),
        }
    }
    outcome
}

/// The fixtures' files: name and text.
pub const fn files() -> &'static [(&'static str, &'static str)] {
    files::FILES
}

fn run_file(name: &str, file: &File<'_>, outcome: &mut Outcome) {
    let snapshot = file.snapshot_text();
    for case in &file.cases {
        outcome.run += 1;
        if let Err(difference) = expect::run(case, snapshot.as_deref()) {
            outcome.failures.push(format!("{name}: {}\n    {difference}", case.why));
        }
    }
}
