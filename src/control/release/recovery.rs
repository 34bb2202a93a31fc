//! After a release was taken back: steps and checks, one after another.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::author::{Decided, nothing, unknown};
use super::super::event::Event as Fact;
use super::super::rejection::{Rejection, RejectionCode};
use super::super::workspace::Workspace;
use super::decide::fact;
use super::{Asked, Event, Release, State};
use crate::words::time::Timestamp;

/// How often a step is asked for before somebody has to look.
const ATTEMPTS: u32 = 3;

impl Release {
    /// What is to be done once so much is: the next step or check, or nothing any more.
    pub(super) fn next_step(&self, done: usize, now: Timestamp) -> Event {
        match self.manifest.recovery.all().nth(done) {
            Some((step, within)) => Event::Asked {
                step: step.into(),
                attempt: 1,
                deadline: within.map(|within| now.as_ms().saturating_add(within)),
            },
            None => Event::RolledBack,
        }
    }

    /// The check that nobody has answered in time.
    fn late(&self, now: Timestamp) -> Option<Event> {
        let Asked { step, deadline, .. } = self.asked.as_ref().filter(|_| self.state == State::RollingBack)?;
        let is_late = deadline.is_some_and(|deadline| now.as_ms() >= deadline);
        is_late.then(|| Event::VerificationFailed { step: step.clone(), is_late: true, note: None })
    }

    pub(super) fn acknowledge(
        &self,
        id: &str,
        (step, done): (&str, bool),
        note: Option<&str>,
        now: Timestamp,
    ) -> Decided {
        let all = self.manifest.recovery.all();
        let place = all.map(|(name, _)| name).position(|name| name == step);
        let place = place.ok_or_else(|| unknown("step of the rollback", step))?;
        if place < self.done {
            return Err(nothing(format!("`{step}` is done already")));
        }
        let Some(asked) = self.asked.as_ref().filter(|asked| asked.step == step) else {
            let message =
                format!("`{step}` of the release `{id}` has not been asked for: what precedes it is outstanding");
            return Err(Rejection::new(RejectionCode::WrongState, message));
        };
        let (step, note) = (String::from(step), note.map(String::from));
        // An answer after its time is one after a failure, whether or not a tick has come in between.
        let mut events: Vec<Event> = self.late(now).into_iter().collect();
        let has_failed = self.state == State::FailedVerification || !events.is_empty();
        if done {
            events.extend([Event::Done { step }, self.next_step(self.done + 1, now)]);
        } else if has_failed {
            if events.is_empty() {
                return Err(nothing(format!("`{step}` is known to have failed: mend it, and acknowledge it then")));
            }
        } else if asked.deadline.is_none() && asked.attempt < ATTEMPTS {
            let again = Event::Asked { step: step.clone(), attempt: asked.attempt + 1, deadline: None };
            events.extend([Event::StepFailed { step, note }, again]);
        } else {
            events.push(Event::VerificationFailed { step, is_late: false, note });
        }
        Ok(events.into_iter().map(|event| fact(id, event)).collect())
    }
}

impl Workspace {
    /// What time has brought to releases themselves; most of it comes by their rollouts.
    pub(in super::super) fn tick_releases(&self, now: Timestamp) -> Vec<Fact> {
        let late = self.releases.iter().filter_map(|(id, release)| Some(fact(id, release.late(now)?)));
        late.collect()
    }
}
