//! What a pattern becomes: steps that a matcher follows, side by side.

use alloc::vec::Vec;

use super::class::{Ascii, Class, Range};

/// One step. After it comes the next one, unless it says otherwise; behind the last the pattern has
/// matched. Steps are numbered from the first of their program on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Takes this character.
    Char(char),
    /// Takes a character of this class.
    Class(u32),
    /// Goes on where this holds.
    Look(Look),
    /// Goes on both with the next step and with this one.
    Split(u32),
    /// Goes on with this one.
    Jump(u32),
}

/// What a place between two characters must be. Words are of ASCII letters, digits and `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    /// The same where `\r`, `\n` and `\r\n` end a line.
    AnyLineStart,
    AnyLineEnd,
    WordBoundary,
    NoWordBoundary,
    WordStart,
    WordEnd,
    /// Without looking at the other side.
    NoWordBefore,
    NoWordAfter,
}

impl Look {
    /// Whether the place is one, between these characters.
    pub(super) fn holds(self, before: Option<char>, after: Option<char>) -> bool {
        let is_word = |side: Option<char>| side.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        match self {
            Self::TextStart => before.is_none(),
            Self::TextEnd => after.is_none(),
            Self::LineStart => matches!(before, None | Some('\n')),
            Self::LineEnd => matches!(after, None | Some('\n')),
            Self::AnyLineStart => matches!(before, None | Some('\n')) || before == Some('\r') && after != Some('\n'),
            Self::AnyLineEnd => matches!(after, None | Some('\r')) || after == Some('\n') && before != Some('\r'),
            Self::WordBoundary => is_word(before) != is_word(after),
            Self::NoWordBoundary => is_word(before) == is_word(after),
            Self::WordStart => !is_word(before) && is_word(after),
            Self::WordEnd => is_word(before) && !is_word(after),
            Self::NoWordBefore => !is_word(before),
            Self::NoWordAfter => !is_word(after),
        }
    }
}

/// The characters with which a match can begin anywhere but at the beginning of the text. It may
/// hold too many, never too few.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Starts {
    pub(super) ascii: Ascii,
    /// Whether it can begin with some character beyond ASCII.
    pub(super) beyond: bool,
    /// Whether it needs no character at all.
    pub(super) empty: bool,
}

impl Starts {
    pub(super) const NEVER: Self = Self { ascii: Ascii::NONE, beyond: false, empty: false };
    pub(super) const EMPTY: Self = Self { empty: true, ..Self::NEVER };

    /// Adds the ways in which an alternative begins.
    pub(super) fn add(&mut self, other: Self) {
        self.ascii.add(other.ascii);
        self.beyond |= other.beyond;
        self.empty |= other.empty;
    }

    /// Whether a match can begin before this character, or at the end.
    #[inline]
    pub(super) fn have(&self, after: Option<char>) -> bool {
        self.empty || after.is_some_and(|character| self.ascii.get(character).unwrap_or(self.beyond))
    }
}

/// The programs of many patterns, in common tables.
#[derive(Debug, Default)]
pub(super) struct Programs {
    pub(super) headers: Vec<Header>,
    pub(super) steps: Vec<Step>,
    pub(super) classes: Vec<Class>,
    pub(super) ranges: Vec<Range>,
}

/// Where one of them stands in the tables.
#[derive(Debug)]
pub(super) struct Header {
    /// Its steps, and where its classes and ranges begin.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) first_class: u32,
    pub(super) first_range: u32,
    pub(super) starts: Starts,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Program<'p> {
    pub(super) steps: &'p [Step],
    pub(super) classes: &'p [Class],
    pub(super) ranges: &'p [Range],
    pub(super) starts: &'p Starts,
}

impl Program<'_> {
    /// Whether a class of it has a character that is there.
    #[inline]
    pub(super) fn takes(&self, class: u32, character: Option<char>) -> bool {
        let class = self.classes.get(class as usize);
        character.zip(class).is_some_and(|(character, class)| class.has(character, self.ranges))
    }
}

// Sizes are measured where patterns are read and where they are kept, on all hosts: they are to be the same there.
const _: () = assert!(size_of::<Step>() == 8 && size_of::<Class>() == 24 && size_of::<Header>() == 40);

impl Programs {
    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.headers)
            + size_of_val(&*self.steps)
            + size_of_val(&*self.classes)
            + size_of_val(&*self.ranges)
    }

    pub(super) fn get(&self, number: u32) -> Option<Program<'_>> {
        let header = self.headers.get(number as usize)?;
        Some(Program {
            steps: self.steps.get(header.start as usize..header.end as usize)?,
            classes: self.classes.get(header.first_class as usize..)?,
            ranges: self.ranges.get(header.first_range as usize..)?,
            starts: &header.starts,
        })
    }
}
