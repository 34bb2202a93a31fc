//! One number for the texts of all answers to the cases of `tests/analysis`: if any of them differs on some host, it is
//! another one.

use serde_json::{Value, json};
use vexil_control_shell::ask;

const EXPERIMENTS: &str = include_str!("../../../../tests/analysis/experiments.json");
const VERDICTS: &str = include_str!("../../../../tests/analysis/verdicts.json");

/// The digest as it was recorded: it changes with the cases, and with what is answered.
pub(crate) const RECORDED: &str = "8a6a8e7c60033460";

/// FNV-1a of all answers.
pub(crate) fn digest() -> String {
    let mut bits = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |text: &str| {
        for byte in text.bytes() {
            bits = (bits ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for case in cases(EXPERIMENTS) {
        take(&asked("analyze", &case["input"]));
    }
    let (start, slot_ms) = (read(VERDICTS)["start"].as_i64().expect("an instant"), 60_000);
    for case in cases(VERDICTS) {
        let observations = observed(&case, start, slot_ms);
        let now = start + case["now"].as_i64().expect("an instant");
        let period = json!({ "since": start, "stageSince": start });
        let guardrail = &case["guardrail"];
        let seen = json!({ "guardrail": guardrail, "observations": observations, "period": period, "now": now });
        let seen = read(&asked("seen", &seen))["ok"].clone();
        take(&asked("judgeGuardrail", &json!({ "guardrail": guardrail, "seen": seen, "alpha": case["alpha"] })));
        let scope = json!({ "subject": "s", "windowMs": 600_000, "baseline": "control", "arms": [
            { "arm": "canary", "active": true, "share": 100_000 }, { "arm": "control", "active": true, "share": 900_000 } ] });
        let report = json!({ "scope": scope, "observations": observations, "now": now });
        take(&asked("report", &report));
        take(&asked("reportCsv", &report));
        take(&asked("reportPrometheus", &json!({ "report": report })));
    }
    let expected = json!({ "requestsPerHour": 6_000,
        "metrics": { "errors": { "healthy": { "rate": 0.01 }, "changed": { "rate": 0.06 } } } });
    let plan = read(&asked("canaryPlan", &json!({})))["ok"].clone();
    take(&asked("characteristics", &json!({ "plan": plan, "expected": expected })));
    take(&asked("planTests", &plan));
    take(&asked("power", &json!({ "baseline": { "mean": { "mean": 12, "deviation": 30 } }, "arms": 4, "daily": 900 })));
    format!("{bits:016x}")
}

fn asked(name: &str, input: &Value) -> String {
    ask(name, input.to_string().as_bytes())
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn cases(file: &str) -> Vec<Value> {
    read(file)["cases"].as_array().expect("a file has cases").clone()
}

/// What was observed by a case: in slots from a start on, each of a run the same.
fn observed(case: &Value, start: i64, slot_ms: i64) -> Value {
    let mut seen = Vec::new();
    for run in case["observations"].as_array().expect("a list") {
        let from = run["from"].as_i64().unwrap_or(0);
        for slot in from..from + run["slots"].as_i64().expect("a number") {
            for arm in ["canary", "control"].into_iter().filter(|arm| !run[*arm].is_null()) {
                let metric = &case["guardrail"]["metric"]["name"];
                seen.push(json!({ "metric": metric, "arm": arm, "at": start + slot * slot_ms, "seen": run[arm] }));
            }
        }
    }
    let none = json!({ "metrics": [case["guardrail"]["metric"]], "slotMs": slot_ms });
    let none = read(&asked("observations", &none))["ok"].clone();
    read(&asked("observe", &json!({ "observations": none, "seen": seen })))["ok"].clone()
}
