//! JSON text as a borrowed tree. `serde_json` is the tokenizer; the tree keeps what derived
//! deserialization loses: order, duplicate keys, and the text of the values that flags serve.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::words::diagnostic::{Code, Diagnostic};
use crate::words::limits;
use crate::words::value::Value;

/// A JSON value, borrowing from the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// The nearest float to the number.
    Number(f64),
    /// A string, its escapes resolved.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object: its members in order, duplicates included.
    Object(Vec<Member<'a>>),
    /// A value whose text is kept beside it: a variant's value, an operand, metadata.
    Kept(&'a str, Box<Json<'a>>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'a> {
    /// The key, its escapes resolved.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Json<'a>,
}

impl<'a> Json<'a> {
    /// The value without the text that is kept beside it.
    pub fn bare(&self) -> &Self {
        match self {
            Self::Kept(_, json) => json,
            other => other,
        }
    }

    /// The words for its type in messages: "a string", "an object".
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
            Self::Kept(_, json) => json.describe(),
        }
    }

    /// The text of the value as it stands in the document, where it was kept.
    pub const fn text(&self) -> Option<&'a str> {
        match self {
            Self::Kept(text, _) => Some(text),
            _ => None,
        }
    }

    /// An owned value.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Boolean(*value),
            Self::Number(value) => Value::Number(*value),
            Self::String(text) => Value::String(text.clone().into_owned()),
            Self::Array(items) => Value::List(items.iter().map(Json::to_value).collect()),
            Self::Object(members) => {
                Value::Object(members.iter().map(|m| (m.key.clone().into_owned(), m.value.to_value())).collect())
            }
            Self::Kept(_, json) => json.to_value(),
        }
    }
}

/// Reads one JSON value.
///
/// # Errors
/// The text is not JSON, or nested deeper than [`limits::JSON_DEPTH`].
pub fn parse_value(text: &str) -> Result<Value, Diagnostic> {
    parse_at(text, Place::Plain).map(|json| json.to_value())
}

/// Reads a snapshot's text, keeping the texts that the snapshot's readers ask for.
///
/// # Errors
/// The text is not JSON, too long, or nested too deep: a fatal diagnostic with line and column.
pub fn parse_snapshot(text: &str) -> Result<Json<'_>, Diagnostic> {
    if text.len() > limits::DOCUMENT_BYTES {
        let message = alloc::format!("the document has {} bytes; the limit is {}", text.len(), limits::DOCUMENT_BYTES);
        return Err(Diagnostic::new(Code::DocumentTooLarge, "", message));
    }
    // A byte order mark is not JSON, yet editors write it and nobody sees it.
    parse_at(text.strip_prefix('\u{feff}').unwrap_or(text), Place::Root)
}

fn parse_at(text: &str, place: Place) -> Result<Json<'_>, Diagnostic> {
    let too_deep = Cell::new(false);
    let seed = Seed { place, depth: 0, too_deep: &too_deep };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = seed.deserialize(&mut deserializer).and_then(|json| deserializer.end().map(|()| json));
    parsed.map_err(|error| {
        if too_deep.get() {
            let message = alloc::format!("the document is nested deeper than {} levels", limits::JSON_DEPTH);
            Diagnostic::new(Code::TooDeep, "", message)
        } else {
            Diagnostic::new(Code::NotJson, "", alloc::format!("not JSON: {error}"))
        }
    })
}

/// JSON text without the white space between its tokens: the layout of a file is no content.
pub fn compact(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    let (mut is_string, mut is_escaped) = (false, false);
    for c in text.chars() {
        if is_string {
            is_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
        } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            is_string = c == '"';
        }
        compact.push(c);
    }
    compact
}

/// A text as JSON.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\0'..='\u{1f}' => {
                let (high, low) = (u32::from(c) >> 4, u32::from(c) & 15);
                let digit = |value| char::from_digit(value, 16).unwrap_or('0');
                quoted.extend(['\\', 'u', '0', '0', digit(high), digit(low)]);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Where in a snapshot a value stands, as far as it matters for keeping its text.
#[derive(Clone, Copy)]
enum Place {
    Root,
    Flags,
    Flag,
    Segments,
    Services,
    Service,
    /// A map each of whose values is kept: the variants of a flag.
    Variants,
    /// Somewhere below, where `value` is an operand.
    Rules,
    /// Nothing is kept from here on.
    Plain,
    /// A value whose text is kept.
    Kept,
}

impl Place {
    /// The place of the member `key`.
    fn member(self, key: &str) -> Self {
        match (self, key) {
            (Self::Root, "flags") => Self::Flags,
            (Self::Root, "segments") => Self::Segments,
            (Self::Root, "services") => Self::Services,
            (Self::Flags, _) => Self::Flag,
            (Self::Services, _) => Self::Service,
            (Self::Flag, "variants") => Self::Variants,
            (Self::Variants, _) | (Self::Flag, "metadata") | (Self::Rules, "value") => Self::Kept,
            (Self::Segments | Self::Rules, _) | (Self::Flag | Self::Service, "rules") => Self::Rules,
            _ => Self::Plain,
        }
    }

    /// The place of an array's elements.
    const fn element(self) -> Self {
        match self {
            Self::Rules => Self::Rules,
            _ => Self::Plain,
        }
    }
}

#[derive(Clone, Copy)]
struct Seed<'s> {
    place: Place,
    depth: usize,
    too_deep: &'s Cell<bool>,
}

impl Seed<'_> {
    fn inner<E: serde::de::Error>(self, place: Place) -> Result<Self, E> {
        if self.depth >= limits::JSON_DEPTH {
            self.too_deep.set(true);
            return Err(E::custom("too deep"));
        }
        Ok(Self { place, depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        if !matches!(self.place, Place::Kept) {
            return deserializer.deserialize_any(self);
        }
        let raw: &'de RawValue = serde::Deserialize::deserialize(deserializer)?;
        let plain = Seed { place: Place::Plain, ..self };
        let json = plain.deserialize(&mut serde_json::Deserializer::from_str(raw.get())).map_err(D::Error::custom)?;
        Ok(Json::Kept(raw.get(), Box::new(json)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "the nearest float is what a number means here")]
impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(String::from(value))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json<'de>, A::Error> {
        let seed = self.inner(self.place.element())?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(seed)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(Json::String(key)) = access.next_key_seed(Seed { place: Place::Plain, ..self })? {
            let value = access.next_value_seed(self.inner(self.place.member(&key))?)?;
            members.push(Member { key, value });
        }
        Ok(Json::Object(members))
    }
}
