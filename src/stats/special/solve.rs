//! Roots of monotone functions: Newton's steps within a bracket, halving where they leave it.

/// Where a rising function crosses 0 between `low` and `high`. Given a point, `f` answers with its value there and the
/// step that Newton's method would take. The root is found to a few roundings of itself, or of `scale` if that is more.
pub(crate) fn newton(
    (mut low, mut high): (f64, f64),
    start: f64,
    scale: f64,
    f: &mut dyn FnMut(f64) -> (f64, f64),
) -> f64 {
    let mut x = start.max(low).min(high);
    let mut before = high - low;
    for _ in 0..200 {
        let (value, step) = f(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let wanted = x + step;
        // A step must stay inside and be shorter than the one before; else the bracket is halved.
        let next =
            if wanted > low && wanted < high && step.abs() < 0.9 * before.abs() { wanted } else { 0.5 * (low + high) };
        before = next - x;
        if before.abs() <= 4e-16 * next.abs().max(scale) || next <= low || next >= high {
            return next;
        }
        x = next;
    }
    x
}

/// Where a rising function crosses 0 between `low` and `high`, by halving until no float lies between.
pub(crate) fn halving(mut low: f64, mut high: f64, f: &mut dyn FnMut(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The least whole number from `low` to `high` that satisfies a condition, which all above it do too; `high` if none
/// below it does.
pub(crate) fn least(mut low: u64, mut high: u64, is_enough: &mut dyn FnMut(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
