//! Splits beside each other, in one flag and in several.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use super::model::{Code, Lint};
use super::{path_of_split, sound};
use crate::radius::{Given, Partial, exclude, is_for_everybody, joint, partial_splits};
use crate::snapshot::model::{Condition, Operator, Snapshot, State};
use crate::words::time::Timestamp;

pub(super) fn check(snapshot: &Snapshot, now: Timestamp, found: &mut Vec<Lint>) {
    let mut seeds: BTreeMap<_, Vec<Partial<'_>>> = BTreeMap::new();
    for (key, flag) in sound(&snapshot.flags).filter(|(_, flag)| flag.state != State::Disabled) {
        let splits = partial_splits(snapshot, key, flag, now);
        for (place, split) in splits.iter().enumerate() {
            internal(split, found);
            let before = splits.get(..place).unwrap_or_default();
            if let Some(first) = before.iter().find(|first| draws_again(first, split)) {
                let message = format!("who falls out of the {} is drawn again by the {}", first.place(), split.place());
                found.push(lint(Code::SecondDraw, split, message));
            }
        }
        for split in splits {
            let same = seeds.entry(split.draw).or_default();
            let is_meant = |first: &&Partial<'_>| first.requires(&split) || split.requires(first);
            if let Some(first) = same.iter().find(|first| first.key != split.key && !is_meant(first)) {
                let message = format!("the seed `{}` is also that of the flag `{}`", split.draw.seed, first.key);
                found.push(lint(Code::SharedSeed, &split, message));
            }
            same.push(split);
        }
    }
}

fn lint(code: Code, split: &Partial<'_>, message: alloc::string::String) -> Lint {
    let rule = split.rule.and_then(|rule| split.flag.decision.rules.get(rule));
    Lint::new(code, path_of_split(split), message, split.key, rule.map_or("", |rule| &rule.id))
}

/// A split for everybody with nobody before it.
fn internal(split: &Partial<'_>, found: &mut Vec<Lint>) {
    let before = split.flag.decision.rules.iter().take(split.rule.unwrap_or(usize::MAX));
    let is_internal = |condition: &Condition| names_people(condition, split.draw.by);
    let has_people = before.filter_map(|rule| rule.when.as_ref()).any(is_internal) || !split.flag.overrides.is_empty();
    if is_for_everybody(split.when) && !has_people {
        let message =
            format!("the {} draws from everybody, and people of your own get it by chance only", split.place());
        found.push(lint(Code::NoInternalRule, split, message));
    }
}

/// Whether a condition holds for people who are named: by a segment, a ring, or the attribute of the unit.
fn names_people(condition: &Condition, by: &str) -> bool {
    match condition {
        Condition::Segment(_) | Condition::Ring(_) => true,
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().any(|condition| names_people(condition, by))
        }
        Condition::Attribute(test) => test.attribute == by && matches!(test.operator, Operator::Eq | Operator::In),
        Condition::Not(_) | Condition::After(_) | Condition::Before(_) => false,
    }
}

/// Whether units that fall out of one split can come to another one of the flag, and have another bucket there. With the
/// same bucket it is a warning of validation.
fn draws_again(first: &Partial<'_>, later: &Partial<'_>) -> bool {
    let falls_out = first.side.given().contains_key(&Given::Next);
    let is_apart = || {
        let both = joint(&first.side, &later.side);
        !both.keys().any(|pair| matches!(pair, (Given::Held(_), Given::Held(_))))
    };
    falls_out && first.draw != later.draw && !exclude(first.when, later.when) && !is_apart()
}
