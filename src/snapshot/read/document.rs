//! The whole document.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::json::{Json, Member};
use crate::snapshot::draft::{Drafts, Marks};
use crate::snapshot::model::{Keyed, KillSet};
use crate::snapshot::trail::{Step, quoted};
use crate::words::diagnostic::{Code, Severity};
use crate::words::limits;

use super::object::Object;
use super::reader::Reader;

const SCHEMA: &str = "vexil/1";

/// The root's fields; `$schema` is what editors look at.
const ROOT: &[&str] = &[
    "schema",
    "lineage",
    "revision",
    "environment",
    "kills",
    "flags",
    "segments",
    "rings",
    "layers",
    "holdouts",
    "services",
    "$schema",
];

/// A document whose parts have been read one by one.
#[derive(Default)]
pub(in crate::snapshot) struct Document {
    /// Which history of revisions it belongs to.
    pub(in crate::snapshot) lineage: Option<String>,
    /// Its place in that history.
    pub(in crate::snapshot) revision: Option<u64>,
    /// The environment that it is for.
    pub(in crate::snapshot) environment: Option<String>,
    /// Its kill set.
    pub(in crate::snapshot) kills: Option<KillSet>,
    /// Its parts.
    pub(in crate::snapshot) drafts: Drafts,
    /// Which of them are broken.
    pub(in crate::snapshot) marks: Marks,
}

/// Reads a document. What kills need is read even of one of another schema.
pub(in crate::snapshot) fn document<'d>(reader: &mut Reader<'d>, json: &'d Json<'d>) -> Document {
    let mut document = Document::default();
    if !matches!(json, Json::Object(_)) {
        reader.unusable(Code::WrongType, "expected an object");
        return document;
    }
    let root = reader.object_with(json, ROOT, Severity::Warning, Severity::Fatal);
    document.lineage = reader.root_text(root, "lineage");
    document.revision = reader.field(root, "revision", |reader, json| reader.revision(json, Severity::Fatal)).flatten();
    document.environment = reader.root_text(root, "environment");
    document.kills = reader.part(root, "kills", usize::MAX, Reader::kills);
    if reader.check_schema(root) {
        reader.read_parts(root, &mut document);
    }
    document
}

impl<'d> Reader<'d> {
    /// Adds a problem that makes the document unusable.
    fn unusable(&mut self, code: Code, message: &str) {
        self.trail.add_as(Severity::Fatal, code, message);
    }

    fn check_schema(&mut self, root: Object<'d>) -> bool {
        let json = self.open(root, "schema");
        let is_known = matches!(json, Some(Json::String(text)) if text == SCHEMA);
        if !is_known {
            let found = match json {
                Some(Json::String(text)) => quoted(text),
                Some(json) => json.describe().into(),
                None => "nothing".into(),
            };
            self.unusable(Code::UnknownSchema, &["expected `schema` to be `", SCHEMA, "`, found ", &found].concat());
        }
        if json.is_some() {
            self.trail.leave();
        }
        is_known
    }

    fn root_text(&mut self, root: Object<'d>, name: &'static str) -> Option<String> {
        let read = |reader: &mut Self, json: &'d Json<'d>| {
            if let Json::String(text) = json {
                return Some(text.as_ref().into());
            }
            reader.unusable(Code::WrongType, "expected a string");
            None
        };
        self.field(root, name, read).flatten()
    }

    /// A part of the document that is a map, or the array of rings; the wrong type and too much of
    /// it are problems of the whole document.
    fn part<T>(
        &mut self,
        root: Object<'d>,
        name: &'static str,
        limit: usize,
        read: impl FnOnce(&mut Self, &'d Json<'d>) -> T,
    ) -> Option<T> {
        self.field(root, name, |reader, json| reader.is_part(json, name, limit).then(|| read(reader, json))).flatten()
    }

    fn is_part(&mut self, json: &'d Json<'d>, name: &str, limit: usize) -> bool {
        let count = match json {
            Json::Object(members) if name != "rings" => members.len(),
            Json::Array(items) if name == "rings" => items.len(),
            _ => {
                let expected = if name == "rings" { "expected an array" } else { "expected an object" };
                self.unusable(Code::WrongType, expected);
                return false;
            }
        };
        if count > limit {
            let code = if name == "flags" { Code::TooManyFlags } else { Code::LimitExceeded };
            self.unusable(code, &["too many ", name, "; the limit is ", &limit.to_string()].concat());
        }
        count <= limit
    }

    fn map<T>(
        &mut self,
        root: Object<'d>,
        name: &'static str,
        limit: usize,
        read: fn(&mut Self, &'d Member<'d>) -> T,
    ) -> (Vec<Keyed<T>>, Vec<bool>) {
        self.part(root, name, limit, |reader, json| reader.parts(json, read)).unwrap_or_default()
    }

    fn read_parts(&mut self, root: Object<'d>, document: &mut Document) {
        let Document { drafts, marks, .. } = document;
        (drafts.flags, marks.flags) = self.map(root, "flags", limits::FLAGS, Self::flag);
        (drafts.segments, marks.segments) = self.map(root, "segments", limits::SEGMENTS, Self::segment);
        (drafts.rings, marks.rings) = self.part(root, "rings", limits::RINGS, Self::rings).unwrap_or_default();
        (drafts.layers, marks.layers) = self.map(root, "layers", limits::LAYERS, Self::layer);
        (drafts.holdouts, marks.holdouts) = self.map(root, "holdouts", limits::LAYERS, Self::holdout);
        (drafts.services, marks.services) = self.map(root, "services", limits::SERVICES, Self::service);
        if let Some(kills) = root.get("kills") {
            self.trail.enter(Step::Key("kills"));
            self.check_kills(kills, drafts);
            self.trail.leave();
        }
        if self.attributes() > limits::ATTRIBUTES {
            self.unusable(Code::LimitExceeded, "the rules read more than 4096 different attributes");
        }
        if self.has_too_many_patterns() {
            self.unusable(Code::LimitExceeded, "all patterns together take more than 16 MiB when compiled");
        }
    }
}
