//! The parts of a pattern, and what each costs.

use alloc::vec::Vec;

use super::class::{Class, Range};
use super::program::{Look, Starts, Step};

/// What repeats a part without end: a pattern with that many steps is too large anyway.
pub(super) const UNBOUNDED: u32 = u32::MAX;

/// A pattern's parts.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) root: Node,
    /// The parts of other parts.
    pub(super) nodes: Vec<Node>,
    pub(super) classes: Vec<Class>,
    pub(super) ranges: Vec<Range>,
}

/// One part of a pattern.
#[derive(Clone, Copy, Default)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// How many steps it takes, written out.
    pub(super) steps: u32,
    /// How many parts are nested in it, one in the other.
    pub(super) height: u32,
    pub(super) starts: Starts,
}

#[derive(Clone, Copy, Default)]
pub(super) enum Kind {
    #[default]
    Empty,
    Step(Step),
    /// One after the other.
    All(Parts),
    /// One or the other.
    Any(Parts),
    /// A part at least and at most as often.
    Repeat(u32, u32, u32),
}

/// Where the parts of a part stand: the first, and the one behind the last.
pub(super) type Parts = (u32, u32);

impl Tree {
    pub(super) fn parts(&self, parts: Parts) -> &[Node] {
        self.nodes.get(parts.0 as usize..parts.1 as usize).unwrap_or_default()
    }
}

impl Node {
    pub(super) const EMPTY: Self = Self { kind: Kind::Empty, steps: 0, height: 0, starts: Starts::EMPTY };

    pub(super) fn step(step: Step, starts: Starts) -> Self {
        Self { kind: Kind::Step(step), steps: 1, height: 0, starts }
    }

    pub(super) fn look(look: Look) -> Self {
        // What needs the beginning of the text begins nowhere else.
        Self::step(Step::Look(look), Starts { empty: look != Look::TextStart, ..Starts::default() })
    }

    /// Several parts as one, one after the other or one of them. They are added to the nodes.
    pub(super) fn joined(parts: &[Self], nodes: &mut Vec<Self>, are_alternatives: bool) -> Self {
        let [first, others @ ..] = parts else { return Self::EMPTY };
        let mut whole = *first;
        if others.is_empty() {
            return whole;
        }
        for part in others {
            whole.height = whole.height.max(part.height);
            whole.steps = whole.steps.saturating_add(part.steps);
            if are_alternatives {
                // A choice before each but the last, and a jump behind it.
                whole.steps = whole.steps.saturating_add(2);
                whole.starts.add(part.starts);
            } else if whole.starts.empty {
                whole.starts.empty = false;
                whole.starts.add(part.starts);
            }
        }
        whole.height += 1;
        let start = nodes.len() as u32;
        nodes.extend_from_slice(parts);
        let parts = (start, nodes.len() as u32);
        whole.kind = if are_alternatives { Kind::Any(parts) } else { Kind::All(parts) };
        whole
    }

    /// A part repeated. It is added to the nodes.
    pub(super) fn repeated(self, nodes: &mut Vec<Self>, min: u32, max: u32) -> Self {
        if max == 0 {
            return Self::EMPTY;
        }
        if (min, max) == (1, 1) {
            return self;
        }
        let optional = match max {
            UNBOUNDED if min == 0 => self.steps.saturating_add(2),
            UNBOUNDED => 1,
            _ => self.steps.saturating_add(1).saturating_mul(max.saturating_sub(min)),
        };
        // What takes no step takes none however often.
        let steps = if self.steps == 0 { 0 } else { self.steps.saturating_mul(min).saturating_add(optional) };
        let mut starts = self.starts;
        starts.empty |= min == 0;
        let kind = Kind::Repeat(nodes.len() as u32, min, max);
        nodes.push(self);
        Self { kind, steps, height: self.height + 1, starts }
    }
}
