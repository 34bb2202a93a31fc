//! What people ask for when they plan a release.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::super::duration::Duration;
use super::super::progress::{Freeze, Monitoring, Plan};
use super::super::rollout::Target;
use super::manifest::Notes;
use super::version::{Kind, Version};

/// A release as it is planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseDraft"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Draft {
    /// Where it is released.
    pub environment: String,
    /// Its version: above that which runs there, and never planned there before.
    pub version: Version,
    /// Its type, which agrees with the version.
    pub kind: Kind,
    /// Whether it is a hotfix of a line below the version that runs there, which goes on being the current one.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub older_line: bool,
    /// What is new.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub notes: Notes,
    /// The rules of flags that it drives; at least one.
    pub rules: Vec<Target>,
    /// The phases; those of its type by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// What else there is to say.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub terms: Terms,
}

/// What is said of releases and of copies alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseTerms"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Terms {
    /// Who has to say yes; nobody by default.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub approvals: Approvals,
    /// When no phase begins and time stands still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub freezes: Vec<Freeze>,
    /// What is done when it is taken back.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub rollback: Rollback,
}

/// Who has to say yes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseApprovals"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Approvals {
    /// Whose word counts; everybody's, if nobody is named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub by: BTreeSet<String>,
    /// How many different people it takes; all who are named, by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<usize>,
    /// Whether every phase but the last ends at a gate, which takes as many anew.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub each_phase: bool,
}

impl Approvals {
    /// How many different people it takes.
    pub fn needed(&self) -> usize {
        self.least.unwrap_or(self.by.len())
    }
}

/// What is done when a release is taken back, once its rules serve what they served before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseRollback"))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Rollback {
    /// What takes it back by itself, for the phases of its type: what is held against those who are exposed. A plan of its
    /// own has its own `monitoring`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggers: Option<Monitoring>,
    /// What the host does then, one after another.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub steps: Vec<String>,
    /// What the host looks at after that, one after another.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub verification: Vec<Verification>,
}

impl Default for Rollback {
    fn default() -> Self {
        let steps = ["revertVersion", "notifyStakeholders"].map(String::from).into();
        let check = |(step, seconds): (&str, i64)| Verification {
            step: step.into(),
            within: Duration::from_ms(seconds * 1_000).unwrap_or_default(),
        };
        let verification = [("healthChecks", 300), ("smokeTests", 600), ("userFeedback", 1_800)].map(check).into();
        Self { triggers: None, steps, verification }
    }
}

/// Something to look at after a rollback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseVerification"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Verification {
    /// Its name.
    pub step: String,
    /// How long the host has for it.
    pub within: Duration,
}
