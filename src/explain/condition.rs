//! Conditions and segments: what was tested, and what was not, in the words of their author.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::model::{Condition, Membership, Segment};
use super::teller::{Teller, instant, pointer};
use crate::evaluate::{self, Event};
use crate::ir::{self, NONE, Operation, Source, View, ViewKind};
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
    /// The conditions that can be reached from `entry`, with what was noted of them. The whole stands at `place`.
    pub(super) fn conditions(&mut self, entry: u32, place: &str) -> Vec<Condition> {
        let rows = reachable(&self.ruleset.conditions, entry);
        let mut conditions: Vec<Condition> = Vec::new();
        // Where each row is told. A ring is one condition to its author, and one for each of its
        // segments in the code.
        let mut places = Vec::new();
        for &row in &rows {
            let is_next_of_ring =
                self.source(row).is_some_and(|source| Some(source) == self.source(row.wrapping_sub(1)));
            if !(is_next_of_ring && conditions.last().is_some_and(|last| last.operator == "ring")) {
                conditions.extend(self.condition(row, place));
            }
            places.push(conditions.len().wrapping_sub(1));
        }
        let mut asked = None;
        loop {
            match self.peek() {
                Some(Event::Segment(number)) => {
                    self.next();
                    asked = self.segment(number);
                }
                Some(Event::Condition(row, held)) => {
                    self.next();
                    let place = rows.binary_search(&row).ok().and_then(|at| places.get(at).copied());
                    if let Some(condition) = place.and_then(|place| conditions.get_mut(place)) {
                        // Of a ring, the segment that was asked last decided.
                        condition.held = Some(held != is_negative(condition));
                        condition.segments.extend(asked.take());
                    }
                }
                _ => return conditions,
            }
        }
    }

    /// The question has been read; what follows is up to the segment's answer.
    fn segment(&mut self, number: u32) -> Option<Segment> {
        let segment = self.ruleset.segments.get(number as usize)?;
        // The lists come first, and a listed unit leaves the conditions without a note.
        let place = pointer(&["segments", self.ruleset.text(segment.key), "when"]);
        let conditions = self.conditions(segment.entry, &place);
        let Some(Event::SegmentAnswered(membership)) = self.next() else { return None };
        let (by, conditions) = match membership {
            evaluate::Membership::Excluded => (Membership::Excluded, Vec::new()),
            evaluate::Membership::Included => (Membership::Included, Vec::new()),
            evaluate::Membership::Condition(_) => (Membership::Condition, conditions),
        };
        Some(Segment {
            key: self.text(segment.key),
            unit: self.unit(segment.unit, None),
            member: membership.is_member(),
            membership: by,
            conditions,
        })
    }

    /// Where a condition stands in the snapshot, unless that is stripped.
    fn source(&self, row: u32) -> Option<&Source> {
        self.ruleset.sources.get(row as usize).filter(|source| source.operator != NONE)
    }

    fn condition(&self, row: u32, place: &str) -> Option<Condition> {
        let ruleset = self.ruleset;
        let code = ruleset.conditions.get(row as usize)?;
        let operation = Operation::of(code.operation)?;
        let view = self.view(operation, code.operand);
        let slot = match (operation, view) {
            (Operation::Now | Operation::Segment, _) => NONE,
            (_, Some(view)) => view.slot,
            (_, None) => code.operand,
        };
        let source = self.source(row);
        let (operator, operand) = match source {
            Some(source) => self.written(source),
            None => (stripped(operation, code, view).to_string(), self.key_of(operation, code)),
        };
        let ignore_case = match operation {
            Operation::StartsWithFolded | Operation::EndsWithFolded => true,
            Operation::Matches => ruleset.patterns.get(code.low as usize).is_some_and(|row| row.ignore_case != 0),
            _ => view.is_some_and(|view| view.kind == ViewKind::FoldedId as u32),
        };
        Some(Condition {
            path: source.map(|source| [place, ruleset.text(source.path)].concat()),
            attribute: self.path(slot),
            operator,
            operand,
            ignore_case,
            actual: if operation == Operation::Now { Some(instant(self.now)) } else { self.attribute(slot) },
            held: None,
            segments: Vec::new(),
        })
    }

    /// The operator and the operand as they stand in the snapshot.
    fn written(&self, source: &Source) -> (String, Option<Value>) {
        let operand = self.ruleset.optional_text(source.operand);
        let operand = operand.and_then(|text| json::parse_value(text).ok());
        (self.text(source.operator), operand)
    }

    /// The one operand that is known without a source.
    fn key_of(&self, operation: Operation, code: &ir::Condition) -> Option<Value> {
        let segment = self.ruleset.segments.get(code.low as usize).filter(|_| operation == Operation::Segment);
        segment.map(|segment| self.ruleset.text(segment.key).into())
    }

    /// The view that an operation looks at, if it does not look at the attribute itself.
    fn view(&self, operation: Operation, operand: u32) -> Option<&View> {
        match operation {
            Operation::Range
            | Operation::Id
            | Operation::WideId
            | Operation::Contains
            | Operation::ContainsFolded
            | Operation::ContainsAny
            | Operation::ContainsAll => self.ruleset.views.get(operand as usize),
            _ => None,
        }
    }
}

/// Whether a condition as written is the opposite of what evaluation tests.
fn is_negative(condition: &Condition) -> bool {
    match condition.operator.as_str() {
        "ne" | "notIn" => true,
        "exists" => condition.operand == Some(Value::Boolean(false)),
        _ => false,
    }
}

/// The rows that code beginning at `entry` can come to, ascending: jumps go forward only.
fn reachable(conditions: &[ir::Condition], entry: u32) -> Vec<u32> {
    let mut rows = Vec::new();
    let mut targets = [entry; 2];
    let mut next = 0;
    loop {
        for target in targets {
            if let (true, Err(place)) = ((target as usize) < conditions.len(), rows.binary_search(&target)) {
                rows.insert(place, target);
            }
        }
        let row = rows.get(next).and_then(|&row| conditions.get(row as usize));
        let Some(condition) = row else { return rows };
        targets = [condition.on_true, condition.on_false];
        next += 1;
    }
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
