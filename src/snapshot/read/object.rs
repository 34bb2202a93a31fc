//! Objects, lists and maps of the document: their members, and what is wrong with their form.

use alloc::vec::Vec;

use crate::json::{ABSENT, Children, Json, Node};
use crate::snapshot::trail::quoted;
use crate::words::diagnostic::{Code, Severity};
use crate::words::order;
use crate::words::text::join;

use super::reader::Reader;
use super::scalars::is_key;

/// The most fields that any object may have.
const MOST: usize = 13;

/// The values of an object's fields in the order of their names, and nothing in the places left.
/// Readers of values take what is not there as they take what could not be read, but have nothing
/// to say of it.
pub(super) type Found<'d> = [&'d Node; MOST];

/// The fields that an object may have. The last is `requires`.
pub(super) struct Fields<'n> {
    /// The first of the names, as many as must be there.
    pub(super) needed: usize,
    pub(super) names: &'n [&'static str],
}

/// A member of a map.
#[derive(Clone, Copy)]
pub(super) struct Entry<'d> {
    pub(super) key: &'d str,
    pub(super) node: &'d Node,
    /// Whether no member before it has the same key.
    pub(super) is_first: bool,
}

/// Puts entries into the order of their keys, those with one key left in their own.
#[inline(never)]
pub(super) fn sort_entries(entries: &mut [Entry<'_>]) {
    order::sort(entries, |a, b| a.key.cmp(b.key));
    let mut last = None;
    for entry in entries {
        entry.is_first = last != Some(entry.key);
        last = Some(entry.key);
    }
}

impl<'d> Reader<'d> {
    /// Reports that a value, if there is one, has another type.
    #[inline(never)]
    pub(super) fn wrong_type(&mut self, node: &Node, expected: &str) {
        if node.is_there() {
            self.add(node, Code::WrongType, &join(&["expected ", expected, ", found ", node.json.describe()]));
        }
    }

    /// The fields of an object. What is strange about it is reported.
    #[inline(never)]
    pub(super) fn fields(&mut self, node: &'d Node, fields: &Fields<'_>) -> Found<'d> {
        let found = self.find_fields(node, fields.names, Severity::Warning, Severity::Error);
        for (name, field) in fields.names.iter().zip(&found).take(fields.needed) {
            if !field.is_there() {
                self.missing(node, name);
            }
        }
        if let Some(last) = fields.names.len().checked_sub(1).and_then(|last| found.get(last)) {
            self.requires(last);
        }
        found
    }

    /// Finds the fields of an object, and says what is strange about them: how grave is an unknown
    /// field and a repeated one? Of several of one name, the first is found.
    #[inline(never)]
    pub(super) fn find_fields(
        &mut self,
        node: &'d Node,
        names: &[&'static str],
        unknown: Severity,
        repeated: Severity,
    ) -> Found<'d> {
        let mut found = [&ABSENT; MOST];
        if !matches!(node.json, Json::Object(_)) {
            self.wrong_type(node, "an object");
        }
        for member in self.members(node) {
            let key = self.document.key(member);
            let position = names.iter().position(|&name| name == key);
            match position.and_then(|position| found.get_mut(position)) {
                Some(field) if field.is_there() => {
                    self.add_as(member, repeated, Code::DuplicateKey, "the field is there twice");
                }
                Some(field) => *field = member,
                None if key.starts_with("x-") => {}
                None => {
                    let hint = self.hint(key, names);
                    let message = join(&["the field ", &quoted(key), " is not known here", &hint]);
                    self.add_as(member, unknown, Code::UnknownField, &message);
                }
            }
        }
        found
    }

    /// Reports that an object lacks a field. What is no object lacks nothing.
    #[inline(never)]
    pub(super) fn missing(&mut self, node: &Node, name: &str) {
        if let Json::Object(_) = node.json {
            self.add_about(node, Code::MissingField, name, " is missing");
        }
    }

    /// Reports two fields that exclude each other.
    pub(super) fn exclude(&mut self, node: &Node, one: &Node, other: &Node, message: &str) {
        if one.is_there() && other.is_there() {
            self.add(node, Code::ConflictingFields, message);
        }
    }

    /// Every name is one that this engine does not know: none has been given out yet.
    fn requires(&mut self, node: &'d Node) {
        for item in self.list(node, "", usize::MAX) {
            if let Some(name) = self.text(item) {
                let message = " is required, and this engine does not know it; a newer one may";
                self.add_about(item, Code::UnsupportedRequirement, name, message);
            }
        }
    }

    /// The members of an object as they stand there; none of anything else.
    pub(super) fn members(&self, node: &'d Node) -> Children<'d> {
        let is_object = matches!(node.json, Json::Object(_));
        self.document.children(if is_object { node } else { &ABSENT })
    }

    /// The elements of an array, `limit` of them at most; `what` are they?
    #[inline(never)]
    pub(super) fn list(&mut self, node: &'d Node, what: &str, limit: usize) -> Children<'d> {
        let Json::Array(_) = node.json else {
            self.wrong_type(node, "an array");
            return self.document.children(&ABSENT);
        };
        if node.count() > limit {
            self.too_many(node, node.count(), what, limit);
        }
        self.document.children(node).up_to(limit)
    }

    /// The members of a map in the order of their keys, those with one key in that of the document.
    #[inline(never)]
    pub(super) fn entries(&mut self, node: &'d Node) -> Vec<Entry<'d>> {
        if !matches!(node.json, Json::Object(_)) {
            self.wrong_type(node, "an object");
        }
        let mut entries = Vec::with_capacity(node.count());
        for node in self.members(node) {
            entries.push(Entry { key: self.document.key(node), node, is_first: true });
        }
        sort_entries(&mut entries);
        entries
    }

    /// Reports what is wrong with the key of a member of a map.
    #[inline(never)]
    pub(super) fn check_key(&mut self, entry: Entry<'d>) {
        if !is_key(entry.key) {
            self.invalid_key(entry.node);
        }
        if !entry.is_first {
            self.add_about(entry.node, Code::DuplicateKey, entry.key, " is there twice");
        }
    }
}
