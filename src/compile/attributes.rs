//! The first pass: which attributes a snapshot reads, how often, and in which forms. After it
//! every attribute has its slot and every form its view.

use alloc::vec;
use alloc::vec::Vec;

use super::interner::Interner;
use crate::ir::{Ruleset, Slot, Span, VersionRow, View, ViewKind};
use crate::snapshot::model::{Condition, Decision, Operand, Operator, Serve, Snapshot, Test};
use crate::words::order;
use crate::words::version::Version;

/// Where attributes ended up.
#[derive(Debug, Default)]
pub(super) struct Attributes<'s> {
    /// What is read of each attribute, by slot.
    uses: Vec<Use<'s>>,
    /// The slot of each path, by the path's number.
    slots: Vec<u32>,
    paths: Interner,
}

/// What is read of one attribute.
#[derive(Debug)]
struct Use<'s> {
    path: &'s str,
    /// The path's number.
    number: u32,
    count: usize,
    /// A bit for each view kind.
    kinds: u32,
    /// The versions that it is compared with.
    versions: Interner,
    /// The rank of each of them.
    ranks: Vec<u32>,
}

/// The view that a test compares; `None` where it looks at the text itself.
pub(super) const fn view_kind(test: &Test) -> Option<ViewKind> {
    match test.operator {
        Operator::Eq
        | Operator::Ne
        | Operator::In
        | Operator::NotIn
        | Operator::Contains
        | Operator::ContainsAny
        | Operator::ContainsAll => Some(if test.ignore_case { ViewKind::FoldedId } else { ViewKind::Id }),
        Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => Some(ViewKind::Number),
        Operator::SemverEq | Operator::SemverLt | Operator::SemverLte | Operator::SemverGt | Operator::SemverGte => {
            Some(ViewKind::Version)
        }
        Operator::Before | Operator::After => Some(ViewKind::Instant),
        Operator::Exists => Some(ViewKind::Existence),
        Operator::StartsWith | Operator::EndsWith | Operator::Matches | Operator::InCidr => None,
    }
}

impl<'s> Attributes<'s> {
    pub(super) fn collect<P>(snapshot: &'s Snapshot, interner: &mut Interner, rules: &mut Ruleset<P>) -> Self {
        let mut attributes = Self::default();
        attributes.snapshot(snapshot);
        // The most used come first, so that most flags fit into the mask's 32 bits.
        order::sort(&mut attributes.uses, |a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(b.path)));
        attributes.slots.resize(attributes.uses.len(), 0);
        attributes.lay_out(interner, rules);
        attributes
    }

    /// Gives each attribute its slot and each of its forms a view.
    fn lay_out<P>(&mut self, interner: &mut Interner, rules: &mut Ruleset<P>) {
        for (slot, attribute) in self.uses.iter_mut().enumerate() {
            let slot = slot as u32;
            let start = rules.views.len() as u32;
            let kinds = attribute.kinds;
            for kind in (0..).map_while(ViewKind::of).filter(|&kind| kinds & 1 << kind as u32 != 0) {
                let start = rules.versions.len() as u32;
                if kind == ViewKind::Version {
                    rank(attribute, interner, &mut rules.versions);
                }
                let versions = Span { start, count: rules.versions.len() as u32 - start };
                rules.views.push(View { slot, kind: kind as u32, versions });
            }
            let views = Span { start, count: rules.views.len() as u32 - start };
            rules.slots.push(Slot { path: interner.number(attribute.path), views });
            if let Some(cell) = self.slots.get_mut(attribute.number as usize) {
                *cell = slot;
            }
        }
    }

    /// The slot of an attribute.
    pub(super) fn slot(&mut self, path: &str) -> u32 {
        let number = self.paths.number(path);
        self.slots.get(number as usize).copied().unwrap_or(0)
    }

    /// The rank of a version among those that a slot is compared with.
    pub(super) fn rank(&mut self, slot: u32, version: &str) -> u32 {
        let Some(attribute) = self.uses.get_mut(slot as usize) else { return 0 };
        let number = attribute.versions.number(version);
        attribute.ranks.get(number as usize).copied().unwrap_or(0)
    }

    fn snapshot(&mut self, snapshot: &'s Snapshot) {
        for segment in snapshot.segments.iter().filter_map(|keyed| keyed.part.as_ref().ok()) {
            self.unit(&segment.by);
            segment.when.iter().for_each(|when| self.condition(when));
        }
        for layer in snapshot.layers.iter().filter_map(|keyed| keyed.part.as_ref().ok()) {
            self.unit(&layer.by);
        }
        for holdout in snapshot.holdouts.iter().filter_map(|keyed| keyed.part.as_ref().ok()) {
            self.unit(&holdout.by);
        }
        for flag in snapshot.flags.iter().filter_map(|keyed| keyed.part.as_ref().ok()) {
            flag.overrides.iter().for_each(|row| self.unit(&row.by));
            self.decision(&flag.decision);
        }
        for service in snapshot.services.iter().filter_map(|keyed| keyed.part.as_ref().ok()) {
            self.decision(&service.decision);
        }
    }

    fn decision(&mut self, decision: &'s Decision) {
        for rule in &decision.rules {
            rule.when.iter().for_each(|when| self.condition(when));
            self.serve(&rule.serve);
        }
        decision.default.iter().for_each(|serve| self.serve(serve));
    }

    fn serve(&mut self, serve: &'s Serve) {
        if let Serve::Split(split) = serve {
            self.unit(&split.by);
        }
    }

    fn condition(&mut self, condition: &'s Condition) {
        match condition {
            Condition::All(children) | Condition::Any(children) => {
                for child in children {
                    self.condition(child);
                }
            }
            Condition::Not(child) => self.condition(child),
            Condition::Attribute(test) => self.test(test),
            Condition::Segment(_) | Condition::Ring(_) | Condition::After(_) | Condition::Before(_) => {}
        }
    }

    fn test(&mut self, test: &'s Test) {
        let kinds = view_kind(test).map_or(0, |kind| 1 << kind as u32);
        let version = if let Operand::Version(version) = &test.operand { Some(version.as_str()) } else { None };
        self.note(&test.attribute, kinds, version);
    }

    fn unit(&mut self, path: &'s str) {
        self.note(path, 1 << ViewKind::Unit as u32, None);
    }

    fn note(&mut self, path: &'s str, kinds: u32, version: Option<&str>) {
        let number = self.paths.number(path);
        if number as usize == self.uses.len() {
            self.uses.push(Use { path, number, count: 0, kinds: 0, versions: Interner::default(), ranks: Vec::new() });
        }
        if let Some(attribute) = self.uses.get_mut(number as usize) {
            attribute.count += 1;
            attribute.kinds |= kinds;
            if let Some(version) = version {
                attribute.versions.number(version);
            }
        }
    }
}

/// Ranks the versions that an attribute is compared with, and adds their rows.
fn rank(attribute: &mut Use<'_>, interner: &mut Interner, rows: &mut Vec<VersionRow>) {
    let Use { versions, ranks, .. } = attribute;
    let known: Vec<Version<'_>> = versions.texts().filter_map(Version::parse).collect();
    *ranks = vec![0; known.len()];
    let order = order::positions(known.len(), &mut |a, b| known.get(a).cmp(&known.get(b)));
    for (place, number) in order.into_iter().enumerate() {
        if let (Some(version), Some(rank)) = (known.get(number), ranks.get_mut(number)) {
            rows.push(VersionRow { numbers: version.numbers, pre: interner.number_of_bytes(version.pre) });
            *rank = 2 * place as u32 + 1;
        }
    }
}
