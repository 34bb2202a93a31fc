//! JSON text as a flat list of its values. It keeps what derived deserialization loses: order,
//! duplicate keys, and the text of the values that flags serve.

mod number;
mod parser;
pub mod strict;

use alloc::string::String;
use alloc::vec::Vec;

use crate::words::diagnostic::{Code, Diagnostic};
use crate::words::limits;
use crate::words::pointer;
use crate::words::text::decimal;
use crate::words::text::join;
use crate::words::text::push_digit;
use crate::words::value::Value;

use self::parser::{Refusal, parse};

/// A JSON text that was read.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    text: &'a str,
    /// The strings with escapes in them, resolved, one after the other.
    resolved: String,
    /// Every value, each before those in it.
    nodes: Vec<Node>,
}

/// A value of a document.
#[derive(Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) json: Json,
    /// The key of a member of an object; for an element of an array its place.
    name: Name,
    /// The value as it stands in the document.
    text: Span,
    /// Its place in the list of values, and that of the array or object it is in.
    place: u32,
    parent: u32,
}

/// Stands for a value that is not there.
pub(crate) static ABSENT: Node =
    Node { json: Json::Absent, name: Name::Index(0), text: Span { start: 0, len: 0 }, place: 0, parent: 0 };

/// A part of the document's text or, beyond its end, of the resolved strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

/// The way from an array or an object to a value in it.
#[derive(Clone, Copy, Debug)]
enum Name {
    Key(Span),
    Index(u32),
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Json {
    /// Nothing stands there.
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// The nearest float to the number.
    Number(f64),
    /// A string.
    String(Span),
    /// An array.
    Array(Extent),
    /// An object; duplicate keys count.
    Object(Extent),
}

/// What is in an array or an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// How many values are directly in it.
    pub(crate) count: u32,
    /// The place after the last value in it.
    end: u32,
}

impl Json {
    /// The words for its type in messages: "a string", "an object".
    pub(crate) const fn describe(self) -> &'static str {
        match self {
            Self::Absent => "nothing",
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl Node {
    /// Whether there is a value.
    pub(crate) const fn is_there(&self) -> bool {
        !matches!(self.json, Json::Absent)
    }

    /// Whether it stands after another value of its document.
    pub(crate) const fn is_after(&self, other: &Self) -> bool {
        self.place > other.place
    }

    /// How many values are directly in it.
    pub(crate) const fn count(&self) -> usize {
        match self.json {
            Json::Array(extent) | Json::Object(extent) => extent.count as usize,
            _ => 0,
        }
    }
}

/// The values directly in an array or an object.
#[derive(Clone)]
pub(crate) struct Children<'d> {
    nodes: &'d [Node],
    place: usize,
    left: usize,
}

impl<'d> Iterator for Children<'d> {
    type Item = &'d Node;

    fn next(&mut self) -> Option<&'d Node> {
        self.left = self.left.checked_sub(1)?;
        let node = self.nodes.get(self.place)?;
        self.place = match node.json {
            Json::Array(extent) | Json::Object(extent) => extent.end as usize,
            _ => self.place + 1,
        };
        Some(node)
    }
}

impl Children<'_> {
    /// No more than so many of them.
    pub(crate) fn up_to(self, limit: usize) -> Self {
        Self { left: self.left.min(limit), ..self }
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.left
    }
}

impl Document<'_> {
    /// The whole of it.
    pub(crate) fn root(&self) -> &Node {
        self.nodes.first().unwrap_or(&ABSENT)
    }

    /// The values directly in an array or an object.
    pub(crate) fn children(&self, node: &Node) -> Children<'_> {
        Children { nodes: &self.nodes, place: node.place as usize + 1, left: node.count() }
    }

    /// What a span holds.
    pub(crate) fn slice(&self, span: Span) -> &str {
        let start = span.start as usize;
        let (source, start) = match start.checked_sub(self.text.len()) {
            None => (self.text, start),
            Some(start) => (self.resolved.as_str(), start),
        };
        source.get(start..start + span.len as usize).unwrap_or_default()
    }

    /// The key of a member of an object.
    pub(crate) fn key(&self, node: &Node) -> &str {
        match node.name {
            Name::Key(span) => self.slice(span),
            Name::Index(_) => "",
        }
    }

    /// The first member of an object under a key.
    pub(crate) fn member(&self, node: &Node, key: &str) -> Option<&Node> {
        let Json::Object(_) = node.json else { return None };
        self.children(node).find(|member| self.key(member) == key)
    }

    /// What is directly in the first member of an object under a key; nothing if there is none.
    pub(crate) fn members(&self, node: &Node, key: &str) -> Children<'_> {
        self.children(self.member(node, key).unwrap_or(&ABSENT))
    }

    /// The value as it stands in the document.
    pub(crate) fn text(&self, node: &Node) -> &str {
        self.slice(node.text)
    }

    /// Where a value is: a JSON pointer.
    pub(crate) fn pointer(&self, node: &Node) -> String {
        let mut pointer = String::new();
        self.point(node, &mut pointer);
        pointer
    }

    fn point(&self, node: &Node, pointer: &mut String) {
        if node.place == 0 {
            return;
        }
        self.point(self.nodes.get(node.parent as usize).unwrap_or(&ABSENT), pointer);
        match node.name {
            Name::Key(span) => pointer::push_key(pointer, self.slice(span)),
            Name::Index(index) => pointer::push_index(pointer, index as usize),
        }
    }

    fn to_value(&self, node: &Node) -> Value {
        match node.json {
            Json::Absent | Json::Null => Value::Null,
            Json::Bool(value) => Value::Boolean(value),
            Json::Number(value) => Value::Number(value),
            Json::String(text) => Value::String(self.slice(text).into()),
            Json::Array(_) => {
                let mut items = Vec::with_capacity(node.count());
                for item in self.children(node) {
                    items.push(self.to_value(item));
                }
                Value::List(items)
            }
            Json::Object(_) => {
                let mut members = Vec::with_capacity(node.count());
                for member in self.children(node) {
                    members.push((self.key(member).into(), self.to_value(member)));
                }
                Value::Object(members)
            }
        }
    }
}

/// Reads one JSON value.
///
/// # Errors
/// The text is not JSON, longer than [`limits::DOCUMENT_BYTES`], or nested deeper than
/// [`limits::JSON_DEPTH`].
pub fn parse_value(text: &str) -> Result<Value, Diagnostic> {
    let document = parse_document(text)?;
    Ok(document.to_value(document.root()))
}

/// Reads a snapshot's text.
///
/// # Errors
/// The text is not JSON, too long, or nested too deep: a fatal diagnostic with line and column.
pub(crate) fn parse_snapshot(text: &str) -> Result<Document<'_>, Diagnostic> {
    // A byte order mark is not JSON, yet editors write it and nobody sees it.
    parse_document(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn parse_document(text: &str) -> Result<Document<'_>, Diagnostic> {
    parse(text).map_err(|refusal| {
        let (code, message) = match refusal {
            Refusal::TooLong => {
                let (bytes, limit) = (decimal(text.len() as u64), decimal(limits::DOCUMENT_BYTES as u64));
                (Code::DocumentTooLarge, join(&["the document has ", &bytes, " bytes; the limit is ", &limit]))
            }
            Refusal::TooDeep => (
                Code::TooDeep,
                join(&["the document is nested deeper than ", &decimal(limits::JSON_DEPTH as u64), " levels"]),
            ),
            Refusal::NotJson(what, at) => {
                let (line, column) = line_and_column(text, at);
                let (line, column) = (decimal(line as u64), decimal(column as u64));
                (Code::NotJson, join(&["not JSON: ", what, " at line ", &line, " column ", &column]))
            }
        };
        Diagnostic::new(code, "", message)
    })
}

/// The place of a byte as editors count it, from 1; the end of the text is that of its last byte.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let (mut line, mut start) = (1, 0);
    for (place, _) in text.bytes().enumerate().take(at).filter(|&(_, byte)| byte == b'\n') {
        line += 1;
        start = place + 1;
    }
    (line, (at + 1).min(text.len()) - start)
}

/// JSON text without the white space between its tokens: the layout of a file is no content.
pub fn compact(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    let (mut is_string, mut is_escaped) = (false, false);
    let mut start = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        if is_string {
            is_string = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
        } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            compact.push_str(text.get(start..at).unwrap_or_default());
            start = at + 1;
        } else {
            is_string = byte == b'"';
        }
    }
    compact.push_str(text.get(start..).unwrap_or_default());
    compact
}

/// A text as JSON.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    // What is not written yet begins here.
    let mut start = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        let is_control = byte < b' ';
        if is_control || byte == b'"' || byte == b'\\' {
            quoted.push_str(text.get(start..at).unwrap_or_default());
            quoted.push_str(if is_control { "\\u00" } else { "\\" });
            start = at;
        }
        if is_control {
            push_digit(&mut quoted, byte >> 4);
            push_digit(&mut quoted, byte & 15);
            start = at + 1;
        }
    }
    quoted.push_str(text.get(start..).unwrap_or_default());
    quoted.push('"');
    quoted
}
