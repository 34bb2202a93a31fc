//! `demo`: the command line at work, for a person to read along.

use crate::process::process;
use anyhow::Result;

/// What is shown, in this order: a sentence, and the arguments of `vexil` that show it.
const SCENES: &[(&str, &str)] = &[("What the command line can do.", "--help")];

pub(crate) fn run() -> Result<()> {
    process("cargo build --quiet -p vexil-cli").run()?;
    for (sentence, arguments) in SCENES {
        println!("\n{sentence}\n$ vexil {arguments}");
        process("cargo run --quiet -p vexil-cli --").args(arguments.split_whitespace()).run()?;
    }
    Ok(())
}
