//! The full WebAssembly artifact: a thin shell that turns JavaScript's words into the core's and back.
//!
//! Nothing is decided here. What an engine answers is the core's business, and what crosses the boundary cheaply is
//! `vexil-boundary`'s; the shell names both for JavaScript. On the hot path, [`evaluate`] and [`evaluate_all`], only
//! integers cross; everything else crosses as JSON text.

#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;

use atomic_refcell::AtomicRefCell;
use serde::Serialize;
use vexil::ir::NONE;
use vexil::patterns::RegexPatterns;
use vexil::words::diagnostic::Diagnostic;
use vexil::{Changes, Engine, SnapshotError};
use vexil_boundary::{Hosted, Hot, Slab, to_json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Without std, whose panics bring their own formatting along; tests have it.
#[cfg(all(target_arch = "wasm32", not(test)))]
mod bare {
    #[global_allocator]
    static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }
}

static ENGINES: AtomicRefCell<Slab<RegexPatterns>> = AtomicRefCell::new(Slab::new());

/// Calls `use_it` with the engine of a handle; `None` once it was disposed of.
fn with<R>(handle: u32, use_it: impl FnOnce(&mut Hosted<RegexPatterns>) -> R) -> Option<R> {
    ENGINES.borrow_mut().get_mut(handle).map(use_it)
}

/// What became of a document. JavaScript knows it as `Outcome` in `pkg/src/engine.ts`.
#[derive(Default, Serialize)]
struct Outcome {
    /// The new engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    handle: Option<u32>,
    /// What is wrong with a document that was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Vec<Diagnostic>>,
    /// What could be different now, even where the document was refused: its kills are in force.
    changes: Changes,
}

impl From<SnapshotError> for Outcome {
    fn from(refused: SnapshotError) -> Self {
        Self { refused: Some(refused.diagnostics), changes: refused.changes, handle: None }
    }
}

fn changed(result: Option<Result<Changes, SnapshotError>>) -> String {
    to_json(&match result {
        Some(Ok(changes)) => Outcome { changes, ..Outcome::default() },
        Some(Err(refused)) => refused.into(),
        None => Outcome::default(),
    })
}

/// The version of the package, so that a program can see that its JavaScript and its wasm are of one build.
#[wasm_bindgen]
pub fn version() -> String {
    String::from(env!("CARGO_PKG_VERSION"))
}

/// An engine for a snapshot's text: an `Outcome`, without a handle and a refusal if too many engines are alive.
#[expect(clippy::needless_pass_by_value, reason = "an optional text crosses as an owned one")]
#[wasm_bindgen(js_name = loadJson)]
pub fn load_json(text: &str, environment: Option<String>) -> String {
    to_json(&match Engine::for_environment(text, environment.as_deref()) {
        Ok(engine) => Outcome { handle: ENGINES.borrow_mut().insert(Hosted::new(engine)), ..Outcome::default() },
        Err(refused) => refused.into(),
    })
}

/// Replaces the snapshot: an `Outcome`.
#[wasm_bindgen]
pub fn update(handle: u32, text: &str) -> String {
    changed(with(handle, |hosted| hosted.update(text)))
}

/// Applies a kill message: an `Outcome`.
#[wasm_bindgen]
pub fn kill(handle: u32, message: &str) -> String {
    changed(with(handle, |hosted| hosted.kill(message)))
}

/// Disposes of an engine.
#[wasm_bindgen]
pub fn dispose(handle: u32) {
    ENGINES.borrow_mut().remove(handle);
}

/// What validation had to say of the snapshot in force: an array.
#[wasm_bindgen]
pub fn diagnostics(handle: u32) -> String {
    with(handle, |hosted| to_json(&hosted.engine().diagnostics())).unwrap_or_default()
}

/// For each flag and service, the mask of the first 32 attributes that it may read.
#[wasm_bindgen]
pub fn masks(handle: u32) -> Vec<u32> {
    with(handle, |hosted| hosted.masks()).unwrap_or_default()
}

/// For each flag and service, its bits.
#[wasm_bindgen]
pub fn bits(handle: u32) -> Vec<u32> {
    with(handle, |hosted| hosted.bits()).unwrap_or_default()
}

/// The attributes beyond the mask that a flag or service may read.
#[wasm_bindgen(js_name = moreSlots)]
pub fn more_slots(handle: u32, flag: u32) -> Vec<u32> {
    with(handle, |hosted| hosted.more_slots(flag)).unwrap_or_default()
}

/// The path of each attribute: an array.
#[wasm_bindgen]
pub fn slots(handle: u32) -> String {
    with(handle, |hosted| to_json(&hosted.slots())).unwrap_or_default()
}

/// How many flags there are; services follow them.
#[wasm_bindgen(js_name = flagCount)]
pub fn flag_count(handle: u32) -> u32 {
    with(handle, |hosted| hosted.engine().ruleset().flag_count).unwrap_or_default()
}

/// The row of a flag, or `0xffffffff`.
#[wasm_bindgen(js_name = findFlag)]
pub fn find_flag(handle: u32, key: &str) -> u32 {
    with(handle, |hosted| hosted.find_flag(key)).unwrap_or(NONE)
}

/// The row of a service, or `0xffffffff`.
#[wasm_bindgen(js_name = findService)]
pub fn find_service(handle: u32, key: &str) -> u32 {
    with(handle, |hosted| hosted.find_service(key)).unwrap_or(NONE)
}

/// The address of a block's cells.
#[wasm_bindgen]
pub fn cells(handle: u32, block: u32) -> usize {
    with(handle, |hosted| hosted.cells(block)).unwrap_or_default()
}

/// The address of room for an attribute that does not fit into its cell. May let the memory grow.
#[wasm_bindgen]
pub fn spill(handle: u32, block: u32, slot: u32, length: u32) -> usize {
    with(handle, |hosted| hosted.spill(block, slot, length)).unwrap_or_default()
}

/// Takes note that an attribute beyond the mask was written.
#[wasm_bindgen]
pub fn resolve(handle: u32, block: u32, slot: u32) {
    with(handle, |hosted| hosted.resolve(block, slot));
}

/// Evaluates a flag or service after the attributes of `written` were: the row of its outcome, or `0xffffffff`.
#[wasm_bindgen]
pub fn evaluate(handle: u32, flag: u32, block: u32, written: u32, now: f64) -> u32 {
    with(handle, |hosted| hosted.evaluate(flag, block, written, now)).unwrap_or(NONE)
}

/// Evaluates all flags: the address of their outcomes' rows.
#[wasm_bindgen(js_name = evaluateAll)]
pub fn evaluate_all(handle: u32, block: u32, written: u32, now: f64) -> usize {
    with(handle, |hosted| hosted.evaluate_all(block, written, now)).unwrap_or_default()
}

/// The answer of an outcome, as JSON.
#[wasm_bindgen]
pub fn answer(handle: u32, flag: u32, outcome: u32) -> String {
    with(handle, |hosted| hosted.answer(flag, outcome)).unwrap_or_default()
}

/// How the answer of a flag or service comes about, for a block that was written: an `Explanation`.
#[wasm_bindgen]
pub fn explain(handle: u32, flag: u32, block: u32, now: f64) -> String {
    with(handle, |hosted| to_json(&hosted.explain(flag, block, now))).unwrap_or_default()
}

/// When time alone could change an answer, in milliseconds; infinity for never.
#[wasm_bindgen(js_name = nextChange)]
pub fn next_change(handle: u32, now: f64) -> f64 {
    with(handle, |hosted| hosted.next_change(now)).flatten().unwrap_or(f64::INFINITY)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
