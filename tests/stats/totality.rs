//! Whatever is asked, there is an answer or an error: no panic, no NaN, no waiting.

use proptest::prelude::*;
use vexil::hash::Digest;
use vexil::stats::aggregate::{Aggregate, Distinct, Moments, PairMoments, Proportion, Sketch};
use vexil::stats::distributions::{Beta, Binomial, ChiSquared, Distribution, Fisher, Gamma, Normal, Poisson, StudentT};
use vexil::stats::fixed::{self, Design, Test};
use vexil::stats::sequential::{self, Budget, Concurrent, Evidence, Mixture};
use vexil::stats::{Alternative, Error, Estimate, Interval, Question, special};

/// Any float at all, and often one that matters.
fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        -3.0..3.0_f64,
        (-20.0..20.0_f64).prop_map(|power| 10_f64.powf(power)),
        (0..12_usize).prop_map(|which| {
            [0.0, -0.0, 1.0, 0.5, -1.0, 1e15, 0.001, 1e-300, f64::MAX, f64::INFINITY, f64::NAN, 5e-324][which]
        }),
    ]
}

fn any_count() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0..5_u64, 3 => 0..100_000_u64, 2 => 0..1_u64 << 52, 1 => any::<u64>()]
}

fn any_question() -> impl Strategy<Value = Question> {
    let alpha = prop_oneof![3 => 1e-9..0.999_f64, 1 => any_float()];
    let null = prop_oneof![-0.1..0.9_f64, any_float()];
    (null, alpha, 0..3_u8).prop_map(|(null, alpha, side)| Question {
        null,
        alpha,
        alternative: [Alternative::TwoSided, Alternative::Greater, Alternative::Less][usize::from(side)],
    })
}

fn number(result: Result<f64, Error>) {
    assert!(result.is_ok_and(|number| !number.is_nan()) || result.is_err(), "NaN");
}

fn interval(interval: Interval) {
    [interval.lower, interval.upper].into_iter().flatten().for_each(|end| assert!(!end.is_nan()));
}

fn test(result: Result<Test, Error>) {
    if let Ok(test) = result {
        interval(test.interval);
        assert!((0.0..=1.0).contains(&test.p_value) && !test.estimate.is_nan(), "{test:?}");
    }
}

fn evidence(result: Result<Evidence, Error>) {
    if let Ok(evidence) = result {
        interval(evidence.interval);
        assert!(!evidence.e.ln().is_nan() && !evidence.estimate.is_nan(), "{evidence:?}");
        assert!((0.0..=1.0).contains(&evidence.p_value()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn distributions_answer(a in any_float(), b in any_float(), x in any_float(), p in any_float(), k in any_count()) {
        number(special::ln_gamma(a));
        number(special::ln_beta(a, b));
        number(special::beta_i(a, b, x));
        number(special::gamma_p(a, x));
        number(special::gamma_q(a, x));
        number(special::erfc(x));
        let all: [Result<Box<dyn Distribution>, Error>; 6] = [
            Ok(Box::new(Normal)),
            StudentT::new(a).map(|of| Box::new(of) as _),
            ChiSquared::new(a).map(|of| Box::new(of) as _),
            Gamma::new(a, b).map(|of| Box::new(of) as _),
            Beta::new(a, b).map(|of| Box::new(of) as _),
            Fisher::new(a, b).map(|of| Box::new(of) as _),
        ];
        for of in all.into_iter().flatten() {
            number(of.cdf(x));
            number(of.sf(x));
            number(of.quantile(p));
            number(of.critical(p));
        }
        if let Ok(binomial) = Binomial::new(k, a) {
            number(Ok(binomial.cdf(k / 2)));
            let _ = binomial.quantile(p);
        }
        if let Ok(poisson) = Poisson::new(a) {
            number(Ok(poisson.sf(k)));
            let _ = poisson.critical(p);
        }
    }

    #[test]
    fn questions_on_rates_answer(
        counts in prop::array::uniform4(any_count()),
        question in any_question(),
        x in any_float(),
        y in any_float(),
    ) {
        let of = |s: u64, f: u64| Proportion::new(s, s.saturating_add(f));
        let (t, c) = (of(counts[0], counts[1]), of(counts[2], counts[3]));
        let _ = fixed::ratio_mismatch(&counts[..2], &[x, 1.0 - x]);
        if let Ok(e) = sequential::ratio_mismatch(&counts[..2], &[x, 1.0 - x]) {
            assert!(!e.ln().is_nan());
        }
        let (Ok(t), Ok(c)) = (t, c) else { return Ok(()) };
        test(fixed::rate(&t, question));
        test(fixed::difference_of_rates(&t, &c, question));
        test(fixed::lift_of_rates(&t, &c, question));
        evidence(sequential::rate(&t, question));
        for bounded in [
            sequential::difference_of_rates(&t, &c, question),
            sequential::lift_of_rates(&t, &c, question),
        ].into_iter().flatten() {
            interval(bounded.interval);
        }
        for chance in fixed::best_proportion(&[t, c], (x, y)).into_iter().flatten() {
            assert!(!chance.best.is_nan() && !chance.loss.is_nan());
        }
        if let Ok(mut concurrent) = Concurrent::new(x) {
            let _ = concurrent.add(&t, &c);
            evidence(concurrent.evidence(question.alternative, question.alpha));
        }
        if let Ok(design) = Design::of_rates(x, y, question.null) {
            number(design.power(counts[0], question.alternative, question.alpha));
            let _ = design.sample_size(0.8, question.alternative, question.alpha);
        }
        number(fixed::detectable_rate(x, counts[0], y, 0.8, question.alternative, question.alpha));
        number(fixed::detectable_difference((x, y), counts[0], 1.0, 0.8, question.alternative, question.alpha));
    }

    #[test]
    fn questions_on_means_answer(
        one in prop::collection::vec(any_float(), 0..6),
        other in prop::collection::vec(any_float(), 0..6),
        question in any_question(),
        spread in any_float(),
    ) {
        // What is taken, repeated until the burn-in is over.
        let of = |values: &[f64]| {
            let mut moments = Moments::default();
            values.iter().for_each(|value| moments.add(*value).unwrap_or_default());
            for _ in 0..7 {
                let same = moments.clone();
                moments.merge(&same).expect("there is room");
            }
            moments
        };
        let mut pairs = PairMoments::default();
        one.iter().zip(&other).for_each(|(x, y)| pairs.add(*x, *y).unwrap_or_default());
        let estimates = [
            Estimate::of_mean(&of(&one)),
            Estimate::of_mean(&of(&other)),
            Estimate::of_ratio(&pairs),
            Estimate::of_slope(&pairs),
        ];
        let estimates: Vec<Estimate> = estimates.into_iter().flatten().collect();
        let _ = fixed::cuped(&[pairs.clone(), pairs]);
        for t in &estimates {
            assert!(!t.value().is_nan() && !t.standard_error().is_nan());
            for c in &estimates {
                test(t.minus(c).and_then(|difference| fixed::against(&difference, question)));
                test(fixed::lift(t, c, question));
                let Ok(mixture) = Mixture::new(spread, 100) else { continue };
                evidence(t.minus(c).and_then(|difference| sequential::against(&difference, question, mixture)));
                evidence(sequential::lift(t, c, question, mixture));
            }
        }
        for chance in fixed::best_mean(&estimates).into_iter().flatten() {
            assert!(!chance.best.is_nan() && !chance.loss.is_nan());
        }
    }

    #[test]
    fn questions_on_quantiles_answer(
        values in prop::collection::vec(any_float(), 0..40),
        alpha in any_float(),
        q in any_float(),
        question in any_question(),
    ) {
        let Ok(mut sketch) = Sketch::new(if alpha > 0.2 { 0.01 } else { alpha }) else { return Ok(()) };
        values.iter().for_each(|value| sketch.add(*value).unwrap_or_default());
        number(sketch.quantile(q));
        number(sketch.rank(question.null));
        evidence(sequential::quantile(&sketch, q, question));
        for bounded in [
            fixed::quantile(&sketch, q, question),
            fixed::difference_of_quantiles(&sketch, &sketch, q, question),
            sequential::difference_of_quantiles(&sketch, &sketch, q, question),
            sequential::lift_of_quantiles(&sketch, &sketch, q, question),
        ].into_iter().flatten() {
            assert!(!bounded.estimate.is_nan());
            interval(bounded.interval);
        }
    }

    #[test]
    fn whatever_is_read_is_an_error_or_a_state(text in r#"\{("n":[0-9e-]{1,4},?|"sum":\[[0-9e.,-]{0,9}\],?|"min":[0-9e-]{1,4},?|"alpha":0\.0[0-9],?|"buckets":\{"[0-9-]{1,4}":[0-9]{1,3}\},?)*\}"#) {
        let _ = serde_json::from_str::<Moments>(&text);
        let _ = serde_json::from_str::<Sketch>(&text);
    }

    #[test]
    fn budgets_and_lists_answer(numbers in prop::collection::vec(any_float(), 0..8), total in any_float(), unit: u64) {
        for list in [fixed::holm(&numbers), fixed::benjamini_hochberg(&numbers)].into_iter().flatten() {
            list.into_iter().for_each(|p| assert!((0.0..=1.0).contains(&p)));
        }
        let _ = fixed::e_benjamini_hochberg(&numbers, total);
        if let Ok(parts) = sequential::split(total, &numbers) {
            let mut budget = Budget::new(total).expect("it was split");
            parts.into_iter().for_each(|part| assert_eq!(budget.take(part), Ok(part)));
        }
        let mut counter = Distinct::new(8).unwrap();
        counter.add(Digest(unit, unit));
        assert!(counter.estimate() >= 0.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Blocks of up to 400,000,000 trials, where rounding is largest.
    #[test]
    fn states_of_concurrent_arms_are_read_back(
        blocks in prop::collection::vec((0.0..8.6_f64, 0.0..8.6_f64, 0.0..=1.0_f64, -9.0..0.0_f64), 1..4),
        margin in 0.01..100.0_f64,
    ) {
        let mut concurrent = Concurrent::new(margin).unwrap();
        for (t, c, share, rare) in blocks {
            let of = |power: f64, share: f64| {
                let trials = 10_f64.powf(power) as u64;
                Proportion::new((trials as f64 * share) as u64, trials).unwrap()
            };
            concurrent.add(&of(t, share), &of(c, share * 10_f64.powf(rare))).unwrap();
        }
        evidence(concurrent.evidence(Alternative::TwoSided, 0.05));
        let text = serde_json::to_string(&concurrent).unwrap();
        prop_assert_eq!(serde_json::from_str::<Concurrent>(&text).unwrap(), concurrent);
    }
}
