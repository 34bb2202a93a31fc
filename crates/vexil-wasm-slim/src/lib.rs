//! The slim WebAssembly artifact: a thin shell over rulesets in their binary form.
//!
//! Nothing is decided here. What an engine answers is the core's business, and what crosses the boundary cheaply is
//! `vexil-boundary`'s: this names what JavaScript can call, with nothing but numbers.

#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]

vexil_shell::engines!(vexil::patterns::NoPatterns);

vexil_shell::export! {
    load = load_ruleset(environment: u32) -> u32;
    update = update_ruleset(handle: u32) -> u32;
    kill = kill_bytes(handle: u32) -> u32;
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
