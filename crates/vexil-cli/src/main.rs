//! The `vexil` command: flags and routes evaluated, explained, checked, compiled and compared from files.
//!
//! The engine decides; here are files, the clock, and words for people and machines. Every
//! command reads its input, asks the engine once, and prints; `args` has what it can be asked.

mod analyze;
mod args;
mod audit;
mod batch;
mod check;
mod compile;
mod diff;
mod eval;
mod explain;
mod failure;
mod import;
mod input;
mod output;
mod power;
mod replay;
mod say;
mod simulate;
mod validate;

use std::io;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;

use args::{Args, Command};

/// How a command ended. What keeps it from its work at all is an error instead, and counts as
/// wrong use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// The work is done.
    Fine = 0,
    /// The work is done, and the answer is no.
    No = 1,
    /// Some of the input could not be used.
    WrongUse = 2,
}

fn main() -> ExitCode {
    match run(&Args::parse().command) {
        Ok(status) => ExitCode::from(status as u8),
        // Whoever reads the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(format_args!("{error:#}"));
            ExitCode::from(Status::WrongUse as u8)
        }
    }
}

fn run(command: &Command) -> Result<Status> {
    match command {
        Command::Eval(args) => eval::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Validate(args) => validate::run(args),
        Command::Compile(args) => compile::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Check(args) => check::run(args),
        Command::Import(args) => import::run(args),
        Command::Analyze(args) => analyze::run(args),
        Command::Power(args) => power::run(args),
        Command::Simulate(args) => simulate::run(args),
        Command::Audit(args) => audit::run(args),
        Command::Replay(args) => replay::run(args),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| match cause.downcast_ref::<io::Error>() {
        Some(error) => Some(error.kind()),
        None => cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind),
    };
    error.chain().any(|cause| kind(cause) == Some(io::ErrorKind::BrokenPipe))
}
