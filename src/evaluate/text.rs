//! Comparing text. Nothing is normalised; folding is of ASCII letters alone.

use alloc::vec::Vec;

/// Bytes that are folded without an allocation.
const STACK_BYTES: usize = 128;

/// Calls `use_it` with the text in small ASCII letters.
pub(super) fn with_folded<R>(text: &[u8], use_it: impl FnOnce(&[u8]) -> R) -> R {
    let mut stack = [0; STACK_BYTES];
    if let Some(place) = stack.get_mut(..text.len()) {
        place.copy_from_slice(text);
        place.make_ascii_lowercase();
        return use_it(place);
    }
    let folded: Vec<u8> = text.to_ascii_lowercase();
    use_it(&folded)
}

/// Whether `text` has `part` somewhere in it.
pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    // The library's search over `str` is linear; over bytes there is none without a dependency.
    match (core::str::from_utf8(text), core::str::from_utf8(part)) {
        (Ok(text), Ok(part)) => text.contains(part),
        _ => false,
    }
}
