//! What is wrong with an experiment's figures, and where.

use core::fmt;

use crate::analysis;
use crate::stats;

/// Why an experiment cannot be analysed.
pub type Error = analysis::Error<Cause>;

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A name that is empty, too long, or has control characters.
    Name,
    /// A metric's name that is not a letter and up to 63 more letters, digits, `_`, `-` and `.`.
    MetricName,
    /// The unit of a metric that is empty, longer than 32 bytes, or has control characters.
    Unit,
    /// What is there already.
    Duplicate,
    /// An arm that the experiment does not have.
    UnknownArm,
    /// A row for each arm is needed.
    MissingArm,
    /// Fewer than 2 or more than 32 arms.
    Arms,
    /// No metric, or more than 256 of them.
    Metrics,
    /// How many units an arm has is not said.
    NoUnits,
    /// More observations than the arm has units: they are not independent.
    MoreThanUnits,
    /// Sums that no observations could have left.
    Impossible,
    /// A covariate that not all of `x`, `xx` and `xy` are of, or that not every arm has.
    HalfCovariate,
    /// A number that is not finite or out of its range.
    Number,
}

impl From<stats::Error> for Error {
    fn from(error: stats::Error) -> Self {
        Self::new(match error {
            stats::Error::Inconsistent => Cause::Impossible,
            _ => Cause::Number,
        })
    }
}

impl From<analysis::Error> for Error {
    fn from(error: analysis::Error) -> Self {
        Self::new(match error.cause {
            analysis::Cause::Name => Cause::MetricName,
            _ => Cause::Number,
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a name has from 1 to 256 bytes and no control characters",
            Self::MetricName => "a metric's name is a letter and up to 63 more letters, digits, `_`, `-` and `.`",
            Self::Unit => "a unit has from 1 to 32 bytes and no control characters",
            Self::Duplicate => "it is there already",
            Self::UnknownArm => "the experiment has no such arm",
            Self::MissingArm => "every arm needs a row",
            Self::Arms => "an experiment has from 2 to 32 arms",
            Self::Metrics => "an experiment has from 1 to 256 metrics",
            Self::NoUnits => "how many units the arm has must be said",
            Self::MoreThanUnits => "there are more observations than the arm has units; sum them up by unit",
            Self::Impossible => "no observations could leave these sums",
            Self::HalfCovariate => "a covariate needs `x`, `xx` and `xy` in every arm",
            Self::Number => "a number is not finite, or out of its range",
        })
    }
}
