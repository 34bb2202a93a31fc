//! What is refused: states that nobody could have left, numbers that are none, questions without an answer.

use serde::de::DeserializeOwned;
use vexil::stats::aggregate::{Distinct, Moments, PairMoments, Proportion, Sketch, Window, Winsor};
use vexil::stats::distributions::{Beta, Binomial, Distribution, Normal, StudentT};
use vexil::stats::fixed::{self, Design};
use vexil::stats::sequential::{self, Budget, Concurrent, Mixture};
use vexil::stats::{Alternative, Error, Estimate, Question};

fn refuses<T: DeserializeOwned>(what: &str, good: &str, bad: &[&str]) {
    assert!(serde_json::from_str::<T>(good).is_ok(), "{what}: {good} is refused");
    for text in bad {
        assert!(serde_json::from_str::<T>(text).is_err(), "{what}: {text} is taken");
    }
}

#[test]
fn impossible_moments_are_refused() {
    refuses::<Moments>(
        "moments",
        r#"{"n":3,"sum":[6],"squares":[14],"min":1,"max":3}"#,
        &[
            r#"{"n":-1,"sum":[6],"squares":[14],"min":1,"max":3}"#,
            r#"{"n":3.5,"sum":[6],"squares":[14],"min":1,"max":3}"#,
            // The least above the greatest; a sum beyond them.
            r#"{"n":3,"sum":[6],"squares":[14],"min":3,"max":1}"#,
            r#"{"n":3,"sum":[10],"squares":[40],"min":1,"max":3}"#,
            r#"{"n":3,"sum":[2],"squares":[14],"min":1,"max":3}"#,
            // A variance below 0; squares that are too many.
            r#"{"n":3,"sum":[6],"squares":[11.9],"min":1,"max":3}"#,
            r#"{"n":3,"sum":[6],"squares":[-14],"min":1,"max":3}"#,
            r#"{"n":3,"sum":[6],"squares":[28],"min":1,"max":3}"#,
            // Nothing seen, and yet something.
            r#"{"n":0,"sum":[6],"squares":[14],"min":null,"max":null}"#,
            r#"{"n":0,"sum":[],"squares":[],"min":1,"max":1}"#,
            r#"{"n":3,"sum":[6],"squares":[14],"min":null,"max":3}"#,
            // Beyond what can be observed.
            r#"{"n":1,"sum":[1e61],"squares":[1e122],"min":1e61,"max":1e61}"#,
            r#"{"n":1,"sum":[1e300],"squares":[1],"min":1,"max":1}"#,
            r#"{"n":1,"sum":[1,1e-300],"squares":[1],"min":1,"max":1}"#,
            r#"{"n":9007199254740992,"sum":[],"squares":[],"min":0,"max":0}"#,
            r#"{"n":3,"sum":[6],"squares":[14],"min":1,"max":3,"more":0}"#,
            r#"{"n":3,"sum":6,"squares":[14],"min":1,"max":3}"#,
            r#"{"n":3,"sum":[6],"min":1,"max":3}"#,
        ],
    );
}

#[test]
fn impossible_pairs_are_refused() {
    refuses::<PairMoments>(
        "pairs",
        r#"{"n":2,"x":[3],"y":[5],"xx":[5],"yy":[13],"xy":[8]}"#,
        &[
            r#"{"n":2,"x":[3],"y":[5],"xx":[4],"yy":[13],"xy":[8]}"#,
            r#"{"n":2,"x":[3],"y":[5],"xx":[5],"yy":[13],"xy":[9]}"#,
            r#"{"n":2,"x":[3],"y":[5],"xx":[5],"yy":[13],"xy":[6]}"#,
            r#"{"n":2,"x":[3e60],"y":[5],"xx":[5e120],"yy":[13],"xy":[8]}"#,
            r#"{"n":0,"x":[3],"y":[5],"xx":[5],"yy":[13],"xy":[8]}"#,
            r#"{"n":1,"x":[3],"y":[5],"xx":[9],"yy":[25],"xy":[15.1]}"#,
        ],
    );
}

#[test]
fn impossible_counts_are_refused() {
    refuses::<Proportion>(
        "proportion",
        r#"{"successes":3,"trials":3}"#,
        &[r#"{"successes":4,"trials":3}"#, r#"{"successes":-1,"trials":3}"#, r#"{"trials":3}"#],
    );
    refuses::<Sketch>(
        "sketch",
        r#"{"alpha":0.01,"zero":2,"buckets":{"-3":1}}"#,
        &[
            r#"{"alpha":0.5,"buckets":{}}"#,
            r#"{"alpha":0.01,"buckets":{"1":0}}"#,
            r#"{"alpha":0.01,"buckets":{"1":-2}}"#,
            r#"{"alpha":0.01,"buckets":{"1.5":2}}"#,
            r#"{"alpha":0.01,"buckets":{"1":2,"1":3}}"#,
            r#"{"alpha":0.01,"buckets":{"1383":1}}"#,
            r#"{"alpha":0.01,"buckets":{"-1037":1}}"#,
            r#"{"alpha":0.01,"buckets":{"1":9007199254740991,"2":1}}"#,
            r#"{"alpha":0.01,"zero":-1,"buckets":{}}"#,
            r#"{"alpha":0.01}"#,
        ],
    );
    refuses::<Window<Proportion>>(
        "window",
        r#"{"slot":1000,"slots":{"-5":{"successes":0,"trials":1}}}"#,
        &[
            r#"{"slot":0,"slots":{}}"#,
            r#"{"slot":1000,"slots":{"1":{"successes":2,"trials":1}}}"#,
            r#"{"slot":1000,"slots":{"1":{"successes":0,"trials":1},"1":{"successes":0,"trials":1}}}"#,
        ],
    );
    refuses::<Winsor>(
        "winsor",
        r#"{"lower":0,"upper":1}"#,
        &[r#"{"lower":1,"upper":1}"#, r#"{"lower":1,"upper":null}"#],
    );
    let registers = "A".repeat(255);
    refuses::<Distinct>(
        "distinct",
        &format!(r#"{{"precision":8,"registers":"{registers}5"}}"#),
        &[
            &format!(r#"{{"precision":8,"registers":"{registers}"}}"#),
            &format!(r#"{{"precision":8,"registers":"{registers}+"}}"#),
            &format!(r#"{{"precision":8,"registers":"{registers}6"}}"#),
            &format!(r#"{{"precision":7,"registers":"{registers}A"}}"#),
        ],
    );
}

#[test]
fn impossible_evidence_is_refused() {
    let mut concurrent = Concurrent::new(1.5).unwrap();
    concurrent.add(&Proportion::new(3, 40).unwrap(), &Proportion::new(2, 300).unwrap()).unwrap();
    let good = serde_json::to_string(&concurrent).unwrap();
    let read: Concurrent = serde_json::from_str(&good).unwrap();
    assert_eq!(read, concurrent);
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&good).unwrap();
        change(&mut value);
        serde_json::from_value::<Concurrent>(value).is_err()
    };
    assert!(!changed(&|_| ()));
    assert!(changed(&|value| value["margin"] = 0.into()));
    assert!(changed(&|value| value["weighted"][0] = (-1).into()));
    assert!(changed(&|value| value["evidence"][32] = 1.into()));
    // No data have a likelihood with two summits.
    assert!(changed(&|value| value["evidence"][60] = 50.into()));
    assert!(changed(&|value| drop(value["evidence"].as_array_mut().unwrap().pop())));
    assert!(changed(&|value| value["control"]["trials"] = 0.into()));
    refuses::<Budget>(
        "budget",
        r#"{"total":0.05,"spent":[0.05]}"#,
        &[
            r#"{"total":0.05,"spent":[0.05,1e-20]}"#,
            r#"{"total":0.05,"spent":[-0.01]}"#,
            r#"{"total":1,"spent":[]}"#,
            r#"{"total":0,"spent":[]}"#,
        ],
    );
    refuses::<Mixture>(
        "mixture",
        r#"{"spread":0.1,"burnIn":100}"#,
        &[r#"{"spread":0,"burnIn":100}"#, r#"{"spread":0.1,"burnIn":99}"#],
    );
}

#[test]
fn what_is_no_number_is_refused() {
    let mut moments = Moments::default();
    for (value, error) in [
        (f64::NAN, Error::NotFinite),
        (f64::INFINITY, Error::NotFinite),
        (1.1e60, Error::OutOfRange),
        (-0.9e-60, Error::OutOfRange),
        (5e-324, Error::OutOfRange),
    ] {
        assert_eq!(moments.add(value), Err(error), "{value}");
        assert_eq!(PairMoments::default().add(1.0, value), Err(error), "{value}");
    }
    assert_eq!(moments, Moments::default());
    let mut sketch = Sketch::new(0.01).unwrap();
    for (value, error) in [(f64::NAN, Error::NotFinite), (f64::INFINITY, Error::NotFinite), (-1.0, Error::OutOfRange)] {
        assert_eq!(sketch.add(value), Err(error), "{value}");
    }
    assert_eq!(Normal.cdf(f64::NAN), Err(Error::NotFinite));
    assert_eq!(Normal.cdf(f64::INFINITY), Ok(1.0));
    assert_eq!(Normal.quantile(0.0), Err(Error::OutOfRange));
    assert_eq!(StudentT::new(0.0), Err(Error::OutOfRange));
    assert_eq!(StudentT::new(3.0).unwrap().sf(f64::INFINITY), Ok(0.0));
    assert_eq!(StudentT::new(3.0).unwrap().sf(f64::NEG_INFINITY), Ok(1.0));
    assert_eq!(Beta::new(1.0, f64::NAN), Err(Error::NotFinite));
    assert_eq!(Binomial::new(3, 1.0), Err(Error::OutOfRange));
}

#[test]
fn questions_without_an_answer_say_so() {
    let same = Estimate::of_mean(&Moments::of(&[2.0; 200]).unwrap()).unwrap();
    let around_zero = Estimate::of_mean(&Moments::of(&[-1.0, 1.0, 0.5, -0.4]).unwrap()).unwrap();
    let below_zero = Estimate::of_mean(&Moments::of(&[-1.0, -1.1, -0.9]).unwrap()).unwrap();
    let question = Question::other_than(0.0, 0.05);
    assert_eq!(fixed::against(&same, question).map(drop), Err(Error::NoVariance));
    assert_eq!(fixed::lift(&same, &around_zero, question).map(drop), Err(Error::NoBaseline));
    assert_eq!(fixed::lift(&same, &below_zero, question).map(drop), Err(Error::NoBaseline));
    assert_eq!(Estimate::of_mean(&Moments::of(&[1.0]).unwrap()).map(drop), Err(Error::TooFew));
    assert_eq!(
        Estimate::of_ratio(&PairMoments::of(&[(0.0, 1.0), (0.0, 2.0)]).unwrap()).map(drop),
        Err(Error::NoBaseline)
    );
    assert_eq!(
        Estimate::of_slope(&PairMoments::of(&[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]).unwrap()).map(drop),
        Err(Error::NoVariance)
    );
    let (none, some) = (Proportion::new(0, 10).unwrap(), Proportion::new(3, 10).unwrap());
    assert_eq!(fixed::lift_of_rates(&some, &none, question).map(drop), Err(Error::NoBaseline));
    assert_eq!(fixed::difference_of_rates(&none, &none, question).map(drop), Err(Error::NoVariance));
    assert_eq!(fixed::rate(&Proportion::default(), Question::above(0.1, 0.05)).map(drop), Err(Error::TooFew));
    assert_eq!(fixed::rate(&some, Question::above(0.0, 0.05)).map(drop), Err(Error::OutOfRange));
    assert_eq!(fixed::ratio_mismatch(&[3, 4], &[0.5, 0.5]).map(drop), Err(Error::TooFew));
    assert_eq!(fixed::ratio_mismatch(&[3, 4], &[0.5, 0.6]).map(drop), Err(Error::OutOfRange));
    assert_eq!(fixed::ratio_mismatch(&[3], &[0.5, 0.5]).map(drop), Err(Error::Mismatch));
    assert_eq!(fixed::holm(&[0.1, 1.1]), Err(Error::OutOfRange));
    assert_eq!(fixed::best_proportion(&[some], (1.0, 1.0)).map(drop), Err(Error::TooFew));
    assert_eq!(fixed::cuped(&[]).map(drop), Err(Error::NoVariance));
    let design = Design::of_rates(0.02, 0.01, 1.0).unwrap();
    assert_eq!(design.sample_size(0.8, Alternative::Less, 0.05), Err(Error::OutOfRange));
    // Looks for large samples do not begin with a few.
    let early = Estimate::of_mean(&Moments::of(&[1.0, 2.0, 3.0]).unwrap()).unwrap();
    let mixture = Mixture::new(0.1, 100).unwrap();
    assert_eq!(sequential::against(&early, question, mixture).map(drop), Err(Error::TooFew));
    assert_eq!(sequential::rate(&Proportion::default(), Question::above(0.1, 0.05)).map(drop), Err(Error::TooFew));
    assert_eq!(sequential::rate(&some, Question::above(1.0, 0.05)).map(drop), Err(Error::OutOfRange));
    assert_eq!(sequential::rate(&some, Question::above(0.1, 1.0)).map(drop), Err(Error::OutOfRange));
    let nothing = Concurrent::new(1.0).unwrap();
    assert_eq!(nothing.evidence(Alternative::Greater, 0.05).map(drop), Err(Error::TooFew));
}

#[test]
fn a_budget_is_never_overspent() {
    for (total, count) in [(0.05, 3), (0.05, 7), (0.01, 49), (0.1, 1_000)] {
        let parts = sequential::split(total, &vec![1.0; count]).unwrap();
        let mut budget = Budget::new(total).unwrap();
        for part in &parts {
            assert!((part / (total / count as f64) - 1.0).abs() < 1e-12);
            budget.take(*part).expect("there is enough");
        }
        assert!(budget.left() < total * 1e-9, "{} left", budget.left());
        assert_eq!(budget.take(total), Err(Error::OutOfRange));
        if budget.left() > 1e-60 {
            let left = budget.left();
            budget.take(left).expect("what is left can be taken");
        }
    }
    let parts = sequential::split(0.05, &[3.0, 1.0]).unwrap();
    assert!((parts[0] / 0.0375 - 1.0).abs() < 1e-15 && (parts[1] / 0.0125 - 1.0).abs() < 1e-15);
}
