//! A difference as plain data: hosts in JavaScript get it as objects, the command line as JSON.
//!
//! One shape for everything that can change, so that a host can show what it has never heard of.
//! What does not apply is absent. Shares and buckets are parts per million.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::words::value::Value;

/// What is different between two snapshots, each list in the order of its keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Flags that changed, or that reach something that did.
    pub flags: Vec<Changed>,
    /// Services.
    pub services: Vec<Changed>,
    /// Segments that changed, or that reach something that did.
    pub segments: Vec<Changed>,
    /// Rings, by name, in their own order.
    pub rings: Vec<Changed>,
    /// Layers.
    pub layers: Vec<Changed>,
    /// Holdouts.
    pub holdouts: Vec<Changed>,
    /// What is said of attributes.
    pub attributes: Vec<Changed>,
    /// What changed in the kill set.
    pub kills: Vec<Aspect>,
}

/// A part of a snapshot that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// Its key, or a ring's name.
    pub key: String,
    /// What happened to it.
    pub change: Change,
    /// Whether a flag or service can answer otherwise than before, or whether another part can
    /// decide otherwise.
    pub answers_can_differ: bool,
    /// What changed in the part itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<Aspect>,
    /// Ways from here to other parts that changed: the last link of each is one that did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<Vec<Link>>,
}

/// What happened to a part of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is not as it was.
    Changed,
    /// It is as it was, but reaches something that is not.
    Reached,
}

/// A step of the way from a part to one that it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// What is reached.
    pub kind: LinkKind,
    /// Its key or name; of a kill how far it reaches now (`all`, `namespace`, `flag`, `service`),
    /// or `lifted`.
    pub key: String,
}

/// What a part can depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkKind {
    /// A kill.
    Kill,
    /// Another flag.
    Prerequisite,
    /// A holdout.
    Holdout,
    /// A segment.
    Segment,
    /// A ring.
    Ring,
    /// A layer.
    Layer,
}

/// One thing that changed. `to` alone: it is new. `from` alone: it is gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Aspect {
    /// What.
    pub aspect: What,
    /// Which, where there can be several: a rule's id, a variant's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
    /// What that means for the units that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// What changed within it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<Aspect>,
}

/// What can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum What {
    /// It has an error now.
    Broken,
    /// It had an error.
    Mended,
    /// Of a flag: whether it is evaluated.
    State,
    /// Of a flag: who may see it.
    Audience,
    /// The value of a variant, or the version of a track.
    Variant,
    /// The variant of a flag that is off.
    OffVariant,
    /// The track where nothing else answers.
    DefaultTrack,
    /// The flags that a flag requires, in order.
    Prerequisites,
    /// The units that get a variant by name: how many under which attribute.
    Override,
    /// In which order overrides are looked at.
    OverrideOrder,
    /// A rule.
    Rule,
    /// What is served where no rule applies.
    Default,
    /// What answers carry.
    Metadata,
    /// For people.
    Description,
    /// For people.
    Owner,
    /// The place of a rule or a ring among the others, from 0.
    Position,
    /// Of a rule or a segment: the condition, in words.
    Condition,
    /// Of a rule: its part of a layer.
    Layer,
    /// What is served, where one of both is no split.
    Serve,
    /// The attribute that holds the unit.
    By,
    /// What decides, with the unit, the bucket.
    Seed,
    /// The share of units, or a ramp.
    Exposure,
    /// The ranges of a split at full exposure.
    Ranges,
    /// What units get that no range of a split holds.
    Outside,
    /// Of a segment: how many units are listed.
    Include,
    /// Of a segment: how many units are listed as excluded.
    Exclude,
    /// Of a ring: its segment.
    Segment,
    /// Of an attribute: what its values are.
    Type,
    /// Of an attribute: whether browsers may not see that it is read.
    Private,
    /// Of kills: the revision.
    Revision,
    /// Of kills: whether everything is killed.
    All,
    /// Of kills: the namespaces.
    Namespaces,
    /// Of kills and of holdouts: the flags.
    Flags,
    /// Of kills: the services.
    Services,
    /// The kill set is another one, but not of a higher revision: it changes nothing.
    KillsIgnored,
}

/// What a change can do to the units that a rule serves, a segment has, a holdout holds out. No
/// promise that it does: a rule before may decide already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// Units can get another variant, or are drawn anew: the seed, the attribute of the unit, or
    /// the place where a variant's range begins is another one.
    pub reshuffles: bool,
    /// Units can come in.
    pub admits: bool,
    /// Units can drop out.
    pub releases: bool,
}

impl Difference {
    /// Whether nothing is different.
    pub const fn is_empty(&self) -> bool {
        let Self { flags, services, segments, rings, layers, holdouts, attributes, kills } = self;
        let subjects = flags.is_empty() && services.is_empty();
        let parts = segments.is_empty() && rings.is_empty() && layers.is_empty() && holdouts.is_empty();
        subjects && parts && attributes.is_empty() && kills.is_empty()
    }
}

impl Effect {
    pub(super) const NONE: Self = Self { reshuffles: false, admits: false, releases: false };
    pub(super) const RESHUFFLES: Self = Self { reshuffles: true, ..Self::NONE };
    pub(super) const ADMITS: Self = Self { admits: true, ..Self::NONE };
    pub(super) const RELEASES: Self = Self { releases: true, ..Self::NONE };
    /// Units are drawn anew.
    pub(super) const REDRAWS: Self = Self { reshuffles: true, admits: true, releases: true };
    /// Units come in and drop out, and those that stay keep what they have.
    pub(super) const BOTH: Self = Self { admits: true, releases: true, ..Self::NONE };

    /// Both effects together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            reshuffles: self.reshuffles || other.reshuffles,
            admits: self.admits || other.admits,
            releases: self.releases || other.releases,
        }
    }

    /// The effect of something optional that narrows: a condition, a part of a layer.
    pub(super) const fn of_narrowing<T>(old: Option<&T>, new: Option<&T>) -> Self {
        match (old, new) {
            (None, None) => Self::NONE,
            (None, Some(_)) => Self::RELEASES,
            (Some(_), None) => Self::ADMITS,
            (Some(_), Some(_)) => Self::BOTH,
        }
    }
}

impl Aspect {
    pub(super) const fn new(aspect: What) -> Self {
        Self { aspect, key: None, from: None, to: None, effect: None, aspects: Vec::new() }
    }

    /// From one value to another.
    pub(super) fn between(aspect: What, from: Option<Value>, to: Option<Value>) -> Self {
        Self { from, to, ..Self::new(aspect) }
    }

    pub(super) fn of(self, key: &str) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    pub(super) fn with_effect(self, effect: Effect) -> Self {
        Self { effect: Some(effect), ..self }
    }
}

/// Adds an aspect where the two sides differ, each shown by `show`.
pub(super) fn compare<'s, T: PartialEq + ?Sized>(
    aspects: &mut Vec<Aspect>,
    what: What,
    (old, new): (&'s T, &'s T),
    show: impl Fn(&'s T) -> Value,
) {
    if old != new {
        aspects.push(Aspect::between(what, Some(show(old)), Some(show(new))));
    }
}

/// A list of texts.
pub(super) fn texts(texts: &[String]) -> Value {
    Value::List(texts.iter().map(|text| Value::String(text.clone())).collect())
}

/// An object of the members that there are.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    Value::Object(members.into_iter().filter_map(|(key, value)| Some((key.into(), value?))).collect())
}

/// A whole number that a float holds: counts, places, parts per million.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) fn count(count: usize) -> Value {
    Value::Number(count as f64)
}
