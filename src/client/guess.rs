//! Lists of units that can be guessed: a digest hides nobody whose id others can think of.

use alloc::vec::Vec;

use crate::json::{Document, Json, Node};
use crate::words::diagnostic::{Code, Diagnostic};
use crate::words::text::{decimal, join};

use super::reach::Reached;

/// The fewest letters and digits of an id that was drawn at random: 64 bits in hexadecimal.
const RANDOM_CHARACTERS: usize = 16;
/// How often a digit follows a letter or a small letter a capital one, or the other way round, at least in a random id.
/// Of random texts of 16 hexadecimal digits one in 26 has fewer, of 32 one in 20,000; what people or counters make
/// has seldom as many.
const RANDOM_CHANGES: usize = 4;

/// Warns of every list of what is shipped in which units can be guessed.
pub(super) fn guessable(document: &Document<'_>, reached: &Reached<'_>) -> Vec<Diagnostic> {
    let root = document.root();
    let flags = document.members(root, "flags").filter(|flag| reached.flags.contains_key(document.key(flag)));
    let overrides = flags.flat_map(|flag| document.members(flag, "overrides"));
    let of_overrides = overrides.filter_map(|row| document.member(row, "units"));
    let segments = document.members(root, "segments");
    let segments = segments.filter(|segment| reached.segments.contains(document.key(segment)));
    let of_segments = segments
        .flat_map(|segment| ["include", "exclude"].into_iter().filter_map(|list| document.member(segment, list)));
    of_overrides.chain(of_segments).filter_map(|list| warning(document, list)).collect()
}

fn warning(document: &Document<'_>, list: &Node) -> Option<Diagnostic> {
    let count = document.children(list).filter(|unit| can_be_guessed(document, unit)).count();
    let (some, all) = (decimal(count as u64), decimal(list.count() as u64));
    let message = [
        &some,
        " of the ",
        &all,
        " units listed here can be guessed, and whoever has the page can test a guess: list random ids, or ship answers",
    ];
    (count > 0).then(|| Diagnostic::new(Code::GuessableUnits, document.pointer(list), join(&message)))
}

/// Whether others could think of an id: a number, an address, a name with a counter. Not what looks drawn at random.
fn can_be_guessed(document: &Document<'_>, unit: &Node) -> bool {
    let Json::String(text) = unit.json else { return true };
    let text = document.slice(text);
    let kinds =
        || text.chars().filter(char::is_ascii_alphanumeric).map(|c| (c.is_ascii_digit(), c.is_ascii_uppercase()));
    let changes = kinds().zip(kinds().skip(1)).filter(|(one, next)| one != next).count();
    text.contains('@') || kinds().count() < RANDOM_CHARACTERS || changes < RANDOM_CHANGES
}
