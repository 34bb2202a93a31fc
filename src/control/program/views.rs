//! What is shown of a program: statistics for those who run it, a dashboard for a member, a member's history.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::Program;
use super::event::Event;
use super::invitation::{Invitation, InvitationState};
use super::member::{Member, State};
use super::rules::{Admission, Level};
use crate::control::event::Event as Happened;
use crate::control::journal::Record;
use crate::words::time::Timestamp;

/// How often each rating from 1 to 5 was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Feedback([u64; 5]);

impl Feedback {
    pub(super) fn add(&mut self, rating: u32) {
        let place = usize::try_from(rating).ok().and_then(|rating| rating.checked_sub(1));
        if let Some(count) = place.and_then(|place| self.0.get_mut(place)) {
            *count += 1;
        }
    }

    /// How many ratings there are.
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The mean rating; `None` without any.
    #[expect(clippy::cast_precision_loss, reason = "nobody gives 2^53 ratings")]
    pub fn mean(&self) -> Option<f64> {
        let sum: u64 = self.0.iter().zip(1..).map(|(count, rating)| count * rating).sum();
        (self.count() > 0).then(|| sum as f64 / self.count() as f64)
    }

    /// How often each rating was given, from 1 to 5.
    pub const fn ratings(&self) -> &[u64; 5] {
        &self.0
    }
}

/// Seats, of a program or of a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramSeats"))]
#[serde(rename_all = "camelCase")]
pub struct Seats {
    /// Taken. More than there are if there were more once: nobody is put out.
    pub used: usize,
    /// How many there are; as many as are wanted without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub capacity: Option<u32>,
    /// How many wait for one.
    pub waiting: usize,
}

/// Figures of a program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramStatistics"))]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// How many ever were members, by how they stand.
    pub states: BTreeMap<State, usize>,
    /// How many have access, by level.
    pub levels: BTreeMap<Level, usize>,
    /// How many have access, by group.
    pub groups: BTreeMap<String, usize>,
    /// How many invitations there were, by how they stand.
    pub invitations: BTreeMap<InvitationState, usize>,
    /// The program's seats.
    pub seats: Seats,
    /// By the keys of their flags.
    pub features: BTreeMap<String, FeatureStatistics>,
    /// How long it took members to get on.
    pub funnel: Funnel,
}

/// Figures of a feature.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FeatureStatistics {
    /// The level from which members have it.
    pub level: Level,
    /// Its seats.
    pub seats: Seats,
    /// How many have kept it without a seat.
    pub graduated: usize,
    /// How often each rating was given, from 1 to 5.
    pub ratings: [u64; 5],
    /// How many ratings there are.
    pub feedback: u64,
    /// Their mean; nothing without any.
    pub mean_rating: Option<f64>,
}

/// How long it took members to get on, of those who have come that far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramFunnel"))]
#[serde(rename_all = "camelCase")]
pub struct Funnel {
    /// From applying or accepting to a seat.
    pub to_seat: Times,
    /// From a seat to the first use.
    pub to_use: Times,
}

/// Spans of time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgramTimes"))]
#[serde(rename_all = "camelCase")]
pub struct Times {
    /// How many there are.
    pub count: usize,
    /// Half of them are not longer; nothing without any.
    pub median_ms: Option<i64>,
    /// The longest.
    pub longest_ms: Option<i64>,
}

impl Times {
    fn of(mut spans: Vec<i64>) -> Self {
        spans.sort_unstable();
        let count = spans.len();
        Self { count, median_ms: spans.get(count.saturating_sub(1) / 2).copied(), longest_ms: spans.last().copied() }
    }
}

/// A program as a unit may see it: nothing of others, and nothing that others have said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    /// Whether the unit could apply now.
    pub can_apply: bool,
    /// How it stands; nothing if it never was a member.
    pub state: Option<State>,
    /// Its level.
    pub level: Option<Level>,
    /// Its place among those who wait for a seat, from 1.
    pub place: Option<usize>,
    /// By when feedback is expected of it, in milliseconds since the epoch.
    pub feedback_due: Option<i64>,
    /// By the keys of their flags.
    pub features: BTreeMap<String, Offer>,
}

/// A feature as a unit may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The level from which members have it.
    pub level: Level,
    /// What it is to the unit.
    pub access: Access,
}

/// What a feature is to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// The unit has it.
    Yours,
    /// There is a seat of it for who is let in.
    Joinable,
    /// All its seats are taken: who is let in waits for one.
    Full,
    /// Who has an invitation can get it.
    ByInvitation,
    /// It is for members who are closer.
    HigherLevel,
    /// The program gives the unit nothing more.
    Closed,
}

/// A step in a member's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step<'r> {
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// By whom.
    pub actor: &'r str,
    /// How the member stood then.
    pub to: State,
    /// Why, if that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'r str>,
}

/// What became of a member, from the log: with every reason that was ever given.
pub fn history<'r>(records: &'r [Record], program: &str, unit: &str) -> Vec<Step<'r>> {
    let step = |record: &'r Record, event: &'r Happened| {
        let Happened::Program { program: of, event } = event else { return None };
        let (whose, to, reason) = match event {
            Event::Invited { unit: Some(whose), .. } => (whose, State::Invited, None),
            Event::Applied { unit, to, .. } | Event::Accepted { unit, to, .. } => (unit, *to, None),
            Event::Moved { unit, to, reason, .. } => (unit, *to, reason.as_deref()),
            _ => return None,
        };
        let reason = reason.or(record.reason.as_deref());
        (of == program && whose == unit).then_some(Step { at: record.at.as_ms(), actor: &record.actor, to, reason })
    };
    records.iter().flat_map(|record| record.events.iter().filter_map(move |event| step(record, event))).collect()
}

impl Program {
    /// The ratings of a feature, which stay when the feature is taken out.
    pub fn feedback(&self, feature: &str) -> Feedback {
        self.ratings.get(feature).copied().unwrap_or_default()
    }

    /// Figures for those who run the program.
    pub fn statistics(&self) -> Statistics {
        let members = || self.members.values();
        let with_access = || members().filter(|member| !self.is_closed && member.state.has_access());
        let feature = |(key, feature): (&String, &super::Feature)| {
            let seats =
                Seats { used: self.seats_used_of(key), capacity: feature.seats, waiting: self.waitlist_of(key).len() };
            let has_kept = |member: &&_| is(member, State::Graduated) && member.features.contains(key);
            let feedback = self.feedback(key);
            let figures = FeatureStatistics {
                level: feature.level,
                seats,
                graduated: with_access().map(AsRef::as_ref).filter(has_kept).count(),
                ratings: *feedback.ratings(),
                feedback: feedback.count(),
                mean_rating: feedback.mean(),
            };
            (key.clone(), figures)
        };
        let span = |from: Option<Timestamp>, to: Option<Timestamp>| Some(to?.as_ms().saturating_sub(from?.as_ms()));
        Statistics {
            states: counts(members().map(|member| member.state)),
            levels: counts(with_access().map(|member| member.level)),
            groups: counts(with_access().flat_map(|member| member.groups.iter().cloned())),
            invitations: counts(self.invitations.values().map(Invitation::state)),
            seats: Seats { used: self.seats_used(), capacity: self.rules.capacity, waiting: self.waitlist().len() },
            features: self.features.iter().map(feature).collect(),
            funnel: Funnel {
                to_seat: Times::of(members().filter_map(|member| span(member.came, member.seated)).collect()),
                to_use: Times::of(members().filter_map(|member| span(member.seated, member.activated)).collect()),
            },
        }
    }

    /// What a unit may see of the program.
    pub fn dashboard(&self, unit: &str) -> Dashboard {
        let member = self.members.get(unit).map(AsRef::as_ref);
        let state = member.map(|member| member.state);
        let is_stranger = state.is_none_or(State::is_gone);
        let place = self.waitlist().iter().position(|waiting| *waiting == unit).map(|before| before + 1);
        let deadline = member.and_then(|member| member.deadline(self.rules.feedback.as_ref()));
        let access = |key: &str, feature: &super::Feature| match member {
            _ if self.is_closed => Access::Closed,
            Some(member) if member.state.has_access() && member.features.contains(key) => Access::Yours,
            // Who is out, and who keeps what it has, gets nothing more.
            Some(Member { state: State::Suspended | State::Declined | State::Graduated, .. }) => Access::Closed,
            Some(member) if !is_stranger && !member.level.covers(feature.level) => Access::HigherLevel,
            _ if is_stranger && self.rules.admission == Admission::Invitation => Access::ByInvitation,
            _ if self.seats_free_of(key, feature) == 0 => Access::Full,
            _ => Access::Joinable,
        };
        let offer = |(key, feature): (&String, &super::Feature)| {
            (key.clone(), Offer { level: feature.level, access: access(key, feature) })
        };
        Dashboard {
            can_apply: !self.is_closed && is_stranger && self.rules.admission == Admission::SelfService,
            state,
            level: member.map(|member| member.level),
            place,
            feedback_due: deadline.filter(|_| !self.is_closed).map(Timestamp::as_ms),
            features: self.features.iter().map(offer).collect(),
        }
    }
}

fn is(member: &Member, state: State) -> bool {
    member.state == state
}

fn counts<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}
