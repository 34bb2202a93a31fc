//! Delivery as data and pure functions.
//!
//! Everything between "the code is merged" and "everyone has it" is a [`Workspace`]: what people authored, what is killed,
//! and the machines that move shares. A [`Command`] is decided into a transaction of [`Event`]s, or refused with a
//! [`Rejection`] that says what to do instead. Events are folded into the workspace, and that cannot fail. The events are
//! the log ([`Journal`]), the log is the audit trail and the persistence: replaying it gives the same workspace bit by bit.
//!
//! Time, ids and storage are the host's. What the world must do is returned as [`Effect`]s.

mod author;
mod command;
pub mod dashboard;
pub mod deployment;
mod describe;
mod document;
mod duration;
mod effect;
mod event;
pub mod guide;
mod journal;
mod kills;
mod moved;
mod notice;
mod preset;
pub mod program;
mod progress;
mod publish;
mod rejection;
pub mod release;
pub mod rollout;
pub mod simulation;
mod workspace;

pub use command::{Action, Command};
pub use deployment::Deployment;
pub use document::Document;
pub use duration::Duration;
pub use effect::{Audience, Effect, Template};
pub use event::{Event, PartKind};
pub use journal::{Damage, Handled, Journal, Record, Replayed, read_log, verify};
pub use kills::{Kill, KillTarget};
pub use preset::Preset;
pub use program::Program;
pub use progress::{
    Cause, Curve, Exposure, Freeze, Freezes, Gate, Monitoring, Plan, Progress, Reached, Stage, Stages, Status, Step,
    Watch,
};
pub use publish::for_browsers;
pub use rejection::{Rejection, RejectionCode};
pub use release::Release;
pub use rollout::Rollout;
pub use workspace::{Environment, Part, Workspace};
