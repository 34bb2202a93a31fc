//! Versions that are written in two places and must agree.

use super::Problems;
use crate::project;
use anyhow::Result;
use serde_json::Value;

const PACKAGE: &str = "pkg/package.json";
const LOCK: &str = "pkg/package-lock.json";

pub(super) fn check(files: &[String]) -> Result<Problems> {
    let is_there = |file: &str| files.iter().any(|name| name == file);
    let mut problems = Problems::new();
    if is_there(PACKAGE) && !is_there(LOCK) {
        problems.push(format!("{LOCK}: absent, so every machine would test with other dependencies"));
    }
    // xtask has the version of the workspace, like every crate.
    let ours = env!("CARGO_PKG_VERSION");
    for file in [PACKAGE, LOCK].into_iter().filter(|file| is_there(file)) {
        let package = project::read_json(file)?;
        let theirs = package.get("version").and_then(Value::as_str).unwrap_or("absent");
        if theirs != ours {
            problems.push(format!("{file}: version {theirs}, but the workspace has {ours}"));
        }
    }
    Ok(problems)
}
