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
    /// Open addressing: number + 1, or 0 for an empty place.
    index: Vec<u32>,
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
        let mask = self.index.len() - 1;
        let mut place = dictionary_hash(0, text) as usize & mask;
        loop {
            let number = match self.index.get(place) {
                Some(0) | None => break,
                Some(number) => number - 1,
            };
            if self.strings.get(number as usize).is_some_and(|span| span.of(&self.bytes) == text) {
                return number;
            }
            place = (place + 1) & mask;
        }
        let number = self.strings.len() as u32;
        self.strings.push(Span { start: self.bytes.len() as u32, count: text.len() as u32 });
        self.bytes.extend_from_slice(text);
        self.put(place, number);
        number
    }

    fn put(&mut self, place: usize, number: u32) {
        if let Some(cell) = self.index.get_mut(place) {
            *cell = number + 1;
        }
    }

    fn grow(&mut self) {
        let length = (self.index.len() * 2).max(64);
        self.index = vec![0; length];
        for number in 0..self.strings.len() {
            let Some(span) = self.strings.get(number) else { continue };
            let mut place = dictionary_hash(0, span.of(&self.bytes)) as usize & (length - 1);
            while self.index.get(place).is_some_and(|&taken| taken != 0) {
                place = (place + 1) & (length - 1);
            }
            self.put(place, number as u32);
        }
    }
}
