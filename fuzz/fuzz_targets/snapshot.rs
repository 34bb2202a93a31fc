//! Snapshot documents: refused, or compiled, loaded from their binary form and evaluated.
#![no_main]

#[path = "../harness.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::snapshot(data));
