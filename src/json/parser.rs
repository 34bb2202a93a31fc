//! JSON text to a tree. Own code, since a general parser is ten times as much wasm.

use alloc::string::String;
use alloc::vec::Vec;

use super::number::nearest;
use super::{ABSENT, Document, Extent, Json, Name, Node, Span};
use crate::words::limits;

/// Why a text could not be read.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// It is longer than [`limits::DOCUMENT_BYTES`].
    TooLong,
    /// It is nested deeper than [`limits::JSON_DEPTH`].
    TooDeep,
    /// It is not JSON: what is wrong, and at which byte.
    NotJson(&'static str, usize),
}

/// Reads a text that is one JSON value.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Refusal> {
    if text.len() > limits::DOCUMENT_BYTES {
        return Err(Refusal::TooLong);
    }
    let refusal = Refusal::NotJson("", 0);
    let mut parser = Parser { text, at: 0, depth: 0, resolved: String::new(), nodes: Vec::new(), refusal };
    if parser.document().is_none() {
        return Err(parser.refusal);
    }
    Ok(Document { text, resolved: parser.resolved, nodes: parser.nodes })
}

/// Every method answers `None` where the text is refused.
struct Parser<'a> {
    text: &'a str,
    /// The byte that is read next; always the start of a character.
    at: usize,
    /// Arrays and objects around it.
    depth: usize,
    resolved: String,
    nodes: Vec<Node>,
    /// Why the text was refused. Kept here, since an answer with the reason in it is copied by
    /// every caller.
    refusal: Refusal,
}

impl<'a> Parser<'a> {
    fn refuse<T>(&mut self, what: &'static str) -> Option<T> {
        self.refusal = Refusal::NotJson(what, self.at);
        None
    }

    fn document(&mut self) -> Option<()> {
        self.value(ABSENT.name, 0)?;
        match self.token() {
            None => Some(()),
            Some(_) => self.refuse("trailing characters"),
        }
    }

    /// The next byte, which stays.
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space, which stays.
    fn token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// Passes the next byte if it is this one.
    fn pass(&mut self, byte: u8) -> bool {
        let passes = self.peek() == Some(byte);
        self.at += usize::from(passes);
        passes
    }

    fn span(&self, start: usize) -> Span {
        Span { start: start as u32, len: (self.at - start) as u32 }
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, name: Name, parent: u32) -> Option<()> {
        let first = self.token();
        let start = self.at;
        let place = self.nodes.len();
        // Comes before what is in it, and is known only after it.
        self.nodes.push(Node { name, parent, place: place as u32, ..ABSENT });
        let json = match first {
            Some(b'{') => self.object(place as u32),
            Some(b'[') => self.array(place as u32),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => self.refuse("expected value"),
            None => self.refuse("EOF while parsing a value"),
        }?;
        let text = self.span(start);
        if let Some(node) = self.nodes.get_mut(place) {
            node.json = json;
            node.text = text;
        }
        Some(())
    }

    fn word(&mut self, word: &str, json: Json) -> Option<Json> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return self.refuse("expected value");
        }
        self.at += word.len();
        Some(json)
    }

    /// Passes the bracket that opens an array or an object.
    fn enter(&mut self) -> Option<()> {
        if self.depth >= limits::JSON_DEPTH {
            self.refusal = Refusal::TooDeep;
            return None;
        }
        self.depth += 1;
        self.at += 1;
        Some(())
    }

    /// After an element: whether there is another one. The closing bracket is passed.
    fn goes_on(&mut self, close: u8) -> Option<bool> {
        self.token();
        if self.pass(b',') {
            return Some(true);
        }
        self.leave(close)
    }

    fn leave(&mut self, close: u8) -> Option<bool> {
        if !self.pass(close) {
            let message = if close == b']' { "expected `,` or `]`" } else { "expected `,` or `}`" };
            return self.refuse(message);
        }
        self.depth -= 1;
        Some(false)
    }

    fn array(&mut self, place: u32) -> Option<Json> {
        self.enter()?;
        let mut count = 0;
        let mut more = if self.token() == Some(b']') { self.leave(b']')? } else { true };
        while more {
            self.value(Name::Index(count), place)?;
            count += 1;
            more = self.goes_on(b']')?;
        }
        Some(Json::Array(Extent { count, end: self.nodes.len() as u32 }))
    }

    fn object(&mut self, place: u32) -> Option<Json> {
        self.enter()?;
        let mut count = 0;
        let mut more = if self.token() == Some(b'}') { self.leave(b'}')? } else { true };
        while more {
            if self.token() != Some(b'"') {
                return self.refuse("expected a key in quotes");
            }
            let key = self.string()?;
            self.token();
            if !self.pass(b':') {
                return self.refuse("expected `:`");
            }
            self.value(Name::Key(key), place)?;
            count += 1;
            more = self.goes_on(b'}')?;
        }
        Some(Json::Object(Extent { count, end: self.nodes.len() as u32 }))
    }

    fn digits(&mut self) -> Option<&'a str> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.refuse("invalid number") } else { Some(self.since(start)) }
    }

    #[expect(clippy::cast_possible_wrap, reason = "a document is much shorter than 2^63 bytes")]
    fn number(&mut self) -> Option<f64> {
        let start = self.at;
        let negative = self.pass(b'-');
        let digits = self.at;
        if self.digits()?.strip_prefix('0').is_some_and(|rest| !rest.is_empty()) {
            return self.refuse("invalid number");
        }
        let mut exponent = 0_i64;
        if self.pass(b'.') {
            exponent = -(self.digits()?.len() as i64);
        }
        let digits = self.since(digits);
        if self.pass(b'e') || self.pass(b'E') {
            let down = self.pass(b'-');
            if !down {
                self.pass(b'+');
            }
            let mut shift = 0;
            for digit in self.digits()?.bytes() {
                // No document is long enough for its digits to make up for an exponent beyond this.
                shift = (shift * 10 + i64::from(digit - b'0')).min(1 << 40);
            }
            exponent += if down { -shift } else { shift };
        }
        let Some(number) = nearest(digits, exponent) else {
            self.at = start;
            return self.refuse("number out of range");
        };
        Some(if negative { -number } else { number })
    }

    /// A string: a part of the text if nothing in it is escaped.
    fn string(&mut self) -> Option<Span> {
        self.at += 1;
        let resolved = self.resolved.len();
        loop {
            let start = self.at;
            let rest = self.text.as_bytes().get(start..).unwrap_or_default();
            let ends = |&byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => {
                    let part = self.span(start);
                    let has_escapes = self.resolved.len() > resolved;
                    if has_escapes {
                        self.resolved.push_str(self.since(start));
                    }
                    self.at += 1;
                    // The resolved strings are counted on from the end of the text.
                    let (start, len) = (self.text.len() + resolved, self.resolved.len() - resolved);
                    return Some(if has_escapes { Span { start: start as u32, len: len as u32 } } else { part });
                }
                Some(b'\\') => {
                    self.resolved.push_str(self.since(start));
                    self.at += 1;
                    let escaped = self.escape()?;
                    self.resolved.push(escaped);
                }
                Some(_) => return self.refuse("control character in a string"),
                None => return self.refuse("EOF while parsing a string"),
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<char> {
        let escaped = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return self.refuse("invalid escape"),
        };
        self.at += 1;
        Some(escaped)
    }

    /// What `\u` writes: a character, or with a second escape the pair of UTF-16 that is one.
    fn unicode(&mut self) -> Option<char> {
        let mut unit = self.hex()?;
        if let 0xd800..=0xdbff = unit {
            if !(self.pass(b'\\') && self.pass(b'u')) {
                return self.refuse("half of a character in an escape");
            }
            let low = self.hex()?;
            if !matches!(low, 0xdc00..=0xdfff) {
                return self.refuse("half of a character in an escape");
            }
            unit = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
        // A second half that comes first is no character.
        char::from_u32(unit).or_else(|| self.refuse("half of a character in an escape"))
    }

    fn hex(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return self.refuse("invalid escape");
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Some(unit)
    }
}
