//! Kill sets: part of a snapshot, or messages of their own.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::KillMessage;
use crate::snapshot::draft::{Draft, Drafts, position};
use crate::snapshot::model::{Flag, KillSet};
use crate::words::diagnostic::{Code, Path, Severity};

use super::object::{Node, Object};
use super::reader::{Reader, quoted};

const KILLS: &[&str] = &["revision", "all", "namespaces", "flags", "services"];
const MESSAGE: &[&str] = &["revision", "all", "namespaces", "flags", "services", "environment", "lineage"];

impl Reader {
    /// The kill set of a snapshot.
    pub(super) fn kills(&mut self, node: Node<'_>) -> KillSet {
        let object = self.object(node, KILLS);
        self.kill_set(&object)
    }

    fn kill_set(&mut self, object: &Object<'_>) -> KillSet {
        KillSet {
            revision: self
                .need(object, "revision")
                .and_then(|node| self.revision(node, Severity::Error))
                .unwrap_or_default(),
            all: self.boolean(object, "all").unwrap_or_default(),
            namespaces: self.killed(object, "namespaces"),
            flags: self.killed(object, "flags"),
            services: self.killed(object, "services"),
        }
    }

    fn killed(&mut self, object: &Object<'_>, field: &str) -> Vec<String> {
        let keys = self.list(object.field(field), "", usize::MAX, Self::key);
        keys.into_iter().flatten().collect()
    }

    /// Warns about what is killed and does not exist.
    pub(super) fn check_kills(&mut self, node: Node<'_>, drafts: &Drafts) {
        self.check_killed(node, "flags", |key| position(&drafts.flags, key).is_some());
        self.check_killed(node, "services", |key| position(&drafts.services, key).is_some());
        self.check_killed(node, "namespaces", |key| has_namespace(&drafts.flags, key));
    }

    fn check_killed(&mut self, node: Node<'_>, field: &str, exists: impl Fn(&str) -> bool) {
        let Json::Object(members) = node.json else { return };
        let Some(member) = members.iter().find(|member| member.key == field) else { return };
        let Json::Array(items) = &member.value else { return };
        let path = node.path.key(field);
        for (index, item) in items.iter().enumerate() {
            if let Json::String(key) = item
                && !exists(key)
            {
                let message = [&quoted(key), " is killed, but there is nothing of that name"];
                self.say(Code::UnknownKill, path.index(index), &message);
            }
        }
    }
}

/// Whether a flag is in a namespace: `a`, or anything that begins with `a.`.
fn has_namespace(flags: &[Draft<Flag>], namespace: &str) -> bool {
    let prefix = [namespace, "."].concat();
    let start = flags.partition_point(|flag| flag.key < prefix);
    position(flags, namespace).is_some() || flags.get(start).is_some_and(|flag| flag.key.starts_with(&prefix))
}

/// A kill message. Everything strange is an error.
pub(in crate::snapshot) fn kill_message(reader: &mut Reader, json: &Json<'_>, path: Path<'_>) -> KillMessage {
    let object = reader.object_with(Node { json, path }, MESSAGE, Severity::Error, Severity::Error);
    KillMessage {
        kills: reader.kill_set(&object),
        environment: reader.prose(&object, "environment"),
        lineage: reader.prose(&object, "lineage"),
    }
}
