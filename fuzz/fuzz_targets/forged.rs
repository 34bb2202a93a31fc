//! Sound rulesets with a few words changed: the first byte chooses the ruleset, the rest the words.
#![no_main]

use std::sync::LazyLock;

use vexil::Engine;
use vexil::patterns::RegexPatterns;

static SOUND: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let everything = include_str!("../corpus/snapshot/everything.json");
    let many_attributes = include_str!("../corpus/snapshot/many-attributes.json");
    [everything, many_attributes].map(|snapshot| {
        let engine = Engine::<RegexPatterns>::from_json(snapshot).expect("the snapshot is sound");
        engine.ruleset().to_bytes()
    })
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some((choice, edits)) = data.split_first() {
        harness::forged(&SOUND[usize::from(choice % 2)], edits);
    }
});
