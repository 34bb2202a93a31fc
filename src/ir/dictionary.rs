//! The dictionary: every value that some attribute is compared with has an id within its view.
//! An attribute is looked up once, when it is written; after that `eq`, `in` and their kin are
//! bit tests.

use alloc::vec;

use super::Ruleset;
use super::table::record;
use crate::hash::{self, dictionary_hash, mix};

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
        /// What it is: 0 for a text, 1 for a number, 2 for a boolean in the low two bits, and a text's length above.
        form: u32,
        /// The text, if it is one.
        text: u32,
        /// Its id within the view.
        id: u32,
        /// The first eight bytes of a text, the bits of a number, or a boolean.
        word: u64,
    }
}

/// A value as the dictionary compares it: mostly two numbers, since most texts are short.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'a> {
    /// [`TEXT`], [`NUMBER`] or [`BOOLEAN`] in the low bits, and a text's length above.
    form: u32,
    /// The first eight bytes of a text, the bits of a number, or a boolean.
    word: u64,
    /// What a text goes on with.
    rest: &'a [u8],
}

/// The kind of a text.
const TEXT: u32 = 0;
/// The kind of a number.
const NUMBER: u32 = 1;
/// The kind of a boolean.
const BOOLEAN: u32 = 2;
/// How many bits the kind takes.
const KIND_BITS: u32 = 2;

impl Key<'_> {
    #[inline]
    fn hash(&self, view: u32) -> u32 {
        dictionary_hash(mix(u64::from(view) << 32 | u64::from(self.form), self.word), self.rest)
    }

    /// The entry for it, without an id yet. A text has a number.
    pub(crate) const fn entry(&self, view: u32, text: u32) -> DictionaryEntry {
        DictionaryEntry { view, form: self.form, text, id: UNKNOWN, word: self.word }
    }
}

impl<'a> From<Scalar<'a>> for Key<'a> {
    #[inline]
    fn from(value: Scalar<'a>) -> Self {
        let (form, word, rest): (_, _, &[u8]) = match value {
            Scalar::Text(text) => {
                (TEXT | (text.len() as u32) << KIND_BITS, hash::word(text), text.get(8..).unwrap_or_default())
            }
            // Equal numbers have equal bits.
            Scalar::Number(number) => (NUMBER, (number + 0.0).to_bits(), &[]),
            Scalar::Boolean(value) => (BOOLEAN, value.into(), &[]),
        };
        Self { form, word, rest }
    }
}

impl DictionaryEntry {
    /// What tells the entry from others, as bytes.
    pub(crate) fn identity(&self) -> [u8; 20] {
        let words = [self.view, self.form, self.text, self.word as u32, (self.word >> 32) as u32];
        let mut identity = [0; 20];
        for (place, word) in identity.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        identity
    }
}

impl<P> Ruleset<P> {
    /// The id of a value within a view; [`UNKNOWN`] if no condition mentions it.
    #[inline]
    pub(crate) fn id_of(&self, view: u32, key: &Key<'_>) -> u32 {
        let mask = self.dictionary_index.len().wrapping_sub(1);
        let mut place = key.hash(view) as usize;
        // The index is never full, and a forged one is refused, so there is an empty place.
        loop {
            let row = self.dictionary_index.get(place & mask).copied().unwrap_or(0);
            let Some(entry) = self.dictionary.get((row as usize).wrapping_sub(1)) else { return UNKNOWN };
            let begins_same = entry.view == view && entry.form == key.form && entry.word == key.word;
            if begins_same && (key.rest.is_empty() || self.text_bytes(entry.text).get(8..) == Some(key.rest)) {
                return entry.id;
            }
            place = place.wrapping_add(1);
        }
    }

    /// The value of an entry.
    pub(crate) fn scalar(&self, entry: &DictionaryEntry) -> Scalar<'_> {
        match entry.form & ((1 << KIND_BITS) - 1) {
            TEXT => Scalar::Text(self.text_bytes(entry.text)),
            NUMBER => Scalar::Number(f64::from_bits(entry.word)),
            _ => Scalar::Boolean(entry.word != 0),
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
        let mask = self.dictionary_index.len() - 1;
        let mut place = Key::from(self.scalar(entry)).hash(entry.view) as usize & mask;
        while self.dictionary_index.get(place).is_some_and(|&taken| taken != 0) {
            place = (place + 1) & mask;
        }
        if let Some(cell) = self.dictionary_index.get_mut(place) {
            *cell = row;
        }
    }
}
