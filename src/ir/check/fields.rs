//! What every field must be: a line for each.

use core::mem::offset_of;

use super::{Checked, Field, ensure, field};
use crate::ir::binary::{Sections, section};
use crate::ir::{
    Curve, DictionaryEntry, FAILS, Flag, Holdout, LayerRange, NONE, Outcome, Override, Pattern, Prerequisite, Ramp,
    Range, Rule, Segment, Slot, Source, Split, Step, Variant, VersionRow, View, ViewKind,
};
use crate::words::limits;
use crate::words::value::ValueType;
use crate::words::weight::WHOLE;

/// What a field must be. Tables are named by their sections. In bytes, since there are many of them in a page.
#[derive(Clone, Copy)]
enum Bound {
    /// At most a number.
    UpTo(u8),
    /// A share of the whole.
    Share,
    /// A row of a table.
    Row(u8),
    /// A row of a table, or [`NONE`].
    Optional(u8),
    /// A condition, [`crate::ir::HOLDS`] or [`FAILS`].
    Entry,
    /// A run of a table.
    Span(u8),
    /// A run of a table, and all such runs together no longer than it.
    Own(u8),
}

macro_rules! fields {
    ($($table:ident: $row:ident { $($field:ident: $bound:ident $(($of:expr))?,)* })*) => {
        &[$($((field!($table: $row.$field), Bound::$bound $(($of as u8))?),)*)*]
    };
}

const FIELDS: &[(Field, Bound)] = fields! {
    flags: Flag {
        key: Row(section::strings),
        kind: UpTo(ValueType::Object),
        metadata: Optional(section::strings),
        rank: UpTo(limits::CHAIN),
        more_slots: Own(section::numbers),
        outcomes: Own(section::outcomes),
        prerequisites: Own(section::prerequisites),
        overrides: Own(section::overrides),
        holdouts: Own(section::holdouts),
        rules: Own(section::rules),
        default_split: Optional(section::splits),
        default_outcome: Row(section::outcomes),
        default_without_unit: Row(section::outcomes),
        variants: Own(section::variants),
    }
    prerequisites: Prerequisite {
        flag: Row(section::flags),
        variants: Own(section::numbers),
        unmet: Row(section::outcomes),
    }
    overrides: Override {
        units: Span(section::units),
        outcome: Row(section::outcomes),
    }
    holdouts: Holdout {
        seed_text: Row(section::strings),
        exposure: Share,
        outcome: Row(section::outcomes),
    }
    rules: Rule {
        id: Row(section::strings),
        entry: Entry,
        layer: Optional(section::layers),
        split: Optional(section::splits),
        outcome: Optional(section::outcomes),
    }
    layers: LayerRange {
        key: Row(section::strings),
        seed_text: Row(section::strings),
        from: Share,
        to: Share,
    }
    splits: Split {
        seed_text: Row(section::strings),
        ramp: Optional(section::ramps),
        ranges: Own(section::ranges),
        outside: Optional(section::outcomes),
    }
    ranges: Range {
        from: Share,
        to: Share,
        outcome: Row(section::outcomes),
    }
    ramps: Ramp {
        from: Share,
        to: Share,
        curve: UpTo(Curve::Steps),
        steps: Own(section::steps),
    }
    steps: Step {
        exposure: Share,
    }
    segments: Segment {
        key: Row(section::strings),
        include: Span(section::units),
        exclude: Span(section::units),
        entry: Entry,
    }
    slots: Slot {
        path: Row(section::strings),
        views: Own(section::views),
    }
    views: View {
        slot: Row(section::slots),
        kind: UpTo(ViewKind::Unit),
        versions: Own(section::versions),
    }
    dictionary: DictionaryEntry {
        view: Row(section::views),
        text: Optional(section::strings),
    }
    versions: VersionRow {
        pre: Row(section::strings),
    }
    variants: Variant {
        key: Row(section::strings),
        value: Row(section::strings),
    }
    outcomes: Outcome {
        flag: Row(section::flags),
        variant: Optional(section::variants),
        named: Optional(section::strings),
    }
    patterns: Pattern {
        text: Row(section::strings),
    }
    sources: Source {
        path: Row(section::strings),
        operator: Optional(section::strings),
        operand: Optional(section::strings),
    }
};

/// How many rows a table has at most. Others are bounded by the length of the file.
const MOST_ROWS: [(Field, usize); 4] = [
    (field!(flags), limits::FLAGS + limits::SERVICES),
    (field!(segments), limits::SEGMENTS),
    (field!(slots), limits::ATTRIBUTES),
    // The last two numbers of a jump are not those of conditions.
    (field!(conditions), FAILS as usize),
];

/// Checks every field of every row.
pub(super) fn check(sections: &Sections<'_>) -> Checked {
    for (field, most) in MOST_ROWS {
        ensure(sections.rows(field.section.into()).len() <= most, field, most)?;
    }
    for &(field, bound) in FIELDS {
        let mut named = 0;
        let limit = match bound {
            Bound::UpTo(most) => u64::from(most) + 1,
            Bound::Share => u64::from(WHOLE) + 1,
            Bound::Entry => sections.count(section::conditions),
            Bound::Row(table) | Bound::Optional(table) | Bound::Span(table) | Bound::Own(table) => {
                sections.count(table.into())
            }
        };
        let rows = sections.rows(field.section.into());
        let count = rows.len();
        for (row, bytes) in rows.enumerate() {
            let word =
                |offset| bytes.get(offset..).and_then(<[u8]>::first_chunk).map_or(NONE, |b| u32::from_le_bytes(*b));
            let number = word(field.offset.into());
            let fine = match bound {
                Bound::UpTo(_) | Bound::Share | Bound::Row(_) => u64::from(number) < limit,
                Bound::Optional(_) => u64::from(number) < limit || number == NONE,
                Bound::Entry => u64::from(number) < limit || number >= FAILS,
                Bound::Span(_) | Bound::Own(_) => {
                    let count = word(usize::from(field.offset) + 4);
                    named += u64::from(count);
                    u64::from(number) + u64::from(count) <= limit
                }
            };
            ensure(fine, field, row)?;
        }
        let own = named <= limit || matches!(bound, Bound::Span(_));
        ensure(own, field, count)?;
    }
    Ok(())
}
