//! What conditions refer to: segments and rings.

use alloc::vec::Vec;

use crate::snapshot::draft::position;
use crate::snapshot::model::{Condition, Operand, Operator, Snapshot};
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::Code;
use crate::words::limits;

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
pub(super) struct Reach<'p> {
    pub(super) snapshot: &'p Snapshot,
    /// By number.
    pub(super) standings: Vec<Standing>,
}

/// A reference to a segment or a ring.
#[derive(Clone, Copy)]
pub(super) struct Reference<'p> {
    is_ring: bool,
    key: &'p str,
    /// The number of what is referred to.
    pub(super) target: Option<usize>,
}

impl<'p> Reach<'p> {
    /// A reference to a segment.
    pub(super) fn to_segment(&self, key: &'p str) -> Reference<'p> {
        Reference { is_ring: false, key, target: position(&self.snapshot.segments, key) }
    }

    /// The reference that a condition itself makes.
    pub(super) fn reference(&self, condition: &'p Condition) -> Option<Reference<'p>> {
        match condition {
            Condition::Segment(key) => Some(self.to_segment(key)),
            Condition::Ring(key) => {
                let ring = self.snapshot.rings.iter().position(|ring| ring.name == *key);
                Some(Reference { is_ring: true, key, target: ring.map(|ring| self.snapshot.segments.len() + ring) })
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
    pub(super) fn check(&self, condition: &'p Condition, looped: bool, trail: &mut Trail<'p>) -> u32 {
        let mut cost = 0_u32;
        visit(condition, trail, &mut |condition, trail| {
            let reached = self.reference(condition).map_or(0, |reference| self.report(reference, looped, trail).cost);
            cost = cost.saturating_add(1).saturating_add(long(condition)).saturating_add(reached);
        });
        cost
    }

    /// Reports a reference to nothing or to what is broken; what is known of its target?
    pub(super) fn report(&self, reference: Reference<'p>, looped: bool, trail: &mut Trail<'p>) -> Standing {
        let unknown = Standing { broken: true, ..Standing::default() };
        let target = reference.target.map_or(unknown, |target| self.standing(target));
        if target.broken && !(looped && target.looped) {
            let (code, problem) = match reference.target {
                Some(_) => (Code::BrokenReference, " is broken, and with it all that reach it"),
                None if reference.is_ring => (Code::UnknownRing, " does not exist"),
                None => (Code::UnknownSegment, " does not exist"),
            };
            trail.enter(reference.field());
            trail.add_about(code, if reference.is_ring { "the ring " } else { "the segment " }, reference.key, problem);
            trail.leave(1);
        }
        target
    }
}

impl Reference<'_> {
    /// The field that makes it.
    pub(super) const fn field(self) -> &'static str {
        if self.is_ring { "ring" } else { "segment" }
    }
}

/// The steps beyond the first that a long operand takes, as the check of rulesets counts them.
fn long(condition: &Condition) -> u32 {
    let Condition::Attribute(test) = condition else { return 0 };
    match &test.operand {
        Operand::Blocks(blocks) => blocks.len() as u32 / limits::BLOCKS_OF_A_STEP,
        Operand::Scalars(values) if test.operator == Operator::ContainsAll => {
            values.len() as u32 / limits::ELEMENTS_OF_A_STEP
        }
        _ => 0,
    }
}

/// Shows every condition inside one, and that itself, at its place.
pub(super) fn visit<'p>(
    condition: &'p Condition,
    trail: &mut Trail<'p>,
    see: &mut dyn FnMut(&'p Condition, &mut Trail<'p>),
) {
    see(condition, trail);
    let (group, conditions) = match condition {
        Condition::All(conditions) => ("all", conditions),
        Condition::Any(conditions) => ("any", conditions),
        Condition::Not(condition) => {
            trail.enter("not");
            visit(condition, trail, see);
            return trail.leave(1);
        }
        _ => return,
    };
    trail.enter(group);
    for (index, condition) in conditions.iter().enumerate() {
        trail.enter_nth(index);
        visit(condition, trail, see);
        trail.leave(1);
    }
    trail.leave(1);
}
