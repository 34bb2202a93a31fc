//! Single values: texts, keys, numbers, shares, instants, choices.

use alloc::string::String;

use crate::json::Json;
use crate::words::diagnostic::{Code, Path, Severity};
use crate::words::limits;
use crate::words::time::Timestamp;
use crate::words::weight::{Ppm, WHOLE};

use super::object::{Node, Object};
use super::reader::{Reader, quoted};

/// Whether a text can be a key.
pub(super) fn is_key(text: &str) -> bool {
    (1..=limits::KEY_BYTES).contains(&text.len()) && !text.contains(char::is_control)
}

/// Whether a number has no fraction.
fn is_whole(number: f64) -> bool {
    number - libm::trunc(number) == 0.0
}

impl Reader {
    /// A text.
    pub(super) fn text<'n>(&mut self, node: Node<'n>) -> Option<&'n str> {
        if let Json::String(text) = node.json.bare() {
            return Some(text);
        }
        self.wrong_type(node, "a string");
        None
    }

    /// A text that answers do not depend on, if it is there.
    pub(super) fn prose(&mut self, object: &Object<'_>, field: &str) -> Option<String> {
        object.field(field).and_then(|node| self.text(node)).map(String::from)
    }

    /// A boolean, if it is there.
    pub(super) fn boolean(&mut self, object: &Object<'_>, field: &str) -> Option<bool> {
        let node = object.field(field)?;
        if let Json::Bool(value) = node.json.bare() {
            return Some(*value);
        }
        self.wrong_type(node, "a boolean");
        None
    }

    /// A number.
    pub(super) fn number(&mut self, node: Node<'_>) -> Option<f64> {
        if let Json::Number(value) = node.json.bare() {
            return Some(*value);
        }
        self.wrong_type(node, "a number");
        None
    }

    /// A whole number `0..=2^53 - 1`; how grave is it if it is something else?
    #[expect(clippy::cast_sign_loss, reason = "it is not negative")]
    pub(super) fn revision(&mut self, node: Node<'_>, severity: Severity) -> Option<u64> {
        let (code, message) = match node.json.bare() {
            Json::Number(number) if *number > limits::SAFE_INTEGER => {
                (Code::NumberOutOfRange, "a revision is at most 2^53 - 1")
            }
            Json::Number(number) if *number >= 0.0 && is_whole(*number) => return Some(*number as u64),
            _ => (Code::WrongType, "a revision is a whole number that is not negative"),
        };
        self.report.add_as(severity, code, node.path, message);
        None
    }

    /// A key of something.
    pub(super) fn key(&mut self, node: Node<'_>) -> Option<String> {
        let text = self.text(node)?;
        if is_key(text) {
            return Some(text.into());
        }
        self.invalid_key(node.path);
        None
    }

    /// Reports a text that cannot be a key.
    pub(super) fn invalid_key(&mut self, path: Path<'_>) {
        self.report.add(Code::InvalidKey, path, "a key has 1 to 256 bytes and no control characters");
    }

    /// A key that must be there; empty if it is not.
    pub(super) fn need_key(&mut self, object: &Object<'_>, field: &str) -> String {
        self.need(object, field).and_then(|node| self.key(node)).unwrap_or_default()
    }

    /// The path of an attribute; empty if it is not one.
    pub(super) fn attribute(&mut self, node: Node<'_>) -> String {
        let text = self.text(node).unwrap_or_default();
        if text.len() > limits::ATTRIBUTE_BYTES {
            self.too_many(node.path, text.len(), "bytes", limits::ATTRIBUTE_BYTES);
            return String::new();
        }
        if !text.is_empty() {
            self.note_attribute(text);
        } else if matches!(node.json.bare(), Json::String(_)) {
            self.report.add(Code::InvalidKey, node.path, "the path of an attribute is not empty");
        }
        text.into()
    }

    /// The attribute that holds the unit.
    pub(super) fn by(&mut self, object: &Object<'_>, default: &str) -> String {
        match object.field("by") {
            Some(node) => self.attribute(node),
            None => default.into(),
        }
    }

    /// A seed: as given, or the default.
    pub(super) fn seed(&mut self, object: &Object<'_>, default: &[&str]) -> String {
        match object.field("seed") {
            Some(node) => self.key(node).unwrap_or_default(),
            None => default.concat(),
        }
    }

    /// A share in percent.
    pub(super) fn percentage(&mut self, node: Node<'_>) -> Option<Ppm> {
        let percent = self.number(node)?;
        let share = Ppm::from_percent(percent);
        if share.is_none() {
            self.report.add(Code::InvalidPercentage, node.path, "a percentage is 0 to 100 with at most 4 decimals");
        }
        share
    }

    /// The share in percent of a field that must be there.
    pub(super) fn need_percentage(&mut self, object: &Object<'_>, field: &str) -> Option<Ppm> {
        self.need(object, field).and_then(|node| self.percentage(node))
    }

    /// The fields `from` and `to`: buckets in parts per million, the first below the second.
    pub(super) fn buckets(&mut self, object: &Object<'_>) -> Option<(u32, u32)> {
        let from = self.need(object, "from").and_then(|node| self.bucket(node));
        let to = self.need(object, "to").and_then(|node| self.bucket(node));
        let (from, to) = from.zip(to)?;
        if from >= to {
            self.report.add(Code::InvalidRange, object.path, "`from` must be below `to`");
            return None;
        }
        Some((from, to))
    }

    #[expect(clippy::cast_sign_loss, reason = "it is not negative")]
    fn bucket(&mut self, node: Node<'_>) -> Option<u32> {
        let number = self.number(node)?;
        if !is_whole(number) || !(0.0..=f64::from(WHOLE)).contains(&number) {
            let message = "a bucket is a whole number, 0 to 1000000, in parts per million";
            self.report.add(Code::InvalidRange, node.path, message);
            return None;
        }
        Some(number as u32)
    }

    /// An instant.
    pub(super) fn instant(&mut self, node: Node<'_>) -> Option<Timestamp> {
        let text = self.text(node)?;
        let instant = Timestamp::parse(text);
        if instant.is_none() {
            let message = [&quoted(text), " is not an instant such as `2026-03-01T09:00:00+01:00`"];
            self.say(Code::InvalidInstant, node.path, &message);
        }
        instant
    }

    /// The instant of a field that must be there.
    pub(super) fn need_instant(&mut self, object: &Object<'_>, field: &str) -> Option<Timestamp> {
        self.need(object, field).and_then(|node| self.instant(node))
    }

    /// One of some names: its position.
    pub(super) fn choice(&mut self, node: Node<'_>, names: &[&str]) -> Option<usize> {
        let text = self.text(node)?;
        let position = names.iter().position(|&name| name == text);
        if position.is_none() {
            let hint = self.hint(text, names);
            let message = [&quoted(text), " is none of `", &names.join("`, `"), "`", &hint];
            self.say(Code::UnknownValue, node.path, &message);
        }
        position
    }
}
