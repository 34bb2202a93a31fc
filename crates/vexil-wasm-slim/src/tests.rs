//! Run as those of the full artifact are; see there.

#[path = "../../vexil-wasm/src/tests/artifact.rs"]
mod artifact;

/// A document in the form that this artifact loads.
fn document() -> Vec<u8> {
    let engine = vexil::Engine::from_json(artifact::SNAPSHOT).expect("the snapshot is sound");
    engine.ruleset().to_bytes()
}

fn load_input(environment: u32) -> u32 {
    crate::load_ruleset(environment)
}
