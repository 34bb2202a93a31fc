//! What a change does to the units of the places of a decision.

use alloc::string::String;
use alloc::vec::Vec;

use super::exposure::{Course, course};
use super::model::{Motion, Movement, Of, Place, Redraw, Transition, Unknown};
use super::place::{Decided, Spot, spots};
use super::share::Share;
use super::side::{Draw, Given, Joint, Side, joint};
use crate::words::order;
use crate::words::time::Timestamp;

/// What was found along a decision.
#[derive(Default)]
pub(super) struct Found {
    pub(super) movements: Vec<Movement>,
    pub(super) unknown: Vec<Unknown>,
}

/// Goes through a decision. `before` are the draws that have let some units come here and others not.
pub(super) fn along<'s>(old: Decided<'s>, new: Decided<'s>, mut before: Vec<Draw<'s>>, now: Timestamp) -> Found {
    let (spots, reordered) = spots(old, new, now);
    let mut found = Found::default();
    if reordered {
        found.unknown.push(Unknown::Order);
    }
    for spot in spots {
        let place = spot.rule.map_or(Place::Default, |rule| Place::Rule(rule.into()));
        if let (true, Place::Rule(rule)) = (spot.other_condition, &place) {
            found.unknown.push(Unknown::Condition { rule: rule.clone() });
        }
        if spot.is_changed {
            let movement = of_spot(&spot, place.clone(), &before, now);
            if movement.of == Of::Anyone && movement.moved() > Share::NONE {
                found.unknown.push(Unknown::SharedBuckets { place });
            }
            found.movements.push(movement);
        }
        before.extend(spot.old.selects_by());
        before.extend(spot.new.selects_by());
        if spot.ends {
            break;
        }
    }
    found
}

fn of_spot(spot: &Spot<'_>, place: Place, before: &[Draw<'_>], now: Timestamp) -> Movement {
    let shares = |side: &Side<'_>| side.draws().any(|draw| before.contains(&draw));
    let (mut old, mut new, mut of) = (spot.old.clone(), spot.new.clone(), Of::Reached);
    if shares(&old) || shares(&new) {
        let inner = (old.within_layer(), new.within_layer());
        // Within a part of a layer that stays, the buckets of another draw are as good as any.
        let layer = old.layer.filter(|_| old.layer == new.layer).map(|(draw, ..)| draw);
        let is_apart = |side: &Side<'_>| !shares(side) && side.draws().all(|draw| Some(draw) != layer);
        of = Of::Anyone;
        if layer.is_some() && is_apart(&inner.0) && is_apart(&inner.1) {
            (old, new) = inner;
            of = Of::InLayer;
        }
    }
    let joint = joint(&old, &new);
    let course = spot.split.map_or(Course::Steady, |split| course(split, now));
    let moved = Moved::of(&joint, spot.rest);
    movement(place, of, &moved, redraw(&old, &new), transitions(&joint, spot.rest), course)
}

/// A holdout of a flag: `rest` is what the flag gives to those who are not held out, where that is certain.
pub(super) fn of_holdout(
    key: &str,
    (old, new): (&Side<'_>, &Side<'_>),
    rest: (Option<&str>, Option<&str>),
    before: &[Draw<'_>],
) -> Movement {
    let joint = joint(old, new);
    let transitions = transitions(&joint, rest);
    let mut moved = Moved::default();
    for ((a, b), share) in joint {
        // Who is held out gets nothing of the flag, so what the holdout gains the flag loses.
        match (a, b) {
            (Given::Next, Given::Held(off)) if rest.0 != Some(off) => moved.lost = moved.lost.plus(share),
            (Given::Held(off), Given::Next) if rest.1 != Some(off) => moved.gained = moved.gained.plus(share),
            _ => {}
        }
    }
    let of = if old.draws().chain(new.draws()).any(|draw| before.contains(&draw)) { Of::Anyone } else { Of::Reached };
    movement(Place::Holdout(key.into()), of, &moved, redraw(old, new), transitions, Course::Steady)
}

/// Everybody, where a flag is switched off or on again.
pub(super) fn of_everybody(from: Option<&str>, to: Option<&str>, is_off: bool) -> Movement {
    let differs = from.is_none() || from != to;
    let all = if differs { Share::ALL } else { Share::NONE };
    let moved =
        if is_off { Moved { lost: all, ..Moved::default() } } else { Moved { gained: all, ..Moved::default() } };
    let transitions = differs.then(|| transition(from, to, Share::ALL));
    movement(Place::Whole, Of::Reached, &moved, None, transitions.into_iter().collect(), Course::Steady)
}

fn movement(
    place: Place,
    of: Of,
    moved: &Moved,
    redraw: Option<Redraw>,
    transitions: Vec<Transition>,
    course: Course,
) -> Movement {
    let Moved { gained, lost, swapped } = *moved;
    let motion = match redraw {
        Some(why) if lost > Share::NONE || swapped > Share::NONE => Motion::Reshuffles { why },
        _ if lost > Share::NONE => Motion::Shrinks,
        _ if swapped > Share::NONE => Motion::Swaps,
        _ => Motion::Monotone,
    };
    Movement { place, motion, of, gained, lost, swapped, transitions, course }
}

/// What draws units anew between two sides.
fn redraw(old: &Side<'_>, new: &Side<'_>) -> Option<Redraw> {
    let layers = old.layer.zip(new.layer);
    match (old.split, new.split) {
        (Some(old), Some(new)) if old.by != new.by => Some(Redraw::Unit),
        (Some(old), Some(new)) if old.seed != new.seed => Some(Redraw::Seed),
        _ => layers.filter(|((old, ..), (new, ..))| old != new).map(|_| Redraw::Layer),
    }
}

#[derive(Clone, Copy, Default)]
struct Moved {
    gained: Share,
    lost: Share,
    swapped: Share,
}

impl Moved {
    fn of(joint: &Joint<'_>, rest: (Option<&str>, Option<&str>)) -> Self {
        let mut moved = Self::default();
        for ((a, b), share) in joint {
            let (from, to) = (answer(*a, rest.0), answer(*b, rest.1));
            if from == to {
                continue;
            }
            let counted = match (a, b) {
                (Given::Held(_), Given::Held(_)) | (Given::Off(_), Given::Off(_)) => &mut moved.swapped,
                (Given::Held(_), _) => &mut moved.lost,
                (_, Given::Held(_)) => &mut moved.gained,
                _ => continue,
            };
            *counted = counted.plus(*share);
        }
        moved
    }
}

/// The variant that a unit ends with; `None` where that is up to the rest of the decision.
const fn answer<'s>(given: Given<'s>, rest: Option<&'s str>) -> Option<&'s str> {
    match given {
        Given::Held(variant) | Given::Off(variant) => Some(variant),
        Given::Next => rest,
    }
}

fn transitions(joint: &Joint<'_>, rest: (Option<&str>, Option<&str>)) -> Vec<Transition> {
    let mut transitions: Vec<Transition> = Vec::new();
    // Who goes on before and after is not moved here, whatever follows.
    let moves = |given: &(Given<'_>, Given<'_>)| *given != (Given::Next, Given::Next);
    for ((a, b), share) in joint.iter().filter(|(given, share)| moves(given) && **share > Share::NONE) {
        let (from, to) = (answer(*a, rest.0), answer(*b, rest.1));
        if from == to {
            continue;
        }
        let same = |known: &&mut Transition| known.from.as_deref() == from && known.to.as_deref() == to;
        if let Some(known) = transitions.iter_mut().find(same) {
            known.share = known.share.plus(*share);
        } else {
            transitions.push(transition(from, to, *share));
        }
    }
    order::sort(&mut transitions, |a, b| {
        b.share.cmp(&a.share).then_with(|| a.from.cmp(&b.from)).then_with(|| a.to.cmp(&b.to))
    });
    transitions
}

fn transition(from: Option<&str>, to: Option<&str>, share: Share) -> Transition {
    Transition { from: from.map(String::from), to: to.map(String::from), share }
}
