//! The compiled ruleset: flat tables of integers, immutable, printable, its own binary form.
//!
//! Nothing here knows JSON. Evaluation reads these tables and nothing else. What can be said
//! about the shape of the tables is checked once, in `check`, when a ruleset is loaded from
//! bytes; evaluation then only needs to stay within bounds, which safe indexing does for it.
//!
//! Hash seeds, bucket ranges, unit attributes and operators are data in the tables, not constants
//! of the evaluator: other systems' snapshots can be compiled to them.

pub mod binary;
mod check;
mod codes;
mod dictionary;
mod print;
mod rows;
mod strip;
pub(crate) mod table;

use alloc::string::String;
use alloc::vec::Vec;

use crate::patterns::Patterns;
use crate::words::error_code::ErrorCode;
use crate::words::kill::KillSet;
use crate::words::value::ValueType;
use crate::words::version::Version;
pub use codes::{Cause, Curve, Operation, Reason, ViewKind, fixed, flag_bits};
pub(crate) use dictionary::Key;
pub use dictionary::{DictionaryEntry, FIRST, INCOMPARABLE, Scalar, UNKNOWN};
pub use rows::{
    AddressBlock, Condition, Flag, Holdout, LayerRange, Outcome, Override, Pattern, Prerequisite, Ramp, Range, Rule,
    Seed, Segment, Slot, Source, Split, Step, Unit, Variant, VersionRow, View,
};
pub use table::Span;

/// Stands for "no row" wherever a row of a table may be named.
pub const NONE: u32 = u32::MAX;

/// A jump target: the condition as a whole holds.
pub const HOLDS: u32 = u32::MAX;
/// A jump target: the condition as a whole does not hold.
pub const FAILS: u32 = u32::MAX - 1;

/// How many attributes a flag's mask covers; those beyond are listed.
pub const MASKED_SLOTS: u32 = 32;

/// A compiled snapshot.
#[derive(Clone, Debug, Default)]
pub struct Ruleset<P> {
    /// Where it comes from.
    pub identity: Identity,
    /// How many of `flags` are flags; services follow.
    pub flag_count: u32,
    /// Flags by key, then services by key.
    pub flags: Vec<Flag>,
    /// Prerequisites of flags.
    pub prerequisites: Vec<Prerequisite>,
    /// Overrides of flags.
    pub overrides: Vec<Override>,
    /// Holdouts, once for each flag that they hold out.
    pub holdouts: Vec<Holdout>,
    /// Rules of flags.
    pub rules: Vec<Rule>,
    /// Parts of layers.
    pub layers: Vec<LayerRange>,
    /// Splits.
    pub splits: Vec<Split>,
    /// Ranges of splits, ascending.
    pub ranges: Vec<Range>,
    /// Ramps of splits.
    pub ramps: Vec<Ramp>,
    /// Steps of ramps, ascending.
    pub steps: Vec<Step>,
    /// Segments; one that uses another stands after it.
    pub segments: Vec<Segment>,
    /// Conditions: code whose jumps go forward only.
    pub conditions: Vec<Condition>,
    /// Attributes, the most used first.
    pub slots: Vec<Slot>,
    /// What is derived from attributes, those of one slot together.
    pub views: Vec<View>,
    /// The values that attributes are compared with.
    pub dictionary: Vec<DictionaryEntry>,
    /// The hash table over `dictionary`: row + 1, or 0 for an empty place. A power of two long.
    pub dictionary_index: Vec<u32>,
    /// Sets of dictionary ids, a bit each.
    pub bits: Vec<u64>,
    /// Unit lists, each sorted.
    pub units: Vec<Unit>,
    /// Blocks of addresses.
    pub blocks: Vec<AddressBlock>,
    /// Lists of small numbers: variants of prerequisites, slots beyond a mask, the ids that `containsAll` wants.
    pub numbers: Vec<u32>,
    /// The versions that views are ranked by, those of each ascending.
    pub versions: Vec<VersionRow>,
    /// Variants and tracks.
    pub variants: Vec<Variant>,
    /// Every answer that can be given.
    pub outcomes: Vec<Outcome>,
    /// Patterns: text and whether case is ignored.
    pub patterns: Vec<Pattern>,
    /// Where in the snapshot each condition stands; empty if stripped.
    pub sources: Vec<Source>,
    /// Texts, each a span of `bytes`.
    pub strings: Vec<Span>,
    /// The bytes of all texts: UTF-8.
    pub bytes: Vec<u8>,
    /// The compiled patterns. Derived, not stored.
    pub compiled_patterns: P,
}

/// Where a ruleset comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Which history of revisions it belongs to.
    pub lineage: Option<String>,
    /// Its place in that history.
    pub revision: Option<u64>,
    /// The environment that it is for.
    pub environment: Option<String>,
    /// A digest of the snapshot's bytes.
    pub content: u64,
    /// What the snapshot kills. An engine may know of a newer set.
    pub kills: KillSet,
}

impl Flag {
    /// The capabilities that it cannot be evaluated without, as bits of [`flag_bits`]: those of all that it reaches.
    /// One that answers before it looks at anything needs none.
    pub const fn capabilities(&self) -> u32 {
        let looks = self.bits & (flag_bits::BROKEN | flag_bits::DISABLED) == 0;
        if looks { self.bits & flag_bits::NEEDS_PATTERNS } else { 0 }
    }
}

impl Outcome {
    /// Why there is no answer, if there is none.
    pub const fn error_code(&self) -> Option<ErrorCode> {
        if self.reason() != Reason::Error as u32 {
            None
        } else if self.cause() == Cause::Broken as u32 {
            Some(ErrorCode::ParseError)
        } else {
            Some(ErrorCode::General)
        }
    }
}

impl<P> Ruleset<P> {
    /// The capabilities that some flag or service needs, as bits of [`flag_bits`].
    pub fn capabilities(&self) -> u32 {
        self.flags.iter().fold(0, |bits, flag| bits | flag.capabilities())
    }

    /// The text of that number; empty if there is none.
    #[inline]
    pub fn text(&self, number: u32) -> &str {
        core::str::from_utf8(self.text_bytes(number)).unwrap_or_default()
    }

    /// The text of that number as bytes; empty if there is none.
    #[inline]
    pub fn text_bytes(&self, number: u32) -> &[u8] {
        self.strings.get(number as usize).map_or(&[], |span| span.of(&self.bytes))
    }

    /// The text of that number, unless it is [`NONE`].
    pub fn optional_text(&self, number: u32) -> Option<&str> {
        (number != NONE).then(|| self.text(number))
    }

    /// A row of `versions`.
    pub fn version(&self, row: &VersionRow) -> Version<'_> {
        Version { numbers: row.numbers, pre: self.text_bytes(row.pre) }
    }

    /// The flag of that key.
    pub fn find_flag(&self, key: &str) -> Option<u32> {
        self.find(0, self.flag_count as usize, key)
    }

    /// The service of that key, as a row of `flags`.
    pub fn find_service(&self, key: &str) -> Option<u32> {
        self.find(self.flag_count as usize, self.flags.len(), key)
    }

    fn find(&self, start: usize, end: usize, key: &str) -> Option<u32> {
        let flags = self.flags.get(start..end)?;
        let found = flags.binary_search_by(|flag| self.text_bytes(flag.key).cmp(key.as_bytes())).ok()?;
        u32::try_from(start + found).ok()
    }

    /// The type of a flag's values.
    pub fn kind(&self, flag: &Flag) -> Option<ValueType> {
        [ValueType::Boolean, ValueType::String, ValueType::Number, ValueType::Object]
            .into_iter()
            .find(|kind| *kind as u32 == flag.kind)
    }
}

impl<P: Patterns> Ruleset<P> {
    /// Makes what is not stored: compiled patterns.
    ///
    /// # Errors
    /// A text that is no pattern, which only a forged ruleset has.
    pub(crate) fn derive(&mut self) -> Result<(), String> {
        let mut compiled = P::default();
        for pattern in self.patterns.iter().filter(|_| P::SUPPORTED) {
            compiled.push(self.text(pattern.text), pattern.ignore_case != 0)?;
        }
        self.compiled_patterns = compiled;
        Ok(())
    }
}
