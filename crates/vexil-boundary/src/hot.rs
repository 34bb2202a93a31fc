//! What runs for every evaluation.
//!
//! The wasm profile compiles this crate for speed and all others for size. Generic code is compiled
//! where its types are named, so they are named here.

use vexil::evaluate::Block;
use vexil::ir::NONE;
use vexil::patterns::{NoPatterns, Patterns, RegexPatterns};
use vexil::{Engine, Reason, Timestamp};

use crate::{Hosted, Slab};

macro_rules! hot {
    ($($patterns:ty)*) => { $(
        impl Slab<Hosted<$patterns>> {
            /// Takes note that an attribute beyond the mask was written.
            pub fn resolve(&mut self, handle: u32, block: u32, slot: u32) {
                let Some(hosted) = self.get_mut(handle) else { return };
                if let Some(block) = hosted.ring.get_mut(block as usize) {
                    block.resolve(hosted.engine.ruleset(), slot);
                }
            }

            /// Evaluates a flag or service after the attributes of `written` were: the row of its
            /// outcome, or [`NONE`].
            pub fn evaluate(&mut self, handle: u32, flag: u32, block: u32, written: u32, now: f64) -> u32 {
                let Some(hosted) = self.get_mut(handle) else { return NONE };
                let Some(block) = hosted.ring.get_mut(block as usize) else { return NONE };
                resolve_all(&hosted.engine, block, written);
                hosted.trail.clear();
                hosted.engine.outcome_traced(flag, block, Timestamp::at_or_before(now), &mut hosted.trail)
            }

            /// Evaluates all flags: the address of how many have an answer, and behind it the rows of
            /// their outcomes, in the order of the flags. Errors are left out.
            pub fn evaluate_all(&mut self, handle: u32, block: u32, written: u32, now: f64) -> usize {
                let Some(hosted) = self.get_mut(handle) else { return 0 };
                let Some(block) = hosted.ring.get_mut(block as usize) else { return 0 };
                resolve_all(&hosted.engine, block, written);
                let now = Timestamp::at_or_before(now);
                let ruleset = hosted.engine.ruleset();
                hosted.outcomes.clear();
                hosted.outcomes.push(0);
                for flag in 0..ruleset.flag_count {
                    // The same listener as above, so that evaluation is compiled once.
                    hosted.trail.clear();
                    let outcome = hosted.engine.outcome_traced(flag, block, now, &mut hosted.trail);
                    let row = ruleset.outcomes.get(outcome as usize);
                    if row.is_some_and(|row| row.reason() != Reason::Error as u32) {
                        hosted.outcomes.push(outcome);
                    }
                }
                let count = hosted.outcomes.len() as u32 - 1;
                if let Some(first) = hosted.outcomes.first_mut() {
                    *first = count;
                }
                hosted.outcomes.as_ptr() as usize
            }
        }
    )* };
}

hot!(RegexPatterns NoPatterns);

#[inline]
fn resolve_all<P: Patterns>(engine: &Engine<P>, block: &mut Block, written: u32) {
    let mut rest = written;
    while rest != 0 {
        block.resolve(engine.ruleset(), rest.trailing_zeros());
        rest &= rest - 1;
    }
}
