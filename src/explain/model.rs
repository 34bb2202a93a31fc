//! An explanation as plain data: hosts in JavaScript get it as objects, the command line as JSON.
//!
//! What does not apply is absent. Shares and buckets are parts per million.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Serialize, Serializer};

use crate::ir::Reason;
use crate::words::value::Value;

/// An answer, and every step that led to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Whether a flag or a service answered.
    pub kind: Kind,
    /// The key of the flag or service.
    pub key: String,
    /// What it serves: a flag's value, a track's version. Null for an error.
    pub value: Value,
    /// The variant, or the track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Why, in the word of `OpenFeature`.
    #[serde(serialize_with = "name_of_reason")]
    pub reason: Reason,
    /// What is wrong, in the word of `OpenFeature`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'static str>,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What was looked at, in order; the last step decided.
    pub steps: Vec<Step>,
}

/// What can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A flag.
    Flag,
    /// A service.
    Service,
}

/// A step of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Step {
    /// A kill decided.
    Killed {
        /// How far the kill reaches: `all`, `namespace`, `flag` or `service`.
        scope: &'static str,
    },
    /// The flag's state decided.
    Disabled,
    /// The flag or service has an error in the snapshot.
    Broken,
    /// The flag needs what this artifact leaves out.
    Unsupported,
    /// Another flag was asked.
    Prerequisite {
        /// Its key.
        flag: String,
        /// The variants that will do.
        variants: Vec<String>,
        /// Whether it serves one of them.
        met: bool,
        /// How its own answer comes about.
        explanation: Explanation,
    },
    /// The unit was looked for in a list.
    Override {
        /// Who.
        unit: Unit,
        /// Whether the list has it.
        listed: bool,
        /// What the listed units get.
        #[serde(skip_serializing_if = "Option::is_none")]
        variant: Option<String>,
    },
    /// A holdout was looked at.
    Holdout {
        /// Its key.
        key: String,
        /// Who.
        unit: Unit,
        /// The buckets below this are held out.
        exposure: u32,
        /// Whether the unit is.
        held: bool,
    },
    /// A rule was tried.
    Rule {
        /// Its id.
        id: String,
        /// Its conditions in the order in which they are looked at.
        conditions: Vec<Condition>,
        /// Its part of a layer, if it came to that.
        #[serde(skip_serializing_if = "Option::is_none")]
        layer: Option<Layer>,
        /// Its split, if it came to that.
        #[serde(skip_serializing_if = "Option::is_none")]
        split: Option<Split>,
        /// What it serves.
        #[serde(skip_serializing_if = "Option::is_none")]
        variant: Option<String>,
        /// Why it serves nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        why_not: Option<WhyNot>,
    },
    /// No rule answered.
    Default {
        /// The default's split.
        #[serde(skip_serializing_if = "Option::is_none")]
        split: Option<Split>,
        /// What is served.
        #[serde(skip_serializing_if = "Option::is_none")]
        variant: Option<String>,
    },
}

/// Why a rule serves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum WhyNot {
    /// Its condition does not hold.
    Condition,
    /// The unit is not in its part of the layer.
    OutsideLayer,
    /// The unit is in none of its split's ranges.
    OutsideSplit,
    /// Its layer or its split finds no unit in the context.
    NoUnit,
}

/// Who was looked for in a list, or got a bucket.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// The attribute that holds the unit.
    pub by: String,
    /// What it holds, a unit or not; absent if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// Its bucket; absent in lists, and where the value is no unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<u32>,
}

/// A condition as it was written, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// Where in the snapshot it stands: a JSON pointer; absent if stripped from the ruleset. It
    /// tells the groups too, `all`, `any` and `not`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The attribute; absent for a segment, a ring, and where time is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The operator, or `segment`, `ring`, `after`, `before`. Where the source is stripped it is
    /// what evaluation does: `ne` shows as `eq`, `lt` as `lte`.
    pub operator: String,
    /// What the attribute is compared with, the segment's key, the ring's name, the instant;
    /// absent if stripped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operand: Option<Value>,
    /// Whether ASCII letters are folded; absent if not.
    #[serde(skip_serializing_if = "is_false")]
    pub ignore_case: bool,
    /// What the attribute is, or the time; absent if missing. Of a list the scalars, of an object
    /// that it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<Value>,
    /// Whether it holds as written; absent if it was not looked at, since the others had decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
    /// The segment that was asked, or those of a ring as far as they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
}

/// A segment that was asked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Its key.
    pub key: String,
    /// Who was looked for; absent if it has no lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Whether the unit is in it.
    pub member: bool,
    /// What decided that.
    pub membership: Membership,
    /// Its conditions, if they were looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// What decided whether a unit is in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Membership {
    /// The unit is listed as excluded.
    Excluded,
    /// The unit is listed as included.
    Included,
    /// The unit is on no list: the segment's condition decided.
    Condition,
}

/// A part of a layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// The layer's key.
    pub key: String,
    /// Who.
    pub unit: Unit,
    /// The first bucket.
    pub from: u32,
    /// The bucket after the last.
    pub to: u32,
    /// Whether the unit's bucket is among them.
    pub held: bool,
}

/// A split.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Split {
    /// Who.
    pub unit: Unit,
    /// Where its ramp is now; absent without a ramp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<u32>,
    /// Its ranges, as far as they are exposed now.
    pub ranges: Vec<Range>,
    /// Where the unit's bucket is.
    pub place: Place,
    /// What the unit gets; absent if it gets nothing here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// Where a bucket is in a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// In a range.
    Range,
    /// In none.
    Outside,
    /// There is no unit, hence no bucket.
    NoUnit,
}

/// A range of buckets.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// What the units in it get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The first bucket.
    pub from: u32,
    /// The bucket after the last.
    pub to: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is how serde asks")]
fn name_of_reason<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.name())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is how serde asks")]
const fn is_false(value: &bool) -> bool {
    !*value
}
