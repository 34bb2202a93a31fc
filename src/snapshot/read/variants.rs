//! The variants of a flag, and its metadata.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, Node, compact};
use crate::snapshot::model::Variant;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::text::join;
use crate::words::value::ValueType;

use super::reader::Reader;
use super::scalars::is_key;

impl<'d> Reader<'d> {
    /// Variants by key, and the type of their values. The value of one that cannot be served is
    /// left empty.
    pub(super) fn variants(&mut self, node: &'d Node) -> (ValueType, Vec<Variant>) {
        self.check_count(node);
        let mut variants = Vec::with_capacity(node.count());
        let (mut first, mut other) = (None, None);
        for &entry in &self.entries(node) {
            self.check_key(entry);
            let kind = kind(entry.node);
            let mut value = String::new();
            if kind.is_some() {
                value = compact(self.document.text(entry.node));
            } else {
                self.wrong_type(entry.node, "a boolean, a string, a number, an object or an array");
            }
            self.check_value(entry.node);
            first = first.or(kind);
            other = other.or(kind.filter(|_| kind != first));
            if entry.is_first {
                variants.push(Variant { key: entry.key.into(), value });
            }
        }
        let first = first.unwrap_or(ValueType::Boolean);
        if let Some(other) = other {
            let message = ["all variants must be of one type; here are ", first.name(), " and ", other.name()];
            self.add(node, Code::MixedVariantTypes, &join(&message));
        }
        (first, variants)
    }

    /// Reports no variants, or tracks, and too many.
    pub(super) fn check_count(&mut self, node: &Node) {
        let Json::Object(_) = node.json else { return };
        if node.count() == 0 {
            self.add(node, Code::MissingField, "there must be at least one");
        } else if node.count() > limits::VARIANTS {
            self.too_many(node, node.count(), "entries", limits::VARIANTS);
        }
    }

    /// Flat scalars by name, as text; `None` for none.
    pub(super) fn metadata(&mut self, node: &'d Node) -> Option<String> {
        self.check_value(node);
        for &entry in &self.entries(node) {
            if !is_key(entry.key) {
                self.invalid_key(entry.node);
            }
            if matches!(entry.node.json, Json::Null | Json::Array(_) | Json::Object(_)) {
                let message = "metadata is flat: a string, a number or a boolean under each name";
                self.add(entry.node, Code::InvalidMetadata, message);
            } else if entry.key.starts_with("vexil.") {
                let message = "names that begin with `vexil.` belong to the engine";
                self.add(entry.node, Code::InvalidMetadata, message);
            }
        }
        (node.count() > 0).then(|| compact(self.document.text(node)))
    }
}

/// The type of a value as flags count types.
const fn kind(node: &Node) -> Option<ValueType> {
    match node.json {
        Json::Absent | Json::Null => None,
        Json::Bool(_) => Some(ValueType::Boolean),
        Json::String(_) => Some(ValueType::String),
        Json::Number(_) => Some(ValueType::Number),
        Json::Array(_) | Json::Object(_) => Some(ValueType::Object),
    }
}
