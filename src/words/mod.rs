//! The vocabulary that every other module speaks: values, instants, shares, diagnostics, limits.
//!
//! Nothing here imports anything else of the crate.

pub mod address;
pub mod diagnostic;
pub mod error_code;
pub mod kill;
pub mod limits;
pub mod order;
pub mod pointer;
pub mod text;
pub mod time;
pub mod value;
pub mod version;
pub mod weight;
