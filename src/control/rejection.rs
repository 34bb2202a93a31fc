//! Why a command was not carried out, and what to do instead.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;

use crate::words::diagnostic::Diagnostic;

/// A command was refused. The workspace is as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Rejection {
    /// What kind of refusal.
    pub code: RejectionCode,
    /// What is wrong, and what to do instead.
    pub message: String,
    /// What validation says of the snapshot that would have been published.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub diagnostics: Vec<Diagnostic>,
}

/// What kind of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RejectionCode {
    /// The command itself is not sound.
    Malformed,
    /// There is no workspace yet, or there is one already.
    WrongBeginning,
    /// The workspace has changed since the actor looked at it.
    Stale,
    /// What is named does not exist.
    Unknown,
    /// The key is taken.
    Taken,
    /// It is already so.
    NothingToDo,
    /// It is somebody else's: a rollout's, a program's, another unit's.
    Owned,
    /// Not in the state that it is in.
    WrongState,
    /// Units would be drawn anew, and nobody has said why.
    Reshuffles,
    /// A snapshot would have an error.
    Invalid,
}

impl Rejection {
    pub(super) fn new(code: RejectionCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), diagnostics: Vec::new() }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.diagnostics.iter().try_for_each(|diagnostic| write!(f, "\n  {diagnostic}"))
    }
}

impl core::error::Error for Rejection {}
