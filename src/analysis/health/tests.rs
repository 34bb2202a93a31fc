//! What holds of health.

use alloc::string::ToString;

use proptest::prelude::*;
use serde_json::{from_value, json, to_value};

use super::*;
use crate::analysis::Cause;
use crate::analysis::metric::{Direction, Kind, Metric, Metrics, Sample};

const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);

fn metrics() -> Metrics {
    let metric = |name, kind, direction| Metric::new(name, kind, direction).expect("a metric");
    Metrics::new(alloc::vec![
        metric("errors", Kind::Mean, Direction::LowerIsBetter),
        metric("satisfaction", Kind::Mean, Direction::HigherIsBetter),
        metric("adoption", Kind::Mean, Direction::HigherIsBetter),
    ])
    .expect("a list")
}

fn part(metric: &str, weight: u32, good: f64, bad: f64) -> HealthPart {
    from_value(json!({ "metric": metric, "arm": "canary", "weight": weight, "good": good, "bad": bad,
                       "needs": { "observations": 2, "staleAfterMs": 60_000 } }))
    .expect("a part")
}

fn model() -> HealthModel {
    let parts =
        alloc::vec![part("errors", 2, 0.01, 0.05), part("satisfaction", 1, 4.5, 2.5), part("adoption", 1, 0.5, 0.1)];
    HealthModel::new(&metrics(), 3_600_000, parts).expect("a model")
}

/// The health of some values of the canary, two observations of each.
fn health(seen: &[(&str, f64)]) -> Health {
    let mut store = Observations::new(metrics(), 1_000).expect("a store");
    for (metric, value) in seen {
        store.record(metric, &Arm::Canary, NOW, &[Sample::Value(*value); 2]).expect("it is taken in");
    }
    model().score(&store, NOW).expect("it can be scored")
}

fn actions(health: &Health) -> Vec<(Action, Option<&str>)> {
    health.advice.iter().map(|advice| (advice.action, advice.metric.as_deref())).collect()
}

#[test]
fn s3_71_a_perfect_rollout_is_a_hundred() {
    let found = health(&[("errors", 0.0), ("satisfaction", 5.0), ("adoption", 0.8)]);
    assert_eq!((found.score, found.status), (Some(100.0), Status::Healthy));
    assert_eq!(actions(&found), [(Action::Proceed, None)]);
}

#[test]
fn s3_71_a_failed_rollout_is_not() {
    let found = health(&[("errors", 0.9), ("satisfaction", 1.0), ("adoption", 0.0)]);
    assert_eq!((found.score, found.status), (Some(0.0), Status::Critical));
    let all = ["errors", "satisfaction", "adoption"].map(|metric| (Action::Investigate, Some(metric)));
    assert_eq!(actions(&found), [&[(Action::RollBack, None)][..], &all[..]].concat());
}

#[test]
fn s3_71_and_s0_15_no_data_is_no_score() {
    let found = health(&[]);
    assert_eq!((found.score, found.status), (None, Status::Stale));
    assert_eq!(actions(&found)[0], (Action::Hold, None));
    assert_eq!(actions(&found)[1], (Action::CheckReporting, Some("errors")));
    // Two of three are not enough either, however good they are.
    let found = health(&[("errors", 0.0), ("satisfaction", 5.0)]);
    assert_eq!((found.score, found.status, found.at_most), (None, Status::Stale, 100.0));
    assert_eq!(actions(&found), [(Action::Hold, None), (Action::CheckReporting, Some("adoption"))]);
}

#[test]
fn too_few_observations_are_not_enough() {
    let mut store = Observations::new(metrics(), 1_000).expect("a store");
    for metric in ["errors", "satisfaction", "adoption"] {
        store.record(metric, &Arm::Canary, NOW, &[Sample::Value(0.0)]).expect("it is taken in");
    }
    let found = model().score(&store, NOW).expect("it can be scored");
    assert_eq!((found.score, found.status), (None, Status::Insufficient));
    assert!(found.parts.iter().all(|part| part.count == 1 && part.points.is_none()));
    assert!(found.advice.iter().skip(1).all(|advice| advice.action == Action::CollectMore));
    // Later it is old as well.
    let later = Timestamp::from_ms(NOW.as_ms() + 70_000);
    assert_eq!(model().score(&store, later).expect("it can be scored").status, Status::Stale);
}

#[test]
fn what_is_bad_whatever_the_rest_is_critical_without_the_rest() {
    let found = health(&[("errors", 0.9)]);
    assert_eq!((found.score, found.at_most, found.status), (None, 50.0, Status::Critical));
    assert_eq!(found.advice[0].to_string(), "roll back: it is bad, whatever is not known");
}

#[test]
fn s3_71_the_release_and_the_arm_are_those_that_were_asked_for() {
    let mut store = Observations::new(metrics(), 1_000).expect("a store");
    for (metric, good, bad) in [("errors", 0.0, 0.9), ("satisfaction", 5.0, 1.0), ("adoption", 0.9, 0.0)] {
        store.record(metric, &Arm::Canary, NOW, &[Sample::Value(good); 2]).expect("it is taken in");
        store.record(metric, &Arm::Control, NOW, &[Sample::Value(bad); 2]).expect("it is taken in");
    }
    assert_eq!(model().score(&store, NOW).expect("it can be scored").score, Some(100.0));
}

#[test]
fn s3_72_there_is_no_advice_against_a_good_value() {
    let found = health(&[("errors", 0.03), ("satisfaction", 5.0), ("adoption", 0.8)]);
    // Half of the points of half of the score.
    assert_eq!((found.score, found.status), (Some(75.0), Status::Warning));
    assert_eq!(actions(&found), [(Action::Hold, None), (Action::Investigate, Some("errors"))]);
    let texts: Vec<_> = found.advice.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        ["do not go on yet: the score is 75", "investigate `errors` of canary: 0.03, where 0.01 is good"]
    );
}

#[test]
fn a_good_mean_does_not_hide_a_critical_part() {
    let parts = alloc::vec![part("errors", 1, 0.01, 0.05), part("satisfaction", 9, 4.5, 2.5)];
    let model = HealthModel::new(&metrics(), 3_600_000, parts).expect("a model");
    let mut store = Observations::new(metrics(), 1_000).expect("a store");
    for (metric, value) in [("errors", 0.9), ("satisfaction", 5.0)] {
        store.record(metric, &Arm::Canary, NOW, &[Sample::Value(value); 2]).expect("it is taken in");
    }
    let found = model.score(&store, NOW).expect("it can be scored");
    assert_eq!((found.score, found.status), (Some(90.0), Status::Warning));
}

#[test]
fn the_score_is_explained() {
    let found = health(&[("errors", 0.02), ("satisfaction", 3.0), ("adoption", 0.8)]);
    let lost: f64 = found.parts.iter().filter_map(|part| part.lost).sum();
    assert!((found.score.expect("a score") + lost - 100.0).abs() < 1e-9, "{found:?}");
    assert!((found.parts.iter().map(|part| part.weight).sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(
        to_value(&found.parts[1]).expect("it is written"),
        json!({ "metric": "satisfaction", "arm": "canary", "value": 3.0, "good": 4.5, "bad": 2.5, "count": 2, "ageMs": 0,
                "points": 25.0, "weight": 0.25, "lost": 18.75, "status": "critical" })
    );
}

#[test]
fn bands_begin_where_they_say() {
    assert_eq!(
        [100.0, 80.0, 79.99, 60.0, 59.99, 0.0].map(band),
        [Status::Healthy, Status::Healthy, Status::Warning, Status::Warning, Status::Critical, Status::Critical]
    );
}

#[test]
fn models_that_make_no_sense_are_refused() {
    let wrong = |window_ms, parts| HealthModel::new(&metrics(), window_ms, parts).expect_err("it is wrong");
    let one = |part| alloc::vec![part];
    let sound = || part("errors", 1, 0.01, 0.05);
    assert_eq!(wrong(0, one(sound())).path, "/windowMs");
    assert_eq!(wrong(1, Vec::new()).path, "/parts");
    for (parts, path, cause) in [
        (one(part("other", 1, 0.0, 1.0)), "/parts/0/metric", Cause::UnknownMetric),
        (one(part("errors", 1, 0.05, 0.01)), "/parts/0/bad", Cause::Order),
        (one(part("errors", 1, 0.05, 0.05)), "/parts/0/bad", Cause::Order),
        (one(part("satisfaction", 1, 2.5, 4.5)), "/parts/0/bad", Cause::Order),
        (alloc::vec![sound(), sound()], "/parts/1/metric", Cause::Duplicate),
    ] {
        let error = wrong(1, parts);
        assert_eq!((error.path.as_str(), error.cause), (path, cause));
    }
    for weight in [0, 1_001] {
        assert_eq!(wrong(1, one(part("errors", weight, 0.0, 1.0))).path, "/parts/0/weight");
    }
    let infinite = HealthPart { bad: f64::INFINITY, ..sound() };
    assert_eq!(wrong(1, one(infinite)).path, "/parts/0/bad");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_score_is_within_its_bounds_and_never_falls_as_a_metric_gets_better(
        values in (-1e3..1e3_f64, -1e3..1e3_f64, -1e3..1e3_f64),
        weights in (1..=1_000_u32, 1..=1_000_u32, 1..=1_000_u32),
        better in (0..3_usize, 0.0..500.0_f64),
        bounds in (-100.0..100.0_f64, 1e-6..300.0_f64),
    ) {
        let (good, width) = bounds;
        let parts = alloc::vec![
            part("errors", weights.0, good, good + width),
            part("satisfaction", weights.1, good, good - width),
            part("adoption", weights.2, good, good - width),
        ];
        let model = HealthModel::new(&metrics(), 3_600_000, parts).expect("a model");
        let score = |values: [f64; 3]| {
            let mut store = Observations::new(metrics(), 1_000).expect("a store");
            for (metric, value) in ["errors", "satisfaction", "adoption"].into_iter().zip(values) {
                store.record(metric, &Arm::Canary, NOW, &[Sample::Value(value); 2]).expect("it is taken in");
            }
            model.score(&store, NOW).expect("it can be scored").score.expect("all is known")
        };
        let before = [values.0, values.1, values.2];
        let mut after = before;
        after[better.0] += if better.0 == 0 { -better.1 } else { better.1 };
        let (before, after) = (score(before), score(after));
        prop_assert!((0.0..=100.0).contains(&before) && (0.0..=100.0).contains(&after));
        prop_assert!(after >= before, "{before} fell to {after}");
    }
}
