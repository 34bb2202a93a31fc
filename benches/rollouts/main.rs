//! Rollouts by the ten thousand, healthy and harmed, under verdicts and under what else they are watched with:
//! `cargo xtask bench --rollouts`. The tables stand in `docs/verdicts.md`.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::pedantic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a simulation"
)]

mod chance;
mod others;
mod verdicts;

use std::thread;

use chance::Chance;
use others::{ONE_IN_FIFTY, ONE_IN_TWENTY, Sums, z_of_means, z_of_ranks, z_of_share, z_of_shares};
use verdicts::{Beside, errors_that_fail, guardrail, mean_fails};
use vexil::analysis::guardrail::{Bound, Plan};
use vexil::analysis::metric::Kind;
use vexil::stats::aggregate::Moments;

const ROLLOUTS: u64 = 20_000;
/// The error probability of the verdicts, and of the tests of one look.
const ALPHA: f64 = 0.05;

/// At which of its looks each way of watching has rolled a rollout back.
type Stops = [Option<u64>; 3];

fn main() {
    // Cargo passes options of its own; only a number is ours.
    let rollouts = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(ROLLOUTS);
    println!(
        "Shares that were rolled back, of {rollouts} rollouts with a healthy canary and a tenth of them with a harmed one;"
    );
    println!("and after how many of the canary's requests, half of them sooner.");
    absolute(rollouts);
    beside(rollouts);
    latencies(rollouts);
    let plan = Plan::canary().expect("the default plan");
    println!("\nThe default plan has {} tests of {} together.", plan.tests().len(), plan.alpha());
}

/// Errors against 5 %: 1,000 requests, looked at after every one.
fn absolute(rollouts: u64) {
    const BOUND: f64 = 0.05;
    const REQUESTS: u64 = 1_000;
    let enough = errors_that_fail(&guardrail(Kind::Proportion, Bound::Absolute(BOUND), 50), ALPHA, REQUESTS);
    title("Errors against a bound of 5 %, 1,000 requests, a look after every one", "threshold", "z-test 5 %");
    for (rate, is_healthy) in [
        (0.01, true),
        (0.02, true),
        (0.03, true),
        (0.04, true),
        (0.05, true),
        (0.08, false),
        (0.1, false),
        (0.2, false),
    ] {
        let one = |rollout| {
            let (mut chance, mut errors, mut stops) = (Chance::of(1, rollout), 0, Stops::default());
            for n in 1..=REQUESTS {
                errors += u64::from(chance.is(rate));
                note(&mut stops[0], n, n >= 50 && errors as f64 / n as f64 > BOUND);
                note(&mut stops[1], n, n >= 50 && z_of_share(errors, n, BOUND) > ONE_IN_TWENTY);
                note(&mut stops[2], n, errors >= enough[n as usize - 1]);
            }
            stops
        };
        row(&format!("{} %", rate * 100.0), is_healthy, &simulate(rollouts, is_healthy, &one));
    }
}

/// Errors against a control: 50 slots with 40 requests in the canary and 360 in the control, looked at after every slot.
fn beside(rollouts: u64) {
    title(
        "Errors beside a control, 50 slots of 40 and 360 requests, a look after every slot",
        "1.5 times",
        "z-test 5 %",
    );
    let constant = |rate: f64| move |_: u64| (40, 360, rate);
    // From 10 % to 50 % of the traffic, while something that both arms need breaks.
    let outage = |slot: u64| if slot < 25 { (40, 360, 0.01) } else { (200, 200, 0.06) };
    for (name, times, is_healthy) in
        [("1 %, the same", 1.0, true), ("1 %, doubled", 2.0, false), ("1 %, three times", 3.0, false)]
    {
        row(name, is_healthy, &simulate(rollouts, is_healthy, &|rollout| slots(rollout, constant(0.01), times)));
    }
    row("3 %, the same", true, &simulate(rollouts, true, &|rollout| slots(rollout, constant(0.03), 1.0)));
    row("outage of both", true, &simulate(rollouts, true, &|rollout| slots(rollout, outage, 1.0)));
}

fn slots(rollout: u64, traffic: impl Fn(u64) -> (u64, u64, f64), times: f64) -> Stops {
    let (mut chance, mut stops, mut watched) = (Chance::of(2, rollout), Stops::default(), Beside::new(1.0, ALPHA));
    let (mut canary, mut control) = ((0, 0), (0, 0));
    for slot in 0..50 {
        let (n, m, rate) = traffic(slot);
        let now = ((chance.count(n, rate * times), n), (chance.count(m, rate), m));
        canary = (canary.0 + now.0.0, canary.1 + n);
        control = (control.0 + now.1.0, control.1 + m);
        let share = |(errors, requests): (u64, u64)| errors as f64 / requests as f64;
        note(&mut stops[0], canary.1, canary.1 >= 50 && share(canary) > 1.5 * share(control));
        note(&mut stops[1], canary.1, canary.1 >= 50 && z_of_shares(canary, control) > ONE_IN_TWENTY);
        if stops[2].is_none() {
            note(&mut stops[2], canary.1, watched.slot(now.0, now.1));
        }
    }
    stops
}

/// Latencies beside those of a control: 1,000 in each arm, verdicts after every pair, the others after every 50.
fn latencies(rollouts: u64) {
    const PAIRS: u64 = 1_000;
    let mut of_mean = guardrail(Kind::Mean, Bound::Lift(0.0), 100);
    of_mean.effect = Some(0.1);
    title(
        "Lognormal latencies beside a control, 1,000 in each arm, a look after every one",
        "Mann-Whitney 2 %",
        "z-test 5 %",
    );
    for (name, sigma, slower, is_healthy) in [
        ("sigma 0.5, the same", 0.5, 1.0, true),
        ("sigma 1, the same", 1.0, 1.0, true),
        ("sigma 0.5, 10 % slower", 0.5, 1.1, false),
        ("sigma 0.5, 20 % slower", 0.5, 1.2, false),
        ("sigma 1, 20 % slower", 1.0, 1.2, false),
    ] {
        let one = |rollout| {
            let (mut chance, mut stops) = (Chance::of(3, rollout), Stops::default());
            let (mut samples, mut sums) = ((Vec::new(), Vec::new()), (Sums::default(), Sums::default()));
            let (mut canary, mut control) = (Moments::default(), Moments::default());
            for n in 1..=PAIRS {
                let (slow, usual) = (chance.log_normal(100.0 * slower, sigma), chance.log_normal(100.0, sigma));
                sums.0.add(slow);
                sums.1.add(usual);
                canary.add(slow).expect("a latency");
                control.add(usual).expect("a latency");
                samples.0.push(slow);
                samples.1.push(usual);
                let z = if n > 1 { z_of_means(sums.0, sums.1) } else { 0.0 };
                if n % 50 == 0 {
                    note(&mut stops[0], n, z_of_ranks(&samples.0, &samples.1) > ONE_IN_FIFTY);
                    note(&mut stops[1], n, z > ONE_IN_TWENTY);
                }
                // The evidence is at most 2 exp(z^2 / 2), which is below 1 / alpha there: the verdict cannot be fail.
                if stops[2].is_none() && z > 2.0 {
                    note(&mut stops[2], n, mean_fails(&of_mean, ALPHA, &canary, &control));
                }
            }
            stops
        };
        row(name, is_healthy, &simulate(rollouts, is_healthy, &one));
    }
}

fn note(stop: &mut Option<u64>, at: u64, is_stop: bool) {
    if is_stop {
        stop.get_or_insert(at);
    }
}

/// All rollouts, on both halves of a small machine. Power needs fewer of them than a small error does.
fn simulate(rollouts: u64, is_healthy: bool, one: &(impl Fn(u64) -> Stops + Sync)) -> Vec<Stops> {
    let rollouts = if is_healthy { rollouts } else { rollouts.div_ceil(10) };
    thread::scope(|scope| {
        let halves = [0, 1].map(|half| scope.spawn(move || (half..rollouts).step_by(2).map(one).collect::<Vec<_>>()));
        halves.into_iter().flat_map(|half| half.join().expect("a simulation")).collect()
    })
}

fn title(title: &str, first: &str, second: &str) {
    println!(
        "\n{title}\n\n| the canary | {first} | after | {second} | after | verdict 5 % | after |\n|---|---|---|---|---|---|---|"
    );
}

/// A row of a table. Verdicts that roll too many healthy canaries back are an error, beyond what chance explains.
fn row(name: &str, is_healthy: bool, stops: &[Stops]) {
    let mut cells = String::new();
    for way in 0..3 {
        let mut at: Vec<u64> = stops.iter().filter_map(|stops| stops[way]).collect();
        at.sort_unstable();
        let share = at.len() as f64 / stops.len() as f64;
        let median = at.get(at.len() / 2).map_or_else(|| "-".into(), u64::to_string);
        cells += &format!(" {:.1} % | {median} |", share * 100.0);
        let slack = 4.0 * (ALPHA * (1.0 - ALPHA) / stops.len() as f64).sqrt();
        assert!(
            way < 2 || !is_healthy || share <= ALPHA + slack,
            "{name}: {share} of healthy canaries were rolled back"
        );
    }
    let kind = if is_healthy { "healthy" } else { "harmed" };
    println!("| {kind}: {name} |{cells}");
}
