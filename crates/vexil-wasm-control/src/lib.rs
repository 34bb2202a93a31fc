//! The WebAssembly artifact of control and analysis: what delivery is decided by. No page that evaluates loads it.
//!
//! Nothing is decided here. This names what JavaScript can call, with nothing but numbers.

#![cfg_attr(all(target_arch = "wasm32", not(test)), no_std)]

vexil_shell::artifact!(vexil_control_shell::Shell);

vexil_shell::export! {
    ask = ask(name: u32) -> u32;
    begin = begin() -> u32;
    replay = replay() -> u32;
    verify = verify() -> u32;
    handle = handle(handle: u32, now: f64) -> u32;
    publish = publish(handle: u32) -> u32;
    publishKills = publish_kills(handle: u32) -> u32;
    dashboard = dashboard(handle: u32, now: f64) -> u32;
    wakeAt = wake_at(handle: u32) -> f64;
    revision = revision(handle: u32) -> f64;
    head = head(handle: u32) -> u32;
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
