//! What is wrong between the parts of a document: references, circles, costs, and what is
//! probably not meant. Reads snapshot, so that broken parts are looked at too, and marks as broken
//! what reaches something broken.

mod decision;
mod flags;
mod graph;
mod negative;
mod prerequisites;
mod reach;
mod segments;
mod splits;

use crate::words::diagnostic::Code;
use crate::words::limits;

use super::draft::{Marks, is, set};
use super::model::{Decision, Snapshot};
use super::trail::Trail;

/// Checks what the parts say about each other.
pub(super) fn check<'p>(snapshot: &'p Snapshot, marks: &mut Marks, trail: &mut Trail<'p>) {
    let reach = segments::check(snapshot, marks, trail);
    let mut costs = flags::check(snapshot, marks, &reach, trail);
    flags::check_holdouts(snapshot, marks, &mut costs, trail);
    prerequisites::check(&snapshot.flags, &mut marks.flags, &mut costs, trail);
    for (number, flag) in snapshot.flags.iter().enumerate() {
        let Ok(part) = &flag.part else { continue };
        trail.enter("flags");
        trail.enter(&flag.key);
        warn(&part.decision, "default", is(&marks.flags, number), trail);
        trail.leave(2);
    }
    for (number, service) in snapshot.services.iter().enumerate() {
        let Ok(part) = &service.part else { continue };
        trail.enter("services");
        trail.enter(&service.key);
        let before = trail.errors();
        if decision::check(&part.decision, &reach, snapshot, marks, trail) > limits::COST {
            too_costly(trail);
        }
        let is_broken = is(&marks.services, number) || trail.errors() > before;
        set(&mut marks.services, number, is_broken);
        warn(&part.decision, "", is_broken, trail);
        trail.leave(2);
    }
}

/// Warns about what is probably not meant; `default` is the field of the default, if it is in one.
fn warn<'p>(decision: &'p Decision, default: &'static str, is_broken: bool, trail: &mut Trail<'p>) {
    negative::check(decision, trail);
    if !is_broken {
        splits::check(decision, default, trail);
    }
}

/// Reports that one evaluation would take too long.
fn too_costly(trail: &mut Trail<'_>) {
    trail.add(Code::TooCostly, "with all that it reaches, one evaluation would take more than 1000000 steps");
}
