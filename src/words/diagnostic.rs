//! What validation has to say: everything at once, each with a place and a sentence to act on.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Serialize, Serializer};

use super::text::join;
use super::{limits, order, pointer};

/// How much a problem breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is broken, but it is probably not what was meant.
    Warning,
    /// One flag, segment or service is broken; everything else works.
    Error,
    /// The document is unusable.
    Fatal,
}

impl Severity {
    /// The severity as it is written in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

macro_rules! codes {
    ($($severity:ident { $($variant:ident = $name:literal,)* })*) => {
        /// The codes in the order in which problems of one place are told.
        #[repr(u8)]
        enum Place { $($($variant,)*)* }

        #[expect(non_upper_case_globals, reason = "they are used as the variants of an enum are")]
        #[expect(missing_docs, reason = "each code is explained in docs/diagnostics.md, under its name")]
        impl Code {
            $($(pub const $variant: Self =
                Self(&Kind { place: Place::$variant as u8, name: $name, severity: Severity::$severity });)*)*

            /// Every code.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];
        }
    };
}

/// What kind of problem it is. The name never changes its meaning; new ones may come.
///
/// No enum, whose names would all be linked where one of them is: the slim artifact reports five.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static Kind);

#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Kind {
    place: u8,
    name: &'static str,
    severity: Severity,
}

impl Code {
    /// The code as it is written in files and messages.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// What a problem of this kind breaks, unless the place where it stands says otherwise.
    pub const fn severity(self) -> Severity {
        self.0.severity
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

codes! {
    Fatal {
        NotJson = "not-json",
        TooDeep = "too-deep",
        DocumentTooLarge = "document-too-large",
        TooManyFlags = "too-many-flags",
        UnknownSchema = "unknown-schema",
        WrongEnvironment = "wrong-environment",
        OlderRevision = "older-revision",
        SameRevisionOtherBytes = "same-revision-other-bytes",
        NotARuleset = "not-a-ruleset",
    }
    Error {
        WrongType = "wrong-type",
        MissingField = "missing-field",
        DuplicateKey = "duplicate-key",
        UnknownOperator = "unknown-operator",
        UnknownValue = "unknown-value",
        UnsupportedRequirement = "unsupported-requirement",
        UnknownVariant = "unknown-variant",
        UnknownTrack = "unknown-track",
        UnknownSegment = "unknown-segment",
        UnknownRing = "unknown-ring",
        UnknownLayer = "unknown-layer",
        UnknownFlag = "unknown-flag",
        BrokenReference = "broken-reference",
        Cycle = "cycle",
        TooCostly = "too-costly",
        ChainTooLong = "chain-too-long",
        LimitExceeded = "limit-exceeded",
        InvalidPercentage = "invalid-percentage",
        InvalidWeight = "invalid-weight",
        InvalidRange = "invalid-range",
        OverlappingRanges = "overlapping-ranges",
        InvalidInstant = "invalid-instant",
        InvalidRamp = "invalid-ramp",
        InvalidSemver = "invalid-semver",
        InvalidCidr = "invalid-cidr",
        InvalidPattern = "invalid-pattern",
        InvalidDigest = "invalid-digest",
        InvalidUnit = "invalid-unit",
        InvalidKey = "invalid-key",
        InvalidMetadata = "invalid-metadata",
        DuplicateRuleId = "duplicate-rule-id",
        ConflictingOverride = "conflicting-override",
        MixedVariantTypes = "mixed-variant-types",
        AmbiguousCondition = "ambiguous-condition",
        ConflictingFields = "conflicting-fields",
        NumberOutOfRange = "number-out-of-range",
        PrivateAttribute = "private-attribute",
    }
    Warning {
        UnknownField = "unknown-field",
        NegativeWithoutExists = "negative-without-exists",
        CorrelatedSplits = "correlated-splits",
        FallThroughServesSame = "fall-through-serves-same",
        UnknownKill = "unknown-kill",
        UnknownPrerequisiteVariant = "unknown-prerequisite-variant",
        BrokenPrerequisite = "broken-prerequisite",
        UnknownHoldoutFlag = "unknown-holdout-flag",
        LineageChanged = "lineage-changed",
        UndeclaredAttribute = "undeclared-attribute",
        ServerFlagShipped = "server-flag-shipped",
        GuessableUnits = "guessable-units",
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One problem of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Diagnostic"))]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub code: Code,
    /// What it breaks.
    pub severity: Severity,
    /// Where it is: a JSON pointer (RFC 6901) into the document, empty for the whole of it.
    pub path: String,
    /// A sentence to act on.
    pub message: String,
}

impl Diagnostic {
    /// A problem of the severity that is usual for its code.
    pub fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity(), path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] {}: {}", self.severity.name(), self.code.name(), self.path, self.message)
    }
}

/// The problems found so far. Bounded, so that a hopeless document cannot fill the memory.
#[derive(Clone, Debug, Default)]
pub struct Report {
    found: Vec<Diagnostic>,
    errors: usize,
    fatal: bool,
}

impl Report {
    /// Adds a problem; its path, a JSON pointer, is made only if there is still room for it.
    pub fn add(&mut self, severity: Severity, code: Code, path: &dyn Fn() -> String, message: &str) {
        self.errors += usize::from(severity == Severity::Error);
        self.fatal |= severity == Severity::Fatal;
        if self.found.len() < limits::DIAGNOSTICS || severity == Severity::Fatal {
            self.found.push(Diagnostic { code, severity, path: path(), message: message.into() });
        }
    }

    /// How many problems of severity error there are. What reads a part of a document compares
    /// the count before and after: if it rose, that part is broken.
    pub const fn errors(&self) -> usize {
        self.errors
    }

    /// Whether the document is unusable.
    pub const fn is_fatal(&self) -> bool {
        self.fatal
    }

    /// Everything found, the gravest first, then by place.
    pub fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        order::sort(&mut self.found, |a, b| {
            b.severity.cmp(&a.severity).then_with(|| a.path.cmp(&b.path)).then_with(|| a.code.cmp(&b.code))
        });
        self.found
    }
}

/// A place in a document while it is being read: a chain on the stack that becomes a JSON pointer
/// only if something is wrong there.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub enum Path<'p> {
    /// The whole document.
    Root,
    /// A member of an object.
    Key(&'p Path<'p>, &'p str),
    /// An element of an array.
    Index(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    /// The member `key` of the object here.
    pub const fn key(&'p self, key: &'p str) -> Self {
        Self::Key(self, key)
    }

    /// The element `index` of the array here.
    pub const fn index(&'p self, index: usize) -> Self {
        Self::Index(self, index)
    }

    /// The place as a JSON pointer.
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.push_to(&mut pointer);
        pointer
    }

    fn push_to(&self, pointer: &mut String) {
        match *self {
            Self::Root => {}
            Self::Key(parent, key) => {
                parent.push_to(pointer);
                pointer::push_key(pointer, key);
            }
            Self::Index(parent, index) => {
                parent.push_to(pointer);
                pointer::push_index(pointer, index);
            }
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pointer())
    }
}

/// The name among `known` that was probably meant by `given`, as the end of a message:
/// `` ; did you mean `exposure`? `` or nothing.
pub fn did_you_mean(given: &str, known: &[&str]) -> String {
    let mut nearest = ("", usize::MAX);
    for &name in known {
        let distance = distance(given, name);
        // Of several equally near the first by name, whatever the order of the known ones.
        if distance <= 1 + name.len() / 5 && (distance, name) < (nearest.1, nearest.0) {
            nearest = (name, distance);
        }
    }
    match nearest.0 {
        "" => String::new(),
        name => join(&["; did you mean `", name, "`?"]),
    }
}

/// Levenshtein's distance in bytes, whatever the case. Names are short, and long input is not compared.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let substituted = diagonal + usize::from(!x.eq_ignore_ascii_case(&y));
            diagonal = *cell;
            left = substituted.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
