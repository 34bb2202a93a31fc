//! Flags, but for their prerequisites: what they refer to, and what they cost.

use alloc::vec::Vec;

use crate::snapshot::draft::{Marks, is, position, set};
use crate::snapshot::model::Snapshot;
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::Code;

use super::decision;
use super::reach::Reach;

/// Checks what the flags refer to; the steps that each takes without its prerequisites.
pub(super) fn check<'p>(
    snapshot: &'p Snapshot,
    marks: &mut Marks,
    reach: &Reach<'p>,
    trail: &mut Trail<'p>,
) -> Vec<u32> {
    let mut costs = Vec::with_capacity(snapshot.flags.len());
    trail.enter("flags");
    for (number, flag) in snapshot.flags.iter().enumerate() {
        let Ok(part) = &flag.part else {
            costs.push(0);
            continue;
        };
        let before = trail.errors();
        trail.enter(&flag.key);
        let cost = decision::check(&part.decision, reach, snapshot, marks, trail);
        trail.leave(1);
        costs.push(cost.saturating_add(part.overrides.len() as u32));
        if trail.errors() > before {
            set(&mut marks.flags, number, true);
        }
    }
    trail.leave(1);
    costs
}

/// Checks the flags that are held out of; each costs a step, and a broken holdout breaks them.
pub(super) fn check_holdouts<'p>(snapshot: &'p Snapshot, marks: &mut Marks, costs: &mut [u32], trail: &mut Trail<'p>) {
    // The last holdout that listed each flag: to list it twice is to list it once.
    let mut listed = alloc::vec![usize::MAX; snapshot.flags.len()];
    for (number, holdout) in snapshot.holdouts.iter().enumerate() {
        let Ok(part) = &holdout.part else { continue };
        // An empty key could not be read, which was said.
        for (index, key) in part.flags.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            let Some(flag) = position(&snapshot.flags, key) else {
                for step in ["holdouts", &holdout.key, "flags"] {
                    trail.enter(step);
                }
                trail.enter_nth(index);
                trail.add_about(Code::UnknownHoldoutFlag, "there is no flag ", key, "");
                trail.leave(4);
                continue;
            };
            if listed.get(flag) == Some(&number) {
                continue;
            }
            set(&mut listed, flag, number);
            if let Some(cost) = costs.get_mut(flag) {
                *cost = cost.saturating_add(1);
            }
            if is(&marks.holdouts, number) {
                trail.enter("flags");
                trail.enter(key);
                let message = " is broken, and with it the flags that it lists";
                trail.add_about(Code::BrokenReference, "the holdout ", &holdout.key, message);
                trail.leave(2);
                set(&mut marks.flags, flag, true);
            }
        }
    }
}
