//! The core natively, one thread: `cargo bench`.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark says what it needs by panicking")]

use divan::{AllocProfiler, Bencher};
use serde_json::{Map, Value, json};
use vexil::patterns::{Patterns, RegexPatterns};
use vexil::{Context, Engine, Timestamp};

/// Counts what an evaluation allocates: nothing.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const NOW: Timestamp = Timestamp::from_ms(0);

fn main() {
    divan::main();
}

/// A quarter each: on for everybody, half of the units, three rules, three variants with an object.
fn snapshot(flags: usize) -> String {
    let flags: Map<String, Value> = (0..flags).map(|number| (format!("flag-{number:05}"), flag(number % 4))).collect();
    json!({ "schema": "vexil/1", "flags": flags }).to_string()
}

fn flag(kind: usize) -> Value {
    let half = json!({ "split": { "exposure": 50, "weights": [{ "variant": "on", "weight": 1 }] } });
    let country = json!({ "attribute": "country", "op": "in", "value": ["US", "CA", "GB", "AU", "NZ"] });
    let plan = |plan: &str| json!({ "attribute": "plan", "op": "eq", "value": plan });
    let version = |version: &str| json!({ "attribute": "appVersion", "op": "semverGte", "value": version });
    let on = json!({ "variant": "on" });
    let (rules, default) = match kind {
        0 => (json!([]), on),
        1 => (json!([]), half),
        2 => (
            json!([
                { "id": "enterprise", "when": { "all": [country, plan("enterprise")] }, "serve": on },
                { "id": "nine", "when": { "all": [plan("pro"), version("9.0.0")] }, "serve": on },
                { "id": "half", "when": { "all": [country, plan("pro"), version("2.3.0")] }, "serve": half },
            ]),
            json!({ "variant": "off" }),
        ),
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

fn engine(flags: usize) -> Engine {
    Engine::from_json(&snapshot(flags)).expect("the snapshot is usable")
}

fn visitor() -> Context {
    Context::new("3f2b8c1e-9d4a-4e7b-8f6a-1c2d3e4f5a6b")
        .with("country", "NZ")
        .with("plan", "pro")
        .with("appVersion", "2.4.1")
        .with("age", 42)
}

/// One flag of each kind for a context that is prepared.
#[divan::bench(args = [0, 1, 2, 3])]
fn evaluate(bencher: Bencher<'_, '_>, kind: u32) {
    let engine = engine(1_000);
    let block = engine.block(&visitor());
    bencher.bench_local(|| engine.outcome(divan::black_box(500 + kind), divan::black_box(&block), NOW));
}

/// Preparing the context and evaluating one flag with three rules.
#[divan::bench]
fn prepare_and_evaluate(bencher: Bencher<'_, '_>) {
    let engine = engine(1_000);
    let visitor = visitor();
    bencher.bench_local(|| engine.outcome(502, &engine.block(divan::black_box(&visitor)), NOW));
}

/// All of 1 000 flags for a context that is prepared.
#[divan::bench]
fn all_of_1000(bencher: Bencher<'_, '_>) {
    let engine = engine(1_000);
    let block = engine.block(&visitor());
    bencher.bench_local(|| (0..1_000).map(|flag| engine.outcome(flag, divan::black_box(&block), NOW)).sum::<u32>());
}

/// Parsing, checking and compiling 10 000 flags.
#[divan::bench(sample_count = 10)]
fn load_10000(bencher: Bencher<'_, '_>) {
    let text = snapshot(10_000);
    bencher.bench_local(|| <Engine>::from_json(divan::black_box(&text)));
}

/// Loading the binary form of the same.
#[divan::bench(sample_count = 10)]
fn load_10000_binary(bencher: Bencher<'_, '_>) {
    let bytes = engine(10_000).ruleset().to_bytes();
    bencher.bench_local(|| <Engine>::from_ruleset_bytes(divan::black_box(&bytes)));
}

/// Usual patterns, and texts of which some match.
const PATTERNS: [(&str, &str); 4] = [
    (r"^[a-z]+@example\.com$", "someone@example.com"),
    (r".*@corp\.example$", "ada.lovelace@example.com"),
    ("foo|bar", "the quick brown fox jumps over the lazy bar"),
    (r"\bbot\b", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
];

/// Looking for a pattern in a text.
#[divan::bench(args = [0, 1, 2, 3])]
fn pattern(bencher: Bencher<'_, '_>, number: u32) {
    let mut patterns = RegexPatterns::default();
    for (pattern, _) in PATTERNS {
        patterns.push(pattern, false).expect("it is a pattern");
    }
    let text = PATTERNS.get(number as usize).map_or("", |pair| pair.1);
    bencher.bench_local(|| patterns.is_match(divan::black_box(number), divan::black_box(text)));
}
