//! `demo`: the main job of the project on whatever machine this is: one snapshot, three hosts, the same answers.
//!
//! Sets up and builds what is missing, evaluates the shop of examples/shop natively, in Node and in Chromium, from JSON
//! and from a compiled ruleset, holds the digests against each other and the shares against the plan, explains one
//! answer, and says what to try next.

mod hosts;
mod shares;
mod tour;

use crate::process::{Process, process, program};
use crate::project;
use anyhow::{Context, Result};
use hosts::Browser;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

const WELCOME: &str = "\
Vexil decides which variant of a feature flag somebody gets, and which version of a service. Here one snapshot,
an online shop, decides for 100 000 visitors on three hosts: a native program, Node, and Chromium, where the same
Rust core runs as WebAssembly. Each evaluates the snapshot as it is written, and the ruleset that the command line
compiles of it. On a fresh machine set-up and builds take some minutes, later a few seconds.";

/// What the demo describes; relative to the root of the repository, like all commands that it prints.
const SNAPSHOT: &str = "examples/shop/snapshot.json";

/// What the builds left behind.
struct Built {
    browser: Browser,
    /// The native host.
    shop: PathBuf,
    /// The command line.
    vexil: PathBuf,
    /// The first visitors, one on each line, as the native host writes them.
    visitors: PathBuf,
    /// The snapshot, compiled.
    ruleset: PathBuf,
}

pub(crate) fn run() -> Result<()> {
    let start = Instant::now();
    println!("{WELCOME}");
    let built = build()?;
    heading("The snapshot");
    print!("{}", indented(&program(&built.vexil).args(["validate", "--strict", SNAPSHOT]).read()?));
    println!("  It has everything that a snapshot can have, and is evaluated as on 10 March 2026 at noon.");
    let report = hosts::run(&built)?;
    shares::print(&report)?;
    tour::explain(&built)?;
    tour::try_next(&built)?;
    println!("\nDone in {:.0} s.", start.elapsed().as_secs_f64());
    Ok(())
}

fn build() -> Result<Built> {
    heading("Set-up and builds");
    // Firefox and the drivers, which only tests need, come with Chromium; but only where there is none.
    let browsers = Browser::find().is_none().then_some("--browsers");
    phase("toolchain, tools, npm dependencies", xtask("setup")?.args(browsers))?;
    let browser = Browser::find().context("no Chromium on PATH, even after `cargo xtask setup --browsers`")?;
    phase("npm package: WebAssembly and TypeScript", xtask("build")?)?;
    phase("native program", process("cargo build --quiet --release --example shop"))?;
    phase("command line", process("cargo build --quiet -p vexil-cli"))?;
    let target = project::target_dir();
    fs::create_dir_all(target.join("demo")).context("creating a directory for what is made")?;
    let built = Built {
        browser,
        shop: target.join("release/examples/shop").with_extension(env::consts::EXE_EXTENSION),
        vexil: project::command_line(),
        visitors: target.join("demo/visitors.jsonl"),
        ruleset: target.join("demo/shop.ruleset"),
    };
    phase("visitors", program(&built.shop).arg("--visitors").arg(&built.visitors))?;
    phase("ruleset", program(&built.vexil).args(["compile", SNAPSHOT, "--output"]).arg(&built.ruleset))?;
    Ok(built)
}

/// Another command of xtask as a process of its own, so that what it says is seen only if it fails.
fn xtask(command: &str) -> Result<Process> {
    Ok(program(env::current_exe().context("where xtask itself is")?).arg(command))
}

/// Runs a process out of sight, and says how long it took.
fn phase(name: &str, work: Process) -> Result<()> {
    print!("  {name:<44}");
    io::stdout().flush()?;
    let start = Instant::now();
    let result = work.read();
    println!("{:>6.1} s", start.elapsed().as_secs_f64());
    result.map(drop)
}

fn heading(text: &str) {
    println!("\n{text}\n{}", "-".repeat(text.chars().count()));
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |indented, line| indented + "  " + line + "\n")
}

/// A path as it is typed in the root of the repository.
fn shown(path: &Path) -> String {
    path.strip_prefix(project::root()).unwrap_or(path).display().to_string()
}

/// A number with a space before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!([0, 999, 1_000, 5_200_000].map(grouped), ["0", "999", "1 000", "5 200 000"]);
    }

    #[test]
    fn paths_are_shown_as_they_are_typed() {
        assert_eq!(shown(&project::root().join("target/debug/vexil")), "target/debug/vexil");
        assert_eq!(shown(Path::new("/elsewhere/vexil")), "/elsewhere/vexil");
    }
}
