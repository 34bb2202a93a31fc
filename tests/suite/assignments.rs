//! What chance decided: laws of what exposures are recorded for. Behaviour is in `tests/fixtures/assignments`.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vexil::{Context, Engine, Reason, Timestamp};

use crate::cases::config;
use crate::generate::{self, FLAGS};

/// The digest that `u-1` is assigned under by a flag with this split.
fn digest(split: &Json) -> u64 {
    let flag = json!({ "variants": { "a": 1, "b": 2 }, "offVariant": "a", "default": { "split": split } });
    let engine = Engine::from_json(&json!({ "schema": "vexil/1", "flags": { "x": flag } }).to_string());
    let engine = engine.expect("it is usable");
    let context = Context::new("u-1").with("account", "u-1");
    let (_, assignments) = engine.evaluate_assigned("x", &context, Timestamp::from_ms(500));
    assignments.first().expect("everybody is within").digest
}

fn weights(a: u32, b: u32) -> Json {
    json!([{ "variant": "a", "weight": a }, { "variant": "b", "weight": b }])
}

#[test]
fn exposure_is_no_part_of_an_assignment_and_all_else_is() {
    let whole = digest(&json!({ "seed": "s", "weights": weights(1, 1) }));
    let instants = ["1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z"];
    let ramp = json!({ "from": 99.99, "to": 100, "start": instants[0], "end": instants[1], "curve": "linear" });
    for same in [
        json!({ "seed": "s", "weights": weights(1, 1), "exposure": 99.9 }),
        json!({ "seed": "s", "weights": weights(50, 50), "ramp": ramp, "outside": { "variant": "a" } }),
        json!({ "seed": "s", "ranges": [{ "variant": "a", "from": 0, "to": 500_000 }, { "variant": "b", "from": 500_000, "to": 1_000_000 }] }),
    ] {
        assert_eq!(digest(&same), whole, "{same}");
    }
    for other in [
        json!({ "seed": "t", "weights": weights(1, 1) }),
        json!({ "seed": "s", "weights": weights(1, 2) }),
        json!({ "seed": "s", "weights": weights(1, 1), "by": "account" }),
    ] {
        assert_ne!(digest(&other), whole, "{other}");
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn assignments_are_of_splits_and_those_of_prerequisites_are_their_own(
        snapshot in generate::snapshot(),
        contexts in prop::collection::vec(generate::context(), 4),
        now in generate::now(),
    ) {
        let engine = Engine::from_json(&snapshot.to_string()).expect("it is usable");
        for (context, key) in contexts.iter().flat_map(|context| FLAGS.iter().map(move |key| (context, key))) {
            let (answer, assignments) = engine.evaluate_assigned(key, context, now);
            let plain = engine.evaluate(key, context, now);
            prop_assert_eq!((plain.variant, plain.rule, plain.reason), (answer.variant, answer.rule, answer.reason));
            for (place, assignment) in assignments.iter().enumerate() {
                prop_assert!(context.get(assignment.by).is_some(), "{assignment:?} without its unit");
                if assignment.flag == answer.flag {
                    prop_assert_eq!(place, assignments.len() - 1);
                    prop_assert_eq!(answer.reason, Reason::Split);
                    prop_assert_eq!((Some(assignment.variant), assignment.rule), (answer.variant, answer.rule));
                } else {
                    let (_, own) = engine.evaluate_assigned(assignment.flag, context, now);
                    prop_assert_eq!(own.last(), Some(assignment));
                }
            }
        }
    }
}
