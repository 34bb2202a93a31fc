//! What source files may hold, and how long they may be.

use super::code::code_only;
use super::modules::is_core;
use super::{Problems, line_of};
use crate::project;
use anyhow::{Context, Result};
use std::fs;

/// A longer file is usually two ideas.
const MOST_LINES: usize = 600;

/// Files that are one idea and longer all the same, with the reason.
const LONG_FILES: &[(&str, &str)] = &[
    ("crates/vexil-corpus/src/files.rs", "a generated list with one line for each fixture"),
    ("tests/suite/bad_input.rs", "a list of bad inputs, each a test by itself"),
    ("tests/suite/laws.rs", "a list of laws, each a test by itself"),
];

/// What no Rust source may hold, outside comments and strings.
const UNFINISHED: &[(&str, &str)] = &[
    ("#[ignore", "a test that is not run proves nothing"),
    ("todo!(", "unfinished"),
    ("unimplemented!(", "unfinished"),
    ("dbg!(", "left over from debugging"),
];

/// Where the files of some person or machine are; nothing in the repository may depend on them.
const MACHINE_PLACES: &[&str] = &["root", "home", "Users", "work", "mnt"];

/// Files in which anything may stand: the table above, and what tools write.
const NOT_SEARCHED: &[&str] =
    &["xtask/src/tidy/sources.rs", "Cargo.lock", "pkg/package-lock.json", "www/package-lock.json"];

pub(super) fn check(files: &[String]) -> Result<Problems> {
    let mut problems = Problems::new();
    for file in files {
        let bytes = fs::read(project::root().join(file)).with_context(|| format!("reading {file}"))?;
        // What is not text is not searched.
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        if project::has_extension(file, "rs") {
            rust(file, &text, &mut problems);
        }
        if !NOT_SEARCHED.contains(&file.as_str()) {
            machine_paths(file, &text, &mut problems);
        }
    }
    Ok(problems)
}

fn rust(file: &str, text: &str, problems: &mut Problems) {
    let code = code_only(text);
    let mut forbid = |word: &str, why: &str| {
        for (offset, _) in code.match_indices(word) {
            problems.push(format!("{file}:{}: `{word}`: {why}", line_of(&code, offset)));
        }
    };
    for (word, why) in UNFINISHED {
        forbid(word, why);
    }
    if is_core(file) {
        forbid("std::", "the core is `no_std`: use `core` or `alloc`");
        forbid("extern crate std", "the core is `no_std`");
    }
    let lines = text.lines().count();
    if lines > MOST_LINES && LONG_FILES.iter().all(|(long, _)| *long != file) {
        problems.push(format!("{file}:1: {lines} lines are more than {MOST_LINES}: is it still one idea?"));
    }
}

/// Absolute paths into someone's machine, as in `/home/someone/`.
fn machine_paths(file: &str, text: &str, problems: &mut Problems) {
    for place in MACHINE_PLACES {
        let path = format!("/{place}/");
        for (offset, _) in text.match_indices(&path) {
            let before = text.get(..offset).and_then(|text| text.chars().next_back());
            let begins = before.is_none_or(|c| c.is_whitespace() || "\"'`([<{=:,;>".contains(c));
            if begins {
                problems.push(format!("{file}:{}: `{path}` is a path of one machine", line_of(text, offset)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(check: fn(&str, &str, &mut Problems), file: &str, text: &str) -> Problems {
        let mut problems = Problems::new();
        check(file, text, &mut problems);
        problems
    }

    #[test]
    fn the_core_may_not_name_std_but_its_comments_may() {
        assert!(problems(rust, "src/ir.rs", "/// Unlike `std::vec`.\nuse core::fmt;").is_empty());
        let found = problems(rust, "src/ir.rs", "use core::fmt;\nuse std::vec;");
        assert_eq!(found, ["src/ir.rs:2: `std::`: the core is `no_std`: use `core` or `alloc`"]);
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_path_within_the_project_is_not() {
        assert_eq!(problems(machine_paths, "a.md", "see\n`/home/me/x`").len(), 1);
        assert!(problems(machine_paths, "a.md", "see src/work/x and https://x.org/home/y").is_empty());
    }
}
