//! A radius as plain data: hosts in JavaScript get it as objects, the command line as JSON.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::exposure::Course;
use super::share::Share;
use crate::diff::{Change, Link};

/// How far a change reaches: the flags and services whose answers can differ, in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Radius {
    /// Flags.
    pub flags: Vec<Affected>,
    /// Services.
    pub services: Vec<Affected>,
}

/// A flag or service whose answers can differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Affected {
    /// Its key.
    pub key: String,
    /// What happened to it.
    pub change: Change,
    /// Place by place in the order of evaluation, what happens to the units that come there before and after the change:
    /// a unit that is treated otherwise at several places counts at the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub movements: Vec<Movement>,
    /// What else changed, of which only an evaluation of contexts can say whom it moves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Unknown>,
    /// The variants or tracks whose value or version is another one: whoever keeps them gets that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Whether answers carry other metadata.
    pub metadata: bool,
}

/// What happens at a place of a decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Movement {
    /// Where.
    pub place: Place,
    /// What it does to those who had something.
    pub motion: Motion,
    /// Of which units the shares are.
    pub of: Of,
    /// Units that get a variant here who got none.
    pub gained: Share,
    /// Units that had a variant here and get none any more.
    pub lost: Share,
    /// Units that get another variant than they had.
    pub swapped: Share,
    /// Every change of an answer, the largest first. Where units are drawn anew it is what is to be expected.
    pub transitions: Vec<Transition>,
    /// What time alone does from that instant on, after the change.
    pub course: Course,
}

/// A place of a decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// All of it: a flag is switched off or on again.
    Whole,
    /// The holdout of that key.
    Holdout(String),
    /// The rule of that id.
    Rule(String),
    /// The default of a flag, or the split of a service.
    Default,
}

/// What a change does to those who had something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Motion {
    /// They keep it: units only come in.
    Monotone,
    /// Some get another variant, and nobody gets none.
    Swaps,
    /// Some get none any more.
    Shrinks,
    /// All are drawn anew, by chance.
    Reshuffles {
        /// What draws them anew.
        why: Redraw,
    },
}

/// What draws units anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Redraw {
    /// Another seed.
    Seed,
    /// Another attribute holds the unit.
    Unit,
    /// Another layer, or a layer of another seed or unit.
    Layer,
}

/// Of which units shares are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Of {
    /// Of those that come to the place and for whom its condition holds.
    Reached,
    /// Of those of them who are in the rule's part of its layer.
    InLayer,
    /// Of all units. Those that come to the place are no random choice of them, since a holdout, a prerequisite or an
    /// earlier rule draws from the same buckets.
    Anyone,
}

/// Units that get something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// The variant before; null for what the rest of the decision gave.
    pub from: Option<String>,
    /// The variant after; null for what the rest of the decision gives.
    pub to: Option<String>,
    /// How many.
    pub share: Share,
}

/// What changed without a number of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "camelCase")]
pub enum Unknown {
    /// The condition of a rule is another one.
    Condition {
        /// The rule.
        rule: String,
    },
    /// The rules stand in another order.
    Order,
    /// The prerequisites are others.
    Prerequisites,
    /// Other units get a variant by name.
    Overrides,
    /// Something that is reached is another one; the last link is what changed.
    Reaches {
        /// The way there.
        way: Vec<Link>,
    },
    /// Shares are of all units and not of those that come to the place: see [`Of::Anyone`].
    SharedBuckets {
        /// The place.
        place: Place,
    },
    /// It has an error now, and answers with it.
    Broken,
    /// It had an error, and has none now.
    Mended,
}

impl Affected {
    /// Whether every unit that gets something else is counted in the movements.
    pub fn is_exact(&self) -> bool {
        self.unknown.is_empty() && self.change != Change::Added && self.change != Change::Removed
    }

    /// Whether all that changes is counted, and nobody gets another variant at this instant.
    pub fn moves_nobody(&self) -> bool {
        self.is_exact() && self.movements.iter().all(|movement| movement.transitions.is_empty())
    }
}

impl Movement {
    /// Whether nobody who had a variant here loses it, by the change or by time after it.
    pub fn is_monotone(&self) -> bool {
        self.motion == Motion::Monotone && !matches!(self.course, Course::Falls { .. })
    }

    /// All that get something else.
    pub fn moved(&self) -> Share {
        self.transitions.iter().fold(Share::NONE, |sum, transition| sum.plus(transition.share))
    }
}
