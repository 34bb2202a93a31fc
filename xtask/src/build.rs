//! `build`: the npm package, from Rust and TypeScript to a checked list of what would be packed.
//!
//! The order is fixed: for each artifact cargo, wasm-bindgen, wasm-opt, then npm. `wasm-pack build` is not used: it writes a package.json
//! and a .gitignore of its own, with which `npm pack` leaves the wasm out.

use crate::process::{process, wasm_process};
use crate::project;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What the tarball must hold besides all that `exports` of package.json names.
const PACKED: [&str; 4] = ["wasm/vexil.wasm", "wasm/vexil-slim.wasm", "wasm/vexil-control.wasm", "README.md"];

/// What users download: the crate it is made of, and its file.
pub(crate) struct Artifact {
    package: &'static str,
    name: &'static str,
    /// Bytes of its stack. It takes them from the start of the memory, so that what does not fit is a trap.
    stack: usize,
}

/// Nested JSON and nested conditions are read by recursion.
pub(crate) const FULL: Artifact = Artifact { package: "vexil-wasm", name: "vexil", stack: 1 << 20 };
/// Only prerequisites and segments recurse, a few levels deep.
pub(crate) const SLIM: Artifact = Artifact { package: "vexil-wasm-slim", name: "vexil-slim", stack: 1 << 17 };
/// Nested JSON again, in commands and in what they publish.
pub(crate) const CONTROL: Artifact = Artifact { package: "vexil-wasm-control", name: "vexil-control", stack: 1 << 20 };

impl Artifact {
    /// The file that is packed.
    pub(crate) fn file(&self) -> PathBuf {
        project::pkg().join("wasm").join(format!("{}.wasm", self.name))
    }
}

/// Only numbers cross, so of the glue nothing is needed: it stays where it is made.
const BINDGEN: &str = "wasm-bindgen --target web --omit-default-module-path --no-typescript --out-name module";

/// The features that rustc's std for this target uses. `--all-features` would let wasm-opt use what Node 20 refuses.
/// No pointer is below 1,024, where the end of the stack is, and memory is the module's own: both make it smaller, and
/// so do functions in the order of their modules, since neighbours compress better.
const WASM_OPT: &str = "wasm-opt -Oz --converge \
    --enable-bulk-memory --enable-bulk-memory-opt --enable-sign-ext --enable-nontrapping-float-to-int \
    --enable-mutable-globals --enable-reference-types --enable-multivalue --enable-call-indirect-overlong \
    --low-memory-unused --zero-filled-memory --reorder-functions-by-name \
    --strip-debug --strip-producers --strip-target-features";

pub(crate) fn run() -> Result<()> {
    // Each by itself: cargo would unite the features of what is built together.
    wasm(&FULL)?;
    wasm(&SLIM)?;
    wasm(&CONTROL)?;
    if project::has_pkg() {
        process("npm run build").dir(project::pkg()).run()?;
        check_tarball()?;
    }
    Ok(())
}

fn wasm(artifact: &Artifact) -> Result<()> {
    let compiled = compile(artifact)?;
    let inputs = inputs(&compiled)?;
    let stamp = project::target_dir().join(format!("{}.stamp", artifact.name));
    let is_known = fs::read_to_string(&stamp).is_ok_and(|written| written == inputs);
    if is_known && artifact.file().exists() {
        return Ok(());
    }
    post_process(artifact, &compiled)?;
    fs::write(&stamp, inputs).with_context(|| format!("writing {}", stamp.display()))
}

fn compile(artifact: &Artifact) -> Result<PathBuf> {
    wasm_process("cargo build --profile wasm --target wasm32-unknown-unknown --package")?
        .arg(artifact.package)
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            format!("{} -Clink-arg=-zstack-size={}", remap_paths()?, artifact.stack),
        )
        .run()?;
    let file = format!("{}.wasm", artifact.package.replace('-', "_"));
    Ok(project::target_dir().join("wasm32-unknown-unknown/wasm").join(file))
}

/// Everything is made aside and copied at the end, so that pkg/wasm never holds half of a file's making.
fn post_process(artifact: &Artifact, compiled: &Path) -> Result<()> {
    let aside = project::target_dir().join("npm-wasm").join(artifact.name);
    wasm_process(BINDGEN)?.arg("--out-dir").arg(&aside).arg(compiled).run()?;
    let module = aside.join("module_bg.wasm");
    wasm_process(WASM_OPT)?.arg(&module).arg("-o").arg(&module).run()?;
    check_paths(&module)?;
    let file = artifact.file();
    fs::create_dir_all(file.with_file_name(""))?;
    fs::copy(&module, &file).with_context(|| format!("copying {}", file.display()))?;
    Ok(())
}

/// Flags that keep the paths of this machine out of panic messages, and so out of what users download.
fn remap_paths() -> Result<String> {
    let cargo_home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir().context("no home directory")?.join(".cargo"),
    };
    let sources = cargo_home.join("registry/src");
    let mut flags = vec![format!("--remap-path-prefix={}=", project::root().display())];
    // A directory for each registry, of which a machine may have several.
    for entry in fs::read_dir(&sources).into_iter().flatten() {
        let registry = entry?.path();
        flags.push(format!("--remap-path-prefix={}=", registry.display()));
    }
    Ok(flags.join(" "))
}

/// A fingerprint of all that the steps after cargo depend on: wasm-opt takes its time.
fn inputs(compiled: &Path) -> Result<String> {
    let wasm = fs::read(compiled).with_context(|| format!("reading {}", compiled.display()))?;
    let mut hasher = DefaultHasher::new();
    (wasm, BINDGEN, WASM_OPT).hash(&mut hasher);
    // These two name the versions of the tools.
    (project::read("Cargo.lock")?, project::read("xtask/setup-wasm.sh")?).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// No file that users download may name a path of the machine that built it.
fn check_paths(module: &Path) -> Result<()> {
    let bytes = fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    let home = env::home_dir().unwrap_or_default();
    for place in [project::root(), home.as_path()] {
        let name = format!("{}/", place.display());
        let found = bytes.windows(name.len()).any(|window| window == name.as_bytes());
        ensure!(!found, "{} names `{name}`, a path of this machine", module.display());
    }
    Ok(())
}

/// Asks npm what it would pack: a package without its wasm installs well and fails at the first user.
fn check_tarball() -> Result<()> {
    let listing = process("npm pack --dry-run --json --ignore-scripts").dir(project::pkg()).read()?;
    let listing: Value = serde_json::from_str(&listing).context("`npm pack --json` did not print JSON")?;
    let files: Vec<&str> = listing
        .pointer("/0/files")
        .and_then(Value::as_array)
        .context("`npm pack --json` names no files")?
        .iter()
        .filter_map(|file| file.get("path").and_then(Value::as_str))
        .collect();
    for wanted in PACKED {
        ensure!(files.contains(&wanted), "the npm package would lack `{wanted}`");
    }
    for entry in entry_files(&project::read_json("pkg/package.json")?) {
        ensure!(
            files.contains(&entry.as_str()),
            "`exports` of pkg/package.json names `{entry}`, which would not be packed"
        );
    }
    println!("npm package: {} files, all that `exports` names among them", files.len());
    Ok(())
}

/// Every file that `exports` can lead to; patterns with `*` are left to npm's own tools.
fn entry_files(package: &Value) -> Vec<String> {
    fn collect(node: &Value, files: &mut Vec<String>) {
        match node {
            Value::String(path) if !path.contains('*') => {
                files.push(path.trim_start_matches("./").to_owned());
            }
            Value::Object(conditions) => conditions.values().for_each(|node| collect(node, files)),
            Value::Array(choices) => choices.iter().for_each(|node| collect(node, files)),
            _ => {}
        }
    }
    let mut files = Vec::new();
    collect(package.get("exports").unwrap_or(&Value::Null), &mut files);
    files
}
