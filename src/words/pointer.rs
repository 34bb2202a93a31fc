//! JSON pointers (RFC 6901): where in a document something is.

use alloc::string::String;

use super::text;

/// Goes to a member of an object.
pub fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    for c in key.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// Goes to an element of an array.
pub fn push_index(pointer: &mut String, index: usize) {
    pointer.push('/');
    text::push_decimal(pointer, index as u64, 1);
}
