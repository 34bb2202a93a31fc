//! Integrals of smooth functions by a fixed rule: no step depends on chance or on the host.

/// The rule of Gauss and Legendre with 20 nodes on `[-1, 1]`: the positive nodes with their weights. NIST DLMF 3.5.
#[expect(clippy::unreadable_literal, reason = "a table of digits")]
const RULE: [(f64, f64); 10] = [
    (0.07652652113349734, 0.15275338713072584),
    (0.22778585114164507, 0.14917298647260374),
    (0.37370608871541955, 0.14209610931838204),
    (0.5108670019508271, 0.13168863844917664),
    (0.636053680726515, 0.11819453196151841),
    (0.7463319064601508, 0.10193011981724044),
    (0.8391169718222188, 0.08327674157670475),
    (0.912234428251326, 0.06267204833410907),
    (0.9639719272779138, 0.04060142980038694),
    (0.9931285991850949, 0.017614007139152118),
];

/// The nodes of the rule from `low` to `high`, with their weights. What a polynomial of degree 39 follows closely is
/// integrated closely.
pub(crate) fn nodes(low: f64, high: f64, visit: &mut dyn FnMut(f64, f64)) {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    for (node, weight) in RULE {
        visit(middle - half * node, half * weight);
        visit(middle + half * node, half * weight);
    }
}

/// The integral from 0 to `end` of a function whose logarithm is given: 0 at 0, and falling from there but for a
/// beginning that may still rise. The panels double towards the end, and what lies below 1e-20 is left out.
pub(crate) fn falling(end: f64, ln_f: &dyn Fn(f64) -> f64) -> f64 {
    let mut high = end;
    while ln_f(0.5 * high) < -DEPTH {
        high *= 0.5;
    }
    let mut sum = 0.0;
    for panel in 0..9 {
        let low = if panel < 8 { 0.5 * high } else { 0.0 };
        nodes(low, high, &mut |u, weight| sum += weight * libm::exp(ln_f(u)));
        high = low;
    }
    sum
}

/// Where `exp(-(slope u + curvature u^2 / 2))` is below 1e-20, for a curvature above 0.
pub(crate) fn reach(slope: f64, curvature: f64) -> f64 {
    let root = libm::sqrt(slope * slope + 2.0 * curvature * DEPTH);
    // The form of the larger root that does not cancel.
    if slope > 0.0 { 2.0 * DEPTH / (slope + root) } else { (root - slope) / curvature }
}

/// Minus the logarithm of what may be left out.
const DEPTH: f64 = 46.0;
