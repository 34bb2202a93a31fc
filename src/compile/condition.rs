//! Conditions to code. One condition of the snapshot becomes one of the ruleset (a ring: one for
//! each of its segments), so that an explanation can speak of each.

use alloc::string::String;
use alloc::vec::Vec;

use super::Builder;
use super::attributes::view_kind;
use crate::ir::{
    self, AddressBlock, DictionaryEntry, FAILS, HOLDS, Key, NONE, Operation, Pattern, Scalar, Source, Span, UNKNOWN,
    ViewKind,
};
use crate::json;
use crate::patterns::Patterns;
use crate::snapshot::model::{Condition, Operand, Operator, Scalar as Value, Test};
use crate::words::time::Timestamp;
use crate::words::{order, pointer};

/// Code in the making, the last condition first: what a condition jumps to is then known when it
/// is written. Targets are places in this list until it is turned over.
#[derive(Debug, Default)]
pub(super) struct Code {
    conditions: Vec<ir::Condition>,
    sources: Vec<Source>,
    /// Where the condition at hand stands: a JSON pointer from the whole on.
    path: String,
}

impl<P: Patterns> Builder<'_, P> {
    /// Compiles a condition; returns where to begin.
    pub(super) fn condition(&mut self, condition: Option<&Condition>) -> u32 {
        let Some(condition) = condition else { return HOLDS };
        // Segments are compiled where they are used, in the middle of other code.
        let mut code = core::mem::take(&mut self.code);
        let entry = self.emit(&mut code, condition, HOLDS, FAILS);
        let entry = self.append(&mut code, entry);
        self.code = code;
        entry
    }

    /// Turns the code over and appends it; returns where to begin.
    fn append(&mut self, code: &mut Code, entry: u32) -> u32 {
        let base = self.rules.conditions.len() as u32;
        let last = code.conditions.len() as u32;
        let place = |target: u32| if target >= FAILS { target } else { base + last - 1 - target };
        while let (Some(mut condition), Some(source)) = (code.conditions.pop(), code.sources.pop()) {
            condition.on_true = place(condition.on_true);
            condition.on_false = place(condition.on_false);
            self.rules.conditions.push(condition);
            self.rules.sources.push(source);
        }
        place(entry)
    }

    /// Writes a condition before what it jumps to; returns where it begins.
    fn emit(&mut self, code: &mut Code, condition: &Condition, on_true: u32, on_false: u32) -> u32 {
        let here = code.path.len();
        match condition {
            Condition::All(children) | Condition::Any(children) => {
                let is_all = matches!(condition, Condition::All(_));
                let mut next = if is_all { on_true } else { on_false };
                for (index, child) in children.iter().enumerate().rev() {
                    pointer::push_key(&mut code.path, if is_all { "all" } else { "any" });
                    pointer::push_index(&mut code.path, index);
                    let (on_true, on_false) = if is_all { (next, on_false) } else { (on_true, next) };
                    next = self.emit(code, child, on_true, on_false);
                    code.path.truncate(here);
                }
                next
            }
            Condition::Not(child) => {
                pointer::push_key(&mut code.path, "not");
                let entry = self.emit(code, child, on_false, on_true);
                code.path.truncate(here);
                entry
            }
            Condition::Segment(key) => {
                let source = self.source(code, "segment", &json::quoted(key));
                self.emit_segment(code, key, source, on_true, on_false)
            }
            Condition::Ring(name) => {
                let source = self.source(code, "ring", &json::quoted(name));
                let rings = self.snapshot.rings.iter();
                let reached = rings.clone().position(|ring| ring.name == *name).map_or(0, |place| place + 1);
                let segments = rings.take(reached).rev().filter_map(|ring| ring.segment.as_ref());
                segments.fold(on_false, |next, key| self.emit_segment(code, key, source, on_true, next))
            }
            Condition::After(instant) => self.emit_now(code, ("after", since(*instant)), *instant, on_true, on_false),
            Condition::Before(instant) => self.emit_now(code, ("before", until(*instant)), *instant, on_true, on_false),
            Condition::Attribute(test) => {
                let source = self.source(code, test.operator.name(), &test.text);
                let (operation, operand, low, high, negated) = self.test(test);
                let (on_true, on_false) = if negated { (on_false, on_true) } else { (on_true, on_false) };
                code.push(ir::Condition { operation: operation as u32, operand, low, high, on_true, on_false }, source)
            }
        }
    }

    fn source(&mut self, code: &Code, operator: &str, operand: &str) -> Source {
        Source {
            path: self.interner.number(&code.path),
            operator: self.interner.number(operator),
            operand: self.interner.number(operand),
        }
    }

    fn emit_segment(&mut self, code: &mut Code, key: &str, source: Source, on_true: u32, on_false: u32) -> u32 {
        let segment = self.reach_segment(key);
        let operation = Operation::Segment as u32;
        let condition = ir::Condition { operation, operand: 0, low: u64::from(segment), high: 0, on_true, on_false };
        code.push(condition, source)
    }

    fn emit_now(
        &mut self,
        code: &mut Code,
        (name, (low, high)): (&str, (f64, f64)),
        instant: Timestamp,
        on_true: u32,
        on_false: u32,
    ) -> u32 {
        self.reach.timed = true;
        let source = self.source(code, name, &json::quoted(&instant.text()));
        let (low, high) = (low.to_bits(), high.to_bits());
        let condition = ir::Condition { operation: Operation::Now as u32, operand: 0, low, high, on_true, on_false };
        code.push(condition, source)
    }

    /// The operation of a test, its operand, the two halves of what it is compared with, and
    /// whether it is to be negated.
    fn test(&mut self, test: &Test) -> (Operation, u32, u64, u64, bool) {
        let slot = self.attributes.slot(&test.attribute);
        self.reach.slot(slot);
        let view = view_kind(test).map_or(0, |kind| self.view(slot, kind));
        let range = |(low, high): (f64, f64)| (Operation::Range, view, low.to_bits(), high.to_bits(), false);
        match &test.operand {
            Operand::Number(number) => range(bounds(test.operator, number.get())),
            Operand::Version(version) => {
                let rank = f64::from(self.attributes.rank(slot, version));
                range(rank_bounds(test.operator, rank))
            }
            Operand::Instant(instant) if test.operator == Operator::After => range(since(*instant)),
            Operand::Instant(instant) => range(until(*instant)),
            // Existence is 0 or 1: the set holds 1 alone.
            Operand::Presence(wanted) => (Operation::Id, view, 1 << 1, 0, !wanted),
            Operand::Scalars(values) => self.scalars(test, slot, values),
            Operand::Text(text) => {
                let (operation, text) = match (test.operator, test.ignore_case) {
                    (Operator::StartsWith, false) => (Operation::StartsWith, self.interner.number(text)),
                    (Operator::StartsWith, true) => {
                        (Operation::StartsWithFolded, self.interner.number(&text.to_ascii_lowercase()))
                    }
                    (_, false) => (Operation::EndsWith, self.interner.number(text)),
                    (_, true) => (Operation::EndsWithFolded, self.interner.number(&text.to_ascii_lowercase())),
                };
                (operation, slot, u64::from(text), 0, false)
            }
            Operand::Pattern(pattern) => {
                self.reach.patterns = true;
                let row = Pattern { text: self.interner.number(pattern), ignore_case: u32::from(test.ignore_case) };
                let key = (u64::from(row.text) << 1 | u64::from(row.ignore_case)).to_le_bytes();
                let number = self.patterns.number_of_bytes(&key);
                if number as usize == self.rules.patterns.len() {
                    self.rules.patterns.push(row);
                }
                (Operation::Matches, slot, u64::from(number), 0, false)
            }
            Operand::Blocks(blocks) => {
                let start = self.rules.blocks.len() as u32;
                self.rules.blocks.extend(blocks.iter().map(|block| AddressBlock {
                    v6: u32::from(block.v6),
                    first: block.first,
                    last: block.last,
                }));
                let span = Span { start, count: blocks.len() as u32 };
                (Operation::InCidr, slot, span.to_word(), 0, false)
            }
        }
    }

    /// `eq`, `in`, `contains` and their kin: a set of dictionary ids.
    fn scalars(&mut self, test: &Test, slot: u32, values: &[Value]) -> (Operation, u32, u64, u64, bool) {
        let kind = view_kind(test).unwrap_or(ViewKind::Id);
        let view = self.view(slot, kind);
        let ids: Vec<u32> = values.iter().map(|value| self.dictionary_id(view, value, test.ignore_case)).collect();
        let operation = match (test.operator, test.ignore_case) {
            (Operator::Contains, false) => Operation::Contains,
            (Operator::Contains, true) => Operation::ContainsFolded,
            (Operator::ContainsAny, _) => Operation::ContainsAny,
            (Operator::ContainsAll, _) => Operation::ContainsAll,
            _ => {
                let negated = test.operator.is_negative();
                if ids.iter().all(|&id| id < 64) {
                    let set = ids.iter().fold(0, |set, id| set | 1 << id);
                    return (Operation::Id, view, set, 0, negated);
                }
                return (Operation::WideId, view, self.bit_set(&ids).to_word(), 0, negated);
            }
        };
        let text = match values {
            [Value::Text(text)] if test.ignore_case => self.interner.number(&text.to_ascii_lowercase()),
            [Value::Text(text)] => self.interner.number(text),
            _ => NONE,
        };
        let span = if operation == Operation::ContainsAll { self.id_list(&ids) } else { self.bit_set(&ids) };
        (operation, view, span.to_word(), u64::from(text), false)
    }

    fn dictionary_id(&mut self, view: u32, value: &Value, fold: bool) -> u32 {
        let folded;
        let value = match value {
            Value::Text(text) if fold => {
                folded = text.to_ascii_lowercase();
                Scalar::Text(folded.as_bytes())
            }
            Value::Text(text) => Scalar::Text(text.as_bytes()),
            Value::Number(number) => Scalar::Number(number.get()),
            Value::Boolean(value) => Scalar::Boolean(*value),
        };
        let text = if let Scalar::Text(text) = value { self.interner.number_of_bytes(text) } else { NONE };
        let entry = Key::from(value).entry(view, text);
        let number = self.entries.number_of_bytes(&entry.identity()) as usize;
        if let Some(known) = self.rules.dictionary.get(number) {
            return known.id;
        }
        let Some(next) = self.next_ids.get_mut(view as usize) else { return UNKNOWN };
        let id = *next;
        *next += 1;
        self.rules.dictionary.push(DictionaryEntry { id, ..entry });
        id
    }

    /// The ids in ascending order, each once.
    fn id_list(&mut self, ids: &[u32]) -> Span {
        let start = self.rules.numbers.len();
        for place in order::positions(ids.len(), &mut |a, b| ids.get(a).cmp(&ids.get(b))) {
            let last = self.rules.numbers.get(start..).and_then(<[u32]>::last);
            self.rules.numbers.extend(ids.get(place).filter(|&id| last != Some(id)));
        }
        Span { start: start as u32, count: (self.rules.numbers.len() - start) as u32 }
    }

    fn bit_set(&mut self, ids: &[u32]) -> Span {
        let bits = &mut self.rules.bits;
        let start = bits.len();
        let count = ids.iter().max().map_or(0, |&id| id / 64 + 1);
        bits.resize(start + count as usize, 0);
        for &id in ids {
            if let Some(word) = bits.get_mut(start + id as usize / 64) {
                *word |= 1 << (id % 64);
            }
        }
        Span { start: start as u32, count }
    }
}

impl Code {
    fn push(&mut self, condition: ir::Condition, source: Source) -> u32 {
        self.conditions.push(condition);
        self.sources.push(source);
        self.conditions.len() as u32 - 1
    }
}

/// The numbers for which an ordering holds, both ends included.
fn bounds(operator: Operator, number: f64) -> (f64, f64) {
    match operator {
        Operator::Lt => (f64::NEG_INFINITY, number.next_down()),
        Operator::Lte => (f64::NEG_INFINITY, number),
        Operator::Gt => (number.next_up(), f64::INFINITY),
        _ => (number, f64::INFINITY),
    }
}

/// The ranks for which an ordering of versions holds: a version that equals an operand has an odd
/// rank, one between operands an even one.
const fn rank_bounds(operator: Operator, rank: f64) -> (f64, f64) {
    match operator {
        Operator::SemverEq => (rank, rank),
        Operator::SemverLt => (0.0, rank - 1.0),
        Operator::SemverLte => (0.0, rank),
        Operator::SemverGt => (rank + 1.0, f64::INFINITY),
        _ => (rank, f64::INFINITY),
    }
}

const fn since(instant: Timestamp) -> (f64, f64) {
    (instant.as_number(), f64::INFINITY)
}

/// Instants are whole milliseconds, so "before" ends one earlier.
const fn until(instant: Timestamp) -> (f64, f64) {
    (f64::NEG_INFINITY, instant.as_number() - 1.0)
}
