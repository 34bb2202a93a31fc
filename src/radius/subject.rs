//! Flags and services as wholes: what switches them off, holds units out of them, or is reached by them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::model::{Affected, Unknown};
use super::movement::{self, Found};
use super::place::{Decided, rest_of};
use super::side::{Draw, Side};
use super::{of_flag, of_service};
use crate::diff::{Changed, LinkKind, Overlay, Way, kills_in_force};
use crate::snapshot::model::{Broken, Flag, Holdout, Keyed, Snapshot, State, Variant};
use crate::words::time::Timestamp;

/// Two snapshots at an instant, and what is killed in each.
pub(super) struct Sides<'s> {
    old: &'s Snapshot,
    new: &'s Snapshot,
    kills: (Overlay<'s>, Overlay<'s>),
    now: Timestamp,
}

impl<'s> Sides<'s> {
    pub(super) fn new(old: &'s Snapshot, new: &'s Snapshot, now: Timestamp) -> Self {
        Self { old, new, kills: (Overlay::new(&old.kills), Overlay::new(kills_in_force(old, new))), now }
    }

    pub(super) fn flag(&self, changed: &Changed) -> Option<Affected> {
        let mut affected = affected(changed)?;
        let parts = (find(&self.old.flags, &changed.key), find(&self.new.flags, &changed.key));
        let Some((old, new)) = of_parts(parts, &mut affected) else { return Some(affected) };
        affected.values = values(&old.variants, &new.variants);
        affected.metadata = old.metadata != new.metadata
            || (old.state != new.state && old.state != State::Disabled && new.state != State::Disabled);
        let is_off = |flag: &Flag, kills: &Overlay<'_>| {
            flag.state == State::Disabled || kills.scope(&changed.key, false).is_some()
        };
        let off = (is_off(old, &self.kills.0), is_off(new, &self.kills.1));
        let sides = (decided(old, self.old), decided(new, self.new));
        let rest = |flag: &'s Flag, snapshot: &'s Snapshot| {
            // Whom anything else takes first is up to that.
            let is_plain = flag.prerequisites.is_empty() && flag.overrides.is_empty();
            let holds_out = holdouts_of(snapshot, &changed.key).next().is_some();
            rest_of(decided(flag, snapshot)).filter(|_| is_plain && !holds_out)
        };
        let rests = (rest(old, self.old), rest(new, self.new));
        if !switched(&mut affected, sides, rests, off) {
            self.within(&mut affected, (old, new), sides, changed);
        }
        Some(affected)
    }

    pub(super) fn service(&self, changed: &Changed) -> Option<Affected> {
        let mut affected = affected(changed)?;
        let parts = (find(&self.old.services, &changed.key), find(&self.new.services, &changed.key));
        let Some((old, new)) = of_parts(parts, &mut affected) else { return Some(affected) };
        affected.values = values(&old.tracks, &new.tracks);
        let is_off = |kills: &Overlay<'_>| kills.scope(&changed.key, true).is_some();
        let decided = |service, snapshot: &'s Snapshot| Decided { layers: &snapshot.layers, ..of_service(service) };
        let sides: (Decided<'s>, Decided<'s>) = (decided(old, self.old), decided(new, self.new));
        let rests = (rest_of(sides.0), rest_of(sides.1));
        if !switched(&mut affected, sides, rests, (is_off(&self.kills.0), is_off(&self.kills.1))) {
            let Found { movements, unknown } = movement::along(sides.0, sides.1, Vec::new(), self.now);
            affected.movements = movements;
            affected.unknown.extend(unknown);
            affected.unknown.extend(reached(changed));
        }
        Some(affected)
    }

    /// A flag that is on before and after.
    fn within(
        &self,
        affected: &mut Affected,
        (old, new): (&'s Flag, &'s Flag),
        sides: (Decided<'s>, Decided<'s>),
        changed: &Changed,
    ) {
        let (off, next_off) = (sides.0.names.off(), sides.1.names.off());
        if old.prerequisites != new.prerequisites || (off != next_off && !new.prerequisites.is_empty()) {
            affected.unknown.push(Unknown::Prerequisites);
        }
        if overrides(old) != overrides(new) {
            affected.unknown.push(Unknown::Overrides);
        }
        let mut before = Vec::new();
        self.required(self.old, old, &mut before);
        self.required(self.new, new, &mut before);
        let holdouts = self.holdouts(&affected.key);
        // Whom one holdout lets go another may hold.
        let is_only = holdouts.len() == 1;
        let rest = |decided: Decided<'s>| rest_of(decided).filter(|rest| is_only || *rest == decided.names.off());
        let rest = (rest(sides.0), rest(sides.1));
        for (key, held) in holdouts {
            let side = |holdout: Option<&'s Holdout>, off: &'s str| {
                holdout.map_or(Side::ABSENT, |row| Side::of_holdout(draw(row), row.exposure.get(), off))
            };
            let held = (side(held.0, off), side(held.1, next_off));
            if held.0 != held.1 {
                let movement = movement::of_holdout(key, (&held.0, &held.1), rest, &before);
                affected.movements.push(movement);
            }
            before.extend(held.0.selects_by());
            before.extend(held.1.selects_by());
        }
        let Found { movements, unknown } = movement::along(sides.0, sides.1, before, self.now);
        affected.movements.extend(movements);
        affected.unknown.extend(unknown);
        affected.unknown.extend(reached(changed));
    }

    /// Adds what the prerequisites of a flag draw by, and theirs. Chains are bounded, and without circles.
    fn required(&self, snapshot: &'s Snapshot, flag: &'s Flag, draws: &mut Vec<Draw<'s>>) {
        for prerequisite in &flag.prerequisites {
            let Some(Ok(required)) = find(&snapshot.flags, &prerequisite.flag) else { continue };
            for draw in decided(required, snapshot)
                .draws(self.now)
                .into_iter()
                .chain(holdouts_of(snapshot, &prerequisite.flag).map(|(_, holdout)| draw(holdout)))
            {
                if !draws.contains(&draw) {
                    draws.push(draw);
                }
            }
            self.required(snapshot, required, draws);
        }
    }

    /// The holdouts of a flag before and after, in the order of their keys.
    fn holdouts(&self, flag: &str) -> BTreeMap<&'s str, (Option<&'s Holdout>, Option<&'s Holdout>)> {
        let mut found = BTreeMap::<&str, (Option<&Holdout>, Option<&Holdout>)>::new();
        for (key, holdout) in holdouts_of(self.old, flag) {
            found.entry(key).or_default().0 = Some(holdout);
        }
        for (key, holdout) in holdouts_of(self.new, flag) {
            found.entry(key).or_default().1 = Some(holdout);
        }
        found
    }
}

fn decided<'s>(flag: &'s Flag, snapshot: &'s Snapshot) -> Decided<'s> {
    Decided { layers: &snapshot.layers, ..of_flag(flag) }
}

fn affected(changed: &Changed) -> Option<Affected> {
    changed.answers_can_differ.then(|| Affected {
        key: changed.key.clone(),
        change: changed.change,
        movements: Vec::new(),
        unknown: Vec::new(),
        values: Vec::new(),
        metadata: false,
    })
}

/// A part before and after.
type Parts<'s, T> = (Option<&'s Result<T, Broken>>, Option<&'s Result<T, Broken>>);

/// Both parts, if both are there and sound; else notes what is the matter.
fn of_parts<'s, T>(parts: Parts<'s, T>, affected: &mut Affected) -> Option<(&'s T, &'s T)> {
    match parts {
        (Some(Ok(old)), Some(Ok(new))) => return Some((old, new)),
        (_, Some(Err(_))) => affected.unknown.push(Unknown::Broken),
        (Some(Err(_)), Some(Ok(_))) => affected.unknown.push(Unknown::Mended),
        _ => {}
    }
    None
}

/// Whether what decides is switched off before or after; then that is all there is to say.
fn switched(
    affected: &mut Affected,
    sides: (Decided<'_>, Decided<'_>),
    rests: (Option<&str>, Option<&str>),
    off: (bool, bool),
) -> bool {
    let (before, after) = (sides.0.names.off(), sides.1.names.off());
    let movement = match off {
        (false, false) => return false,
        (true, true) if before == after => return true,
        (true, true) => movement::of_everybody(Some(before), Some(after), true),
        (false, true) => movement::of_everybody(rests.0, Some(after), true),
        (true, false) => movement::of_everybody(Some(before), rests.1, false),
    };
    affected.movements.push(movement);
    true
}

/// The ways to what changed, but for what is counted: kills, and holdouts and layers of the flag itself.
fn reached(changed: &Changed) -> impl Iterator<Item = Unknown> {
    let is_counted = |way: &Way| match way.as_slice() {
        [only] => matches!(only.kind, LinkKind::Kill | LinkKind::Holdout | LinkKind::Layer),
        _ => false,
    };
    changed.via.iter().filter(move |way| !is_counted(way)).map(|way| Unknown::Reaches { way: way.clone() })
}

/// The variants of both sides whose values differ.
fn values(old: &[Variant], new: &[Variant]) -> Vec<String> {
    let other = |variant: &&Variant| old.iter().any(|known| known.key == variant.key && known.value != variant.value);
    new.iter().filter(other).map(|variant| variant.key.clone()).collect()
}

/// Overrides by the keys of what they give.
fn overrides(flag: &Flag) -> Vec<(&str, &[crate::hash::Digest], Option<&str>)> {
    let key = |position: usize| flag.variants.get(position).map(|variant| variant.key.as_str());
    flag.overrides.iter().map(|row| (row.by.as_str(), row.units.as_slice(), key(row.variant))).collect()
}

fn holdouts_of<'s>(snapshot: &'s Snapshot, flag: &str) -> impl Iterator<Item = (&'s str, &'s Holdout)> {
    let sound = snapshot.holdouts.iter().filter_map(|Keyed { key, part }| Some((key.as_str(), part.as_ref().ok()?)));
    sound.filter(move |(_, holdout)| holdout.flags.iter().any(|listed| listed == flag))
}

fn draw(holdout: &Holdout) -> Draw<'_> {
    Draw { by: &holdout.by, seed: &holdout.seed }
}

pub(super) fn find<'s, T>(parts: &'s [Keyed<T>], key: &str) -> Option<&'s Result<T, Broken>> {
    let place = parts.binary_search_by(|keyed| keyed.key.as_str().cmp(key)).ok()?;
    parts.get(place).map(|keyed| &keyed.part)
}
