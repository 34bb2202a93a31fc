//! What the flags of a middling company cost natively: `cargo bench --bench mix`.
//!
//! Two rules each on the median, nine in ten with a percentage somewhere, contexts of six
//! attributes, one after the other. `native.rs` has single flags of each kind.
#![allow(missing_docs, clippy::expect_used, reason = "a benchmark says what it needs by panicking")]

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use serde_json::{Map, Value as Json, json};
use vexil::hash::{Digest, SeedKey};
use vexil::patterns::RegexPatterns;
use vexil::{Context, Engine, Timestamp};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);

fn main() {
    divan::main();
}

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts.get(self.below(texts.len())).copied().unwrap_or_default()
    }

    fn uuid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        let (x, y, z) = (a >> 32, a >> 16 & 0xffff, a & 0xfff);
        format!("{x:08x}-{y:04x}-4{z:03x}-a{:03x}-{:012x}", b & 0xfff, b >> 16)
    }

    fn version(&mut self) -> String {
        format!("{}.{}.{}", self.below(6), self.below(20), self.below(30))
    }

    fn email(&mut self) -> String {
        format!("{}.{:05x}@{}", self.pick(&["anna", "bob", "carlos", "eleanor"]), self.below(1 << 20), self.pick(HOSTS))
    }
}

const COUNTRIES: &[&str] = &[
    "US", "GB", "DE", "FR", "ES", "IT", "NL", "BE", "SE", "NO", "DK", "FI", "PL", "CZ", "AT", "CH", "IE", "PT", "GR",
    "HU", "RO", "TR", "UA", "CN", "JP", "KR", "IN", "ID", "TH", "VN", "AU", "NZ", "CA", "MX", "BR", "AR", "CL", "ZA",
];
const PLANS: &[&str] = &["free", "pro", "team", "business", "enterprise", "trial"];
const HOSTS: &[&str] = &["gmail.com", "example.com", "acme-corp.io", "mail.example.org"];

fn context(numbers: &mut Numbers) -> Context {
    Context::new(numbers.uuid())
        .with("country", numbers.pick(COUNTRIES))
        .with("plan", numbers.pick(PLANS))
        .with("appVersion", numbers.version())
        .with("age", 13 + numbers.below(78) as i32)
        .with("email", numbers.email())
}

fn condition(numbers: &mut Numbers, emails: &[String]) -> Json {
    let test = |attribute: &str, op: &str, value: Json| json!({ "attribute": attribute, "op": op, "value": value });
    match numbers.below(100) {
        0..35 => {
            let op = if numbers.percent(85) { "in" } else { "notIn" };
            let countries: Vec<&str> = (0..3 + numbers.below(10)).map(|_| numbers.pick(COUNTRIES)).collect();
            test("country", op, json!(countries))
        }
        35..55 => test("plan", if numbers.percent(80) { "eq" } else { "ne" }, json!(numbers.pick(PLANS))),
        55..75 => test("age", numbers.pick(&["gt", "gte", "lt", "lte"]), json!(15 + numbers.below(60))),
        75..95 => test("appVersion", "semverGte", json!(numbers.version())),
        _ => {
            let listed = (0..5 + numbers.below(15)).filter_map(|_| emails.get(numbers.below(emails.len())));
            test("email", "in", json!(listed.collect::<Vec<_>>()))
        }
    }
}

fn serve(numbers: &mut Numbers, variants: usize, split: usize) -> Json {
    if !numbers.percent(split) {
        return json!({ "variant": format!("v{}", numbers.below(variants)) });
    }
    let weights: &[u32] = match numbers.below(if variants > 2 { 4 } else { 3 }) {
        0 => &[50, 50],
        1 => &[10, 90],
        2 => &[1, 99],
        _ => &[33, 33, 34],
    };
    let entries = weights.iter().enumerate().map(|(i, weight)| json!({ "variant": format!("v{i}"), "weight": weight }));
    json!({ "split": { "seed": numbers.uuid(), "weights": entries.collect::<Vec<_>>() } })
}

fn flag(numbers: &mut Numbers, emails: &[String]) -> Json {
    let (kind, mut variants) = (numbers.below(10), 2);
    if kind >= 5 {
        variants += numbers.below(3);
    }
    let value = |v: usize| match kind {
        0..5 => json!(v == 1),
        5..7 => json!(format!("value-{v}")),
        7 => json!(v * 10),
        _ => {
            json!({ "title": format!("Title {v}"), "limit": v * 5, "colors": ["#ff0000", "#00ff00"], "nested": { "on": v == 1 } })
        }
    };
    let values: Map<String, Json> = (0..variants).map(|v| (format!("v{v}"), value(v))).collect();
    let count = match numbers.below(100) {
        0..10 => 0,
        10..40 => 1,
        40..75 => 2,
        _ => 3,
    };
    let rules = (0..count).map(|id| {
        let conditions = 1 + usize::from(numbers.percent(45));
        let all: Vec<Json> = (0..conditions).map(|_| condition(numbers, emails)).collect();
        json!({ "id": format!("r{id}"), "when": { "all": all }, "serve": serve(numbers, variants, 50) })
    });
    let rules: Vec<Json> = rules.collect();
    json!({
        "state": if numbers.percent(97) { "active" } else { "disabled" },
        "variants": values, "offVariant": "v0", "rules": rules, "default": serve(numbers, variants, 70)
    })
}

fn mix(flags: usize) -> String {
    let mut numbers = Numbers(7);
    let emails: Vec<String> = (0..2_000).map(|_| numbers.email()).collect();
    let teams = ["checkout", "search", "billing", "growth", "mobile", "platform", "ads", "mail"];
    let flags = (0..flags).map(|number| {
        let key =
            format!("{}.{}-feature-{number}", numbers.pick(&teams), numbers.pick(&["new", "enable", "use", "exp"]));
        (key, flag(&mut numbers, &emails))
    });
    json!({ "schema": "vexil/1", "flags": flags.collect::<Map<_, _>>() }).to_string()
}

fn engine(flags: usize) -> Engine {
    Engine::from_json(&mix(flags)).expect("the snapshot is usable")
}

fn contexts(count: usize) -> Vec<Context> {
    let mut numbers = Numbers(42);
    (0..count).map(|_| context(&mut numbers)).collect()
}

/// Calls with one item after the other, for ever.
fn in_turn<T, R>(bencher: Bencher<'_, '_>, items: &[T], mut call: impl FnMut(&T) -> R) {
    let mut turn = items.iter().cycle();
    bencher.bench_local(|| turn.next().map(&mut call));
}

/// All of a thousand flags.
mod all_of_1000 {
    use super::{Bencher, ItemsCount, NOW, contexts, engine, in_turn};

    #[divan::bench]
    fn outcomes_of_a_block(bencher: Bencher<'_, '_>) {
        let engine = engine(1_000);
        let blocks: Vec<_> = contexts(64).iter().map(|context| engine.block(context)).collect();
        let (mut turn, mut outcomes) = (blocks.iter().cycle(), vec![0_u32; 1_000]);
        bencher.counter(ItemsCount::new(1_000_usize)).bench_local(|| {
            if let Some(block) = turn.next() {
                for (row, outcome) in (0..).zip(&mut outcomes) {
                    *outcome = engine.outcome(row, block, NOW);
                }
            }
            outcomes.last().copied()
        });
    }

    #[divan::bench]
    fn answers_of_a_context(bencher: Bencher<'_, '_>) {
        let engine = engine(1_000);
        let contexts = contexts(64);
        let mut turn = contexts.iter().cycle();
        let bencher = bencher.counter(ItemsCount::new(1_000_usize));
        bencher.bench_local(|| turn.next().map(|context| engine.all(context, NOW).len()));
    }

    #[divan::bench]
    fn block_of_a_context(bencher: Bencher<'_, '_>) {
        let engine = engine(1_000);
        in_turn(bencher, &contexts(64), |context| engine.block(context));
    }
}

/// From a document, or a compiled ruleset, to an engine.
mod loading {
    use super::{Bencher, Engine, RegexPatterns, black_box, engine, mix};

    #[divan::bench(args = [1_000, 10_000], sample_count = 20)]
    fn json(bencher: Bencher<'_, '_>, flags: usize) {
        let text = mix(flags);
        bencher.bench_local(|| Engine::from_json(black_box(&text)));
    }

    #[divan::bench(args = [1_000, 10_000], sample_count = 20)]
    fn of_that_parsing(bencher: Bencher<'_, '_>, flags: usize) {
        let text = mix(flags);
        bencher.bench_local(|| drop(vexil::json::parse_snapshot(black_box(&text))));
    }

    #[divan::bench(args = [1_000, 10_000], sample_count = 20)]
    fn of_that_parsing_and_checking(bencher: Bencher<'_, '_>, flags: usize) {
        let text = mix(flags);
        bencher.bench_local(|| vexil::snapshot::read::<RegexPatterns>(black_box(&text)));
    }

    #[divan::bench(args = [1_000, 10_000], sample_count = 20)]
    fn update(bencher: Bencher<'_, '_>, flags: usize) {
        let (text, mut engine) = (mix(flags), engine(flags));
        bencher.bench_local(|| engine.update(black_box(&text)).map(|changes| changes.flags.len()));
    }

    #[divan::bench(args = [1_000, 10_000], sample_count = 20)]
    fn ruleset(bencher: Bencher<'_, '_>, flags: usize) {
        let bytes = engine(flags).ruleset().to_bytes();
        bencher.bench_local(|| Engine::<RegexPatterns>::from_ruleset_bytes(black_box(&bytes)));
    }
}

/// The parts that everything is made of.
mod parts {
    use super::{Bencher, Context, Digest, Engine, NOW, SeedKey, in_turn, json};

    fn ids() -> Vec<String> {
        let mut numbers = super::Numbers(3);
        (0..1_024).map(|_| numbers.uuid()).collect()
    }

    #[divan::bench]
    fn digest_of_a_uuid(bencher: Bencher<'_, '_>) {
        in_turn(bencher, &ids(), |id| Digest::of(id.as_bytes()));
    }

    #[divan::bench]
    fn bucket_of_a_digest(bencher: Bencher<'_, '_>) {
        let (key, digests) =
            (SeedKey::of("seed"), ids().iter().map(|id| Digest::of(id.as_bytes())).collect::<Vec<_>>());
        in_turn(bencher, &digests, |digest| key.bucket(*digest));
    }

    /// A list of so many units, half of those who ask in it.
    #[divan::bench(args = [10, 1_000, 100_000])]
    fn list_of_units(bencher: Bencher<'_, '_>, count: usize) {
        let units: Vec<String> = (0..count).map(|unit| format!("u-{unit}")).collect();
        let flag = json!({
            "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "off" },
            "overrides": [{ "units": units, "variant": "on" }]
        });
        let document = json!({ "schema": "vexil/1", "flags": { "x": flag } }).to_string();
        let engine = Engine::from_json(&document).expect("the snapshot is usable");
        let users = (0..1_024).map(|user| Context::new(format!("u-{}", user * count / 512)));
        let blocks: Vec<_> = users.map(|user| engine.block(&user)).collect();
        in_turn(bencher, &blocks, |block| engine.outcome(0, block, NOW));
    }
}
