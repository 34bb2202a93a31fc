//! Snapshot documents: refused, or compiled, loaded from their binary form and evaluated.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::snapshot(data));
