//! Members: how they stand, and what can become of that.

use alloc::collections::BTreeSet;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::later;
use super::rules::{FeedbackRule, Level};
use crate::control::rejection::RejectionCode;
use crate::words::time::Timestamp;

/// Somebody who is or was a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub(super) level: Level,
    pub(super) state: State,
    /// The digest of the e-mail, as long as it matters whether somebody else comes with the same.
    pub(super) email: Option<String>,
    pub(super) groups: BTreeSet<String>,
    /// What it has. Empty for those without access.
    pub(super) features: BTreeSet<String>,
    /// Its place in the line: who came before has a smaller one.
    pub(super) turn: u64,
    /// When it joined the line: applied, accepted, or was reinstated.
    pub(super) came: Option<Timestamp>,
    /// When it got its seat.
    pub(super) seated: Option<Timestamp>,
    /// When it first used what it has.
    pub(super) activated: Option<Timestamp>,
    /// When it last did something itself.
    pub(super) last_active: Option<Timestamp>,
    /// When it was asked for feedback since it got its seat.
    pub(super) asked: Option<Timestamp>,
    /// Whether it gave any since it got its seat.
    pub(super) has_answered: bool,
}

/// How a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MemberState"))]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It has applied, and nobody has looked at that.
    Pending,
    /// It has an invitation.
    Invited,
    /// It may come in, and there is no seat.
    Waitlisted,
    /// It has a seat, and has not used it yet.
    Approved,
    /// It has a seat and uses it.
    Active,
    /// Its access was taken away.
    Suspended,
    /// It keeps what it had, without a seat.
    Graduated,
    /// Somebody said no.
    Declined,
    /// It went.
    Left,
    /// It did not do in time what was needed.
    Expired,
}

impl State {
    /// Every one of them.
    pub const ALL: [Self; 10] = [
        Self::Pending,
        Self::Invited,
        Self::Waitlisted,
        Self::Approved,
        Self::Active,
        Self::Suspended,
        Self::Graduated,
        Self::Declined,
        Self::Left,
        Self::Expired,
    ];

    /// Whether it takes one of the program's seats.
    pub const fn has_seat(self) -> bool {
        matches!(self, Self::Approved | Self::Active)
    }

    /// Whether it has what the program gives.
    pub const fn has_access(self) -> bool {
        self.has_seat() || matches!(self, Self::Graduated)
    }

    /// Whether it stands in the line: for an approval, for a seat, or for a feature's seat.
    pub(super) const fn is_in_line(self) -> bool {
        self.has_seat() || matches!(self, Self::Pending | Self::Waitlisted)
    }

    /// Whether it is no member any more, and may come again.
    pub(super) const fn is_gone(self) -> bool {
        matches!(self, Self::Left | Self::Expired)
    }

    /// What follows the name of a unit in a sentence.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Pending => "has applied",
            Self::Invited => "is invited",
            Self::Waitlisted => "waits for a seat",
            Self::Approved => "is approved",
            Self::Active => "is active",
            Self::Suspended => "is suspended",
            Self::Graduated => "has graduated",
            Self::Declined => "was declined",
            Self::Left => "has left",
            Self::Expired => "has expired",
        }
    }
}

impl Member {
    pub(super) const fn new(level: Level, state: State) -> Self {
        Self {
            level,
            state,
            email: None,
            groups: BTreeSet::new(),
            features: BTreeSet::new(),
            turn: 0,
            came: None,
            seated: None,
            activated: None,
            last_active: None,
            asked: None,
            has_answered: false,
        }
    }

    /// Its level.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// How it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// The groups that it is in.
    pub const fn groups(&self) -> &BTreeSet<String> {
        &self.groups
    }

    /// The features that it has.
    pub const fn features(&self) -> &BTreeSet<String> {
        &self.features
    }

    /// When it last did something itself: applied, accepted, used what it has, or gave feedback.
    pub const fn last_active(&self) -> Option<Timestamp> {
        self.last_active
    }

    /// When it is to be asked for feedback, or to lose its seat for having been asked in vain.
    pub(super) fn deadline(&self, rule: Option<&FeedbackRule>) -> Option<Timestamp> {
        let rule = rule.filter(|_| self.state.has_seat() && !self.has_answered)?;
        let due = later(self.seated?, rule.within.as_ms());
        Some(self.asked.map_or(due, |asked| later(asked, rule.grace.as_ms())))
    }
}

/// What is wished of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Invite,
    Accept,
    Apply,
    Approve,
    Decline,
    Activate,
    Suspend,
    Reinstate,
    Graduate,
    Leave,
    SetLevel,
    Group,
    GiveFeedback,
}

/// What comes of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The member stands so.
    To(State),
    /// A seat, or a place in the line for one.
    Seat,
    /// An application: what the rules say of those.
    Application,
    /// The member stands as before, and something about it changes.
    Stay,
}

use Deed::{
    Accept, Activate, Apply, Approve, Decline, GiveFeedback, Graduate, Group, Invite, Leave, Reinstate, SetLevel,
    Suspend,
};
use Outcome::{Application, Seat, Stay, To};
use State::{Active, Approved, Declined, Expired, Graduated, Invited, Left, Pending, Suspended, Waitlisted};

/// What a wish means for who stands so, or why it is refused and what to do instead. `None` has never been a member.
#[expect(clippy::match_same_arms, reason = "the deeds one after the other, each with every state")]
pub(super) fn outcome(deed: Deed, state: Option<State>) -> Result<Outcome, (RejectionCode, &'static str)> {
    let refused = |instead| Err((RejectionCode::WrongState, instead));
    let so_already = |why| Err((RejectionCode::NothingToDo, why));
    let Some(state) = state else {
        return match deed {
            Invite => Ok(To(Invited)),
            Accept => Ok(Seat),
            Apply => Ok(Application),
            _ => Err((RejectionCode::Unknown, "invite it, or let it apply")),
        };
    };
    match (deed, state) {
        (Invite, Declined | Left | Expired) => Ok(To(Invited)),
        (Invite, Pending) => refused("approve its application"),
        (Invite, Invited) => refused("revoke the invitation that it has before giving another one"),
        (Invite, Suspended) => refused("reinstate it"),
        (Invite, Waitlisted) => so_already("it gets a seat in its turn"),
        (Invite, Approved | Active | Graduated) => so_already("it has access"),

        (Accept, Pending | Invited | Declined | Left | Expired) => Ok(Seat),
        (Accept, Suspended) => refused("no invitation undoes a suspension: reinstate it"),
        (Accept, Waitlisted) => so_already("it gets a seat in its turn"),
        (Accept, Approved | Active | Graduated) => so_already("it has access"),

        (Apply, Left | Expired) => Ok(Application),
        (Apply, Pending) => so_already("its application is to be approved"),
        (Apply, Invited) => refused("accept the invitation, or decline it first"),
        (Apply, Waitlisted) => so_already("it gets a seat in its turn"),
        (Apply, Approved | Active | Graduated) => so_already("it has access"),
        (Apply, Suspended) => refused("no application undoes a suspension: reinstate it"),
        (Apply, Declined) => refused("it can be invited"),

        (Approve, Pending) => Ok(Seat),
        (Approve, Waitlisted) => so_already("it gets a seat in its turn"),
        (Approve, Approved | Active | Graduated) => so_already("it has access"),
        (Approve, Invited) => refused("it has to accept the invitation"),
        (Approve, Suspended) => refused("no approval undoes a suspension: reinstate it"),
        (Approve, Declined) => refused("invite it"),
        (Approve, Left | Expired) => refused("invite it, or let it apply again"),

        (Decline, Pending | Invited | Waitlisted) => Ok(To(Declined)),
        (Decline, Approved | Active | Graduated) => refused("suspend it"),
        (Decline, Suspended | Declined | Left | Expired) => so_already("there is nothing to decline"),

        (Activate, Approved) => Ok(To(Active)),
        (Activate, Active | Graduated) => Ok(Stay),
        (Activate, Pending) => refused("approve it first"),
        (Activate, Invited) => refused("it has to accept the invitation first"),
        (Activate, Waitlisted) => refused("it has to get a seat first"),
        (Activate, Suspended) => refused("reinstate it first"),
        (Activate, Declined) => refused("invite it first"),
        (Activate, Left | Expired) => refused("invite it, or let it apply again"),

        (Suspend, Waitlisted | Approved | Active | Graduated) => Ok(To(Suspended)),
        (Suspend, Suspended) => so_already("it has no access"),
        (Suspend, Pending) => refused("decline its application"),
        (Suspend, Invited) => refused("revoke its invitation"),
        (Suspend, Declined | Left | Expired) => so_already("it has no access"),

        (Reinstate, Suspended) => Ok(Seat),
        (Reinstate, _) => so_already("it is not suspended"),

        (Graduate, Approved | Active) => Ok(To(Graduated)),
        (Graduate, Graduated) => so_already("it keeps what it has"),
        (Graduate, Suspended) => refused("reinstate it first"),
        (Graduate, Pending | Invited | Waitlisted | Declined | Left | Expired) => refused("it has nothing to keep"),

        (Leave, Pending | Waitlisted | Approved | Active | Graduated) => Ok(To(Left)),
        (Leave, Invited) => refused("decline the invitation"),
        // Who could leave and come again would undo a suspension.
        (Leave, Suspended) => refused("a suspension stays; it has no access as it is"),
        (Leave, Declined | Left | Expired) => so_already("it is no member"),

        (SetLevel, Pending | Waitlisted | Approved | Active) => Ok(Stay),
        (SetLevel, Invited) => refused("revoke the invitation, and give another one"),
        (SetLevel, Suspended) => refused("reinstate it first"),
        (SetLevel, Graduated) => refused("it keeps what it has, whatever its level"),
        (SetLevel, Declined | Left | Expired) => refused("it is no member"),

        (Group, Pending | Invited | Waitlisted | Approved | Active | Suspended | Graduated) => Ok(Stay),
        (Group, Declined | Left | Expired) => refused("it is no member"),

        (GiveFeedback, Approved | Active | Graduated) => Ok(Stay),
        (GiveFeedback, Suspended) => refused("reinstate it first"),
        (GiveFeedback, Pending | Invited | Waitlisted | Declined | Left | Expired) => {
            refused("feedback is of those who have the feature")
        }
    }
}
