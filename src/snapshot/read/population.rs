//! Segments, layers, holdouts and rings: divisions of units that flags share.

use alloc::vec::Vec;

use crate::json::{Json, Member};
use crate::snapshot::model::{Holdout, Layer, Ring, Segment};
use crate::snapshot::trail::Step;
use crate::words::diagnostic::Code;
use crate::words::weight::Ppm;

use super::reader::Reader;
use super::rule::FLAG;

const SEGMENT: &[&str] =
    &["by", "include", "includeDigests", "exclude", "excludeDigests", "when", "description", "requires"];
const LAYER: &[&str] = &["by", "seed", "description", "requires"];
const HOLDOUT: &[&str] = &["by", "seed", "exposure", "flags", "description", "requires"];
const RING: &[&str] = &["name", "segment", "requires"];

impl<'d> Reader<'d> {
    /// A segment.
    pub(super) fn segment(&mut self, member: &'d Member<'d>) -> Segment {
        let object = self.object(&member.value, SEGMENT);
        self.prose(object, "description");
        Segment {
            by: self.by(object, FLAG.by),
            include: self.listed(object, "include", "includeDigests"),
            exclude: self.listed(object, "exclude", "excludeDigests"),
            when: self.when(object),
        }
    }

    /// A layer.
    pub(super) fn layer(&mut self, member: &'d Member<'d>) -> Layer {
        let object = self.object(&member.value, LAYER);
        self.prose(object, "description");
        Layer { by: self.by(object, FLAG.by), seed: self.seed(object, "layer:", &member.key) }
    }

    /// A holdout.
    pub(super) fn holdout(&mut self, member: &'d Member<'d>) -> Holdout {
        let object = self.object(&member.value, HOLDOUT);
        self.prose(object, "description");
        Holdout {
            by: self.by(object, FLAG.by),
            seed: self.seed(object, "holdout:", &member.key),
            exposure: self.need(object, "exposure", Self::percentage).flatten().unwrap_or(Ppm::NONE),
            flags: self.need(object, "flags", Self::names).unwrap_or_default(),
        }
    }

    /// Rings, the innermost first, and which of them are broken.
    pub(super) fn rings(&mut self, json: &'d Json<'d>) -> (Vec<Ring>, Vec<bool>) {
        let (mut rings, mut broken): (Vec<Ring>, Vec<bool>) = (Vec::new(), Vec::new());
        self.list(json, "", usize::MAX, &mut |reader, item| {
            let before = reader.trail.errors();
            let object = reader.object(item, RING);
            let name = reader.need_key(object, "name");
            if !name.is_empty() && rings.iter().any(|ring| ring.name == name) {
                reader.trail.add_at(Step::Key("name"), Code::DuplicateKey, "an earlier ring has the same name");
            }
            rings.push(Ring { name, segment: reader.need(object, "segment", Self::key).flatten() });
            broken.push(reader.trail.errors() > before);
        });
        (rings, broken)
    }
}
