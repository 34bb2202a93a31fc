//! Rules and what they serve: one grammar for flags and services.

use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{LayerRange, Rule, Serve, Variant};
use crate::words::diagnostic::{Code, Path};
use crate::words::limits;
use crate::words::order::positions;

use super::object::{Node, Object};
use super::reader::{Reader, quoted};

/// The words in which flags and services differ.
pub(super) struct Grammar {
    /// The field that names what is served.
    pub(super) noun: &'static str,
    /// The problem of a name that does not exist.
    pub(super) unknown: Code,
    /// The attribute that holds the unit of a split, unless it is said.
    pub(super) by: &'static str,
    /// What stands before the key in the seed of a split, unless it is said.
    pub(super) seed: &'static str,
    pub(super) serve: &'static [&'static str],
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
#[derive(Clone, Copy)]
pub(super) struct Owner<'o> {
    pub(super) grammar: &'static Grammar,
    pub(super) key: &'o str,
    /// Sorted by key. Empty if they could not be read: then every name will do.
    pub(super) variants: &'o [Variant],
}

impl Reader {
    /// A list of rules, none if it is absent.
    pub(super) fn rules(&mut self, node: Option<Node<'_>>, owner: Owner<'_>) -> Vec<Rule> {
        let rules = self.list(node, "rules", limits::RULES, |reader, item| reader.rule(item, owner));
        if let Some(node) = node.filter(|_| rules.len() > 1) {
            self.check_ids(&rules, node.path);
        }
        rules
    }

    fn rule(&mut self, node: Node<'_>, owner: Owner<'_>) -> Rule {
        let object = self.object(node, RULE);
        Rule {
            id: self.need_key(&object, "id"),
            when: object.field("when").map(|node| self.condition(node, 0)),
            layer: object.field("layer").map(|node| self.layer_range(node)),
            serve: match self.need(&object, "serve") {
                Some(node) => self.serve(node, owner),
                None => Serve::Variant(NO_VARIANT),
            },
        }
    }

    fn check_ids(&mut self, rules: &[Rule], path: Path<'_>) {
        let id = |position: usize| rules.get(position).map(|rule| rule.id.as_str());
        let order = positions(rules.len(), &mut |a, b| id(a).cmp(&id(b)));
        let mut last = None;
        for position in order {
            let Some(id) = id(position).filter(|id| !id.is_empty()) else { continue };
            if last.replace(id) == Some(id) {
                let message = ["an earlier rule has the id ", &quoted(id), " too"];
                self.say(Code::DuplicateRuleId, path.index(position).key("id"), &message);
            }
        }
    }

    fn layer_range(&mut self, node: Node<'_>) -> LayerRange {
        let object = self.object(node, LAYER);
        let key = self.need_key(&object, "key");
        let (from, to) = self.buckets(&object).unwrap_or_default();
        LayerRange { key, from, to }
    }

    /// What a rule or a default gives.
    pub(super) fn serve(&mut self, node: Node<'_>, owner: Owner<'_>) -> Serve {
        let noun = owner.grammar.noun;
        let object = self.object(node, owner.grammar.serve);
        let variant = object.field(noun).map(|node| self.variant(node, owner));
        match object.field("split") {
            Some(split) => {
                if variant.is_some() {
                    let message = ["give `", noun, "` or `split`, not both"];
                    self.say(Code::ConflictingFields, node.path, &message);
                }
                Serve::Split(self.split(split, owner))
            }
            None if variant.is_none() && matches!(node.json, Json::Object(_)) => {
                self.say(Code::MissingField, node.path, &["`", noun, "` or `split` is missing"]);
                Serve::Variant(NO_VARIANT)
            }
            None => Serve::Variant(variant.unwrap_or(NO_VARIANT)),
        }
    }

    /// The position of the variant that a field names; the field must be there.
    pub(super) fn need_variant(&mut self, object: &Object<'_>, owner: Owner<'_>) -> usize {
        self.need(object, owner.grammar.noun).map_or(NO_VARIANT, |node| self.variant(node, owner))
    }

    /// The position of a variant.
    pub(super) fn variant(&mut self, node: Node<'_>, owner: Owner<'_>) -> usize {
        let Some(text) = self.text(node) else { return NO_VARIANT };
        let position = owner.variants.binary_search_by(|variant| variant.key.as_str().cmp(text));
        if position.is_err() && !owner.variants.is_empty() {
            let names: Vec<&str> = owner.variants.iter().map(|variant| variant.key.as_str()).collect();
            let hint = self.hint(text, &names);
            let message = ["there is no ", owner.grammar.noun, " ", &quoted(text), &hint];
            self.say(owner.grammar.unknown, node.path, &message);
        }
        position.unwrap_or(NO_VARIANT)
    }
}
