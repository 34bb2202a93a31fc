//! Objects, lists and maps of the document: their members, and what is wrong with their form.

use alloc::vec::Vec;

use crate::json::{Json, Member};
use crate::snapshot::model::Keyed;
use crate::snapshot::trail::{Step, quoted};
use crate::words::diagnostic::{Code, Severity};
use crate::words::order;

use super::reader::Reader;
use super::scalars::is_key;

/// How many elements or members are read of a list or map that may have `limit` of them: a list
/// of one is not made room for four.
pub(super) fn room(json: &Json<'_>, limit: usize) -> usize {
    let count = match json.bare() {
        Json::Array(items) => items.len(),
        Json::Object(members) => members.len(),
        _ => 0,
    };
    count.min(limit)
}

/// An object with a known set of fields.
#[derive(Clone, Copy)]
pub(super) struct Object<'d> {
    /// `None` for something else in its place, which was reported: it then lacks nothing.
    members: Option<&'d [Member<'d>]>,
}

impl<'d> Object<'d> {
    /// The value of a field. Of several, which were reported, the first.
    pub(super) fn get(self, name: &str) -> Option<&'d Json<'d>> {
        let mut members = self.members.unwrap_or_default().iter();
        members.find(|member| member.key == name).map(|member| &member.value)
    }
}

impl<'d> Reader<'d> {
    /// Reports that a value has another type.
    pub(super) fn wrong_type(&mut self, json: &Json<'_>, expected: &str) {
        self.trail.add(Code::WrongType, &["expected ", expected, ", found ", json.describe()].concat());
    }

    /// An object with some of these fields; all that is strange about them is reported.
    pub(super) fn object(&mut self, json: &'d Json<'d>, fields: &[&str]) -> Object<'d> {
        self.object_with(json, fields, Severity::Warning, Severity::Error)
    }

    /// [`Self::object`], with how grave an unknown field and a repeated one are.
    pub(super) fn object_with(
        &mut self,
        json: &'d Json<'d>,
        fields: &[&str],
        unknown: Severity,
        repeated: Severity,
    ) -> Object<'d> {
        let Json::Object(members) = json.bare() else {
            self.wrong_type(json, "an object");
            return Object { members: None };
        };
        let mut seen = 0_u32;
        for member in members {
            let key: &str = &member.key;
            if let Some(position) = fields.iter().position(|&field| field == key) {
                if seen & (1 << position) != 0 {
                    self.trail.enter(Step::Key(key));
                    self.trail.add_as(repeated, Code::DuplicateKey, "the field is there twice");
                    self.trail.leave();
                }
                seen |= 1 << position;
            } else if !key.starts_with("x-") {
                self.trail.enter(Step::Key(key));
                let hint = self.trail.hint(key, fields);
                let message = ["the field ", &quoted(key), " is not known here", &hint].concat();
                self.trail.add_as(unknown, Code::UnknownField, &message);
                self.trail.leave();
            }
        }
        let object = Object { members: Some(members) };
        if fields.contains(&"requires") {
            self.field(object, "requires", Self::requires);
        }
        object
    }

    /// Every name is one that this engine does not know: none has been given out yet.
    fn requires(&mut self, json: &'d Json<'d>) {
        self.list(json, "", usize::MAX, &mut |reader, item| {
            if let Some(name) = reader.text(item) {
                let message = " is required, and this engine does not know it; a newer one may";
                reader.trail.add_about(Code::UnsupportedRequirement, "", name, message);
            }
        });
    }

    /// Goes to a field, if it is there.
    pub(super) fn open(&mut self, object: Object<'d>, name: &'static str) -> Option<&'d Json<'d>> {
        let json = object.get(name)?;
        self.trail.enter(Step::Key(name));
        Some(json)
    }

    /// Goes to a field that must be there.
    pub(super) fn open_needed(&mut self, object: Object<'d>, name: &'static str) -> Option<&'d Json<'d>> {
        let json = self.open(object, name);
        if json.is_none() && object.members.is_some() {
            self.trail.add_about(Code::MissingField, "", name, " is missing");
        }
        json
    }

    /// Reads a field, if it is there.
    pub(super) fn field<T>(
        &mut self,
        object: Object<'d>,
        name: &'static str,
        read: impl FnOnce(&mut Self, &'d Json<'d>) -> T,
    ) -> Option<T> {
        let json = self.open(object, name)?;
        let value = read(self, json);
        self.trail.leave();
        Some(value)
    }

    /// Reads a field that must be there.
    pub(super) fn need<T>(
        &mut self,
        object: Object<'d>,
        name: &'static str,
        read: impl FnOnce(&mut Self, &'d Json<'d>) -> T,
    ) -> Option<T> {
        let json = self.open_needed(object, name)?;
        let value = read(self, json);
        self.trail.leave();
        Some(value)
    }

    /// Reads the elements of an array, `limit` of them at most; `what` are they?
    #[inline(never)]
    pub(super) fn list(
        &mut self,
        json: &'d Json<'d>,
        what: &str,
        limit: usize,
        read: &mut dyn FnMut(&mut Self, &'d Json<'d>),
    ) {
        let Json::Array(items) = json.bare() else { return self.wrong_type(json, "an array") };
        if items.len() > limit {
            self.too_many(items.len(), what, limit);
        }
        for (index, item) in items.iter().take(limit).enumerate() {
            self.trail.enter(Step::Index(index));
            read(self, item);
            self.trail.leave();
        }
    }

    /// Reads the members of a map in the order of their keys, those with one key in that of the
    /// document; says of each whether it is the first with its key.
    #[inline(never)]
    pub(super) fn entries(&mut self, json: &'d Json<'d>, read: &mut dyn FnMut(&mut Self, &'d Member<'d>, bool)) {
        let Json::Object(members) = json.bare() else { return self.wrong_type(json, "an object") };
        let key = |position: usize| members.get(position).map(|member| member.key.as_ref());
        let mut last = None;
        for position in order::positions(members.len(), &mut |a, b| key(a).cmp(&key(b))) {
            let Some(member) = members.get(position) else { continue };
            self.trail.enter(Step::Key(&member.key));
            read(self, member, last != key(position));
            self.trail.leave();
            last = key(position);
        }
    }

    /// Reports what is wrong with the key of a member of a map.
    pub(super) fn check_key(&mut self, key: &str, is_first: bool) {
        if !is_key(key) {
            self.invalid_key();
        }
        if !is_first {
            self.trail.add_about(Code::DuplicateKey, "the key ", key, " is there twice");
        }
    }

    /// A map of parts, and which of them are broken: of several with one key the first is kept.
    pub(super) fn parts<T>(
        &mut self,
        json: &'d Json<'d>,
        read: fn(&mut Self, &'d Member<'d>) -> T,
    ) -> (Vec<Keyed<T>>, Vec<bool>) {
        let room = room(json, usize::MAX);
        let (mut parts, mut broken) = (Vec::with_capacity(room), Vec::with_capacity(room));
        self.entries(json, &mut |reader, member, is_first| {
            let before = reader.trail.errors();
            reader.check_key(&member.key, is_first);
            reader.conditions = 0;
            let part = read(reader, member);
            if is_first {
                parts.push(Keyed { key: member.key.as_ref().into(), part: Ok(part) });
                broken.push(false);
            }
            if let Some(broken) = broken.last_mut() {
                *broken |= reader.trail.errors() > before;
            }
        });
        (parts, broken)
    }
}
