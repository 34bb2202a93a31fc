//! Kills: what is switched off in an environment, by whom and why.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::words::kill::KillSet;
use crate::words::text::lies_in;
use crate::words::time::Timestamp;

/// What can be killed. As JSON `{"all":true}`, or one of `namespace`, `flag` and `service` with its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum KillTarget {
    /// Every flag and every service. The value is true.
    All(bool),
    /// `a` is the flag `a` and every flag `a.*`.
    Namespace(String),
    /// A flag.
    Flag(String),
    /// A service.
    Service(String),
}

impl KillTarget {
    /// Whether it switches a flag off.
    pub fn hits(&self, flag: &str) -> bool {
        match self {
            Self::All(_) => true,
            Self::Namespace(name) => lies_in(flag, name),
            Self::Flag(key) => key == flag,
            Self::Service(_) => false,
        }
    }

    /// Whether it switches a service off.
    pub fn hits_service(&self, service: &str) -> bool {
        match self {
            Self::All(_) => true,
            Self::Service(key) => key == service,
            Self::Namespace(_) | Self::Flag(_) => false,
        }
    }
}

/// Who switched something off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Kill {
    /// Who.
    pub actor: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<String>,
    /// When, in milliseconds since the epoch.
    pub at: i64,
}

impl Kill {
    pub(super) const fn new(actor: String, reason: Option<String>, at: Timestamp) -> Self {
        Self { actor, reason, at: at.as_ms() }
    }
}

/// The kill set as snapshots have it.
pub(super) fn kill_set(revision: u64, kills: &BTreeMap<KillTarget, Kill>) -> KillSet {
    let mut set = KillSet { revision, ..KillSet::default() };
    for target in kills.keys() {
        match target {
            KillTarget::All(_) => set.all = true,
            KillTarget::Namespace(name) => set.namespaces.push(name.clone()),
            KillTarget::Flag(key) => set.flags.push(key.clone()),
            KillTarget::Service(key) => set.services.push(key.clone()),
        }
    }
    set
}
