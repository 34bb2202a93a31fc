//! Folding events into a program. Decides nothing, and cannot fail.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::sync::Arc;

use super::Program;
use super::event::Event;
use super::invitation::{Invitation, InvitationState};
use super::member::{Member, State};
use super::rules::{Level, Rules};
use crate::words::time::Timestamp;

/// Which snapshots are other ones by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::control) enum Reach {
    /// None.
    Nothing,
    /// That of the program's environment.
    Environment,
    /// All: there are other segments.
    Everywhere,
}

impl Program {
    pub(super) fn new(environment: &str, segment: &str, by: Option<&str>, rules: &Rules) -> Self {
        Self {
            environment: environment.into(),
            segment: segment.into(),
            by: by.map(Into::into),
            rules: rules.clone(),
            features: BTreeMap::new(),
            members: BTreeMap::new(),
            invitations: BTreeMap::new(),
            ratings: BTreeMap::new(),
            turns: 0,
            is_closed: false,
        }
    }

    pub(super) fn fold(&mut self, event: &Event, at: Timestamp) -> Reach {
        match event {
            // Is where the program begins, or nothing.
            Event::Created { .. } | Event::Announced { .. } => Reach::Nothing,
            Event::Changed { after, .. } => {
                self.rules.clone_from(after);
                Reach::Nothing
            }
            Event::FeatureSet { feature, after, .. } => self.set_feature(feature, *after),
            Event::Closed => {
                let was_open_to_some = self.audience(None, None).next().is_some();
                self.is_closed = true;
                if was_open_to_some { Reach::Environment } else { Reach::Nothing }
            }
            Event::Invited { token, unit, email, level, expires } => {
                let (unit, email, expires) = (unit.clone(), email.clone(), Timestamp::from_ms(*expires));
                if let Some(unit) = &unit {
                    self.enter(unit, *level, email.as_ref(), State::Invited, at);
                }
                let invitation = Invitation { unit, email, level: *level, expires, state: InvitationState::Open };
                self.invitations.insert(token.clone(), invitation);
                Reach::Nothing
            }
            Event::Accepted { token, unit, email, level, to } => {
                self.end(token, InvitationState::Accepted);
                self.enter(unit, *level, email.as_ref(), *to, at)
            }
            Event::InvitationEnded { token, by } => {
                self.end(token, (*by).into());
                Reach::Nothing
            }
            Event::Applied { unit, email, level, to } => self.enter(unit, *level, email.as_ref(), *to, at),
            Event::Moved { unit, to, .. } => self.edit(unit, |member, turns| {
                member.go(*to, turns, at);
                if *to == State::Active {
                    member.activated.get_or_insert(at);
                    member.last_active = Some(at);
                }
            }),
            Event::Seated { feature, units } => {
                for unit in units {
                    self.edit(unit, |member, _| _ = member.features.insert(feature.clone()));
                }
                Reach::Environment
            }
            Event::Seen { unit } => self.edit(unit, |member, _| member.last_active = Some(at)),
            Event::LevelSet { unit, after, .. } => self.set_level(unit, *after),
            Event::Grouped { unit, group } => self.edit(unit, |member, _| _ = member.groups.insert(group.clone())),
            Event::Ungrouped { unit, group } => self.edit(unit, |member, _| _ = member.groups.remove(group)),
            Event::FeedbackGiven { unit, feature, rating, .. } => {
                self.ratings.entry(feature.clone()).or_default().add(*rating);
                self.edit(unit, |member, _| (member.has_answered, member.last_active) = (true, Some(at)))
            }
            Event::FeedbackAsked { unit } => self.edit(unit, |member, _| member.asked = Some(at)),
        }
    }

    /// Who has a feature by its level alone keeps it as long as the level is enough.
    fn set_feature(&mut self, key: &str, after: Option<super::Feature>) -> Reach {
        let is_another = self.features.contains_key(key) != after.is_some();
        match after {
            Some(feature) => drop(self.features.insert(key.into(), feature)),
            None => drop(self.features.remove(key)),
        }
        let loses = |member: &Member| {
            let keeps = after.is_some_and(|feature| !member.state.has_seat() || member.level.covers(feature.level));
            member.features.contains(key) && !keeps
        };
        let mut is_lost = false;
        for member in self.members.values_mut().filter(|member| loses(member)) {
            is_lost |= Arc::make_mut(member).features.remove(key);
        }
        match (is_another, is_lost) {
            (true, _) => Reach::Everywhere,
            (false, true) => Reach::Environment,
            (false, false) => Reach::Nothing,
        }
    }

    fn set_level(&mut self, unit: &str, level: Level) -> Reach {
        let covered = self.features.iter().filter(|(_, feature)| level.covers(feature.level));
        let covered: BTreeSet<String> = covered.map(|(key, _)| key.clone()).collect();
        self.edit(unit, |member, _| {
            member.level = level;
            member.features.retain(|feature| covered.contains(feature));
        })
    }

    /// Somebody comes, for the first time or again.
    fn enter(&mut self, unit: &str, level: Level, email: Option<&String>, to: State, at: Timestamp) -> Reach {
        self.members.entry(unit.into()).or_insert_with(|| Arc::new(Member::new(level, State::Left)));
        self.edit(unit, |member, turns| {
            member.level = level;
            member.email = email.cloned().or_else(|| member.email.take());
            if to != State::Invited {
                member.last_active = Some(at);
            }
            member.go(to, turns, at);
        })
    }

    fn end(&mut self, token: &str, state: InvitationState) {
        if let Some(invitation) = self.invitations.get_mut(token) {
            invitation.state = state;
        }
    }

    fn edit(&mut self, unit: &str, change: impl FnOnce(&mut Member, &mut u64)) -> Reach {
        let Some(member) = self.members.get_mut(unit).map(Arc::make_mut) else { return Reach::Nothing };
        let (had_access, had) = (member.state.has_access(), member.features.clone());
        change(member, &mut self.turns);
        let is_as_before = member.state.has_access() == had_access && member.features == had;
        if is_as_before || self.is_closed { Reach::Nothing } else { Reach::Environment }
    }
}

impl Member {
    fn go(&mut self, to: State, turns: &mut u64, at: Timestamp) {
        let from = core::mem::replace(&mut self.state, to);
        if to.is_in_line() && !from.is_in_line() {
            *turns += 1;
            self.turn = *turns;
            (self.came, self.seated, self.activated) = (Some(at), None, None);
        }
        if to.has_seat() && !from.has_seat() {
            (self.seated, self.asked, self.has_answered) = (Some(at), None, false);
        }
        if !to.has_access() {
            self.features.clear();
        }
        if to.is_gone() || to == State::Declined {
            self.groups.clear();
        }
        // Who is gone may come again, and anybody else with the same e-mail.
        if to.is_gone() {
            self.email = None;
        }
    }
}
