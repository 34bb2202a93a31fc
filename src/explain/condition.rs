//! Conditions and segments: what was tested, and what was not, in the words of their author.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::model::{Condition, Membership, Segment};
use super::teller::{Teller, instant};
use crate::evaluate::{self, Event};
use crate::ir::{self, FAILS, NONE, Operation, Source, View, ViewKind};
use crate::json;
use crate::words::value::Value;

/// The operators of [`Operation`]s, by number, where the source is stripped. [`ordering`] knows
/// those of the empty ones.
const OPERATORS: [&str; 15] = [
    "",
    "in",
    "in",
    "",
    "segment",
    "startsWith",
    "endsWith",
    "contains",
    "containsAny",
    "containsAll",
    "matches",
    "inCidr",
    "startsWith",
    "endsWith",
    "contains",
];

impl<P> Teller<'_, P> {
    /// The conditions that can be reached from `entry`, with what was noted of them.
    pub(super) fn conditions(&mut self, entry: u32) -> Vec<Condition> {
        let rows = reachable(&self.ruleset.conditions, entry);
        let mut tested: Vec<(Option<bool>, Option<Segment>)> = rows.iter().map(|_| (None, None)).collect();
        let mut asked = None;
        loop {
            match self.events.peek() {
                Some(&Event::Segment(number)) => {
                    self.events.next();
                    asked = self.segment(number);
                }
                Some(&Event::Condition(row, held)) => {
                    self.events.next();
                    let place = rows.binary_search(&row).ok();
                    if let Some(cell) = place.and_then(|place| tested.get_mut(place)) {
                        *cell = (Some(held), asked.take());
                    }
                }
                _ => break,
            }
        }
        let mut conditions: Vec<Condition> = Vec::new();
        let mut last_ring = NONE;
        for (row, (held, segment)) in rows.into_iter().zip(tested) {
            let Some(condition) = self.condition(row, held, segment) else { continue };
            let source = self.ruleset.sources.get(row as usize);
            let ring = source.filter(|_| condition.operator == "ring").map_or(NONE, |source| source.path);
            // A ring is one condition to its author, and one for each of its segments in the code.
            match conditions.last_mut() {
                Some(last) if ring != NONE && ring == last_ring => {
                    // The first segment that has the unit ends the ring, so the last that was asked decides.
                    last.held = condition.held.or(last.held);
                    last.segments.extend(condition.segments);
                }
                _ => conditions.push(condition),
            }
            last_ring = ring;
        }
        conditions
    }

    /// The question has been read; what follows is up to the segment's answer.
    fn segment(&mut self, number: u32) -> Option<Segment> {
        let segment = self.ruleset.segments.get(number as usize)?;
        // The lists come first, and a listed unit leaves the conditions without a note.
        let conditions = self.conditions(segment.entry);
        let Some(Event::SegmentAnswered(membership)) = self.events.next() else { return None };
        let (by, conditions) = match membership {
            evaluate::Membership::Excluded => (Membership::Excluded, Vec::new()),
            evaluate::Membership::Included => (Membership::Included, Vec::new()),
            evaluate::Membership::Condition(_) => (Membership::Condition, conditions),
        };
        Some(Segment {
            key: self.ruleset.text(segment.key).to_string(),
            unit: self.unit(segment.unit, None),
            member: membership.is_member(),
            membership: by,
            conditions,
        })
    }

    fn condition(&self, row: u32, held: Option<bool>, segment: Option<Segment>) -> Option<Condition> {
        let ruleset = self.ruleset;
        let code = ruleset.conditions.get(row as usize)?;
        let operation = Operation::of(code.operation)?;
        let view = self.view(operation, code.operand);
        let slot = match (operation, view) {
            (Operation::Now | Operation::Segment, _) => NONE,
            (_, Some(view)) => view.slot,
            (_, None) => code.operand,
        };
        let source = ruleset.sources.get(row as usize).filter(|source| source.operator != NONE);
        let (operator, operand) = match source {
            Some(source) => self.written(source),
            None => (stripped(operation, code, view).to_string(), self.key_of(operation, code)),
        };
        let negated = match operator.as_str() {
            "ne" | "notIn" => true,
            "exists" => operand == Some(Value::Boolean(false)),
            _ => false,
        };
        let folded = |view: &View| view.kind == ViewKind::FoldedId as u32;
        let ignore_case = match operation {
            Operation::StartsWithFolded | Operation::EndsWithFolded => true,
            Operation::Matches => ruleset.patterns.get(code.low as usize).is_some_and(|row| row.ignore_case != 0),
            _ => view.is_some_and(folded),
        };
        Some(Condition {
            path: source.and_then(|source| ruleset.optional_text(source.path)).map(String::from),
            attribute: self.path(slot),
            operator,
            operand,
            ignore_case,
            actual: if operation == Operation::Now { Some(instant(self.now)) } else { self.attribute(slot) },
            held: held.map(|held| held != negated),
            segments: segment.into_iter().collect(),
        })
    }

    /// The operator and the operand as they stand in the snapshot.
    fn written(&self, source: &Source) -> (String, Option<Value>) {
        let operand = self.ruleset.optional_text(source.operand);
        let operand = operand.and_then(|text| json::parse_value(text).ok());
        (self.ruleset.text(source.operator).to_string(), operand)
    }

    /// The one operand that is known without a source.
    fn key_of(&self, operation: Operation, code: &ir::Condition) -> Option<Value> {
        let segment = self.ruleset.segments.get(code.low as usize).filter(|_| operation == Operation::Segment);
        segment.map(|segment| self.ruleset.text(segment.key).into())
    }

    /// The view that an operation looks at, if it does not look at the attribute itself.
    fn view(&self, operation: Operation, operand: u32) -> Option<&View> {
        let number = match operation {
            Operation::Range | Operation::Id | Operation::WideId => *self.views.get(operand as usize)?,
            Operation::Contains | Operation::ContainsFolded | Operation::ContainsAny | Operation::ContainsAll => {
                operand
            }
            _ => return None,
        };
        self.ruleset.views.get(number as usize)
    }
}

/// The rows that code beginning at `entry` can come to, ascending: jumps go forward only.
fn reachable(conditions: &[ir::Condition], entry: u32) -> Vec<u32> {
    let mut rows = Vec::new();
    // Whether each row from the entry on is reached.
    let mut reached = vec![entry < FAILS];
    let mut offset = 0;
    while let Some(&is_reached) = reached.get(offset) {
        let row = entry as usize + offset;
        if let Some(condition) = conditions.get(row).filter(|_| is_reached) {
            rows.push(row as u32);
            for target in [condition.on_true as usize, condition.on_false as usize] {
                if target > row && target < conditions.len() {
                    let length = target - entry as usize + 1;
                    reached.resize(length.max(reached.len()), false);
                    reached.get_mut(length - 1).into_iter().for_each(|cell| *cell = true);
                }
            }
        }
        offset += 1;
    }
    rows
}

/// What evaluation does, where nothing tells what was written.
fn stripped(operation: Operation, code: &ir::Condition, view: Option<&View>) -> &'static str {
    let kind = view.and_then(|view| ViewKind::of(view.kind));
    match operation {
        Operation::Range | Operation::Now => ordering(kind, f64::from_bits(code.low), f64::from_bits(code.high)),
        Operation::Id if kind == Some(ViewKind::Existence) => "exists",
        Operation::Id if code.low.is_power_of_two() => "eq",
        _ => OPERATORS.get(operation as usize).copied().unwrap_or_default(),
    }
}

/// A range that is open below or above, or a single version.
fn ordering(kind: Option<ViewKind>, low: f64, high: f64) -> &'static str {
    let open_above = high > f64::MAX;
    match (kind, open_above) {
        (Some(ViewKind::Number), false) => "lte",
        (Some(ViewKind::Number), true) => "gte",
        (Some(ViewKind::Version), true) => "semverGte",
        (Some(ViewKind::Version), false) if low.to_bits() == high.to_bits() => "semverEq",
        (Some(ViewKind::Version), false) => "semverLte",
        (_, false) => "before",
        (_, true) => "after",
    }
}
