//! Two snapshots -> which share of units goes from which variant to which, by arithmetic over buckets.
//!
//! Where only shares move, buckets are intervals, and every unit that changes its answer is counted without evaluating
//! anybody: [`radius`]. A change that takes nothing from anybody is proved to be one: [`movements`]. Where conditions,
//! lists or references change as well, [`Unknown`] says so, and contexts have to be evaluated.
//!
//! Shares are those that the law of buckets gives to units drawn at random; of real units they differ as a sample does.

mod exposure;
mod model;
mod movement;
mod overlap;
mod place;
mod share;
mod side;
mod subject;
mod text;

use alloc::vec::Vec;

pub use exposure::Course;
pub use model::{Affected, Motion, Movement, Of, Place, Radius, Redraw, Transition, Unknown};
pub use overlap::{Overlap, Split, overlaps};
pub(crate) use overlap::{Partial, exclude, partial_splits, parts};
pub(crate) use place::{Decided, Spot, is_for_everybody, rest_of, spots};
pub use share::Share;
pub(crate) use side::{Given, Side, joint};

use crate::snapshot::model::{Decision, Flag, Service, Snapshot, Variant};
use crate::words::time::Timestamp;
use side::Names;

/// How far a change from one snapshot to another reaches, at an instant.
///
/// ```
/// use vexil::Timestamp;
/// use vexil::patterns::RegexPatterns;
/// use vexil::radius::{Motion, radius};
/// use vexil::snapshot::read;
///
/// let flag = |exposure: u32| {
///     let text = format!(
///         r#"{{ "schema": "vexil/1", "flags": {{ "search": {{
///             "variants": {{ "on": true, "off": false }}, "offVariant": "off",
///             "default": {{ "split": {{ "exposure": {exposure}, "weights": [{{ "variant": "on", "weight": 1 }}] }} }} }} }} }}"#
///     );
///     read::<RegexPatterns>(&text).snapshot
/// };
/// if let (Some(old), Some(new)) = (flag(10), flag(25)) {
///     let radius = radius(&old, &new, Timestamp::from_ms(0));
///     let movement = &radius.flags[0].movements[0];
///     assert_eq!((movement.motion, movement.gained.ppm()), (Motion::Monotone, 150_000.0));
/// }
/// # assert!(flag(1).is_some());
/// ```
pub fn radius(old: &Snapshot, new: &Snapshot, now: Timestamp) -> Radius {
    let difference = crate::diff::diff(old, new);
    let subject = subject::Sides::new(old, new, now);
    Radius {
        flags: difference.flags.iter().filter_map(|changed| subject.flag(changed)).collect(),
        services: difference.services.iter().filter_map(|changed| subject.service(changed)).collect(),
    }
}

/// What becomes of the units of every place of a flag that does something else after a change, at an instant and from
/// then on. A layer is taken to be the same one under its key.
///
/// Where a movement is [monotone](Movement::is_monotone), whoever got a variant at that place still gets it, unless an
/// earlier place gives something now. That holds for those for whom the condition of the place holds before and after;
/// conditions that changed are told by [`radius`] and by [`crate::diff`].
pub fn movements(old: &Flag, new: &Flag, now: Timestamp) -> Vec<Movement> {
    let of = |flag| Decided { layers: &[], ..of_flag(flag) };
    movement::along(of(old), of(new), Vec::new(), now).movements
}

/// [`movements`] of a service.
pub fn service_movements(old: &Service, new: &Service, now: Timestamp) -> Vec<Movement> {
    movement::along(of_service(old), of_service(new), Vec::new(), now).movements
}

pub(crate) fn of_flag(flag: &Flag) -> Decided<'_> {
    decided(&flag.decision, &flag.variants, flag.off_variant)
}

pub(crate) fn of_service(service: &Service) -> Decided<'_> {
    decided(&service.decision, &service.tracks, service.default_track)
}

fn decided<'s>(decision: &'s Decision, variants: &'s [Variant], off: usize) -> Decided<'s> {
    Decided { decision, names: Names { variants, off }, layers: &[] }
}
