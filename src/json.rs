//! JSON text as a borrowed tree. It keeps what derived deserialization loses: order, duplicate
//! keys, and the text of the values that flags serve.

mod number;
mod parser;
mod place;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::words::diagnostic::{Code, Diagnostic};
use crate::words::limits;
use crate::words::value::Value;

use self::parser::{Refusal, parse};
use self::place::Place;

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
        let (bytes, limit) = (text.len().to_string(), limits::DOCUMENT_BYTES.to_string());
        let message = ["the document has ", &bytes, " bytes; the limit is ", &limit].concat();
        return Err(Diagnostic::new(Code::DocumentTooLarge, "", message));
    }
    // A byte order mark is not JSON, yet editors write it and nobody sees it.
    parse_at(text.strip_prefix('\u{feff}').unwrap_or(text), Place::Root)
}

fn parse_at(text: &str, place: Place) -> Result<Json<'_>, Diagnostic> {
    parse(text, place).map_err(|refusal| match refusal {
        Refusal::TooDeep => {
            let message = ["the document is nested deeper than ", &limits::JSON_DEPTH.to_string(), " levels"];
            Diagnostic::new(Code::TooDeep, "", message.concat())
        }
        Refusal::NotJson(what, at) => {
            let (line, column) = line_and_column(text, at);
            let message = ["not JSON: ", what, " at line ", &line.to_string(), " column ", &column.to_string()];
            Diagnostic::new(Code::NotJson, "", message.concat())
        }
    })
}

/// The place of a byte as editors count it, from 1; the end of the text is that of its last byte.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |place| place + 1);
    (line, (at + 1).min(text.len()) - start)
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
