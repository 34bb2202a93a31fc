//! The log of a workspace: audit trail and persistence in one.
//!
//! A transaction is one line of JSON. It holds the hash of the line before it, so that nobody changes the past unnoticed,
//! and ends with its own, so that a line that was cut is seen. Whatever byte a log ends at, what comes back is the
//! workspace after the last whole transaction.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::command::Command;
use super::effect::Effect;
use super::event::Event;
use super::moved::moved;
use super::notice::notices;
use super::rejection::Rejection;
use super::release;
use super::workspace::Workspace;
use crate::json::strict;
use crate::words::time::Timestamp;

/// A transaction as the log has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LogRecord"))]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its place in the log, from 1.
    pub seq: u64,
    /// When, in milliseconds since the epoch. Never before the transaction that precedes it.
    #[serde(with = "ms")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub at: Timestamp,
    /// Who wished it.
    pub actor: String,
    /// The id of the command.
    pub command: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What happened.
    pub events: Vec<Event>,
    /// The hash of the record before it; of the first one 64 zeros.
    pub previous: String,
    /// SHA-256 in lower-case hexadecimal digits, over the record as a line without this member.
    pub hash: String,
}

/// A record without its hash: what is hashed.
#[derive(Serialize)]
struct Unsealed<'r> {
    seq: u64,
    at: i64,
    actor: &'r str,
    command: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    events: &'r [Event],
    previous: &'r str,
}

impl Record {
    /// A record that is to be sealed.
    pub(super) fn unsealed(seq: u64, at: Timestamp, command: &Command, events: Vec<Event>, previous: &str) -> Self {
        Self {
            seq,
            at,
            actor: command.actor.clone(),
            command: command.id.clone(),
            reason: command.reason.clone(),
            events,
            previous: previous.into(),
            hash: String::new(),
        }
    }

    /// The hash that the record should have.
    fn sealed(&self) -> String {
        let Self { seq, at, actor, command, reason, events, previous, .. } = self;
        let unsealed =
            Unsealed { seq: *seq, at: at.as_ms(), actor, command, reason: reason.as_deref(), events, previous };
        let line = serde_json::to_vec(&unsealed).unwrap_or_default();
        sha256(&line)
    }

    /// The record as a line of the log, with its end.
    pub fn line(&self) -> String {
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }
}

/// SHA-256 in lower-case hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'))
        .collect()
}

/// The hash before the first record.
fn beginning() -> String {
    "0".repeat(64)
}

mod ms {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::words::time::Timestamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.as_ms())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_ms)
    }
}

/// A workspace with the end of its log: what a host holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    workspace: Workspace,
    /// The hash of the last record.
    head: String,
    /// The ids of the commands that were carried out. Deciding needs none of them, so no workspace has them to copy.
    commands: BTreeSet<String>,
}

impl Default for Journal {
    fn default() -> Self {
        Self { workspace: Workspace::default(), head: beginning(), commands: BTreeSet::new() }
    }
}

/// A command that was carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Handled {
    /// The record to append to the log before anything of `effects` is done; `None` for a command that was carried out
    /// before, and for a tick that finds nothing to do.
    pub record: Option<Record>,
    /// What the world must do now.
    pub effects: Vec<Effect>,
}

/// What a log gave back.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// The workspace after the last whole transaction.
    pub journal: Journal,
    /// How many bytes of the log that is. What follows them was cut, and is to be cut off before more is appended; or it
    /// is of later transactions.
    pub length: usize,
}

/// A log that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the log: {}", self.line, self.message)
    }
}

impl core::error::Error for Damage {}

impl Journal {
    /// The workspace.
    pub const fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The hash of the last record: who keeps it elsewhere can tell whether the log was rewritten.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Carries out a command, as a whole or not at all.
    ///
    /// Where the host's clock is behind the last transaction, the time of that counts: time never runs backwards.
    ///
    /// # Errors
    /// The command is refused, and the journal as it was.
    pub fn handle(&mut self, command: &Command, now: Timestamp) -> Result<Handled, Rejection> {
        if self.commands.contains(&command.id) {
            return Ok(Handled { record: None, effects: Vec::new() });
        }
        let at = self.workspace.clock.map_or(now, |clock| clock.max(now));
        let events = self.workspace.decide(command, at)?;
        // A tick that comes before its time.
        if events.is_empty() {
            return Ok(Handled { record: None, effects: Vec::new() });
        }
        let mut record = Record::unsealed(self.workspace.revision + 1, at, command, events, &self.head);
        let mut next = self.workspace.clone();
        next.fold(&record);
        // What only moves along what was accepted, or switches off, is never refused for what others authored.
        if command.action.is_authoring() {
            let checked = next.checked()?;
            record.events.extend(moved(&self.workspace, &checked, &command.action, at)?);
        }
        record.hash = record.sealed();
        let effects = effects(&self.workspace, &next, &record);
        (self.workspace, self.head) = (next, record.hash.clone());
        self.commands.insert(record.command.clone());
        Ok(Handled { record: Some(record), effects })
    }

    /// Reads a log back, up to its last whole transaction.
    ///
    /// # Errors
    /// A line other than the last is not what was written: nothing after it can be trusted.
    pub fn replay(log: &str) -> Result<Replayed, Damage> {
        let mut journal = Self::default();
        let length = read_log(log, |record, _| journal.take(record))?;
        Ok(Replayed { journal, length })
    }

    /// The workspace as it was at an instant: after the last transaction that was not later.
    ///
    /// # Errors
    /// As for [`Journal::replay`]: the whole log is looked at.
    pub fn replay_until(log: &str, at: Timestamp) -> Result<Replayed, Damage> {
        let (mut journal, mut length) = (Self::default(), 0);
        read_log(log, |record, line| {
            if record.at <= at {
                journal.take(record);
                length += line.len();
            }
        })?;
        Ok(Replayed { journal, length })
    }

    fn take(&mut self, record: &Record) {
        self.workspace.fold(record);
        self.head.clone_from(&record.hash);
        self.commands.insert(record.command.clone());
    }
}

/// Checks the chain of a log, and answers with the hash of its last record and the bytes of its whole transactions.
///
/// # Errors
/// A line other than the last is not what was written.
pub fn verify(log: &str) -> Result<(String, usize), Damage> {
    let mut head = beginning();
    let length = read_log(log, |record, _| head.clone_from(&record.hash))?;
    Ok((head, length))
}

/// Gives each record of a log to `take`, with its line, once it is known to be what was written; how many bytes these are.
///
/// # Errors
/// A line other than the last is not what was written.
pub fn read_log(log: &str, mut take: impl FnMut(&Record, &str)) -> Result<usize, Damage> {
    let (mut head, mut length) = (beginning(), 0);
    for (index, line) in log.split_inclusive('\n').enumerate() {
        // Only what was being written when everything stopped lacks its end.
        let Some(text) = line.strip_suffix('\n') else { break };
        let damage = |message: String| Damage { line: index + 1, message };
        let record: Record = strict::read(text).map_err(|error| damage(format!("{error}")))?;
        if record.previous != head {
            return Err(damage("it does not follow the line before it".into()));
        }
        if record.sealed() != record.hash {
            return Err(damage("its hash is that of another text".into()));
        }
        if record.seq != index as u64 + 1 {
            return Err(damage(format!("it has the number {}", record.seq)));
        }
        take(&record, line);
        head.clone_from(&record.hash);
        length += line.len();
    }
    Ok(length)
}

fn effects(before: &Workspace, after: &Workspace, record: &Record) -> Vec<Effect> {
    let mut effects = Vec::new();
    let old = |name: &str| before.environments.get(name);
    for (environment, new) in &after.environments {
        let (environment, revision) = (environment.clone(), new.kill_revision);
        if old(&environment).map_or(0, |old| old.kill_revision) != revision {
            effects.push(Effect::PublishKills { environment, revision });
        }
    }
    for (environment, new) in &after.environments {
        if old(environment).is_none_or(|old| old.revision != new.revision) {
            effects.push(Effect::Publish { environment: environment.clone(), revision: new.revision });
        }
    }
    if let Some(at) = after.wake_at().filter(|_| before.wake_at() != after.wake_at()) {
        effects.push(Effect::Wake { at: at.as_ms() });
    }
    effects.extend(notices(&record.events));
    effects.extend(release::effects(after, &record.events));
    effects
}
