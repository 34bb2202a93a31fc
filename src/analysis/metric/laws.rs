//! What holds of the store of observations.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;
use serde_json::{from_str, json, to_string, to_value};

use super::*;
use crate::analysis::reading::{Known, Needs, Reading};
use crate::words::time::Timestamp;

const SLOT: u32 = 1_000;
const HOUR: u32 = 3_600_000;
const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);
const P95: Kind = Kind::Quantile(Level(950_000));

fn metrics() -> Metrics {
    let metric = |name, kind, direction| Metric::new(name, kind, direction).expect("a metric");
    Metrics::new(alloc::vec![
        metric("errors", Kind::Proportion, Direction::LowerIsBetter),
        metric("rating", Kind::Mean, Direction::HigherIsBetter),
        metric("clicks", Kind::Ratio, Direction::HigherIsBetter),
        metric("latency", P95, Direction::LowerIsBetter),
    ])
    .expect("a list")
}

fn store() -> Observations {
    Observations::new(metrics(), SLOT).expect("a store")
}

fn ago(ms: i64) -> Timestamp {
    Timestamp::from_ms(NOW.as_ms() - ms)
}

#[test]
fn s3_66_and_s2_66_all_observations_are_counted_and_what_is_kept_is_bounded() {
    let mut store = store();
    for i in 0..5_000 {
        let at = ago(i * 600);
        store.record("rating", &Arm::Canary, at, &[Sample::Value(4.0)]).expect("it is taken in");
    }
    // Five thousand within the hour, and not the last thousand of them.
    let reading = store.reading("rating", &Arm::Canary, NOW, HOUR).expect("it is known");
    assert_eq!((reading.count(), reading.value()), (5_000, Some(4.0)));
    store.forget(NOW, 60_000);
    let series = store.get("rating", &Arm::Canary).expect("a series");
    assert_eq!(series.window().fresh(NOW, HOUR).count(), 61);
    assert_eq!(series.total().count(), 5_000, "counters never fall");
}

#[test]
fn s3_66_unknown_names_are_refused() {
    let mut store = store();
    let error = store.record("made-up-17", &Arm::Canary, NOW, &[]).expect_err("it is not on the list");
    assert_eq!((error.path.as_str(), error.cause), ("/metric", Cause::UnknownMetric));
    assert!(store.series().is_empty());
}

#[test]
fn whatever_instant_is_taken_in_is_read_again() {
    let one = [Sample::Outcome(true)];
    for ms in [9_007_199_254_740_991, -9_007_199_254_740_991, -1, 0] {
        let mut store = store();
        store.record("errors", &Arm::Canary, Timestamp::from_ms(ms), &one).expect("it is taken in");
        let text = to_string(&store).expect("it is written");
        assert_eq!(from_str::<Observations>(&text).expect(&text), store);
    }
    for ms in [i64::MIN, i64::MAX, 9_007_199_254_740_992] {
        let error = store().record("errors", &Arm::Canary, Timestamp::from_ms(ms), &one).expect_err("it is far off");
        assert_eq!(error.path, "/at");
    }
}

#[test]
fn series_have_an_end() {
    let mut store = store();
    let one = [Sample::Outcome(true)];
    for i in 0..limits::SERIES {
        let arm = Arm::variant(&i.to_string()).expect("a key");
        store.record("errors", &arm, NOW, &one).expect("it is taken in");
    }
    let error = store.record("errors", &Arm::Canary, NOW, &one).expect_err("it is one too many");
    assert_eq!(error.cause, Cause::TooMany);
    let known = Arm::variant("7").expect("a key");
    store.record("errors", &known, NOW, &one).expect("what is there goes on");
}

#[test]
fn s3_74_the_latest_has_an_age_and_what_is_missing_is_not_zero() {
    let mut store = store();
    let reading = |store: &Observations| store.reading("errors", &Arm::Canary, NOW, HOUR).expect("it can be asked");
    assert_eq!(reading(&store), Reading::NONE);
    let needs = Needs { observations: 2, stale_after_ms: 60_000 };
    assert_eq!(reading(&store).known(&needs), Known::Stale);
    store.record("errors", &Arm::Canary, ago(30_000), &[Sample::Outcome(false)]).expect("it is taken in");
    assert_eq!(reading(&store).age_ms(), Some(29_000));
    assert_eq!(reading(&store).known(&needs), Known::Insufficient);
    store.record("errors", &Arm::Canary, ago(30_000), &[Sample::Outcome(false)]).expect("it is taken in");
    assert_eq!(reading(&store).known(&needs), Known::Value(0.0));
    assert_eq!(reading(&store).known(&Needs { stale_after_ms: 28_999, ..needs }), Known::Stale);
    // Nothing can be needed, but nothing is no value.
    let none = Needs { observations: 0, stale_after_ms: 60_000 };
    store.forget(NOW, 1);
    assert_eq!(reading(&store).known(&none), Known::Stale);
}

#[test]
fn nan_is_no_reading() {
    for value in [f64::NAN, f64::INFINITY] {
        let error = Reading::new(Some(value), 10, Some(0)).expect_err("no number");
        assert_eq!(error.path, "/value");
    }
}

#[test]
fn a_list_is_taken_in_as_a_whole_or_not_at_all() {
    let mut store = store();
    let seen = |metric: &str, seen: Measure| Observation { metric: metric.into(), arm: Arm::Canary, at: NOW, seen };
    let sound = Measure::of(Kind::Proportion, &[Sample::Outcome(true)]).expect("a measure");
    let error = store
        .add_all(&[seen("errors", sound.clone()), seen("rating", sound.clone())])
        .expect_err("the second is of another kind");
    assert_eq!((error.path.as_str(), error.cause), ("/1/seen", Cause::Kind));
    assert_eq!(store, self::store());
    store.add_all(&[seen("errors", sound.clone()), seen("errors", sound)]).expect("both are sound");
    assert_eq!(store.get("errors", &Arm::Canary).map(|series| series.total().count()), Some(2));
}

#[test]
fn s0_17_queries_ask_for_each_slot_once() {
    let mut store = store();
    let arms = [Arm::Control, Arm::Canary];
    let asked = store.queries(&arms, Timestamp::from_ms(NOW.as_ms() + 500), 10_000);
    assert_eq!(asked.len(), 8, "each metric in each arm");
    let query = asked.iter().find(|query| query.metric == "latency" && query.arm == Arm::Canary).expect("it is asked");
    assert_eq!((query.kind, query.from, query.to), (P95, ago(10_000), NOW));
    assert_eq!(
        to_value(query).expect("it is written"),
        json!({ "metric": "latency", "kind": { "quantile": 950_000 }, "arm": "canary", "slotMs": 1_000,
                "from": 1_767_225_590_000_i64, "to": 1_767_225_600_000_i64 })
    );
    // Once answered up to here, nothing is asked until a slot is over.
    store.record("latency", &Arm::Canary, ago(1), &[Sample::Value(2.0)]).expect("it is taken in");
    let is_asked = |store: &Observations, now: i64| {
        let asked = store.queries(&arms, Timestamp::from_ms(NOW.as_ms() + now), 10_000);
        asked.into_iter().find(|query| query.metric == "latency" && query.arm == Arm::Canary)
    };
    assert_eq!(is_asked(&store, 999), None);
    assert_eq!(is_asked(&store, 1_000).map(|query| query.from), Some(NOW));
}

#[test]
fn s4_19_hosts_fold_requests_into_counts_of_their_own_judgement() {
    // A response of status 500 is an error as much as one that was thrown: the host says what it counts.
    let mut store = store();
    for (status, latency) in [(200, 12.0), (500, 30.0), (204, 9.0), (503, 1_000.0)] {
        store.record("errors", &Arm::Canary, NOW, &[Sample::Outcome(status >= 500)]).expect("it is taken in");
        store.record("latency", &Arm::Canary, NOW, &[Sample::Value(latency)]).expect("it is taken in");
    }
    let errors = store.reading("errors", &Arm::Canary, NOW, HOUR).expect("it is known");
    assert_eq!((errors.value(), errors.count()), (Some(0.5), 4));
}

/// A state with one series, as text.
fn one_series() -> String {
    let mut store = store();
    for (at, outcome) in [(0, true), (0, false), (5_000, true)] {
        store.record("errors", &Arm::Canary, ago(at), &[Sample::Outcome(outcome)]).expect("it is taken in");
    }
    to_string(&store).expect("it is written")
}

#[test]
fn s3_63_and_s3_65_states_are_read_strictly() {
    let sound = one_series();
    let read: Observations = from_str(&sound).expect("it is sound");
    assert_eq!(to_string(&read).expect("it is written"), sound);
    for (from, to) in [
        (r#""slotMs":1000"#, r#""slotMs":0"#),
        (r#""slotMs":1000"#, r#""slotMs":2000"#),
        (r#""arm":"canary""#, r#""arm":"all""#),
        (r#""metric":"errors""#, r#""metric":"other""#),
        (r#""metric":"errors""#, r#""metric":"rating""#),
        // The total has less than the slots.
        (
            r#""total":{"proportion":{"successes":2,"trials":3}}"#,
            r#""total":{"proportion":{"successes":2,"trials":2}}"#,
        ),
        (r#""1767225595""#, r#""1767225600""#),
        (r#""1767225595""#, r#""9223372036854775807""#),
        (r#""1767225595""#, r#""x""#),
        (r#"{"successes":1,"trials":1}"#, r#"{"successes":2,"trials":1}"#),
        (
            r#"{"proportion":{"successes":1,"trials":1}}"#,
            r#"{"mean":{"n":0,"sum":[],"squares":[],"min":null,"max":null}}"#,
        ),
        (r#"{"slotMs""#, r#"{"extra":1,"slotMs""#),
        (r#"{"metric":"errors""#, r#"{"extra":1,"metric":"errors""#),
    ] {
        let damaged = sound.replacen(from, to, 1);
        assert_ne!(damaged, sound, "{from}");
        assert!(from_str::<Observations>(&damaged).is_err(), "{damaged}");
    }
    let (head, series) = sound.split_once(r#""series":["#).expect("it has series");
    let series = series.trim_end_matches("]}");
    let twice = alloc::format!(r#"{head}"series":[{series},{series}]}}"#);
    let error = from_str::<Observations>(&twice).expect_err("a series comes twice").to_string();
    assert!(error.starts_with("`/series/1`: it is there already"), "{error}");
}

type Seen = (usize, usize, i64, u16);

/// Some observations: metric, arm, time, value.
fn observations() -> impl Strategy<Value = Vec<Seen>> {
    prop::collection::vec((0..4_usize, 0..3_usize, 0..20_000_i64, 0..500_u16), 0..40)
}

fn sample(metric: usize, value: u16) -> Sample {
    let real = f64::from(value) / 7.0;
    match metric {
        0 => Sample::Outcome(value.is_multiple_of(2)),
        2 => Sample::Parts(Parts { numerator: real, denominator: real + 0.1 }),
        _ => Sample::Value(real),
    }
}

fn filled(seen: &[Seen]) -> Observations {
    let mut store = store();
    let arms = [Arm::Control, Arm::Canary, Arm::Variant("on".into())];
    for &(metric, arm, at, value) in seen {
        let name = ["errors", "rating", "clicks", "latency"][metric];
        store.record(name, &arms[arm], ago(at), &[sample(metric, value)]).expect("it is taken in");
    }
    store
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stores_merge_in_any_order_to_the_same_bits(seen in observations(), cuts in (0..40_usize, 0..40_usize)) {
        let (one, two) = (cuts.0.min(seen.len()), cuts.1.min(seen.len()));
        let (one, two) = (one.min(two), one.max(two));
        let parts = [filled(&seen[..one]), filled(&seen[one..two]), filled(&seen[two..])];
        let whole = to_string(&filled(&seen)).expect("it is written");
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut merged = store();
            for part in order {
                merged.merge(&parts[part]).expect("they belong together");
            }
            prop_assert_eq!(&to_string(&merged).expect("it is written"), &whole);
            // And the other way of setting brackets.
            let mut right = parts[order[1]].clone();
            right.merge(&parts[order[2]]).expect("they belong together");
            let mut left = parts[order[0]].clone();
            left.merge(&right).expect("they belong together");
            prop_assert_eq!(&to_string(&left).expect("it is written"), &whole);
        }
        prop_assert_eq!(from_str::<Observations>(&whole).expect("it is sound"), filled(&seen));
    }
}

#[test]
fn stores_of_other_metrics_or_slots_do_not_merge() {
    let mut ours = filled(&[(0, 0, 0, 1)]);
    let before = ours.clone();
    let slots = Observations::new(metrics(), SLOT + 1).expect("a store");
    let other = Observations::new(Metrics::default(), SLOT).expect("a store");
    for theirs in [slots, other] {
        assert_eq!(ours.merge(&theirs), Err(stats::Error::Mismatch.into()));
    }
    assert_eq!(ours, before);
}
