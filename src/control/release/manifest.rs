//! What a release is, as it is carried out.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::super::document::Document;
use super::super::progress::{Exposure, Freezes, Stages};
use super::super::rollout::Target;
use super::asked::{Approvals, Verification};
use super::version::{Kind, Version};

/// What a release is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseManifest"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Manifest {
    /// Where it is released.
    pub environment: String,
    /// Its version.
    pub version: Version,
    /// Its type.
    pub kind: Kind,
    /// Whether it is a hotfix of a line below the version that runs there.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub older_line: bool,
    /// What is new.
    pub notes: Notes,
    /// What it brings.
    pub content: Content,
    /// Who has to say yes.
    pub approvals: Approvals,
    /// When no phase begins and time stands still.
    #[serde(default, skip_serializing_if = "Freezes::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub freezes: Freezes,
    /// What is done when it is taken back.
    pub recovery: Recovery,
}

/// What is new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseNotes"))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Notes {
    /// What there was not before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub features: Vec<String>,
    /// What was wrong before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub fixes: Vec<String>,
    /// What is not as before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub breaking_changes: Vec<String>,
}

/// What a release brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseContent"))]
#[serde(tag = "type", deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Content {
    /// A rollout of rules.
    Rollout {
        /// The rules.
        rules: Vec<Target>,
        /// The phases.
        plan: Stages,
    },
    /// What another release left in its environment.
    Copy {
        /// The other release.
        of: String,
        /// Its flags as that environment had them when it was completed.
        flags: BTreeMap<String, Document>,
    },
}

impl Content {
    /// How many phases there are.
    pub fn phases(&self) -> usize {
        match self {
            Self::Rollout { plan, .. } => plan.stages.len(),
            Self::Copy { .. } => 1,
        }
    }

    /// The flags that are written as it starts.
    pub(in super::super) fn written(&self) -> impl Iterator<Item = &str> {
        let flags = match self {
            Self::Copy { flags, .. } => Some(flags),
            Self::Rollout { .. } => None,
        };
        flags.into_iter().flat_map(|flags| flags.keys().map(String::as_str))
    }

    /// The exposure at the end.
    pub fn target(&self) -> Exposure {
        match self {
            Self::Rollout { plan, .. } => plan.target(),
            Self::Copy { .. } => Exposure::ALL,
        }
    }
}

/// What the host does when a release is taken back, and what it looks at then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseRecovery"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Recovery {
    /// What it does, one after another.
    pub steps: Vec<String>,
    /// What it looks at after that, one after another.
    pub verification: Vec<Verification>,
}

impl Recovery {
    /// The steps and then the checks, with the milliseconds that there are for a check.
    pub fn all(&self) -> impl Iterator<Item = (&str, Option<i64>)> {
        let steps = self.steps.iter().map(|step| (step.as_str(), None));
        steps.chain(self.verification.iter().map(|check| (check.step.as_str(), Some(check.within.as_ms()))))
    }
}
