//! Differences: what they say, and that they agree with engines that are updated.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vexil::diff::{Change, Difference, Effect, What, diff};
use vexil::patterns::RegexPatterns;
use vexil::snapshot::model::Snapshot;
use vexil::{Context, Engine, Timestamp};

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

/// Documents with something of everything, to be mutated.
fn documents() -> Vec<Json> {
    let texts = [BEFORE, AFTER, include_str!("explain/shop.json"), crate::binary::EVERYTHING];
    texts.iter().map(|text| serde_json::from_str(text).expect("a snapshot is JSON")).collect()
}

/// The places of a document, the root left out.
fn pointers(json: &Json, at: &str, out: &mut Vec<String>) {
    let children: Vec<(String, &Json)> = match json {
        Json::Object(members) => {
            members.iter().map(|(key, child)| (key.replace('~', "~0").replace('/', "~1"), child)).collect()
        }
        Json::Array(items) => items.iter().enumerate().map(|(i, child)| (i.to_string(), child)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let at = format!("{at}/{key}");
        pointers(child, &at, out);
        out.push(at);
    }
}

/// Changes one place of a document: it takes the value of another, goes, is swapped, or is altered.
fn mutate(json: &mut Json, (place, other, how): (usize, usize, u8)) {
    let mut all = Vec::new();
    pointers(json, "", &mut all);
    let (at, from) = (&all[place % all.len()], &all[other % all.len()]);
    let (parent, key) = at.rsplit_once('/').expect("the root is left out");
    let key = key.replace("~1", "/").replace("~0", "~");
    match (how % 5, json.pointer_mut(parent)) {
        (0, Some(Json::Object(members))) => drop(members.remove(&key)),
        (0, Some(Json::Array(items))) => drop(items.remove(key.parse().expect("an index"))),
        (1, Some(Json::Object(members))) => {
            // The same under another key: a part is renamed, or replaces its neighbour.
            let keys: Vec<String> = members.keys().cloned().collect();
            let value = members[&key].clone();
            members.insert(keys[other % keys.len()].clone(), value);
        }
        (1, Some(Json::Array(items))) => {
            let count = items.len();
            items.swap(key.parse().expect("an index"), other % count);
        }
        (2, _) => {
            let value = json.pointer(from).cloned().expect("it is there");
            // Values of one type stand for one another, so that most of the document stays sound.
            let target = json.pointer_mut(at).expect("it is there");
            if std::mem::discriminant(target) == std::mem::discriminant(&value) {
                *target = value;
            }
        }
        _ => {
            let target = json.pointer_mut(at).expect("it is there");
            match target {
                Json::Number(number) => *target = json!(number.as_f64().map_or(1, |number| number as i64) + 1),
                Json::Bool(value) => *target = json!(!*value),
                Json::String(text) if how % 5 == 3 => text.push('x'),
                Json::Array(items) => items.extend(items.first().cloned()),
                _ => {}
            }
        }
    }
    // An order of revisions is another test's business.
    if let Json::Object(members) = json {
        members.remove("lineage");
        members.insert("schema".into(), json!("vexil/1"));
    }
}

fn mutations(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(usize, usize, u8)>> {
    prop::collection::vec(any::<(usize, usize, u8)>(), count)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_engine_that_is_updated_reports_the_same(
        document in 0..4_usize,
        first in mutations(0..3),
        second in mutations(1..4),
    ) {
        let mut json = documents().swap_remove(document);
        first.into_iter().for_each(|mutation| mutate(&mut json, mutation));
        let old = json.to_string();
        second.into_iter().for_each(|mutation| mutate(&mut json, mutation));
        let new = json.to_string();
        let engine: Result<Engine, _> = Engine::from_json(&old);
        let (Ok(mut engine), Some(before), Some(after)) = (engine, read(&old), read(&new)) else { return Ok(()) };
        let Ok(changes) = engine.update(&new) else { return Ok(()) };
        let difference = diff(&before, &after);
        let [flags, services] = differing(&difference);
        prop_assert_eq!(flags, changes.flags, "from {}\nto {}\n{}", old, new, difference);
        prop_assert_eq!(services, changes.services, "from {}\nto {}\n{}", old, new, difference);
        // What changed itself is said, and what did not has a way to what did.
        for flag in difference.flags.iter().chain(&difference.services) {
            prop_assert_eq!(flag.change == Change::Changed, !flag.aspects.is_empty(), "{:?}", flag);
            prop_assert!(flag.change != Change::Reached || !flag.via.is_empty(), "{:?}", flag);
        }
    }

    #[test]
    fn an_effect_that_is_not_told_does_not_happen(
        old in (0..=100_u32, prop::collection::vec((0..3_usize, 0..4_u32), 1..4), prop::option::of(0..3_usize)),
        new in (0..=100_u32, prop::collection::vec((0..3_usize, 0..4_u32), 1..4), prop::option::of(0..3_usize)),
        same_weights: bool,
    ) {
        let variants = ["a", "b", "c"];
        let split = |(exposure, weights, outside): &(u32, Vec<(usize, u32)>, Option<usize>)| {
            let mut split = json!({
                "exposure": exposure,
                "weights": weights.iter().map(|(v, weight)| json!({ "variant": variants[*v], "weight": weight })).collect::<Vec<_>>()
            });
            if let Some(outside) = outside {
                split["outside"] = json!({ "variant": variants[*outside] });
            }
            split
        };
        let new = if same_weights { (new.0, old.1.clone(), new.2) } else { new };
        let (before, after) = (split(&old), split(&new));
        let is_broken = |split: &Json| read(&with_split(split)).is_none_or(|snapshot| snapshot.flags.iter().any(|flag| flag.part.is_err()));
        prop_assume!(!is_broken(&before) && !is_broken(&after));
        let told = effect(&before, &after);
        let engine = |split: &Json| Engine::<RegexPatterns>::from_json(&with_split(split)).expect("it is usable");
        let (one, other) = (engine(&before), engine(&after));
        for number in 0..200 {
            let context = Context::new(format!("u-{number}"));
            let now = Timestamp::from_ms(0);
            let placed = |engine: &Engine| {
                let answer = engine.evaluate("x", &context, now);
                answer.rule.and(answer.variant).map(String::from)
            };
            match (placed(&one), placed(&other)) {
                // What `outside` serves is served to those who are out: from there they are let in.
                (Some(a), Some(b)) if a != b && old.2.or(new.2).is_some() => prop_assert!(told != NONE),
                (Some(a), Some(b)) if a != b => prop_assert!(told.reshuffles),
                (None, Some(_)) => prop_assert!(told.admits),
                (Some(_), None) => prop_assert!(told.releases),
                _ => {}
            }
        }
        if old.1 == new.1 && old.2 == new.2 {
            prop_assert!(!told.reshuffles);
        }
    }
}
