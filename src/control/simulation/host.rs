//! The host that a scenario is played by: it does what docs/control.md asks of hosts.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::command::{Action, Command};
use super::super::duration::Duration;
use super::super::event::Event;
use super::super::journal::{Handled, Journal};
use super::super::progress::{Progress, Status};
use super::super::release::{self, Asked, release_of};
use super::super::{deployment, rollout};
use super::end::ends;
use super::practice::{ShortFirstStage, short_first_stage};
use super::traffic::{Driver, Generator, Traffic};
use super::{Moment, Scenario, Scripted, Simulated};
use crate::analysis::metric::Observation;
use crate::words::time::Timestamp;

/// The host's own name in the log.
const HOST: &str = "host";
/// Who opens gates, where nobody is named.
const APPROVER: &str = "approver";
/// What is tried again is so after a minute at the earliest.
const RETRY: i64 = 60_000;
/// Nothing that people simulate takes more steps.
const MOST_STEPS: usize = 1_000_000;

pub(super) struct Host<'s> {
    scenario: &'s Scenario,
    traffic: &'s Traffic,
    generator: Generator<'s>,
    journal: Journal,
    log: String,
    timeline: Vec<Moment>,
    short_stages: Vec<ShortFirstStage>,
    commands: u64,
    /// Up to when observations were recorded.
    known: BTreeMap<Driver, i64>,
    /// When somebody does what is waited for.
    waiting: BTreeMap<Wait, i64>,
    /// How often a step of a rollback will fail yet.
    failing: BTreeMap<String, u32>,
}

/// What waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wait {
    /// A gate.
    Gate(Driver),
    /// A release that is planned, for those who have to say yes.
    Words(String),
    /// A step of the rollback of a release, or a check after it.
    Step { release: String, asked: Asked },
}

impl<'s> Host<'s> {
    pub(super) fn new(scenario: &'s Scenario, traffic: &'s Traffic, generator: Generator<'s>) -> Self {
        Self {
            scenario,
            traffic,
            generator,
            journal: Journal::default(),
            log: String::new(),
            timeline: Vec::new(),
            short_stages: Vec::new(),
            commands: 0,
            known: BTreeMap::new(),
            waiting: BTreeMap::new(),
            failing: traffic.failing_steps.clone(),
        }
    }

    pub(super) fn play(mut self, start: Timestamp) -> Simulated {
        let after = |duration: Duration| start.as_ms().saturating_add(duration.as_ms());
        let end = after(self.scenario.lasts);
        let mut script: Vec<(i64, &Scripted)> =
            self.scenario.commands.iter().map(|scripted| (after(scripted.at), scripted)).collect();
        script.sort_by_key(|(at, _)| *at);
        let mut script = script.into_iter().peekable();
        let every = self.scenario.report_every.as_ms();
        let mut report = start.as_ms();
        let mut now = start.as_ms();
        for _ in 0..MOST_STEPS {
            let wake = self.journal.workspace().wake_at().map_or(i64::MAX, Timestamp::as_ms);
            let scripted = script.peek().map_or(i64::MAX, |(at, _)| *at);
            let answer = self.waiting.values().copied().min().unwrap_or(i64::MAX);
            now = wake.min(scripted).min(answer).min(report).max(now);
            if now > end {
                break;
            }
            if now >= report {
                report = now.saturating_add(every);
            }
            self.observe(now);
            if wake <= now {
                self.carry_out(now, HOST, None, Action::Tick {});
            }
            self.answer(now);
            while let Some((_, scripted)) = script.next_if(|(at, _)| *at <= now) {
                let Scripted { actor, reason, action, .. } = scripted;
                self.carry_out(now, actor, reason.clone(), action.clone());
            }
            self.note_waits(now);
        }
        let ends = ends(self.journal.workspace());
        let Self { journal, log, timeline, short_stages, .. } = self;
        Simulated { journal, log, timeline, short_stages, ends }
    }

    /// Records the slots that are over, of all that is watched.
    fn observe(&mut self, now: i64) {
        let mut recorded = Vec::new();
        for (driver, progress) in on_their_way(&self.journal) {
            let is_watched = progress.observations().is_some() && progress.status() != Status::PausedByKill;
            let Some(started) = progress.started().filter(|_| is_watched) else { continue };
            let known = self.known.get(&driver).copied();
            if known.is_none() {
                self.short_stages.extend(short_first_stage(&driver, progress, self.traffic));
            }
            let from = known.unwrap_or_else(|| started.as_ms());
            let (seen, until) = self.generator.observe(&driver, progress, from, now);
            self.known.insert(driver.clone(), until);
            recorded.push((driver, seen));
        }
        for (driver, seen) in recorded.into_iter().filter(|(_, seen)| !seen.is_empty()) {
            self.carry_out(now, HOST, None, driver.record(seen));
        }
    }

    /// How long it takes until somebody does what is waited for; `None` if nobody does.
    fn patience(&self, wait: &Wait) -> Option<i64> {
        let after = match wait {
            Wait::Gate(_) | Wait::Words(_) => self.scenario.approves_after?,
            Wait::Step { .. } => self.scenario.answers_after?,
        };
        Some(after.as_ms())
    }

    fn answer(&mut self, now: i64) {
        let due = self.waiting.iter().filter(|(_, due)| **due <= now).map(|(wait, _)| wait.clone());
        for wait in due.collect::<Vec<_>>() {
            // Who is refused, and what has failed, takes another time.
            let again = now.saturating_add(self.patience(&wait).unwrap_or_default().max(RETRY));
            self.waiting.insert(wait.clone(), again);
            match wait {
                Wait::Gate(driver) => {
                    let by = driver.release().and_then(|release| self.approve(now, release));
                    self.carry_out(now, by.as_deref().unwrap_or(APPROVER), None, driver.advance());
                }
                Wait::Words(release) => drop(self.approve(now, &release)),
                Wait::Step { release, asked: Asked { step, .. } } => {
                    let failing = self.failing.get_mut(&step).filter(|times| **times > 0);
                    let done = failing.map(|times| *times -= 1).is_none();
                    let command = release::Command::Acknowledge { step, done, note: None };
                    self.carry_out(now, HOST, None, Action::Release { release, command });
                }
            }
        }
    }

    /// All say yes to a release whose words it takes; who was the last.
    fn approve(&mut self, now: i64, id: &str) -> Option<String> {
        let release = self.journal.workspace().releases().get(id)?;
        let missing = self.journal.workspace().release_overview(id)?.approvals_missing;
        let named = &release.manifest().approvals.by;
        let is_free = |name: &String| !release.approved().contains(name);
        let others = (1..).map(|number| format!("{APPROVER}-{number}")).filter(is_free);
        let all: Vec<String> = if named.is_empty() {
            others.take(missing).collect()
        } else {
            named.iter().filter(|name| is_free(name)).take(missing).cloned().collect()
        };
        for by in &all {
            let action = Action::Release { release: id.into(), command: release::Command::Approve {} };
            self.carry_out(now, by, None, action);
        }
        all.last().cloned()
    }

    fn note_waits(&mut self, now: i64) {
        let workspace = self.journal.workspace();
        let waiting = |(_, progress): &(Driver, &Progress)| progress.status() == Status::Waiting;
        let gates = on_their_way(&self.journal).into_iter().filter(waiting).map(|(driver, _)| Wait::Gate(driver));
        let words = workspace.release_overviews().into_iter();
        let words = words.filter(|one| one.state == release::State::Planned && one.approvals_missing > 0);
        let steps = workspace
            .releases()
            .iter()
            .filter_map(|(id, release)| Some(Wait::Step { release: id.clone(), asked: release.asked()?.clone() }));
        let waits: BTreeSet<Wait> = gates.chain(words.map(|one| Wait::Words(one.release))).chain(steps).collect();
        self.waiting.retain(|wait, _| waits.contains(wait));
        for wait in waits.into_iter().filter(|wait| !self.waiting.contains_key(wait)).collect::<Vec<_>>() {
            if let Some(patience) = self.patience(&wait) {
                self.waiting.insert(wait, now.saturating_add(patience));
            }
        }
    }

    fn carry_out(&mut self, now: i64, actor: &str, reason: Option<String>, action: Action) {
        self.commands += 1;
        let id = format!("s-{}", self.commands);
        let command = Command { id, actor: actor.into(), reason, expected_revision: None, action };
        let (events, rejected) = match self.journal.handle(&command, Timestamp::from_ms(now)) {
            Ok(Handled { record: Some(record), .. }) => {
                self.log.push_str(&record.line());
                let is_news = |event: &&Event| !event.is_observation();
                (record.events.iter().filter(is_news).map(ToString::to_string).collect(), None)
            }
            Ok(_) => return,
            Err(rejection) => (Vec::new(), Some(rejection)),
        };
        if !events.is_empty() || rejected.is_some() {
            self.timeline.push(Moment { at: now, actor: actor.into(), events, rejected });
        }
    }
}

/// The rollouts and deployments that have not ended.
fn on_their_way(journal: &Journal) -> Vec<(Driver, &Progress)> {
    let rollouts = journal.workspace().rollouts().iter();
    let rollouts = rollouts.map(|(id, rollout)| (Driver::Rollout(id.clone()), rollout.progress()));
    let deployments = journal.workspace().deployments().iter();
    let deployments = deployments.map(|(id, deployment)| (Driver::Deployment(id.clone()), deployment.progress()));
    rollouts.chain(deployments).filter(|(_, progress)| progress.status().is_active()).collect()
}

impl Driver {
    /// The release whose rollout it is.
    fn release(&self) -> Option<&str> {
        match self {
            Self::Rollout(rollout) => release_of(rollout),
            Self::Deployment(_) => None,
        }
    }

    fn record(&self, observations: Vec<Observation>) -> Action {
        match self.clone() {
            Self::Rollout(rollout) => Action::Rollout { rollout, command: rollout::Command::Record { observations } },
            Self::Deployment(deployment) => {
                Action::Deployment { deployment, command: deployment::Command::Record { observations } }
            }
        }
    }

    fn advance(&self) -> Action {
        let despite = None;
        if let Some(release) = self.release() {
            return Action::Release { release: release.into(), command: release::Command::Advance { despite } };
        }
        match self.clone() {
            Self::Rollout(rollout) => Action::Rollout { rollout, command: rollout::Command::Advance { despite } },
            Self::Deployment(deployment) => {
                Action::Deployment { deployment, command: deployment::Command::Advance { despite } }
            }
        }
    }
}
