//! Kill sets: part of a snapshot, or messages of their own.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, Node};
use crate::snapshot::draft::position;
use crate::snapshot::model::{Flag, Keyed, KillSet, Snapshot};
use crate::words::diagnostic::{Code, Severity};
use crate::words::kill::KillMessage;
use crate::words::text::join;

use super::reader::Reader;

/// The fields of a kill set, and those that a message has besides.
const FIELDS: [&str; 7] = ["revision", "all", "namespaces", "flags", "services", "environment", "lineage"];
const SET: usize = 5;

impl<'d> Reader<'d> {
    /// The kill set of a snapshot, or a message; how grave is an unknown field?
    pub(super) fn kills(&mut self, node: &'d Node, fields: usize, unknown: Severity) -> KillMessage {
        let names = FIELDS.get(..fields).unwrap_or_default();
        let [revision, all, namespaces, flags, services, environment, lineage, ..] =
            self.find_fields(node, names, unknown, Severity::Error);
        if !revision.is_there() {
            self.missing(node, "revision");
        }
        KillMessage {
            kills: KillSet {
                revision: self.revision(revision, Severity::Error).unwrap_or_default(),
                all: self.boolean(all).unwrap_or_default(),
                namespaces: self.killed(namespaces),
                flags: self.killed(flags),
                services: self.killed(services),
            },
            environment: self.owned(environment),
            lineage: self.owned(lineage),
        }
    }

    /// The kill set of a snapshot.
    pub(super) fn kill_set(&mut self, node: &'d Node) -> KillSet {
        self.kills(node, SET, Severity::Warning).kills
    }

    fn killed(&mut self, node: &'d Node) -> Vec<String> {
        let mut keys = Vec::new();
        for item in self.list(node, "", usize::MAX) {
            let key = self.key(item);
            if !key.is_empty() {
                keys.push(key);
            }
        }
        keys
    }

    /// Warns about what is killed and does not exist.
    pub(super) fn check_kills(&mut self, node: &'d Node, snapshot: &Snapshot) {
        for member in self.members(node) {
            let exists: fn(&Snapshot, &str) -> bool = match self.document.key(member) {
                "flags" => |snapshot, key| position(&snapshot.flags, key).is_some(),
                "services" => |snapshot, key| position(&snapshot.services, key).is_some(),
                "namespaces" => |snapshot, key| has_namespace(&snapshot.flags, key),
                _ => continue,
            };
            // Another type was reported.
            let Json::Array(_) = member.json else { continue };
            for item in self.document.children(member) {
                if let Json::String(key) = item.json {
                    let key = self.document.slice(key);
                    if !exists(snapshot, key) {
                        let message = " is killed, but there is nothing of that name";
                        self.add_about(item, Code::UnknownKill, key, message);
                    }
                }
            }
        }
    }
}

/// Whether a flag is in a namespace: `a`, or anything that begins with `a.`.
fn has_namespace(flags: &[Keyed<Flag>], namespace: &str) -> bool {
    let prefix = join(&[namespace, "."]);
    let start = flags.partition_point(|flag| flag.key < prefix);
    position(flags, namespace).is_some() || flags.get(start).is_some_and(|flag| flag.key.starts_with(&prefix))
}

/// A kill message. Everything strange is an error.
pub(in crate::snapshot) fn kill_message(reader: &mut Reader<'_>) -> KillMessage {
    reader.kills(reader.document.root(), FIELDS.len(), Severity::Error)
}
