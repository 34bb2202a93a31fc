//! What the world must do.

use alloc::string::String;

use serde::Serialize;

use super::program::Level;

/// Something for the host to carry out. Effects are no part of the state: carrying one out twice does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Publish the snapshot of an environment, which is another one now.
    Publish {
        /// Which.
        environment: String,
        /// The snapshot's revision.
        revision: u64,
    },
    /// Send a `tick` at this instant, and no longer at those that were named before.
    Wake {
        /// In milliseconds since the epoch.
        at: i64,
    },
    /// Publish the kill message of an environment, ahead of everything else.
    PublishKills {
        /// Which.
        environment: String,
        /// The kill set's revision.
        revision: u64,
    },
    /// Do a step of a rollback, and `acknowledge` it. Its flags are taken back already.
    RollBackStep {
        /// The release that is taken back.
        release: String,
        /// The name of the step.
        step: String,
        /// How often that was asked, from 1.
        attempt: u32,
        /// The version that runs now; none if none ran before.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        version: Option<String>,
    },
    /// Look whether all is well after a rollback, and `acknowledge` what was found.
    Verify {
        /// The release that was taken back.
        release: String,
        /// The name of the check.
        step: String,
        /// When the answer is due, in milliseconds since the epoch.
        deadline: i64,
    },
    /// Tell somebody something. How it gets there, and in which language, is the host's.
    Notify {
        /// What kind of news, for hosts that have words of their own for it.
        template: Template,
        /// Whom.
        audience: Audience,
        /// In a line.
        subject: String,
        /// In full.
        message: String,
    },
}

/// What kind of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NotificationTemplate"))]
#[serde(rename_all = "camelCase")]
pub enum Template {
    /// A rollout or a deployment was rolled back by its guardrails, or for want of data.
    RolledBack,
    /// A rollout or a deployment waits for somebody who opens its gate.
    GateClosed,
    /// A stage is over, and the data do not suffice to go on.
    DataMissing,
    /// A rollout or a deployment is at its target.
    Completed,
    /// Somebody has applied to an early-access program.
    Application,
    /// Somebody is invited.
    Invitation,
    /// An invitation was revoked, or has expired.
    InvitationEnded,
    /// Somebody has a seat.
    Approved,
    /// Somebody is to get a seat, and there is none.
    Waitlisted,
    /// An application was declined.
    Declined,
    /// Somebody's access was taken away.
    Suspended,
    /// Somebody keeps what it has, without a seat.
    Graduated,
    /// Somebody is to give feedback.
    FeedbackDue,
    /// Somebody has not given feedback, and has lost its seat.
    SeatLost,
    /// A program is over.
    ProgramClosed,
    /// What somebody had to say to members.
    Announcement,
    /// A release was taken back, and nobody knows that all is well.
    RollbackNotVerified,
}

/// Whom to tell. Addresses are the host's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Audience {
    /// Who runs things.
    Operators,
    /// Who looks at applications.
    Approvers {
        /// Of which program.
        program: String,
    },
    /// A member, or who was one.
    Member {
        /// Of which program.
        program: String,
        /// Its unit.
        unit: String,
    },
    /// Who holds an invitation.
    Invitee {
        /// To which program.
        program: String,
        /// The digest of the invitation's token.
        token: String,
    },
    /// Many members: those of [`Program::audience`](super::program::Program::audience).
    Members {
        /// Of which program.
        program: String,
        /// Those of this level and of those closer; of all levels without it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        level: Option<Level>,
        /// Those of this group alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        group: Option<String>,
    },
}
