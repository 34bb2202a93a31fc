//! Conditions: code that only jumps forward, over words that were derived once.

use super::looking::{Looking, has_bit};
use super::trace::{Event, Membership, Tracer};
use super::{Evaluator, list};
use crate::ir::{Condition, HOLDS, Operation, Span};
use crate::patterns::Patterns;

impl<P: Patterns, T: Tracer> Evaluator<'_, P, T> {
    /// Whether the condition that begins at `entry` holds. Jumps go forward only, so this ends.
    #[inline]
    pub(super) fn holds(&mut self, entry: u32) -> bool {
        let ruleset = self.ruleset;
        let mut at = entry;
        while let Some(condition) = ruleset.conditions.get(at as usize) {
            let held = self.test(condition);
            self.tracer.note(Event::Condition(at, held));
            at = if held { condition.on_true } else { condition.on_false };
        }
        at == HOLDS
    }

    #[inline]
    fn test(&mut self, condition: &Condition) -> bool {
        let word = || self.block.word(condition.operand);
        match Operation::of(condition.operation) {
            Some(Operation::Range) => within(condition, f64::from_bits(word())),
            Some(Operation::Id) => {
                let id = word();
                id < 64 && condition.low >> id & 1 != 0
            }
            Some(Operation::WideId) => has_bit(self.ruleset, Span::from_word(condition.low), word()),
            Some(Operation::Now) => within(condition, self.now.as_number()),
            Some(Operation::Segment) => self.segment(condition.low as u32),
            Some(operation) => Looking { ruleset: self.ruleset, block: self.block }.test(operation, condition),
            None => false,
        }
    }

    fn segment(&mut self, number: u32) -> bool {
        let ruleset = self.ruleset;
        let Some(segment) = ruleset.segments.get(number as usize) else { return false };
        self.tracer.note(Event::Segment(number));
        let unit = self.block.unit(segment.unit);
        let listed = |span: Span| unit.is_some() && list::contains(span.of(&ruleset.units), unit);
        let membership = if listed(segment.exclude) {
            Membership::Excluded
        } else if listed(segment.include) {
            Membership::Included
        } else {
            Membership::Condition(self.holds(segment.entry))
        };
        self.tracer.note(Event::SegmentAnswered(membership));
        membership.is_member()
    }
}

#[inline]
fn within(condition: &Condition, number: f64) -> bool {
    // NaN, which stands for a missing number, is within nothing.
    number >= f64::from_bits(condition.low) && number <= f64::from_bits(condition.high)
}
