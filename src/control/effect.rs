//! What the world must do.

use alloc::string::String;

use serde::Serialize;

/// Something for the host to carry out. Effects are no part of the state: carrying one out twice does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Publish the snapshot of an environment, which is another one now.
    Publish {
        /// Which.
        environment: String,
        /// The snapshot's revision.
        revision: u64,
    },
    /// Send a `tick` at this instant, and no longer at those that were named before.
    Wake {
        /// In milliseconds since the epoch.
        at: i64,
    },
    /// Publish the kill message of an environment, ahead of everything else.
    PublishKills {
        /// Which.
        environment: String,
        /// The kill set's revision.
        revision: u64,
    },
}
