//! Flags, but for their prerequisites: what they refer to, and what they cost.

use alloc::vec::Vec;

use crate::snapshot::draft::{Drafts, Marks, distinct, is, position, set};
use crate::snapshot::trail::{Step, Trail};
use crate::words::diagnostic::Code;

use super::decision;
use super::reach::Reach;

/// Checks what the flags refer to; the steps that each takes without its prerequisites.
pub(super) fn check<'p>(drafts: &'p Drafts, marks: &mut Marks, reach: &Reach<'p>, trail: &mut Trail<'p>) -> Vec<u32> {
    let mut costs = Vec::with_capacity(drafts.flags.len());
    trail.enter(Step::Key("flags"));
    for (number, flag) in drafts.flags.iter().enumerate() {
        let Ok(part) = &flag.part else {
            costs.push(0);
            continue;
        };
        let before = trail.errors();
        trail.enter(Step::Key(&flag.key));
        let cost = decision::check(&part.decision, reach, drafts, marks, trail);
        trail.leave();
        costs.push(cost.saturating_add(part.overrides.len() as u32));
        if trail.errors() > before {
            set(&mut marks.flags, number, true);
        }
    }
    trail.leave();
    costs
}

/// Checks the flags that are held out of; each costs a step, and a broken holdout breaks them.
pub(super) fn check_holdouts<'p>(drafts: &'p Drafts, marks: &mut Marks, costs: &mut [u32], trail: &mut Trail<'p>) {
    for (number, holdout) in drafts.holdouts.iter().enumerate() {
        let Ok(part) = &holdout.part else { continue };
        for index in distinct(&part.flags) {
            let Some(key) = part.flags.get(index) else { continue };
            let Some(flag) = position(&drafts.flags, key) else {
                for step in [Step::Key("holdouts"), Step::Key(&holdout.key), Step::Key("flags"), Step::Index(index)] {
                    trail.enter(step);
                }
                trail.add_about(Code::UnknownHoldoutFlag, "there is no flag ", key, "");
                (0..4).for_each(|_| trail.leave());
                continue;
            };
            if let Some(cost) = costs.get_mut(flag) {
                *cost = cost.saturating_add(1);
            }
            if is(&marks.holdouts, number) {
                trail.enter(Step::Key("flags"));
                trail.enter(Step::Key(key));
                let message = " is broken, and with it the flags that it lists";
                trail.add_about(Code::BrokenReference, "the holdout ", &holdout.key, message);
                trail.leave();
                trail.leave();
                set(&mut marks.flags, flag, true);
            }
        }
    }
}
