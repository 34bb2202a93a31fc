//! The shop on the native host: evaluates every flag and routes every service for every visitor, and prints a report
//! as JSON. `cargo xtask demo` runs it beside `node.mjs` and `page.html`, which do the same with the npm package.
//!
//!     cargo run --release --example shop [-- shop.ruleset]
//!     cargo run --release --example shop -- --visitors visitors.jsonl
//!
//! With a ruleset that `vexil compile` made of the snapshot it evaluates that. With `--visitors` it writes the first of
//! them into a file, for `vexil eval --contexts`.

mod digest;
mod shares;
mod visitors;

use digest::{Digest, hash};
use serde_json::{Value as Json, json};
use shares::Shares;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};
use vexil::ir::flag_bits;
use vexil::{Context, Engine, Timestamp, Value};

const SNAPSHOT: &str = include_str!("snapshot.json");
/// 2026-03-10T12:00:00Z.
const NOW: Timestamp = Timestamp::from_ms(1_773_144_000_000);
const VISITORS: u32 = 100_000;
/// How many visitors are generated before they are evaluated: only evaluating is timed.
const BATCH: u32 = 2_000;
/// How many visitors are written to the file.
const SAMPLE: u32 = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let engine: Engine = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [ruleset] => Engine::from_ruleset_bytes(&fs::read(ruleset)?)?,
        ["--visitors", file] => return write_visitors(file),
        _ => Engine::from_json(SNAPSHOT)?,
    };
    let mut shop = Shop::new(&engine);
    for start in (0..VISITORS).step_by(BATCH as usize) {
        let batch: Vec<Context> = (start..VISITORS.min(start + BATCH)).map(visitors::visitor).collect();
        shop.evaluate(&batch);
    }
    println!("{}", shop.report());
    Ok(())
}

/// Writes the first visitors into a file.
fn write_visitors(file: &str) -> Result<(), Box<dyn Error>> {
    let lines: Vec<String> = (0..SAMPLE).map(|number| line(&visitors::visitor(number))).collect::<Result<_, _>>()?;
    Ok(fs::write(file, lines.concat())?)
}

/// A visitor as a line of JSON.
fn line(visitor: &Context) -> serde_json::Result<String> {
    let attributes = visitor.iter().map(|(key, value)| (key.to_owned(), value.clone()));
    serde_json::to_string(&Value::Object(attributes.collect())).map(|line| line + "\n")
}

/// The engine, and what came of asking it.
struct Shop<'e> {
    engine: &'e Engine,
    /// The hash of an outcome's text, once it came up.
    hashes: Vec<Option<u32>>,
    /// By flag; the services follow the flags.
    digests: Vec<Digest>,
    shares: Shares<'e>,
    spent: Duration,
}

impl<'e> Shop<'e> {
    fn new(engine: &'e Engine) -> Self {
        let ruleset = engine.ruleset();
        Self {
            engine,
            hashes: vec![None; ruleset.outcomes.len()],
            digests: vec![Digest::default(); ruleset.flags.len()],
            shares: Shares::new(engine),
            spent: Duration::ZERO,
        }
    }

    fn evaluate(&mut self, visitors: &[Context]) {
        let rows = self.digests.len();
        let mut blocks = Vec::with_capacity(visitors.len());
        let mut outcomes = Vec::with_capacity(visitors.len() * rows);
        let start = Instant::now();
        for visitor in visitors {
            // What the ruleset reads of a context is looked up once; then every answer is a number.
            let block = self.engine.block(visitor);
            outcomes.extend((0..rows as u32).map(|row| self.engine.outcome(row, &block, NOW)));
            blocks.push(block);
        }
        self.spent += start.elapsed();
        for of_visitor in outcomes.chunks(rows) {
            let hashes: Vec<u32> = (0..).zip(of_visitor).map(|(row, outcome)| self.hash(row, *outcome)).collect();
            self.digests.iter_mut().zip(hashes).for_each(|(digest, hash)| digest.feed(hash));
        }
        blocks.iter().for_each(|block| self.shares.count(block, NOW));
    }

    fn hash(&mut self, row: u32, outcome: u32) -> u32 {
        let Some(known) = self.hashes.get_mut(outcome as usize) else { return 0 };
        let answer = || self.engine.answer(row, outcome);
        let text = || answer().map(|answer| format!("{}:{}", answer.variant.unwrap_or_default(), answer.reason.name()));
        *known.get_or_insert_with(|| hash(&text().unwrap_or_default()))
    }

    fn report(&self) -> Json {
        let ruleset = self.engine.ruleset();
        let keys = ruleset.flags.iter().map(|flag| ruleset.text(flag.key));
        let patterns = ruleset.flags.iter().filter(|flag| flag.capabilities() & flag_bits::NEEDS_PATTERNS != 0);
        let digests: Vec<(&str, String)> = keys.zip(self.digests.iter().map(ToString::to_string)).collect();
        let mut whole = Digest::default();
        digests.iter().for_each(|(key, digest)| whole.feed(hash(&format!("{key}={digest}"))));
        json!({
            "visitors": VISITORS,
            "evaluations": VISITORS as usize * digests.len(),
            "seconds": self.spent.as_secs_f64(),
            "digest": whole.to_string(),
            "digests": digests.into_iter().collect::<BTreeMap<_, _>>(),
            "patterns": patterns.map(|flag| ruleset.text(flag.key)).collect::<Vec<_>>(),
            "shares": self.shares.report(),
            "pairs": self.shares.pairs(),
        })
    }
}
