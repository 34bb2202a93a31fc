//! Layers, holdouts and rings: divisions of units that flags share.

use alloc::string::String;
use alloc::vec::Vec;

use crate::snapshot::draft::Draft;
use crate::snapshot::model::{Holdout, Layer};
use crate::words::diagnostic::{Code, Path};
use crate::words::weight::Ppm;

use super::object::{Entry, Node};
use super::reader::{Reader, quoted};
use super::rule::FLAG;

const LAYER: &[&str] = &["by", "seed", "description", "requires"];
const HOLDOUT: &[&str] = &["by", "seed", "exposure", "flags", "description", "requires"];
const RING: &[&str] = &["name", "segment", "requires"];

impl Reader {
    /// A layer.
    pub(super) fn layer(&mut self, entry: &Entry<'_>) -> Layer {
        let object = self.object(entry.node, LAYER);
        self.prose(&object, "description");
        Layer { by: self.by(&object, FLAG.by), seed: self.seed(&object, &["layer:", entry.key]) }
    }

    /// A holdout.
    pub(super) fn holdout(&mut self, entry: &Entry<'_>) -> Holdout {
        let object = self.object(entry.node, HOLDOUT);
        self.prose(&object, "description");
        let exposure = self.need_percentage(&object, "exposure");
        let flags = self.need(&object, "flags");
        Holdout {
            by: self.by(&object, FLAG.by),
            seed: self.seed(&object, &["holdout:", entry.key]),
            exposure: exposure.unwrap_or(Ppm::NONE),
            flags: self
                .list(flags, "", usize::MAX, |reader, item| reader.text(item).map_or_else(String::new, String::from)),
        }
    }

    /// Rings, the innermost first.
    pub(super) fn rings(&mut self, node: Node<'_>) -> Vec<Draft<Option<String>>> {
        let mut rings: Vec<Draft<Option<String>>> = Vec::new();
        for item in self.items(&node, "", usize::MAX) {
            let before = self.report.errors();
            let ring = self.ring(item, &rings);
            rings.push(Draft { broken: self.report.errors() > before, ..ring });
        }
        rings
    }

    fn ring(&mut self, node: Node<'_>, earlier: &[Draft<Option<String>>]) -> Draft<Option<String>> {
        let object = self.object(node, RING);
        let key = self.need_key(&object, "name");
        if !key.is_empty() && earlier.iter().any(|ring| ring.key == key) {
            self.duplicate_ring(&key, object.path);
        }
        let part = self.need(&object, "segment").and_then(|node| self.key(node));
        Draft { key, part, broken: false }
    }

    fn duplicate_ring(&mut self, key: &str, path: Path<'_>) {
        let message = ["an earlier ring has the name ", &quoted(key), " too"];
        self.say(Code::DuplicateKey, path.key("name"), &message);
    }
}
