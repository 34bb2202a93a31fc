//! Invitations: for somebody, for once, for a while.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::event::Ending;
use super::rules::Level;
use crate::words::time::Timestamp;

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub(super) unit: Option<String>,
    pub(super) email: Option<String>,
    pub(super) level: Level,
    pub(super) expires: Timestamp,
    pub(super) state: InvitationState,
}

/// How an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum InvitationState {
    /// It can be accepted.
    Open,
    /// It was accepted, once and for all.
    Accepted,
    /// It was taken back.
    Revoked,
    /// Its unit has declined it.
    Declined,
    /// Nobody accepted it in time.
    Expired,
}

impl From<Ending> for InvitationState {
    fn from(by: Ending) -> Self {
        match by {
            Ending::Revoked => Self::Revoked,
            Ending::Declined => Self::Declined,
            Ending::Expired => Self::Expired,
        }
    }
}

impl Invitation {
    /// The unit that it was given to, if that was known.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// What it gives.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// From when it cannot be accepted any more.
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// How it stands.
    pub const fn state(&self) -> InvitationState {
        self.state
    }

    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        (self.state == InvitationState::Open).then_some(self.expires)
    }
}
