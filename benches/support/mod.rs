//! What is measured: snapshots, visitors and stages, the same for every benchmark of this folder.

// Each benchmark uses another part of it.
#![allow(dead_code)]

pub(crate) mod delivery;

use serde_json::{Map, Value, json};
use vexil::evaluate::Block;
use vexil::patterns::RegexPatterns;
use vexil::snapshot::model::Snapshot;
use vexil::{Context, Engine, Timestamp};

/// When everything is evaluated.
pub(crate) const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);

/// The kinds of flags, each the key of one in [`kinds`]. A flag is on for everybody, on for half of the units, has
/// three rules, three variants with an object, lists a thousand ids in a rule, asks for a segment that does.
pub(crate) const KINDS: [&str; 6] = ["on", "split", "rules", "variants", "list", "segment"];

/// How many of the kinds make up a mixed snapshot.
const MIXED: usize = 4;

/// How many visitors there are: a power of two.
pub(crate) const VISITORS: usize = 64;

/// A snapshot with a quarter each of the first four kinds: `flag-00000` and so on.
pub(crate) fn mixed(flags: usize) -> String {
    document((0..flags).map(|number| (format!("flag-{number:05}"), flag(KINDS[number % MIXED]))), &json!({}))
}

/// The same later: every tenth flag has a rule more.
pub(crate) fn mixed_later(flags: usize) -> String {
    let when = json!({ "attribute": "country", "op": "eq", "value": "CH" });
    let changed = |number: usize| {
        let mut flag = flag(KINDS[number % MIXED]);
        if number.is_multiple_of(10) {
            flag["rules"] = json!([{ "id": "later", "when": when, "serve": { "variant": flag["offVariant"] } }]);
        }
        flag
    };
    document((0..flags).map(|number| (format!("flag-{number:05}"), changed(number))), &json!({}))
}

/// A snapshot with one flag of each kind.
pub(crate) fn kinds() -> String {
    let country = json!({ "attribute": "country", "op": "eq", "value": "DE" });
    let segments = json!({ "members": { "include": ids(), "when": country } });
    document(KINDS.into_iter().map(|kind| (kind.to_owned(), flag(kind))), &segments)
}

/// A flag that everybody gets within a time, the same number of users in the same time.
pub(crate) fn ramping(start: Timestamp, lasts_ms: i64) -> String {
    let end = Timestamp::from_ms(start.as_ms() + lasts_ms);
    let ramp = json!({ "from": 0, "to": 100, "curve": "linear", "start": start.to_string(), "end": end.to_string() });
    let mut flag = flag("split");
    flag["default"]["split"] = json!({ "ramp": ramp, "weights": [{ "variant": "on", "weight": 1 }] });
    document([("ramping".to_owned(), flag)].into_iter(), &json!({}))
}

fn document(flags: impl Iterator<Item = (String, Value)>, segments: &Value) -> String {
    let flags: Map<String, Value> = flags.collect();
    json!({ "schema": "vexil/1", "flags": flags, "segments": segments }).to_string()
}

fn flag(kind: &str) -> Value {
    let half = json!({ "split": { "exposure": 50, "weights": [{ "variant": "on", "weight": 1 }] } });
    let country = json!({ "attribute": "country", "op": "in", "value": ["US", "CA", "GB", "AU", "NZ"] });
    let plan = |plan: &str| json!({ "attribute": "plan", "op": "eq", "value": plan });
    let version = |version: &str| json!({ "attribute": "appVersion", "op": "semverGte", "value": version });
    let (on, off) = (json!({ "variant": "on" }), json!({ "variant": "off" }));
    let (rules, default) = match kind {
        "on" => (json!([]), on),
        "split" => (json!([]), half),
        "rules" => (
            json!([
                { "id": "enterprise", "when": { "all": [country, plan("enterprise")] }, "serve": on },
                { "id": "nine", "when": { "all": [plan("pro"), version("9.0.0")] }, "serve": on },
                { "id": "half", "when": { "all": [country, plan("pro"), version("2.3.0")] }, "serve": half },
            ]),
            off,
        ),
        "list" => {
            let listed = json!({ "attribute": "targetingKey", "op": "in", "value": ids() });
            (json!([{ "id": "listed", "when": listed, "serve": on }]), off)
        }
        "segment" => (json!([{ "id": "members", "when": { "segment": "members" }, "serve": on }]), off),
        _ => {
            return json!({
                "variants": { "a": { "limit": 10 }, "b": { "limit": 20 }, "c": { "limit": 30 } }, "offVariant": "a",
                "default": { "split": { "weights": [
                    { "variant": "a", "weight": 34 }, { "variant": "b", "weight": 33 }, { "variant": "c", "weight": 33 }
                ] } },
            });
        }
    };
    json!({ "variants": { "on": true, "off": false }, "offVariant": "off", "rules": rules, "default": default })
}

/// A thousand of ten thousand users.
fn ids() -> Vec<String> {
    (0..10_000).step_by(10).map(user).collect()
}

fn user(number: usize) -> String {
    format!("user-{number:05}")
}

/// Somebody of every sort: a tenth are listed, some fail at the first condition and some at the last.
pub(crate) fn visitors() -> Vec<Context> {
    let of = |choices: &[&'static str], number: usize| choices[number % choices.len()];
    let visitor = |number| {
        Context::new(user(number * 157 % 10_000))
            .with("country", of(&["NZ", "DE", "US", "FR", "GB", "CH", "CA"], number))
            .with("plan", of(&["pro", "free", "pro", "enterprise", "pro"], number))
            .with("appVersion", of(&["2.4.1", "1.12.0", "v3.0.0-rc.1"], number))
            .with("age", 42)
    };
    (0..VISITORS).map(visitor).collect()
}

/// An engine with every kind of flag, and the visitors as it reads them.
pub(crate) fn engine_and_blocks() -> (Engine, Vec<Block>) {
    let engine = engine(&kinds());
    let blocks = visitors().iter().map(|visitor| engine.block(visitor)).collect();
    (engine, blocks)
}

/// An engine for a snapshot that is valid.
pub(crate) fn engine(text: &str) -> Engine {
    let engine = Engine::from_json(text).expect("the snapshot is usable");
    assert!(engine.diagnostics().is_empty(), "{:?}", engine.diagnostics());
    engine
}

/// The row of a flag that is there.
pub(crate) fn row(engine: &Engine, key: &str) -> u32 {
    engine.ruleset().find_flag(key).expect("the flag is there")
}

/// The first stage alone: a kill message is parsed as every document is, and then this one is refused at its root.
pub(crate) fn parse(text: &str) -> bool {
    vexil::snapshot::read_kill_message(text).is_err()
}

/// Parsing and checking.
pub(crate) fn read(text: &str) -> Snapshot {
    vexil::snapshot::read::<RegexPatterns>(text).snapshot.expect("the snapshot is usable")
}
