//! What a flag, a service or a segment reaches, and whether that changed.
//!
//! The same closure as that of the compiler's fingerprints: a subject can answer otherwise if and
//! only if its own content, or that of something on the way, is another one.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::find;
use super::model::{Link, LinkKind};
use crate::snapshot::model::{Condition, Decision, Flag, Holdout, Keyed, Segment, Service, Snapshot};
use crate::words::kill::{KillScope, KillSet};
use crate::words::order::sort_values;

/// A way from a part to one that changed.
pub(crate) type Way = Vec<Link>;

/// Two snapshots, and what was found out about them so far.
pub(super) struct Reach<'s> {
    pub(super) old: &'s Snapshot,
    pub(super) new: &'s Snapshot,
    kills: (Overlay<'s>, Overlay<'s>),
    /// The holdouts of each flag, by the keys of the holdouts.
    holdouts: (HoldoutsOf<'s>, HoldoutsOf<'s>),
    /// The way from a segment, under its key before and after, to what changed.
    segments: BTreeMap<(&'s str, &'s str), Option<Way>>,
    /// Whether each flag changed, and the ways from it.
    flags: BTreeMap<&'s str, Verdict>,
}

/// What was found out about a flag or service.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdict {
    /// It decides otherwise itself.
    pub(super) own: bool,
    /// The ways to what changed.
    pub(super) via: Vec<Way>,
}

impl Verdict {
    /// Adds a way, once.
    fn add(&mut self, way: Way) {
        if !self.via.contains(&way) {
            self.via.push(way);
        }
    }
}

type HoldoutsOf<'s> = BTreeMap<&'s str, Vec<(&'s str, &'s Holdout)>>;

impl<'s> Reach<'s> {
    pub(super) fn new(old: &'s Snapshot, new: &'s Snapshot) -> Self {
        Self {
            old,
            new,
            kills: (Overlay::new(&old.kills), Overlay::new(kills_in_force(old, new))),
            holdouts: (holdouts_of(old), holdouts_of(new)),
            segments: BTreeMap::new(),
            flags: BTreeMap::new(),
        }
    }

    /// A flag. Chains of prerequisites are bounded, so the recursion is.
    pub(super) fn flag(&mut self, key: &'s str) -> Verdict {
        if let Some(known) = self.flags.get(key) {
            return known.clone();
        }
        let mut verdict = Verdict::default();
        match (find(&self.old.flags, key), find(&self.new.flags, key)) {
            (Some(Ok(old)), Some(Ok(new))) => {
                verdict.own = !decides_the_same(old, new);
                self.kill(&mut verdict, key, false);
                self.prerequisites(&mut verdict, new);
                self.holdouts(&mut verdict, key);
                self.decision(&mut verdict, &new.decision);
            }
            (Some(Err(old)), Some(Err(new))) => {
                verdict.own = old != new;
                self.kill(&mut verdict, key, false);
            }
            _ => verdict.own = true,
        }
        self.flags.insert(key, verdict.clone());
        verdict
    }

    /// A service.
    pub(super) fn service(&mut self, key: &'s str) -> Verdict {
        let mut verdict = Verdict::default();
        match (find(&self.old.services, key), find(&self.new.services, key)) {
            (Some(Ok(old)), Some(Ok(new))) => {
                let content = |service: &'s Service| (&service.tracks, service.default_track, &service.decision);
                verdict.own = content(old) != content(new);
                self.kill(&mut verdict, key, true);
                self.decision(&mut verdict, &new.decision);
            }
            (Some(Err(old)), Some(Err(new))) => {
                verdict.own = old != new;
                self.kill(&mut verdict, key, true);
            }
            _ => verdict.own = true,
        }
        verdict
    }

    fn kill(&self, verdict: &mut Verdict, key: &str, is_service: bool) {
        let (before, now) = (self.kills.0.scope(key, is_service), self.kills.1.scope(key, is_service));
        if before != now {
            let key = match now {
                None => "lifted",
                Some(KillScope::All) => "all",
                Some(KillScope::Namespace) => "namespace",
                Some(KillScope::Own) if is_service => "service",
                Some(KillScope::Own) => "flag",
            };
            verdict.add(vec![link(LinkKind::Kill, key)]);
        }
    }

    fn prerequisites(&mut self, verdict: &mut Verdict, flag: &'s Flag) {
        for prerequisite in &flag.prerequisites {
            let Verdict { own, via } = self.flag(&prerequisite.flag);
            let way = if own { Some(Vec::new()) } else { via.into_iter().next() };
            verdict.via.extend(way.map(|way| onwards(LinkKind::Prerequisite, &prerequisite.flag, way)));
        }
    }

    fn holdouts(&self, verdict: &mut Verdict, flag: &str) {
        let of = |holdouts: &HoldoutsOf<'s>| holdouts.get(flag).cloned().unwrap_or_default();
        let (old, new) = (of(&self.holdouts.0), of(&self.holdouts.1));
        let content = |(key, holdout): &(&'s str, &'s Holdout)| (*key, &holdout.by, &holdout.seed, holdout.exposure);
        let under = |list: &[(&'s str, &'s Holdout)], key: &str| {
            list.iter().filter(|(other, _)| *other == key).map(content).collect::<Vec<_>>()
        };
        for (key, _) in old.iter().chain(&new) {
            if under(&old, key) != under(&new, key) {
                verdict.add(vec![link(LinkKind::Holdout, key)]);
            }
        }
    }

    fn decision(&mut self, verdict: &mut Verdict, decision: &'s Decision) {
        for rule in &decision.rules {
            let ways = rule.when.iter().flat_map(|when| self.condition(when)).collect::<Vec<Way>>();
            let layer = rule.layer.as_ref().map(|range| range.key.as_str());
            let layer = layer.filter(|key| find(&self.old.layers, key) != find(&self.new.layers, key));
            let layer = layer.map(|key| vec![link(LinkKind::Layer, key)]);
            ways.into_iter().chain(layer).for_each(|way| verdict.add(way));
        }
    }

    /// The ways from a condition.
    fn condition(&mut self, condition: &'s Condition) -> Vec<Way> {
        match condition {
            Condition::All(children) | Condition::Any(children) => {
                children.iter().flat_map(|child| self.condition(child)).collect()
            }
            Condition::Not(child) => self.condition(child),
            Condition::Segment(key) => self.segment(key, key).into_iter().collect(),
            Condition::Ring(name) => self.ring(name).into_iter().collect(),
            Condition::After(_) | Condition::Before(_) | Condition::Attribute(_) => Vec::new(),
        }
    }

    /// The way from a ring: its own segments by their places, and those of the rings before it.
    fn ring(&mut self, name: &str) -> Option<Way> {
        let (old, new) = (ring_segments(self.old, name), ring_segments(self.new, name));
        if old.len() != new.len() {
            return Some(vec![link(LinkKind::Ring, name)]);
        }
        old.into_iter().zip(new).find_map(|(old, new)| {
            let way = self.segment(old, new)?;
            Some(onwards(LinkKind::Ring, name, if old == new { way } else { Vec::new() }))
        })
    }

    /// The way from a segment, which may have had another key before where a ring names it.
    pub(super) fn segment(&mut self, old_key: &'s str, new_key: &'s str) -> Option<Way> {
        if let Some(known) = self.segments.get(&(old_key, new_key)) {
            return known.clone();
        }
        let parts: [Option<&'s Segment>; 2] = [
            find(&self.old.segments, old_key).and_then(|part| part.as_ref().ok()),
            find(&self.new.segments, new_key).and_then(|part| part.as_ref().ok()),
        ];
        let way = match parts {
            [None, None] => None,
            [Some(old), Some(new)] if old == new => {
                let way = new.when.as_ref().and_then(|when| self.condition(when).into_iter().next());
                way.map(|way| onwards(LinkKind::Segment, new_key, way))
            }
            _ => Some(vec![link(LinkKind::Segment, new_key)]),
        };
        self.segments.insert((old_key, new_key), way.clone());
        way
    }
}

/// Whether two flags of one key decide the same and answer with the same, apart from what they reach.
fn decides_the_same(old: &Flag, new: &Flag) -> bool {
    let variants = |flag: &Flag| (flag.state, flag.kind, flag.off_variant);
    variants(old) == variants(new)
        && old.variants == new.variants
        && old.prerequisites == new.prerequisites
        && old.overrides == new.overrides
        && old.decision == new.decision
        && old.metadata == new.metadata
}

fn holdouts_of(snapshot: &Snapshot) -> HoldoutsOf<'_> {
    let mut holdouts_of = HoldoutsOf::new();
    for Keyed { key, part } in &snapshot.holdouts {
        for (flag, holdout) in part.iter().flat_map(|holdout| holdout.flags.iter().map(move |flag| (flag, holdout))) {
            holdouts_of.entry(flag).or_default().push((key, holdout));
        }
    }
    holdouts_of
}

/// The segments of a ring and of those before it.
fn ring_segments<'s>(snapshot: &'s Snapshot, name: &str) -> Vec<&'s str> {
    let reached = snapshot.rings.iter().position(|ring| ring.name == name).map_or(0, |place| place + 1);
    snapshot.rings.iter().take(reached).filter_map(|ring| ring.segment.as_deref()).collect()
}

fn link(kind: LinkKind, key: &str) -> Link {
    Link { kind, key: key.to_owned() }
}

/// A way with one link more at its beginning.
fn onwards(kind: LinkKind, key: &str, mut way: Way) -> Way {
    way.insert(0, link(kind, key));
    way
}

/// The kill set that counts after a change: that of the higher revision, as in an engine.
pub(crate) fn kills_in_force<'s>(old: &'s Snapshot, new: &'s Snapshot) -> &'s KillSet {
    if new.kills.revision > old.kills.revision { &new.kills } else { &old.kills }
}

/// What a kill set hits, for many look-ups.
pub(crate) struct Overlay<'s> {
    all: bool,
    namespaces: Vec<&'s str>,
    flags: Vec<&'s str>,
    services: Vec<&'s str>,
}

impl<'s> Overlay<'s> {
    pub(crate) fn new(kills: &'s KillSet) -> Self {
        let sorted = |keys: &'s [alloc::string::String]| {
            let mut keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
            sort_values(&mut keys);
            keys
        };
        Self {
            all: kills.all,
            namespaces: sorted(&kills.namespaces),
            flags: sorted(&kills.flags),
            services: sorted(&kills.services),
        }
    }

    /// The widest scope that hits a flag or a service.
    pub(crate) fn scope(&self, key: &str, is_service: bool) -> Option<KillScope> {
        let has = |keys: &[&str], key: &str| keys.binary_search(&key).is_ok();
        let own = if is_service { &self.services } else { &self.flags };
        // `a.b.c` is in the namespaces `a`, `a.b` and `a.b.c`.
        let ends = key.match_indices('.').map(|(end, _)| end).chain([key.len()]);
        let mut namespaces = ends.filter_map(|end| key.get(..end));
        if self.all {
            Some(KillScope::All)
        } else if !is_service && namespaces.any(|namespace| has(&self.namespaces, namespace)) {
            Some(KillScope::Namespace)
        } else {
            has(own, key).then_some(KillScope::Own)
        }
    }
}
