//! The work whose instructions are counted: `cargo xtask bench --instructions` runs this under callgrind.
//!
//! `--list` names the cases, each with the number of times that its work is done; a name runs that case. A case has a
//! process of its own, so that none is measured in the heap that others left.
#![allow(missing_docs, clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark panics where it must")]

mod support;

use std::hint::black_box;

use support::{KINDS, NOW, VISITORS, engine, engine_and_blocks, mixed, mixed_later, row, visitors};
use vexil::Engine;
use vexil::compile::compile;
use vexil::ir::Ruleset;
use vexil::patterns::RegexPatterns;

/// Flags of the snapshot that is loaded.
const FLAGS: usize = 1_000;

/// What is measured, prepared.
type Work = Box<dyn FnMut()>;

struct Case {
    name: String,
    /// How often one call of the work does what the case is named after.
    times: usize,
    prepare: Box<dyn FnOnce() -> Work>,
}

fn main() {
    let mut cases = cases();
    match std::env::args().nth(1).as_deref() {
        Some("--list") => cases.iter().for_each(|case| println!("{}\t{}", case.times, case.name)),
        // What `cargo bench` passes to all benchmarks.
        None | Some("--bench") => println!("to be counted: `cargo xtask bench --instructions`"),
        Some(name) => {
            let place = cases.iter().position(|case| case.name == name).expect("`--list` has the names");
            let mut work = (cases.swap_remove(place).prepare)();
            // The first time functions of shared libraries are looked up.
            work();
            counted(&mut *work);
        }
    }
}

/// Callgrind counts while this function runs; it knows it by its name.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, times: usize, prepare: Box<dyn FnOnce() -> Work>| {
        cases.push(Case { name: name.to_owned(), times, prepare });
    };
    for kind in KINDS {
        add(&format!("evaluate {kind}"), VISITORS, Box::new(move || evaluate(kind)));
    }
    add("prepare a context", VISITORS, Box::new(prepare));
    add("evaluate all of 1000", 1, Box::new(all));
    add("explain rules", VISITORS, Box::new(explain));
    add("parse 1000", 1, Box::new(|| on_text(|text| assert!(support::parse(text)))));
    add("parse and check 1000", 1, Box::new(|| on_text(|text| drop(black_box(support::read(text))))));
    add("compile 1000", 1, Box::new(compiling));
    add("load binary 1000", 1, Box::new(load_binary));
    add("diff 1000", 1, Box::new(diff));
    add("update 1000", 1, Box::new(update));
    cases
}

fn evaluate(kind: &str) -> Work {
    let (engine, blocks) = engine_and_blocks();
    let flag = row(&engine, kind);
    Box::new(move || {
        for block in &blocks {
            black_box(engine.outcome(black_box(flag), black_box(block), NOW));
        }
    })
}

fn prepare() -> Work {
    let (engine, _) = engine_and_blocks();
    let visitors = visitors();
    Box::new(move || visitors.iter().for_each(|visitor| drop(black_box(engine.block(black_box(visitor))))))
}

fn all() -> Work {
    let engine = engine(&mixed(FLAGS));
    let block = engine.block(&visitors()[0]);
    Box::new(move || {
        for flag in 0..FLAGS as u32 {
            black_box(engine.outcome(black_box(flag), black_box(&block), NOW));
        }
    })
}

fn explain() -> Work {
    let (engine, blocks) = engine_and_blocks();
    let flag = row(&engine, "rules");
    Box::new(move || blocks.iter().for_each(|block| drop(black_box(engine.explain_row(flag, black_box(block), NOW)))))
}

fn on_text(work: fn(&str)) -> Work {
    let text = mixed(FLAGS);
    Box::new(move || work(black_box(&text)))
}

fn compiling() -> Work {
    let snapshot = support::read(&mixed(FLAGS));
    Box::new(move || {
        let ruleset: Ruleset<RegexPatterns> = compile(black_box(&snapshot), 0);
        drop(black_box(ruleset));
    })
}

fn load_binary() -> Work {
    let bytes = engine(&mixed(FLAGS)).ruleset().to_bytes();
    Box::new(move || drop(black_box(<Engine>::from_ruleset_bytes(black_box(&bytes)))))
}

fn diff() -> Work {
    let (old, new) = (support::read(&mixed(FLAGS)), support::read(&mixed_later(FLAGS)));
    Box::new(move || drop(black_box(vexil::diff::diff(black_box(&old), black_box(&new)))))
}

/// There and, when it is counted, back.
fn update() -> Work {
    let texts = [mixed(FLAGS), mixed_later(FLAGS)];
    let mut engine = engine(&texts[0]);
    let mut updates = 0;
    Box::new(move || {
        updates += 1;
        drop(black_box(engine.update(black_box(&texts[updates % 2]))));
    })
}
