//! The full WebAssembly artifact: a thin shell that turns JavaScript's words into the core's and back.
//!
//! Nothing is decided here. What an engine answers is the core's business, and what crosses the boundary cheaply is
//! `vexil-boundary`'s; the shell names both for JavaScript. On the hot path, [`evaluate`] and [`evaluate_all`], only
//! integers cross.

use core::cell::RefCell;
use core::mem::ManuallyDrop;

use serde::Serialize;
use vexil::ir::NONE;
use vexil::patterns::RegexPatterns;
use vexil::{Changes, Engine, SnapshotError};
use vexil_boundary::{Hosted, Slab};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    // Never dropped, as a page has no end: then there is no state beside it that every access must ask.
    static ENGINES: RefCell<ManuallyDrop<Slab<RegexPatterns>>> =
        const { RefCell::new(ManuallyDrop::new(Slab::new())) };
}

/// Plain data as JavaScript's plain objects.
fn to_js<T: Serialize>(value: &T) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}

/// Calls `use_it` with the engine of a handle; `None` once it was disposed of.
fn with<R>(handle: u32, use_it: impl FnOnce(&mut Hosted<RegexPatterns>) -> R) -> Option<R> {
    ENGINES.with_borrow_mut(|engines| engines.get_mut(handle).map(use_it))
}

fn changed(result: Option<Result<Changes, SnapshotError>>) -> Result<JsValue, JsValue> {
    match result {
        Some(Ok(changes)) => Ok(to_js(&changes)),
        Some(Err(refused)) => Err(to_js(&(&refused.diagnostics, &refused.changes))),
        None => Err(JsValue::UNDEFINED),
    }
}

fn insert(engine: Result<Engine<RegexPatterns>, SnapshotError>) -> Result<u32, JsValue> {
    let hosted = Hosted::new(engine.map_err(|refused| to_js(&(&refused.diagnostics, &refused.changes)))?);
    ENGINES.with_borrow_mut(|engines| engines.insert(hosted)).ok_or(JsValue::UNDEFINED)
}

/// The version of the package, so that a program can see that its JavaScript and its wasm are of one build.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// An engine for a snapshot's text: its handle.
///
/// # Errors
/// Throws `[diagnostics, changes]` for a document that is unusable, undefined where too many engines are alive.
#[expect(clippy::needless_pass_by_value, reason = "an optional text crosses as an owned one")]
#[wasm_bindgen(js_name = loadJson)]
pub fn load_json(text: &str, environment: Option<String>) -> Result<u32, JsValue> {
    insert(Engine::for_environment(text, environment.as_deref()))
}

/// Replaces the snapshot: `{flags, services}` whose answers could differ.
///
/// # Errors
/// Throws `[diagnostics, changes]` for a document that is refused, undefined once the engine was disposed of.
#[wasm_bindgen]
pub fn update(handle: u32, text: &str) -> Result<JsValue, JsValue> {
    changed(with(handle, |hosted| hosted.update(text)))
}

/// Applies a kill message: `{flags, services}` whose answers could differ.
///
/// # Errors
/// As [`update`].
#[wasm_bindgen]
pub fn kill(handle: u32, message: &str) -> Result<JsValue, JsValue> {
    changed(with(handle, |hosted| hosted.kill(message)))
}

/// Disposes of an engine.
#[wasm_bindgen]
pub fn dispose(handle: u32) {
    ENGINES.with_borrow_mut(|engines| engines.remove(handle));
}

/// What validation had to say of the snapshot in force.
#[wasm_bindgen]
pub fn diagnostics(handle: u32) -> JsValue {
    with(handle, |hosted| to_js(&hosted.engine().diagnostics())).unwrap_or_default()
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

/// The path of each attribute.
#[wasm_bindgen]
pub fn slots(handle: u32) -> Vec<String> {
    with(handle, |hosted| hosted.slots()).unwrap_or_default()
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

/// How the answer of a flag or service comes about, for a block that was written.
#[wasm_bindgen]
pub fn explain(handle: u32, flag: u32, block: u32, now: f64) -> JsValue {
    with(handle, |hosted| hosted.explain(flag, block, now).map(|explanation| to_js(&explanation)))
        .flatten()
        .unwrap_or_default()
}

/// When time alone could change an answer, in milliseconds.
#[wasm_bindgen(js_name = nextChange)]
pub fn next_change(handle: u32, now: f64) -> Option<f64> {
    with(handle, |hosted| hosted.next_change(now)).flatten()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
