//! `size`: what a browser downloads, against the budget.

use crate::build;
use crate::process::{process, program};
use crate::project;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The most that wasm and JavaScript of the full artifact may weigh together, in bytes after `gzip -9`.
/// The goal is 60,000. The budget follows the artifact down, so that what is won stays won.
const FULL_BUDGET: u64 = 90_000;

/// Prints `raw gzip brotli` of a file. Node is there wherever the package is built, and has both.
const MEASURE: &str = "\
    const zlib = require('node:zlib'); \
    const bytes = require('node:fs').readFileSync(process.argv[1]); \
    console.log(bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes).length);";

#[derive(Clone, Copy)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

pub(crate) fn run() -> Result<()> {
    let wasm = measure(&build::wasm_dir().join("vexil_bg.wasm"))?;
    let glue = measure(&minified_glue()?)?;
    println!("{:<28}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip -9", "brotli");
    print_row("wasm", wasm);
    print_row("glue", glue);
    // What an import of the package brings in a browser, the glue included: the compressor sees them together too.
    let script = if project::has_pkg() { measure(&bundle()?)? } else { glue };
    print_row("glue and TypeScript", script);
    let total = Size { raw: wasm.raw + script.raw, gzip: wasm.gzip + script.gzip, brotli: wasm.brotli + script.brotli };
    print_row("total", total);
    println!("{:<28}{:>20}", "budget", FULL_BUDGET);
    ensure!(total.gzip <= FULL_BUDGET, "over budget by {} bytes", total.gzip - FULL_BUDGET);
    Ok(())
}

fn print_row(name: &str, size: Size) {
    println!("{name:<28}{:>10}{:>10}{:>10}", size.raw, size.gzip, size.brotli);
}

fn measure(file: &Path) -> Result<Size> {
    ensure!(file.exists(), "no {}: run `cargo xtask build` first", file.display());
    let printed = process("node --eval").arg(MEASURE).arg(file).read()?;
    let numbers: Vec<u64> = printed.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match *numbers {
        [raw, gzip, brotli] => Ok(Size { raw, gzip, brotli }),
        _ => anyhow::bail!("measuring {} printed `{}`", file.display(), printed.trim()),
    }
}

fn minified_glue() -> Result<PathBuf> {
    let glue = build::wasm_dir().join("vexil.js");
    if !project::has_pkg() {
        return Ok(glue);
    }
    esbuild(&glue, &[])
}

/// All the JavaScript of `import "vexil"` for a browser, in one minified file.
fn bundle() -> Result<PathBuf> {
    let package = project::read_json("pkg/package.json")?;
    let entry = package
        .pointer("/exports/.")
        .and_then(browser_entry)
        .context("`exports` of pkg/package.json has no entry for browsers")?;
    esbuild(&project::pkg().join(entry), &["--bundle", "--conditions=browser"])
}

/// Follows the conditions as a bundler for browsers would: `browser` first, then `import`, then `default`.
fn browser_entry(node: &Value) -> Option<&str> {
    match node {
        Value::String(path) => Some(path),
        Value::Object(conditions) => {
            ["browser", "import", "default"].iter().find_map(|condition| browser_entry(conditions.get(*condition)?))
        }
        _ => None,
    }
}

fn esbuild(input: &Path, options: &[&str]) -> Result<PathBuf> {
    let dir = project::target_dir().join("size");
    fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    let output = dir.join(input.file_name().unwrap_or_default());
    program(project::pkg().join("node_modules/.bin/esbuild"))
        .arg(input)
        .args(["--minify", "--format=esm", "--log-level=warning"])
        .args(options)
        .arg(format!("--outfile={}", output.display()))
        .read()?;
    Ok(output)
}
