//! Segments and rings: what they reach, and which of them are broken.

use alloc::string::String;
use alloc::vec::Vec;

use crate::snapshot::draft::{Draft, position};
use crate::snapshot::model::Segment;
use crate::words::diagnostic::{Code, Path, Report};
use crate::words::limits;

use super::graph::Graph;
use super::negative;
use super::reach::{Reach, Reference, Standing, report_reference, visit};

const CYCLE: &str = "the segment uses itself, directly or by way of others";
const CHAIN: &str = "the segment uses segments that use segments, more than 64 deep";

/// Checks segments and rings; what is known of each then, by number.
pub(super) fn check(
    segments: &[Draft<Segment>],
    rings: &[Draft<Option<String>>],
    report: &mut Report,
) -> Vec<Standing> {
    let count = segments.len() + rings.len();
    let mut reach = Reach { segments, rings, standings: alloc::vec![Standing::default(); count] };
    let graph = graph(&reach);
    let order = graph.order();
    let mut depths = alloc::vec![0; count];
    for &number in &order.nodes {
        let deepest = graph.targets(number).iter().filter_map(|&target| depths.get(target).copied()).max();
        // A ring is no link of the chain: it stands for its segments.
        let depth = deepest.map_or(0, |depth: usize| depth + usize::from(number < segments.len()));
        let circular = order.is_circular(number);
        let looped = circular || depth > limits::CHAIN;
        let standing = match segments.get(number) {
            Some(segment) => {
                let before = report.errors();
                if circular {
                    let makes_it = &|target| order.are_circular(number, target);
                    add_at_link(Code::Cycle, CYCLE, segment, &reach, makes_it, report);
                } else if looped {
                    let makes_it = &|target| depths.get(target).copied() == deepest;
                    add_at_link(Code::ChainTooLong, CHAIN, segment, &reach, makes_it, report);
                }
                let cost = check_segment(&reach, segment, looped, report);
                Standing { broken: segment.broken || report.errors() > before, looped, cost }
            }
            None => check_ring(&reach, number - segments.len(), looped, report),
        };
        if let Some(own) = reach.standings.get_mut(number) {
            *own = standing;
        }
        if let Some(own) = depths.get_mut(number) {
            *own = depth;
        }
    }
    reach.standings
}

/// Which segment or ring reaches which.
fn graph(reach: &Reach<'_>) -> Graph {
    let mut graph = Graph::default();
    for segment in reach.segments {
        if let Some(when) = &segment.part.when {
            visit(when, Path::Root, &mut |condition, _| {
                if let Some(target) = reach.reference(condition).and_then(|reference| reference.target) {
                    graph.reach(target);
                }
            });
        }
        graph.end_node();
    }
    for (index, ring) in reach.rings.iter().enumerate() {
        if let Some(segment) = ring.part.as_deref().and_then(|key| position(reach.segments, key)) {
            graph.reach(segment);
        }
        if index > 0 {
            graph.reach(reach.segments.len() + index - 1);
        }
        graph.end_node();
    }
    graph
}

/// Adds a problem at the first reference to one of those that make it.
fn add_at_link(
    code: Code,
    message: &'static str,
    segment: &Draft<Segment>,
    reach: &Reach<'_>,
    makes_it: &dyn Fn(usize) -> bool,
    report: &mut Report,
) {
    let root = Path::Root.key("segments");
    let path = root.key(&segment.key);
    let mut is_added = false;
    let Some(when) = &segment.part.when else { return };
    visit(when, path.key("when"), &mut |condition, path| {
        let Some(reference) = reach.reference(condition) else { return };
        if !is_added && reference.target.is_some_and(makes_it) {
            report.add(code, path.key(reference.field), message);
            is_added = true;
        }
    });
}

/// The steps of a segment. Reports what is wrong with what it refers to.
fn check_segment(reach: &Reach<'_>, segment: &Draft<Segment>, looped: bool, report: &mut Report) -> u32 {
    let Some(when) = &segment.part.when else { return 1 };
    let path = Path::Root.key("segments");
    let path = path.key(&segment.key);
    negative::check_condition(when, path.key("when"), report);
    reach.check(when, path.key("when"), looped, report).saturating_add(1)
}

/// A ring reaches its segment and all that the rings before it reach.
fn check_ring(reach: &Reach<'_>, index: usize, looped: bool, report: &mut Report) -> Standing {
    let before = index.checked_sub(1).map(|before| reach.standing(reach.segments.len() + before));
    let mut standing = Standing { looped, ..before.unwrap_or_default() };
    let Some(ring) = reach.rings.get(index) else { return standing };
    standing.broken |= looped || ring.broken;
    if let Some(key) = &ring.part {
        let reference = Reference::to_segment(key, position(reach.segments, key));
        let segment = reference.target.map(|target| reach.standing(target));
        let path = Path::Root.key("rings");
        let path = path.index(index);
        let own = report_reference(&reference, segment, path.key("segment"), looped, report);
        standing.cost = standing.cost.saturating_add(own.cost);
        standing.broken |= own.broken || segment.is_none();
    }
    standing
}
