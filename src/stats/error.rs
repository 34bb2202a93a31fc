//! What keeps a statistic from being computed.

use core::fmt;

/// Why there is no answer. No function of this module answers with NaN instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A number is NaN or infinite.
    NotFinite,
    /// A number lies beyond the range that is documented for it.
    OutOfRange,
    /// There are fewer observations than the method needs.
    TooFew,
    /// All observations are the same, so nothing says how far chance reaches.
    NoVariance,
    /// A relative difference has no baseline: the control's value is not surely above 0.
    NoBaseline,
    /// What is put together does not belong together: sketches of other errors, lists of other lengths.
    Mismatch,
    /// A count is beyond 2^53 - 1, or a window has too many slots.
    TooMany,
    /// A state that no observations could have left, such as more successes than trials.
    Inconsistent,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFinite => "a number is not finite",
            Self::OutOfRange => "a number is out of its range",
            Self::TooFew => "too few observations",
            Self::NoVariance => "all observations are the same",
            Self::NoBaseline => "the baseline is not surely above zero",
            Self::Mismatch => "what is put together does not belong together",
            Self::TooMany => "a count is too large",
            Self::Inconsistent => "no observations could leave this state",
        })
    }
}

impl core::error::Error for Error {}
