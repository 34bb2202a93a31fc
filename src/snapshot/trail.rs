//! Where one is in a document, and what was found there.

use alloc::string::String;
use alloc::vec::Vec;

use crate::words::diagnostic::{Code, Path, Report, Severity, did_you_mean};

/// Names that are compared with what was probably meant, in one document: a hopeless one shall
/// not cost more than a good one.
const HINTS: usize = 1_000;

/// A step down into a document.
#[derive(Clone, Copy)]
pub(super) enum Step<'p> {
    /// To a member of an object.
    Key(&'p str),
    /// To an element of an array.
    Index(usize),
}

/// The report, and the way to where one is. Readers carry it along instead of a path of their own:
/// most values are fine, and saying where they are costs code at every call.
pub(super) struct Trail<'p> {
    report: Report,
    steps: Vec<Step<'p>>,
    hints: usize,
}

impl<'p> Trail<'p> {
    /// At the root.
    pub(super) fn new(report: Report) -> Self {
        Self { report, steps: Vec::with_capacity(64), hints: HINTS }
    }

    /// Goes down a step.
    #[inline(never)]
    pub(super) fn enter(&mut self, step: Step<'p>) {
        self.steps.push(step);
    }

    /// Goes back up a step.
    #[inline(never)]
    pub(super) fn leave(&mut self) {
        self.steps.pop();
    }

    /// Does something a step down.
    pub(super) fn within(&mut self, step: Step<'p>, act: impl FnOnce(&mut Self)) {
        self.enter(step);
        act(self);
        self.leave();
    }

    /// How many errors there are.
    pub(super) const fn errors(&self) -> usize {
        self.report.errors()
    }

    /// The report alone.
    pub(super) fn into_report(self) -> Report {
        self.report
    }

    /// Adds a problem here.
    pub(super) fn add(&mut self, code: Code, message: &str) {
        self.add_as(code.severity(), code, message);
    }

    /// Adds a problem here that breaks more, or less, than is usual for its code.
    #[inline(never)]
    pub(super) fn add_as(&mut self, severity: Severity, code: Code, message: &str) {
        let report = &mut self.report;
        follow(&self.steps, Path::Root, &mut |path| report.add_as(severity, code, path, message));
    }

    /// Adds a problem a step down.
    #[inline(never)]
    pub(super) fn add_at(&mut self, step: Step<'p>, code: Code, message: &str) {
        self.within(step, |trail| trail.add(code, message));
    }

    /// Adds a problem here, about a text of the user's.
    #[inline(never)]
    pub(super) fn add_about(&mut self, code: Code, before: &str, text: &str, after: &str) {
        self.add(code, &[before, &quoted(text), after].concat());
    }

    /// What was probably meant, as the end of a message.
    pub(super) fn hint(&mut self, given: &str, known: &[&str]) -> String {
        if self.hints == 0 {
            return String::new();
        }
        self.hints -= 1;
        did_you_mean(given, known)
    }
}

fn follow(steps: &[Step<'_>], path: Path<'_>, act: &mut dyn FnMut(Path<'_>)) {
    match steps.split_first() {
        None => act(path),
        Some((Step::Key(key), rest)) => follow(rest, path.key(key), act),
        Some((Step::Index(index), rest)) => follow(rest, path.index(*index), act),
    }
}

/// The user's text as it is quoted in a message: the beginning of a long one.
pub(super) fn quoted(text: &str) -> String {
    match text.get(..text.floor_char_boundary(80)) {
        Some(start) if start.len() < text.len() => ["`", start, "...`"].concat(),
        _ => ["`", text, "`"].concat(),
    }
}
