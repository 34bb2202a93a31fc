//! Buckets against chance: a million units of each kind of id, in a thousand bins.
//!
//! Every input is fixed, so each statistic is one number, and a test either holds or does not.
//! Bounds are critical values at p = 1e-6 in each tail, from scipy 1.17.1; the call stands beside
//! the value. Too even is as suspicious as too uneven.

use serde_json::json;
use vexil::hash::{Digest, SeedKey};
use vexil::patterns::RegexPatterns;
use vexil::words::weight::WHOLE;
use vexil::{Context, Engine, Timestamp};

use crate::replay::Numbers;

const UNITS: usize = 1_000_000;
const BINS: usize = 1_000;

/// Both critical values of a statistic.
type Bounds = (f64, f64);

/// `scipy.stats.chi2.ppf(1e-6, 999)`, `scipy.stats.chi2.isf(1e-6, 999)`: a thousand bins.
const OF_BINS: Bounds = (800.730_653, 1_226.046_189);
/// `scipy.stats.chi2.ppf(1e-6, 81)`, `scipy.stats.chi2.isf(1e-6, 81)`: ten rows by ten columns.
const OF_TABLE: Bounds = (34.137_151, 156.452_219);
/// `scipy.stats.chi2.ppf(1e-6, 10000)`, `scipy.stats.chi2.isf(1e-6, 10000)`.
const OF_GROUPS: Bounds = (9_342.101_907, 10_686.689_830);
/// `scipy.stats.chi2.ppf(1e-6, 1)`, `scipy.stats.chi2.isf(1e-6, 1)`: two variants.
const OF_TWO: Bounds = (1.570_796e-12, 23.928_127);

/// Seeds of flags, of a layer, of a rule, and one that is hardly there.
const SEEDS: [&str; 4] = ["checkout-redesign", "layer:checkout", "checkout-redesign/eu", "1"];

fn within(what: &str, found: f64, (low, high): Bounds) {
    assert!((low..=high).contains(&found), "{what}: {found}, not from {low} to {high}");
}

fn digests(unit: impl FnMut(usize) -> String) -> Vec<Digest> {
    (0..UNITS).map(unit).map(|unit| Digest::of(unit.as_bytes())).collect()
}

/// Pearson's statistic of counts that should all be the same.
fn chi_squared(counts: &[u32]) -> f64 {
    let expected = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
    counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
}

/// Units fill the bins evenly under every seed.
fn evenly(what: &str, units: &[Digest]) {
    for seed in SEEDS {
        let key = SeedKey::of(seed);
        let mut counts = [0; BINS];
        for &unit in units {
            assert!(unit.is_some());
            counts[key.bucket(unit) as usize * BINS / WHOLE as usize] += 1;
        }
        within(&format!("{what} under `{seed}`"), chi_squared(&counts), OF_BINS);
    }
}

/// Ten rows by ten columns: Pearson's statistic of independence.
fn dependence(pairs: impl Iterator<Item = (u32, u32)>) -> f64 {
    let mut table = [[0_u32; 10]; 10];
    for (one, other) in pairs {
        table[(one / 100_000) as usize][(other / 100_000) as usize] += 1;
    }
    let rows = table.map(|row| f64::from(row.iter().sum::<u32>()));
    let columns: [f64; 10] = std::array::from_fn(|column| table.iter().map(|row| f64::from(row[column])).sum());
    let all: f64 = rows.iter().sum();
    let cells =
        table.iter().zip(rows).flat_map(|(row, sum)| row.iter().zip(columns).map(move |(n, c)| (*n, sum * c / all)));
    cells.map(|(count, expected)| (f64::from(count) - expected).powi(2) / expected).sum()
}

fn sequential() -> Vec<Digest> {
    digests(|number| format!("user-{number}"))
}

// S2-42, S3-14: the ids that sum-and-multiply hashes put next to each other.
#[test]
fn sequential_ids_are_spread_evenly() {
    evenly("user-N", &sequential());
}

#[test]
fn uuids_are_spread_evenly() {
    let mut numbers = Numbers(4);
    evenly(
        "uuids",
        &digests(|_| {
            let (high, low) = (numbers.next(), numbers.next());
            let variant = 0x8000 | low >> 48 & 0x3fff;
            format!(
                "{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}",
                high >> 32,
                high >> 16 & 0xffff,
                high & 0xfff,
                low & 0xffff_ffff_ffff
            )
        }),
    );
}

// S2-42: what a database counts; as numbers, and so as their decimals.
#[test]
fn numeric_ids_are_spread_evenly() {
    evenly("numbers", &(1..=UNITS).map(|number| Digest::of_number(number as f64)).collect::<Vec<_>>());
    let first = 9_007_199_254_740_991 - UNITS;
    evenly("large numbers", &(first..first + UNITS).map(|number| Digest::of_number(number as f64)).collect::<Vec<_>>());
}

#[test]
fn emails_are_spread_evenly() {
    let (names, hosts) = (["ada", "grace", "алан", "edsger"], ["example.com", "mail.example.org", "x.de"]);
    evenly(
        "e-mails",
        &digests(|number| {
            format!("{}.{}@{}", names[number % names.len()], number / 12, hosts[number / 4 % hosts.len()])
        }),
    );
}

// S2-38: the same unit under two seeds. Flags of one name but for a digit, a flag and a layer, a
// layer and the split under it, a flag that was renamed.
#[test]
fn seeds_decide_independently() {
    let units = sequential();
    for (one, other) in [
        ("checkout-redesign", "search"),
        ("flag-1", "flag-2"),
        ("checkout", "layer:checkout"),
        ("layer:checkout", "checkout-redesign/eu"),
        ("holdout:2026-q4", "checkout-redesign"),
        ("old-name", "new-name"),
        ("service:checkout-api:d-31", "service:checkout-api:d-32"),
    ] {
        let (first, second) = (SeedKey::of(one), SeedKey::of(other));
        let pairs = units.iter().map(|&unit| (first.bucket(unit), second.bucket(unit)));
        within(&format!("`{one}` and `{other}`"), dependence(pairs), OF_TABLE);
    }
}

// S3-14: `a:b` and `c` are not `a` and `b:c`; seed and unit are hashed apart.
#[test]
fn where_the_seed_ends_matters() {
    let (long, short) = (SeedKey::of("a:b"), SeedKey::of("a"));
    let pairs = (0..UNITS).map(|number| {
        let (plain, prefixed) = (format!("c{number}"), format!("b:c{number}"));
        (long.bucket(Digest::of(plain.as_bytes())), short.bucket(Digest::of(prefixed.as_bytes())))
    });
    within("`a:b` + `c`, `a` + `b:c`", dependence(pairs), OF_TABLE);
}

// S2-42: neighbours, in the last digit and in others. Each unit stands in one pair.
#[test]
fn neighbours_fall_independently() {
    let (units, key) = (sequential(), SeedKey::of(SEEDS[0]));
    for step in [1, 10, 1_000] {
        let firsts = (0..UNITS).filter(|number| number / step % 2 == 0);
        let pairs = firsts.map(|number| (key.bucket(units[number]), key.bucket(units[number + step])));
        within(&format!("user-N and user-N+{step}"), dependence(pairs), OF_TABLE);
    }
}

// S2-42: of a hundred neighbours a tenth comes in, give or take chance: 10 % of `user-0` to
// `user-99` was 4 under the source's hash, and nine of them stood in a row.
#[test]
fn a_tenth_of_neighbours_is_a_tenth() {
    let (units, key) = (sequential(), SeedKey::of(SEEDS[0]));
    let is_in: Vec<bool> = units.iter().map(|&unit| key.bucket(unit) < 100_000).collect();
    let of_groups = is_in.chunks(100).map(|group| group.iter().filter(|is_in| **is_in).count());
    // Binomial: mean 10, variance 9.
    let spread: f64 = of_groups.map(|count| (count as f64 - 10.0).powi(2) / 9.0).sum();
    within("the spread over groups of 100", spread, OF_GROUPS);
    let longest = is_in.chunk_by(|a, b| a == b).filter(|run| run[0]).map(<[bool]>::len).max();
    // Of runs that are longer than 12 a million draws have 1e6 * 0.1^13 = 1e-7.
    assert!(longest <= Some(12), "{longest:?} neighbours in a row");
}

// S2-02, S3-02: a ten-thousandth is a ten-thousandth, not a hundredth and not nothing.
#[test]
fn small_shares_are_as_small_as_they_say() {
    let (units, key) = (sequential(), SeedKey::of(SEEDS[0]));
    // `scipy.stats.binom.ppf(1e-6, 1000000, p)`, `scipy.stats.binom.isf(1e-6, 1000000, p)`
    for (share, bounds) in [(100, (56.0, 151.0)), (1_000, (853.0, 1_154.0)), (10_000, (9_531.0, 10_476.0))] {
        let count = units.iter().filter(|&&unit| key.bucket(unit) < share).count();
        within(&format!("{share} ppm"), count as f64, bounds);
        let count = units.iter().filter(|&&unit| key.bucket(unit) >= WHOLE - share).count();
        within(&format!("the last {share} ppm"), count as f64, bounds);
    }
}

fn engine() -> Engine {
    let flag = |default: serde_json::Value| json!({ "variants": { "a": 1, "b": 2, "off": 0 }, "offVariant": "off", "default": { "split": default } });
    let one = json!([{ "variant": "a", "weight": 1 }]);
    let two = json!([{ "variant": "a", "weight": 0.5 }, { "variant": "b", "weight": 0.5 }]);
    let snapshot = json!({
        "schema": "vexil/1",
        "flags": {
            "first": flag(json!({ "exposure": 10, "weights": one })),
            "second": flag(json!({ "exposure": 10, "weights": one })),
            "test": flag(json!({ "exposure": 10, "weights": two })),
            "even": flag(json!({ "weights": two })),
        }
    });
    Engine::<RegexPatterns>::from_json(&snapshot.to_string()).expect("it is usable")
}

/// How many units some flags serve a certain variant, all of them.
fn served(engine: &Engine, wanted: &[(&str, &str)]) -> f64 {
    let is_served = |number: &usize| {
        let block = engine.block(&Context::new(format!("user-{number}")));
        let now = Timestamp::from_ms(0);
        wanted.iter().all(|(flag, variant)| engine.evaluate_block(flag, &block, now).variant == Some(*variant))
    };
    (0..200_000).filter(is_served).count() as f64
}

// S2-38: two flags at 10 % have 1 % of the units in common, not 10 %.
#[test]
fn two_tenths_have_a_hundredth_in_common() {
    // `scipy.stats.binom.ppf(1e-6, 200000, .01)`, `scipy.stats.binom.isf(1e-6, 200000, .01)`
    within("both", served(&engine(), &[("first", "a"), ("second", "a")]), (1_792.0, 2_215.0));
}

// S2-26, S2-41: halves are halves, inside a gate of 10 % too, and weights may sum to 1.
#[test]
fn halves_of_a_gate_are_halves() {
    let engine = engine();
    for (flag, all) in [("test", 20_000.0), ("even", 200_000.0)] {
        let (a, b) = (served(&engine, &[(flag, "a")]), served(&engine, &[(flag, "b")]));
        within(flag, (a - b).powi(2) / (a + b), OF_TWO);
        assert!((a + b - all).abs() <= all * 0.05, "{a} + {b} of {all}");
    }
}
