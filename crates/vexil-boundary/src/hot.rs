//! What runs for every evaluation.
//!
//! The wasm profile compiles this crate for speed and all others for size. Generic code is compiled
//! where its types are named, so they are named here.

use vexil::ir::NONE;
use vexil::patterns::{NoPatterns, Patterns, RegexPatterns};

use crate::{Hosted, instant};

/// Evaluating for contexts that the host has written.
pub trait Hot {
    /// Takes note that an attribute beyond the mask was written.
    fn resolve(&mut self, block: u32, slot: u32);

    /// Evaluates a flag or service after the attributes of `written` were: the row of its outcome,
    /// or [`NONE`].
    fn evaluate(&mut self, flag: u32, block: u32, written: u32, now: f64) -> u32;

    /// Evaluates all flags; the address of their outcomes' rows, in the order of the flags.
    fn evaluate_all(&mut self, block: u32, written: u32, now: f64) -> usize;
}

macro_rules! hot {
    ($($patterns:ty)*) => { $(
        impl Hot for Hosted<$patterns> {
            #[inline(never)]
            fn resolve(&mut self, block: u32, slot: u32) {
                resolve(self, block, slot);
            }

            #[inline(never)]
            fn evaluate(&mut self, flag: u32, block: u32, written: u32, now: f64) -> u32 {
                evaluate(self, flag, block, written, now)
            }

            #[inline(never)]
            fn evaluate_all(&mut self, block: u32, written: u32, now: f64) -> usize {
                evaluate_all(self, block, written, now)
            }
        }
    )* };
}

hot!(RegexPatterns NoPatterns);

#[inline]
fn resolve<P: Patterns>(hosted: &mut Hosted<P>, block: u32, slot: u32) {
    if let Some(block) = hosted.ring.get_mut(block as usize) {
        block.resolve(hosted.engine.ruleset(), slot);
    }
}

#[inline]
fn evaluate<P: Patterns>(hosted: &mut Hosted<P>, flag: u32, block: u32, written: u32, now: f64) -> u32 {
    resolve_all(hosted, block, written);
    let Some(block) = hosted.ring.get(block as usize) else { return NONE };
    hosted.engine.outcome(flag, block, instant(now))
}

#[inline]
fn evaluate_all<P: Patterns>(hosted: &mut Hosted<P>, block: u32, written: u32, now: f64) -> usize {
    resolve_all(hosted, block, written);
    let Some(block) = hosted.ring.get(block as usize) else { return 0 };
    let (engine, now) = (&hosted.engine, instant(now));
    hosted.outcomes.clear();
    hosted.outcomes.extend((0..engine.ruleset().flag_count).map(|flag| engine.outcome(flag, block, now)));
    hosted.outcomes.as_ptr() as usize
}

fn resolve_all<P: Patterns>(hosted: &mut Hosted<P>, block: u32, written: u32) {
    let mut rest = written;
    while rest != 0 {
        resolve(hosted, block, rest.trailing_zeros());
        rest &= rest - 1;
    }
}
