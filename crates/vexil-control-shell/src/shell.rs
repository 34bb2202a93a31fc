//! What the artifact holds, and what its exports do: numbers in, numbers out. Texts lie in the exchange buffer.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use vexil::Timestamp;
use vexil::control::{Command, Damage, Effect, Journal, verify};
use vexil_boundary::Slab;
use vexil_shell::Exchange;

use crate::answer::{answered, read};
use crate::{Failure, ask};

/// No handle, as it is put out.
const NONE: u32 = u32::MAX;

/// All journals of an artifact, and the buffer over which texts are exchanged.
#[derive(Debug, Default)]
pub struct Shell {
    journals: Slab<Journal>,
    exchange: Exchange,
}

/// A command that was carried out.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Handled {
    /// The line to append to the log, with its end, before anything of `effects` is done; none for a command that was
    /// carried out before, and for a tick that finds nothing to do.
    pub line: Option<String>,
    /// What the world must do now.
    pub effects: Vec<Effect>,
}

/// What a log gave back.
#[derive(Debug, Serialize)]
pub struct Replayed {
    /// The journal; none where too many are alive.
    pub handle: Option<u32>,
    /// How many bytes of the log are whole transactions.
    pub length: usize,
}

/// A log whose chain is whole.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Verified {
    /// The hash of its last record; 64 zeros if there is none.
    pub head: String,
    /// How many bytes of it, in UTF-8, are whole transactions. What follows them was cut.
    pub length: usize,
}

impl Shell {
    /// Without journals.
    pub const fn new() -> Self {
        Self { journals: Slab::new(), exchange: Exchange::new() }
    }

    /// [`Exchange::room`].
    pub fn room(&mut self, length: u32) -> usize {
        self.exchange.room(length)
    }

    /// [`Exchange::output`].
    pub fn output(&self) -> usize {
        self.exchange.output()
    }

    /// [`Exchange::put_version`].
    pub fn version(&mut self) -> u32 {
        self.exchange.put_version()
    }

    /// Disposes of a journal.
    pub fn dispose(&mut self, handle: u32) {
        self.journals.remove(handle);
    }

    /// [`ask`] with the input, of which the first bytes are the question's name.
    pub fn ask(&mut self, name: u32) -> u32 {
        let input = self.exchange.take();
        let (name, input) = input.split_at_checked(name as usize).unwrap_or_default();
        self.exchange.put(ask(core::str::from_utf8(name).unwrap_or_default(), input))
    }

    /// A journal without a past; [`u32::MAX`] where too many are alive.
    pub fn begin(&mut self) -> u32 {
        self.journals.insert(Journal::default()).unwrap_or(NONE)
    }

    /// A journal with the log that is the input: puts out [`Replayed`].
    pub fn replay(&mut self) -> u32 {
        let log = self.exchange.take();
        let replayed = whole(&log).and_then(|log| Ok(Journal::replay(log)?));
        let replayed = replayed.map(|replayed| {
            let handle = self.journals.insert(replayed.journal);
            Replayed { handle, length: replayed.length }
        });
        self.exchange.put(answered(replayed))
    }

    /// Checks the chain of the log that is the input: puts out [`Verified`].
    pub fn verify(&mut self) -> u32 {
        let log = self.exchange.take();
        let verified = whole(&log).and_then(|log| Ok(verify(log)?));
        self.exchange.put(answered(verified.map(|(head, length)| Verified { head, length })))
    }

    /// Carries out the command that is the input: puts out [`Handled`]; nothing without such a journal.
    pub fn handle(&mut self, handle: u32, now: f64) -> u32 {
        let input = self.exchange.take();
        let Some(journal) = self.journals.get_mut(handle) else { return 0 };
        let handled = read::<Command>(&input).and_then(|command| {
            let handled = journal.handle(&command, Timestamp::at_or_before(now))?;
            Ok(Handled { line: handled.record.map(|record| record.line()), effects: handled.effects })
        });
        self.exchange.put(answered(handled))
    }

    /// Puts out the snapshot of the environment that is the input; nothing if there is none.
    pub fn publish(&mut self, handle: u32) -> u32 {
        self.published(handle, |journal, environment| journal.workspace().publish(environment))
    }

    /// Puts out the kill message of the environment that is the input; nothing if there is none.
    pub fn publish_kills(&mut self, handle: u32) -> u32 {
        self.published(handle, |journal, environment| journal.workspace().publish_kills(environment))
    }

    /// Puts out what a dashboard shows of the environment that is the input; nothing if there is none.
    pub fn dashboard(&mut self, handle: u32, now: f64) -> u32 {
        self.published(handle, |journal, environment| {
            let dashboard = journal.workspace().dashboard(environment, Timestamp::at_or_before(now))?;
            serde_json::to_string(&dashboard).ok()
        })
    }

    fn published(&mut self, handle: u32, of: impl FnOnce(&Journal, &str) -> Option<String>) -> u32 {
        let input = self.exchange.take();
        let environment = core::str::from_utf8(&input).ok();
        let journal = self.journals.get_mut(handle);
        let text = journal.zip(environment).and_then(|(journal, environment)| of(journal, environment));
        self.exchange.put(text.unwrap_or_default())
    }

    /// When a `tick` is due, in milliseconds; infinity if time alone changes nothing.
    pub fn wake_at(&mut self, handle: u32) -> f64 {
        let at = self.journals.get_mut(handle).and_then(|journal| journal.workspace().wake_at());
        at.map_or(f64::INFINITY, Timestamp::as_number)
    }

    /// How many transactions there were.
    #[expect(clippy::cast_precision_loss, reason = "nobody has written 2^53 of them")]
    pub fn revision(&mut self, handle: u32) -> f64 {
        self.journals.get_mut(handle).map_or(0.0, |journal| journal.workspace().revision() as f64)
    }

    /// Puts out the hash of the last record.
    pub fn head(&mut self, handle: u32) -> u32 {
        let head = self.journals.get_mut(handle).map(|journal| String::from(journal.head()));
        self.exchange.put(head.unwrap_or_default())
    }
}

/// The text of a log, which may be cut within a character.
fn whole(log: &[u8]) -> Result<&str, Failure> {
    core::str::from_utf8(log).or_else(|error| {
        let (before, rest) = log.split_at_checked(error.valid_up_to()).unwrap_or_default();
        // Whatever is wrong behind the last end of a line was never written as a whole.
        if rest.contains(&b'\n') {
            let line = before.split(|byte| *byte == b'\n').count();
            return Err(Damage { line, message: format!("it is not UTF-8: {error}") }.into());
        }
        Ok(core::str::from_utf8(before).unwrap_or_default())
    })
}
