//! What happens to releases along with their rollouts, and to one release along with another.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::super::document::Document;
use super::super::event::{Event as Fact, PartKind};
use super::super::progress::{Cause, Reached, Status, doubt};
use super::super::rollout;
use super::super::workspace::Workspace;
use super::decide::fact;
use super::manifest::{Content, Manifest};
use super::plan::current;
use super::release_of;
use super::{Event, Release, State, Version};
use crate::words::time::Timestamp;

pub(in super::super) type Releases = BTreeMap<String, Arc<Release>>;

/// Where the rollout of a release got, and why if its guardrails have said so.
struct Moved {
    release: String,
    reached: Reached,
    why: Option<String>,
}

impl Workspace {
    /// The events of a transaction, with what they mean for releases.
    pub(in super::super) fn with_releases(&self, mut events: Vec<Fact>, now: Timestamp) -> Vec<Fact> {
        let moved = moved(&events);
        if moved.is_empty() && !events.iter().any(|event| matches!(event, Fact::Release { .. })) {
            return events;
        }
        let mut releases = self.releases.clone();
        fold_all(&mut releases, &events, now);
        let (back, on): (Vec<_>, Vec<_>) =
            moved.into_iter().partition(|moved| moved.reached.status == Status::RolledBack);
        // Those that go back come last: they say what runs then, and others may just have been completed.
        for Moved { release: id, reached, why } in on.into_iter().chain(back) {
            let Some(release) = releases.get(&id) else { continue };
            let mirrored = match reached.status {
                Status::Completed => vec![self.released(&release.manifest, &events)],
                // The release itself has done it, and has said why.
                Status::RolledBack if !release.state.is_underway() => Vec::new(),
                Status::RolledBack => rollback(&releases, &id, reached.cause, why, now),
                _ => release.along(&reached),
            };
            let mirrored: Vec<Fact> = mirrored.into_iter().map(|event| fact(&id, event)).collect();
            fold_all(&mut releases, &mirrored, now);
            events.extend(mirrored);
        }
        events.extend(settled(&releases));
        events
    }

    /// A release that has written all of itself, by what was written.
    pub(super) fn released(&self, manifest: &Manifest, events: &[Fact]) -> Event {
        let mut next = self.clone();
        next.write(events);
        let environment = manifest.environment.as_str();
        let (undo, flags): (_, BTreeSet<&str>) = match &manifest.content {
            Content::Rollout { rules, .. } => {
                (self.undo(&next, environment, rules), rules.iter().map(|rule| rule.flag.as_str()).collect())
            }
            Content::Copy { flags, .. } => (super::undo::undo_of(events), flags.keys().map(String::as_str).collect()),
        };
        let value = |flag: &str| next.part(PartKind::Flag, flag).map(|part| part.value_in(environment));
        let flags: BTreeMap<String, Document> =
            flags.into_iter().filter_map(|flag| Some((flag.into(), value(flag)?))).collect();
        Event::Released { undo, flags }
    }
}

impl Release {
    /// What it means that the rollout is somewhere else, and neither at its end nor taken back.
    fn along(&self, reached: &Reached) -> Vec<Event> {
        let Reached { stage, exposure, status, cause, .. } = *reached;
        match status {
            Status::Running | Status::Holding | Status::Waiting => {
                let resumed = (self.state == State::Paused).then_some(Event::Resumed);
                let begun = (stage != self.phase).then_some(Event::PhaseBegan { phase: stage, exposure, cause });
                resumed.into_iter().chain(begun).collect()
            }
            Status::Paused | Status::PausedByKill => vec![Event::Paused { cause }],
            Status::Aborted | Status::Superseded => vec![Event::Cancelled],
            Status::Completed | Status::RolledBack => Vec::new(),
        }
    }
}

/// Where the rollouts of releases got.
fn moved(events: &[Fact]) -> Vec<Moved> {
    let mut verdicts = BTreeMap::new();
    let mut moved = Vec::new();
    for event in events {
        let Fact::Rollout { rollout, event } = event else { continue };
        let Some(release) = release_of(rollout) else { continue };
        match event {
            rollout::Event::Judged { verdict } => drop(verdicts.insert(release, doubt(verdict))),
            rollout::Event::Reached { reached } => {
                let why = verdicts.get(release).filter(|_| reached.cause != Cause::Command).cloned();
                moved.push(Moved { release: release.into(), reached: *reached, why });
            }
            rollout::Event::Started { .. } | rollout::Event::Observed { .. } => {}
        }
    }
    moved
}

/// A release is taken back: what runs now is the highest version of the others that ran.
pub(super) fn rollback(
    releases: &Releases,
    id: &str,
    cause: Cause,
    reason: Option<String>,
    now: Timestamp,
) -> Vec<Event> {
    let Some(release) = releases.get(id) else { return Vec::new() };
    let mut others = releases.clone();
    others.remove(id);
    let to: Option<Version> =
        current(&others, &release.manifest.environment).map(|(_, other)| other.manifest.version.clone());
    vec![Event::RollbackBegan { to, cause, reason }, release.next_step(0, now)]
}

/// Of those that ran in an environment one is current, and the others are superseded by it.
fn settled(releases: &Releases) -> Vec<Fact> {
    let settled = releases.iter().filter(|(_, release)| !release.manifest.older_line).filter_map(|(id, release)| {
        let (top, _) = current(releases, &release.manifest.environment)?;
        match release.state {
            State::Released if top != id => Some(fact(id, Event::Superseded { by: top.into() })),
            State::Superseded if top == id => Some(fact(id, Event::Reinstated)),
            _ => None,
        }
    });
    settled.collect()
}

fn fold_all(releases: &mut Releases, events: &[Fact], at: Timestamp) {
    for event in events {
        if let Fact::Release { release, event } = event {
            fold(releases, release, event, at);
        }
    }
}

pub(in super::super) fn fold(releases: &mut Releases, id: &str, event: &Event, at: Timestamp) {
    if let Event::Planned { manifest } = event {
        releases.insert(id.into(), Arc::new(Release::new(Manifest::clone(manifest))));
    } else if let Some(release) = releases.get_mut(id).map(Arc::make_mut) {
        release.evolve(event, at);
    }
}
