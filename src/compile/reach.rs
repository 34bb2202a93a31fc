//! What a flag reaches: the attributes it may read, whether time matters, what it needs, and a
//! fingerprint over everything that its answer depends on.

use alloc::vec::Vec;
use core::hash::Hash;

use super::Builder;
use crate::hash::Fingerprint;
use crate::ir::{MASKED_SLOTS, Span, flag_bits};
use crate::patterns::Patterns;

/// All that something reaches, gathered while it is compiled.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    /// Slots, ascending.
    slots: Vec<u32>,
    pub(super) timed: bool,
    pub(super) patterns: bool,
    /// Fingerprints of itself and of the parts it refers to.
    fingerprints: Vec<u64>,
}

impl Reach {
    pub(super) fn slot(&mut self, slot: u32) {
        if let Err(place) = self.slots.binary_search(&slot) {
            self.slots.insert(place, slot);
        }
    }

    pub(super) fn depends_on<T: Hash + ?Sized>(&mut self, part: &T) {
        self.fingerprints.push(Fingerprint::of(part));
    }

    pub(super) fn merge(&mut self, other: &Self) {
        other.slots.iter().for_each(|&slot| self.slot(slot));
        self.timed |= other.timed;
        self.patterns |= other.patterns;
        self.fingerprints.push(other.fingerprint());
    }

    fn fingerprint(&self) -> u64 {
        Fingerprint::of(&self.fingerprints)
    }
}

impl<P: Patterns> Builder<'_, P> {
    /// Completes a flag with what it reaches through its prerequisites. The chain of these is
    /// bounded, so the recursion is.
    pub(super) fn complete(&mut self, number: usize) {
        let Some(flag) = self.rules.flags.get(number).copied() else { return };
        if self.completed.get(number).copied().unwrap_or(true) {
            return;
        }
        let mut reach = self.reaches.get(number).cloned().unwrap_or_default();
        let mut rank = 0;
        let prerequisites: Vec<usize> =
            flag.prerequisites.of(&self.rules.prerequisites).iter().map(|row| row.flag as usize).collect();
        for required in prerequisites {
            self.complete(required);
            if let (Some(other), Some(flag)) = (self.reaches.get(required), self.rules.flags.get(required)) {
                reach.merge(other);
                rank = rank.max(flag.rank + 1);
            }
        }
        let (masked, beyond): (Vec<u32>, Vec<u32>) = reach.slots.iter().partition(|&&slot| slot < MASKED_SLOTS);
        let more_slots = Span { start: self.rules.numbers.len() as u32, count: beyond.len() as u32 };
        self.rules.numbers.extend(beyond);
        if let Some(flag) = self.rules.flags.get_mut(number) {
            flag.rank = rank;
            flag.mask = masked.iter().fold(0, |mask, slot| mask | 1 << slot);
            flag.more_slots = more_slots;
            flag.bits |= if reach.timed { flag_bits::TIMED } else { 0 };
            flag.bits |= if reach.patterns { flag_bits::NEEDS_PATTERNS } else { 0 };
            flag.fingerprint = reach.fingerprint();
        }
        if let (Some(done), Some(slot)) = (self.completed.get_mut(number), self.reaches.get_mut(number)) {
            *done = true;
            *slot = reach;
        }
    }
}
