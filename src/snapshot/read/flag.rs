//! Flags.

use alloc::string::String;
use alloc::vec::Vec;

use crate::hash::Digest;
use crate::json::{Json, Member};
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{About, Audience, Decision, Flag, Override, Prerequisite, State};
use crate::snapshot::trail::Step;
use crate::words::diagnostic::Code;
use crate::words::value::ValueType;
use crate::words::{limits, order};

use super::object::{Object, room};
use super::reader::Reader;
use super::rule::{FLAG, Owner};
use super::units;

const FIELDS: &[&str] = &[
    "state",
    "audience",
    "variants",
    "offVariant",
    "prerequisites",
    "overrides",
    "rules",
    "default",
    "description",
    "owner",
    "metadata",
    "requires",
];
const STATES: &[&str] = &["active", "disabled", "deprecated"];
const AUDIENCES: &[&str] = &["server", "client"];
const PREREQUISITE: &[&str] = &["flag", "variants", "requires"];
const OVERRIDE: &[&str] = &["by", "units", "variant", "requires"];

impl<'d> Reader<'d> {
    /// A flag.
    pub(super) fn flag(&mut self, member: &'d Member<'d>) -> Flag {
        let object = self.object(&member.value, FIELDS);
        let variants = self.need(object, "variants", Self::variants);
        let (kind, variants) = variants.unwrap_or((ValueType::Boolean, Vec::new()));
        let owner = Owner { grammar: &FLAG, key: &member.key, variants: &variants };
        let state = self.field(object, "state", |reader, json| reader.choice(json, STATES)).flatten();
        let audience = self.field(object, "audience", |reader, json| reader.choice(json, AUDIENCES)).flatten();
        Flag {
            state: match state {
                Some(1) => State::Disabled,
                Some(2) => State::Deprecated,
                _ => State::Active,
            },
            audience: if audience == Some(1) { Audience::Client } else { Audience::Server },
            kind,
            off_variant: self.need_named(object, "offVariant", &owner),
            prerequisites: self.field(object, "prerequisites", Self::prerequisites).unwrap_or_default(),
            overrides: self.overrides(object, &owner),
            decision: Decision {
                rules: self.rules(object, &owner),
                default: Some(self.need_serve(object, "default", &owner)),
            },
            metadata: self.field(object, "metadata", Self::metadata).flatten(),
            about: self.about(object),
            variants,
        }
    }

    /// What people write about a flag or a service.
    pub(super) fn about(&mut self, object: Object<'d>) -> About {
        About { description: self.prose(object, "description"), owner: self.prose(object, "owner") }
    }

    /// A list of names; empty for what is none, so that the others keep their positions.
    pub(super) fn names(&mut self, json: &'d Json<'d>) -> Vec<String> {
        let mut names = Vec::with_capacity(room(json, usize::MAX));
        self.list(json, "", usize::MAX, &mut |reader, item| names.push(reader.owned(item).unwrap_or_default()));
        names
    }

    fn prerequisites(&mut self, json: &'d Json<'d>) -> Vec<Prerequisite> {
        let mut prerequisites = Vec::with_capacity(room(json, limits::PREREQUISITES));
        self.list(json, "prerequisites", limits::PREREQUISITES, &mut |reader, item| {
            let object = reader.object(item, PREREQUISITE);
            prerequisites.push(Prerequisite {
                flag: reader.need_key(object, "flag"),
                variants: reader.need(object, "variants", Self::names).unwrap_or_default(),
            });
        });
        prerequisites
    }

    fn overrides(&mut self, object: Object<'d>, owner: &Owner<'_>) -> Vec<Override> {
        let overrides = self.field(object, "overrides", |reader, json| {
            let mut overrides = Vec::with_capacity(room(json, usize::MAX));
            reader.list(json, "", usize::MAX, &mut |reader, item| {
                let object = reader.object(item, OVERRIDE);
                overrides.push(Override {
                    by: reader.by(object, FLAG.by),
                    units: reader.need(object, "units", Self::units).unwrap_or_default(),
                    variant: reader.need_variant(object, owner),
                });
            });
            reader.check_overrides(&overrides);
            for entry in &mut overrides {
                units::sort(&mut entry.units);
            }
            overrides
        });
        overrides.unwrap_or_default()
    }

    /// Reports units that are listed under one attribute with different variants.
    fn check_overrides(&mut self, overrides: &[Override]) {
        let twice = listed_twice(overrides);
        // Of every unit that is listed twice: what stands for it, and where it is listed.
        let mut listed: Vec<(Digest, usize, usize)> = Vec::new();
        for (index, entry) in overrides.iter().enumerate().filter(|_| !twice.is_empty()) {
            let units = under(entry).enumerate().filter(|(_, unit)| twice.binary_search(unit).is_ok());
            listed.extend(units.map(|(position, unit)| (unit, index, position)));
        }
        let variant = |index: usize| overrides.get(index).map_or(NO_VARIANT, |entry| entry.variant);
        let mut first = (Digest::NONE, NO_VARIANT);
        for place in order::positions(listed.len(), &mut |a, b| listed.get(a).cmp(&listed.get(b))) {
            let Some(&(unit, index, position)) = listed.get(place) else { continue };
            let variant = variant(index);
            if first.0 != unit || first.1 == NO_VARIANT {
                first = (unit, variant);
            } else if variant != first.1 && variant != NO_VARIANT {
                self.trail.enter(Step::Index(index));
                self.trail.enter(Step::Key("units"));
                let message = "an earlier override gives the unit another variant";
                self.trail.add_at(Step::Index(position), Code::ConflictingOverride, message);
                self.trail.leave();
                self.trail.leave();
            }
        }
    }
}

/// What stands for the units of an override under its attribute; unlike anything for what is none.
fn under(entry: &Override) -> impl Iterator<Item = Digest> {
    let by = Digest::of(entry.by.as_bytes());
    entry.units.iter().map(move |unit| if unit.is_some() { Digest(by.0 ^ unit.0, by.1 ^ unit.1) } else { Digest::NONE })
}

/// What stands for units that are listed more than once under one attribute, sorted: nearly always
/// none, and found in the time that sorting the digests takes.
fn listed_twice(overrides: &[Override]) -> Vec<Digest> {
    let mut all = Vec::new();
    if overrides.len() > 1 {
        for entry in overrides {
            all.extend(under(entry));
        }
    }
    order::sort_values(&mut all);
    let mut last = Digest::NONE;
    all.retain(|&unit| core::mem::replace(&mut last, unit) == unit && unit.is_some());
    all.dedup();
    all
}
