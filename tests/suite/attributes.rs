//! What snapshots say of attributes: contexts that do not keep to it, and what browsers get.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vexil::attributes::check_context;
use vexil::client::{ClientSnapshot, client_snapshot};
use vexil::patterns::RegexPatterns;
use vexil::snapshot::read;
use vexil::{Context, Diagnostic, Engine, Severity};

use crate::control::Host;
use crate::generate;

fn fixtures(text: &str) -> Vec<Json> {
    let fixtures: Vec<Json> = serde_json::from_str(text).unwrap();
    assert!(fixtures.iter().all(|fixture| fixture["why"].as_str().is_some_and(|why| why.len() > 40)));
    fixtures
}

fn brief(diagnostics: &[Diagnostic]) -> Json {
    diagnostics.iter().map(|problem| json!([problem.code.name(), problem.path])).collect()
}

fn client(document: &Json) -> Result<ClientSnapshot, Vec<Diagnostic>> {
    client_snapshot::<RegexPatterns>(&serde_json::to_string_pretty(document).unwrap())
}

#[test]
fn s1_05_contexts_are_checked_as_the_fixtures_say() {
    for fixture in fixtures(include_str!("../attributes/contexts.json")) {
        let document = json!({ "schema": "vexil/1", "attributes": fixture["attributes"] });
        let reading = read::<RegexPatterns>(&document.to_string());
        assert_eq!(reading.diagnostics, [], "{}", fixture["why"]);
        let context = Context::from_json(&fixture["context"].to_string()).unwrap();
        let problems = check_context(&reading.snapshot.unwrap().attributes, &context);
        assert_eq!(brief(&problems), fixture["expect"], "{}", fixture["why"]);
        for problem in &problems {
            assert_eq!(problem.severity, Severity::Warning, "nothing breaks by it");
            let sent = fixture["context"].pointer(&problem.path).expect("it is a place of the context");
            let is_telling = sent.as_str().is_some_and(|text| !text.is_empty() && problem.message.contains(text));
            assert!(!is_telling, "{} tells a value", problem.message);
        }
    }
}

#[test]
fn s1_05_browsers_get_what_the_fixtures_say() {
    for fixture in fixtures(include_str!("../attributes/client.json")) {
        let why = &fixture["why"];
        match client(&fixture["snapshot"]) {
            Ok(ClientSnapshot { text, kills, diagnostics }) => {
                let mut engine = <Engine>::from_json(&text).unwrap();
                assert_eq!(kills.is_some(), fixture["snapshot"].get("kills").is_some(), "{why}");
                if let Some(message) = kills {
                    assert_eq!(engine.kill(&message).unwrap().flags, Vec::<String>::new(), "{why}");
                }
                assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), fixture["expect"], "{why}\n{text}");
                assert_eq!(brief(&diagnostics), fixture["diagnostics"], "{why}");
                for problem in diagnostics {
                    assert!(fixture["snapshot"].pointer(&problem.path).is_some(), "{} is no place", problem.path);
                }
            }
            Err(refused) => assert_eq!(brief(&refused), fixture["refused"], "{why}\n{refused:?}"),
        }
    }
}

#[test]
fn a_declaration_that_is_none_is_an_error_and_breaks_nothing_else() {
    let document = json!({ "schema": "vexil/1", "flags": {}, "attributes": {
        "a": {}, "b": { "type": "text" }, "c": { "type": "string", "private": 1 }, "d": 1, "": { "type": "string" },
        "e": { "type": "string", "pirvate": true }, "f": { "type": "list", "description": "tags", "x-of": "shop" }
    } });
    let reading = read::<RegexPatterns>(&document.to_string());
    let found: Vec<_> =
        reading.diagnostics.iter().map(|d| (d.path.as_str(), d.code.name(), d.severity.name())).collect();
    let mut expected = [
        ("/attributes/a", "missing-field", "error"),
        ("/attributes/b/type", "unknown-value", "error"),
        ("/attributes/c/private", "wrong-type", "error"),
        ("/attributes/d", "wrong-type", "error"),
        ("/attributes/", "invalid-key", "error"),
        ("/attributes/e/pirvate", "unknown-field", "warning"),
    ];
    expected.sort_unstable();
    let mut found = found;
    found.sort_unstable();
    assert_eq!(found, expected);
    let sound: Vec<_> = reading.snapshot.unwrap().attributes.into_iter().filter(|keyed| keyed.part.is_ok()).collect();
    assert_eq!(sound.iter().map(|keyed| keyed.key.as_str()).collect::<Vec<_>>(), ["e", "f"]);
}

#[test]
fn s1_05_declarations_are_authored_like_all_else_and_browsers_are_published_for() {
    let create =
        |part: &str, key: &str, value: Json| json!({ "type": "create", "part": part, "key": key, "value": value });
    let flag = json!({
        "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "off" },
        "rules": [{ "id": "r", "when": { "attribute": "email", "op": "exists" }, "serve": { "variant": "on" } }]
    });
    let mut host = Host::given(&[
        &json!({ "type": "createWorkspace", "lineage": "l", "environments": ["production"] }),
        &create("flag", "menu", flag),
    ]);
    // Where nothing is declared a snapshot has no member for it, as before there were declarations.
    assert_eq!(host.published("production").get("attributes"), None);
    let refused = host.carry_out(&create("attribute", "email", json!({ "type": "text" }))).unwrap_err();
    assert_eq!(brief(&refused.diagnostics), json!([["unknown-value", "/attributes/email/type"]]));
    host.carry_out(&create("attribute", "email", json!({ "type": "string", "private": true }))).unwrap();
    assert_eq!(host.published("production")["attributes"], json!({ "email": { "type": "string", "private": true } }));
    let publish = |host: &Host| host.journal.workspace().publish_client("production");
    assert_eq!(publish(&host).unwrap().unwrap().diagnostics, []);
    assert_eq!(host.journal.workspace().publish_client("staging"), Ok(None));
    host.carry_out(&json!({ "type": "change", "part": "flag", "key": "menu", "set": { "audience": "client" } }))
        .unwrap();
    let refused = publish(&host).unwrap_err();
    assert_eq!(brief(&refused.diagnostics), json!([["private-attribute", "/flags/menu/rules/0/when"]]));
    host.carry_out(&json!({ "type": "archive", "part": "attribute", "key": "email" })).unwrap();
    assert!(publish(&host).unwrap().unwrap().text.contains("\"menu\""));
}

/// A snapshot, some of whose flags are for browsers.
fn published() -> impl Strategy<Value = Json> {
    let audiences = proptest::collection::vec(any::<bool>(), generate::FLAGS.len());
    (generate::snapshot(), audiences).prop_map(|(mut snapshot, audiences)| {
        for (key, is_client) in generate::FLAGS.iter().zip(audiences) {
            snapshot["flags"][*key]["audience"] = json!(if is_client { "client" } else { "server" });
        }
        snapshot
    })
}

proptest! {
    #[test]
    fn flags_for_browsers_answer_there_as_they_do_everywhere(
        whole in published(), context in generate::context(), now in generate::now(),
    ) {
        let shipped = client(&whole).expect("nothing is private, and the snapshot is valid");
        let [whole_engine, engine] = [whole.to_string(), shipped.text.clone()].map(|text| <Engine>::from_json(&text).unwrap());
        prop_assert!(engine.diagnostics().iter().all(|problem| problem.severity == Severity::Warning), "{:?}", engine.diagnostics());
        let document: Json = serde_json::from_str(&shipped.text).unwrap();
        for (key, flag) in whole["flags"].as_object().unwrap() {
            let is_there = document["flags"].get(key).is_some();
            if flag["audience"] == "client" {
                let (expected, drawn) = whole_engine.evaluate_assigned(key, &context, now);
                let (answer, drawn_there) = engine.evaluate_assigned(key, &context, now);
                prop_assert_eq!(answer.value(), expected.value(), "{}", key);
                prop_assert_eq!((answer.variant, answer.reason, answer.rule), (expected.variant, expected.reason, expected.rule));
                prop_assert_eq!((answer.error_code, answer.metadata()), (expected.error_code, expected.metadata()));
                prop_assert_eq!(drawn_there, drawn);
            } else if is_there {
                let text = format!("`{key}` is for servers");
                prop_assert!(shipped.diagnostics.iter().any(|problem| problem.message.starts_with(&text)), "{}", key);
            }
        }
        // What is shipped is all that is needed, and has no more to lose.
        prop_assert_eq!(client(&document).unwrap().text, shipped.text);
    }
}
