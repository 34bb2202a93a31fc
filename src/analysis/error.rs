//! What is wrong with what came in, and where.

use alloc::string::String;
use core::fmt;

use crate::stats;
use crate::words::pointer;

/// Why something was refused. Nothing of it was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error<C = Cause> {
    /// Where, as a JSON pointer into what was given; empty for all of it.
    pub path: String,
    /// What.
    pub cause: C,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A number, or an aggregate, for a reason of statistics: NaN, an infinity, a count that is too large.
    Statistics(stats::Error),
    /// A name or text that is empty, too long, or has other characters than it may have.
    Name,
    /// A metric that the list of metrics does not have.
    UnknownMetric,
    /// What is there already.
    Duplicate,
    /// More of them than there may be.
    TooMany,
    /// An aggregate or a value of another kind than the metric's.
    Kind,
    /// Bounds that contradict each other or the metric's direction.
    Order,
}

impl<C> Error<C> {
    /// A cause at the root.
    pub(crate) const fn new(cause: C) -> Self {
        Self { path: String::new(), cause }
    }

    /// A cause at a member of an object.
    pub(crate) fn at(key: &str, cause: C) -> Self {
        Self::new(cause).within(key)
    }

    /// The same, seen from the object that has it as a member.
    pub(crate) fn within(self, key: &str) -> Self {
        let mut path = String::new();
        pointer::push_key(&mut path, key);
        path.push_str(&self.path);
        Self { path, cause: self.cause }
    }

    /// The same, seen from the list that has it as an element.
    pub(crate) fn within_index(self, index: usize) -> Self {
        let mut path = String::new();
        pointer::push_index(&mut path, index);
        path.push_str(&self.path);
        Self { path, cause: self.cause }
    }
}

impl From<stats::Error> for Error {
    fn from(error: stats::Error) -> Self {
        Self::new(Cause::Statistics(error))
    }
}

impl<C> From<C> for Error<C> {
    fn from(cause: C) -> Self {
        Self::new(cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statistics(error) => return error.fmt(f),
            Self::Name => "a name or text is empty, too long, or has characters that it may not have",
            Self::UnknownMetric => "there is no such metric",
            Self::Duplicate => "it is there already",
            Self::TooMany => "there are too many",
            Self::Kind => "it is of another kind than the metric",
            Self::Order => "bounds contradict each other or the direction of the metric",
        })
    }
}

impl<C: fmt::Display> fmt::Display for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { self.cause.fmt(f) } else { write!(f, "`{}`: {}", self.path, self.cause) }
    }
}

impl<C: fmt::Debug + fmt::Display> core::error::Error for Error<C> {}
