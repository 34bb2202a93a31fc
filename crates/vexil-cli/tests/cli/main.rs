//! The command as its users meet it: arguments and files in; output, messages and exit code out.
#![expect(clippy::unwrap_used, reason = "what a test needs and does not get fails the test")]

mod analyze;
mod attributes;
mod check;
mod compile;
mod delivery;
mod eval;
mod import;
mod others;

use std::io::Write as _;
use std::process::{Command, Stdio};

/// What a run of the command gave.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

/// The command, to be run among the files of `tests/data`.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vexil"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data")).args(args);
    command
}

fn vexil(args: &[&str]) -> Run {
    vexil_reading("", args)
}

/// Runs the command with a text on standard input.
fn vexil_reading(input: &str, args: &[&str]) -> Run {
    let mut command = command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The path of a file that a test writes.
fn scratch(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"))
}

/// Contexts of that many users, a line for each.
fn users(count: usize) -> String {
    (0..count).fold(String::new(), |lines, number| lines + "{\"targetingKey\":\"user-" + &number.to_string() + "\"}\n")
}
