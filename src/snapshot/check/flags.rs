//! Flags, but for their prerequisites: what they refer to, and what they cost.

use alloc::string::String;
use alloc::vec::Vec;

use crate::snapshot::draft::{Draft, position};
use crate::snapshot::model::{Flag, Holdout};
use crate::words::diagnostic::{Code, Path, Report};
use crate::words::order::positions;

use super::decision::Ground;

/// Checks what the flags refer to; the steps that each takes without its prerequisites.
pub(super) fn check(flags: &mut [Draft<Flag>], ground: &Ground<'_>, report: &mut Report) -> Vec<u32> {
    let path = Path::Root.key("flags");
    let costs = flags.iter_mut().map(|flag| {
        let before = report.errors();
        let cost = ground.check(&flag.part.decision, path.key(&flag.key), report);
        flag.broken |= report.errors() > before;
        cost.saturating_add(flag.part.overrides.len() as u32)
    });
    costs.collect()
}

/// Checks the flags that are held out of; each costs a step, and a broken holdout breaks them.
pub(super) fn check_holdouts(
    flags: &mut [Draft<Flag>],
    holdouts: &mut [Draft<Holdout>],
    costs: &mut [u32],
    report: &mut Report,
) {
    let root = Path::Root.key("holdouts");
    for holdout in holdouts {
        let listed = core::mem::take(&mut holdout.part.flags);
        let path = root.key(&holdout.key);
        let path = path.key("flags");
        for index in distinct(&listed) {
            let Some(key) = listed.get(index) else { continue };
            let Some(position) = position(flags, key) else {
                let message = ["there is no flag `", key, "`"].concat();
                report.add(Code::UnknownHoldoutFlag, path.index(index), message);
                continue;
            };
            if let Some(cost) = costs.get_mut(position) {
                *cost = cost.saturating_add(1);
            }
            if let Some(flag) = flags.get_mut(position).filter(|_| holdout.broken) {
                let message = ["the holdout `", &holdout.key, "` is broken, and with it the flags that it lists"];
                report.add(Code::BrokenReference, Path::Root.key("flags").key(key), message.concat());
                flag.broken = true;
            }
            holdout.part.flags.push(key.clone());
        }
    }
}

/// The positions of the keys in a list, in the order of the keys, each key once. The empty key
/// stands for one that could not be read.
fn distinct(keys: &[String]) -> Vec<usize> {
    let mut order = positions(keys.len(), &mut |a, b| keys.get(a).cmp(&keys.get(b)));
    order.dedup_by_key(|position| keys.get(*position));
    order.retain(|&position| keys.get(position).is_some_and(|key| !key.is_empty()));
    order
}
