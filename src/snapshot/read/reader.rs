//! What every reader of a part is given: the document, the report, and the counts that span parts.

use alloc::string::String;
use alloc::vec::Vec;

use crate::hash::{Digest, sort_digests};
use crate::json::{Document, Node};
use crate::snapshot::trail::quoted;
use crate::words::diagnostic::{Code, Report, Severity, did_you_mean};
use crate::words::limits;
use crate::words::text::decimal;
use crate::words::text::join;

/// Bytes of a pattern when compiled, with or without case, or why it is none.
pub(in crate::snapshot) type PatternSize = fn(&str, bool) -> Result<usize, String>;

/// Names that are compared with what was probably meant, in one document: a hopeless one shall
/// not cost more than a good one.
const HINTS: usize = 1_000;

/// How many names of attributes are kept to be compared with the next.
const RECENT: usize = 16;

/// Reads the parts of one document.
pub(in crate::snapshot) struct Reader<'d> {
    pub(super) document: &'d Document<'d>,
    /// What was found so far.
    pub(in crate::snapshot) report: Report,
    pub(super) pattern_size: PatternSize,
    /// Units in all lists so far.
    pub(super) units: usize,
    /// Conditions of the flag, service or segment that is being read.
    pub(super) conditions: usize,
    hints: usize,
    /// A digest of each attribute that was named, many of them more than once.
    attributes: Vec<Digest>,
    /// Some of those that were named last: most names are the same few.
    recent: [&'d str; RECENT],
    /// The same of patterns: half a digest, and the bytes of the compiled form.
    patterns: Vec<Digest>,
}

impl<'d> Reader<'d> {
    pub(in crate::snapshot) fn new(document: &'d Document<'d>, pattern_size: PatternSize) -> Self {
        Self {
            document,
            report: Report::default(),
            pattern_size,
            units: 0,
            conditions: 0,
            hints: HINTS,
            attributes: Vec::new(),
            patterns: Vec::new(),
            recent: [""; RECENT],
        }
    }

    /// Adds a problem of a value.
    #[inline(never)]
    pub(super) fn add(&mut self, node: &Node, code: Code, message: &str) {
        self.add_as(node, code.severity(), code, message);
    }

    /// Adds a problem that breaks more, or less, than is usual for its code.
    #[inline(never)]
    pub(super) fn add_as(&mut self, node: &Node, severity: Severity, code: Code, message: &str) {
        let document = self.document;
        self.report.add(severity, code, &|| document.pointer(node), message);
    }

    /// Adds a problem about a text of the user's.
    #[inline(never)]
    pub(super) fn add_about(&mut self, node: &Node, code: Code, text: &str, after: &str) {
        self.add(node, code, &join(&[&quoted(text), after]));
    }

    /// Adds that there is more of something than there may be.
    #[inline(never)]
    pub(super) fn too_many(&mut self, node: &Node, count: usize, what: &str, limit: usize) {
        let message = join(&[&decimal(count as u64), " ", what, "; the limit is ", &decimal(limit as u64)]);
        self.add(node, Code::LimitExceeded, &message);
    }

    /// What was probably meant, as the end of a message.
    pub(super) fn hint(&mut self, given: &str, known: &[&str]) -> String {
        if self.hints == 0 {
            return String::new();
        }
        self.hints -= 1;
        did_you_mean(given, known)
    }

    /// Notes that an attribute is read.
    pub(super) fn note_attribute(&mut self, attribute: &'d str) {
        let place = attribute.len() % RECENT;
        if let Some(recent) = self.recent.get_mut(place)
            && *recent != attribute
        {
            *recent = attribute;
            self.attributes.push(Digest::of(attribute.as_bytes()));
        }
    }

    /// How many different attributes were named.
    pub(super) fn attributes(&mut self) -> usize {
        if self.attributes.len() > limits::ATTRIBUTES {
            sort_digests(&mut self.attributes);
        }
        self.attributes.len()
    }

    /// Notes that a pattern of that size is used.
    pub(super) fn note_pattern(&mut self, pattern: &str, ignore_case: bool, size: usize) {
        let digest = Digest::of(pattern.as_bytes()).0 ^ u64::from(ignore_case);
        self.patterns.push(Digest(digest, size as u64));
    }

    /// Whether all different patterns together are too large when compiled.
    pub(super) fn has_too_many_patterns(&mut self) -> bool {
        let are_too_large = |patterns: &[Digest]| {
            patterns.iter().map(|pattern| pattern.1).sum::<u64>() > limits::PATTERNS_COMPILED_BYTES as u64
        };
        if are_too_large(&self.patterns) {
            sort_digests(&mut self.patterns);
        }
        are_too_large(&self.patterns)
    }
}
