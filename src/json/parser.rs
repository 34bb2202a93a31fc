//! JSON text to a tree. Own code, since a general parser is ten times as much wasm.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::number::nearest;
use super::place::Place;
use super::{Json, Member};
use crate::words::limits;

/// Why a text could not be read.
pub(super) enum Refusal {
    /// It is nested deeper than [`limits::JSON_DEPTH`].
    TooDeep,
    /// It is not JSON: what is wrong, and at which byte.
    NotJson(&'static str, usize),
}

/// Reads a text that is one JSON value.
pub(super) fn parse(text: &str, place: Place) -> Result<Json<'_>, Refusal> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let json = parser.value(place)?;
    match parser.token() {
        None => Ok(json),
        Some(_) => parser.refuse("trailing characters"),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// The byte that is read next; always the start of a character.
    at: usize,
    /// Arrays and objects around it.
    depth: usize,
}

impl<'a> Parser<'a> {
    fn refuse<T>(&self, what: &'static str) -> Result<T, Refusal> {
        Err(Refusal::NotJson(what, self.at))
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

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, place: Place) -> Result<Json<'a>, Refusal> {
        let first = self.token();
        if place == Place::Kept {
            let start = self.at;
            let json = self.value(Place::Plain)?;
            return Ok(Json::Kept(self.since(start), Box::new(json)));
        }
        match first {
            Some(b'{') => self.object(place),
            Some(b'[') => self.array(place),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => self.refuse("expected value"),
            None => self.refuse("EOF while parsing a value"),
        }
    }

    fn word(&mut self, word: &str, json: Json<'a>) -> Result<Json<'a>, Refusal> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return self.refuse("expected value");
        }
        self.at += word.len();
        Ok(json)
    }

    /// Passes the bracket that opens an array or an object.
    fn enter(&mut self) -> Result<(), Refusal> {
        if self.depth >= limits::JSON_DEPTH {
            return Err(Refusal::TooDeep);
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// After an element: whether there is another one. The closing bracket is passed.
    fn goes_on(&mut self, close: u8) -> Result<bool, Refusal> {
        self.token();
        if self.pass(b',') {
            return Ok(true);
        }
        self.leave(close)
    }

    fn leave(&mut self, close: u8) -> Result<bool, Refusal> {
        if !self.pass(close) {
            let message = if close == b']' { "expected `,` or `]`" } else { "expected `,` or `}`" };
            return self.refuse(message);
        }
        self.depth -= 1;
        Ok(false)
    }

    fn array(&mut self, place: Place) -> Result<Json<'a>, Refusal> {
        self.enter()?;
        let mut items = Vec::new();
        let mut more = if self.token() == Some(b']') { self.leave(b']')? } else { true };
        while more {
            items.push(self.value(place.element())?);
            more = self.goes_on(b']')?;
        }
        Ok(Json::Array(items))
    }

    fn object(&mut self, place: Place) -> Result<Json<'a>, Refusal> {
        self.enter()?;
        let mut members = Vec::new();
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
            let value = self.value(place.member(&key))?;
            members.push(Member { key, value });
            more = self.goes_on(b'}')?;
        }
        Ok(Json::Object(members))
    }

    fn digits(&mut self) -> Result<&'a str, Refusal> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.refuse("invalid number") } else { Ok(self.since(start)) }
    }

    fn number(&mut self) -> Result<f64, Refusal> {
        let start = self.at;
        let negative = self.pass(b'-');
        let whole = self.digits()?;
        if whole.len() > 1 && whole.starts_with('0') {
            return self.refuse("invalid number");
        }
        let fraction = if self.pass(b'.') { self.digits()? } else { "" };
        let mut exponent = 0_i64;
        if self.pass(b'e') || self.pass(b'E') {
            let down = self.pass(b'-');
            if !down {
                self.pass(b'+');
            }
            for digit in self.digits()?.bytes() {
                // No document is long enough for its digits to make up for an exponent beyond this.
                exponent = (exponent * 10 + i64::from(digit - b'0')).min(1 << 40);
            }
            if down {
                exponent = -exponent;
            }
        }
        match nearest(whole, fraction, exponent) {
            Some(number) => Ok(if negative { -number } else { number }),
            None => Err(Refusal::NotJson("number out of range", start)),
        }
    }

    /// A string: borrowed from the text if nothing in it is escaped.
    fn string(&mut self) -> Result<Cow<'a, str>, Refusal> {
        self.at += 1;
        let mut unescaped = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            let part = self.since(start);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    if unescaped.is_empty() {
                        return Ok(Cow::Borrowed(part));
                    }
                    unescaped.push_str(part);
                    return Ok(Cow::Owned(unescaped));
                }
                Some(b'\\') => {
                    self.at += 1;
                    unescaped.push_str(part);
                    unescaped.push(self.escape()?);
                }
                Some(_) => return self.refuse("control character in a string"),
                None => return self.refuse("EOF while parsing a string"),
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<char, Refusal> {
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
        Ok(escaped)
    }

    /// What `\u` writes: a character, or with a second escape the pair of UTF-16 that is one.
    fn unicode(&mut self) -> Result<char, Refusal> {
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
        char::from_u32(unit).map_or_else(|| self.refuse("half of a character in an escape"), Ok)
    }

    fn hex(&mut self) -> Result<u32, Refusal> {
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                return self.refuse("invalid escape");
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }
}
