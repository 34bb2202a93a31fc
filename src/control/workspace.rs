//! The state of delivery, and how events are folded into it.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::command::Command;
use super::deployment::{self, Deployment};
use super::document::Document;
use super::event::{Event, PartKind};
use super::journal::Record;
use super::kills::{self, Kill, KillTarget};
use super::program::Program;
use super::release::{self, Release};
use super::rollout::{self, Rollout};
use crate::words::kill::KillSet;
use crate::words::time::Timestamp;

/// All of delivery: what is authored, what is killed, in which environments. Copying it is cheap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workspace {
    pub(super) lineage: String,
    pub(super) revision: u64,
    pub(super) clock: Option<Timestamp>,
    pub(super) environments: BTreeMap<String, Environment>,
    pub(super) parts: BTreeMap<(PartKind, String), Arc<Part>>,
    pub(super) rings: Vec<Document>,
    // Of those all that there ever were, by their ids.
    pub(super) rollouts: BTreeMap<String, Arc<Rollout>>,
    pub(super) deployments: BTreeMap<String, Arc<Deployment>>,
    pub(super) programs: BTreeMap<String, Arc<Program>>,
    pub(super) releases: BTreeMap<String, Arc<Release>>,
}

/// A part of snapshots: a flag, a segment, a layer, a holdout or a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// As authored for all environments.
    pub(super) value: Document,
    /// What single environments have in the place of members.
    pub(super) overlays: BTreeMap<String, Document>,
    /// Whether it is in no snapshot any more.
    pub(super) is_archived: bool,
    /// The revision of the workspace that last changed it.
    pub(super) revision: u64,
}

impl Part {
    /// As authored for all environments.
    pub const fn value(&self) -> &Document {
        &self.value
    }

    /// As an environment has it.
    pub fn value_in(&self, environment: &str) -> Document {
        self.overlays.get(environment).map_or_else(|| self.value.clone(), |overlay| self.value.with(overlay))
    }

    /// Whether it is in no snapshot any more.
    pub const fn is_archived(&self) -> bool {
        self.is_archived
    }

    /// The revision of the workspace that last changed it.
    pub const fn revision(&self) -> u64 {
        self.revision
    }
}

/// An environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The revision of the workspace that last changed its snapshot.
    pub(super) revision: u64,
    pub(super) kills: BTreeMap<KillTarget, Kill>,
    /// Raised by every kill and every lift.
    pub(super) kill_revision: u64,
}

impl Environment {
    /// The revision of its snapshot: that of the workspace that last changed it.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// What is killed, by whom and why.
    pub const fn kills(&self) -> &BTreeMap<KillTarget, Kill> {
        &self.kills
    }

    /// The kill set as snapshots have it.
    pub fn kill_set(&self) -> KillSet {
        kills::kill_set(self.kill_revision, &self.kills)
    }
}

impl Workspace {
    /// Tells the histories of two workspaces apart; empty before the first command.
    pub fn lineage(&self) -> &str {
        &self.lineage
    }

    /// How many transactions there were.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// When the last transaction was; `None` before the first.
    pub const fn clock(&self) -> Option<Timestamp> {
        self.clock
    }

    /// The environments by name.
    pub const fn environments(&self) -> &BTreeMap<String, Environment> {
        &self.environments
    }

    /// The part of that kind and key, archived ones too.
    pub fn part(&self, kind: PartKind, key: &str) -> Option<&Part> {
        self.parts.get(&(kind, String::from(key))).map(Arc::as_ref)
    }

    /// The parts of a kind in the order of their keys, archived ones too.
    pub fn parts(&self, kind: PartKind) -> impl Iterator<Item = (&str, &Part)> {
        let first = (kind, String::new());
        let of_kind = self.parts.range(first..).take_while(move |((other, _), _)| *other == kind);
        of_kind.map(|((_, key), part)| (key.as_str(), part.as_ref()))
    }

    /// The rollouts by id, those that have ended too.
    pub const fn rollouts(&self) -> &BTreeMap<String, Arc<Rollout>> {
        &self.rollouts
    }

    /// The releases by id, those that are over too.
    pub const fn releases(&self) -> &BTreeMap<String, Arc<Release>> {
        &self.releases
    }

    /// The rollouts that serve a rule of a flag in an environment.
    pub(super) fn rollouts_of<'w>(
        &'w self,
        environment: &'w str,
        flag: &'w str,
    ) -> impl Iterator<Item = (&'w str, &'w Rollout)> {
        let all = self.rollouts.iter().map(|(id, rollout)| (id.as_str(), rollout.as_ref()));
        all.filter(move |(_, rollout)| rollout.drives(environment, flag))
    }

    /// The deployments by id, those that have ended too.
    pub const fn deployments(&self) -> &BTreeMap<String, Arc<Deployment>> {
        &self.deployments
    }

    /// The deployment of a service in an environment that is on its way: there is one at most.
    pub fn deployment_of(&self, environment: &str, service: &str) -> Option<(&str, &Deployment)> {
        let mut all = self.deployments.iter().map(|(id, deployment)| (id.as_str(), deployment.as_ref()));
        all.find(|(_, deployment)| deployment.drives(environment, service))
    }

    /// The early-access programs by id, those that are closed too.
    pub const fn programs(&self) -> &BTreeMap<String, Arc<Program>> {
        &self.programs
    }

    /// Whether something lies over what is authored for an environment.
    pub(super) fn is_driven(&self, environment: &str) -> bool {
        self.rollouts.values().any(|rollout| rollout.lies_over(environment))
            || self.deployments.values().any(|deployment| deployment.lies_over(environment))
    }

    /// When a `tick` is due; `None` if time alone changes nothing.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let rollouts = self.rollouts.values().filter_map(|rollout| rollout.progress().wake_at());
        let deployments = self.deployments.values().filter_map(|deployment| deployment.progress().wake_at());
        let programs = self.programs.values().filter_map(|program| program.wake_at());
        let releases = self.releases.values().filter_map(|release| release.wake_at());
        rollouts.chain(deployments).chain(programs).chain(releases).min()
    }

    /// Folds a transaction. Cannot fail: what could was decided before it was recorded.
    pub(super) fn fold(&mut self, record: &Record) {
        self.revision += 1;
        self.clock = Some(record.at);
        for event in &record.events {
            self.evolve(event, record);
        }
    }

    /// Folds what a part of a command was decided into, before there is a record of it.
    pub(super) fn evolve_all(&mut self, events: &[Event], command: &Command, at: Timestamp) {
        let record = Record::unsealed(self.revision, at, command, Vec::new(), "");
        for event in events {
            self.evolve(event, &record);
        }
    }

    fn evolve(&mut self, event: &Event, record: &Record) {
        match event {
            Event::WorkspaceCreated { lineage } => self.lineage.clone_from(lineage),
            Event::EnvironmentAdded { environment } => {
                let added = Environment { revision: self.revision, ..Environment::default() };
                self.environments.insert(environment.clone(), added);
            }
            Event::Created { part, key, value } => {
                let created = Part { value: value.clone(), revision: self.revision, ..Part::default() };
                self.parts.insert((*part, key.clone()), Arc::new(created));
                self.touch_all();
            }
            Event::Changed { part, key, environment, after, .. } => {
                self.change(*part, key, environment.as_deref(), after);
            }
            // What was changed is in the event before.
            Event::Moved { .. } => {}
            Event::Archived { part, key } => self.archive(*part, key, true),
            Event::Restored { part, key } => self.archive(*part, key, false),
            Event::RingsSet { after, .. } => {
                self.rings.clone_from(after);
                self.touch_all();
            }
            Event::Rollout { rollout, event } => self.evolve_rollout(rollout, event, record.at),
            Event::Deployment { deployment, event } => self.evolve_deployment(deployment, event, record.at),
            Event::Program { program, event } => self.evolve_program(program, event, record.at),
            Event::Release { release, event } => release::fold(&mut self.releases, release, event, record.at),
            Event::Killed { environment, targets } => self.kill(environment, |kills| {
                for target in targets {
                    let kill = Kill::new(record.actor.clone(), record.reason.clone(), record.at);
                    kills.entry(target.clone()).or_insert(kill);
                }
            }),
            Event::Lifted { environment, targets } => {
                self.kill(environment, |kills| kills.retain(|target, _| !targets.contains(target)));
            }
        }
    }

    fn evolve_rollout(&mut self, id: &str, event: &rollout::Event, at: Timestamp) {
        if let rollout::Event::Started { course } = event {
            self.touch(&course.environment);
            self.rollouts.insert(id.into(), Arc::new(Rollout::new(course.clone(), at)));
            return;
        }
        let Some(rollout) = self.rollouts.get_mut(id).map(Arc::make_mut) else { return };
        let before = rollout.progress().lies();
        rollout.evolve(event, at);
        // Observing, waiting and pausing change nothing of what is served.
        if rollout.progress().lies() != before {
            let environment = String::from(rollout.environment());
            self.touch(&environment);
        }
    }

    fn evolve_deployment(&mut self, id: &str, event: &deployment::Event, at: Timestamp) {
        if let deployment::Event::Started { course } = event {
            self.touch(&course.environment);
            let number = self.deployments.len() as u64 + 1;
            self.deployments.insert(id.into(), Arc::new(Deployment::new(course.clone(), number, at)));
            return;
        }
        let Some(deployment) = self.deployments.get_mut(id).map(Arc::make_mut) else { return };
        let before = deployment.progress().lies();
        deployment.evolve(event, at);
        if deployment.progress().lies() != before {
            let environment = String::from(deployment.environment());
            self.touch(&environment);
        }
    }

    /// Writes what events change of parts, and nothing else of what they say.
    pub(super) fn write(&mut self, events: &[Event]) {
        for event in events {
            if let Event::Changed { part, key, environment, after, .. } = event {
                self.change(*part, key, environment.as_deref(), after);
            }
        }
    }

    fn change(&mut self, kind: PartKind, key: &str, environment: Option<&str>, after: &Document) {
        let revision = self.revision;
        let Some(part) = self.parts.get_mut(&(kind, String::from(key))).map(Arc::make_mut) else { return };
        part.revision = revision;
        let is_shadowed = |name: &String| {
            let overlay = part.overlays.get(name);
            overlay.is_some_and(|overlay| after.members().iter().all(|(member, _)| overlay.get(member).is_some()))
        };
        let touched: Vec<String> = match environment {
            Some(environment) => Vec::from([environment.into()]),
            // Where all that changes is something else anyway, nothing does.
            None => self.environments.keys().filter(|name| !is_shadowed(name)).cloned().collect(),
        };
        match environment {
            Some(environment) => {
                let overlay = part.overlays.entry(environment.into()).or_default();
                *overlay = overlay.with(after);
                if overlay.members().is_empty() {
                    part.overlays.remove(environment);
                }
            }
            None => part.value = part.value.with(after),
        }
        for environment in touched {
            self.touch(&environment);
        }
    }

    fn archive(&mut self, kind: PartKind, key: &str, is_archived: bool) {
        let revision = self.revision;
        if let Some(part) = self.parts.get_mut(&(kind, String::from(key))).map(Arc::make_mut) {
            (part.is_archived, part.revision) = (is_archived, revision);
            self.touch_all();
        }
    }

    fn kill(&mut self, environment: &str, change: impl FnOnce(&mut BTreeMap<KillTarget, Kill>)) {
        let revision = self.revision;
        if let Some(environment) = self.environments.get_mut(environment) {
            change(&mut environment.kills);
            environment.kill_revision += 1;
            environment.revision = revision;
        }
    }

    pub(super) fn touch(&mut self, environment: &str) {
        if let Some(environment) = self.environments.get_mut(environment) {
            environment.revision = self.revision;
        }
    }

    pub(super) fn touch_all(&mut self) {
        self.environments.values_mut().for_each(|environment| environment.revision = self.revision);
    }
}
