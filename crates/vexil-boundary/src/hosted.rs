//! An engine with the contexts that are being evaluated.

use alloc::vec::Vec;

use vexil::evaluate::{Block, Trail};
use vexil::ir::Flag;
use vexil::patterns::Patterns;
use vexil::{Changes, Engine};

/// Blocks that an engine has at most.
pub const RING: u32 = 64;

/// A bit beside [`vexil::ir::flag_bits`] for a flag that reads attributes beyond its mask.
pub const MORE_SLOTS: u32 = 1 << 31;

/// An engine with the contexts that are being evaluated.
#[derive(Debug)]
pub struct Hosted<P> {
    pub(crate) engine: Engine<P>,
    pub(crate) ring: Vec<Block>,
    /// Of the last evaluation of all flags: how many, and the outcomes.
    pub(crate) outcomes: Vec<u32>,
    /// Of the last evaluation: what chance decided.
    pub(crate) trail: Trail,
}

impl<P: Patterns> Hosted<P> {
    /// Takes over an engine.
    pub fn new(engine: Engine<P>) -> Self {
        Self { engine, ring: Vec::new(), outcomes: Vec::new(), trail: Trail::new() }
    }

    /// The address of what chance decided in the last evaluation: how many outcomes, and these.
    pub fn trail(&self) -> usize {
        self.trail.words().as_ptr() as usize
    }

    /// The context of a block, if it was written.
    pub fn context(&self, block: u32) -> Option<&Block> {
        self.ring.get(block as usize)
    }

    /// The engine.
    pub const fn engine(&self) -> &Engine<P> {
        &self.engine
    }

    /// Applies a kill message: contexts stay written.
    ///
    /// # Errors
    /// Those of `kill`, which gets the engine.
    pub fn kill<E>(&mut self, kill: impl FnOnce(&mut Engine<P>) -> Result<Changes, E>) -> Result<Changes, E> {
        kill(&mut self.engine)
    }

    /// Replaces the ruleset. Blocks belong to one: all contexts must write again.
    ///
    /// # Errors
    /// Those of `update`, which gets the engine; the contexts then stay as they are.
    pub fn update<E>(&mut self, update: impl FnOnce(&mut Engine<P>) -> Result<Changes, E>) -> Result<Changes, E> {
        let changes = update(&mut self.engine)?;
        self.ring.clear();
        Ok(changes)
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
}
