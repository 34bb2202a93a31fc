//! Who gets the seats that are free: those who wait, in the order of the line.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::Program;
use super::event::Event;
use super::member::{Member, State};
use super::rules::Feature;

impl Program {
    /// How many seats are taken.
    pub fn seats_used(&self) -> usize {
        self.members.values().filter(|member| member.state.has_seat()).count()
    }

    /// How many seats of a feature are taken. Who has graduated takes none.
    pub fn seats_used_of(&self, feature: &str) -> usize {
        let is_seated = |member: &Member| member.state.has_seat() && member.features.contains(feature);
        self.members.values().filter(|member| is_seated(member)).count()
    }

    /// How many seats are free.
    pub(super) fn seats_free(&self) -> usize {
        free(self.rules.capacity, self.seats_used())
    }

    /// How many seats of a feature are free.
    pub(super) fn seats_free_of(&self, key: &str, feature: &Feature) -> usize {
        free(feature.seats, self.seats_used_of(key))
    }

    /// Those who wait for a seat, in the order of the line.
    pub fn waitlist(&self) -> Vec<&str> {
        self.line(|_, member| member.state == State::Waitlisted)
    }

    /// Those with a seat who wait for one of a feature, in the order of the line.
    pub fn waitlist_of(&self, key: &str) -> Vec<&str> {
        self.line_of(key, |_, member| member.state.has_seat())
    }

    /// Lets in whoever waits, as far as there are seats.
    pub(super) fn settle(&self) -> Vec<Event> {
        if self.is_closed {
            return Vec::new();
        }
        let promoted: BTreeSet<&str> = self.waitlist().into_iter().take(self.seats_free()).collect();
        let (from, to) = (State::Waitlisted, State::Approved);
        let mut events: Vec<Event> = self
            .line(|unit, _| promoted.contains(unit))
            .into_iter()
            .map(|unit| Event::Moved { unit: unit.into(), from, to, reason: None })
            .collect();
        for (key, feature) in &self.features {
            let line = self.line_of(key, |unit, member| member.state.has_seat() || promoted.contains(unit));
            let units: Vec<String> = line.into_iter().take(self.seats_free_of(key, feature)).map(Into::into).collect();
            if !units.is_empty() {
                events.push(Event::Seated { feature: key.clone(), units });
            }
        }
        events
    }

    /// Those of some members who are to have a feature and do not, in the order of the line.
    fn line_of(&self, key: &str, is_seated: impl Fn(&str, &Member) -> bool) -> Vec<&str> {
        let Some(feature) = self.features.get(key) else { return Vec::new() };
        self.line(|unit, member| {
            is_seated(unit, member) && member.level.covers(feature.level) && !member.features.contains(key)
        })
    }

    fn line(&self, stands_in: impl Fn(&str, &Member) -> bool) -> Vec<&str> {
        let members = self.members.iter().filter(|(unit, member)| stands_in(unit, member));
        let mut line: Vec<(u64, &str)> = members.map(|(unit, member)| (member.turn, unit.as_str())).collect();
        line.sort_unstable();
        line.into_iter().map(|(_, unit)| unit).collect()
    }
}

fn free(seats: Option<u32>, used: usize) -> usize {
    seats.map_or(usize::MAX, |seats| (seats as usize).saturating_sub(used))
}
