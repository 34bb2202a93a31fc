//! Semantic versions, ranked.
//!
//! All versions that an attribute is compared with are known when a ruleset is compiled, so a
//! version is located among them once, and every `semver...` condition compares small numbers.

use semver::{BuildMetadata, Prerelease, Version};

use crate::ir::{Ruleset, View, version_order};

/// Twice the number of the view's versions below this one, plus one if it equals one of them;
/// NaN if the text is no version.
pub(super) fn rank<P>(ruleset: &Ruleset<P>, view: &View, text: &[u8]) -> f64 {
    let start = view.versions as usize;
    let known = ruleset.versions.get(start..start + view.operands.count as usize).unwrap_or_default();
    let Some(version) = parse(text) else { return f64::NAN };
    let found = known.binary_search_by(|other| version_order(other, &version));
    let rank = found.map_or_else(|below| 2 * below, |equal| 2 * equal + 1);
    f64::from(rank as u32)
}

/// Strict semver 2.0.0 after at most one small `v`.
fn parse(text: &[u8]) -> Option<Version> {
    let text = text.strip_prefix(b"v").unwrap_or(text);
    plain(text).or_else(|| Version::parse(core::str::from_utf8(text).ok()?).ok())
}

/// The usual case, three short numbers, without the general parser's cost.
fn plain(text: &[u8]) -> Option<Version> {
    let mut numbers = [0u64; 3];
    let mut fields = text.split(|&byte| byte == b'.');
    for number in &mut numbers {
        let field = fields.next()?;
        let zero_padded = field.len() > 1 && field.first() == Some(&b'0');
        if field.is_empty() || field.len() > 9 || zero_padded {
            return None;
        }
        for byte in field {
            if !byte.is_ascii_digit() {
                return None;
            }
            *number = *number * 10 + u64::from(byte - b'0');
        }
    }
    let [major, minor, patch] = numbers;
    let version = Version { major, minor, patch, pre: Prerelease::EMPTY, build: BuildMetadata::EMPTY };
    fields.next().is_none().then_some(version)
}
