//! Single values: texts, keys, numbers, shares, instants, choices.

use alloc::string::String;

use crate::json::Json;
use crate::snapshot::trail::quoted;
use crate::words::diagnostic::{Code, Severity};
use crate::words::limits;
use crate::words::time::Timestamp;
use crate::words::weight::{Ppm, WHOLE};

use super::object::Object;
use super::reader::Reader;

/// Whether a text can be a key.
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
    pub(super) fn text(&mut self, json: &'d Json<'d>) -> Option<&'d str> {
        if let Json::String(text) = json.bare() {
            return Some(text);
        }
        self.wrong_type(json, "a string");
        None
    }

    /// A text that is kept as it is.
    pub(super) fn owned(&mut self, json: &'d Json<'d>) -> Option<String> {
        self.text(json).map(String::from)
    }

    /// A text that answers do not depend on, if it is there.
    pub(super) fn prose(&mut self, object: Object<'d>, field: &'static str) -> Option<String> {
        self.field(object, field, Self::owned).flatten()
    }

    /// A boolean, if it is there.
    pub(super) fn boolean(&mut self, object: Object<'d>, field: &'static str) -> Option<bool> {
        let read = |reader: &mut Self, json: &'d Json<'d>| {
            if let Json::Bool(value) = json.bare() {
                return Some(*value);
            }
            reader.wrong_type(json, "a boolean");
            None
        };
        self.field(object, field, read).flatten()
    }

    /// A number.
    #[inline(never)]
    pub(super) fn number(&mut self, json: &'d Json<'d>) -> Option<f64> {
        if let Json::Number(value) = json.bare() {
            return Some(*value);
        }
        self.wrong_type(json, "a number");
        None
    }

    /// A whole number `0..=2^53 - 1`; how grave is it if it is something else?
    #[expect(clippy::cast_sign_loss, reason = "it is not negative")]
    pub(super) fn revision(&mut self, json: &Json<'_>, severity: Severity) -> Option<u64> {
        let (code, message) = match json {
            Json::Number(number) if *number > limits::SAFE_INTEGER => {
                (Code::NumberOutOfRange, "a revision is at most 2^53 - 1")
            }
            Json::Number(number) if *number >= 0.0 && is_whole(*number) => return Some(*number as u64),
            _ => (Code::WrongType, "a revision is a whole number that is not negative"),
        };
        self.trail.add_as(severity, code, message);
        None
    }

    /// A key of something.
    #[inline(never)]
    pub(super) fn key(&mut self, json: &'d Json<'d>) -> Option<String> {
        let text = self.text(json)?;
        if is_key(text) {
            return Some(text.into());
        }
        self.invalid_key();
        None
    }

    /// Reports a text that cannot be a key.
    pub(super) fn invalid_key(&mut self) {
        self.trail.add(Code::InvalidKey, "a key has 1 to 256 bytes and no control characters");
    }

    /// A key that must be there; empty if it is not.
    pub(super) fn need_key(&mut self, object: Object<'d>, field: &'static str) -> String {
        self.need(object, field, Self::key).flatten().unwrap_or_default()
    }

    /// The path of an attribute.
    #[inline(never)]
    pub(super) fn attribute(&mut self, json: &'d Json<'d>) -> Option<String> {
        let text = self.text(json)?;
        if text.is_empty() {
            self.trail.add(Code::InvalidKey, "the path of an attribute is not empty");
        } else if text.len() > limits::ATTRIBUTE_BYTES {
            self.too_many(text.len(), "bytes", limits::ATTRIBUTE_BYTES);
        } else {
            self.note_attribute(text);
            return Some(text.into());
        }
        None
    }

    /// The attribute that holds the unit; empty if it could not be read.
    pub(super) fn by(&mut self, object: Object<'d>, default: &str) -> String {
        match self.field(object, "by", Self::attribute) {
            Some(attribute) => attribute.unwrap_or_default(),
            None => default.into(),
        }
    }

    /// A seed: as given, or made of the default; empty if it could not be read.
    pub(super) fn seed(&mut self, object: Object<'d>, prefix: &str, key: &str) -> String {
        match self.field(object, "seed", Self::key) {
            Some(seed) => seed.unwrap_or_default(),
            None => [prefix, key].concat(),
        }
    }

    /// A share in percent.
    #[inline(never)]
    pub(super) fn percentage(&mut self, json: &'d Json<'d>) -> Option<Ppm> {
        let share = Ppm::from_percent(self.number(json)?);
        if share.is_none() {
            self.trail.add(Code::InvalidPercentage, "a percentage is 0 to 100 with at most 4 decimals");
        }
        share
    }

    /// The fields `from` and `to`: buckets in parts per million, the first below the second.
    pub(super) fn buckets(&mut self, object: Object<'d>) -> Option<(u32, u32)> {
        let from = self.need(object, "from", Self::bucket).flatten();
        let to = self.need(object, "to", Self::bucket).flatten();
        let (from, to) = from.zip(to)?;
        if from >= to {
            self.trail.add(Code::InvalidRange, "`from` must be below `to`");
            return None;
        }
        Some((from, to))
    }

    #[expect(clippy::cast_sign_loss, reason = "it is not negative")]
    #[inline(never)]
    fn bucket(&mut self, json: &'d Json<'d>) -> Option<u32> {
        let number = self.number(json)?;
        if !is_whole(number) || !(0.0..=f64::from(WHOLE)).contains(&number) {
            self.trail.add(Code::InvalidRange, "a bucket is a whole number, 0 to 1000000, in parts per million");
            return None;
        }
        Some(number as u32)
    }

    /// An instant.
    #[inline(never)]
    pub(super) fn instant(&mut self, json: &'d Json<'d>) -> Option<Timestamp> {
        let text = self.text(json)?;
        let instant = Timestamp::parse(text);
        if instant.is_none() {
            let message = " is not an instant such as `2026-03-01T09:00:00+01:00`";
            self.trail.add_about(Code::InvalidInstant, "", text, message);
        }
        instant
    }

    /// One of some names: its position.
    #[inline(never)]
    pub(super) fn choice(&mut self, json: &'d Json<'d>, names: &[&str]) -> Option<usize> {
        let text = self.text(json)?;
        let position = names.iter().position(|&name| name == text);
        if position.is_none() {
            let hint = self.trail.hint(text, names);
            self.trail
                .add(Code::UnknownValue, &[&quoted(text), " is none of `", &names.join("`, `"), "`", &hint].concat());
        }
        position
    }
}
