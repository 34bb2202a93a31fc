//! What a plan promises before it starts, held against rollouts. The generator has fixed seeds, so these tests say the
//! same every time; the slack is four standard errors of the simulation, and for approximations what is said there.

use std::collections::BTreeMap;

use vexil::analysis::guardrail::{Behaviour, Bound, Characteristics, Expected, Guardrail, Plan, Scenario, Stage};
use vexil::analysis::metric::{Kind, Level, Measure};
use vexil::stats::aggregate::{Moments, Proportion, Sketch};

#[path = "../../benches/rollouts/chance.rs"]
mod chance;
#[path = "../../benches/rollouts/verdicts.rs"]
mod verdicts;

use chance::Chance;
use verdicts::{Beside, errors_that_fail, fails, guardrail, mean_fails};

const ALPHA: f64 = 0.05;
const MINUTE: u64 = 60_000;

/// A stage of `minutes` at `share`, with 6,000 requests per hour, a hundred in a minute.
fn expected(
    guardrail: &Guardrail,
    share: u32,
    minutes: u64,
    healthy: Behaviour,
    changed: Behaviour,
) -> Characteristics {
    let stage = Stage { share, duration_ms: minutes * MINUTE, guardrails: vec![guardrail.clone()] };
    let plan = Plan::new(ALPHA, vec![stage]).unwrap();
    let metrics = BTreeMap::from([("simulated".to_owned(), Scenario { healthy, changed })]);
    plan.characteristics(&Expected { requests_per_hour: 6_000.0, metrics }).unwrap()
}

fn chances(found: &Characteristics) -> (f64, f64) {
    (found.tests[0].healthy[0], found.tests[0].changed[0])
}

/// The share of rollouts that stop.
fn stopped(rollouts: u64, is_stopped: impl Fn(u64) -> bool) -> f64 {
    (0..rollouts).filter(|rollout| is_stopped(*rollout)).count() as f64 / rollouts as f64
}

#[track_caller]
fn assert_near(simulated: f64, computed: f64, rollouts: u64, slack: f64) {
    let error = (computed * (1.0 - computed) / rollouts as f64).sqrt();
    assert!((simulated - computed).abs() <= 4.0 * error + slack + 1e-9, "simulated {simulated}, computed {computed}");
}

// S2-74: what is promised of errors, simulated.
#[test]
fn errors_against_a_number_are_computed_exactly() {
    let guardrail = guardrail(Kind::Proportion, Bound::Absolute(0.05), 50);
    let enough = errors_that_fail(&guardrail, ALPHA, 600);
    let of = |rate| {
        stopped(2_000, |rollout| {
            let (mut chance, mut errors) = (Chance::of(11, rollout), 0);
            enough.iter().any(|enough| {
                errors += u64::from(chance.is(rate));
                errors >= *enough
            })
        })
    };
    for changed in [0.08, 0.1, 0.15] {
        let found = expected(&guardrail, 100_000, 60, Behaviour::Rate(0.05), Behaviour::Rate(changed));
        assert!(found.tests[0].is_exact);
        assert_near(of(0.05), chances(&found).0, 2_000, 0.0);
        assert_near(of(changed), chances(&found).1, 2_000, 0.0);
        assert!(chances(&found).0 <= ALPHA, "at the bound itself");
    }
}

#[test]
fn errors_beside_a_control_are_nearly_a_brownian_motion() {
    let guardrail = guardrail(Kind::Proportion, Bound::Odds(1.0), 1);
    let of = |times: f64| {
        stopped(500, |rollout| {
            let (mut chance, mut watched) = (Chance::of(12, rollout), Beside::new(1.0, ALPHA));
            (0..30).any(|_| watched.slot((chance.count(50, 0.03 * times), 50), (chance.count(50, 0.03), 50)))
        })
    };
    let found = expected(&guardrail, 500_000, 30, Behaviour::Rate(0.03), Behaviour::Rate(0.06));
    assert_near(of(1.0), chances(&found).0, 500, 0.02);
    assert_near(of(2.0), chances(&found).1, 500, 0.08);
}

#[test]
fn means_are_nearly_a_brownian_motion() {
    let mut of_mean = guardrail(Kind::Mean, Bound::Lift(0.0), 100);
    of_mean.effect = Some(0.1);
    let of = |slower: f64| {
        stopped(500, |rollout| {
            let mut chance = Chance::of(13, rollout);
            let (mut canary, mut control) = (Moments::default(), Moments::default());
            (1..=500).any(|n| {
                canary.add(chance.log_normal(100.0 * slower, 0.5)).unwrap();
                control.add(chance.log_normal(100.0, 0.5)).unwrap();
                let is_worse = n > 100 && canary.sum() > control.sum();
                is_worse && mean_fails(&of_mean, ALPHA, &canary, &control)
            })
        })
    };
    // Of a lognormal distribution with sigma 0.5 and median 100.
    let value = 100.0 * f64::exp(0.125);
    let deviation = value * f64::sqrt(f64::exp_m1(0.25));
    let mean = |times: f64| Behaviour::Mean { value: value * times, deviation: deviation * times };
    let found = expected(&of_mean, 500_000, 10, mean(1.0), mean(1.1));
    assert_near(of(1.0), chances(&found).0, 500, 0.02);
    assert_near(of(1.1), chances(&found).1, 500, 0.08);
}

#[test]
fn intervals_of_two_arms_are_nearly_as_wide_as_expected() {
    let rates = guardrail(Kind::Proportion, Bound::Difference(0.01), 1);
    let share = |seen: u64, n| Measure::Proportion(Proportion::new(seen, n).unwrap());
    let simulated = stopped(100, |rollout| {
        let (mut chance, mut counts) = (Chance::of(14, rollout), (0, 0));
        (1..=6).any(|look| {
            counts = (counts.0 + chance.count(250, 0.1), counts.1 + chance.count(250, 0.03));
            fails(&rates, ALPHA, share(counts.0, 250 * look), Some(share(counts.1, 250 * look)))
        })
    });
    let found = expected(&rates, 500_000, 30, Behaviour::Rate(0.03), Behaviour::Rate(0.1));
    assert!(!found.tests[0].is_exact);
    assert_near(simulated, chances(&found).1, 100, 0.1);

    let p95 = guardrail(Kind::Quantile(Level::new(950_000).unwrap()), Bound::Lift(0.0), 1);
    let simulated = stopped(40, |rollout| {
        let mut chance = Chance::of(15, rollout);
        let (mut canary, mut control) = (Sketch::of(&[]).unwrap(), Sketch::of(&[]).unwrap());
        (1..=3).any(|_| {
            for _ in 0..500 {
                canary.add(chance.log_normal(150.0, 0.5)).unwrap();
                control.add(chance.log_normal(100.0, 0.5)).unwrap();
            }
            fails(&p95, ALPHA, Measure::Quantile(canary.clone()), Some(Measure::Quantile(control.clone())))
        })
    });
    let latency = |median| Behaviour::LogNormal { median, sigma: 0.5 };
    let found = expected(&p95, 500_000, 30, latency(100.0), latency(150.0));
    assert_near(simulated, chances(&found).1, 40, 0.1);
    assert!(chances(&found).0 < 0.01);
}

#[test]
fn the_default_plan_lets_healthy_canaries_live() {
    let plan = Plan::canary().unwrap();
    let rate = |changed| {
        let scenario = Scenario { healthy: Behaviour::Rate(0.01), changed: Behaviour::Rate(changed) };
        let metrics = BTreeMap::from([("errors".to_owned(), scenario)]);
        plan.characteristics(&Expected { requests_per_hour: 60_000.0, metrics }).unwrap()
    };
    let (doubled, tenfold) = (rate(0.02), rate(0.1));
    let healthy: Vec<f64> = doubled.stages.iter().map(|stage| stage.healthy_at_most).collect();
    assert!(healthy.iter().all(|chance| *chance <= plan.alpha()), "{healthy:?}");
    for (found, least) in [(&doubled, [0.3, 0.99, 0.99]), (&tenfold, [0.999, 0.999, 0.999])] {
        let caught: Vec<f64> = found.stages.iter().map(|stage| stage.caught_at_least).collect();
        assert!(caught.iter().zip(least).all(|(caught, least)| *caught >= least), "{caught:?}");
    }
    // What `docs/verdicts.md` shows.
    println!("{}", serde_json::to_string_pretty(&doubled).unwrap());
}
