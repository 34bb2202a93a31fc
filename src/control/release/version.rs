//! Versions, and what a type of release says of them.

use alloc::format;
use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::words::limits;
use crate::words::version::Version as Parsed;

/// A semantic version, semver 2.0.0, as it was written. Build metadata are kept, and count for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// Reads a version strictly: three numbers, nothing before them.
    pub fn parse(text: &str) -> Option<Self> {
        let is_sound = text.len() <= limits::KEY_BYTES && Parsed::parse(text.as_bytes()).is_some();
        is_sound.then(|| Self(text.into()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Major, minor, patch.
    pub fn numbers(&self) -> [u64; 3] {
        self.parsed().map_or([0; 3], |parsed| parsed.numbers)
    }

    /// The identifiers after the hyphen; empty for what is no pre-release.
    pub fn pre(&self) -> &str {
        self.parsed().map_or("", |parsed| core::str::from_utf8(parsed.pre).unwrap_or_default())
    }

    /// Which one comes first. Versions that differ in their build metadata alone are the same.
    pub fn precedence(&self, other: &Self) -> Ordering {
        self.parsed().cmp(&other.parsed())
    }

    fn parsed(&self) -> Option<Parsed<'_>> {
        Parsed::parse(self.0.as_bytes())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` is no semantic version such as `2.1.0` or `3.0.0-beta.1`"))
        })
    }
}

/// What type of release. It must agree with the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseKind"))]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Breaks something: `3.0.0` after `2.x.y`.
    Major,
    /// Adds something: `2.2.0` after `2.1.x`.
    Minor,
    /// Mends something: `2.1.4` after `2.1.3`.
    Patch,
    /// Mends something at once: a version like a patch.
    Hotfix,
    /// A pre-release `-beta`.
    Beta,
    /// A pre-release `-alpha`.
    Alpha,
}

impl Kind {
    /// Every type.
    pub const ALL: [Self; 6] = [Self::Major, Self::Minor, Self::Patch, Self::Hotfix, Self::Beta, Self::Alpha];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
            Self::Hotfix => "hotfix",
            Self::Beta => "beta",
            Self::Alpha => "alpha",
        }
    }

    /// Whether a version is of this type, by itself and after the last full version before it, if there is one.
    ///
    /// `is_spent` tells the numbers of versions that were seen and did not stay: `2.0.1` mends such a `2.0.0`, and is
    /// of the type that this was.
    ///
    /// # Errors
    /// What the version should be like.
    pub fn fits(
        self,
        version: &Version,
        base: Option<&Version>,
        is_spent: impl Fn([u64; 3]) -> bool,
    ) -> Result<(), String> {
        let (name, pre) = (self.name(), version.pre());
        let label = pre.split('.').next().unwrap_or_default();
        match self {
            Self::Alpha | Self::Beta if label == name => return Ok(()),
            Self::Alpha | Self::Beta => {
                return Err(format!("the version of the type `{name}` is a pre-release such as `2.0.0-{name}.1`"));
            }
            _ if !pre.is_empty() => {
                return Err(format!("`{version}` is a pre-release, and the type `{name}` is for full versions"));
            }
            _ => {}
        }
        let Some(base) = base else { return Ok(()) };
        let ([major, minor, patch], [next_major, next_minor, mut next_patch]) = (base.numbers(), version.numbers());
        while let Some(below) = next_patch.checked_sub(1).filter(|below| is_spent([next_major, next_minor, *below])) {
            next_patch = below;
        }
        let is_so = match self {
            Self::Major => next_major > major && (next_minor, next_patch) == (0, 0),
            Self::Minor => next_major == major && next_minor > minor && next_patch == 0,
            _ => (next_major, next_minor) == (major, minor) && next_patch > patch,
        };
        if is_so {
            return Ok(());
        }
        let mut example = match self {
            Self::Major => [major.saturating_add(1), 0, 0],
            Self::Minor => [major, minor.saturating_add(1), 0],
            _ => [major, minor, patch.saturating_add(1)],
        };
        while is_spent(example) {
            example = [example[0], example[1], example[2].saturating_add(1)];
        }
        let example = example.map(|number| number.to_string()).join(".");
        Err(format!("after `{base}` a version of the type `{name}` is like `{example}`, and not `{version}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    // S3-41: the type and the version say the same.
    #[test]
    fn types_agree_with_versions() {
        use Kind::{Alpha, Beta, Hotfix, Major, Minor, Patch};
        for (base, next, kinds) in [
            ("1.2.3", "2.0.0", &[Major][..]),
            ("1.2.3", "4.0.0", &[Major]),
            ("1.2.3", "2.1.0", &[]),
            ("1.2.3", "1.3.0", &[Minor]),
            ("1.2.3", "1.3.1", &[]),
            ("1.2.3", "1.2.4", &[Patch, Hotfix]),
            ("1.2.3", "1.2.3", &[]),
            ("1.2.3", "1.1.0", &[]),
            ("1.2.3", "2.0.0-beta.1", &[Beta]),
            ("1.2.3", "2.0.0-alpha", &[Alpha]),
            ("1.2.3", "2.0.0-alphabet", &[]),
            ("1.2.3", "2.0.0-rc.1", &[]),
            ("1.2.3", "1.2.4+build.5", &[Patch, Hotfix]),
        ] {
            let found: Vec<Kind> = Kind::ALL
                .into_iter()
                .filter(|kind| kind.fits(&version(next), Some(&version(base)), |_| false).is_ok())
                .collect();
            assert_eq!(found, kinds, "{base} to {next}");
        }
        assert_eq!(Major.fits(&version("1.7.2"), None, |_| false), Ok(()), "what is first may be anything");
    }

    #[test]
    fn build_metadata_make_no_other_version() {
        assert_eq!(version("1.0.0+a").precedence(&version("1.0.0+b")), Ordering::Equal);
        assert_eq!(version("1.0.0-beta.2").precedence(&version("1.0.0")), Ordering::Less);
    }

    use alloc::vec::Vec;
}
