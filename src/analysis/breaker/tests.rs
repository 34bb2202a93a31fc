//! What holds of breakers.

use proptest::prelude::*;
use serde_json::{from_str, from_value, json, to_string, to_value};

use super::*;
use crate::hash::{Digest, SeedKey};
use crate::stats::aggregate::Window;
use crate::words::weight::Ppm;

const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(NOW.as_ms() + ms)
}

fn rule_json() -> serde_json::Value {
    json!({ "windowMs": 60_000, "slotMs": 5_000, "failures": { "of": 20, "count": 5 },
            "rate": { "above": 50_000, "calls": 100 }, "coolDown": { "firstMs": 30_000, "longestMs": 100_000 },
            "probe": { "share": 50_000, "calls": 50, "failures": 1 } })
}

fn rule() -> BreakerRule {
    from_value(rule_json()).expect("a rule")
}

fn calls(failed: u64, all: u64) -> Input {
    Input::Calls(Proportion::new(failed, all).expect("no more failures than calls"))
}

fn step(state: &Breaker, input: Input, ms: i64) -> Next {
    state.step(&rule(), input, at(ms)).expect("counts are small")
}

fn closed() -> Breaker {
    Breaker::new(&rule(), NOW).expect("a breaker")
}

fn open() -> Breaker {
    step(&closed(), Input::Trip, 0).state
}

fn half_open() -> Breaker {
    step(&open(), Input::Tick, 30_000).state
}

use Position::{Closed, HalfOpen, Open};

#[test]
fn s1_14_every_state_and_input() {
    let few = [calls(0, 10), calls(5, 10), calls(0, 60), Input::Tick, Input::Trip, Input::Reset];
    let moves = |state: &Breaker, ms| few.map(|input| step(state, input, ms).state.position());
    assert_eq!(moves(&closed(), 0), [Closed, Open, Closed, Closed, Open, Closed]);
    assert_eq!(moves(&open(), 29_999), [Open, Open, Open, Open, Open, Closed]);
    assert_eq!(moves(&open(), 30_000), [HalfOpen, HalfOpen, HalfOpen, HalfOpen, Open, Closed]);
    assert_eq!(moves(&half_open(), 30_000), [HalfOpen, Open, Closed, HalfOpen, Open, Closed]);
}

#[test]
fn every_move_says_why() {
    let why = |state: &Breaker, input, ms| step(state, input, ms).moved.map(|moved| (moved.to, moved.why));
    assert_eq!(why(&closed(), calls(5, 10), 0), Some((Open, Why::Failures)));
    assert_eq!(why(&closed(), calls(6, 110), 0), Some((Open, Why::Rate)));
    assert_eq!(why(&closed(), Input::Trip, 0), Some((Open, Why::Command)));
    assert_eq!(why(&closed(), Input::Reset, 0), None, "it was closed");
    assert_eq!(why(&open(), Input::Tick, 30_000), Some((HalfOpen, Why::CooledDown)));
    assert_eq!(why(&half_open(), calls(2, 2), 0), Some((Open, Why::ProbeFailed)));
    assert_eq!(why(&half_open(), calls(1, 50), 0), Some((Closed, Why::ProbePassed)));
    let moved = step(&closed(), Input::Trip, 0).moved.expect("it moved");
    let wanted = json!({ "from": "closed", "to": "open", "at": 1_767_225_600_000_i64, "why": "command" });
    assert_eq!(to_value(moved).expect("it is written"), wanted);
}

#[test]
fn some_of_the_last_calls_are_the_newest() {
    let mut state = closed();
    // Four of twenty, and then fifteen good ones that push two of the four out.
    for (ms, input) in [(0, calls(2, 5)), (5_000, calls(2, 15)), (10_000, calls(0, 15)), (15_000, calls(2, 5))] {
        let next = step(&state, input, ms);
        assert_eq!(next.state.position(), Closed, "after {ms} ms");
        state = next.state;
    }
    // Within twenty there are five now.
    assert_eq!(step(&state, calls(3, 3), 20_000).state.position(), Open);
}

#[test]
fn of_many_calls_at_once_the_share_counts() {
    // Ten failures of a thousand are not five of twenty, nor above 5 %.
    assert_eq!(step(&closed(), calls(10, 1_000), 0).state.position(), Closed);
    assert_eq!(step(&closed(), calls(250, 1_000), 0).state.position(), Open);
}

#[test]
fn what_is_older_than_the_window_does_not_count() {
    let state = step(&closed(), calls(4, 10), 0).state;
    assert_eq!(step(&state, calls(1, 1), 59_000).state.position(), Open);
    assert_eq!(step(&state, calls(1, 1), 70_000).state.position(), Closed);
}

#[test]
fn a_state_does_not_grow() {
    let mut state = closed();
    for i in 0..1_000 {
        state = step(&state, calls(0, 10), i * 5_000).state;
    }
    let Breaker::Closed { calls, .. } = &state else { panic!("nothing failed") };
    assert!(to_string(calls).expect("it is written").matches("trials").count() <= 13);
}

#[test]
fn few_calls_have_no_rate() {
    let rate = |failed, all| {
        let mut json = rule_json();
        json.as_object_mut().expect("an object").remove("failures");
        let rule: BreakerRule = from_value(json).expect("a rule");
        closed().step(&rule, calls(failed, all), NOW).expect("counts are small").state.position()
    };
    assert_eq!([rate(99, 99), rate(5, 100), rate(6, 100)], [Closed, Closed, Open]);
}

#[test]
fn cool_downs_grow_to_an_end_and_are_forgiven() {
    let until = |state: &Breaker| match state {
        Breaker::Open { since, until, .. } => until.as_ms() - since.as_ms(),
        other => panic!("{other:?}"),
    };
    let (mut state, mut ms, mut lengths) = (open(), 0, alloc::vec::Vec::new());
    for _ in 0..40 {
        lengths.push(until(&state));
        ms += until(&state);
        state = step(&state, Input::Tick, ms).state;
        state = step(&state, calls(2, 2), ms).state;
    }
    assert_eq!(&lengths[..4], [30_000, 60_000, 100_000, 100_000]);
    assert_eq!(lengths.last(), Some(&100_000));
    // Closing alone does not forgive: it opened a minute later.
    let reopened = |closed_for: i64| {
        let probing = step(&state, Input::Tick, ms + 100_000).state;
        let closed = step(&probing, calls(0, 50), ms + 100_000).state;
        until(&step(&closed, calls(5, 5), ms + 100_000 + closed_for).state)
    };
    assert_eq!([reopened(60_000), reopened(100_000)], [100_000, 30_000]);
}

#[test]
fn late_calls_are_dropped() {
    let next = step(&open(), calls(0, 1_000), 30_000);
    assert_eq!(next.state.position(), HalfOpen);
    let Breaker::HalfOpen { calls, .. } = next.state else { panic!("it is half open") };
    assert_eq!(calls.trials(), 0, "they were made before it opened");
}

#[test]
fn no_calls_are_no_success() {
    let state = step(&half_open(), calls(0, 49), 40_000).state;
    assert_eq!(step(&state, Input::Tick, 1_000_000_000).state.position(), HalfOpen);
}

#[test]
fn s1_14_the_probe_is_a_stable_part_of_those_who_had_the_flag() {
    let (rule, seed) = (rule(), SeedKey::of("checkout/eu"));
    let exposure = Ppm::new(250_000).expect("a share");
    let admitted = |state: &Breaker| -> alloc::vec::Vec<u32> {
        let bucket = |unit: u32| seed.bucket(Digest::of_number(f64::from(unit)));
        (0..20_000).filter(|unit| state.admits(&rule, exposure, bucket(*unit))).collect()
    };
    let (before, none, probed) = (admitted(&closed()), admitted(&open()), admitted(&half_open()));
    assert!(none.is_empty());
    assert!(probed.iter().all(|unit| before.contains(unit)));
    // Five percent of a quarter of 20,000.
    assert!((150..=350).contains(&probed.len()), "{}", probed.len());
    // The next time they are the same ones.
    let later = step(&step(&half_open(), calls(2, 2), 31_000).state, Input::Tick, 100_000).state;
    assert_eq!(later.position(), HalfOpen);
    assert_eq!(admitted(&later), probed);
}

#[test]
fn a_probe_of_a_tiny_exposure_is_not_empty() {
    let of = |exposure| half_open().exposure(&rule(), Ppm::new(exposure).expect("a share")).get();
    assert_eq!([0, 1, 10, 1_000, 1_000_000].map(of), [0, 1, 1, 50, 50_000]);
}

#[test]
fn s1_16_a_breaker_only_narrows() {
    for state in [closed(), open(), half_open()] {
        assert!(!state.admits(&rule(), Ppm::NONE, 0), "what is killed stays so");
    }
}

#[test]
fn rules_and_states_are_read_strictly() {
    assert_eq!(to_value(rule()).expect("it is written"), rule_json());
    for (pointer, value) in [
        ("/slotMs", json!(0)),
        ("/slotMs", json!(6)),
        ("/windowMs", json!(0)),
        ("/failures/count", json!(21)),
        ("/failures/count", json!(0)),
        ("/rate/above", json!(1_000_000)),
        ("/rate/above", json!(1_000_001)),
        ("/rate/calls", json!(0)),
        ("/coolDown/firstMs", json!(0)),
        ("/coolDown/firstMs", json!(100_001)),
        ("/probe/share", json!(0)),
        ("/probe/calls", json!(0)),
        ("/probe/failures", json!(50)),
    ] {
        let mut damaged = rule_json();
        *damaged.pointer_mut(pointer).expect("it is there") = value;
        assert!(from_value::<BreakerRule>(damaged.clone()).is_err(), "{damaged}");
    }
    let mut silent = rule_json();
    for key in ["failures", "rate"] {
        silent.as_object_mut().expect("an object").remove(key);
    }
    assert!(from_value::<BreakerRule>(silent).is_err(), "it could never open");
    let counted = step(&closed(), calls(1, 3), 0).state;
    for state in [closed(), counted, open(), half_open()] {
        let text = to_string(&state).expect("it is written");
        assert_eq!(from_str::<Breaker>(&text).expect("it is sound"), state);
        let damaged = text.replacen(r#"{"since""#, r#"{"extra":1,"since""#, 1);
        assert_ne!(damaged, text);
        assert!(from_str::<Breaker>(&damaged).is_err(), "{damaged}");
    }
}

#[test]
fn a_state_of_a_rule_before_goes_on() {
    // The slots of the rule were others then.
    let old = Breaker::Closed { since: NOW, times: 0, calls: Window::new(1_000).expect("slots") };
    assert_eq!(step(&old, calls(5, 10), 0).state.position(), Open);
}

fn inputs() -> impl Strategy<Value = alloc::vec::Vec<(Input, i64)>> {
    let calls = (0..6_u64, 0..60_u64).prop_map(|(failed, good)| calls(failed, failed + good));
    let input = prop_oneof![6 => calls, 4 => Just(Input::Tick), 1 => Just(Input::Trip), 1 => Just(Input::Reset)];
    prop::collection::vec((input, 0..40_000_i64), 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn laws_of_the_state_machine(inputs in inputs(), exposure in 0..=1_000_000_u32) {
        let (rule, exposure) = (rule(), Ppm::new(exposure).expect("a share"));
        let (mut state, mut time) = (closed(), 0);
        for (input, passed) in inputs {
            time += passed;
            let before = state.position();
            let next = step(&state, input, time);
            let after = next.state.position();
            // Nothing is probed that was not open, and nothing opens or closes without being told.
            prop_assert!(!(before == Closed && after == HalfOpen), "closed is never half open next");
            if before == Open && after == Closed {
                prop_assert_eq!(input, Input::Reset);
            }
            prop_assert_eq!(next.moved.is_some(), before != after);
            prop_assert_eq!(next.wake_at.is_some(), after == Open);
            if let Breaker::Open { since, until, .. } = next.state {
                prop_assert!((30_000..=100_000).contains(&(until.as_ms() - since.as_ms())));
            }
            let left = next.state.exposure(&rule, exposure);
            prop_assert!(left <= exposure);
            prop_assert_eq!(left == exposure, after == Closed || exposure.get() <= u32::from(after == HalfOpen));
            state = from_str(&to_string(&next.state).expect("it is written")).expect("it is sound");
            prop_assert_eq!(&state, &next.state);
        }
    }
}
