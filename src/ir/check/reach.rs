//! What segments and flags reach, and that it is neither deep nor long nor hidden.

use alloc::vec;
use alloc::vec::Vec;
use core::mem::offset_of;

use super::words::Words;
use super::{Checked, Field, ensure, field};
use crate::ir::binary::section;
use crate::ir::{Condition, FAILS, Flag, NONE, Operation, Ruleset, Segment, Span, View, ViewKind, flag_bits};
use crate::words::limits;

/// How deep evaluation may recurse: along a chain of prerequisites, then along one of segments.
const DEEPEST_CALL: u32 = 2 * limits::CHAIN as u32 + 1;

pub(super) fn check<P>(ruleset: &Ruleset<P>, words: &Words) -> Checked {
    Walk::new(ruleset, words).all()
}

/// Goes through all that segments and flags reach: segments in order, since one may call only
/// those before it, then flags by rank.
///
/// This is what bounds evaluation, and what makes masks trustworthy: a host writes only what a
/// flag's mask names, and a slot that it did not write may hold another context's attribute.
#[derive(Debug)]
struct Walk<'r, P> {
    ruleset: &'r Ruleset<P>,
    words: &'r Words,
    /// For each condition the walk that came by, or 0. One that two could reach is refused:
    /// the compiler makes none, and it bounds the walks.
    walked: Vec<u32>,
    /// The number of the current walk.
    current: u32,
    /// Conditions that the current walk has yet to see.
    pending: Vec<u32>,
    /// One for each segment, then one for each flag.
    reaches: Vec<Reach>,
    /// The slots of each reach, as many words for each as all slots need bits.
    slots: Vec<u64>,
    /// How many words that is.
    slot_words: usize,
    /// What the current flag says that it reads.
    claimed: Vec<u64>,
}

/// A set of one kind.
const fn bit(kind: ViewKind) -> u32 {
    1 << kind as u32
}

/// What a segment or flag reaches.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    /// Steps of its evaluation, at most.
    cost: u32,
    /// Segments and prerequisites that may call each other in it, at most.
    depth: u32,
    /// Of [`flag_bits::TIMED`] and [`flag_bits::NEEDS_PATTERNS`].
    bits: u32,
}

impl<'r, P> Walk<'r, P> {
    fn new(ruleset: &'r Ruleset<P>, words: &'r Words) -> Self {
        let rows = ruleset.segments.len() + ruleset.flags.len();
        let slot_words = ruleset.slots.len().div_ceil(64);
        Self {
            ruleset,
            words,
            walked: vec![0; ruleset.conditions.len()],
            current: 0,
            pending: Vec::new(),
            reaches: vec![Reach::default(); rows],
            slots: vec![0; rows * slot_words],
            slot_words,
            claimed: Vec::new(),
        }
    }

    fn all(mut self) -> Checked {
        for (number, segment) in self.ruleset.segments.iter().enumerate() {
            self.segment(number, segment)?;
        }
        let highest = self.ruleset.flags.iter().map(|flag| flag.rank).max().unwrap_or(0);
        for rank in 0..=highest {
            for (number, flag) in self.ruleset.flags.iter().enumerate() {
                if flag.rank == rank {
                    self.flag(number, flag)?;
                }
            }
        }
        Ok(())
    }

    fn segment(&mut self, number: usize, segment: &Segment) -> Checked {
        self.spend(number, 1);
        if segment.unit != NONE {
            self.unit(number, segment.unit)?;
        }
        self.code(number, segment.entry, number)?;
        // What it costs is up to the flags that come to it: none may.
        self.bounded(number, u32::MAX)
    }

    fn flag(&mut self, number: usize, flag: &Flag) -> Checked {
        let ruleset = self.ruleset;
        // These answer before they look at anything.
        if flag.bits & (flag_bits::BROKEN | flag_bits::DISABLED) != 0 {
            return Ok(());
        }
        let reach = ruleset.segments.len() + number;
        self.spend(reach, 1);
        for spans in [flag.prerequisites, flag.overrides, flag.holdouts, flag.rules] {
            self.spend(reach, spans.count);
        }
        for row in flag.prerequisites.of(&ruleset.prerequisites) {
            let lower = ruleset.flags.get(row.flag as usize).is_some_and(|required| required.rank < flag.rank);
            ensure(lower, field!(flags: Flag.rank), number)?;
            self.call(reach, ruleset.segments.len() + row.flag as usize);
        }
        for row in flag.overrides.of(&ruleset.overrides) {
            self.unit(reach, row.unit)?;
        }
        for row in flag.holdouts.of(&ruleset.holdouts) {
            self.unit(reach, row.unit)?;
        }
        for rule in flag.rules.of(&ruleset.rules) {
            self.code(reach, rule.entry, ruleset.segments.len())?;
            if let Some(layer) = ruleset.layers.get(rule.layer as usize) {
                self.unit(reach, layer.unit)?;
            }
            self.split(reach, rule.split)?;
        }
        self.split(reach, flag.default_split)?;
        self.bounded(reach, limits::COST)?;
        self.claims(reach, number, flag)
    }

    fn split(&mut self, reach: usize, number: u32) -> Checked {
        let Some(split) = self.ruleset.splits.get(number as usize) else { return Ok(()) };
        self.spend(reach, split.ranges.count);
        if split.ramp != NONE {
            self.inherit(reach, flag_bits::TIMED);
        }
        self.unit(reach, split.unit)
    }

    /// Goes through the conditions from one on. They may call the segments below a number.
    fn code(&mut self, reach: usize, entry: u32, callable: usize) -> Checked {
        self.current += 1;
        self.pending.push(entry);
        while let Some(at) = self.pending.pop() {
            // What is no row is the end: HOLDS or FAILS.
            let row = at as usize;
            let Some(condition) = self.ruleset.conditions.get(row) else { continue };
            let Some(walked) = self.walked.get_mut(row) else { continue };
            if *walked == self.current {
                continue;
            }
            ensure(*walked == 0, field!(conditions), row)?;
            *walked = self.current;
            for target in [condition.on_true, condition.on_false] {
                let there = target >= FAILS || (target as usize) < self.ruleset.conditions.len();
                ensure(target > at && there, field!(conditions: Condition.on_true), row)?;
                self.pending.push(target);
            }
            self.condition(reach, row, condition, callable)?;
        }
        Ok(())
    }

    fn condition(&mut self, reach: usize, row: usize, condition: &Condition, callable: usize) -> Checked {
        const NUMBERS: u32 = bit(ViewKind::Number) | bit(ViewKind::Version) | bit(ViewKind::Instant);
        const IDS: u32 = bit(ViewKind::Id) | bit(ViewKind::FoldedId) | bit(ViewKind::Existence);
        let (ruleset, operand) = (self.ruleset, condition.operand);
        let list = Span::from_word(condition.low);
        let (bits, strings) = (ruleset.bits.len(), ruleset.strings.len() as u64);
        let text = |number: u64| number < strings;
        let of_slot = || ((operand as usize) < ruleset.slots.len()).then_some(operand);
        let of_list = || {
            let view = ruleset.views.get(operand as usize)?;
            (view.kind <= ViewKind::FoldedId as u32).then_some(view.slot)
        };
        // The slot that is read, whether what it is compared with is there, and the steps.
        let (slot, there, steps) = match Operation::of(condition.operation) {
            None => (None, false, 0),
            Some(Operation::Range) => (self.words.slot(operand, NUMBERS), true, 1),
            Some(Operation::Id) => (self.words.slot(operand, IDS), true, 1),
            Some(Operation::WideId) => (self.words.slot(operand, IDS), list.is_within(bits), 1),
            Some(Operation::Now) => {
                self.inherit(reach, flag_bits::TIMED);
                (Some(NONE), true, 1)
            }
            Some(Operation::Segment) => {
                // The segment's own first step is this one.
                self.call(reach, condition.low as usize);
                (Some(NONE), condition.low < callable as u64, 0)
            }
            Some(Operation::Contains | Operation::ContainsFolded) => {
                let subject = condition.high == u64::from(NONE) || text(condition.high);
                (of_list(), subject && list.is_within(bits), 1)
            }
            Some(Operation::ContainsAny) => (of_list(), list.is_within(bits), 1),
            Some(Operation::ContainsAll) => {
                let steps = 1 + list.count / limits::ELEMENTS_OF_A_STEP;
                (of_list(), list.is_within(ruleset.numbers.len()), steps)
            }
            Some(Operation::Matches) => {
                self.inherit(reach, flag_bits::NEEDS_PATTERNS);
                (of_slot(), condition.low < ruleset.patterns.len() as u64, 1)
            }
            Some(Operation::InCidr) => {
                (of_slot(), list.is_within(ruleset.blocks.len()), 1 + list.count / limits::BLOCKS_OF_A_STEP)
            }
            Some(
                Operation::StartsWith | Operation::EndsWith | Operation::StartsWithFolded | Operation::EndsWithFolded,
            ) => (of_slot(), text(condition.low), 1),
        };
        ensure(there, field!(conditions: Condition.low), row)?;
        self.spend(reach, steps);
        self.slot(reach, slot, field!(conditions: Condition.operand), row)
    }

    /// A segment or flag evaluates another, whose reach is known.
    fn call(&mut self, reach: usize, other: usize) {
        let Reach { cost, depth, bits } = self.reaches.get(other).copied().unwrap_or_default();
        if let Some(reach) = self.reaches.get_mut(reach) {
            reach.cost = reach.cost.saturating_add(cost);
            reach.depth = reach.depth.max(depth + 1);
            reach.bits |= bits;
        }
        for word in 0..self.slot_words {
            let slots = self.slots.get(other * self.slot_words + word).copied().unwrap_or(0);
            if let Some(word) = self.slots.get_mut(reach * self.slot_words + word) {
                *word |= slots;
            }
        }
    }

    fn spend(&mut self, reach: usize, cost: u32) {
        if let Some(reach) = self.reaches.get_mut(reach) {
            reach.cost = reach.cost.saturating_add(cost);
        }
    }

    fn inherit(&mut self, reach: usize, bits: u32) {
        if let Some(reach) = self.reaches.get_mut(reach) {
            reach.bits |= bits;
        }
    }

    /// Reads the unit at a word of the views.
    fn unit(&mut self, reach: usize, word: u32) -> Checked {
        let slot = self.words.slot(word, bit(ViewKind::Unit));
        self.slot(reach, slot, field!(views: View.word), word as usize)
    }

    /// Reads a slot, unless it is [`NONE`].
    fn slot(&mut self, reach: usize, slot: Option<u32>, field: Field, row: usize) -> Checked {
        let Some(slot) = slot else { return ensure(false, field, row) };
        if slot != NONE
            && let Some(word) = self.slots.get_mut(reach * self.slot_words + slot as usize / 64)
        {
            *word |= 1 << (slot % 64);
        }
        Ok(())
    }

    /// Neither deep nor long.
    fn bounded(&self, row: usize, cost: u32) -> Checked {
        let reach = self.reaches.get(row).copied().unwrap_or_default();
        let small = reach.depth <= DEEPEST_CALL && reach.cost <= cost;
        ensure(small, field!(flags), row)
    }

    /// What the flag says that it reaches is all that it reaches.
    fn claims(&mut self, reach: usize, number: usize, flag: &Flag) -> Checked {
        let bits = self.reaches.get(reach).map_or(0, |reach| reach.bits);
        ensure(bits & !flag.bits == 0, field!(flags: Flag.bits), number)?;
        self.claimed.clear();
        self.claimed.resize(self.slot_words, 0);
        if let Some(word) = self.claimed.first_mut() {
            *word = u64::from(flag.mask);
        }
        for &slot in flag.more_slots.of(&self.ruleset.numbers) {
            if let Some(word) = self.claimed.get_mut(slot as usize / 64) {
                *word |= 1 << (slot % 64);
            }
        }
        let start = reach * self.slot_words;
        let read = self.slots.get(start..start + self.slot_words).unwrap_or_default();
        let told = read.iter().zip(&self.claimed).all(|(read, claimed)| read & !claimed == 0);
        ensure(told, field!(flags: Flag.mask), number)
    }
}
