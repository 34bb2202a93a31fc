//! The context block: one context's attributes as far as a ruleset reads them, in words.
//!
//! Attributes are written into *cells*, by the host or by [`Block::write`]; *resolving* a slot
//! derives from its cell the words that conditions compare (ids, numbers, ranks, digests). Both
//! happen once for a context, however many flags are evaluated.
//!
//! The cells are a contract with hosts that write them from outside: eight words for each slot,
//! the first of them a tag in the low three bits and a length above, then up to 56 bytes.
//! `crates/vexil-boundary` hands their address to JavaScript.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::text::Folded;
use crate::hash::{Decimal, Digest};
use crate::ir::{Ruleset, Scalar, View, ViewKind};
use crate::words::time::Timestamp;
use crate::words::value::Value;

/// Words of one cell.
pub const CELL_WORDS: usize = 8;
/// Bytes of text that a cell holds; a longer text is spilled.
pub const INLINE_BYTES: usize = (CELL_WORDS - 1) * 8;

/// What a cell holds: the low three bits of its first word.
pub mod tag {
    /// Nothing.
    pub const MISSING: u32 = 0;
    /// A text of up to [`super::INLINE_BYTES`] bytes; its length stands above the tag.
    pub const TEXT: u32 = 1;
    /// A float in the second word.
    pub const NUMBER: u32 = 2;
    /// A boolean, as the length.
    pub const BOOLEAN: u32 = 3;
    /// An instant: milliseconds since the epoch, a float in the second word.
    pub const INSTANT: u32 = 4;
    /// A list, spilled; the bytes that it takes stand above the tag.
    pub const LIST: u32 = 5;
    /// A text, spilled; the bytes that it takes stand above the tag.
    pub const LONG_TEXT: u32 = 6;
    /// Something else that exists: an object.
    pub const OBJECT: u32 = 7;
    /// How many bits the tag takes.
    pub const BITS: u32 = 3;
}

/// What an attribute is, as conditions see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// Not there, null, NaN or infinite.
    Missing,
    /// A text.
    Text(&'a [u8]),
    /// A finite number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// An instant in milliseconds.
    Instant(f64),
    /// A list.
    List(List<'a>),
    /// Something that exists and compares with nothing.
    Object,
}

/// A list attribute: for each scalar a tag byte, then a text as a length of four bytes and its
/// bytes, a number as eight bytes, a boolean as one; little-endian. Other elements are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct List<'a>(&'a [u8]);

impl<'a> IntoIterator for List<'a> {
    type Item = Scalar<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        Elements(self.0)
    }
}

/// The scalars of a list.
#[derive(Clone, Debug)]
pub struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = Scalar<'a>;

    fn next(&mut self) -> Option<Scalar<'a>> {
        let (&kind, rest) = self.0.split_first()?;
        let (scalar, rest) = match u32::from(kind) {
            tag::TEXT => {
                let (length, rest) = rest.split_first_chunk()?;
                let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
                (Scalar::Text(text), rest)
            }
            tag::NUMBER => {
                let (number, rest) = rest.split_first_chunk()?;
                (Scalar::Number(f64::from_le_bytes(*number)), rest)
            }
            tag::BOOLEAN => {
                let (&value, rest) = rest.split_first()?;
                (Scalar::Boolean(value != 0), rest)
            }
            _ => return None,
        };
        self.0 = rest;
        Some(scalar)
    }
}

/// One context, as far as one ruleset reads it.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The cells, eight words for each slot.
    cells: Vec<u64>,
    /// The words of each view: two of a unit, one of any other.
    views: Vec<[u64; 2]>,
    /// What does not fit into a cell, by slot.
    spills: Vec<Vec<u8>>,
}

impl Block {
    /// An empty context for a ruleset: every attribute is missing.
    pub fn new<P>(ruleset: &Ruleset<P>) -> Self {
        let slots = ruleset.slots.len();
        let views = ruleset.views.iter().map(|view| [ViewKind::of(view.kind).map_or(0, missing), 0]);
        Self { cells: vec![0; slots * CELL_WORDS], views: views.collect(), spills: vec![Vec::new(); slots] }
    }

    /// The address of the cells, for a host that writes them. They stay where they are.
    pub fn cells(&mut self) -> *mut u64 {
        self.cells.as_mut_ptr()
    }

    /// Makes room for what does not fit into a cell, to be written by the host.
    pub fn spill(&mut self, slot: u32, length: usize) -> &mut [u8] {
        let Some(spill) = self.spills.get_mut(slot as usize) else { return &mut [] };
        // One enormous attribute must not hold its memory for ever.
        if spill.capacity() > 1 << 16 && length < spill.capacity() / 4 {
            *spill = Vec::new();
        }
        spill.clear();
        spill.resize(length, 0);
        spill
    }

    /// Writes an attribute and resolves it.
    pub fn write<P>(&mut self, ruleset: &Ruleset<P>, slot: u32, value: Option<&Value>) {
        match value.unwrap_or(&Value::Null) {
            Value::Null => self.set_cell(slot, tag::MISSING, 0, &[]),
            Value::Boolean(value) => self.set_cell(slot, tag::BOOLEAN, usize::from(*value), &[]),
            Value::Number(number) => self.set_cell(slot, tag::NUMBER, 0, &number.to_le_bytes()),
            Value::Object(_) => self.set_cell(slot, tag::OBJECT, 0, &[]),
            Value::String(text) if text.len() <= INLINE_BYTES => {
                self.set_cell(slot, tag::TEXT, text.len(), text.as_bytes());
            }
            Value::String(text) => {
                self.spill(slot, text.len()).copy_from_slice(text.as_bytes());
                self.set_cell(slot, tag::LONG_TEXT, text.len(), &[]);
            }
            Value::List(items) => {
                let encoded = encode_list(items);
                self.spill(slot, encoded.len()).copy_from_slice(&encoded);
                self.set_cell(slot, tag::LIST, encoded.len(), &[]);
            }
        }
        self.resolve(ruleset, slot);
    }

    fn set_cell(&mut self, slot: u32, tag: u32, length: usize, bytes: &[u8]) {
        if let Some([header, rest @ ..]) = self.cells.get_mut(cell(slot)) {
            *header = u64::from(tag) | (length as u64) << tag::BITS;
            if let Some(place) = bytemuck::cast_slice_mut(rest).get_mut(..bytes.len()) {
                place.copy_from_slice(bytes);
            }
        }
    }

    /// What a slot holds.
    #[inline]
    pub fn attribute(&self, slot: u32) -> Attribute<'_> {
        let Some([header, rest @ ..]) = self.cells.get(cell(slot)) else {
            return Attribute::Missing;
        };
        // A host writes the low half of the header alone.
        let header = *header as u32;
        let length = (header >> tag::BITS) as usize;
        let number = || rest.first().map_or(f64::NAN, |&bits| f64::from_bits(bits));
        let spill = || self.spills.get(slot as usize).and_then(|spill| spill.get(..length)).unwrap_or_default();
        match header & ((1 << tag::BITS) - 1) {
            tag::TEXT => Attribute::Text(bytemuck::cast_slice(rest).get(..length).unwrap_or_default()),
            tag::NUMBER if number().is_finite() => Attribute::Number(number()),
            tag::BOOLEAN => Attribute::Boolean(length != 0),
            tag::INSTANT if number().is_finite() => Attribute::Instant(number()),
            tag::LIST => Attribute::List(List(spill())),
            tag::LONG_TEXT => Attribute::Text(spill()),
            tag::OBJECT => Attribute::Object,
            _ => Attribute::Missing,
        }
    }

    /// The first word of a view; 0 of what is no view.
    #[inline]
    pub fn word(&self, view: u32) -> u64 {
        self.views.get(view as usize).map_or(0, |[word, _]| *word)
    }

    /// The unit of a view.
    #[inline]
    pub fn unit(&self, view: u32) -> Digest {
        self.views.get(view as usize).map_or(Digest::NONE, |&[low, high]| Digest(low, high))
    }

    /// Derives what conditions compare from a slot that was written.
    #[inline]
    pub fn resolve<P>(&mut self, ruleset: &Ruleset<P>, slot: u32) {
        let Some(row) = ruleset.slots.get(slot as usize) else { return };
        for (offset, view) in row.views.of(&ruleset.views).iter().enumerate() {
            let attribute = self.attribute(slot);
            let number = row.views.start + offset as u32;
            let words = match ViewKind::of(view.kind) {
                Some(ViewKind::Unit) => {
                    let Digest(low, high) = unit_of(attribute);
                    [low, high]
                }
                Some(kind) => [derive(ruleset, kind, number, view, attribute), 0],
                None => continue,
            };
            if let Some(place) = self.views.get_mut(number as usize) {
                *place = words;
            }
        }
    }
}

/// Where the cell of a slot is; beyond every block for a number that is no slot, on 32 bits too.
#[inline]
const fn cell(slot: u32) -> Range<usize> {
    let start = (slot as usize).saturating_mul(CELL_WORDS);
    start..start.saturating_add(CELL_WORDS)
}

#[inline]
fn unit_of(attribute: Attribute<'_>) -> Digest {
    let mut decimal = Decimal::default();
    Digest::of(match attribute {
        Attribute::Text(text) => text,
        Attribute::Number(number) => decimal.unit(number),
        _ => &[],
    })
}

/// The word of a view that is not a unit.
#[inline]
fn derive<P>(ruleset: &Ruleset<P>, kind: ViewKind, number: u32, view: &View, attribute: Attribute<'_>) -> u64 {
    match (kind, attribute) {
        (ViewKind::Id, _) => u64::from(id(ruleset, number, attribute)),
        (ViewKind::FoldedId, _) => u64::from(folded_id(ruleset, number, attribute)),
        (ViewKind::Number, Attribute::Number(number)) => number.to_bits(),
        (ViewKind::Version, Attribute::Text(text)) => super::version::rank(ruleset, view, text).to_bits(),
        (ViewKind::Instant, _) => instant(attribute).to_bits(),
        (ViewKind::Existence, _) => u64::from(attribute != Attribute::Missing),
        _ => missing(kind),
    }
}

/// The word of a view, the first one of a unit, for what is not there or cannot be compared.
const fn missing(kind: ViewKind) -> u64 {
    match kind {
        ViewKind::Id | ViewKind::FoldedId => crate::ir::INCOMPARABLE as u64,
        ViewKind::Number | ViewKind::Version | ViewKind::Instant => f64::NAN.to_bits(),
        ViewKind::Existence | ViewKind::Unit => 0,
    }
}

#[inline]
fn id<P>(ruleset: &Ruleset<P>, view: u32, attribute: Attribute<'_>) -> u32 {
    match scalar(attribute) {
        Some(value) => ruleset.id_of(view, &value.into()),
        None => crate::ir::INCOMPARABLE,
    }
}

fn folded_id<P>(ruleset: &Ruleset<P>, view: u32, attribute: Attribute<'_>) -> u32 {
    match attribute {
        Attribute::Text(text) => ruleset.id_of(view, &Scalar::Text(Folded::new(text).as_bytes()).into()),
        other => id(ruleset, view, other),
    }
}

#[inline]
const fn scalar(attribute: Attribute<'_>) -> Option<Scalar<'_>> {
    match attribute {
        Attribute::Text(text) => Some(Scalar::Text(text)),
        Attribute::Number(number) => Some(Scalar::Number(number)),
        Attribute::Boolean(value) => Some(Scalar::Boolean(value)),
        _ => None,
    }
}

fn instant(attribute: Attribute<'_>) -> f64 {
    let instant = match attribute {
        Attribute::Text(text) => Timestamp::parse_bytes(text),
        Attribute::Number(ms) | Attribute::Instant(ms) => Timestamp::from_number(ms),
        _ => None,
    };
    instant.map_or(f64::NAN, Timestamp::as_number)
}

fn encode_list(items: &[Value]) -> Vec<u8> {
    let mut encoded = Vec::new();
    for item in items {
        match item {
            Value::String(text) => {
                encoded.push(tag::TEXT as u8);
                encoded.extend_from_slice(&(text.len() as u32).to_le_bytes());
                encoded.extend_from_slice(text.as_bytes());
            }
            Value::Number(number) if number.is_finite() => {
                encoded.push(tag::NUMBER as u8);
                encoded.extend_from_slice(&number.to_le_bytes());
            }
            Value::Boolean(value) => encoded.extend_from_slice(&[tag::BOOLEAN as u8, u8::from(*value)]),
            _ => {}
        }
    }
    encoded
}
