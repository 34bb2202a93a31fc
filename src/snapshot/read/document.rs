//! The whole document.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, Node};
use crate::snapshot::draft::{Draft, Marks};
use crate::snapshot::trail::quoted;
use crate::words::diagnostic::{Code, Severity};
use crate::words::limits;
use crate::words::text::decimal;
use crate::words::text::join;

use super::object::Entry;
use super::reader::Reader;
use super::rule::{FLAG, SERVICE};

const SCHEMA: &str = "vexil/1";

/// The root's fields, first those that are read by themselves; `$schema` is what editors look at.
const ROOT: [&str; 13] = [
    "schema",
    "lineage",
    "revision",
    "environment",
    "kills",
    "$schema",
    "flags",
    "segments",
    "rings",
    "layers",
    "holdouts",
    "services",
    "attributes",
];

/// A map of parts, or the array of rings.
struct Part<'d> {
    limit: usize,
    read: fn(&mut Reader<'d>, Entry<'d>, &mut Draft),
    marks: fn(&mut Marks) -> &mut Vec<bool>,
}

/// Reads a document. What kills need is read even of one of another schema.
pub(in crate::snapshot) fn document(reader: &mut Reader<'_>) -> Draft {
    let mut draft = Draft::default();
    let root = reader.document.root();
    if !matches!(root.json, Json::Object(_)) {
        reader.unusable(root, Code::WrongType, "expected an object");
        return draft;
    }
    let [schema, lineage, revision, environment, kills, _, parts @ ..] =
        reader.find_fields(root, &ROOT, Severity::Warning, Severity::Fatal);
    draft.snapshot.lineage = reader.root_text(lineage);
    draft.snapshot.revision = reader.revision(revision, Severity::Fatal);
    draft.snapshot.environment = reader.root_text(environment);
    if reader.is_part(kills, usize::MAX) {
        draft.kills = Some(reader.kill_set(kills));
    }
    if reader.check_schema(root, schema) {
        // Who names no attribute means these.
        reader.note_attribute(FLAG.by);
        reader.note_attribute(SERVICE.by);
        for (node, part) in parts.iter().zip(&Reader::PARTS) {
            reader.read_parts(node, part, &mut draft);
        }
        reader.check_kills(kills, &draft.snapshot);
        if reader.attributes() > limits::ATTRIBUTES {
            let message = "the rules read more than 4096 different attributes";
            reader.unusable(root, Code::LimitExceeded, message);
        }
        if reader.has_too_many_patterns() {
            let message = "all patterns together take more than 16 MiB when compiled";
            reader.unusable(root, Code::LimitExceeded, message);
        }
    }
    draft
}

impl<'d> Reader<'d> {
    /// The parts in the order of the last fields of the root.
    const PARTS: [Part<'d>; 7] = [
        Part { limit: limits::FLAGS, read: Self::flag, marks: |marks| &mut marks.flags },
        Part { limit: limits::SEGMENTS, read: Self::segment, marks: |marks| &mut marks.segments },
        Part { limit: limits::RINGS, read: Self::ring, marks: |marks| &mut marks.rings },
        Part { limit: limits::LAYERS, read: Self::layer, marks: |marks| &mut marks.layers },
        Part { limit: limits::LAYERS, read: Self::holdout, marks: |marks| &mut marks.holdouts },
        Part { limit: limits::SERVICES, read: Self::service, marks: |marks| &mut marks.services },
        Part { limit: limits::ATTRIBUTES, read: Self::declared, marks: |marks| &mut marks.attributes },
    ];

    /// Adds a problem that makes the document unusable.
    fn unusable(&mut self, node: &Node, code: Code, message: &str) {
        self.add_as(node, Severity::Fatal, code, message);
    }

    fn check_schema(&mut self, root: &'d Node, node: &'d Node) -> bool {
        let found = match node.json {
            Json::String(text) => {
                let text = self.document.slice(text);
                if text == SCHEMA {
                    return true;
                }
                quoted(text)
            }
            other => other.describe().into(),
        };
        let node = if node.is_there() { node } else { root };
        let message = join(&["expected `schema` to be `", SCHEMA, "`, found ", &found]);
        self.unusable(node, Code::UnknownSchema, &message);
        false
    }

    fn root_text(&mut self, node: &'d Node) -> Option<String> {
        match node.json {
            Json::Absent => None,
            Json::String(text) => Some(self.document.slice(text).into()),
            _ => {
                self.unusable(node, Code::WrongType, "expected a string");
                None
            }
        }
    }

    /// Whether a value is a map of parts, or the array of rings; the wrong type and too much of it
    /// are problems of the whole document.
    fn is_part(&mut self, node: &'d Node, limit: usize) -> bool {
        let name = self.document.key(node);
        match (node.json, name == "rings") {
            (Json::Object(_), false) | (Json::Array(_), true) => {}
            (Json::Absent, _) => return false,
            (_, is_array) => {
                let expected = if is_array { "expected an array" } else { "expected an object" };
                self.unusable(node, Code::WrongType, expected);
                return false;
            }
        }
        if node.count() > limit {
            let code = if name == "flags" { Code::TooManyFlags } else { Code::LimitExceeded };
            self.unusable(node, code, &join(&["too many ", name, "; the limit is ", &decimal(limit as u64)]));
        }
        node.count() <= limit
    }

    /// Reads parts, and marks which of them are broken: of several with one key the first is kept.
    fn read_parts(&mut self, node: &'d Node, part: &Part<'d>, draft: &mut Draft) {
        if !self.is_part(node, part.limit) {
            return;
        }
        let is_map = matches!(node.json, Json::Object(_));
        let mut entries = if is_map { self.entries(node) } else { Vec::new() };
        if !is_map {
            entries.extend(self.document.children(node).map(|node| Entry { key: "", node, is_first: true }));
        }
        // Parts whose key is taken are read for what is wrong with them.
        let mut repeated = Draft::default();
        for &entry in &entries {
            let before = self.report.errors();
            if is_map {
                self.check_key(entry);
            }
            self.conditions = 0;
            (part.read)(self, entry, if entry.is_first { draft } else { &mut repeated });
            let marks = (part.marks)(&mut draft.marks);
            if entry.is_first {
                marks.push(false);
            }
            if let Some(broken) = marks.last_mut() {
                *broken |= self.report.errors() > before;
            }
        }
    }
}
