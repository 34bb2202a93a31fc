//! Deciding commands: releases.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::super::author::{Decided, nothing, unknown};
use super::super::event::Event as Fact;
use super::super::progress::{Cause, Freeze, Gate, Stage};
use super::super::rejection::{Rejection, RejectionCode};
use super::super::rollout;
use super::super::workspace::Workspace;
use super::manifest::{Content, Manifest};
use super::mirror::rollback;
use super::{Command, Event, Release, State, Trigger};
use crate::analysis::guardrail::Outcome;
use crate::words::time::Timestamp;

/// What the ids of the rollouts of releases begin with.
const PREFIX: &str = "release/";

/// The id of the rollout of a release.
pub(super) fn rollout_of(release: &str) -> String {
    [PREFIX, release].concat()
}

/// The release whose rollout that is.
pub(in super::super) fn release_of(rollout: &str) -> Option<&str> {
    rollout.strip_prefix(PREFIX)
}

pub(super) fn fact(id: &str, event: Event) -> Fact {
    Fact::Release { release: id.into(), event }
}

impl Workspace {
    pub(in super::super) fn decide_release(&self, id: &str, command: &Command, actor: &str, now: Timestamp) -> Decided {
        match command {
            Command::Plan { draft } => return self.plan_release(id, draft),
            Command::Promote { of, to, terms } => return self.promote_release(id, of, to, terms),
            _ => {}
        }
        let release = self.releases.get(id).ok_or_else(|| unknown("release", id))?;
        command.trigger().map_or(Ok(()), |trigger| release.expects(id, trigger))?;
        let of_rollout = |command: &rollout::Command| self.decide_rollout(&rollout_of(id), command, now);
        match command {
            // Decided before.
            Command::Plan { .. } | Command::Promote { .. } => Ok(Vec::new()),
            Command::Change { draft } => self.change_release(id, &release.manifest, draft),
            Command::Approve {} => Ok(vec![fact(id, release.approve(id, actor)?)]),
            Command::Start { .. } => self.start_release(id, release, now),
            Command::Advance { despite } => {
                release.thawed(id, now)?;
                release.gate_is_open(id)?;
                of_rollout(&rollout::Command::Advance { despite: despite.clone() })
            }
            Command::Pause {} => of_rollout(&rollout::Command::Pause {}),
            Command::Resume {} => of_rollout(&rollout::Command::Resume {}),
            Command::Complete {} => {
                release.thawed(id, now)?;
                self.in_last_phase(id, now)?;
                of_rollout(&rollout::Command::Complete {})
            }
            Command::RollBack { reason } if reason.is_empty() => {
                Err(Rejection::new(RejectionCode::Malformed, "say in `reason` why it is rolled back"))
            }
            Command::RollBack { reason } => {
                let mut events = if release.state == State::Released {
                    self.undo_events(id, &release.manifest, &release.undo)?
                } else {
                    of_rollout(&rollout::Command::RollBack {})?
                };
                let began = rollback(&self.releases, id, Cause::Command, Some(reason.clone()), now);
                events.extend(began.into_iter().map(|event| fact(id, event)));
                Ok(events)
            }
            Command::Acknowledge { step, done, note } => release.acknowledge(id, (step, *done), note.as_deref(), now),
            Command::Cancel {} if release.state == State::Planned => Ok(vec![fact(id, Event::Cancelled)]),
            Command::Cancel {} => of_rollout(&rollout::Command::Abort {}),
        }
    }

    fn start_release(&self, id: &str, release: &Release, now: Timestamp) -> Decided {
        let manifest = &release.manifest;
        // Others may have been completed since it was planned.
        self.free_version(id, manifest)?;
        release.thawed(id, now)?;
        let missing = release.missing();
        if missing > 0 {
            let message = format!("the release `{id}` waits for {missing} more to `approve`{}", release.of_whom());
            return Err(Rejection::new(RejectionCode::WrongState, message));
        }
        let mut events = vec![fact(id, Event::Started)];
        match &manifest.content {
            Content::Rollout { rules, plan } => {
                let mut plan = plan.clone();
                plan.freezes = manifest.freezes.clone();
                events.extend(self.start_rollout(&rollout_of(id), &manifest.environment, rules, plan, now)?);
            }
            Content::Copy { flags, .. } => {
                let written = self.copy_events(&manifest.environment, flags)?;
                let released = self.released(manifest, &written);
                events.extend(written);
                events.push(fact(id, released));
            }
        }
        Ok(events)
    }

    /// Refuses to complete before the last phase, and without a verdict where there is one to come.
    fn in_last_phase(&self, id: &str, now: Timestamp) -> Result<(), Rejection> {
        let wrong = |why: String| Rejection::new(RejectionCode::WrongState, format!("the release `{id}` {why}"));
        let rollout = self.rollouts.get(&rollout_of(id)).ok_or_else(|| unknown("rollout", &rollout_of(id)))?;
        let progress = rollout.progress();
        let stages = &progress.plan().stages;
        if progress.stage() + 1 != stages.len() {
            let message = format!("is in phase {} of {}: `advance` it", progress.stage() + 1, stages.len());
            return Err(wrong(message));
        }
        let is_judged = stages.last().is_some_and(Stage::is_monitored);
        let verdict = progress.judge(now).map(|verdict| verdict.outcome);
        if is_judged && !matches!(verdict, Some(Outcome::Pass | Outcome::Warn)) {
            return Err(wrong("has no verdict that says that it may: wait, or `advance` it and say why".into()));
        }
        Ok(())
    }
}

impl Release {
    /// Refuses to end a phase that others have to say yes to, and have not.
    fn gate_is_open(&self, id: &str) -> Result<(), Rejection> {
        let missing = self.missing();
        if !self.takes_approvals() || missing == 0 {
            return Ok(());
        }
        let message = format!(
            "phase {} of the release `{id}` waits for {missing} more to `approve`{}",
            self.phase + 1,
            self.of_whom()
        );
        Err(Rejection::new(RejectionCode::WrongState, message))
    }

    /// Refuses what the table of states does not have.
    pub(super) fn expects(&self, id: &str, trigger: Trigger) -> Result<(), Rejection> {
        if !self.state.after(trigger).is_empty() {
            return Ok(());
        }
        let (says, instead) = (self.state.says(), self.state.instead());
        let message = format!("the release `{id}` {says}, so it cannot be told to `{}`: {instead}", trigger.name());
        Err(Rejection::new(RejectionCode::WrongState, message))
    }

    /// Refuses what begins something in a freeze.
    fn thawed(&self, id: &str, now: Timestamp) -> Result<(), Rejection> {
        match self.manifest.freezes.on(now) {
            None => Ok(()),
            Some(Freeze { until, .. }) => {
                let message = format!("the release `{id}` is frozen until {until}: nothing of it begins before");
                Err(Rejection::new(RejectionCode::WrongState, message))
            }
        }
    }

    fn approve(&self, id: &str, actor: &str) -> Result<Event, Rejection> {
        let Manifest { approvals, .. } = &self.manifest;
        if !self.takes_approvals() || self.missing() == 0 {
            return Err(nothing(format!("the release `{id}` waits for nobody's word")));
        }
        if !approvals.by.is_empty() && !approvals.by.contains(actor) {
            let message = format!("the release `{id}` waits for the word of others{}", self.of_whom());
            return Err(Rejection::new(RejectionCode::Owned, message));
        }
        if self.approved.contains(actor) {
            return Err(nothing(format!("`{actor}` has said yes already: it takes different people")));
        }
        let phase = (self.state != State::Planned).then_some(self.phase);
        Ok(Event::Approved { by: actor.into(), phase })
    }

    /// Whether somebody has to say yes to what is next.
    pub(super) fn takes_approvals(&self) -> bool {
        let is_before_last = self.phase + 1 < self.manifest.content.phases();
        self.state == State::Planned || (self.manifest.approvals.each_phase && is_before_last)
    }

    /// How many have yet to say yes.
    pub(super) fn missing(&self) -> usize {
        self.manifest.approvals.needed().saturating_sub(self.approved.len())
    }

    fn of_whom(&self) -> String {
        let names: Vec<String> = self.manifest.approvals.by.iter().map(|name| format!("`{name}`")).collect();
        if names.is_empty() { String::new() } else { format!(", of {}", names.join(", ")) }
    }

    /// The gate of a phase, for what says how it stands.
    pub(super) fn gate(&self) -> Gate {
        match &self.manifest.content {
            Content::Rollout { plan, .. } => plan.stages.get(self.phase).map_or(Gate::None, |stage| stage.gate),
            Content::Copy { .. } => Gate::None,
        }
    }
}

/// Refuses to drive a rollout of a release past it. What stops it or takes it back is never refused.
pub(in super::super) fn free_of_release(rollout: &str, command: &rollout::Command) -> Result<(), Rejection> {
    let Some(id) = release_of(rollout) else { return Ok(()) };
    let instead = match command {
        rollout::Command::Start { .. } => {
            let message = format!("ids that begin with `{PREFIX}` are those of releases: choose another one");
            return Err(Rejection::new(RejectionCode::Malformed, message));
        }
        rollout::Command::Record { .. } | rollout::Command::Pause {} | rollout::Command::RollBack {} => return Ok(()),
        rollout::Command::Advance { .. } => "advance",
        rollout::Command::Resume {} => "resume",
        rollout::Command::Abort {} => "cancel",
        rollout::Command::Complete {} => "complete",
    };
    let message = format!("the rollout `{rollout}` is that of the release `{id}`: `{instead}` that");
    Err(Rejection::new(RejectionCode::Owned, message))
}
