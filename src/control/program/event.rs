//! What happened in a program.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::member::State;
use super::rules::{Feature, Level, Rules};

/// Something that happened in a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramEvent"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// It began.
    Created {
        /// Where membership gives something.
        environment: String,
        /// The key of its segment.
        segment: String,
        /// The attribute that holds the unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// What it is run by.
        rules: Rules,
    },
    /// It is run by other rules.
    Changed {
        /// As they were.
        before: Rules,
        /// As they are.
        after: Rules,
    },
    /// A feature was added, changed or taken out.
    FeatureSet {
        /// The flag's key.
        feature: String,
        /// As it was; nothing if there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Feature>,
        /// As it is; nothing if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Feature>,
    },
    /// It is over.
    Closed,
    /// An invitation was given.
    Invited {
        /// The digest of its token.
        token: String,
        /// To whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// The digest of the e-mail that it went to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// What it gives.
        level: Level,
        /// From when it cannot be accepted any more, in milliseconds since the epoch.
        expires: i64,
    },
    /// An invitation was accepted.
    Accepted {
        /// The digest of its token.
        token: String,
        /// By whom.
        unit: String,
        /// The digest of the e-mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// What it gave.
        level: Level,
        /// How the member stands now.
        to: State,
    },
    /// An invitation came to nothing.
    InvitationEnded {
        /// The digest of its token.
        token: String,
        /// How.
        by: Ending,
    },
    /// A unit has applied.
    Applied {
        /// Which.
        unit: String,
        /// The digest of the e-mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// For what.
        level: Level,
        /// How the member stands now.
        to: State,
    },
    /// A member stands otherwise.
    Moved {
        /// Which.
        unit: String,
        /// How it stood.
        from: State,
        /// How it stands.
        to: State,
        /// Why, if that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Members got seats of a feature.
    Seated {
        /// The flag's key.
        feature: String,
        /// Which, in the order of the line.
        units: Vec<String>,
    },
    /// A member used what it has.
    Seen {
        /// Which.
        unit: String,
    },
    /// A member's level was set.
    LevelSet {
        /// Which.
        unit: String,
        /// As it was.
        before: Level,
        /// As it is.
        after: Level,
    },
    /// A member is in a group.
    Grouped {
        /// Which.
        unit: String,
        /// The group's name.
        group: String,
    },
    /// A member is not in a group any more.
    Ungrouped {
        /// Which.
        unit: String,
        /// The group's name.
        group: String,
    },
    /// A member has said what it thinks.
    FeedbackGiven {
        /// Which.
        unit: String,
        /// The flag's key.
        feature: String,
        /// From 1 to 5.
        rating: u32,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// A member was asked for the feedback that its seat is for.
    FeedbackAsked {
        /// Which.
        unit: String,
    },
    /// Members were told something.
    Announced {
        /// Those of this level and of those closer.
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

/// How an invitation came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "InvitationEnding"))]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// It was taken back.
    Revoked,
    /// Its unit has declined it.
    Declined,
    /// Nobody accepted it in time.
    Expired,
}
