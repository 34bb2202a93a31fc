//! Plain data as JavaScript's plain objects: what `JSON.parse` would make of it.
//!
//! Own code, since the general serializer is ten times as much wasm for the few shapes that cross.

use core::fmt::Error;

use serde::Serialize;
use serde::ser::{Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Array)]
    type Elements;

    #[wasm_bindgen(constructor, js_class = "Array")]
    fn new() -> Elements;

    #[wasm_bindgen(method)]
    fn push(this: &Elements, element: JsValue);

    /// Defines each member, so that `__proto__` is a name like any other.
    #[wasm_bindgen(js_namespace = Object, js_name = fromEntries)]
    fn object(entries: Elements) -> JsValue;
}

/// Data as plain objects; null for what has a shape that the core does not use.
pub(crate) fn to_js<T: Serialize>(value: &T) -> JsValue {
    value.serialize(Plain).unwrap_or(JsValue::NULL)
}

struct Plain;

impl Serializer for Plain {
    type Ok = JsValue;
    type Error = Error;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = Impossible<JsValue, Error>;
    type SerializeTupleVariant = Impossible<JsValue, Error>;
    type SerializeMap = Object;
    type SerializeStruct = Object;
    type SerializeStructVariant = Impossible<JsValue, Error>;

    fn serialize_bool(self, value: bool) -> Result<JsValue, Error> {
        Ok(JsValue::from_bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<JsValue, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<JsValue, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<JsValue, Error> {
        self.serialize_f64(value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "the core writes no whole number beyond 2^53")]
    fn serialize_i64(self, value: i64) -> Result<JsValue, Error> {
        self.serialize_f64(value as f64)
    }

    fn serialize_u8(self, value: u8) -> Result<JsValue, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<JsValue, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<JsValue, Error> {
        self.serialize_f64(value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "the core writes no whole number beyond 2^53")]
    fn serialize_u64(self, value: u64) -> Result<JsValue, Error> {
        self.serialize_f64(value as f64)
    }

    fn serialize_f32(self, value: f32) -> Result<JsValue, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<JsValue, Error> {
        Ok(JsValue::from_f64(value))
    }

    fn serialize_char(self, value: char) -> Result<JsValue, Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<JsValue, Error> {
        Ok(JsValue::from_str(value))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<JsValue, Error> {
        Err(Error)
    }

    fn serialize_none(self) -> Result<JsValue, Error> {
        Ok(JsValue::NULL)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<JsValue, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<JsValue, Error> {
        Ok(JsValue::NULL)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<JsValue, Error> {
        Ok(JsValue::NULL)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<JsValue, Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<JsValue, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<JsValue, Error> {
        let mut object = Object::new();
        object.member(variant, value)?;
        Ok(object.close())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List, Error> {
        Ok(List(Elements::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<List, Error> {
        Ok(List(Elements::new()))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        Err(Error)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object, Error> {
        Ok(Object::new())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object, Error> {
        Ok(Object::new())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error)
    }
}

/// An array in the making.
struct List(Elements);

impl SerializeSeq for List {
    type Ok = JsValue;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.0.push(value.serialize(Plain)?);
        Ok(())
    }

    fn end(self) -> Result<JsValue, Error> {
        Ok(self.0.into())
    }
}

impl SerializeTuple for List {
    type Ok = JsValue;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<JsValue, Error> {
        Ok(self.0.into())
    }
}

/// An object in the making.
struct Object {
    entries: Elements,
    key: JsValue,
}

impl Object {
    fn new() -> Self {
        Self { entries: Elements::new(), key: JsValue::NULL }
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        let value = value.serialize(Plain)?;
        self.entry(JsValue::from_str(key), value);
        Ok(())
    }

    fn entry(&self, key: JsValue, value: JsValue) {
        let entry = Elements::new();
        entry.push(key);
        entry.push(value);
        self.entries.push(entry.into());
    }

    fn close(self) -> JsValue {
        object(self.entries)
    }
}

impl SerializeMap for Object {
    type Ok = JsValue;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = key.serialize(Plain)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let value = value.serialize(Plain)?;
        let key = core::mem::replace(&mut self.key, JsValue::NULL);
        self.entry(key, value);
        Ok(())
    }

    fn end(self) -> Result<JsValue, Error> {
        Ok(self.close())
    }
}

impl SerializeStruct for Object {
    type Ok = JsValue;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.member(key, value)
    }

    fn end(self) -> Result<JsValue, Error> {
        Ok(self.close())
    }
}
