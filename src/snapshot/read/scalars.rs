//! Single values: texts, keys, numbers, shares, instants, choices.

use alloc::string::String;

use crate::json::{Json, Node};
use crate::snapshot::trail::quoted;
use crate::words::diagnostic::{Code, Severity};
use crate::words::limits;
use crate::words::text::join;
use crate::words::time::Timestamp;
use crate::words::weight::{Ppm, WHOLE};

use super::reader::Reader;

/// Whether a text can be a key.
#[inline(never)]
pub(super) fn is_key(text: &str) -> bool {
    (1..=limits::KEY_BYTES).contains(&text.len()) && !text.contains(char::is_control)
}

/// Whether a number has no fraction.
fn is_whole(number: f64) -> bool {
    number - libm::trunc(number) == 0.0
}

impl<'d> Reader<'d> {
    /// A text.
    #[inline(never)]
    pub(super) fn text(&mut self, node: &'d Node) -> Option<&'d str> {
        if let Json::String(text) = node.json {
            return Some(self.document.slice(text));
        }
        self.wrong_type(node, "a string");
        None
    }

    /// A text that is kept as it is.
    #[inline(never)]
    pub(super) fn owned(&mut self, node: &'d Node) -> Option<String> {
        self.text(node).map(String::from)
    }

    /// A boolean.
    #[inline(never)]
    pub(super) fn boolean(&mut self, node: &Node) -> Option<bool> {
        if let Json::Bool(value) = node.json {
            return Some(value);
        }
        self.wrong_type(node, "a boolean");
        None
    }

    /// A number.
    #[inline(never)]
    pub(super) fn number(&mut self, node: &Node) -> Option<f64> {
        if let Json::Number(value) = node.json {
            return Some(value);
        }
        self.wrong_type(node, "a number");
        None
    }

    /// A whole number `0..=2^53 - 1`; how grave is it if it is something else?
    #[expect(clippy::cast_sign_loss, reason = "it is not negative")]
    #[inline(never)]
    pub(super) fn revision(&mut self, node: &Node, severity: Severity) -> Option<u64> {
        let (code, message) = match node.json {
            Json::Absent => return None,
            Json::Number(number) if number > limits::SAFE_INTEGER => {
                (Code::NumberOutOfRange, "a revision is at most 2^53 - 1")
            }
            Json::Number(number) if number >= 0.0 && is_whole(number) => return Some(number as u64),
            _ => (Code::WrongType, "a revision is a whole number that is not negative"),
        };
        self.add_as(node, severity, code, message);
        None
    }

    /// A key of something; empty if it could not be read.
    #[inline(never)]
    pub(super) fn key(&mut self, node: &'d Node) -> String {
        let Some(text) = self.text(node) else { return String::new() };
        if is_key(text) {
            return text.into();
        }
        self.invalid_key(node);
        String::new()
    }

    /// Reports a text that cannot be a key.
    #[inline(never)]
    pub(super) fn invalid_key(&mut self, node: &Node) {
        self.add(node, Code::InvalidKey, "a key has 1 to 256 bytes and no control characters");
    }

    /// The path of an attribute; empty if it could not be read.
    #[inline(never)]
    pub(super) fn attribute(&mut self, node: &'d Node) -> String {
        let Some(text) = self.text(node) else { return String::new() };
        if text.is_empty() {
            self.add(node, Code::InvalidKey, "the path of an attribute is not empty");
        } else if text.len() > limits::ATTRIBUTE_BYTES {
            self.too_many(node, text.len(), "bytes", limits::ATTRIBUTE_BYTES);
            return String::new();
        } else {
            self.note_attribute(text);
        }
        text.into()
    }

    /// The attribute that holds the unit; empty if it could not be read.
    #[inline(never)]
    pub(super) fn by(&mut self, node: &'d Node, default: &str) -> String {
        if node.is_there() { self.attribute(node) } else { default.into() }
    }

    /// A seed: as given, or made of the default; empty if it could not be read.
    #[inline(never)]
    pub(super) fn seed(&mut self, node: &'d Node, prefix: &str, key: &str) -> String {
        if node.is_there() { self.key(node) } else { join(&[prefix, key]) }
    }

    /// A share in percent; all of it if it could not be read.
    #[inline(never)]
    pub(super) fn percentage(&mut self, node: &Node) -> Ppm {
        let Some(number) = self.number(node) else { return Ppm::ALL };
        let share = Ppm::from_percent(number);
        if share.is_none() {
            self.add(node, Code::InvalidPercentage, "a percentage is 0 to 100 with at most 4 decimals");
        }
        share.unwrap_or(Ppm::ALL)
    }

    /// The fields `from` and `to` of an object: buckets in parts per million, the first below the
    /// second; both 0 if they could not be read.
    #[inline(never)]
    pub(super) fn buckets(&mut self, node: &Node, from: &Node, to: &Node) -> (u32, u32) {
        let (from, to) = (self.bucket(from), self.bucket(to));
        let Some((from, to)) = from.zip(to) else { return (0, 0) };
        if from >= to {
            self.add(node, Code::InvalidRange, "`from` must be below `to`");
            return (0, 0);
        }
        (from, to)
    }

    #[expect(clippy::cast_sign_loss, reason = "it is not negative")]
    #[inline(never)]
    fn bucket(&mut self, node: &Node) -> Option<u32> {
        let number = self.number(node)?;
        if !is_whole(number) || !(0.0..=f64::from(WHOLE)).contains(&number) {
            self.add(node, Code::InvalidRange, "a bucket is a whole number, 0 to 1000000, in parts per million");
            return None;
        }
        Some(number as u32)
    }

    /// An instant.
    #[inline(never)]
    pub(super) fn instant(&mut self, node: &'d Node) -> Option<Timestamp> {
        let text = self.text(node)?;
        let instant = Timestamp::parse(text);
        if instant.is_none() {
            self.add_about(node, Code::InvalidInstant, text, " is not an instant such as `2026-03-01T09:00:00+01:00`");
        }
        instant
    }

    /// One of some names: its position.
    #[inline(never)]
    pub(super) fn choice(&mut self, node: &'d Node, names: &[&str]) -> Option<usize> {
        let text = self.text(node)?;
        let position = names.iter().position(|&name| name == text);
        if position.is_none() {
            let mut known = String::new();
            for name in names {
                let separator = if known.is_empty() { "`" } else { ", `" };
                known = join(&[&known, separator, name, "`"]);
            }
            let hint = self.hint(text, names);
            self.add(node, Code::UnknownValue, &join(&[&quoted(text), " is none of ", &known, &hint]));
        }
        position
    }
}
