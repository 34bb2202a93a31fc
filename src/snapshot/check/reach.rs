//! What conditions refer to: segments and rings.

use alloc::string::String;
use alloc::vec::Vec;

use crate::snapshot::draft::{Draft, position};
use crate::snapshot::model::{Condition, Segment};
use crate::words::diagnostic::{Code, Path, Report};

/// What is known of a segment or a ring, once all that it reaches is known.
#[derive(Clone, Copy, Default)]
pub(super) struct Standing {
    /// Whether who reaches it is broken.
    pub(super) broken: bool,
    /// Whether it is broken by what it reaches: a circle, or too long a chain.
    pub(super) looped: bool,
    /// The steps that an evaluation of it takes.
    pub(super) cost: u32,
}

/// The segments and rings of a document, numbered: the segments first.
pub(super) struct Reach<'r> {
    pub(super) segments: &'r [Draft<Segment>],
    pub(super) rings: &'r [Draft<Option<String>>],
    /// By number.
    pub(super) standings: Vec<Standing>,
}

/// A reference that a condition makes.
pub(super) struct Reference<'c> {
    /// The field, and the word for what it refers to.
    pub(super) field: &'static str,
    key: &'c str,
    /// The number of what is referred to.
    pub(super) target: Option<usize>,
}

impl Reach<'_> {
    /// The reference that a condition itself makes.
    pub(super) fn reference<'c>(&self, condition: &'c Condition) -> Option<Reference<'c>> {
        match condition {
            Condition::Segment(key) => Some(Reference { field: "segment", key, target: position(self.segments, key) }),
            Condition::Ring(key) => {
                let ring = self.rings.iter().position(|ring| ring.key == *key);
                Some(Reference { field: "ring", key, target: ring.map(|ring| self.segments.len() + ring) })
            }
            _ => None,
        }
    }

    /// What is known of a segment or a ring.
    pub(super) fn standing(&self, number: usize) -> Standing {
        self.standings.get(number).copied().unwrap_or_default()
    }

    /// The steps that a condition takes with all that it reaches. Reports references to nothing
    /// and to what is broken, but for what the condition's own part, if `looped`, is broken with.
    pub(super) fn check(&self, condition: &Condition, path: Path<'_>, looped: bool, report: &mut Report) -> u32 {
        let mut cost = 0_u32;
        visit(condition, path, &mut |condition, path| {
            cost = cost.saturating_add(1);
            let Some(reference) = self.reference(condition) else { return };
            let target = reference.target.map(|target| self.standing(target));
            let target = report_reference(&reference, target, path.key(reference.field), looped, report);
            cost = cost.saturating_add(target.cost);
        });
        cost
    }
}

/// Reports a reference to nothing or to what is broken.
pub(super) fn report_reference(
    reference: &Reference<'_>,
    target: Option<Standing>,
    path: Path<'_>,
    looped: bool,
    report: &mut Report,
) -> Standing {
    let Reference { field, key, .. } = reference;
    match target {
        None => {
            let code = if *field == "ring" { Code::UnknownRing } else { Code::UnknownSegment };
            report.add(code, path, ["there is no ", field, " `", key, "`"].concat());
        }
        Some(target) if target.broken && !(looped && target.looped) => {
            let message = ["the ", field, " `", key, "` is broken, and with it all that reach it"];
            report.add(Code::BrokenReference, path, message.concat());
        }
        Some(_) => {}
    }
    target.unwrap_or_default()
}

impl<'c> Reference<'c> {
    /// The reference that a ring makes.
    pub(super) const fn to_segment(key: &'c str, target: Option<usize>) -> Self {
        Self { field: "segment", key, target }
    }
}

/// Shows every condition inside one, and that itself, with its place.
pub(super) fn visit<'c>(condition: &'c Condition, path: Path<'_>, see: &mut dyn FnMut(&'c Condition, Path<'_>)) {
    see(condition, path);
    let (group, conditions) = match condition {
        Condition::All(conditions) => ("all", conditions),
        Condition::Any(conditions) => ("any", conditions),
        Condition::Not(condition) => return visit(condition, path.key("not"), see),
        _ => return,
    };
    let path = path.key(group);
    for (index, condition) in conditions.iter().enumerate() {
        visit(condition, path.index(index), see);
    }
}
