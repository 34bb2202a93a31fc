//! Values: what flags serve and what contexts hold.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "JsonValue", type = "JsonValue"))]
pub enum Value {
    /// JSON's null: as an attribute, missing.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A number; in an attribute NaN and the infinities count as missing.
    Number(f64),
    /// A text.
    String(String),
    /// An array.
    List(Vec<Value>),
    /// An object, its members in the order of the document.
    Object(Vec<(String, Value)>),
}

/// The type of a flag's values, and the type that a caller asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ValueType {
    /// `true` or `false`.
    Boolean = 1,
    /// A text.
    String = 2,
    /// A number.
    Number = 3,
    /// An object or an array.
    Object = 4,
}

impl ValueType {
    /// The word for it in messages and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Number => "number",
            Self::Object => "object",
        }
    }
}

impl Value {
    /// The type as flags count types; null has none.
    pub const fn kind(&self) -> Option<ValueType> {
        match self {
            Self::Null => None,
            Self::Boolean(_) => Some(ValueType::Boolean),
            Self::Number(_) => Some(ValueType::Number),
            Self::String(_) => Some(ValueType::String),
            Self::List(_) | Self::Object(_) => Some(ValueType::Object),
        }
    }

    /// The own member `key` of an object; of members with one key, the last.
    pub fn member(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rev().find(|(k, _)| k == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Number(f64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serialize_number(*value, serializer),
            Self::String(value) => serializer.serialize_str(value),
            Self::List(values) => serializer.collect_seq(values),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// Any JSON. The members of an object stay in their order.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Json)
    }
}

struct Json;

impl<'de> Visitor<'de> for Json {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers are floats everywhere")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers are floats everywhere")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Value::Object(members))
    }
}

/// Whole numbers are written without a fraction, as JavaScript writes them.
#[expect(clippy::float_cmp, reason = "equal to its own truncation is what a whole number is")]
fn serialize_number<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if libm::trunc(value) == value && libm::fabs(value) <= super::limits::SAFE_INTEGER {
        serializer.serialize_i64(value as i64)
    } else {
        serializer.serialize_f64(value)
    }
}

/// A value for people's eyes: JSON, but for a list or a text that is long only how it begins.
///
/// Not for hosts that pay for every byte: numbers as text cost 10 kB of wasm.
#[derive(Clone, Copy, Debug)]
pub struct Brief<'v>(pub &'v Value);

impl Brief<'_> {
    /// How many elements of a list are shown.
    const ELEMENTS: usize = 8;
    /// How many characters of anything else are shown.
    const CHARS: usize = 120;
}

impl fmt::Display for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Value::List(items) = self.0 {
            f.write_str("[")?;
            for (place, item) in items.iter().take(Self::ELEMENTS).enumerate() {
                write!(f, "{}{}", if place == 0 { "" } else { ", " }, Brief(item))?;
            }
            let more = items.len().saturating_sub(Self::ELEMENTS);
            return if more > 0 { write!(f, " and {more} more]") } else { f.write_str("]") };
        }
        let json = serde_json::to_string(self.0).map_err(|_| fmt::Error)?;
        match json.char_indices().nth(Self::CHARS) {
            Some((end, _)) => write!(f, "{}...", json.get(..end).unwrap_or_default()),
            None => f.write_str(&json),
        }
    }
}
