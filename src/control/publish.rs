//! From a workspace to the snapshot of an environment.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::document::Document;
use super::event::PartKind;
use super::workspace::{Environment, Workspace};
use crate::patterns::RegexPatterns;
use crate::snapshot;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::kill::KillSet;
use crate::words::value::Value;

impl Workspace {
    /// The snapshot of an environment as JSON text; `None` if there is no such environment.
    ///
    /// What was accepted has no error in it: commands that would publish one are refused.
    pub fn publish(&self, environment: &str) -> Option<String> {
        let snapshot =
            Published { workspace: self, name: environment, environment: self.environments.get(environment)? };
        serde_json::to_string(&snapshot).ok()
    }

    /// The kill message of an environment as JSON text; `None` if there is no such environment.
    pub fn publish_kills(&self, environment: &str) -> Option<String> {
        #[derive(Serialize)]
        struct Message<'a> {
            environment: &'a str,
            lineage: &'a str,
            #[serde(flatten)]
            kills: Kills,
        }
        let kills = Kills(self.environments.get(environment)?.kill_set());
        serde_json::to_string(&Message { environment, lineage: &self.lineage, kills }).ok()
    }

    /// A flag as it is served: with the splits of rollouts in the place of what their rules serve.
    pub(super) fn driven(&self, environment: &str, key: &str, flag: Document) -> Document {
        let mut rollouts = self.rollouts_of(environment, key).peekable();
        if rollouts.peek().is_none() {
            return flag;
        }
        let Some(Value::List(mut rules)) = flag.get("rules").cloned() else { return flag };
        for (_, rollout) in rollouts {
            let id = Value::from(rollout.course().rule.as_str());
            for rule in rules.iter_mut().filter(|rule| rule.member("id") == Some(&id)) {
                if let Value::Object(members) = rule {
                    for (_, serve) in members.iter_mut().filter(|(member, _)| member == "serve") {
                        *serve = rollout.serve();
                    }
                }
            }
        }
        flag.with(&Document::new([(String::from("rules"), Value::List(rules))]))
    }

    /// What validation says of the snapshots of environments that are of this revision, as far as it forbids publishing.
    pub(super) fn errors_of_revision(&self) -> Vec<Diagnostic> {
        let changed = self.environments.iter().filter(|(_, environment)| environment.revision == self.revision);
        let texts = changed.filter_map(|(name, _)| self.publish(name));
        let mut errors = Vec::new();
        for text in texts {
            let found = snapshot::read::<RegexPatterns>(&text).diagnostics;
            errors.extend(found.into_iter().filter(|problem| problem.severity != Severity::Warning));
        }
        errors
    }
}

struct Published<'w> {
    workspace: &'w Workspace,
    name: &'w str,
    environment: &'w Environment,
}

impl Serialize for Published<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Workspace { lineage, rings, .. } = self.workspace;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "vexil/1")?;
        map.serialize_entry("lineage", lineage)?;
        map.serialize_entry("revision", &self.environment.revision)?;
        map.serialize_entry("environment", self.name)?;
        map.serialize_entry("kills", &Kills(self.environment.kill_set()))?;
        for kind in PartKind::ALL {
            map.serialize_entry(kind.member(), &Parts { kind, of: self })?;
        }
        if !rings.is_empty() {
            map.serialize_entry("rings", rings)?;
        }
        map.end()
    }
}

/// The parts of a kind that an environment has.
struct Parts<'w> {
    kind: PartKind,
    of: &'w Published<'w>,
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self.of.workspace.parts(self.kind).filter(|(_, part)| !part.is_archived);
        let parts = parts.map(|(key, part)| {
            let value = part.value_in(self.of.name);
            (
                String::from(key),
                if self.kind == PartKind::Flag { self.of.workspace.driven(self.of.name, key, value) } else { value },
            )
        });
        let is_segment = self.kind == PartKind::Segment;
        let programs = is_segment.then(|| self.of.workspace.program_segments(self.of.name));
        serializer.collect_map(parts.chain(programs.into_iter().flatten()))
    }
}

/// A kill set in the form that snapshots and messages have.
struct Kills(KillSet);

impl Serialize for Kills {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let KillSet { revision, all, namespaces, flags, services } = &self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("revision", revision)?;
        map.serialize_entry("all", all)?;
        for (member, names) in [("namespaces", namespaces), ("flags", flags), ("services", services)] {
            map.serialize_entry(member, names)?;
        }
        map.end()
    }
}
