//! Run by `cargo xtask test` in Node, Chromium and Firefox.
//!
//! There is no `wasm_bindgen_test_configure!` on purpose: it would tie the binary to one kind of host. Without it the
//! runner takes Node, or a browser where `WASM_BINDGEN_USE_BROWSER` is set, and one compilation serves all of them.

use js_sys::{Uint8Array, WebAssembly};
use serde_json::Value;
use vexil::ir::NONE;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;

/// The memory as JavaScript has it, through which texts are exchanged.
fn memory(address: usize, length: u32) -> Uint8Array {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), address as u32, length)
}

/// Writes the input of the next call.
fn send(input: &str) {
    let length = u32::try_from(input.len()).expect("it is short");
    memory(crate::room(length), length).copy_from(input.as_bytes());
}

/// What a call has put out.
fn text(length: u32) -> String {
    String::from_utf8(memory(crate::output(), length).to_vec()).expect("it is UTF-8")
}

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    assert_eq!(text(crate::version()), env!("CARGO_PKG_VERSION"));
}

#[wasm_bindgen_test]
fn every_fixture_gives_what_it_says() {
    let outcome = vexil_corpus::run_all();
    assert!(outcome.failures.is_empty(), "{} failed:\n{}", outcome.failures.len(), outcome.failures.join("\n"));
    assert!(outcome.run >= 300, "only {} fixtures ran", outcome.run);
}

const SNAPSHOT: &str = r#"{ "schema": "vexil/1", "flags": {
    "search": { "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "on" } } } }"#;

fn load() -> u32 {
    send(SNAPSHOT);
    let outcome: Value = serde_json::from_str(&text(crate::load_json(NONE))).expect("it is JSON");
    u32::try_from(outcome["handle"].as_u64().expect("the snapshot is sound")).expect("a handle has 32 bits")
}

fn find_flag(handle: u32, key: &str) -> u32 {
    send(key);
    crate::find_flag(handle)
}

#[wasm_bindgen_test]
fn a_handle_names_its_engine_until_it_is_disposed_of() {
    let first = load();
    assert_eq!(find_flag(first, "search"), 0);
    crate::dispose(first);
    assert_eq!(find_flag(first, "search"), u32::MAX);
    let second = load();
    assert_ne!(first, second, "an old handle must not name a new engine");
    assert_eq!(find_flag(first, "search"), u32::MAX);
    crate::dispose(second);
}

#[wasm_bindgen_test]
fn bad_integers_from_outside_are_harmless() {
    let handle = load();
    assert_eq!(crate::evaluate(handle, 0, 99, 0, 0.0), u32::MAX, "no such block");
    assert_ne!(crate::cells(handle, 0), 0);
    assert_eq!(crate::cells(handle, 64), 0, "the ring has 64 blocks");
    assert_eq!(crate::evaluate(handle, 99, 0, u32::MAX, f64::NAN), u32::MAX, "no such flag");
    // There is no such attribute: the room is empty, and nothing may be written into it.
    crate::spill(handle, 0, 99, 8);
    assert_eq!(crate::evaluate(1 << 31, 0, 0, 0, 0.0), u32::MAX, "no such engine");
    crate::dispose(handle);
}
