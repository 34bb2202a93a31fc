//! The operations that look at an attribute itself. They know nothing of the tracer, so that an
//! artifact that explains holds their code once.

use alloc::vec;

use super::block::{Attribute, Block, List};
use super::text::{self, Folded};
use crate::ir::{AddressBlock, Condition, NONE, Operation, Ruleset, Scalar, Span, ViewKind};
use crate::patterns::Patterns;
use crate::words::address::Address;

/// What such an operation needs.
pub(super) struct Looking<'e, P> {
    pub(super) ruleset: &'e Ruleset<P>,
    pub(super) block: &'e Block,
}

impl<P: Patterns> Looking<'_, P> {
    /// Whether the condition holds.
    pub(super) fn test(&self, operation: Operation, condition: &Condition) -> bool {
        let ruleset = self.ruleset;
        let bits = Span::from_word(condition.low);
        match operation {
            Operation::Contains | Operation::ContainsFolded | Operation::ContainsAny | Operation::ContainsAll => {
                let view = condition.operand;
                let slot = ruleset.views.get(view as usize).map_or(NONE, |view| view.slot);
                match self.block.attribute(slot) {
                    Attribute::List(items) if operation == Operation::ContainsAll => self.has_all(items, view, bits),
                    Attribute::List(items) => self.ids(items, view).any(|id| has_bit(ruleset, bits, u64::from(id))),
                    Attribute::Text(subject) if condition.high != u64::from(NONE) => {
                        let part = ruleset.text_bytes(condition.high as u32);
                        match operation {
                            Operation::Contains => text::contains(subject, part),
                            Operation::ContainsFolded => text::contains(Folded::new(subject).as_bytes(), part),
                            _ => false,
                        }
                    }
                    _ => false,
                }
            }
            _ => match self.block.attribute(condition.operand) {
                Attribute::Text(subject) => self.test_text(operation, condition, subject),
                _ => false,
            },
        }
    }

    fn test_text(&self, operation: Operation, condition: &Condition, subject: &[u8]) -> bool {
        let operand = || self.ruleset.text_bytes(condition.low as u32);
        match operation {
            Operation::StartsWith => subject.starts_with(operand()),
            Operation::EndsWith => subject.ends_with(operand()),
            Operation::StartsWithFolded => {
                subject.get(..operand().len()).is_some_and(|start| start.eq_ignore_ascii_case(operand()))
            }
            Operation::EndsWithFolded => {
                let start = subject.len().wrapping_sub(operand().len());
                subject.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(operand()))
            }
            Operation::Matches => core::str::from_utf8(subject)
                .is_ok_and(|subject| self.ruleset.compiled_patterns.is_match(condition.low as u32, subject)),
            Operation::InCidr => self.in_blocks(Span::from_word(condition.low), subject),
            _ => false,
        }
    }

    fn in_blocks(&self, blocks: Span, subject: &[u8]) -> bool {
        let Some(address) = Address::parse(subject) else { return false };
        let Address { v6, bits } = address.mapped().unwrap_or(address);
        let has = |block: &AddressBlock| block.v6 == u32::from(v6) && (block.first..=block.last).contains(&bits);
        blocks.of(&self.ruleset.blocks).iter().any(has)
    }

    fn has_all(&self, items: List<'_>, view: u32, wanted: Span) -> bool {
        let wanted = wanted.of(&self.ruleset.numbers);
        let (mut found, mut missing) = (vec![false; wanted.len()], wanted.len());
        for id in self.ids(items, view) {
            let place = wanted.binary_search(&id).ok().and_then(|place| found.get_mut(place));
            missing -= place.map_or(0, |found| usize::from(!core::mem::replace(found, true)));
        }
        missing == 0
    }

    /// The dictionary ids of a list's elements.
    fn ids<'l>(&self, items: List<'l>, view: u32) -> impl Iterator<Item = u32> + use<'l, '_, P> {
        let ruleset = self.ruleset;
        let folded = ruleset.views.get(view as usize).is_some_and(|v| v.kind == ViewKind::FoldedId as u32);
        items.into_iter().map(move |item| match item {
            Scalar::Text(text) if folded => ruleset.id_of(view, &Scalar::Text(Folded::new(text).as_bytes()).into()),
            item => ruleset.id_of(view, &item.into()),
        })
    }
}

/// Whether the bit of a dictionary id is set.
#[inline]
pub(super) fn has_bit<P>(ruleset: &Ruleset<P>, bits: Span, id: u64) -> bool {
    bits.of(&ruleset.bits).get((id >> 6) as usize).is_some_and(|word| word >> (id & 63) & 1 != 0)
}
