//! What happened.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::deployment;
use super::document::Document;
use super::kills::KillTarget;
use super::program;
use super::release;
use super::rollout;

/// What kind of part of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PartKind {
    /// A flag.
    Flag,
    /// A segment.
    Segment,
    /// A layer.
    Layer,
    /// A holdout.
    Holdout,
    /// A service.
    Service,
    /// What is said of an attribute of contexts; its key is the attribute's path.
    Attribute,
}

impl PartKind {
    /// Every kind, in the order in which a snapshot has them.
    pub const ALL: [Self; 6] = [Self::Flag, Self::Segment, Self::Layer, Self::Holdout, Self::Service, Self::Attribute];

    /// The word for one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Segment => "segment",
            Self::Layer => "layer",
            Self::Holdout => "holdout",
            Self::Service => "service",
            Self::Attribute => "attribute",
        }
    }

    /// The member of a snapshot that has them.
    pub const fn member(self) -> &'static str {
        match self {
            Self::Flag => "flags",
            Self::Segment => "segments",
            Self::Layer => "layers",
            Self::Holdout => "holdouts",
            Self::Service => "services",
            Self::Attribute => "attributes",
        }
    }
}

/// Something that happened. Events say all that is needed to fold them, so that folding decides nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A workspace began.
    WorkspaceCreated {
        /// Tells the histories of two workspaces apart.
        lineage: String,
    },
    /// There is another environment.
    EnvironmentAdded {
        /// Its name.
        environment: String,
    },
    /// A part was authored.
    Created {
        /// What it is.
        part: PartKind,
        /// Its key.
        key: String,
        /// As in a snapshot.
        value: Document,
    },
    /// Members of a part were changed.
    Changed {
        /// What it is.
        part: PartKind,
        /// Its key.
        key: String,
        /// Where, if not everywhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
        /// The members as they were; null where there was none.
        before: Document,
        /// The members as they are; null where there is none.
        after: Document,
    },
    /// A change of shares took something from units, beyond what it gave to others.
    Moved {
        /// What was changed.
        part: PartKind,
        /// Its key.
        key: String,
        /// Where.
        environment: String,
        /// How many of a hundred units that get there have nothing of it any more. Those who came last go first, unless
        /// units were drawn anew.
        lost: f64,
        /// How many have something else of it.
        swapped: f64,
        /// Why units were drawn anew; none were without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<String>,
    },
    /// A part is in no snapshot any more.
    Archived {
        /// What it is.
        part: PartKind,
        /// Its key.
        key: String,
    },
    /// An archived part is back.
    Restored {
        /// What it is.
        part: PartKind,
        /// Its key.
        key: String,
    },
    /// The rings were set.
    RingsSet {
        /// As they were.
        before: Vec<Document>,
        /// As they are.
        after: Vec<Document>,
    },
    /// Something happened to a rollout.
    Rollout {
        /// Its id.
        rollout: String,
        /// What.
        event: rollout::Event,
    },
    /// Something happened to a deployment.
    Deployment {
        /// Its id.
        deployment: String,
        /// What.
        event: deployment::Event,
    },
    /// Something happened in an early-access program.
    Program {
        /// Its id.
        program: String,
        /// What.
        event: program::Event,
    },
    /// Something happened to a release.
    Release {
        /// Its id.
        release: String,
        /// What.
        event: release::Event,
    },
    /// Something was switched off.
    Killed {
        /// Where.
        environment: String,
        /// What.
        targets: BTreeSet<KillTarget>,
    },
    /// Kills were taken back.
    Lifted {
        /// Where.
        environment: String,
        /// What.
        targets: BTreeSet<KillTarget>,
    },
}

impl Event {
    /// Whether it only says what a host has seen.
    pub const fn is_observation(&self) -> bool {
        matches!(
            self,
            Self::Rollout { event: rollout::Event::Observed { .. }, .. }
                | Self::Deployment { event: deployment::Event::Observed { .. }, .. }
        )
    }
}
