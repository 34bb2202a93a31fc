//! Rules and what they serve: one grammar for flags and services.

use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{LayerRange, Rule, Serve, Variant};
use crate::snapshot::trail::{Step, quoted};
use crate::words::diagnostic::Code;
use crate::words::{limits, order};

use super::object::{Object, room};
use super::reader::Reader;

/// The words in which flags and services differ.
pub(super) struct Grammar {
    /// The field that names what is served.
    pub(super) noun: &'static str,
    /// The problem of a name that does not exist.
    unknown: Code,
    /// The attribute that holds the unit of a split, unless it is said.
    pub(super) by: &'static str,
    /// What stands before the key in the seed of a split, unless it is said.
    pub(super) seed: &'static str,
    serve: &'static [&'static str],
    pub(super) weight: &'static [&'static str],
    pub(super) range: &'static [&'static str],
    pub(super) outside: &'static [&'static str],
}

pub(super) const FLAG: Grammar = Grammar {
    noun: "variant",
    unknown: Code::UnknownVariant,
    by: "targetingKey",
    seed: "",
    serve: &["variant", "split", "requires"],
    weight: &["variant", "weight", "requires"],
    range: &["variant", "from", "to", "requires"],
    outside: &["variant", "requires"],
};

pub(super) const SERVICE: Grammar = Grammar {
    noun: "track",
    unknown: Code::UnknownTrack,
    by: "visitor",
    seed: "service:",
    serve: &["track", "split", "requires"],
    weight: &["track", "weight", "requires"],
    range: &["track", "from", "to", "requires"],
    outside: &["track", "requires"],
};

const RULE: &[&str] = &["id", "when", "layer", "serve", "description", "requires"];
const LAYER: &[&str] = &["key", "from", "to", "requires"];

/// The flag or service whose rules are read.
pub(super) struct Owner<'o> {
    pub(super) grammar: &'static Grammar,
    pub(super) key: &'o str,
    /// Sorted by key. Empty if they could not be read: then every name will do.
    pub(super) variants: &'o [Variant],
}

impl<'d> Reader<'d> {
    /// The rules of a flag or a service.
    #[inline(never)]
    pub(super) fn rules(&mut self, object: Object<'d>, owner: &Owner<'_>) -> Vec<Rule> {
        let mut rules = Vec::new();
        self.field(object, "rules", |reader, json| {
            rules.reserve_exact(room(json, limits::RULES));
            reader.list(json, "rules", limits::RULES, &mut |reader, item| rules.push(reader.rule(item, owner)));
            reader.check_ids(&rules);
        });
        rules
    }

    fn rule(&mut self, json: &'d Json<'d>, owner: &Owner<'_>) -> Rule {
        let object = self.object(json, RULE);
        self.prose(object, "description");
        Rule {
            id: self.need_key(object, "id"),
            when: self.when(object),
            layer: self.field(object, "layer", Self::layer_range),
            serve: self.need_serve(object, "serve", owner),
        }
    }

    fn check_ids(&mut self, rules: &[Rule]) {
        let id = |position: usize| rules.get(position).map(|rule| rule.id.as_str());
        let mut last = None;
        for position in order::positions(rules.len(), &mut |a, b| id(a).cmp(&id(b))) {
            if last == id(position) && last != Some("") {
                self.trail.enter(Step::Index(position));
                self.trail.add_at(Step::Key("id"), Code::DuplicateRuleId, "an earlier rule has the same id");
                self.trail.leave();
            }
            last = id(position);
        }
    }

    fn layer_range(&mut self, json: &'d Json<'d>) -> LayerRange {
        let object = self.object(json, LAYER);
        let key = self.need_key(object, "key");
        let (from, to) = self.buckets(object).unwrap_or_default();
        LayerRange { key, from, to }
    }

    /// What a rule or a default gives, which must be said.
    #[inline(never)]
    pub(super) fn need_serve(&mut self, object: Object<'d>, field: &'static str, owner: &Owner<'_>) -> Serve {
        self.need(object, field, |reader, json| reader.serve(json, owner)).unwrap_or(Serve::Variant(NO_VARIANT))
    }

    fn serve(&mut self, json: &'d Json<'d>, owner: &Owner<'_>) -> Serve {
        let noun = owner.grammar.noun;
        let object = self.object(json, owner.grammar.serve);
        if object.get("split").is_none() {
            let variant = object.get(noun);
            if variant.is_none() && matches!(json, Json::Object(_)) {
                self.trail.add_about(Code::MissingField, "", noun, " or `split` is missing");
            }
            return Serve::Variant(variant.map_or(NO_VARIANT, |_| self.need_variant(object, owner)));
        }
        if object.get(noun).is_some() {
            self.need_variant(object, owner);
            self.trail.add_about(Code::ConflictingFields, "give ", noun, " or `split`, not both");
        }
        match self.field(object, "split", |reader, json| reader.split(json, owner)) {
            Some(split) => Serve::Split(split),
            None => Serve::Variant(NO_VARIANT),
        }
    }

    /// The position of the variant that a field names; the field must be there.
    #[inline(never)]
    pub(super) fn need_variant(&mut self, object: Object<'d>, owner: &Owner<'_>) -> usize {
        self.need_named(object, owner.grammar.noun, owner)
    }

    /// [`Self::need_variant`], under another field.
    pub(super) fn need_named(&mut self, object: Object<'d>, field: &'static str, owner: &Owner<'_>) -> usize {
        let variant = self.need(object, field, |reader, json| {
            let text = reader.text(json)?;
            let position = owner.variants.binary_search_by(|variant| variant.key.as_str().cmp(text));
            if position.is_err() && !owner.variants.is_empty() {
                let names: Vec<&str> = owner.variants.iter().map(|variant| variant.key.as_str()).collect();
                let hint = reader.trail.hint(text, &names);
                let message = ["there is no ", owner.grammar.noun, " ", &quoted(text), &hint];
                reader.trail.add(owner.grammar.unknown, &message.concat());
            }
            position.ok()
        });
        variant.flatten().unwrap_or(NO_VARIANT)
    }
}
