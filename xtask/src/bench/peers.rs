//! The npm package beside the engines that people use: everything that `benches/peers/run.mjs` needs, and a run of it.

use crate::process::{process, program};
use crate::{build, project, setup};
use anyhow::Result;
use std::env;
use std::path::{Path, PathBuf};

/// The snapshots that the small entry of the package gets as binary rulesets.
const COMPILED: [&str; 3] = ["1000", "10000", "segment"];

/// `options` are those of `run.mjs`.
pub(super) fn run(options: &[String]) -> Result<()> {
    let dir = project::root().join("benches/peers");
    setup::run(false)?;
    build::run()?;
    setup::npm_dependencies(&dir)?;
    process("node generate.mjs").dir(&dir).run()?;
    rulesets(&dir.join("snapshots"))?;
    process("node run.mjs").args(options).dir(&dir).run()
}

/// Compiles our snapshots with the command line, if it can.
fn rulesets(snapshots: &Path) -> Result<()> {
    process("cargo build --quiet --release -p vexil-cli").run()?;
    let vexil = project::target_dir().join("release/vexil").with_extension(env::consts::EXE_EXTENSION);
    if program(&vexil).args(["compile", "--help"]).read().is_err() {
        println!("no `vexil compile`: binary rulesets are not measured");
        return Ok(());
    }
    for size in COMPILED {
        let file = |extension| -> PathBuf { snapshots.join(format!("vexil.{size}.{extension}")) };
        program(&vexil)
            .args(["compile", "--strip", "--target", "slim"])
            .arg(file("json"))
            .arg("-o")
            .arg(file("ruleset"))
            .read()?;
    }
    Ok(())
}
