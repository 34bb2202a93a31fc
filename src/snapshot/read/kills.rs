//! Kill sets: part of a snapshot, or messages of their own.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::KillMessage;
use crate::snapshot::draft::{Drafts, position};
use crate::snapshot::model::{Flag, Keyed, KillSet};
use crate::snapshot::trail::Step;
use crate::words::diagnostic::{Code, Severity};

use super::object::Object;
use super::reader::Reader;

const KILLS: &[&str] = &["revision", "all", "namespaces", "flags", "services"];
const MESSAGE: &[&str] = &["revision", "all", "namespaces", "flags", "services", "environment", "lineage"];

impl<'d> Reader<'d> {
    /// The kill set of a snapshot.
    pub(super) fn kills(&mut self, json: &'d Json<'d>) -> KillSet {
        let object = self.object(json, KILLS);
        self.kill_set(object)
    }

    fn kill_set(&mut self, object: Object<'d>) -> KillSet {
        let revision = self.need(object, "revision", |reader, json| reader.revision(json, Severity::Error)).flatten();
        KillSet {
            revision: revision.unwrap_or_default(),
            all: self.boolean(object, "all").unwrap_or_default(),
            namespaces: self.field(object, "namespaces", Self::killed).unwrap_or_default(),
            flags: self.field(object, "flags", Self::killed).unwrap_or_default(),
            services: self.field(object, "services", Self::killed).unwrap_or_default(),
        }
    }

    fn killed(&mut self, json: &'d Json<'d>) -> Vec<String> {
        let mut keys = Vec::new();
        self.list(json, "", usize::MAX, &mut |reader, item| keys.extend(reader.key(item)));
        keys
    }

    /// Warns about what is killed and does not exist.
    pub(super) fn check_kills(&mut self, json: &'d Json<'d>, drafts: &Drafts) {
        let Json::Object(members) = json else { return };
        for member in members {
            let exists: &dyn Fn(&str) -> bool = match member.key.as_ref() {
                "flags" => &|key| position(&drafts.flags, key).is_some(),
                "services" => &|key| position(&drafts.services, key).is_some(),
                "namespaces" => &|key| has_namespace(&drafts.flags, key),
                _ => continue,
            };
            // Another type was reported.
            let Json::Array(_) = &member.value else { continue };
            self.trail.enter(Step::Key(&member.key));
            self.list(&member.value, "", usize::MAX, &mut |reader, item| {
                if let Json::String(key) = item
                    && !exists(key)
                {
                    let message = " is killed, but there is nothing of that name";
                    reader.trail.add_about(Code::UnknownKill, "", key, message);
                }
            });
            self.trail.leave();
        }
    }
}

/// Whether a flag is in a namespace: `a`, or anything that begins with `a.`.
fn has_namespace(flags: &[Keyed<Flag>], namespace: &str) -> bool {
    let prefix = [namespace, "."].concat();
    let start = flags.partition_point(|flag| flag.key < prefix);
    position(flags, namespace).is_some() || flags.get(start).is_some_and(|flag| flag.key.starts_with(&prefix))
}

/// A kill message. Everything strange is an error.
pub(in crate::snapshot) fn kill_message<'d>(reader: &mut Reader<'d>, json: &'d Json<'d>) -> KillMessage {
    let object = reader.object_with(json, MESSAGE, Severity::Error, Severity::Error);
    KillMessage {
        kills: reader.kill_set(object),
        environment: reader.prose(object, "environment"),
        lineage: reader.prose(object, "lineage"),
    }
}
