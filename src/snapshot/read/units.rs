//! Lists of units, and of their digests.

use alloc::vec::Vec;

use crate::hash::Digest;
use crate::json::Json;
use crate::words::diagnostic::Code;
use crate::words::{limits, order};

use super::object::{Object, room};
use super::reader::Reader;

impl<'d> Reader<'d> {
    /// The units of a list in the order of the document; [`Digest::NONE`] for what is no unit.
    pub(super) fn units(&mut self, json: &'d Json<'d>) -> Vec<Digest> {
        self.digests(json, false)
    }

    /// The units of a list and those of a list of digests, sorted.
    pub(super) fn listed(&mut self, object: Object<'d>, units: &'static str, digests: &'static str) -> Vec<Digest> {
        let mut all = self.field(object, units, Self::units).unwrap_or_default();
        all.extend(self.field(object, digests, |reader, json| reader.digests(json, true)).unwrap_or_default());
        sort(&mut all);
        all
    }

    #[inline(never)]
    fn digests(&mut self, json: &'d Json<'d>, are_digests: bool) -> Vec<Digest> {
        let left = limits::UNITS.saturating_sub(self.units);
        let mut list = Vec::with_capacity(room(json, left));
        self.list(json, "units more", left, &mut |reader, item| {
            let digest = match item {
                Json::String(text) if are_digests => Digest::from_hex(text).unwrap_or_default(),
                Json::String(text) => Digest::of(text.as_bytes()),
                Json::Number(number) if !are_digests => Digest::of_number(*number),
                _ => Digest::NONE,
            };
            if !digest.is_some() {
                let (code, message) = if are_digests {
                    (Code::InvalidDigest, "a digest is 32 lower-case hexadecimal digits")
                } else {
                    (Code::InvalidUnit, "a unit is a non-empty string or a whole number up to 2^53 - 1")
                };
                reader.trail.add(code, message);
            }
            list.push(digest);
        });
        self.units += list.len();
        list
    }
}

/// Units in the order in which they are looked up, each once.
pub(super) fn sort(units: &mut Vec<Digest>) {
    order::sort_values(units);
    units.dedup();
}
