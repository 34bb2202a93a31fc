//! The shares that splits gave out, beside those that they should give out.
//!
//! Who comes to a split at all depends on everything before it: conditions, layers, overrides, holdouts. The
//! explanation of an answer tells it, and which ranges the split has at that time; so nothing is decided twice.

use serde_json::{Value as Json, json};
use std::collections::HashSet;
use vexil::explain::{Explanation, Split, Step};
use vexil::hash::Digest;
use vexil::{Context, Engine, Timestamp, Value};

/// The splits that are counted: the key of a flag, or of a service, and the id of the rule; none for the default.
const COUNTED: &[(&str, Option<&str>)] = &[
    ("search.new-ranking", Some("share")),
    ("search.suggestions", Some("ramp")),
    ("search.spelling", None),
    ("home.hero", Some("experiment")),
    ("product.gallery", None),
    ("product.recommendations", Some("steps")),
    ("checkout.one-page", Some("experiment")),
    ("checkout.express-pay", Some("experiment")),
    ("checkout.free-shipping-from", None),
    ("payments.provider-v2", Some("organisations")),
    ("account.passkeys", Some("ramp")),
    ("platform.old-warehouse", Some("leaving")),
    ("checkout-api", None),
];

pub(crate) struct Plans<'e> {
    engine: &'e Engine,
    plans: Vec<Plan>,
}

struct Plan {
    key: &'static str,
    rule: Option<&'static str>,
    units: HashSet<Digest>,
    variants: Vec<(String, u32, u32)>,
}

impl<'e> Plans<'e> {
    pub(crate) fn new(engine: &'e Engine) -> Self {
        let plan = |&(key, rule)| Plan { key, rule, units: HashSet::new(), variants: Vec::new() };
        Self { engine, plans: COUNTED.iter().map(plan).collect() }
    }

    pub(crate) fn count(&mut self, visitor: &Context, now: Timestamp) {
        for plan in &mut self.plans {
            let explanation = self.engine.explain(plan.key, visitor, now);
            let explanation = explanation.or_else(|| self.engine.explain_route(plan.key, visitor, now));
            let Some(explanation) = explanation else { continue };
            let Some(split) = split_of(&explanation, plan.rule) else { continue };
            if split.unit.bucket.is_none() {
                continue;
            };
            let unit = match &split.unit.value {
                Some(Value::String(text)) => Digest::of(text.as_bytes()),
                Some(Value::Number(number)) => Digest::of_number(*number),
                _ => continue,
            };
            if !plan.units.insert(unit) {
                continue;
            }
            if plan.variants.is_empty() {
                for range in &split.ranges {
                    plan.variants.push((range.variant.clone().unwrap_or_default(), range.to - range.from, 0));
                }
            }
            if let Some(variant) = &split.variant {
                plan.variants.iter_mut().filter(|v| v.0 == *variant).take(1).for_each(|v| v.2 += 1);
            }
        }
    }

    pub(crate) fn report(&self) -> Json {
        self.plans.iter().map(|plan| json!({"key": plan.key, "rule": plan.rule, "units": plan.units.len(), "variants": plan.variants})).collect()
    }
}

fn split_of<'x>(explanation: &'x Explanation, wanted: Option<&str>) -> Option<&'x Split> {
    explanation.steps.iter().find_map(|step| match step {
        Step::Rule { id, split, .. } if Some(id.as_str()) == wanted => split.as_ref(),
        Step::Default { split, .. } if wanted.is_none() => split.as_ref(),
        _ => None,
    })
}
