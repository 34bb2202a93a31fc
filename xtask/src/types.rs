//! `types`: the types of `vexil/control`, which TypeScript has from those of the core.

use crate::process::{Process, process};
use anyhow::Result;

pub(crate) fn run() -> Result<()> {
    test().env("VEXIL_WRITE_TYPES", "1").run()
}

/// Whether they are current. With the feature the core is compiled anew, so no other test has it.
pub(crate) fn test() -> Process {
    process("cargo test -p vexil-control-shell --features typescript --test types").without_env(&["VEXIL_WRITE_TYPES"])
}
