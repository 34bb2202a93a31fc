//! Different units: how many there are, and how many of those who could use something did.
#![expect(clippy::needless_pass_by_value, reason = "as all questions are answered")]

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use vexil::analysis::adoption::Adoption;
use vexil::hash::Digest;
use vexil::stats::aggregate::{Distinct, Window};

use super::{Instant, confidence, merged};
use crate::Failure;

/// A unit: a text, or a whole number.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub(super) enum Unit {
    /// Its id.
    Text(String),
    /// Its number, which is the same unit as its decimal text.
    Number(f64),
}

/// Units, and a counter that has seen others.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct CountQuestion {
    /// The counter; a new one unless it is said.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    into: Option<Distinct>,
    /// The units.
    units: Vec<Unit>,
}

/// A counter that has seen some units.
pub(super) fn count(question: CountQuestion) -> Result<Distinct, Failure> {
    let mut counter = match question.into {
        Some(counter) => counter,
        None => Distinct::new(Distinct::PRECISION)?,
    };
    for unit in &question.units {
        counter.add(match unit {
            Unit::Text(text) => Digest::of(text.as_bytes()),
            Unit::Number(number) => Digest::of_number(*number),
        });
    }
    Ok(counter)
}

/// What several counters have seen, as one.
pub(super) fn merge(list: Vec<Distinct>) -> Result<Distinct, Failure> {
    merged(list)
}

/// Units of an instant, and what was seen at others.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CountAtQuestion {
    /// What was seen before; nothing unless it is said.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    into: Option<Window<Distinct>>,
    /// The length of a slot in milliseconds.
    slot_ms: u32,
    /// When, in milliseconds since the epoch; it decides the slot.
    at: Instant,
    /// The units.
    units: Vec<Unit>,
}

/// Counters by slots of time.
pub(super) fn count_at(question: CountAtQuestion) -> Result<Window<Distinct>, Failure> {
    let CountAtQuestion { into, slot_ms, at, units } = question;
    let mut window = match into {
        Some(window) if window.slot_ms() == slot_ms => window,
        Some(_) => return Err(Failure::input("slots of another length").within("slotMs")),
        None => Window::new(slot_ms).map_err(|error| Failure::from(error).within("slotMs"))?,
    };
    window.add(at.into(), &count(CountQuestion { into: None, units })?)?;
    Ok(window)
}

/// What several hosts have counted, as one.
pub(super) fn merge_windows(list: Vec<Window<Distinct>>) -> Result<Window<Distinct>, Failure> {
    merged(list)
}

/// Those who did, and those who could.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct AdoptionQuestion {
    /// Those who did.
    pub(super) adopters: Distinct,
    /// Those who could.
    pub(super) eligible: Distinct,
    /// The confidence of the interval, between 0 and 1; 0.95 unless it is said.
    #[serde(default = "confidence")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub(super) confidence: f64,
}

/// How many of those who could use something did.
pub(super) fn adoption(question: AdoptionQuestion) -> Result<Adoption, Failure> {
    Ok(Adoption::of(&question.adopters, &question.eligible, question.confidence)?)
}

/// The same by slots of time.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AdoptionInWindowQuestion {
    /// Those who did.
    adopters: Window<Distinct>,
    /// Those who could.
    eligible: Window<Distinct>,
    /// The span before now, in milliseconds.
    span_ms: u32,
    /// The confidence of the interval, between 0 and 1; 0.95 unless it is said.
    #[serde(default = "confidence")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    confidence: f64,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// The same over a span.
pub(super) fn adoption_in_window(question: AdoptionInWindowQuestion) -> Result<Adoption, Failure> {
    let AdoptionInWindowQuestion { adopters, eligible, span_ms, confidence, now } = question;
    Ok(Adoption::in_window(&adopters, &eligible, now.into(), span_ms, confidence)?)
}
