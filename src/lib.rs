//! Feature flags, segments and canary routing, decided by one pure core.
//!
//! A [`snapshot`] goes in as JSON, is checked with everything that is wrong said at
//! once, and compiled to a [ruleset](ir). [Evaluating](evaluate) a flag for a
//! [`Context`] at an instant is then a total function: the same answer in a browser, an edge
//! worker, Node and here. The core does no I/O and knows no clock and no chance.
//!
//! [`Engine`] is where to begin.
#![cfg_attr(not(feature = "typescript"), no_std)]
// With std some names need no path.
#![cfg_attr(feature = "typescript", allow(unused_qualifications))]

extern crate alloc;

pub mod analysis;
pub mod attributes;
pub mod client;
pub mod compile;
pub mod context;
pub mod control;
pub mod diff;
pub mod engine;
pub mod evaluate;
pub mod explain;
pub mod hash;
pub mod ir;
pub mod json;
pub mod lint;
pub mod patterns;
pub mod radius;
pub mod snapshot;
pub mod stats;
pub mod words;

pub use context::Context;
pub use engine::{Assignment, Changes, Engine, Evaluation, Route, SnapshotError};
pub use ir::Reason;
pub use words::diagnostic::{Code, Diagnostic, Severity};
pub use words::error_code::ErrorCode;
pub use words::time::Timestamp;
pub use words::value::{Value, ValueType};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

#[cfg(doctest)]
#[doc = include_str!("../docs/statistics.md")]
struct StatisticsExamples;

#[cfg(doctest)]
#[doc = include_str!("../docs/control.md")]
struct ControlExamples;

#[cfg(doctest)]
#[doc = include_str!("../docs/releases.md")]
struct ReleaseExamples;

#[cfg(doctest)]
#[doc = include_str!("../docs/early-access.md")]
struct EarlyAccessExamples;

#[cfg(doctest)]
#[doc = include_str!("../docs/check.md")]
struct CheckExamples;

#[cfg(doctest)]
#[doc = include_str!("../docs/deployments.md")]
struct DeploymentsExamples;
