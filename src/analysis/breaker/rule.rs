//! When a breaker opens, for how long, and how it tries again.

use serde::{Deserialize, Serialize};

use crate::analysis::metric::ppm;
use crate::analysis::{Cause, Error};
use crate::stats;
use crate::words::limits;
use crate::words::weight::{Ppm, WHOLE};

/// When a breaker opens, for how long, and how it tries again.
///
/// As JSON: `{"windowMs":60000,"slotMs":5000,"failures":{"of":20,"count":5},"rate":{"above":50000,"calls":100},
/// "coolDown":{"firstMs":30000,"longestMs":600000},"probe":{"share":50000,"calls":50,"failures":1}}`. One of `failures`
/// and `rate` may be left out. Shares are parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "Raw", rename_all = "camelCase")]
pub struct BreakerRule {
    pub(super) window_ms: u32,
    pub(super) slot_ms: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub(super) failures: Option<Failures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub(super) rate: Option<Rate>,
    pub(super) cool_down: Backoff,
    pub(super) probe: Probe,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Raw {
    window_ms: u32,
    slot_ms: u32,
    #[serde(default)]
    failures: Option<Failures>,
    #[serde(default)]
    rate: Option<Rate>,
    cool_down: Backoff,
    probe: Probe,
}

/// So many of the last so many calls failed. Calls of one slot have no order: of more calls than `of`, the same share
/// must have failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerFailures"))]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// How many calls are looked at, the newest.
    pub of: u64,
    /// How many of them failed at least.
    pub count: u64,
}

/// The share of failures in the window is above a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerRate"))]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The bound, below which and at which all is well.
    #[serde(with = "ppm")]
    #[cfg_attr(feature = "typescript", ts(as = "Ppm"))]
    pub above: Ppm,
    /// How many calls there must be to say so.
    pub calls: u64,
}

/// For how long a breaker stays open. Each time that it opens again soon, it is twice as long; it counts as soon until
/// it was closed for the longest time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerBackoff"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Backoff {
    /// The first time, in milliseconds.
    pub first_ms: u32,
    /// At most, in milliseconds.
    pub longest_ms: u32,
}

/// How a breaker tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerProbe"))]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// The share of those who had the flag that get it again: always the same units, those with the lowest buckets.
    #[serde(with = "ppm")]
    #[cfg_attr(feature = "typescript", ts(as = "Ppm"))]
    pub share: Ppm,
    /// How many calls there must be to give the flag back.
    pub calls: u64,
    /// How many of them may fail. One more, and the breaker opens again.
    pub failures: u64,
}

impl TryFrom<Raw> for BreakerRule {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self, Error> {
        let Raw { window_ms, slot_ms, failures, rate, cool_down, probe } = raw;
        Self { window_ms, slot_ms, failures, rate, cool_down, probe }.checked()
    }
}

impl BreakerRule {
    /// The rule, if it can open and close.
    fn checked(self) -> Result<Self, Error> {
        let slots = (self.window_ms.div_ceil(self.slot_ms.max(1))) as usize;
        let is_counted = |count: u64| (1..=limits::COUNT).contains(&count);
        let Probe { share, calls, failures } = self.probe;
        let sound = [
            // One more slot than fit may be fresh.
            ("slotMs", self.slot_ms > 0 && self.window_ms > 0 && slots < limits::WINDOW_SLOTS),
            ("failures", self.failures.is_some() || self.rate.is_some()),
            ("failures", self.failures.is_none_or(|some| is_counted(some.count) && is_counted(some.of))),
            ("failures", self.failures.is_none_or(|some| some.count <= some.of)),
            ("rate", self.rate.is_none_or(|rate| rate.above.get() < WHOLE && is_counted(rate.calls))),
            ("coolDown", 0 < self.cool_down.first_ms && self.cool_down.first_ms <= self.cool_down.longest_ms),
            ("probe", share > Ppm::NONE && is_counted(calls) && failures < calls),
        ];
        match sound.into_iter().find(|(_, is_sound)| !is_sound) {
            Some((key, _)) => Err(Error::at(key, Cause::Statistics(stats::Error::OutOfRange))),
            None => Ok(self),
        }
    }

    /// How long the breaker stays open when it opens for the `times`-th time in a row.
    pub(super) fn cool_down_ms(&self, times: u32) -> u32 {
        let doubled =
            1_u32.checked_shl(times.saturating_sub(1)).map(|factor| self.cool_down.first_ms.saturating_mul(factor));
        doubled.unwrap_or(u32::MAX).min(self.cool_down.longest_ms)
    }
}
