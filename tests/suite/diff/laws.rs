//! Laws of differences, on snapshots that are made up.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vexil::diff::{Change, diff};
use vexil::patterns::RegexPatterns;
use vexil::{Context, Engine, Timestamp};

use super::{AFTER, BEFORE, NONE, differing, effect, read, with_split};

/// Documents with something of everything, to be mutated.
fn documents() -> Vec<Json> {
    let texts = [BEFORE, AFTER, crate::explain::SHOP, crate::binary::EVERYTHING];
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
