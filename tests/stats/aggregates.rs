//! Merging in any order leaves the same bits, what is written is read back, and sums are exact.

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use vexil::Timestamp;
use vexil::hash::Digest;
use vexil::stats::Error;
use vexil::stats::aggregate::{Aggregate, Distinct, Moments, PairMoments, Proportion, Sketch, Window, Winsor};

use crate::chance::Chance;

fn json<A: Serialize>(aggregate: &A) -> String {
    serde_json::to_string(aggregate).expect("it can be written")
}

/// Parts that are merged in three ways, all of which must be the same state and the same text; and read back the same.
fn merges_the_same<A: Aggregate + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned>(parts: &[A], empty: &A) {
    let merged = |order: &mut dyn Iterator<Item = &A>| {
        let mut all = empty.clone();
        order.for_each(|part| all.merge(part).expect("they belong together"));
        all
    };
    let forwards = merged(&mut parts.iter());
    let backwards = merged(&mut parts.iter().rev());
    // As a tree: (a + b) + (c + d).
    let pairs: Vec<A> = parts.chunks(2).map(|pair| merged(&mut pair.iter())).collect();
    let tree = merged(&mut pairs.iter());
    assert_eq!(forwards, backwards);
    assert_eq!(forwards, tree);
    assert_eq!(json(&forwards), json(&backwards));
    assert_eq!(json(&forwards), json(&tree));
    let read: A = serde_json::from_str(&json(&forwards)).expect("what was written can be read");
    assert_eq!(read, forwards);
    assert_eq!(json(&read), json(&forwards));
}

/// Values of all magnitudes and signs, with some that cancel.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(-0.0),
        (-1e3..1e3_f64),
        (-60.0..60.0_f64, any::<bool>()).prop_map(|(power, sign)| {
            let magnitude = 10_f64.powf(power).clamp(1e-60, 1e60);
            if sign { magnitude } else { -magnitude }
        }),
        (0..3_u8).prop_map(|which| [1e60, -1e60, 1e-60][usize::from(which)]),
    ]
}

fn lists<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<Vec<T>>> {
    let list = prop::collection::vec(of, 0..12);
    prop::collection::vec(list, 1..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn moments_merge_in_any_order(lists in lists(value())) {
        let parts: Vec<Moments> = lists.iter().map(|list| Moments::of(list).expect("within bounds")).collect();
        merges_the_same(&parts, &Moments::default());
        let mut all: Vec<f64> = lists.concat();
        let merged = parts.iter().fold(Moments::default(), |mut sum, part| { sum.merge(part).unwrap(); sum });
        all.reverse();
        prop_assert_eq!(Moments::of(&all).unwrap(), merged);
    }

    #[test]
    fn pairs_merge_in_any_order(lists in lists((value(), value()))) {
        let parts: Vec<PairMoments> = lists.iter().map(|list| PairMoments::of(list).expect("within bounds")).collect();
        merges_the_same(&parts, &PairMoments::default());
    }

    #[test]
    fn sketches_merge_in_any_order(lists in lists(0.0..1e13_f64), alpha in 0.001..0.1_f64) {
        let parts: Vec<Sketch> = lists.iter().map(|list| {
            let mut sketch = Sketch::new(alpha).unwrap();
            list.iter().for_each(|value| sketch.add(*value).unwrap());
            sketch
        }).collect();
        merges_the_same(&parts, &Sketch::new(alpha).unwrap());
    }

    #[test]
    fn windows_of_anything_merge_in_any_order(lists in lists((0..100_000_i64, -10.0..10.0_f64))) {
        let parts: Vec<Window<Moments>> = lists.iter().map(|list| {
            let mut window = Window::new(1_000).unwrap();
            for (at, value) in list {
                window.add(Timestamp::from_ms(*at - 50_000), &Moments::of(&[*value]).unwrap()).unwrap();
            }
            window
        }).collect();
        merges_the_same(&parts, &Window::new(1_000).unwrap());
    }

    #[test]
    fn counters_merge_in_any_order(lists in lists(any::<u32>()), precision in 8..=16_u8) {
        let parts: Vec<Distinct> = lists.iter().map(|list| {
            let mut counter = Distinct::new(precision).unwrap();
            list.iter().for_each(|unit| counter.add(Digest::of(unit.to_string().as_bytes())));
            counter
        }).collect();
        merges_the_same(&parts, &Distinct::new(precision).unwrap());
    }

    #[test]
    fn proportions_merge_in_any_order(counts in prop::collection::vec((0..1_000_u64, 0..1_000_u64), 1..7)) {
        let parts: Vec<Proportion> = counts.iter().map(|(s, f)| Proportion::new(*s, s + f).unwrap()).collect();
        merges_the_same(&parts, &Proportion::default());
    }

    /// The written parts of a sum add up to it, and the first is the nearest float to it: in whole numbers, where i128
    /// is the judge.
    #[test]
    fn sums_are_exact(values in prop::collection::vec(-(1_i64 << 53)..(1_i64 << 53), 1..40)) {
        let floats: Vec<f64> = values.iter().map(|value| *value as f64).collect();
        let moments = Moments::of(&floats).unwrap();
        let (sum, squares): (i128, i128) = values.iter().fold((0, 0), |(sum, squares), value| {
            (sum + i128::from(*value), squares + i128::from(*value) * i128::from(*value))
        });
        prop_assert_eq!(moments.sum(), sum as f64);
        let written: serde_json::Value = serde_json::from_str(&json(&moments)).unwrap();
        let total = |key: &str| -> i128 {
            written[key].as_array().unwrap().iter().map(|part| part.as_f64().unwrap() as i128).sum()
        };
        prop_assert_eq!(total("sum"), sum);
        prop_assert_eq!(total("squares"), squares);
    }
}

#[test]
fn variance_survives_what_floats_lose() {
    // A billion and a bit: by the textbook's formula in floats the variance is 0 or below it.
    let near = Moments::of(&[1e15, 1e15 + 0.25, 1e15 + 0.5]).unwrap();
    assert_eq!(near.variance(), Ok(0.0625));
    // What is large goes, what is small stays.
    let mut moments = Moments::default();
    for value in [1e60, 1e-60, 3.0, -1e60] {
        moments.add(value).unwrap();
    }
    assert_eq!(moments.sum(), 3.0);
    assert_eq!(json(&moments.sum()), "3.0");
    let text = json(&moments);
    assert!(text.contains(r#""sum":[3.0,1e-60]"#), "{text}");
}

#[test]
fn the_least_and_greatest_are_no_negative_zero() {
    let (one, other) = (Moments::of(&[0.0, -0.0]).unwrap(), Moments::of(&[-0.0, 0.0]).unwrap());
    assert_eq!(json(&one), json(&other));
    assert_eq!(json(&one), r#"{"n":2,"sum":[],"squares":[],"min":0.0,"max":0.0}"#);
}

#[test]
fn a_refused_merge_changes_nothing() {
    let mut sketch = Sketch::of(&[1.0]).unwrap();
    let before = sketch.clone();
    assert_eq!(sketch.merge(&Sketch::new(0.02).unwrap()), Err(Error::Mismatch));
    assert_eq!(sketch, before);
    let mut most = Proportion::new(0, (1 << 53) - 1).unwrap();
    assert_eq!(most.add(true), Err(Error::TooMany));
    assert_eq!(most, Proportion::new(0, (1 << 53) - 1).unwrap());
    let mut window = Window::new(10).unwrap();
    window.add(Timestamp::from_ms(0), &most).unwrap();
    let mut other = window.clone();
    other.add(Timestamp::from_ms(-5), &Proportion::new(1, 1).unwrap()).unwrap();
    let before = window.clone();
    assert_eq!(window.merge(&other), Err(Error::TooMany));
    assert_eq!(window, before);
}

#[test]
fn a_window_tells_fresh_from_old() {
    let mut window = Window::new(1_000).unwrap();
    let seen = |n: u64| Proportion::new(0, n).unwrap();
    for (at, n) in [(-1, 1), (0, 10), (999, 20), (1_000, 100), (2_500, 1_000), (3_000, 10_000), (9_000, 100_000)] {
        window.add(Timestamp::from_ms(at), &seen(n)).unwrap();
    }
    let total = |now: i64, span: u32| window.total(Timestamp::from_ms(now), span).unwrap().map(|all| all.trials());
    // The slot of the instant itself, and of the last instant that counts.
    assert_eq!(total(3_000, 1), Some(10_000));
    assert_eq!(total(3_000, 2), Some(11_000));
    assert_eq!(total(3_000, 1_001), Some(11_000));
    assert_eq!(total(3_000, 1_002), Some(11_100));
    assert_eq!(total(3_999, 3_000), Some(11_100));
    assert_eq!(total(3_999, 4_001), Some(11_131));
    // What lies ahead does not count yet, and nothing is not zero.
    assert_eq!(total(8_999, 5_000), None);
    assert_eq!(total(3_000, 0), None);
    assert_eq!(window.age_ms(Timestamp::from_ms(3_500)), Some(0));
    assert_eq!(window.age_ms(Timestamp::from_ms(8_999)), Some(4_999));
    assert_eq!(window.age_ms(Timestamp::from_ms(-1_001)), None);
    let mut kept = window.clone();
    kept.forget(Timestamp::from_ms(3_000), 1_001);
    let starts: Vec<i64> = kept.fresh(Timestamp::from_ms(20_000), 30_000).map(|(at, _)| at.as_ms()).collect();
    assert_eq!(starts, [2_000, 3_000, 9_000]);
    kept.forget(Timestamp::from_ms(i64::MAX), 1);
    assert_eq!(kept.total(Timestamp::from_ms(20_000), u32::MAX), Ok(None));
}

#[test]
fn a_window_has_a_bounded_number_of_slots() {
    let mut window = Window::new(1).unwrap();
    for at in 0..10_000 {
        window.add(Timestamp::from_ms(at), &Proportion::default()).unwrap();
    }
    assert_eq!(window.add(Timestamp::from_ms(10_000), &Proportion::default()), Err(Error::TooMany));
    window.add(Timestamp::from_ms(9_999), &Proportion::default()).expect("the slot is there");
}

/// Adoption: the estimate is within four standard errors, from one unit to many, whoever is seen how often.
#[test]
fn distinct_units_are_counted_within_the_stated_error() {
    for precision in [8, 12, 14] {
        let mut counter = Distinct::new(precision).unwrap();
        assert_eq!(counter.estimate(), 0.0);
        let mut count = 0_u32;
        for goal in [1, 2, 10, 100, 1_000, 5_000, 20_000, 100_000, 300_000] {
            while count < goal {
                let unit = Digest::of(format!("user-{count}").as_bytes());
                counter.add(unit);
                counter.add(unit);
                count += 1;
            }
            counter.add(Digest::NONE);
            let error = counter.estimate() / f64::from(goal) - 1.0;
            assert!(error.abs() < 4.0 * counter.standard_error(), "{precision}, {goal}: {error}");
        }
    }
}

#[test]
fn winsorizing_moves_what_lies_beyond() {
    let mut chance = Chance(3);
    let values: Vec<f64> = (0..20_000).map(|_| chance.normal().exp()).collect();
    let earlier = Sketch::of(&values).unwrap();
    let winsor = Winsor::of_quantiles(&earlier, 0.01, 0.99).unwrap();
    let mut moments = Moments::default();
    values.iter().for_each(|value| winsor.add(&mut moments, *value).unwrap());
    let (low, high) = winsor.bounds();
    assert_eq!((moments.min(), moments.max()), (Some(low), Some(high)));
    // By the reference's formula for a lognormal quantile, within the sketch's error and chance.
    assert!((high / (2.326_348_f64).exp() - 1.0).abs() < 0.1, "{high}");
    // The same from the sketch alone: within its error.
    let (mean, variance) = winsor.of_sketch(&earlier).unwrap();
    assert!((mean / moments.mean().unwrap() - 1.0).abs() < 0.01, "{mean}");
    assert!((variance / moments.variance().unwrap() - 1.0).abs() < 0.03, "{variance}");
    assert_eq!(winsor.add(&mut moments, f64::INFINITY), Err(Error::NotFinite));
    let read: Winsor = serde_json::from_str(&json(&winsor)).unwrap();
    assert_eq!(read, winsor);
}
