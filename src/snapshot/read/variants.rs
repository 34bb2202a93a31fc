//! The variants of a flag, and its metadata.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, compact};
use crate::snapshot::model::Variant;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::value::ValueType;

use super::object::Node;
use super::reader::Reader;
use super::scalars::is_key;

impl Reader {
    /// Variants by key, and the type of their values. The value of one that cannot be served is
    /// left empty.
    pub(super) fn variants(&mut self, node: Node<'_>) -> (ValueType, Vec<Variant>) {
        let entries = self.entries(&node);
        self.check_variant_count(node, entries.len());
        let mut variants: Vec<Variant> = Vec::with_capacity(entries.len());
        let mut first = None;
        let mut other = None;
        for entry in entries.iter().take(limits::VARIANTS) {
            self.check_key(entry);
            let kind = kind(entry.node.json);
            if let Some(kind) = kind {
                let first = *first.get_or_insert(kind);
                other = other.or((kind != first).then_some(kind));
                self.check_value(entry.node);
            } else {
                self.wrong_type(entry.node, "a boolean, a string, a number, an object or an array");
            }
            if !entry.repeated {
                let value = entry.node.json.text().filter(|_| kind.is_some()).unwrap_or_default();
                variants.push(Variant { key: entry.key.into(), value: compact(value) });
            }
        }
        let first = first.unwrap_or(ValueType::Boolean);
        if let Some(other) = other {
            let message = ["all variants must be of one type; here are ", first.name(), " and ", other.name()];
            self.say(Code::MixedVariantTypes, node.path, &message);
        }
        (first, variants)
    }

    /// Reports no variants, and too many.
    pub(super) fn check_variant_count(&mut self, node: Node<'_>, count: usize) {
        if count == 0 && matches!(node.json.bare(), Json::Object(_)) {
            self.report.add(Code::MissingField, node.path, "there must be at least one");
        } else if count > limits::VARIANTS {
            self.too_many(node.path, count, "entries", limits::VARIANTS);
        }
    }

    /// Flat scalars by name, as the text of the document; `None` for none.
    pub(super) fn metadata(&mut self, node: Node<'_>) -> Option<String> {
        self.check_value(node);
        let entries = self.entries(&node);
        for entry in &entries {
            if !is_key(entry.key) {
                self.invalid_key(entry.node.path);
            }
            if matches!(entry.node.json, Json::Null | Json::Array(_) | Json::Object(_)) {
                let message = "metadata is flat: a string, a number or a boolean under each name";
                self.report.add(Code::InvalidMetadata, entry.node.path, message);
            } else if entry.key.starts_with("vexil.") {
                let message = "names that begin with `vexil.` belong to the engine";
                self.report.add(Code::InvalidMetadata, entry.node.path, message);
            }
        }
        node.json.text().filter(|_| !entries.is_empty()).map(compact)
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
