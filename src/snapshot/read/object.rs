//! Objects, lists and maps of the document: their members with their places, and what is wrong
//! with their form.

use alloc::vec::Vec;

use crate::json::{Json, Member};
use crate::snapshot::draft::Draft;
use crate::words::diagnostic::{Code, Path, Severity};
use crate::words::order::positions;

use super::reader::{Reader, quoted};
use super::scalars::is_key;

/// A value of the document and its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'n> {
    pub(super) json: &'n Json<'n>,
    pub(super) path: Path<'n>,
}

/// An object with a known set of fields.
pub(super) struct Object<'n> {
    members: &'n [Member<'n>],
    pub(super) path: Path<'n>,
    /// False for something else in its place, which was reported: it then lacks nothing.
    found: bool,
}

impl Object<'_> {
    /// The value of a field. Of several, which were reported, the first.
    pub(super) fn field<'s>(&'s self, name: &'s str) -> Option<Node<'s>> {
        let member = self.members.iter().find(|member| member.key == name)?;
        Some(Node { json: &member.value, path: self.path.key(name) })
    }
}

/// A member of a map.
#[derive(Clone, Copy)]
pub(super) struct Entry<'n> {
    pub(super) key: &'n str,
    pub(super) node: Node<'n>,
    /// Whether an entry before has the same key.
    pub(super) repeated: bool,
}

impl Reader {
    /// An object with some of these fields; all that is strange about them is reported.
    pub(super) fn object<'n>(&mut self, node: Node<'n>, fields: &[&str]) -> Object<'n> {
        self.object_with(node, fields, Severity::Warning, Severity::Error)
    }

    /// [`Self::object`], with how grave an unknown field and a repeated one are.
    pub(super) fn object_with<'n>(
        &mut self,
        node: Node<'n>,
        fields: &[&str],
        unknown: Severity,
        repeated: Severity,
    ) -> Object<'n> {
        let Json::Object(members) = node.json.bare() else {
            self.wrong_type(node, "an object");
            return Object { members: &[], path: node.path, found: false };
        };
        let mut seen = 0_u32;
        for member in members {
            let path = node.path.key(&member.key);
            if let Some(position) = fields.iter().position(|&field| field == member.key) {
                if seen & (1 << position) != 0 {
                    self.report.add_as(repeated, Code::DuplicateKey, path, "the field is there twice");
                }
                seen |= 1 << position;
            } else if !member.key.starts_with("x-") {
                let hint = self.hint(&member.key, fields);
                let message = ["the field ", &quoted(&member.key), " is not known here", &hint].concat();
                self.report.add_as(unknown, Code::UnknownField, path, message);
            }
        }
        let object = Object { members, path: node.path, found: true };
        if let Some(requires) = object.field("requires").filter(|_| fields.contains(&"requires")) {
            self.requires(requires);
        }
        object
    }

    /// Every name is one that this engine does not know: none has been given out yet.
    fn requires(&mut self, node: Node<'_>) {
        for item in self.items(&node, "", usize::MAX) {
            if let Some(name) = self.text(item) {
                let message = [&quoted(name), " is required, and this engine does not know it; a newer one may"];
                self.say(Code::UnsupportedRequirement, item.path, &message);
            }
        }
    }

    /// A field that must be there.
    pub(super) fn need<'s>(&mut self, object: &'s Object<'_>, name: &'s str) -> Option<Node<'s>> {
        let field = object.field(name);
        if field.is_none() && object.found {
            self.missing(object.path, name);
        }
        field
    }

    /// Reports that a field is missing.
    pub(super) fn missing(&mut self, path: Path<'_>, name: &str) {
        self.say(Code::MissingField, path, &["`", name, "` is missing"]);
    }

    /// Reports that a value has another type.
    pub(super) fn wrong_type(&mut self, node: Node<'_>, expected: &str) {
        self.say(Code::WrongType, node.path, &["expected ", expected, ", found ", node.json.describe()]);
    }

    /// The elements of an array, `limit` of them at most; `what` are they?
    pub(super) fn items<'n>(
        &mut self,
        node: &'n Node<'n>,
        what: &str,
        limit: usize,
    ) -> impl ExactSizeIterator<Item = Node<'n>> + use<'n> {
        let items = if let Json::Array(items) = node.json.bare() {
            if items.len() > limit {
                self.too_many(node.path, items.len(), what, limit);
            }
            items.as_slice()
        } else {
            self.wrong_type(*node, "an array");
            &[]
        };
        let nodes = items.iter().take(limit).enumerate();
        nodes.map(|(index, json)| Node { json, path: node.path.index(index) })
    }

    /// The elements of the array in a field, none if it is absent.
    pub(super) fn list<T>(
        &mut self,
        node: Option<Node<'_>>,
        what: &str,
        limit: usize,
        mut read: impl FnMut(&mut Self, Node<'_>) -> T,
    ) -> Vec<T> {
        let mut list = Vec::new();
        if let Some(node) = node {
            let items = self.items(&node, what, limit);
            list.reserve_exact(items.len());
            for item in items {
                list.push(read(self, item));
            }
        }
        list
    }

    /// The members of a map in the order of their keys, those with one key in that of the document.
    pub(super) fn entries<'n>(&mut self, node: &'n Node<'n>) -> Vec<Entry<'n>> {
        let Json::Object(members) = node.json.bare() else {
            self.wrong_type(*node, "an object");
            return Vec::new();
        };
        let entry = |member: &'n Member<'n>| Entry {
            key: &member.key,
            node: Node { json: &member.value, path: node.path.key(&member.key) },
            repeated: false,
        };
        let mut entries: Vec<Entry<'n>> = members.iter().map(entry).collect();
        sort(&mut entries);
        let mut last = None;
        for entry in &mut entries {
            entry.repeated = last.replace(entry.key) == Some(entry.key);
        }
        entries
    }

    /// Reports what is wrong with the key of an entry.
    pub(super) fn check_key(&mut self, entry: &Entry<'_>) {
        if !is_key(entry.key) {
            self.invalid_key(entry.node.path);
        }
        if entry.repeated {
            self.repeated_key(entry);
        }
    }

    /// Reports that a key is there twice.
    pub(super) fn repeated_key(&mut self, entry: &Entry<'_>) {
        self.say(Code::DuplicateKey, entry.node.path, &["the key ", &quoted(entry.key), " is there twice"]);
    }

    /// A map of parts: of several with one key the first is kept, broken.
    pub(super) fn drafts<T>(&mut self, node: &Node<'_>, read: fn(&mut Self, &Entry<'_>) -> T) -> Vec<Draft<T>> {
        let entries = self.entries(node);
        let mut drafts: Vec<Draft<T>> = Vec::with_capacity(entries.len());
        for entry in entries {
            let before = self.report.errors();
            self.check_key(&entry);
            self.conditions = 0;
            let part = read(self, &entry);
            let broken = self.report.errors() > before;
            match drafts.last_mut().filter(|_| entry.repeated) {
                Some(first) => first.broken = true,
                None => drafts.push(Draft { key: entry.key.into(), part, broken }),
            }
        }
        drafts
    }
}

/// Sorts the entries of a map by key, stably. Most maps have two.
fn sort(entries: &mut Vec<Entry<'_>>) {
    if entries.len() > 16 {
        let key = |position: usize| entries.get(position).map(|entry| entry.key);
        let order = positions(entries.len(), &mut |a, b| key(a).cmp(&key(b)));
        *entries = order.iter().filter_map(|&position| entries.get(position).copied()).collect();
        return;
    }
    for end in 1..entries.len() {
        for place in (1..=end).rev() {
            match entries.get(place - 1..=place) {
                Some([before, after]) if after.key < before.key => entries.swap(place - 1, place),
                _ => break,
            }
        }
    }
}
