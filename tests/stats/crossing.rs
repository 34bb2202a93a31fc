//! What looking after every observation really does, without chance: the probability that a test ever reports, by
//! following all sequences of outcomes at once.

use vexil::stats::aggregate::Proportion;
use vexil::stats::sequential::{self, Concurrent};
use vexil::stats::{Alternative, Question};

/// The probability that a walk reports by step `n`: it goes up with probability `p` in each step, and stops where its
/// height after a step is reported.
fn reported(n: u64, p: f64, is_reported: &mut dyn FnMut(u64, u64) -> bool) -> f64 {
    let mut at = vec![1.0];
    let mut all = 0.0;
    for step in 1..=n {
        let mut next = vec![0.0; at.len() + 1];
        for (height, mass) in at.iter().enumerate() {
            next[height] += mass * (1.0 - p);
            next[height + 1] += mass * p;
        }
        for (height, mass) in next.iter_mut().enumerate() {
            // What has hardly any mass adds hardly any; a thousandth of the error at most, over all steps.
            if *mass > 1e-12 && is_reported(step, height as u64) {
                all += std::mem::take(mass);
            }
        }
        at = next;
    }
    all
}

/// A probability to four digits: what is written down is what is computed.
fn is_shown(found: f64, shown: f64) {
    assert!((found - shown).abs() < 0.5e-4, "{found}, shown as {shown}");
}

/// Asks about few heights: those that report are all that are high enough, or low enough.
struct Edge {
    ask: Box<dyn Fn(u64, u64) -> bool>,
    /// The least height that reports, from above; the number of heights that report, from below.
    edge: u64,
    step: u64,
    is_from_above: bool,
}

impl Edge {
    fn reports(&mut self, step: u64, height: u64) -> bool {
        if self.step != step {
            self.step = step;
            // With more trials more successes are needed, and more of them are few enough.
            while self.edge <= step && self.is_from_above != (self.ask)(step, self.edge) {
                self.edge += 1;
            }
        }
        if self.is_from_above { height >= self.edge } else { height < self.edge }
    }
}

fn rate(n: u64, s: u64, question: Question) -> bool {
    sequential::rate(&Proportion::new(s, n).unwrap(), question).unwrap().is_enough()
}

#[test]
fn a_rate_at_its_bound_is_rarely_reported_over_2000_looks() {
    // `docs/statistics.md` shows these.
    for (p, of_above, of_below) in
        [(0.01, 0.0218, 0.0321), (0.05, 0.0307, 0.0414), (0.3, 0.0380, 0.0423), (0.95, 0.0447, 0.0252)]
    {
        let question = Question::above(p, 0.05);
        let mut edge = Edge { ask: Box::new(move |n, s| rate(n, s, question)), edge: 0, step: 0, is_from_above: true };
        let above = reported(2_000, p, &mut |n, s| edge.reports(n, s));
        let question = Question::below(p, 0.05);
        let mut edge = Edge { ask: Box::new(move |n, s| rate(n, s, question)), edge: 0, step: 0, is_from_above: false };
        let below = reported(2_000, p, &mut |n, s| edge.reports(n, s));
        // By Ville at most alpha.
        assert!(above <= 0.05 && below <= 0.05, "{p}: {above}, {below}");
        is_shown(above, of_above);
        is_shown(below, of_below);
    }
}

#[test]
fn a_rate_within_its_bound_is_reported_even_less() {
    let question = Question::above(0.05, 0.05);
    let mut edge = Edge { ask: Box::new(move |n, s| rate(n, s, question)), edge: 0, step: 0, is_from_above: true };
    let within = reported(2_000, 0.04, &mut |n, s| edge.reports(n, s));
    assert!(within < 0.02, "{within}");
    // What the naive threshold does, asked after every request from the 50th on: most healthy canaries fall.
    let naive = reported(2_000, 0.04, &mut |n, s| n >= 50 && s as f64 > 0.05 * n as f64);
    assert!(naive > 0.5, "{naive}");
}

#[test]
fn a_confidence_sequence_holds_at_all_looks_at_once() {
    let p = 0.03;
    let interval = |n: u64, s: u64| {
        sequential::rate(&Proportion::new(s, n).unwrap(), Question::other_than(0.5, 0.1)).unwrap().interval
    };
    let mut above =
        Edge { ask: Box::new(move |n, s| interval(n, s).is_above(p)), edge: 0, step: 0, is_from_above: true };
    let mut below =
        Edge { ask: Box::new(move |n, s| interval(n, s).is_below(p)), edge: 0, step: 0, is_from_above: false };
    let missed = reported(1_000, p, &mut |n, s| above.reports(n, s) || below.reports(n, s));
    assert!(missed <= 0.1, "{missed}");
    is_shown(missed, 0.0595);
}

/// One request to each arm at a time, errors in half of each: what counts are pairs with one error, and each of them is
/// a fair coin under the null hypothesis.
#[test]
fn concurrent_arms_that_are_the_same_are_rarely_reported() {
    let block = |concurrent: &Concurrent, is_treatment: bool| {
        let mut next = concurrent.clone();
        let (t, c) = (Proportion::new(is_treatment.into(), 1), Proportion::new((!is_treatment).into(), 1));
        next.add(&t.unwrap(), &c.unwrap()).unwrap();
        next
    };
    let is_enough = |concurrent: &Concurrent| concurrent.evidence(Alternative::Greater, 0.05).unwrap().is_enough();
    // The state at the least number of heads that reports, step by step; further tails need further heads.
    let mut state = block(&Concurrent::new(1.0).unwrap(), true);
    let mut edges = vec![u64::MAX, 2];
    let mut heads = 1;
    while edges.len() <= 600 {
        let after_tails = block(&state, false);
        // Not reported yet at all: one more head each step until it is.
        (state, heads) = if edges.last() == Some(&(heads + 1)) && !is_enough(&state) {
            (block(&state, true), heads + 1)
        } else if is_enough(&after_tails) {
            (after_tails, heads)
        } else {
            (block(&state, true), heads + 1)
        };
        edges.push(if is_enough(&state) { heads } else { heads + 1 });
    }
    let all = reported(600, 0.5, &mut |step, height| height >= edges[step as usize]);
    assert!(all <= 0.05, "{all}");
    is_shown(all, 0.0337);
}

/// Each factor has mean 1 under the null hypothesis, whatever the block: the sum over all ways in which its successes can
/// fall, by their probabilities from counting.
#[test]
fn evidence_of_a_block_has_mean_one() {
    let choose = |n: u64, k: u64| (1..=k).map(|i| (n - k + i) as f64 / i as f64).product::<f64>();
    for (t, c, s) in [(1, 1, 1), (2, 18, 3), (10, 90, 4), (90, 10, 30), (50, 50, 50), (7, 300, 12), (100, 100, 190)] {
        for margin in [1.0, 1.5, 0.2] {
            let support = s.max(c) - c..=s.min(t);
            let weight = |k: u64| choose(t, k) * choose(c, s - k) * f64::powf(margin, k as f64);
            let whole: f64 = support.clone().map(weight).sum();
            let mut means = vec![0.0; 65];
            let mut above = 0.0;
            for k in support {
                let mut concurrent = Concurrent::new(margin).unwrap();
                concurrent.add(&Proportion::new(k, t).unwrap(), &Proportion::new(s - k, c).unwrap()).unwrap();
                let written = serde_json::to_value(&concurrent).unwrap();
                for (mean, ln) in means.iter_mut().zip(written["evidence"].as_array().unwrap()) {
                    *mean += weight(k) / whole * ln.as_f64().unwrap().exp();
                }
                above += weight(k) / whole * concurrent.evidence(Alternative::Greater, 0.05).unwrap().e.value();
            }
            for mean in &means {
                assert!((mean - 1.0).abs() < 1e-9, "{t}, {c}, {s}, {margin}: {mean}");
            }
            assert!((above - 1.0).abs() < 1e-9, "{t}, {c}, {s}, {margin}: {above}");
        }
    }
}

/// Units that arrive as they are split, one after another, with a look after each.
#[test]
fn right_shares_are_rarely_reported() {
    for (share, shown) in [(0.5, 0.0243), (0.1, 0.0241)] {
        let all = reported(1_500, share, &mut |n, s| {
            sequential::ratio_mismatch(&[s, n - s], &[share, 1.0 - share]).unwrap().reaches(0.05)
        });
        assert!(all <= 0.05, "{share}: {all}");
        is_shown(all, shown);
    }
}
