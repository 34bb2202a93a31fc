//! Splits of one flag or service that get into each other's way.

use alloc::vec::Vec;

use crate::hash::Fingerprint;
use crate::snapshot::model::{Decision, Exposure, LayerRange, Rule, Serve, Split};
use crate::words::diagnostic::{Code, Path, Report};
use crate::words::limits;
use crate::words::weight::{Ppm, WHOLE};

/// Checks the splits of a flag or a service; `default` is where its default stands.
pub(super) fn check(decision: &Decision, path: Path<'_>, default: Path<'_>, report: &mut Report) {
    check_below(decision, path, default, report);
    // Most flags have one split at most, and are many.
    if splits(decision).nth(1).is_some() {
        check_correlated(decision, path, default, report);
    }
}

/// The splits of a decision, those of rules with their rule's position.
fn splits(decision: &Decision) -> impl Iterator<Item = (Option<usize>, &Split, Option<&LayerRange>)> {
    let rules = decision.rules.iter().enumerate();
    let serves = rules.map(|(position, rule)| (Some(position), &rule.serve, rule.layer.as_ref()));
    let serves = serves.chain(decision.default.iter().map(|serve| (None, serve, None)));
    serves.filter_map(|(rule, serve, layer)| match serve {
        Serve::Split(split) => Some((rule, split, layer)),
        Serve::Variant(_) => None,
    })
}

/// Warns about splits that put units at the same buckets as one that they fall through.
fn check_correlated(decision: &Decision, path: Path<'_>, default: Path<'_>, report: &mut Report) {
    let mut found: Vec<Found<'_>> = Vec::new();
    for (rule, split, layer) in splits(decision) {
        let own = Found::new(split, layer);
        if found.iter().any(|earlier| earlier.is_correlated_with(&own)) {
            add(Code::CorrelatedSplits, rule, path, default, CORRELATED, report);
        }
        found.push(own);
    }
}

const CORRELATED: &str = "an earlier split has the same unit and seed, so that who falls through it comes here with \
                          high buckets only; give one of them another `seed`";
const SAME: &str = "units outside the split get one of its variants further down all the same, so that the two cannot \
                    be told apart; let `outside` serve another variant";

/// Warns about splits whose units outside can get a variant of theirs from a fixed serve below.
fn check_below(decision: &Decision, path: Path<'_>, default: Path<'_>, report: &mut Report) {
    // What who comes past the rules looked at can get.
    let mut below = Variants::default();
    if let Some(Serve::Variant(variant)) = decision.default {
        below.add(variant);
    }
    for (position, rule) in decision.rules.iter().enumerate().rev() {
        let ends = is_for_everybody(rule);
        match &rule.serve {
            Serve::Variant(variant) => {
                below = if ends { Variants::default() } else { below };
                below.add(*variant);
            }
            Serve::Split(split) if falls_through(split) => {
                if split.ranges.iter().any(|range| range.from < range.to && below.has(range.variant)) {
                    add(Code::FallThroughServesSame, Some(position), path, default, SAME, report);
                }
            }
            Serve::Split(_) => below = if ends { Variants::default() } else { below },
        }
    }
}

/// A set of variants.
#[derive(Default)]
struct Variants([u64; limits::VARIANTS / 64]);

impl Variants {
    fn add(&mut self, variant: usize) {
        if let Some(word) = self.0.get_mut(variant / 64) {
            *word |= 1 << (variant % 64);
        }
    }

    fn has(&self, variant: usize) -> bool {
        self.0.get(variant / 64).is_some_and(|word| word >> (variant % 64) & 1 != 0)
    }
}

fn add(code: Code, rule: Option<usize>, path: Path<'_>, default: Path<'_>, message: &'static str, report: &mut Report) {
    match rule {
        Some(index) => report.add(code, path.key("rules").index(index).key("serve").key("split"), message),
        None => report.add(code, default.key("split"), message),
    }
}

/// A split that was found.
struct Found<'d> {
    split: &'d Split,
    layer: Option<&'d LayerRange>,
    /// Of its unit and seed.
    fingerprint: u64,
    falls_through: bool,
}

impl<'d> Found<'d> {
    fn new(split: &'d Split, layer: Option<&'d LayerRange>) -> Self {
        let fingerprint = Fingerprint::of(&(&split.by, &split.seed));
        Self { split, layer, fingerprint, falls_through: falls_through(split) }
    }

    /// Whether units fall through this split to a later one that puts them at the same buckets.
    fn is_correlated_with(&self, later: &Self) -> bool {
        let (own, other) = (self.split, later.split);
        self.falls_through
            && self.fingerprint == later.fingerprint
            && (&own.by, &own.seed) == (&other.by, &other.seed)
            // Empty ones could not be read, which was said.
            && !own.by.is_empty()
            && !own.seed.is_empty()
            && !self.layer.zip(later.layer).is_some_and(|(own, other)| are_apart(own, other))
    }
}

/// Whether no unit is in both parts of a layer.
fn are_apart(a: &LayerRange, b: &LayerRange) -> bool {
    a.key == b.key && (a.to <= b.from || b.to <= a.from)
}

/// Whether a unit can go on past a split.
fn falls_through(split: &Split) -> bool {
    let covered: u64 = split.ranges.iter().map(|range| u64::from(range.to - range.from)).sum();
    let all = split.exposure == Exposure::Constant(Ppm::ALL) && covered == u64::from(WHOLE);
    split.outside.is_none() && !all
}

/// Whether a rule is for everybody.
fn is_for_everybody(rule: &Rule) -> bool {
    rule.when.is_none() && rule.layer.is_none()
}
