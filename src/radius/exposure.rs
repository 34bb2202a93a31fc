//! The exposure of a split at an instant, and what time alone does with it from then on.

use alloc::vec::Vec;

use serde::Serialize;

use super::share::Share;
use crate::evaluate;
use crate::snapshot::model::{Curve, Exposure, Ramp, Split};
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

/// What time alone does with the units of a split from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Course {
    /// Nothing.
    Steady,
    /// Units only come in.
    Rises,
    /// Units drop out that are in by then.
    Falls {
        /// The most that are in at some instant and out at a later one.
        lost: Share,
    },
}

/// The exposure at an instant.
pub(crate) fn at(exposure: &Exposure, now: Timestamp) -> Ppm {
    match exposure {
        Exposure::Constant(share) => *share,
        Exposure::Ramp(ramp) => of_ramp(ramp, now),
    }
}

fn of_ramp(ramp: &Ramp, now: Timestamp) -> Ppm {
    let Ramp { from, to, start, end, curve } = ramp;
    if now >= *end {
        return *to;
    }
    if now < *start {
        return *from;
    }
    let is_geometric = match curve {
        Curve::Steps(steps) => {
            let reached = steps.partition_point(|(at, _)| *at <= now);
            return reached.checked_sub(1).and_then(|last| steps.get(last)).map_or(*from, |(_, share)| *share);
        }
        Curve::Linear => false,
        Curve::Exponential => true,
    };
    let (passed, whole) = (now.as_ms().wrapping_sub(start.as_ms()), end.as_ms().wrapping_sub(start.as_ms()));
    Ppm::new(evaluate::between(from.get(), to.get(), passed, whole, is_geometric)).unwrap_or(Ppm::ALL)
}

/// The exposures from an instant on: between two neighbours it only rises or only falls.
pub(crate) fn turns(exposure: &Exposure, now: Timestamp) -> Vec<Ppm> {
    let mut turns = Vec::from([at(exposure, now)]);
    let Exposure::Ramp(ramp) = exposure else { return turns };
    let steps: &[(Timestamp, Ppm)] = if let Curve::Steps(steps) = &ramp.curve { steps } else { &[] };
    let between = steps.iter().map(|(at, _)| *at).filter(|at| (ramp.start..ramp.end).contains(at));
    let instants = [ramp.start].into_iter().chain(between).chain([ramp.end]);
    turns.extend(instants.filter(|instant| *instant > now).map(|instant| of_ramp(ramp, instant)));
    turns
}

/// What time alone does with a split from an instant on: a proof, since the ranges of a split only grow with its exposure.
pub(crate) fn course(split: &Split, now: Timestamp) -> Course {
    let held = |share: Ppm| split.ranges.iter().map(|range| share.of(range.to.saturating_sub(range.from))).sum();
    let (mut most, mut lost, mut rises) = (0, 0, false);
    for (place, share) in turns(&split.exposure, now).into_iter().enumerate() {
        let held: u32 = held(share);
        rises |= place > 0 && held > most;
        most = most.max(held);
        lost = lost.max(most - held);
    }
    match Ppm::new(lost) {
        Some(lost) if lost > Ppm::NONE => Course::Falls { lost: Share::of(lost) },
        _ if rises => Course::Rises,
        _ => Course::Steady,
    }
}
