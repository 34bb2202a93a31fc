//! `www`: the playground, built over the npm package and served on this machine.

use crate::process::{Process, process};
use crate::{build, project, setup};
use anyhow::Result;

/// Serves the playground until it is interrupted. The server prints its address.
pub(crate) fn run() -> Result<()> {
    setup::run(false)?;
    build::run()?;
    npm("run build").run()?;
    npm("run preview").run()
}

/// Its types, its build, and its tests in Chromium.
pub(crate) fn tests() -> Process {
    npm("test")
}

fn npm(command: &str) -> Process {
    process("npm").args(command.split_whitespace()).dir(project::www())
}
