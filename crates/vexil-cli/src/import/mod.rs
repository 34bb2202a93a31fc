//! `vexil import`: other systems' flag files as snapshots.
//!
//! Each format has a module that reads its flags into drafts. What the file does not say clearly
//! is a problem, all of which are reported at once; what is carried over in another sense than
//! the file's is a note. The result is validated like any snapshot before it is written.

mod draft;
mod guide;
mod layout;
mod manager;
mod node;
mod python;

use std::io::Write as _;

use anyhow::{Result, bail, ensure};
use vexil::Value;
use vexil::json::parse_value;
use vexil::patterns::RegexPatterns;
use vexil::snapshot::{is_valid, read};

use crate::args::{Format, Import};
use crate::input::Source;
use crate::output::Output;
use crate::{Status, say};

use draft::{Draft, Findings};
use node::{Node, Problem};

pub(crate) fn run(args: &Import) -> Result<Status> {
    let text = args.file.read()?;
    let json = match parse_value(text.trim_start_matches('\u{feff}')) {
        Ok(json) => json,
        Err(problem) => bail!("`{}`: {}", args.file, problem.message),
    };
    let root = Node::root(&json);
    ensure!(root.member("schema").is_none(), "`{}` is a snapshot already: it has a `schema`", args.file);
    let format = format_of(args, &root)?;
    let mut findings = Findings::default();
    let draft = match format {
        Format::Manager => manager::read(&root, args.environment.as_deref(), &mut findings),
        Format::Python => python::read(&root, &mut findings),
        Format::Guide | Format::Auto => guide::read(&root, &mut findings),
    };
    if !findings.problems.is_empty() {
        report_problems(&args.file, &findings.problems);
        return Ok(Status::No);
    }
    finish(args, draft, &findings)
}

/// Checks and writes what was read.
fn finish(args: &Import, draft: Draft, findings: &Findings) -> Result<Status> {
    let flags = draft.flags.len();
    let snapshot = draft.into_snapshot(args.environment.as_deref());
    let text = layout::pretty(&snapshot);
    let diagnostics = read::<RegexPatterns>(&text).diagnostics;
    findings.general.iter().chain(&findings.notes).for_each(say::note);
    for diagnostic in &diagnostics {
        let _ = writeln!(anstream::stderr().lock(), "{}", say::diagnostic(diagnostic));
    }
    if !is_valid(&diagnostics) {
        say::error(format_args!("`{}` makes no valid snapshot: the paths above are in what it would be", args.file));
        return Ok(Status::No);
    }
    args.output.write(text.as_bytes())?;
    if args.output != Output::Stdout {
        say::note(format_args!("{} written to `{}`", say::count(flags, "flag"), args.output));
    }
    Ok(Status::Fine)
}

fn report_problems(file: &Source, problems: &[Problem]) {
    for problem in problems {
        say::error(format_args!("`{file}`: {problem}"));
    }
    say::error(format_args!("nothing is written: {} in `{file}`", say::count(problems.len(), "problem")));
}

/// The format asked for, or the one that the file is clearly in.
fn format_of(args: &Import, root: &Node<'_>) -> Result<Format> {
    if args.from != Format::Auto {
        return Ok(args.from);
    }
    if manager::section(root).is_some() {
        return Ok(Format::Manager);
    }
    let flags = root.member("flags").or_else(|| root.member("feature_flags"));
    let flags = match flags.as_ref().unwrap_or(root).value {
        Value::Object(members) => members.iter().map(|(_, flag)| flag).collect(),
        Value::List(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    let mut formats = flags.into_iter().filter_map(format_of_flag);
    let first = formats.next();
    match first {
        Some(format) if formats.all(|other| other == format) => Ok(format),
        _ => bail!("the format of `{}` cannot be told; give it with `--from`", args.file),
    }
}

/// The format that a flag by itself is in, told by fields that only one format has.
fn format_of_flag(flag: &Value) -> Option<Format> {
    let has = |field: &str| flag.member(field).is_some();
    if has("rollout_strategy") || has("rollout_config") || has("enabled_for_users") {
        Some(Format::Python)
    } else if has("type") && has("state") {
        Some(Format::Manager)
    } else if has("rolloutPercentage") || (has("enabled") && !has("state")) {
        Some(Format::Guide)
    } else {
        has("state").then_some(Format::Python)
    }
}
