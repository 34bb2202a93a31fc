//! Prerequisites: circles, chains, the cost of all that a flag reaches.

use alloc::vec::Vec;

use crate::snapshot::draft::{Draft, position};
use crate::snapshot::model::{Flag, Prerequisite};
use crate::words::diagnostic::{Code, Path, Report};
use crate::words::limits;

use super::graph::Graph;
use super::too_costly;

/// Checks the prerequisites of all flags, which cost so much without them.
pub(super) fn check(flags: &mut [Draft<Flag>], costs: &[u32], report: &mut Report) {
    let graph = graph(flags, report);
    let looped = looped(flags, costs, &graph, report);
    for (flag, &looped) in flags.iter_mut().zip(&looped) {
        flag.broken |= looped;
    }
    let root = Path::Root.key("flags");
    for (number, flag) in flags.iter().enumerate() {
        let path = root.key(&flag.key);
        let path = path.key("prerequisites");
        for (index, prerequisite) in flag.part.prerequisites.iter().enumerate() {
            let Some(target) = position(flags, &prerequisite.flag) else { continue };
            let together = is(&looped, number) && is(&looped, target);
            if let Some(target) = flags.get(target) {
                warn(prerequisite, target, together, path.index(index), report);
            }
        }
    }
}

/// Who requires whom. Reports flags that do not exist.
fn graph(flags: &mut [Draft<Flag>], report: &mut Report) -> Graph {
    let mut graph = Graph::default();
    let mut unknown = Vec::new();
    for (number, flag) in flags.iter().enumerate() {
        for (index, prerequisite) in flag.part.prerequisites.iter().enumerate() {
            match position(flags, &prerequisite.flag) {
                Some(target) => graph.reach(target),
                // An empty key could not be read, which was said.
                None if prerequisite.flag.is_empty() => {}
                None => unknown.push((number, index)),
            }
        }
        graph.end_node();
    }
    for (number, index) in unknown {
        let Some(flag) = flags.get_mut(number) else { continue };
        let Some(prerequisite) = flag.part.prerequisites.get(index) else { continue };
        let root = Path::Root.key("flags");
        let path = root.key(&flag.key);
        let path = path.key("prerequisites");
        let message = ["there is no flag `", &prerequisite.flag, "`"].concat();
        report.add(Code::UnknownFlag, path.index(index).key("flag"), message);
        flag.broken = true;
    }
    graph
}

/// Which flags reach themselves, or too much? Reports them.
fn looped(flags: &[Draft<Flag>], costs: &[u32], graph: &Graph, report: &mut Report) -> Vec<bool> {
    let order = graph.order();
    let mut depths = alloc::vec![0; flags.len()];
    let mut costs: Vec<u32> = costs.into();
    let mut looped = alloc::vec![false; flags.len()];
    let root = Path::Root.key("flags");
    for &number in &order.nodes {
        let (mut depth, mut cost) = (0, costs.get(number).copied().unwrap_or(0));
        for &target in graph.targets(number).iter().filter(|&&target| !order.are_circular(number, target)) {
            depth = depth.max(depths.get(target).map_or(0, |depth| depth + 1));
            cost = cost.saturating_add(1).saturating_add(costs.get(target).copied().unwrap_or(0));
        }
        let Some(flag) = flags.get(number) else { continue };
        let before = report.errors();
        if order.is_circular(number) {
            let message = "the flag requires itself, directly or by way of others";
            let closes = &|target| order.are_circular(number, target);
            add_at_link(Code::Cycle, message, flag, flags, closes, report);
        } else if depth > limits::CHAIN {
            let message = "the flag requires flags that require flags, more than 64 deep";
            let closes = &|target| depths.get(target) == Some(&(depth - 1));
            add_at_link(Code::ChainTooLong, message, flag, flags, closes, report);
        }
        if cost > limits::COST {
            too_costly(root.key(&flag.key), report);
        }
        set(&mut looped, number, report.errors() > before);
        set(&mut depths, number, depth);
        set(&mut costs, number, cost);
    }
    looped
}

/// Adds a problem at the first prerequisite whose flag is one of those that make it.
fn add_at_link(
    code: Code,
    message: &'static str,
    flag: &Draft<Flag>,
    flags: &[Draft<Flag>],
    makes_it: &dyn Fn(usize) -> bool,
    report: &mut Report,
) {
    let mut links = flag.part.prerequisites.iter();
    let link = links.position(|link| position(flags, &link.flag).is_some_and(makes_it));
    let root = Path::Root.key("flags");
    let path = root.key(&flag.key);
    let path = path.key("prerequisites");
    report.add(code, path.index(link.unwrap_or(0)).key("flag"), message);
}

/// Warns about a prerequisite that is never met. What is broken `together` has been reported.
fn warn(prerequisite: &Prerequisite, target: &Draft<Flag>, together: bool, path: Path<'_>, report: &mut Report) {
    if target.broken && !together {
        let message = ["the flag `", &target.key, "` is broken, so that this is never met"].concat();
        report.add(Code::BrokenPrerequisite, path.key("flag"), message);
    }
    let known = &target.part.variants;
    let path = path.key("variants");
    for (index, name) in prerequisite.variants.iter().enumerate() {
        let is_known = known.binary_search_by(|variant| variant.key.cmp(name)).is_ok();
        if !is_known && !known.is_empty() && !name.is_empty() {
            let message = ["the flag `", &target.key, "` has no variant `", name, "`"].concat();
            report.add(Code::UnknownPrerequisiteVariant, path.index(index), message);
        }
    }
}

fn is(marks: &[bool], number: usize) -> bool {
    marks.get(number).copied().unwrap_or(false)
}

fn set<T>(list: &mut [T], number: usize, value: T) {
    if let Some(own) = list.get_mut(number) {
        *own = value;
    }
}
