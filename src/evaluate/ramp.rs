//! The exposure of a ramp at an instant: a closed form, the same bits on every host.

use crate::ir::{Curve, Ramp, Step};
use crate::words::weight::WHOLE;

/// The exposure in ppm, rounded down, on the way from one to another that takes `whole` milliseconds, of which `passed`
/// have passed: the law of ramps, for those who carry it out step by step.
pub fn between(from: u32, to: u32, passed: i64, whole: i64, is_geometric: bool) -> u32 {
    let curve = if is_geometric { Curve::Exponential } else { Curve::Linear };
    exposure(&Ramp { start: 0, end: whole, from, to, curve: curve as u32, ..Ramp::default() }, &[], passed)
}

/// The exposure in ppm, rounded down.
pub(super) fn exposure(ramp: &Ramp, steps: &[Step], now: i64) -> u32 {
    if now >= ramp.end {
        return ramp.to;
    }
    if now < ramp.start {
        return ramp.from;
    }
    let exposure = if ramp.curve == Curve::Linear as u32 {
        linear(ramp, now)
    } else if ramp.curve == Curve::Exponential as u32 {
        geometric(ramp, now)
    } else {
        let reached = steps.partition_point(|step| step.at <= now);
        reached.checked_sub(1).and_then(|last| steps.get(last)).map_or(ramp.from, |step| step.exposure)
    };
    exposure.min(WHOLE)
}

/// `from + floor((to - from) * passed / whole)`, falling ramps included.
fn linear(ramp: &Ramp, now: i64) -> u32 {
    let (passed, left) = (now.abs_diff(ramp.start), ramp.end.abs_diff(now));
    let whole = ramp.end.abs_diff(ramp.start);
    // A falling ramp is a rising one from its end: both round down.
    if ramp.from <= ramp.to {
        ramp.from.wrapping_add(share(ramp.to - ramp.from, passed, whole))
    } else {
        ramp.to.wrapping_add(share(ramp.from - ramp.to, left, whole))
    }
}

/// `floor(change * part / whole)` for a part of the whole and a change of at most [`WHOLE`], digit by digit in base
/// 1,000: instants are below 2^52 milliseconds, so that nothing overflows. What is forged gets any answer.
const fn share(change: u32, part: u64, whole: u64) -> u32 {
    let (high, low) = (change as u64 / 1_000, change as u64 % 1_000);
    let whole = if whole == 0 { 1 } else { whole };
    let product = part.wrapping_mul(high);
    let (quotient, rest) = (product / whole, product % whole);
    let last = rest.wrapping_mul(1_000).wrapping_add(part.wrapping_mul(low)) / whole;
    quotient.wrapping_mul(1_000).wrapping_add(last) as u32
}

/// `floor(from * (to / from) ^ (passed / whole))` in floats, by libm.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "differences of instants are below 2^53 milliseconds, and shares are not negative"
)]
fn geometric(ramp: &Ramp, now: i64) -> u32 {
    let (from, to) = (f64::from(ramp.from), f64::from(ramp.to));
    let passed = now.wrapping_sub(ramp.start) as f64 / ramp.end.wrapping_sub(ramp.start) as f64;
    (from * pow(to / from, passed)) as u32
}

/// `base ^ exponent` by libm, for a positive base and an exponent from 0 to 1; for others, which only a forged ramp
/// has, 1. The halves of the floats that are compared are those that libm looks at: what it does for other numbers, a
/// third of it, is never linked.
fn pow(base: f64, exponent: f64) -> f64 {
    let high = |number: f64| (number.to_bits() >> 32) as u32;
    // Not zero and below infinity; not zero and below 1.
    if (0x0010_0000..0x7ff0_0000).contains(&high(base)) && (1..0x3ff0_0000).contains(&high(exponent)) {
        libm::pow(base, exponent)
    } else {
        1.0
    }
}

/// The first instant after `now` at which the exposure is another one; the end of time if there is none.
pub(super) fn next_change(ramp: &Ramp, steps: &[Step], now: i64) -> i64 {
    let current = exposure(ramp, steps, now);
    let differs = |at: i64| at > now && exposure(ramp, steps, at) != current;
    if ramp.curve == Curve::Steps as u32 {
        let mut soonest = i64::MAX;
        for at in steps.iter().map(|step| step.at).chain([ramp.start, ramp.end]) {
            if at < soonest && differs(at) {
                soonest = at;
            }
        }
        return soonest;
    }
    if !differs(ramp.end) {
        return i64::MAX;
    }
    // Both curves only rise or only fall, so the first change can be found by halving.
    let (mut same, mut changed) = (now, ramp.end);
    while changed.wrapping_sub(same) > 1 {
        let middle = same + changed.wrapping_sub(same) / 2;
        if differs(middle) {
            changed = middle;
        } else {
            same = middle;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_powers_of_ramps_are_those_of_libm() {
        let shares = [1, 2, 3, 999, 10_000, 250_000, 333_333, 999_999, WHOLE];
        for (from, to) in shares.into_iter().flat_map(|from| shares.map(|to| (f64::from(from), f64::from(to)))) {
            for exponent in (0..1_000).map(|part| f64::from(part) / 1_000.0).chain([1e-16, 1.0 - f64::EPSILON]) {
                let expected = libm::pow(to / from, exponent);
                assert_eq!(pow(to / from, exponent).to_bits(), expected.to_bits(), "{from} {to} {exponent}");
            }
        }
    }
}
