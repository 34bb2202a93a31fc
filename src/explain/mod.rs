//! How an answer comes about: the evaluation itself, told step by step.
//!
//! Nothing is decided here a second time. The evaluator runs with a tracer that takes notes, and
//! the notes are then told in the words of the snapshot. What was not looked at, because the
//! answer was already certain, is told as such.

mod condition;
mod model;
mod teller;
mod text;

use alloc::vec::Vec;

pub use model::{Condition, Explanation, Kind, Layer, Membership, Place, Range, Segment, Split, Step, Unit, WhyNot};

use crate::evaluate::{Block, Evaluator, Event, Kills, Tracer};
use crate::ir::Ruleset;
use crate::patterns::Patterns;
use crate::words::time::Timestamp;
use teller::Teller;

/// Evaluates a row of the ruleset's flags and tells how its answer comes about; `None` if there is
/// no such row.
pub fn explain<P: Patterns>(
    ruleset: &Ruleset<P>,
    kills: &Kills,
    row: u32,
    block: &Block,
    now: Timestamp,
) -> Option<Explanation> {
    let mut evaluator = Evaluator { ruleset, kills, block, now, tracer: Recorder::default() };
    evaluator.evaluate(row);
    Teller::new(ruleset, block, now, evaluator.tracer.0).explanation()
}

/// Takes every note in order.
#[derive(Debug, Default)]
struct Recorder(Vec<Event>);

impl Tracer for Recorder {
    fn note(&mut self, event: Event) {
        self.0.push(event);
    }
}
