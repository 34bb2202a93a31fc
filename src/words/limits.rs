//! Every bound of the engine, in one place.
//!
//! A bound is enforced when a snapshot is validated or a ruleset is loaded, so that evaluation
//! never has to check one. What lies beyond a bound is a diagnostic, never a panic or a hang.

use core::ops::RangeInclusive;

/// Bytes of a snapshot document.
pub const DOCUMENT_BYTES: usize = 64 << 20;
/// Nesting of objects and arrays in a snapshot document.
pub const JSON_DEPTH: usize = 64;
/// Diagnostics that one validation reports; what follows is counted, not listed.
pub const DIAGNOSTICS: usize = 10_000;
/// Flags of one snapshot.
pub const FLAGS: usize = 100_000;
/// Services of one snapshot.
pub const SERVICES: usize = 1_000;
/// Segments of one snapshot.
pub const SEGMENTS: usize = 10_000;
/// Layers, and holdouts, of one snapshot.
pub const LAYERS: usize = 1_000;
/// Rings of one snapshot.
pub const RINGS: usize = 100;
/// Rules of one flag or service.
pub const RULES: usize = 1_000;
/// Conditions of one flag, service or segment, groups included.
pub const CONDITIONS: usize = 10_000;
/// Nesting of `all`, `any` and `not`.
pub const CONDITION_DEPTH: usize = 32;
/// Variants of one flag, and tracks of one service.
pub const VARIANTS: usize = 256;
/// Prerequisites of one flag.
pub const PREREQUISITES: usize = 64;
/// Length of a chain of prerequisites, and of segments that use segments.
pub const CHAIN: usize = 64;
/// Steps that one evaluation may take, all that it reaches included.
pub const COST: u32 = 1_000_000;
/// Blocks of addresses that are compared in the time of a step.
pub const BLOCKS_OF_A_STEP: u32 = 16;
/// Elements of `containsAll` that are kept count of in the time of a step.
pub const ELEMENTS_OF_A_STEP: u32 = 512;
/// Units in all lists of a snapshot together.
pub const UNITS: usize = 10_000_000;
/// Elements of a list operand.
pub const OPERAND_LIST: usize = 100_000;
/// Bytes of a `matches` pattern.
pub const PATTERN_BYTES: usize = 1_024;
/// Bytes of the compiled form of a `matches` pattern.
pub const PATTERN_COMPILED_BYTES: usize = 64 << 10;
/// Bytes of the compiled forms of all different `matches` patterns of a snapshot or ruleset together.
pub const PATTERNS_COMPILED_BYTES: usize = 16 << 20;
/// Nesting of groups and repetitions in a `matches` pattern.
pub const PATTERN_DEPTH: u32 = 50;
/// Bytes of a text that `matches` looks at; a longer text never matches.
pub const PATTERN_SUBJECT_BYTES: usize = 64 << 10;
/// Bytes of a key: of a flag, variant, segment, rule, ring, layer, holdout, service, track or seed.
pub const KEY_BYTES: usize = 256;
/// Bytes of an attribute path.
pub const ATTRIBUTE_BYTES: usize = 256;
/// Different attributes that one ruleset reads.
pub const ATTRIBUTES: usize = 4_096;
/// Steps of one ramp.
pub const RAMP_STEPS: usize = 1_000;
/// Weights or ranges of one split.
pub const RANGES: usize = 1_024;
/// The largest relative weight.
pub const WEIGHT: f64 = 1e9;
/// Metrics of one list, and so of one store of observations.
pub const METRICS: usize = 256;
/// Bytes of a metric's name, and of the prefix of exported names.
pub const METRIC_NAME_BYTES: usize = 64;
/// Bytes of the unit of a metric.
pub const METRIC_UNIT_BYTES: usize = 32;
/// Metrics times arms of one store of observations.
pub const SERIES: usize = 2_048;
/// Rules of alerts that are watched together.
pub const ALERT_RULES: usize = 1_000;
/// Bounds of an exported histogram.
pub const HISTOGRAM_BOUNDS: usize = 128;
/// Bytes of an instant's text.
pub const INSTANT_BYTES: usize = 64;
/// The largest magnitude of a whole number that JSON and JavaScript tell apart from its neighbours.
pub const SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
/// The magnitudes of observations whose sums and products are kept exactly; 0 is one too.
pub const OBSERVATION: RangeInclusive<f64> = 1e-60..=1e60;
/// The largest count of observations.
pub const COUNT: u64 = 9_007_199_254_740_991;
/// The values that a sketch tells apart; 0 is one too.
pub const SKETCH_VALUES: RangeInclusive<f64> = 1e-9..=1e12;
/// The relative errors that a sketch may have.
pub const SKETCH_ERROR: RangeInclusive<f64> = 0.001..=0.1;
/// Precisions of a distinct counter: it has two to the power of it registers.
pub const DISTINCT_PRECISION: RangeInclusive<u8> = 8..=16;
/// Slots of one window.
pub const WINDOW_SLOTS: usize = 10_000;
/// Shapes and degrees of freedom of a distribution.
pub const SHAPE: RangeInclusive<f64> = 1e-3..=1e15;
/// Variants that one analysis compares.
pub const ARMS: usize = 256;
/// Variants that one statement of belief compares.
pub const BELIEFS: usize = 32;
/// The least number of observations of an arm at which a look that is right for large samples is allowed.
pub const BURN_IN: u64 = 100;
/// The least error probability that a question may ask for.
pub const ALPHA: f64 = 1e-100;
/// Trials of both arms in one block of counts.
pub const BLOCK: u64 = 1_000_000_000;
/// Stages of one plan.
pub const STAGES: usize = 100;
/// Guardrails of one stage.
pub const GUARDRAILS: usize = 64;
/// Features of one early-access program.
pub const PROGRAM_FEATURES: usize = 100;
/// Members that one early-access program ever has.
pub const MEMBERS: usize = 100_000;
/// Groups of one member of a program.
pub const GROUPS: usize = 64;
/// Bytes of what somebody says: feedback, a reason, an announcement.
pub const TEXT_BYTES: usize = 4_096;
