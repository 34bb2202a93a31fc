//! The statistics of the core: references, laws, error rates.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it expects by panicking"
)]

mod aggregates;
mod chance;
mod crossing;
mod digest;
mod distributions;
mod docs;
mod reference;
mod refusals;
mod simulated;
mod sketches;
mod totality;
