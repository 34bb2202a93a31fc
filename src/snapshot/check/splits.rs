//! Splits of one flag or service that get into each other's way.

use alloc::vec::Vec;

use crate::hash::Digest;
use crate::snapshot::model::{Decision, Exposure, LayerRange, Serve, Split};
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::weight::{Ppm, WHOLE};

/// Checks the splits of a flag or a service; `default` is the field of its default, if it is in
/// one.
pub(super) fn check<'p>(decision: &'p Decision, default: &'static str, trail: &mut Trail<'p>) {
    // Most flags have one split at most, and are many.
    let splits = decision.rules.iter().map(|rule| &rule.serve).chain(&decision.default);
    match splits.filter(|serve| matches!(serve, Serve::Split(_))).count() {
        0 => return,
        1 => {}
        _ => check_correlated(decision, default, trail),
    }
    check_below(decision, trail);
}

/// A split that was found.
struct Found<'d> {
    split: &'d Split,
    layer: Option<&'d LayerRange>,
    /// Stands for the seed where many are compared.
    seed: Digest,
}

/// Warns about splits that put units at the same buckets as one that they fall through.
fn check_correlated<'p>(decision: &'p Decision, default: &'static str, trail: &mut Trail<'p>) {
    let mut found: Vec<Found<'_>> = Vec::new();
    for position in 0..=decision.rules.len() {
        let rule = decision.rules.get(position);
        let serve = rule.map_or(decision.default.as_ref(), |rule| Some(&rule.serve));
        let Some(Serve::Split(split)) = serve else { continue };
        let layer = rule.and_then(|rule| rule.layer.as_ref());
        let own = Found { split, layer, seed: Digest::of(split.seed.as_bytes()) };
        if found.iter().any(|earlier| is_correlated(earlier, &own)) {
            let message = "an earlier split has the same unit and seed, so that who falls through it comes here with \
                           high buckets only; give one of them another `seed`";
            if rule.is_some() {
                add_at_rule(position, Code::CorrelatedSplits, message, trail);
            } else if default.is_empty() {
                trail.add_at("split", Code::CorrelatedSplits, message);
            } else {
                trail.enter(default);
                trail.add_at("split", Code::CorrelatedSplits, message);
                trail.leave(1);
            }
        }
        if falls_through(split) {
            found.push(own);
        }
    }
}

/// Whether units that fall through one split come to the other at the same buckets.
fn is_correlated(earlier: &Found<'_>, later: &Found<'_>) -> bool {
    let are_apart = |a: &LayerRange, b: &LayerRange| a.key == b.key && (a.to <= b.from || b.to <= a.from);
    earlier.seed == later.seed
        && earlier.split.by == later.split.by
        && !earlier.layer.zip(later.layer).is_some_and(|(a, b)| are_apart(a, b))
}

/// Warns about splits whose units outside can get a variant of theirs from a fixed serve below.
fn check_below(decision: &Decision, trail: &mut Trail<'_>) {
    // What who comes past the rules looked at can get: a set of variants.
    let mut below = [0_u64; limits::VARIANTS / 64];
    if let Some(Serve::Variant(variant)) = decision.default {
        add(&mut below, variant);
    }
    for (position, rule) in decision.rules.iter().enumerate().rev() {
        let is_for_everybody = rule.when.is_none() && rule.layer.is_none();
        match &rule.serve {
            Serve::Split(split) if falls_through(split) => {
                let has = |variant: usize| below.get(variant / 64).is_some_and(|word| word >> (variant % 64) & 1 != 0);
                if split.ranges.iter().any(|range| range.from < range.to && has(range.variant)) {
                    let message = "units outside the split get one of its variants further down all the same, so that \
                                   the two cannot be told apart; let `outside` serve another variant";
                    add_at_rule(position, Code::FallThroughServesSame, message, trail);
                }
            }
            serve => {
                if is_for_everybody {
                    below.fill(0);
                }
                if let Serve::Variant(variant) = serve {
                    add(&mut below, *variant);
                }
            }
        }
    }
}

fn add(variants: &mut [u64], variant: usize) {
    if let Some(word) = variants.get_mut(variant / 64) {
        *word |= 1 << (variant % 64);
    }
}

/// Adds a problem at the split of a rule.
fn add_at_rule(position: usize, code: Code, message: &str, trail: &mut Trail<'_>) {
    trail.enter("rules");
    trail.enter_nth(position);
    trail.enter("serve");
    trail.add_at("split", code, message);
    trail.leave(3);
}

/// Whether a unit can go on past a split.
fn falls_through(split: &Split) -> bool {
    let covered: u64 = split.ranges.iter().map(|range| u64::from(range.to - range.from)).sum();
    let all = split.exposure == Exposure::Constant(Ppm::ALL) && covered == u64::from(WHOLE);
    split.outside.is_none() && !all
}
