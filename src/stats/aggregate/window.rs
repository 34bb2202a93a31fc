//! Aggregates by slot of time, so that what is old can be left out.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Aggregate, unique};
use crate::stats::Error;
use crate::words::limits;
use crate::words::time::Timestamp;

/// Aggregates of slots of equal length. Slot `i` is the time from `i * length` to before `(i + 1) * length`, in
/// milliseconds since the epoch.
///
/// As JSON: `{"slot":60000,"slots":{"29456640":{...}}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw<A>", bound(deserialize = "A: Deserialize<'de>"))]
pub struct Window<A> {
    #[serde(rename = "slot")]
    length: u32,
    slots: BTreeMap<i64, A>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "A: Deserialize<'de>"))]
struct Raw<A> {
    slot: u32,
    #[serde(deserialize_with = "unique::read")]
    slots: BTreeMap<i64, A>,
}

impl<A: Aggregate> Window<A> {
    /// A window without slots.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a length of 0 ms.
    pub const fn new(slot_ms: u32) -> Result<Self, Error> {
        if slot_ms == 0 { Err(Error::OutOfRange) } else { Ok(Self { length: slot_ms, slots: BTreeMap::new() }) }
    }

    /// The length of a slot in milliseconds.
    pub const fn slot_ms(&self) -> u32 {
        self.length
    }

    /// Takes what was seen at an instant into its slot.
    ///
    /// # Errors
    ///
    /// As for [`Aggregate::merge`], and [`Error::TooMany`] where there would be more than 10,000 slots.
    pub fn add(&mut self, at: Timestamp, seen: &A) -> Result<(), Error> {
        self.take(self.slot_of(at), seen)
    }

    /// The slots with at least one instant that is not after `now` and less than `span_ms` before it, the oldest
    /// first, each with its beginning. Slots that begin after `now` come from a clock that is ahead: they do not count
    /// yet.
    pub fn fresh(&self, now: Timestamp, span_ms: u32) -> impl Iterator<Item = (Timestamp, &A)> {
        let newest = self.slot_of(now);
        // Of the instants in question the first is `now - span + 1`.
        let oldest = now.as_ms().saturating_sub(i64::from(span_ms)).saturating_add(1).div_euclid(self.length.into());
        // An empty span has no slot, not even that of `now`.
        let is_some = span_ms > 0 && oldest <= newest;
        let slots = is_some.then(|| self.slots.range(oldest..=newest)).into_iter().flatten();
        slots.map(|(&slot, seen)| (self.start(slot), seen))
    }

    /// All that the fresh slots have seen, or nothing if there are none.
    ///
    /// # Errors
    ///
    /// As for [`Aggregate::merge`].
    pub fn total(&self, now: Timestamp, span_ms: u32) -> Result<Option<A>, Error> {
        let mut total: Option<A> = None;
        for (_, seen) in self.fresh(now, span_ms) {
            match &mut total {
                Some(total) => total.merge(seen)?,
                None => total = Some(seen.clone()),
            }
        }
        Ok(total)
    }

    /// How many milliseconds ago the newest slot that has begun has ended: 0 while it goes on. Nothing without one.
    pub fn age_ms(&self, now: Timestamp) -> Option<u64> {
        let (&newest, _) = self.slots.range(..=self.slot_of(now)).next_back()?;
        let end = self.start(newest.saturating_add(1)).as_ms();
        Some(now.as_ms().saturating_sub(end).max(0).unsigned_abs())
    }

    /// Forgets the slots that are no longer fresh. Those that begin after `now` are kept.
    pub fn forget(&mut self, now: Timestamp, span_ms: u32) {
        let kept = self.fresh(now, span_ms).next().map(|(start, _)| self.slot_of(start));
        let oldest = kept.unwrap_or_else(|| self.slot_of(now).saturating_add(1));
        self.slots = self.slots.split_off(&oldest);
    }

    fn take(&mut self, slot: i64, seen: &A) -> Result<(), Error> {
        if let Some(there) = self.slots.get_mut(&slot) {
            return there.merge(seen);
        }
        if self.slots.len() >= limits::WINDOW_SLOTS {
            return Err(Error::TooMany);
        }
        self.slots.insert(slot, seen.clone());
        Ok(())
    }

    fn slot_of(&self, at: Timestamp) -> i64 {
        at.as_ms().div_euclid(self.length.into())
    }

    fn start(&self, slot: i64) -> Timestamp {
        Timestamp::from_ms(slot.saturating_mul(self.length.into()))
    }
}

impl<A: Aggregate> Aggregate for Window<A> {
    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.length != other.length {
            return Err(Error::Mismatch);
        }
        let mut merged = self.clone();
        for (&slot, seen) in &other.slots {
            merged.take(slot, seen)?;
        }
        *self = merged;
        Ok(())
    }
}

impl<A> TryFrom<Raw<A>> for Window<A> {
    type Error = Error;

    fn try_from(raw: Raw<A>) -> Result<Self, Error> {
        if raw.slot == 0 {
            return Err(Error::OutOfRange);
        }
        if raw.slots.len() > limits::WINDOW_SLOTS {
            return Err(Error::TooMany);
        }
        Ok(Self { length: raw.slot, slots: raw.slots })
    }
}
