//! Rules and what they serve: one grammar for flags and services.

use alloc::vec::Vec;

use crate::json::{Json, Node};
use crate::snapshot::draft::NO_VARIANT;
use crate::snapshot::model::{LayerRange, Rule, Serve, Variant};
use crate::snapshot::trail::quoted;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::text::join;

use super::object::{Entry, Fields, sort_entries};
use super::reader::Reader;
use super::scalars::is_key;

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
    serve: &'static Fields<'static>,
    pub(super) weight: &'static Fields<'static>,
    pub(super) range: &'static Fields<'static>,
    pub(super) outside: &'static Fields<'static>,
}

pub(super) const FLAG: Grammar = Grammar {
    noun: "variant",
    unknown: Code::UnknownVariant,
    by: "targetingKey",
    seed: "",
    serve: &Fields { needed: 0, names: &["variant", "split", "requires"] },
    weight: &Fields { needed: 2, names: &["variant", "weight", "requires"] },
    range: &Fields { needed: 3, names: &["variant", "from", "to", "requires"] },
    outside: &Fields { needed: 1, names: &["variant", "requires"] },
};

pub(super) const SERVICE: Grammar = Grammar {
    noun: "track",
    unknown: Code::UnknownTrack,
    by: "visitor",
    seed: "service:",
    serve: &Fields { needed: 0, names: &["track", "split", "requires"] },
    weight: &Fields { needed: 2, names: &["track", "weight", "requires"] },
    range: &Fields { needed: 3, names: &["track", "from", "to", "requires"] },
    outside: &Fields { needed: 1, names: &["track", "requires"] },
};

const RULE: Fields<'_> = Fields { needed: 2, names: &["id", "serve", "when", "layer", "description", "requires"] };
const LAYER: Fields<'_> = Fields { needed: 3, names: &["key", "from", "to", "requires"] };

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
    pub(super) fn rules(&mut self, node: &'d Node, owner: &Owner<'_>) -> Vec<Rule> {
        let items = self.list(node, "rules", limits::RULES);
        let mut rules = Vec::with_capacity(items.len());
        let mut ids = Vec::with_capacity(items.len());
        for item in items {
            let [id, serve, when, layer, description, ..] = self.fields(item, &RULE);
            self.text(description);
            rules.push(Rule {
                id: self.key(id),
                when: self.when(when),
                layer: layer.is_there().then(|| self.layer_range(layer)),
                serve: self.serve(serve, owner),
            });
            if let Json::String(key) = id.json {
                ids.push(Entry { key: self.document.slice(key), node: id, is_first: true });
            }
        }
        sort_entries(&mut ids);
        for id in ids.iter().filter(|id| !id.is_first && is_key(id.key)) {
            self.add(id.node, Code::DuplicateRuleId, "an earlier rule has the same id");
        }
        rules
    }

    fn layer_range(&mut self, node: &'d Node) -> LayerRange {
        let [key, from, to, ..] = self.fields(node, &LAYER);
        let (from, to) = self.buckets(node, from, to);
        LayerRange { key: self.key(key), from, to }
    }

    /// What a rule or a default gives.
    #[inline(never)]
    pub(super) fn serve(&mut self, node: &'d Node, owner: &Owner<'_>) -> Serve {
        let noun = owner.grammar.noun;
        let [variant, split, ..] = self.fields(node, owner.grammar.serve);
        if variant.is_there() && split.is_there() {
            self.add_about(node, Code::ConflictingFields, noun, " excludes `split`: give one of them");
        } else if !variant.is_there() && !split.is_there() && matches!(node.json, Json::Object(_)) {
            self.add_about(node, Code::MissingField, noun, " or `split` is missing");
        }
        let variant = self.variant(variant, owner);
        if split.is_there() { Serve::Split(self.split(split, owner)) } else { Serve::Variant(variant) }
    }

    /// The position of the variant of a name.
    #[inline(never)]
    pub(super) fn variant(&mut self, node: &'d Node, owner: &Owner<'_>) -> usize {
        let Some(text) = self.text(node) else { return NO_VARIANT };
        let position = owner.variants.binary_search_by(|variant| variant.key.as_str().cmp(text));
        if position.is_err() && !owner.variants.is_empty() {
            let names: Vec<&str> = owner.variants.iter().map(|variant| variant.key.as_str()).collect();
            let hint = self.hint(text, &names);
            let message = ["there is no ", owner.grammar.noun, " ", &quoted(text), &hint];
            self.add(node, owner.grammar.unknown, &join(&message));
        }
        position.unwrap_or(NO_VARIANT)
    }
}
