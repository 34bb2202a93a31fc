//! The rows of a ruleset's tables: integers alone. Who names a row of another table says which.

use super::table::{Span, record};
#[expect(unused_imports, reason = "the documentation of the rows names them")]
use super::{Cause, Curve, FAILS, HOLDS, NONE, Operation, Reason, ValueType, ViewKind, fixed, flag_bits};

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
        /// The view of the unit.
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
        /// The seed: a text.
        seed_text: u32,
        /// The view of the unit.
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
        /// The seed: a text.
        seed_text: u32,
        /// The view of the unit.
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
        /// The seed: a text.
        seed_text: u32,
        /// A digest of what decides who gets what: seed, unit and ranges, whatever the exposure.
        assignment: u64,
        /// The view of the unit.
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
        /// The view of the unit.
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
        /// A view or a slot.
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
        /// What versions are ranked by, ascending: in `versions`.
        versions: Span,
    }
}

record! {
    /// A version that some attribute is compared with.
    VersionRow {
        /// As [`crate::words::version::Version`].
        numbers: [u64; 3],
        /// As [`crate::words::version::Version`]: a text.
        pre: u32,
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
    /// An answer. There are many of them, so they are short.
    Outcome {
        /// The flag whose answer it is.
        flag: u32,
        /// In `variants`, or [`NONE`].
        variant: u32,
        /// A [`Reason`] in the low eight bits, a [`Cause`] above.
        why: u32,
        /// The rule that decided, or what the cause names, a prerequisite, a holdout, a unit's attribute: a text, or
        /// [`NONE`].
        named: u32,
    }
}

impl Outcome {
    /// A [`Reason`].
    #[inline]
    pub const fn reason(&self) -> u32 {
        self.why & 0xff
    }

    /// A [`Cause`].
    #[inline]
    pub const fn cause(&self) -> u32 {
        self.why >> 8
    }

    /// The rule that decided: a text, or [`NONE`]. Where there is a cause, no rule did.
    pub const fn rule(&self) -> u32 {
        if self.cause() == 0 { self.named } else { NONE }
    }

    /// What the cause names: a text, or [`NONE`].
    pub const fn detail(&self) -> u32 {
        if self.cause() == 0 { NONE } else { self.named }
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
        /// Where it stands in the condition as a whole, the `when` of a rule or a segment: a JSON pointer from there.
        path: u32,
        /// The operator: a text, or [`NONE`].
        operator: u32,
        /// The operand as JSON: a text, or [`NONE`].
        operand: u32,
    }
}
