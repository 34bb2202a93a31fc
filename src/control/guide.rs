//! The flags of a guide that many began with: `enabled`, `rolloutPercentage` and typed `rules`.
//!
//! What the relation of rules and `rolloutPercentage` is, the guide leaves open: its examples need both that rules add
//! users and that they restrict them. Here rules add. They are tried in order, the first that matches serves `on`, and
//! who matches none is drawn by the percentage. `vexil import` and `vexil/compat` map flags by this alone.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use super::preset::{object, on};
use super::progress::Exposure;
use crate::words::value::Value;
use crate::words::weight::Ppm;

/// The attribute that has the user.
const USER: &str = "targetingKey";

/// A flag as the guide has it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuideFlag"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Flag {
    /// Its key.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub description: Option<String>,
    /// Whether it is served to anybody at all.
    pub enabled: bool,
    /// The share of those who match no rule, in percent.
    pub rollout_percentage: Exposure,
    /// Who has it whatever the percentage is, in their order.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub rules: Vec<Rule>,
}

/// Who has a flag.
///
/// As JSON: `{"type":"user","value":["alice","bob"]}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuideRule"))]
#[serde(tag = "type", content = "value", rename_all = "camelCase")]
pub enum Rule {
    /// A share of all users, in percent.
    Percentage(Exposure),
    /// Users by their `userId`, which is `targetingKey` here.
    User(Names),
    /// Members of groups by `groupId`, one group or a list of them.
    Group(Names),
    /// Who is in an environment by `environment`.
    Environment(Names),
}

/// One name or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuideNames"))]
#[serde(untagged)]
pub enum Names {
    /// One.
    One(String),
    /// Several. Nobody is among none.
    Several(Vec<String>),
}

impl Flag {
    /// The flag as in a snapshot: its members in the order in which people write them.
    pub fn members(&self) -> Vec<(String, Value)> {
        let Self { name, description, enabled, rollout_percentage, rules } = self;
        let rules = rules.iter().enumerate().map(|(index, rule)| rule.value(name, index + 1)).collect();
        let members = [
            ("description", description.as_deref().map(Value::from)),
            ("state", (!enabled).then(|| "disabled".into())),
            ("variants", Some(object([("on", true.into()), ("off", false.into())]))),
            ("offVariant", Some("off".into())),
            ("rules", Some(Value::List(rules)).filter(|rules| *rules != Value::List(Vec::new()))),
            ("default", Some(share(*rollout_percentage, None))),
        ];
        members.into_iter().filter_map(|(key, value)| Some((key.into(), value?))).collect()
    }
}

impl Rule {
    fn value(&self, flag: &str, number: usize) -> Value {
        let (kind, decides) = match self {
            Self::Percentage(_) => ("percentage", None),
            Self::User(users) => ("user", Some(test(USER, "in", users))),
            Self::Group(groups) => {
                let one_of_them = test("groupId", "containsAny", groups);
                ("group", Some(object([("any", Value::List([test("groupId", "in", groups), one_of_them].into()))])))
            }
            Self::Environment(names) => ("environment", Some(test("environment", "in", names))),
        };
        let id = format!("{kind}-{number}");
        let serve = match self {
            Self::Percentage(percentage) => share(*percentage, Some(&format!("{flag}/{id}"))),
            _ => on(),
        };
        let members = [("id", Some(id.into())), ("when", decides), ("serve", Some(serve))];
        Value::Object(members.into_iter().filter_map(|(key, value)| Some((key.into(), value?))).collect())
    }
}

/// What is served where a share of the users gets `on`.
fn share(percentage: Exposure, seed: Option<&str>) -> Value {
    if percentage.0 == Ppm::ALL {
        return on();
    }
    if percentage.0 == Ppm::NONE && seed.is_none() {
        return object([("variant", "off".into())]);
    }
    let weights = Value::List([object([("variant", "on".into()), ("weight", 1.into())])].into());
    let members = seed.map(|seed| ("seed", seed.into())).into_iter();
    let members = members.chain([("exposure", percentage.percent().into()), ("weights", weights)]);
    object([("split", Value::Object(members.map(|(key, value)| (key.into(), value)).collect()))])
}

fn test(attribute: &str, operator: &str, names: &Names) -> Value {
    let names = match names {
        Names::One(name) => core::slice::from_ref(name),
        Names::Several(names) => names,
    };
    let names = names.iter().map(|name| name.as_str().into()).collect();
    object([("attribute", attribute.into()), ("op", operator.into()), ("value", Value::List(names))])
}
