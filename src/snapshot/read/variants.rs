//! The variants of a flag, and its metadata.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, compact};
use crate::snapshot::model::Variant;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::value::ValueType;

use super::object::room;
use super::reader::Reader;
use super::scalars::is_key;

impl<'d> Reader<'d> {
    /// Variants by key, and the type of their values. The value of one that cannot be served is
    /// left empty.
    pub(super) fn variants(&mut self, json: &'d Json<'d>) -> (ValueType, Vec<Variant>) {
        let mut variants = Vec::with_capacity(room(json, usize::MAX));
        let (mut first, mut other) = (None, None);
        self.check_count(json);
        self.entries(json, &mut |reader, member, is_first| {
            reader.check_key(&member.key, is_first);
            let kind = kind(&member.value);
            if kind.is_none() {
                reader.wrong_type(&member.value, "a boolean, a string, a number, an object or an array");
            }
            reader.check_value(&member.value);
            first = first.or(kind);
            other = other.or(kind.filter(|_| kind != first));
            if is_first {
                let text = member.value.text().filter(|_| kind.is_some());
                variants
                    .push(Variant { key: member.key.as_ref().into(), value: text.map(compact).unwrap_or_default() });
            }
        });
        let first = first.unwrap_or(ValueType::Boolean);
        if let Some(other) = other {
            let message = ["all variants must be of one type; here are ", first.name(), " and ", other.name()];
            self.trail.add(Code::MixedVariantTypes, &message.concat());
        }
        (first, variants)
    }

    /// Reports no variants, or tracks, and too many.
    pub(super) fn check_count(&mut self, json: &Json<'_>) {
        let Json::Object(members) = json else { return };
        if members.is_empty() {
            self.trail.add(Code::MissingField, "there must be at least one");
        } else if members.len() > limits::VARIANTS {
            self.too_many(members.len(), "entries", limits::VARIANTS);
        }
    }

    /// Flat scalars by name, as text; `None` for none.
    pub(super) fn metadata(&mut self, json: &'d Json<'d>) -> Option<String> {
        self.check_value(json);
        let mut is_empty = true;
        self.entries(json, &mut |reader, member, _| {
            is_empty = false;
            if !is_key(&member.key) {
                reader.invalid_key();
            }
            if matches!(member.value, Json::Null | Json::Array(_) | Json::Object(_)) {
                let message = "metadata is flat: a string, a number or a boolean under each name";
                reader.trail.add(Code::InvalidMetadata, message);
            } else if member.key.starts_with("vexil.") {
                reader.trail.add(Code::InvalidMetadata, "names that begin with `vexil.` belong to the engine");
            }
        });
        json.text().filter(|_| !is_empty).map(compact)
    }
}

/// The type of a value as flags count types.
fn kind(json: &Json<'_>) -> Option<ValueType> {
    match json.bare() {
        Json::Bool(_) => Some(ValueType::Boolean),
        Json::String(_) => Some(ValueType::String),
        Json::Number(_) => Some(ValueType::Number),
        Json::Array(_) | Json::Object(_) => Some(ValueType::Object),
        Json::Null | Json::Kept(..) => None,
    }
}
