//! The shares that splits and holdouts gave out, beside those that they were meant to give out.
//!
//! Who comes to a split at all depends on all that stands before it: conditions, layers, overrides, holdouts. The
//! explanation of an answer tells that, and which ranges the split has at that time, so nothing is decided twice here.

use serde_json::{Value as Json, json};
use std::collections::HashSet;
use vexil::evaluate::Block;
use vexil::explain::{Explanation, Split, Step, Unit};
use vexil::hash::Digest;
use vexil::{Engine, Timestamp, Value};

/// What draws units.
#[derive(Clone, Copy)]
enum Draw {
    /// The split of a rule.
    Rule(&'static str),
    /// The split that is the default.
    Default,
    /// A holdout, as one of its flags sees it.
    Holdout(&'static str),
}

/// What is counted, by the key of the flag or service.
const COUNTED: &[(&str, Draw)] = &[
    ("search.new-ranking", Draw::Holdout("2026-q1")),
    ("search.new-ranking", Draw::Rule("share")),
    ("search.new-layout", Draw::Rule("share")),
    ("search.suggestions", Draw::Rule("ramp")),
    ("account.passkeys", Draw::Rule("ramp")),
    ("product.recommendations", Draw::Rule("steps")),
    ("platform.old-warehouse", Draw::Rule("leaving")),
    ("search.spelling", Draw::Default),
    ("product.gallery", Draw::Default),
    ("checkout.free-shipping-from", Draw::Default),
    ("checkout.one-page", Draw::Rule("experiment")),
    ("checkout.express-pay", Draw::Rule("experiment")),
    ("payments.provider-v2", Draw::Rule("organisations")),
    ("checkout-api", Draw::Default),
];

/// Pairs of flags whose rules are counted above, and what holds for the units that both decide about.
const PAIRS: &[(&str, [&str; 2])] = &[
    // Parts of one layer: nobody.
    ("apart", ["checkout.one-page", "checkout.express-pay"]),
    // One seed and exposure: all of them.
    ("together", ["search.new-ranking", "search.new-layout"]),
];

/// Counts units, each once, however many visitors share it.
pub(crate) struct Shares<'e> {
    engine: &'e Engine,
    shares: Vec<Share>,
}

struct Share {
    key: &'static str,
    draw: Draw,
    row: u32,
    /// Those for whom it was drawn.
    units: HashSet<Digest>,
    /// Those who got something by it, be it what is served outside of all ranges.
    decided: HashSet<Digest>,
    /// In the order of the ranges.
    variants: Vec<Variant>,
}

struct Variant {
    name: String,
    /// The buckets that are its own, in parts per million.
    planned: u32,
    count: u32,
}

impl<'e> Shares<'e> {
    pub(crate) fn new(engine: &'e Engine) -> Self {
        let ruleset = engine.ruleset();
        let row = |key| ruleset.find_flag(key).or_else(|| ruleset.find_service(key)).unwrap_or(u32::MAX);
        let share = |&(key, draw)| Share {
            key,
            draw,
            row: row(key),
            units: HashSet::new(),
            decided: HashSet::new(),
            variants: Vec::new(),
        };
        Self { engine, shares: COUNTED.iter().map(share).collect() }
    }

    pub(crate) fn count(&mut self, visitor: &Block, now: Timestamp) {
        for share in &mut self.shares {
            let explanation = self.engine.explain_row(share.row, visitor, now);
            if let Some(drawn) = explanation.as_ref().and_then(|explanation| drawn(explanation, share.draw)) {
                share.count(drawn);
            }
        }
    }

    pub(crate) fn report(&self) -> Json {
        self.shares.iter().map(Share::report).collect()
    }

    pub(crate) fn pairs(&self) -> Json {
        let pair = |(kind, keys): &(&str, [&str; 2])| {
            let [a, b] = keys.map(|key| self.decided(key));
            let both = a.intersection(&b).count();
            json!({ "kind": kind, "keys": keys, "decided": [a.len(), b.len()], "both": both })
        };
        PAIRS.iter().map(pair).collect()
    }

    /// The units that the counted rules of a flag decided about.
    fn decided(&self, key: &str) -> HashSet<Digest> {
        let of_key = self.shares.iter().filter(|share| share.key == key && matches!(share.draw, Draw::Rule(_)));
        of_key.flat_map(|share| share.decided.iter().copied()).collect()
    }
}

impl Share {
    fn count(&mut self, drawn: Drawn) {
        if !self.units.insert(drawn.unit) {
            return;
        }
        if self.variants.is_empty() {
            self.variants = drawn.planned;
        }
        if let Some(name) = drawn.variant {
            self.decided.insert(drawn.unit);
            self.variants.iter_mut().filter(|variant| variant.name == name).for_each(|variant| variant.count += 1);
        }
    }

    fn report(&self) -> Json {
        let draw = match self.draw {
            Draw::Rule(id) => id.to_owned(),
            Draw::Default => "default".to_owned(),
            Draw::Holdout(key) => format!("holdout {key}"),
        };
        let variants: Vec<Json> = self.variants.iter().map(Variant::report).collect();
        json!({ "key": self.key, "draw": draw, "units": self.units.len(), "variants": variants })
    }
}

impl Variant {
    fn report(&self) -> Json {
        json!({ "name": self.name, "planned": self.planned, "count": self.count })
    }
}

/// What came of a draw for one unit.
struct Drawn {
    unit: Digest,
    /// Every variant with ranges of its own, none counted yet.
    planned: Vec<Variant>,
    variant: Option<String>,
}

fn drawn(explanation: &Explanation, draw: Draw) -> Option<Drawn> {
    explanation.steps.iter().find_map(|step| match (draw, step) {
        (Draw::Rule(wanted), Step::Rule { id, split: Some(split), .. }) if id == wanted => of_split(split),
        (Draw::Default, Step::Default { split: Some(split), .. }) => of_split(split),
        (Draw::Holdout(wanted), Step::Holdout { key, unit, exposure, held }) if key == wanted => {
            let name = "held out".to_owned();
            let planned = vec![Variant { name: name.clone(), planned: *exposure, count: 0 }];
            Some(Drawn { unit: digest(unit)?, planned, variant: held.then_some(name) })
        }
        _ => None,
    })
}

fn of_split(split: &Split) -> Option<Drawn> {
    let mut planned: Vec<Variant> = Vec::new();
    for range in &split.ranges {
        let name = range.variant.clone().unwrap_or_default();
        let buckets = range.to - range.from;
        match planned.iter_mut().find(|variant| variant.name == name) {
            Some(variant) => variant.planned += buckets,
            None => planned.push(Variant { name, planned: buckets, count: 0 }),
        }
    }
    Some(Drawn { unit: digest(&split.unit)?, planned, variant: split.variant.clone() })
}

/// Stands for a unit; `None` where a context has none, so that there is nothing to draw.
fn digest(unit: &Unit) -> Option<Digest> {
    let digest = match unit.value.as_ref()? {
        Value::String(text) => Digest::of(text.as_bytes()),
        Value::Number(number) => Digest::of_number(*number),
        _ => Digest::NONE,
    };
    digest.is_some().then_some(digest)
}
