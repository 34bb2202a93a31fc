//! Evaluation: ruleset + context + now -> outcome. Total, without a panic, and without an
//! allocation on the common path.
//!
//! Knows neither JSON nor snapshots. The order in which a flag decides is the order of
//! `Evaluator::decide`, and is told in `docs/evaluation.md`.

mod block;
mod condition;
mod list;
mod looking;
mod ramp;
mod text;
mod trace;
mod trail;
mod version;

pub use block::{Attribute, Block, CELL_WORDS, Elements, INLINE_BYTES, List, tag};
pub use ramp::between;
pub use trace::{Event, Membership, Silent, Tracer};
pub use trail::Trail;

use alloc::vec::Vec;

use crate::hash::SeedKey;
use crate::ir::{self, Flag, NONE, Reason, Ruleset, fixed, flag_bits};
use crate::patterns::Patterns;
use crate::words::kill::KillScope;
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

/// Which flags and services of a ruleset are killed: an overlay that changes without compiling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kills(Vec<Option<KillScope>>);

impl Kills {
    /// One entry for each row of the ruleset's flags.
    pub const fn new(scopes: Vec<Option<KillScope>>) -> Self {
        Self(scopes)
    }

    /// Whether and how a flag or service is killed.
    #[inline]
    pub fn scope(&self, flag: u32) -> Option<KillScope> {
        self.0.get(flag as usize).copied().flatten()
    }
}

/// Evaluates flags and services for one context at one instant.
#[derive(Debug)]
pub struct Evaluator<'r, P, T> {
    /// What is decided.
    pub ruleset: &'r Ruleset<P>,
    /// What is killed.
    pub kills: &'r Kills,
    /// For whom.
    pub block: &'r Block,
    /// When.
    pub now: Timestamp,
    /// Who listens.
    pub tracer: T,
}

impl<P: Patterns, T: Tracer> Evaluator<'_, P, T> {
    /// The outcome of a flag or service, a row of the ruleset's outcomes; [`NONE`] if there is no
    /// such flag.
    pub fn evaluate(&mut self, number: u32) -> u32 {
        let Some(flag) = self.ruleset.flags.get(number as usize) else { return NONE };
        self.tracer.note(Event::Asked(number));
        let outcome = self.decide(number, flag);
        self.tracer.note(Event::Answered(outcome));
        outcome
    }

    fn decide(&mut self, number: u32, flag: &Flag) -> u32 {
        if let Some(fixed) = self.fixed_answer(number, flag) {
            return flag.outcomes.start.wrapping_add(fixed);
        }
        self.unmet_prerequisite(flag)
            .or_else(|| self.listed_override(flag))
            .or_else(|| self.holdout(flag))
            .or_else(|| self.rules(flag))
            .unwrap_or_else(|| self.default(flag))
    }

    /// What needs no look at the context: kills first, even of a broken flag.
    #[inline]
    fn fixed_answer(&self, number: u32, flag: &Flag) -> Option<u32> {
        if let Some(scope) = self.kills.scope(number) {
            return Some(match scope {
                KillScope::All => fixed::KILLED_ALL,
                KillScope::Namespace => fixed::KILLED_NAMESPACE,
                KillScope::Own => fixed::KILLED_SELF,
            });
        }
        if flag.bits & flag_bits::BROKEN != 0 {
            Some(fixed::BROKEN)
        } else if flag.bits & flag_bits::DISABLED != 0 {
            Some(fixed::DISABLED)
        } else {
            (!P::SUPPORTED && flag.bits & flag_bits::NEEDS_PATTERNS != 0).then_some(fixed::UNSUPPORTED)
        }
    }

    fn unmet_prerequisite(&mut self, flag: &Flag) -> Option<u32> {
        let ruleset = self.ruleset;
        for (index, prerequisite) in flag.prerequisites.of(&ruleset.prerequisites).iter().enumerate() {
            let outcome = self.evaluate(prerequisite.flag);
            let met = ruleset
                .outcomes
                .get(outcome as usize)
                .is_some_and(|o| is_answer(o) && prerequisite.variants.of(&ruleset.numbers).contains(&o.variant));
            self.tracer.note(Event::Prerequisite(flag.prerequisites.start + index as u32, met));
            if !met {
                return Some(prerequisite.unmet);
            }
        }
        None
    }

    fn listed_override(&mut self, flag: &Flag) -> Option<u32> {
        let ruleset = self.ruleset;
        for (index, row) in flag.overrides.of(&ruleset.overrides).iter().enumerate() {
            let unit = self.block.unit(row.unit);
            let listed = unit.is_some() && list::contains(row.units.of(&ruleset.units), unit);
            self.tracer.note(Event::Override(flag.overrides.start + index as u32, listed));
            if listed {
                return Some(row.outcome);
            }
        }
        None
    }

    fn holdout(&mut self, flag: &Flag) -> Option<u32> {
        let ruleset = self.ruleset;
        for (index, row) in flag.holdouts.of(&ruleset.holdouts).iter().enumerate() {
            let bucket = self.bucket(row.seed, row.unit);
            let held = bucket.is_some_and(|bucket| bucket < row.exposure);
            self.tracer.note(Event::Holdout(flag.holdouts.start + index as u32, bucket, held));
            if held {
                return Some(row.outcome);
            }
        }
        None
    }

    fn rules(&mut self, flag: &Flag) -> Option<u32> {
        let ruleset = self.ruleset;
        for (index, rule) in flag.rules.of(&ruleset.rules).iter().enumerate() {
            self.tracer.note(Event::Rule(flag.rules.start + index as u32));
            let outcome = self.rule(rule);
            self.tracer.note(Event::RuleAnswered(outcome));
            if outcome != NONE {
                return Some(outcome);
            }
        }
        None
    }

    /// The outcome of a rule, or [`NONE`] if it does not apply.
    #[inline]
    fn rule(&mut self, rule: &ir::Rule) -> u32 {
        if !self.holds(rule.entry) || (rule.layer != NONE && !self.in_layer(rule.layer)) {
            NONE
        } else if rule.split == NONE {
            rule.outcome
        } else {
            self.split(rule.split).unwrap_or(NONE)
        }
    }

    fn in_layer(&mut self, number: u32) -> bool {
        let Some(layer) = self.ruleset.layers.get(number as usize) else { return false };
        let bucket = self.bucket(layer.seed, layer.unit);
        let held = bucket.is_some_and(|bucket| (layer.from..layer.to).contains(&bucket));
        self.tracer.note(Event::Layer(number, bucket, held));
        held
    }

    fn default(&mut self, flag: &Flag) -> u32 {
        self.tracer.note(Event::Default);
        if flag.default_split == NONE {
            return flag.default_outcome;
        }
        match self.split(flag.default_split) {
            Some(NONE) => flag.default_outcome,
            Some(outcome) => outcome,
            None => flag.default_without_unit,
        }
    }

    /// The outcome of a split, [`NONE`] for a unit outside, `None` without a unit.
    #[inline]
    fn split(&mut self, number: u32) -> Option<u32> {
        let ruleset = self.ruleset;
        let split = ruleset.splits.get(number as usize)?;
        let bucket = self.bucket(split.seed, split.unit);
        let exposure = ruleset
            .ramps
            .get(split.ramp as usize)
            .map(|row| ramp::exposure(row, row.steps.of(&ruleset.steps), self.now.as_ms()));
        let taken = bucket.and_then(|bucket| range_of(split.ranges.of(&ruleset.ranges), bucket, exposure));
        self.tracer.note(Event::Split(number, bucket, exposure, taken.is_some()));
        bucket.map(|_| taken.unwrap_or(split.outside))
    }

    #[inline]
    fn bucket(&self, seed: ir::Seed, unit: u32) -> Option<u32> {
        let unit = self.block.unit(unit);
        unit.is_some().then(|| SeedKey(seed.low, seed.high).bucket(unit))
    }
}

/// The outcome of the range that holds a bucket.
#[inline]
fn range_of(ranges: &[ir::Range], bucket: u32, exposure: Option<u32>) -> Option<u32> {
    let share = exposure.and_then(Ppm::new);
    for range in ranges {
        // Ranges ascend: the rest begins further on.
        if bucket < range.from {
            break;
        }
        let width = range.to.saturating_sub(range.from);
        if bucket - range.from < share.map_or(width, |share| share.of(width)) {
            return Some(range.outcome);
        }
    }
    None
}

/// Whether an outcome can meet a prerequisite: its flag is neither broken, killed, disabled nor
/// itself unmet.
fn is_answer(outcome: &ir::Outcome) -> bool {
    outcome.reason() != Reason::Error as u32 && outcome.reason() != Reason::Disabled as u32
}

/// The first instant after `now` at which time alone could change an answer.
pub fn next_change<P>(ruleset: &Ruleset<P>, now: Timestamp) -> Option<Timestamp> {
    let now = now.as_ms();
    let mut soonest = i64::MAX;
    for condition in ruleset.conditions.iter().filter(|condition| condition.operation == ir::Operation::Now as u32) {
        // Both bounds are whole milliseconds; the upper one is the last that still holds.
        for bound in [f64::from_bits(condition.low), f64::from_bits(condition.high) + 1.0] {
            if bound.is_finite() && bound as i64 > now {
                soonest = soonest.min(bound as i64);
            }
        }
    }
    for row in &ruleset.ramps {
        soonest = soonest.min(ramp::next_change(row, row.steps.of(&ruleset.steps), now));
    }
    if soonest == i64::MAX { None } else { Some(Timestamp::from_ms(soonest)) }
}
