//! A pattern, a line feed and a text: whether it matches is what regex-lite says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::pattern(data));
