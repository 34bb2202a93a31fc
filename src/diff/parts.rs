//! What flags and services share: segments, rings, layers, holdouts and kills.

use alloc::vec::Vec;

use super::condition::words;
use super::decision::share;
use super::model::{Aspect, Change, Changed, Effect, What, compare, count, texts};
use super::pairs;
use super::reach::Reach;
use super::subject::units;
use crate::snapshot::model::{Broken, Holdout, Keyed, Ring, Segment, Snapshot};
use crate::words::kill::KillSet;
use crate::words::value::Value;

pub(super) fn segments(reach: &mut Reach<'_>) -> Vec<Changed> {
    let pairs = pairs(&reach.old.segments, &reach.new.segments);
    let changed = pairs.into_iter().filter_map(|(key, old, new)| match changed(key, old, new, segment) {
        None => {
            // The first link is the segment itself.
            let way = reach.segment(key, key)?.split_off(1);
            Some(Changed { via: Vec::from([way]), ..changed_as(key, Change::Reached, Vec::new()) })
        }
        changed => changed,
    });
    changed.collect()
}

pub(super) fn layers(old: &Snapshot, new: &Snapshot) -> Vec<Changed> {
    all(&old.layers, &new.layers, |old, new| drawn((&old.by, &old.seed), (&new.by, &new.seed)))
}

pub(super) fn holdouts(old: &Snapshot, new: &Snapshot) -> Vec<Changed> {
    all(&old.holdouts, &new.holdouts, holdout)
}

pub(super) fn attributes(old: &Snapshot, new: &Snapshot) -> Vec<Changed> {
    let changed = all(&old.attributes, &new.attributes, |old, new| {
        let mut aspects = Vec::new();
        compare(&mut aspects, What::Type, (&old.kind, &new.kind), |kind| kind.name().into());
        compare(&mut aspects, What::Private, (&old.is_private, &new.is_private), |is_private| (*is_private).into());
        aspects
    });
    changed.into_iter().map(|changed| Changed { answers_can_differ: false, ..changed }).collect()
}

fn all<T: PartialEq>(old: &[Keyed<T>], new: &[Keyed<T>], aspects_of: fn(&T, &T) -> Vec<Aspect>) -> Vec<Changed> {
    pairs(old, new).into_iter().filter_map(|(key, old, new)| changed(key, old, new, aspects_of)).collect()
}

fn changed<T: PartialEq>(
    key: &str,
    old: Option<&Result<T, Broken>>,
    new: Option<&Result<T, Broken>>,
    aspects_of: fn(&T, &T) -> Vec<Aspect>,
) -> Option<Changed> {
    let (change, aspects) = match (old, new) {
        (None, _) => (Change::Added, Vec::new()),
        (_, None) => (Change::Removed, Vec::new()),
        (Some(Ok(old)), Some(Ok(new))) if old != new => (Change::Changed, aspects_of(old, new)),
        (Some(Ok(_)), Some(Err(_))) => (Change::Changed, Vec::from([Aspect::new(What::Broken)])),
        (Some(Err(_)), Some(Ok(_))) => (Change::Changed, Vec::from([Aspect::new(What::Mended)])),
        _ => return None,
    };
    Some(changed_as(key, change, aspects))
}

fn changed_as(key: &str, change: Change, aspects: Vec<Aspect>) -> Changed {
    Changed { key: key.into(), change, answers_can_differ: true, aspects, via: Vec::new() }
}

fn segment(old: &Segment, new: &Segment) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    compare(&mut aspects, What::By, (old.by.as_str(), new.by.as_str()), Value::from);
    units(&mut aspects, What::Include, &old.include, &new.include, None);
    units(&mut aspects, What::Exclude, &old.exclude, &new.exclude, None);
    if old.when != new.when {
        let show = |segment: &Segment| segment.when.as_ref().map(|when| Value::String(words(when)));
        // Without a condition a segment has nobody but those that it lists.
        let effect = Effect::of_narrowing(new.when.as_ref(), old.when.as_ref());
        aspects.push(Aspect::between(What::Condition, show(old), show(new)).with_effect(effect));
    }
    aspects
}

/// The attribute of the unit, and the seed.
fn drawn((old_by, old_seed): (&str, &str), (by, seed): (&str, &str)) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    compare(&mut aspects, What::By, (old_by, by), Value::from);
    compare(&mut aspects, What::Seed, (old_seed, seed), Value::from);
    aspects.into_iter().map(|aspect| aspect.with_effect(Effect::REDRAWS)).collect()
}

fn holdout(old: &Holdout, new: &Holdout) -> Vec<Aspect> {
    let mut aspects = drawn((&old.by, &old.seed), (&new.by, &new.seed));
    if old.exposure != new.exposure {
        let effect = if new.exposure > old.exposure { Effect::ADMITS } else { Effect::RELEASES };
        let aspect = Aspect::between(What::Exposure, Some(share(old.exposure)), Some(share(new.exposure)));
        aspects.push(aspect.with_effect(effect));
    }
    compare(&mut aspects, What::Flags, (old.flags.as_slice(), new.flags.as_slice()), texts);
    aspects
}

pub(super) fn rings(old: &Snapshot, new: &Snapshot) -> Vec<Changed> {
    let find = |rings: &[Ring], name: &str| rings.iter().position(|ring| ring.name == name);
    let mut changed = Vec::new();
    for (place, ring) in new.rings.iter().enumerate() {
        let Some((before, old_ring)) = find(&old.rings, &ring.name).and_then(|at| Some((at, old.rings.get(at)?)))
        else {
            changed.push(changed_as(&ring.name, Change::Added, Vec::new()));
            continue;
        };
        let mut aspects = Vec::new();
        compare(&mut aspects, What::Position, (&before, &place), |place| count(*place));
        if old_ring.segment != ring.segment {
            let show = |ring: &Ring| ring.segment.clone().map(Value::String);
            aspects.push(Aspect::between(What::Segment, show(old_ring), show(ring)));
        }
        if !aspects.is_empty() {
            changed.push(changed_as(&ring.name, Change::Changed, aspects));
        }
    }
    let gone = old.rings.iter().filter(|ring| find(&new.rings, &ring.name).is_none());
    changed.extend(gone.map(|ring| changed_as(&ring.name, Change::Removed, Vec::new())));
    changed
}

/// What changed in the kill set, if the new one is of a higher revision.
pub(super) fn kills(old: &KillSet, new: &KillSet) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    let revision = |kills: &KillSet| count(usize::try_from(kills.revision).unwrap_or(usize::MAX));
    if old == new {
        return aspects;
    }
    if new.revision <= old.revision {
        aspects.push(Aspect::between(What::KillsIgnored, Some(revision(old)), Some(revision(new))));
        return aspects;
    }
    compare(&mut aspects, What::Revision, (old, new), revision);
    compare(&mut aspects, What::All, (&old.all, &new.all), |all| Value::Boolean(*all));
    let lists = [
        (What::Namespaces, &old.namespaces, &new.namespaces),
        (What::Flags, &old.flags, &new.flags),
        (What::Services, &old.services, &new.services),
    ];
    for (what, old, new) in lists {
        compare(&mut aspects, what, (old.as_slice(), new.as_slice()), texts);
    }
    aspects
}
