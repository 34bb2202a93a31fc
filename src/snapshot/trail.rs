//! Where one is among the parts of a document while they are checked, and what was found there.

use alloc::string::String;
use alloc::vec::Vec;

use crate::words::diagnostic::{Code, Report};
use crate::words::pointer;
use crate::words::text::join;

/// A step down into a document.
#[derive(Clone, Copy)]
enum Step<'p> {
    /// To a member of an object.
    Key(&'p str),
    /// To an element of an array.
    Index(usize),
}

/// The report, and the way to where one is: a pointer is made of it only if something is wrong.
pub(super) struct Trail<'p> {
    report: Report,
    steps: Vec<Step<'p>>,
}

impl<'p> Trail<'p> {
    /// At the root.
    pub(super) fn new(report: Report) -> Self {
        Self { report, steps: Vec::with_capacity(64) }
    }

    /// Goes down to a member of an object.
    #[inline(never)]
    pub(super) fn enter(&mut self, key: &'p str) {
        self.steps.push(Step::Key(key));
    }

    /// Goes down to an element of an array.
    #[inline(never)]
    pub(super) fn enter_nth(&mut self, index: usize) {
        self.steps.push(Step::Index(index));
    }

    /// Goes back up some steps.
    #[inline(never)]
    pub(super) fn leave(&mut self, steps: usize) {
        self.steps.truncate(self.steps.len().saturating_sub(steps));
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
    #[inline(never)]
    pub(super) fn add(&mut self, code: Code, message: &str) {
        let steps = &self.steps;
        self.report.add(code.severity(), code, &|| pointer(steps), message);
    }

    /// Adds a problem a step down.
    #[inline(never)]
    pub(super) fn add_at(&mut self, key: &'p str, code: Code, message: &str) {
        self.enter(key);
        self.add(code, message);
        self.leave(1);
    }

    /// Adds a problem here, about a text of the user's.
    #[inline(never)]
    pub(super) fn add_about(&mut self, code: Code, before: &str, text: &str, after: &str) {
        self.add(code, &join(&[before, &quoted(text), after]));
    }
}

fn pointer(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key) => pointer::push_key(&mut path, key),
            Step::Index(index) => pointer::push_index(&mut path, *index),
        }
    }
    path
}

/// The user's text as it is quoted in a message: the beginning of a long one.
pub(super) fn quoted(text: &str) -> String {
    match text.get(..text.floor_char_boundary(80)) {
        Some(start) if start.len() < text.len() => join(&["`", start, "...`"]),
        _ => join(&["`", text, "`"]),
    }
}
