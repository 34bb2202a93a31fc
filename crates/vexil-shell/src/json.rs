//! Plain data as JSON text, for what crosses rarely.
//!
//! `serde_json` would do the same for 1.5 kB more of what a browser downloads, since it is made for
//! any writer and any format.

use alloc::string::String;
use core::fmt;

use serde::ser::{
    Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};
use vexil::json::quoted;

/// Data as JSON text; `null` for data that is none of JSON's, which nothing that crosses is.
pub fn to_json(data: &impl Serialize) -> String {
    let mut json = String::new();
    match data.serialize(Writer(&mut json)) {
        Ok(()) => json,
        Err(NotJson) => String::from("null"),
    }
}

/// Adds a member to an object that has one before it.
pub(crate) fn member(json: &mut String, key: &str, value: &str) {
    json.push_str(",\"");
    json.push_str(key);
    json.push_str("\":");
    json.push_str(value);
}

/// Adds members that are texts, as far as they are there.
pub(crate) fn texts(json: &mut String, texts: &[(&str, Option<&str>)]) {
    for (key, text) in texts {
        if let Some(text) = text {
            member(json, key, &quoted(text));
        }
    }
}

/// Data that is none of JSON's.
#[derive(Debug)]
struct NotJson;

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON cannot say this")
    }
}

impl core::error::Error for NotJson {}

impl Error for NotJson {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Done = Result<(), NotJson>;
type Never = Impossible<(), NotJson>;

struct Writer<'j>(&'j mut String);

impl<'j> Writer<'j> {
    /// Whole numbers without a fraction, as JavaScript writes them. Every integer that crosses is
    /// one that a double tells apart from its neighbours.
    #[inline(never)]
    fn number(self, number: f64) -> Done {
        let mut buffer = zmij::Buffer::new();
        let text = if number.is_finite() { buffer.format_finite(number) } else { "null" };
        self.word(text.strip_suffix(".0").unwrap_or(text))
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a serializer returns")]
    fn word(self, word: &str) -> Done {
        self.0.push_str(word);
        Ok(())
    }

    fn open(self, bracket: char, end: char) -> Members<'j> {
        self.0.push(bracket);
        Members { json: self.0, is_first: true, end }
    }
}

impl<'j> Serializer for Writer<'j> {
    type Ok = ();
    type Error = NotJson;
    type SerializeSeq = Members<'j>;
    type SerializeTuple = Members<'j>;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Members<'j>;
    type SerializeStruct = Members<'j>;
    type SerializeStructVariant = Never;

    fn serialize_bool(self, value: bool) -> Done {
        self.word(if value { "true" } else { "false" })
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.number(value.into())
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.number(value.into())
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.number(value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "what crosses has at most 53 bits")]
    fn serialize_i64(self, value: i64) -> Done {
        self.number(value as f64)
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.number(value.into())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.number(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.number(value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "what crosses has at most 53 bits")]
    fn serialize_u64(self, value: u64) -> Done {
        self.number(value as f64)
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.number(value.into())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.number(value)
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.word(&quoted(value))
    }

    fn serialize_bytes(self, _: &[u8]) -> Done {
        Err(NotJson)
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.word("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Done {
        Err(NotJson)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'j>, NotJson> {
        Ok(self.open('[', ']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'j>, NotJson> {
        Ok(self.open('[', ']'))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, NotJson> {
        Err(NotJson)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never, NotJson> {
        Err(NotJson)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'j>, NotJson> {
        Ok(self.open('{', '}'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'j>, NotJson> {
        Ok(self.open('{', '}'))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never, NotJson> {
        Err(NotJson)
    }

    fn collect_str<T: ?Sized + fmt::Display>(self, _: &T) -> Done {
        Err(NotJson)
    }
}

/// The members of an object, or the elements of an array.
struct Members<'j> {
    json: &'j mut String,
    is_first: bool,
    end: char,
}

impl Members<'_> {
    /// Where the next one is written.
    #[inline(never)]
    fn next(&mut self) -> Writer<'_> {
        if !self.is_first {
            self.json.push(',');
        }
        self.is_first = false;
        Writer(self.json)
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a serializer returns")]
    fn close(self) -> Done {
        self.json.push(self.end);
        Ok(())
    }
}

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = NotJson;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        value.serialize(self.next())
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeTuple for Members<'_> {
    type Ok = ();
    type Error = NotJson;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        value.serialize(self.next())
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = NotJson;

    /// All keys are texts.
    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Done {
        key.serialize(self.next())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        self.json.push(':');
        value.serialize(Writer(self.json))
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = NotJson;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Done {
        self.serialize_entry(key, value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use vexil::Value;
    use vexil::json::parse_value;

    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "camelCase")]
    enum Step {
        Plain,
        Whole { unit: Option<u32>, texts: (String, bool), rest: Value },
    }

    #[test]
    fn the_text_is_that_of_serde_json() {
        let value = parse_value(r#"{"a":[1,-0.5,1e300,"ü\n\"\u0001",null,true],"":{}}"#).expect("it is JSON");
        let steps = [
            Step::Plain,
            Step::Whole { unit: Some(7), texts: ("\\ \u{1f}".into(), false), rest: value },
            Step::Whole { unit: None, texts: (String::new(), true), rest: Value::Number(9_007_199_254_740_991.0) },
        ];
        // One is as good as the other: the same data is read from both.
        let [own, theirs] = [to_json(&steps), serde_json::to_string(&steps).expect("it is data")]
            .map(|text| serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON"));
        assert_eq!(own, theirs);
        assert_eq!(to_json(&[0.1, -0.0, 5.0, 1e21, 5e-324, f64::NAN]), "[0.1,-0,5,1e+21,5e-324,null]");
        assert_eq!(to_json(&'a'), "\"a\"");
        assert_eq!(to_json(&Some(Ok::<u8, u8>(1))), "null");
    }
}
