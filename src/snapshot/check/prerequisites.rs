//! Prerequisites: circles, chains, the cost of all that a flag reaches.

use crate::snapshot::draft::{is, position, set};
use crate::snapshot::model::{Flag, Keyed, Prerequisite};
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::graph::Graph;
use super::too_costly;

/// Checks the prerequisites of all flags, which cost so much without them.
pub(super) fn check<'p>(flags: &'p [Keyed<Flag>], broken: &mut [bool], costs: &mut [u32], trail: &mut Trail<'p>) {
    let mut looped = alloc::vec![false; flags.len()];
    trail.enter("flags");
    check_reach(flags, costs, &mut looped, trail);
    for (number, flag) in flags.iter().enumerate() {
        let before = trail.errors();
        check_each(flag, trail, &mut |prerequisite, trail| {
            if position(flags, &prerequisite.flag).is_none() && !prerequisite.flag.is_empty() {
                trail.enter("flag");
                trail.add_about(Code::UnknownFlag, "there is no flag ", &prerequisite.flag, "");
                trail.leave(1);
            }
        });
        if is(&looped, number) || trail.errors() > before {
            set(broken, number, true);
        }
    }
    for (number, flag) in flags.iter().enumerate() {
        check_each(flag, trail, &mut |prerequisite, trail| {
            let Some(target) = position(flags, &prerequisite.flag) else { return };
            // What two flags are broken with together has been reported.
            if is(broken, target) && !(is(&looped, number) && is(&looped, target)) {
                trail.enter("flag");
                let problem = " is broken, so that this is never met";
                trail.add_about(Code::BrokenPrerequisite, "the flag ", &prerequisite.flag, problem);
                trail.leave(1);
            }
            if let Some(Ok(target)) = flags.get(target).map(|flag| &flag.part) {
                check_variants(prerequisite, target, trail);
            }
        });
    }
    trail.leave(1);
}

/// Shows the prerequisites of a flag, each at its place.
fn check_each<'p>(flag: &'p Keyed<Flag>, trail: &mut Trail<'p>, see: &mut dyn FnMut(&'p Prerequisite, &mut Trail<'p>)) {
    let Ok(part) = &flag.part else { return };
    trail.enter(&flag.key);
    trail.enter("prerequisites");
    for (index, prerequisite) in part.prerequisites.iter().enumerate() {
        trail.enter_nth(index);
        see(prerequisite, trail);
        trail.leave(1);
    }
    trail.leave(2);
}

/// Reports which flags reach themselves, or too much: those are looped.
fn check_reach<'p>(flags: &'p [Keyed<Flag>], costs: &mut [u32], looped: &mut [bool], trail: &mut Trail<'p>) {
    let mut graph = Graph::default();
    for flag in flags {
        check_each(flag, trail, &mut |prerequisite, _| {
            if let Some(target) = position(flags, &prerequisite.flag) {
                graph.reach(target);
            }
        });
        graph.end_node();
    }
    let order = graph.order();
    let mut depths = alloc::vec![0; flags.len()];
    for &number in &order.nodes {
        let (mut depth, mut cost) = (0, costs.get(number).copied().unwrap_or(0));
        for &target in graph.targets(number).iter().filter(|&&target| !order.are_circular(number, target)) {
            depth = depth.max(depths.get(target).map_or(0, |depth| depth + 1));
            cost = cost.saturating_add(1).saturating_add(costs.get(target).copied().unwrap_or(0));
        }
        let Some(flag) = flags.get(number) else { continue };
        let before = trail.errors();
        let circular = order.is_circular(number);
        if circular || depth > limits::CHAIN {
            let (code, message) = if circular {
                (Code::Cycle, "the flag requires itself, directly or by way of others")
            } else {
                (Code::ChainTooLong, "the flag requires flags that require flags, more than 64 deep")
            };
            // At the first prerequisite that makes it so.
            check_each(flag, trail, &mut |prerequisite, trail| {
                let makes_it = |target| {
                    order.are_circular(number, target) || !circular && depths.get(target) == Some(&(depth - 1))
                };
                if trail.errors() == before && position(flags, &prerequisite.flag).is_some_and(makes_it) {
                    trail.add_at("flag", code, message);
                }
            });
        }
        if cost > limits::COST {
            trail.enter(&flag.key);
            too_costly(trail);
            trail.leave(1);
        }
        set(looped, number, trail.errors() > before);
        set(&mut depths, number, depth);
        set(costs, number, cost);
    }
}

/// Warns about variants that the other flag does not have.
fn check_variants<'p>(prerequisite: &'p Prerequisite, target: &Flag, trail: &mut Trail<'p>) {
    trail.enter("variants");
    for (index, name) in prerequisite.variants.iter().enumerate() {
        let is_known = target.variants.binary_search_by(|variant| variant.key.cmp(name)).is_ok();
        if !is_known && !target.variants.is_empty() && !name.is_empty() {
            trail.enter_nth(index);
            trail.add_about(Code::UnknownPrerequisiteVariant, "that flag has no variant ", name, "");
            trail.leave(1);
        }
    }
    trail.leave(1);
}
