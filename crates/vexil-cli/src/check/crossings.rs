//! Contexts evaluated before and after: who gets another answer, and by what.

use std::collections::BTreeMap;

use vexil::context::{TARGETING_KEY, VISITOR};
use vexil::ir::NONE;
use vexil::{Context, Engine, Evaluation, Timestamp, Value};

use crate::say;

use super::report::{Because, Crossing, Observed, Source};

/// Counts pairs of outcomes.
pub(super) struct Crossings<'e> {
    old: &'e Engine,
    new: &'e Engine,
    now: Timestamp,
    /// How many units are named for a pair.
    examples: usize,
    contexts: u64,
    subjects: Vec<Counted>,
}

/// A flag or service.
struct Counted {
    /// Its rows before and after.
    rows: (Option<u32>, Option<u32>),
    unit: &'static str,
    counts: BTreeMap<(u32, u32), Cell>,
}

#[derive(Default)]
struct Cell {
    count: u64,
    examples: Vec<String>,
}

impl<'e> Crossings<'e> {
    pub(super) const fn new(old: &'e Engine, new: &'e Engine, now: Timestamp, examples: usize) -> Self {
        Self { old, new, now, examples, contexts: 0, subjects: Vec::new() }
    }

    /// Asks for a flag or service too.
    pub(super) fn add(&mut self, key: &str, is_service: bool) {
        let row = |engine: &Engine| {
            let ruleset = engine.ruleset();
            if is_service { ruleset.find_service(key) } else { ruleset.find_flag(key) }
        };
        let unit = if is_service { VISITOR } else { TARGETING_KEY };
        self.subjects.push(Counted { rows: (row(self.old), row(self.new)), unit, counts: BTreeMap::new() });
    }

    pub(super) fn count(&mut self, context: &Context) {
        self.contexts += 1;
        let blocks = (self.old.block(context), self.new.block(context));
        for subject in &mut self.subjects {
            let before = subject.rows.0.map_or(NONE, |row| self.old.outcome(row, &blocks.0, self.now));
            let after = subject.rows.1.map_or(NONE, |row| self.new.outcome(row, &blocks.1, self.now));
            let cell = subject.counts.entry((before, after)).or_default();
            cell.count += 1;
            if cell.examples.len() < self.examples {
                cell.examples.push(unit(context, subject.unit, self.contexts));
            }
        }
    }

    pub(super) const fn contexts(&self) -> u64 {
        self.contexts
    }

    /// What each that was asked for gives to whom, in the order of asking.
    pub(super) fn finish(self) -> Vec<Observed> {
        let (old, new, examples) = (self.old, self.new, self.examples);
        self.subjects.into_iter().map(|subject| observed(old, new, subject, examples)).collect()
    }
}

/// The unit of a context; where it has none, its place.
fn unit(context: &Context, attribute: &str, place: u64) -> String {
    let unit = [attribute, TARGETING_KEY, VISITOR].iter().find_map(|attribute| context.get(attribute));
    match unit {
        Some(Value::String(unit)) => unit.clone(),
        Some(number @ Value::Number(_)) => say::json(number),
        _ => format!("context {place}"),
    }
}

fn observed(old: &Engine, new: &Engine, subject: Counted, examples: usize) -> Observed {
    let mut observed = Observed::default();
    for ((before, after), cell) in subject.counts {
        let (before, after) = (answer(old, before), answer(new, after));
        let said = |answer: Option<Evaluation<'_>>| {
            answer.map(|answer| (answer.variant.map(str::to_owned), answer.json.map(str::to_owned)))
        };
        let (from, to) = (said(before).unwrap_or_default(), said(after).unwrap_or_default());
        if from == to {
            continue;
        }
        observed.moved += cell.count;
        let same = |known: &&mut Crossing| (&known.from, &known.to) == (&from.0, &to.0);
        let because = Because { before: source(before), after: source(after), count: cell.count };
        if let Some(known) = observed.crossings.iter_mut().find(same) {
            known.count += cell.count;
            known.examples.extend(cell.examples);
            known.examples.truncate(examples);
            known.because.push(because);
        } else {
            let (examples, because) = (cell.examples, vec![because]);
            observed.crossings.push(Crossing { from: from.0, to: to.0, count: cell.count, examples, because });
        }
    }
    observed.crossings.sort_by_key(|crossing| std::cmp::Reverse(crossing.count));
    for crossing in &mut observed.crossings {
        crossing.because = together(std::mem::take(&mut crossing.because));
    }
    observed
}

/// The same sources as one, the most frequent first.
fn together(all: Vec<Because>) -> Vec<Because> {
    let mut sums: BTreeMap<(Source, Source), u64> = BTreeMap::new();
    for because in all {
        *sums.entry((because.before, because.after)).or_default() += because.count;
    }
    let mut sums: Vec<Because> =
        sums.into_iter().map(|((before, after), count)| Because { before, after, count }).collect();
    sums.sort_by_key(|because| std::cmp::Reverse(because.count));
    sums
}

fn answer(engine: &Engine, outcome: u32) -> Option<Evaluation<'_>> {
    let row = engine.ruleset().outcomes.get(outcome as usize)?.flag;
    engine.answer(row, outcome)
}

fn source(answer: Option<Evaluation<'_>>) -> Source {
    let Some(answer) = answer else {
        return Source { reason: "FLAG_NOT_FOUND".into(), rule: None, cause: None };
    };
    let texts: Vec<(&str, &str)> = answer.added_texts().collect();
    let cause = texts.iter().find(|(name, _)| *name == "vexil.cause").map(|(_, cause)| {
        let which = texts.iter().find(|(name, _)| matches!(*name, "vexil.prerequisite" | "vexil.holdout"));
        which.map_or_else(|| (*cause).to_owned(), |(_, key)| format!("{cause} `{key}`"))
    });
    Source { reason: answer.reason.name().into(), rule: answer.rule.map(str::to_owned), cause }
}
