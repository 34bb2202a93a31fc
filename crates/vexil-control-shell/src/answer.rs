//! What is answered, or why nothing is.

use alloc::string::{String, ToString};
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use vexil::analysis;
use vexil::control::{Damage, Rejection};
use vexil::json::strict::{self, Misread};
use vexil::stats;
use vexil::words::pointer;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Failure {
    /// The input is not what it should be.
    Input {
        /// Where, as a JSON pointer into the input as far as it is known; empty for the whole of it.
        path: String,
        /// What is wrong there.
        message: String,
    },
    /// A command was refused.
    Rejected(Rejection),
    /// A log is not what was written.
    Damaged {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl Failure {
    /// Something that is wrong with the whole of an input.
    pub(crate) fn input(message: &(impl ToString + ?Sized)) -> Self {
        Self::Input { path: String::new(), message: message.to_string() }
    }

    /// The same, seen from the object that has it as a member.
    pub(crate) fn within(self, key: &str) -> Self {
        self.beneath(|path| pointer::push_key(path, key))
    }

    /// The same, seen from the list that has it as an element.
    pub(crate) fn within_index(self, index: usize) -> Self {
        self.beneath(|path| pointer::push_index(path, index))
    }

    fn beneath(self, push: impl FnOnce(&mut String)) -> Self {
        let Self::Input { path: rest, message } = self else { return self };
        let mut path = String::new();
        push(&mut path);
        path.push_str(&rest);
        Self::Input { path, message }
    }
}

impl From<Misread> for Failure {
    fn from(Misread { path, message }: Misread) -> Self {
        Self::Input { path, message }
    }
}

impl<C: fmt::Display> From<analysis::Error<C>> for Failure {
    fn from(analysis::Error { path, cause }: analysis::Error<C>) -> Self {
        Self::Input { path, message: cause.to_string() }
    }
}

impl From<stats::Error> for Failure {
    fn from(error: stats::Error) -> Self {
        Self::input(&error)
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<Damage> for Failure {
    fn from(Damage { line, message }: Damage) -> Self {
        Self::Damaged { line, message }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Answer<T> {
    Ok(T),
    Error(Failure),
}

/// An answer as JSON text.
pub(crate) fn answered<T: Serialize>(result: Result<T, Failure>) -> String {
    let answer = match result {
        Ok(answer) => Answer::Ok(answer),
        Err(failure) => Answer::Error(failure),
    };
    // What the core answers has no part that JSON cannot hold.
    serde_json::to_string(&answer).unwrap_or_default()
}

/// Reads what a question needs.
pub(crate) fn read<T: DeserializeOwned>(input: &[u8]) -> Result<T, Failure> {
    let text = core::str::from_utf8(input).map_err(|_| Failure::input("it is not UTF-8"))?;
    Ok(strict::read(text)?)
}
