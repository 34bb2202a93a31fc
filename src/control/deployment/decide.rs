//! Deciding commands: deployments.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::super::author::{Decided, key_of, nothing, unknown};
use super::super::document::Document;
use super::super::event::{Event as Fact, PartKind};
use super::super::kills::KillTarget;
use super::super::progress::{Cause, Hand, Happened, Reached, Stages, Status, Subject};
use super::super::rejection::{Rejection, RejectionCode};
use super::super::workspace::Workspace;
use super::{Command, Course, Deployment, Event, version};
use crate::words::text;
use crate::words::time::Timestamp;

impl Workspace {
    pub(in super::super) fn decide_deployment(&self, id: &str, command: &Command, now: Timestamp) -> Decided {
        let hand = match command {
            Command::Start { environment, service, version, plan, retry_of } => {
                let plan = plan.as_ref().map_or_else(Stages::canary, super::Plan::stages);
                let plan =
                    plan.map_err(|wrong| Rejection::new(RejectionCode::Malformed, format!("`plan`: {wrong}")))?;
                return self.start_deployment(id, (environment, service, version), plan, retry_of.as_deref());
            }
            Command::Instant { environment, service, version } => {
                return self.deploy_at_once(id, (environment, service, version), now);
            }
            Command::Record { observations } => Hand::Record(observations),
            Command::Advance { despite } => Hand::Advance { despite: despite.as_deref() },
            Command::Pause {} => Hand::Pause,
            Command::Resume {} => Hand::Resume,
            Command::RollBack {} => Hand::RollBack,
            Command::Abort {} => Hand::Abort,
            Command::Complete {} => Hand::Complete,
        };
        let deployment = self.deployments.get(id).ok_or_else(|| unknown("deployment", id))?;
        if deployment.progress.status() == Status::Completed && matches!(command, Command::RollBack {}) {
            return self.roll_back_settled(id, deployment, now);
        }
        let killed = self.kills_service(&deployment.environment, &deployment.service);
        let killed = killed.then(|| format!("the service `{}`", deployment.service));
        let happened = deployment.progress.decide(&Subject { kind: "deployment", id, killed }, hand, now)?;
        Ok(self.deployment_events(id, deployment, happened))
    }

    fn start_deployment(
        &self,
        id: &str,
        (environment, service, version): (&str, &str, &str),
        plan: Stages,
        retry_of: Option<&str>,
    ) -> Decided {
        if let Some((other, _)) = self.deployment_of(environment, service) {
            let message = format!(
                "the deployment `{other}` of this service is on its way: roll it back or complete it first, or deploy at once"
            );
            return Err(Rejection::new(RejectionCode::Owned, message));
        }
        if self.kills_service(environment, service) {
            let message = format!("the service `{service}` is killed in `{environment}`: lift that before deploying");
            return Err(Rejection::new(RejectionCode::WrongState, message));
        }
        let seed = match retry_of {
            None => seed(service, id),
            Some(earlier) => {
                let is_its = |known: &&Deployment| known.environment == environment && known.service == service;
                let known = self.deployments.get(earlier).map(AsRef::as_ref).filter(is_its);
                known.ok_or_else(|| unknown(&format!("deployment of the service `{service}`"), earlier))?.seed.clone()
            }
        };
        let from = self.stable_version(id, (environment, service, version))?;
        let (environment, service, to) = (environment.into(), service.into(), version.into());
        Ok(self.begun(id, Course { environment, service, from, to, seed, plan }))
    }

    fn deploy_at_once(&self, id: &str, (environment, service, version): (&str, &str, &str), now: Timestamp) -> Decided {
        let from = self.stable_version(id, (environment, service, version))?;
        let superseded = self.deployment_of(environment, service).map(|(other, deployment)| {
            let reached = deployment.progress.stop(Status::Superseded, Cause::Command, now);
            fact(other, Event::Reached { reached })
        });
        let course = Course {
            environment: environment.into(),
            service: service.into(),
            from,
            to: version.into(),
            seed: seed(service, id),
            plan: Stages::at_once(),
        };
        Ok(superseded.into_iter().chain(self.begun(id, course)).collect())
    }

    /// The version that a service has, if another one can be deployed.
    fn stable_version(&self, id: &str, (environment, service, to): (&str, &str, &str)) -> Result<String, Rejection> {
        key_of("a deployment", id)?;
        if self.deployments.contains_key(id) {
            let message = format!("there is or was a deployment `{id}`: another one has another id");
            return Err(Rejection::new(RejectionCode::Taken, message));
        }
        self.environment(environment)?;
        let value = self.active(PartKind::Service, service)?.value_in(environment);
        let from = version(&value, "stable").ok_or_else(|| {
            let message = format!("the service `{service}` has no version on a track `stable`: change it first");
            Rejection::new(RejectionCode::WrongState, message)
        })?;
        if from == to {
            return Err(nothing(format!("`{to}` is what the service `{service}` runs in `{environment}`")));
        }
        Ok(from.into())
    }

    fn begun(&self, id: &str, course: Course) -> Vec<Fact> {
        let mut events = vec![fact(id, Event::Started { course: course.clone() })];
        // The first stage may begin at once with its share.
        let start = Timestamp::from_ms(0);
        let deployment = Deployment::new(course, 0, start);
        events.extend(self.deployment_events(id, &deployment, deployment.progress.due(start)));
        events
    }

    /// A completed deployment is taken back: the service gets the version that ran before it.
    fn roll_back_settled(&self, id: &str, deployment: &Deployment, now: Timestamp) -> Decided {
        let Deployment { environment, service, from, to, .. } = deployment;
        let refused = |message: String| Err(Rejection::new(RejectionCode::WrongState, message));
        if let Some((other, _)) = self.deployment_of(environment, service) {
            return refused(format!("the deployment `{other}` is on its way: roll that back first"));
        }
        let value = self.active(PartKind::Service, service)?.value_in(environment);
        if version(&value, "stable") != Some(to) {
            let runs = version(&value, "stable").unwrap_or("nothing");
            return refused(format!(
                "the service `{service}` runs `{runs}` and no more `{to}`: roll that back instead"
            ));
        }
        let reached = deployment.progress.stop(Status::RolledBack, Cause::Command, now);
        let mut events = vec![fact(id, Event::Reached { reached })];
        events.extend(self.settled(deployment, from));
        Ok(events)
    }

    /// What happened to a deployment, with what that means for its service: at its end that has the new version itself.
    fn deployment_events(&self, id: &str, deployment: &Deployment, happened: Vec<Happened>) -> Vec<Fact> {
        let is_end = |one: &Happened| matches!(one, Happened::Reached(Reached { status: Status::Completed, .. }));
        let settled = happened.iter().any(is_end).then(|| self.settled(deployment, &deployment.to)).flatten();
        happened.into_iter().map(|one| fact(id, one.into())).chain(settled).collect()
    }

    fn settled(&self, deployment: &Deployment, version: &str) -> Option<Fact> {
        let Deployment { environment, service, .. } = deployment;
        let part = self.part(PartKind::Service, service)?;
        let after = deployment.settled(&part.value_in(environment), version);
        let before = part.overlays.get(environment).cloned().unwrap_or_default().named_in(&after);
        let (part, key, environment) = (PartKind::Service, service.clone(), Some(environment.clone()));
        Some(Fact::Changed { part, key, environment, before, after })
    }

    /// What time has brought to all deployments.
    pub(in super::super) fn tick_deployments(&self, now: Timestamp) -> Vec<Fact> {
        let ticked = self.deployments.iter().filter(|(_, deployment)| deployment.progress.status().is_active());
        ticked
            .flat_map(|(id, deployment)| self.deployment_events(id, deployment, deployment.progress.due(now)))
            .collect()
    }

    /// What a kill does to the deployments of the services that it hits.
    pub(in super::super) fn deployments_paused_by(
        &self,
        environment: &str,
        targets: &BTreeSet<KillTarget>,
        now: Timestamp,
    ) -> Vec<Fact> {
        let is_paused = |deployment: &Deployment| {
            let goes_on = deployment.progress.status() != Status::PausedByKill;
            let is_hit = targets.iter().any(|target| target.hits_service(&deployment.service));
            goes_on && is_hit && deployment.lies_over(environment)
        };
        let paused = self.deployments.iter().filter(|(_, deployment)| is_paused(deployment));
        let stop = |deployment: &Deployment| deployment.progress.stop(Status::PausedByKill, Cause::Kill, now);
        paused.map(|(id, deployment)| fact(id, Event::Reached { reached: stop(deployment) })).collect()
    }

    /// Refuses to archive a service that is being deployed.
    pub(in super::super) fn free_to_archive_service(&self, key: &str) -> Result<(), Rejection> {
        match self.environments.keys().find_map(|environment| self.deployment_of(environment, key)) {
            Some((id, _)) => {
                let message =
                    format!("the deployment `{id}` drives the service `{key}`: roll it back or complete it first");
                Err(Rejection::new(RejectionCode::Owned, message))
            }
            None => Ok(()),
        }
    }

    /// Refuses a change of what a deployment owns: the tracks of its service, and the split.
    pub(in super::super) fn free_to_change_service(
        &self,
        key: &str,
        environment: Option<&str>,
        set: &Document,
    ) -> Result<(), Rejection> {
        let Some(owned) = ["tracks", "split"].into_iter().find(|member| set.get(member).is_some()) else {
            return Ok(());
        };
        let mut places = self.environments.keys().filter(|name| environment.is_none_or(|only| only == name.as_str()));
        match places.find_map(|place| self.deployment_of(place, key)) {
            Some((id, _)) => {
                let message = format!(
                    "the deployment `{id}` owns `{owned}` of the service `{key}`: roll it back or complete it first"
                );
                Err(Rejection::new(RejectionCode::Owned, message))
            }
            None => Ok(()),
        }
    }

    fn kills_service(&self, environment: &str, service: &str) -> bool {
        let environment = self.environments.get(environment);
        environment.is_some_and(|known| known.kills.keys().any(|target| target.hits_service(service)))
    }
}

fn seed(service: &str, id: &str) -> String {
    text::join(&["service:", service, ":", id])
}

fn fact(id: &str, event: Event) -> Fact {
    Fact::Deployment { deployment: id.into(), event }
}
