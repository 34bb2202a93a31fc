//! What operators look at: metrics by arm and window, trends, alerts, comparisons, health, adoption, circuit breakers,
//! and reports of all of it.
//!
//! Pure functions of plain values, like all of the core: hosts collect and fetch, keep the states as JSON, and tell
//! the time. Missing data is a state of its own everywhere and never a good value. `docs/metrics.md` says what every
//! figure means, with its formula and its form as JSON. Nothing of evaluation names this module.
//!
//! - [`metric`]: what is measured, and what was observed.
//! - [`summary`], [`trend`], [`comparison`]: what a window says, how it moves, how it differs from another arm's.
//! - [`alert`], [`health`], [`breaker`]: what to do about it.
//! - [`adoption`]: how many of those who could use something did.
//! - [`experiment`]: arms beside a control, and what can be concluded.
//! - [`report`]: all of it as JSON, CSV and Prometheus text.

pub mod adoption;
pub mod alert;
pub mod breaker;
pub mod comparison;
mod error;
pub mod experiment;
pub mod health;
mod instant;
pub mod metric;
pub mod reading;
pub mod report;
pub mod summary;
pub mod trend;

pub use error::{Cause, Error};
