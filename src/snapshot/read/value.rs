//! Values that are handed on as text, or compared with attributes: what hosts would read
//! differently in them.

use crate::json::Json;
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::reader::Reader;

impl<'d> Reader<'d> {
    /// Reports what is ambiguous in a value whose text was kept: whole numbers that silently
    /// become others, and keys that are there twice.
    pub(super) fn check_value(&mut self, json: &'d Json<'d>) {
        self.look_into(json, json.text().unwrap_or_default());
    }

    fn look_into(&mut self, json: &'d Json<'d>, text: &'d str) {
        match json.bare() {
            Json::Number(number) if libm::fabs(*number) > limits::SAFE_INTEGER && has_long_integer(text) => {
                let message = "whole numbers beyond 2^53 - 1 are no longer told apart; write this one as a string";
                self.trail.add(Code::NumberOutOfRange, message);
            }
            Json::Array(_) => self.list(json, "", usize::MAX, &mut |reader, item| reader.look_into(item, text)),
            Json::Object(_) => self.entries(json, &mut |reader, member, is_first| {
                if !is_first {
                    reader.trail.add(Code::DuplicateKey, "the key is there twice");
                }
                reader.look_into(&member.value, text);
            }),
            _ => {}
        }
    }
}

/// Whether a JSON text has a number beyond 2^53 - 1 that is written as a whole one. `1e300` is
/// not: who writes a fraction or an exponent means the nearest float.
#[expect(clippy::cast_sign_loss, reason = "the limit is not negative")]
fn has_long_integer(text: &str) -> bool {
    const LARGEST: u64 = limits::SAFE_INTEGER as u64;
    let (mut is_quoted, mut is_escaped) = (false, false);
    let (mut number, mut is_whole) = (0_u64, true);
    for &byte in text.as_bytes().iter().chain(b" ") {
        if is_quoted {
            is_quoted = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'0'..=b'9' => number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0')),
            b'.' | b'e' | b'E' => is_whole = false,
            b'+' | b'-' => {}
            _ if is_whole && number > LARGEST => return true,
            _ => (number, is_whole, is_quoted) = (0, true, byte == b'"'),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_written_as_whole_ones_are_long_integers() {
        let long = [
            "9007199254740992",
            "-9007199254740993",
            "[1e300, 99999999999999999999]",
            r#"{"a\\":10000000000000000}"#,
            r#"["a\"", true, 18446744073709551616]"#,
        ];
        for text in long {
            assert!(has_long_integer(text), "{text}");
        }
        let short = [
            "9007199254740991",
            "1e300",
            "9007199254740993.0",
            r#"["99999999999999999999", "\"", 1E+40, 7]"#,
            r#"{"99999999999999999999":99999}"#,
        ];
        for text in short {
            assert!(!has_long_integer(text), "{text}");
        }
    }
}
