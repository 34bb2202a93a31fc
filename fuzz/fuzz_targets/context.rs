//! Contexts as JSON, for a snapshot with something of everything.
#![no_main]

use std::sync::LazyLock;

use vexil::Engine;

static EVERYTHING: LazyLock<Engine> = LazyLock::new(|| {
    Engine::from_json(include_str!("../corpus/snapshot/everything.json")).expect("the snapshot is sound")
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::context(&EVERYTHING, data));
