//! Who was assigned by chance: what a host needs to know of an evaluation in order to record exposures.

use alloc::vec;
use alloc::vec::Vec;

use super::{Event, Tracer};

/// Takes note of the answers that a split, a layer or a holdout gave because it holds the unit: that of the flag asked, and
/// before it those of the prerequisites that were reached. A unit outside an exposure or a layer leaves no trace.
///
/// In words, so that hosts can read them: how many, then the outcomes, each a row of the ruleset's outcomes.
#[derive(Clone, Debug)]
pub struct Trail {
    words: Vec<u32>,
    /// Whether chance has given the answer that is to come.
    drawn: bool,
}

impl Trail {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { words: vec![0], drawn: false }
    }

    /// Forgets the last evaluation.
    #[inline]
    pub fn clear(&mut self) {
        self.words.truncate(1);
        self.count();
    }

    /// How many outcomes there are, and then these, in the order of the answers.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// The outcomes, in the order of the answers.
    pub fn outcomes(&self) -> &[u32] {
        self.words.get(1..).unwrap_or_default()
    }

    #[inline]
    fn count(&mut self) {
        let count = self.words.len() as u32 - 1;
        if let Some(first) = self.words.first_mut() {
            *first = count;
        }
    }
}

impl Default for Trail {
    fn default() -> Self {
        Self::new()
    }
}

impl Tracer for &mut Trail {
    #[inline]
    fn note(&mut self, event: Event) {
        match event {
            // A rule before this one may have drawn, and yet given no answer.
            Event::Asked(_) | Event::Rule(_) | Event::Default => self.drawn = false,
            Event::Layer(_, _, held) | Event::Holdout(_, _, held) | Event::Split(_, _, _, held) => self.drawn = held,
            Event::Answered(outcome) if self.drawn => {
                self.words.push(outcome);
                self.count();
                // What a prerequisite drew is not drawn for the flag that requires it.
                self.drawn = false;
            }
            _ => {}
        }
    }
}
