//! What the world must do.

use alloc::string::String;

use serde::Serialize;

/// Something for the host to carry out. Effects are no part of the state: carrying one out twice does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Do a step of a rollback, and `acknowledge` it. Its flags are taken back already.
    RollBackStep {
        /// The release that is taken back.
        release: String,
        /// The name of the step.
        step: String,
        /// How often that was asked, from 1.
        attempt: u32,
        /// The version that runs now; none if none ran before.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<String>,
    },
    /// Look whether all is well after a rollback, and `acknowledge` what was found.
    Verify {
        /// The release that was taken back.
        release: String,
        /// The name of the check.
        step: String,
        /// When the answer is due, in milliseconds since the epoch.
        deadline: i64,
    },
}
