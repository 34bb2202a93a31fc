//! Splits: who is served, and which variant to which buckets.

use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{Exposure, Range, Split};
use crate::words::diagnostic::{Code, Path};
use crate::words::limits;
use crate::words::order::positions;
use crate::words::weight::{Ppm, largest_remainder, weight};

use super::object::{Node, Object};
use super::reader::Reader;
use super::rule::Owner;

const SPLIT: &[&str] = &["by", "seed", "exposure", "ramp", "weights", "ranges", "outside", "requires"];

impl Reader {
    /// A split.
    pub(super) fn split(&mut self, node: Node<'_>, owner: Owner<'_>) -> Split {
        let object = self.object(node, SPLIT);
        Split {
            by: self.by(&object, owner.grammar.by),
            seed: self.seed(&object, &[owner.grammar.seed, owner.key]),
            exposure: self.exposure(&object),
            ranges: self.shares(&object, owner),
            outside: object.field("outside").and_then(|node| self.outside(node, owner)),
        }
    }

    /// The exposure; all of it where it could not be read.
    fn exposure(&mut self, object: &Object<'_>) -> Exposure {
        let constant = object.field("exposure").and_then(|node| self.percentage(node));
        let Some(ramp) = object.field("ramp") else {
            return Exposure::Constant(constant.unwrap_or(Ppm::ALL));
        };
        if object.field("exposure").is_some() {
            self.report.add(Code::ConflictingFields, object.path, "give `exposure` or `ramp`, not both");
        }
        self.ramp(ramp).map_or(Exposure::Constant(Ppm::ALL), Exposure::Ramp)
    }

    /// The ranges, given or made of weights.
    fn shares(&mut self, object: &Object<'_>, owner: Owner<'_>) -> Vec<Range> {
        match (object.field("weights"), object.field("ranges")) {
            (Some(weights), ranges) => {
                if ranges.is_some() {
                    self.report.add(Code::ConflictingFields, object.path, "give `weights` or `ranges`, not both");
                }
                self.weights(weights, owner)
            }
            (None, Some(ranges)) => self.ranges(ranges, owner),
            (None, None) => {
                self.need(object, "weights");
                Vec::new()
            }
        }
    }

    /// Each entry owns the buckets from the sum of the weights before it.
    fn weights(&mut self, node: Node<'_>, owner: Owner<'_>) -> Vec<Range> {
        let before = self.report.errors();
        let entries = self.list(Some(node), "weights", limits::RANGES, |reader, item| {
            let object = reader.object(item, owner.grammar.weight);
            let variant = reader.need_variant(&object, owner);
            let weight = reader.need(&object, "weight").and_then(|node| reader.weight(node));
            (variant, weight.unwrap_or_default())
        });
        let weights: Vec<u64> = entries.iter().map(|&(_, weight)| weight).collect();
        if self.report.errors() == before && weights.iter().all(|&weight| weight == 0) {
            self.report.add(Code::InvalidWeight, node.path, "at least one weight must be above 0");
        }
        let mut from = 0;
        let shares = largest_remainder(&weights);
        let ranges = entries.iter().zip(shares).map(|(&(variant, _), width)| {
            let range = Range { from, to: from + width, variant };
            from = range.to;
            range
        });
        ranges.collect()
    }

    fn weight(&mut self, node: Node<'_>) -> Option<u64> {
        let weight = weight(self.number(node)?);
        if weight.is_none() {
            let message = "a weight is a number from 0 to 1000000000 with at most 4 decimals";
            self.report.add(Code::InvalidWeight, node.path, message);
        }
        weight
    }

    fn ranges(&mut self, node: Node<'_>, owner: Owner<'_>) -> Vec<Range> {
        let ranges = self.list(Some(node), "ranges", limits::RANGES, |reader, item| {
            let object = reader.object(item, owner.grammar.range);
            let variant = reader.need_variant(&object, owner);
            reader.buckets(&object).map(|(from, to)| Range { from, to, variant })
        });
        if ranges.is_empty() && matches!(node.json, Json::Array(_)) {
            self.report.add(Code::InvalidRange, node.path, "there must be at least one range");
        }
        let from = |position: usize| ranges.get(position).copied().flatten().map(|range| range.from);
        let order = positions(ranges.len(), &mut |a, b| from(a).cmp(&from(b)));
        self.check_overlaps(&ranges, &order, node.path);
        order.iter().filter_map(|&position| ranges.get(position).copied().flatten()).collect()
    }

    /// Of two ranges that overlap, the later in the document is the one to change.
    fn check_overlaps(&mut self, ranges: &[Option<Range>], order: &[usize], path: Path<'_>) {
        let mut reached = (0, 0);
        for &position in order {
            let Some(range) = ranges.get(position).copied().flatten() else { continue };
            if range.from < reached.0 {
                let later = path.index(position.max(reached.1));
                self.report.add(Code::OverlappingRanges, later, "the range overlaps another");
            }
            reached = reached.max((range.to, position));
        }
    }

    /// What units get that no range holds; `None` for the next rule.
    fn outside(&mut self, node: Node<'_>, owner: Owner<'_>) -> Option<usize> {
        if let Json::Object(_) = node.json {
            let object = self.object(node, owner.grammar.outside);
            return Some(self.need_variant(&object, owner));
        }
        if let Json::String(_) = node.json {
            self.choice(node, &["next"])?;
            return None;
        }
        self.wrong_type(node, "`next` or an object");
        Some(NO_VARIANT)
    }
}
