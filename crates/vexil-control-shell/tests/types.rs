//! The forms of commands and figures as TypeScript: `pkg/src/control/types.ts` is what the Rust types say.
//!
//! `cargo xtask types` runs this with `VEXIL_WRITE_TYPES=1`, which writes the file.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test says what it expects by panicking")]

mod typescript;

use std::env;
use std::fs;
use std::path::Path;

#[test]
fn the_types_are_those_of_the_core() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/src/control/types.ts");
    let text = typescript::text();
    if env::var_os("VEXIL_WRITE_TYPES").is_some() {
        fs::write(&path, text).expect("it can be written");
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "pkg/src/control/types.ts is not what the core has: run `cargo xtask types`");
}
