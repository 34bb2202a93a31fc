//! Splits: who is served, and which variant to which buckets.

use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{Exposure, Range, Split};
use crate::snapshot::trail::Step;
use crate::words::diagnostic::Code;
use crate::words::weight::{Ppm, largest_remainder, weight};
use crate::words::{limits, order};

use super::object::{Object, room};
use super::reader::Reader;
use super::rule::Owner;

const SPLIT: &[&str] = &["by", "seed", "exposure", "ramp", "weights", "ranges", "outside", "requires"];

impl<'d> Reader<'d> {
    /// A split.
    #[inline(never)]
    pub(super) fn split(&mut self, json: &'d Json<'d>, owner: &Owner<'_>) -> Split {
        let object = self.object(json, SPLIT);
        Split {
            by: self.by(object, owner.grammar.by),
            seed: self.seed(object, owner.grammar.seed, owner.key),
            exposure: self.exposure(object),
            ranges: self.shares(object, owner),
            outside: self.field(object, "outside", |reader, json| reader.outside(json, owner)).flatten(),
        }
    }

    /// The exposure; all of it where it could not be read.
    fn exposure(&mut self, object: Object<'d>) -> Exposure {
        let constant = self.field(object, "exposure", Self::percentage).flatten().unwrap_or(Ppm::ALL);
        let ramp = self.field(object, "ramp", Self::ramp).flatten();
        self.exclude(object, "exposure", "ramp", "give `exposure` or `ramp`, not both");
        ramp.map_or(Exposure::Constant(constant), Exposure::Ramp)
    }

    /// Reports two fields that exclude each other.
    fn exclude(&mut self, object: Object<'d>, one: &str, other: &str, message: &str) {
        if object.get(one).is_some() && object.get(other).is_some() {
            self.trail.add(Code::ConflictingFields, message);
        }
    }

    /// The ranges, given or made of weights.
    fn shares(&mut self, object: Object<'d>, owner: &Owner<'_>) -> Vec<Range> {
        self.exclude(object, "weights", "ranges", "give `weights` or `ranges`, not both");
        let shares = if object.get("ranges").is_some() && object.get("weights").is_none() {
            self.field(object, "ranges", |reader, json| reader.ranges(json, owner))
        } else {
            self.need(object, "weights", |reader, json| reader.weights(json, owner))
        };
        shares.unwrap_or_default()
    }

    /// Each entry owns the buckets from the sum of the weights before it.
    fn weights(&mut self, json: &'d Json<'d>, owner: &Owner<'_>) -> Vec<Range> {
        let before = self.trail.errors();
        let room = room(json, limits::RANGES);
        let (mut ranges, mut weights) = (Vec::with_capacity(room), Vec::with_capacity(room));
        self.list(json, "weights", limits::RANGES, &mut |reader, item| {
            let object = reader.object(item, owner.grammar.weight);
            ranges.push(Range { from: 0, to: 0, variant: reader.need_variant(object, owner) });
            weights.push(reader.need(object, "weight", Self::weight).flatten().unwrap_or_default());
        });
        if self.trail.errors() == before && weights.iter().all(|&weight| weight == 0) {
            self.trail.add(Code::InvalidWeight, "at least one weight must be above 0");
        }
        let mut from = 0;
        for (range, width) in ranges.iter_mut().zip(largest_remainder(&weights)) {
            range.from = from;
            range.to = from + width;
            from = range.to;
        }
        ranges
    }

    fn weight(&mut self, json: &'d Json<'d>) -> Option<u64> {
        let weight = weight(self.number(json)?);
        if weight.is_none() {
            self.trail.add(Code::InvalidWeight, "a weight is a number from 0 to 1000000000 with at most 4 decimals");
        }
        weight
    }

    fn ranges(&mut self, json: &'d Json<'d>, owner: &Owner<'_>) -> Vec<Range> {
        let before = self.trail.errors();
        // Those that could not be read are empty, and overlap nothing.
        let mut ranges = Vec::with_capacity(room(json, limits::RANGES));
        self.list(json, "ranges", limits::RANGES, &mut |reader, item| {
            let object = reader.object(item, owner.grammar.range);
            let variant = reader.need_variant(object, owner);
            let (from, to) = reader.buckets(object).unwrap_or_default();
            ranges.push(Range { from, to, variant });
        });
        if self.trail.errors() == before && ranges.is_empty() {
            self.trail.add(Code::InvalidRange, "there must be at least one range");
        }
        let from = |position: usize| ranges.get(position).map(|range: &Range| range.from);
        let order = order::positions(ranges.len(), &mut |a, b| from(a).cmp(&from(b)));
        let mut sorted: Vec<Range> = Vec::with_capacity(ranges.len());
        let mut reached = (0, 0);
        for position in order {
            let Some(&range) = ranges.get(position) else { continue };
            if range.from < reached.0.min(range.to) {
                // Of two that overlap, the later in the document is the one to change.
                let later = Step::Index(position.max(reached.1));
                self.trail.add_at(later, Code::OverlappingRanges, "the range overlaps another");
            }
            reached = reached.max((range.to, position));
            sorted.push(range);
        }
        sorted
    }

    /// What units get that no range holds; `None` for the next rule.
    fn outside(&mut self, json: &'d Json<'d>, owner: &Owner<'_>) -> Option<usize> {
        match json {
            Json::Object(_) => {
                let object = self.object(json, owner.grammar.outside);
                Some(self.need_variant(object, owner))
            }
            Json::String(_) => {
                self.choice(json, &["next"]);
                None
            }
            _ => {
                self.wrong_type(json, "`next` or an object");
                Some(NO_VARIANT)
            }
        }
    }
}
