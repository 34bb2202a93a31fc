//! Rules, splits and defaults: what changed in what is decided for whom.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::condition::words;
use super::effect::{self, Side};
use super::model::{Aspect, Effect, What, count, object};
use crate::snapshot::model::{Curve, Decision, Exposure, LayerRange, Ramp, Range, Rule, Serve, Split, Variant};
use crate::words::time::Timestamp;
use crate::words::value::Value;
use crate::words::weight::Ppm;

/// A decision with what its positions mean.
#[derive(Clone, Copy)]
pub(super) struct Decided<'s> {
    pub(super) decision: &'s Decision,
    pub(super) variants: &'s [Variant],
    /// The default of a service without a split.
    pub(super) fallback: &'s Serve,
}

impl<'s> Decided<'s> {
    fn side(self, serve: &'s Serve) -> Side<'s> {
        Side { serve, variants: self.variants }
    }

    fn default(self) -> Side<'s> {
        self.side(self.decision.default.as_ref().unwrap_or(self.fallback))
    }
}

/// Adds what changed from one decision to the other.
pub(super) fn compare(aspects: &mut Vec<Aspect>, old: Decided<'_>, new: Decided<'_>) {
    let (old_places, new_places) = (places(old.decision), places(new.decision));
    let before = |rule: &Rule| old_places.get(rule.id.as_str()).copied();
    let kept: Vec<usize> = new.decision.rules.iter().filter_map(before).collect();
    let in_order = rising(&kept);
    for (place, rule) in new.decision.rules.iter().enumerate() {
        let old_place = before(rule);
        let Some(old_rule) = old_place.and_then(|place| old.decision.rules.get(place)) else {
            let to = Some(shown(new, rule));
            aspects.push(Aspect::between(What::Rule, None, to).of(&rule.id).with_effect(Effect::ADMITS));
            continue;
        };
        let moved = old_place.filter(|old_place| in_order.binary_search(old_place).is_err());
        aspects.extend(changed_rule((old, old_rule), (new, rule), moved.map(|from| (from, place))));
    }
    for rule in old.decision.rules.iter().filter(|rule| !new_places.contains_key(rule.id.as_str())) {
        let from = Some(shown(old, rule));
        aspects.push(Aspect::between(What::Rule, from, None).of(&rule.id).with_effect(Effect::RELEASES));
    }
    let within = changed_serve(old.default(), new.default());
    if !within.is_empty() {
        let effect = effect::of(old.default(), new.default());
        aspects.push(Aspect { aspects: within, ..Aspect::new(What::Default) }.with_effect(effect));
    }
}

/// The place of each rule, by its id.
fn places(decision: &Decision) -> BTreeMap<&str, usize> {
    decision.rules.iter().enumerate().map(|(place, rule)| (rule.id.as_str(), place)).collect()
}

fn changed_rule(
    (old, old_rule): (Decided<'_>, &Rule),
    (new, new_rule): (Decided<'_>, &Rule),
    moved: Option<(usize, usize)>,
) -> Option<Aspect> {
    let mut aspects = Vec::new();
    let mut effect = Effect::NONE;
    if let Some((from, to)) = moved {
        aspects.push(Aspect::between(What::Position, Some(count(from)), Some(count(to))));
        // Others that stood before it, or stand before it now, may decide for its units.
        effect = effect.and(Effect::BOTH);
    }
    if old_rule.when != new_rule.when {
        let show = |rule: &Rule| rule.when.as_ref().map(|when| Value::String(words(when)));
        aspects.push(Aspect::between(What::Condition, show(old_rule), show(new_rule)));
        effect = effect.and(Effect::of_narrowing(old_rule.when.as_ref(), new_rule.when.as_ref()));
    }
    if old_rule.layer != new_rule.layer {
        let show = |rule: &Rule| rule.layer.as_ref().map(layer);
        aspects.push(Aspect::between(What::Layer, show(old_rule), show(new_rule)));
        effect = effect.and(layer_effect(old_rule.layer.as_ref(), new_rule.layer.as_ref()));
    }
    let (from, to) = (old.side(&old_rule.serve), new.side(&new_rule.serve));
    let within = changed_serve(from, to);
    if !within.is_empty() {
        aspects.extend(within);
        effect = effect.and(effect::of(from, to));
    }
    let rule = Aspect { aspects, ..Aspect::new(What::Rule) };
    (!rule.aspects.is_empty()).then(|| rule.of(&new_rule.id).with_effect(effect))
}

fn layer_effect(old: Option<&LayerRange>, new: Option<&LayerRange>) -> Effect {
    match (old, new) {
        (Some(old), Some(new)) if old.key == new.key => Effect {
            reshuffles: false,
            admits: new.from < old.from || new.to > old.to,
            releases: new.from > old.from || new.to < old.to,
        },
        (old, new) => Effect::of_narrowing(old, new),
    }
}

/// What changed in what is served.
fn changed_serve(old: Side<'_>, new: Side<'_>) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    let (Serve::Split(a), Serve::Split(b)) = (old.serve, new.serve) else {
        super::model::compare(&mut aspects, What::Serve, (&serve(old), &serve(new)), Clone::clone);
        return aspects;
    };
    let members = [What::By, What::Seed, What::Exposure, What::Ranges, What::Outside];
    for ((what, from), to) in members.into_iter().zip(split(old, a)).zip(split(new, b)) {
        if from != to {
            aspects.push(Aspect::between(what, from, to));
        }
    }
    aspects
}

/// A rule that is new or gone, as a whole.
fn shown(decided: Decided<'_>, rule: &Rule) -> Value {
    object([
        ("condition", rule.when.as_ref().map(|when| Value::String(words(when)))),
        ("layer", rule.layer.as_ref().map(layer)),
        ("serve", Some(serve(decided.side(&rule.serve)))),
    ])
}

fn layer(range: &LayerRange) -> Value {
    let [from, to] = [range.from, range.to].map(|bucket| Some(count(bucket as usize)));
    object([("key", Some(range.key.as_str().into())), ("from", from), ("to", to)])
}

/// What is served: `{variant}`, or a split's members.
fn serve(side: Side<'_>) -> Value {
    match side.serve {
        Serve::Variant(position) => object([("variant", Some(side.key(*position).into()))]),
        Serve::Split(row) => {
            let [by, seed, exposure, ranges, outside] = split(side, row);
            object([("by", by), ("seed", seed), ("exposure", exposure), ("ranges", ranges), ("outside", outside)])
        }
    }
}

/// Attribute of the unit, seed, exposure, ranges, and what the others get.
fn split(side: Side<'_>, split: &Split) -> [Option<Value>; 5] {
    let range = |range: &Range| {
        let [from, to] = [range.from, range.to].map(|bucket| Some(count(bucket as usize)));
        object([("variant", Some(side.key(range.variant).into())), ("from", from), ("to", to)])
    };
    [
        Some(split.by.as_str().into()),
        Some(split.seed.as_str().into()),
        Some(exposure(&split.exposure)),
        Some(Value::List(split.ranges.iter().map(range).collect())),
        split.outside.map(|position| side.key(position).into()),
    ]
}

/// Parts per million, or a ramp of them.
fn exposure(exposure: &Exposure) -> Value {
    match exposure {
        Exposure::Constant(constant) => share(*constant),
        Exposure::Ramp(Ramp { from, to, start, end, curve }) => {
            let (curve, steps) = match curve {
                Curve::Linear => ("linear", None),
                Curve::Exponential => ("exponential", None),
                Curve::Steps(steps) => ("steps", Some(steps)),
            };
            let steps = steps.map(|steps| {
                let step = |(at, share_then): &(_, Ppm)| {
                    object([("at", Some(instant(*at))), ("exposure", Some(share(*share_then)))])
                };
                Value::List(steps.iter().map(step).collect())
            });
            object([
                ("from", Some(share(*from))),
                ("to", Some(share(*to))),
                ("start", Some(instant(*start))),
                ("end", Some(instant(*end))),
                ("curve", Some(curve.into())),
                ("steps", steps),
            ])
        }
    }
}

fn instant(instant: Timestamp) -> Value {
    Value::String(instant.to_string())
}

pub(super) fn share(share: Ppm) -> Value {
    count(share.get() as usize)
}

/// A longest rising run through different numbers, in order: what stays when as little as
/// possible is said to have moved.
fn rising(numbers: &[usize]) -> Vec<usize> {
    // For every number the longest run that ends with it, and the number before it.
    let mut runs: Vec<(usize, Option<usize>)> = Vec::new();
    for number in numbers {
        let shorter = numbers.iter().zip(&runs).enumerate().filter(|(_, (other, _))| *other < number);
        let before = shorter.max_by_key(|(_, (_, (length, _)))| *length);
        runs.push(before.map_or((1, None), |(place, (_, (length, _)))| (length + 1, Some(place))));
    }
    let mut run = Vec::new();
    let mut at = (0..runs.len()).max_by_key(|&place| runs.get(place).map_or(0, |(length, _)| *length));
    while let Some(place) = at {
        run.extend(numbers.get(place));
        at = runs.get(place).and_then(|(_, before)| *before);
    }
    run.reverse();
    run
}
