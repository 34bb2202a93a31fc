//! Laws of distributions: quantiles undo probabilities, tails are monotone and add up, what is symmetric is so.

use proptest::prelude::*;
use vexil::stats::distributions::{Beta, Binomial, ChiSquared, Distribution, Fisher, Gamma, Normal, Poisson, StudentT};

fn any_continuous() -> impl Strategy<Value = Box<dyn Distribution>> {
    let shape = || (-1.0..6.0_f64).prop_map(|power| 10_f64.powf(power));
    fn boxed<D: Distribution + 'static>(distribution: D) -> Box<dyn Distribution> {
        Box::new(distribution)
    }
    prop_oneof![
        Just(()).prop_map(|()| boxed(Normal)),
        shape().prop_map(|df| boxed(StudentT::new(df).unwrap())),
        shape().prop_map(|df| boxed(ChiSquared::new(df).unwrap())),
        (shape(), 0.1..10.0_f64).prop_map(|(shape, scale)| boxed(Gamma::new(shape, scale).unwrap())),
        (shape(), shape()).prop_map(|(a, b)| boxed(Beta::new(a, b).unwrap())),
        (shape(), shape()).prop_map(|(a, b)| boxed(Fisher::new(a, b).unwrap())),
    ]
}

fn relative(one: f64, other: f64) -> f64 {
    (one - other).abs() / other.abs().max(f64::MIN_POSITIVE)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quantiles_undo_probabilities(of in any_continuous(), power in -12.0..-0.302_f64, is_upper: bool) {
        let p = 10_f64.powf(power);
        let x = if is_upper { of.critical(p) } else { of.quantile(p) }.unwrap();
        // A quantile that is no float, or is the end of the domain, has no way back.
        prop_assume!(x.abs() > 1e-280 && x.is_finite() && x != 1.0);
        let back = if is_upper { of.sf(x) } else { of.cdf(x) }.unwrap();
        // What one rounding of x makes of the probability is not the distribution's.
        let near = |x: f64| if is_upper { of.sf(x) } else { of.cdf(x) }.unwrap();
        let rounding = relative(near(x.next_up()), near(x.next_down()));
        prop_assert!(relative(back, p) < 1e-10 + 4.0 * rounding, "{}: {} at {}", p, back, x);
    }

    #[test]
    fn tails_add_up_and_are_monotone(of in any_continuous(), x in -50.0..50.0_f64, step in 0.0..5.0_f64) {
        let (cdf, sf) = (of.cdf(x).unwrap(), of.sf(x).unwrap());
        prop_assert!((cdf + sf - 1.0).abs() < 1e-15);
        prop_assert!((0.0..=1.0).contains(&cdf) && (0.0..=1.0).contains(&sf));
        let next = of.cdf(x + step).unwrap();
        prop_assert!(next >= cdf * (1.0 - 1e-12), "{} then {}", cdf, next);
        prop_assert!(of.sf(x + step).unwrap() <= sf * (1.0 + 1e-12) + 1e-300);
    }

    #[test]
    fn what_is_symmetric_is_so_to_the_bit(x in -40.0..40.0_f64, df in 0.1..1e5_f64, p in 1e-9..0.5_f64) {
        let t = StudentT::new(df).unwrap();
        prop_assert_eq!(Normal.cdf(-x), Normal.sf(x));
        prop_assert_eq!(t.cdf(-x), t.sf(x));
        prop_assert_eq!(Normal.quantile(p).unwrap(), -Normal.critical(p).unwrap());
        prop_assert_eq!(t.quantile(p).unwrap(), -t.critical(p).unwrap());
    }

    #[test]
    fn beta_of_the_complement_is_the_other_tail(a in 0.1..1e5_f64, b in 0.1..1e5_f64, steps in 1..1024_u32) {
        // Shares whose complement is exact.
        let x = f64::from(steps) / 1_024.0;
        prop_assert_eq!(Beta::new(a, b).unwrap().cdf(x), Beta::new(b, a).unwrap().sf(1.0 - x));
    }

    #[test]
    fn discrete_quantiles_are_the_least_that_suffice(n in 1..5_000_u64, p in 0.001..0.999_f64, q in 1e-9..0.999_f64) {
        let binomial = Binomial::new(n, p).unwrap();
        let k = binomial.quantile(q).unwrap();
        prop_assert!(binomial.cdf(k) >= q && (k == 0 || binomial.cdf(k - 1) < q));
        let poisson = Poisson::new(p * n as f64).unwrap();
        let k = poisson.critical(q).unwrap();
        prop_assert!(poisson.sf(k) <= q && (k == 0 || poisson.sf(k - 1) > q));
    }
}

/// Where methods change, values do not jump: a step of a millionth in the shape on both sides of each border.
#[test]
fn there_is_no_seam_between_methods() {
    for shape in [10.0, 15.0, 16.0, 1e4] {
        for z in [-4.0, -1.0, -0.01, 0.01, 1.0, 4.0] {
            let x = shape + z * f64::sqrt(shape);
            let at = |factor: f64| Gamma::new(shape * factor, 1.0).unwrap().cdf(x).unwrap();
            let (before, here, after) = (at(1.0 - 1e-9), at(1.0), at(1.0 + 1e-9));
            assert!(relative(0.5 * (before + after), here) < 1e-11, "gamma, {shape}, {z}: {before}, {here}, {after}");
            for other in [0.5, 3.0, 2e4] {
                let mean = shape / (shape + other);
                let x = (mean * (1.0 + z / 50.0)).min(0.999_999);
                let at = |factor: f64| Beta::new(shape * factor, other).unwrap().cdf(x).unwrap();
                let (before, here, after) = (at(1.0 - 1e-9), at(1.0), at(1.0 + 1e-9));
                assert!(
                    relative(0.5 * (before + after), here) < 1e-10,
                    "beta, {shape}, {other}, {z}: {before}, {here}"
                );
            }
        }
    }
}
