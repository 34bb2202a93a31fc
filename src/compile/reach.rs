//! What a flag reaches: the attributes it may read, whether time matters, what it needs, and a
//! fingerprint over everything that its answer depends on.

use alloc::vec::Vec;
use core::hash::Hash;

use super::Builder;
use crate::hash::Fingerprint;
use crate::ir::{MASKED_SLOTS, NONE, Span, flag_bits};
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
    /// Whether it includes what prerequisites reach.
    is_complete: bool,
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
        let prerequisites = self.rules.flags.get(number).copied().unwrap_or_default().prerequisites;
        let Some(mut reach) = self.reaches.get_mut(number).map(core::mem::take) else { return };
        if !reach.is_complete {
            let mut rank = 0;
            for row in prerequisites.start..prerequisites.start + prerequisites.count {
                let required = self.rules.prerequisites.get(row as usize).map_or(NONE, |row| row.flag) as usize;
                self.complete(required);
                if let (Some(other), Some(flag)) = (self.reaches.get(required), self.rules.flags.get(required)) {
                    reach.merge(other);
                    rank = rank.max(flag.rank + 1);
                }
            }
            reach.is_complete = true;
            self.tell(number, rank, &reach);
        }
        if let Some(place) = self.reaches.get_mut(number) {
            *place = reach;
        }
    }

    /// Writes down what a flag reaches.
    fn tell(&mut self, number: usize, rank: u32, reach: &Reach) {
        let numbers = &mut self.rules.numbers;
        let (mut mask, start) = (0, numbers.len() as u32);
        for &slot in &reach.slots {
            if slot < MASKED_SLOTS {
                mask |= 1 << slot;
            } else {
                numbers.push(slot);
            }
        }
        let more_slots = Span { start, count: numbers.len() as u32 - start };
        if let Some(flag) = self.rules.flags.get_mut(number) {
            flag.rank = rank;
            flag.mask = mask;
            flag.more_slots = more_slots;
            flag.bits |= if reach.timed { flag_bits::TIMED } else { 0 };
            flag.bits |= if reach.patterns { flag_bits::NEEDS_PATTERNS } else { 0 };
            flag.fingerprint = reach.fingerprint();
        }
    }
}
