//! Membership in lists of units, of a hundred thousand and more.

use crate::hash::Digest;
use crate::ir::Unit;

/// Whether a sorted list holds the unit. Digests are uniform, so the place of one among others is known to about the
/// square root of their number: what is left to be searched is small. A list whose digests lie otherwise is searched
/// as a whole.
pub(super) fn contains(units: &[Unit], unit: Digest) -> bool {
    let guess = (((unit.0 >> 32) * units.len() as u64) >> 32) as usize;
    let margin = 2 * root(units.len());
    let (from, to) = (guess.saturating_sub(margin), guess.saturating_add(margin).min(units.len()));
    let first = units.get(from).map_or(0, |first| first.low);
    let last = units.get(to.wrapping_sub(1)).map_or(u64::MAX, |last| last.low);
    // Of digests that begin alike, those on the other side of a bound could be the one.
    let is_within = (from == 0 || first < unit.0) && (to == units.len() || unit.0 < last);
    let rest = if is_within { units.get(from..to).unwrap_or_default() } else { units };
    rest.binary_search_by(|other| (other.low, other.high).cmp(&(unit.0, unit.1))).is_ok()
}

/// Roughly the square root, from above.
const fn root(n: usize) -> usize {
    1 << (usize::BITS - n.leading_zeros()).div_ceil(2)
}
