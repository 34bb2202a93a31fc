//! Lists of units, and of their digests.

use alloc::vec::Vec;

use crate::hash::Digest;
use crate::json::Json;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::order::sort_values;

use super::object::{Node, Object};
use super::reader::Reader;

impl Reader {
    /// The units of a list in the order of the document; [`Digest::NONE`] for what is no unit.
    pub(super) fn units(&mut self, node: Option<Node<'_>>) -> Vec<Digest> {
        self.digests(node, Code::InvalidUnit, "a unit is a non-empty string or a whole number up to 2^53 - 1", |json| {
            match json {
                Json::String(text) => Digest::of(text.as_bytes()),
                Json::Number(number) => Digest::of_number(*number),
                _ => Digest::NONE,
            }
        })
    }

    /// The units of a list and those of a list of digests, sorted.
    pub(super) fn listed(&mut self, object: &Object<'_>, units: &str, digests: &str) -> Vec<Digest> {
        let mut all = self.units(object.field(units));
        let message = "a digest is 32 lower-case hexadecimal digits";
        all.append(&mut self.digests(object.field(digests), Code::InvalidDigest, message, |json| match json {
            Json::String(text) => Digest::from_hex(text).unwrap_or_default(),
            _ => Digest::NONE,
        }));
        sort(&mut all);
        all
    }

    fn digests(
        &mut self,
        node: Option<Node<'_>>,
        code: Code,
        message: &str,
        digest: fn(&Json<'_>) -> Digest,
    ) -> Vec<Digest> {
        let room = limits::UNITS.saturating_sub(self.units);
        let list = self.list(node, "units left for this list", room, |reader, item| {
            let digest = digest(item.json.bare());
            if !digest.is_some() {
                reader.report.add(code, item.path, message);
            }
            digest
        });
        self.units += list.len();
        list
    }
}

/// Units in the order in which they are looked up, each once.
pub(super) fn sort(units: &mut Vec<Digest>) {
    sort_values(units);
    units.dedup();
}
