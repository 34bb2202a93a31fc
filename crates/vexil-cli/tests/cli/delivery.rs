//! `vexil simulate`, `audit` and `replay`: before, after, and back.

use std::fs;

use insta::assert_snapshot;
use vexil::{Context, Engine, Timestamp};

use crate::{Run, scratch, vexil};

fn simulate_example(name: &str, log: &str, more: &[&str]) -> Run {
    let place = format!("../../../../examples/{name}");
    let (plan, traffic) = (format!("{place}/plan.json"), format!("{place}/traffic.json"));
    vexil(&[&["simulate", "--plan", &plan, "--traffic", &traffic, "--log", log], more].concat())
}

fn simulate(log: &str, more: &[&str]) -> Run {
    simulate_example("canary", log, more)
}

#[test]
fn a_plan_is_played_against_traffic_with_faults() {
    let log = scratch("simulated.jsonl");
    let run = simulate(&log, &[]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_snapshot!("canary", run.out);
    // S4-33: half an hour at a tenth of this traffic is not much.
    assert_snapshot!("canary-practice", run.err);

    // The same again, byte by byte; another seed is other chance.
    let (again, other) = (scratch("again.jsonl"), scratch("other.jsonl"));
    simulate(&again, &[]);
    simulate(&other, &["--seed", "tuesday"]);
    let read = |path: &str| fs::read(path).unwrap();
    assert!(read(&log) == read(&again), "two runs of one plan differ");
    assert!(read(&log) != read(&other), "the seed says nothing");

    let json: serde_json::Value = serde_json::from_str(&simulate(&log, &["--json"]).out).unwrap();
    assert_eq!(json["ends"][1]["id"], "d-1");
    assert_eq!(json["ends"][1]["status"], "rolledBack");
}

/// S0-24, S3-77, S3-78: early access, four phases, a rollback by the guardrails with a step and a check that fail at first, and what mends it.
#[test]
fn twelve_weeks_of_a_release() {
    let log = scratch("release.jsonl");
    let run = simulate_example("release", &log, &[]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_snapshot!("release", run.out);

    // What a member and a hundred others were served, week after week, from the log alone.
    let served = |at: &str| {
        let run = vexil(&["replay", &log, "--environment", "production", "--at", at]);
        let engine = Engine::from_json(&run.out).unwrap();
        let now = Timestamp::parse(at).unwrap();
        let is_on = |unit: &str| engine.evaluate("editor", &Context::new(unit), now).variant == Some("on");
        (is_on("u-1"), (0..100).filter(|number| is_on(&format!("other-{number}"))).count())
    };
    assert_eq!(served("2026-01-20T12:00:00Z"), (true, 0), "early access");
    let ((_, first), (_, second)) = (served("2026-01-30T12:00:00Z"), served("2026-02-03T12:00:00Z"));
    assert!(0 < first && first < second && second < 50, "{first} and {second} in the phases of 5 and 20 %");
    assert_eq!(served("2026-02-05T12:00:00Z"), (true, 0), "rolled back, and early access goes on");
    assert_eq!(served("2026-03-20T12:00:00Z"), (true, 100), "released, and the program is over");
}

/// What was observed is all that a plan needs to come to the same again.
#[test]
fn a_log_is_traffic() {
    for example in ["canary", "release"] {
        let (log, again, traffic) = (scratch("live.jsonl"), scratch("relived.jsonl"), scratch("recorded.json"));
        simulate_example(example, &log, &[]);
        let observed = vexil(&["audit", "traffic", &log]).out;
        let mut observed: serde_json::Value = serde_json::from_str(&observed).unwrap();
        // What the host did about a rollback is no observation.
        observed["failingSteps"] = serde_json::json!({ "revertVersion": 1, "smokeTests": 1 });
        fs::write(&traffic, observed.to_string()).unwrap();
        let plan = format!("../../../../examples/{example}/plan.json");
        let run = vexil(&["simulate", "--plan", &plan, "--traffic", &traffic, "--log", &again]);
        assert!(fs::read(&log).unwrap() == fs::read(&again).unwrap(), "{example}: {}", run.out);
    }
}

/// Whoever is refused does not ask again at once, for ever.
#[test]
fn a_gate_that_stays_closed_is_no_endless_loop() {
    let plan = scratch("closed.json");
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/canary/plan.json")).unwrap();
    let mut scenario: serde_json::Value = serde_json::from_str(&text).unwrap();
    scenario["approvesAfter"] = "PT0S".into();
    scenario["lasts"] = "P2DT1H".into();
    let plan_of_rollout = &mut scenario["commands"][5]["action"]["command"]["plan"];
    plan_of_rollout["monitoring"]["guardrails"][0]["withoutData"] = "ask".into();
    fs::write(&plan, scenario.to_string()).unwrap();
    // The rollout's first day is over an hour before the end; without data nobody may go on without a reason.
    let run = vexil(&["simulate", "--plan", &plan]);
    assert_eq!(run.code, Some(1));
    let refused = run.out.lines().filter(|line| line.contains("refused:")).count();
    assert!((1..100).contains(&refused), "{refused} times");
}

#[test]
fn a_refused_command_is_in_the_timeline() {
    let plan = scratch("refused.json");
    let text = r#"{ "start": "2026-01-05T09:00:00Z", "lasts": "P1D",
        "commands": [{ "at": "PT1H", "actor": "ada", "action": { "type": "addEnvironment", "environment": "test" } }] }"#;
    fs::write(&plan, text).unwrap();
    let run = vexil(&["simulate", "--plan", &plan]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("refused: there is no workspace yet"), "{}", run.out);

    fs::write(&plan, text.replace("PT1H", "1 hour")).unwrap();
    let run = vexil(&["simulate", "--plan", &plan]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("/commands/0/at") && run.err.contains("is no duration"), "{}", run.err);
}

#[test]
fn a_log_is_checked_and_read() {
    let log = scratch("audited.jsonl");
    simulate(&log, &[]);
    let verify = |more: &[&str]| vexil(&[&["audit", "verify", log.as_str()], more].concat());
    let sound = verify(&[]);
    assert_eq!(sound.code, Some(0), "{}", sound.err);
    let head = sound.out.lines().last().and_then(|line| line.strip_prefix("head ")).unwrap().to_owned();
    assert_eq!(verify(&["--head", &head]).code, Some(0));
    let other = verify(&["--head", &"0".repeat(64)]);
    assert_eq!(other.code, Some(1));
    assert!(other.err.contains("this is another log, or it was rewritten"), "{}", other.err);

    assert_snapshot!("audit-of-ben", vexil(&["audit", "show", &log, "--actor", "ben"]).out);

    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("\"ben\"", "\"eve\"", 1)).unwrap();
    let changed = verify(&[]);
    assert_eq!(changed.code, Some(1));
    assert!(changed.err.contains("its hash is that of another text"), "{}", changed.err);
    fs::write(&log, &text[..text.len() - 5]).unwrap();
    let cut = verify(&[]);
    assert_eq!(cut.code, Some(1));
    assert!(cut.err.contains("are no whole transaction: cut them off"), "{}", cut.err);
}

#[test]
fn a_past_moment_is_what_was_served_then() {
    let log = scratch("replayed.jsonl");
    simulate(&log, &[]);
    let replay = |at: &str, more: &[&str]| {
        vexil(&[&["replay", log.as_str(), "--environment", "production", "--at", at], more].concat())
    };
    let stable = |at: &str| {
        let snapshot: serde_json::Value = serde_json::from_str(&replay(at, &[]).out).unwrap();
        snapshot["services"]["checkout"]["tracks"]["stable"]["version"].as_str().unwrap().to_owned()
    };
    assert_eq!(stable("2026-01-05T12:00:00Z"), "v2.0.9", "the first deployment was rolled back");
    assert_eq!(stable("2026-01-11T12:00:00Z"), "v2.1.1", "the second was not");
    let context = ["--service", "checkout", "--context", r#"{"visitor":"v-1"}"#];
    assert_snapshot!("replayed-route", replay("2026-01-06T09:40:00Z", &context).out);
    let nowhere = vexil(&["replay", &log, "--environment", "prodution"]);
    assert_eq!(nowhere.code, Some(2));
    assert!(nowhere.err.contains("did you mean `production`?"), "{}", nowhere.err);
}
