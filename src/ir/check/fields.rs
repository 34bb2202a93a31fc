//! What every field must be: a line for each.

use core::mem::offset_of;

use super::{Checked, ensure};
use crate::ir::binary::{Sections, section};
use crate::ir::{
    Cause, Curve, DictionaryEntry, FAILS, Flag, Holdout, LayerRange, NONE, Outcome, Override, Pattern, Prerequisite,
    Ramp, Range, Reason, Rule, Segment, Slot, Source, Split, Step, Variant, VersionRow, View, ViewKind,
};
use crate::words::limits;
use crate::words::value::ValueType;
use crate::words::weight::WHOLE;

/// A field, and what it must be.
struct Field {
    problem: &'static str,
    /// The section of its table.
    table: usize,
    /// Where it begins in a row's bytes.
    offset: usize,
    bound: Bound,
}

/// What a field must be. Tables are named by their sections.
#[derive(Clone, Copy)]
enum Bound {
    /// At most a number.
    UpTo(u32),
    /// A row of a table.
    Row(usize),
    /// A row of a table, or [`NONE`].
    Optional(usize),
    /// A condition, [`crate::ir::HOLDS`] or [`FAILS`].
    Entry,
    /// A run of a table.
    Span(usize),
    /// A run of a table, and all such runs together no longer than it.
    Own(usize),
}

use Bound::{Entry, Optional, Own, Row, UpTo};

macro_rules! fields {
    ($($table:ident: $row:ident { $($field:ident: $bound:expr,)* })*) => {
        &[$($(Field {
            problem: concat!("`", stringify!($table), ".", stringify!($field), "` leads nowhere"),
            table: section::$table,
            offset: offset_of!($row, $field),
            bound: $bound,
        },)*)*]
    };
}

const FIELDS: &[Field] = fields! {
    flags: Flag {
        key: Row(section::strings),
        kind: UpTo(ValueType::Object as u32),
        metadata: Optional(section::strings),
        rank: UpTo(limits::CHAIN as u32),
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
        units: Bound::Span(section::units),
        outcome: Row(section::outcomes),
    }
    holdouts: Holdout {
        exposure: UpTo(WHOLE),
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
        from: UpTo(WHOLE),
        to: UpTo(WHOLE),
    }
    splits: Split {
        ramp: Optional(section::ramps),
        ranges: Own(section::ranges),
        outside: Optional(section::outcomes),
    }
    ranges: Range {
        from: UpTo(WHOLE),
        to: UpTo(WHOLE),
        outcome: Row(section::outcomes),
    }
    ramps: Ramp {
        from: UpTo(WHOLE),
        to: UpTo(WHOLE),
        curve: UpTo(Curve::Steps as u32),
        steps: Own(section::steps),
    }
    steps: Step {
        exposure: UpTo(WHOLE),
    }
    segments: Segment {
        key: Row(section::strings),
        include: Bound::Span(section::units),
        exclude: Bound::Span(section::units),
        entry: Entry,
    }
    slots: Slot {
        path: Row(section::strings),
        views: Own(section::views),
    }
    views: View {
        kind: UpTo(ViewKind::Unit as u32),
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
        reason: UpTo(Reason::Error as u32),
        cause: UpTo(Cause::Unsupported as u32),
        rule: Optional(section::strings),
        detail: Optional(section::strings),
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

/// Checks every field of every row.
pub(super) fn check(sections: &Sections<'_>) -> Checked {
    for field in FIELDS {
        let mut named = 0;
        let limit = match field.bound {
            UpTo(most) => u64::from(most) + 1,
            Entry => sections.count(section::conditions),
            Row(table) | Optional(table) | Bound::Span(table) | Own(table) => sections.count(table),
        };
        for (row, bytes) in sections.rows(field.table).enumerate() {
            let word =
                |offset| bytes.get(offset..).and_then(<[u8]>::first_chunk).map_or(NONE, |b| u32::from_le_bytes(*b));
            let number = word(field.offset);
            let fine = match field.bound {
                UpTo(_) | Row(_) => u64::from(number) < limit,
                Optional(_) => u64::from(number) < limit || number == NONE,
                Entry => u64::from(number) < limit || number >= FAILS,
                Bound::Span(_) | Own(_) => {
                    let count = word(field.offset + 4);
                    named += u64::from(count);
                    u64::from(number) + u64::from(count) <= limit
                }
            };
            ensure(fine, row, field.problem)?;
        }
        let own = named <= limit || matches!(field.bound, Bound::Span(_));
        ensure(own, sections.rows(field.table).len(), field.problem)?;
    }
    Ok(())
}
