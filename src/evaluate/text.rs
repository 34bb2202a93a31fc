//! Comparing text. Nothing is normalised; folding is of ASCII letters alone.

use alloc::vec::Vec;

/// Bytes that are folded without an allocation.
const STACK_BYTES: usize = 128;
/// Bytes of a part that is compared at every place of a text. Of a longer one that could take too long.
const SHORT_PART: usize = 64;

/// A text in small ASCII letters.
pub(super) struct Folded {
    stack: [u8; STACK_BYTES],
    length: usize,
    /// A text that is too long for the stack.
    heap: Vec<u8>,
}

impl Folded {
    pub(super) fn new(text: &[u8]) -> Self {
        let mut folded = Self { stack: [0; STACK_BYTES], length: text.len(), heap: Vec::new() };
        if let Some(place) = folded.stack.get_mut(..text.len()) {
            place.copy_from_slice(text);
            place.make_ascii_lowercase();
        } else {
            folded.heap = text.to_ascii_lowercase();
        }
        folded
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.stack.get(..self.length).unwrap_or(&self.heap)
    }
}

/// Whether `text` has `part` somewhere in it.
pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    let Some((first, rest)) = part.split_first() else { return true };
    if part.len() > SHORT_PART {
        return contains_long(text, part);
    }
    let mut starts = text.windows(part.len());
    starts.any(|window| window.split_first().is_some_and(|(byte, after)| byte == first && after == rest))
}

/// The search of Knuth, Morris and Pratt: no byte of the text is looked at more than twice.
fn contains_long(text: &[u8], part: &[u8]) -> bool {
    // For every beginning of the part, how long a beginning it ends with.
    let mut borders = Vec::with_capacity(part.len());
    borders.push(0);
    for &byte in part.iter().skip(1) {
        let border = borders.last().copied().unwrap_or(0);
        borders.push(matched(part, &borders, border, byte));
    }
    let mut found = 0;
    text.iter().any(|&byte| {
        found = matched(part, &borders, found, byte);
        found == part.len()
    })
}

/// How much of the part is found with one byte more, after `found` of it.
fn matched(part: &[u8], borders: &[usize], mut found: usize, byte: u8) -> usize {
    while found > 0 && part.get(found) != Some(&byte) {
        found = borders.get(found - 1).copied().unwrap_or(0);
    }
    found + usize::from(part.get(found) == Some(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_parts_are_found_where_the_standard_library_finds_them() {
        let mut state = 1_u64;
        let mut found = [0; 2];
        for round in 0..20_000 {
            let mut text = alloc::string::String::new();
            for _ in 0..200 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Few letters, and long runs of one of them: borders of every kind.
                text.push(if state >> 59 == 0 { 'b' } else { 'a' });
            }
            let (start, length) = ((state >> 40) as usize % 100, (state >> 32) as usize % 100);
            let mut part = alloc::string::String::from(&text[start..start + length]);
            if round % 2 == 0 {
                part.push('b');
            }
            let expected = text.contains(&part);
            assert_eq!(contains(text.as_bytes(), part.as_bytes()), expected, "{part} in {text}");
            assert_eq!(
                part.is_empty() || contains_long(text.as_bytes(), part.as_bytes()),
                expected,
                "{part} in {text}"
            );
            found[usize::from(expected)] += 1;
        }
        assert!(found.iter().all(|&count| count > 1_000), "{found:?}");
        assert!(!contains(b"short", b"shorter"));
    }
}
