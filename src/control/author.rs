//! Deciding commands: what people author, and kills.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::command::{Action, Command};
use super::document::Document;
use super::event::{Event, PartKind};
use super::kills::KillTarget;
use super::rejection::{Rejection, RejectionCode};
use super::release;
use super::workspace::{Part, Workspace};
use crate::words::limits;
use crate::words::time::Timestamp;

pub(super) type Decided = Result<Vec<Event>, Rejection>;

impl Workspace {
    /// What a command makes happen, or why it is refused. Whether the snapshots would be sound is looked at afterwards.
    pub(super) fn decide(&self, command: &Command, now: Timestamp) -> Decided {
        for (name, text) in [("id", &command.id), ("actor", &command.actor)] {
            if text.is_empty() || text.len() > limits::KEY_BYTES {
                let message = format!("`{name}` of a command has 1 to {} bytes", limits::KEY_BYTES);
                return Err(Rejection::new(RejectionCode::Malformed, message));
            }
        }
        if let Some(expected) = command.expected_revision.filter(|expected| *expected != self.revision) {
            let message = format!(
                "the workspace is at revision {}, the command expects {expected}: look again, and decide anew",
                self.revision
            );
            return Err(Rejection::new(RejectionCode::Stale, message));
        }
        match (&command.action, self.lineage.is_empty()) {
            (Action::CreateWorkspace { lineage, environments }, true) => create_workspace(lineage, environments),
            (Action::CreateWorkspace { .. }, false) => {
                let message = "there is a workspace already; another one is another log";
                Err(Rejection::new(RejectionCode::WrongBeginning, message))
            }
            (_, true) => {
                let message = "there is no workspace yet: the first command is `createWorkspace`";
                Err(Rejection::new(RejectionCode::WrongBeginning, message))
            }
            (Action::All { actions }, false) => self.decide_all(command, actions, now),
            (action, false) => self.decide_action(action, &command.actor, now),
        }
    }

    /// Each action is decided as those before it have left the workspace.
    fn decide_all(&self, command: &Command, actions: &[Action], now: Timestamp) -> Decided {
        let (mut next, mut events) = (self.clone(), Vec::new());
        for (index, action) in actions.iter().enumerate() {
            let place = |refused: Rejection| Rejection { message: format!("`actions[{index}]`: {refused}"), ..refused };
            if matches!(action, Action::CreateWorkspace { .. } | Action::All { .. }) {
                let message = "beginnings and lists of actions are commands of their own";
                return Err(place(Rejection::new(RejectionCode::Malformed, message)));
            }
            let decided = next.decide_action(action, &command.actor, now).map_err(place)?;
            next.evolve_all(&decided, command, now);
            events.extend(decided);
        }
        if events.is_empty() { Err(nothing("none of the actions changes anything")) } else { Ok(events) }
    }

    /// What an action makes happen, with what that means for releases.
    fn decide_action(&self, action: &Action, actor: &str, now: Timestamp) -> Decided {
        Ok(self.with_releases(self.decide_alone(action, actor, now)?, now))
    }

    fn decide_alone(&self, action: &Action, actor: &str, now: Timestamp) -> Decided {
        match action {
            // Decided before.
            Action::CreateWorkspace { .. } | Action::All { .. } => Ok(Vec::new()),
            Action::AddEnvironment { environment } => self.add_environment(environment),
            Action::Create { part, key, value } => self.create(*part, key, value.clone()),
            Action::CreateFlag { key, preset } => self.create(PartKind::Flag, key, preset.document(key)),
            Action::Change { part, key, environment, set, .. } => {
                self.change_part(*part, key, environment.as_deref(), set)
            }
            Action::Archive { part, key } => {
                self.active(*part, key)?;
                match part {
                    PartKind::Flag => {
                        self.free_to_archive_flag(key)?;
                        self.free_of_features(key)?;
                    }
                    PartKind::Service => self.free_to_archive_service(key)?,
                    PartKind::Segment | PartKind::Layer | PartKind::Holdout | PartKind::Attribute => {}
                }
                Ok(vec![Event::Archived { part: *part, key: key.clone() }])
            }
            Action::Restore { part, key } => self.restore(*part, key),
            Action::SetRings { rings } if *rings == self.rings => Err(nothing("the rings are these already")),
            Action::SetRings { rings } => {
                Ok(vec![Event::RingsSet { before: self.rings.clone(), after: rings.clone() }])
            }
            Action::Rollout { rollout, command } => {
                release::free_of_release(rollout, command)?;
                self.decide_rollout(rollout, command, now)
            }
            Action::Deployment { deployment, command } => self.decide_deployment(deployment, command, now),
            Action::Program { program, command } => self.decide_program(program, command, now),
            Action::Release { release, command } => self.decide_release(release, command, actor, now),
            Action::Tick {} => Ok(self.tick(now)),
            Action::Kill { environment, targets } if targets.is_empty() => {
                Err(Rejection::new(RejectionCode::Malformed, format!("nothing is named to kill in `{environment}`")))
            }
            Action::Kill { environment, targets } => self.kill_targets(environment, targets, now),
            Action::Lift { environment, targets } => self.lift_targets(environment, targets),
        }
    }

    /// What time has brought.
    fn tick(&self, now: Timestamp) -> Vec<Event> {
        let rolled = [self.tick_rollouts(now), self.tick_deployments(now)];
        let others = [self.tick_programs(now), self.tick_releases(now)];
        rolled.into_iter().chain(others).flatten().collect()
    }

    fn add_environment(&self, environment: &str) -> Decided {
        key_of("an environment", environment)?;
        if self.environments.contains_key(environment) {
            return Err(nothing(format!("there is an environment `{environment}` already")));
        }
        Ok(vec![Event::EnvironmentAdded { environment: environment.into() }])
    }

    fn create(&self, part: PartKind, key: &str, value: Document) -> Decided {
        let name = part.name();
        key_of(&format!("a {name}"), key)?;
        self.free_of_programs(part, key)?;
        match self.part(part, key) {
            None => Ok(vec![Event::Created { part, key: key.into(), value }]),
            Some(known) if known.is_archived => {
                let message = format!(
                    "the {name} `{key}` is archived, and its key stays taken: restore it, or choose another key"
                );
                Err(Rejection::new(RejectionCode::Taken, message))
            }
            Some(_) => {
                let message = format!("there is a {name} `{key}` already: change it, or choose another key");
                Err(Rejection::new(RejectionCode::Taken, message))
            }
        }
    }

    fn change_part(&self, part: PartKind, key: &str, environment: Option<&str>, set: &Document) -> Decided {
        let known = self.active(part, key)?;
        let current = match environment {
            Some(environment) => {
                self.environment(environment)?;
                known.overlays.get(environment).cloned().unwrap_or_default()
            }
            None => known.value.clone(),
        };
        if current.with(set) == current {
            return Err(nothing(format!("the {} `{key}` is so already", part.name())));
        }
        match part {
            PartKind::Flag => self.free_to_change_flag(key, known, environment, set)?,
            PartKind::Service => self.free_to_change_service(key, environment, set)?,
            PartKind::Segment | PartKind::Layer | PartKind::Holdout | PartKind::Attribute => {}
        }
        let (key, before) = (key.into(), current.named_in(set));
        Ok(vec![Event::Changed { part, key, environment: environment.map(Into::into), before, after: set.clone() }])
    }

    fn restore(&self, part: PartKind, key: &str) -> Decided {
        let known = self.part(part, key).ok_or_else(|| unknown(part.name(), key))?;
        if !known.is_archived {
            return Err(nothing(format!("the {} `{key}` is not archived", part.name())));
        }
        Ok(vec![Event::Restored { part, key: key.into() }])
    }

    fn kill_targets(&self, environment: &str, targets: &BTreeSet<KillTarget>, now: Timestamp) -> Decided {
        let killed = &self.environment(environment)?.kills;
        for target in targets {
            match target {
                KillTarget::Flag(key) => drop(self.active(PartKind::Flag, key)?),
                KillTarget::Service(key) => drop(self.active(PartKind::Service, key)?),
                // A namespace may be killed before its first flag is there.
                KillTarget::Namespace(name) => key_of("a namespace", name)?,
                KillTarget::All(true) => {}
                KillTarget::All(false) => {
                    let message = "`all` is true, or not there";
                    return Err(Rejection::new(RejectionCode::Malformed, message));
                }
            }
        }
        let fresh: BTreeSet<_> = targets.iter().filter(|target| !killed.contains_key(target)).cloned().collect();
        if fresh.is_empty() {
            return Err(nothing("all of that is killed already"));
        }
        let mut events = self.rollouts_paused_by(environment, &fresh, now);
        events.extend(self.deployments_paused_by(environment, &fresh, now));
        events.push(Event::Killed { environment: environment.into(), targets: fresh });
        Ok(events)
    }

    fn lift_targets(&self, environment: &str, targets: &BTreeSet<KillTarget>) -> Decided {
        let killed = &self.environment(environment)?.kills;
        let held: BTreeSet<_> = targets.iter().filter(|target| killed.contains_key(target)).cloned().collect();
        if held.is_empty() {
            return Err(nothing("none of that is killed"));
        }
        Ok(vec![Event::Lifted { environment: environment.into(), targets: held }])
    }

    pub(super) fn environment(&self, name: &str) -> Result<&super::workspace::Environment, Rejection> {
        self.environments.get(name).ok_or_else(|| unknown("environment", name))
    }

    pub(super) fn active(&self, part: PartKind, key: &str) -> Result<&Part, Rejection> {
        let known = self.part(part, key).ok_or_else(|| unknown(part.name(), key))?;
        if known.is_archived {
            let message = format!("the {} `{key}` is archived: restore it first", part.name());
            return Err(Rejection::new(RejectionCode::Unknown, message));
        }
        Ok(known)
    }
}

fn create_workspace(lineage: &str, environments: &BTreeSet<String>) -> Decided {
    key_of("a lineage", lineage)?;
    if environments.is_empty() {
        return Err(Rejection::new(RejectionCode::Malformed, "a workspace begins with at least one environment"));
    }
    let mut events = vec![Event::WorkspaceCreated { lineage: lineage.into() }];
    for environment in environments {
        key_of("an environment", environment)?;
        events.push(Event::EnvironmentAdded { environment: environment.clone() });
    }
    Ok(events)
}

pub(super) fn key_of(what: &str, key: &str) -> Result<(), Rejection> {
    if key.is_empty() || key.len() > limits::KEY_BYTES {
        let message = format!("the key of {what} has 1 to {} bytes", limits::KEY_BYTES);
        return Err(Rejection::new(RejectionCode::Malformed, message));
    }
    Ok(())
}

pub(super) fn unknown(what: &str, key: &str) -> Rejection {
    Rejection::new(RejectionCode::Unknown, format!("there is no {what} `{key}`"))
}

pub(super) fn nothing(message: impl Into<String>) -> Rejection {
    Rejection::new(RejectionCode::NothingToDo, message)
}
