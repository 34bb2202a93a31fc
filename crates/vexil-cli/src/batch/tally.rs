//! How often what was served, for people.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use vexil::{Context, Engine, Evaluation, Timestamp};

use crate::say;

use super::{NO_TRACK, Subject, answer};

/// Counts outcomes.
pub(super) struct Tally<'e> {
    engine: &'e Engine,
    subject: Subject,
    now: Timestamp,
    contexts: u64,
    /// By outcome.
    counts: Vec<u64>,
}

impl<'e> Tally<'e> {
    pub(super) fn new(engine: &'e Engine, subject: Subject, now: Timestamp) -> Self {
        let counts = vec![0; engine.ruleset().outcomes.len()];
        Self { engine, subject, now, contexts: 0, counts }
    }

    pub(super) fn count(&mut self, context: &Context) {
        let block = self.engine.block(context);
        self.contexts += 1;
        for row in self.subject.rows.clone() {
            let outcome = self.engine.outcome(row, &block, self.now);
            if let Some(count) = self.counts.get_mut(outcome as usize) {
                *count += 1;
            }
        }
    }

    /// The outcomes that came up.
    pub(super) fn seen(&self) -> Vec<u32> {
        let seen = (0..).zip(&self.counts).filter(|(_, count)| **count > 0);
        seen.map(|(outcome, _)| outcome).collect()
    }

    /// How often each variant of a flag was served, the variants in the order of their keys. Errors
    /// of a flag are left out; a service always has a track.
    fn variants(&self, row: u32) -> Vec<(Evaluation<'e>, u64)> {
        let mut variants: BTreeMap<&str, (Evaluation<'e>, u64)> = BTreeMap::new();
        let span = self.engine.ruleset().flags.get(row as usize).map(|flag| flag.outcomes).unwrap_or_default();
        let counts = (span.start..).zip(span.of(&self.counts)).filter(|(_, count)| **count > 0);
        for (outcome, count) in counts {
            let Some(answer) = answer(self.engine, outcome) else { continue };
            let otherwise = self.subject.is_service.then_some(NO_TRACK);
            if let Some(variant) = answer.variant.or(otherwise) {
                variants.entry(variant).or_insert((answer, 0)).1 += count;
            }
        }
        variants.into_values().collect()
    }

    /// Prints how often each variant was served.
    pub(super) fn print(&self) -> io::Result<()> {
        let mut table = say::table(if self.subject.is_service {
            ["SERVICE", "TRACK", "VERSION", "CONTEXTS", "SHARE"]
        } else {
            ["FLAG", "VARIANT", "VALUE", "CONTEXTS", "SHARE"]
        });
        for row in self.subject.rows.clone() {
            for (position, (answer, count)) in self.variants(row).into_iter().enumerate() {
                let key = if position == 0 { answer.flag } else { "" };
                let value = answer.value().map_or_else(String::new, |value| say::short(&value));
                let share = self.share(count);
                let variant = answer.variant.unwrap_or(NO_TRACK);
                table.add_row([key, variant, &value, &count.to_string(), &share]);
            }
        }
        say::print(table, &[3, 4])?;
        let contexts = usize::try_from(self.contexts).unwrap_or(usize::MAX);
        writeln!(io::stdout().lock(), "\n{}; --json has the answers for each", say::count(contexts, "context"))
    }

    /// A share of the contexts as a percentage with one decimal.
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    fn share(&self, count: u64) -> String {
        format!("{:.1} %", count as f64 * 100.0 / self.contexts.max(1) as f64)
    }
}
