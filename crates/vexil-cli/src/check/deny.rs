//! What keeps a change out.

use std::collections::BTreeSet;

use serde::Serialize;
use vexil::Severity;
use vexil::lint::{self, Code};
use vexil::radius::{Course, Motion};
use vexil::words::diagnostic::did_you_mean;

use super::report::{Report, Subject};

/// Something that can be denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deny {
    /// Errors of validation.
    Errors,
    /// Warnings of validation and of lints that come with the change.
    Warnings,
    /// Units that are drawn anew.
    Reshuffle,
    /// Units that lose what they have.
    Shrink,
    /// Units that get another variant than they have.
    Swap,
    /// A lint that comes with the change: a place in the list of all.
    Lint(usize),
}

const WORDS: [(&str, Deny); 5] = [
    ("errors", Deny::Errors),
    ("warnings", Deny::Warnings),
    ("reshuffle", Deny::Reshuffle),
    ("shrink", Deny::Shrink),
    ("swap", Deny::Swap),
];

/// What is denied unless it is allowed.
const ALWAYS: [Deny; 2] = [Deny::Errors, Deny::Reshuffle];

impl Deny {
    pub(crate) fn parse(word: &str) -> Result<Self, String> {
        let lints = || Code::ALL.iter().enumerate().map(|(place, code)| (code.name(), Self::Lint(place)));
        let mut all = WORDS.into_iter().chain(lints());
        all.find(|(name, _)| *name == word).map(|(_, deny)| deny).ok_or_else(|| {
            let names: Vec<&str> = WORDS.into_iter().chain(lints()).map(|(name, _)| name).collect();
            let hint = did_you_mean(word, &names);
            if hint.is_empty() { format!("what can be denied is {}", names.join(", ")) } else { hint[2..].to_owned() }
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Lint(place) => Code::ALL.get(place).map_or("", |code| code.name()),
            _ => WORDS.iter().find(|(_, deny)| *deny == self).map_or("", |(name, _)| name),
        }
    }
}

/// Something denied that was found.
#[derive(Debug, Serialize)]
pub(super) struct Denied {
    /// The word for it.
    pub(super) what: &'static str,
    /// Where it is: a flag or service and a place in it, or a JSON pointer.
    pub(super) place: String,
}

/// All that is denied.
pub(super) struct Denials(BTreeSet<Deny>);

impl Denials {
    pub(super) fn of(deny: &[Deny], allow: &[Deny]) -> Self {
        let denied = ALWAYS.iter().chain(deny).copied();
        Self(denied.filter(|deny| !allow.contains(deny)).collect())
    }

    /// What of it a report has.
    pub(super) fn found(&self, report: &Report) -> Vec<Denied> {
        self.0
            .iter()
            .flat_map(|deny| deny.found(report).into_iter().map(|place| Denied { what: deny.name(), place }))
            .collect()
    }
}

impl Deny {
    fn found(self, report: &Report) -> Vec<String> {
        let lints = |is_it: &dyn Fn(&lint::Lint) -> bool| {
            report.lints.iter().filter(|lint| is_it(lint)).map(|lint| lint.path.clone()).collect::<Vec<_>>()
        };
        match self {
            Self::Errors => problems(report, |severity| severity != Severity::Warning),
            Self::Warnings => {
                let mut found = problems(report, |severity| severity == Severity::Warning);
                found.extend(lints(&|lint| lint.severity == lint::Severity::Warning));
                found
            }
            Self::Reshuffle => moves(report, |motion, _| matches!(motion, Motion::Reshuffles { .. })),
            Self::Shrink => {
                moves(report, |motion, course| motion == Motion::Shrinks || matches!(course, Course::Falls { .. }))
            }
            Self::Swap => moves(report, |motion, _| motion == Motion::Swaps),
            Self::Lint(place) => lints(&|lint| Code::ALL.get(place) == Some(&lint.code)),
        }
    }
}

fn problems(report: &Report, is_it: impl Fn(Severity) -> bool) -> Vec<String> {
    let found = report.diagnostics.iter().filter(|problem| is_it(problem.severity));
    found.map(|problem| if problem.path.is_empty() { "the document".into() } else { problem.path.clone() }).collect()
}

fn moves(report: &Report, is_it: impl Fn(Motion, Course) -> bool) -> Vec<String> {
    let of = |kind: &'static str, subjects: &[Subject]| {
        let movements =
            subjects.iter().flat_map(|subject| subject.affected.movements.iter().map(move |m| (subject, m)));
        let found = movements.filter(|(_, movement)| is_it(movement.motion, movement.course));
        found.map(|(subject, m)| format!("{kind} `{}`, {}", subject.affected.key, m.place)).collect::<Vec<_>>()
    };
    let mut found = of("flag", &report.flags);
    found.extend(of("service", &report.services));
    found
}
