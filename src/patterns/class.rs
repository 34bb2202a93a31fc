//! Sets of characters, as they are written and as they are looked up.

use alloc::vec::Vec;

/// A range of characters beyond ASCII, both ends included.
pub(super) type Range = (u32, u32);

const LAST_OF_ASCII: u32 = 0x7f;
const LAST: u32 = char::MAX as u32;

/// One bit for each character of ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ascii([u64; 2]);

impl Ascii {
    pub(super) const NONE: Self = Self([0; 2]);

    /// Whether a character is in the set; `None` for one beyond ASCII.
    #[inline]
    pub(super) fn get(self, character: char) -> Option<bool> {
        let character = u32::from(character);
        self.0.get(character as usize / 64).map(|bits| bits >> (character % 64) & 1 != 0)
    }

    pub(super) fn add(&mut self, others: Self) {
        let ([low, high], [more_low, more_high]) = (self.0, others.0);
        self.0 = [low | more_low, high | more_high];
    }

    fn add_range(&mut self, first: u32, last: u32) {
        let mut character = first;
        while character <= last
            && let Some(bits) = self.0.get_mut(character as usize / 64)
        {
            *bits |= 1 << (character % 64);
            character += 1;
        }
    }

    fn complement(self) -> Self {
        let [low, high] = self.0;
        Self([!low, !high])
    }
}

/// A set as it is looked up. Its ranges beyond ASCII stand in a table, in order and apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) ascii: Ascii,
    /// Its ranges: where they begin in the table, and how many they are.
    pub(super) start: u32,
    pub(super) count: u16,
    /// Whether what is beyond ASCII is in the set if it is in none of the ranges.
    pub(super) outside: bool,
}

impl Class {
    #[inline]
    pub(super) fn has(&self, character: char, ranges: &[Range]) -> bool {
        self.ascii.get(character).unwrap_or_else(|| {
            let (character, start) = (u32::from(character), self.start as usize);
            let ranges = ranges.get(start..start + usize::from(self.count)).unwrap_or_default();
            let place = ranges.partition_point(|range| range.1 < character);
            ranges.get(place).is_some_and(|range| range.0 <= character) != self.outside
        })
    }
}

/// A set while it is being written.
#[derive(Default)]
pub(super) struct Set {
    pub(super) ascii: Ascii,
    /// The ranges beyond ASCII, in order and apart.
    pub(super) beyond: Vec<Range>,
}

impl Set {
    pub(super) fn add(&mut self, first: u32, last: u32) {
        self.ascii.add_range(first, last);
        if last <= LAST_OF_ASCII {
            return;
        }
        let (mut first, mut last) = (first.max(LAST_OF_ASCII + 1), last);
        // Those that it overlaps or touches become one with it.
        let place = self.beyond.partition_point(|range| range.1 + 1 < first);
        while let Some(range) = self.beyond.get(place).copied().filter(|range| range.0 <= last + 1) {
            (first, last) = (first.min(range.0), last.max(range.1));
            self.beyond.remove(place);
        }
        self.beyond.insert(place, (first, last));
    }

    /// Adds an ASCII letter in both cases.
    pub(super) fn add_both(&mut self, letter: char) {
        for letter in [u32::from(letter), u32::from(letter) ^ 32] {
            self.add(letter, letter);
        }
    }

    /// Adds a class of ASCII, or all characters that are not in it.
    pub(super) fn add_pairs(&mut self, pairs: &str, is_complement: bool) {
        let mut ascii = Ascii::default();
        for pair in pairs.as_bytes().chunks_exact(2) {
            if let [first, last] = *pair {
                ascii.add_range(first.into(), last.into());
            }
        }
        if is_complement {
            ascii = ascii.complement();
            self.add(LAST_OF_ASCII + 1, LAST);
        }
        self.ascii.add(ascii);
    }

    /// Adds the other case of ASCII letters. The language frozen with `vexil/1` has an oddity here: in
    /// a stretch of characters that has small letters the capitals stay as they are, so that
    /// `(?i)[Y-b]` has `A` but not `y`.
    pub(super) fn fold(&mut self) {
        let (unfolded, mut start) = (self.ascii, 0);
        for end in 0..=LAST_OF_ASCII as u8 + 1 {
            if unfolded.get(end.into()) == Some(true) {
                continue;
            }
            // The stretch `start..end`, as far as it has small letters, or else capitals.
            for (first, last) in [(b'a', b'z'), (b'A', b'Z')] {
                let (first, behind) = (start.max(first), end.min(last + 1));
                if first < behind {
                    self.ascii.add_range(u32::from(first ^ 32), u32::from((behind - 1) ^ 32));
                    break;
                }
            }
            start = end + 1;
        }
    }

    /// How the set is looked up, its ranges being at `start`.
    pub(super) fn class(&self, is_complement: bool, start: u32) -> Class {
        let ascii = if is_complement { self.ascii.complement() } else { self.ascii };
        Class { ascii, start, count: self.beyond.len() as u16, outside: is_complement }
    }
}

/// White space between the parts of a pattern: what Unicode calls so.
pub(super) fn is_white(character: char) -> bool {
    matches!(character, '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// What `\d`, `\s` and `\w` take: pairs of first and last characters.
pub(super) const DIGITS: &str = "09";
pub(super) const SPACES: &str = "\t\r  ";
pub(super) const WORDS: &str = "09AZ__az";

/// The classes that have names.
pub(super) const NAMED: &[(&str, &str)] = &[
    ("alnum", "09AZaz"),
    ("alpha", "AZaz"),
    ("ascii", "\0\x7f"),
    ("blank", "\t\t  "),
    ("cntrl", "\0\x1f\x7f\x7f"),
    ("digit", DIGITS),
    ("graph", "!~"),
    ("lower", "az"),
    ("print", " ~"),
    ("punct", "!/:@[`{~"),
    ("space", SPACES),
    ("upper", "AZ"),
    ("word", WORDS),
    ("xdigit", "09AFaf"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_that_of_unicode() {
        for character in '\0'..=char::MAX {
            assert_eq!(is_white(character), character.is_whitespace(), "{character:?}");
        }
    }
}
