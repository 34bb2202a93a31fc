//! Rollouts and experiments that go on at the same time: how many units are in two of them.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::model::Place;
use super::place::{Decided, is_for_everybody, split_of};
use super::share::Share;
use super::side::{Draw, Given, Side, joint};
use crate::snapshot::model::{Condition, Flag, Keyed, Operand, Operator, Scalar, Snapshot, State, Test};
use crate::words::order;
use crate::words::time::Timestamp;

/// Two splits that hold the same units.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overlap {
    /// The split of the flag that comes first by its key.
    pub one: Split,
    /// The split of the other flag.
    pub other: Split,
    /// The attribute that holds the units.
    pub by: String,
    /// The share of units that both hold, of those that come to both.
    pub share: Share,
    /// Whether both draw by the same seed, so that they hold the same units and not a random choice of each other's.
    pub same_seed: bool,
}

/// A split of a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Split {
    /// The flag.
    pub flag: String,
    /// Where in it.
    pub place: Place,
}

/// Splits of two flags on the same attribute that hold the same units at an instant, the largest share first.
///
/// Only splits that hold some units and not others, or give them several variants, and only pairs with one of the flags
/// that are asked for. Nothing is said of pairs that a layer keeps apart, whose conditions plainly exclude each other, or
/// of which one flag requires the other.
pub fn overlaps(snapshot: &Snapshot, now: Timestamp, is_asked: impl Fn(&str) -> bool) -> Vec<Overlap> {
    let splits = active(snapshot).flat_map(|(key, flag)| partial_splits(snapshot, key, flag, now));
    let splits: Vec<Partial<'_>> = splits.collect();
    let asked: Vec<bool> = splits.iter().map(|split| is_asked(split.key)).collect();
    let mut overlaps = Vec::new();
    for (place, (one, one_asked)) in splits.iter().zip(&asked).enumerate() {
        for (other, other_asked) in splits.iter().zip(&asked).skip(place + 1) {
            if one.key != other.key && (*one_asked || *other_asked) {
                overlaps.extend(one.overlap(other));
            }
        }
    }
    order::sort(&mut overlaps, |a: &Overlap, b| b.share.cmp(&a.share));
    overlaps
}

fn active(snapshot: &Snapshot) -> impl Iterator<Item = (&str, &Flag)> {
    let sound = snapshot.flags.iter().filter_map(|Keyed { key, part }| Some((key.as_str(), part.as_ref().ok()?)));
    sound.filter(|(_, flag)| flag.state != State::Disabled)
}

/// A split that holds some units and not others, or gives them several variants.
pub(crate) struct Partial<'s> {
    pub(crate) key: &'s str,
    pub(crate) flag: &'s Flag,
    /// The number of the rule; `None` for the default.
    pub(crate) rule: Option<usize>,
    pub(crate) when: Option<&'s Condition>,
    pub(crate) draw: Draw<'s>,
    pub(crate) side: Side<'s>,
}

/// The partial splits of a flag, in the order of evaluation.
pub(crate) fn partial_splits<'s>(
    snapshot: &'s Snapshot,
    key: &'s str,
    flag: &'s Flag,
    now: Timestamp,
) -> Vec<Partial<'s>> {
    let decided = Decided { layers: &snapshot.layers, ..super::of_flag(flag) };
    let mut found = Vec::new();
    for rule in 0..=flag.decision.rules.len() {
        let own = flag.decision.rules.get(rule);
        let (serve, side) = match (own, &flag.decision.default) {
            (Some(rule), _) => (&rule.serve, decided.rule_side(rule, now)),
            (None, Some(serve)) => (serve, Side::of_default(Some(serve), decided.names, now)),
            (None, None) => continue,
        };
        let Some(split) = split_of(serve) else { continue };
        let given = side.given();
        let held = given.iter().filter(|(given, share)| is_held(**given) && **share > Share::NONE).count();
        // One variant for everybody is no split any more.
        let ends = own.is_some_and(|rule| is_for_everybody(rule.when.as_ref())) && side.takes_all();
        if held > 1 || (held == 1 && given.len() > 1) {
            let draw = Draw { by: &split.by, seed: &split.seed };
            let rule = own.map(|_| rule);
            found.push(Partial { key, flag, rule, when: own.and_then(|rule| rule.when.as_ref()), draw, side });
        }
        if ends {
            break;
        }
    }
    found
}

const fn is_held(given: Given<'_>) -> bool {
    matches!(given, Given::Held(_))
}

impl Partial<'_> {
    pub(crate) fn place(&self) -> Place {
        let rule = self.rule.and_then(|rule| self.flag.decision.rules.get(rule));
        rule.map_or(Place::Default, |rule| Place::Rule(rule.id.clone()))
    }

    fn overlap(&self, other: &Self) -> Option<Overlap> {
        if self.draw.by != other.draw.by
            || self.requires(other)
            || other.requires(self)
            || exclude(self.when, other.when)
        {
            return None;
        }
        let both = joint(&self.side, &other.side).into_iter().filter(|((a, b), _)| is_held(*a) && is_held(*b));
        let share = both.fold(Share::NONE, |sum, (_, share)| sum.plus(share));
        let split = |partial: &Self| Split { flag: partial.key.into(), place: partial.place() };
        (share > Share::NONE).then(|| Overlap {
            one: split(self),
            other: split(other),
            by: self.draw.by.into(),
            share,
            same_seed: self.draw == other.draw,
        })
    }

    pub(crate) fn requires(&self, other: &Self) -> bool {
        self.flag.prerequisites.iter().any(|prerequisite| prerequisite.flag == other.key)
    }
}

/// Whether two conditions plainly never hold together: an attribute that is to be one of two lists without a common value,
/// a condition and its negation, a time that has come and one that has not.
pub(crate) fn exclude(one: Option<&Condition>, other: Option<&Condition>) -> bool {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    one.iter().for_each(|condition| parts(condition, &mut ones));
    other.iter().for_each(|condition| parts(condition, &mut others));
    ones.iter().any(|a| others.iter().any(|b| contradict(a, b) || contradict(b, a)))
}

/// The conditions that must all hold.
pub(crate) fn parts<'c>(condition: &'c Condition, found: &mut Vec<&'c Condition>) {
    match condition {
        Condition::All(conditions) => conditions.iter().for_each(|condition| parts(condition, found)),
        condition => found.push(condition),
    }
}

fn contradict(a: &Condition, b: &Condition) -> bool {
    match (a, b) {
        (Condition::Not(negated), b) => **negated == *b,
        (Condition::After(since), Condition::Before(until)) => since >= until,
        (Condition::Attribute(a), Condition::Attribute(b)) => {
            a.attribute == b.attribute
                && listed(a).zip(listed(b)).is_some_and(|(a, b)| a.iter().all(|x| !b.contains(x)))
        }
        _ => false,
    }
}

/// The values of which the attribute must be one.
fn listed(test: &Test) -> Option<&[Scalar]> {
    match (test.operator, &test.operand) {
        (Operator::Eq | Operator::In, Operand::Scalars(values)) if !test.ignore_case => Some(values),
        _ => None,
    }
}
