//! Run by `cargo xtask test` in Node, Chromium and Firefox.
//!
//! There is no `wasm_bindgen_test_configure!` on purpose: it would tie the binary to one kind of host. Without it the
//! runner takes Node, or a browser where `WASM_BINDGEN_USE_BROWSER` is set, and one compilation serves all of them.

mod artifact;

use wasm_bindgen_test::wasm_bindgen_test;

/// A document in the form that this artifact loads.
fn document() -> Vec<u8> {
    artifact::SNAPSHOT.into()
}

fn load_input(environment: u32) -> u32 {
    crate::load_json(environment)
}

#[wasm_bindgen_test]
fn every_fixture_gives_what_it_says() {
    let outcome = vexil_corpus::run_all();
    assert!(outcome.failures.is_empty(), "{} failed:\n{}", outcome.failures.len(), outcome.failures.join("\n"));
    assert!(outcome.run >= 300, "only {} fixtures ran", outcome.run);
}

#[wasm_bindgen_test]
fn statistics_have_the_bits_that_they_have_natively() {
    assert_eq!(vexil_corpus::statistics::digest().as_deref(), Ok(vexil_corpus::statistics::RECORDED));
}
