//! The places of two decisions, put side by side.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use super::side::{Draw, Names, Side, part_of_layer};
use crate::snapshot::model::{Condition, Decision, Exposure, Keyed, Layer, Rule, Serve, Split};
use crate::words::time::Timestamp;
use crate::words::weight::{Ppm, WHOLE};

/// A decision with what its positions and keys mean.
#[derive(Clone, Copy)]
pub(crate) struct Decided<'s> {
    pub(crate) decision: &'s Decision,
    pub(crate) names: Names<'s>,
    pub(crate) layers: &'s [Keyed<Layer>],
}

/// A place of two decisions.
pub(crate) struct Spot<'s> {
    /// `None` is the default.
    pub(crate) rule: Option<&'s str>,
    pub(crate) old: Side<'s>,
    pub(crate) new: Side<'s>,
    /// What a unit gets that goes on, where that is certain.
    pub(crate) rest: (Option<&'s str>, Option<&'s str>),
    /// The condition before and after is another one.
    pub(crate) other_condition: bool,
    /// Whether what it does is another thing now, at this instant or at a later one.
    pub(crate) is_changed: bool,
    /// Whether nobody comes past it before, or nobody after.
    pub(crate) ends: bool,
    /// The split after the change.
    pub(crate) split: Option<&'s Split>,
}

/// The places in the order of evaluation, and whether rules were put into another order.
pub(crate) fn spots<'s>(old: Decided<'s>, new: Decided<'s>, now: Timestamp) -> (Vec<Spot<'s>>, bool) {
    let (pairs, reordered) = pair(old, new);
    let (old_rest, new_rest) = (rests(old), rests(new));
    let mut spots = Vec::with_capacity(pairs.len() + 1);
    // Who goes on past a rule that is not there comes to the same rules as who went on past the one before it.
    let mut past = (0, 0);
    for (before, after) in pairs {
        past = (before.map_or(past.0, |at| at + 1), after.map_or(past.1, |at| at + 1));
        let rest = (old_rest.get(past.0).copied().flatten(), new_rest.get(past.1).copied().flatten());
        let rules = (before.and_then(|at| old.decision.rules.get(at)), after.and_then(|at| new.decision.rules.get(at)));
        spots.push(spot((old, rules.0), (new, rules.1), rest, now));
    }
    let (before, after) = (old.decision.default.as_ref(), new.decision.default.as_ref());
    let sides = (Side::of_default(before, old.names, now), Side::of_default(after, new.names, now));
    spots.push(Spot {
        rule: None,
        rest: (None, None),
        other_condition: false,
        is_changed: sides.0 != sides.1 || drifts(before, after),
        ends: true,
        old: sides.0,
        new: sides.1,
        split: after.and_then(split_of),
    });
    (spots, reordered)
}

fn spot<'s>(
    (old, old_rule): (Decided<'s>, Option<&'s Rule>),
    (new, new_rule): (Decided<'s>, Option<&'s Rule>),
    rest: (Option<&'s str>, Option<&'s str>),
    now: Timestamp,
) -> Spot<'s> {
    let side =
        |decided: Decided<'s>, rule: Option<&'s Rule>| rule.map_or(Side::ABSENT, |rule| decided.rule_side(rule, now));
    let (old_side, new_side) = (side(old, old_rule), side(new, new_rule));
    let ends = |rule: Option<&Rule>, side: &Side<'_>| {
        rule.is_some_and(|rule| is_for_everybody(rule.when.as_ref())) && side.takes_all()
    };
    let serve = |rule: Option<&'s Rule>| rule.map(|rule| &rule.serve);
    Spot {
        rule: new_rule.or(old_rule).map(|rule| rule.id.as_str()),
        rest,
        other_condition: old_rule.zip(new_rule).is_some_and(|(old, new)| old.when != new.when),
        is_changed: old_side != new_side || drifts(serve(old_rule), serve(new_rule)),
        ends: ends(old_rule, &old_side) || ends(new_rule, &new_side),
        old: old_side,
        new: new_side,
        split: serve(new_rule).and_then(split_of),
    }
}

impl<'s> Decided<'s> {
    pub(crate) fn rule_side(self, rule: &'s Rule, now: Timestamp) -> Side<'s> {
        let layer = rule.layer.as_ref().map(|range| part_of_layer(range, |key| self.layer(key)));
        Side::of(&rule.serve, layer, self.names, now)
    }

    fn layer(self, key: &str) -> Option<&'s Layer> {
        let place = self.layers.binary_search_by(|keyed| keyed.key.as_str().cmp(key)).ok()?;
        self.layers.get(place)?.part.as_ref().ok()
    }

    /// All that rules and default draw by.
    pub(crate) fn draws(self, now: Timestamp) -> Vec<Draw<'s>> {
        let rules = self.decision.rules.iter().map(|rule| self.rule_side(rule, now));
        let default = Side::of_default(self.decision.default.as_ref(), self.names, now);
        rules.chain([default]).flat_map(|side| side.draws().collect::<Vec<_>>()).collect()
    }
}

pub(crate) fn is_for_everybody(when: Option<&Condition>) -> bool {
    match when {
        None => true,
        Some(Condition::All(conditions)) => conditions.is_empty(),
        Some(_) => false,
    }
}

pub(crate) const fn split_of(serve: &Serve) -> Option<&Split> {
    match serve {
        Serve::Split(split) => Some(split),
        Serve::Variant(_) => None,
    }
}

/// Whether exposures differ that may be the same at an instant.
fn drifts(old: Option<&Serve>, new: Option<&Serve>) -> bool {
    let exposure = |serve: Option<&Serve>| serve.and_then(split_of).map(|split| split.exposure.clone());
    exposure(old).zip(exposure(new)).is_some_and(|(old, new)| old != new)
}

/// Positions of a rule before and after.
type Pair = (Option<usize>, Option<usize>);

/// The rules of both sides in the order of evaluation, and whether they were put into another order. A rule is the same
/// one under its id; under another id it is the same if its condition and its draws are.
fn pair(old: Decided<'_>, new: Decided<'_>) -> (Vec<Pair>, bool) {
    let (old_rules, new_rules) = (&old.decision.rules, &new.decision.rules);
    let by_id: BTreeMap<&str, usize> = old_rules.iter().enumerate().map(|(at, rule)| (rule.id.as_str(), at)).collect();
    let mut matches: Vec<Option<usize>> = new_rules.iter().map(|rule| by_id.get(rule.id.as_str()).copied()).collect();
    let mut taken: BTreeSet<usize> = matches.iter().copied().flatten().collect();
    for (found, rule) in matches.iter_mut().zip(new_rules).filter(|(found, _)| found.is_none()) {
        let is_it = |(at, other): &(usize, &Rule)| !taken.contains(at) && is_renamed(other, rule);
        *found = old_rules.iter().enumerate().find(is_it).map(|(at, _)| at);
        taken.extend(*found);
    }
    let kept: Vec<usize> = matches.iter().copied().flatten().collect();
    let reordered = !kept.is_sorted();
    let (mut pairs, mut emitted) = (Vec::new(), vec![false; old_rules.len()]);
    for (after, before) in matches.iter().enumerate() {
        if let Some(before) = before {
            for (gone, done) in emitted.iter_mut().enumerate().take(*before) {
                if !*done && !taken.contains(&gone) {
                    *done = true;
                    pairs.push((Some(gone), None));
                }
            }
            emitted.iter_mut().skip(*before).take(1).for_each(|done| *done = true);
        }
        pairs.push((*before, Some(after)));
    }
    pairs.extend(emitted.iter().enumerate().filter(|(_, done)| !**done).map(|(gone, _)| (Some(gone), None)));
    (pairs, reordered)
}

fn is_renamed(old: &Rule, new: &Rule) -> bool {
    let draw = |rule: &Rule| split_of(&rule.serve).map(|split| (split.by.clone(), split.seed.clone()));
    let layer = |rule: &Rule| rule.layer.as_ref().map(|layer| layer.key.clone());
    old.when == new.when && layer(old) == layer(new) && draw(old) == draw(new)
}

/// For each place in the rules, what a unit gets that comes there, where that is certain whatever is known of it.
fn rests(decided: Decided<'_>) -> Vec<Option<&str>> {
    let names = decided.names;
    let mut possible = BTreeSet::new();
    match &decided.decision.default {
        None => drop(possible.insert(names.off())),
        Some(serve) => {
            served(serve, names, &mut possible);
            if split_of(serve).is_some_and(|split| split.outside.is_none() && !gives_all(split)) {
                possible.insert(names.off());
            }
        }
    }
    let only = |possible: &BTreeSet<_>| possible.first().copied().filter(|_| possible.len() == 1);
    let mut rests = vec![only(&possible)];
    for rule in decided.decision.rules.iter().rev() {
        if is_for_everybody(rule.when.as_ref()) && rule.layer.is_none() && split_of(&rule.serve).is_none_or(gives_all) {
            possible.clear();
        }
        served(&rule.serve, names, &mut possible);
        rests.push(only(&possible));
    }
    rests.reverse();
    rests
}

/// Adds what can be served.
fn served<'s>(serve: &Serve, names: Names<'s>, possible: &mut BTreeSet<&'s str>) {
    match serve {
        Serve::Variant(position) => drop(possible.insert(names.key(*position))),
        Serve::Split(split) => {
            let wide = split.ranges.iter().filter(|range| range.from < range.to);
            possible.extend(wide.map(|range| range.variant).chain(split.outside).map(|position| names.key(position)));
        }
    }
}

/// Whether every bucket of a split gets something at all times.
pub(crate) fn gives_all(split: &Split) -> bool {
    let covered: u32 = split.ranges.iter().map(|range| range.to.saturating_sub(range.from)).sum();
    split.outside.is_some() || (split.exposure == Exposure::Constant(Ppm::ALL) && covered == WHOLE)
}

/// What everybody gets whom the rules and the default decide for, where that is certain.
pub(crate) fn rest_of(decided: Decided<'_>) -> Option<&str> {
    rests(decided).first().copied().flatten()
}
