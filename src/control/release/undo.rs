//! How a release that is over is taken back, and how a copy is written.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::super::author::Decided;
use super::super::document::Document;
use super::super::event::{Event as Fact, PartKind};
use super::super::rejection::{Rejection, RejectionCode};
use super::super::rollout::Target;
use super::super::rollout::decide::{rule_of, with_serve};
use super::super::workspace::{Part, Workspace};
use super::manifest::Manifest;
use crate::words::value::Value;

/// What a completed release has written, and what was there before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseUndo"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Undo {
    /// What a rule serves.
    Rule {
        /// The flag.
        flag: String,
        /// The id of its rule.
        rule: String,
        /// What it served before.
        before: Value,
        /// What it serves.
        after: Value,
    },
    /// Members of a flag, over what is authored for all.
    Members {
        /// The flag.
        flag: String,
        /// As they were; null where there was none.
        before: Document,
        /// As they are.
        after: Document,
    },
}

impl Workspace {
    /// How to take back what a release is about to have written, by the workspace in which it has.
    pub(super) fn undo(&self, next: &Self, environment: &str, rules: &[Target]) -> Vec<Undo> {
        let undo = rules.iter().filter_map(|Target { flag, rule, .. }| {
            let serve = |workspace: &Self| {
                let value = workspace.part(PartKind::Flag, flag)?.value_in(environment);
                rule_of(&value, rule)?.member("serve").cloned()
            };
            let (before, after) = (serve(self)?, serve(next)?);
            Some(Undo::Rule { flag: flag.clone(), rule: rule.clone(), before, after })
        });
        undo.collect()
    }

    /// What takes a completed release back. Refused for what is not any more as the release has left it: nobody's work is
    /// undone along with it.
    pub(super) fn undo_events(&self, id: &str, manifest: &Manifest, undo: &[Undo]) -> Decided {
        let environment = manifest.environment.as_str();
        let changed = |what: String| {
            let message = format!(
                "{what} in `{environment}` was changed since the release `{id}`: change it by hand, or release a higher \
                 version"
            );
            Rejection::new(RejectionCode::WrongState, message)
        };
        // Of one flag there may be several rules.
        let mut sets: BTreeMap<&str, Document> = BTreeMap::new();
        for one in undo {
            match one {
                Undo::Rule { flag, rule, before, after } => {
                    let part = self.active(PartKind::Flag, flag)?;
                    let value = part.value_in(environment);
                    let value = sets.get(flag.as_str()).map_or_else(|| value.clone(), |set| value.with(set));
                    if rule_of(&value, rule).and_then(|rule| rule.member("serve")) != Some(after) {
                        return Err(changed(format!("what the rule `{rule}` of the flag `{flag}` serves")));
                    }
                    let rules = with_serve(&value, rule, before);
                    sets.insert(flag, Document::new([(String::from("rules"), rules)]));
                }
                Undo::Members { flag, before, after } => {
                    let own = overlay_of(self.active(PartKind::Flag, flag)?, environment);
                    if own.named_in(after) != *after {
                        return Err(changed(format!("the flag `{flag}`")));
                    }
                    sets.insert(flag, before.clone());
                }
            }
        }
        let mut events = Vec::new();
        for (flag, set) in sets {
            let part = self.active(PartKind::Flag, flag)?;
            // What is so for all needs no words of its own.
            let for_all = |name: &String, value: Value| {
                if name == "rules" && part.value().get(name) == Some(&value) { Value::Null } else { value }
            };
            let members = set.members().iter().cloned();
            let set = Document::new(members.map(|(name, value)| (name.clone(), for_all(&name, value))));
            events.extend(self.overlay_event(environment, flag, part, set)?);
        }
        Ok(events)
    }

    /// What makes flags of an environment those of a copy.
    pub(super) fn copy_events(&self, environment: &str, flags: &BTreeMap<String, Document>) -> Decided {
        let mut events = Vec::new();
        for (flag, copied) in flags {
            let part = self.active(PartKind::Flag, flag)?;
            let value = part.value_in(environment);
            let differs = |(name, member): &&(String, Value)| value.get(name) != Some(member);
            let mut set: Vec<(String, Value)> = copied.members().iter().filter(differs).cloned().collect();
            for (name, _) in value.members().iter().filter(|(name, _)| copied.get(name).is_none()) {
                if part.value().get(name).is_some() {
                    let message = format!(
                        "the flag `{flag}` has `{name}` for all environments, and the copy has none: take it away first"
                    );
                    return Err(Rejection::new(RejectionCode::WrongState, message));
                }
                set.push((name.clone(), Value::Null));
            }
            events.extend(self.overlay_event(environment, flag, part, Document::new(set))?);
        }
        Ok(events)
    }

    /// A change of a flag in an environment, if it is one and nobody else owns what it changes.
    fn overlay_event(
        &self,
        environment: &str,
        flag: &str,
        part: &Part,
        after: Document,
    ) -> Result<Option<Fact>, Rejection> {
        let own = overlay_of(part, environment);
        if own.with(&after) == own {
            return Ok(None);
        }
        self.free_to_change_flag(flag, part, Some(environment), &after)?;
        let (key, environment, before) = (flag.into(), Some(environment.into()), own.named_in(&after));
        Ok(Some(Fact::Changed { part: PartKind::Flag, key, environment, before, after }))
    }
}

/// What a copy has written, as it is taken back.
pub(super) fn undo_of(events: &[Fact]) -> Vec<Undo> {
    let undo = events.iter().filter_map(|event| match event {
        Fact::Changed { key, before, after, .. } => {
            Some(Undo::Members { flag: key.clone(), before: before.clone(), after: after.clone() })
        }
        _ => None,
    });
    undo.collect()
}

fn overlay_of(part: &Part, environment: &str) -> Document {
    part.overlays.get(environment).cloned().unwrap_or_default()
}
