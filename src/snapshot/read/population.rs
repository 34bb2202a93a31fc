//! Segments, layers, holdouts and rings: divisions of units that flags share.

use alloc::string::String;

use crate::snapshot::draft::Draft;
use crate::snapshot::model::{Holdout, Keyed, Layer, Ring, Segment};
use crate::words::diagnostic::Code;

use super::object::{Entry, Fields};
use super::reader::Reader;
use super::rule::FLAG;

const SEGMENT: Fields<'_> = Fields {
    needed: 0,
    names: &["by", "include", "includeDigests", "exclude", "excludeDigests", "when", "description", "requires"],
};
const LAYER: Fields<'_> = Fields { needed: 0, names: &["by", "seed", "description", "requires"] };
const HOLDOUT: Fields<'_> =
    Fields { needed: 2, names: &["exposure", "flags", "by", "seed", "description", "requires"] };
const RING: Fields<'_> = Fields { needed: 2, names: &["name", "segment", "requires"] };

impl<'d> Reader<'d> {
    /// A segment.
    pub(super) fn segment(&mut self, entry: Entry<'d>, draft: &mut Draft) {
        let [by, include, include_digests, exclude, exclude_digests, when, description, ..] =
            self.fields(entry.node, &SEGMENT);
        self.text(description);
        let segment = Segment {
            by: self.by(by, FLAG.by),
            include: self.listed(include, include_digests),
            exclude: self.listed(exclude, exclude_digests),
            when: self.when(when),
        };
        draft.snapshot.segments.push(Keyed { key: entry.key.into(), part: Ok(segment) });
    }

    /// A layer.
    pub(super) fn layer(&mut self, entry: Entry<'d>, draft: &mut Draft) {
        let [by, seed, description, ..] = self.fields(entry.node, &LAYER);
        self.text(description);
        let layer = Layer { by: self.by(by, FLAG.by), seed: self.seed(seed, "layer:", entry.key) };
        draft.snapshot.layers.push(Keyed { key: entry.key.into(), part: Ok(layer) });
    }

    /// A holdout.
    pub(super) fn holdout(&mut self, entry: Entry<'d>, draft: &mut Draft) {
        let [exposure, flags, by, seed, description, ..] = self.fields(entry.node, &HOLDOUT);
        self.text(description);
        let holdout = Holdout {
            by: self.by(by, FLAG.by),
            seed: self.seed(seed, "holdout:", entry.key),
            exposure: self.percentage(exposure),
            flags: self.names(flags),
        };
        draft.snapshot.holdouts.push(Keyed { key: entry.key.into(), part: Ok(holdout) });
    }

    /// A ring; those before it have been read.
    pub(super) fn ring(&mut self, entry: Entry<'d>, draft: &mut Draft) {
        let [name_node, segment, ..] = self.fields(entry.node, &RING);
        let name = self.key(name_node);
        let rings = &mut draft.snapshot.rings;
        if !name.is_empty() && rings.iter().any(|ring| ring.name == name) {
            self.add(name_node, Code::DuplicateKey, "an earlier ring has the same name");
        }
        let segment = Some(self.key(segment)).filter(|segment: &String| !segment.is_empty());
        rings.push(Ring { name, segment });
    }
}
