//! Whole numbers as text: what messages need of formatting, without the machinery for the rest.

use alloc::string::String;

/// A number in decimal digits.
pub fn decimal(number: usize) -> String {
    let mut text = String::new();
    push(&mut text, number as u64, 1);
    text
}

/// Adds a number in so many decimal digits at least.
pub(super) fn push(text: &mut String, number: u64, digits: u32) {
    if number > 9 || digits > 1 {
        push(text, number / 10, digits.saturating_sub(1));
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}
