//! JSON read strictly as data, with the place of what is wrong: how hosts read what comes from outside.
//!
//! A document knows where each of its values is, so an error says it for nothing. One reader for all types is small, too:
//! with `serde_json` and a path kept beside it the artifact of control is a sixth larger.

use alloc::string::{String, ToString};
use core::cell::Cell;
use core::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Children, Document, Json, Node, parse_document};
use crate::words::limits;

/// A text that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Where, as a JSON pointer; empty for the whole of it.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "`{}`: {}", self.path, self.message) }
    }
}

impl core::error::Error for Misread {}

/// Reads a text as JSON of a type, all of it.
///
/// # Errors
///
/// The first thing that is wrong with it; a text that is longer than [`limits::DOCUMENT_BYTES`] or nested deeper than
/// [`limits::JSON_DEPTH`].
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Misread> {
    let document = parse_document(text).map_err(|problem| Misread { path: String::new(), message: problem.message })?;
    let reading = Reading { document, place: Cell::new(0) };
    T::deserialize(Reader { reading: &reading, node: reading.document.root() })
        .map_err(|Wrong(message)| Misread { path: reading.pointer(), message })
}

/// A document, and the value in it that is being read.
struct Reading<'d> {
    document: Document<'d>,
    place: Cell<u32>,
}

impl Reading<'_> {
    /// Where it is.
    fn pointer(&self) -> String {
        let node = self.document.nodes.get(self.place.get() as usize);
        node.map(|node| self.document.pointer(node)).unwrap_or_default()
    }
}

/// Something that is wrong with the value that is being read.
#[derive(Debug)]
struct Wrong(String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

#[derive(Clone, Copy)]
struct Reader<'d> {
    reading: &'d Reading<'d>,
    node: &'d Node,
}

impl<'d> Reader<'d> {
    /// Goes to a value. Whoever goes on after it comes back, so that what is wrong has its place where reading stopped.
    fn at(reading: &'d Reading<'d>, node: &'d Node) -> Self {
        reading.place.set(node.place);
        Self { reading, node }
    }

    fn members(self) -> Members<'d> {
        let Self { reading, node } = self;
        Members { reading, parent: node.place, children: reading.document.children(node), value: node }
    }

    /// Another type of value than what is wanted.
    #[inline(never)]
    fn unexpected(self, wanted: &dyn Expected) -> Wrong {
        let found = match self.node.json {
            Json::Absent | Json::Null => Unexpected::Other("null"),
            Json::Bool(value) => Unexpected::Bool(value),
            Json::Number(number) => match whole(number) {
                Some(number) => Unexpected::Signed(number),
                None => Unexpected::Float(number),
            },
            Json::String(text) => Unexpected::Str(self.reading.document.slice(text)),
            Json::Array(_) => Unexpected::Seq,
            Json::Object(_) => Unexpected::Map,
        };
        Wrong::invalid_type(found, wanted)
    }

    fn number<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Json::Number(number) = self.node.json else { return Err(self.unexpected(&visitor)) };
        match whole(number) {
            Some(number) => visitor.visit_i64(number),
            None => visitor.visit_f64(number),
        }
    }
}

/// A whole number that floats tell apart; not -0, which is none.
#[expect(clippy::float_cmp, reason = "equal to its own truncation is what a whole number is")]
fn whole(number: f64) -> Option<i64> {
    let is_whole = libm::trunc(number) == number && libm::fabs(number) <= limits::SAFE_INTEGER;
    (is_whole && !(number == 0.0 && number.is_sign_negative())).then_some(number as i64)
}

macro_rules! numbers {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
            self.number(visitor)
        }
    )* };
}

macro_rules! texts {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
            match self.node.json {
                Json::String(text) => visitor.visit_str(self.reading.document.slice(text)),
                _ => Err(self.unexpected(&visitor)),
            }
        }
    )* };
}

/// What is asked for is what must stand there: a structure is an object, and never a list of its members.
impl<'d> Deserializer<'d> for Reader<'d> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.node.json {
            Json::Absent | Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(value),
            Json::Number(_) => self.number(visitor),
            Json::String(text) => visitor.visit_str(self.reading.document.slice(text)),
            Json::Array(_) => visitor.visit_seq(self.members()),
            Json::Object(_) => visitor.visit_map(self.members()),
        }
    }

    numbers!(
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
    );

    texts!(deserialize_char deserialize_str deserialize_string deserialize_identifier);

    fn deserialize_bool<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.node.json {
            Json::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if matches!(self.node.json, Json::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.node.json {
            Json::Array(_) => visitor.visit_seq(self.members()),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'d>>(self, length: usize, visitor: V) -> Result<V::Value, Wrong> {
        match self.node.json {
            Json::Array(_) if self.node.count() == length => visitor.visit_seq(self.members()),
            Json::Array(_) => Err(Wrong::invalid_length(self.node.count(), &visitor)),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.node.json {
            Json::Object(_) => visitor.visit_map(self.members()),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let document = &self.reading.document;
        match self.node.json {
            Json::String(text) => visitor.visit_enum(Choice { name: document.slice(text), value: None }),
            Json::Object(extent) if extent.count == 1 => {
                let member = document.children(self.node).next().unwrap_or(self.node);
                let value = Some(Reader::at(self.reading, member));
                visitor.visit_enum(Choice { name: document.key(member), value })
            }
            _ => Err(self.unexpected(&"a text, or an object with one member")),
        }
    }

    forward_to_deserialize_any! {
        <V: Visitor<'d>> i128 u128 bytes byte_buf unit unit_struct tuple_struct ignored_any
    }
}

/// The elements of an array, or the members of an object.
struct Members<'d> {
    reading: &'d Reading<'d>,
    parent: u32,
    children: Children<'d>,
    /// That of the key that was read last.
    value: &'d Node,
}

impl<'d> SeqAccess<'d> for Members<'d> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some(node) = self.children.next() else { return Ok(None) };
        let element = seed.deserialize(Reader::at(self.reading, node))?;
        self.reading.place.set(self.parent);
        Ok(Some(element))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.children.len())
    }
}

impl<'d> MapAccess<'d> for Members<'d> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'d>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some(node) = self.children.next() else { return Ok(None) };
        self.value = node;
        self.reading.place.set(node.place);
        seed.deserialize(Key(self.reading.document.key(node))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'d>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let value = seed.deserialize(Reader::at(self.reading, self.value))?;
        self.reading.place.set(self.parent);
        Ok(value)
    }
}

/// The key of a member, which may be a number.
struct Key<'d>(&'d str);

impl<'d> Deserializer<'d> for Key<'d> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_str(self.0)
    }

    fn deserialize_i64<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        // In one way only: what is written otherwise is another key.
        match self.0.parse::<i64>().ok().filter(|number| number.to_string() == self.0) {
            Some(number) => visitor.visit_i64(number),
            None => Err(Wrong::invalid_value(Unexpected::Str(self.0), &visitor)),
        }
    }

    fn deserialize_i32<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'d>>
        bool i8 i16 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// One of several: by its name, or by the name of its only member.
struct Choice<'d> {
    name: &'d str,
    value: Option<Reader<'d>>,
}

impl<'d> EnumAccess<'d> for Choice<'d> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'d>>(self, seed: V) -> Result<(V::Value, Self), Wrong> {
        Ok((seed.deserialize(Key(self.name))?, self))
    }
}

impl<'d> Choice<'d> {
    /// What is needed where a name alone was given.
    fn needed(self) -> Result<Reader<'d>, Wrong> {
        self.value.ok_or_else(|| Wrong::invalid_type(Unexpected::UnitVariant, &"an object with one member"))
    }
}

impl<'d> VariantAccess<'d> for Choice<'d> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        self.value.map_or(Ok(()), |reader| Err(reader.unexpected(&"no value, but the name as a text")))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'d>>(self, seed: T) -> Result<T::Value, Wrong> {
        seed.deserialize(self.needed()?)
    }

    fn tuple_variant<V: Visitor<'d>>(self, length: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.needed()?.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'d>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        self.needed()?.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        a: Vec<Choice>,
        #[serde(default)]
        slots: BTreeMap<i64, Option<f64>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Choice {
        A,
        B { c: u8 },
        C(f64),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", deny_unknown_fields)]
    enum Tagged {
        One { of: Vec<Choice> },
    }

    #[test]
    fn what_is_sound_is_read_as_serde_json_reads_it() {
        for text in [
            r#"{"a":["A",{"B":{"c":255}},{"C":1},{"C":-0.0},{"C":1e300}],"slots":{"-3":null,"29456640":0.1}}"#,
            r#" {"a":[]} "#,
            r#"{"slots":{},"a":[{"C":9007199254740993}]}"#,
        ] {
            let found = read::<Part>(text).expect(text);
            assert_eq!(found, serde_json::from_str(text).expect(text));
        }
        let tagged = r#"{"of":[{"B":{"c":1}}],"kind":"One"}"#;
        assert_eq!(read::<Tagged>(tagged).ok(), serde_json::from_str(tagged).ok());
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, path, part) in [
            (r#"{"a":[{"B":{"c":1}},{"B":{"c":-1}}]}"#, "/a/1/B/c", "invalid value: integer `-1`"),
            (r#"{"a":[{"B":{"c":1.5}}]}"#, "/a/0/B/c", "invalid type: floating point `1.5`"),
            (r#"{"a":[{"B":{}}]}"#, "/a/0/B", "missing field `c`"),
            (r#"{"a":["B"]}"#, "/a/0", "invalid type: unit variant"),
            (r#"{"a":[{"A":null}]}"#, "/a/0/A", "invalid type: null"),
            (r#"{"a":[{"A":1,"B":2}]}"#, "/a/0", "invalid type: map"),
            (r#"{"a":[],"slots":{"1":1,"x":2}}"#, "/slots/x", "invalid value: string \"x\""),
            (r#"{"a":[],"slots":{"01":1}}"#, "/slots/01", "invalid value"),
            (r#"{"a":[],"a":[]}"#, "/a", "duplicate field `a`"),
            (r#"{"x/y":1}"#, "/x~1y", "unknown field"),
            ("[]", "", "invalid type: sequence"),
            (r#"{"a":[{"B":[1]}]}"#, "/a/0/B", "invalid type: sequence"),
            (r#"{"a":[]} {}"#, "", "not JSON"),
            ("{", "", "not JSON"),
        ] {
            let wrong = read::<Part>(text).expect_err(text);
            assert_eq!(wrong.path, path, "{wrong}");
            assert!(wrong.message.starts_with(part), "{wrong}");
        }
    }
}
