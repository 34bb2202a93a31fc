//! What people can do to whatever is on its way: the table of status and command, in one place.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::author::nothing;
use super::super::rejection::{Rejection, RejectionCode};
use super::{Cause, Happened, Progress, Status};
use crate::analysis::metric::Observation;
use crate::words::time::Timestamp;

/// A command to something that has begun.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Hand<'c> {
    Record(&'c [Observation]),
    Advance { despite: Option<&'c str> },
    Pause,
    Resume,
    RollBack,
    Abort,
    Complete,
}

/// What is on its way: its kind and id, and what of it is killed.
pub(in super::super) struct Subject<'s> {
    pub(in super::super) kind: &'static str,
    pub(in super::super) id: &'s str,
    pub(in super::super) killed: Option<String>,
}

impl Progress {
    /// What comes of a command, or why it is refused.
    pub(in super::super) fn decide(
        &self,
        subject: &Subject<'_>,
        hand: Hand<'_>,
        now: Timestamp,
    ) -> Result<Vec<Happened>, Rejection> {
        let Subject { kind, id, killed } = subject;
        let refused = |why: &str| Rejection::new(RejectionCode::WrongState, format!("the {kind} `{id}` {why}"));
        let wrong_state = |instead: &str| refused(&format!("{}: {instead}", self.status.says()));
        let stop = |status| Ok(Vec::from([Happened::Reached(self.stop(status, Cause::Command, now))]));
        let is_paused = matches!(self.status, Status::Paused | Status::PausedByKill);
        match hand {
            _ if !self.status.is_active() => Err(wrong_state("start another one")),
            Hand::Record(_) if self.status == Status::PausedByKill => {
                Err(wrong_state("nobody is exposed, so there is nothing to observe"))
            }
            Hand::Record(observations) => self.record(observations, now),
            Hand::Advance { .. } if is_paused => Err(wrong_state("resume it first")),
            Hand::Advance { despite } => self.advance(despite, now).map_err(|why| refused(&format!("stays: {why}"))),
            Hand::Pause if is_paused => Err(nothing(format!("the {kind} `{id}` is paused already"))),
            Hand::Pause => stop(Status::Paused),
            Hand::Resume => match killed {
                _ if !is_paused => Err(nothing(format!("the {kind} `{id}` is not paused"))),
                Some(killed) => Err(wrong_state(&format!("{killed} is still killed, lift that first"))),
                None => Ok(Vec::from([Happened::Reached(self.resume())])),
            },
            Hand::RollBack => stop(Status::RolledBack),
            Hand::Abort => stop(Status::Aborted),
            Hand::Complete if self.status == Status::PausedByKill => {
                Err(wrong_state("no completion undoes a kill: lift that and resume, or roll back"))
            }
            Hand::Complete => Ok(Vec::from([Happened::Reached(self.complete())])),
        }
    }
}
