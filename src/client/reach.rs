//! What flags reach: other flags, segments, rings, layers, holdouts.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;

use crate::snapshot::model::{Audience, Condition, Decision, Flag, Keyed, Snapshot};
use crate::words::diagnostic::{Code, Diagnostic};
use crate::words::pointer::{push_index, push_key};
use crate::words::text::join;

/// Keys of parts.
pub(super) struct Reached<'s> {
    snapshot: &'s Snapshot,
    /// Flags; those for servers with the flag that requires them and the place in its prerequisites.
    pub(super) flags: BTreeMap<&'s str, Option<(&'s str, usize)>>,
    pub(super) segments: BTreeSet<&'s str>,
    /// How many rings, from the innermost on: a ring has all those before it.
    pub(super) rings: usize,
    pub(super) layers: BTreeSet<&'s str>,
    pub(super) holdouts: BTreeSet<&'s str>,
}

impl<'s> Reached<'s> {
    /// What the flags for browsers reach, and these.
    pub(super) fn from_client_flags(snapshot: &'s Snapshot) -> Self {
        let mut reached = Self {
            snapshot,
            flags: BTreeMap::new(),
            segments: BTreeSet::new(),
            rings: 0,
            layers: BTreeSet::new(),
            holdouts: BTreeSet::new(),
        };
        for Keyed { key, part } in &snapshot.flags {
            if let Ok(flag) = part
                && flag.audience == Audience::Client
            {
                reached.flag(key, flag, None);
            }
        }
        reached
    }

    /// Warns of flags for servers that go along.
    pub(super) fn server_flags(&self) -> impl Iterator<Item = Diagnostic> {
        self.flags.iter().filter_map(|(key, required)| {
            let (by, index) = (*required)?;
            let mut place = String::from("/flags");
            push_key(&mut place, by);
            push_key(&mut place, "prerequisites");
            push_index(&mut place, index);
            let message = [
                "`",
                key,
                "` is for servers, and goes along with its rules, values and metadata since `",
                by,
                "` requires it",
            ];
            Some(Diagnostic::new(Code::ServerFlagShipped, place, join(&message)))
        })
    }

    /// Recursion ends: validation bounds how long a chain of prerequisites is, and that of segments.
    fn flag(&mut self, key: &'s str, flag: &'s Flag, required: Option<(&'s str, usize)>) {
        let known = self.flags.insert(key, required.filter(|_| flag.audience == Audience::Server));
        if known.is_some() {
            return;
        }
        for (index, prerequisite) in flag.prerequisites.iter().enumerate() {
            if let Some((other, part)) = Keyed::find_sound(&self.snapshot.flags, &prerequisite.flag) {
                self.flag(other, part, Some((key, index)));
            }
        }
        for Keyed { key: name, part } in &self.snapshot.holdouts {
            if part.as_ref().is_ok_and(|holdout| holdout.flags.binary_search_by(|held| held.as_str().cmp(key)).is_ok())
            {
                self.holdouts.insert(name);
            }
        }
        self.decision(&flag.decision);
    }

    fn decision(&mut self, decision: &'s Decision) {
        for rule in &decision.rules {
            rule.when.iter().for_each(|when| self.condition(when));
            self.layers.extend(rule.layer.as_ref().map(|layer| layer.key.as_str()));
        }
    }

    fn condition(&mut self, condition: &'s Condition) {
        match condition {
            Condition::All(conditions) | Condition::Any(conditions) => {
                conditions.iter().for_each(|condition| self.condition(condition));
            }
            Condition::Not(condition) => self.condition(condition),
            Condition::Segment(key) => self.segment(key),
            Condition::Ring(name) => {
                let rings = &self.snapshot.rings;
                let count = rings.iter().position(|ring| ring.name == *name).map_or(0, |place| place + 1);
                self.rings = self.rings.max(count);
                rings.iter().take(count).filter_map(|ring| ring.segment.as_ref()).for_each(|key| self.segment(key));
            }
            Condition::Attribute(_) | Condition::After(_) | Condition::Before(_) => {}
        }
    }

    fn segment(&mut self, key: &'s str) {
        if !self.segments.insert(key) {
            return;
        }
        if let Some((_, segment)) = Keyed::find_sound(&self.snapshot.segments, key) {
            segment.when.iter().for_each(|when| self.condition(when));
        }
    }
}
