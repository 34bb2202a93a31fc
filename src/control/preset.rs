//! Flags of the usual kinds, in a few words.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::document::Document;
use crate::words::value::Value;

/// A flag of a usual kind. All but `multivariate` are boolean flags, off where nothing says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FlagPreset"))]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Preset {
    /// On for everybody, or for nobody.
    Boolean {
        /// Whether it is on.
        on: bool,
    },
    /// On for a share of all units. Raising the share only lets units in.
    Percentage {
        /// In percent, with at most 4 decimals.
        exposure: f64,
    },
    /// On for units by name.
    List {
        /// Their ids.
        units: Vec<String>,
    },
    /// One of several values by weight, for everybody.
    Multivariate {
        /// The values by variant; all of one type.
        variants: BTreeMap<String, Value>,
        /// The relative weights by variant.
        weights: BTreeMap<String, f64>,
        /// What is served where nobody is to take part.
        off_variant: String,
    },
    /// On for the members of a ring and of those before it.
    Ring {
        /// Its name.
        ring: String,
    },
    /// On for a share that rises by itself. For unguarded change: a rollout stops where metrics say so, this does not.
    Gradual {
        /// The share at the start, in percent.
        from: f64,
        /// The share at the end, in percent.
        to: f64,
        /// An RFC 3339 instant.
        start: String,
        /// An RFC 3339 instant.
        end: String,
    },
    /// On for the members of a segment, such as those of an early-access program.
    Beta {
        /// The segment's key.
        segment: String,
    },
}

impl Preset {
    /// The flag as in a snapshot. Rules have seeds of their own, `flag/rule`, so that their splits are independent.
    pub fn document(&self, flag: &str) -> Document {
        match self {
            Self::Boolean { on } => boolean(Vec::new(), *on),
            Self::Percentage { exposure } => {
                rule("share", [("serve", split(flag, "share", [("exposure", (*exposure).into())]))])
            }
            Self::List { units } => {
                let units = units.iter().map(|unit| Value::from(unit.as_str())).collect();
                let listed = object([("units", Value::List(units)), ("variant", "on".into())]);
                boolean(vec![("overrides", Value::List(vec![listed]))], false)
            }
            Self::Multivariate { variants, weights, off_variant } => {
                let weights = weights.iter().map(|(variant, weight)| weighted(variant, *weight)).collect();
                let split = object([("seed", seed(flag, "default")), ("weights", Value::List(weights))]);
                Document::new([
                    (
                        "variants".into(),
                        Value::Object(variants.iter().map(|(key, value)| (key.clone(), value.clone())).collect()),
                    ),
                    ("offVariant".into(), off_variant.as_str().into()),
                    ("default".into(), object([("split", split)])),
                ])
            }
            Self::Ring { ring } => rule("ring", [("when", object([("ring", ring.as_str().into())])), ("serve", on())]),
            Self::Gradual { from, to, start, end } => {
                let ramp = object([
                    ("from", (*from).into()),
                    ("to", (*to).into()),
                    ("start", start.as_str().into()),
                    ("end", end.as_str().into()),
                    ("curve", "linear".into()),
                ]);
                rule("ramp", [("serve", split(flag, "ramp", [("ramp", ramp)]))])
            }
            Self::Beta { segment } => {
                rule("beta", [("when", object([("segment", segment.as_str().into())])), ("serve", on())])
            }
        }
    }
}

pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

pub(super) fn on() -> Value {
    object([("variant", "on".into())])
}

fn weighted(variant: &str, weight: f64) -> Value {
    object([("variant", variant.into()), ("weight", weight.into())])
}

fn seed(flag: &str, rule: &str) -> Value {
    Value::from(crate::words::text::join(&[flag, "/", rule]))
}

/// A split of a boolean flag's rule that serves `on`.
fn split<const N: usize>(flag: &str, rule: &str, rest: [(&str, Value); N]) -> Value {
    let weights = Value::List(vec![weighted("on", 1.0)]);
    let Value::Object(mut members) = object([("seed", seed(flag, rule)), ("weights", weights)]) else {
        return Value::Null;
    };
    members.extend(rest.into_iter().map(|(key, value)| (key.into(), value)));
    object([("split", Value::Object(members))])
}

/// A boolean flag with one rule.
fn rule<const N: usize>(id: &str, rest: [(&str, Value); N]) -> Document {
    let mut members = vec![(String::from("id"), id.into())];
    members.extend(rest.into_iter().map(|(key, value)| (key.into(), value)));
    boolean(vec![("rules", Value::List(vec![Value::Object(members)]))], false)
}

fn boolean(rest: Vec<(&str, Value)>, is_on: bool) -> Document {
    let members = [
        ("variants", object([("on", true.into()), ("off", false.into())])),
        ("offVariant", "off".into()),
        ("default", object([("variant", if is_on { "on" } else { "off" }.into())])),
    ];
    Document::new(members.into_iter().chain(rest).map(|(key, value)| (key.into(), value)))
}
