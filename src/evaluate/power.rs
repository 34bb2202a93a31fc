//! Powers of ratios between shares: `pow` of FreeBSD's msun, which musl and the crate `libm` have
//! too, without what cannot occur here: no signs, infinities, huge exponents or subnormal numbers.
//! The same bits at a third of the size; a test holds it against the crate.
//!
//! Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy,
//! modify, and distribute this software is freely granted, provided that this notice is preserved.

/// The two halves of a result that a single float cannot hold.
type Double = (f64, f64);

/// `base` to the power of `exponent`, from 0 to 1. A base that is no ratio between shares, from a
/// millionth to a million, has no power.
pub(super) fn pow(base: f64, exponent: f64) -> f64 {
    if !(1e-6..=1e6).contains(&base) {
        return f64::NAN;
    }
    if exponent <= 0.0 || base.to_bits() == 1.0_f64.to_bits() {
        1.0
    } else if exponent >= 1.0 {
        base
    } else if exponent.to_bits() == 0.5_f64.to_bits() {
        libm::sqrt(base)
    } else {
        let (log_high, log_low) = log2(base);
        let high = upper(exponent);
        exp2(high * log_high, (exponent - high) * log_high + exponent * log_low)
    }
}

/// A float without the lower half of its bits: its products with another such are exact.
const fn upper(number: f64) -> f64 {
    f64::from_bits(number.to_bits() & !0xffff_ffff)
}

/// The logarithm of a normal number above 0.
fn log2(number: f64) -> Double {
    // 2 / (3 ln 2), and its halves.
    const CP: f64 = f64::from_bits(0x3fee_c709_dc3a_03fd);
    const CP_HIGH: f64 = f64::from_bits(0x3fee_c709_e000_0000);
    const CP_LOW: f64 = f64::from_bits(0xbe3e_2fe0_145b_01f5);
    // Of (3/2) * (ln(x) - 2 s - (2/3) s^3).
    const SERIES: [u64; 6] = [
        0x3fca_7e28_4a45_4eef,
        0x3fcd_864a_93c9_db65,
        0x3fd1_7460_a91d_4101,
        0x3fd5_5555_518f_264d,
        0x3fdb_6db6_db6f_abff,
        0x3fe3_3333_3333_3303,
    ];
    let bits = number.to_bits();
    let mut exponent = (bits >> 52) as i32 - 0x3ff;
    let mut mantissa = bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000;
    // Near which of 1 and 1.5 the mantissa is, and the logarithm of that.
    let (near, log_near, is_middle) = match mantissa >> 32 {
        ..=0x3ff3_988e => (1.0, (0.0, 0.0), 0),
        0x3ff3_988f..0x3ffb_b67a => {
            let log = (f64::from_bits(0x3fe2_b803_4000_0000), f64::from_bits(0x3e4c_fdeb_43cf_d006));
            (1.5, log, 1)
        }
        _ => {
            exponent += 1;
            mantissa -= 0x0010_0000_0000_0000;
            (1.0, (0.0, 0.0), 0)
        }
    };
    let number = f64::from_bits(mantissa);
    // s = (x - near) / (x + near), in halves.
    let (difference, inverse) = (number - near, 1.0 / (number + near));
    let s = difference * inverse;
    let s_high = upper(s);
    let sum = (mantissa >> 32 >> 1 | 0x2000_0000) + 0x0008_0000 + (is_middle << 18);
    let sum_high = f64::from_bits(sum << 32);
    let sum_low = number - (sum_high - near);
    let s_low = inverse * ((difference - s_high * sum_high) - s_high * sum_low);
    // ln(x) = 2 s + (2/3) s^3 + ...
    let square = s * s;
    let series = SERIES.into_iter().fold(0.0, |sum, term| f64::from_bits(term) + square * sum);
    let rest = square * square * series + s_low * (s_high + s);
    let square = s_high * s_high;
    let high = upper(3.0 + square + rest);
    let low = rest - ((high - 3.0) - square);
    let (u, v) = (s_high * high, s_low * high + low * s);
    let product_high = upper(u + v);
    let product_low = v - (product_high - u);
    let (z_high, z_low) = (CP_HIGH * product_high, CP_LOW * product_high + product_low * CP + log_near.1);
    let exponent = f64::from(exponent);
    let log = upper(((z_high + z_low) + log_near.0) + exponent);
    (log, z_low - (((log - exponent) - log_near.0) - z_high))
}

/// 2 to the power of a number within 20 of 0.
fn exp2(high: f64, low: f64) -> f64 {
    const LN2: f64 = f64::from_bits(0x3fe6_2e42_fefa_39ef);
    const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e43_0000_0000);
    const LN2_LOW: f64 = f64::from_bits(0xbe20_5c61_0ca8_6c39);
    const SERIES: [u64; 5] = [
        0x3e66_3769_72be_a4d0,
        0xbebb_bd41_c5d2_6bf1,
        0x3f11_566a_af25_de2c,
        0xbf66_c16c_16be_bd93,
        0x3fc5_5555_5555_553e,
    ];
    let rounded = upper(low + high);
    let half = if rounded < 0.0 { -0.5 } else { 0.5 };
    let whole = if libm::fabs(rounded) > 0.5 { (rounded + half) as i32 } else { 0 };
    let high = high - f64::from(whole);
    let exact = upper(low + high);
    let (main, tail) = (exact * LN2_HIGH, (low - (exact - high)) * LN2 + exact * LN2_LOW);
    let sum = main + tail;
    let lost = tail - (sum - main);
    let square = sum * sum;
    let series = SERIES.into_iter().fold(0.0, |sum, term| f64::from_bits(term) + square * sum);
    let part = sum - square * series;
    let power = 1.0 - (((sum * part) / (part - 2.0) - (lost + sum * lost)) - sum);
    f64::from_bits(power.to_bits().wrapping_add((i64::from(whole) << 52).cast_unsigned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "none of these numbers is above 2^44")]
    fn powers_are_those_of_the_crate_to_the_bit() {
        let mut state = 1_u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 20) % limit
        };
        for round in 0..2_000_000_u64 {
            let whole = [10, 1_000, 86_400_000, 1 << 44][round as usize % 4];
            let shares = [100, 10_000, 1_000_000][round as usize % 3];
            let (from, to) = (1 + below(shares), 1 + below(shares));
            let (base, exponent) = (to as f64 / from as f64, below(whole) as f64 / whole as f64);
            let expected = libm::pow(base, exponent);
            assert_eq!(pow(base, exponent).to_bits(), expected.to_bits(), "{base} ^ {exponent}");
        }
        for base in [1e-6, 1e6, 2.0, 0.5, 4.0, 1.5, 3.0] {
            for exponent in [0.0, 0.5, 1.0, 0.25, f64::EPSILON, 1.0 - f64::EPSILON] {
                assert_eq!(pow(base, exponent).to_bits(), libm::pow(base, exponent).to_bits(), "{base} ^ {exponent}");
            }
        }
        assert!(pow(0.0, 0.5).is_nan() && pow(f64::INFINITY, 0.5).is_nan() && pow(f64::NAN, 0.5).is_nan());
    }
}
