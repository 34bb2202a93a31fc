//! Segments.

use crate::snapshot::model::Segment;

use super::object::Entry;
use super::reader::Reader;
use super::rule::FLAG;

const FIELDS: &[&str] =
    &["by", "include", "includeDigests", "exclude", "excludeDigests", "when", "description", "requires"];

impl Reader {
    /// A segment.
    pub(super) fn segment(&mut self, entry: &Entry<'_>) -> Segment {
        let object = self.object(entry.node, FIELDS);
        self.prose(&object, "description");
        Segment {
            by: self.by(&object, FLAG.by),
            include: self.listed(&object, "include", "includeDigests"),
            exclude: self.listed(&object, "exclude", "excludeDigests"),
            when: object.field("when").map(|node| self.condition(node, 0)),
        }
    }
}
