//! Where what a command makes goes: a file, or standard output.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// A file, or standard output for `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// The file of that path.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

impl From<OsString> for Output {
    fn from(name: OsString) -> Self {
        if name == "-" { Self::Stdout } else { Self::File(name.into()) }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdout => f.write_str("standard output"),
        }
    }
}

impl Output {
    /// Writes all of it.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::File(path) => fs::write(path, bytes),
            Self::Stdout => io::stdout().lock().write_all(bytes),
        }
        .with_context(|| format!("`{self}` cannot be written"))
    }
}
