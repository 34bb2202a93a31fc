//! What every reader of a part is given: the report, and the counts that span parts.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::hash::Digest;
use crate::words::diagnostic::{Code, Path, Report, did_you_mean};
use crate::words::limits;
use crate::words::order::sort_values;

/// Names that are compared with what was probably meant, in one document: a hopeless one shall
/// not cost more than a good one.
const HINTS: usize = 1_000;

/// Reads parts of one document.
pub(in crate::snapshot) struct Reader {
    /// What was found so far.
    pub(in crate::snapshot) report: Report,
    /// Says why a pattern does not compile.
    pub(super) compiles: fn(&str, bool) -> Result<(), String>,
    /// Units in all lists so far.
    pub(super) units: usize,
    /// Conditions of the flag, service or segment that is being read.
    pub(super) conditions: usize,
    /// A digest of each attribute that was named, as often as it was.
    attributes: Vec<Digest>,
    hints: usize,
}

impl Reader {
    pub(in crate::snapshot) fn new(compiles: fn(&str, bool) -> Result<(), String>) -> Self {
        let attributes = Vec::from([super::rule::FLAG.by, super::rule::SERVICE.by].map(|by| Digest::of(by.as_bytes())));
        Self { report: Report::default(), compiles, units: 0, conditions: 0, attributes, hints: HINTS }
    }

    /// Adds a problem whose message is made of parts.
    pub(super) fn say(&mut self, code: Code, path: Path<'_>, message: &[&str]) {
        self.report.add(code, path, message.concat());
    }

    /// Adds that there is more of something than there may be.
    pub(super) fn too_many(&mut self, path: Path<'_>, count: usize, what: &str, limit: usize) {
        let (count, limit) = (count.to_string(), limit.to_string());
        self.say(Code::LimitExceeded, path, &[&count, " ", what, "; the limit is ", &limit]);
    }

    /// What was probably meant, as the end of a message.
    pub(super) fn hint(&mut self, given: &str, known: &[&str]) -> String {
        match self.hints.checked_sub(1) {
            Some(left) => {
                self.hints = left;
                did_you_mean(given, known)
            }
            None => String::new(),
        }
    }

    /// Notes that an attribute is read.
    pub(super) fn note_attribute(&mut self, attribute: &str) {
        self.attributes.push(Digest::of(attribute.as_bytes()));
    }

    /// How many different attributes were named.
    pub(super) fn attributes(&mut self) -> usize {
        if self.attributes.len() > limits::ATTRIBUTES {
            sort_values(&mut self.attributes);
            self.attributes.dedup();
        }
        self.attributes.len()
    }
}

/// The user's text as it is quoted in a message: the beginning of a long one.
pub(super) fn quoted(text: &str) -> String {
    match text.get(..text.floor_char_boundary(80)) {
        Some(start) if start.len() < text.len() => ["`", start, "...`"].concat(),
        _ => ["`", text, "`"].concat(),
    }
}
