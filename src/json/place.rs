//! Which values of a snapshot keep their text: those that are handed on as they are written.

/// Where in a snapshot a value stands, as far as it matters for keeping its text.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Root,
    Flags,
    Flag,
    Segments,
    Services,
    Service,
    /// A map each of whose values is kept: the variants of a flag.
    Variants,
    /// Somewhere below, where `value` is an operand.
    Rules,
    /// Nothing is kept from here on.
    Plain,
    /// A value whose text is kept.
    Kept,
}

impl Place {
    /// The place of the member `key`.
    pub(super) fn member(self, key: &str) -> Self {
        match (self, key) {
            (Self::Root, "flags") => Self::Flags,
            (Self::Root, "segments") => Self::Segments,
            (Self::Root, "services") => Self::Services,
            (Self::Flags, _) => Self::Flag,
            (Self::Services, _) => Self::Service,
            (Self::Flag, "variants") => Self::Variants,
            (Self::Variants, _) | (Self::Flag, "metadata") | (Self::Rules, "value") => Self::Kept,
            (Self::Segments | Self::Rules, _) | (Self::Flag | Self::Service, "rules") => Self::Rules,
            _ => Self::Plain,
        }
    }

    /// The place of an array's elements.
    pub(super) const fn element(self) -> Self {
        match self {
            Self::Rules => Self::Rules,
            _ => Self::Plain,
        }
    }
}
