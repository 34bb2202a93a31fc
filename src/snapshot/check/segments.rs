//! Segments and rings: what they reach, and which of them are broken.

use crate::snapshot::draft::{Marks, is, set};
use crate::snapshot::model::{Condition, Snapshot};
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::graph::Graph;
use super::negative;
use super::reach::{Reach, Standing, visit};

/// Checks segments and rings; what is known of each then, by number.
pub(super) fn check<'p>(snapshot: &'p Snapshot, marks: &mut Marks, trail: &mut Trail<'p>) -> Reach<'p> {
    let segments = snapshot.segments.len();
    let count = segments + snapshot.rings.len();
    let mut reach = Reach { snapshot, standings: alloc::vec![Standing::default(); count] };
    let graph = graph(&reach, trail);
    let order = graph.order();
    let mut depths = alloc::vec![0; count];
    for &number in &order.nodes {
        let deepest = graph.targets(number).iter().filter_map(|&target| depths.get(target).copied()).max();
        // A ring is no link of the chain: it stands for its segments.
        let depth = deepest.map_or(0, |depth: usize| depth + usize::from(number < segments));
        let circular = order.is_circular(number);
        let looped = circular || depth > limits::CHAIN;
        let before = trail.errors();
        trail.enter(if number < segments { "segments" } else { "rings" });
        let mut standing = match snapshot.segments.get(number) {
            Some(segment) => {
                trail.enter(&segment.key);
                let makes_it =
                    |target| order.are_circular(number, target) || !circular && depths.get(target).copied() == deepest;
                let problem = looped.then_some(if circular { Code::Cycle } else { Code::ChainTooLong });
                let when = segment.part.as_ref().ok().and_then(|segment| segment.when.as_ref());
                let cost = when.map_or(0, |when| check_segment(&reach, when, problem, &makes_it, trail));
                Standing { looped, broken: is(&marks.segments, number), cost: cost.saturating_add(1) }
            }
            None => check_ring(&reach, number - segments, looped, marks, trail),
        };
        trail.leave(2);
        standing.broken |= trail.errors() > before;
        set(&mut reach.standings, number, standing);
        set(&mut depths, number, depth);
        match number.checked_sub(segments) {
            None => set(&mut marks.segments, number, standing.broken),
            Some(ring) => set(&mut marks.rings, ring, standing.broken),
        }
    }
    reach
}

/// Which segment or ring reaches which.
fn graph<'p>(reach: &Reach<'p>, trail: &mut Trail<'p>) -> Graph {
    let mut graph = Graph::default();
    for segment in &reach.snapshot.segments {
        if let Some(when) = segment.part.as_ref().ok().and_then(|segment| segment.when.as_ref()) {
            visit(when, trail, &mut |condition, _| {
                if let Some(target) = reach.reference(condition).and_then(|reference| reference.target) {
                    graph.reach(target);
                }
            });
        }
        graph.end_node();
    }
    for (index, ring) in reach.snapshot.rings.iter().enumerate() {
        if let Some(segment) = ring.segment.as_deref().and_then(|key| reach.to_segment(key).target) {
            graph.reach(segment);
        }
        if index > 0 {
            graph.reach(reach.snapshot.segments.len() + index - 1);
        }
        graph.end_node();
    }
    graph
}

/// The steps of a segment. Reports what is wrong with what it refers to, and the problem of its
/// own reach at the first reference to one of those that make it.
fn check_segment<'p>(
    reach: &Reach<'p>,
    when: &'p Condition,
    mut problem: Option<Code>,
    makes_it: &dyn Fn(usize) -> bool,
    trail: &mut Trail<'p>,
) -> u32 {
    let looped = problem.is_some();
    trail.enter("when");
    if looped {
        visit(when, trail, &mut |condition, trail| {
            let reference = reach.reference(condition);
            let Some(reference) = reference.filter(|reference| reference.target.is_some_and(makes_it)) else { return };
            if let Some(code) = problem.take() {
                let message = match code {
                    Code::Cycle => "the segment uses itself, directly or by way of others",
                    _ => "the segment uses segments that use segments, more than 64 deep",
                };
                trail.add_at(reference.field(), code, message);
            }
        });
    }
    negative::check_condition(when, trail);
    let cost = reach.check(when, looped, trail);
    trail.leave(1);
    cost
}

/// A ring reaches its segment and all that the rings before it reach. Goes down to it.
fn check_ring<'p>(reach: &Reach<'p>, index: usize, looped: bool, marks: &Marks, trail: &mut Trail<'p>) -> Standing {
    trail.enter_nth(index);
    let before = index.checked_sub(1).map(|before| reach.standing(reach.snapshot.segments.len() + before));
    let mut standing = Standing { looped, ..before.unwrap_or_default() };
    standing.broken |= looped || is(&marks.rings, index);
    if let Some(key) = reach.snapshot.rings.get(index).and_then(|ring| ring.segment.as_deref()) {
        let segment = reach.report(reach.to_segment(key), looped, trail);
        standing.cost = standing.cost.saturating_add(segment.cost);
        standing.broken |= segment.broken;
    }
    standing
}
