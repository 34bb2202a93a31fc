//! The core natively, one thread: `cargo xtask bench` (S2-76).
#![allow(missing_docs, clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark panics where it must")]

mod support;

use divan::{AllocProfiler, Bencher, black_box};
use support::{KINDS, NOW, VISITORS, engine, engine_and_blocks, kinds, mixed, row, visitors};
use vexil::Timestamp;
use vexil::patterns::{Patterns, RegexPatterns};

/// Counts what an evaluation allocates: nothing.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// From text to engine and on, with 1 000 flags: each stage, then what hosts do.
mod stages {
    use divan::{Bencher, black_box};
    use vexil::Engine;
    use vexil::compile::compile;
    use vexil::ir::Ruleset;
    use vexil::patterns::RegexPatterns;

    use super::support::{self, engine, mixed, mixed_later};

    const FLAGS: usize = 1_000;

    /// JSON text alone.
    #[divan::bench]
    fn parse(bencher: Bencher<'_, '_>) {
        let text = mixed(FLAGS);
        bencher.bench_local(|| support::parse(black_box(&text)));
    }

    /// Parsing and checking: everything that could be wrong is looked for.
    #[divan::bench]
    fn parse_and_check(bencher: Bencher<'_, '_>) {
        let text = mixed(FLAGS);
        bencher.bench_local(|| support::read(black_box(&text)));
    }

    /// From the checked snapshot to the ruleset.
    #[divan::bench(name = "compile")]
    fn compiling(bencher: Bencher<'_, '_>) {
        let snapshot = support::read(&mixed(FLAGS));
        bencher.bench_local(|| -> Ruleset<RegexPatterns> { compile(black_box(&snapshot), 0) });
    }

    /// The three of them: an engine from JSON.
    #[divan::bench]
    fn load_json(bencher: Bencher<'_, '_>) {
        let text = mixed(FLAGS);
        bencher.bench_local(|| <Engine>::from_json(black_box(&text)));
    }

    /// An engine from the binary form, its checks included.
    #[divan::bench]
    fn load_binary(bencher: Bencher<'_, '_>) {
        let bytes = engine(&mixed(FLAGS)).ruleset().to_bytes();
        bencher.bench_local(|| <Engine>::from_ruleset_bytes(black_box(&bytes)));
    }

    /// Writing the binary form.
    #[divan::bench]
    fn write_binary(bencher: Bencher<'_, '_>) {
        let engine = engine(&mixed(FLAGS));
        bencher.bench_local(|| black_box(&engine).ruleset().to_bytes());
    }

    /// Comparing two snapshots; a tenth of the flags differs.
    #[divan::bench]
    fn diff(bencher: Bencher<'_, '_>) {
        let (old, new) = (support::read(&mixed(FLAGS)), support::read(&mixed_later(FLAGS)));
        bencher.bench_local(|| vexil::diff::diff(black_box(&old), black_box(&new)));
    }

    /// Replacing the snapshot of an engine by one of which a tenth differs, back and forth.
    #[divan::bench]
    fn update(bencher: Bencher<'_, '_>) {
        let texts = [mixed(FLAGS), mixed_later(FLAGS)];
        let mut engine = engine(&texts[0]);
        let mut updates = 0;
        bencher.bench_local(|| {
            updates += 1;
            engine.update(black_box(&texts[updates % 2]))
        });
    }
}

/// Many flags: what grows with a snapshot, and how.
mod stages_of_10000 {
    use divan::{Bencher, black_box};
    use vexil::Engine;

    use super::support::{engine, mixed};

    #[divan::bench(sample_count = 10)]
    fn load_json(bencher: Bencher<'_, '_>) {
        let text = mixed(10_000);
        bencher.bench_local(|| <Engine>::from_json(black_box(&text)));
    }

    #[divan::bench(sample_count = 10)]
    fn load_binary(bencher: Bencher<'_, '_>) {
        let bytes = engine(&mixed(10_000)).ruleset().to_bytes();
        bencher.bench_local(|| <Engine>::from_ruleset_bytes(black_box(&bytes)));
    }
}

/// One flag of each kind for one visitor after the other, whose contexts are prepared.
#[divan::bench(args = KINDS)]
fn evaluate(bencher: Bencher<'_, '_>, kind: &str) {
    let (engine, blocks) = engine_and_blocks();
    let flag = row(&engine, kind);
    let mut visits = 0;
    bencher.bench_local(|| {
        visits += 1;
        engine.outcome(black_box(flag), black_box(&blocks[visits % VISITORS]), NOW)
    });
}

/// What hosts without rows do: the flag by its key, the context prepared for this one evaluation.
#[divan::bench(args = KINDS)]
fn evaluate_by_key(bencher: Bencher<'_, '_>, kind: &str) {
    let (engine, visitors) = (engine(&kinds()), visitors());
    let mut visits = 0;
    bencher.bench_local(|| {
        visits += 1;
        black_box(engine.evaluate(black_box(kind), black_box(&visitors[visits % VISITORS]), NOW)).variant.is_some()
    });
}

/// Preparing a context for all flags.
#[divan::bench]
fn prepare(bencher: Bencher<'_, '_>) {
    let (engine, visitors) = (engine(&kinds()), visitors());
    let mut visits = 0;
    bencher.bench_local(|| {
        visits += 1;
        engine.block(black_box(&visitors[visits % VISITORS]))
    });
}

/// How the answer of a flag of each kind comes about, as data.
#[divan::bench(args = KINDS)]
fn explain(bencher: Bencher<'_, '_>, kind: &str) {
    let (engine, blocks) = engine_and_blocks();
    let flag = row(&engine, kind);
    let mut visits = 0;
    bencher.bench_local(|| {
        visits += 1;
        engine.explain_row(black_box(flag), black_box(&blocks[visits % VISITORS]), NOW)
    });
}

/// All of 1 000 flags, mixed, for one visitor after the other, whose contexts are prepared.
#[divan::bench]
fn all_of_1000(bencher: Bencher<'_, '_>) {
    let engine = engine(&mixed(1_000));
    let blocks: Vec<_> = visitors().iter().map(|visitor| engine.block(visitor)).collect();
    let mut visits = 0;
    bencher.bench_local(|| {
        visits += 1;
        let block = black_box(&blocks[visits % VISITORS]);
        (0..1_000).map(|flag| engine.outcome(flag, block, NOW)).fold(0, u32::wrapping_add)
    });
}

/// A million requests in the week in which everybody is let in: a thousand users, each at a thousand moments (S1-24).
#[divan::bench(sample_count = 10, sample_size = 1)]
fn a_million_requests_during_a_ramp(bencher: Bencher<'_, '_>) {
    const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
    let engine = engine(&support::ramping(NOW, WEEK_MS));
    let flag = row(&engine, "ramping");
    let users = (0..1_000).map(|user| engine.block(&vexil::Context::new(format!("user-{user}"))));
    let blocks: Vec<_> = users.collect();
    bencher.bench_local(|| {
        let moments = (0..1_000).map(|part| Timestamp::from_ms(NOW.as_ms() + part * (WEEK_MS / 1_000)));
        let outcomes = moments.flat_map(|now| blocks.iter().map(move |block| (block, now)));
        outcomes.map(|(block, now)| engine.outcome(flag, black_box(block), now)).fold(0, u32::wrapping_add)
    });
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
    let text = PATTERNS[number as usize].1;
    bencher.bench_local(|| patterns.is_match(black_box(number), black_box(text)));
}

/// Delivery: a log read back, and what a busy workspace costs.
mod control {
    use divan::{Bencher, black_box};

    use super::support::delivery;

    /// 100 000 events in 40 000 transactions: flags, shares that grow, kills.
    #[divan::bench(sample_count = 20)]
    fn replay_100_000_events(bencher: Bencher<'_, '_>) {
        let log = delivery::log(100_000);
        bencher.bench_local(|| delivery::replay(black_box(&log)));
    }

    /// 5 000 flags, of which 200 are rolled out: a tick that moves all of these.
    #[divan::bench(sample_count = 20)]
    fn tick_200_rollouts(bencher: Bencher<'_, '_>) {
        let (journal, tick, now) = delivery::busy(5_000, 200);
        bencher.with_inputs(|| journal.clone()).bench_local_values(|mut journal| {
            assert!(journal.handle(&tick, now).is_ok_and(|handled| handled.record.is_some()));
            journal
        });
    }

    /// One flag of them is changed: what is checked is the snapshot that it makes.
    #[divan::bench(sample_count = 20)]
    fn change_one_of_5_000_flags(bencher: Bencher<'_, '_>) {
        let (journal, change, now) = delivery::busy_change(5_000, 200);
        bencher.with_inputs(|| journal.clone()).bench_local_values(|mut journal| {
            assert!(journal.handle(&change, now).is_ok_and(|handled| handled.record.is_some()));
            journal
        });
    }

    /// The snapshot of 5 000 flags as text.
    #[divan::bench(sample_count = 20)]
    fn publish_5_000_flags(bencher: Bencher<'_, '_>) {
        let (journal, ..) = delivery::busy(5_000, 200);
        bencher.bench_local(|| black_box(&journal).workspace().publish("production").map(|text| text.len()));
    }
}
