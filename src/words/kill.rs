//! Kills: what is switched off at once, whatever else is decided.

use alloc::string::String;
use alloc::vec::Vec;

/// The kill set of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct KillSet {
    /// Raised by every kill and every lift. The set with the highest wins as a whole.
    pub revision: u64,
    /// Kills every flag and every service.
    pub all: bool,
    /// `a` kills the flag `a` and every flag `a.*`.
    pub namespaces: Vec<String>,
    /// Killed flags.
    pub flags: Vec<String>,
    /// Killed services.
    pub services: Vec<String>,
}

/// A kill set that comes by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KillMessage {
    /// The kill set.
    pub kills: KillSet,
    /// The environment that it is for, if it says so.
    pub environment: Option<String>,
    /// The lineage that it is for, if it says so.
    pub lineage: Option<String>,
}

/// How far a kill reaches that hits a flag or a service; of several the widest is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum KillScope {
    /// Everything.
    All,
    /// A namespace of flags.
    Namespace,
    /// The flag, or the service, itself.
    Own,
}
