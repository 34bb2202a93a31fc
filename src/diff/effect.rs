//! What a changed split does to units: arithmetic over its ranges, exact for constant exposures
//! and for all instants together where there is a ramp.

use alloc::vec::Vec;

use super::model::Effect;
use crate::snapshot::model::{Curve, Exposure, Range, Serve, Split, Variant};
use crate::words::weight::Ppm;

/// One side: what is served, and the keys of its variants.
#[derive(Clone, Copy)]
pub(super) struct Side<'s> {
    pub(super) serve: &'s Serve,
    pub(super) variants: &'s [Variant],
}

impl<'s> Side<'s> {
    /// The key of a variant; positions mean nothing across two snapshots.
    pub(super) fn key(&self, position: usize) -> &'s str {
        self.variants.get(position).map_or("", |variant| &variant.key)
    }
}

/// A range of buckets and its variant's key.
type Exposed<'s> = (u32, u32, &'s str);

/// What it does to units that one side becomes the other.
pub(super) fn of(old: Side<'_>, new: Side<'_>) -> Effect {
    match (old.serve, new.serve) {
        (Serve::Variant(from), Serve::Variant(to)) if old.key(*from) == new.key(*to) => Effect::NONE,
        (Serve::Variant(_), Serve::Variant(_)) => Effect::RESHUFFLES,
        // A fixed variant serves contexts without a unit too.
        (Serve::Variant(fixed), Serve::Split(split)) => {
            let effect = of_ranges(&everybody(old, *fixed), &exposed(new, split)).and(Effect::RELEASES);
            effect.and(match split.outside {
                Some(_) => of_outside((old, Some(*fixed)), (new, split.outside)),
                None => Effect::NONE,
            })
        }
        (Serve::Split(split), Serve::Variant(fixed)) => {
            let effect = of_ranges(&exposed(old, split), &everybody(new, *fixed)).and(Effect::ADMITS);
            effect.and(of_outside((old, split.outside), (new, Some(*fixed))))
        }
        (Serve::Split(a), Serve::Split(b)) if a.seed != b.seed || a.by != b.by => Effect::REDRAWS,
        (Serve::Split(a), Serve::Split(b)) => {
            let effect =
                of_ranges(&exposed(old, a), &exposed(new, b)).and(of_outside((old, a.outside), (new, b.outside)));
            if moves_an_anchor((old, a), (new, b)) { effect.and(Effect::RESHUFFLES) } else { effect }
        }
    }
}

/// The ranges at the least and at the greatest exposure.
struct Ranges<'s> {
    least: Vec<Exposed<'s>>,
    greatest: Vec<Exposed<'s>>,
}

fn everybody(side: Side<'_>, position: usize) -> Ranges<'_> {
    let all = Vec::from([(0, Ppm::ALL.get(), side.key(position))]);
    Ranges { least: all.clone(), greatest: all }
}

fn exposed<'s>(side: Side<'s>, split: &Split) -> Ranges<'s> {
    let at = |share: Ppm| {
        let cut = |range: &Range| (range.from, range.from + share.of(range.to - range.from), side.key(range.variant));
        split.ranges.iter().map(cut).collect()
    };
    let (least, greatest) = bounds(&split.exposure);
    Ranges { least: at(least), greatest: at(greatest) }
}

/// The least and the greatest share of an exposure.
fn bounds(exposure: &Exposure) -> (Ppm, Ppm) {
    match exposure {
        Exposure::Constant(share) => (*share, *share),
        Exposure::Ramp(ramp) => {
            let steps = match &ramp.curve {
                Curve::Steps(steps) => steps.as_slice(),
                Curve::Linear | Curve::Exponential => &[],
            };
            let ends = (ramp.from.min(ramp.to), ramp.from.max(ramp.to));
            steps.iter().fold(ends, |(least, greatest), (_, share)| (least.min(*share), greatest.max(*share)))
        }
    }
}

fn of_ranges(old: &Ranges<'_>, new: &Ranges<'_>) -> Effect {
    let width = |ranges: &[Exposed<'_>]| ranges.iter().map(|(from, to, _)| to - from).sum::<u32>();
    Effect {
        reshuffles: shared(&old.greatest, &new.greatest).1,
        admits: width(&new.greatest) > shared(&new.greatest, &old.least).0,
        releases: width(&old.greatest) > shared(&old.greatest, &new.least).0,
    }
}

/// How many buckets two lists of ranges share, and whether some of them have another variant.
fn shared(a: &[Exposed<'_>], b: &[Exposed<'_>]) -> (u32, bool) {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let (mut total, mut differs) = (0, false);
    while let (Some((from, to, variant)), Some((other_from, other_to, other))) = (a.peek(), b.peek()) {
        let width = to.min(other_to).saturating_sub(*from.max(other_from));
        total += width;
        differs |= width > 0 && variant != other;
        if to <= other_to {
            a.next()
        } else {
            b.next()
        };
    }
    (total, differs)
}

/// What units get that no range holds.
fn of_outside((old, before): (Side<'_>, Option<usize>), (new, now): (Side<'_>, Option<usize>)) -> Effect {
    match (before, now) {
        (Some(from), Some(to)) if old.key(from) != new.key(to) => Effect::RESHUFFLES,
        (None, Some(_)) => Effect::ADMITS,
        (Some(_), None) => Effect::RELEASES,
        _ => Effect::NONE,
    }
}

/// Whether a range of a variant begins elsewhere now: it lost a beginning, and has a new one. Then
/// a higher exposure takes in other units than those that it took in before.
fn moves_an_anchor((old, a): (Side<'_>, &Split), (new, b): (Side<'_>, &Split)) -> bool {
    let (old, new) = (anchors(old, a), anchors(new, b));
    let lost = old.iter().filter(|anchor| !new.contains(anchor));
    let is_fresh = |variant: &str| new.iter().any(|anchor| anchor.0 == variant && !old.contains(anchor));
    lost.map(|(variant, _)| variant).any(|variant| is_fresh(variant))
}

fn anchors<'s>(side: Side<'s>, split: &Split) -> Vec<(&'s str, u32)> {
    let wide = split.ranges.iter().filter(|range| range.to > range.from);
    wide.map(|range| (side.key(range.variant), range.from)).collect()
}
