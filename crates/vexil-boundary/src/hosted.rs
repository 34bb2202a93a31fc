//! An engine with the contexts that are being evaluated.

use alloc::string::String;
use alloc::vec::Vec;

use vexil::evaluate::Block;
use vexil::explain::Explanation;
use vexil::ir::Flag;
use vexil::json::quoted;
use vexil::patterns::Patterns;
use vexil::{Engine, Timestamp};

use crate::{answer, outcome};

/// Blocks that an engine has at most.
pub const RING: u32 = 64;

/// A bit beside [`vexil::ir::flag_bits`] for a flag that reads attributes beyond its mask.
pub const MORE_SLOTS: u32 = 1 << 31;

/// An engine with the contexts that are being evaluated.
#[derive(Debug)]
pub struct Hosted<P> {
    pub(crate) engine: Engine<P>,
    pub(crate) ring: Vec<Block>,
    pub(crate) outcomes: Vec<u32>,
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

    /// The engine, to be changed.
    pub const fn engine_mut(&mut self) -> &mut Engine<P> {
        &mut self.engine
    }

    /// Forgets all contexts: blocks belong to a ruleset.
    pub fn forget_contexts(&mut self) {
        self.ring.clear();
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

    /// The path of each attribute, as JSON.
    pub fn slots(&self) -> String {
        let ruleset = self.engine.ruleset();
        outcome::list(&ruleset.slots, |slot| quoted(ruleset.text(slot.path)))
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
    pub fn answer(&self, outcome: u32) -> String {
        let row = self.engine.ruleset().outcomes.get(outcome as usize);
        let answer = row.and_then(|row| self.engine.answer(row.flag, outcome));
        answer.map_or_else(String::new, |answer| answer::to_json(&answer))
    }

    /// How the answer of a flag or service comes about, for a block that was written.
    pub fn explain(&self, flag: u32, block: u32, now: f64) -> Option<Explanation> {
        let block = self.ring.get(block as usize)?;
        self.engine.explain_row(flag, block, Timestamp::at_or_before(now))
    }

    /// When time alone could change an answer, in milliseconds.
    pub fn next_change(&self, now: f64) -> Option<f64> {
        self.engine.next_change(Timestamp::at_or_before(now)).map(Timestamp::as_number)
    }
}
