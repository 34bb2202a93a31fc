//! The dictionary: every value that some attribute is compared with has an id within its view.
//! An attribute is looked up once, when it is written; after that `eq`, `in` and their kin are
//! bit tests.

use alloc::vec;

use super::Ruleset;
use super::table::record;
use crate::hash::dictionary_hash;

/// The id of a scalar that no condition mentions.
pub const UNKNOWN: u32 = 0;
/// The id of what is no scalar, or missing. No condition has its bit set.
pub const INCOMPARABLE: u32 = 1;
/// The first id that is given to a value.
pub const FIRST: u32 = 2;

/// A value to look up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// A text.
    Text(&'a [u8]),
    /// A finite number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
}

record! {
    /// A value of the dictionary.
    DictionaryEntry {
        /// The view whose dictionary it is in.
        view: u32,
        /// 0 text, 1 number, 2 boolean.
        kind: u32,
        /// The text, if it is one.
        text: u32,
        /// Its id within the view.
        id: u32,
        /// The bits of the number, or the boolean.
        number: u64,
    }
}

impl DictionaryEntry {
    /// An entry for a text, without an id yet.
    pub(crate) const fn text(view: u32, text: u32) -> Self {
        Self { view, kind: 0, text, id: UNKNOWN, number: 0 }
    }

    /// An entry for a number, without an id yet.
    pub(crate) const fn number(view: u32, number: f64) -> Self {
        let (kind, number) = Scalar::Number(number).parts();
        Self { view, kind, text: super::NONE, id: UNKNOWN, number }
    }

    /// An entry for a boolean, without an id yet.
    pub(crate) const fn boolean(view: u32, value: bool) -> Self {
        let (kind, number) = Scalar::Boolean(value).parts();
        Self { view, kind, text: super::NONE, id: UNKNOWN, number }
    }
}

impl DictionaryEntry {
    /// What tells the entry from others, as bytes.
    pub(crate) fn key(&self) -> [u8; 20] {
        let words = [self.view, self.kind, self.text, self.number as u32, (self.number >> 32) as u32];
        let mut key = [0; 20];
        for (place, word) in key.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        key
    }
}

impl Scalar<'_> {
    /// The kind, and the bits of what is no text; equal numbers have equal bits.
    const fn parts(self) -> (u32, u64) {
        match self {
            Self::Text(_) => (0, 0),
            Self::Number(number) => (1, (number + 0.0).to_bits()),
            Self::Boolean(value) => (2, value as u64),
        }
    }

    #[inline]
    fn hash(self, view: u32) -> u32 {
        let (kind, number) = self.parts();
        let seed = view << 2 | kind;
        match self {
            Self::Text(text) => dictionary_hash(seed, text),
            _ => dictionary_hash(seed, &number.to_le_bytes()),
        }
    }
}

impl<P> Ruleset<P> {
    /// The id of a value within a view; [`UNKNOWN`] if no condition mentions it.
    #[inline]
    pub fn id_of(&self, view: u32, value: Scalar<'_>) -> u32 {
        self.find_entry(view, value).map_or(UNKNOWN, |entry| entry.id)
    }

    fn find_entry(&self, view: u32, value: Scalar<'_>) -> Option<&DictionaryEntry> {
        let (kind, number) = value.parts();
        let mask = self.dictionary_index.len().wrapping_sub(1);
        let mut place = value.hash(view) as usize;
        // The index is never full, and a forged one is refused, so there is an empty place.
        loop {
            let row = self.dictionary_index.get(place & mask).copied().unwrap_or(0);
            let entry = self.dictionary.get((row as usize).wrapping_sub(1))?;
            let same_kind = entry.view == view && entry.kind == kind;
            let same = same_kind
                && match value {
                    Scalar::Text(text) => self.text_bytes(entry.text) == text,
                    _ => entry.number == number,
                };
            if same {
                return Some(entry);
            }
            place = place.wrapping_add(1);
        }
    }

    /// Makes the index of the dictionary, at most a third full.
    pub(crate) fn index_dictionary(&mut self) {
        let count = self.dictionary.len() as u32;
        self.dictionary_index = vec![0; if count == 0 { 0 } else { (3 * count as usize).next_power_of_two() }];
        for row in 1..=count {
            self.index_entry(row);
        }
    }

    fn index_entry(&mut self, row: u32) {
        let Some(entry) = self.dictionary.get(row as usize - 1) else { return };
        let value = match entry.kind {
            0 => Scalar::Text(self.text_bytes(entry.text)),
            1 => Scalar::Number(f64::from_bits(entry.number)),
            _ => Scalar::Boolean(entry.number != 0),
        };
        let mask = self.dictionary_index.len() - 1;
        let mut place = value.hash(entry.view) as usize & mask;
        while self.dictionary_index.get(place).is_some_and(|&taken| taken != 0) {
            place = (place + 1) & mask;
        }
        if let Some(cell) = self.dictionary_index.get_mut(place) {
            *cell = row;
        }
    }
}
