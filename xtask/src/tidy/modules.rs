//! The modules of the core and the only directions in which they may depend on each other.

use super::code::code_only;
use super::{Problems, line_of};
use crate::project;
use anyhow::Result;

/// Every module of `src/`, and what it may name. A module that stands further up never names one further down.
const MODULES: &[(&str, &[&str])] = &[
    ("words", &[]),
    ("json", &["words"]),
    ("hash", &["words"]),
    ("patterns", &["words"]),
    // The mathematics of verdicts. Nothing of evaluation names it: what a page loads must not hold it.
    ("stats", &["words", "hash"]),
    // What operators look at: metrics, alerts, health, reports. Nothing of evaluation names it either.
    ("analysis", &["words", "hash", "stats"]),
    ("snapshot", &["words", "json", "hash", "patterns"]),
    ("ir", &["words", "hash", "patterns"]),
    ("context", &["words", "json"]),
    // What documents say of attributes. Answers do not depend on it.
    ("attributes", &["words", "hash", "snapshot", "context"]),
    // What of a snapshot browsers get: decided where it is published.
    ("client", &["words", "json", "hash", "patterns", "snapshot", "attributes"]),
    ("compile", &["words", "json", "hash", "patterns", "snapshot", "ir"]),
    ("evaluate", &["words", "hash", "patterns", "ir"]),
    ("diff", &["words", "json", "hash", "snapshot"]),
    // What a review looks at: how far a change reaches, and what is bad practice. Nothing of evaluation names them.
    ("radius", &["words", "hash", "snapshot", "evaluate", "diff"]),
    ("lint", &["words", "json", "snapshot", "radius", "attributes"]),
    ("explain", &["words", "json", "patterns", "ir", "context", "evaluate"]),
    // Delivery decides over snapshots; evaluation knows nothing of it.
    ("control", &["words", "json", "patterns", "snapshot", "evaluate", "analysis", "stats", "radius", "client"]),
    // What a program uses: it may name all the others, and none of them names it.
    (
        "engine",
        &["words", "json", "hash", "patterns", "snapshot", "ir", "context", "compile", "evaluate", "diff", "explain"],
    ),
];

pub(super) fn check(files: &[String]) -> Result<Problems> {
    let mut problems = Problems::new();
    for file in files.iter().filter(|file| is_core(file) && *file != "src/lib.rs") {
        let code = code_only(&project::read(file)?);
        let module = module_of(file);
        let Some((_, allowed)) = MODULES.iter().find(|(name, _)| *name == module) else {
            problems.push(format!("{file}:1: `{module}` is not in the table of modules (xtask/src/tidy/modules.rs)"));
            continue;
        };
        for (offset, named) in references(file, &code) {
            if named != module && !allowed.contains(&named.as_str()) {
                let line = line_of(&code, offset);
                problems.push(format!("{file}:{line}: `{module}` may not name `crate::{named}`"));
            }
        }
    }
    Ok(problems)
}

pub(super) fn is_core(file: &str) -> bool {
    file.starts_with("src/") && project::has_extension(file, "rs")
}

/// `src/ir/mod.rs`, `src/ir/table.rs` and `src/ir.rs` are all of module `ir`.
fn module_of(file: &str) -> &str {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    path.split('/').next().unwrap_or(path)
}

/// What the code names directly below the root of the crate, with its place.
fn references(file: &str, code: &str) -> Vec<(usize, String)> {
    let mut found = below(code, "crate::");
    // `super` leads to the root as well, where a file is not deep enough.
    let to_the_root = "super::".repeat(depth(file));
    for (offset, name) in below(code, &to_the_root) {
        if MODULES.iter().any(|(module, _)| *module == name) {
            found.push((offset, name));
        }
    }
    found
}

/// How many `super` lead from a file to the root of the crate.
fn depth(file: &str) -> usize {
    file.trim_start_matches("src/").trim_end_matches("/mod.rs").split('/').count()
}

/// The names that follow a path prefix, also where several stand in braces.
fn below(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (offset, _) in code.match_indices(prefix) {
        let before = code.get(..offset).and_then(|text| text.chars().next_back());
        // `$crate::` and `my_crate::` are something else, and so is `super::` within a longer chain of them.
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | ':')) {
            continue;
        }
        let rest = code.get(offset + prefix.len()..).unwrap_or_default();
        let names = match rest.strip_prefix('{') {
            Some(group) => group_names(group),
            None => vec![identifier(rest)],
        };
        found.extend(names.into_iter().filter(|name| !name.is_empty()).map(|name| (offset, name.to_owned())));
    }
    found
}

/// The first identifier of each member of a `{...}` group, whose own groups are skipped.
fn group_names(group: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (offset, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(identifier(group.get(start..offset).unwrap_or_default().trim_start()));
                start = offset + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(file: &str, code: &str) -> Vec<String> {
        references(file, code).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn the_table_has_no_cycles() {
        for (position, (module, allowed)) in MODULES.iter().enumerate() {
            for other in *allowed {
                let place = MODULES.iter().position(|(name, _)| name == other);
                assert!(place.is_some_and(|place| place < position), "`{module}` names `{other}`");
            }
        }
    }

    #[test]
    fn single_paths_and_groups_are_seen() {
        let code = "use crate::ir::{A, B};\nuse crate::{hash, words::{key::K, time}, snapshot as s};";
        assert_eq!(named("src/x.rs", code), ["ir", "hash", "words", "snapshot"]);
    }

    #[test]
    fn a_super_that_reaches_the_root_is_seen() {
        assert_eq!(named("src/ir.rs", "use super::hash::H;"), ["hash"]);
        assert_eq!(named("src/ir/mod.rs", "use super::hash::H;"), ["hash"]);
        assert_eq!(named("src/ir/table.rs", "use super::super::hash::H; use super::hash;"), ["hash"]);
    }

    #[test]
    fn other_crates_are_not() {
        assert!(named("src/x.rs", "$crate::a; my_crate::b; other::crate_::c").is_empty());
    }
}
