//! Assignments: what chance decided, in the words that an analysis needs.

use crate::hash::Fingerprint;
use crate::ir::{Cause, NONE, Ruleset};

/// What gave an answer by chance: a split, a layer or a holdout that holds the unit. Borrows from the engine.
///
/// Who records exposures needs one event for each unit and assignment; see `docs/exposures.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment<'e> {
    /// The flag's or service's key.
    pub flag: &'e str,
    /// The variant or track that the unit got.
    pub variant: &'e str,
    /// The rule that decided; `None` for a default split and a holdout.
    pub rule: Option<&'e str>,
    /// The layer of that rule.
    pub layer: Option<&'e str>,
    /// The holdout that holds the unit.
    pub holdout: Option<&'e str>,
    /// Decides, with the unit, the bucket.
    pub seed: &'e str,
    /// The attribute that holds the unit.
    pub by: &'e str,
    /// A digest of what decides who gets what: seed, unit attribute, and weights or ranges. A ramp or another exposure
    /// leaves it as it is, since both only let units in or out.
    pub digest: u64,
}

impl<'e> Assignment<'e> {
    /// The assignment behind an outcome; `None` for one that owes nothing to chance.
    pub(super) fn of<P>(ruleset: &'e Ruleset<P>, outcome: u32) -> Option<Self> {
        let row = ruleset.outcomes.get(outcome as usize)?;
        let flag = ruleset.flags.get(row.flag as usize)?;
        let variant = ruleset.variants.get(row.variant as usize)?;
        let by = |view: u32| {
            let slot = ruleset.views.get(view as usize).map_or(NONE, |view| view.slot);
            ruleset.slots.get(slot as usize).map_or("", |slot| ruleset.text(slot.path))
        };
        let plain = Self {
            flag: ruleset.text(flag.key),
            variant: ruleset.text(variant.key),
            rule: ruleset.optional_text(row.rule()),
            layer: None,
            holdout: None,
            seed: "",
            by: "",
            digest: 0,
        };
        if row.cause() == Cause::Holdout as u32 {
            let held = flag.holdouts.of(&ruleset.holdouts).iter().find(|held| held.outcome == outcome)?;
            let (seed, by) = (ruleset.text(held.seed_text), by(held.unit));
            let digest = Fingerprint::of(&(seed, by));
            return Some(Self { holdout: ruleset.optional_text(row.detail()), seed, by, digest, ..plain });
        }
        let rule = flag.rules.of(&ruleset.rules).iter().find(|rule| rule.id == row.rule());
        let layer = rule.and_then(|rule| ruleset.layers.get(rule.layer as usize));
        let split = rule.map_or(flag.default_split, |rule| rule.split);
        let layer_key = layer.map(|layer| ruleset.text(layer.key));
        if let Some(split) = ruleset.splits.get(split as usize) {
            let (seed, by) = (ruleset.text(split.seed_text), by(split.unit));
            return Some(Self { layer: layer_key, seed, by, digest: split.assignment, ..plain });
        }
        let layer = layer?;
        let (seed, by) = (ruleset.text(layer.seed_text), by(layer.unit));
        let digest = Fingerprint::of(&(seed, by, layer.from, layer.to));
        Some(Self { layer: layer_key, seed, by, digest, ..plain })
    }
}
