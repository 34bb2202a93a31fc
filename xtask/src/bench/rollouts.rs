//! Rollouts by the ten thousand under verdicts, from fixed seeds.

use crate::process::process;
use anyhow::Result;

pub(super) fn run() -> Result<()> {
    process("cargo bench --package vexil --bench rollouts").run()
}
