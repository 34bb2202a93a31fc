//! `setup`: brings what cargo alone does not. Idempotent, and quick when everything is there.

use crate::process::process;
use crate::project;
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

pub(crate) fn run(browsers: bool) -> Result<()> {
    process("bash xtask/setup-wasm.sh").args(browsers.then_some("--browsers")).run()?;
    if project::has_pkg() {
        npm_dependencies(&project::pkg())?;
        npm_dependencies(&project::react())?;
        npm_dependencies(&project::www())?;
    }
    Ok(())
}

/// Installs exactly what the lock file says, unless npm did so after the lock file was last written.
pub(crate) fn npm_dependencies(pkg: &Path) -> Result<()> {
    let lock = modified(&pkg.join("package-lock.json"));
    // npm writes this file at the end of every installation.
    let installed = modified(&pkg.join("node_modules/.package-lock.json"));
    let wanted = lock.max(modified(&pkg.join("package.json")));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    let command = if lock.is_some() { "npm ci" } else { "npm install" };
    process(command).args(["--no-audit", "--no-fund"]).dir(pkg).run()
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}
