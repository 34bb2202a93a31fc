//! The one integration binary.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it expects by panicking; helpers shared with the fuzz targets are public there"
)]

mod assignments;
mod attributes;
mod bad_input;
mod binary;
mod cases;
mod check;
mod control;
mod corpus;
mod diagrams;
mod diff;
mod docs;
mod examples;
mod experiments;
mod explain;
mod generate;
mod json;
mod laws;
mod metrics;
mod naive;
mod patterns;
mod programs;
mod releases;
mod replay;
mod rollouts;
mod schema;
mod uniformity;
mod verdicts;
