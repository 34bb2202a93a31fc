//! A checked snapshot: what a document says, after everything that can be wrong with it was
//! looked for. Compiling it cannot fail.
//!
//! Maps are held in the order of their keys' UTF-8 bytes, so that nothing depends on the order
//! in which a host writes them. References between parts are keys, not positions: two snapshots
//! can be compared part by part.

use alloc::string::String;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

use crate::hash::Digest;
pub use crate::words::kill::KillSet;
use crate::words::time::Timestamp;
use crate::words::value::ValueType;
use crate::words::weight::Ppm;

/// A whole document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Which history of revisions it belongs to.
    pub lineage: Option<String>,
    /// Its place in that history.
    pub revision: Option<u64>,
    /// The environment that it is for.
    pub environment: Option<String>,
    /// What is killed.
    pub kills: KillSet,
    /// Flags by key.
    pub flags: Vec<Keyed<Flag>>,
    /// Segments by key.
    pub segments: Vec<Keyed<Segment>>,
    /// Rings, the innermost first.
    pub rings: Vec<Ring>,
    /// Layers by key.
    pub layers: Vec<Keyed<Layer>>,
    /// Holdouts by key.
    pub holdouts: Vec<Keyed<Holdout>>,
    /// Services by key.
    pub services: Vec<Keyed<Service>>,
    /// What is said of the attributes of contexts, by path. No answer depends on it.
    pub attributes: Vec<Keyed<Attribute>>,
}

/// A part of the document under its key, sound or broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyed<T> {
    /// The key.
    pub key: String,
    /// What stands there; `Err` holds what is left of a broken part.
    pub part: Result<T, Broken>,
}

impl<T> Keyed<T> {
    /// The part of that key among parts in the order of their keys.
    pub(crate) fn find<'s>(parts: &'s [Self], key: &str) -> Option<&'s Self> {
        let place = parts.binary_search_by(|keyed| keyed.key.as_str().cmp(key)).ok()?;
        parts.get(place)
    }

    /// The same if it is sound, with its key.
    pub(crate) fn find_sound<'s>(parts: &'s [Self], key: &str) -> Option<(&'s str, &'s T)> {
        let found = Self::find(parts, key)?;
        Some((found.key.as_str(), found.part.as_ref().ok()?))
    }
}

/// What is left of a part with an error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Broken {
    /// The variant that a killed flag serves all the same, or the default track of a service,
    /// where it could be read.
    pub off: Option<Variant>,
}

/// A flag.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// Whether it is evaluated.
    pub state: State,
    /// Whether browsers may see it.
    pub audience: Audience,
    /// The type of its values.
    pub kind: ValueType,
    /// Variants by key.
    pub variants: Vec<Variant>,
    /// The variant of a flag that is off: a position in `variants`.
    pub off_variant: usize,
    /// Other flags that must serve certain variants first.
    pub prerequisites: Vec<Prerequisite>,
    /// Units that get a variant by name.
    pub overrides: Vec<Override>,
    /// What is decided for whom.
    pub decision: Decision,
    /// Flat scalars that answers carry: a JSON object as text.
    pub metadata: Option<String>,
    /// For people.
    pub about: About,
}

/// What people write about a flag or a service; answers do not depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What it is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// Whether a flag is evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// It is.
    #[default]
    Active,
    /// It serves its off variant.
    Disabled,
    /// It is, and its answers say that it will go.
    Deprecated,
}

/// Who may see a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Servers alone.
    #[default]
    Server,
    /// Browsers too.
    Client,
}

/// A variant of a flag, or a track of a service with its version as the value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The key.
    pub key: String,
    /// The value: JSON text, its numbers as in the document, so that every host reads the same from it.
    pub value: String,
}

/// Another flag that must serve one of some variants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Prerequisite {
    /// The key of that flag.
    pub flag: String,
    /// Any of these will do. Unknown ones were warned about and never match.
    pub variants: Vec<String>,
}

/// Units that get a variant by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Override {
    /// The attribute that holds the unit.
    pub by: String,
    /// The units, sorted.
    pub units: Vec<Digest>,
    /// A position in the variants.
    pub variant: usize,
}

/// Rules and what is served where none applies: one grammar for flags and services.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Decision {
    /// In order; the first that yields a variant decides.
    pub rules: Vec<Rule>,
    /// What else is served. `None` for a service without a split: its default track.
    pub default: Option<Serve>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Rule {
    /// Unique in its flag.
    pub id: String,
    /// Holds for everybody if absent.
    pub when: Option<Condition>,
    /// The part of a layer that the unit must be in.
    pub layer: Option<LayerRange>,
    /// What it gives.
    pub serve: Serve,
}

/// A part of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LayerRange {
    /// The layer.
    pub key: String,
    /// The first bucket, in ppm.
    pub from: u32,
    /// The bucket after the last, in ppm.
    pub to: u32,
}

/// What a rule or a default gives.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Serve {
    /// One variant: a position in the variants.
    Variant(usize),
    /// A variant by bucket.
    Split(Split),
}

/// A split of units over variants.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Split {
    /// The attribute that holds the unit.
    pub by: String,
    /// Decides, with the unit, the bucket.
    pub seed: String,
    /// The share of each range that is served.
    pub exposure: Exposure,
    /// From explicit `ranges`, or from weights by largest remainder. None overlaps another, and
    /// all are in ascending order of `from`.
    pub ranges: Vec<Range>,
    /// What units get that no range holds; `None`: they go on to the next rule.
    pub outside: Option<usize>,
}

/// A range of buckets, and the variant that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// The first bucket, in ppm.
    pub from: u32,
    /// The bucket after the last at full exposure, in ppm. Not below `from`.
    pub to: u32,
    /// A position in the variants.
    pub variant: usize,
}

/// The share of a split that is served.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Exposure {
    /// The same at all times.
    Constant(Ppm),
    /// By time.
    Ramp(Ramp),
}

/// An exposure that changes with time alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ramp {
    /// Before `start`, and with steps until the first of them.
    pub from: Ppm,
    /// From `end` on.
    pub to: Ppm,
    /// When it begins to change.
    pub start: Timestamp,
    /// When it has changed; after `start`.
    pub end: Timestamp,
    /// How it changes.
    pub curve: Curve,
}

/// How a ramp changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// By the same amount in the same time.
    Linear,
    /// By the same factor in the same time; `from` and `to` are above zero.
    Exponential,
    /// At certain instants, strictly rising: the last that was reached holds.
    Steps(Vec<(Timestamp, Ppm)>),
}

/// A condition about the context or the time.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Condition {
    /// Every one holds; an empty list holds.
    All(Vec<Condition>),
    /// At least one holds; an empty list does not.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(alloc::boxed::Box<Condition>),
    /// The unit is in the segment.
    Segment(String),
    /// The unit is in that ring or an earlier one.
    Ring(String),
    /// `now` is at or after.
    After(Timestamp),
    /// `now` is before.
    Before(Timestamp),
    /// An attribute is compared with an operand.
    Attribute(Test),
}

/// A comparison of an attribute with an operand.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Test {
    /// The path of the attribute.
    pub attribute: String,
    /// The comparison.
    pub operator: Operator,
    /// What the attribute is compared with; its form is the one that the operator needs.
    pub operand: Operand,
    /// Whether ASCII letters are folded.
    pub ignore_case: bool,
    /// The operand as JSON text, for explanations.
    pub text: String,
}

/// The operand of a comparison, in the form that its operator needs.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Operand {
    /// `eq`, `ne`, `in`, `notIn`, `contains`, `containsAny`, `containsAll`: one value is a list of one.
    Scalars(Vec<Scalar>),
    /// `lt`, `lte`, `gt`, `gte`.
    Number(Number),
    /// `startsWith`, `endsWith`.
    Text(String),
    /// `matches`: a pattern that was found to compile.
    Pattern(String),
    /// `semverEq` and its kin: a version without its build metadata, which plays no part.
    Version(String),
    /// `before`, `after`.
    Instant(Timestamp),
    /// `inCidr`.
    Blocks(Vec<Block>),
    /// `exists`: whether it must exist.
    Presence(bool),
}

/// A value that attributes are compared with.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
    /// A boolean.
    Boolean(bool),
}

/// A finite number; -0 is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(f64);

impl Number {
    /// A number; `None` for NaN and the infinities.
    pub fn new(value: f64) -> Option<Self> {
        // Adding zero turns -0 into 0, so that equal numbers have equal bits.
        value.is_finite().then_some(Self(value + 0.0))
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Block {
    /// Whether it is of IPv6. An IPv4-mapped block is one of IPv4.
    pub v6: bool,
    /// The first address; of IPv4 in the low 32 bits.
    pub first: u128,
    /// The last address.
    pub last: u128,
}

macro_rules! operators {
    ($($variant:ident = $name:literal,)*) => {
        /// A comparison.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each operator is explained in docs/operators.md, under its name")]
        #[repr(u8)]
        pub enum Operator { $($variant,)* }

        impl Operator {
            /// Every operator, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Every operator's name.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The operator as it is written in a snapshot.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

operators! {
    Eq = "eq",
    Ne = "ne",
    In = "in",
    NotIn = "notIn",
    Lt = "lt",
    Lte = "lte",
    Gt = "gt",
    Gte = "gte",
    StartsWith = "startsWith",
    EndsWith = "endsWith",
    Contains = "contains",
    Matches = "matches",
    SemverEq = "semverEq",
    SemverLt = "semverLt",
    SemverLte = "semverLte",
    SemverGt = "semverGt",
    SemverGte = "semverGte",
    Before = "before",
    After = "after",
    InCidr = "inCidr",
    Exists = "exists",
    ContainsAny = "containsAny",
    ContainsAll = "containsAll",
}

impl Operator {
    /// The operator of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.name() == name)
    }

    /// Whether it is the negation of another, and so holds for a missing attribute.
    pub const fn is_negative(self) -> bool {
        matches!(self, Self::Ne | Self::NotIn)
    }

    /// Whether `ignoreCase` means anything to it.
    pub const fn takes_ignore_case(self) -> bool {
        matches!(
            self,
            Self::Eq
                | Self::Ne
                | Self::In
                | Self::NotIn
                | Self::StartsWith
                | Self::EndsWith
                | Self::Contains
                | Self::ContainsAny
                | Self::ContainsAll
                | Self::Matches
        )
    }
}

/// A segment of units.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Segment {
    /// The attribute that holds the unit.
    pub by: String,
    /// Units that are in it, sorted.
    pub include: Vec<Digest>,
    /// Units that are not, whatever else is said; sorted.
    pub exclude: Vec<Digest>,
    /// Who else is in it.
    pub when: Option<Condition>,
}

/// A ring: a name for a segment, and for all the rings before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ring {
    /// The name.
    pub name: String,
    /// The segment; `None` if the ring is broken.
    pub segment: Option<String>,
}

/// A layer: a division of units that several flags share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Layer {
    /// The attribute that holds the unit.
    pub by: String,
    /// The seed.
    pub seed: String,
}

/// A holdout: units that get the off variant of some flags.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Holdout {
    /// The attribute that holds the unit.
    pub by: String,
    /// The seed.
    pub seed: String,
    /// The share of units held out.
    pub exposure: Ppm,
    /// The flags that they are held out of.
    pub flags: Vec<String>,
}

/// What a document says of an attribute: for people, for the checks of contexts in development, and for what browsers get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// What its values are.
    pub kind: AttributeType,
    /// Whether no browser may see that it is read.
    pub is_private: bool,
}

macro_rules! attribute_types {
    ($($(#[$about:meta])* $variant:ident = $name:literal,)*) => {
        /// What the values of an attribute are.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum AttributeType { $($(#[$about])* $variant,)* }

        impl AttributeType {
            /// Every type, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Every type's name.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The type as it is written in a snapshot.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

attribute_types! {
    /// Something that splits and lists can count by: a text that is not empty, or a whole number up to 2^53 - 1.
    Unit = "unit",
    /// A text.
    #[default]
    String = "string",
    /// A finite number.
    Number = "number",
    /// A boolean.
    Boolean = "boolean",
    /// An RFC 3339 text with an offset, or milliseconds since the epoch.
    Instant = "instant",
    /// The text of a semantic version.
    Version = "version",
    /// The text of an IPv4 or IPv6 address.
    Address = "address",
    /// A list of texts, numbers and booleans.
    List = "list",
    /// An object, and whatever is in it.
    Object = "object",
}

/// A service and its tracks.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Tracks by key, the version as the value.
    pub tracks: Vec<Variant>,
    /// The track where nothing else answers: a position in `tracks`.
    pub default_track: usize,
    /// Rules and the split.
    pub decision: Decision,
    /// For people.
    pub about: About,
}
