//! What a change does at once that is better done step by step.

use alloc::format;
use alloc::vec::Vec;

use super::model::{Code, Lint};
use super::{Kind, path_of};
use crate::radius::{Decided, Given, Share, Side, Spot, spots};
use crate::snapshot::model::{Curve, Decision, Exposure, Split};
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

/// The largest share that may be the first.
const FIRST: Share = Share::of(match Ppm::new(50_000) {
    Some(share) => share,
    None => Ppm::ALL,
});

/// Checks the places where somebody gets something for the first time; `old` is the part before the change.
pub(super) fn check(
    (kind, key): (Kind, &str),
    old: Option<Decided<'_>>,
    new: Decided<'_>,
    now: Timestamp,
    found: &mut Vec<Lint>,
) {
    let nothing = Decision { rules: Vec::new(), default: None };
    let before = old.unwrap_or(Decided { decision: &nothing, ..new });
    let spots = spots(before, new, now).0;
    let off = new.names.off();
    // What some were drawn for already has been tried.
    let is_tried = spots.iter().any(|spot| spot.old.split.is_some() && gives(&spot.old, off) > Share::NONE);
    for spot in spots {
        let share = first_share(&spot, new, old.is_some() && !is_tried, now);
        if let Some(share) = share.filter(|share| *share > FIRST) {
            let rule = spot.rule.and_then(|id| new.decision.rules.iter().position(|rule| rule.id == id));
            let message = format!("the first exposure is {share}: so many get what nobody has had before");
            let about = spot.rule.unwrap_or_default();
            found.push(Lint::new(Code::FirstExposure, path_of(kind, key, rule), message, key, about));
        }
        if spot.ends {
            break;
        }
    }
}

/// The first share of units that a place gives anything to; `None` where it is not the first, or comes little by little.
fn first_share(spot: &Spot<'_>, new: Decided<'_>, is_untried: bool, now: Timestamp) -> Option<Share> {
    let off = new.names.off();
    let had = gives(&spot.old, off) > Share::NONE || spot.rest.0.is_some_and(|rest| rest != off);
    // A fixed variant for some is how people of one's own get it; for all it is a rollout in one step.
    let is_rollout = spot.split.is_some() || (is_untried && spot.ends);
    if had || !is_rollout {
        return None;
    }
    let now_given = gives(&spot.new, off);
    if now_given > Share::NONE {
        return Some(now_given);
    }
    let split = spot.split?;
    let first = first_exposure(split)?;
    let at_once = Split { exposure: Exposure::Constant(first), ..split.clone() };
    let serve = crate::snapshot::model::Serve::Split(at_once);
    Some(gives(&Side::of(&serve, None, new.names, now), off))
}

/// Where a ramp begins that serves nobody yet.
fn first_exposure(split: &Split) -> Option<Ppm> {
    let Exposure::Ramp(ramp) = &split.exposure else { return None };
    match &ramp.curve {
        Curve::Steps(steps) => steps.iter().map(|(_, share)| *share).find(|share| *share > Ppm::NONE),
        Curve::Linear | Curve::Exponential => (ramp.from > Ppm::NONE).then_some(ramp.from),
    }
}

/// The share of units that get something else than the off variant.
fn gives(side: &Side<'_>, off: &str) -> Share {
    let given = side.given();
    let some = given.into_iter().filter(|(given, _)| matches!(given, Given::Held(variant) if *variant != off));
    some.fold(Share::NONE, |sum, (_, share)| sum.plus(share))
}
