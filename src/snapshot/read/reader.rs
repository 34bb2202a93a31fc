//! What every reader of a part is given: the trail, and the counts that span parts.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::hash::Digest;
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::{Code, Report};
use crate::words::limits;

use super::rule::{FLAG, SERVICE};

/// Reads the parts of one document.
pub(in crate::snapshot) struct Reader<'d> {
    /// Where it is, and what was found so far.
    pub(in crate::snapshot) trail: Trail<'d>,
    /// Says why a pattern does not compile.
    pub(super) compiles: fn(&str, bool) -> Result<(), String>,
    /// Units in all lists so far.
    pub(super) units: usize,
    /// Conditions of the flag, service or segment that is being read.
    pub(super) conditions: usize,
    /// A digest of each attribute that was named, as often as it was.
    attributes: Vec<Digest>,
}

impl Reader<'_> {
    pub(in crate::snapshot) fn new(compiles: fn(&str, bool) -> Result<(), String>) -> Self {
        let mut reader =
            Self { trail: Trail::new(Report::default()), compiles, units: 0, conditions: 0, attributes: Vec::new() };
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
}
