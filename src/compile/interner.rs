//! Texts, each stored once.

use alloc::vec;
use alloc::vec::Vec;

use crate::hash::dictionary_hash;
use crate::ir::Span;

/// Gives texts numbers: equal texts, equal numbers.
#[derive(Debug, Default)]
pub(super) struct Interner {
    pub(super) strings: Vec<Span>,
    pub(super) bytes: Vec<u8>,
    /// Open addressing: the hash of a text and its number + 1, or 0 for an empty place. With the hash
    /// at hand other texts are seldom looked at, and none is when the index grows.
    index: Vec<(u32, u32)>,
}

impl Interner {
    /// The number of a text.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        self.number_of_bytes(text.as_bytes())
    }

    /// The number of what stands for a text: keys of other tables are looked up the same way.
    pub(super) fn number_of_bytes(&mut self, text: &[u8]) -> u32 {
        if self.strings.len() * 2 >= self.index.len() {
            self.grow();
        }
        let hash = dictionary_hash(0, text);
        let mask = self.index.len() - 1;
        let mut place = hash as usize & mask;
        while let Some(&(known, after)) = self.index.get(place)
            && after != 0
        {
            let number = after - 1;
            if known == hash && self.strings.get(number as usize).is_some_and(|span| span.of(&self.bytes) == text) {
                return number;
            }
            place = (place + 1) & mask;
        }
        let span = Span { start: self.bytes.len() as u32, count: text.len() as u32 };
        self.strings.push(span);
        self.bytes.extend_from_slice(text);
        let after = self.strings.len() as u32;
        self.put((hash, after));
        after - 1
    }

    /// The texts by number.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.strings.iter().map(|span| span.of(&self.bytes))
    }

    /// Puts an entry into the first empty place from that of its hash on.
    fn put(&mut self, entry: (u32, u32)) {
        let mask = self.index.len() - 1;
        let mut place = entry.0 as usize & mask;
        while let Some(cell) = self.index.get_mut(place) {
            if cell.1 == 0 {
                *cell = entry;
                return;
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let length = (self.index.len() * 4).max(64);
        let entries = core::mem::replace(&mut self.index, vec![(0, 0); length]);
        for entry in entries.into_iter().filter(|entry| entry.1 != 0) {
            self.put(entry);
        }
    }
}
