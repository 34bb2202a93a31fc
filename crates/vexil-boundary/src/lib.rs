//! The fast path between a host's contexts and the core. What crosses is integers: a flag's row, a
//! block's number, a mask of attributes just written, an outcome's row.
//!
//! The host writes attributes straight into the cells of a block, whose addresses it asks for
//! once, and only those that the flag may read and that it has not written for this context yet.
//! Blocks form a ring that belongs to the engine: a context whose block was taken over by another
//! writes again, so there is nothing to free.
//!
//! Engines are named by handles. A handle that was disposed of names nothing, for ever: its
//! generation has passed.
#![no_std]

extern crate alloc;

mod hosted;
mod hot;
mod slab;

pub use hosted::{Hosted, MORE_SLOTS, RING};
pub use slab::Slab;
