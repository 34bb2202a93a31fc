//! What the WebAssembly artifacts have in common. A shell holds engines by handle; integers go in and out, texts and
//! bytes lie in one exchange buffer, which the host reads and writes.
//!
//! Everything here is called rarely, and compiled for size; what runs for every evaluation is `vexil-boundary`'s.
#![no_std]

extern crate alloc;

mod answer;
mod assignment;
mod exchange;
mod exports;
mod identity;
mod json;
mod outcome;
mod shell;

pub use exchange::Exchange;
pub use json::to_json;
pub use shell::Shell;
