//! The compiled ruleset: flat tables of integers, immutable, printable, its own binary form.
//!
//! Nothing here knows JSON. Evaluation reads these tables and nothing else. What can be said
//! about the shape of the tables is checked once, in [`mod@check`], when a ruleset is loaded from
//! bytes; evaluation then only needs to stay within bounds, which safe indexing does for it.
//!
//! Hash seeds, bucket ranges, unit attributes and operators are data in the tables, not constants
//! of the evaluator: other systems' snapshots can be compiled to them.

pub mod binary;
mod check;
mod dictionary;
mod print;
mod strip;
pub(crate) mod table;

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use semver::Version;

use crate::patterns::Patterns;
use crate::words::kill::KillSet;
use crate::words::value::ValueType;
pub use dictionary::{DictionaryEntry, FIRST, INCOMPARABLE, Scalar, UNKNOWN};
pub use table::Span;
use table::record;

/// Stands for "no row" wherever a row of a table may be named.
pub const NONE: u32 = u32::MAX;

/// A jump target: the condition as a whole holds.
pub const HOLDS: u32 = u32::MAX;
/// A jump target: the condition as a whole does not hold.
pub const FAILS: u32 = u32::MAX - 1;

/// How many attributes a flag's mask covers; those beyond are listed.
pub const MASKED_SLOTS: u32 = 32;

/// The order of versions that the ranks of [`ViewKind::Version`] follow: semver's precedence.
pub(crate) fn version_order(a: &Version, b: &Version) -> Ordering {
    a.cmp_precedence(b)
}

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
    /// Lists of small numbers: variants of prerequisites, slots beyond a mask, versions of views.
    pub numbers: Vec<u32>,
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
    /// The versions that `views` are ranked by, in the order of their `operands`. Derived.
    pub versions: Vec<Version>,
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

record! {
    /// A flag or a service.
    Flag {
        /// The key: a text.
        key: u32,
        /// [`flag_bits`].
        bits: u32,
        /// The type of its values, as a [`ValueType`]; 0 if unknown.
        kind: u32,
        /// The flag's metadata as JSON text, or [`NONE`].
        metadata: u32,
        /// Higher than that of every flag it requires.
        rank: u32,
        /// Which of the first 32 slots it may read, all that it reaches included.
        mask: u32,
        /// Slots beyond those, in `numbers`.
        more_slots: Span,
        /// The first of its outcomes: those of [`fixed`], then the others.
        outcomes: Span,
        /// In `prerequisites`.
        prerequisites: Span,
        /// In `overrides`.
        overrides: Span,
        /// In `holdouts`.
        holdouts: Span,
        /// In `rules`.
        rules: Span,
        /// The default's split, or [`NONE`].
        default_split: u32,
        /// The outcome where nothing else answers.
        default_outcome: u32,
        /// The outcome where the default's split has no unit.
        default_without_unit: u32,
        /// In `variants`.
        variants: Span,
        /// A digest of all that the flag reaches: another one may mean another answer.
        fingerprint: u64,
    }
}

/// What a flag is, as bits.
pub mod flag_bits {
    /// It has an error and answers with one.
    pub const BROKEN: u32 = 1;
    /// It serves its off variant.
    pub const DISABLED: u32 = 1 << 1;
    /// Its answer may depend on the time.
    pub const TIMED: u32 = 1 << 2;
    /// It is a service.
    pub const SERVICE: u32 = 1 << 3;
    /// It will go, and its answers say so.
    pub const DEPRECATED: u32 = 1 << 4;
    /// Browsers may see it.
    pub const CLIENT: u32 = 1 << 5;
    /// It cannot be evaluated without patterns.
    pub const NEEDS_PATTERNS: u32 = 1 << 8;
}

/// The outcomes that every flag has, by their place in its span.
pub mod fixed {
    /// Everything is killed.
    pub const KILLED_ALL: u32 = 0;
    /// A namespace of the flag is killed.
    pub const KILLED_NAMESPACE: u32 = 1;
    /// The flag itself, or the service, is killed.
    pub const KILLED_SELF: u32 = 2;
    /// The flag is disabled.
    pub const DISABLED: u32 = 3;
    /// The flag is broken.
    pub const BROKEN: u32 = 4;
    /// The flag needs what this artifact leaves out.
    pub const UNSUPPORTED: u32 = 5;
    /// How many there are.
    pub const COUNT: u32 = 6;
}

record! {
    /// Another flag that must serve one of some variants.
    Prerequisite {
        /// In `flags`.
        flag: u32,
        /// In `numbers`: rows of `variants`.
        variants: Span,
        /// The outcome if it is not met.
        unmet: u32,
    }
}

record! {
    /// Units that get a variant by name.
    Override {
        /// The word of the unit in the views.
        unit: u32,
        /// In `units`.
        units: Span,
        /// The outcome for these units.
        outcome: u32,
    }
}

record! {
    /// A holdout of one flag.
    Holdout {
        /// The seed's key.
        seed: Seed,
        /// The word of the unit in the views.
        unit: u32,
        /// The buckets below this, in ppm, are held out.
        exposure: u32,
        /// The outcome for units held out.
        outcome: u32,
    }
}

record! {
    /// A seed's key, as [`crate::hash::SeedKey`].
    Seed {
        /// The first word.
        low: u64,
        /// The second word.
        high: u64,
    }
}

record! {
    /// A rule.
    Rule {
        /// The id: a text.
        id: u32,
        /// The first condition to test, [`HOLDS`] or [`FAILS`].
        entry: u32,
        /// In `layers`, or [`NONE`].
        layer: u32,
        /// In `splits`, or [`NONE`].
        split: u32,
        /// The outcome of a rule without a split.
        outcome: u32,
    }
}

record! {
    /// A part of a layer.
    LayerRange {
        /// The layer: a text.
        key: u32,
        /// The seed's key.
        seed: Seed,
        /// The word of the unit in the views.
        unit: u32,
        /// The first bucket.
        from: u32,
        /// The bucket after the last.
        to: u32,
    }
}

record! {
    /// A split.
    Split {
        /// The seed's key.
        seed: Seed,
        /// The word of the unit in the views.
        unit: u32,
        /// In `ramps`, or [`NONE`] where the ranges are cut already.
        ramp: u32,
        /// In `ranges`.
        ranges: Span,
        /// The outcome of units that no range holds, or [`NONE`]: on to the next rule.
        outside: u32,
    }
}

record! {
    /// A range of buckets.
    Range {
        /// The first bucket.
        from: u32,
        /// The bucket after the last.
        to: u32,
        /// The outcome of the units in it.
        outcome: u32,
    }
}

record! {
    /// A ramp.
    Ramp {
        /// Milliseconds since the epoch.
        start: i64,
        /// Milliseconds since the epoch, after `start`.
        end: i64,
        /// Ppm.
        from: u32,
        /// Ppm.
        to: u32,
        /// A [`Curve`].
        curve: u32,
        /// In `steps`.
        steps: Span,
    }
}

/// How a ramp changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Curve {
    /// By the same amount in the same time.
    Linear,
    /// By the same factor in the same time.
    Exponential,
    /// At the instants of its steps.
    Steps,
}

record! {
    /// A step of a ramp.
    Step {
        /// Milliseconds since the epoch.
        at: i64,
        /// Ppm.
        exposure: u32,
    }
}

record! {
    /// A segment.
    Segment {
        /// The key: a text.
        key: u32,
        /// The word of the unit in the views.
        unit: u32,
        /// In `units`.
        include: Span,
        /// In `units`.
        exclude: Span,
        /// The first condition to test, [`HOLDS`] or [`FAILS`].
        entry: u32,
    }
}

record! {
    /// A condition. What the fields mean, each [`Operation`] says.
    Condition {
        /// An [`Operation`].
        operation: u32,
        /// A word of the views, a view, or a slot.
        operand: u32,
        /// The first half of what it is compared with.
        low: u64,
        /// The second half.
        high: u64,
        /// Where to go on if it holds: a later condition, [`HOLDS`] or [`FAILS`].
        on_true: u32,
        /// Where to go on if it does not.
        on_false: u32,
    }
}

macro_rules! operations {
    ($($(#[$meta:meta])* $variant:ident,)*) => {
        /// What a condition does. "The word" is the word of the views that `operand` names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub enum Operation { $($(#[$meta])* $variant,)* }

        impl Operation {
            /// The operation of that number.
            #[inline]
            pub const fn of(number: u32) -> Option<Self> {
                match number {
                    $(x if x == Self::$variant as u32 => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

operations! {
    /// The word, a float, is within `low..=high`, two floats. NaN stands for missing and fails.
    Range,
    /// The word, a dictionary id, is below 64 and its bit in `low` is set.
    Id,
    /// The word, a dictionary id, has its bit set in the span `low` of `bits`.
    WideId,
    /// `now` is within `low..=high`, two floats.
    Now,
    /// The unit is in segment `low`.
    Segment,
    /// The text of slot `operand` begins with text `low`.
    StartsWith,
    /// The text of slot `operand` ends with text `low`.
    EndsWith,
    /// The text of view `operand` contains text `high` (unless that is [`NONE`]), or its list has
    /// an element whose bit in the span `low` of `bits` is set.
    Contains,
    /// The list of view `operand` has an element whose bit in the span `low` of `bits` is set.
    ContainsAny,
    /// The list of view `operand` has, for every bit of the span `low` of `bits`, that element.
    ContainsAll,
    /// Pattern `low` matches the text of slot `operand`.
    Matches,
    /// The text of slot `operand` is an address of one of the span `low` of `blocks`.
    InCidr,
    /// As [`Operation::StartsWith`], ASCII letters folded; the text is in small letters.
    StartsWithFolded,
    /// As [`Operation::EndsWith`], ASCII letters folded; the text is in small letters.
    EndsWithFolded,
    /// As [`Operation::Contains`], ASCII letters folded; the text is in small letters.
    ContainsFolded,
}

impl Span {
    /// The span as one word of a condition.
    pub const fn to_word(self) -> u64 {
        (self.count as u64) << 32 | self.start as u64
    }

    /// The span that [`Span::to_word`] made.
    #[inline]
    pub const fn from_word(word: u64) -> Self {
        Self { start: word as u32, count: (word >> 32) as u32 }
    }
}

record! {
    /// An attribute.
    Slot {
        /// Its path: a text.
        path: u32,
        /// In `views`.
        views: Span,
    }
}

record! {
    /// Something derived from an attribute when it is written, so that conditions compare words.
    View {
        /// In `slots`.
        slot: u32,
        /// A [`ViewKind`].
        kind: u32,
        /// Its word; a unit takes two.
        word: u32,
        /// What versions are ranked by, ascending: texts in `numbers`, and rows of `versions`
        /// from `versions` on.
        operands: Span,
        /// See `operands`.
        versions: u32,
    }
}

/// What a view holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum ViewKind {
    /// The id of a scalar in the dictionary; see [`UNKNOWN`].
    Id,
    /// The same with ASCII letters folded.
    FoldedId,
    /// A number; NaN if it is none.
    Number,
    /// The rank of a version among those that it is compared with: twice the number of lower
    /// ones, plus one if it equals one of them. NaN if it is none.
    Version,
    /// An instant in milliseconds; NaN if it is none.
    Instant,
    /// 1 if the attribute exists, else 0.
    Existence,
    /// A unit's digest, two words; both zero if it is none.
    Unit,
}

impl ViewKind {
    /// The kind of that number.
    #[inline]
    pub const fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Id,
            1 => Self::FoldedId,
            2 => Self::Number,
            3 => Self::Version,
            4 => Self::Instant,
            5 => Self::Existence,
            6 => Self::Unit,
            _ => return None,
        })
    }
}

record! {
    /// A unit of a list: its digest.
    Unit {
        /// As [`crate::hash::Digest`].
        low: u64,
        /// As [`crate::hash::Digest`].
        high: u64,
    }
}

record! {
    /// A block of addresses.
    AddressBlock {
        /// 1 for IPv6, 0 for IPv4.
        v6: u32,
        /// The first address.
        first: u128,
        /// The last address.
        last: u128,
    }
}

record! {
    /// A variant of a flag, or a track of a service.
    Variant {
        /// A text.
        key: u32,
        /// JSON: a text.
        value: u32,
    }
}

record! {
    /// An answer.
    Outcome {
        /// The flag whose answer it is.
        flag: u32,
        /// In `variants`, or [`NONE`].
        variant: u32,
        /// A [`Reason`].
        reason: u32,
        /// A [`Cause`].
        cause: u32,
        /// The rule that decided: a text, or [`NONE`].
        rule: u32,
        /// What the cause names, a prerequisite, a holdout, a unit's attribute: a text, or [`NONE`].
        detail: u32,
    }
}

record! {
    /// A pattern.
    Pattern {
        /// A text.
        text: u32,
        /// 1 if case is ignored.
        ignore_case: u32,
    }
}

record! {
    /// Where a condition comes from.
    Source {
        /// A JSON pointer into the snapshot: a text.
        path: u32,
        /// The operator: a text, or [`NONE`].
        operator: u32,
        /// The operand as JSON: a text, or [`NONE`].
        operand: u32,
    }
}

macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// The one of that number.
            pub const fn of(number: u32) -> Option<Self> {
                match number {
                    $(x if x == Self::$variant as u32 => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The word for it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

numbered! {
    /// Why an answer is what it is: the reasons of `OpenFeature`.
    Reason {
        /// The same for everybody, whatever the context.
        Static = "STATIC",
        /// No rule applied.
        Default = "DEFAULT",
        /// A rule, or an override, applied.
        TargetingMatch = "TARGETING_MATCH",
        /// The unit's bucket decided.
        Split = "SPLIT",
        /// The flag is off.
        Disabled = "DISABLED",
        /// There is no answer; the caller's default stands in.
        Error = "ERROR",
    }
}

numbered! {
    /// What stands behind a reason, as `vexil.cause` in the metadata says where it is not empty.
    Cause {
        /// Nothing to add.
        None = "",
        /// Everything is killed.
        KilledAll = "killed",
        /// A namespace is killed.
        KilledNamespace = "killed",
        /// The flag is killed.
        KilledFlag = "killed",
        /// The service is killed.
        KilledService = "killed",
        /// The flag's state.
        Disabled = "disabled",
        /// A prerequisite is not met.
        Prerequisite = "prerequisite",
        /// An override lists the unit.
        Override = "override",
        /// A holdout holds the unit.
        Holdout = "holdout",
        /// The default's split found no unit.
        MissingUnit = "",
        /// The flag has an error.
        Broken = "",
        /// The flag needs what this artifact leaves out.
        Unsupported = "",
    }
}

impl<P> Ruleset<P> {
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

    /// How many words the views take.
    pub fn view_words(&self) -> usize {
        let words = |view: &View| view.word as usize + if view.kind == ViewKind::Unit as u32 { 2 } else { 1 };
        self.views.iter().map(words).max().unwrap_or(0)
    }
}

impl<P: Patterns> Ruleset<P> {
    /// Makes what is not stored: compiled patterns and parsed versions.
    ///
    /// # Errors
    /// A text that is no pattern or no version, which only a forged ruleset has.
    pub(crate) fn derive(&mut self) -> Result<(), String> {
        let mut compiled = P::default();
        for pattern in &self.patterns {
            compiled.push(self.text(pattern.text), pattern.ignore_case != 0)?;
        }
        let mut versions = Vec::new();
        for view in &mut self.views {
            view.versions = versions.len() as u32;
            for &text in view.operands.of(&self.numbers) {
                let bytes = self.strings.get(text as usize).map_or(&[][..], |span| span.of(&self.bytes));
                let text = core::str::from_utf8(bytes).unwrap_or_default();
                versions.push(Version::parse(text).map_err(|_| String::from("a version that is none"))?);
            }
        }
        self.compiled_patterns = compiled;
        self.versions = versions;
        Ok(())
    }
}
