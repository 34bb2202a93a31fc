//! Circuit breakers: a flag that fails is taken back by itself, tried again on a few, and given back.
//!
//! Counts go in, a state comes out; what the flag serves follows from the state and the exposure that it would have.
//! A breaker only ever narrows that exposure: it undoes no kill, and nobody gets the flag who would not have it
//! without the breaker.

mod rule;
mod state;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use rule::{Backoff, BreakerRule, Failures, Probe, Rate};
pub use state::Breaker;

use super::instant;
use crate::stats::aggregate::Proportion;
use crate::words::time::Timestamp;

/// What happens to a breaker.
///
/// As JSON: `{"calls":{"successes":1,"trials":20}}`, `"tick"`, `"trip"` or `"reset"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerInput"))]
#[serde(rename_all = "camelCase")]
pub enum Input {
    /// Calls that were made with the flag on; a success of the proportion is a call that failed.
    Calls(Proportion),
    /// Time has passed.
    Tick,
    /// Someone opens it.
    Trip,
    /// Someone closes it, and what was counted is forgotten.
    Reset,
}

/// Whether calls go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerPosition"))]
#[serde(rename_all = "camelCase")]
pub enum Position {
    /// They do.
    Closed,
    /// They do not.
    Open,
    /// Those of the probe share do.
    HalfOpen,
}

/// Why a breaker moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerReason"))]
#[serde(rename_all = "camelCase")]
pub enum Why {
    /// Some of the last calls failed.
    Failures,
    /// The error rate is above its bound.
    Rate,
    /// The probe failed.
    ProbeFailed,
    /// The probe did well.
    ProbePassed,
    /// The cool-down is over.
    CooledDown,
    /// Someone did it.
    Command,
}

/// A breaker that moved, for those who should hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerMove"))]
pub struct Moved {
    /// Where it was.
    pub from: Position,
    /// Where it is.
    pub to: Position,
    /// When.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub at: Timestamp,
    /// Why.
    pub why: Why,
}

/// What an input came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BreakerStep"))]
#[serde(rename_all = "camelCase")]
pub struct Next {
    /// The state after it.
    pub state: Breaker,
    /// How it moved, if it did.
    pub moved: Option<Moved>,
    /// When to tick at the latest: when the cool-down is over.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Timestamp>"))]
    pub wake_at: Option<Timestamp>,
}
