//! Membership in lists of units, of a hundred thousand and more.

use crate::hash::Digest;
use crate::ir::Unit;

/// How often the place is guessed before it is halved.
const GUESSES: usize = 4;

/// Whether a sorted list holds the unit. Digests are uniform, so the place of one among others
/// can be computed: a few guesses leave a handful of candidates, and a list that is not what it
/// should be costs a plain binary search.
pub(super) fn contains(units: &[Unit], unit: Digest) -> bool {
    let mut rest = units;
    let (mut low, mut high) = (0, u64::MAX);
    for _ in 0..GUESSES {
        if rest.len() <= 8 || unit.0 < low || unit.0 > high {
            break;
        }
        // The upper halves tell enough: a guess need not be exact.
        let (above, width) = ((unit.0 - low) >> 32, (high - low) >> 32);
        let share = above * rest.len() as u64 / (width + 1);
        // A margin on the far side turns most guesses into a bound on both sides.
        let margin = isqrt(rest.len()) + 1;
        let guess = share as usize;
        let from = guess.saturating_sub(margin);
        let to = (guess + margin).min(rest.len());
        let first = rest.get(from).map_or(0, |u| u.low);
        let last = rest.get(to.wrapping_sub(1)).map_or(u64::MAX, |u| u.low);
        if first < unit.0 && unit.0 < last {
            rest = rest.get(from..to).unwrap_or_default();
            (low, high) = (first, last);
        } else if unit.0 < first && from > 0 {
            rest = rest.get(..from).unwrap_or_default();
            high = first;
        } else if unit.0 > last && to < rest.len() {
            rest = rest.get(to..).unwrap_or_default();
            low = last;
        } else {
            // Of digests that begin alike, those on the other side of a bound could be the one.
            break;
        }
    }
    rest.binary_search_by(|other| (other.low, other.high).cmp(&(unit.0, unit.1))).is_ok()
}

/// Roughly the square root, from above.
const fn isqrt(n: usize) -> usize {
    1 << (usize::BITS - n.leading_zeros()).div_ceil(2)
}
