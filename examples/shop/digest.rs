//! One digest over all answers that a host gave. `host.mjs` computes the same.
//!
//! Hashing millions of texts would take longer than the evaluations. But a ruleset has only so many different answers,
//! so the text of each, such as `on:SPLIT`, is hashed once (FNV-1a, 32 bits), and what is fed visitor by visitor is that
//! number. Every flag and service has a digest of its own, so that hosts that disagree also know where; the digest of
//! them all is made of these, each with its key, in the order of the keys.

use std::fmt;

const FNV_START: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

/// FNV-1a over the UTF-8 of a text.
pub(crate) fn hash(text: &str) -> u32 {
    text.bytes().fold(FNV_START, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(FNV_PRIME))
}

/// A digest of 64 bits that grows number by number, in two lanes since JavaScript multiplies 32 bits at once.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    /// FNV-1a with numbers in place of bytes.
    a: u32,
    /// The step of `MurmurHash3`.
    b: u32,
}

impl Default for Digest {
    fn default() -> Self {
        Self { a: FNV_START, b: 0 }
    }
}

impl Digest {
    pub(crate) fn feed(&mut self, number: u32) {
        self.a = (self.a ^ number).wrapping_mul(FNV_PRIME);
        self.b = (self.b ^ number).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}{:08x}", self.a, self.b)
    }
}
