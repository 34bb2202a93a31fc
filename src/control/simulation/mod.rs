//! Simulation: the machines as they are, under traffic and faults that are made up or were recorded.
//!
//! Nothing here decides anything. A [`Scenario`] says who commands what and when, [`Traffic`] what is observed; the host
//! is played as docs/control.md asks hosts to be. The same scenario with the same seed gives the same log, byte by byte.

mod traffic;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use traffic::{Driver, Fault, Recorded, Traffic};

use super::command::{Action, Command};
use super::duration::Duration;
use super::journal::{Handled, Journal, Record};
use super::progress::{Progress, Status};
use super::rejection::Rejection;
use super::{deployment, rollout};
use crate::analysis::metric::Observation;
use crate::words::time::Timestamp;
use traffic::Generator;

/// Who commands what, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationScenario"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Scenario {
    /// When it begins, with an offset, such as `2026-01-05T09:00:00Z`.
    pub start: String,
    /// How long it lasts.
    pub lasts: Duration,
    /// The commands, in any order.
    pub commands: Vec<Scripted>,
    /// How often the host records what it has observed; it also does before each wake.
    #[serde(default = "hour")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub report_every: Duration,
    /// How long a gate waits for somebody who opens it; without it nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approves_after: Option<Duration>,
}

fn hour() -> Duration {
    Duration::from_ms(3_600_000).unwrap_or_default()
}

/// A command at its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationCommand"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Scripted {
    /// How long after the start.
    pub at: Duration,
    /// Who.
    pub actor: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What.
    pub action: Action,
}

/// What came of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    /// The state at the end.
    pub journal: Journal,
    /// The log, as a host would have written it.
    pub log: String,
    /// What happened, but for observations.
    pub timeline: Vec<Moment>,
}

/// A command that made something happen, or was refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationMoment"))]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// In milliseconds since the epoch.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What happened, in words.
    pub events: Vec<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub rejected: Option<Rejection>,
}

/// The host's own name in the log.
const HOST: &str = "host";
/// Nothing that people simulate takes more steps.
const MOST_STEPS: usize = 1_000_000;

/// Plays a scenario.
///
/// # Errors
/// What is wrong with the scenario or the traffic. A command that is refused is no error: it is in the timeline.
pub fn simulate(scenario: &Scenario, traffic: &Traffic) -> Result<Simulated, String> {
    let start = Timestamp::parse(&scenario.start)
        .ok_or_else(|| format!("`start`: `{}` is no instant such as 2026-01-05T09:00:00Z", scenario.start))?;
    if scenario.report_every == Duration::default() {
        return Err("`reportEvery` is above 0".into());
    }
    let mut host = Host {
        scenario,
        generator: Generator::new(traffic, start)?,
        simulated: Simulated { journal: Journal::default(), log: String::new(), timeline: Vec::new() },
        commands: 0,
        known: BTreeMap::new(),
        waiting: BTreeMap::new(),
    };
    host.play(start);
    Ok(host.simulated)
}

struct Host<'s> {
    scenario: &'s Scenario,
    generator: Generator<'s>,
    simulated: Simulated,
    commands: u64,
    /// Up to when observations were recorded.
    known: BTreeMap<Driver, i64>,
    /// Since when a gate waits.
    waiting: BTreeMap<Driver, i64>,
}

impl Host<'_> {
    fn play(&mut self, start: Timestamp) {
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
            let wake = self.simulated.journal.workspace().wake_at().map_or(i64::MAX, Timestamp::as_ms);
            let scripted = script.peek().map_or(i64::MAX, |(at, _)| *at);
            let approval = self.next_approval();
            now = wake.min(scripted).min(approval).min(report).max(now);
            if now > end {
                break;
            }
            if now >= report {
                report = now.saturating_add(every);
            }
            self.observe(now);
            if wake <= now {
                self.carry_out(now, HOST, None, Action::Tick);
            }
            self.approve(now);
            while let Some((_, scripted)) = script.next_if(|(at, _)| *at <= now) {
                let Scripted { actor, reason, action, .. } = scripted;
                self.carry_out(now, actor, reason.clone(), action.clone());
            }
            self.note_gates(now);
        }
    }

    /// Records the slots that are over, of all that is watched.
    fn observe(&mut self, now: i64) {
        let mut recorded = Vec::new();
        for (driver, progress) in on_their_way(&self.simulated.journal) {
            let is_watched = progress.observations().is_some() && progress.status() != Status::PausedByKill;
            let Some(started) = progress.started().filter(|_| is_watched) else { continue };
            let from = self.known.get(&driver).copied().unwrap_or_else(|| started.as_ms());
            let (seen, until) = self.generator.observe(&driver, progress, from, now);
            self.known.insert(driver.clone(), until);
            recorded.push((driver, seen));
        }
        for (driver, seen) in recorded.into_iter().filter(|(_, seen)| !seen.is_empty()) {
            self.carry_out(now, HOST, None, driver.record(seen));
        }
    }

    fn next_approval(&self) -> i64 {
        let Some(after) = self.scenario.approves_after else { return i64::MAX };
        self.waiting.values().map(|since| since.saturating_add(after.as_ms())).min().unwrap_or(i64::MAX)
    }

    fn approve(&mut self, now: i64) {
        let Some(after) = self.scenario.approves_after else { return };
        let due = self.waiting.iter().filter(|(_, since)| since.saturating_add(after.as_ms()) <= now);
        let due: Vec<Driver> = due.map(|(driver, _)| driver.clone()).collect();
        for driver in due {
            self.waiting.remove(&driver);
            self.carry_out(now, "approver", None, driver.advance());
        }
    }

    fn note_gates(&mut self, now: i64) {
        let all = on_their_way(&self.simulated.journal).into_iter();
        let waits = all.filter(|(_, progress)| progress.status() == Status::Waiting);
        let waits: BTreeSet<Driver> = waits.map(|(driver, _)| driver).collect();
        self.waiting.retain(|driver, _| waits.contains(driver));
        for driver in waits {
            self.waiting.entry(driver).or_insert(now);
        }
    }

    fn carry_out(&mut self, now: i64, actor: &str, reason: Option<String>, action: Action) {
        self.commands += 1;
        let id = format!("s-{}", self.commands);
        let command = Command { id, actor: actor.into(), reason, expected_revision: None, action };
        let handled = self.simulated.journal.handle(&command, Timestamp::from_ms(now));
        let (events, rejected) = match handled {
            Ok(Handled { record: Some(record), .. }) => (self.noted(&record), None),
            Ok(_) => return,
            Err(rejection) => (Vec::new(), Some(rejection)),
        };
        if !events.is_empty() || rejected.is_some() {
            self.simulated.timeline.push(Moment { at: now, actor: actor.into(), events, rejected });
        }
    }

    fn noted(&mut self, record: &Record) -> Vec<String> {
        self.simulated.log.push_str(&record.line());
        let is_news = |event: &&super::event::Event| !event.is_observation();
        record.events.iter().filter(is_news).map(ToString::to_string).collect()
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
        match self.clone() {
            Self::Rollout(rollout) => Action::Rollout { rollout, command: rollout::Command::Advance { despite } },
            Self::Deployment(deployment) => {
                Action::Deployment { deployment, command: deployment::Command::Advance { despite } }
            }
        }
    }
}
