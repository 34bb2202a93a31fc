//! Where things are in the repository and on the machine.

use crate::process::process;
use anyhow::{Context, Result};
use serde_json::Value;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository: where xtask was compiled, whatever directory it is run in.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The command line, once `cargo build -p vexil-cli` has built it.
pub(crate) fn command_line() -> PathBuf {
    target_dir().join("debug/vexil").with_extension(env::consts::EXE_EXTENSION)
}

/// `MiniBrowser`, which comes with WebKitGTK, where there is one and a display in memory for it. Debian has it in a
/// folder that is named after the machine.
pub(crate) fn webkit() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let browsers = folders.map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"));
    browsers.into_iter().find(|browser| browser.exists() && Path::new("/usr/bin/Xvfb").exists())
}

/// The npm package.
pub(crate) fn pkg() -> PathBuf {
    root().join("pkg")
}

/// The example in React, which has the npm package by a link.
pub(crate) fn react() -> PathBuf {
    root().join("examples/react")
}

/// The playground.
pub(crate) fn www() -> PathBuf {
    root().join("www")
}

/// Whether the npm package is there at all: the core and the command line live without it.
pub(crate) fn has_pkg() -> bool {
    pkg().join("package.json").exists()
}

/// `wasm-run`, written by the set-up script: runs a command with the wasm toolchain and tools on its path.
pub(crate) fn wasm_run() -> Result<PathBuf> {
    Ok(tools_prefix()?.join("bin/wasm-run"))
}

/// Where the set-up script puts its tools; the script has the same rule.
fn tools_prefix() -> Result<PathBuf> {
    if let Some(prefix) = env::var_os("WASM_PREFIX") {
        return Ok(prefix.into());
    }
    if let Some(cache) = env::var_os("XDG_CACHE_HOME") {
        return Ok(PathBuf::from(cache).join("wasm-tools"));
    }
    let home = env::home_dir().context("no home directory: set WASM_PREFIX to where the wasm tools go")?;
    Ok(home.join(".cache/wasm-tools"))
}

/// The files of the repository as git sees them (tracked, or new and not ignored), relative to the root, sorted.
pub(crate) fn files() -> Result<Vec<String>> {
    // CI may run as another user than the one who cloned, and git then refuses to look.
    let listing = process("git -c safe.directory=* ls-files -z --cached --others --exclude-standard").read()?;
    let mut files: Vec<String> = listing.split_terminator('\0').map(str::to_owned).collect();
    // A file deleted but not yet committed is still listed.
    files.retain(|file| root().join(file).exists());
    files.sort();
    files.dedup();
    Ok(files)
}

/// Whether a file's name ends in a dot and `extension`.
pub(crate) fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

/// The text of a file, named relative to the root.
pub(crate) fn read(file: impl AsRef<Path>) -> Result<String> {
    let file = file.as_ref();
    fs::read_to_string(root().join(file)).with_context(|| format!("reading {}", file.display()))
}

/// A JSON file, named relative to the root.
pub(crate) fn read_json(file: impl AsRef<Path>) -> Result<Value> {
    let file = file.as_ref();
    serde_json::from_str(&read(file)?).with_context(|| format!("{} is not JSON", file.display()))
}
