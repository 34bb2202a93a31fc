//! `docs/metrics.md` is true: its forms are read and written, its examples come to what they say, its tables name what
//! there is.

use std::collections::BTreeSet;

use serde_json::{Value as Json, from_str, from_value, json, to_value};
use vexil::Timestamp;
use vexil::analysis::adoption::Adoption;
use vexil::analysis::alert::{AlertRule, AlertState, Notice, Rules, States};
use vexil::analysis::breaker::{Breaker, BreakerRule, Input};
use vexil::analysis::comparison::Comparison;
use vexil::analysis::health::{HealthModel, HealthPart};
use vexil::analysis::metric::{Arm, Kind, Measure, Metrics, Observation, Observations, Sample};
use vexil::analysis::report::{AlertRow, FlagRow, Prefix, Report, Scope};
use vexil::analysis::summary::Summary;
use vexil::analysis::trend::TrendRule;
use vexil::hash::Digest;
use vexil::stats::aggregate::{Distinct, Proportion};
use vexil::words::limits;
use vexil::words::weight::Ppm;

use crate::docs::{blocks, code, page, table};

const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);
const HOUR: u32 = 3_600_000;

/// The only block of the page with a mark.
fn block(mark: &str) -> Json {
    let page = page("docs/metrics.md");
    let [block] = blocks(&page, mark)[..] else { panic!("one block `{mark}`") };
    from_str(block).unwrap_or_else(|error| panic!("{mark}: {error}"))
}

fn metrics() -> Metrics {
    from_value(block("json metrics")).expect("metrics")
}

/// The observations of the page.
fn store() -> Observations {
    let mut store = Observations::new(metrics(), 60_000).expect("a store");
    let seen: Vec<Observation> = from_value(block("json observations")).expect("observations");
    store.add_all(&seen).expect("they are taken in");
    store
}

/// Whether two values are the same, numbers to the digits that the page shows.
fn is_like(found: &Json, shown: &Json) -> bool {
    match (found, shown) {
        (Json::Number(found), Json::Number(shown)) => {
            let decimals = shown.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
            let (found, shown) = (found.as_f64().expect("a number"), shown.as_f64().expect("a number"));
            (found - shown).abs() <= 0.5001 * 10_f64.powi(-decimals)
        }
        (Json::Array(found), Json::Array(shown)) => {
            found.len() == shown.len() && found.iter().zip(shown).all(|(found, shown)| is_like(found, shown))
        }
        (Json::Object(found), Json::Object(shown)) => {
            let members = |object: &serde_json::Map<String, Json>| object.keys().cloned().collect::<BTreeSet<_>>();
            members(found) == members(shown) && found.iter().all(|(key, found)| is_like(found, &shown[key]))
        }
        (found, shown) => found == shown,
    }
}

#[track_caller]
fn assert_shown(found: impl serde::Serialize, mark: &str) {
    let found = to_value(found).expect("it is written");
    assert!(is_like(&found, &block(mark)), "{mark}: {found:#}");
}

#[test]
fn each_kind_is_kept_as_the_page_says() {
    let page = page("docs/metrics.md");
    let rows = table(&page, "| kind | one observation | kept | value |");
    assert_eq!(rows.len(), 4);
    for row in rows {
        let text = code(&row[0])[0];
        let kind: Kind = from_str(text).or_else(|_| from_value(json!(text))).expect("a kind");
        let sample: Sample = from_str(code(&row[1])[0]).expect("a sample");
        let seen = Measure::of(kind, &[sample]).expect("it is taken in");
        assert_eq!(serde_json::to_string(&seen).expect("it is written"), code(&row[2])[0]);
        assert!(metrics().iter().any(|metric| metric.kind() == kind), "the list has each kind");
    }
}

#[test]
fn observations_come_to_what_the_page_says() {
    let store = store();
    let queries = store.queries(&[Arm::Control], NOW, HOUR);
    assert_shown(queries.iter().find(|query| query.metric == "errors").expect("a query"), "json query");
    let metrics = metrics();
    let errors = metrics.get("errors").expect("it is on the list");
    let series = |arm| store.get("errors", arm).expect("it was observed");
    let summary = Summary::of(errors, series(&Arm::Canary), NOW, HOUR).expect("a summary");
    assert_shown(summary, "json summary");
    let (control, canary) = (series(&Arm::Control).total(), series(&Arm::Canary).total());
    let comparison = Comparison::of(errors, (&Arm::Control, control), (&Arm::Canary, canary), 0.95);
    assert_shown(comparison.expect("they are alike"), "json comparison");
}

#[test]
fn the_trend_of_the_page_is_the_default() {
    assert_eq!(from_value::<TrendRule>(block("json trend")).expect("a rule"), TrendRule::default());
}

fn rules() -> Rules {
    let rule: AlertRule = from_value(block("json alert")).expect("a rule");
    Rules::new(&metrics(), vec![rule]).expect("sound rules")
}

#[test]
fn the_alert_of_the_page_is_raised() {
    let watched = rules().watch(&States::new(), &store(), NOW).expect("it can be watched");
    assert_shown(&watched.notices[0], "json notice");
    assert_shown(&watched.states["canary-errors"], "json alert-state");
    assert_eq!(watched.notices.len(), 1);
    from_value::<Notice>(block("json notice")).expect("a notice");
    from_value::<AlertState>(block("json alert-state")).expect("a state");
}

fn model() -> HealthModel {
    let parts: Vec<HealthPart> = from_value(block("json health-model")).expect("parts");
    HealthModel::new(&metrics(), HOUR, parts).expect("a model")
}

#[test]
fn the_health_of_the_page_is_found() {
    assert_shown(model().score(&store(), NOW).expect("it can be scored"), "json health");
}

fn adoption() -> Adoption {
    let units = |count: u32| {
        let mut counter = Distinct::new(Distinct::PRECISION).expect("a precision");
        (0..count).for_each(|unit| counter.add(Digest::of_number(f64::from(unit))));
        counter
    };
    Adoption::of(&units(250), &units(1_000), 0.95).expect("alike")
}

#[test]
fn the_adoption_of_the_page_is_within_its_interval() {
    let (found, shown) = (to_value(adoption()).expect("it is written"), block("json adoption"));
    assert_eq!(found["level"], shown["level"]);
    for figure in ["adopters", "eligible", "share"] {
        let (found, shown) = (found[figure].as_f64().expect("a number"), shown[figure].as_f64().expect("a number"));
        assert!((found - shown).abs() < 0.05 * shown, "{figure}: {found}");
    }
    assert!(is_like(&found["interval"], &shown["interval"]), "{found}");
}

#[test]
fn the_breaker_moves_as_the_table_says() {
    let rule: BreakerRule = from_value(block("json breaker")).expect("a rule");
    let states: Vec<Breaker> = from_value(block("json breaker-states")).expect("states");
    assert_shown(&states, "json breaker-states");
    let calls = |failed, all| Input::Calls(Proportion::new(failed, all).expect("counts"));
    let page = page("docs/metrics.md");
    let header = "| state | calls that do well | calls that fail | time, before it is due | time, when it is due | trip | reset |";
    let rows = table(&page, header);
    let (early, due) = (NOW, Timestamp::from_ms(NOW.as_ms() + 30_000));
    let inputs = [
        (calls(1, 60), early),
        (calls(6, 6), early),
        (Input::Tick, early),
        (Input::Tick, due),
        (Input::Trip, early),
        (Input::Reset, early),
    ];
    assert_eq!(rows.len(), states.len());
    for (state, row) in states.iter().zip(rows) {
        assert_eq!(to_value(state.position()).expect("a name"), json!(row[0]));
        for ((input, at), wanted) in inputs.iter().zip(&row[1..]) {
            let next = state.step(&rule, *input, *at).expect("it moves");
            assert_eq!(to_value(next.state.position()).expect("a name"), json!(wanted), "{row:?} {input:?}");
        }
    }
    // How it comes to the states of the page.
    let open = states[0].step(&rule, calls(5, 20), NOW).expect("it moves").state;
    assert_eq!(open, states[1]);
    assert_eq!(open.step(&rule, Input::Tick, due).expect("it moves").state, states[2]);
}

#[test]
fn the_report_of_the_page_is_written() {
    let (scope, store): (Scope, _) = (from_value(block("json scope")).expect("a scope"), store());
    let mut report = Report::of(&scope, &store, NOW).expect("a report");
    let rules = rules();
    let watched = rules.watch(&States::new(), &store, NOW).expect("it can be watched");
    report.alerts = AlertRow::all(&rules, &watched.states);
    report.health = Some(model().score(&store, NOW).expect("it can be scored"));
    report.adoption = Some(adoption());
    let rule: BreakerRule = from_value(block("json breaker")).expect("a rule");
    let breaker = Breaker::new(&rule, NOW).expect("a breaker");
    report.flags = vec![FlagRow::new("checkout-redesign", true, Ppm::ALL, Some((&breaker, &rule)))];
    let text = report.prometheus(&Prefix::default());
    let page = page("docs/metrics.md");
    for line in blocks(&page, "prometheus")[0].lines() {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    // The table names each family with its type and labels.
    let rows = table(&page, "| name | type | labels | what |");
    let shown: BTreeSet<_> = rows.iter().map(|row| (code(&row[0])[0].to_owned(), row[1].clone())).collect();
    let of_line = |line: &str| {
        let (name, of) = line.strip_prefix("# TYPE vexil_")?.split_once(' ')?;
        Some((name.to_owned(), of.to_owned()))
    };
    assert_eq!(text.lines().filter_map(of_line).collect::<BTreeSet<_>>(), shown);
    for row in rows {
        let (name, labels) = (code(&row[0])[0], code(&row[2]));
        let start = format!("vexil_{name}");
        let samples: Vec<_> = text.lines().filter(|line| line.starts_with(&start) && line.contains('{')).collect();
        assert!(!samples.is_empty(), "{name}");
        for label in labels {
            assert!(samples.iter().any(|sample| sample.contains(&format!("{label}=\""))), "{name} has no `{label}`");
        }
    }
}

#[test]
fn the_limits_of_the_page_are_those_of_the_code() {
    let rows = table(&page("docs/metrics.md"), "| what | at most |");
    let shown: Vec<usize> = rows.iter().map(|row| row[1].replace(',', "").parse().expect("a number")).collect();
    let limits = [
        limits::METRICS,
        limits::SERIES,
        limits::WINDOW_SLOTS,
        limits::ARMS,
        limits::ALERT_RULES,
        limits::HISTOGRAM_BOUNDS,
        limits::METRIC_NAME_BYTES,
        limits::METRIC_UNIT_BYTES,
    ];
    assert_eq!(shown, limits);
}
