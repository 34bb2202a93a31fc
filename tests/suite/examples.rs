//! The examples: the shop shows everything that a snapshot can have, and nothing in it is dead.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use vexil::attributes::check_context;
use vexil::client::client_snapshot;
use vexil::lint::{Code, lints};
use vexil::patterns::RegexPatterns;
use vexil::snapshot::read;
use vexil::{Context, Engine, Reason, Timestamp, Value};

#[path = "../../examples/shop/visitors.rs"]
mod visitors;

const SHOP: &str = include_str!("../../examples/shop/snapshot.json");
const SCHEMA: &str = include_str!("../../schemas/snapshot.schema.json");

/// The time at which the shop is evaluated: 2026-03-10T12:00:00Z.
const NOW: Timestamp = Timestamp::from_ms(1_773_144_000_000);

fn shop() -> Engine {
    Engine::from_json(SHOP).expect("the shop is usable")
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn the_shop_is_valid_without_a_warning() {
    assert_eq!(shop().diagnostics(), []);
}

#[test]
fn the_shop_has_every_field_and_word_that_the_schema_knows() {
    let schema = Schema(parse(SCHEMA));
    let mut known = BTreeSet::new();
    schema.features("Snapshot", &schema.0, &mut known);
    assert!(known.contains("Flag.audience=client") && known.contains("OrderTest.op=lte"), "{known:#?}");
    let mut used = BTreeSet::new();
    schema.used("Snapshot", &schema.0, &parse(SHOP), &mut used);
    assert_eq!(known.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_shop_reads_what_it_declares_and_its_visitors_keep_to_it() {
    let snapshot = read::<RegexPatterns>(SHOP).snapshot.expect("it is valid");
    let about = [Code::UndeclaredAttribute, Code::AttributeType];
    assert_eq!(lints(&snapshot, None, NOW).into_iter().find(|lint| about.contains(&lint.code)), None);
    // Some apps say `nightly` for their version.
    let problems = (0..5_000).flat_map(|number| check_context(&snapshot.attributes, &visitors::visitor(number)));
    let places: BTreeSet<String> = problems.map(|problem| problem.path).collect();
    assert_eq!(places, BTreeSet::from(["/appVersion".to_owned()]));
    let client = client_snapshot::<RegexPatterns>(SHOP).expect("no page learns of anybody's age");
    assert!(!client.text.contains("\"age\"") && client.text.len() < SHOP.len() / 2);
}

/// A field that is new in the schema is either for browsers too, or one of these.
#[test]
fn browsers_get_every_field_that_decides() {
    let mut document = parse(SHOP);
    for flag in document["flags"].as_object_mut().expect("flags").values_mut() {
        flag["audience"] = "client".into();
    }
    document["attributes"]["age"]["private"] = false.into();
    let client = client_snapshot::<RegexPatterns>(&document.to_string()).expect("nothing is private");
    let schema = Schema(parse(SCHEMA));
    let (mut whole, mut kept) = (BTreeSet::new(), BTreeSet::new());
    // Services are not for browsers, and what only they use is none of a flag's.
    for part in ["services", "kills", "attributes"] {
        document.as_object_mut().expect("an object").remove(part);
    }
    schema.used("Snapshot", &schema.0, &document, &mut whole);
    schema.used("Snapshot", &schema.0, &parse(&client.text), &mut kept);
    let lost = whole.difference(&kept).map(String::as_str);
    let lost: Vec<&str> = lost.filter(|field| !field.ends_with(".description")).collect();
    assert_eq!(lost, ["Flag.owner", "Override.units", "Segment.exclude", "Segment.include", "Snapshot.$schema"]);
}

#[test]
fn the_shop_has_values_of_every_type() {
    let (engine, document) = (shop(), parse(SHOP));
    let keys = document["flags"].as_object().expect("flags").keys();
    let answers = keys.map(|key| engine.evaluate(key, &Context::default(), NOW));
    let kinds: BTreeSet<&str> = answers.map(|answer| answer.kind().expect("a value").name()).collect();
    assert_eq!(kinds, BTreeSet::from(["boolean", "number", "object", "string"]));
}

#[test]
fn every_rule_of_the_shop_decides_for_somebody() {
    let mut deciding = BTreeSet::new();
    each_answer(|key, answer| {
        deciding.extend(answer.rule.map(|rule| format!("{key}: {rule}")));
    });
    let document = parse(SHOP);
    let parts = ["flags", "services"].map(|part| document[part].as_object().expect("a map"));
    let killed = &document["kills"]["flags"];
    for (key, flag) in parts.into_iter().flatten().filter(|(key, _)| killed[0] != **key) {
        for rule in flag["rules"].as_array().into_iter().flatten() {
            let name = format!("{key}: {}", rule["id"].as_str().expect("an id"));
            assert!(deciding.contains(&name), "nobody comes to {name}");
        }
    }
}

#[test]
fn every_kind_of_answer_occurs_in_the_shop() {
    let (mut reasons, mut added) = (BTreeSet::new(), BTreeSet::new());
    each_answer(|_, answer| {
        assert_ne!(answer.reason, Reason::Error);
        reasons.insert(answer.reason.name());
        for (name, value) in answer.added_metadata() {
            added.insert(match value {
                // Which flag, holdout or attribute it is does not matter here.
                Value::String(text) if matches!(name, "vexil.cause" | "vexil.killScope") => format!("{name}={text}"),
                _ => name.to_owned(),
            });
        }
    });
    let expected = ["DEFAULT", "DISABLED", "SPLIT", "STATIC", "TARGETING_MATCH"];
    assert_eq!(reasons, BTreeSet::from(expected));
    let expected = [
        "vexil.cause=disabled",
        "vexil.cause=holdout",
        "vexil.cause=killed",
        "vexil.cause=override",
        "vexil.cause=prerequisite",
        "vexil.deprecated",
        "vexil.holdout",
        "vexil.killScope=flag",
        "vexil.killScope=namespace",
        "vexil.killScope=service",
        "vexil.missingUnit",
        "vexil.prerequisite",
    ];
    assert_eq!(added, BTreeSet::from(expected.map(str::to_owned)));
}

/// The generator is written twice, in Rust and in JavaScript; here is what both must say of one visitor.
#[test]
fn visitors_are_a_function_of_their_number() {
    let expected = r#"{
        "visitor": "v-268e4b1bd555b307", "targetingKey": "u-100001", "plan": "plus",
        "signedUpAt": "2024-05-18T18:46:00+01:00", "email": "customer.100001@gmail.example", "age": 77,
        "organisation": "org-683", "tags": ["wishlist", "beta-tester", "big-spender"], "country": "US",
        "appVersion": "1.8.1", "device": { "os": "Windows" }, "ip": "112.8.246.34",
        "headers": {
            "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/147.0", "save-data": "on"
        },
        "cart": { "items": 4, "total": 176.6 }
    }"#;
    assert_eq!(Ok(visitors::visitor(1)), Context::from_json(expected));
}

/// Every answer of the shop to its first visitors, with the key of its flag or service.
fn each_answer(mut take: impl FnMut(&str, vexil::Evaluation<'_>)) {
    let engine = shop();
    for number in 0..5_000 {
        let block = engine.block(&visitors::visitor(number));
        for row in 0..engine.ruleset().flags.len() as u32 {
            let answer = engine.answer(row, engine.outcome(row, &block, NOW)).expect("a row");
            take(answer.flag, answer);
        }
    }
}

/// The JSON Schema of snapshots, as far as it is needed to see what a document makes use of.
struct Schema(Json);

impl Schema {
    /// The definition that a node refers to, with its name; without a reference the node itself.
    fn resolve<'n>(&'n self, name: &'n str, node: &'n Json) -> (&'n str, &'n Json) {
        let Some(reference) = node["$ref"].as_str() else { return (name, node) };
        let definition = reference.rsplit('/').next().unwrap_or_default();
        // The grammar of services is that of flags with another word for variants.
        let name = definition.strip_prefix("Service").filter(|rest| !rest.is_empty()).unwrap_or(definition);
        self.resolve(name, &self.0["$defs"][definition])
    }

    /// Every field, and every word that may stand somewhere, as in `Flag.state=disabled`.
    fn features(&self, name: &str, node: &Json, found: &mut BTreeSet<String>) {
        let (name, node) = self.resolve(name, node);
        found.extend(words(node).into_iter().map(|word| format!("{name}={word}")));
        for (field, of_field) in members(&node["properties"]) {
            let field_name = format!("{name}.{field}");
            // No name that could be required is defined yet.
            if field != "requires" && found.insert(field_name.clone()) {
                self.features(&field_name, of_field, found);
            }
        }
        let inside = [&node["items"], &node["additionalProperties"]].into_iter().filter(|part| part.is_object());
        for part in node["oneOf"].as_array().into_iter().flatten().chain(inside) {
            self.features(name, part, found);
        }
    }

    /// What of `features` a document has.
    fn used(&self, name: &str, node: &Json, value: &Json, found: &mut BTreeSet<String>) {
        let (name, node) = self.resolve(name, node);
        if !self.fits(node, value) {
            return;
        }
        found.extend(words(node).into_iter().filter(|word| value == word).map(|word| format!("{name}={word}")));
        for (field, of_field) in members(&node["properties"]) {
            if let Some(member) = value.get(field) {
                let field_name = format!("{name}.{field}");
                found.insert(field_name.clone());
                self.used(&field_name, of_field, member, found);
            }
        }
        for choice in node["oneOf"].as_array().into_iter().flatten() {
            self.used(name, choice, value, found);
        }
        for item in value.as_array().into_iter().flatten() {
            self.used(name, &node["items"], item, found);
        }
        let of_any = node["additionalProperties"].is_object();
        for (_, member) in members(value).filter(|_| of_any) {
            self.used(name, &node["additionalProperties"], member, found);
        }
    }

    /// Whether a value is of the form of a node, looked at closely enough to tell choices apart.
    fn fits(&self, node: &Json, value: &Json) -> bool {
        let (_, node) = self.resolve("", node);
        let words = words(node);
        let is_known = |field: &str| field.starts_with("x-") || node["properties"].get(field).is_some();
        let fields_fit = members(&node["properties"])
            .filter_map(|(field, of_field)| Some((of_field, value.get(field)?)))
            .all(|(of_field, member)| self.fits(of_field, member));
        let required = node["required"].as_array().into_iter().flatten();
        let choices = node["oneOf"].as_array();
        (words.is_empty() || words.iter().any(|word| value == word))
            && is_of_type(&node["type"], value)
            && required.filter_map(Json::as_str).all(|field| value.get(field).is_some())
            && (node["additionalProperties"] != false || members(value).all(|(field, _)| is_known(field)))
            && fields_fit
            && choices.is_none_or(|choices| choices.iter().any(|choice| self.fits(choice, value)))
    }
}

fn members(value: &Json) -> impl Iterator<Item = (&String, &Json)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The words of an `enum` or `const`.
fn words(node: &Json) -> Vec<&str> {
    let listed = node["enum"].as_array().into_iter().flatten();
    listed.chain(node.get("const")).filter_map(Json::as_str).collect()
}

fn is_of_type(types: &Json, value: &Json) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        _ => value.is_number(),
    };
    match types {
        Json::String(name) => is(name),
        Json::Array(names) => names.iter().filter_map(Json::as_str).any(is),
        _ => true,
    }
}
