//! The fast path between a host's contexts and the core. What crosses is integers: a flag's row, a
//! block's number, a mask of attributes just written, an outcome's row.
//!
//! The host writes attributes straight into the cells of a [`Block`], whose addresses it asks for
//! once, and only those that the flag may read and that it has not written for this context yet.
//! Blocks form a ring that belongs to the engine: a context whose block was taken over by another
//! writes again, so there is nothing to free.
//!
//! Engines are named by handles. A handle that was disposed of names nothing, for ever: its
//! generation has passed.
#![no_std]

extern crate alloc;

mod answer;
mod hot;
mod json;
mod slab;

use alloc::string::String;
use alloc::vec::Vec;

pub use hot::Hot;
pub use json::to_json;
pub use slab::Slab;
use vexil::evaluate::Block;
use vexil::explain::Explanation;
use vexil::ir::{Flag, NONE};
use vexil::patterns::Patterns;
use vexil::{Changes, Engine, SnapshotError, Timestamp};

/// Blocks that an engine has at most.
pub const RING: u32 = 64;

/// A bit beside [`vexil::ir::flag_bits`] for a flag that reads attributes beyond its mask.
pub const MORE_SLOTS: u32 = 1 << 31;

/// An engine with the contexts that are being evaluated.
#[derive(Debug)]
pub struct Hosted<P> {
    engine: Engine<P>,
    ring: Vec<Block>,
    outcomes: Vec<u32>,
}

impl<P: Patterns> Hosted<P> {
    /// Takes over an engine.
    pub const fn new(engine: Engine<P>) -> Self {
        Self { engine, ring: Vec::new(), outcomes: Vec::new() }
    }

    /// The engine.
    pub const fn engine(&self) -> &Engine<P> {
        &self.engine
    }

    /// Replaces the snapshot. Blocks belong to a ruleset: all contexts must write again.
    ///
    /// # Errors
    /// As [`Engine::update`]; the contexts stay as they are.
    pub fn update(&mut self, text: &str) -> Result<Changes, SnapshotError> {
        let changes = self.engine.update(text)?;
        self.ring.clear();
        Ok(changes)
    }

    /// Applies a kill message.
    ///
    /// # Errors
    /// As [`Engine::kill`].
    pub fn kill(&mut self, message: &str) -> Result<Changes, SnapshotError> {
        self.engine.kill(message)
    }

    /// For each flag and service, the mask of the first 32 attributes that it may read.
    pub fn masks(&self) -> Vec<u32> {
        self.column(|flag| flag.mask)
    }

    /// For each flag and service, its [`vexil::ir::flag_bits`] and [`MORE_SLOTS`].
    pub fn bits(&self) -> Vec<u32> {
        self.column(|flag| flag.bits | if flag.more_slots.count == 0 { 0 } else { MORE_SLOTS })
    }

    /// A number of each flag and service.
    fn column(&self, of: fn(&Flag) -> u32) -> Vec<u32> {
        self.engine.ruleset().flags.iter().map(of).collect()
    }

    /// The attributes beyond the mask that a flag or service may read.
    pub fn more_slots(&self, flag: u32) -> Vec<u32> {
        let ruleset = self.engine.ruleset();
        let row = ruleset.flags.get(flag as usize).copied().unwrap_or_default();
        row.more_slots.of(&ruleset.numbers).to_vec()
    }

    /// The path of each attribute.
    pub fn slots(&self) -> Vec<String> {
        let ruleset = self.engine.ruleset();
        ruleset.slots.iter().map(|slot| ruleset.text(slot.path).into()).collect()
    }

    /// The row of a flag; [`NONE`] if there is none.
    pub fn find_flag(&self, key: &str) -> u32 {
        self.engine.ruleset().find_flag(key).unwrap_or(NONE)
    }

    /// The row of a service; [`NONE`] if there is none.
    pub fn find_service(&self, key: &str) -> u32 {
        self.engine.ruleset().find_service(key).unwrap_or(NONE)
    }

    /// The address of a block's cells; 0 beyond the ring. It holds until the next update.
    pub fn cells(&mut self, block: u32) -> usize {
        if block >= RING {
            return 0;
        }
        while self.ring.len() <= block as usize {
            self.ring.push(Block::new(self.engine.ruleset()));
        }
        self.ring.get_mut(block as usize).map_or(0, |block| block.cells() as usize)
    }

    /// The address of room for an attribute that does not fit into its cell.
    pub fn spill(&mut self, block: u32, slot: u32, length: u32) -> usize {
        self.ring.get_mut(block as usize).map_or(0, |block| block.spill(slot, length as usize).as_mut_ptr() as usize)
    }

    /// The answer of an outcome, as JSON; made once for each outcome and kept by the host.
    pub fn answer(&self, flag: u32, outcome: u32) -> String {
        self.engine.answer(flag, outcome).map_or_else(String::new, |answer| answer::to_json(&answer))
    }

    /// How the answer of a flag or service comes about, for a block that was written.
    pub fn explain(&self, flag: u32, block: u32, now: f64) -> Option<Explanation> {
        let block = self.ring.get(block as usize)?;
        self.engine.explain_row(flag, block, instant(now))
    }

    /// When time alone could change an answer, in milliseconds.
    pub fn next_change(&self, now: f64) -> Option<f64> {
        self.engine.next_change(instant(now)).map(Timestamp::as_number)
    }
}

/// Rounded towards the past, as everywhere; what is no number is the epoch.
#[inline]
pub(crate) fn instant(now: f64) -> Timestamp {
    let whole = now as i64;
    let is_below = now < 0.0 && Timestamp::from_ms(whole).as_number() > now;
    Timestamp::from_ms(whole.saturating_sub(i64::from(is_below)))
}
