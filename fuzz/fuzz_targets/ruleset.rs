//! Rulesets in their binary form, the checksum put right: refused or evaluated.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    harness::ruleset(data);
    let mut sealed = data.to_vec();
    harness::seal(&mut sealed);
    harness::ruleset(&sealed);
});
