//! From a workspace to the snapshot of an environment.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::document::Document;
use super::event::PartKind;
use super::progress::Exposure;
use super::rejection::{Rejection, RejectionCode};
use super::rollout::Driven;
use super::workspace::{Environment, Part, Workspace};
use crate::client::{ClientSnapshot, client_snapshot};
use crate::patterns::RegexPatterns;
use crate::snapshot::{self, model::Snapshot};
use crate::words::diagnostic::{Code, Severity};
use crate::words::kill::KillSet;
use crate::words::value::Value;

impl Workspace {
    /// The snapshot of an environment as JSON text; `None` if there is no such environment.
    ///
    /// What was accepted has no error in it: commands that would publish one are refused.
    pub fn publish(&self, environment: &str) -> Option<String> {
        self.publish_as(environment, Form::Served)
    }

    fn publish_as(&self, name: &str, form: Form) -> Option<String> {
        let snapshot = self.published(name, form)?;
        serde_json::to_string(&snapshot).ok()
    }

    /// What is published of an environment.
    fn published<'w>(&'w self, name: &'w str, form: Form) -> Option<Published<'w>> {
        let environment = self.environments.get(name)?;
        let mut rollouts: BTreeMap<&str, Vec<(&Driven, Exposure)>> = BTreeMap::new();
        let driving = self.rollouts.values().filter(|rollout| form == Form::Served && rollout.lies_over(name));
        for rollout in driving {
            for driven in rollout.rules() {
                rollouts.entry(&driven.flag).or_default().push((driven, rollout.progress().served()));
            }
        }
        Some(Published { workspace: self, name, environment, form, rollouts })
    }

    /// What browsers get of the snapshot of an environment; `None` if there is no such environment.
    ///
    /// # Errors
    /// It would show what depends on a private attribute: where.
    pub fn publish_client(&self, environment: &str) -> Result<Option<ClientSnapshot>, Rejection> {
        self.publish(environment).map(|text| for_browsers(&text)).transpose()
    }

    /// The parts of a kind that an environment has, as they are published.
    pub(super) fn parts_as_published<'w>(
        &'w self,
        environment: &'w str,
        kind: PartKind,
    ) -> Option<Vec<(&'w str, Cow<'w, Document>, &'w Part)>> {
        let published = self.published(environment, Form::Served)?;
        let parts = self.parts(kind).filter(|(_, part)| !part.is_archived);
        Some(parts.map(|(key, part)| (key, published.value(kind, key, part), part)).collect())
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

    /// The snapshots of the environments that are of this revision, by their names, read as engines read them.
    ///
    /// What lies over the authored parts may be taken away at any time, and that must not be refused then: so the
    /// snapshot without it has to be sound as well.
    ///
    /// # Errors
    /// What validation says of them, as far as it forbids publishing.
    pub(super) fn checked(&self) -> Result<Vec<(&str, Snapshot)>, Rejection> {
        let (mut errors, mut snapshots) = (Vec::new(), Vec::new());
        let mut read = |name: &str, form: Form| {
            let read = snapshot::read::<RegexPatterns>(&self.publish_as(name, form).unwrap_or_default());
            errors.extend(read.diagnostics.into_iter().filter(|problem| problem.severity != Severity::Warning));
            read.snapshot
        };
        for (name, _) in self.environments.iter().filter(|(_, environment)| environment.revision == self.revision) {
            snapshots.extend(read(name, Form::Served).map(|snapshot| (name.as_str(), snapshot)));
            if self.is_driven(name) {
                read(name, Form::Authored);
            }
        }
        if errors.is_empty() {
            return Ok(snapshots);
        }
        let message = "the snapshot would have errors: nothing of the command is carried out";
        Err(Rejection { diagnostics: errors, ..Rejection::new(RejectionCode::Invalid, message) })
    }

    /// The snapshot of an environment, read as engines read it.
    pub(super) fn read(&self, environment: &str) -> Option<Snapshot> {
        snapshot::read::<RegexPatterns>(&self.publish(environment)?).snapshot
    }
}

/// What browsers get of a snapshot: [`client_snapshot`], refused as commands are.
///
/// # Errors
/// Those of [`client_snapshot`].
pub fn for_browsers(text: &str) -> Result<ClientSnapshot, Rejection> {
    client_snapshot::<RegexPatterns>(text).map_err(|diagnostics| {
        let is_private = diagnostics.iter().any(|problem| problem.code == Code::PrivateAttribute);
        let message = if is_private {
            "browsers get nothing of this snapshot: they would see what depends on private attributes"
        } else {
            "browsers get nothing of a snapshot with errors"
        };
        Rejection { diagnostics, ..Rejection::new(RejectionCode::Invalid, message) }
    })
}

/// With what lies over the authored parts, or without it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Served,
    Authored,
}

struct Published<'w> {
    workspace: &'w Workspace,
    name: &'w str,
    environment: &'w Environment,
    form: Form,
    /// What lies over flags, by their keys.
    rollouts: BTreeMap<&'w str, Vec<(&'w Driven, Exposure)>>,
}

impl<'w> Published<'w> {
    /// A part as it is published.
    fn value(&self, kind: PartKind, key: &str, part: &'w Part) -> Cow<'w, Document> {
        let authored = match part.overlays.get(self.name) {
            Some(overlay) => Cow::Owned(part.value.with(overlay)),
            None => Cow::Borrowed(&part.value),
        };
        match kind {
            PartKind::Flag => match self.rollouts.get(key) {
                Some(rollouts) => Cow::Owned(driven(&authored, rollouts)),
                None => authored,
            },
            PartKind::Service if self.form == Form::Served => match self.workspace.deployment_of(self.name, key) {
                Some((_, deployment)) => Cow::Owned(deployment.served(&authored)),
                None => authored,
            },
            _ => authored,
        }
    }
}

/// A flag with the splits of rollouts in the place of what their rules serve.
fn driven(flag: &Document, rollouts: &[(&Driven, Exposure)]) -> Document {
    let Some(Value::List(mut rules)) = flag.get("rules").cloned() else { return flag.clone() };
    for (driven, exposure) in rollouts {
        let id = Value::from(driven.rule.as_str());
        for rule in rules.iter_mut().filter(|rule| rule.member("id") == Some(&id)) {
            if let Value::Object(members) = rule {
                for (_, serve) in members.iter_mut().filter(|(member, _)| member == "serve") {
                    *serve = driven.serve(*exposure);
                }
            }
        }
    }
    flag.with(&Document::new([(String::from("rules"), Value::List(rules))]))
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
            // Snapshots from before attributes could be declared keep their bytes.
            if kind != PartKind::Attribute || self.workspace.parts(kind).any(|(_, part)| !part.is_archived) {
                map.serialize_entry(kind.member(), &Parts { kind, of: self })?;
            }
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
        let parts = parts.map(|(key, part)| (Cow::Borrowed(key), self.of.value(self.kind, key, part)));
        let programs = match self.kind {
            PartKind::Segment => Some(self.of.workspace.program_segments(self.of.name)),
            _ => None,
        };
        let programs = programs.into_iter().flatten().map(|(key, segment)| (Cow::Owned(key), Cow::Owned(segment)));
        serializer.collect_map(parts.chain(programs))
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
