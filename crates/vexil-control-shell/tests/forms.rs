//! Answers are the same texts on every host: their digest is recorded, here and in the artifact's own tests.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test says what it expects by panicking")]

#[path = "forms/digest.rs"]
mod digest;

use serde_json::{Value, json};
use vexil_control_shell::ask;

#[test]
fn answers_have_the_bits_that_were_recorded() {
    assert_eq!(digest::digest(), digest::RECORDED);
}

fn asked(name: &str, input: &Value) -> Value {
    serde_json::from_str(&ask(name, input.to_string().as_bytes())).expect("an answer is JSON")
}

#[test]
fn an_error_says_where_in_the_input_it_is() {
    let metric = json!({ "name": "errors", "kind": "proportion", "direction": "lowerIsBetter" });
    let observations = json!({ "slotMs": 60_000, "metrics": [metric], "series": [] });
    let rule = json!({ "key": "k", "metric": "nothing", "arm": "canary", "windowMs": 1, "coolDownMs": 1,
                       "needs": { "observations": 1, "staleAfterMs": 1 } });
    let sample = json!({ "metric": "errors", "arm": "canary", "at": 0, "samples": [true, 0.5] });
    let model = json!({ "windowMs": 1, "parts": [] });
    let flag = json!({ "flag": "f", "isOn": true, "exposure": 2_000_000 });
    let scenario = json!({ "start": "2026-01-05T09:00:00Z", "lasts": "P1D", "commands": [] });
    let scope = json!({ "subject": "s", "arms": [], "windowMs": 1 });
    for (name, input, path) in [
        ("analyze", json!({ "experiment": "e", "arms": [], "control": "a", "metrics": [] }), "/arms"),
        ("analyze", json!({ "experiment": "e", "arms": [{ "name": "a", "share": "1" }] }), "/arms/0/share"),
        ("power", json!({ "baseline": { "rate": 0.1 }, "x": 1 }), "/x"),
        ("power", json!({ "baseline": { "rate": 1.5 } }), ""),
        ("judge", json!({ "plan": { "alpha": 2, "stages": [] } }), "/plan"),
        ("record", json!({ "observations": observations, "samples": [sample] }), "/samples/0/samples/1"),
        ("watch", json!({ "rules": [rule], "observations": observations, "now": 0 }), "/rules/0/metric"),
        ("health", json!({ "model": model, "observations": observations, "now": 0 }), "/model/parts"),
        ("merge", json!([]), ""),
        ("merge", json!([observations, { "slotMs": 1, "metrics": [], "series": [] }]), "/1"),
        (
            "report",
            json!({ "scope": scope, "observations": observations, "flags": [flag], "now": 0 }),
            "/flags/0/exposure",
        ),
        (
            "simulate",
            json!({ "scenario": scenario, "traffic": { "faults": [{ "from": "P1Y", "to": "P1D" }] } }),
            "/traffic/faults/0/from",
        ),
        ("simulate", json!({ "scenario": scenario, "traffic": { "requestsPerHour": -1 } }), ""),
        ("guideFlag", json!({ "name": "f", "enabled": true, "rolloutPercentage": 1e-5 }), "/rolloutPercentage"),
        ("nothing", json!({}), ""),
    ] {
        let answer = asked(name, &input);
        assert_eq!(answer["error"]["type"], "input", "{name}: {answer}");
        assert_eq!(answer["error"]["path"], path, "{name}: {answer}");
        assert_ne!(answer["error"]["message"], "", "{name}: {answer}");
    }
}
