//! The state machine of one breaker.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{BreakerRule, Failures, Input, Moved, Next, Position, Rate, Why};
use crate::analysis::instant::{self, since};
use crate::stats;
use crate::stats::aggregate::{Aggregate, Proportion, Window};
use crate::words::time::Timestamp;
use crate::words::weight::{Ppm, WHOLE};

/// Where a breaker is.
///
/// `times` is how often it opened in a row. As JSON: `{"closed":{"since":...,"times":0,"calls":{"slot":5000,"slots":{}}}}`,
/// `{"open":{"since":...,"until":...,"times":1}}` or `{"halfOpen":{"since":...,"times":1,"calls":{"successes":0,
/// "trials":0}}}`; a success is a call that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Breaker {
    /// Calls go through and are counted.
    Closed {
        /// Since when.
        #[serde(with = "instant")]
        #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
        since: Timestamp,
        /// How often it opened in a row before.
        times: u32,
        /// Calls by slots of time.
        calls: Window<Proportion>,
    },
    /// No calls go through.
    Open {
        /// Since when.
        #[serde(with = "instant")]
        #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
        since: Timestamp,
        /// When it is tried again.
        #[serde(with = "instant")]
        #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
        until: Timestamp,
        /// How often it opened in a row.
        times: u32,
    },
    /// Calls of the probe share go through and are counted.
    HalfOpen {
        /// Since when.
        #[serde(with = "instant")]
        #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
        since: Timestamp,
        /// How often it opened in a row.
        times: u32,
        /// Calls of the probe.
        calls: Proportion,
    },
}

impl Breaker {
    /// A breaker that is closed from now on.
    ///
    /// # Errors
    ///
    /// None in fact: a rule's slots are not empty.
    pub fn new(rule: &BreakerRule, now: Timestamp) -> Result<Self, stats::Error> {
        Ok(Self::Closed { since: now, times: 0, calls: Window::new(rule.slot_ms)? })
    }

    /// Where it is.
    pub const fn position(&self) -> Position {
        match self {
            Self::Closed { .. } => Position::Closed,
            Self::Open { .. } => Position::Open,
            Self::HalfOpen { .. } => Position::HalfOpen,
        }
    }

    /// What is left of an exposure: all of it, nothing, or the probe's share of it, at least a millionth of all. A split
    /// that serves the buckets below its exposure then serves a part of those whom it served before, and the same part
    /// each time.
    pub fn exposure(&self, rule: &BreakerRule, exposure: Ppm) -> Ppm {
        match self.position() {
            Position::Closed => exposure,
            Position::Open => Ppm::NONE,
            Position::HalfOpen => {
                let probed = rule.probe.share.of(exposure.get()).max(1);
                Ppm::new(probed.min(exposure.get())).unwrap_or(Ppm::NONE)
            }
        }
    }

    /// Whether a unit with this bucket gets the flag, which without the breaker all buckets below an exposure get.
    pub fn admits(&self, rule: &BreakerRule, exposure: Ppm, bucket: u32) -> bool {
        bucket < self.exposure(rule, exposure).get()
    }

    /// What follows from an input. Calls that come while it is open were made before it opened, and are dropped.
    ///
    /// # Errors
    ///
    /// Counts beyond 2^53 - 1, and more than 10,000 slots, which only a clock that jumps can make. The state stays then.
    pub fn step(&self, rule: &BreakerRule, input: Input, now: Timestamp) -> Result<Next, stats::Error> {
        let (state, why) = match (self, input) {
            (Self::Closed { .. } | Self::Open { .. } | Self::HalfOpen { .. }, Input::Reset) => {
                (Self::new(rule, now)?, Some(Why::Command))
            }
            (Self::Closed { since, times, .. }, Input::Trip) => {
                (Self::opened(rule, in_a_row(rule, *since, *times, now), now), Some(Why::Command))
            }
            // Again from now on, but not longer: nothing failed anew.
            (Self::Open { times, .. } | Self::HalfOpen { times, .. }, Input::Trip) => {
                (Self::opened(rule, *times, now), Some(Why::Command))
            }
            (Self::Open { until, times, .. }, Input::Tick | Input::Calls(_)) if now >= *until => {
                (Self::HalfOpen { since: now, times: *times, calls: Proportion::default() }, Some(Why::CooledDown))
            }
            (Self::Open { .. }, Input::Calls(_)) | (_, Input::Tick) => (self.clone(), None),
            (Self::Closed { since, times, calls }, Input::Calls(seen)) => {
                let mut calls = calls.clone();
                calls.forget(now, rule.window_ms);
                calls.add(now, &seen)?;
                match rule.verdict(&calls, now) {
                    Some(why) => (Self::opened(rule, in_a_row(rule, *since, *times, now), now), Some(why)),
                    None => (Self::Closed { since: *since, times: *times, calls }, None),
                }
            }
            (Self::HalfOpen { since, times, calls }, Input::Calls(seen)) => {
                let mut calls = *calls;
                calls.merge(&seen)?;
                if calls.successes() > rule.probe.failures {
                    (Self::opened(rule, times.saturating_add(1), now), Some(Why::ProbeFailed))
                } else if calls.trials() >= rule.probe.calls {
                    let empty = Window::new(rule.slot_ms)?;
                    (Self::Closed { since: now, times: *times, calls: empty }, Some(Why::ProbePassed))
                } else {
                    (Self::HalfOpen { since: *since, times: *times, calls }, None)
                }
            }
        };
        let (from, to) = (self.position(), state.position());
        let moved = why.filter(|_| from != to).map(|why| Moved { from, to, at: now, why });
        let wake_at = if let Self::Open { until, .. } = state { Some(until) } else { None };
        Ok(Next { state, moved, wake_at })
    }

    /// Open from now on, for as long as the `times`-th time in a row takes.
    fn opened(rule: &BreakerRule, times: u32, now: Timestamp) -> Self {
        let until = now.as_ms().saturating_add(rule.cool_down_ms(times).into());
        Self::Open { since: now, until: Timestamp::from_ms(until), times }
    }
}

/// How often a breaker has opened in a row when it opens now: it begins anew once it was closed for the longest time.
fn in_a_row(rule: &BreakerRule, closed_since: Timestamp, times: u32, now: Timestamp) -> u32 {
    if since(closed_since, now) >= u64::from(rule.cool_down.longest_ms) { 1 } else { times.saturating_add(1) }
}

impl BreakerRule {
    /// Why calls of a window open the breaker, if they do.
    fn verdict(&self, calls: &Window<Proportion>, now: Timestamp) -> Option<Why> {
        let slots: Vec<&Proportion> = calls.fresh(now, self.window_ms).map(|(_, seen)| seen).collect();
        if self.failures.is_some_and(|some| some.are_among(&slots)) {
            Some(Why::Failures)
        } else if self.rate.is_some_and(|rate| rate.is_exceeded(&slots)) {
            Some(Why::Rate)
        } else {
            None
        }
    }
}

impl Failures {
    /// Whether so many of the newest calls failed, going back slot by slot until there are enough.
    fn are_among(&self, slots: &[&Proportion]) -> bool {
        let (mut failed, mut all) = (0_u128, 0_u128);
        for slot in slots.iter().rev() {
            failed += u128::from(slot.successes());
            all += u128::from(slot.trials());
            let is_share = failed * u128::from(self.of) >= u128::from(self.count) * all;
            if failed >= u128::from(self.count) && is_share {
                return true;
            }
            if all >= u128::from(self.of) {
                return false;
            }
        }
        false
    }
}

impl Rate {
    /// Whether the share of failures is above the bound, exactly, and of enough calls.
    fn is_exceeded(&self, slots: &[&Proportion]) -> bool {
        let sum = |of: fn(&Proportion) -> u64| slots.iter().map(|slot| u128::from(of(slot))).sum::<u128>();
        let (failed, all) = (sum(Proportion::successes), sum(Proportion::trials));
        all >= u128::from(self.calls) && failed * u128::from(WHOLE) > all * u128::from(self.above.get())
    }
}
