//! What makes a loaded ruleset harmless, whoever wrote it.
//!
//! Evaluating a ruleset that passed may give wrong answers, if it was forged, but ends soon, takes
//! little memory and finds every row that it asks for. Checks take time in proportion to the
//! tables: where rows name runs of other rows, all runs together are no longer than the table.
//!
//! This is linked into the smallest artifact: what can be said of a field alone is a line of a
//! table ([`mod@fields`]), not code. `tests/suite/binary.rs` holds every fixture against it, since
//! what the compiler makes must pass.

mod fields;
mod reach;
mod words;

use alloc::string::String;
use core::mem::offset_of;

use super::binary::{Sections, section};
use super::{FAILS, Flag, MASKED_SLOTS, Pattern, Ruleset, View, ViewKind, fixed, flag_bits};
use crate::words::limits;
use crate::words::text::{decimal, join};
use words::Words;

/// The longest run of taken places that is accepted in the dictionary's index. At most half of
/// the places are taken, so runs beyond a hundred do not happen by chance.
const LONGEST_RUN: usize = 4_096;

/// A field of a table's rows.
#[derive(Clone, Copy, Debug)]
struct Field {
    /// The section of the table.
    section: u8,
    /// Where it begins in a row's bytes.
    offset: u8,
}

/// A field, by the names of its table, its row and itself; a table alone is its first field.
macro_rules! field {
    ($table:ident) => {
        Field { section: section::$table as u8, offset: 0 }
    };
    ($table:ident: $row:ident.$field:ident) => {
        Field { section: section::$table as u8, offset: offset_of!($row, $field) as u8 }
    };
}
use field;

/// A field that is not sound, and the row in which it is not. Only forged rulesets have one, so that messages in words
/// would hardly ever be read, and every page would load them.
#[derive(Clone, Copy, Debug)]
struct Fault {
    field: Field,
    row: usize,
}

type Checked = Result<(), Fault>;

/// The fault, unless all is well.
#[inline]
const fn ensure(fine: bool, field: Field, row: usize) -> Checked {
    if fine { Ok(()) } else { Err(Fault { field, row }) }
}

fn message(Fault { field: Field { section, offset }, row }: Fault) -> String {
    let [section, row, byte] = [section.into(), row as u64, offset.into()].map(decimal);
    join(&["section ", &section, ", row ", &row, ": the field at byte ", &byte, " is unsound"])
}

/// Checks the fields of all rows, each by itself, before any is read.
pub(super) fn check_fields(sections: &Sections<'_>) -> Result<(), String> {
    fields::check(sections).map_err(message)
}

/// Checks what fields say together. Texts of patterns are left to [`Ruleset::derive`], which reads them.
pub(super) fn check<P>(ruleset: &Ruleset<P>) -> Result<(), String> {
    check_all(ruleset).map_err(message)
}

fn check_all<P>(ruleset: &Ruleset<P>) -> Checked {
    limits(ruleset)?;
    texts(ruleset)?;
    flags(ruleset)?;
    dictionary_index(ruleset)?;
    texts_of_operands(ruleset)?;
    reach::check(ruleset, &Words::of(ruleset)?)
}

/// Bounds of whole tables. The others follow from the length of the file.
fn limits<P>(ruleset: &Ruleset<P>) -> Checked {
    let flags = ruleset.flag_count as usize;
    let services = ruleset.flags.len().wrapping_sub(flags);
    let rows = ruleset.conditions.len();
    ensure(flags <= limits::FLAGS && services <= limits::SERVICES, field!(flags), flags)?;
    ensure(ruleset.segments.len() <= limits::SEGMENTS, field!(segments), limits::SEGMENTS)?;
    ensure(ruleset.slots.len() <= limits::ATTRIBUTES, field!(slots), limits::ATTRIBUTES)?;
    // The last two numbers of a jump are not those of conditions.
    ensure(rows <= FAILS as usize, field!(conditions), rows)?;
    let explained = ruleset.sources.is_empty() || ruleset.sources.len() == rows;
    ensure(explained, field!(sources), rows)
}

/// Every text is UTF-8.
fn texts<P>(ruleset: &Ruleset<P>) -> Checked {
    let Ok(all) = core::str::from_utf8(&ruleset.bytes) else {
        return ensure(false, field!(bytes), ruleset.bytes.len());
    };
    for (row, span) in ruleset.strings.iter().enumerate() {
        let start = span.start as usize;
        let end = start.saturating_add(span.count as usize);
        let whole = all.is_char_boundary(start) && all.is_char_boundary(end);
        ensure(whole, field!(strings), row)?;
    }
    Ok(())
}

fn flags<P>(ruleset: &Ruleset<P>) -> Checked {
    const KNOWN: u32 = flag_bits::BROKEN
        | flag_bits::DISABLED
        | flag_bits::TIMED
        | flag_bits::SERVICE
        | flag_bits::DEPRECATED
        | flag_bits::CLIENT
        | flag_bits::NEEDS_PATTERNS;
    let slots = ruleset.slots.len() as u32;
    let mut previous = None;
    for (row, flag) in ruleset.flags.iter().enumerate() {
        let is_service = row >= ruleset.flag_count as usize;
        let service_bit = if is_service { flag_bits::SERVICE } else { 0 };
        let bits = flag.bits & !KNOWN == 0 && flag.bits & flag_bits::SERVICE == service_bit;
        ensure(bits, field!(flags: Flag.bits), row)?;
        let masked = slots >= MASKED_SLOTS || flag.mask >> slots == 0;
        let beyond = flag.more_slots.of(&ruleset.numbers).iter().all(|&slot| slot < slots);
        ensure(masked && beyond, field!(flags: Flag.mask), row)?;
        let outcomes = flag.outcomes.of(&ruleset.outcomes);
        let own = outcomes.iter().all(|outcome| outcome.flag as usize == row);
        ensure(own && outcomes.len() >= fixed::COUNT as usize, field!(flags: Flag.outcomes), row)?;
        // Keys are searched by halving, those of flags and those of services apart.
        let place = (is_service, ruleset.text_bytes(flag.key));
        ensure(previous < Some(place), field!(flags: Flag.key), row)?;
        previous = Some(place);
    }
    Ok(())
}

/// Looking up in the dictionary ends, and soon.
fn dictionary_index<P>(ruleset: &Ruleset<P>) -> Checked {
    let (index, rows) = (&ruleset.dictionary_index, ruleset.dictionary.len());
    let taken = index.iter().filter(|&&row| row != 0).count();
    let sound = index.len().is_power_of_two() && taken == rows && taken <= index.len() / 2;
    ensure(sound || index.len() + rows == 0, field!(dictionary_index), rows)?;
    let mut run = 0;
    // The last run goes on at the beginning.
    for (place, &row) in index.iter().chain(index.iter().take(LONGEST_RUN)).enumerate() {
        run = if row == 0 { 0 } else { run + 1 };
        let fine = row as usize <= rows && run <= LONGEST_RUN;
        ensure(fine, field!(dictionary_index), place)?;
    }
    Ok(())
}

/// Texts that are read when a ruleset is loaded: no more than a snapshot could have held, however
/// often they are named.
fn texts_of_operands<P>(ruleset: &Ruleset<P>) -> Checked {
    let mut bytes = 0;
    for (row, view) in ruleset.views.iter().enumerate() {
        let versions = view.versions.of(&ruleset.versions);
        let is_version = view.kind == ViewKind::Version as u32;
        ensure(is_version || versions.is_empty(), field!(views: View.versions), row)?;
        bytes += versions.iter().map(|version| ruleset.text_bytes(version.pre).len()).sum::<usize>();
        ensure(bytes <= limits::DOCUMENT_BYTES, field!(views: View.versions), row)?;
        // They are searched by halving.
        let ascend = versions.is_sorted_by(|a, b| ruleset.version(a) < ruleset.version(b));
        ensure(ascend, field!(views: View.versions), row)?;
    }
    for (row, pattern) in ruleset.patterns.iter().enumerate() {
        let length = ruleset.text_bytes(pattern.text).len();
        ensure(length <= limits::PATTERN_BYTES, field!(patterns: Pattern.text), row)?;
    }
    Ok(())
}
