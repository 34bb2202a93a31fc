//! What every artifact must do. The crate of each brings a document and how it is loaded.

use js_sys::{Uint8Array, WebAssembly};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{document, load_input};

/// The memory as JavaScript sees it, from an address on.
fn bytes_at(address: usize, length: u32) -> Uint8Array {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), u32::try_from(address).expect("32 bits"), length)
}

/// Writes the input of the next call.
fn send(input: &[u8]) {
    let length = u32::try_from(input.len()).expect("it is short");
    bytes_at(crate::room(length), length).copy_from(input);
}

/// What a call has put out.
fn text(length: u32) -> String {
    String::from_utf8(bytes_at(crate::output(), length).to_vec()).expect("it is UTF-8")
}

/// What documents are made of.
pub(super) const SNAPSHOT: &str = r#"{ "schema": "vexil/1", "flags": {
    "search": { "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "on" } } } }"#;

fn load() -> u32 {
    send(&document());
    let outcome = text(load_input(u32::MAX));
    let handle = outcome.split("\"handle\":").nth(1).expect("the document is sound");
    handle.trim_end_matches('}').parse().expect("it is a number")
}

fn find(handle: u32, key: &str) -> u32 {
    send(key.as_bytes());
    crate::find_flag(handle)
}

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    assert_eq!(text(crate::version()), env!("CARGO_PKG_VERSION"));
}

#[wasm_bindgen_test]
fn a_handle_names_its_engine_until_it_is_disposed_of() {
    let first = load();
    assert_eq!(find(first, "search"), 0);
    crate::dispose(first);
    assert_eq!(find(first, "search"), u32::MAX);
    let second = load();
    assert_ne!(first, second, "an old handle must not name a new engine");
    assert_eq!(find(first, "search"), u32::MAX);
    crate::dispose(second);
}

#[wasm_bindgen_test]
fn an_outcome_is_an_answer() {
    let handle = load();
    assert_ne!(crate::cells(handle, 0), 0);
    let outcome = crate::evaluate(handle, 0, 0, 0, 0.0);
    let answer = text(crate::answer(handle, outcome));
    assert_eq!(answer, r#"{"flagKey":"search","reason":"STATIC","variant":"on","value":true,"added":{}}"#);
    crate::dispose(handle);
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
    assert_eq!(text(crate::answer(handle, u32::MAX)), "", "no such outcome");
    crate::room(0);
    assert!(text(load_input(9)).contains("refused"), "an environment that is longer than the input");
    crate::dispose(handle);
}
