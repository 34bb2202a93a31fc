//! How an arm differs from another.

/// The change from a baseline as a share of its magnitude, so that the sign is that of the change whatever the sign
/// of the baseline; `None` from 0, and where it is too large for a float.
pub(super) fn relative_change(baseline: f64, value: f64) -> Option<f64> {
    let change = (value - baseline) / baseline.abs();
    (baseline != 0.0 && change.is_finite()).then_some(change)
}
