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

use alloc::string::String;
use core::mem::offset_of;

use super::binary::{Sections, section};
use super::{Ruleset, Slot, ViewKind};
use crate::words::limits;
use crate::words::text::{decimal, join};

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

/// Checks what fields say together. What only makes answers wrong, such as keys out of order, is not looked for, and texts
/// of patterns are left to [`Ruleset::derive`], which reads them.
pub(super) fn check<P>(ruleset: &Ruleset<P>) -> Result<(), String> {
    check_all(ruleset).map_err(message)
}

fn check_all<P>(ruleset: &Ruleset<P>) -> Checked {
    texts(ruleset)?;
    slots(ruleset)?;
    dictionary_index(ruleset)?;
    reach::check(ruleset)
}

/// Every text is UTF-8, and those of versions are together no longer than a snapshot could have held, however often
/// they are named.
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
    let versions = ruleset.versions.iter().map(|version| ruleset.text_bytes(version.pre).len() as u64).sum::<u64>();
    ensure(versions <= limits::DOCUMENT_BYTES as u64, field!(versions), ruleset.versions.len())
}

/// The words of a view are derived from its own slot, and not many from one.
fn slots<P>(ruleset: &Ruleset<P>) -> Checked {
    for (row, slot) in ruleset.slots.iter().enumerate() {
        let own = slot.views.of(&ruleset.views).iter().all(|view| view.slot as usize == row);
        ensure(own && slot.views.count <= ViewKind::COUNT, field!(slots: Slot.views), row)?;
    }
    Ok(())
}

/// Looking up in the dictionary ends, and soon.
fn dictionary_index<P>(ruleset: &Ruleset<P>) -> Checked {
    let index = &ruleset.dictionary_index;
    let taken = index.iter().filter(|&&row| row != 0).count();
    // A power of two, or nothing at all.
    let sound = index.len() & index.len().wrapping_sub(1) == 0 && taken <= index.len() / 2;
    ensure(sound, field!(dictionary_index), taken)?;
    let mut run = 0;
    // The last run goes on at the beginning.
    for (place, &row) in index.iter().chain(index.iter().take(LONGEST_RUN)).enumerate() {
        run = if row == 0 { 0 } else { run + 1 };
        ensure(run <= LONGEST_RUN, field!(dictionary_index), place)?;
    }
    Ok(())
}
