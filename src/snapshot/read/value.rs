//! Values that are handed on as text, or compared with attributes: what hosts would read
//! differently in them.

use crate::json::Json;
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::object::Node;
use super::reader::Reader;

impl Reader {
    /// Reports what is ambiguous in a value whose text was kept: whole numbers that silently
    /// become others, and keys that are there twice.
    pub(super) fn check_value(&mut self, node: Node<'_>) {
        self.look_into(node, node.json.text().unwrap_or_default());
    }

    fn look_into(&mut self, node: Node<'_>, text: &str) {
        match node.json.bare() {
            Json::Number(number) if libm::fabs(*number) > limits::SAFE_INTEGER && has_long_integer(text) => {
                let message = "whole numbers beyond 2^53 - 1 are no longer told apart; write this one as a string";
                self.report.add(Code::NumberOutOfRange, node.path, message);
            }
            Json::Array(_) => {
                for item in self.items(&node, "", usize::MAX) {
                    self.look_into(item, text);
                }
            }
            Json::Object(_) => {
                for entry in self.entries(&node) {
                    if entry.repeated {
                        self.repeated_key(&entry);
                    }
                    self.look_into(entry.node, text);
                }
            }
            _ => {}
        }
    }
}

/// Whether a JSON text has a number beyond 2^53 - 1 that is written as a whole one. `1e300` is
/// not: who writes a fraction or an exponent means the nearest float.
fn has_long_integer(text: &str) -> bool {
    // What stands between quotes is no number; an escaped quote ends no string.
    let mut is_string = false;
    let mut parts = text.split('"');
    let mut outside = parts.next();
    while let Some(part) = outside {
        if !is_string && part.split([',', ':', '[', ']', '{', '}', ' ', '\t', '\n', '\r', '-']).any(is_long_integer) {
            return true;
        }
        let backslashes = part.len() - part.trim_end_matches('\\').len();
        is_string = !is_string || backslashes % 2 == 1;
        outside = parts.next();
    }
    false
}

fn is_long_integer(token: &str) -> bool {
    const LARGEST: &str = "9007199254740991";
    let is_beyond = (token.len(), token) > (LARGEST.len(), LARGEST);
    is_beyond && token.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_written_as_whole_ones_are_long_integers() {
        for text in
            ["9007199254740992", "-9007199254740993", "[1e300, 99999999999999999999]", r#"{"a\\":10000000000000000}"#]
        {
            assert!(has_long_integer(text), "{text}");
        }
        for text in ["9007199254740991", "1e300", "9007199254740993.0", r#"["99999999999999999999", "\"", 1E+40]"#] {
            assert!(!has_long_integer(text), "{text}");
        }
    }
}
