//! What runs for every evaluation.
//!
//! The wasm profile compiles this crate for speed and all others for size. Generic code is compiled
//! where its types are named, so they are named here.

use vexil::evaluate::Block;
use vexil::ir::NONE;
use vexil::patterns::{NoPatterns, Patterns, RegexPatterns};
use vexil::{Engine, Timestamp};

use crate::Shell;

macro_rules! hot {
    ($($patterns:ty)*) => { $(
        impl Shell<$patterns> {
            /// Takes note that an attribute beyond the mask was written.
            pub fn resolve(&mut self, handle: u32, block: u32, slot: u32) {
                let Some(hosted) = self.engines.get_mut(handle) else { return };
                if let Some(block) = hosted.ring.get_mut(block as usize) {
                    block.resolve(hosted.engine.ruleset(), slot);
                }
            }

            /// Evaluates a flag or service after the attributes of `written` were: the row of its
            /// outcome, or [`NONE`].
            pub fn evaluate(&mut self, handle: u32, flag: u32, block: u32, written: u32, now: f64) -> u32 {
                let Some(hosted) = self.engines.get_mut(handle) else { return NONE };
                let Some(block) = hosted.ring.get_mut(block as usize) else { return NONE };
                resolve_all(&hosted.engine, block, written);
                hosted.engine.outcome(flag, block, Timestamp::at_or_before(now))
            }

            /// Evaluates all flags: the address of their outcomes' rows, in the order of the flags,
            /// each with its top bit set if it is an error.
            pub fn evaluate_all(&mut self, handle: u32, block: u32, written: u32, now: f64) -> usize {
                let Some(hosted) = self.engines.get_mut(handle) else { return 0 };
                let Some(block) = hosted.ring.get_mut(block as usize) else { return 0 };
                resolve_all(&hosted.engine, block, written);
                let (engine, now) = (&hosted.engine, Timestamp::at_or_before(now));
                hosted.outcomes.clear();
                hosted.outcomes.extend((0..engine.ruleset().flag_count).map(|flag| engine.outcome(flag, block, now)));
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
