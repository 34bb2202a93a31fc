//! What can be asked of a program.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::rules::{Level, Rules};

/// What is wished of a program. Units are the application's own ids. Of an e-mail the host gives a digest that nobody can
/// guess without the host's salt; of an invitation's token the digest, but to accept it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramCommand"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Begins a program.
    Create {
        /// The environment in which membership gives something. Elsewhere its segments are there and empty.
        environment: String,
        /// The key of the segment of everybody with access; those of features are `segment/feature`.
        segment: String,
        /// The attribute that holds the unit, if members are no users: see segments of snapshots.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// What it is run by.
        rules: Rules,
    },
    /// Sets what it is run by, as a whole. More capacity lets those in who wait; less takes no seat away.
    Change {
        /// As they are to be.
        rules: Rules,
    },
    /// Adds a flag to what members have, or changes for whom.
    SetFeature {
        /// The flag's key.
        feature: String,
        /// The level from which members have it.
        level: Level,
        /// How many of them at most; all without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seats: Option<u32>,
    },
    /// Takes a flag out of what members have. No flag may refer to its segment any more.
    RemoveFeature {
        /// The flag's key.
        feature: String,
    },
    /// Ends it: nobody has access by it any more. Its segments stay, empty, so that no flag breaks.
    Close {},
    /// Gives an invitation to a unit, or to an e-mail whose unit is not known yet, or to both.
    Invite {
        /// The SHA-256 of the token, in lower-case hexadecimal digits. The token is random, and the invitee's alone.
        token: String,
        /// The unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// The digest of the e-mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// The level that it gives.
        level: Level,
    },
    /// Takes an invitation back.
    RevokeInvitation {
        /// The digest of its token.
        token: String,
    },
    /// Accepts an invitation.
    Accept {
        /// The unit.
        unit: String,
        /// The token itself. It is compared, and not kept.
        token: String,
        /// The digest of the e-mail: needed if the invitation went to that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
    },
    /// Asks to be let in.
    Apply {
        /// The unit.
        unit: String,
        /// The level.
        level: Level,
        /// The digest of the e-mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
    },
    /// Says yes to an application.
    Approve {
        /// The unit.
        unit: String,
    },
    /// Says no to an application, or to an invitation.
    Decline {
        /// The unit.
        unit: String,
    },
    /// Notes that a member uses what it has. To be sent at the first use, and then as often as activity is to be known.
    Activate {
        /// The unit.
        unit: String,
    },
    /// Takes a member's access away, and its seat.
    Suspend {
        /// The unit.
        unit: String,
        /// Why: stays in the history.
        reason: String,
    },
    /// Lets a suspended member back in, when there is a seat.
    Reinstate {
        /// The unit.
        unit: String,
    },
    /// Lets a member keep the features that it has, without a seat.
    Graduate {
        /// The unit.
        unit: String,
    },
    /// Goes.
    Leave {
        /// The unit.
        unit: String,
    },
    /// Sets a member's level.
    SetLevel {
        /// The unit.
        unit: String,
        /// The level.
        level: Level,
    },
    /// Puts a member into a group.
    AddToGroup {
        /// The unit.
        unit: String,
        /// The group's name.
        group: String,
    },
    /// Takes a member out of a group.
    RemoveFromGroup {
        /// The unit.
        unit: String,
        /// The group's name.
        group: String,
    },
    /// Says what a member thinks of a feature. The log has every word; the program keeps counts.
    SubmitFeedback {
        /// The unit.
        unit: String,
        /// The flag's key.
        feature: String,
        /// From 1 to 5.
        rating: u32,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// Tells members something.
    Announce {
        /// Those of this level and of those closer; of all levels without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Level>,
        /// Those of this group alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        /// In a line.
        subject: String,
        /// In full.
        message: String,
    },
}

impl Command {
    /// Whether it may bring something into snapshots that was not in them before. Units are no such thing.
    pub(in crate::control) const fn is_authoring(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::SetFeature { .. } | Self::RemoveFeature { .. })
    }
}
