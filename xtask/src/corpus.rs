//! `corpus`: the list of fixtures that `crates/vexil-corpus` embeds, for hosts that have no files.

use crate::project;
use anyhow::{Context, Result, ensure};
use std::fmt::Write;
use std::fs;

const LIST: &str = "crates/vexil-corpus/src/files.rs";

pub(crate) fn run() -> Result<()> {
    fs::write(project::root().join(LIST), list()?).with_context(|| format!("writing {LIST}"))?;
    println!("wrote {LIST}");
    Ok(())
}

/// For `tidy`: a fixture that nobody embedded is a test that nobody runs.
pub(crate) fn check() -> Result<()> {
    let list = list()?;
    ensure!(
        project::read(LIST).is_ok_and(|written| written == list),
        "{LIST} is not the list of tests/fixtures: run `cargo xtask corpus`"
    );
    Ok(())
}

/// The fixture files, relative to the root, sorted.
pub(crate) fn fixtures() -> Result<Vec<String>> {
    let mut files = project::files()?;
    files.retain(|file| file.starts_with("tests/fixtures/") && project::has_extension(file, "json"));
    Ok(files)
}

fn list() -> Result<String> {
    let mut text = String::from(
        "//! Every fixture, by its name. Written by `cargo xtask corpus`.\n\n\
         #[rustfmt::skip]\n\
         pub(crate) const FILES: &[(&str, &str)] = &[\n",
    );
    for file in fixtures()? {
        let name = file.trim_start_matches("tests/fixtures/").trim_end_matches(".json");
        writeln!(text, "    (\"{name}\", include_str!(\"../../../{file}\")),")?;
    }
    text.push_str("];\n");
    Ok(text)
}
