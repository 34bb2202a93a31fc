//! Checked snapshot -> ruleset. Cannot fail: everything that could go wrong was a diagnostic.

mod attributes;
mod condition;
mod flag;
mod interner;
mod reach;

use alloc::vec;
use alloc::vec::Vec;

use attributes::Attributes;
use condition::Code;
use interner::Interner;
use reach::Reach;

use crate::hash::Digest;
use crate::ir::{self, FAILS, FIRST, Identity, NONE, Ruleset, Span, Unit, ViewKind, flag_bits};
use crate::patterns::Patterns;
use crate::snapshot::model::{Broken, Keyed, Segment, Snapshot, Variant};

/// Compiles a snapshot. `content` is a digest of the document's bytes.
pub fn compile<P: Patterns>(snapshot: &Snapshot, content: u64) -> Ruleset<P> {
    let mut rules = Ruleset::default();
    let mut builder = Builder::new(snapshot, &mut rules);
    builder.segments();
    builder.all_variants();
    builder.flags();
    builder.services();
    for number in 0..builder.rules.flags.len() {
        builder.complete(number);
    }
    let texts = builder.interner;
    (rules.strings, rules.bytes) = (texts.strings, texts.bytes);
    rules.identity = identity(snapshot, content);
    rules.index_dictionary();
    // Patterns were found to be sound when the snapshot was read.
    let derived = rules.derive();
    debug_assert!(derived.is_ok(), "{derived:?}");
    rules
}

/// Where a snapshot's ruleset comes from.
pub(crate) fn identity(snapshot: &Snapshot, content: u64) -> Identity {
    Identity {
        lineage: snapshot.lineage.clone(),
        revision: snapshot.revision,
        environment: snapshot.environment.clone(),
        content,
        kills: snapshot.kills.clone(),
    }
}

struct Builder<'s, P> {
    snapshot: &'s Snapshot,
    rules: &'s mut Ruleset<P>,
    interner: Interner,
    attributes: Attributes<'s>,
    /// What stands for each entry of the ruleset's dictionary.
    entries: Interner,
    /// What stands for each row of the ruleset's patterns.
    patterns: Interner,
    /// The next id of each view.
    next_ids: Vec<u32>,
    /// The row and the reach of each segment of the snapshot, once it is compiled.
    segments: Vec<Option<(u32, Reach)>>,
    /// The variants of each flag, then the tracks of each service.
    variants: Vec<Span>,
    /// The holdouts of each flag.
    holdouts_of: Vec<Vec<usize>>,
    /// Code in the making; empty between conditions, but for the room that it has.
    code: Code,
    /// What is being compiled reaches this.
    reach: Reach,
    /// What each compiled flag reaches.
    reaches: Vec<Reach>,
}

impl<'s, P: Patterns> Builder<'s, P> {
    fn new(snapshot: &'s Snapshot, rules: &'s mut Ruleset<P>) -> Self {
        let mut interner = Interner::default();
        let attributes = Attributes::collect(snapshot, &mut interner, rules);
        let mut holdouts_of = vec![Vec::new(); snapshot.flags.len()];
        for (number, keyed) in snapshot.holdouts.iter().enumerate() {
            for flag in keyed.part.iter().flat_map(|holdout| &holdout.flags) {
                let row = snapshot.flags.binary_search_by(|keyed| keyed.key.cmp(flag));
                if let Some(list) = row.ok().and_then(|row| holdouts_of.get_mut(row)) {
                    list.push(number);
                }
            }
        }
        Self {
            snapshot,
            next_ids: vec![FIRST; rules.views.len()],
            rules,
            interner,
            attributes,
            entries: Interner::default(),
            patterns: Interner::default(),
            segments: vec![None; snapshot.segments.len()],
            variants: Vec::new(),
            holdouts_of,
            code: Code::default(),
            reach: Reach::default(),
            reaches: Vec::new(),
        }
    }

    /// The row of a view of a slot.
    fn view(&self, slot: u32, kind: ViewKind) -> u32 {
        let row = self.rules.slots.get(slot as usize).copied().unwrap_or_default();
        let place = row.views.of(&self.rules.views).iter().position(|view| view.kind == kind as u32);
        row.views.start + place.unwrap_or(0) as u32
    }

    fn segments(&mut self) {
        for place in 0..self.snapshot.segments.len() {
            self.segment(place);
        }
    }

    /// Compiles a segment after those that it uses. Their chain is bounded, so the recursion is.
    fn segment(&mut self, place: usize) {
        let snapshot = self.snapshot;
        let Some(Keyed { key, part: Ok(segment) }) = snapshot.segments.get(place) else { return };
        if self.segments.get(place).is_some_and(Option::is_some) {
            return;
        }
        let outer = core::mem::take(&mut self.reach);
        let row = self.segment_row(key, segment);
        let reach = core::mem::replace(&mut self.reach, outer);
        self.rules.segments.push(row);
        let number = self.rules.segments.len() as u32 - 1;
        if let Some(compiled) = self.segments.get_mut(place) {
            *compiled = Some((number, reach));
        }
    }

    fn segment_row(&mut self, key: &str, segment: &Segment) -> ir::Segment {
        self.reach.depends_on(segment);
        let listed = !segment.include.is_empty() || !segment.exclude.is_empty();
        let entry = match &segment.when {
            Some(when) => self.condition(Some(when)),
            None => FAILS,
        };
        ir::Segment {
            key: self.interner.number(key),
            unit: if listed { self.unit(&segment.by) } else { NONE },
            include: self.add_units(&segment.include),
            exclude: self.add_units(&segment.exclude),
            entry,
        }
    }

    /// The row of a segment that what is being compiled uses.
    fn reach_segment(&mut self, key: &str) -> u32 {
        let place = self.snapshot.segments.binary_search_by(|keyed| keyed.key.as_str().cmp(key)).unwrap_or(usize::MAX);
        self.segment(place);
        let Some(Some((number, reach))) = self.segments.get(place) else { return NONE };
        self.reach.merge(reach);
        *number
    }

    fn add_units(&mut self, units: &[Digest]) -> Span {
        let start = self.rules.units.len() as u32;
        self.rules.units.extend(units.iter().map(|&Digest(low, high)| Unit { low, high }));
        Span { start, count: units.len() as u32 }
    }

    /// Variants of all flags come first, since prerequisites name those of others.
    fn all_variants(&mut self) {
        let snapshot = self.snapshot;
        let off = |broken: &'s Broken| -> &'s [Variant] { broken.off.as_slice() };
        let of_flags = snapshot.flags.iter().map(|keyed| keyed.part.as_ref().map_or_else(off, |flag| &flag.variants));
        let of_services =
            snapshot.services.iter().map(|keyed| keyed.part.as_ref().map_or_else(off, |service| &service.tracks));
        for variants in of_flags.chain(of_services) {
            let span = self.add_variants(variants);
            self.variants.push(span);
        }
    }

    fn flags(&mut self) {
        let snapshot = self.snapshot;
        for (number, keyed) in snapshot.flags.iter().enumerate() {
            let variants = self.variants.get(number).copied().unwrap_or_default();
            let row = match &keyed.part {
                Ok(flag) => self.flag(number as u32, &keyed.key, variants, flag),
                Err(broken) => self.broken(number as u32, &keyed.key, variants, broken, 0),
            };
            self.rules.flags.push(row);
        }
        self.rules.flag_count = snapshot.flags.len() as u32;
    }

    fn services(&mut self) {
        let snapshot = self.snapshot;
        for (offset, keyed) in snapshot.services.iter().enumerate() {
            let number = snapshot.flags.len() + offset;
            let tracks = self.variants.get(number).copied().unwrap_or_default();
            let row = match &keyed.part {
                Ok(service) => self.service(number as u32, &keyed.key, tracks, service),
                Err(broken) => self.broken(number as u32, &keyed.key, tracks, broken, flag_bits::SERVICE),
            };
            self.rules.flags.push(row);
        }
    }
}
