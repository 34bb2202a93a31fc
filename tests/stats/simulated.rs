//! Error rates and power where all sequences cannot be followed: by chance, with fixed seeds.

use vexil::stats::aggregate::{Aggregate, Moments, Proportion, Sketch};
use vexil::stats::fixed::{self, Design};
use vexil::stats::sequential::{self, Concurrent, Mixture};
use vexil::stats::{Alternative, Estimate, Question};

use crate::chance::Chance;

/// Looks every 50 observations at two arms that are the same, with skewed values, and counts who is ever reported.
fn false_alarms(runs: u64, value: fn(&mut Chance) -> f64, mixture: Mixture, question: Question) -> u64 {
    let is_reported = |seed: u64| {
        let (mut chance, mut t, mut c) = (Chance(seed), Moments::default(), Moments::default());
        (0..100).any(|look| {
            // The canary's share of traffic grows from a tenth to a half on the way.
            let share = if look < 30 { 0.1 } else { 0.5 };
            for _ in 0..50 {
                let arm = if chance.uniform() < share { &mut t } else { &mut c };
                arm.add(value(&mut chance)).unwrap();
            }
            let difference = Estimate::of_mean(&t).and_then(|t| t.minus(&Estimate::of_mean(&c)?));
            difference
                .and_then(|difference| sequential::against(&difference, question, mixture))
                .is_ok_and(|e| e.is_enough())
        })
    };
    (0..runs).filter(|run| is_reported(run * 7_919 + 1)).count() as u64
}

#[test]
fn means_that_are_the_same_are_rarely_reported() {
    let mixture = Mixture::new(0.2, 100).unwrap();
    // `scipy.stats.binom.isf(1e-4, 400, .05)` is 38: what alpha could do by chance.
    let sides =
        [("two-sided", Question::other_than(0.0, 0.05), (13, 19)), ("above", Question::above(0.0, 0.05), (16, 4))];
    for (name, question, shown) in sides {
        let normal = false_alarms(400, Chance::normal, mixture, question);
        let skewed = false_alarms(400, |chance| chance.normal().exp(), mixture, question);
        assert!(normal <= 38 && skewed <= 38, "{name}: {normal}, {skewed}");
        // `docs/statistics.md` shows the first.
        assert_eq!((normal, skewed), shown, "{name}");
    }
}

/// A lift is reported no more often than a difference.
#[test]
fn lifts_that_are_none_are_rarely_reported() {
    let (mixture, question) = (Mixture::new(0.1, 100).unwrap(), Question::other_than(0.0, 0.05));
    let is_reported = |seed: u64| {
        let (mut chance, mut t, mut c) = (Chance(seed), Moments::default(), Moments::default());
        (0..60).any(|_| {
            for _ in 0..50 {
                t.add(5.0 + chance.normal()).unwrap();
                c.add(5.0 + chance.normal()).unwrap();
            }
            let (t, c) = (Estimate::of_mean(&t).unwrap(), Estimate::of_mean(&c).unwrap());
            sequential::lift(&t, &c, question, mixture).is_ok_and(|evidence| evidence.is_enough())
        })
    };
    let alarms = (0..300).filter(|run| is_reported(run * 104_729 + 5)).count();
    // `scipy.stats.binom.isf(1e-4, 300, .05)` is 30.
    assert!(alarms <= 30, "{alarms}");
}

/// A day on which the error rate of both arms swings between 0.5 % and 20 %, while the canary's share of traffic rises
/// with it: no evidence beside the control, and all the evidence in the world in the sums.
#[test]
fn an_outage_of_both_arms_is_no_evidence_against_the_canary() {
    let (mut alarms, mut naive) = (0, 0);
    for run in 0..300_u64 {
        let mut chance = Chance(run * 31 + 7);
        let mut concurrent = Concurrent::new(1.0).unwrap();
        let (mut is_alarm, mut is_naive) = (false, false);
        for minute in 0..40 {
            let (rate, share) = if minute < 20 { (0.005, 0.05) } else { (0.2, 0.5) };
            let n = 60;
            let t_trials = chance.successes(n, share);
            let t = Proportion::new(chance.successes(t_trials, rate), t_trials).unwrap();
            let c = Proportion::new(chance.successes(n - t_trials, rate), n - t_trials).unwrap();
            concurrent.add(&t, &c).unwrap();
            is_alarm |= concurrent.evidence(Alternative::Greater, 0.05).is_ok_and(|evidence| evidence.is_enough());
            let (t, c) = concurrent.sums();
            is_naive |=
                fixed::difference_of_rates(&t, &c, Question::above(0.0, 0.05)).is_ok_and(|test| test.is_significant());
        }
        alarms += u32::from(is_alarm);
        naive += u32::from(is_naive);
    }
    // `docs/statistics.md` shows these. By chance alpha could make 30: `scipy.stats.binom.isf(1e-4, 300, .05)`.
    assert_eq!((alarms, naive), (3, 300));
}

/// How many requests it takes to see 2 % errors beside 1 %, with a tenth of the traffic; and beside a bound of 1 %.
#[test]
fn twice_the_errors_are_soon_seen() {
    let (mut beside, mut by_bounds, mut by_ceiling) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..60_u64 {
        let mut chance = Chance(run * 17 + 3);
        let mut concurrent = Concurrent::new(1.0).unwrap();
        let mut seen = [None; 3];
        for minute in 1..=400_u64 {
            let t = Proportion::new(chance.successes(20, 0.02), 20).unwrap();
            let c = Proportion::new(chance.successes(180, 0.01), 180).unwrap();
            concurrent.add(&t, &c).unwrap();
            let (t, c) = concurrent.sums();
            let question = Question::above(0.0, 0.05);
            let is_seen = [
                concurrent.evidence(Alternative::Greater, 0.05).is_ok_and(|evidence| evidence.is_enough()),
                minute % 5 == 0 && sequential::difference_of_rates(&t, &c, question).unwrap().interval.is_above(0.0),
                minute % 5 == 0 && sequential::rate(&t, Question::above(0.01, 0.05)).unwrap().is_enough(),
            ];
            for (seen, is_seen) in seen.iter_mut().zip(is_seen) {
                *seen = seen.or(is_seen.then_some(minute * 200));
            }
            if seen.iter().all(Option::is_some) {
                break;
            }
        }
        beside.push(seen[0].unwrap_or(u64::MAX));
        by_bounds.push(seen[1].unwrap_or(u64::MAX));
        by_ceiling.push(seen[2].unwrap_or(u64::MAX));
    }
    let median = |list: &mut Vec<u64>| {
        list.sort_unstable();
        list[list.len() / 2]
    };
    let fixed = Design::of_rates(0.02, 0.01, 9.0).unwrap().sample_size(0.8, Alternative::Greater, 0.05).unwrap() * 10;
    let (beside, by_bounds, by_ceiling) = (median(&mut beside), median(&mut by_bounds), median(&mut by_ceiling));
    // `docs/statistics.md` shows these.
    assert_eq!((beside, by_bounds, by_ceiling, fixed), (7_800, 24_000, 8_000, 9_120));
}

/// The 95th percentile of a latency, looked at every 50 requests.
#[test]
fn a_quantile_is_held_at_all_looks() {
    let truth = (1.644_853_626_951_5_f64).exp();
    let (mut missed, mut alarms, mut caught) = (0, 0, 0);
    for run in 0..150_u64 {
        let mut chance = Chance(run * 13 + 11);
        let mut sketch = Sketch::new(Sketch::ALPHA).unwrap();
        let (mut is_missed, mut is_alarm, mut is_caught) = (false, false, false);
        for _ in 0..40 {
            (0..50).for_each(|_| sketch.add(chance.normal().exp()).unwrap());
            let both = sequential::quantile(&sketch, 0.95, Question::other_than(truth, 0.05)).unwrap();
            is_missed |= !both.interval.contains(truth);
            let above = |bound: f64| sequential::quantile(&sketch, 0.95, Question::above(bound, 0.05)).unwrap();
            is_alarm |= above(truth).is_enough();
            is_caught |= above(truth / 1.5).is_enough();
        }
        missed += u32::from(is_missed);
        alarms += u32::from(is_alarm);
        caught += u32::from(is_caught);
    }
    // `scipy.stats.binom.isf(1e-4, 150, .05)` is 19.
    assert!(missed <= 19 && alarms <= 19, "{missed}, {alarms}");
    assert!(caught >= 140, "{caught}");
}

/// Beliefs against drawing from them.
#[test]
fn beliefs_are_those_that_chance_draws() {
    let arms = [(30_u64, 400_u64), (41, 410), (25, 300)];
    let seen: Vec<Proportion> = arms.iter().map(|(s, n)| Proportion::new(*s, *n).unwrap()).collect();
    let chances = fixed::best_proportion(&seen, (1.0, 1.0)).unwrap();
    assert!((chances.iter().map(|chance| chance.best).sum::<f64>() - 1.0).abs() < 1e-12);
    let mut chance = Chance(5);
    let (mut best, mut loss) = ([0.0; 3], [0.0; 3]);
    let draws = 20_000;
    for _ in 0..draws {
        // A share from a beta distribution, by the order of uniform draws, is slow; by its normal limit it is near.
        let drawn = arms.map(|(s, n)| {
            let (a, b) = (s as f64 + 1.0, (n - s) as f64 + 1.0);
            let gamma = |shape: f64, chance: &mut Chance| {
                // Wilson and Hilferty's cube, which is close for these shapes.
                shape * (1.0 - 1.0 / (9.0 * shape) + chance.normal() / (3.0 * shape.sqrt())).powi(3)
            };
            let (x, y) = (gamma(a, &mut chance), gamma(b, &mut chance));
            x / (x + y)
        });
        let most = drawn.iter().copied().fold(0.0, f64::max);
        for (arm, share) in drawn.iter().enumerate() {
            best[arm] += f64::from(u8::from(*share == most)) / f64::from(draws);
            loss[arm] += (most - share) / f64::from(draws);
        }
    }
    for (arm, chance) in chances.iter().enumerate() {
        assert!((chance.best - best[arm]).abs() < 0.02, "{arm}: {} and {}", chance.best, best[arm]);
        assert!((chance.loss - loss[arm]).abs() < 0.001, "{arm}: {} and {}", chance.loss, loss[arm]);
    }
}

/// Power is what it says: of planned experiments with an effect, so many are significant; and without, alpha.
#[test]
fn planned_power_is_had() {
    let design = Design::of_rates(0.13, 0.1, 1.0).unwrap();
    let n = design.sample_size(0.8, Alternative::TwoSided, 0.05).unwrap();
    let mut chance = Chance(23);
    let mut found = |rate: f64| {
        (0..400)
            .filter(|_| {
                let t = Proportion::new(chance.successes(n, rate), n).unwrap();
                let c = Proportion::new(chance.successes(n, 0.1), n).unwrap();
                fixed::difference_of_rates(&t, &c, Question::other_than(0.0, 0.05)).unwrap().is_significant()
            })
            .count()
    };
    // `scipy.stats.binom.ppf([1e-4, 1 - 1e-4], 400, [.8, .8])` is 289, 349; for .05 from 6 to 38.
    let (with, without) = (found(0.13), found(0.1));
    assert!((289..=349).contains(&with), "{with}");
    assert!((6..=38).contains(&without), "{without}");
}

/// Sums of arms add up whatever host they came from: nothing in a verdict depends on the order of merging.
#[test]
fn evidence_is_the_same_however_counts_were_merged() {
    let mut chance = Chance(99);
    let parts: Vec<Moments> =
        (0..20).map(|_| Moments::of(&(0..50).map(|_| 1e6 + chance.normal()).collect::<Vec<_>>()).unwrap()).collect();
    let merged = |order: &mut dyn Iterator<Item = &Moments>| {
        let mut all = Moments::default();
        order.for_each(|part| all.merge(part).unwrap());
        let mixture = Mixture::new(0.1, 100).unwrap();
        sequential::against(&Estimate::of_mean(&all).unwrap(), Question::above(1e6, 0.05), mixture).unwrap()
    };
    assert_eq!(merged(&mut parts.iter()), merged(&mut parts.iter().rev()));
}
