//! From notes to an explanation: the flat stream of events becomes a tree, and rows become words.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::model::{Explanation, Kind, Layer, Place, Range, Split, Step, Unit, WhyNot};
use crate::evaluate::{Attribute, Block, Event};
use crate::ir::{self, Cause, Flag, NONE, Reason, Ruleset, Scalar, fixed, flag_bits};
use crate::json;
use crate::words::error_code::ErrorCode;
use crate::words::time::Timestamp;
use crate::words::value::Value;
use crate::words::weight::Ppm;

/// Reads the notes once, in order, beside the ruleset that they speak of.
pub(super) struct Teller<'r, P> {
    pub(super) ruleset: &'r Ruleset<P>,
    pub(super) block: &'r Block,
    pub(super) now: Timestamp,
    events: Vec<Event>,
    /// How many of them have been read.
    read: usize,
}

impl<'r, P> Teller<'r, P> {
    pub(super) fn new(ruleset: &'r Ruleset<P>, block: &'r Block, now: Timestamp, events: Vec<Event>) -> Self {
        Self { ruleset, block, now, events, read: 0 }
    }

    pub(super) fn peek(&self) -> Option<Event> {
        self.events.get(self.read).copied()
    }

    pub(super) fn next(&mut self) -> Option<Event> {
        let event = self.peek()?;
        self.read += 1;
        Some(event)
    }

    /// What was noted from the next question on.
    pub(super) fn explanation(&mut self) -> Option<Explanation> {
        match self.next() {
            Some(Event::Asked(number)) => self.asked(number),
            _ => None,
        }
    }

    /// The question has been read; prerequisites ask in turn. Their chain is bounded, so the
    /// recursion is.
    fn asked(&mut self, number: u32) -> Option<Explanation> {
        let ruleset = self.ruleset;
        let flag = ruleset.flags.get(number as usize)?;
        let mut steps = Vec::new();
        let mut required = None;
        let answer = loop {
            let step = match self.next()? {
                Event::Asked(other) => {
                    required = self.asked(other);
                    None
                }
                Event::Prerequisite(row, met) => self.prerequisite(row, met, required.take()),
                Event::Override(row, listed) => self.listed(row, listed),
                Event::Holdout(row, bucket, held) => self.holdout(row, bucket, held),
                Event::Rule(row) => self.rule(flag, row),
                Event::Default => Some(self.default()),
                Event::Answered(outcome) => break outcome,
                _ => None,
            };
            steps.extend(step);
        };
        if steps.is_empty() {
            self.fixed(flag, answer, &mut steps);
        }
        let outcome = ruleset.outcomes.get(answer as usize)?;
        let variant = ruleset.variants.get(outcome.variant as usize);
        let reason = Reason::of(outcome.reason()).unwrap_or(Reason::Error);
        Some(Explanation {
            kind: if flag.bits & flag_bits::SERVICE == 0 { Kind::Flag } else { Kind::Service },
            key: self.text(flag.key),
            value: variant
                .and_then(|variant| json::parse_value(ruleset.text(variant.value)).ok())
                .unwrap_or(Value::Null),
            variant: self.variant(answer),
            reason,
            error_code: outcome.error_code().map(ErrorCode::name),
            rule: ruleset.optional_text(outcome.rule()).map(String::from),
            steps,
        })
    }

    /// An answer that needed no look at the context.
    fn fixed(&self, flag: &Flag, answer: u32, steps: &mut Vec<Step>) {
        let own = if flag.bits & flag_bits::SERVICE == 0 { "flag" } else { "service" };
        let killed = |scope| Some(Step::Killed { scope });
        steps.extend(match answer.wrapping_sub(flag.outcomes.start) {
            fixed::KILLED_ALL => killed("all"),
            fixed::KILLED_NAMESPACE => killed("namespace"),
            fixed::KILLED_SELF => killed(own),
            fixed::DISABLED => Some(Step::Disabled),
            fixed::UNSUPPORTED => Some(Step::Unsupported),
            _ => None,
        });
        // Last, since a killed flag is broken as well where its off variant cannot be read.
        if self.ruleset.outcomes.get(answer as usize).is_some_and(|outcome| outcome.cause() == Cause::Broken as u32) {
            steps.push(Step::Broken);
        }
    }

    fn prerequisite(&self, row: u32, met: bool, explanation: Option<Explanation>) -> Option<Step> {
        let ruleset = self.ruleset;
        let (row, explanation) = (ruleset.prerequisites.get(row as usize)?, explanation?);
        let wanted = row.variants.of(&ruleset.numbers).iter();
        let variants = wanted.filter_map(|&number| ruleset.variants.get(number as usize));
        let variants = variants.map(|variant| self.text(variant.key)).collect();
        Some(Step::Prerequisite { flag: explanation.key.clone(), variants, met, explanation })
    }

    fn listed(&self, row: u32, listed: bool) -> Option<Step> {
        let row = self.ruleset.overrides.get(row as usize)?;
        Some(Step::Override { unit: self.unit(row.unit, None)?, listed, variant: self.variant(row.outcome) })
    }

    fn holdout(&self, row: u32, bucket: Option<u32>, held: bool) -> Option<Step> {
        let row = self.ruleset.holdouts.get(row as usize)?;
        let key = self.ruleset.outcomes.get(row.outcome as usize)?.detail();
        let key = self.text(key);
        Some(Step::Holdout { key, unit: self.unit(row.unit, bucket)?, exposure: row.exposure, held })
    }

    /// A rule: its conditions, then its layer and its split as far as it came.
    fn rule(&mut self, flag: &Flag, row: u32) -> Option<Step> {
        let ruleset = self.ruleset;
        let rule = ruleset.rules.get(row as usize)?;
        let parts = if flag.bits & flag_bits::SERVICE == 0 { "flags" } else { "services" };
        let index = row.wrapping_sub(flag.rules.start).to_string();
        let place = pointer(&[parts, ruleset.text(flag.key), "rules", &index, "when"]);
        let conditions = self.conditions(rule.entry, &place);
        let (mut layer, mut split, mut why_not) = (None, None, WhyNot::Condition);
        loop {
            let (outside, bucket) = match self.next()? {
                Event::Layer(row, bucket, held) => {
                    layer = self.layer(row, bucket, held);
                    (WhyNot::OutsideLayer, bucket)
                }
                Event::Split(row, bucket, exposure, _) => {
                    split = self.split(row, bucket, exposure);
                    (WhyNot::OutsideSplit, bucket)
                }
                Event::RuleAnswered(outcome) => {
                    let id = self.text(rule.id);
                    let why_not = (outcome == NONE).then_some(why_not);
                    return Some(Step::Rule { id, conditions, layer, split, variant: self.variant(outcome), why_not });
                }
                _ => continue,
            };
            why_not = if bucket.is_some() { outside } else { WhyNot::NoUnit };
        }
    }

    fn layer(&self, row: u32, bucket: Option<u32>, held: bool) -> Option<Layer> {
        let row = self.ruleset.layers.get(row as usize)?;
        let key = self.text(row.key);
        Some(Layer { key, unit: self.unit(row.unit, bucket)?, from: row.from, to: row.to, held })
    }

    fn default(&mut self) -> Step {
        let split = match self.peek() {
            Some(Event::Split(row, bucket, exposure, _)) => {
                self.next();
                self.split(row, bucket, exposure)
            }
            _ => None,
        };
        let variant = match self.peek() {
            Some(Event::Answered(outcome)) => self.variant(outcome),
            _ => None,
        };
        Step::Default { split, variant }
    }

    fn split(&self, row: u32, bucket: Option<u32>, exposure: Option<u32>) -> Option<Split> {
        let row = self.ruleset.splits.get(row as usize)?;
        let share = exposure.and_then(Ppm::new);
        let range = |row: &ir::Range| {
            let width = row.to.saturating_sub(row.from);
            let to = row.from + share.map_or(width, |share| share.of(width));
            Range { variant: self.variant(row.outcome), from: row.from, to }
        };
        let ranges: Vec<Range> = row.ranges.of(&self.ruleset.ranges).iter().map(range).collect();
        let within = |range: &&Range| bucket.is_some_and(|bucket| (range.from..range.to).contains(&bucket));
        let (place, variant) = match (bucket, ranges.iter().find(within)) {
            (None, _) => (Place::NoUnit, None),
            (_, Some(range)) => (Place::Range, range.variant.clone()),
            (_, None) => (Place::Outside, self.variant(row.outside)),
        };
        Some(Split { unit: self.unit(row.unit, bucket)?, exposure, ranges, place, variant })
    }

    /// A text of the ruleset.
    pub(super) fn text(&self, number: u32) -> String {
        self.ruleset.text(number).to_string()
    }

    /// The key of an outcome's variant.
    fn variant(&self, outcome: u32) -> Option<String> {
        let outcome = self.ruleset.outcomes.get(outcome as usize)?;
        let variant = self.ruleset.variants.get(outcome.variant as usize)?;
        Some(self.text(variant.key))
    }

    /// The unit of a view.
    pub(super) fn unit(&self, view: u32, bucket: Option<u32>) -> Option<Unit> {
        let slot = self.ruleset.views.get(view as usize)?.slot;
        Some(Unit { by: self.path(slot)?, value: self.attribute(slot), bucket })
    }

    /// The path of an attribute.
    pub(super) fn path(&self, slot: u32) -> Option<String> {
        self.ruleset.slots.get(slot as usize).map(|slot| self.text(slot.path))
    }

    /// What an attribute is, as far as the context block holds it.
    pub(super) fn attribute(&self, slot: u32) -> Option<Value> {
        Some(match self.block.attribute(slot) {
            Attribute::Missing => return None,
            Attribute::Text(text) => scalar(Scalar::Text(text)),
            Attribute::Number(number) => Value::Number(number),
            Attribute::Boolean(value) => Value::Boolean(value),
            Attribute::Instant(ms) => instant(Timestamp::from_number(ms)?),
            Attribute::List(items) => Value::List(items.into_iter().map(scalar).collect()),
            Attribute::Object => Value::Object(Vec::new()),
        })
    }
}

/// A JSON pointer of some steps.
pub(super) fn pointer(steps: &[&str]) -> String {
    let mut pointer = String::new();
    for step in steps {
        pointer.push('/');
        for char in step.chars() {
            match char {
                '~' => pointer.push_str("~0"),
                '/' => pointer.push_str("~1"),
                _ => pointer.push(char),
            }
        }
    }
    pointer
}

/// An instant as people write it.
pub(super) fn instant(instant: Timestamp) -> Value {
    Value::String(instant.text())
}

fn scalar(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Text(text) => Value::String(core::str::from_utf8(text).unwrap_or_default().to_string()),
        Scalar::Number(number) => Value::Number(number),
        Scalar::Boolean(value) => Value::Boolean(value),
    }
}
