//! The corpora of the fuzz targets, replayed without a fuzzer, and some 20 000 forged rulesets
//! more. What the fuzzer finds is added to the corpora, so that it stays found.

#[path = "../../fuzz/harness.rs"]
pub(crate) mod harness;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use vexil::Engine;
use vexil::patterns::RegexPatterns;

use crate::binary;

/// Forged variants of each ruleset.
const VARIANTS: usize = 10_000;

/// The files of a target's corpus.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = fs::read_dir(folder).expect("the corpus is there");
    let paths = entries.map(|entry| entry.expect("the corpus can be listed").path());
    let mut files: Vec<_> =
        paths.map(|path| (path.display().to_string(), fs::read(&path).expect("a file can be read"))).collect();
    files.sort();
    assert!(!files.is_empty(), "{target} has no corpus");
    files
}

/// Numbers that look random and are the same every time: splitmix64.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

/// Rulesets of a format that is not read any more would be replayed without reaching anything.
/// `VEXIL_WRITE_CORPUS=1 cargo test --test suite replay` writes them anew.
#[test]
fn rulesets_of_the_corpus_are_of_a_format_that_is_read() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let is_writing = std::env::var_os("VEXIL_WRITE_CORPUS").is_some();
    for name in ["everything", "many-attributes", "empty"] {
        let snapshot = fs::read_to_string(corpus.join(format!("snapshot/{name}.json"))).expect("it is there");
        let mut ruleset = binary::ruleset(&snapshot);
        let check = |file: String, bytes: &[u8]| {
            let path = corpus.join("ruleset").join(file);
            if is_writing {
                fs::write(&path, bytes).expect("it can be written");
            }
            let stored = fs::read(&path).expect("it is there");
            let loaded = Engine::<RegexPatterns>::from_ruleset_bytes(&stored);
            assert!(loaded.is_ok(), "{}: {:?}", path.display(), loaded.err());
        };
        check(format!("{name}.ruleset"), &ruleset.to_bytes());
        ruleset.strip();
        check(format!("{name}-stripped.ruleset"), &ruleset.to_bytes());
    }
}

#[test]
fn snapshots() {
    for (_, data) in corpus("snapshot") {
        harness::snapshot(&data);
    }
}

#[test]
fn patterns() {
    for (_, data) in corpus("pattern") {
        harness::pattern(&data);
    }
}

#[test]
fn rulesets() {
    for (_, data) in corpus("ruleset") {
        harness::ruleset(&data);
    }
}

#[test]
fn contexts() {
    let engine = Engine::from_json(binary::EVERYTHING).expect("the snapshot is sound");
    for (_, data) in corpus("context") {
        harness::context(&engine, &data);
    }
}

#[test]
fn forgeries() {
    let everything = binary::ruleset(binary::EVERYTHING).to_bytes();
    for (_, data) in corpus("forged") {
        harness::forged(&everything, &data[1..]);
    }
}

#[test]
fn forged_rulesets_are_refused_or_answer_soon() {
    let many = include_str!("../../fuzz/corpus/snapshot/many-attributes.json");
    for (seed, snapshot) in [binary::EVERYTHING, many].into_iter().enumerate() {
        let sound = binary::ruleset(snapshot).to_bytes();
        let mut numbers = Numbers(seed as u64);
        let mut evaluated = 0;
        for variant in 0..VARIANTS {
            let edits = 1 + numbers.next() as usize % 3;
            let edits: Vec<u8> = (0..edits).flat_map(|_| numbers.next().to_le_bytes().into_iter().take(6)).collect();
            let start = Instant::now();
            evaluated += usize::from(harness::forged(&sound, &edits));
            let passed = start.elapsed();
            assert!(passed < Duration::from_secs(2), "variant {variant}, {edits:?}, took {passed:?}");
        }
        // Damage that is refused at once proves nothing about evaluation.
        assert!(evaluated > VARIANTS / 10, "only {evaluated} of {VARIANTS} forged rulesets were evaluated");
    }
}
