//! Laws of explanations, on every case of the fixtures.

use serde_json::Value as Json;
use vexil::explain::{Condition, Explanation, Kind, Membership, Split, Step, WhyNot};
use vexil::{Context, Engine, ErrorCode, Timestamp, Value};

use super::NOW;

/// The snapshots of all fixtures, and their cases that ask a flag or a service.
fn cases() -> impl Iterator<Item = (&'static str, Json, Json)> {
    vexil_corpus::files().iter().flat_map(|(name, text)| {
        let mut fixture: Json = serde_json::from_str(text).expect("a fixture is JSON");
        let snapshot = fixture["snapshot"].take();
        let cases = fixture["cases"].as_array().cloned().unwrap_or_default();
        let asking = cases.into_iter().filter(|case| case.get("context").is_some());
        asking.map(move |case| (*name, snapshot.clone(), case)).collect::<Vec<_>>()
    })
}

/// An engine after a case's kills, the case's context and its instant.
fn prepared(snapshot: &Json, case: &Json) -> Option<(Engine, Context, Timestamp)> {
    let mut engine = Engine::from_json(&snapshot.to_string()).ok()?;
    for message in case["kill"].as_array().into_iter().flatten() {
        // A case may well be about a message that is refused.
        let _ = engine.kill(&message.to_string());
    }
    let now = case["now"].as_str().map_or(NOW, |text| Timestamp::parse(text).expect("an instant"));
    Some((engine, Context::from_json(&case["context"].to_string()).ok()?, now))
}

#[test]
fn an_explanation_ends_where_the_evaluation_does() {
    let mut explained = 0;
    for (file, snapshot, case) in cases() {
        let Some((engine, context, now)) = prepared(&snapshot, &case) else { continue };
        let (answer, told) = match (case["flag"].as_str(), case["service"].as_str()) {
            (Some(flag), _) => (engine.evaluate(flag, &context, now), engine.explain(flag, &context, now)),
            (_, Some(service)) => {
                (engine.route(service, &context, now).evaluation, engine.explain_route(service, &context, now))
            }
            _ => continue,
        };
        let Some(told) = told else {
            assert_eq!(answer.error_code, Some(ErrorCode::FlagNotFound), "{file}: {case}");
            continue;
        };
        let words = (told.variant.as_deref(), told.reason, told.rule.as_deref(), told.error_code);
        let error_code = answer.error_code.map(ErrorCode::name);
        assert_eq!(words, (answer.variant, answer.reason, answer.rule, error_code), "{file}: {case}\n{told}");
        assert_eq!(told.value, answer.value().unwrap_or(Value::Null), "{file}: {case}\n{told}");
        check_steps(&snapshot, &told, &format!("{file}: {case}\n{told}"));
        explained += 1;
    }
    assert!(explained > 500, "only {explained} cases");
}

/// What the steps say is what was written: conditions in their groups, ranges and buckets.
fn check_steps(snapshot: &Json, told: &Explanation, at: &str) {
    let (kind, last) = (if told.kind == Kind::Flag { "flags" } else { "services" }, told.steps.last());
    let mut rule_number = 0;
    for step in &told.steps {
        match step {
            Step::Prerequisite { explanation, .. } => check_steps(snapshot, explanation, at),
            Step::Rule { conditions, layer, split, variant, why_not, .. } => {
                let path = format!("/{kind}/{}/rules/{rule_number}/when", escape(&told.key));
                let when = snapshot.pointer(&path).map_or(Some(true), |when| holds(when, &path, conditions));
                assert_eq!(when, Some(*why_not != Some(WhyNot::Condition)), "{at}");
                assert!(layer.iter().all(|layer| layer.held || split.is_none()), "{at}");
                assert_eq!(variant.is_none(), why_not.is_some(), "{at}");
                if let Some(split) = split {
                    assert_eq!(split.variant, *variant, "{at}");
                }
                if variant.is_some() {
                    assert_eq!((last, variant), (Some(step), &told.variant), "{at}");
                }
                check_segments(snapshot, conditions, at);
                rule_number += 1;
            }
            Step::Default { split: Some(Split { variant: Some(variant), .. }), .. } => {
                assert_eq!(Some(variant), told.variant.as_ref(), "{at}");
            }
            _ => {}
        }
    }
}

fn check_segments(snapshot: &Json, conditions: &[Condition], at: &str) {
    for segment in conditions.iter().flat_map(|condition| &condition.segments) {
        if segment.membership == Membership::Condition {
            let path = format!("/segments/{}/when", escape(&segment.key));
            // A segment without a condition has nobody but those that it lists.
            let when = snapshot.pointer(&path).map_or(Some(false), |when| holds(when, &path, &segment.conditions));
            assert_eq!(when, Some(segment.member), "{at}");
        }
        check_segments(snapshot, &segment.conditions, at);
    }
}

/// What follows for a written condition from what an explanation says of those within it; `None`
/// if that is not enough.
fn holds(when: &Json, path: &str, conditions: &[Condition]) -> Option<bool> {
    let children = |group: &str| {
        let list = when.get(group)?.as_array()?.iter().enumerate();
        Some(list.map(|(i, child)| holds(child, &format!("{path}/{group}/{i}"), conditions)).collect::<Vec<_>>())
    };
    let decided = |children: &[Option<bool>], by: bool| {
        if children.contains(&Some(by)) { Some(by) } else { (!children.contains(&None)).then_some(!by) }
    };
    if let Some(children) = children("all") {
        decided(&children, false)
    } else if let Some(children) = children("any") {
        decided(&children, true)
    } else if let Some(child) = when.get("not") {
        holds(child, &format!("{path}/not"), conditions).map(|held| !held)
    } else {
        conditions.iter().find(|condition| condition.path.as_deref() == Some(path))?.held
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
