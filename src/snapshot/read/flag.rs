//! Flags.

use alloc::string::String;
use alloc::vec::Vec;

use crate::hash::Digest;
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{About, Audience, Decision, Flag, Override, Prerequisite, Serve, State};
use crate::words::diagnostic::{Code, Path};
use crate::words::limits;
use crate::words::order::{positions, sort_values};
use crate::words::value::ValueType;

use super::object::{Entry, Node, Object};
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
const PREREQUISITE: &[&str] = &["flag", "variants", "requires"];
const OVERRIDE: &[&str] = &["by", "units", "variant", "requires"];

impl Reader {
    /// A flag.
    pub(super) fn flag(&mut self, entry: &Entry<'_>) -> Flag {
        let object = self.object(entry.node, FIELDS);
        let (kind, variants) = match self.need(&object, "variants") {
            Some(node) => self.variants(node),
            None => (ValueType::Boolean, Vec::new()),
        };
        let owner = Owner { grammar: &FLAG, key: entry.key, variants: &variants };
        let state = object.field("state").and_then(|node| self.choice(node, &["active", "disabled", "deprecated"]));
        let audience = object.field("audience").and_then(|node| self.choice(node, &["server", "client"]));
        let off_variant = self.need(&object, "offVariant").map_or(NO_VARIANT, |node| self.variant(node, owner));
        let prerequisites =
            self.list(object.field("prerequisites"), "prerequisites", limits::PREREQUISITES, Self::prerequisite);
        let overrides = self.overrides(object.field("overrides"), owner);
        let decision = self.flag_decision(&object, owner);
        let metadata = object.field("metadata").and_then(|node| self.metadata(node));
        let about = self.about(&object);
        Flag {
            state: match state {
                Some(1) => State::Disabled,
                Some(2) => State::Deprecated,
                _ => State::Active,
            },
            audience: if audience == Some(1) { Audience::Client } else { Audience::Server },
            kind,
            off_variant,
            prerequisites,
            overrides,
            decision,
            metadata,
            about,
            variants,
        }
    }

    fn flag_decision(&mut self, object: &Object<'_>, owner: Owner<'_>) -> Decision {
        let rules = self.rules(object.field("rules"), owner);
        let default = self.need(object, "default").map(|node| self.serve(node, owner));
        Decision { rules, default: Some(default.unwrap_or(Serve::Variant(NO_VARIANT))) }
    }

    /// What people write about a flag or a service.
    pub(super) fn about(&mut self, object: &Object<'_>) -> About {
        About { description: self.prose(object, "description"), owner: self.prose(object, "owner") }
    }

    fn prerequisite(&mut self, node: Node<'_>) -> Prerequisite {
        let object = self.object(node, PREREQUISITE);
        let flag = self.need_key(&object, "flag");
        let variants = self.need(&object, "variants");
        let variants = self
            .list(variants, "", usize::MAX, |reader, item| reader.text(item).map_or_else(String::new, String::from));
        Prerequisite { flag, variants }
    }

    fn overrides(&mut self, node: Option<Node<'_>>, owner: Owner<'_>) -> Vec<Override> {
        let mut overrides = self.list(node, "", usize::MAX, |reader, item| {
            let object = reader.object(item, OVERRIDE);
            let by = reader.by(&object, FLAG.by);
            let units = reader.need(&object, "units");
            Override { by, units: reader.units(units), variant: reader.need_variant(&object, owner) }
        });
        if let Some(node) = node.filter(|_| overrides.len() > 1) {
            self.check_overrides(&overrides, node.path);
        }
        for entry in &mut overrides {
            units::sort(&mut entry.units);
        }
        overrides
    }

    /// Reports units that are listed under one attribute with different variants.
    fn check_overrides(&mut self, overrides: &[Override], path: Path<'_>) {
        let twice = listed_twice(overrides);
        let mut listed: Vec<(&str, Digest, usize, usize, usize)> = Vec::new();
        for (index, entry) in overrides.iter().enumerate().filter(|(_, entry)| entry.variant != NO_VARIANT) {
            let by = Digest::of(entry.by.as_bytes());
            let units =
                entry.units.iter().enumerate().filter(|(_, unit)| twice.binary_search(&under(by, **unit)).is_ok());
            listed.extend(units.map(|(unit, &digest)| (entry.by.as_str(), digest, index, unit, entry.variant)));
        }
        let order = positions(listed.len(), &mut |a, b| listed.get(a).cmp(&listed.get(b)));
        let mut first = None;
        for &(by, digest, index, unit, variant) in order.iter().filter_map(|&position| listed.get(position)) {
            let (known_by, known_digest, known_variant) = *first.get_or_insert((by, digest, variant));
            if (known_by, known_digest) != (by, digest) {
                first = Some((by, digest, variant));
            } else if known_variant != variant {
                let place = path.index(index);
                let place = place.key("units");
                let message = "an earlier override gives the unit another variant";
                self.report.add(Code::ConflictingOverride, place.index(unit), message);
            }
        }
    }
}

/// The units that are listed more than once under one attribute, sorted: nearly always none, and
/// found in the time that sorting the digests takes.
fn listed_twice(overrides: &[Override]) -> Vec<Digest> {
    let mut all = Vec::with_capacity(overrides.iter().map(|entry| entry.units.len()).sum());
    for entry in overrides {
        let by = Digest::of(entry.by.as_bytes());
        all.extend(entry.units.iter().filter(|unit| unit.is_some()).map(|&unit| under(by, unit)));
    }
    sort_values(&mut all);
    let pairs = all.iter().zip(all.iter().skip(1));
    let mut twice: Vec<Digest> = pairs.filter(|(a, b)| a == b).map(|(&unit, _)| unit).collect();
    twice.dedup();
    twice
}

/// Stands for a unit under an attribute.
fn under(by: Digest, unit: Digest) -> Digest {
    Digest(by.0 ^ unit.0, by.1 ^ unit.1)
}
