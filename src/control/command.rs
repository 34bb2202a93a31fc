//! What can be asked of a workspace.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::deployment;
use super::document::Document;
use super::event::PartKind;
use super::kills::KillTarget;
use super::preset::Preset;
use super::program;
use super::release;
use super::rollout;

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
// Commands without members have braces here and in all nested ones: serde lets unknown members of others pass.
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
        /// Why units may be drawn anew, where the change does that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<String>,
    },
    /// Carries out several actions in their order, together or not at all.
    All {
        /// None of them is this one again.
        actions: Vec<Action>,
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
    /// Drives the exposure of rules.
    Rollout {
        /// The host's id of the rollout.
        rollout: String,
        /// What is wished of it.
        command: rollout::Command,
    },
    /// Deploys another version of a service.
    Deployment {
        /// The host's id of the deployment.
        deployment: String,
        /// What is wished of it.
        command: deployment::Command,
    },
    /// Lets people in before everybody.
    Program {
        /// The host's id of the program.
        program: String,
        /// What is wished of it.
        command: program::Command,
    },
    /// Brings versions into environments, and takes them back.
    Release {
        /// The host's id of the release.
        release: String,
        /// What is wished of it.
        command: release::Command,
    },
    /// Decides what time has brought. To be called when [`Workspace::wake_at`](super::Workspace::wake_at) says so; more
    /// often does no harm.
    Tick {},
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

impl Action {
    /// Whether it may bring something into snapshots that was not in them before.
    pub(super) fn is_authoring(&self) -> bool {
        match self {
            Self::CreateWorkspace { .. }
            | Self::AddEnvironment { .. }
            | Self::Create { .. }
            | Self::CreateFlag { .. }
            | Self::Change { .. }
            | Self::Archive { .. }
            | Self::Restore { .. }
            | Self::SetRings { .. } => true,
            Self::All { actions } => actions.iter().any(Self::is_authoring),
            Self::Rollout { command, .. } => matches!(command, rollout::Command::Start { .. }),
            Self::Release { command, .. } => command.is_authoring(),
            Self::Deployment { command, .. } => {
                matches!(command, deployment::Command::Start { .. } | deployment::Command::Instant { .. })
            }
            Self::Program { command, .. } => command.is_authoring(),
            Self::Tick {} | Self::Kill { .. } | Self::Lift { .. } => false,
        }
    }

    /// Why units may be drawn anew.
    pub(super) fn despite(&self) -> Option<&str> {
        match self {
            Self::Change { despite, .. } => despite.as_deref(),
            Self::All { actions } => actions.iter().find_map(Self::despite),
            Self::Release { command, .. } => command.despite(),
            _ => None,
        }
    }
}
