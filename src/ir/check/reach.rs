//! What segments and flags reach, and that it is neither deep nor long nor hidden.

use alloc::vec;
use alloc::vec::Vec;
use core::mem::offset_of;

use super::{Checked, Field, ensure, field};
use crate::ir::binary::section;
use crate::ir::{Condition, FAILS, Flag, MASKED_SLOTS, NONE, Operation, Ruleset, Segment, Span, flag_bits};
use crate::words::limits;

/// How deep evaluation may recurse: along a chain of prerequisites, then along one of segments.
const DEEPEST_CALL: u32 = 2 * limits::CHAIN as u32 + 1;

pub(super) fn check<P>(ruleset: &Ruleset<P>) -> Checked {
    Walk::new(ruleset).all()
}

/// Goes through all that segments and flags reach: segments in order, since one may call only
/// those before it, then flags by rank.
///
/// This is what bounds evaluation, and what makes masks trustworthy: a host writes only what a
/// flag's mask names, and a slot that it did not write may hold another context's attribute.
#[derive(Debug)]
struct Walk<'r, P> {
    ruleset: &'r Ruleset<P>,
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
    fn new(ruleset: &'r Ruleset<P>) -> Self {
        let rows = ruleset.segments.len() + ruleset.flags.len();
        let slot_words = ruleset.slots.len().div_ceil(64);
        Self {
            ruleset,
            walked: vec![0; ruleset.conditions.len()],
            current: 0,
            pending: Vec::new(),
            reaches: vec![Reach::default(); rows],
            slots: vec![0; rows * slot_words],
            slot_words,
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
        let reach = self.ruleset.segments.len() + number;
        // These answer before they look at anything.
        if flag.bits & (flag_bits::BROKEN | flag_bits::DISABLED) == 0 {
            self.decision(reach, number, flag)?;
        }
        self.bounded(reach, limits::COST)?;
        self.claims(reach, number, flag)
    }

    /// All that a flag asks until it has an answer.
    fn decision(&mut self, reach: usize, number: usize, flag: &Flag) -> Checked {
        let ruleset = self.ruleset;
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
        self.split(reach, flag.default_split)
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
        use Operation::{
            Contains, ContainsAll, ContainsAny, ContainsFolded, Id, InCidr, Matches, Now, Range, Segment, WideId,
        };
        let ruleset = self.ruleset;
        let operation = Operation::of(condition.operation);
        ensure(operation.is_some(), field!(conditions: Condition.operation), row)?;
        let operation = operation.unwrap_or(Now);
        match operation {
            Now => self.inherit(reach, flag_bits::TIMED),
            Matches => self.inherit(reach, flag_bits::NEEDS_PATTERNS),
            Segment => self.call(reach, condition.low as usize),
            _ => {}
        }
        // What it is compared with is there: a row or a run of some table.
        let list = Span::from_word(condition.low);
        let text = |number: u64| number < ruleset.strings.len() as u64;
        let there = match operation {
            Range | Id | Now => true,
            WideId | ContainsAny => list.is_within(ruleset.bits.len()),
            Contains | ContainsFolded => {
                list.is_within(ruleset.bits.len()) && (condition.high == u64::from(NONE) || text(condition.high))
            }
            ContainsAll => list.is_within(ruleset.numbers.len()),
            InCidr => list.is_within(ruleset.blocks.len()),
            Matches => condition.low < ruleset.patterns.len() as u64,
            Segment => condition.low < callable as u64,
            _ => text(condition.low),
        };
        ensure(there, field!(conditions: Condition.low), row)?;
        let steps = match operation {
            ContainsAll => 1 + list.count / limits::ELEMENTS_OF_A_STEP,
            InCidr => 1 + list.count / limits::BLOCKS_OF_A_STEP,
            // The segment's own first step is this one.
            Segment => 0,
            _ => 1,
        };
        self.spend(reach, steps);
        match operation {
            Now | Segment => Ok(()),
            Range | Id | WideId | Contains | ContainsFolded | ContainsAny | ContainsAll => {
                self.view(reach, condition.operand, field!(conditions: Condition.operand), row)
            }
            _ => self.slot(reach, condition.operand, field!(conditions: Condition.operand), row),
        }
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

    /// Reads the unit of a view.
    fn unit(&mut self, reach: usize, view: u32) -> Checked {
        self.view(reach, view, field!(views), view as usize)
    }

    /// Reads a view, which the field of a row names.
    fn view(&mut self, reach: usize, view: u32, field: Field, row: usize) -> Checked {
        self.slot(reach, self.ruleset.views.get(view as usize).map_or(NONE, |view| view.slot), field, row)
    }

    /// Reads a slot.
    fn slot(&mut self, reach: usize, slot: u32, field: Field, row: usize) -> Checked {
        ensure((slot as usize) < self.ruleset.slots.len(), field, row)?;
        if let Some(word) = self.slots.get_mut(reach * self.slot_words + slot as usize / 64) {
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
        let start = reach * self.slot_words;
        let mut hidden = self.slots.get(start..start + self.slot_words).unwrap_or_default().to_vec();
        let masked = (0..MASKED_SLOTS).filter(|slot| flag.mask >> slot & 1 != 0);
        for slot in masked.chain(flag.more_slots.of(&self.ruleset.numbers).iter().copied()) {
            ensure((slot as usize) < self.ruleset.slots.len(), field!(flags: Flag.mask), number)?;
            if let Some(word) = hidden.get_mut(slot as usize / 64) {
                *word &= !(1 << (slot % 64));
            }
        }
        ensure(hidden.iter().all(|&word| word == 0), field!(flags: Flag.mask), number)
    }
}
