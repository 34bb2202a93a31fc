//! Flags.

use alloc::string::String;
use alloc::vec::Vec;

use crate::hash::{Digest, sort_digests};
use crate::json::Node;
use crate::snapshot::draft::{Draft, NO_VARIANT};
use crate::snapshot::model::{About, Audience, Decision, Flag, Keyed, Override, Prerequisite, State};
use crate::words::diagnostic::Code;
use crate::words::{limits, order};

use super::object::{Entry, Fields};
use super::reader::Reader;
use super::rule::{FLAG, Owner};

const FIELDS: Fields<'_> = Fields {
    needed: 3,
    names: &[
        "variants",
        "offVariant",
        "default",
        "state",
        "audience",
        "prerequisites",
        "overrides",
        "rules",
        "description",
        "owner",
        "metadata",
        "requires",
    ],
};
const STATES: &[&str] = &["active", "disabled", "deprecated"];
const AUDIENCES: &[&str] = &["server", "client"];
const PREREQUISITE: Fields<'_> = Fields { needed: 2, names: &["flag", "variants", "requires"] };
const OVERRIDE: Fields<'_> = Fields { needed: 1, names: &["variant", "units", "unitDigests", "by", "requires"] };

impl<'d> Reader<'d> {
    /// A flag.
    pub(super) fn flag(&mut self, entry: Entry<'d>, draft: &mut Draft) {
        let [
            variants,
            off,
            default,
            state,
            audience,
            prerequisites,
            overrides,
            rules,
            description,
            owner,
            metadata,
            ..,
        ] = self.fields(entry.node, &FIELDS);
        let about = About { description: self.owned(description), owner: self.owned(owner) };
        let (kind, variants) = self.variants(variants);
        let owner = Owner { grammar: &FLAG, key: entry.key, variants: &variants };
        let flag = Flag {
            state: match self.choice(state, STATES) {
                Some(1) => State::Disabled,
                Some(2) => State::Deprecated,
                _ => State::Active,
            },
            audience: if self.choice(audience, AUDIENCES) == Some(1) { Audience::Client } else { Audience::Server },
            kind,
            off_variant: self.variant(off, &owner),
            prerequisites: self.prerequisites(prerequisites),
            overrides: self.overrides(overrides, &owner),
            decision: Decision { rules: self.rules(rules, &owner), default: Some(self.serve(default, &owner)) },
            metadata: self.metadata(metadata),
            about,
            variants,
        };
        draft.snapshot.flags.push(Keyed { key: entry.key.into(), part: Ok(flag) });
    }

    /// A list of names; empty for what is none, so that the others keep their positions.
    pub(super) fn names(&mut self, node: &'d Node) -> Vec<String> {
        let items = self.list(node, "", usize::MAX);
        let mut names = Vec::with_capacity(items.len());
        for item in items {
            names.push(self.owned(item).unwrap_or_default());
        }
        names
    }

    fn prerequisites(&mut self, node: &'d Node) -> Vec<Prerequisite> {
        let items = self.list(node, "prerequisites", limits::PREREQUISITES);
        let mut prerequisites = Vec::with_capacity(items.len());
        for item in items {
            let [flag, variants, ..] = self.fields(item, &PREREQUISITE);
            prerequisites.push(Prerequisite { flag: self.key(flag), variants: self.names(variants) });
        }
        prerequisites
    }

    fn overrides(&mut self, node: &'d Node, owner: &Owner<'_>) -> Vec<Override> {
        let items = self.list(node, "", usize::MAX);
        let mut overrides = Vec::with_capacity(items.len());
        let mut lists = Vec::with_capacity(items.len());
        for item in items {
            let [variant, list, digests, by, ..] = self.fields(item, &OVERRIDE);
            if !list.is_there() && !digests.is_there() {
                self.missing(item, "units");
            }
            let mut units = Vec::new();
            self.units(list, false, &mut units);
            self.units(digests, true, &mut units);
            overrides.push(Override { by: self.by(by, FLAG.by), units, variant: self.variant(variant, owner) });
            lists.push([list, digests]);
        }
        self.check_overrides(&overrides, &lists);
        for entry in &mut overrides {
            sort_digests(&mut entry.units);
        }
        overrides
    }

    /// Reports units that are listed under one attribute with different variants.
    fn check_overrides(&mut self, overrides: &[Override], lists: &[[&'d Node; 2]]) {
        if overrides.len() < 2 {
            return;
        }
        // Of every unit: what stands for it under its attribute, its variant, and where it is listed.
        let mut listed: Vec<(Digest, usize, &Node)> = Vec::new();
        for (entry, list) in overrides.iter().zip(lists) {
            let by = Digest::of(entry.by.as_bytes());
            let nodes = list.iter().flat_map(|list| self.document.children(list));
            for (unit, node) in entry.units.iter().zip(nodes) {
                if unit.is_some() {
                    listed.push((Digest(by.0 ^ unit.0, by.1 ^ unit.1), entry.variant, node));
                }
            }
        }
        order::sort(&mut listed, |a, b| a.0.cmp(&b.0));
        let mut first = (Digest::NONE, NO_VARIANT);
        for &(unit, variant, node) in &listed {
            if first.0 != unit || first.1 == NO_VARIANT {
                first = (unit, variant);
            } else if variant != first.1 && variant != NO_VARIANT {
                self.add(node, Code::ConflictingOverride, "an earlier override gives the unit another variant");
            }
        }
    }
}
