//! Whole numbers as text: what messages need of formatting, without the machinery for the rest.

use alloc::string::String;

/// A number in decimal digits.
pub fn decimal(number: usize) -> String {
    let mut text = String::new();
    push(&mut text, number);
    text
}

/// Adds a number in decimal digits.
pub(super) fn push(text: &mut String, number: usize) {
    if number > 9 {
        push(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}
