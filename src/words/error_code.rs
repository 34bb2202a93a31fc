//! Why there is no answer.

/// Why there is no answer: `OpenFeature`'s error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// No flag, or service, has that key.
    FlagNotFound,
    /// The flag's values are not of the type asked for.
    TypeMismatch,
    /// The flag has an error in the snapshot.
    ParseError,
    /// The flag needs what this artifact leaves out.
    General,
}

impl ErrorCode {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::ParseError => "PARSE_ERROR",
            Self::General => "GENERAL",
        }
    }

    /// A sentence for it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::FlagNotFound => "the snapshot has no such key",
            Self::TypeMismatch => "the flag's values are of another type than the one asked for",
            Self::ParseError => "the snapshot has an error here; its diagnostics say which",
            Self::General => "the flag uses `matches`, which this artifact leaves out",
        }
    }
}
