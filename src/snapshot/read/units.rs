//! Lists of units, and of their digests.

use alloc::vec::Vec;

use crate::hash::{Digest, sort_digests};
use crate::json::{Json, Node};
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::reader::Reader;

impl<'d> Reader<'d> {
    /// The units of a list and those of a list of digests, sorted.
    pub(super) fn listed(&mut self, units: &'d Node, digests: &'d Node) -> Vec<Digest> {
        let mut all = Vec::new();
        self.units(units, false, &mut all);
        self.units(digests, true, &mut all);
        sort_digests(&mut all);
        all
    }

    /// Adds the units of a list, or of a list of digests, in the order of the document;
    /// [`Digest::NONE`] for what is no unit.
    #[inline(never)]
    pub(super) fn units(&mut self, node: &'d Node, are_digests: bool, units: &mut Vec<Digest>) {
        if !node.is_there() {
            return;
        }
        let left = limits::UNITS.saturating_sub(self.units);
        let items = self.list(node, "units more", left);
        self.units += items.len();
        units.reserve_exact(items.len());
        for item in items {
            let digest = match item.json {
                Json::String(text) => {
                    let text = self.document.slice(text);
                    if are_digests { Digest::from_hex(text).unwrap_or_default() } else { Digest::of(text.as_bytes()) }
                }
                Json::Number(number) if !are_digests => Digest::of_number(number),
                _ => Digest::NONE,
            };
            if !digest.is_some() {
                let (code, message) = if are_digests {
                    (Code::InvalidDigest, "a digest is 32 lower-case hexadecimal digits")
                } else {
                    (Code::InvalidUnit, "a unit is a non-empty string or a whole number up to 2^53 - 1")
                };
                self.add(item, code, message);
            }
            units.push(digest);
        }
    }
}
