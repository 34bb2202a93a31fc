//! What a pattern becomes: steps that a matcher follows, side by side.

use alloc::vec::Vec;

use super::class::{Ascii, Class, Range};
use super::tree::{Kind, Node, Tree, UNBOUNDED};

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
    headers: Vec<Header>,
    steps: Vec<Step>,
    classes: Vec<Class>,
    ranges: Vec<Range>,
}

#[derive(Debug)]
struct Header {
    /// Its steps, and where its classes and ranges begin.
    start: u32,
    end: u32,
    first_class: u32,
    first_range: u32,
    starts: Starts,
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

impl Tree {
    /// Bytes of its program.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Header>()
            + (self.root.steps as usize).saturating_mul(size_of::<Step>())
            + self.classes.len() * size_of::<Class>()
            + self.ranges.len() * size_of::<Range>()
    }
}

impl Programs {
    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.headers)
            + size_of_val(&*self.steps)
            + size_of_val(&*self.classes)
            + size_of_val(&*self.ranges)
    }

    /// Adds the program of a pattern.
    pub(super) fn push(&mut self, tree: &Tree) {
        let start = self.steps.len() as u32;
        let (first_class, first_range) = (self.classes.len() as u32, self.ranges.len() as u32);
        Writer { steps: &mut self.steps, start, tree }.write(&tree.root);
        self.classes.extend_from_slice(&tree.classes);
        self.ranges.extend_from_slice(&tree.ranges);
        let end = self.steps.len() as u32;
        self.headers.push(Header { start, end, first_class, first_range, starts: tree.root.starts });
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

struct Writer<'w> {
    steps: &'w mut Vec<Step>,
    /// Where the program begins among them.
    start: u32,
    tree: &'w Tree,
}

impl Writer<'_> {
    /// The number of the step that is written next.
    fn here(&self) -> u32 {
        self.steps.len() as u32 - self.start
    }

    /// Writes the steps of a part, as many as it says. Parts are nested no deeper than patterns may be.
    fn write(&mut self, part: &Node) {
        let end = self.here() + part.steps;
        match part.kind {
            Kind::Empty => {}
            Kind::Step(step) => self.steps.push(step),
            Kind::All(parts) => self.tree.parts(parts).iter().for_each(|part| self.write(part)),
            Kind::Any(parts) => {
                let Some((last, others)) = self.tree.parts(parts).split_last() else { return };
                for part in others {
                    // The next alternative comes behind the jump.
                    self.steps.push(Step::Split(self.here() + part.steps + 2));
                    self.write(part);
                    self.steps.push(Step::Jump(end));
                }
                self.write(last);
            }
            Kind::Repeat(part, min, max) => {
                // What takes no step may be repeated for a very long time.
                let Some(part) = self.tree.nodes.get(part as usize).filter(|part| part.steps > 0) else { return };
                let is_unbounded = max == UNBOUNDED;
                if is_unbounded && min == 0 {
                    self.steps.push(Step::Split(end));
                }
                for _ in 0..min.max(u32::from(is_unbounded)) {
                    self.write(part);
                }
                if is_unbounded {
                    // The last one once more.
                    self.steps.push(Step::Split(self.here() - part.steps));
                    return;
                }
                for _ in min..max {
                    self.steps.push(Step::Split(end));
                    self.write(part);
                }
            }
        }
    }
}
