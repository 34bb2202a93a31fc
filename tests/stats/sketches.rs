//! What a sketch says, beside what sorting all values says.

use proptest::prelude::*;
use vexil::stats::Question;
use vexil::stats::aggregate::Sketch;
use vexil::stats::fixed;

use crate::chance::Chance;

/// Values that are unkind to histograms: far apart, equal, on the edges of buckets, at the ends of the domain.
fn unkind() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        (-9.0..12.0_f64).prop_map(|power| 10_f64.powf(power).clamp(1e-9, 1e12)),
        // gamma^i of the default error, and its neighbours.
        (-1_000..1_300_i32, -2..=2_i64).prop_map(|(index, step)| {
            let edge = (f64::from(index) * (1.01_f64 / 0.99).ln()).exp();
            f64::from_bits(edge.to_bits().wrapping_add_signed(step)).clamp(1e-9, 1e12)
        }),
        Just(1e-9),
        Just(1e12),
        Just(7.0),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quantiles_are_within_the_error(
        mut values in prop::collection::vec(unkind(), 1..200),
        q in 0.0..=1.0_f64,
        alpha in prop_oneof![Just(Sketch::ALPHA), 0.001..0.1_f64],
    ) {
        let mut sketch = Sketch::new(alpha).unwrap();
        values.iter().for_each(|value| sketch.add(*value).unwrap());
        values.sort_by(f64::total_cmp);
        let n = values.len();
        for q in [q, 0.0, 0.5, 0.95, 1.0] {
            let exact = values[(q * (n - 1) as f64).floor() as usize];
            let found = sketch.quantile(q).unwrap();
            prop_assert!((found - exact).abs() <= alpha * exact * (1.0 + 1e-9), "{}: {} and {}", q, found, exact);
        }
        for rank in 1..=n {
            let (low, high) = sketch.bounds_of_rank(rank as u64).unwrap();
            let exact = values[rank - 1];
            prop_assert!(low * (1.0 - 1e-12) <= exact && exact <= high * (1.0 + 1e-12), "{} to {}: {}", low, high, exact);
        }
    }

    #[test]
    fn tails_hold_what_lies_beyond(values in prop::collection::vec(unkind(), 1..200), threshold in unkind()) {
        prop_assume!(threshold > 0.0);
        let sketch = Sketch::of(&values).unwrap();
        let tail = sketch.tail(threshold).unwrap();
        // Where buckets end, the logarithm decides to a rounding.
        let (less, more) = (threshold * (1.0 - 1e-12), threshold * (1.0 + 1e-12));
        let count = |is_in: &dyn Fn(f64) -> bool| values.iter().filter(|value| is_in(**value)).count() as u64;
        prop_assert_eq!(tail.below + tail.within + tail.above, sketch.count());
        prop_assert!(tail.below <= count(&|value| value <= more));
        prop_assert!(tail.above <= count(&|value| value > less));
        prop_assert!(tail.below + tail.within >= count(&|value| value <= less));
        prop_assert!(tail.above + tail.within >= count(&|value| value > more));
    }
}

#[test]
fn what_lies_beyond_the_domain_is_counted_apart() {
    let sketch = Sketch::of(&[0.0, 1e-10, 5e-324, 1.0, 1e12, 1e13, f64::MAX]).unwrap();
    assert_eq!((sketch.count(), sketch.clamped()), (7, 4));
    assert_eq!(sketch.value_of_rank(1), Ok(0.0));
    assert_eq!(sketch.bounds_of_rank(2), Ok((0.0, 1e-9)));
    assert_eq!(sketch.bounds_of_rank(7), Ok((1e12, f64::MAX)));
    assert_eq!(sketch.tail(2.0).unwrap().above, 3);
    let text = serde_json::to_string(&sketch).unwrap();
    assert_eq!(text, r#"{"alpha":0.01,"zero":1,"below":2,"above":2,"buckets":{"0":1,"1382":1}}"#);
}

/// The law that other languages write buckets by, from its text alone.
#[test]
fn the_index_is_that_of_the_documented_law() {
    let ln_gamma = ((1.0_f64 + 0.01) / (1.0 - 0.01)).ln();
    for value in [0.004_f64, 0.7, 1.5, 12.0, 250.0, 1_800.0, 1e6] {
        let index = (value.ln() / ln_gamma).ceil() as i32;
        let text = serde_json::to_string(&Sketch::of(&[value]).unwrap()).unwrap();
        assert_eq!(text, format!(r#"{{"alpha":0.01,"buckets":{{"{index}":1}}}}"#));
    }
}

/// An interval of order statistics holds the quantile about as often as it says: of 1,000 samples of 400 values, and
/// the buckets only add to it.
#[test]
fn quantile_intervals_cover() {
    let mut chance = Chance(11);
    let (q, runs) = (0.9, 1_000);
    let truth = (1.281_551_565_544_6_f64).exp();
    let mut missed = [0, 0];
    for _ in 0..runs {
        let values: Vec<f64> = (0..400).map(|_| chance.normal().exp()).collect();
        let found = fixed::quantile(&Sketch::of(&values).unwrap(), q, Question::other_than(0.0, 0.1)).unwrap();
        missed[0] += u32::from(found.interval.is_above(truth));
        missed[1] += u32::from(found.interval.is_below(truth));
    }
    // `scipy.stats.binom.ppf(1 - 1e-6, 1000, .05)` is 86; half of alpha for each side.
    assert!(missed[0] <= 86 && missed[1] <= 86, "{missed:?}");
    assert!(missed[0] + missed[1] > 20, "{missed:?}: too wide to be worth anything");
}
