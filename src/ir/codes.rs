//! The closed sets of numbers that stand in rows, and the words for them.

/// What a flag is, as bits.
pub mod flag_bits {
    /// It has an error and answers with one.
    pub const BROKEN: u32 = 1;
    /// It serves its off variant.
    pub const DISABLED: u32 = 1 << 1;
    /// Its answer may depend on the time.
    pub const TIMED: u32 = 1 << 2;
    /// It is a service.
    pub const SERVICE: u32 = 1 << 3;
    /// It will go, and its answers say so.
    pub const DEPRECATED: u32 = 1 << 4;
    /// Browsers may see it.
    pub const CLIENT: u32 = 1 << 5;
    /// It cannot be evaluated without patterns.
    pub const NEEDS_PATTERNS: u32 = 1 << 8;

    /// Those that say which capability it needs: what an artifact may leave out. Each with its name.
    pub const CAPABILITIES: [(u32, &str); 1] = [(NEEDS_PATTERNS, "patterns")];
}

/// The outcomes that every flag has, by their place in its span.
pub mod fixed {
    /// Everything is killed.
    pub const KILLED_ALL: u32 = 0;
    /// A namespace of the flag is killed.
    pub const KILLED_NAMESPACE: u32 = 1;
    /// The flag itself, or the service, is killed.
    pub const KILLED_SELF: u32 = 2;
    /// The flag is disabled.
    pub const DISABLED: u32 = 3;
    /// The flag is broken.
    pub const BROKEN: u32 = 4;
    /// The flag needs what this artifact leaves out.
    pub const UNSUPPORTED: u32 = 5;
    /// How many there are.
    pub const COUNT: u32 = 6;
}

/// How a ramp changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Curve {
    /// By the same amount in the same time.
    Linear,
    /// By the same factor in the same time.
    Exponential,
    /// At the instants of its steps.
    Steps,
}

macro_rules! operations {
    ($($(#[$meta:meta])* $variant:ident,)*) => {
        /// What a condition does. "The word" is the first one of the view that `operand` names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub enum Operation { $($(#[$meta])* $variant,)* }

        impl Operation {
            /// The operation of that number.
            #[inline]
            pub const fn of(number: u32) -> Option<Self> {
                match number {
                    $(x if x == Self::$variant as u32 => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

operations! {
    /// The word, a float, is within `low..=high`, two floats. NaN stands for missing and fails.
    Range,
    /// The word, a dictionary id, is below 64 and its bit in `low` is set.
    Id,
    /// The word, a dictionary id, has its bit set in the span `low` of `bits`.
    WideId,
    /// `now` is within `low..=high`, two floats.
    Now,
    /// The unit is in segment `low`.
    Segment,
    /// The text of slot `operand` begins with text `low`.
    StartsWith,
    /// The text of slot `operand` ends with text `low`.
    EndsWith,
    /// The text of view `operand` contains text `high` (unless that is [`NONE`](super::NONE)), or its list has
    /// an element whose bit in the span `low` of `bits` is set.
    Contains,
    /// The list of view `operand` has an element whose bit in the span `low` of `bits` is set.
    ContainsAny,
    /// The list of view `operand` has every element of the span `low` of `numbers`: ids, ascending, each once.
    ContainsAll,
    /// Pattern `low` matches the text of slot `operand`.
    Matches,
    /// The text of slot `operand` is an address of one of the span `low` of `blocks`.
    InCidr,
    /// As [`Operation::StartsWith`], ASCII letters folded; the text is in small letters.
    StartsWithFolded,
    /// As [`Operation::EndsWith`], ASCII letters folded; the text is in small letters.
    EndsWithFolded,
    /// As [`Operation::Contains`], ASCII letters folded; the text is in small letters.
    ContainsFolded,
}

/// What a view holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum ViewKind {
    /// The id of a scalar in the dictionary; see [`UNKNOWN`](super::UNKNOWN).
    Id,
    /// The same with ASCII letters folded.
    FoldedId,
    /// A number; NaN if it is none.
    Number,
    /// The rank of a version among those that it is compared with: twice the number of lower
    /// ones, plus one if it equals one of them. NaN if it is none.
    Version,
    /// An instant in milliseconds; NaN if it is none.
    Instant,
    /// 1 if the attribute exists, else 0.
    Existence,
    /// A unit's digest, two words; both zero if it is none.
    Unit,
}

impl ViewKind {
    /// How many there are.
    pub(crate) const COUNT: u32 = 7;

    /// The kind of that number.
    #[inline]
    pub const fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Id,
            1 => Self::FoldedId,
            2 => Self::Number,
            3 => Self::Version,
            4 => Self::Instant,
            5 => Self::Existence,
            6 => Self::Unit,
            _ => return None,
        })
    }
}

macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// The one of that number.
            pub const fn of(number: u32) -> Option<Self> {
                match number {
                    $(x if x == Self::$variant as u32 => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The word for it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

numbered! {
    /// Why an answer is what it is: the reasons of `OpenFeature`.
    Reason {
        /// The same for everybody, whatever the context.
        Static = "STATIC",
        /// No rule applied.
        Default = "DEFAULT",
        /// A rule, or an override, applied.
        TargetingMatch = "TARGETING_MATCH",
        /// The unit's bucket decided.
        Split = "SPLIT",
        /// The flag is off.
        Disabled = "DISABLED",
        /// There is no answer; the caller's default stands in.
        Error = "ERROR",
    }
}

numbered! {
    /// What stands behind a reason, as `vexil.cause` in the metadata says where it is not empty.
    Cause {
        /// Nothing to add.
        None = "",
        /// Everything is killed.
        KilledAll = "killed",
        /// A namespace is killed.
        KilledNamespace = "killed",
        /// The flag is killed.
        KilledFlag = "killed",
        /// The service is killed.
        KilledService = "killed",
        /// The flag's state.
        Disabled = "disabled",
        /// A prerequisite is not met.
        Prerequisite = "prerequisite",
        /// An override lists the unit.
        Override = "override",
        /// A holdout holds the unit.
        Holdout = "holdout",
        /// The default's split found no unit.
        MissingUnit = "",
        /// The flag has an error.
        Broken = "",
        /// The flag needs what this artifact leaves out.
        Unsupported = "",
    }
}
