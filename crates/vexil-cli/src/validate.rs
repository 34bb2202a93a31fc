//! `vexil validate`: everything that is wrong with a snapshot.

use std::io::Write as _;

use anyhow::Result;
use serde::Serialize;
use vexil::patterns::RegexPatterns;
use vexil::snapshot::model::Snapshot;
use vexil::snapshot::{Reading, is_valid, read};
use vexil::{Code, Diagnostic, Severity};

use crate::args::Validate;
use crate::eval::print_json;
use crate::{Status, say};

/// What validation says to machines.
#[derive(Serialize)]
struct Verdict {
    valid: bool,
    diagnostics: Vec<Diagnostic>,
}

pub(crate) fn run(args: &Validate) -> Result<Status> {
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
    let verdict = Verdict { valid: is_valid(&diagnostics), diagnostics };
    if args.json {
        print_json(&verdict)?;
    } else {
        print(args, &verdict, snapshot.as_ref())?;
    }
    Ok(if verdict.valid { Status::Fine } else { Status::No })
}

fn not_text() -> Diagnostic {
    Diagnostic::new(Code::NotJson, "", "not JSON: the document is not UTF-8")
}

fn print(args: &Validate, verdict: &Verdict, snapshot: Option<&Snapshot>) -> Result<()> {
    let mut out = anstream::stdout().lock();
    for diagnostic in &verdict.diagnostics {
        writeln!(out, "{}", say::diagnostic(diagnostic))?;
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
