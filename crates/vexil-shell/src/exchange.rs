//! The buffer over which texts and bytes are exchanged: only numbers cross.

use alloc::vec;
use alloc::vec::Vec;
use core::mem;

/// What the host has written for the next call, or what the last one has put out.
#[derive(Debug, Default)]
pub struct Exchange(Vec<u8>);

impl Exchange {
    /// An empty one.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The address of room for an input, which the host writes before the call that reads it.
    pub fn room(&mut self, length: u32) -> usize {
        self.0 = vec![0; length as usize];
        self.output()
    }

    /// The address of what was put out last, by a call that answered with its length.
    pub fn output(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The input.
    pub fn input(&self) -> &[u8] {
        &self.0
    }

    /// Takes the input out.
    pub fn take(&mut self) -> Vec<u8> {
        mem::take(&mut self.0)
    }

    /// Puts out a text or bytes.
    pub fn put(&mut self, output: impl Into<Vec<u8>>) -> u32 {
        self.0 = output.into();
        self.0.len() as u32
    }

    /// Puts out numbers.
    pub fn put_numbers(&mut self, numbers: &[u32]) -> u32 {
        self.0.clear();
        numbers.iter().for_each(|number| self.0.extend_from_slice(&number.to_le_bytes()));
        self.0.len() as u32
    }

    /// Puts out the version of the package, so that a program can see that its JavaScript and its wasm are of one build.
    pub fn put_version(&mut self) -> u32 {
        self.put(env!("CARGO_PKG_VERSION"))
    }
}
