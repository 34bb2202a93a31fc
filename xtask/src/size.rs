//! `size`: what a browser downloads, against the budget.

use crate::build::{self, Artifact};
use crate::process::{process, program};
use crate::project;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What is imported by itself, and the most that it may weigh, wasm and JavaScript together, in bytes after `gzip -9`.
/// The budgets follow the artifacts down, so that what is won stays won.
struct Entry {
    /// In `exports` of package.json.
    export: &'static str,
    artifact: &'static Artifact,
    budget: u64,
}

/// The goals of the engines are 60,000 and 20,000. Control is for programs that decide, not for pages.
const ENTRIES: [Entry; 3] = [
    Entry { export: ".", artifact: &build::FULL, budget: 93_500 },
    Entry { export: "./slim", artifact: &build::SLIM, budget: 37_300 },
    Entry { export: "./control", artifact: &build::CONTROL, budget: 647_000 },
];

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
    let mut over = Vec::new();
    for Entry { export, artifact, budget } in ENTRIES {
        let wasm = measure(&artifact.file())?;
        // What an import of the package brings in a browser, minified.
        let script = measure(&bundle(export)?)?;
        let total =
            Size { raw: wasm.raw + script.raw, gzip: wasm.gzip + script.gzip, brotli: wasm.brotli + script.brotli };
        println!("{:<28}{:>10}{:>10}{:>10}", format!("vexil{}", &export[1..]), "raw", "gzip -9", "brotli");
        print_row("  wasm", wasm);
        print_row("  JavaScript", script);
        print_row("  total", total);
        println!("{:<28}{budget:>20}\n", "  budget");
        if total.gzip > budget {
            over.push(format!("`{export}` by {} bytes", total.gzip - budget));
        }
    }
    ensure!(over.is_empty(), "over budget: {}", over.join(", "));
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

/// All the JavaScript of an import for a browser, in one minified file.
fn bundle(export: &str) -> Result<PathBuf> {
    let package = project::read_json("pkg/package.json")?;
    let entry = package
        .get("exports")
        .and_then(|exports| exports.get(export))
        .and_then(browser_entry)
        .with_context(|| format!("`exports` of pkg/package.json has no `{export}` for browsers"))?;
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
