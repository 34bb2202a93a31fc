//! What every reader of a part is given: the trail, and the counts that span parts.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::hash::Digest;
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::{Code, Report};
use crate::words::limits;

use super::rule::{FLAG, SERVICE};

/// Bytes of a pattern when compiled, with or without case, or why it is none.
pub(in crate::snapshot) type PatternSize = fn(&str, bool) -> Result<usize, String>;

/// Reads the parts of one document.
pub(in crate::snapshot) struct Reader<'d> {
    /// Where it is, and what was found so far.
    pub(in crate::snapshot) trail: Trail<'d>,
    pub(super) pattern_size: PatternSize,
    /// Units in all lists so far.
    pub(super) units: usize,
    /// Conditions of the flag, service or segment that is being read.
    pub(super) conditions: usize,
    /// A digest of each attribute that was named, as often as it was.
    attributes: Vec<Digest>,
    /// The same of patterns: half a digest, and the bytes of the compiled form.
    patterns: Vec<Digest>,
}

impl Reader<'_> {
    pub(in crate::snapshot) fn new(pattern_size: PatternSize) -> Self {
        let mut reader = Self {
            trail: Trail::new(Report::default()),
            pattern_size,
            units: 0,
            conditions: 0,
            attributes: Vec::new(),
            patterns: Vec::new(),
        };
        reader.note_attribute(FLAG.by);
        reader.note_attribute(SERVICE.by);
        reader
    }

    /// Adds that there is more of something than there may be.
    pub(super) fn too_many(&mut self, count: usize, what: &str, limit: usize) {
        let message = [&count.to_string(), " ", what, "; the limit is ", &limit.to_string()].concat();
        self.trail.add(Code::LimitExceeded, &message);
    }

    /// Notes that an attribute is read.
    pub(super) fn note_attribute(&mut self, attribute: &str) {
        self.attributes.push(Digest::of(attribute.as_bytes()));
    }

    /// How many different attributes were named.
    pub(super) fn attributes(&mut self) -> usize {
        if self.attributes.len() > limits::ATTRIBUTES {
            super::units::sort(&mut self.attributes);
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
            super::units::sort(&mut self.patterns);
        }
        are_too_large(&self.patterns)
    }
}
