//! Sorting, everywhere in what is linked to wasm. Each instance of the standard sort is some four
//! kilobytes that every page pays for that loads the engine; this one is a tenth of that.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The positions `0..count` in a stable order.
pub fn positions(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    merge_sort(&mut order, compare);
    order
}

/// Merges ever longer runs, from pairs to the whole, until all is in order.
fn merge_sort<T: Copy>(items: &mut Vec<T>, mut compare: impl FnMut(T, T) -> Ordering) {
    let mut merged = Vec::new();
    let mut length = 1;
    // Seen at the first pair that is not, mostly; what was nearly in order is soon done.
    while !items.array_windows().all(|&[a, b]| compare(a, b).is_le()) {
        merged.reserve_exact(items.len());
        for pair in items.chunks(2 * length) {
            let (mut left, mut right) = pair.split_at(length.min(pair.len()));
            while let ([a, rest_of_left @ ..], [b, rest_of_right @ ..]) = (left, right) {
                if compare(*a, *b).is_gt() {
                    merged.push(*b);
                    right = rest_of_right;
                } else {
                    merged.push(*a);
                    left = rest_of_left;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        core::mem::swap(items, &mut merged);
        merged.clear();
        length *= 2;
    }
}

/// Sorts values that are copied faster than looked up.
pub fn sort_values<T: Copy + Ord>(values: &mut Vec<T>) {
    merge_sort(values, |a, b| a.cmp(&b));
}

/// Sorts values whose leading numbers are spread evenly, as those of hashes are: each falls at
/// once nearly to where it belongs. Spread otherwise, they are merged as usual.
#[expect(clippy::indexing_slicing, reason = "values are counted before they are placed")]
pub fn sort_spread<T: Copy + Ord>(values: &mut Vec<T>, leading: fn(&T) -> u64) {
    let shares = values.len() / 4 + 1;
    let share = |value: &T| (((leading(value) >> 32) * shares as u64) >> 32) as usize;
    let mut starts = alloc::vec![0_u32; shares + 1];
    for value in values.iter() {
        starts[share(value) + 1] += 1;
    }
    for place in 1..shares {
        starts[place] += starts[place - 1];
    }
    let mut placed = values.clone();
    for value in values.iter() {
        let start = &mut starts[share(value)];
        placed[*start as usize] = *value;
        *start += 1;
    }
    *values = placed;
    sort_values(values);
}

/// Sorts in a stable order.
#[expect(clippy::indexing_slicing, reason = "positions are those of the items")]
pub fn sort<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let source = positions(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    permute(source, &mut |a, b| items.swap(a, b));
}

/// Brings to each place what stands at its source.
#[expect(clippy::indexing_slicing, reason = "sources are places, each once")]
fn permute(mut source: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..source.len() {
        // Each cycle of the permutation is turned once; what is in place points to itself.
        let mut to = start;
        loop {
            let from = core::mem::replace(&mut source[to], to);
            if from == start || from == to {
                break;
            }
            swap(to, from);
            to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 1_u64;
        for length in [0, 1, 2, 3, 7, 64, 1000] {
            let mut items: Vec<(u64, usize)> = (0..length)
                .map(|place| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 58, place)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort(&mut items, |a, b| a.0.cmp(&b.0));
            assert_eq!(items, expected);
        }
    }
}
