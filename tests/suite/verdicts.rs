//! Verdicts as data: `tests/analysis/verdicts.json`. A case has what was observed in slots from a start on, each of them
//! the same; `isEnough` says whether the e-value has reached 1 / alpha.

use serde_json::{Value as Json, from_value, to_value};
use vexil::Timestamp;
use vexil::analysis::guardrail::{Expected, Guardrail, Period, Plan, Seen};
use vexil::analysis::metric::{Arm, Metrics, Observation, Observations};

use crate::docs::{blocks, page};

#[test]
fn verdicts_are_those_of_the_cases() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/analysis/verdicts.json");
    let all: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (start, slot_ms) = (all["start"].as_i64().unwrap(), all["slotMs"].as_u64().unwrap() as u32);
    let cases = all["cases"].as_array().unwrap();
    assert!(cases.len() >= 15);
    for case in cases {
        check(case, start, slot_ms);
    }
}

fn check(case: &Json, start: i64, slot_ms: u32) {
    let why = case["why"].as_str().expect("a case says why");
    let guardrail: Guardrail = from_value(case["guardrail"].clone()).unwrap_or_else(|error| panic!("{why}: {error}"));
    let observations = observed(case, &guardrail, start, slot_ms);
    let now = Timestamp::from_ms(start + case["now"].as_i64().unwrap());
    let since = Timestamp::from_ms(start);
    let period = Period { since, stage_since: since };
    let seen = Seen::of(&guardrail, &observations, (&Arm::Canary, Some(&Arm::Control)), period, now).unwrap();
    let alpha = case["alpha"].as_f64().unwrap();
    let verdict = to_value(guardrail.judge(&seen, alpha).unwrap()).unwrap();
    let expect = &case["expect"];
    for key in ["outcome", "reason", "n", "withoutData"] {
        assert_eq!(verdict[key], expect[key], "{why}: `{key}` of {verdict}");
    }
    let evidence = &verdict["evidence"];
    if let Some(estimate) = expect["estimate"].as_f64() {
        let found = evidence["estimate"].as_f64().unwrap_or_else(|| panic!("{why}: {verdict}"));
        assert!((found - estimate).abs() < 1e-12, "{why}: {verdict}");
        assert_eq!(evidence["alpha"], case["alpha"]);
    }
    if let Some(is_enough) = expect["isEnough"].as_bool() {
        let (ln_e, p_value) = (evidence["lnE"].as_f64().unwrap(), evidence["pValue"].as_f64().unwrap());
        assert_eq!(ln_e >= -alpha.ln(), is_enough, "{why}: {verdict}");
        assert_eq!(p_value <= alpha, is_enough, "{why}: {verdict}");
    }
}

fn observed(case: &Json, guardrail: &Guardrail, start: i64, slot_ms: u32) -> Observations {
    let metrics = Metrics::new(vec![guardrail.metric.clone()]).unwrap();
    let mut observations = Observations::new(metrics, slot_ms).unwrap();
    for run in case["observations"].as_array().unwrap() {
        let from = run["from"].as_i64().unwrap_or(0);
        for slot in from..from + run["slots"].as_i64().unwrap() {
            for (arm, seen) in [(Arm::Canary, &run["canary"]), (Arm::Control, &run["control"])] {
                if seen.is_null() {
                    continue;
                }
                let at = Timestamp::from_ms(start + slot * i64::from(slot_ms));
                let metric = guardrail.metric.name().to_owned();
                let seen = from_value(seen.clone()).unwrap();
                observations.add(&Observation { metric, arm, at, seen }).unwrap();
            }
        }
    }
    observations
}

#[test]
fn the_page_is_true() {
    let page = page("docs/verdicts.md");
    let [guardrail, plan, expected] = blocks(&page, "json").try_into().expect("a guardrail, a plan, what is expected");
    let guardrail: Guardrail = serde_json::from_str(guardrail).unwrap();
    guardrail.check().unwrap();
    let plan: Plan = serde_json::from_str(plan).unwrap();
    let tests: Vec<_> = plan.tests().iter().map(|test| (test.first, test.last)).collect();
    assert_eq!(tests, [(0, 1), (0, 0), (1, 1)], "the page counts the tests of the plan");
    let expected: Expected = serde_json::from_str(expected).unwrap();
    let default = Plan::canary().unwrap();
    for row in table_of(&default, &expected) {
        assert!(page.contains(&row), "the page has no row `{row}`");
    }
}

/// The rows of the default plan's characteristics, as the page has them.
fn table_of(plan: &Plan, expected: &Expected) -> Vec<String> {
    let percent = |chance: f64| format!("{:.1} %", 100.0 * chance);
    let found = plan.characteristics(expected).unwrap();
    let stages = plan.stages().iter().zip(&found.stages).map(|(stage, found)| {
        format!(
            "| {} % | {} min | {:.0} | {:.0} | {} | {} |",
            stage.share / 10_000,
            found.length_ms / 60_000.0,
            found.canary,
            found.control,
            percent(found.healthy_at_most),
            percent(found.caught_at_least)
        )
    });
    let tests = found.tests.iter().map(|found| {
        let last = |list: &[f64]| percent(list.last().copied().unwrap());
        let minutes = found.catch_ms.map_or_else(|| "-".to_owned(), |ms| format!("{:.1} min", ms / 60_000.0));
        let bound = serde_json::to_string(&found.test.bound).unwrap();
        let (first, end) = (found.test.first + 1, found.test.last + 1);
        format!(
            "| `{bound}` | {first} to {end} | {:.4} | {} | {} | {minutes} |",
            found.test.alpha,
            last(&found.healthy),
            last(&found.changed)
        )
    });
    let rows: Vec<String> = stages.chain(tests).collect();
    println!("{}", rows.join("\n"));
    rows
}
