//! `vexil check`: what a change does to people, before it is merged.

pub(crate) mod args;
mod crossings;
mod deny;
mod markdown;
mod report;
mod text;

use std::io::Write as _;

use anyhow::Result;
use vexil::compile::compile;
use vexil::diff::diff;
use vexil::lint::{Lint, lints};
use vexil::patterns::RegexPatterns;
use vexil::radius::{overlaps, radius};
use vexil::snapshot::model::Snapshot;
use vexil::snapshot::read;
use vexil::{Diagnostic, Engine, Severity, Timestamp};

use crate::eval::print_json;
use crate::input;
use crate::{Status, batch};

use args::{Check, ReportFormat};
use crossings::Crossings;
use deny::Denials;
use report::{Report, Subject};

pub(crate) fn run(args: &Check) -> Result<Status> {
    input::distinct(&args.old, &args.new)?;
    if let Some(contexts) = &args.contexts {
        input::distinct(&args.old, contexts)?;
        input::distinct(&args.new, contexts)?;
    }
    let now = input::now(args.now);
    let old = read::<RegexPatterns>(&args.old.read()?);
    let Some(before) = old.snapshot else { return Err(input::refused(&args.old, &old.diagnostics)) };
    let new = read::<RegexPatterns>(&args.new.read()?);
    let mut report = Report { now: now.to_string(), ..Report::default() };
    let mut bad_lines = 0;
    if let Some(after) = &new.snapshot {
        report.compare(&before, after, now);
        if args.contexts.is_some() {
            bad_lines = observe(args, (&before, after), now, &mut report)?;
        }
    }
    report.diagnostics = new_problems(&old.diagnostics, new.diagnostics);
    report.denied = Denials::of(&args.deny, &args.allow).found(&report);
    print(args, &report)?;
    // Without a new snapshot there is nothing to allow.
    let is_denied = !report.denied.is_empty() || new.snapshot.is_none();
    Ok(match bad_lines {
        0 if is_denied => Status::No,
        0 => Status::Fine,
        _ => Status::WrongUse,
    })
}

impl Report {
    fn compare(&mut self, before: &Snapshot, after: &Snapshot, now: Timestamp) {
        let difference = diff(before, after);
        let radius = radius(before, after, now);
        let changed = |key: &str| radius.flags.binary_search_by(|flag| flag.key.as_str().cmp(key)).is_ok();
        self.overlaps = overlaps(after, now, changed);
        self.flags = Subject::list(difference.flags, radius.flags);
        self.services = Subject::list(difference.services, radius.services);
        let known = lints(before, None, now);
        let is_known = |lint: &Lint| known.iter().any(|other| other.is_same(lint));
        (self.lints_before, self.lints) = lints(after, Some(before), now).into_iter().partition(is_known);
    }
}

/// What validation says of the new snapshot: its errors, and those warnings that the old one has not.
fn new_problems(old: &[Diagnostic], new: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_old =
        |problem: &Diagnostic| old.iter().any(|known| (known.code, &known.message) == (problem.code, &problem.message));
    new.into_iter().filter(|problem| problem.severity != Severity::Warning || !is_old(problem)).collect()
}

/// Evaluates the contexts of a file before and after; returns how many of its lines are no contexts.
fn observe(
    args: &Check,
    (before, after): (&Snapshot, &Snapshot),
    now: Timestamp,
    report: &mut Report,
) -> Result<usize> {
    let Some(contexts) = &args.contexts else { return Ok(0) };
    // The kills of the higher revision count, as in an engine that is updated.
    let mut after = after.clone();
    if after.kills.revision <= before.kills.revision {
        after.kills = before.kills.clone();
    }
    let engines: [Engine; 2] = [before, &after].map(|snapshot| Engine::from_ruleset(compile(snapshot, 0)));
    let [old, new] = &engines;
    let mut crossings = Crossings::new(old, new, now, args.examples);
    let (flags, services) = (&mut report.flags, &mut report.services);
    flags.iter().for_each(|flag| crossings.add(&flag.affected.key, false));
    services.iter().for_each(|service| crossings.add(&service.affected.key, true));
    let bad_lines = batch::each_context(contexts, |_, context| {
        crossings.count(context);
        Ok(())
    })?;
    report.contexts = Some(crossings.contexts());
    let observed = crossings.finish();
    for (subject, observed) in flags.iter_mut().chain(services).zip(observed) {
        subject.observed = Some(observed);
    }
    Ok(bad_lines)
}

fn print(args: &Check, report: &Report) -> Result<()> {
    let text = match args.format {
        ReportFormat::Json => return print_json(report),
        ReportFormat::Text => text::write(report),
        ReportFormat::Markdown => markdown::write(report),
    };
    Ok(anstream::stdout().lock().write_all(text.as_bytes())?)
}
