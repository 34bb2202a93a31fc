//! What holds of alerts.

use proptest::prelude::*;
use serde_json::{from_str, from_value, json, to_string, to_value};

use super::*;
use crate::analysis::metric::{Direction, Kind, Level, Metric, Metrics, Sample};
use crate::analysis::reading::{Reading, Status};
use crate::analysis::{Cause, Error};
use crate::stats;

const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);
const SECOND: i64 = 1_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(NOW.as_ms() + ms)
}

fn metrics() -> Metrics {
    let metric = |name, kind, direction| Metric::new(name, kind, direction).expect("a metric");
    Metrics::new(alloc::vec![
        metric("errors", Kind::Proportion, Direction::LowerIsBetter),
        metric("satisfaction", Kind::Mean, Direction::HigherIsBetter),
        metric("latency", Kind::Quantile(Level::MEDIAN), Direction::LowerIsBetter),
    ])
    .expect("a list")
}

/// A rule with members of its own.
fn rule(members: &serde_json::Value) -> AlertRule {
    let mut all = json!({ "key": "r", "metric": "errors", "arm": "canary", "windowMs": 60_000, "coolDownMs": 60_000,
                          "needs": { "observations": 10, "staleAfterMs": 30_000 } });
    for (key, value) in members.as_object().expect("members") {
        all[key] = value.clone();
    }
    from_value(all).expect("a rule")
}

fn checked(members: &serde_json::Value) -> Result<Rules, Error> {
    Rules::new(&metrics(), alloc::vec![rule(members)])
}

/// The only rule of some, with its direction.
fn one(members: &serde_json::Value) -> (AlertRule, Direction) {
    let rules = checked(members).expect("sound rules");
    let (rule, direction) = rules.iter().next().expect("one");
    (rule.clone(), direction)
}

fn reading(value: f64) -> Reading {
    Reading::new(Some(value), 100, Some(0)).expect("a number")
}

/// The notices of some looks at times and values.
fn notices(rule: &(AlertRule, Direction), looks: &[(i64, f64)]) -> Vec<(i64, AlertKind, Change)> {
    let (mut state, mut all) = (AlertState::new(NOW), Vec::new());
    for &(ms, value) in looks {
        let step = rule.0.step(rule.1, &state, &reading(value), at(ms));
        state = step.state;
        all.extend(
            step.notices.into_iter().map(|notice| (notice.at.as_ms() - NOW.as_ms(), notice.kind, notice.change)),
        );
    }
    all
}

use AlertKind::{Critical, Stale, Warn};
use Change::{Cleared, Raised};

#[test]
fn s3_67_five_thousand_points_past_a_threshold_are_one_alert() {
    let rule = one(&json!({ "warn": 0.05, "coolDownMs": 10_000 }));
    let looks: Vec<_> = (0..5_000).map(|i| (i * SECOND, if i % 7 == 0 { 0.08 } else { 0.09 })).collect();
    assert_eq!(notices(&rule, &looks), [(0, Warn, Raised)]);
}

#[test]
fn s3_64_the_direction_is_the_metrics() {
    let rule = one(&json!({ "metric": "satisfaction", "warn": 3.5, "critical": 3.0 }));
    assert_eq!(notices(&rule, &[(0, 5.0), (1, 4.0)]), [], "high is good here");
    assert_eq!(notices(&rule, &[(0, 3.4)]), [(0, Warn, Raised)]);
    assert_eq!(notices(&rule, &[(0, 1.0)]), [(0, Critical, Raised)], "the critical one says it all");
}

#[test]
fn s2_62_a_bound_of_zero_is_a_bound() {
    let rule = one(&json!({ "critical": 0.0 }));
    assert_eq!(notices(&rule, &[(0, 0.0)]), []);
    assert_eq!(notices(&rule, &[(0, 0.9)]), [(0, Critical, Raised)]);
}

#[test]
fn s0_10_and_s2_62_few_observations_decide_nothing_and_are_not_healthy() {
    let (rule, direction) = one(&json!({ "critical": 0.05 }));
    let few = Reading::new(Some(1.0), 9, Some(0)).expect("a number");
    let step = rule.step(direction, &AlertState::new(NOW), &few, NOW);
    assert_eq!((step.state.status, step.notices), (Status::Insufficient, Vec::new()));
    // A signal that is on stays on.
    let on = rule.step(direction, &AlertState::new(NOW), &reading(0.5), NOW).state;
    let step = rule.step(direction, &on, &few, at(1));
    assert_eq!((step.state.status, step.state.critical), (Status::Critical, on.critical));
}

#[test]
fn s3_67_and_s2_62_nan_cannot_come_in() {
    assert!(Reading::new(Some(f64::NAN), 100, Some(0)).is_err());
    let mut store = Observations::new(metrics(), 1_000).expect("a store");
    let error = store.record("latency", &Arm::Canary, NOW, &[Sample::Value(f64::NAN)]).expect_err("no number");
    assert_eq!((error.path.as_str(), error.cause), ("/samples/0", Cause::Statistics(stats::Error::NotFinite)));
    for key in ["warn", "critical", "hysteresis"] {
        let mut rule = rule(&json!({ "warn": 0.1, "critical": 0.2 }));
        match key {
            "warn" => rule.warn = Some(f64::NAN),
            "critical" => rule.critical = Some(f64::INFINITY),
            _ => rule.hysteresis = f64::NAN,
        }
        let error = Rules::new(&metrics(), alloc::vec![rule]).expect_err("no number");
        assert_eq!(error.path, alloc::format!("/0/{key}"));
    }
}

#[test]
fn s1_15_stale_data_are_an_alert_of_their_own() {
    let (rule, direction) = one(&json!({ "warn": 0.05 }));
    let healthy = rule.step(direction, &AlertState::new(NOW), &reading(0.01), NOW);
    assert_eq!((healthy.state.status, healthy.wake_at), (Status::Healthy, Some(at(30_001))));
    let aged = |age| Reading::new(None, 0, Some(age)).expect("no number");
    let step = rule.step(direction, &healthy.state, &aged(30_000), at(30_000));
    assert_eq!((step.state.status, step.notices.len()), (Status::Insufficient, 0));
    let step = rule.step(direction, &step.state, &aged(30_001), at(30_001));
    assert_eq!(step.state.status, Status::Stale);
    let [notice] = &step.notices[..] else { panic!("{:?}", step.notices) };
    assert_eq!((notice.kind, notice.severity, notice.value, notice.bound), (Stale, Severity::Warning, None, None));
    // And so are data that never came, some time after watching began.
    let step = rule.step(direction, &AlertState::new(NOW), &Reading::NONE, at(30_000));
    assert_eq!((step.state.status, step.wake_at), (Status::Insufficient, Some(at(30_001))));
    let step = rule.step(direction, &step.state, &Reading::NONE, at(30_001));
    assert_eq!((step.state.status, step.notices.len()), (Status::Stale, 1));
    let step = rule.step(direction, &step.state, &reading(0.01), at(40_000));
    assert_eq!(step.notices.iter().map(|notice| (notice.kind, notice.change)).collect::<Vec<_>>(), [(Stale, Cleared)]);
    assert_eq!(step.state.status, Status::Healthy);
}

#[test]
fn what_is_no_longer_observed_is_not_over() {
    let (rule, direction) = one(&json!({ "warn": 0.05 }));
    let on = rule.step(direction, &AlertState::new(NOW), &reading(0.5), NOW).state;
    let stale = rule.step(direction, &on, &Reading::new(None, 0, Some(40_000)).expect("none"), at(40_000)).state;
    assert!(stale.warn.on && stale.warn.told);
    let step = rule.step(direction, &stale, &reading(0.5), at(50_000));
    assert_eq!(step.notices.iter().map(|notice| (notice.kind, notice.change)).collect::<Vec<_>>(), [(Stale, Cleared)]);
}

#[test]
fn an_alert_is_over_beyond_the_hysteresis() {
    let rule = one(&json!({ "warn": 0.05, "hysteresis": 0.02, "coolDownMs": 0 }));
    let looks = [(0, 0.06), (1, 0.05), (2, 0.04), (3, 0.0301), (4, 0.03), (5, 0.05), (6, 0.051)];
    assert_eq!(notices(&rule, &looks), [(0, Warn, Raised), (4, Warn, Cleared), (6, Warn, Raised)]);
}

#[test]
fn a_value_that_flaps_is_told_once_a_cool_down() {
    let rule = one(&json!({ "warn": 0.05 }));
    let looks: Vec<_> = (0..200).map(|i| (i * SECOND, if i % 2 == 0 { 0.06 } else { 0.04 })).collect();
    let raised: Vec<_> = notices(&rule, &looks).into_iter().filter(|(.., change)| *change == Raised).collect();
    assert_eq!(raised, [(0, Warn, Raised), (60_000, Warn, Raised), (120_000, Warn, Raised), (180_000, Warn, Raised)]);
}

#[test]
fn what_is_still_bad_after_the_cool_down_is_told_then() {
    let (rule, direction) = one(&json!({ "warn": 0.05 }));
    let mut state = AlertState::new(NOW);
    for (ms, value) in [(0, 0.06), (1_000, 0.01), (2_000, 0.07)] {
        state = rule.step(direction, &state, &reading(value), at(ms)).state;
    }
    assert!(state.warn.on && !state.warn.told);
    // It is stale before that, but it says when to look.
    let step = rule.step(direction, &state, &Reading::new(Some(0.07), 100, Some(0)).expect("a number"), at(40_000));
    assert_eq!((step.notices.len(), step.wake_at), (0, Some(at(60_000))));
    assert_eq!(rule.step(direction, &step.state, &reading(0.07), at(60_000)).notices.len(), 1);
}

#[test]
fn getting_worse_is_told_and_getting_better_is() {
    let rule = one(&json!({ "warn": 0.02, "critical": 0.05 }));
    let looks = [(0, 0.03), (1, 0.06), (2, 0.03), (3, 0.01)];
    let all = [(0, Warn, Raised), (1, Critical, Raised), (2, Critical, Cleared), (3, Warn, Cleared)];
    assert_eq!(notices(&rule, &looks), all);
    // Whoever heard of the critical bound alone hears that a warning is left.
    let looks = [(0, 0.06), (1, 0.03), (2, 0.01)];
    let all = [(0, Critical, Raised), (1, Critical, Cleared), (1, Warn, Raised), (2, Warn, Cleared)];
    assert_eq!(notices(&rule, &looks), all);
}

#[test]
fn s0_20_and_s3_68_a_notice_is_data_with_a_key() {
    let (rule, direction) = one(&json!({ "warn": 0.02 }));
    let step = rule.step(direction, &AlertState::new(NOW), &reading(0.03), NOW);
    let wanted = json!({
        "key": "r/warn", "rule": "r", "metric": "errors", "arm": "canary", "kind": "warn", "change": "raised",
        "severity": "warning", "at": 1_767_225_600_000_i64, "value": 0.03, "bound": 0.02, "count": 100, "ageMs": 0
    });
    assert_eq!(to_value(&step.notices[0]).expect("it is written"), wanted);
}

#[test]
fn s0_05_rules_that_could_never_say_anything_are_refused() {
    let wrong = |members| checked(&members).map(drop).expect_err("it is wrong");
    for (members, path, cause) in [
        (json!({ "metric": "eror", "warn": 0.1 }), "/0/metric", Cause::UnknownMetric),
        (json!({}), "/0/critical", Cause::Order),
        (json!({ "warn": 0.1, "critical": 0.05 }), "/0/critical", Cause::Order),
        (json!({ "metric": "satisfaction", "warn": 3.0, "critical": 4.0 }), "/0/critical", Cause::Order),
        // Five percent is 0.05.
        (json!({ "warn": 5 }), "/0/warn", Cause::Order),
        // No error rate is below -0.01, so the alert would never be over.
        (json!({ "warn": 0, "hysteresis": 0.01 }), "/0/warn", Cause::Order),
        (json!({ "metric": "latency", "critical": -1 }), "/0/critical", Cause::Order),
        (json!({ "warn": 0.1, "hysteresis": -0.01 }), "/0/hysteresis", Cause::Order),
        (json!({ "warn": 0.1, "baseline": "canary" }), "/0/baseline", Cause::Order),
        (json!({ "warn": 0.1, "windowMs": 0 }), "/0/windowMs", Cause::Statistics(stats::Error::OutOfRange)),
        (json!({ "warn": 0.1, "key": "" }), "/0/key", Cause::Name),
    ] {
        let error = wrong(members.clone());
        assert_eq!((error.path.as_str(), error.cause), (path, cause), "{members}");
    }
    let twice = alloc::vec![rule(&json!({ "warn": 0.1 })), rule(&json!({ "warn": 0.2 }))];
    let error = Rules::new(&metrics(), twice).expect_err("a key comes twice");
    assert_eq!((error.path.as_str(), error.cause), ("/1/key", Cause::Duplicate));
}

#[test]
fn rules_and_states_are_read_strictly() {
    let sound = to_string(&rule(&json!({ "warn": 0.1, "baseline": "control" }))).expect("it is written");
    assert!(from_str::<AlertRule>(&sound).is_ok());
    assert!(from_str::<AlertRule>(&sound.replacen('{', r#"{"extra":1,"#, 1)).is_err());
    let state = to_string(&AlertState::new(NOW)).expect("it is written");
    assert_eq!(from_str::<AlertState>(&state).expect("it is sound"), AlertState::new(NOW));
    assert!(from_str::<AlertState>(&state.replacen('{', r#"{"extra":1,"#, 1)).is_err());
    assert!(from_str::<AlertState>(&state.replace("insufficient", "fine")).is_err());
}

fn store(seen: &[(&str, Arm, f64, u32)]) -> Observations {
    let mut store = Observations::new(metrics(), 1_000).expect("a store");
    for (metric, arm, value, n) in seen {
        let sample = |i: u32| match *metric {
            "errors" => Sample::Outcome(f64::from(i) < value * f64::from(*n)),
            _ => Sample::Value(*value),
        };
        let samples: Vec<_> = (0..*n).map(sample).collect();
        store.record(metric, arm, NOW, &samples).expect("it is taken in");
    }
    store
}

#[test]
fn s0_19_a_rule_with_a_baseline_watches_the_change_against_the_arm_beside_it() {
    let rules = checked(&json!({ "metric": "latency", "baseline": "control", "warn": 0.1, "critical": 0.5 }));
    let rules = rules.expect("sound rules");
    let watch = |control: f64, canary: f64| {
        let seen = [("latency", Arm::Control, control, 50), ("latency", Arm::Canary, canary, 50)];
        let watched = rules.watch(&States::new(), &store(&seen), NOW).expect("it can be watched");
        (watched.states["r"].status, watched.notices.first().map(|notice| notice.kind))
    };
    assert_eq!(watch(200.0, 205.0), (Status::Healthy, None));
    assert_eq!(watch(200.0, 250.0), (Status::Warning, Some(Warn)));
    assert_eq!(watch(200.0, 400.0), (Status::Critical, Some(Critical)));
    assert_eq!(watch(0.0, 400.0), (Status::Insufficient, None), "a change from nothing is no share of it");
}

#[test]
fn s2_62_arms_are_watched_each_by_itself() {
    // Together they have 1 % of errors.
    let seen = [("errors", Arm::Control, 0.0, 9_000), ("errors", Arm::Canary, 0.1, 1_000)];
    let watched = checked(&json!({ "warn": 0.05 })).expect("sound rules").watch(&States::new(), &store(&seen), NOW);
    assert_eq!(watched.expect("it can be watched").states["r"].status, Status::Warning);
}

#[test]
fn states_are_those_of_the_rules() {
    let rules = checked(&json!({ "warn": 0.05 })).expect("sound rules");
    let old = States::from([("gone".into(), AlertState::new(NOW))]);
    let watched = rules.watch(&old, &store(&[]), NOW).expect("it can be watched");
    assert_eq!(watched.states.keys().collect::<Vec<_>>(), ["r"]);
    assert_eq!(watched.wake_at, Some(at(30_001)));
}

/// A look: time that has passed, the value in percent if there is one, how many observations, and their age.
fn looks() -> impl Strategy<Value = Vec<(i64, Option<u8>, u64, u64)>> {
    prop::collection::vec((0..30_000_i64, prop::option::weighted(0.9, 0..=100_u8), 0..30_u64, 0..45_000_u64), 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn laws_of_the_state_machine(looks in looks(), hysteresis in 0..20_u8, higher in any::<bool>()) {
        let (direction, warn, critical) =
            if higher { (Direction::HigherIsBetter, 0.5, 0.3) } else { (Direction::LowerIsBetter, 0.5, 0.7) };
        let hysteresis = f64::from(hysteresis) / 100.0;
        let rule = rule(&json!({ "warn": warn, "critical": critical, "hysteresis": hysteresis }));
        let (mut state, mut time) = (AlertState::new(NOW), 0);
        let mut last = BTreeMap::<AlertKind, Timestamp>::new();
        let mut open = BTreeMap::<AlertKind, bool>::new();
        for (passed, percent, n, age) in looks {
            time += passed;
            let value = percent.map(|percent| f64::from(percent) / 100.0);
            let reading = Reading::new(value, n, Some(age)).expect("a number");
            let step = rule.step(direction, &state, &reading, at(time));
            for notice in &step.notices {
                let is_open = open.entry(notice.kind).or_default();
                match notice.change {
                    Raised => {
                        prop_assert!(!*is_open, "raised twice without being over");
                        if let Some(last) = last.insert(notice.kind, notice.at) {
                            prop_assert!(notice.at.as_ms() - last.as_ms() >= 60_000, "within the cool-down");
                        }
                        if let (Some(bound), Some(value)) = (notice.bound, value) {
                            // It may have been told later than it went on, but never of a value that is good enough.
                            prop_assert!(direction.badness(value) > direction.badness(bound) - hysteresis);
                        }
                    }
                    Cleared => {
                        prop_assert!(*is_open, "over without having been raised");
                        if let Some(bound) = notice.bound {
                            let value = value.expect("only a value can clear a bound");
                            prop_assert!(direction.badness(value) <= direction.badness(bound) - hysteresis);
                        }
                    }
                }
                *is_open = notice.change == Raised;
            }
            if step.state.status == Status::Healthy {
                prop_assert!(n >= 10 && age <= 30_000 && value.is_some(), "healthy without data");
            }
            prop_assert!(step.wake_at.is_none_or(|wake| wake > at(time)), "what is due is done");
            // Looking again at the same time says nothing new.
            let again = rule.step(direction, &step.state, &reading, at(time));
            prop_assert_eq!((&again.state, again.notices.len()), (&step.state, 0));
            state = from_str(&to_string(&step.state).expect("it is written")).expect("it is sound");
        }
    }
}
