//! What one place of a decision does with the buckets of a unit, and what two of them do with the same ones.
//!
//! A bucket is drawn by an attribute and a seed, and two draws that differ in either are independent. So every draw is an
//! axis of a million buckets: it is cut where anything changes, pieces that are treated alike are put together, and the
//! share of a combination is the product of its pieces.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::exposure;
use super::share::Share;
use crate::snapshot::model::{Layer, LayerRange, Serve, Split, Variant};
use crate::words::time::Timestamp;
use crate::words::weight::WHOLE;

/// What decides, with the unit, a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Draw<'s> {
    pub(crate) by: &'s str,
    pub(crate) seed: &'s str,
}

/// What a unit gets at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Given<'s> {
    /// A variant.
    Held(&'s str),
    /// The off variant, though no range gives it: what units get that get nothing.
    Off(&'s str),
    /// Nothing: it goes on to the next rule.
    Next,
}

/// A place of a decision at an instant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Side<'s> {
    pub(crate) layer: Option<(Draw<'s>, u32, u32)>,
    pub(crate) split: Option<Draw<'s>>,
    /// The ranges of a split as far as they are exposed, in ascending order.
    exposed: Vec<(u32, u32, &'s str)>,
    /// What units get that no range holds.
    otherwise: Given<'s>,
}

/// The shares of units by what one side gives them and what the other does.
pub(crate) type Joint<'s> = BTreeMap<(Given<'s>, Given<'s>), Share>;

/// The variants of a flag or the tracks of a service, and which of them stands for nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'s> {
    pub(crate) variants: &'s [Variant],
    pub(crate) off: usize,
}

impl<'s> Names<'s> {
    pub(crate) fn key(self, position: usize) -> &'s str {
        self.variants.get(position).map_or("", |variant| &variant.key)
    }

    pub(crate) fn off(self) -> &'s str {
        self.key(self.off)
    }

    fn given(self, position: usize) -> Given<'s> {
        if position == self.off { Given::Off(self.off()) } else { Given::Held(self.key(position)) }
    }
}

impl<'s> Side<'s> {
    /// Where there is nothing.
    pub(crate) const ABSENT: Self = Self { layer: None, split: None, exposed: Vec::new(), otherwise: Given::Next };

    /// A rule or a default. `layer` is the rule's part of a layer with what draws its buckets.
    pub(crate) fn of(serve: &'s Serve, layer: Option<(Draw<'s>, u32, u32)>, names: Names<'s>, now: Timestamp) -> Self {
        match serve {
            Serve::Variant(position) => Self { layer, otherwise: names.given(*position), ..Self::ABSENT },
            Serve::Split(split) => Self {
                layer,
                split: Some(Draw { by: &split.by, seed: &split.seed }),
                exposed: exposed(split, names, now),
                otherwise: split.outside.map_or(Given::Next, |position| names.given(position)),
            },
        }
    }

    /// The default of a flag or the split of a service: what gives nothing gives the off variant there.
    pub(crate) fn of_default(serve: Option<&'s Serve>, names: Names<'s>, now: Timestamp) -> Self {
        let side = serve.map_or(Self::ABSENT, |serve| Self::of(serve, None, names, now));
        let off = Given::Off(names.off());
        Self { otherwise: if side.otherwise == Given::Next { off } else { side.otherwise }, ..side }
    }

    /// A holdout: the units that it holds get the off variant.
    pub(crate) fn of_holdout(draw: Draw<'s>, exposure: u32, off: &'s str) -> Self {
        Self { split: Some(draw), exposed: Vec::from([(0, exposure, off)]), ..Self::ABSENT }
    }

    /// The draws that it looks at.
    pub(crate) fn draws(&self) -> impl Iterator<Item = Draw<'s>> {
        self.layer.map(|(draw, ..)| draw).into_iter().chain(self.split)
    }

    /// Whether it lets nobody go on who has its units.
    pub(crate) fn takes_all(&self) -> bool {
        self.given().keys().all(|given| *given != Given::Next)
    }

    /// The draws by which it lets some go on and others not.
    pub(crate) fn selects_by(&self) -> Vec<Draw<'s>> {
        let given = self.given();
        let selects = given.contains_key(&Given::Next) && given.len() > 1;
        if selects { self.draws().collect() } else { Vec::new() }
    }

    /// The shares of units by what it gives them.
    pub(crate) fn given(&self) -> BTreeMap<Given<'s>, Share> {
        let joint = joint(self, &Self::ABSENT);
        joint.into_iter().map(|((given, _), share)| (given, share)).collect()
    }

    /// The same without its layer: for the units that are in its part of that.
    pub(crate) fn within_layer(&self) -> Self {
        Self { layer: None, ..self.clone() }
    }

    /// Where something changes along the axis of a draw.
    fn cut(&self, draw: Draw<'s>, cuts: &mut Vec<u32>) {
        if let Some((_, from, to)) = self.layer.filter(|(own, ..)| *own == draw) {
            cuts.extend([from, to]);
        }
        if self.split == Some(draw) {
            cuts.extend(self.exposed.iter().flat_map(|(from, to, _)| [*from, *to]));
        }
    }

    /// What a bucket of a draw has to say of what the unit gets.
    fn hint(&self, draw: Draw<'s>, bucket: u32) -> Hint<'s> {
        let layer = self.layer.filter(|(own, ..)| *own == draw);
        let is_out = layer.is_some_and(|(_, from, to)| !(from..to).contains(&bucket));
        let given = (self.split == Some(draw)).then(|| {
            let after = self.exposed.partition_point(|(from, ..)| *from <= bucket);
            let range = after.checked_sub(1).and_then(|place| self.exposed.get(place));
            range.filter(|(_, to, _)| bucket < *to).map_or(self.otherwise, |(.., variant)| Given::Held(variant))
        });
        Hint { is_out, given }
    }

    /// What the unit gets, all draws taken together.
    fn result(&self, hint: Hint<'s>) -> Given<'s> {
        if hint.is_out { Given::Next } else { hint.given.unwrap_or(self.otherwise) }
    }
}

/// What is known of a unit's way through a side after some of its draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Hint<'s> {
    /// It is outside the layer.
    is_out: bool,
    given: Option<Given<'s>>,
}

impl Hint<'_> {
    fn and(self, other: Self) -> Self {
        Self { is_out: self.is_out || other.is_out, given: self.given.or(other.given) }
    }
}

fn exposed<'s>(split: &'s Split, names: Names<'s>, now: Timestamp) -> Vec<(u32, u32, &'s str)> {
    let share = exposure::at(&split.exposure, now);
    let cut = |range: &crate::snapshot::model::Range| {
        (range.from, range.from + share.of(range.to.saturating_sub(range.from)), names.key(range.variant))
    };
    split.ranges.iter().map(cut).filter(|(from, to, _)| from < to).collect()
}

/// The part of a layer of a rule. A layer that is not known here draws as every layer of its key does.
pub(crate) fn part_of_layer<'s>(
    range: &'s LayerRange,
    find: impl Fn(&str) -> Option<&'s Layer>,
) -> (Draw<'s>, u32, u32) {
    let draw = find(&range.key).map_or(Draw { by: "", seed: &range.key }, |Layer { by, seed }| Draw { by, seed });
    (draw, range.from, range.to)
}

/// The shares of units by what two sides give them.
pub(crate) fn joint<'s>(one: &Side<'s>, other: &Side<'s>) -> Joint<'s> {
    let mut draws: Vec<Draw<'s>> = Vec::new();
    for draw in one.draws().chain(other.draws()) {
        if !draws.contains(&draw) {
            draws.push(draw);
        }
    }
    let nothing = (Hint::default(), Hint::default());
    let mut cells: BTreeMap<(Hint<'s>, Hint<'s>), u128> = BTreeMap::from([(nothing, 1)]);
    for &draw in &draws {
        let axis = axis(draw, one, other);
        let mut next = BTreeMap::new();
        for ((a, b), count) in &cells {
            for ((c, d), width) in &axis {
                *next.entry((a.and(*c), b.and(*d))).or_insert(0) += count * u128::from(*width);
            }
        }
        cells = next;
    }
    let mut joint = BTreeMap::new();
    for ((a, b), count) in cells {
        let counted = joint.entry((one.result(a), other.result(b))).or_insert(0);
        *counted += count;
    }
    joint.into_iter().map(|(given, count)| (given, Share::of_cells(count, draws.len() as u32))).collect()
}

/// The buckets of a draw by what they say on both sides.
fn axis<'s>(draw: Draw<'s>, one: &Side<'s>, other: &Side<'s>) -> BTreeMap<(Hint<'s>, Hint<'s>), u32> {
    let mut cuts = Vec::from([0, WHOLE]);
    one.cut(draw, &mut cuts);
    other.cut(draw, &mut cuts);
    crate::words::order::sort_values(&mut cuts);
    let mut pieces = BTreeMap::new();
    for &[from, to] in cuts.array_windows() {
        if from < to {
            *pieces.entry((one.hint(draw, from), other.hint(draw, from))).or_insert(0) += to - from;
        }
    }
    pieces
}
