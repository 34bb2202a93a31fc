//! Semantic versions, ranked.
//!
//! All versions that an attribute is compared with are known when a ruleset is compiled, so a
//! version is located among them once, and every `semver...` condition compares small numbers.

use crate::ir::{Ruleset, VersionRow, View};
use crate::words::version::Version;

/// Twice the number of the view's versions below this one, plus one if it equals one of them;
/// NaN if the text is no version.
pub(super) fn rank<P>(ruleset: &Ruleset<P>, view: &View, text: &[u8]) -> f64 {
    let known = view.versions.of(&ruleset.versions);
    let Some(version) = Version::of_attribute(text) else { return f64::NAN };
    // The texts of most need not be looked at.
    let order = |other: &VersionRow| {
        let by_numbers = { other.numbers }.cmp(&version.numbers);
        by_numbers.then_with(|| ruleset.version(other).cmp(&version))
    };
    let found = known.binary_search_by(order);
    let rank = found.map_or_else(|below| 2 * below, |equal| 2 * equal + 1);
    f64::from(rank as u32)
}
