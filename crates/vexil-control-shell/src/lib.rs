//! Control and analysis for hosts across a boundary.
//!
//! What `vexil::analysis` answers is asked by name, JSON in and JSON out: [`ask`] has the list. What has a state, the
//! journals of `vexil::control`, has handles in [`Shell`]. Nothing is decided here, and nothing knows which commands and
//! events there are: they pass through as the core reads and writes them.
//!
//! Whatever is asked, the answer is `{"ok":...}` or `{"error":...}`, and an error says where in the input it is.
#![cfg_attr(not(feature = "typescript"), no_std)]

extern crate alloc;

mod answer;
mod questions;
mod shell;

pub use answer::Failure;
pub use questions::ask;
#[cfg(feature = "typescript")]
pub use questions::{Asked, each};
pub use shell::{Handled, Replayed, Shell, Verified};
