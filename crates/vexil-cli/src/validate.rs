//! `vexil validate`: everything that is wrong with a snapshot.

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::Result;
use serde::Serialize;
use vexil::attributes::check_context;
use vexil::patterns::RegexPatterns;
use vexil::snapshot::model::Snapshot;
use vexil::snapshot::{Reading, is_valid, read};
use vexil::{Code, Diagnostic, Severity};

use crate::args::Validate;
use crate::batch::each_context;
use crate::eval::print_json;
use crate::input::{self, Source};
use crate::{Status, say};

/// What validation says to machines.
#[derive(Serialize)]
struct Verdict {
    valid: bool,
    diagnostics: Vec<Diagnostic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contexts: Option<Vec<Habit>>,
}

/// Something that contexts do not keep to.
#[derive(Serialize)]
struct Habit {
    #[serde(flatten)]
    problem: Diagnostic,
    /// The first line where it is so, from 1.
    line: usize,
    /// In how many lines it is so.
    lines: usize,
}

pub(crate) fn run(args: &Validate) -> Result<Status> {
    if let Some(contexts) = &args.contexts {
        input::distinct(&args.snapshot, contexts)?;
    }
    let Reading { snapshot, mut diagnostics, .. } = match String::from_utf8(args.snapshot.read_document()?) {
        Ok(text) => read::<RegexPatterns>(&text),
        Err(_) => Reading { diagnostics: vec![not_text()], ..Reading::default() },
    };
    if args.strict {
        let unknown = |diagnostic: &&mut Diagnostic| diagnostic.code == Code::UnknownField;
        diagnostics.iter_mut().filter(unknown).for_each(|diagnostic| diagnostic.severity = Severity::Error);
        // The gravest first, as before; their order among themselves stays.
        diagnostics.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    }
    let (contexts, bad_lines) = match (&args.contexts, &snapshot) {
        (Some(contexts), Some(snapshot)) => {
            let (habits, bad_lines) = habits(contexts, snapshot)?;
            (Some(habits), bad_lines)
        }
        _ => (None, 0),
    };
    let verdict = Verdict { valid: is_valid(&diagnostics), diagnostics, contexts };
    if args.json {
        print_json(&verdict)?;
    } else {
        print(args, &verdict, snapshot.as_ref())?;
    }
    let is_fine = verdict.valid && verdict.contexts.is_none_or(|habits| habits.is_empty());
    Ok(match bad_lines {
        0 if is_fine => Status::Fine,
        0 => Status::No,
        _ => Status::WrongUse,
    })
}

/// What the contexts of a file do not keep to, and how many lines hold none.
fn habits(contexts: &Source, snapshot: &Snapshot) -> Result<(Vec<Habit>, usize)> {
    if snapshot.attributes.is_empty() {
        say::note("the snapshot declares no `attributes`: there is nothing that contexts have to keep to");
    }
    let mut found: BTreeMap<(String, String), Habit> = BTreeMap::new();
    let bad_lines = each_context(contexts, |line, context| {
        for problem in check_context(&snapshot.attributes, context) {
            let place = (problem.path.clone(), problem.message.clone());
            found.entry(place).or_insert(Habit { problem, line, lines: 0 }).lines += 1;
        }
        Ok(())
    })?;
    Ok((found.into_values().collect(), bad_lines))
}

fn not_text() -> Diagnostic {
    Diagnostic::new(Code::NotJson, "", "not JSON: the document is not UTF-8")
}

fn print(args: &Validate, verdict: &Verdict, snapshot: Option<&Snapshot>) -> Result<()> {
    let mut out = anstream::stdout().lock();
    for diagnostic in &verdict.diagnostics {
        writeln!(out, "{}", say::diagnostic(diagnostic))?;
    }
    for Habit { problem, line, lines } in verdict.contexts.iter().flatten() {
        let times =
            if *lines > 1 { format!(", and {} after it", say::count(lines - 1, "other")) } else { String::new() };
        writeln!(out, "{} (line {line}{times})", say::diagnostic(problem))?;
    }
    let found = say::found(&verdict.diagnostics);
    let holds = snapshot.map_or([(0, ""); 3], |snapshot| {
        [(snapshot.flags.len(), "flag"), (snapshot.segments.len(), "segment"), (snapshot.services.len(), "service")]
    });
    let (word, details) = if verdict.valid {
        ("valid", say::listed(holds.into_iter().chain(found)))
    } else {
        ("not valid", say::listed(found.into_iter()))
    };
    Ok(writeln!(out, "`{}` is {word}{}{details}", args.snapshot, if details.is_empty() { "" } else { ": " })?)
}
