//! Laws: what holds for every snapshot, context and time.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use semver::Version;
use serde_json::{Value as Json, json};
use vexil::diff::diff;
use vexil::evaluate::{Evaluator, Event, Kills, Tracer};
use vexil::hash::{Digest, SeedKey};
use vexil::ir::Unit;
use vexil::patterns::RegexPatterns;
use vexil::snapshot::is_valid;
use vexil::words::kill::KillSet;
use vexil::words::weight::{WHOLE, largest_remainder, weight};
use vexil::{Context, Engine, Evaluation, Timestamp, Value};

use crate::cases::config;
use crate::generate::{self, FLAGS, INSTANTS, SERVICES, VARIANTS, ms, percent};
use crate::naive::{self, Naive};
use crate::replay::{Numbers, harness};

const NOW: Timestamp = Timestamp::from_ms(0);

fn engine(snapshot: &Json) -> Engine {
    let engine = Engine::<RegexPatterns>::from_json(&snapshot.to_string());
    let engine = engine.unwrap_or_else(|refused| panic!("{refused}\n{snapshot:#}"));
    assert!(is_valid(engine.diagnostics()), "{:?}\n{snapshot:#}", engine.diagnostics());
    engine
}

/// A snapshot with one flag `x` of the variants `a`, `b`, `c`, whose default is `c`.
fn with_rules(rules: &Json) -> Json {
    let flag = json!({
        "variants": { "a": 1, "b": 2, "c": 3 }, "offVariant": "c", "rules": rules, "default": { "variant": "c" }
    });
    json!({ "schema": "vexil/1", "flags": { "x": flag } })
}

/// One with a rule that has a split of the seed `s`.
fn with_split(split: &Json) -> Json {
    let mut split = split.clone();
    split["seed"] = json!("s");
    with_rules(&json!([{ "id": "r", "serve": { "split": split } }]))
}

/// One flag for each condition, each `a` where its condition holds.
fn with_conditions<const N: usize>(conditions: [Json; N]) -> Json {
    let flags = conditions.into_iter().enumerate().map(|(number, condition)| {
        let rules = json!([{ "id": "r", "when": condition, "serve": { "variant": "a" } }]);
        (number.to_string(), with_rules(&rules)["flags"]["x"].clone())
    });
    let segments = json!({ "staff": { "include": ["u-1"] }, "beta": { "by": "visitor", "exclude": [2] }, "here": {}, "all-of-it": {} });
    let rings: Vec<Json> = generate::RINGS.iter().map(|name| json!({ "name": name, "segment": "staff" })).collect();
    json!({ "schema": "vexil/1", "flags": flags.collect::<serde_json::Map<_, _>>(), "segments": segments, "rings": rings })
}

/// Whether each of the conditions holds.
fn held<const N: usize>(snapshot: &Json, context: &Context, now: Timestamp) -> [bool; N] {
    let engine = engine(snapshot);
    let block = engine.block(context);
    std::array::from_fn(|flag| engine.evaluate_block(&flag.to_string(), &block, now).variant == Some("a"))
}

fn unit(number: usize) -> Context {
    Context::new(format!("u-{number}"))
}

/// What a split gives a unit.
fn placed(engine: &Engine, context: &Context, now: Timestamp) -> Option<String> {
    let answer = engine.evaluate("x", context, now);
    answer.rule.and(answer.variant).map(String::from)
}

/// Everything that an answer says.
fn said(answer: &Evaluation<'_>) -> String {
    let Evaluation { flag, variant, reason, error_code, rule, .. } = answer;
    let (value, metadata) = (answer.value(), answer.metadata());
    format!("{flag}: {variant:?} {value:?} {reason:?} {error_code:?} {rule:?} {metadata:?}")
}

/// Every answer to some contexts, by flag and service.
fn answers(engine: &Engine, contexts: &[Context], nows: &[Timestamp]) -> BTreeMap<String, Vec<String>> {
    let ruleset = engine.ruleset();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (context, now) in contexts.iter().flat_map(|context| nows.iter().map(move |now| (context, *now))) {
        let block = engine.block(context);
        for (row, flag) in (0..).zip(&ruleset.flags) {
            let kind = if row < ruleset.flag_count { "flag" } else { "service" };
            let answer = engine.answer(row, engine.outcome(row, &block, now)).expect("there is such a row");
            all.entry(format!("{kind} {}", ruleset.text(flag.key))).or_default().push(said(&answer));
        }
    }
    all
}

fn contexts() -> impl Strategy<Value = Vec<Context>> {
    prop::collection::vec(generate::context(), 1..6)
}

fn nows() -> impl Strategy<Value = Vec<Timestamp>> {
    prop::collection::vec(generate::now(), 1..3)
}

fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut numbers = Numbers(seed);
    move || numbers.next()
}

/// The share that an evaluation finds in a split.
#[derive(Default)]
struct Exposure(Option<u32>);

impl Tracer for &mut Exposure {
    fn note(&mut self, event: Event) {
        if let Event::Split(_, _, exposure, _) = event {
            self.0 = exposure;
        }
    }
}

/// The exposure of the one ramp of an engine.
fn exposure(engine: &Engine, now: Timestamp) -> u32 {
    let (block, kills, mut exposure) = (engine.block(&unit(1)), Kills::default(), Exposure::default());
    Evaluator { ruleset: engine.ruleset(), kills: &kills, block: &block, now, tracer: &mut exposure }.evaluate(0);
    exposure.0.expect("the split has a ramp")
}

/// The exposure of a ramp at an instant.
pub(crate) fn exposure_of(ramp: &Json, now: Timestamp) -> u32 {
    exposure(&engine(&with_split(&json!({ "ramp": ramp, "weights": [{ "variant": "a", "weight": 1 }] }))), now)
}

fn weights() -> impl Strategy<Value = Vec<f64>> {
    let weight = prop_oneof![
        (0..20_u32).prop_map(f64::from),
        (0..10_000_000_u32).prop_map(|units| f64::from(units) / 10_000.0),
        Just(1e9),
        Just(0.0001),
    ];
    prop::collection::vec(weight, 1..9).prop_filter("all zero", |weights| weights.iter().any(|&weight| weight > 0.0))
}

fn split_of(weights: &[f64], exposure: u32) -> Json {
    let entries = weights.iter().enumerate().map(|(i, weight)| json!({ "variant": VARIANTS[i % 3], "weight": weight }));
    json!({ "exposure": percent(exposure), "weights": entries.collect::<Vec<_>>() })
}

proptest! {
    #![proptest_config(config(128))]

    // S4-11, S2-61: up the ladder units only come in, down again the last to come in go first, and
    // nobody changes variant, whatever the weights.
    #[test]
    fn exposure_moves_the_edge_and_nobody_else(
        weights in weights(),
        exposures in prop::collection::btree_set(0..=WHOLE, 2..6),
        first in 0..1_000_000_usize,
    ) {
        let mut engine = engine(&with_split(&split_of(&weights, 0)));
        let units: Vec<Context> = (first..first + 120).map(unit).collect();
        let mut place = |exposure: u32| {
            engine.update(&with_split(&split_of(&weights, exposure)).to_string()).expect("it is usable");
            units.iter().map(|unit| placed(&engine, unit, NOW)).collect::<Vec<_>>()
        };
        let up: Vec<_> = exposures.iter().map(|&exposure| place(exposure)).collect();
        for pair in up.windows(2) {
            for (before, after) in pair[0].iter().zip(&pair[1]) {
                prop_assert!(before.is_none() || before == after, "{:?} became {:?}", before, after);
            }
        }
        for (&exposure, before) in exposures.iter().zip(&up).rev() {
            prop_assert_eq!(&place(exposure), before);
        }
    }

    // S2-41, S2-04: whole parts per million, the order of the list, no weight left out.
    #[test]
    fn weights_become_shares_by_largest_remainder(weights in weights()) {
        let units: Vec<u64> = weights.iter().map(|&w| weight(w).expect("a weight")).collect();
        let shares = largest_remainder(&units);
        prop_assert_eq!(shares.iter().sum::<u32>(), WHOLE);
        prop_assert_eq!(&shares, &naive::shares(&units));
        let total: u128 = units.iter().map(|&unit| u128::from(unit)).sum();
        for (i, &share) in shares.iter().enumerate() {
            // Within one part of the exact share: |share * total - weight * 10^6| < total.
            let exact = u128::from(units[i]) * u128::from(WHOLE);
            prop_assert!((u128::from(share) * total).abs_diff(exact) < total);
            let tied = (0..i).filter(|&earlier| units[earlier] == units[i]);
            prop_assert!(tied.into_iter().all(|earlier| shares[earlier] >= share), "ties go to the earlier");
        }
        let ruleset = engine(&with_split(&split_of(&weights, WHOLE)));
        let compiled: Vec<u32> = ruleset.ruleset().ranges.iter().map(|range| range.to - range.from).collect();
        prop_assert_eq!(compiled, shares);
    }

    #[test]
    fn a_split_serves_the_range_that_holds_the_bucket(
        split in generate::split("variant"),
        first in 0..1_000_000_usize,
        now in generate::now(),
    ) {
        let snapshot = with_split(&split);
        let engine = engine(&snapshot);
        for context in (first..first + 60).map(unit) {
            let naive = Naive { document: &snapshot, context: &context, now }.flag("x");
            let answer = engine.evaluate("x", &context, now);
            prop_assert_eq!((answer.variant, answer.rule), (Some(naive.variant.as_str()), naive.rule.as_deref()));
        }
    }

    // Ends are exact: of an exposure of so many parts per million, a range, a part of a layer or a
    // holdout the first bucket is in and the bucket after the last is not.
    #[test]
    fn a_unit_at_the_edge_is_on_one_side(number: u32, seed in "[a-zа-я0-9:/]{1,8}") {
        let unit = format!("u-{number}");
        let bucket = SeedKey::of(&seed).bucket(Digest::of(unit.as_bytes()));
        prop_assume!(bucket > 0 && bucket < WHOLE - 1);
        let flag = |rule: Json| with_rules(&json!([rule]))["flags"]["x"].clone();
        let share = |exposure: u32| {
            let mut split = split_of(&[1.0], exposure);
            split["seed"] = json!(seed);
            flag(json!({ "id": "r", "serve": { "split": split } }))
        };
        let range = |from: u32, to: u32| {
            let ranges = json!([{ "variant": "a", "from": from, "to": to }]);
            flag(json!({ "id": "r", "serve": { "split": { "seed": seed, "ranges": ranges } } }))
        };
        let part = |from: u32, to: u32| {
            let layer = json!({ "key": "l", "from": from, "to": to });
            flag(json!({ "id": "r", "layer": layer, "serve": { "variant": "a" } }))
        };
        let all = || flag(json!({ "id": "r", "serve": { "variant": "a" } }));
        let holdout = |exposure: u32, flag: &str| json!({ "seed": seed, "exposure": percent(exposure), "flags": [flag] });
        let snapshot = json!({
            "schema": "vexil/1",
            "layers": { "l": { "seed": seed } },
            "holdouts": { "in": holdout(bucket + 1, "out, held out"), "out": holdout(bucket, "in, not held out") },
            "flags": {
                "in, exposure": share(bucket + 1), "out, exposure": share(bucket),
                "in, range of one": range(bucket, bucket + 1), "in, last": range(0, bucket + 1),
                "out, after the last": range(0, bucket), "out, before the first": range(bucket + 1, WHOLE),
                "in, layer": part(bucket, bucket + 1), "in, layer to the end": part(bucket, WHOLE),
                "out, layer": part(0, bucket), "out, next layer": part(bucket + 1, WHOLE),
                "in, not held out": all(), "out, held out": all(),
            },
        });
        for answer in engine(&snapshot).all(&Context::new(unit), NOW) {
            prop_assert_eq!(answer.variant == Some("a"), answer.flag.starts_with("in"), "{}", answer.flag);
        }
    }

    // S3-05, S2-49: a ramp is a closed form of time, and at each instant the constant exposure that it has then.
    #[test]
    fn a_ramp_moves_in_one_direction_and_is_an_exposure_at_every_instant(
        ramp in generate::ramp(),
        weights in weights(),
        times in prop::collection::vec(generate::now(), 2..6),
    ) {
        let mut split = split_of(&weights, 0);
        split.as_object_mut().expect("an object").remove("exposure");
        split["ramp"] = ramp.clone();
        let ramped = engine(&with_split(&split));
        let (start, end) = (ms(ramp["start"].as_str().unwrap()), ms(ramp["end"].as_str().unwrap()));
        let mut times: Vec<i64> = times.into_iter().map(Timestamp::as_ms).collect();
        times.extend([i64::MIN, start - 1, start, end - 1, end, end + 1, i64::MAX]);
        times.sort_unstable();
        let at = |time: i64| exposure(&ramped, Timestamp::from_ms(time));
        let (from, to) = (at(i64::MIN), at(i64::MAX));
        prop_assert_eq!((percent(from), percent(to)), (ramp["from"].clone(), ramp["to"].clone()));
        prop_assert_eq!((at(start - 1), at(end)), (from, to));
        if ramp["curve"] != "steps" {
            prop_assert_eq!(at(start), from);
            for pair in times.windows(2) {
                let (before, after) = (at(pair[0]), at(pair[1]));
                prop_assert!(if from <= to { before <= after } else { before >= after }, "{before}, {after}: {pair:?}");
            }
        }
        for &time in &times {
            let (now, share) = (Timestamp::from_ms(time), at(time));
            if (i64::MIN..i64::MAX).contains(&time) && time != i64::MIN {
                prop_assert_eq!(share, naive::exposure(&ramp, time));
            }
            let constant = engine(&with_split(&split_of(&weights, share)));
            for number in 0..12 {
                prop_assert_eq!(placed(&ramped, &unit(number), now), placed(&constant, &unit(number), now));
            }
        }
    }

    // The rules are told apart by an attribute that can have only one value.
    #[test]
    fn the_order_of_rules_that_exclude_each_other_does_not_matter(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        splits in prop::collection::vec(generate::split("variant"), 6),
        country in 0..7_usize,
        number in 0..1_000_usize,
        now in generate::now(),
    ) {
        let rule = |at: usize| {
            let when = json!({ "attribute": "country", "op": "eq", "value": at });
            json!({ "id": format!("r{at}"), "when": when, "serve": { "split": splits[at] } })
        };
        let written: Json = (0..6).map(rule).collect();
        let shuffled: Json = order.into_iter().map(rule).collect();
        let context = unit(number).with("country", country as i32);
        let (one, other) = (engine(&with_rules(&written)), engine(&with_rules(&shuffled)));
        prop_assert_eq!(said(&one.evaluate("x", &context, now)), said(&other.evaluate("x", &context, now)));
    }
}

// S2-38, S3-14: who is in under one seed says nothing about who is in under another, however alike
// the seeds are. The bound is seven standard deviations of a share of 40 000 units.
#[test]
fn seeds_are_independent() {
    let units: Vec<Digest> = (0..40_000).map(|number| Digest::of(format!("user-{number}").as_bytes())).collect();
    let seeds = ["", "a", "b", "ab", "flag/1", "flag/2", "flag:1", "flag/11", "чек", "layer:checkout", "checkout"];
    let is_in = |seed: &str, share: u32| {
        let key = SeedKey::of(seed);
        units.iter().map(|&unit| key.bucket(unit) < share).collect::<Vec<_>>()
    };
    for share in [100_000, 500_000] {
        let sets: Vec<Vec<bool>> = seeds.iter().map(|seed| is_in(seed, share)).collect();
        for (i, one) in sets.iter().enumerate() {
            for (j, other) in sets.iter().enumerate().skip(i + 1) {
                let both = one.iter().zip(other).filter(|(one, other)| **one && **other).count();
                let expected = (f64::from(share) / f64::from(WHOLE)).powi(2);
                let deviation = (expected * (1.0 - expected) / units.len() as f64).sqrt();
                let found = both as f64 / units.len() as f64;
                assert!((found - expected).abs() < 7.0 * deviation, "`{}`, `{}`: {found}", seeds[i], seeds[j]);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(256))]

    // The strongest law: compiled to tables or read as it stands, a document gives the same answers.
    #[test]
    fn a_naive_reading_of_the_document_gives_the_same_answers(
        snapshot in generate::snapshot(),
        contexts in contexts(),
        now in generate::now(),
    ) {
        let engine = engine(&snapshot);
        for context in &contexts {
            let naive = Naive { document: &snapshot, context, now };
            let block = engine.block(context);
            for key in FLAGS {
                let answer = engine.evaluate_block(key, &block, now);
                prop_assert_eq!(as_naive(&answer), naive.flag(key), "{}, {:?}", key, context);
            }
            for key in SERVICES {
                let answer = engine.route(key, context, now).evaluation;
                prop_assert_eq!(as_naive(&answer), naive.service(key), "{}, {:?}", key, context);
            }
        }
    }

    // S2-36: neither the order of members nor white space is content.
    #[test]
    fn layout_does_not_matter(
        snapshot in generate::snapshot(),
        seed: u64,
        contexts in contexts(),
        nows in nows(),
    ) {
        let mut one = engine(&snapshot);
        let text = generate::disordered(&snapshot, &mut numbers(seed));
        let other = Engine::<RegexPatterns>::from_json(&text).expect("it is the same document");
        let fingerprints = |engine: &Engine| engine.ruleset().flags.iter().map(|flag| flag.fingerprint).collect::<Vec<_>>();
        prop_assert_eq!(fingerprints(&one), fingerprints(&other), "{}", text);
        prop_assert_eq!(answers(&one, &contexts, &nows), answers(&other, &contexts, &nows));
        let changes = one.update(&text).expect("it is the same document");
        prop_assert_eq!((changes.flags, changes.services), (vec![], vec![]), "{}", text);
    }

    // The same question has the same answer: again, by an engine made anew, and told step by step.
    #[test]
    fn evaluation_is_deterministic(snapshot in generate::snapshot(), contexts in contexts(), nows in nows()) {
        let engine = engine(&snapshot);
        let first = answers(&engine, &contexts, &nows);
        let again = Engine::<RegexPatterns>::from_json(&snapshot.to_string()).expect("it is usable");
        prop_assert_eq!(again.ruleset().to_bytes(), engine.ruleset().to_bytes());
        prop_assert_eq!(&answers(&again, &contexts, &nows), &first);
        for key in FLAGS {
            let (answer, explained) = (
                engine.evaluate(key, &contexts[0], nows[0]),
                engine.explain(key, &contexts[0], nows[0]).expect("there is such a flag"),
            );
            let told = (explained.variant.as_deref(), explained.rule.as_deref(), explained.reason);
            prop_assert_eq!(told, (answer.variant, answer.rule, answer.reason));
        }
        prop_assert_eq!(&answers(&engine, &contexts, &nows), &first);
    }

    // S3-19: all at once, and one by one.
    #[test]
    fn all_is_every_single_answer(snapshot in generate::snapshot(), context in generate::context(), now in generate::now()) {
        let engine = engine(&snapshot);
        let all: Vec<String> = engine.all(&context, now).iter().map(said).collect();
        let mut keys = FLAGS;
        keys.sort_unstable();
        let single: Vec<String> = keys.iter().map(|key| said(&engine.evaluate(key, &context, now))).collect();
        prop_assert_eq!(all, single);
    }

    // Compiled, written, loaded: the same answers, and flags read nothing that they do not declare.
    #[test]
    fn the_binary_form_answers_the_same(snapshot in generate::snapshot()) {
        harness::snapshot(snapshot.to_string().as_bytes());
    }

    // Until then time changes nothing.
    #[test]
    fn nothing_changes_before_the_next_change(
        snapshot in generate::snapshot(),
        contexts in contexts(),
        now in generate::now(),
        share in 0.0..1.0_f64,
    ) {
        let engine = engine(&snapshot);
        let next = engine.next_change(now).map_or(i64::MAX, Timestamp::as_ms);
        prop_assert!(next > now.as_ms());
        let between = now.as_ms() + ((next.saturating_sub(now.as_ms()) - 1) as f64 * share) as i64;
        let before = answers(&engine, &contexts, &[now]);
        for time in [between, next - 1] {
            prop_assert_eq!(&answers(&engine, &contexts, &[Timestamp::from_ms(time)]), &before, "until {}", next);
        }
    }
}

fn as_naive(answer: &Evaluation<'_>) -> naive::Answer {
    let cause = answer.added_metadata().find(|(key, _)| *key == "vexil.cause").map(|(_, value)| value);
    let missing = answer.added_metadata().any(|(key, _)| key == "vexil.missingUnit");
    let causes = ["killed", "disabled", "prerequisite", "override", "holdout"];
    let cause = causes.into_iter().find(|name| cause == Some(Value::from(*name)));
    naive::Answer {
        variant: answer.variant.expect("the document is valid").to_owned(),
        reason: answer.reason.name(),
        rule: answer.rule.map(String::from),
        cause: cause.or(missing.then_some("missingUnit")),
    }
}

proptest! {
    #![proptest_config(config(512))]

    // Exactly: for a missing attribute and one of a wrong type too.
    #[test]
    fn negative_operators_are_the_negation_of_their_twins(
        path in select(vec!["x", "account.plan"]),
        value in prop::option::of(generate::value()),
        operand in generate::scalar(),
        operands in generate::scalars(),
        fold: bool,
    ) {
        let test = |op: &str, value: &Json| json!({ "attribute": path, "op": op, "value": value, "ignoreCase": fold });
        let snapshot = with_conditions([
            test("eq", &operand), test("ne", &operand), test("in", &operands), test("notIn", &operands),
            json!({ "not": test("eq", &operand) }), json!({ "not": test("in", &operands) }),
        ]);
        let mut context = unit(1);
        if let Some(value) = value {
            context.set(path, value);
        }
        let [eq, ne, is_in, not_in, not_eq, not_is_in] = held(&snapshot, &context, NOW);
        prop_assert_eq!((ne, not_in), (!eq, !is_in));
        prop_assert_eq!((not_eq, not_is_in), (!eq, !is_in));
    }

    #[test]
    fn a_list_operator_is_some_single_ones(value in prop::option::of(generate::value()), operands in generate::scalars(), fold: bool) {
        let test = |op: &str, value: &Json| json!({ "attribute": "x", "op": op, "value": value, "ignoreCase": fold });
        let each = |op: &str| operands.as_array().unwrap().iter().map(|operand| test(op, operand)).collect::<Vec<_>>();
        let is_list = matches!(value, Some(Value::List(_)));
        let snapshot = with_conditions([
            test("in", &operands), json!({ "any": each("eq") }),
            test("containsAny", &operands), json!({ "any": each("contains") }),
            test("containsAll", &operands), json!({ "all": each("contains") }),
        ]);
        let mut context = unit(1);
        if let Some(value) = value {
            context.set("x", value);
        }
        let [is_in, any_eq, any, any_contains, all, all_contain] = held(&snapshot, &context, NOW);
        prop_assert_eq!(is_in, any_eq);
        prop_assert_eq!((any, all), (is_list && any_contains, is_list && all_contain));
    }

    #[test]
    fn conditions_obey_the_laws_of_logic(
        conditions in prop::collection::vec(generate::condition(generate::SEGMENTS.len(), true), 0..4),
        context in generate::context(),
        now in generate::now(),
    ) {
        let negated: Vec<Json> = conditions.iter().map(|condition| json!({ "not": condition })).collect();
        let mut backwards = conditions.clone();
        backwards.reverse();
        let snapshot = with_conditions([
            json!({ "all": conditions }), json!({ "not": { "any": negated } }),
            json!({ "any": conditions }), json!({ "not": { "all": negated } }),
            json!({ "not": { "not": { "all": conditions } } }), json!({ "all": backwards }), json!({ "any": backwards }),
            json!({ "any": [{ "all": conditions }, { "not": { "all": conditions } }] }),
        ]);
        let [all, none_fails, any, not_all_fail, twice, all_back, any_back, excluded_middle] = held(&snapshot, &context, now);
        prop_assert_eq!((none_fails, twice, all_back), (all, all, all), "all of {:?}", conditions);
        prop_assert_eq!((not_all_fail, any_back), (any, any), "any of {:?}", conditions);
        prop_assert!(excluded_middle);
    }

    // A path is a whole key, else steps through objects; never a mixture.
    #[test]
    fn a_path_is_a_whole_key_first(
        path in prop::collection::vec(select(vec!["a", "b", "", "a.b"]), 1..4).prop_map(|steps| steps.join(".")).prop_map(|path| if path.is_empty() { "a".into() } else { path }),
        members in prop::collection::vec((select(vec!["a", "b", "", "a.b", "a.", ".a", "a.b.b"]), tree()), 0..4),
    ) {
        let context: Context = members.into_iter().collect();
        let whole = context.iter().find(|(key, _)| *key == path).map(|(_, value)| value);
        let stepped = || {
            let (first, rest) = path.split_once('.')?;
            let mut at = context.iter().find(|(key, _)| *key == first)?.1;
            for step in rest.split('.') {
                let Value::Object(members) = at else { return None };
                at = &members.iter().find(|(key, _)| key == step)?.1;
            }
            Some(at)
        };
        let found = whole.or_else(stepped);
        prop_assert_eq!(context.get(&path), found);
        let snapshot = with_conditions([
            json!({ "attribute": path, "op": "exists" }), json!({ "attribute": path, "op": "eq", "value": 1 }),
        ]);
        let expected = [found.is_some_and(|value| *value != Value::Null), found == Some(&Value::from(1))];
        prop_assert_eq!(held(&snapshot, &context, NOW), expected);
    }

    // The standard's precedence, whatever other versions an attribute is compared with.
    #[test]
    fn versions_are_ordered_as_the_standard_orders_them(
        operands in prop::collection::vec(version(), 1..8),
        subject in version(),
        of_operands: Option<Index>,
        prefix in select(vec!["", "v"]),
    ) {
        let subject = of_operands.map_or(subject, |index| index.get(&operands).clone());
        let tests = operands.iter().enumerate().flat_map(|(at, operand)| {
            ["Eq", "Lt", "Lte", "Gt", "Gte"].map(|relation| {
                let when = json!({ "attribute": "v", "op": format!("semver{relation}"), "value": operand });
                let rules = json!([{ "id": "r", "when": when, "serve": { "variant": "a" } }]);
                (format!("{at}{relation}"), with_rules(&rules)["flags"]["x"].clone())
            })
        });
        let snapshot = json!({ "schema": "vexil/1", "flags": tests.collect::<serde_json::Map<_, _>>() });
        let (engine, context) = (engine(&snapshot), unit(1).with("v", format!("{prefix}{subject}")));
        let block = engine.block(&context);
        for (at, operand) in operands.iter().enumerate() {
            let parse = |text: &str| Version::parse(text).expect("a version");
            let order = parse(&subject).cmp_precedence(&parse(operand));
            let holds = ["Eq", "Lt", "Lte", "Gt", "Gte"].map(|relation| {
                engine.evaluate_block(&format!("{at}{relation}"), &block, NOW).variant == Some("a")
            });
            let expected = [order.is_eq(), order.is_lt(), order.is_le(), order.is_gt(), order.is_ge()];
            prop_assert_eq!(holds, expected, "{} and {}", subject, operand);
        }
    }

    // 17, 17.0 and "17" are one unit.
    #[test]
    fn a_whole_number_is_the_unit_of_its_decimals(
        number in prop_oneof![-9_007_199_254_740_991..=9_007_199_254_740_991_i64, -100..100_i64],
        beyond in prop_oneof![9_007_199_254_740_992.0..1e300, Just(0.5), Just(-1e-300), Just(f64::NAN), Just(f64::INFINITY)],
    ) {
        let text = number.to_string();
        prop_assert_eq!(Digest::of_number(number as f64), Digest::of(text.as_bytes()));
        prop_assert!(!Digest::of_number(beyond).is_some());
        let mut snapshot = with_split(&split_of(&[1.0, 2.0], 700_000));
        snapshot["flags"]["x"]["overrides"] = json!([{ "units": [number, -1], "variant": "b" }, { "units": ["-2"], "variant": "b" }]);
        let engine = engine(&snapshot);
        let said = |unit: Value| said(&engine.evaluate("x", &Context::new(unit), NOW));
        prop_assert_eq!(said(Value::Number(number as f64)), said(Value::from(text)));
        prop_assert_eq!(said(Value::Number(-2.0)), said(Value::from("-2")));
        prop_assert_eq!(said(Value::Number(beyond)), said(Value::Null));
    }
}

/// A value with values inside it, under keys that paths could mean.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![2 => Just(Value::from(1)), 1 => Just(Value::from("x")), 1 => Just(Value::Null)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let members = prop::collection::btree_map(select(vec!["a", "b", "", "a.b"]), inner.clone(), 0..3);
        let members =
            members.prop_map(|members| members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect());
        prop_oneof![4 => members.prop_map(Value::Object), 1 => prop::collection::vec(inner, 0..2).prop_map(Value::List)]
    })
}

/// A version: few numbers, so that many are equal up to their pre-releases.
fn version() -> impl Strategy<Value = String> {
    let number = prop_oneof![4 => 0..4_u64, 1 => 8..12_u64, 1 => any::<u64>()];
    let numbers = (number.clone(), number.clone(), number).prop_map(|(a, b, c)| format!("{a}.{b}.{c}"));
    let pre = prop_oneof![2 => Just(String::new()), 1 => "-(0|[1-9][0-9]{0,2}|rc|beta|[a-z-]{1,3})(\\.(0|[1-9]|1[0-9]|rc|x-y)){0,2}"];
    let build = prop_oneof![3 => Just(String::new()), 1 => "\\+[0-9a-z]{1,4}(\\.[0-9a-z-]{1,3})?"];
    (numbers, pre, build).prop_map(|(numbers, pre, build)| format!("{numbers}{pre}{build}"))
}

/// How many of the units of a list, and of others, an engine takes for members, against a set.
fn compare_lists(listed: &BTreeSet<Digest>, units: &[String]) {
    let digests: Vec<String> = listed.iter().map(Digest::to_string).collect();
    let when = json!({ "segment": "s" });
    let mut snapshot = with_rules(&json!([{ "id": "r", "when": when, "serve": { "variant": "a" } }]));
    snapshot["segments"] = json!({ "s": { "includeDigests": digests } });
    let engine = engine(&snapshot);
    for unit in units {
        let found = engine.evaluate("x", &Context::new(unit.as_str()), NOW).variant == Some("a");
        assert_eq!(found, listed.contains(&Digest::of(unit.as_bytes())), "{unit} of {}", listed.len());
    }
}

fn members(count: usize) -> (BTreeSet<Digest>, Vec<String>) {
    let listed = (0..count).map(|number| Digest::of(format!("u-{number}").as_bytes())).collect();
    let step = (count / 2_000).max(1);
    let units = (0..2 * count + 50).step_by(step).map(|number| format!("u-{number}")).collect();
    (listed, units)
}

// S2-03, S3-03: membership is membership, whatever the length of the list.
#[test]
fn a_list_has_what_a_set_has() {
    for count in (0..40).chain([63, 64, 65, 99, 100, 255, 256, 257, 1_000, 4_096, 5_000]) {
        let (listed, units) = members(count);
        compare_lists(&listed, &units);
    }
    let (listed, units) = members(100_000);
    compare_lists(&listed, &units);
}

proptest! {
    #![proptest_config(config(128))]

    // Digests need not come from units: lists whose digests crowd around that of a unit, or at the
    // ends, are still searched rightly.
    #[test]
    fn a_list_of_any_digests_has_what_a_set_has(
        around in prop::collection::vec(
            (0..4_usize, prop_oneof![3 => Just(0), 1 => -3..=3_i64], prop_oneof![-2..=2_i64, any::<i64>()]),
            0..200,
        ),
        ends in prop::collection::vec((select(vec![1, 2, u64::MAX, u64::MAX - 1, u64::MAX / 2]), any::<u64>()), 0..20),
        uniform in 0..2_000_usize,
        own in prop::collection::btree_set(0..4_usize, 0..4),
    ) {
        let unit = |number: usize| format!("u-{number}");
        let digest = |number: usize| Digest::of(unit(number).as_bytes());
        let (mut listed, _) = members(0);
        listed.extend((10..10 + uniform).map(digest));
        listed.extend(ends.into_iter().map(|(low, high)| Digest(low, high)));
        for (number, low, high) in around {
            let Digest(l, h) = digest(number);
            listed.insert(Digest(l.wrapping_add_signed(low), h.wrapping_add_signed(high)));
        }
        listed.extend(own.into_iter().map(digest));
        compare_lists(&listed, &(0..14).map(unit).collect::<Vec<_>>());
    }
}

// What a ruleset holds of a list is its digests in order, each once.
#[test]
fn a_list_is_held_sorted_and_each_unit_once() {
    let mut snapshot = with_rules(&json!([]));
    snapshot["segments"] =
        json!({ "s": { "include": ["b", "a", 17, "17", "b"], "includeDigests": [Digest::of(b"a").to_string()] } });
    let engine = engine(&snapshot);
    let expected: BTreeSet<Digest> = ["a", "b", "17"].map(|unit| Digest::of(unit.as_bytes())).into();
    let expected: Vec<Unit> = expected.into_iter().map(|Digest(low, high)| Unit { low, high }).collect();
    assert_eq!(engine.ruleset().units, expected);
}

/// What happens to an engine's kills.
#[derive(Clone, Debug)]
enum Switch {
    Message(Json),
    Update(Json, Option<Json>),
    Refused(Json),
}

fn switches() -> impl Strategy<Value = Vec<Switch>> {
    let switch = prop_oneof![
        generate::kills().prop_map(Switch::Message),
        (generate::snapshot(), prop::option::of(generate::kills()))
            .prop_map(|(next, kills)| Switch::Update(next, kills)),
        generate::kills().prop_map(Switch::Refused),
    ];
    prop::collection::vec(switch, 1..8)
}

fn kill_set(kills: Option<&Json>) -> KillSet {
    let Some(kills) = kills else { return KillSet::default() };
    let keys =
        |field: &str| kills[field].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect();
    KillSet {
        revision: kills["revision"].as_u64().unwrap(),
        all: kills["all"] == true,
        namespaces: keys("namespaces"),
        flags: keys("flags"),
        services: keys("services"),
    }
}

proptest! {
    #![proptest_config(config(128))]

    // S1-16, S2-28, S2-35: the set of the highest revision is in force as a whole, whether it came as
    // a message, in a snapshot or in one that was refused; and what changed by it is said.
    #[test]
    fn the_kill_set_of_the_highest_revision_is_in_force(
        first in generate::snapshot(),
        switches in switches(),
        contexts in contexts(),
        now in generate::now(),
    ) {
        let mut engine = engine(&first);
        let mut document = first;
        let mut in_force = document.get("kills").cloned();
        for switch in switches {
            let before = answers(&engine, &contexts, &[now]);
            let (kills, changes) = match switch {
                Switch::Message(kills) => {
                    let changes = engine.kill(&kills.to_string()).expect("a kill message");
                    (Some(kills), changes)
                }
                Switch::Update(mut next, kills) => {
                    next["kills"] = kills.clone().unwrap_or_else(|| json!({ "revision": 0 }));
                    let changes = engine.update(&next.to_string()).expect("it is usable");
                    document = next;
                    (kills, changes)
                }
                Switch::Refused(kills) => {
                    let next = json!({ "schema": "vexil/2", "kills": kills });
                    let refused = engine.update(&next.to_string()).expect_err("another schema");
                    (Some(kills), refused.changes)
                }
            };
            let revision = |kills: Option<&Json>| kills.map_or(0, |kills| kills["revision"].as_u64().unwrap());
            if revision(kills.as_ref()) > revision(in_force.as_ref()) {
                in_force = kills;
            }
            prop_assert_eq!(engine.kill_set(), &kill_set(in_force.as_ref()));
            document["kills"] = in_force.clone().unwrap_or(Json::Null);
            for context in &contexts {
                let naive = Naive { document: &document, context, now };
                for key in FLAGS {
                    prop_assert_eq!(as_naive(&engine.evaluate(key, context, now)), naive.flag(key), "{}", key);
                }
                for key in SERVICES {
                    prop_assert_eq!(as_naive(&engine.route(key, context, now).evaluation), naive.service(key), "{}", key);
                }
            }
            prop_assert_eq!(unsaid(&before, &answers(&engine, &contexts, &[now]), &changes), Vec::<String>::new());
        }
    }

    // S2-30, S2-36, S2-70: whoever gets another answer is among what an update says has changed, and
    // the same document again changes nothing.
    #[test]
    fn whatever_answers_otherwise_after_an_update_was_said_to_have_changed(
        first in generate::snapshot(),
        second in generate::snapshot(),
        seed: u64,
        contexts in contexts(),
        nows in nows(),
    ) {
        let mut engine = engine(&first);
        let next = generate::edited(&first, &second, &mut numbers(seed)).to_string();
        let before = answers(&engine, &contexts, &nows);
        let kill_set = engine.kill_set().clone();
        match engine.update(&next) {
            Ok(changes) => {
                let after = answers(&engine, &contexts, &nows);
                prop_assert_eq!(unsaid(&before, &after, &changes), Vec::<String>::new(), "{}\n{}", first, next);
                let again = engine.update(&next).expect("it was usable before");
                prop_assert_eq!((again.flags, again.services), (vec![], vec![]));
                // A new engine answers as the updated one, as long as kills are no matter.
                if kill_set == *engine.kill_set() && first.get("kills").is_none() {
                    let anew = Engine::<RegexPatterns>::from_json(&next).expect("it was usable before");
                    prop_assert_eq!(answers(&anew, &contexts, &nows), after);
                }
                let read = |text: &str| vexil::snapshot::read::<RegexPatterns>(text).snapshot.expect("it is usable");
                let difference = diff(&read(&first.to_string()), &read(&next));
                let differing = difference.flags.iter().filter(|flag| flag.answers_can_differ).map(|flag| flag.key.as_str());
                prop_assert_eq!(differing.collect::<Vec<_>>(), changes.flags);
            }
            Err(_) => prop_assert_eq!(answers(&engine, &contexts, &nows), before),
        }
    }

    // S3-04: a member of a ring is a member of every later one.
    #[test]
    fn inner_rings_are_inside_outer_ones(mut snapshot in generate::snapshot(), contexts in contexts(), now in generate::now()) {
        let flags = generate::RINGS.iter().map(|ring| {
            let rules = json!([{ "id": "r", "when": { "ring": ring }, "serve": { "variant": "a" } }]);
            ((*ring).to_owned(), with_rules(&rules)["flags"]["x"].clone())
        });
        snapshot["flags"] = flags.collect::<serde_json::Map<_, _>>().into();
        snapshot.as_object_mut().unwrap().retain(|part, _| part != "kills" && part != "holdouts");
        let engine = engine(&snapshot);
        for context in &contexts {
            let is_in = generate::RINGS.map(|ring| engine.evaluate(ring, context, now).variant == Some("a"));
            prop_assert!(is_in.is_sorted(), "{is_in:?}");
        }
    }

    // A flag is killed by its own key, by each namespace that it is in, and by nothing else.
    #[test]
    fn a_namespace_is_a_key_and_all_that_goes_on_after_a_dot(
        keys in prop::collection::btree_set("[ab.]{1,4}", 1..12),
        namespaces in prop::collection::vec("[ab.]{1,3}", 0..3),
        own in prop::collection::vec("[ab.]{1,3}", 0..3),
    ) {
        let flag = json!({ "variants": { "a": 1, "c": 3 }, "offVariant": "c", "default": { "variant": "a" } });
        let flags: serde_json::Map<_, _> = keys.iter().map(|key| (key.clone(), flag.clone())).collect();
        let mut engine = engine(&json!({ "schema": "vexil/1", "flags": flags }));
        let message = json!({ "revision": 1, "namespaces": namespaces, "flags": own });
        let changes = engine.kill(&message.to_string()).expect("a kill message");
        let mut killed = Vec::new();
        for key in &keys {
            let by_namespace = namespaces.iter().any(|name| key == name || key.starts_with(&format!("{name}.")));
            let scope = if by_namespace { Some("namespace") } else { own.contains(key).then_some("flag") };
            let answer = engine.evaluate(key, &Context::default(), NOW);
            let said = answer.added_metadata().find(|(name, _)| *name == "vexil.killScope").map(|(_, scope)| scope);
            prop_assert_eq!(said, scope.map(Value::from), "{}", key);
            prop_assert_eq!(answer.variant, Some(if scope.is_some() { "c" } else { "a" }));
            killed.extend(scope.is_some().then(|| key.clone()));
        }
        prop_assert_eq!(changes.flags, killed);
    }
}

/// What answers otherwise and is not among the changes.
fn unsaid(
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
    changes: &vexil::Changes,
) -> Vec<String> {
    let flags = changes.flags.iter().map(|key| format!("flag {key}"));
    let said: BTreeSet<String> = flags.chain(changes.services.iter().map(|key| format!("service {key}"))).collect();
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter().filter(|key| before.get(*key) != after.get(*key) && !said.contains(*key)).cloned().collect()
}

// The instants that laws are tried at are in the order of time.
#[test]
fn instants_are_in_order() {
    assert!(INSTANTS.map(ms).is_sorted());
}
