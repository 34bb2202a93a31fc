//! Splits: who is served, and which variant to which buckets.

use alloc::vec::Vec;

use crate::json::{Json, Node};
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{Exposure, Range, Split};
use crate::words::diagnostic::Code;
use crate::words::weight::{largest_remainder, weight};
use crate::words::{limits, order};

use super::object::Fields;
use super::reader::Reader;
use super::rule::Owner;

const SPLIT: Fields<'_> =
    Fields { needed: 0, names: &["by", "seed", "exposure", "ramp", "weights", "ranges", "outside", "requires"] };

impl<'d> Reader<'d> {
    /// A split.
    #[inline(never)]
    pub(super) fn split(&mut self, node: &'d Node, owner: &Owner<'_>) -> Split {
        let [by, seed, constant, ramp, weights, ranges, outside, ..] = self.fields(node, &SPLIT);
        self.exclude(node, constant, ramp, "give `exposure` or `ramp`, not both");
        self.exclude(node, weights, ranges, "give `weights` or `ranges`, not both");
        let constant = self.percentage(constant);
        Split {
            by: self.by(by, owner.grammar.by),
            seed: self.seed(seed, owner.grammar.seed, owner.key),
            exposure: if ramp.is_there() { Exposure::Ramp(self.ramp(ramp)) } else { Exposure::Constant(constant) },
            ranges: if ranges.is_there() && !weights.is_there() {
                self.ranges(ranges, owner)
            } else {
                if !weights.is_there() {
                    self.missing(node, "weights");
                }
                self.weights(weights, owner)
            },
            outside: self.outside(outside, owner),
        }
    }

    /// Each entry owns the buckets from the sum of the weights before it.
    fn weights(&mut self, node: &'d Node, owner: &Owner<'_>) -> Vec<Range> {
        let before = self.report.errors();
        let items = self.list(node, "weights", limits::RANGES);
        let mut ranges = Vec::with_capacity(items.len());
        let mut weights = Vec::with_capacity(items.len());
        for item in items {
            let [variant, weight, ..] = self.fields(item, owner.grammar.weight);
            ranges.push(Range { from: 0, to: 0, variant: self.variant(variant, owner) });
            weights.push(self.weight(weight).unwrap_or_default());
        }
        if node.is_there() && self.report.errors() == before && weights.iter().all(|&weight| weight == 0) {
            self.add(node, Code::InvalidWeight, "at least one weight must be above 0");
        }
        let mut from = 0;
        for (range, width) in ranges.iter_mut().zip(largest_remainder(&weights)) {
            range.from = from;
            range.to = from + width;
            from = range.to;
        }
        ranges
    }

    fn weight(&mut self, node: &'d Node) -> Option<u64> {
        let weight = weight(self.number(node)?);
        if weight.is_none() {
            self.add(node, Code::InvalidWeight, "a weight is a number from 0 to 1000000000 with at most 4 decimals");
        }
        weight
    }

    fn ranges(&mut self, node: &'d Node, owner: &Owner<'_>) -> Vec<Range> {
        let before = self.report.errors();
        let items = self.list(node, "ranges", limits::RANGES);
        // Those that could not be read are empty, and overlap nothing.
        let mut ranges = Vec::with_capacity(items.len());
        for item in items {
            let [variant, from, to, ..] = self.fields(item, owner.grammar.range);
            let (from, to) = self.buckets(item, from, to);
            ranges.push((Range { from, to, variant: self.variant(variant, owner) }, item));
        }
        if self.report.errors() == before && ranges.is_empty() {
            self.add(node, Code::InvalidRange, "there must be at least one range");
        }
        order::sort(&mut ranges, |a, b| a.0.from.cmp(&b.0.from));
        let mut sorted = Vec::with_capacity(ranges.len());
        let mut reached = (0, node);
        for &(range, item) in &ranges {
            if range.from < range.to && range.from < reached.0 {
                // Of two that overlap, the later in the document is the one to change.
                let later = if item.is_after(reached.1) { item } else { reached.1 };
                self.add(later, Code::OverlappingRanges, "the range overlaps another");
            }
            if range.to > reached.0 {
                reached = (range.to, item);
            }
            sorted.push(range);
        }
        sorted
    }

    /// What units get that no range holds; `None` for the next rule.
    fn outside(&mut self, node: &'d Node, owner: &Owner<'_>) -> Option<usize> {
        match node.json {
            Json::Absent => None,
            Json::Object(_) => {
                let [variant, ..] = self.fields(node, owner.grammar.outside);
                Some(self.variant(variant, owner))
            }
            Json::String(_) => {
                self.choice(node, &["next"]);
                None
            }
            _ => {
                self.wrong_type(node, "`next` or an object");
                Some(NO_VARIANT)
            }
        }
    }
}
