//! What holds of reports.

use alloc::collections::BTreeMap;
use alloc::string::ToString;

use proptest::prelude::*;
use serde_json::{Value as Json, from_str, from_value, json, to_value};

use super::*;
use crate::analysis::alert::{Rules, States};
use crate::analysis::breaker::{Breaker, BreakerRule, Input};
use crate::analysis::health::{HealthModel, HealthPart};
use crate::analysis::metric::{Direction, Kind, Level, Metric, Metrics, Sample};
use crate::hash::Digest;
use crate::stats::aggregate::{Distinct, Sketch};
use crate::words::weight::Ppm;

const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);

fn metrics() -> Metrics {
    let metric = |name, kind, direction| Metric::new(name, kind, direction).expect("a metric");
    let p95 = Kind::Quantile(Level::new(950_000).expect("a level"));
    Metrics::new(alloc::vec![
        metric("errors", Kind::Proportion, Direction::LowerIsBetter),
        metric("latency", p95, Direction::LowerIsBetter).with_unit("ms").expect("a unit"),
        metric("rating", Kind::Mean, Direction::HigherIsBetter),
    ])
    .expect("a list")
}

fn scope() -> Scope {
    from_value(json!({
        "subject": "checkout", "windowMs": 600_000, "baseline": "control",
        "arms": [{ "arm": "control", "active": true, "share": 900_000 }, { "arm": "canary", "active": true, "share": 100_000 }],
        "bounds": [10, 100, 1000]
    }))
    .expect("a scope")
}

fn store() -> Observations {
    let mut store = Observations::new(metrics(), 60_000).expect("a store");
    for i in 0..10_i64 {
        let at = Timestamp::from_ms(NOW.as_ms() - 60_000 * i);
        for arm in [Arm::Control, Arm::Canary] {
            let outcomes: Vec<_> = (0..50).map(|call| Sample::Outcome(call == 0)).collect();
            let latencies: Vec<_> = (1..=50).map(|call| Sample::Value(f64::from(call) * 4.0)).collect();
            store.record("errors", &arm, at, &outcomes).expect("it is taken in");
            store.record("latency", &arm, at, &latencies).expect("it is taken in");
        }
    }
    store
}

/// A report in which everything is.
fn full() -> Report {
    let (store, metrics) = (store(), metrics());
    let mut report = Report::of(&scope(), &store, NOW).expect("a report");
    let needs = json!({ "observations": 10, "staleAfterMs": 60_000 });
    let rules = json!([
        { "key": "canary \"errors\"\\", "metric": "errors", "arm": "canary", "windowMs": 60_000, "warn": 0.01,
          "coolDownMs": 0, "needs": needs },
        { "key": "rating", "metric": "rating", "arm": "canary", "windowMs": 60_000, "warn": 3, "coolDownMs": 0,
          "needs": needs }
    ]);
    let rules = Rules::new(&metrics, from_value(rules).expect("rules")).expect("sound rules");
    let watched = rules.watch(&States::new(), &store, NOW).expect("it can be watched");
    report.alerts = AlertRow::all(&rules, &watched.states);
    let part: HealthPart = from_value(
        json!({ "metric": "errors", "arm": "canary", "weight": 1, "good": 0.01, "bad": 0.05, "needs": needs }),
    )
    .expect("a part");
    let model = HealthModel::new(&metrics, 600_000, alloc::vec![part]).expect("a model");
    report.health = Some(model.score(&store, NOW).expect("it can be scored"));
    let (mut some, mut all) = (Distinct::new(12).expect("a counter"), Distinct::new(12).expect("a counter"));
    (0..100).for_each(|unit| all.add(Digest::of_number(f64::from(unit))));
    (0..25).for_each(|unit| some.add(Digest::of_number(f64::from(unit))));
    report.adoption = Some(Adoption::of(&some, &all, 0.95).expect("alike"));
    report.flags = alloc::vec![
        FlagRow::new("a\nb", true, Ppm::new(250_000).expect("a share"), None),
        FlagRow::new("off", false, Ppm::ALL, None),
        FlagRow::new("broken", true, Ppm::ALL, Some((&open(), &rule()))),
    ];
    report
}

fn rule() -> BreakerRule {
    from_value(json!({ "windowMs": 60_000, "slotMs": 5_000, "failures": { "of": 20, "count": 5 },
                       "coolDown": { "firstMs": 30_000, "longestMs": 100_000 },
                       "probe": { "share": 50_000, "calls": 50, "failures": 1 } }))
    .expect("a rule")
}

fn open() -> Breaker {
    let closed = Breaker::new(&rule(), NOW).expect("a breaker");
    closed.step(&rule(), Input::Trip, NOW).expect("it opens").state
}

type Sampled = BTreeMap<(String, BTreeMap<String, String>), f64>;

/// Reads the text format of Prometheus as strictly as it is described, and holds it against what must be true of it:
/// one HELP and one TYPE before the samples of a family, which stand together; names and labels of the right
/// characters; no sample twice; counters that end in `_total`; histograms that grow up to their count.
fn read(text: &str) -> Sampled {
    assert!(text.is_empty() || text.ends_with('\n'));
    let (mut samples, mut types) = (Sampled::new(), BTreeMap::<String, String>::new());
    let (mut helped, mut family) = (String::new(), String::new());
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            helped = rest.split_once(' ').expect("a text").0.to_string();
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, of) = rest.split_once(' ').expect("a type");
            assert!(is_name(name) && name == helped && ["gauge", "counter", "histogram"].contains(&of), "{line}");
            assert!(types.insert(name.into(), of.into()).is_none(), "`{name}` comes twice");
            assert_eq!(of == "counter", name.ends_with("_total"), "{line}");
            family = name.into();
            continue;
        }
        let (name, labels, value) = sample(line);
        let suffix = name.strip_prefix(family.as_str()).unwrap_or_else(|| panic!("{name} is not of `{family}`"));
        let is_histogram = types[&family] == "histogram";
        assert!(
            if is_histogram { ["_bucket", "_sum", "_count"].contains(&suffix) } else { suffix.is_empty() },
            "{line}"
        );
        assert!(is_name(&name) && labels.keys().all(|label| is_name(label)), "{line}");
        assert!(value.is_finite(), "{line}");
        assert!(samples.insert((name, labels), value).is_none(), "{line} comes twice");
    }
    for (name, _) in types.iter().filter(|(_, of)| *of == "histogram") {
        check_histogram(name, &samples);
    }
    samples
}

/// A line with a sample: its name, its labels, its value.
fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let mut labels = BTreeMap::new();
    let Some((name, mut rest)) = line.split_once('{') else {
        let (name, value) = line.split_once(' ').expect("a value");
        return (name.into(), labels, value.parse().expect("a number"));
    };
    loop {
        let (label, after) = rest.split_once("=\"").expect("a label");
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next().expect("a closing quote") {
                (end, '"') => break end,
                (_, '\\') => value.push(match chars.next().expect("an escaped character").1 {
                    'n' => '\n',
                    c @ ('\\' | '"') => c,
                    c => panic!("`{c}` is not escaped"),
                }),
                (_, c) => value.push(c),
            }
        };
        assert!(labels.insert(label.to_string(), value).is_none(), "{line}");
        rest = &after[end + 1..];
        match rest.split_at(1) {
            (",", after) => rest = after,
            ("}", after) => return (name.into(), labels, after.trim_start().parse().expect("a number")),
            _ => panic!("{line}"),
        }
    }
}

fn check_histogram(name: &str, samples: &Sampled) {
    let mut series = BTreeMap::<BTreeMap<String, String>, Vec<(f64, f64)>>::new();
    for ((sample, labels), value) in samples {
        if *sample == alloc::format!("{name}_bucket") {
            let mut labels = labels.clone();
            let le = labels.remove("le").expect("a bound");
            let le = if le == "+Inf" { f64::INFINITY } else { le.parse().expect("a number") };
            series.entry(labels).or_default().push((le, *value));
        }
    }
    assert!(!series.is_empty());
    for (labels, mut buckets) in series {
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        assert!(buckets.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{buckets:?}");
        let (last, count) = *buckets.last().expect("a bucket");
        assert!(last.is_infinite());
        assert_eq!(Some(&count), samples.get(&(alloc::format!("{name}_count"), labels.clone())));
        assert!(samples.contains_key(&(alloc::format!("{name}_sum"), labels)));
    }
}

/// The value of a sample by its name and labels.
fn value(samples: &Sampled, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let labels = labels.iter().map(|(label, value)| ((*label).into(), (*value).into())).collect();
    samples.get(&(name.into(), labels)).copied()
}

#[test]
fn s4_30_six_series_for_each_arm() {
    let samples = read(&full().prometheus(&Prefix::default()));
    for (arm, share) in [("control", 0.9), ("canary", 0.1)] {
        let of_arm = [("subject", "checkout"), ("arm", arm)];
        let of = |metric| [("subject", "checkout"), ("metric", metric), ("arm", arm)];
        assert_eq!(value(&samples, "vexil_arm_active", &of_arm), Some(1.0));
        assert_eq!(value(&samples, "vexil_arm_share_ratio", &of_arm), Some(share));
        assert_eq!(value(&samples, "vexil_observations_total", &of("errors")), Some(500.0));
        assert_eq!(value(&samples, "vexil_events_total", &of("errors")), Some(10.0));
        assert_eq!(value(&samples, "vexil_value", &of("errors")), Some(0.02));
        let p95 = [&of("latency")[..], &[("unit", "ms")]].concat();
        let p95 = value(&samples, "vexil_value", &p95).expect("there is one");
        assert!((p95 - 192.0).abs() < 4.0, "{p95}");
    }
}

#[test]
fn s4_30_histograms_can_be_summed_over_processes() {
    let report = full();
    let row = report.metrics.iter().find(|row| row.metric == "latency").expect("it is there");
    let histogram = row.distribution.as_ref().expect("a histogram");
    // Bounds are edges of buckets: just above those that were asked for, and the same in every process.
    let [ten, hundred, thousand] = &histogram.buckets[..] else { panic!("{histogram:?}") };
    for (bucket, asked) in [(ten, 10.0), (hundred, 100.0), (thousand, 1_000.0)] {
        assert!(bucket.le >= asked && bucket.le < 1.0203 * asked, "{bucket:?}");
    }
    // 4 and 8; up to 100; all 500.
    assert_eq!([ten.count, hundred.count, thousand.count, histogram.count], [20, 250, 500, 500]);
    assert!((histogram.sum - 51_000.0).abs() < 510.0, "{}", histogram.sum);
    // What two processes count adds up to what one would have counted.
    let one = steps(&[3.0, 30.0]);
    let two = steps(&[300.0]);
    let both = steps(&[3.0, 30.0, 300.0]);
    let sum: Vec<u64> = one.iter().zip(&two).map(|(one, two)| one.1 + two.1).collect();
    assert_eq!(sum, both.iter().map(|bucket| bucket.1).collect::<Vec<_>>());
    assert!(one.iter().zip(&two).all(|(one, two)| one.0.to_bits() == two.0.to_bits()));
}

/// The steps of a histogram of some values.
fn steps(values: &[f64]) -> Vec<(f64, u64)> {
    let sketch = Sketch::of(values).expect("finite");
    let histogram = Histogram::of(&sketch, &Bounds::default()).expect("a histogram");
    histogram.buckets.iter().map(|bucket| (bucket.le, bucket.count)).collect()
}

#[test]
fn s4_15_a_flag_that_nobody_gets_is_not_shown_as_on() {
    let samples = read(&full().prometheus(&Prefix::new("shop").expect("a prefix")));
    let flag = |flag| [("flag", flag)];
    for (name, active, share) in [("a\nb", 1.0, 0.25), ("off", 0.0, 0.0), ("broken", 0.0, 0.0)] {
        assert_eq!(value(&samples, "shop_flag_active", &flag(name)), Some(active), "{name}");
        assert_eq!(value(&samples, "shop_flag_share_ratio", &flag(name)), Some(share), "{name}");
    }
    let nothing = FlagRow::new("zero", true, Ppm::NONE, None);
    assert_eq!(nothing.share, Ppm::NONE);
    assert_eq!(value(&samples, "shop_breaker_state", &[("flag", "broken"), ("state", "open")]), Some(1.0));
    assert_eq!(value(&samples, "shop_breaker_state", &[("flag", "broken"), ("state", "closed")]), Some(0.0));
}

#[test]
fn s1_19_the_rest_is_exported_too() {
    let text = full().prometheus(&Prefix::default());
    let samples = read(&text);
    let errors = [("subject", "checkout"), ("rule", "canary \"errors\"\\"), ("kind", "warn")];
    assert_eq!(value(&samples, "vexil_alert_active", &errors), Some(1.0));
    assert!(text.contains(r#"rule="canary \"errors\"\\",kind="warn"} 1"#), "{text}");
    assert_eq!(value(&samples, "vexil_health_score", &[("subject", "checkout")]), Some(75.0));
    let warning = [("subject", "checkout"), ("status", "warning")];
    assert_eq!(value(&samples, "vexil_health_status", &warning), Some(1.0));
    let adoption = value(&samples, "vexil_adoption_ratio", &[("subject", "checkout")]).expect("there is one");
    assert!((adoption - 0.25).abs() < 0.02, "{adoption}");
}

#[test]
fn what_is_not_known_is_missing() {
    let empty = Observations::new(metrics(), 60_000).expect("a store");
    let mut report = Report::of(&scope(), &empty, NOW).expect("a report");
    let parts = json!([{ "metric": "errors", "arm": "canary", "weight": 1, "good": 0.01, "bad": 0.05,
                         "needs": { "observations": 10, "staleAfterMs": 60_000 } }]);
    let model = HealthModel::new(&metrics(), 600_000, from_value(parts).expect("parts")).expect("a model");
    report.health = Some(model.score(&empty, NOW).expect("it can be scored"));
    let samples = read(&report.prometheus(&Prefix::default()));
    let is_there = |name: &str| samples.keys().any(|(sample, _)| sample == name);
    assert!(is_there("vexil_observations_total") && is_there("vexil_health_status"));
    for name in ["vexil_value", "vexil_age_seconds", "vexil_distribution_count", "vexil_health_score"] {
        assert!(!is_there(name), "{name}");
    }
    assert_eq!(report.metrics.len(), 6, "what was not observed is shown as that");
    assert!(report.comparisons.is_empty());
}

#[test]
fn counters_go_on_when_the_window_forgets() {
    let mut store = store();
    let later = Timestamp::from_ms(NOW.as_ms() + 86_400_000);
    store.forget(later, 600_000);
    let report = Report::of(&scope(), &store, later).expect("a report");
    let samples = read(&report.prometheus(&Prefix::default()));
    let errors = [("subject", "checkout"), ("metric", "errors"), ("arm", "canary")];
    assert_eq!(value(&samples, "vexil_observations_total", &errors), Some(500.0));
    assert_eq!(value(&samples, "vexil_value", &errors), None);
}

#[test]
fn s3_76_json_has_finite_numbers_and_all_that_there_is() {
    let report = full();
    let json: Json = from_str(&report.json().expect("it is written")).expect("it is JSON");
    assert_eq!(json["metrics"].as_array().map(Vec::len), Some(6));
    assert_eq!(json["comparisons"].as_array().map(Vec::len), Some(2), "rating was not observed");
    assert_eq!(json["alerts"][0]["on"], json!(["warn"]));
    assert_eq!(json["health"]["score"], json!(75.0));
    assert_eq!(json["flags"][2], json!({ "flag": "broken", "share": 0, "breaker": "open" }));
    assert_eq!(json["metrics"][0]["summary"]["value"], json!({ "value": 0.02, "low": 0.02, "high": 0.02 }));
    // Every rule is there, and not the last fifty of them.
    let rules = (0..120).map(|number| {
        json!({ "key": number.to_string(), "metric": "errors", "arm": "canary", "windowMs": 60_000, "warn": 0.01,
                "coolDownMs": 0, "needs": { "observations": 10, "staleAfterMs": 60_000 } })
    });
    let rules = Rules::new(&metrics(), from_value(rules.collect()).expect("rules")).expect("sound rules");
    let watched = rules.watch(&States::new(), &store(), NOW).expect("it can be watched");
    assert_eq!(AlertRow::all(&rules, &watched.states).len(), 120);
}

/// Reads CSV as RFC 4180 describes it.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut chars, mut is_quoted) = (text.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            c if is_quoted => cell.push(c),
            ',' => line.push(core::mem::take(&mut cell)),
            '\r' => {
                assert_eq!(chars.next(), Some('\n'));
                line.push(core::mem::take(&mut cell));
                lines.push(core::mem::take(&mut line));
            }
            c => cell.push(c),
        }
    }
    assert!(!is_quoted && line.is_empty() && cell.is_empty(), "it ends with a line");
    lines
}

#[test]
fn s3_76_csv_is_quoted() {
    let mut scope = scope();
    scope.subject = "a \"b\", c".into();
    let odd = Arm::variant("x\r\ny,\"z\"").expect("a key");
    scope.arms.push(ArmRow { arm: odd.clone(), active: false, share: Ppm::NONE });
    let lines = cells(&Report::of(&scope, &store(), NOW).expect("a report").csv());
    assert_eq!(lines.len(), 1 + 9);
    assert!(lines.iter().all(|line| line.len() == lines[0].len()));
    assert_eq!(
        lines[1][..6],
        ["2026-01-01T00:00:00Z", "a \"b\", c", "errors", "control", "proportion", "lowerIsBetter"]
    );
    assert_eq!(lines[3][3], odd.to_string());
    let place = |name: &str| lines[0].iter().position(|cell| cell == name).expect("a column");
    assert_eq!(lines[1][place("count")], "500");
    assert_eq!(lines[1][place("value")], "0.02");
    assert_eq!(lines[1][place("course")], "undecided");
    assert_eq!(lines[9][place("value")], "", "what is not known is empty");
    assert_eq!(lines[4][place("kind")], "quantile 0.95");
}

#[test]
fn prefixes_bounds_and_scopes_are_read_strictly() {
    for text in ["", "1a", "a-b", "a b", "ä", "a:b", &"a".repeat(65)] {
        assert_eq!(Prefix::new(text), Err(Cause::Name.into()), "{text}");
    }
    assert!(Prefix::new("_togetheros9").is_ok());
    for (bounds, path) in [
        (json!([1, 1]), "/1"),
        (json!([0]), "/0"),
        (json!([-1]), "/0"),
        (json!([1, 1e13]), "/1"),
        (json!([1e-10]), "/0"),
    ] {
        let list = from_value(bounds).expect("numbers");
        assert_eq!(Bounds::new(list).expect_err("it is wrong").path, path);
    }
    assert_eq!(Bounds::new(alloc::vec![f64::NAN]).expect_err("no number").path, "/0");
    let many = (1..=129).map(f64::from).collect();
    assert_eq!(Bounds::new(many), Err(Cause::TooMany.into()));
    let wrong = |change: fn(&mut Scope)| {
        let mut scope = scope();
        change(&mut scope);
        Report::of(&scope, &store(), NOW).expect_err("it is wrong").path
    };
    assert_eq!(wrong(|scope| scope.subject = String::new()), "/subject");
    assert_eq!(wrong(|scope| scope.window_ms = 0), "/windowMs");
    assert_eq!(wrong(|scope| scope.confidence = 1.0), "/confidence");
    assert_eq!(wrong(|scope| scope.arms[1].arm = Arm::Control), "/arms/1/arm");
    let mut unknown = to_value(scope()).expect("it is written");
    unknown["extra"] = json!(1);
    assert!(from_value::<Scope>(unknown).is_err());
}

fn numbers() -> impl Strategy<Value = f64> {
    prop_oneof![6 => -1e5..1e5_f64, 1 => any::<f64>(), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(1e60)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_observed_is_written_well(
        seen in prop::collection::vec((0..3_usize, 0..900_000_i64, numbers()), 0..60),
        subject in "[^\\p{Cc}]{1,20}",
        key in ".{1,20}",
    ) {
        let mut store = Observations::new(metrics(), 60_000).expect("a store");
        let arm = Arm::variant(&key).expect("a key");
        for (metric, age, number) in seen {
            let at = Timestamp::from_ms(NOW.as_ms() - age);
            let (name, sample) = match metric {
                0 => ("errors", Sample::Outcome(number > 0.0)),
                1 => ("latency", Sample::Value(number.abs())),
                _ => ("rating", Sample::Value(number)),
            };
            // What is no observation is refused, and leaves no trace.
            let _ = store.record(name, &arm, at, &[sample]);
        }
        let mut scope = scope();
        (scope.subject, scope.bounds) = (subject.clone(), Bounds::default());
        scope.arms.push(ArmRow { arm: arm.clone(), active: true, share: Ppm::ALL });
        let report = Report::of(&scope, &store, NOW).expect("a report");
        let samples = read(&report.prometheus(&Prefix::default()));
        let text = arm.to_string();
        let of = [("subject", subject.as_str()), ("arm", text.as_str())];
        prop_assert_eq!(value(&samples, "vexil_arm_active", &of), Some(1.0));
        let lines = cells(&report.csv());
        prop_assert_eq!(lines.len(), 10);
        prop_assert!(lines.iter().all(|line| line.len() == lines[0].len()));
        let is_wrong = |text: &str| text.contains("NaN") || text.contains("inf");
        prop_assert!(!lines.iter().skip(1).flat_map(|line| &line[7..]).any(|cell| is_wrong(cell)));
        let json: Json = from_str(&report.json().expect("it is written")).expect("it is JSON");
        prop_assert_eq!(&json, &to_value(&report).expect("it is a value"));
    }
}
