//! Run by `cargo xtask test` in Node, Chromium and Firefox.
//!
//! There is no `wasm_bindgen_test_configure!` on purpose: it would tie the binary to one kind of host. Without it the
//! runner takes Node, or a browser where `WASM_BINDGEN_USE_BROWSER` is set, and one compilation serves all of them.
//!
//! The corpus joins here, as one test that calls `vexil_corpus::run_all()`.

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    assert_eq!(crate::version(), env!("CARGO_PKG_VERSION"));
}
