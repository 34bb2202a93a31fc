//! Slots, their views, and whose the words are that contexts are derived to.

use alloc::vec::Vec;
use core::mem::offset_of;

use super::{Fault, Field, ensure, field};
use crate::ir::binary::section;
use crate::ir::{NONE, Ruleset, Slot, ViewKind};

/// Whose the words of the views are.
#[derive(Debug)]
pub(super) struct Words(Vec<Word>);

/// A word of the views: its slot and its [`ViewKind`]. The second word of a unit has neither.
#[derive(Clone, Copy, Debug)]
struct Word {
    slot: u32,
    kind: u32,
}

impl Words {
    /// Checks the slots and their views: one follows the other without gaps, as their words do, and
    /// those of a slot are of different kinds.
    pub(super) fn of<P>(ruleset: &Ruleset<P>) -> Result<Self, Fault> {
        let mut words = Vec::with_capacity(ruleset.views.len() * 2);
        let mut next = 0;
        for (row, slot) in ruleset.slots.iter().enumerate() {
            ensure(slot.views.start == next, field!(slots: Slot.views), row)?;
            let mut previous = None;
            for view in slot.views.of(&ruleset.views) {
                let own = view.slot as usize == row && view.word as usize == words.len();
                let another = previous < Some(view.kind);
                ensure(own && another, field!(views), next as usize)?;
                words.push(Word { slot: view.slot, kind: view.kind });
                if view.kind == ViewKind::Unit as u32 {
                    words.push(Word { slot: NONE, kind: NONE });
                }
                previous = Some(view.kind);
                next += 1;
            }
        }
        ensure(next as usize == ruleset.views.len(), field!(views), next as usize)?;
        Ok(Self(words))
    }

    /// The slot that a word is derived from, if it is of one of the kinds, a bit each.
    pub(super) fn slot(&self, word: u32, kinds: u32) -> Option<u32> {
        let word = self.0.get(word as usize)?;
        (word.kind != NONE && kinds >> word.kind & 1 != 0).then_some(word.slot)
    }
}
