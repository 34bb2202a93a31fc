//! Flags and services to rows: their outcomes, rules and splits. One grammar serves both.

use super::{Builder, Reach};
use crate::hash::{Fingerprint, SeedKey};
use crate::ir::{self, Cause, NONE, Outcome, Reason, Seed, Span, ViewKind, fixed, flag_bits};
use crate::patterns::Patterns;
use crate::snapshot::model::{
    Audience, Broken, Curve, Decision, Exposure, Flag, Range, Rule, Serve, Service, Split, State, Variant,
};
use crate::words::value::ValueType;

/// The seed's key as a row.
fn seed(seed: &str) -> Seed {
    let SeedKey(low, high) = SeedKey::of(seed);
    Seed { low, high }
}

/// The type of a value's JSON text, by its first character.
fn kind_of(json: &str) -> u32 {
    let kind = match json.as_bytes().first() {
        Some(b't' | b'f') => ValueType::Boolean,
        Some(b'"') => ValueType::String,
        Some(b'{' | b'[') => ValueType::Object,
        _ => ValueType::Number,
    };
    kind as u32
}

/// What a flag and a service have in common while their outcomes are made.
#[derive(Clone, Copy, Debug)]
struct Subject {
    flag: u32,
    variants: Span,
    /// A row of `variants`, or [`NONE`].
    off: u32,
    /// The first of the subject's outcomes.
    first_outcome: u32,
}

impl Subject {
    fn variant(self, position: usize) -> u32 {
        self.variants.start + position as u32
    }

    /// An answer that names neither a rule nor anything else.
    const fn outcome(self, variant: u32, reason: Reason, cause: Cause) -> Outcome {
        Outcome { flag: self.flag, variant, why: reason as u32 | (cause as u32) << 8, named: NONE }
    }
}

impl<P: Patterns> Builder<'_, P> {
    /// Adds the variants of a flag or the tracks of a service.
    pub(super) fn add_variants(&mut self, variants: &[Variant]) -> Span {
        let start = self.rules.variants.len() as u32;
        for variant in variants {
            let row =
                ir::Variant { key: self.interner.number(&variant.key), value: self.interner.number(&variant.value) };
            self.rules.variants.push(row);
        }
        Span { start, count: variants.len() as u32 }
    }

    pub(super) fn flag(&mut self, number: u32, key: &str, variants: Span, flag: &Flag) -> ir::Flag {
        let subject = self.subject(number, variants, Some(flag.off_variant));
        let answers = (flag.state, flag.kind, &flag.variants, flag.off_variant, &flag.prerequisites);
        self.reach.depends_on(&(answers, &flag.overrides, &flag.decision, &flag.metadata));
        let state = match flag.state {
            State::Active => 0,
            State::Disabled => flag_bits::DISABLED,
            State::Deprecated => flag_bits::DEPRECATED,
        };
        let audience = if flag.audience == Audience::Client { flag_bits::CLIENT } else { 0 };
        self.fixed_outcomes(subject, Cause::KilledFlag);
        let row = ir::Flag {
            key: self.interner.number(key),
            bits: state | audience,
            kind: flag.kind as u32,
            metadata: flag.metadata.as_ref().map_or(NONE, |text| self.interner.number(text)),
            variants,
            prerequisites: self.prerequisites(subject, flag),
            overrides: self.overrides(subject, flag),
            holdouts: self.holdouts(subject),
            ..self.decision(subject, &flag.decision)
        };
        self.close(subject, row)
    }

    pub(super) fn service(&mut self, number: u32, key: &str, tracks: Span, service: &Service) -> ir::Flag {
        let subject = self.subject(number, tracks, Some(service.default_track));
        self.reach.depends_on(&(&service.tracks, service.default_track, &service.decision));
        self.fixed_outcomes(subject, Cause::KilledService);
        let row = ir::Flag {
            key: self.interner.number(key),
            bits: flag_bits::SERVICE | flag_bits::CLIENT,
            kind: ValueType::String as u32,
            metadata: NONE,
            variants: tracks,
            ..self.decision(subject, &service.decision)
        };
        self.close(subject, row)
    }

    /// What is left of a broken flag or service: it can be killed, and else answers with an error.
    pub(super) fn broken(&mut self, number: u32, key: &str, variants: Span, broken: &Broken, bits: u32) -> ir::Flag {
        let subject = self.subject(number, variants, broken.off.as_ref().map(|_| 0));
        self.reach.depends_on(broken.off.as_slice());
        let own = if bits & flag_bits::SERVICE == 0 { Cause::KilledFlag } else { Cause::KilledService };
        self.fixed_outcomes(subject, own);
        let row = ir::Flag {
            key: self.interner.number(key),
            bits: bits | flag_bits::BROKEN,
            kind: broken.off.as_ref().map_or(0, |off| kind_of(&off.value)),
            metadata: NONE,
            variants,
            default_split: NONE,
            default_outcome: subject.first_outcome + fixed::BROKEN,
            default_without_unit: subject.first_outcome + fixed::BROKEN,
            ..ir::Flag::default()
        };
        self.close(subject, row)
    }

    fn subject(&mut self, flag: u32, variants: Span, off: Option<usize>) -> Subject {
        self.reach = Reach::default();
        let off = off.map_or(NONE, |position| variants.start + position as u32);
        Subject { flag, variants, off, first_outcome: self.rules.outcomes.len() as u32 }
    }

    fn close(&mut self, subject: Subject, row: ir::Flag) -> ir::Flag {
        self.reaches.push(core::mem::take(&mut self.reach));
        let count = self.rules.outcomes.len() as u32 - subject.first_outcome;
        ir::Flag { outcomes: Span { start: subject.first_outcome, count }, ..row }
    }

    /// The outcomes that every subject has, in the order of [`fixed`].
    fn fixed_outcomes(&mut self, subject: Subject, own: Cause) {
        for cause in [Cause::KilledAll, Cause::KilledNamespace, own, Cause::Disabled] {
            let outcome = if subject.off == NONE {
                subject.outcome(NONE, Reason::Error, Cause::Broken)
            } else {
                subject.outcome(subject.off, Reason::Disabled, cause)
            };
            self.rules.outcomes.push(outcome);
        }
        for cause in [Cause::Broken, Cause::Unsupported] {
            self.rules.outcomes.push(subject.outcome(NONE, Reason::Error, cause));
        }
    }

    /// The row of an outcome. Of the subject's outcomes so far only the last few can be equal:
    /// those of the rule that is being compiled.
    fn outcome(&mut self, outcome: Outcome) -> u32 {
        let outcomes = &mut self.rules.outcomes;
        let recent = outcomes.iter().enumerate().rev();
        let same_rule = recent.take_while(|(_, other)| other.flag == outcome.flag && other.named == outcome.named);
        if let Some((row, _)) = same_rule.take(64).find(|(_, other)| **other == outcome) {
            return row as u32;
        }
        outcomes.push(outcome);
        outcomes.len() as u32 - 1
    }

    fn prerequisites(&mut self, subject: Subject, flag: &Flag) -> Span {
        let start = self.rules.prerequisites.len() as u32;
        for prerequisite in &flag.prerequisites {
            let Some((required, variants)) = self.required(&prerequisite.flag) else { continue };
            let first = self.rules.numbers.len() as u32;
            for wanted in &prerequisite.variants {
                let rows = variants.of(&self.rules.variants);
                let wanted = self.interner.number(wanted);
                if let Some(position) = rows.iter().position(|row| row.key == wanted) {
                    self.rules.numbers.push(variants.start + position as u32);
                }
            }
            let variants = Span { start: first, count: self.rules.numbers.len() as u32 - first };
            let named = self.interner.number(&prerequisite.flag);
            let unmet = subject.outcome(subject.off, Reason::Disabled, Cause::Prerequisite);
            let unmet = self.outcome(Outcome { named, ..unmet });
            self.rules.prerequisites.push(ir::Prerequisite { flag: required, variants, unmet });
        }
        Span { start, count: self.rules.prerequisites.len() as u32 - start }
    }

    /// The number and the variants of a required flag.
    fn required(&self, key: &str) -> Option<(u32, Span)> {
        let number = self.snapshot.flags.binary_search_by(|keyed| keyed.key.as_str().cmp(key)).ok()?;
        Some((number as u32, self.variants.get(number).copied()?))
    }

    fn overrides(&mut self, subject: Subject, flag: &Flag) -> Span {
        let start = self.rules.overrides.len() as u32;
        for row in &flag.overrides {
            let unit = self.unit(&row.by);
            let units = self.add_units(&row.units);
            let outcome =
                self.outcome(subject.outcome(subject.variant(row.variant), Reason::TargetingMatch, Cause::Override));
            self.rules.overrides.push(ir::Override { unit, units, outcome });
        }
        Span { start, count: flag.overrides.len() as u32 }
    }

    fn holdouts(&mut self, subject: Subject) -> Span {
        let start = self.rules.holdouts.len() as u32;
        let holding = self.holdouts_of.get(subject.flag as usize).cloned().unwrap_or_default();
        let snapshot = self.snapshot;
        for number in holding {
            let Some(keyed) = snapshot.holdouts.get(number) else { continue };
            let Ok(holdout) = &keyed.part else { continue };
            self.reach.depends_on(&(&keyed.key, &holdout.by, &holdout.seed, holdout.exposure));
            let outcome = subject.outcome(subject.off, Reason::Split, Cause::Holdout);
            let outcome = Outcome { named: self.interner.number(&keyed.key), ..outcome };
            let row = ir::Holdout {
                seed: seed(&holdout.seed),
                seed_text: self.interner.number(&holdout.seed),
                unit: self.unit(&holdout.by),
                exposure: holdout.exposure.get(),
                outcome: self.outcome(outcome),
            };
            self.rules.holdouts.push(row);
        }
        Span { start, count: self.rules.holdouts.len() as u32 - start }
    }

    /// Rules and default.
    fn decision(&mut self, subject: Subject, decision: &Decision) -> ir::Flag {
        let first_rule = self.rules.rules.len() as u32;
        for rule in &decision.rules {
            let row = self.rule(subject, rule);
            self.rules.rules.push(row);
        }
        let (mut default_split, mut without_unit) = (NONE, NONE);
        let otherwise = match &decision.default {
            Some(Serve::Variant(position)) => subject.variant(*position),
            _ => subject.off,
        };
        if let Some(Serve::Split(split)) = &decision.default {
            default_split = self.split(subject, split, NONE);
            let outcome = subject.outcome(subject.off, Reason::Default, Cause::MissingUnit);
            let named = self.interner.number(&split.by);
            without_unit = self.outcome(Outcome { named, ..outcome });
        }
        // The same for everybody: nothing was said before the default, and the default is fixed.
        let previous = self.rules.outcomes.len() as u32 - subject.first_outcome;
        let is_static = decision.rules.is_empty() && default_split == NONE && previous == fixed::COUNT;
        let reason = if is_static { Reason::Static } else { Reason::Default };
        let default_outcome = self.outcome(subject.outcome(otherwise, reason, Cause::None));
        ir::Flag {
            rules: Span { start: first_rule, count: decision.rules.len() as u32 },
            default_split,
            default_outcome,
            default_without_unit: if without_unit == NONE { default_outcome } else { without_unit },
            ..ir::Flag::default()
        }
    }

    fn rule(&mut self, subject: Subject, rule: &Rule) -> ir::Rule {
        let id = self.interner.number(&rule.id);
        let entry = self.condition(rule.when.as_ref());
        let layer = rule.layer.as_ref().and_then(|range| {
            let number = self.snapshot.layers.binary_search_by(|keyed| keyed.key.cmp(&range.key)).ok()?;
            let layer = self.snapshot.layers.get(number)?.part.as_ref().ok()?;
            self.reach.depends_on(layer);
            let row = ir::LayerRange {
                key: self.interner.number(&range.key),
                seed: seed(&layer.seed),
                seed_text: self.interner.number(&layer.seed),
                unit: self.unit(&layer.by),
                from: range.from,
                to: range.to,
            };
            self.rules.layers.push(row);
            Some(self.rules.layers.len() as u32 - 1)
        });
        let (split, outcome) = match &rule.serve {
            Serve::Variant(position) => {
                let reason = if layer.is_some() { Reason::Split } else { Reason::TargetingMatch };
                let outcome = subject.outcome(subject.variant(*position), reason, Cause::None);
                (NONE, self.outcome(Outcome { named: id, ..outcome }))
            }
            Serve::Split(split) => (self.split(subject, split, id), NONE),
        };
        ir::Rule { id, entry, layer: layer.unwrap_or(NONE), split, outcome }
    }

    fn split(&mut self, subject: Subject, split: &Split, rule: u32) -> u32 {
        let served = |position| {
            let outcome = subject.outcome(subject.variant(position), Reason::Split, Cause::None);
            Outcome { named: rule, ..outcome }
        };
        let start = self.rules.ranges.len() as u32;
        for &Range { from, to, variant } in &split.ranges {
            // A constant exposure is cut once and for all.
            let to = match &split.exposure {
                Exposure::Constant(share) => from + share.of(to - from),
                Exposure::Ramp(_) => to,
            };
            let outcome = self.outcome(served(variant));
            self.rules.ranges.push(ir::Range { from, to, outcome });
        }
        let ranges = Span { start, count: split.ranges.len() as u32 };
        let row = ir::Split {
            seed: seed(&split.seed),
            seed_text: self.interner.number(&split.seed),
            assignment: Fingerprint::of(&(&split.seed, &split.by, &split.ranges)),
            unit: self.unit(&split.by),
            ramp: self.ramp(&split.exposure),
            ranges,
            outside: split.outside.map_or(NONE, |position| self.outcome(served(position))),
        };
        self.rules.splits.push(row);
        self.rules.splits.len() as u32 - 1
    }

    fn ramp(&mut self, exposure: &Exposure) -> u32 {
        let Exposure::Ramp(ramp) = exposure else { return NONE };
        self.reach.timed = true;
        let start = self.rules.steps.len() as u32;
        let curve = match &ramp.curve {
            Curve::Linear => ir::Curve::Linear,
            Curve::Exponential => ir::Curve::Exponential,
            Curve::Steps(steps) => {
                let rows = steps.iter().map(|(at, share)| ir::Step { at: at.as_ms(), exposure: share.get() });
                self.rules.steps.extend(rows);
                ir::Curve::Steps
            }
        };
        self.rules.ramps.push(ir::Ramp {
            start: ramp.start.as_ms(),
            end: ramp.end.as_ms(),
            from: ramp.from.get(),
            to: ramp.to.get(),
            curve: curve as u32,
            steps: Span { start, count: self.rules.steps.len() as u32 - start },
        });
        self.rules.ramps.len() as u32 - 1
    }

    /// The word of a unit; the subject reads it from now on.
    pub(super) fn unit(&mut self, by: &str) -> u32 {
        let slot = self.attributes.slot(by);
        self.reach.slot(slot);
        self.view(slot, ViewKind::Unit)
    }
}
