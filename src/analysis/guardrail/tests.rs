use alloc::string::ToString;
use alloc::vec::Vec;

use serde_json::{from_str, from_value, json, to_string};

use super::*;
use crate::analysis::Cause;
use crate::analysis::metric::{Arm, Direction, Kind, Level, Metric, Metrics, Observation, Observations};
use crate::stats::Error::{NotFinite, OutOfRange};
use crate::stats::aggregate::{ExactSum, Moments, Proportion, Sketch};
use crate::stats::sequential::Concurrent;
use crate::words::time::Timestamp;

/// Bad observations, and all.
type BadOfAll = (u64, u64);

const MINUTE: i64 = 60_000;

fn metric(name: &str, kind: Kind) -> Metric {
    Metric::new(name, kind, Direction::LowerIsBetter).expect("a name")
}

fn errors(bound: Bound) -> Guardrail {
    Guardrail::new(metric("errors", Kind::Proportion), bound, 100, 60_000)
}

fn share(successes: u64, trials: u64) -> Measure {
    Measure::Proportion(Proportion::new(successes, trials).expect("counts"))
}

/// What was seen, all of it fresh and of this stage.
fn seen(canary: Measure, control: Option<Measure>) -> Seen {
    let count = |measure: &Measure| measure.count();
    Seen {
        in_stage: Counts { canary: canary.count(), control: control.as_ref().map_or(0, count) },
        has_control: control.is_some(),
        canary: Some(canary),
        control,
        concurrent: None,
        age_ms: Some(0),
    }
}

/// Slots of counts, compared one by one.
fn beside(margin: f64, slots: &[(BadOfAll, BadOfAll)]) -> Seen {
    let mut concurrent = Concurrent::new(margin).expect("a margin");
    let of = |(successes, trials)| Proportion::new(successes, trials).expect("counts");
    for (canary, control) in slots {
        concurrent.add(&of(*canary), &of(*control)).expect("counts");
    }
    let (canary, control) = concurrent.sums();
    Seen { concurrent: Some(concurrent), ..seen(Measure::Proportion(canary), Some(Measure::Proportion(control))) }
}

fn judged(guardrail: &Guardrail, seen: &Seen) -> (Outcome, Reason) {
    let verdict = guardrail.judge(seen, 0.05).expect("it can be judged");
    assert_eq!(verdict.outcome, verdict.reason.outcome());
    assert_eq!(verdict.without_data.is_some(), verdict.outcome == Outcome::Insufficient);
    (verdict.outcome, verdict.reason)
}

fn values(list: impl Iterator<Item = f64>) -> Measure {
    Measure::Mean(alloc::boxed::Box::new(Moments::of(&list.collect::<Vec<_>>()).expect("finite")))
}

#[test]
fn a_share_is_held_against_a_number() {
    let guardrail = errors(Bound::Absolute(0.05));
    let of = |bad, n| judged(&guardrail, &seen(share(bad, n), None));
    assert_eq!(of(100, 1_000), (Outcome::Fail, Reason::Harm));
    assert_eq!(of(55, 1_000), (Outcome::Warn, Reason::Doubtful));
    assert_eq!(of(45, 1_000), (Outcome::Pass, Reason::NoHarm));
    assert_eq!(of(10, 1_000), (Outcome::Pass, Reason::Shown));
    assert_eq!(of(5, 99), (Outcome::Insufficient, Reason::Thin));
    // 36 % of canaries with 3 % errors are rolled back by a threshold that is looked at from 50 requests on.
    assert_ne!(of(4, 60).0, Outcome::Fail);
}

#[test]
fn evidence_of_harm_waits_for_nothing() {
    let guardrail = errors(Bound::Absolute(0.05));
    let few = seen(share(20, 20), None);
    assert_eq!(judged(&guardrail, &few), (Outcome::Fail, Reason::Harm));
    assert_eq!(judged(&guardrail, &Seen { age_ms: Some(1 << 40), ..few }), (Outcome::Fail, Reason::Harm));
}

#[test]
fn what_is_missing_stale_or_thin_does_not_pass() {
    let guardrail = errors(Bound::Odds(1.0));
    let good = beside(1.0, &[((1, 100), (9, 900))]);
    assert_eq!(judged(&guardrail, &good).0, Outcome::Pass);
    let none = share(0, 0);
    for (reason, seen) in [
        (Reason::Missing, Seen { canary: None, concurrent: None, ..good.clone() }),
        (Reason::Missing, Seen { canary: Some(none.clone()), concurrent: None, ..good.clone() }),
        (Reason::NoControl, Seen { control: None, concurrent: None, ..good.clone() }),
        (Reason::NoControl, Seen { control: Some(none), concurrent: None, ..good.clone() }),
        (Reason::Stale, Seen { age_ms: Some(60_001), ..good.clone() }),
        (Reason::Stale, Seen { age_ms: None, ..good.clone() }),
        (Reason::Thin, Seen { in_stage: Counts { canary: 99, control: 900 }, ..good.clone() }),
        (Reason::Thin, Seen { in_stage: Counts { canary: 100, control: 99 }, ..good.clone() }),
        (Reason::Thin, Seen { concurrent: None, ..good.clone() }),
    ] {
        assert_eq!(judged(&guardrail, &seen), (Outcome::Insufficient, reason));
    }
    // A minimum of 0 still wants an observation.
    let eager = Guardrail { minimum: 0, ..errors(Bound::Absolute(0.05)) };
    assert_eq!(judged(&eager, &seen(share(0, 0), None)).0, Outcome::Insufficient);
    assert_eq!(judged(&eager, &seen(share(1, 1), None)).0, Outcome::Warn, "the first error is not evidence");
}

#[test]
fn a_bound_of_no_errors_is_refuted_by_one() {
    let guardrail = errors(Bound::Absolute(0.0));
    assert_eq!(judged(&guardrail, &seen(share(1, 5_000), None)).0, Outcome::Fail);
    assert_eq!(judged(&guardrail, &seen(share(0, 5_000), None)), (Outcome::Pass, Reason::NoHarm));
    let mut ever = errors(Bound::Absolute(1.0));
    ever.metric = Metric::new("up", Kind::Proportion, Direction::HigherIsBetter).expect("a name");
    assert_eq!(judged(&ever, &seen(share(4_999, 5_000), None)).0, Outcome::Fail);
    assert_eq!(judged(&ever, &seen(share(5_000, 5_000), None)).0, Outcome::Pass);
}

#[test]
fn an_outage_of_both_arms_is_no_evidence_against_one() {
    let guardrail = errors(Bound::Odds(1.0));
    let calm = [((1, 100), (9, 900)); 10];
    // The canary has more of the traffic when errors are frequent: by the sums it has 2.6 times as many errors.
    let outage = [((100, 500), (100, 500)); 10];
    let both: Vec<_> = calm.into_iter().chain(outage).collect();
    assert_eq!(judged(&guardrail, &beside(1.0, &both)).0, Outcome::Pass);
    let sums = beside(1.0, &both);
    assert_eq!(judged(&errors(Bound::Difference(0.0)), &sums).0, Outcome::Fail, "which is why sums begin anew");
    let harmed = [((20, 100), (90, 900)); 10];
    assert_eq!(judged(&guardrail, &beside(1.0, &harmed)).0, Outcome::Fail);
}

#[test]
fn differences_and_lifts_of_shares() {
    for (bound, more) in [(Bound::Difference(0.01), 60), (Bound::Lift(0.2), 60)] {
        let of = |bad| judged(&errors(bound), &seen(share(bad, 1_000), Some(share(90, 9_000))));
        assert_eq!(
            (of(more).0, of(13).0, of(8).0),
            (Outcome::Fail, Outcome::Warn.min(of(13).0), Outcome::Pass),
            "{bound:?}"
        );
    }
    let none = seen(share(5, 1_000), Some(share(0, 9_000)));
    assert_eq!(judged(&errors(Bound::Lift(0.2)), &none), (Outcome::Insufficient, Reason::Undetermined));
}

#[test]
fn means_and_quantiles() {
    let latency = |slower: f64| (0..2_000).map(move |i| slower * (50.0 + f64::from(i * 7 % 101)));
    let guardrail = |bound| {
        let effect = Some(if matches!(bound, Bound::Lift(_)) { 0.1 } else { 10.0 });
        Guardrail { effect, ..Guardrail::new(metric("ms", Kind::Mean), bound, 100, 60_000) }
    };
    let of = |bound, slower| judged(&guardrail(bound), &seen(values(latency(slower)), Some(values(latency(1.0)))));
    assert_eq!(of(Bound::Lift(0.1), 1.3).0, Outcome::Fail);
    assert_eq!(of(Bound::Lift(0.1), 1.0), (Outcome::Pass, Reason::Shown));
    assert_eq!(of(Bound::Difference(5.0), 1.3).0, Outcome::Fail);
    assert_eq!(of(Bound::Absolute(120.0), 1.3).0, Outcome::Fail);
    assert_eq!(of(Bound::Absolute(120.0), 1.0), (Outcome::Pass, Reason::Shown));
    let same = seen(values([5.0; 500].into_iter()), Some(values([5.0; 500].into_iter())));
    assert_eq!(judged(&guardrail(Bound::Lift(0.1)), &same), (Outcome::Insufficient, Reason::Undetermined));
    let few = seen(values(latency(2.0).take(99)), Some(values(latency(1.0))));
    assert_eq!(judged(&guardrail(Bound::Lift(0.1)), &few), (Outcome::Insufficient, Reason::Thin));

    let p95 = Kind::Quantile(Level::new(950_000).expect("a level"));
    let sketch = |slower| Measure::Quantile(Sketch::of(&latency(slower).collect::<Vec<_>>()).expect("latencies"));
    let of = |bound, slower| {
        judged(&Guardrail::new(metric("p95", p95), bound, 100, 60_000), &seen(sketch(slower), Some(sketch(1.0))))
    };
    for bound in [Bound::Absolute(160.0), Bound::Difference(15.0), Bound::Lift(0.1)] {
        assert_eq!((of(bound, 1.5).0, of(bound, 0.8)), (Outcome::Fail, (Outcome::Pass, Reason::Shown)), "{bound:?}");
    }
}

#[test]
fn higher_may_be_better() {
    let mut guardrail = errors(Bound::Absolute(0.9));
    guardrail.metric = Metric::new("success", Kind::Proportion, Direction::HigherIsBetter).expect("a name");
    let of = |good| judged(&guardrail, &seen(share(good, 1_000), None)).0;
    assert_eq!((of(800), of(890), of(950)), (Outcome::Fail, Outcome::Warn, Outcome::Pass));
    guardrail.bound = Bound::Odds(1.0);
    assert_eq!(judged(&guardrail, &beside(1.0, &[((700, 1_000), (8_100, 9_000)); 3])).0, Outcome::Fail);
    assert_eq!(judged(&guardrail, &beside(1.0, &[((950, 1_000), (8_100, 9_000)); 3])).0, Outcome::Pass);
}

#[test]
fn warnings_and_proofs_are_choices() {
    let (doubtful, weak) = (seen(share(55, 1_000), None), seen(share(75, 1_000), None));
    let with = |warn| Guardrail { warn, ..errors(Bound::Absolute(0.05)) };
    assert_eq!(judged(&with(Warn::Never), &doubtful).0, Outcome::Pass);
    assert_eq!(judged(&with(Warn::Alpha(0.3)), &doubtful).0, Outcome::Pass);
    let strict = |alpha| with(Warn::Alpha(0.3)).judge(&weak, alpha).expect("it can be judged").outcome;
    assert_eq!((strict(1e-6), strict(0.05)), (Outcome::Warn, Outcome::Fail));
    let shown = Guardrail { pass: Pass::Shown, without_data: WithoutData::Ask, ..errors(Bound::Absolute(0.05)) };
    let verdict = shown.judge(&seen(share(45, 1_000), None), 0.05).expect("it can be judged");
    assert_eq!((verdict.reason, verdict.without_data), (Reason::NotShown, Some(WithoutData::Ask)));
    assert_eq!(judged(&shown, &seen(share(10, 1_000), None)), (Outcome::Pass, Reason::Shown));
}

#[test]
fn a_guardrail_that_cannot_be_judged_is_refused() {
    let refused = |guardrail: Guardrail, path: &str, cause: Cause| {
        let error = guardrail.check().expect_err(path);
        assert_eq!((error.path.as_str(), error.cause), (path, cause));
        assert!(guardrail.judge(&seen(share(0, 100), None), 0.05).is_err());
    };
    refused(errors(Bound::Absolute(5.0)), "/bound", Cause::Order);
    refused(errors(Bound::Absolute(1.0)), "/bound", Cause::Order);
    refused(errors(Bound::Absolute(f64::NAN)), "/bound", NotFinite.into());
    refused(errors(Bound::Difference(-0.01)), "/bound", Cause::Order);
    refused(errors(Bound::Lift(-0.01)), "/bound", Cause::Order);
    refused(errors(Bound::Odds(0.9)), "/bound", Cause::Order);
    let mean = Guardrail::new(metric("ms", Kind::Mean), Bound::Lift(0.1), 100, 1);
    refused(mean.clone(), "/effect", OutOfRange.into());
    refused(Guardrail { bound: Bound::Odds(1.0), effect: Some(0.1), ..mean }, "/bound", Cause::Kind);
    refused(Guardrail { effect: Some(0.1), ..errors(Bound::Absolute(0.1)) }, "/effect", Cause::Kind);
    refused(Guardrail { weight: 0.0, ..errors(Bound::Absolute(0.1)) }, "/weight", OutOfRange.into());
    refused(Guardrail { warn: Warn::Alpha(1.0), ..errors(Bound::Absolute(0.1)) }, "/warn", OutOfRange.into());
    let other = seen(values([1.0, 2.0].into_iter()), None);
    assert_eq!(errors(Bound::Absolute(0.1)).judge(&other, 0.05).expect_err("a mean").cause, Cause::Kind);
}

fn plan(stages: &[(u32, &[Bound])]) -> Result<Plan, crate::analysis::Error> {
    let stage = |(share, bounds): &(u32, &[Bound])| Stage {
        share: *share,
        duration_ms: 600_000,
        guardrails: bounds.iter().map(|bound| errors(*bound)).collect(),
    };
    Plan::new(0.05, stages.iter().map(stage).collect())
}

#[test]
fn a_test_goes_on_where_its_null_stays() {
    let (five, two) = (Bound::Absolute(0.05), Bound::Absolute(0.02));
    let (odds, lift) = (Bound::Odds(1.0), Bound::Lift(0.1));
    let plan = plan(&[
        (100_000, &[odds, five, lift]),
        (200_000, &[five, lift, odds]),
        (500_000, &[two]),
        (1_000_000, &[five]),
    ]);
    let plan = plan.expect("a plan");
    let tests: Vec<_> = plan.tests().iter().map(|test| (test.bound, test.first, test.last)).collect();
    // A lift compares sums, so it begins anew with each share; 5 % comes back after a break, as a test of its own.
    assert_eq!(tests, [(odds, 0, 1), (five, 0, 1), (lift, 0, 0), (lift, 1, 1), (two, 2, 2), (five, 3, 3)]);
    let mut left = ExactSum::of(plan.alpha());
    plan.tests().iter().for_each(|test| left.add(-test.alpha));
    assert!(!left.is_negative() && left.value() < 1e-15);
}

#[test]
fn weights_divide_the_error() {
    let mut heavy = errors(Bound::Absolute(0.05));
    heavy.weight = 4.0;
    let stage = Stage { share: 1, duration_ms: 1, guardrails: alloc::vec![heavy, errors(Bound::Odds(1.0))] };
    let plan = Plan::new(0.05, alloc::vec![stage]).expect("a plan");
    assert!((plan.tests()[0].alpha - 0.04).abs() < 1e-15 && (plan.tests()[1].alpha - 0.01).abs() < 1e-15);
}

#[test]
fn a_plan_that_cannot_be_followed_is_refused() {
    let five: &[Bound] = &[Bound::Absolute(0.05)];
    for (stages, path) in [
        (Vec::new(), "/stages"),
        (alloc::vec![(100_000, five), (100_000, five)], "/stages/1/share"),
        (alloc::vec![(0, five)], "/stages/0/share"),
        (alloc::vec![(1_000_001, five)], "/stages/0/share"),
        (alloc::vec![(1_000_000, &[Bound::Odds(1.0)] as &[Bound])], "/stages/0/guardrails/0/bound"),
        (alloc::vec![(1, &[Bound::Odds(1.0), Bound::Odds(1.0)])], "/stages/0/guardrails/1/bound"),
        (alloc::vec![(1, &[Bound::Odds(0.5)])], "/stages/0/guardrails/0/bound"),
    ] {
        assert_eq!(plan(&stages).expect_err(path).path, path);
    }
    let stage = |kind| Stage {
        share: 1,
        duration_ms: 1,
        guardrails: alloc::vec![Guardrail {
            effect: Some(1.0),
            ..Guardrail::new(metric("x", kind), Bound::Absolute(0.5), 1, 1)
        }],
    };
    let mut later = stage(Kind::Ratio);
    later.share = 2;
    let error = Plan::new(0.05, alloc::vec![stage(Kind::Mean), later]).expect_err("two metrics of one name");
    assert_eq!((error.path.as_str(), error.cause), ("/stages/0/guardrails/0/metric", Cause::Kind));
    assert!(Plan::new(0.0, Vec::new()).is_err());
}

/// Observations of errors by minute: the arm, the minute, the errors, the requests.
fn observed(list: &[(Arm, i64, u64, u64)]) -> Observations {
    let metrics = Metrics::new(alloc::vec![metric("errors", Kind::Proportion)]).expect("a list");
    let mut observations = Observations::new(metrics, 60_000).expect("a store");
    for (arm, minute, bad, n) in list {
        let at = Timestamp::from_ms(minute * MINUTE);
        let seen = share(*bad, *n);
        observations.add(&Observation { metric: "errors".into(), arm: arm.clone(), at, seen }).expect("counts");
    }
    observations
}

#[test]
fn a_stage_is_judged_by_its_own_time() {
    let plan = plan(&[
        (100_000, &[Bound::Odds(1.0), Bound::Absolute(0.05)]),
        (500_000, &[Bound::Odds(1.0), Bound::Absolute(0.03)]),
    ]);
    let plan = plan.expect("a plan");
    let mut list = Vec::new();
    for minute in 0..20 {
        list.push((Arm::Canary, minute, 4, 100));
        list.push((Arm::Control, minute, 36, 900));
    }
    let observations = observed(&list);
    let at = |minute: i64| Timestamp::from_ms(minute * MINUTE);
    let arms = (&Arm::Canary, &Arm::Control);
    let first = plan.judge(&[at(0)], &observations, arms, at(10)).expect("it can be judged");
    assert_eq!((first.stage, first.outcome), (0, Outcome::Pass));
    // 4 % was allowed in the first stage. Its errors are no evidence against the second one's 3 %, its slots beside the
    // control's are.
    let second = plan.judge(&[at(0), at(10)], &observations, arms, at(20)).expect("it can be judged");
    let n: Vec<_> = second.verdicts.iter().map(|verdict| (verdict.n.canary, verdict.in_stage.canary)).collect();
    assert_eq!(n, [(2_000, 1_000), (1_000, 1_000)]);
    assert_eq!(second.verdicts[1].outcome, Outcome::Warn);
    // A slot that has begun and is not over is no block yet.
    let early =
        plan.judge(&[at(0)], &observations, arms, Timestamp::from_ms(5 * MINUTE + 1)).expect("it can be judged");
    assert_eq!(early.verdicts[1].n.canary, 600);
    // Slots from before the beginning, and those that began before it, do not count.
    let late = plan.judge(&[Timestamp::from_ms(5 * MINUTE + 1)], &observations, arms, at(9)).expect("it can be judged");
    assert_eq!(late.verdicts[1].n.canary, 400);
    for starts in [&[] as &[_], &[at(1), at(0)], &[at(0), at(1), at(2)]] {
        assert_eq!(plan.judge(starts, &observations, arms, at(20)).expect_err("starts").path, "/starts");
    }
}

#[test]
fn at_all_of_the_traffic_there_is_no_control_and_it_is_said() {
    let plan = Plan::canary().expect("the default");
    let list: Vec<_> = (0..60).map(|minute| (Arm::Canary, minute, 1, 100)).collect();
    let at = |minute: i64| Timestamp::from_ms(minute * MINUTE);
    let verdict = plan.judge(&[at(0), at(1), at(2)], &observed(&list), (&Arm::Canary, &Arm::Control), at(60));
    let verdict = verdict.expect("it can be judged");
    assert!(!verdict.has_control && verdict.outcome == Outcome::Pass);
    assert!(verdict.verdicts[0].why.ends_with("; no control runs beside the canary"), "{}", verdict.verdicts[0].why);
}

#[test]
fn sentences() {
    let why = |guardrail: &Guardrail, seen: &Seen| guardrail.judge(seen, 0.05).expect("it can be judged").why;
    let guardrail = errors(Bound::Odds(1.0));
    let harmed = beside(1.0, &[((20, 100), (90, 900)); 10]);
    assert_eq!(
        why(&guardrail, &harmed),
        "`errors` has 2.25 times the odds of the control, and there is evidence that it is beyond the bound of 1 (alpha 0.05)"
    );
    let thin = beside(1.0, &[((0, 10), (1, 90))]);
    assert_eq!(
        why(&guardrail, &thin),
        "`errors` has 10 observations in the canary and 90 in the control, of 100 in each"
    );
    let stale = Seen { age_ms: Some(90_000), ..beside(1.0, &[((1, 100), (9, 900))]) };
    assert_eq!(why(&guardrail, &stale), "the age of `errors` is 90000 ms, and 60000 ms at most are fresh");
}

#[test]
fn forms() {
    let plan = Plan::canary().expect("the default");
    let text = to_string(&plan).expect("it is written");
    assert_eq!(from_str::<Plan>(&text).expect("it is read"), plan);
    let short = json!({"metric": {"name": "errors", "kind": "proportion", "direction": "lowerIsBetter"},
        "bound": {"absolute": 0.05}, "minimum": 100, "maxAgeMs": 60_000});
    assert_eq!(from_value::<Guardrail>(short.clone()).expect("what may be left out is"), errors(Bound::Absolute(0.05)));
    let mut odd = short;
    odd["maximum"] = json!(1);
    assert!(from_value::<Guardrail>(odd).is_err());
    assert!(
        from_str::<Plan>(&text.replace("\"share\":500000", "\"share\":50000")).is_err(),
        "a plan is checked when read"
    );
    let verdict = errors(Bound::Absolute(0.05)).judge(&seen(share(100, 1_000), None), 0.05).expect("it can be judged");
    let text = to_string(&verdict).expect("it is written");
    assert_eq!(from_str::<Verdict>(&text).expect("it is read"), verdict);
    assert_eq!(to_string(&Warn::Alpha(0.2)).expect("it is written"), r#"{"alpha":0.2}"#);
    let behaviour: Behaviour = from_str(r#"{"mean":{"value":120,"deviation":80}}"#).expect("a behaviour");
    assert_eq!(behaviour, Behaviour::Mean { value: 120.0, deviation: 80.0 });
    assert!(from_str::<Behaviour>(r#"{"mean":{"value":120,"deviation":80,"x":1}}"#).is_err());
    let error = Plan::new(2.0, Vec::new()).expect_err("an alpha");
    assert_eq!(error.to_string(), "`/alpha`: a number is out of its range");
}

#[test]
fn what_is_expected_is_checked() {
    let plan = Plan::canary().expect("the default");
    let with = |text: &str| plan.characteristics(&from_str(text).expect("the form"));
    let error = |text: &str| with(text).expect_err(text).path;
    assert_eq!(error(r#"{"requestsPerHour":0,"metrics":{}}"#), "/requestsPerHour");
    assert_eq!(error(r#"{"requestsPerHour":1,"metrics":{}}"#), "/metrics/errors");
    let scenario = |healthy: &str| {
        alloc::format!(
            r#"{{"requestsPerHour":60000,"metrics":{{"errors":{{"healthy":{healthy},"changed":{{"rate":0.02}}}}}}}}"#
        )
    };
    assert_eq!(error(&scenario(r#"{"rate":1}"#)), "/metrics/errors/healthy");
    assert_eq!(error(&scenario(r#"{"logNormal":{"median":1,"sigma":1}}"#)), "/metrics/errors/healthy");
    let other = scenario(r#"{"rate":0.01}"#).replace("\"errors\"", "\"other\"");
    assert_eq!(error(&other), "/metrics/other");
    let found = with(&scenario(r#"{"rate":0.01}"#)).expect("it can be computed");
    let text = to_string(&found).expect("it is written");
    assert_eq!(from_str::<Characteristics>(&text).expect("it is read"), found);
}

#[test]
fn a_stage_lasts_until_its_minimum_is_there() {
    let plan = Plan::canary().expect("the default");
    let scenario = Scenario { healthy: Behaviour::Rate(0.01), changed: Behaviour::Rate(0.02) };
    let metrics = [("errors".into(), scenario)].into_iter().collect();
    // 60 requests an hour: 6 of the canary's, so 500 take 83 hours.
    let found = plan.characteristics(&Expected { requests_per_hour: 60.0, metrics }).expect("it can be computed");
    assert!((found.stages[0].length_ms / 3_600_000.0 - 500.0 / 6.0).abs() < 1e-9);
    assert!((found.stages[0].canary - 500.0).abs() < 1e-9);
}

#[test]
fn thresholds_are_those_of_the_verdicts() {
    use crate::stats::{Alternative, Question, sequential};
    for (successes, trials, p) in
        [(0, 1, 0.05), (3, 50, 0.05), (100, 1_000, 0.05), (990, 1_000, 0.95), (5, 40_000, 0.001)]
    {
        for alternative in [Alternative::Greater, Alternative::Less] {
            let seen = Proportion::new(successes, trials).expect("counts");
            let question = Question { null: p, alternative, alpha: 0.05 };
            let ln = sequential::rate(&seen, question).expect("a question").e.ln();
            assert_eq!(crossing::ln_evidence(successes, trials, p, alternative).to_bits(), ln.to_bits());
        }
    }
}

#[test]
fn a_first_stage_without_power_is_told() {
    // S4-33: 30 minutes at a tenth of the traffic are not much where 1 % of few requests fail.
    let plan = Plan::canary().expect("the default");
    let scenario = Scenario { healthy: Behaviour::Rate(0.01), changed: Behaviour::Rate(0.011) };
    let expected = |requests_per_hour: f64| {
        let metrics = [("errors".into(), scenario)].into_iter().collect();
        Expected { requests_per_hour, metrics }
    };
    let short = plan.short_first_stage(&expected(10_000.0)).expect("it can be computed").expect("it is short");
    assert!(short.caught < 0.5 && (short.canary - 500.0).abs() < 1e-6, "{short:?}");
    // What is said to be enough is, and half of it is not.
    let enough = short.enough_ms.expect("some length is");
    let mut stages = plan.stages().to_vec();
    let mut lasting = |duration_ms| {
        stages[0].duration_ms = duration_ms;
        let plan = Plan::new(0.05, stages.clone()).expect("a plan");
        plan.short_first_stage(&expected(10_000.0)).expect("it can be computed")
    };
    assert_eq!(lasting(enough), None);
    assert!(lasting(enough / 2).is_some());
    assert_eq!(plan.short_first_stage(&expected(1_000_000.0)).expect("it can be computed"), None);
    assert!(plan.short_first_stage(&expected(0.0)).is_err());
    assert_eq!(ShortStage::CODE, "stage-too-short");
}

#[test]
fn twice_the_errors_are_counted_from_the_side_of_the_errors() {
    let up = Metric::new("up", Kind::Proportion, Direction::HigherIsBetter).expect("a name");
    let guardrail = Guardrail { metric: up, ..errors(Bound::Odds(1.0)) };
    let stage = Stage { share: 500_000, duration_ms: 3_600_000, guardrails: [guardrail].into() };
    let plan = Plan::new(0.05, [stage].into()).expect("a plan");
    let at = |healthy: f64| {
        let scenario = Scenario { healthy: Behaviour::Rate(healthy), changed: Behaviour::Rate(healthy) };
        let metrics = [("up".into(), scenario)].into_iter().collect();
        let expected = Expected { requests_per_hour: 20_000.0, metrics };
        plan.short_first_stage(&expected).expect("it can be computed")
    };
    // 2 % of failures in place of 1 % are seen by 10,000 requests on each side, 0.02 % in place of 0.01 % are not.
    assert_eq!(at(0.99), None);
    assert!(at(0.9999).is_some_and(|short| short.caught < 0.5));
}
