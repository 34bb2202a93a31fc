//! The full WebAssembly artifact: a thin shell over JSON snapshots.
//!
//! Nothing is decided here. What an engine answers is the core's business, and what crosses the boundary cheaply is
//! `vexil-boundary`'s: this names what JavaScript can call, with nothing but numbers.

#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]

vexil_shell::engines!(vexil::patterns::RegexPatterns);

vexil_shell::export! {
    load = load_json(environment: u32) -> u32;
    update = update_json(handle: u32) -> u32;
    kill = kill_json(handle: u32) -> u32;
    explain = explain(handle: u32, flag: u32, block: u32, now: f64) -> u32;
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
