//! Texts put together: what messages need of formatting, without the machinery for the rest.

use alloc::string::String;

/// Whether a dotted name, of a flag or an attribute, is another one or lies in it: `a.b` in `a`, and not `ab`.
pub fn lies_in(name: &str, outer: &str) -> bool {
    name.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

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
    push_digit(text, (number % 10) as u8);
}

/// Adds a hexadecimal digit. Characters that are put together one by one are more code than parts of a text.
pub(crate) fn push_digit(text: &mut String, digit: u8) {
    let place = usize::from(digit);
    text.push_str("0123456789abcdef".get(place..=place).unwrap_or_default());
}
