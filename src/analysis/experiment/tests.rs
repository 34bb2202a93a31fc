//! Laws that fixtures cannot show.

use alloc::vec::Vec;

use super::compare::Method;
use super::figures::{chance, count, interval, number, p_value, percent, signed, signed_percent};
use super::input::{Look, Options};
use super::power::{Baseline, Plan};
use crate::stats::aggregate::{Proportion, Sketch};
use crate::stats::{Error, Interval};

#[test]
fn numbers_have_three_digits_and_no_more_than_they_need() {
    for (value, text) in [
        (0.0, "0"),
        (1.0, "1"),
        (12.04, "12"),
        (0.050_14, "0.0501"),
        (-0.000_123_4, "-0.000123"),
        (1_234.56, "1235"),
        (99.96, "100"),
        (120.0, "120"),
        (1e-9, "1.00e-9"),
        (1e20, "1.00e20"),
    ] {
        assert_eq!(number(value), text);
    }
    assert_eq!([signed(2.0), signed(-2.0), signed(0.0)], ["+2", "-2", "0"]);
    assert_eq!([percent(0.05), signed_percent(0.123_45)], ["5 %", "+12.3 %"]);
    assert_eq!([p_value(0.000_04), p_value(0.041)], ["< 0.0001", "0.041"]);
    assert_eq!([chance(0.0), chance(0.5), chance(1.0)], ["< 0.1 %", "50.0 %", "> 99.9 %"]);
    assert_eq!(
        [count(0), count(999), count(1_000), count(12_345_678)],
        ["0", "999", "1\u{202f}000", "12\u{202f}345\u{202f}678"]
    );
}

#[test]
fn an_interval_says_its_unit_once_and_its_missing_ends() {
    let of = |lower, upper| interval(&Interval { lower, upper }, signed_percent);
    assert_eq!(of(Some(-0.01), Some(0.02)), "-1 to +2 %");
    assert_eq!(of(Some(-0.01), None), "-1 % or more");
    assert_eq!(of(None, Some(0.02)), "+2 % or less");
    assert_eq!(of(None, None), "anything");
}

fn method(look: Look, confidence: f64) -> Method {
    Method::new(&Options { look, confidence, ..Options::default() }, 0.05)
}

#[test]
fn the_p_value_of_quantiles_agrees_with_their_interval() {
    let of = |shift: f64| {
        let values: Vec<f64> = (0..800).map(|i| 50.0 + shift + f64::from(i * 37 % 800) / 8.0).collect();
        Sketch::of(&values).expect("values")
    };
    let control = of(0.0);
    for look in [Look::Fixed, Look::Sequential] {
        let (mut found, mut not_found) = (0, 0);
        for step in 0..30 {
            let treatment = of(f64::from(step) * 1.5);
            let tested = method(look, 0.95).quantiles(&treatment, &control, 0.5).expect("there are values");
            let leaves_out_zero = !tested.difference.interval.contains(0.0);
            assert_eq!(tested.p_value <= 0.05, leaves_out_zero, "{look:?} {step} {tested:?}");
            if leaves_out_zero { found += 1 } else { not_found += 1 }
        }
        assert!(found > 5 && not_found > 2, "{look:?} {found} {not_found}");
    }
}

#[test]
fn rare_successes_are_no_basis_for_looking_all_the_time() {
    let arm = |successes| Proportion::new(successes, 100_000).expect("counts");
    let look = |t, c| method(Look::Sequential, 0.95).rates(&arm(t), &arm(c));
    assert_eq!(look(19, 500), Err(Error::TooFew));
    assert_eq!(look(500, 99_981), Err(Error::TooFew));
    assert!(look(20, 20).is_ok());
    assert!(method(Look::Fixed, 0.95).rates(&arm(2), &arm(5)).is_ok());
}

/// Uniform bits that are the same everywhere.
struct Chance(u64);

impl Chance {
    fn is_below(&mut self, share: f64) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((self.0 >> 32) as u32) < share * 4_294_967_296.0
    }
}

/// Looks at two arms without a difference after every 500 units, and stops at the first that finds one.
fn is_found_wrongly(chance: &mut Chance, rate: f64, look: Look) -> bool {
    let (method, mut arms) = (method(look, 0.95), [Proportion::default(); 2]);
    (0..40).any(|_| {
        for arm in &mut arms {
            (0..500).for_each(|_| arm.add(chance.is_below(rate)).expect("a count"));
        }
        let [treatment, control] = &arms;
        method.rates(treatment, control).is_ok_and(|tested| tested.p_value <= 0.05)
    })
}

#[test]
fn looking_all_the_time_at_shares_finds_no_more_than_promised() {
    for rate in [0.01, 0.3] {
        let wrong = |look| {
            let mut chance = Chance(42);
            (0..300).filter(|_| is_found_wrongly(&mut chance, rate, look)).count()
        };
        // 5 % of 300 are 15; that of one look is what it is a warning of.
        let (sequential, fixed) = (wrong(Look::Sequential), wrong(Look::Fixed));
        assert!(sequential <= 15, "{rate} {sequential}");
        assert!(fixed >= 60, "{rate} {fixed}");
    }
}

#[test]
fn what_a_number_of_units_finds_needs_that_number() {
    let means = Baseline::Mean { mean: 12.0, deviation: 40.0 };
    for baseline in [Baseline::Rate(0.05), means] {
        for (arms, control_share) in [(2, 0.5), (2, 0.2), (4, 0.25), (3, 0.5)] {
            let plan = Plan { arms, control_share, daily: Some(1_000.0), ..Plan::of(baseline) };
            let found = plan.detectable(90_000).expect("it can be found");
            let needed = plan.needed(found.lift).expect("it can be reached");
            assert!(needed.units.abs_diff(90_000) <= 8, "{plan:?} {found:?} {needed:?}");
            assert_eq!((found.days, found.units), (Some(90), 90_000));
            assert!((needed.control as f64 / needed.units as f64 - control_share).abs() < 1e-3, "{needed:?}");
        }
    }
}

#[test]
fn plans_beyond_their_ranges_have_no_answer() {
    let plan = Plan::of(Baseline::Rate(0.05));
    for wrong in [
        Plan { arms: 1, ..plan },
        Plan { arms: 33, ..plan },
        Plan { control_share: 1.0, ..plan },
        Plan { confidence: 1.0, ..plan },
        Plan { power: 0.0, ..plan },
        Plan { daily: Some(0.0), ..plan },
        Plan { baseline: Baseline::Rate(1.0), ..plan },
        Plan { baseline: Baseline::Mean { mean: 0.0, deviation: 1.0 }, ..plan },
    ] {
        assert_eq!(wrong.needed(0.05), Err(Error::OutOfRange), "{wrong:?}");
        assert_eq!(wrong.table(&[0.05]), Err(Error::OutOfRange), "{wrong:?}");
    }
    assert_eq!(plan.needed(f64::NAN), Err(Error::NotFinite));
    assert_eq!(plan.needed(0.0), Err(Error::OutOfRange));
    assert_eq!(plan.needed(19.0), Err(Error::OutOfRange));
    assert_eq!(plan.detectable(1), Err(Error::TooFew));
}
