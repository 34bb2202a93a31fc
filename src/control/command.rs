//! What can be asked of a workspace.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::event::PartKind;
use super::kills::KillTarget;
use super::preset::Preset;
use super::rollout::Plan;

/// Somebody's wish, with what is needed to decide it once and to answer for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Command {
    /// The host's id of the command. A second command with the id of one that was carried out changes nothing.
    pub id: String,
    /// Who wishes it: a person or a program.
    pub actor: String,
    /// Why, for those who read the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The revision of the workspace that the actor looked at. If it has changed since, the command is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_revision: Option<u64>,
    /// What is wished.
    pub action: Action,
}

/// What is wished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Action {
    /// Begins a workspace.
    CreateWorkspace {
        /// Random: tells the histories of two workspaces apart.
        lineage: String,
        /// Its first environments.
        environments: BTreeSet<String>,
    },
    /// Adds an environment, in which everything is as authored for all.
    AddEnvironment {
        /// Its name.
        environment: String,
    },
    /// Authors a part of the snapshot.
    Create {
        /// What it is.
        part: PartKind,
        /// Its key, which was never used before for a part of this kind.
        key: String,
        /// As in a snapshot.
        value: Document,
    },
    /// Authors a flag of a usual kind.
    CreateFlag {
        /// Its key.
        key: String,
        /// The usual kind.
        preset: Preset,
    },
    /// Changes some members of a part.
    Change {
        /// What it is.
        part: PartKind,
        /// Its key.
        key: String,
        /// For one environment alone, over what is authored for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
        /// The members by name, as in a snapshot; null takes one away. In an environment that means: as authored for all.
        set: Document,
    },
    /// Takes a part out of all snapshots. Its key stays taken.
    Archive {
        /// What it is.
        part: PartKind,
        /// Its key.
        key: String,
    },
    /// Brings an archived part back as it was.
    Restore {
        /// What it is.
        part: PartKind,
        /// Its key.
        key: String,
    },
    /// Sets the rings, in their order.
    SetRings {
        /// As in a snapshot.
        rings: Vec<Document>,
    },
    /// Begins to drive a rule's exposure.
    StartRollout {
        /// The host's id of the rollout, never used before.
        rollout: String,
        /// Where.
        environment: String,
        /// The flag.
        flag: String,
        /// The id of the rule that it drives; no other rollout may drive it.
        rule: String,
        /// The variant that is rolled out, unless the rule has a split already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variant: Option<String>,
        /// What is to be done.
        plan: Plan,
    },
    /// Opens the gate of a stage, or ends a stage before its time.
    AdvanceRollout {
        /// Which.
        rollout: String,
    },
    /// Stops a rollout's time. What was reached is served.
    PauseRollout {
        /// Which.
        rollout: String,
    },
    /// Lets a rollout's time run on, from where it stood.
    ResumeRollout {
        /// Which.
        rollout: String,
    },
    /// Takes a rollout back: the rule is served as it was authored.
    RollBackRollout {
        /// Which.
        rollout: String,
    },
    /// Ends a rollout at its target, whatever stages are left.
    CompleteRollout {
        /// Which.
        rollout: String,
    },
    /// Decides what time has brought. To be called when [`Workspace::wake_at`](super::Workspace::wake_at) says so; more
    /// often does no harm.
    Tick,
    /// Switches off at once.
    Kill {
        /// Where.
        environment: String,
        /// What.
        targets: BTreeSet<KillTarget>,
    },
    /// Takes kills back.
    Lift {
        /// Where.
        environment: String,
        /// What.
        targets: BTreeSet<KillTarget>,
    },
}
