//! `test`: everything that CI checks, step by step, with a count of the tests that really ran.

use crate::counts::{self, Counts};
use crate::process::{Process, process, wasm_process};
use crate::{build, project, setup, size, tidy, types, www};
use anyhow::{Error, Result};
use std::env;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Crates that make sense for a wasm target only: built and tested there, but linted with all the others.
const WASM_CRATES: &[&str] = &["vexil-wasm", "vexil-wasm-slim", "vexil-wasm-control"];

const WASM_PACK: &str = "wasm-pack test --headless --mode no-install";

/// One thing that is checked. A failure does not stop the others: one run shows all that is wrong.
struct Step {
    name: &'static str,
    /// The step that this one cannot do without.
    needs: Option<&'static str>,
    /// Whether it is part of `test --quick`.
    quick: bool,
    run: fn() -> Report,
}

#[rustfmt::skip]
const STEPS: &[Step] = &[
    Step { name: "setup",    needs: None,          quick: false, run: || check(setup::run(true)) },
    Step { name: "format",   needs: None,          quick: true,  run: || check(process("cargo fmt --all --check").run()) },
    Step { name: "clippy",   needs: None,          quick: true,  run: || check(clippy()) },
    Step { name: "rustdoc",  needs: None,          quick: true,  run: || check(rustdoc()) },
    Step { name: "tidy",     needs: None,          quick: true,  run: || check(tidy::run()) },
    Step { name: "native",   needs: None,          quick: true,  run: native },
    Step { name: "types",    needs: None,          quick: true,  run: || counted(types::test(), counts::of_cargo) },
    Step { name: "node",     needs: Some("setup"), quick: false, run: || wasm(Host::Node) },
    Step { name: "chromium", needs: Some("setup"), quick: false, run: || wasm(Host::Chromium) },
    Step { name: "firefox",  needs: Some("setup"), quick: false, run: || wasm(Host::Firefox) },
    Step { name: "build",    needs: Some("setup"), quick: false, run: || check(build::run()) },
    Step { name: "npm",      needs: Some("build"), quick: false, run: npm },
    Step { name: "react",    needs: Some("build"), quick: false, run: react },
    Step { name: "www",      needs: Some("build"), quick: false, run: || counted(www::tests(), counts::of_npm) },
    Step { name: "size",     needs: Some("build"), quick: false, run: || check(size::run()) },
];

/// Where the wasm tests run.
#[derive(Clone, Copy)]
enum Host {
    Node,
    Chromium,
    Firefox,
}

/// What a step has to say: the tests that it ran, if it is one that runs tests, and what is wrong.
#[derive(Default)]
struct Report {
    counts: Counts,
    problem: Option<Error>,
}

struct Outcome {
    step: &'static str,
    took: Duration,
    /// `None` where the step was not run because one that it needs has failed.
    report: Option<Report>,
}

pub(crate) fn run(quick: bool) -> ExitCode {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in STEPS.iter().filter(|step| step.quick || !quick) {
        let failed = |name| outcomes.iter().any(|outcome| outcome.step == name && !outcome.passed());
        let ready = !step.needs.is_some_and(failed);
        outcomes.push(perform(step, ready));
    }
    conclude(&outcomes)
}

fn perform(step: &Step, ready: bool) -> Outcome {
    println!("\n== {}", step.name);
    let start = Instant::now();
    let report = ready.then(step.run);
    let outcome = Outcome { step: step.name, took: start.elapsed(), report };
    if let Some(problem) = outcome.problem() {
        println!("{problem:#}");
    }
    println!("== {}: {} in {:.1} s", step.name, outcome.verdict(), outcome.took.as_secs_f64());
    outcome
}

impl Outcome {
    fn passed(&self) -> bool {
        self.report.is_some() && self.problem().is_none()
    }

    fn problem(&self) -> Option<&Error> {
        self.report.as_ref()?.problem.as_ref()
    }

    fn verdict(&self) -> &'static str {
        match &self.report {
            None => "not run",
            Some(_) if self.problem().is_some() => "FAILED",
            Some(_) => "ok",
        }
    }

    fn counts(&self) -> Counts {
        self.report.as_ref().map(|report| report.counts).unwrap_or_default()
    }

    /// Failed tests; a step that failed otherwise counts as one.
    fn failed(&self) -> u64 {
        self.counts().failed.max(u64::from(self.problem().is_some()))
    }
}

/// The table of all steps and, last of all, the line that says how many tests passed and failed.
fn conclude(outcomes: &[Outcome]) -> ExitCode {
    println!("\n{:<12}{:<10}{:>9}{:>9}{:>9}", "step", "", "seconds", "passed", "failed");
    for outcome in outcomes {
        println!(
            "{:<12}{:<10}{:>9.1}{:>9}{:>9}",
            outcome.step,
            outcome.verdict(),
            outcome.took.as_secs_f64(),
            outcome.counts().passed,
            outcome.failed()
        );
    }
    for left_out in left_out(outcomes) {
        println!("\nnot run: {left_out}");
    }
    let passed: u64 = outcomes.iter().map(|outcome| outcome.counts().passed).sum();
    let failed: u64 = outcomes.iter().map(Outcome::failed).sum();
    println!("\n{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check(result: Result<()>) -> Report {
    Report { counts: Counts::default(), problem: result.err() }
}

/// All crates, the wasm ones too: what they are made of compiles natively as well.
fn clippy() -> Result<()> {
    process("cargo clippy --workspace --all-targets -- -D warnings").run()
}

fn rustdoc() -> Result<()> {
    process("cargo doc --workspace --lib --no-deps").env("RUSTDOCFLAGS", "-D warnings").run()
}

fn native() -> Report {
    counted(native_tests(), counts::of_cargo)
}

fn native_tests() -> Process {
    let excluded = WASM_CRATES.iter().map(|name| format!("--exclude={name}"));
    process("cargo test --no-fail-fast --workspace").args(excluded)
}

/// The wasm tests of every wasm crate on one host. Cargo compiles them for the first host and reuses that for the rest.
fn wasm(host: Host) -> Report {
    let mut sum = Report::default();
    for name in WASM_CRATES {
        let report = match wasm_test(name, host) {
            Ok(process) => counted(process, counts::of_cargo),
            Err(problem) => check(Err(problem)),
        };
        sum.counts += report.counts;
        sum.problem = sum.problem.or(report.problem);
    }
    sum
}

/// Each crate in its own call of cargo, since features unify within one.
fn wasm_test(name: &str, host: Host) -> Result<Process> {
    // wasm-pack finds the drivers on the path. The tests are not tied to browsers, so that one compilation serves all
    // hosts; the variable ties the run.
    let browser = |option| -> Result<Process> {
        let process = wasm_process(&format!("{WASM_PACK} {option} crates/{name}"))?;
        Ok(process.env("WASM_BINDGEN_USE_BROWSER", "1"))
    };
    // Whatever the caller's environment prefers.
    let foreign = ["NO_HEADLESS", "CHROMEDRIVER", "GECKODRIVER"];
    Ok(match host {
        Host::Node => wasm_process("cargo test --target wasm32-unknown-unknown -p")?
            .arg(name)
            .without_env(&["WASM_BINDGEN_USE_BROWSER"]),
        Host::Chromium => browser("--chrome")?,
        Host::Firefox => browser("--firefox")?,
    }
    .without_env(&foreign)
    // Generous, for a busy machine; a browser that hangs is still noticed.
    .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
    .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60"))
}

/// The tests of the slim artifact compile their rulesets with the command line.
fn npm() -> Report {
    // Built as by the native tests, of which it is a part: with other features it would all be compiled again.
    match native_tests().arg("--no-run").run() {
        Ok(()) => {
            let tests = process("npm test").dir(project::pkg()).env("VEXIL", project::command_line());
            let tests = project::webkit().into_iter().fold(tests, |tests, webkit| tests.env("VEXIL_WEBKIT", webkit));
            counted(tests, counts::of_npm)
        }
        Err(problem) => check(Err(problem)),
    }
}

/// The example in React, built and looked at in Chromium.
fn react() -> Report {
    counted(process("npm test").dir(project::react()), counts::of_npm)
}

/// What the npm step could not run, since it is not here: the table looks whole without it.
fn left_out(outcomes: &[Outcome]) -> impl Iterator<Item = &'static str> {
    let was_wanted = outcomes.iter().any(|outcome| outcome.step == "npm" && outcome.report.is_some());
    let has_suite = env::var_os("VEXIL_OPENFEATURE").is_some_and(|folder| !folder.is_empty());
    let all = [
        (has_suite, "OpenFeature's own suite, since VEXIL_OPENFEATURE names no folder that has it"),
        (project::webkit().is_some(), "the package in WebKit, since neither WebKitGTK nor a way to get it is here"),
    ];
    all.into_iter().filter(move |(is_here, _)| was_wanted && !is_here).map(|(_, left_out)| left_out)
}

fn counted(tests: Process, count: fn(&str) -> Counts) -> Report {
    match tests.transcribe() {
        Ok(transcript) => judged(transcript.failure, count(&transcript.text)),
        Err(problem) => check(Err(problem)),
    }
}

/// No test run, or one left out, is a failure: neither shows in an exit code.
fn judged(failure: Option<String>, counts: Counts) -> Report {
    let problem = match failure {
        Some(failure) => Some(failure),
        None if counts.failed > 0 => Some(format!("{} tests failed", counts.failed)),
        None if counts.skipped > 0 => Some(format!("{} tests were skipped", counts.skipped)),
        None if counts.passed == 0 => Some("no test was run".to_owned()),
        None => None,
    };
    Report { counts, problem: problem.map(Error::msg) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem_of(passed: u64, skipped: u64) -> Option<String> {
        let report = judged(None, Counts { passed, failed: 0, skipped });
        report.problem.map(|problem| problem.to_string())
    }

    #[test]
    fn an_exit_code_of_zero_is_not_enough() {
        assert_eq!(problem_of(0, 0).as_deref(), Some("no test was run"));
        assert_eq!(problem_of(2, 1).as_deref(), Some("1 tests were skipped"));
        assert_eq!(problem_of(2, 0), None);
    }

    #[test]
    fn a_step_that_fails_without_a_failed_test_counts_as_one() {
        let report = check(process("false").run());
        let outcome = Outcome { step: "format", took: Duration::ZERO, report: Some(report) };
        assert_eq!((outcome.verdict(), outcome.failed()), ("FAILED", 1));
    }
}
