//! What stands between reading and checking: every part of a document, the broken ones too, with
//! placeholders where something could not be read. A placeholder keeps its position, so that the
//! place of everything else can be told from the draft.

use alloc::vec::Vec;

use crate::words::order;

use super::model::{Broken, Keyed, KillSet, Snapshot, Variant};

/// Stands for the position of a variant that could not be read.
pub(super) const NO_VARIANT: usize = usize::MAX;

/// A document that was read.
#[derive(Default)]
pub(super) struct Draft {
    /// Its parts, those under keys in the order of their keys, the broken ones too.
    pub(super) snapshot: Snapshot,
    /// Which of them are broken.
    pub(super) marks: Marks,
    /// Its kill set.
    pub(super) kills: Option<KillSet>,
}

/// Which of the parts are broken, by position.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) flags: Vec<bool>,
    pub(super) segments: Vec<bool>,
    pub(super) rings: Vec<bool>,
    pub(super) layers: Vec<bool>,
    pub(super) holdouts: Vec<bool>,
    pub(super) services: Vec<bool>,
    pub(super) attributes: Vec<bool>,
}

/// Leaves out what is broken.
pub(super) fn finish(snapshot: &mut Snapshot, marks: &Marks) {
    break_marked(&mut snapshot.flags, &marks.flags, |flag| off(&flag.variants, flag.off_variant));
    break_marked(&mut snapshot.segments, &marks.segments, |_| None);
    break_marked(&mut snapshot.layers, &marks.layers, |_| None);
    break_marked(&mut snapshot.holdouts, &marks.holdouts, |_| None);
    break_marked(&mut snapshot.services, &marks.services, |service| off(&service.tracks, service.default_track));
    break_marked(&mut snapshot.attributes, &marks.attributes, |_| None);
    for (ring, _) in snapshot.rings.iter_mut().zip(&marks.rings).filter(|(_, broken)| **broken) {
        ring.segment = None;
    }
    for holdout in &mut snapshot.holdouts {
        let Ok(holdout) = &mut holdout.part else { continue };
        order::sort(&mut holdout.flags, Ord::cmp);
        holdout.flags.dedup();
        holdout.flags.retain(|key| position(&snapshot.flags, key).is_some());
    }
}

fn break_marked<T>(parts: &mut [Keyed<T>], broken: &[bool], off: fn(&T) -> Option<Variant>) {
    for (keyed, _) in parts.iter_mut().zip(broken).filter(|(_, broken)| **broken) {
        keyed.part = Err(Broken { off: keyed.part.as_ref().ok().and_then(off) });
    }
}

/// The variant at a position, if its value could be read.
fn off(variants: &[Variant], position: usize) -> Option<Variant> {
    variants.get(position).filter(|variant| !variant.value.is_empty()).cloned()
}

/// The position of the part with that key.
pub(super) fn position<T>(parts: &[Keyed<T>], key: &str) -> Option<usize> {
    parts.binary_search_by(|part| part.key.as_str().cmp(key)).ok()
}

/// Whether the part at a position is marked.
pub(super) fn is(marks: &[bool], position: usize) -> bool {
    marks.get(position).copied().unwrap_or(false)
}

/// Sets what stands at a position.
pub(super) fn set<T>(list: &mut [T], position: usize, value: T) {
    if let Some(own) = list.get_mut(position) {
        *own = value;
    }
}
