//! Texts put together: what messages need of formatting, without the machinery for the rest.

use alloc::string::String;

/// Texts one after the other. The standard library's is ten times as much code.
pub fn join(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A number in decimal digits.
pub fn decimal(number: u64) -> String {
    let mut text = String::new();
    push_decimal(&mut text, number, 1);
    text
}

/// Adds a number in so many decimal digits at least.
pub(super) fn push_decimal(text: &mut String, number: u64, digits: u32) {
    if number > 9 || digits > 1 {
        push_decimal(text, number / 10, digits.saturating_sub(1));
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}
