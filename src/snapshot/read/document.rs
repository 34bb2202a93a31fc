//! The whole document.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::draft::{Draft, Drafts};
use crate::snapshot::model::{Broken, Keyed, KillSet, Ring, Snapshot, Variant};
use crate::words::diagnostic::{Code, Path, Severity};
use crate::words::limits;

use super::object::{Entry, Node, Object};
use super::reader::{Reader, quoted};

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
    lineage: Option<String>,
    revision: Option<u64>,
    /// The environment that it is for.
    pub(in crate::snapshot) environment: Option<String>,
    /// Its kill set.
    pub(in crate::snapshot) kills: Option<KillSet>,
    /// Its parts; `None` for a document that is no snapshot of a known schema.
    pub(in crate::snapshot) drafts: Option<Drafts>,
}

/// Reads a document. What kills need is read even of one of another schema.
pub(in crate::snapshot) fn document(reader: &mut Reader, json: &Json<'_>) -> Document {
    let node = Node { json, path: Path::Root };
    if !matches!(json, Json::Object(_)) {
        reader.unusable(Code::WrongType, node.path, &["expected an object, found ", json.describe()]);
        return Document::default();
    }
    let root = reader.object_with(node, ROOT, Severity::Warning, Severity::Fatal);
    let kills = reader.part(&root, "kills", false, usize::MAX);
    let mut document = Document {
        lineage: reader.root_text(&root, "lineage"),
        revision: reader.root_revision(&root),
        environment: reader.root_text(&root, "environment"),
        kills: kills.map(|kills| reader.kills(kills)),
        drafts: None,
    };
    if reader.check_schema(&root) {
        let drafts = reader.parts(&root);
        if let Some(kills) = kills {
            reader.check_kills(kills, &drafts);
        }
        reader.check_attributes();
        document.drafts = Some(drafts);
    }
    document
}

impl Reader {
    /// Adds a problem that makes the document unusable.
    fn unusable(&mut self, code: Code, path: Path<'_>, message: &[&str]) {
        self.report.add_as(Severity::Fatal, code, path, message.concat());
    }

    fn check_attributes(&mut self) {
        if self.attributes() > limits::ATTRIBUTES {
            self.unusable(Code::LimitExceeded, Path::Root, &["the rules read more than 4096 different attributes"]);
        }
    }

    fn check_schema(&mut self, root: &Object<'_>) -> bool {
        let node = root.field("schema");
        let known = node.is_some_and(|node| matches!(node.json, Json::String(text) if text == SCHEMA));
        if !known {
            let path = node.map_or(root.path, |node| node.path);
            let found = match node.map(|node| node.json) {
                Some(Json::String(text)) => quoted(text),
                Some(json) => json.describe().into(),
                None => "nothing".into(),
            };
            self.unusable(Code::UnknownSchema, path, &["expected `schema` to be `", SCHEMA, "`, found ", &found]);
        }
        known
    }

    /// A part of the document that is a map, or an array; the wrong type and too much of it are
    /// problems of the whole document.
    fn part<'s>(&mut self, root: &'s Object<'_>, name: &'s str, is_array: bool, limit: usize) -> Option<Node<'s>> {
        let node = root.field(name)?;
        let count = match node.json {
            Json::Object(members) if !is_array => members.len(),
            Json::Array(items) if is_array => items.len(),
            other => {
                let expected = if is_array { "an array" } else { "an object" };
                self.unusable(Code::WrongType, node.path, &["expected ", expected, ", found ", other.describe()]);
                return None;
            }
        };
        if count > limit {
            let code = if name == "flags" { Code::TooManyFlags } else { Code::LimitExceeded };
            let limit = alloc::string::ToString::to_string(&limit);
            self.unusable(code, node.path, &["too many ", name, "; the limit is ", &limit]);
            return None;
        }
        Some(node)
    }

    fn map<T>(
        &mut self,
        root: &Object<'_>,
        name: &str,
        limit: usize,
        read: fn(&mut Self, &Entry<'_>) -> T,
    ) -> Vec<Draft<T>> {
        self.part(root, name, false, limit).map_or_else(Vec::new, |node| self.drafts(&node, read))
    }

    fn parts(&mut self, root: &Object<'_>) -> Drafts {
        Drafts {
            flags: self.map(root, "flags", limits::FLAGS, Self::flag),
            segments: self.map(root, "segments", limits::SEGMENTS, Self::segment),
            rings: self.part(root, "rings", true, limits::RINGS).map_or_else(Vec::new, |node| self.rings(node)),
            layers: self.map(root, "layers", limits::LAYERS, Self::layer),
            holdouts: self.map(root, "holdouts", limits::LAYERS, Self::holdout),
            services: self.map(root, "services", limits::SERVICES, Self::service),
        }
    }

    fn root_text(&mut self, root: &Object<'_>, name: &str) -> Option<String> {
        let node = root.field(name)?;
        if let Json::String(text) = node.json {
            return Some(text.as_ref().into());
        }
        self.unusable(Code::WrongType, node.path, &["expected a string, found ", node.json.describe()]);
        None
    }

    /// A revision that cannot be told exactly orders nothing.
    fn root_revision(&mut self, root: &Object<'_>) -> Option<u64> {
        root.field("revision").and_then(|node| self.revision(node, Severity::Fatal))
    }
}

impl Document {
    /// The checked snapshot: what is broken is left out.
    pub(in crate::snapshot) fn finish(self) -> Option<Snapshot> {
        let drafts = self.drafts?;
        let ring = |ring: Draft<Option<String>>| Ring { segment: ring.part.filter(|_| !ring.broken), name: ring.key };
        Some(Snapshot {
            lineage: self.lineage,
            revision: self.revision,
            environment: self.environment,
            kills: self.kills.unwrap_or_default(),
            flags: finish(drafts.flags, |flag| flag.variants.get(flag.off_variant)),
            segments: finish(drafts.segments, |_| None),
            rings: drafts.rings.into_iter().map(ring).collect(),
            layers: finish(drafts.layers, |_| None),
            holdouts: finish(drafts.holdouts, |_| None),
            services: finish(drafts.services, |service| service.tracks.get(service.default_track)),
        })
    }
}

/// The parts as the model holds them. A variant whose value could not be read serves nothing.
fn finish<T>(drafts: Vec<Draft<T>>, off: fn(&T) -> Option<&Variant>) -> Vec<Keyed<T>> {
    let keyed = drafts.into_iter().map(|Draft { key, part, broken }| {
        let off = |part| off(part).filter(|variant| !variant.value.is_empty()).cloned();
        let part = if broken { Err(Broken { off: off(&part) }) } else { Ok(part) };
        Keyed { key, part }
    });
    keyed.collect()
}
