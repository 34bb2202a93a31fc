//! Times of the core, natively, on this machine: they compare with nothing but each other.

use crate::process::process;
use anyhow::Result;

pub(super) fn run() -> Result<()> {
    process("cargo bench --package vexil --bench native").run()
}
