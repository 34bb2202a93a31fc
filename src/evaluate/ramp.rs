//! The exposure of a ramp at an instant: a closed form, the same bits on every host.

use crate::ir::{Curve, Ramp, Step};
use crate::words::weight::WHOLE;

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
#[expect(clippy::cast_sign_loss, reason = "a point between two shares is not negative")]
fn linear(ramp: &Ramp, now: i64) -> u32 {
    let change = i128::from(ramp.to) - i128::from(ramp.from);
    let passed = i128::from(now) - i128::from(ramp.start);
    let whole = i128::from(ramp.end) - i128::from(ramp.start);
    (i128::from(ramp.from) + (change * passed).div_euclid(whole.max(1))) as u32
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
    libm::floor(from * libm::pow(to / from, passed)) as u32
}

/// The first instant after `now` at which the exposure is another one.
pub(super) fn next_change(ramp: &Ramp, steps: &[Step], now: i64) -> Option<i64> {
    let current = exposure(ramp, steps, now);
    let differs = |at: &i64| exposure(ramp, steps, *at) != current;
    if ramp.curve == Curve::Steps as u32 {
        let ends = [ramp.start, ramp.end];
        let moments = ends.into_iter().chain(steps.iter().map(|step| step.at));
        return moments.filter(|&at| at > now).filter(differs).min();
    }
    let end = ramp.end;
    if now >= end || !differs(&end) {
        return None;
    }
    // Both curves only rise or only fall, so the first change can be found by halving.
    let (mut same, mut changed) = (now, end);
    while changed.wrapping_sub(same) > 1 {
        let middle = same + changed.wrapping_sub(same) / 2;
        if differs(&middle) {
            changed = middle;
        } else {
            same = middle;
        }
    }
    Some(changed)
}
