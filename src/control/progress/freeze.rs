//! Freezes: times in which nothing new begins.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::words::limits;
use crate::words::time::Timestamp;

/// A time in which nothing new begins, such as a weekend or a holiday. Calendars and their zones are the host's; here
/// are instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryFreeze"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Freeze {
    /// Its first millisecond since the epoch.
    pub from: i64,
    /// The first millisecond after it.
    pub until: i64,
}

/// Freezes in their order, of which none touches another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryFreezes"))]
#[serde(transparent)]
pub struct Freezes(Vec<Freeze>);

impl Freezes {
    /// Time never stands still.
    pub const NONE: Self = Self(Vec::new());

    /// The freezes in their order; those that overlap are one.
    ///
    /// # Errors
    /// What is wrong with them, in words that follow their name.
    pub fn new(freezes: &[Freeze]) -> Result<Self, String> {
        if freezes.len() > limits::FREEZES {
            return Err(format!("there are at most {} freezes", limits::FREEZES));
        }
        if let Some(Freeze { from, until }) = freezes.iter().find(|freeze| freeze.from >= freeze.until) {
            return Err(format!("a freeze ends after it begins, and this one is from {from} until {until}"));
        }
        let mut sorted = freezes.to_vec();
        sorted.sort_unstable();
        let mut joined: Vec<Freeze> = Vec::with_capacity(sorted.len());
        for freeze in sorted {
            match joined.last_mut().filter(|last| freeze.from <= last.until) {
                Some(last) => last.until = last.until.max(freeze.until),
                None => joined.push(freeze),
            }
        }
        Ok(Self(joined))
    }

    /// In their order.
    pub fn list(&self) -> &[Freeze] {
        &self.0
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The freeze that is on at an instant.
    pub fn on(&self, at: Timestamp) -> Option<Freeze> {
        self.0.iter().copied().find(|freeze| freeze.from <= at.as_ms() && at.as_ms() < freeze.until)
    }

    /// How much time runs between two instants, in milliseconds: in a freeze it stands still.
    pub fn active_ms(&self, since: Timestamp, now: Timestamp) -> i64 {
        let (since, now) = (since.as_ms(), now.as_ms());
        let frozen = self.0.iter().map(|freeze| freeze.until.min(now).saturating_sub(freeze.from.max(since)).max(0));
        frozen.fold(now.saturating_sub(since).max(0), i64::saturating_sub)
    }

    /// When so much time has run and no freeze is on.
    pub fn after(&self, since: Timestamp, mut left: i64) -> Timestamp {
        let mut at = since.as_ms();
        for freeze in self.0.iter().filter(|freeze| freeze.until > since.as_ms()) {
            let gap = freeze.from.saturating_sub(at).max(0);
            if left < gap {
                break;
            }
            (left, at) = (left - gap, freeze.until);
        }
        Timestamp::from_ms(at.saturating_add(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn time_stands_still_and_comes_back_where_it_stood() {
        let freezes = [(30, 40), (10, 20), (18, 25), (25, 26)].map(|(from, until)| Freeze { from, until });
        let freezes = Freezes::new(&freezes).expect("they are sound");
        assert_eq!(freezes.list(), [Freeze { from: 10, until: 26 }, Freeze { from: 30, until: 40 }]);
        for since in 0..50 {
            let by_counting =
                |now| i64::try_from((since..now).filter(|ms| freezes.on(at(*ms)).is_none()).count()).expect("few");
            for now in since..60 {
                assert_eq!(freezes.active_ms(at(since), at(now)), by_counting(now), "{since} to {now}");
            }
            for left in 0..30 {
                let reached = freezes.after(at(since), left);
                assert_eq!(freezes.active_ms(at(since), reached), left, "{since} and {left}");
                assert_eq!(freezes.on(reached), None, "{since} and {left}");
            }
        }
    }

    #[test]
    fn a_freeze_ends_after_it_begins() {
        assert!(Freezes::new(&[Freeze { from: 5, until: 5 }]).is_err());
    }
}
