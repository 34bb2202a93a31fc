//! Differences: what they say, and that they agree with engines that are updated.

mod laws;

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use vexil::Engine;
use vexil::diff::{Change, Difference, Effect, What, diff};
use vexil::patterns::RegexPatterns;
use vexil::snapshot::model::Snapshot;

const BEFORE: &str = include_str!("diff/before.json");
const AFTER: &str = include_str!("diff/after.json");

fn read(text: &str) -> Option<Snapshot> {
    vexil::snapshot::read::<RegexPatterns>(text).snapshot
}

fn between(old: &str, new: &str) -> Difference {
    diff(&read(old).expect("the old snapshot is usable"), &read(new).expect("the new snapshot is usable"))
}

/// The keys of the flags, then of the services, whose answers can differ.
fn differing(difference: &Difference) -> [Vec<&str>; 2] {
    [&difference.flags, &difference.services].map(|list| {
        list.iter().filter(|changed| changed.answers_can_differ).map(|changed| changed.key.as_str()).collect()
    })
}

#[test]
fn nothing_differs_from_itself() {
    let difference = between(BEFORE, BEFORE);
    assert!(difference.is_empty());
    assert_snapshot!(difference, @"nothing is different");
}

#[test]
fn everything_that_can_change_is_told() {
    assert_snapshot!(between(BEFORE, AFTER));
}

#[test]
fn the_way_back_is_told_as_well() {
    assert_snapshot!(between(AFTER, BEFORE));
}

#[test]
fn as_data_it_has_the_shape_that_hosts_know() {
    let difference = between(BEFORE, AFTER);
    assert_snapshot!(serde_json::to_string_pretty(&difference).expect("a difference is JSON"));
}

/// A snapshot with one flag, whose rules are given.
fn with_rules(rules: &Json) -> String {
    let flag = json!({
        "variants": { "a": 1, "b": 2, "c": 3 }, "offVariant": "a", "rules": rules, "default": { "variant": "c" }
    });
    json!({ "schema": "vexil/1", "flags": { "x": flag } }).to_string()
}

/// The one rule whose split is given.
fn with_split(split: &Json) -> String {
    with_rules(&json!([{ "id": "r", "serve": { "split": split } }]))
}

/// What the change of the split means.
fn effect(old: &Json, new: &Json) -> Effect {
    let difference = between(&with_split(old), &with_split(new));
    let aspects = difference.flags.first().map(|flag| flag.aspects.as_slice()).unwrap_or_default();
    aspects.first().and_then(|aspect| aspect.effect).unwrap_or_default()
}

const NONE: Effect = Effect { reshuffles: false, admits: false, releases: false };

#[test]
fn exposure_alone_only_admits_or_only_releases() {
    let split = |exposure: &Json| json!({ "exposure": exposure, "weights": [{ "variant": "a", "weight": 1 }, { "variant": "b", "weight": 2 }] });
    let (low, high) = (split(&json!(10)), split(&json!(20)));
    assert_eq!(effect(&low, &high), Effect { admits: true, ..NONE });
    assert_eq!(effect(&high, &low), Effect { releases: true, ..NONE });
}

#[test]
fn seeds_units_and_anchors_reshuffle() {
    let weights =
        |a: u32, b: u32| json!({ "weights": [{ "variant": "a", "weight": a }, { "variant": "b", "weight": b }] });
    let with = |key: &str, value: &str| {
        let mut split = weights(1, 1);
        split[key] = json!(value);
        split
    };
    assert!(effect(&weights(1, 1), &with("seed", "other")).reshuffles);
    assert!(effect(&weights(1, 1), &with("by", "account")).reshuffles);
    assert!(effect(&weights(1, 1), &weights(2, 1)).reshuffles);
    // Ranges that take in what was outside leave everybody where they are.
    let ranges = |list: &[(&str, u32, u32)]| {
        let list: Vec<Json> =
            list.iter().map(|(v, from, to)| json!({ "variant": v, "from": from, "to": to })).collect();
        json!({ "ranges": list })
    };
    let more = [("a", 0, 100), ("b", 500, 600), ("a", 200, 300)];
    assert_eq!(effect(&ranges(&more[..2]), &ranges(&more)), Effect { admits: true, ..NONE });
    assert_eq!(
        effect(&ranges(&more), &ranges(&more[..2])),
        Effect { reshuffles: false, admits: false, releases: true }
    );
    let moved = [("a", 50, 100), ("b", 500, 600)];
    assert_eq!(
        effect(&ranges(&more[..2]), &ranges(&moved)),
        Effect { reshuffles: true, admits: false, releases: true }
    );
}

#[test]
fn ramps_are_taken_over_all_their_time() {
    let ramp = |from: u32, to: u32| {
        json!({
            "ramp": { "from": from, "to": to, "start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z", "curve": "linear" },
            "weights": [{ "variant": "a", "weight": 1 }]
        })
    };
    let constant = json!({ "exposure": 10, "weights": [{ "variant": "a", "weight": 1 }] });
    assert_eq!(effect(&constant, &ramp(10, 50)), Effect { admits: true, ..NONE });
    assert_eq!(effect(&ramp(10, 50), &constant), Effect { releases: true, ..NONE });
    assert_eq!(effect(&constant, &ramp(5, 50)), Effect { admits: true, releases: true, ..NONE });
}

#[test]
fn as_few_rules_as_possible_have_moved() {
    let rules = |ids: &[&str]| {
        let rules: Vec<Json> = ids.iter().map(|id| json!({ "id": id, "serve": { "variant": "a" } })).collect();
        with_rules(&Json::Array(rules))
    };
    let difference = between(&rules(&["1", "2", "3", "4", "5"]), &rules(&["1", "5", "2", "4", "6"]));
    let aspects = &difference.flags.first().expect("the flag changed").aspects;
    let told: Vec<_> =
        aspects.iter().map(|a| (a.key.as_deref(), a.from.is_some(), a.to.is_some(), a.aspects.len())).collect();
    assert_eq!(told, [(Some("5"), false, false, 1), (Some("6"), false, true, 0), (Some("3"), true, false, 0)]);
    assert_eq!(aspects.first().and_then(|rule| rule.aspects.first()).map(|aspect| aspect.aspect), Some(What::Position));
}

#[test]
fn an_older_kill_set_lifts_nothing() {
    let kills = |kills: &Json| {
        let flag = json!({ "variants": { "a": 1, "b": 2 }, "offVariant": "a", "default": { "variant": "b" } });
        json!({ "schema": "vexil/1", "flags": { "x": flag, "y": flag }, "kills": kills }).to_string()
    };
    let killed = kills(&json!({ "revision": 5, "flags": ["x"] }));
    let difference = between(&killed, &kills(&json!({ "revision": 5, "flags": ["y"] })));
    assert_snapshot!(difference, @r"
    kills changed
      ignored, since the revision is not higher: 5 -> 5
    ");
    let difference = between(&killed, &kills(&json!({ "revision": 6, "all": true })));
    assert_snapshot!(difference, @r"
    flag x reaches what changed
      through a kill of everything
    flag y reaches what changed
      through a kill of everything
    kills changed
      revision: 5 -> 6
      everything: false -> true
      flags: x -> none
    ");
}

#[test]
fn each_part_reaches_those_that_depend_on_it() {
    let changes = [
        ("/layers/checkout", json!({ "seed": "other" })),
        ("/layers/checkout", json!({ "by": "account" })),
        ("/layers/spare", json!({ "by": "account" })),
        ("/holdouts/q1", json!({ "seed": "other", "exposure": 2, "flags": ["held"] })),
        ("/holdouts/q1/flags", json!(["held", "same"])),
        ("/segments/staff/exclude", json!(["u-9"])),
        ("/segments/beta/when", json!({ "attribute": "beta", "op": "exists" })),
        ("/rings", json!([{ "name": "inner", "segment": "staff" }, { "name": "early", "segment": "staff" }])),
        (
            "/rings",
            json!([{ "name": "first", "segment": "beta" }, { "name": "inner", "segment": "staff" }, { "name": "early", "segment": "beta" }]),
        ),
        // Another segment that has the same members.
        ("/rings/0/segment", json!("also-staff")),
        ("/flags/checkout/offVariant", json!("on")),
        ("/kills", json!({ "revision": 4, "flags": ["killed", "checkout"], "services": ["api"] })),
    ];
    let mut told = String::new();
    for (pointer, value) in changes {
        let mut old: Json = serde_json::from_str(BEFORE).expect("a snapshot is JSON");
        old["segments"]["also-staff"] = old["segments"]["staff"].clone();
        let mut new = old.clone();
        new["revision"] = json!(2);
        *new.pointer_mut(pointer).expect("it is there") = value.clone();
        let (old, new) = (old.to_string(), new.to_string());
        let mut engine: Engine = Engine::from_json(&old).expect("the old snapshot is usable");
        let changes = engine.update(&new).expect("the new snapshot is usable");
        let difference = between(&old, &new);
        assert_eq!(differing(&difference), [changes.flags, changes.services], "{pointer} = {value}\n{difference}");
        told += &format!("{pointer} = {value}\n{difference}\n");
    }
    assert_snapshot!(told);
}

#[test]
fn what_only_people_read_changes_no_answer() {
    let difference = between(
        BEFORE,
        &BEFORE.replace("the search box", "the box").replace("\"seen\": {", "\"seen\": { \"owner\": \"me\","),
    );
    assert_eq!(
        difference.flags.iter().map(|flag| (flag.change, flag.answers_can_differ)).collect::<Vec<_>>(),
        [(Change::Changed, false); 2]
    );
}
