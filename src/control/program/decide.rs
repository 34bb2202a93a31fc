//! Deciding commands: members, invitations, seats.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::command::Command;
use super::event::{Ending, Event};
use super::invitation::{Invitation, InvitationState};
use super::member::{Deed, Member, Outcome, State, outcome};
use super::rules::{Admission, Approval, Feature, Level, Rules};
use super::{Program, later};
use crate::control::author::{key_of, nothing, unknown};
use crate::control::journal::sha256;
use crate::control::rejection::{Rejection, RejectionCode};
use crate::words::limits;
use crate::words::time::Timestamp;

type Decided = Result<Vec<Event>, Rejection>;

impl Program {
    /// What a command makes happen: what time has brought by now, what is wished, and who is let in by that.
    pub(super) fn decide(&self, command: &Command, now: Timestamp) -> Decided {
        if self.is_closed {
            return Err(refused("the program is closed: another one has another id"));
        }
        let mut events = self.due(now);
        let mut next = self.after(&events, now);
        let wished = next.wished(command, now)?;
        next = next.after(&wished, now);
        events.extend(wished);
        events.extend(next.settle());
        Ok(events)
    }

    /// What time has brought, and who is let in by that.
    pub(super) fn tick(&self, now: Timestamp) -> Vec<Event> {
        let mut events = self.due(now);
        if !events.is_empty() {
            events.extend(self.after(&events, now).settle());
        }
        events
    }

    fn due(&self, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        if self.wake_at().is_none_or(|at| at > now) {
            return events;
        }
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        for (token, invitation) in self.invitations.iter().filter(|(_, invitation)| is_due(invitation.wake_at())) {
            events.extend(self.ended(token, invitation, Ending::Expired));
        }
        for (unit, member) in &self.members {
            if is_due(member.deadline(self.rules.feedback.as_ref())) {
                events.push(match member.asked {
                    None => Event::FeedbackAsked { unit: unit.clone() },
                    Some(_) => moved(unit, member, State::Expired),
                });
            }
        }
        events
    }

    fn after(&self, events: &[Event], now: Timestamp) -> Self {
        let mut next = self.clone();
        for event in events {
            next.fold(event, now);
        }
        next
    }

    fn wished(&self, command: &Command, now: Timestamp) -> Decided {
        match command {
            Command::Create { .. } => Err(Rejection::new(
                RejectionCode::Taken,
                "there is or was a program with this id: another one has another id",
            )),
            Command::Change { rules } => self.change(rules),
            Command::SetFeature { feature, level, seats } => {
                self.set_feature_to(feature, Some(Feature { level: *level, seats: *seats }))
            }
            Command::RemoveFeature { feature } => self.set_feature_to(feature, None),
            Command::Close {} => Ok(vec![Event::Closed]),
            Command::Invite { token, unit, email, level } => {
                self.invite(token, unit.as_deref(), email.as_deref(), *level, now)
            }
            Command::RevokeInvitation { token } => {
                let invitation = self.open_invitation(token)?;
                Ok(self.ended(token, invitation, Ending::Revoked))
            }
            Command::Accept { unit, token, email } => self.accept(unit, token, email.as_deref()),
            Command::Apply { unit, level, email } => self.apply(unit, *level, email.as_deref()),
            Command::Approve { unit } => self.go(Deed::Approve, unit, None),
            Command::Decline { unit } => self.go(Deed::Decline, unit, None),
            Command::Activate { unit } => self.go(Deed::Activate, unit, None),
            Command::Suspend { unit, reason } => {
                text("reason", reason)?;
                self.go(Deed::Suspend, unit, Some(reason))
            }
            Command::Reinstate { unit } => self.go(Deed::Reinstate, unit, None),
            Command::Graduate { unit } => self.go(Deed::Graduate, unit, None),
            Command::Leave { unit } => self.go(Deed::Leave, unit, None),
            Command::SetLevel { unit, level } => self.level(unit, *level),
            Command::AddToGroup { unit, group } => self.group(unit, group, true),
            Command::RemoveFromGroup { unit, group } => self.group(unit, group, false),
            Command::SubmitFeedback { unit, feature, rating, text } => {
                self.give_feedback(unit, feature, *rating, text.as_deref())
            }
            Command::Announce { level, group, subject, message } => {
                self.announce(*level, group.as_deref(), subject, message)
            }
        }
    }

    fn change(&self, rules: &Rules) -> Decided {
        rules.check().map_err(malformed)?;
        if *rules == self.rules {
            return Err(nothing("the program is run by these rules already"));
        }
        Ok(vec![Event::Changed { before: self.rules.clone(), after: rules.clone() }])
    }

    fn set_feature_to(&self, key: &str, after: Option<Feature>) -> Decided {
        let before = self.features.get(key).copied();
        match after {
            None if before.is_none() => return Err(unknown("feature", key)),
            Some(_) if before == after => return Err(nothing(format!("the feature `{key}` is so already"))),
            Some(_) if before.is_none() && self.features.len() >= limits::PROGRAM_FEATURES => {
                return Err(malformed(format!("a program has at most {} features", limits::PROGRAM_FEATURES)));
            }
            _ => {}
        }
        Ok(vec![Event::FeatureSet { feature: key.into(), before, after }])
    }

    fn invite(&self, token: &str, unit: Option<&str>, email: Option<&str>, level: Level, now: Timestamp) -> Decided {
        digest("token", token)?;
        self.nobody_else_has(email, unit)?;
        match unit {
            Some(unit) => drop(self.outcome(Deed::Invite, unit)?),
            None if email.is_none() => return Err(malformed("an invitation is for a `unit` or for an `email`")),
            None => {}
        }
        if self.invitations.contains_key(token) {
            let message = "there is or was an invitation with this token: each has a random one of its own";
            return Err(Rejection::new(RejectionCode::Taken, message));
        }
        let mut open = self.invitations.values().filter(|invitation| invitation.state == InvitationState::Open);
        if email.is_some() && open.any(|invitation| invitation.email.as_deref() == email) {
            return Err(refused("there is an invitation to this e-mail: revoke it before giving another one"));
        }
        Ok(vec![Event::Invited {
            token: token.into(),
            unit: unit.map(Into::into),
            email: email.map(Into::into),
            level,
            expires: later(now, self.rules.invitation_lifetime.as_ms()).as_ms(),
        }])
    }

    fn accept(&self, unit: &str, token: &str, email: Option<&str>) -> Decided {
        let token = sha256(token.as_bytes());
        let invitation = self.open_invitation(&token)?;
        let is_theirs = match &invitation.unit {
            Some(invited) => invited == unit,
            None => invitation.email.as_deref() == email,
        };
        if !is_theirs {
            let message = "the invitation is for somebody else: ask for one of your own";
            return Err(Rejection::new(RejectionCode::Owned, message));
        }
        let email = email.or(invitation.email.as_deref());
        self.nobody_else_has(email, Some(unit))?;
        let to = self.target(self.outcome(Deed::Accept, unit)?)?;
        let (level, email) = (invitation.level, email.map(Into::into));
        // Whoever is in needs no other invitation.
        let others = self.invitations_of(unit).filter(|(other, _)| **other != token);
        let mut events: Vec<Event> =
            others.map(|(other, _)| Event::InvitationEnded { token: other.clone(), by: Ending::Revoked }).collect();
        events.push(Event::Accepted { token, unit: unit.into(), email, level, to });
        Ok(events)
    }

    fn apply(&self, unit: &str, level: Level, email: Option<&str>) -> Decided {
        let outcome = self.outcome(Deed::Apply, unit)?;
        self.nobody_else_has(email, Some(unit))?;
        let to = self.target(outcome)?;
        Ok(vec![Event::Applied { unit: unit.into(), email: email.map(Into::into), level, to }])
    }

    /// What changes nothing of a member but how it stands.
    fn go(&self, deed: Deed, unit: &str, reason: Option<&str>) -> Decided {
        let outcome = self.outcome(deed, unit)?;
        let member = self.member(unit)?;
        if outcome == Outcome::Stay {
            return Ok(vec![Event::Seen { unit: unit.into() }]);
        }
        let (from, to, reason) = (member.state, self.target(outcome)?, reason.map(Into::into));
        // Whoever declines has no invitation any more.
        let mut events: Vec<Event> = self
            .invitations_of(unit)
            .map(|(token, _)| Event::InvitationEnded { token: token.clone(), by: Ending::Declined })
            .collect();
        events.push(Event::Moved { unit: unit.into(), from, to, reason });
        Ok(events)
    }

    fn level(&self, unit: &str, after: Level) -> Decided {
        self.outcome(Deed::SetLevel, unit)?;
        let before = self.member(unit)?.level;
        if before == after {
            return Err(nothing(format!("`{unit}` is of this level already")));
        }
        Ok(vec![Event::LevelSet { unit: unit.into(), before, after }])
    }

    fn group(&self, unit: &str, group: &str, is_to_be_in: bool) -> Decided {
        key_of("a group", group)?;
        self.outcome(Deed::Group, unit)?;
        let groups = &self.member(unit)?.groups;
        if groups.contains(group) == is_to_be_in {
            let is = if is_to_be_in { "is in it already" } else { "is not in it" };
            return Err(nothing(format!("the group `{group}`: `{unit}` {is}")));
        }
        if is_to_be_in && groups.len() >= limits::GROUPS {
            return Err(malformed(format!("a member is in at most {} groups", limits::GROUPS)));
        }
        let (unit, group) = (unit.into(), group.into());
        Ok(vec![if is_to_be_in { Event::Grouped { unit, group } } else { Event::Ungrouped { unit, group } }])
    }

    fn give_feedback(&self, unit: &str, feature: &str, rating: u32, words: Option<&str>) -> Decided {
        if !(1..=5).contains(&rating) {
            return Err(malformed(format!("a rating is from 1 to 5, not {rating}")));
        }
        if let Some(words) = words {
            text("text", words)?;
        }
        if !self.features.contains_key(feature) {
            return Err(unknown("feature", feature));
        }
        self.outcome(Deed::GiveFeedback, unit)?;
        if !self.member(unit)?.features.contains(feature) {
            return Err(refused(format!(
                "`{unit}` does not have `{feature}`: feedback is of those who have the feature"
            )));
        }
        let (unit, feature, text) = (unit.into(), feature.into(), words.map(Into::into));
        Ok(vec![Event::FeedbackGiven { unit, feature, rating, text }])
    }

    fn announce(&self, level: Option<Level>, group: Option<&str>, subject: &str, message: &str) -> Decided {
        text("subject", subject)?;
        text("message", message)?;
        if self.audience(level, group).next().is_none() {
            return Err(nothing("no member with access is meant: nobody would hear it"));
        }
        let (group, subject, message) = (group.map(Into::into), subject.into(), message.into());
        Ok(vec![Event::Announced { level, group, subject, message }])
    }

    /// What a deed means for a unit as it stands.
    fn outcome(&self, deed: Deed, unit: &str) -> Result<Outcome, Rejection> {
        if unit.is_empty() || unit.len() > limits::KEY_BYTES {
            return Err(malformed(format!("a unit has 1 to {} bytes", limits::KEY_BYTES)));
        }
        let state = self.members.get(unit).map(|member| member.state);
        if state.is_none() && self.members.len() >= limits::MEMBERS {
            return Err(malformed(format!("a program has at most {} members", limits::MEMBERS)));
        }
        outcome(deed, state).map_err(|(code, instead)| {
            let is = state.map_or("is no member", State::words);
            Rejection::new(code, format!("`{unit}` {is}: {instead}"))
        })
    }

    /// Where an outcome leads, by the rules and the free seats.
    fn target(&self, outcome: Outcome) -> Result<State, Rejection> {
        let Rules { admission, approval, .. } = self.rules;
        match outcome {
            Outcome::To(state) => Ok(state),
            Outcome::Application if admission == Admission::Invitation => {
                Err(refused("the program is by invitation: nobody can apply"))
            }
            Outcome::Application if approval == Approval::Required => Ok(State::Pending),
            // Where there is a free seat nobody waits for one.
            Outcome::Application | Outcome::Seat | Outcome::Stay if self.seats_free() > 0 => Ok(State::Approved),
            Outcome::Application | Outcome::Seat | Outcome::Stay => Ok(State::Waitlisted),
        }
    }

    fn member(&self, unit: &str) -> Result<&Member, Rejection> {
        self.members.get(unit).map(AsRef::as_ref).ok_or_else(|| unknown("member", unit))
    }

    /// One person has one membership, and an e-mail is one person.
    fn nobody_else_has(&self, email: Option<&str>, unit: Option<&str>) -> Result<(), Rejection> {
        let Some(email) = email else { return Ok(()) };
        digest("email", email)?;
        let has = |member: &Member| member.email.as_deref() == Some(email);
        match self.members.iter().find(|(other, member)| Some(other.as_str()) != unit && has(member)) {
            Some(_) => {
                let message = "somebody with this e-mail is a member, or was suspended or declined: go on with the unit of that \
                    membership, or leave with it first";
                Err(Rejection::new(RejectionCode::Taken, message))
            }
            None => Ok(()),
        }
    }

    fn open_invitation(&self, token: &str) -> Result<&Invitation, Rejection> {
        let invitation = self.invitations.get(token);
        let invitation = invitation
            .ok_or_else(|| Rejection::new(RejectionCode::Unknown, "there is no invitation with this token"))?;
        match invitation.state {
            InvitationState::Open => Ok(invitation),
            InvitationState::Accepted => Err(refused("the invitation was accepted: each is for once")),
            InvitationState::Revoked => Err(refused("the invitation was revoked: ask for another one")),
            InvitationState::Declined => Err(refused("the invitation was declined: ask for another one")),
            InvitationState::Expired => Err(refused("the invitation has expired: ask for another one")),
        }
    }

    /// The open invitations of a unit.
    fn invitations_of(&self, unit: &str) -> impl Iterator<Item = (&String, &Invitation)> {
        let is_theirs = move |invitation: &Invitation| {
            invitation.state == InvitationState::Open && invitation.unit.as_deref() == Some(unit)
        };
        self.invitations.iter().filter(move |(_, invitation)| is_theirs(invitation))
    }

    /// An invitation comes to nothing, and who had it is no member by it.
    fn ended(&self, token: &str, invitation: &Invitation, by: Ending) -> Vec<Event> {
        let mut events = vec![Event::InvitationEnded { token: token.into(), by }];
        let invited = invitation.unit.as_ref().and_then(|unit| Some((unit, self.members.get(unit)?)));
        if let Some((unit, member)) = invited.filter(|(_, member)| member.state == State::Invited) {
            events.push(moved(unit, member, State::Expired));
        }
        events
    }
}

fn moved(unit: &str, member: &Member, to: State) -> Event {
    Event::Moved { unit: unit.into(), from: member.state, to, reason: None }
}

fn digest(name: &str, text: &str) -> Result<(), Rejection> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == 64 && text.bytes().all(is_digit) {
        return Ok(());
    }
    Err(malformed(format!("`{name}` is a SHA-256 in 64 lower-case hexadecimal digits: nothing is kept that is secret")))
}

fn text(name: &str, text: &str) -> Result<(), Rejection> {
    if text.is_empty() || text.len() > limits::TEXT_BYTES {
        return Err(malformed(format!("`{name}` has 1 to {} bytes", limits::TEXT_BYTES)));
    }
    Ok(())
}

fn malformed(message: impl Into<String>) -> Rejection {
    Rejection::new(RejectionCode::Malformed, message)
}

fn refused(message: impl Into<String>) -> Rejection {
    Rejection::new(RejectionCode::WrongState, message)
}
