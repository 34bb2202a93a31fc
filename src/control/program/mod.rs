//! Early access: who is let in before everybody, and what comes of it.
//!
//! A program has members, keyed by the application's own unit ids, and features, which are flags. Membership compiles into
//! segments: one for everybody with access, and one for each feature. What a unit gets of it is decided by the flags' rules
//! over these segments and by nothing else.
//!
//! Who has a seat has access. Seats are counted where they are asked for, never stored: a suspension cannot forget to give
//! one back. Whatever is decided, those who wait are let in afterwards, in the order in which they came, as far as there
//! are seats.

mod command;
mod decide;
mod describe;
mod event;
mod fold;
mod invitation;
mod member;
mod notices;
mod place;
mod rules;
mod seats;
mod views;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;

pub use command::Command;
pub use event::{Ending, Event};
pub use invitation::{Invitation, InvitationState};
pub use member::{Member, State};
pub(super) use notices::notices;
pub use rules::{Admission, Approval, Feature, FeedbackRule, Level, Rules};
pub use views::{
    Access, Dashboard, FeatureStatistics, Feedback, Funnel, Offer, Seats, Statistics, Step, Times, history,
};

use crate::words::time::Timestamp;

/// An early-access program.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    environment: String,
    segment: String,
    by: Option<String>,
    rules: Rules,
    /// By the keys of their flags.
    features: BTreeMap<String, Feature>,
    /// Everybody who ever was one, by unit.
    members: BTreeMap<String, Arc<Member>>,
    /// All that there ever were, by the digests of their tokens.
    invitations: BTreeMap<String, Invitation>,
    /// By feature; those of features that were taken out stay.
    ratings: BTreeMap<String, Feedback>,
    /// How often somebody has joined the line.
    turns: u64,
    is_closed: bool,
}

impl Program {
    /// The environment in which membership gives something.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The key of the segment of everybody with access. That of a feature's is `segment/feature`.
    pub fn segment(&self) -> &str {
        &self.segment
    }

    /// What it is run by.
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The features, by the keys of their flags.
    pub const fn features(&self) -> &BTreeMap<String, Feature> {
        &self.features
    }

    /// Everybody who ever was a member, by unit.
    pub const fn members(&self) -> &BTreeMap<String, Arc<Member>> {
        &self.members
    }

    /// All invitations that there ever were, by the digests of their tokens.
    pub const fn invitations(&self) -> &BTreeMap<String, Invitation> {
        &self.invitations
    }

    /// Whether it is over: nobody has access by it any more.
    pub const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// The members that an announcement goes to: those with access, at a level or closer, and of a group if one is named.
    pub fn audience(&self, level: Option<Level>, group: Option<&str>) -> impl Iterator<Item = &str> {
        let is_meant = move |member: &Member| {
            let of_level = level.is_none_or(|level| member.level >= level);
            member.state.has_access() && of_level && group.is_none_or(|group| member.groups.contains(group))
        };
        let members = self.members.iter().filter(move |(_, member)| !self.is_closed && is_meant(member));
        members.map(|(unit, _)| unit.as_str())
    }

    /// When time changes something: an invitation expires, or feedback is due.
    pub fn wake_at(&self) -> Option<Timestamp> {
        if self.is_closed {
            return None;
        }
        let invitations = self.invitations.values().filter_map(Invitation::wake_at);
        let deadlines = self.members.values().filter_map(|member| member.deadline(self.rules.feedback.as_ref()));
        invitations.chain(deadlines).min()
    }
}

/// An instant that is so much later.
const fn later(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_ms(at.as_ms().saturating_add(ms))
}
