//! The document for browsers: what is kept stands there as in the whole one, in its order.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::hash::Digest;
use crate::json::{Document, Json, Node, compact, quoted};
use crate::snapshot::model::{Flag, Holdout, Keyed, Segment, Snapshot};
use crate::words::text::lies_in;

use super::reach::Reached;

/// What is said of the document itself, and stays.
const HEAD: [&str; 4] = ["schema", "lineage", "revision", "environment"];

/// The document, and its kill message.
pub(super) fn document(
    document: &Document<'_>,
    snapshot: &Snapshot,
    reached: &Reached<'_>,
    read: &BTreeSet<&str>,
) -> (String, Option<String>) {
    let writer = Writer { document, snapshot, reached };
    let mut root = Object::default();
    for name in HEAD {
        if let Some(node) = document.member(document.root(), name) {
            root.member(name, document.text(node));
        }
    }
    let has_kills = document.member(document.root(), "kills").is_some();
    if has_kills {
        root.member("kills", &writer.kills().end());
    }
    root.member("flags", &writer.parts("flags", |key| reached.flags.contains_key(key), Writer::flag));
    let mut add = |name: &str, written: String| {
        if !matches!(written.as_str(), "{}" | "[]") {
            root.member(name, &written);
        }
    };
    add("segments", writer.parts("segments", |key| reached.segments.contains(key), Writer::segment));
    add("rings", writer.rings());
    add("layers", writer.parts("layers", |key| reached.layers.contains(key), |writer, _, node| writer.kept(node)));
    add("holdouts", writer.parts("holdouts", |key| reached.holdouts.contains(key), Writer::holdout));
    add("attributes", writer.attributes(read));
    (compact(&root.end()), has_kills.then(|| compact(&writer.kill_message())))
}

/// An object in the making.
#[derive(Default)]
struct Object(String);

impl Object {
    fn member(&mut self, key: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&quoted(key));
        self.0.push(':');
        self.0.push_str(value);
    }

    fn end(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

fn digests(units: &[Digest]) -> String {
    list(units.iter().map(|digest| alloc::format!("\"{digest}\"")))
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    alloc::format!("[{}]", items.join(","))
}

/// What parts and all that is in them may have, but for what people write for each other: nobody knows what a field says
/// that is not known.
const KNOWN: &[&str] = &[
    "after",
    "all",
    "any",
    "at",
    "attribute",
    "audience",
    "before",
    "by",
    "curve",
    "default",
    "end",
    "exposure",
    "flag",
    "flags",
    "from",
    "id",
    "ignoreCase",
    "key",
    "layer",
    "metadata",
    "name",
    "not",
    "offVariant",
    "op",
    "outside",
    "overrides",
    "prerequisites",
    "ramp",
    "ranges",
    "requires",
    "ring",
    "rules",
    "seed",
    "segment",
    "serve",
    "split",
    "start",
    "state",
    "steps",
    "to",
    "value",
    "variant",
    "variants",
    "weight",
    "weights",
    "when",
];

struct Writer<'d> {
    document: &'d Document<'d>,
    snapshot: &'d Snapshot,
    reached: &'d Reached<'d>,
}

impl Writer<'_> {
    fn parts(
        &self,
        name: &str,
        is_wanted: impl Fn(&str) -> bool,
        write: impl Fn(&Self, &str, &Node) -> String,
    ) -> String {
        let mut parts = Object::default();
        for node in self.document.members(self.document.root(), name) {
            let key = self.document.key(node);
            if is_wanted(key) {
                parts.member(key, &write(self, key, node));
            }
        }
        parts.end()
    }

    /// A value with the fields that are known; `instead` writes some of them anew.
    fn kept_but(&self, node: &Node, instead: &dyn Fn(&str, &Node) -> Option<String>) -> Object {
        let mut object = Object::default();
        for member in self.document.children(node) {
            let key = self.document.key(member);
            if KNOWN.contains(&key) {
                object.member(key, &instead(key, member).unwrap_or_else(|| self.kept(member)));
            }
        }
        object
    }

    /// Recursion ends where the nesting of the document does.
    fn kept(&self, node: &Node) -> String {
        match node.json {
            Json::Object(_) => self.kept_but(node, &|_, _| None).end(),
            Json::Array(_) => list(self.document.children(node).map(|item| self.kept(item))),
            _ => self.document.text(node).into(),
        }
    }

    fn flag(&self, key: &str, node: &Node) -> String {
        let overrides =
            Keyed::find_sound(&self.snapshot.flags, key).map_or(&[][..], |(_, flag): (_, &Flag)| &flag.overrides);
        let written = self.kept_but(node, &|member, value| match member {
            // What is in them is the user's.
            "variants" | "metadata" => Some(self.document.text(value).into()),
            "overrides" => {
                let rows = self.document.children(value).zip(overrides);
                Some(list(rows.map(|(row, part)| {
                    let mut written = self.kept_but(row, &|_, _| None);
                    written.member("unitDigests", &digests(&part.units));
                    written.end()
                })))
            }
            _ => None,
        });
        written.end()
    }

    fn segment(&self, key: &str, node: &Node) -> String {
        let found: Option<(_, &Segment)> = Keyed::find_sound(&self.snapshot.segments, key);
        let (include, exclude) = found.map_or((&[][..], &[][..]), |(_, segment)| (&segment.include, &segment.exclude));
        let mut object = Object::default();
        for member in self.document.children(node) {
            let key = self.document.key(member);
            // Without lists nobody reads the unit.
            let is_read = key != "by" || !include.is_empty() || !exclude.is_empty();
            if KNOWN.contains(&key) && is_read {
                object.member(key, &self.kept(member));
            }
        }
        for (key, units) in [("includeDigests", include), ("excludeDigests", exclude)] {
            if !units.is_empty() {
                object.member(key, &digests(units));
            }
        }
        object.end()
    }

    fn rings(&self) -> String {
        let rings = self.document.members(self.document.root(), "rings");
        list(rings.take(self.reached.rings).map(|ring| self.kept(ring)))
    }

    fn holdout(&self, key: &str, node: &Node) -> String {
        let held = Keyed::find_sound(&self.snapshot.holdouts, key)
            .map_or(&[][..], |(_, holdout): (_, &Holdout)| &holdout.flags);
        let flags = held.iter().filter(|flag| self.reached.flags.contains_key(flag.as_str()));
        let flags = list(flags.map(|flag| quoted(flag)));
        self.kept_but(node, &|member, _| (member == "flags").then(|| flags.clone())).end()
    }

    /// Kills of what is there. The revision stays: the set is the same one.
    fn kills(&self) -> Object {
        let kills = &self.snapshot.kills;
        let is_there = |key: &str| self.reached.flags.contains_key(key);
        let names = |keys: &[String], is_wanted: &dyn Fn(&str) -> bool| {
            list(keys.iter().filter(|key| is_wanted(key)).map(|key| quoted(key)))
        };
        let mut written = Object::default();
        written.member("revision", &alloc::format!("{}", kills.revision));
        written.member("all", if kills.all { "true" } else { "false" });
        written.member(
            "namespaces",
            &names(&kills.namespaces, &|namespace| self.reached.flags.keys().any(|key| lies_in(key, namespace))),
        );
        written.member("flags", &names(&kills.flags, &is_there));
        written
    }

    fn kill_message(&self) -> String {
        let mut message = self.kills();
        for name in ["environment", "lineage"] {
            if let Some(node) = self.document.member(self.document.root(), name) {
                message.member(name, self.document.text(node));
            }
        }
        message.end()
    }

    /// The types of attributes that are read, none of which is private, for the checks of contexts.
    fn attributes(&self, read: &BTreeSet<&str>) -> String {
        let mut attributes = Object::default();
        for keyed in &self.snapshot.attributes {
            if let Ok(attribute) = &keyed.part
                && read.iter().any(|path| lies_in(path, &keyed.key))
            {
                attributes.member(&keyed.key, &alloc::format!("{{\"type\":{}}}", quoted(attribute.kind.name())));
            }
        }
        attributes.end()
    }
}
