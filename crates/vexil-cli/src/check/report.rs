//! What a check has found, as data.

use std::fmt;

use serde::Serialize;
use vexil::Diagnostic;
use vexil::diff::{Aspect, Changed, Difference};
use vexil::lint::Lint;
use vexil::radius::{Affected, Movement, Of, Overlap, Place, Share};

use super::deny::Denied;

/// All that a check has found.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// The instant for which ramps were looked at.
    pub(super) now: String,
    /// What was asked to keep the change out.
    pub(super) denied: Vec<Denied>,
    /// Flags whose answers can differ.
    pub(super) flags: Vec<Subject>,
    /// Services, likewise.
    pub(super) services: Vec<Subject>,
    /// Splits that hold units of those of the flags above.
    pub(super) overlaps: Vec<Overlap>,
    /// Habits that come with the change.
    pub(super) lints: Vec<Lint>,
    /// Habits that were there before.
    pub(super) lints_before: Vec<Lint>,
    /// What is wrong with the new snapshot: its errors, and the warnings that come with the change.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many contexts were evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contexts: Option<u64>,
}

impl Report {
    /// Flags and services, each with the word for what it is.
    pub(super) fn subjects(&self) -> impl Iterator<Item = (&'static str, &Subject)> {
        let flags = self.flags.iter().map(|flag| ("flag", flag));
        flags.chain(self.services.iter().map(|service| ("service", service)))
    }
}

/// A flag or service whose answers can differ.
#[derive(Debug, Serialize)]
pub(super) struct Subject {
    #[serde(flatten)]
    pub(super) affected: Affected,
    /// What changed in it.
    pub(super) aspects: Vec<Aspect>,
    /// The same in words, a line each.
    #[serde(skip)]
    pub(super) words: Vec<String>,
    /// What contexts get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) observed: Option<Observed>,
}

/// Who of some contexts gets another answer.
#[derive(Debug, Default, Serialize)]
pub(super) struct Observed {
    /// How many contexts do.
    pub(super) moved: u64,
    /// From what to what, the most first.
    pub(super) crossings: Vec<Crossing>,
}

/// Contexts that get another answer.
#[derive(Debug, Serialize)]
pub(super) struct Crossing {
    /// The variant or track before; null where there was no answer.
    pub(super) from: Option<String>,
    /// The variant or track after. The same one if its value is another.
    pub(super) to: Option<String>,
    pub(super) count: u64,
    /// Units of some of them.
    pub(super) examples: Vec<String>,
    /// What gave the answers, the most frequent first.
    pub(super) because: Vec<Because>,
}

/// What gave an answer before and after, to so many contexts.
#[derive(Debug, Serialize)]
pub(super) struct Because {
    pub(super) before: Source,
    pub(super) after: Source,
    pub(super) count: u64,
}

/// What gave an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Source {
    pub(super) reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
    /// Why no rule was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<String>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.rule, &self.cause) {
            (Some(rule), _) => write!(f, "rule `{rule}`"),
            (None, Some(cause)) => f.write_str(cause),
            (None, None) => f.write_str(match self.reason.as_str() {
                "DEFAULT" | "STATIC" => "the default",
                "SPLIT" => "the split of the default",
                "FLAG_NOT_FOUND" => "nothing",
                other => other,
            }),
        }
    }
}

impl Subject {
    /// What changed, beside whom it moves: both lists are in the order of the keys.
    pub(super) fn list(changed: Vec<Changed>, affected: Vec<Affected>) -> Vec<Self> {
        let mut changed = changed.into_iter();
        let pairs = affected.into_iter().filter_map(|affected| {
            let changed = changed.by_ref().find(|changed| changed.key == affected.key)?;
            Some(Self { words: words(&changed), aspects: changed.aspects, affected, observed: None })
        });
        pairs.collect()
    }

    /// The shares of units that get another answer, place by place.
    pub(super) fn shares(&self) -> Vec<String> {
        let movements = self.affected.movements.iter();
        let mut shares: Vec<String> =
            movements.map(|movement| format!("**{}** {}", movement.moved(), of_which(movement))).collect();
        if shares.is_empty() && self.affected.is_exact() {
            shares.push(format!("**{}** of all units", Share::NONE));
        }
        if !self.affected.unknown.is_empty() {
            shares.push("and some who are not counted".into());
        }
        shares
    }
}

/// Of which units the shares of a movement are.
fn of_which(movement: &Movement) -> String {
    let place = &movement.place;
    match (movement.of, place) {
        (Of::Anyone, _) | (_, Place::Whole) => "of all units".into(),
        (Of::Reached, _) => format!("of the units that come to the {place}"),
        (Of::InLayer, _) => format!("of the units that come to the {place} in its part of the layer"),
    }
}

/// A change as `vexil diff` tells it, without its first line.
fn words(changed: &Changed) -> Vec<String> {
    let alone = Difference { flags: vec![changed.clone()], ..Difference::default() };
    let lines = alone.to_string();
    lines.lines().skip(1).map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned()).collect()
}
