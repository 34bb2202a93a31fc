//! What an evaluation does, step by step, for those who listen. [`Silent`] costs nothing.

/// A step of an evaluation. Numbers are rows of the ruleset's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A flag or service is asked.
    Asked(u32),
    /// It answered with an outcome.
    Answered(u32),
    /// A prerequisite was met, or not.
    Prerequisite(u32, bool),
    /// An override lists the unit, or not.
    Override(u32, bool),
    /// A holdout holds the unit, or not; no bucket without a unit.
    Holdout(u32, Option<u32>, bool),
    /// A rule is tried.
    Rule(u32),
    /// A condition held, or not.
    Condition(u32, bool),
    /// A segment is asked.
    Segment(u32),
    /// It answered.
    SegmentAnswered(Membership),
    /// A part of a layer holds the unit, or not; no bucket without a unit.
    Layer(u32, Option<u32>, bool),
    /// A split has this bucket for the unit, and this exposure now where it is a ramp; a range of it holds the unit, or
    /// not.
    Split(u32, Option<u32>, Option<u32>, bool),
    /// The rule gave an outcome, or [`crate::ir::NONE`].
    RuleAnswered(u32),
    /// No rule answered: the default is asked.
    Default,
}

/// Why a unit is in a segment or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Listed as excluded.
    Excluded,
    /// Listed as included.
    Included,
    /// Decided by the segment's condition.
    Condition(bool),
}

impl Membership {
    /// Whether the unit is in the segment.
    pub const fn is_member(self) -> bool {
        matches!(self, Self::Included | Self::Condition(true))
    }
}

/// Listens to an evaluation.
pub trait Tracer {
    /// Takes note of a step.
    fn note(&mut self, event: Event);
}

/// Does not listen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Tracer for Silent {
    #[inline(always)]
    fn note(&mut self, _: Event) {}
}
