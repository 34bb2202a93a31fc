//! What a review says of a change: fixtures of `tests/check`, and that its arithmetic is that of evaluations.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, from_str, json, to_value};
use vexil::hash::{Digest, SeedKey};
use vexil::lint::{Code, lints};
use vexil::patterns::RegexPatterns;
use vexil::radius::{Affected, Course, Motion, Movement, Of, Place, Unknown, movements, overlaps, radius};
use vexil::snapshot::model::{Flag, Snapshot};
use vexil::snapshot::{is_valid, read};
use vexil::words::weight::WHOLE;
use vexil::{Context, Engine, Evaluation, Timestamp, Value};

use crate::cases::config;
use crate::replay::Numbers;
use crate::{docs, generate};

const NOW: Timestamp = Timestamp::from_ms(0);

/// A snapshot as fixtures have it: flags of the variants `on`, `b` and `off`, services of two tracks.
fn document(parts: &Json) -> Json {
    let mut document = json!({ "schema": "vexil/1", "flags": {} });
    for (name, part) in parts.as_object().expect("parts") {
        document[name] = part.clone();
    }
    for flag in document["flags"].as_object_mut().expect("flags").values_mut() {
        for (name, usual) in [("variants", json!({ "on": "on", "b": "B", "off": "" })), ("offVariant", json!("off"))] {
            if flag.get(name).is_none() {
                flag[name] = usual;
            }
        }
    }
    for service in document.get_mut("services").and_then(Json::as_object_mut).into_iter().flat_map(|s| s.values_mut()) {
        service["tracks"] = json!({ "stable": { "version": "1" }, "canary": { "version": "2" } });
        service["defaultTrack"] = json!("stable");
    }
    document
}

fn snapshot(document: &Json) -> Snapshot {
    let reading = read::<RegexPatterns>(&document.to_string());
    assert!(is_valid(&reading.diagnostics), "{:?}\n{document:#}", reading.diagnostics);
    reading.snapshot.expect("it is usable")
}

/// The one flag `x`: with a decision, rules, or a default.
fn with_flag(decision: &Json) -> Json {
    let flag = match decision.get("rules") {
        Some(rules) => json!({ "rules": rules, "default": { "variant": "off" } }),
        None => json!({ "default": decision }),
    };
    let layers = json!({ "l": {}, "same": { "seed": "s" } });
    document(&json!({ "flags": { "x": flag }, "layers": layers }))
}

fn flag_of<'s>(snapshot: &'s Snapshot, key: &str) -> &'s Flag {
    let found = snapshot.flags.iter().find(|flag| flag.key == key).expect("it is there");
    found.part.as_ref().expect("it is sound")
}

fn fixtures(name: &str) -> Vec<Json> {
    let path = format!("{}/tests/check/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let fixtures: Vec<Json> = from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON");
    assert!(fixtures.len() > 3);
    fixtures
}

fn instant(fixture: &Json) -> Timestamp {
    fixture.get("now").and_then(Json::as_str).map_or(NOW, |now| Timestamp::parse(now).expect("an instant"))
}

#[test]
fn movements_are_as_the_fixtures_say() {
    for fixture in fixtures("movements") {
        let (why, now) = (&fixture["why"], instant(&fixture));
        let [old, new] = ["old", "new"].map(|side| snapshot(&with_flag(&fixture[side])));
        let found = radius(&old, &new, now).flags.into_iter().flat_map(|flag| flag.movements).collect::<Vec<_>>();
        let expected = &fixture["expect"];
        let Some(first) = found.first().map(|movement| to_value(movement).expect("JSON")) else {
            assert!(expected.is_null(), "{why}");
            continue;
        };
        for (member, value) in expected.as_object().expect("a movement") {
            assert_eq!(&first[member], value, "{member}: {why}");
        }
        // Layers are known to the snapshot alone, all else to the flags as well.
        if !fixture.to_string().contains("layer") {
            assert_eq!(movements(flag_of(&old, "x"), flag_of(&new, "x"), now), found, "{why}");
        }
    }
}

/// What is said of a flag or service, in short.
fn brief(affected: &Affected) -> Vec<String> {
    let kind = |motion: Motion| to_value(motion).expect("JSON")["kind"].as_str().expect("a text").to_owned();
    let place = |place: &Place| match place {
        Place::Whole => "whole".to_owned(),
        Place::Default => "default".to_owned(),
        Place::Holdout(key) => format!("holdout {key}"),
        Place::Rule(id) => format!("rule {id}"),
    };
    let movements = affected.movements.iter().filter(|movement| !movement.transitions.is_empty());
    let mut brief: Vec<String> =
        movements.map(|m| format!("{} {} {}", place(&m.place), kind(m.motion), m.moved().ppm())).collect();
    brief.extend((!affected.values.is_empty()).then(|| format!("values {}", affected.values.join(" "))));
    brief.extend(affected.unknown.iter().map(ToString::to_string));
    brief.extend(affected.is_exact().then(|| "exact".to_owned()));
    brief
}

#[test]
fn the_radius_is_as_the_fixtures_say() {
    for fixture in fixtures("radius") {
        let [old, new] = ["old", "new"].map(|side| snapshot(&document(&fixture[side])));
        let radius = radius(&old, &new, NOW);
        let found = radius.flags.iter().chain(&radius.services).map(|one| (one.key.clone(), brief(one)));
        let found: BTreeMap<String, Vec<String>> = found.collect();
        assert_eq!(json!(found), fixture["expect"], "{}", fixture["why"]);
    }
}

#[test]
fn lints_are_as_the_fixtures_say() {
    let mut seen = Vec::new();
    for fixture in fixtures("lints") {
        let before = fixture.get("before").map(|before| snapshot(&document(before)));
        let after = snapshot(&document(&fixture["snapshot"]));
        let found = lints(&after, before.as_ref(), NOW);
        let brief: Vec<_> = found.iter().map(|lint| json!([lint.code.name(), lint.path])).collect();
        assert_eq!(json!(brief), fixture["expect"], "{}\n{found:#?}", fixture["why"]);
        for lint in &found {
            let document = document(&fixture["snapshot"]);
            assert!(document.pointer(&lint.path).is_some(), "{} is no place", lint.path);
            // What was there before is known again, though it does not stand in the same place.
            assert!(found.iter().filter(|other| other.is_same(lint)).count() == 1);
            seen.push(lint.code);
        }
    }
    assert!(Code::ALL.iter().all(|code| seen.contains(code) && Code::named(code.name()) == Some(*code)));
}

#[test]
fn every_lint_is_documented_and_every_documented_one_exists() {
    let page = docs::page("docs/check.md");
    let rows = docs::table(&page, "| Code | Severity | What was found | Instead |");
    let documented: Vec<(&str, &str)> = rows.iter().map(|row| (docs::code(&row[0])[0], row[1].as_str())).collect();
    let known: Vec<(&str, &str)> = Code::ALL.iter().map(|code| (code.name(), code.severity().name())).collect();
    assert_eq!(documented, known);
    assert!(page.contains(&format!("`{}`", vexil::analysis::guardrail::ShortStage::CODE)));
}

#[test]
fn lints_are_known_again_where_rules_have_moved() {
    let rule = |id: &str| json!({ "id": id, "serve": { "variant": "b" } });
    let late = json!({ "id": "late", "when": { "segment": "s" }, "serve": { "variant": "on" } });
    let with = |rules: Json| {
        let flag = json!({ "rules": rules, "default": { "variant": "off" } });
        snapshot(&document(&json!({ "flags": { "x": flag }, "segments": { "s": {} } })))
    };
    let first = json!({ "id": "first", "when": { "segment": "s" }, "serve": { "variant": "off" } });
    let (old, new) = (with(json!([rule("all"), late])), with(json!([first, rule("all"), late])));
    let shadowed = |snapshot: &Snapshot| {
        let found = lints(snapshot, None, NOW).into_iter().filter(|lint| lint.code == Code::ShadowedRule);
        found.collect::<Vec<_>>()
    };
    let (old, new) = (shadowed(&old), shadowed(&new));
    // Behind the rule that is first now it would decide for nobody either, and that is the same habit.
    assert_eq!((old.len(), new.len()), (1, 1));
    assert!(old[0].is_same(&new[0]) && old[0].path != new[0].path);
}

#[test]
fn overlaps_are_as_the_fixtures_say() {
    for fixture in fixtures("overlaps") {
        let parts = json!({ "flags": fixture["flags"], "layers": { "l": {} } });
        let snapshot = snapshot(&document(&parts));
        let found = overlaps(&snapshot, NOW, |_| true);
        let brief: Vec<_> =
            found.iter().map(|o| json!([o.one.flag, o.other.flag, o.share.ppm() as u64, o.same_seed])).collect();
        assert_eq!(json!(brief), fixture["expect"], "{}", fixture["why"]);
        assert!(overlaps(&snapshot, NOW, |key| key == "nobody").is_empty());
    }
}

#[test]
fn a_share_is_shown_as_people_read_it() {
    let shares = |layer: u32, exposure: f64| {
        let rule = json!({ "id": "r", "layer": { "key": "l", "from": 0, "to": layer }, "serve": { "split": { "exposure": exposure, "weights": [{ "variant": "on", "weight": 1 }] } } });
        let [old, new] = [json!({ "variant": "off" }), json!({ "rules": [rule] })].map(|d| snapshot(&with_flag(&d)));
        radius(&old, &new, NOW).flags[0].movements[0].gained.to_string()
    };
    assert_eq!(shares(500_000, 25.0), "12.5 %");
    assert_eq!(shares(333_333, 33.3333), "about 11.1111 %");
    assert_eq!(shares(1, 0.0001), "less than 0.0001 %");
    assert_eq!(shares(1_000_000, 100.0), "100 %");
}

/// The variant that a place of a flag gives to a bucket, read off its model: `None` for the next place.
fn of_bucket(flag: &Flag, bucket: u32, now: Timestamp) -> Option<String> {
    use vexil::snapshot::model::{Exposure, Serve};
    let key = |position: usize| flag.variants[position].key.clone();
    let Serve::Split(split) = &flag.decision.rules[0].serve else { panic!("a split") };
    let Exposure::Constant(share) = split.exposure else { panic!("a constant at {now:?}") };
    let hit =
        split.ranges.iter().find(|range| (range.from..range.from + share.of(range.to - range.from)).contains(&bucket));
    hit.map(|range| range.variant).or(split.outside).map(key)
}

fn constant_split() -> impl Strategy<Value = Json> {
    generate::split("variant").prop_map(|mut split| {
        split.as_object_mut().expect("a split").retain(|name, _| !["by", "ramp"].contains(&name.as_str()));
        split["seed"] = json!("s");
        split
    })
}

/// Flags `x` of one rule with a layer and a split, and what else can be served.
fn one_rule(split: &Json, (from, to): (u32, u32)) -> Json {
    let layer = json!({ "key": "l", "from": from.min(to), "to": from.max(to) + 1 });
    let flag = json!({
        "variants": { "a": 1, "b": 2, "c": 3, "d": 4 }, "offVariant": "d",
        "rules": [{ "id": "r", "layer": layer, "serve": { "split": split } }], "default": { "variant": "d" }
    });
    json!({ "schema": "vexil/1", "flags": { "x": flag }, "layers": { "l": {} } })
}

proptest! {
    #![proptest_config(config(24))]

    // The share of every transition is the count over all million buckets of the split times those of the layer, and
    // the units of a population are those whose buckets say so.
    #[test]
    fn shares_are_counts_of_buckets_and_of_units(
        splits in (constant_split(), constant_split()),
        parts in ((0..WHOLE, 0..WHOLE), (0..WHOLE, 0..WHOLE)),
        first in 0..1_000_000_usize,
    ) {
        let documents = [one_rule(&splits.0, parts.0), one_rule(&splits.1, parts.1)];
        let [old, new] = documents.each_ref().map(snapshot);
        let flags = (flag_of(&old, "x"), flag_of(&new, "x"));
        // Independent of one another: the buckets of the split, and those of the layer.
        let mut of_split: BTreeMap<(Option<String>, Option<String>), u64> = BTreeMap::new();
        for bucket in 0..WHOLE {
            *of_split.entry((of_bucket(flags.0, bucket, NOW), of_bucket(flags.1, bucket, NOW))).or_default() += 1;
        }
        let part = |flag: &Flag, bucket: u32| {
            let layer = flag.decision.rules[0].layer.as_ref().expect("a layer");
            (layer.from..layer.to).contains(&bucket)
        };
        let mut of_layer: BTreeMap<(bool, bool), u64> = BTreeMap::new();
        for bucket in 0..WHOLE {
            *of_layer.entry((part(flags.0, bucket), part(flags.1, bucket))).or_default() += 1;
        }
        let given = |is_in: bool, variant: &Option<String>| {
            variant.clone().filter(|_| is_in).unwrap_or_else(|| "d".to_owned())
        };
        let mut expected: BTreeMap<(String, String), u64> = BTreeMap::new();
        for ((before, after), width) in &of_split {
            for ((was_in, is_in), height) in &of_layer {
                let pair = (given(*was_in, before), given(*is_in, after));
                if pair.0 != pair.1 {
                    *expected.entry(pair).or_default() += width * height;
                }
            }
        }
        let radius = radius(&old, &new, NOW);
        let transitions = radius.flags.iter().flat_map(|flag| &flag.movements).flat_map(|m| m.transitions.clone());
        let found: BTreeMap<(String, String), u64> = transitions
            .map(|t| ((t.from.expect("certain"), t.to.expect("certain")), t.share.parts()))
            .collect();
        prop_assert_eq!(&found, &expected);
        prop_assert!(radius.flags.iter().all(Affected::is_exact));
        // A population.
        const UNITS: usize = 2_000;
        let engines = documents.each_ref().map(|document| Engine::from_json(&document.to_string()).expect("usable"));
        let (split, layer) = (SeedKey::of("s"), SeedKey::of("layer:l"));
        let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
        for number in first..first + UNITS {
            let unit = format!("u-{number}");
            let digest = Digest::of(unit.as_bytes());
            let context = Context::new(unit);
            let pair = engines.each_ref().map(|engine| engine.evaluate("x", &context, NOW).variant.expect("one").to_owned());
            let by_buckets = [flags.0, flags.1].map(|flag| {
                given(part(flag, layer.bucket(digest)), &of_bucket(flag, split.bucket(digest), NOW))
            });
            prop_assert_eq!(&pair, &by_buckets);
            let [before, after] = pair;
            if before != after {
                *counts.entry((before, after)).or_default() += 1;
            }
        }
        for (pair, count) in &counts {
            prop_assert!(expected.contains_key(pair), "{:?}: {} units", pair, count);
        }
        for (pair, parts) in &expected {
            let (share, n) = (*parts as f64 / 1e12, UNITS as f64);
            let count = counts.get(pair).copied().unwrap_or(0) as f64;
            // Six deviations, and room for the few.
            prop_assert!((count - n * share).abs() <= 6.0 * (n * share * (1.0 - share)).sqrt() + 8.0, "{:?}", pair);
        }
    }
}

/// A context in which every unit is known.
fn with_units(context: &Context, number: u64) -> Context {
    let mut context = context.clone();
    context.set("targetingKey", format!("u-{number}"));
    context.set("visitor", format!("v-{number}"));
    context.set("account.id", format!("a-{}", number / 3));
    context
}

/// Where an answer came from.
fn place_of(answer: &Evaluation<'_>) -> Option<Place> {
    let is_decided = answer.added_texts().next().is_none() && answer.error_code.is_none();
    is_decided.then(|| answer.rule.map_or(Place::Default, |rule| Place::Rule(rule.into())))
}

fn place_in(document: &Json, flag: &str, place: &Place) -> Option<usize> {
    let rules = document["flags"][flag]["rules"].as_array().cloned().unwrap_or_default();
    match place {
        Place::Rule(id) => rules.iter().position(|rule| rule["id"] == id.as_str()),
        _ => Some(rules.len()),
    }
}

proptest! {
    #![proptest_config(config(256))]

    // Nobody gets another answer whom the radius has not counted, and nobody loses what a movement says is kept.
    #[test]
    fn evaluations_do_what_the_radius_says(
        (one, other) in (generate::snapshot(), generate::snapshot()),
        seed: u64,
        context in generate::context(),
        now in generate::now(),
    ) {
        let mut numbers = Numbers(seed);
        let edited = generate::edited(&one, &other, &mut || numbers.next());
        let [old, new] = [&one, &edited].map(|document| read::<RegexPatterns>(&document.to_string()));
        let (Some(old), Some(new)) = (old.snapshot, new.snapshot) else { return Ok(()) };
        let before = Engine::from_json(&one.to_string()).expect("it is usable");
        let mut after = Engine::from_json(&one.to_string()).expect("it is usable");
        prop_assume!(after.update(&edited.to_string()).is_ok());
        let radius = radius(&old, &new, now);
        for number in 0..40 {
            let context = with_units(&context, number);
            for flag in generate::FLAGS {
                if new.flags.iter().all(|known| known.key != flag) {
                    continue;
                }
                let (was, is) = (before.evaluate(flag, &context, now), after.evaluate(flag, &context, now));
                let affected = radius.flags.iter().find(|affected| affected.key == flag);
                check(&was, &is, affected, (&one, &edited))?;
            }
            for service in generate::SERVICES {
                if new.services.iter().all(|known| known.key != service) {
                    continue;
                }
                let (was, is) = (before.route(service, &context, now), after.route(service, &context, now));
                let affected = radius.services.iter().find(|affected| affected.key == service);
                counted(&was.evaluation, &is.evaluation, affected)?;
            }
        }
        let same = vexil::radius::radius(&old, &old, now);
        prop_assert!(same.flags.is_empty() && same.services.is_empty());
    }
}

/// Whether another answer was counted.
fn counted(was: &Evaluation<'_>, is: &Evaluation<'_>, affected: Option<&Affected>) -> Result<(), TestCaseError> {
    if was.variant == is.variant {
        return Ok(());
    }
    prop_assert!(affected.is_some(), "{:?} became {:?}", was, is);
    let affected = affected.expect("it is there");
    let fits = |key: &Option<String>, answer: &Evaluation<'_>| key.is_none() || key.as_deref() == answer.variant;
    let mut transitions = affected.movements.iter().flat_map(|movement| &movement.transitions);
    let is_counted = transitions.any(|transition| fits(&transition.from, was) && fits(&transition.to, is));
    prop_assert!(!affected.is_exact() || is_counted, "{:?} became {:?}: {:#?}", was, is, affected);
    Ok(())
}

fn check(
    was: &Evaluation<'_>,
    is: &Evaluation<'_>,
    affected: Option<&Affected>,
    documents: (&Json, &Json),
) -> Result<(), TestCaseError> {
    counted(was, is, affected)?;
    let Some((affected, place)) = affected.zip(place_of(was)) else { return Ok(()) };
    let is_shared = |unknown: &Unknown| matches!(unknown, Unknown::SharedBuckets { .. });
    let flag = affected.key.as_str();
    let off = documents.0["flags"][flag]["offVariant"].as_str();
    // Those who had the off variant had nothing.
    if !affected.unknown.iter().all(is_shared) || was.variant == off || was.variant == is.variant {
        return Ok(());
    }
    let of_place = affected.movements.iter().find(|movement| movement.place == place);
    if of_place.is_some_and(|movement| movement.motion != Motion::Monotone) {
        return Ok(());
    }
    let (kept, now_by) = (place_in(documents.1, flag, &place), place_of(is));
    let is_earlier = match now_by {
        Some(by) => place_in(documents.1, flag, &by).zip(kept).is_none_or(|(by, kept)| by < kept),
        // A holdout, or a kill.
        None => affected.movements.iter().any(|m| matches!(m.place, Place::Holdout(_) | Place::Whole)),
    };
    prop_assert!(is_earlier, "{:?} became {:?}: {:#?}", was, is, affected);
    Ok(())
}

// S4-11, S2-61: each of 10,000 units keeps what it has while the exposure of a ladder rises and a ramp goes on.
#[test]
fn whoever_is_in_a_monotone_ramp_stays_in_it() {
    let split = |exposure: &Json| {
        let (name, value) = exposure.as_object().and_then(|o| o.iter().next()).expect("an exposure");
        let mut split = json!({ "weights": [{ "variant": "on", "weight": 2 }, { "variant": "b", "weight": 1 }] });
        split[name] = value.clone();
        with_flag(&json!({ "split": split }))
    };
    let at = |day: u32| Timestamp::parse(&format!("2026-03-{day:02}T12:00:00Z")).expect("an instant");
    let ramp = json!({ "ramp": { "from": 25, "to": 100, "start": "2026-03-02T00:00:00Z", "end": "2026-03-20T00:00:00Z", "curve": "exponential" } });
    let ladder =
        [(json!({ "exposure": 0 }), 1), (json!({ "exposure": 1 }), 1), (json!({ "exposure": 25 }), 1), (ramp, 2)];
    let mut steps: Vec<(Json, Timestamp)> = ladder.iter().map(|(step, day)| (split(step), at(*day))).collect();
    // The ramp by itself, from day to day.
    steps.extend((3..22).map(|day| (split(&ladder[3].0), at(day))));
    let mut had: Vec<Option<String>> = vec![None; 10_000];
    let mut before: Option<Snapshot> = None;
    for (document, now) in &steps {
        let snapshot = snapshot(document);
        if let Some(before) = &before {
            let found = movements(flag_of(before, "x"), flag_of(&snapshot, "x"), *now);
            assert!(found.iter().all(Movement::is_monotone), "{found:#?}");
        }
        let engine = Engine::from_json(&document.to_string()).expect("it is usable");
        for (number, had) in had.iter_mut().enumerate() {
            let answer = engine.evaluate("x", &Context::new(format!("u-{number}")), *now);
            let has = Some(answer.variant.expect("one").to_owned()).filter(|variant| variant != "off");
            assert!(had.is_none() || *had == has, "u-{number} had {had:?} and has {has:?} at {now}");
            *had = has;
        }
        before = Some(snapshot);
    }
    assert!(had.iter().all(Option::is_some));
}

#[test]
fn a_falling_ramp_is_told_before_it_falls() {
    let ramp = json!({ "from": 50, "to": 10, "start": "2026-03-02T00:00:00Z", "end": "2026-03-20T00:00:00Z", "curve": "linear" });
    let split = json!({ "split": { "ramp": ramp, "weights": [{ "variant": "on", "weight": 1 }] } });
    let constant = json!({ "split": { "exposure": 50, "weights": [{ "variant": "on", "weight": 1 }] } });
    let [old, new] = [constant, split].map(|decision| snapshot(&with_flag(&decision)));
    let found = movements(flag_of(&old, "x"), flag_of(&new, "x"), NOW);
    assert_eq!((found[0].motion, found[0].of, found[0].is_monotone()), (Motion::Monotone, Of::Reached, false));
    let Course::Falls { lost } = found[0].course else { panic!("{found:?}") };
    let units = (0..2_000).map(|number| Context::new(Value::from(format!("u-{number}"))));
    let engine = Engine::from_json(
        &with_flag(&json!({ "split": { "ramp": ramp, "weights": [{ "variant": "on", "weight": 1 }] } })).to_string(),
    )
    .expect("usable");
    let is_on = |context: &Context, now: &str| {
        engine.evaluate("x", context, Timestamp::parse(now).expect("an instant")).variant == Some("on")
    };
    let fell = units.filter(|unit| is_on(unit, "2026-03-01T00:00:00Z") && !is_on(unit, "2026-03-20T00:00:00Z")).count();
    assert!((fell as f64 / 2_000.0 - lost.ppm() / 1e6).abs() < 0.06, "{fell} {lost}");
}
