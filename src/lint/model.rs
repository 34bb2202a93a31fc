//! Lints as plain data.

use alloc::string::String;
use core::fmt;

use serde::{Serialize, Serializer};

/// How much a lint matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something to tidy up, or to think about.
    Advice,
    /// Something that people have regretted.
    Warning,
}

impl Severity {
    /// The severity as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($(#[$about:meta])* $variant:ident = $name:literal, $severity:ident, $instead:literal;)*) => {
        /// What kind of habit it is. The name never changes its meaning; new ones may come.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$about])* $variant,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as it is written in files and messages.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What to do instead.
            pub const fn instead(self) -> &'static str {
                match self { $(Self::$variant => $instead,)* }
            }
        }
    };
}

codes! {
    /// The first units that get something new are more than a twentieth.
    FirstExposure = "first-exposure", Warning,
        "begin with 1 to 5 % and raise it step by step";
    /// A split for everybody has no rule for people of one's own before it.
    NoInternalRule = "no-internal-rule", Advice,
        "put a rule for staff or testers before it, by a segment, a ring or a list, and let them have it first";
    /// A flag that has been rolled out serves one variant to everybody.
    StaleFlag = "stale-flag", Advice,
        "take it out of the code and then out of the snapshot, or write `\"permanent\": true` into its metadata";
    /// A rule that never decides.
    ShadowedRule = "shadowed-rule", Warning,
        "remove it, or put it before the rule that decides for its units";
    /// A variant that nobody can get.
    UnreachableVariant = "unreachable-variant", Warning,
        "remove it, or serve it somewhere";
    /// A flag that is to go still answers.
    DeprecatedServed = "deprecated-served", Advice,
        "remove it as soon as no answers are asked of it any more";
    /// Splits of two flags draw the same units.
    SharedSeed = "shared-seed", Warning,
        "leave out `seed` in one of them, or give it one of its own; where both are to move together, let one require the other";
    /// Units that fall out of one split of a flag are drawn again by another.
    SecondDraw = "second-draw", Advice,
        "let the first serve its others by `outside`, divide the units by a layer, or let the conditions exclude each other";
    /// Something reads an attribute that is not among those that are declared.
    UndeclaredAttribute = "undeclared-attribute", Warning,
        "mend its name, or declare it in `attributes`";
    /// A comparison that never holds, or a unit that never is one, for values of the declared type.
    AttributeType = "attribute-type", Warning,
        "mend the declared type, or use what such values can be asked for";
}

impl Code {
    /// The code of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A habit that is no good one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// What kind it is.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is: a JSON pointer (RFC 6901) into the document.
    pub path: String,
    /// What was found.
    pub message: String,
    /// What to do instead.
    pub instead: &'static str,
    /// The part that it is in and what it is about there, so that it is known again when rules have moved.
    #[serde(skip)]
    identity: (String, String),
}

impl Lint {
    pub(super) fn new(code: Code, path: String, message: String, subject: &str, about: &str) -> Self {
        let identity = (subject.into(), about.into());
        Self { code, severity: code.severity(), path, message, instead: code.instead(), identity }
    }

    /// Whether it is the same habit at the same rule or variant, wherever that stands in its document.
    pub fn is_same(&self, other: &Self) -> bool {
        self.code == other.code && self.identity == other.identity
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, severity, path, message, instead, .. } = self;
        write!(f, "{}[{}] {path}: {message}; {instead}", severity.name(), code.name())
    }
}
