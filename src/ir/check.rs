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

use super::binary::Sections;
use super::{FAILS, MASKED_SLOTS, Ruleset, ViewKind, fixed, flag_bits};
use crate::words::limits;
use crate::words::text::{decimal, join};
use words::Words;

/// The longest run of taken places that is accepted in the dictionary's index. At most half of
/// the places are taken, so runs beyond a hundred do not happen by chance.
const LONGEST_RUN: usize = 4_096;

/// A row, and what is wrong with it.
#[derive(Clone, Copy, Debug)]
struct Fault {
    row: usize,
    problem: &'static str,
}

type Checked = Result<(), Fault>;

/// The fault, unless all is well.
#[inline]
const fn ensure(fine: bool, row: usize, problem: &'static str) -> Checked {
    if fine { Ok(()) } else { Err(Fault { row, problem }) }
}

fn message(fault: Fault) -> String {
    join(&["row ", &decimal(fault.row as u64), ": ", fault.problem])
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
    ensure(flags <= limits::FLAGS && services <= limits::SERVICES, flags, "`flags` are too many")?;
    ensure(ruleset.segments.len() <= limits::SEGMENTS, limits::SEGMENTS, "`segments` are too many")?;
    ensure(ruleset.slots.len() <= limits::ATTRIBUTES, limits::ATTRIBUTES, "`slots` are too many")?;
    // The last two numbers of a jump are not those of conditions.
    ensure(rows <= FAILS as usize, rows, "`conditions` are too many")?;
    let explained = ruleset.sources.is_empty() || ruleset.sources.len() == rows;
    ensure(explained, rows, "`sources` are not as many as `conditions`")
}

/// Every text is UTF-8.
fn texts<P>(ruleset: &Ruleset<P>) -> Checked {
    let Ok(all) = core::str::from_utf8(&ruleset.bytes) else {
        return ensure(false, ruleset.bytes.len(), "`bytes` are not UTF-8");
    };
    for (row, span) in ruleset.strings.iter().enumerate() {
        let start = span.start as usize;
        let end = start.saturating_add(span.count as usize);
        let whole = all.is_char_boundary(start) && all.is_char_boundary(end);
        ensure(whole, row, "`strings` has no text here")?;
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
        ensure(bits, row, "`flags.bits` are not those of a flag or service")?;
        let masked = slots >= MASKED_SLOTS || flag.mask >> slots == 0;
        let beyond = flag.more_slots.of(&ruleset.numbers).iter().all(|&slot| slot < slots);
        ensure(masked && beyond, row, "`flags.mask` leads nowhere")?;
        let outcomes = flag.outcomes.of(&ruleset.outcomes);
        let own = outcomes.iter().all(|outcome| outcome.flag as usize == row);
        ensure(own && outcomes.len() >= fixed::COUNT as usize, row, "`flags.outcomes` are not its own")?;
        // Keys are searched by halving, those of flags and those of services apart.
        let place = (is_service, ruleset.text_bytes(flag.key));
        ensure(previous < Some(place), row, "`flags.key` is not above the one before")?;
        previous = Some(place);
    }
    Ok(())
}

/// Looking up in the dictionary ends, and soon.
fn dictionary_index<P>(ruleset: &Ruleset<P>) -> Checked {
    let (index, rows) = (&ruleset.dictionary_index, ruleset.dictionary.len());
    let taken = index.iter().filter(|&&row| row != 0).count();
    let sound = index.len().is_power_of_two() && taken == rows && taken <= index.len() / 2;
    ensure(sound || index.len() + rows == 0, rows, "`dictionary_index` does not suit `dictionary`")?;
    let mut run = 0;
    // The last run goes on at the beginning.
    for (place, &row) in index.iter().chain(index.iter().take(LONGEST_RUN)).enumerate() {
        run = if row == 0 { 0 } else { run + 1 };
        let fine = row as usize <= rows && run <= LONGEST_RUN;
        ensure(fine, place, "`dictionary_index` leads nowhere, or to it a long way")?;
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
        ensure(is_version || versions.is_empty(), row, "`views.versions` are for versions alone")?;
        bytes += versions.iter().map(|version| ruleset.text_bytes(version.pre).len()).sum::<usize>();
        ensure(bytes <= limits::DOCUMENT_BYTES, row, "`views.versions` are too long")?;
        // They are searched by halving.
        let ascend = versions.is_sorted_by(|a, b| ruleset.version(a) < ruleset.version(b));
        ensure(ascend, row, "`views.versions` do not ascend")?;
    }
    for (row, pattern) in ruleset.patterns.iter().enumerate() {
        let length = ruleset.text_bytes(pattern.text).len();
        ensure(length <= limits::PATTERN_BYTES, row, "`patterns.text` is too long")?;
    }
    Ok(())
}
