//! Decimal numbers to floats, exactly: the nearest float, of two equally near the even one, as
//! IEEE 754 and JavaScript have it.
//!
//! Own code, since the standard library's and `serde_json`'s exact readers are some 20 kB of wasm
//! each, for speed that the numbers of a snapshot do not need: nearly all take the short way.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// Digits that are looked at one by one. No float and no middle between two floats has more than
/// 767, so that of what follows only matters whether it is zero.
const DIGITS: i64 = 800;
/// The bits of a float's significand, the leading one included.
const SIGNIFICAND_BITS: i64 = 53;
/// The least exponent of two of a float that is not subnormal.
const LEAST_EXPONENT: i64 = -1022;
const LARGEST_EXPONENT: i64 = 1023;

/// The float nearest to `digits * 10^exponent`; `None` if it is too large to be finite. The digits
/// are decimal ones; a point among them means nothing.
pub(super) fn nearest(digits: &str, mut exponent: i64) -> Option<f64> {
    let digits = digits.bytes().filter(|&byte| byte != b'.').map(|byte| u64::from(byte - b'0'));
    let digits = digits.skip_while(|&digit| digit == 0);
    let (mut count, mut significand) = (0, 0_u64);
    for digit in digits.clone() {
        count += 1;
        if count <= 15 {
            significand = significand * 10 + digit;
        }
    }
    if count <= 15
        && let Some(number) = short(significand, exponent)
    {
        return Some(number);
    }
    // The order of magnitude decides what could never be a float, however long the exponent.
    let magnitude = exponent + count;
    if count == 0 || magnitude < -330 {
        return Some(0.0);
    }
    if magnitude > 310 {
        return None;
    }
    let mut numerator = Natural::new(0);
    let (mut place, mut has_rest) = (0, false);
    for digit in digits {
        place += 1;
        if place <= DIGITS {
            numerator.multiply_add(10, digit);
        } else {
            has_rest |= digit != 0;
        }
    }
    exponent += (count - DIGITS).max(0);
    if has_rest {
        numerator.multiply_add(10, 1);
        exponent -= 1;
    }
    let mut denominator = Natural::new(1);
    // 10^n is 5^n * 2^n, and the power of two is the quotient's exponent from the start.
    let scaled = if exponent < 0 { &mut denominator } else { &mut numerator };
    scaled.multiply_power(5, exponent.unsigned_abs());
    quotient(numerator, denominator, exponent)
}

/// The short way: where the digits and the power of ten are floats themselves, one operation
/// rounds once, and so correctly.
#[expect(clippy::cast_precision_loss, reason = "fifteen digits are below 2^53")]
fn short(significand: u64, exponent: i64) -> Option<f64> {
    let power = exponent.unsigned_abs();
    if power > 22 {
        return None;
    }
    let power = (0..power).fold(1.0, |power, _| power * 10.0);
    Some(if exponent < 0 { significand as f64 / power } else { significand as f64 * power })
}

/// The float nearest to `numerator / denominator * 2^exponent`, by long division.
fn quotient(mut numerator: Natural, mut denominator: Natural, mut exponent: i64) -> Option<f64> {
    // Brought to a quotient of at least 1 and less than 2.
    let excess = numerator.bits() - denominator.bits();
    exponent += excess;
    let smaller = if excess < 0 { &mut numerator } else { &mut denominator };
    smaller.multiply_power(2, excess.unsigned_abs());
    if numerator.compare(&denominator).is_lt() {
        numerator.multiply_add(2, 0);
        exponent -= 1;
    }
    // A subnormal float has fewer bits, and what is smaller than all of them has none.
    let bits = SIGNIFICAND_BITS.min(SIGNIFICAND_BITS + exponent - LEAST_EXPONENT);
    if bits < 0 {
        return Some(0.0);
    }
    let mut significand = 0_u64;
    for _ in 0..bits {
        significand <<= 1;
        if numerator.compare(&denominator).is_ge() {
            numerator.subtract(&denominator);
            significand |= 1;
        }
        numerator.multiply_add(2, 0);
    }
    // What is left, doubled, tells on which side of the middle the number lies.
    let up = match numerator.compare(&denominator) {
        Ordering::Less => 0,
        Ordering::Equal => significand & 1,
        Ordering::Greater => 1,
    };
    if exponent > LARGEST_EXPONENT {
        return None;
    }
    // The leading bit of the significand adds one to the exponent, and so does a carry.
    let biased = (exponent - LEAST_EXPONENT).max(0).cast_unsigned() << (SIGNIFICAND_BITS - 1);
    Some(f64::from_bits(biased + significand + up)).filter(|number| number.is_finite())
}

/// A natural number of any size: its words, the least first, the last of them not zero.
struct Natural(Vec<u64>);

impl Natural {
    fn new(word: u64) -> Self {
        let mut number = Self(Vec::new());
        number.carry(word);
        number
    }

    fn carry(&mut self, word: u64) {
        if word != 0 {
            self.0.push(word);
        }
    }

    fn multiply_add(&mut self, factor: u64, summand: u64) {
        let mut carry = summand;
        for word in &mut self.0 {
            let product = u128::from(*word) * u128::from(factor) + u128::from(carry);
            *word = product as u64;
            carry = (product >> 64) as u64;
        }
        self.carry(carry);
    }

    fn multiply_power(&mut self, base: u64, mut exponent: u64) {
        while exponent > 0 {
            // 5^27 is the largest power of five that fits into a word.
            let step = exponent.min(27);
            self.multiply_add(base.pow(step as u32), 0);
            exponent -= step;
        }
    }

    /// Subtracts a number that is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        let others = other.0.iter().copied().chain(core::iter::repeat(0));
        for (word, other) in self.0.iter_mut().zip(others) {
            let (difference, first) = word.overflowing_sub(other);
            let (difference, second) = difference.overflowing_sub(borrow.into());
            *word = difference;
            borrow = first || second;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    #[expect(clippy::cast_possible_wrap, reason = "it has some fifty words at most")]
    fn bits(&self) -> i64 {
        let last = self.0.last().copied().unwrap_or(0);
        self.0.len() as i64 * 64 - i64::from(last.leading_zeros())
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use alloc::format;
    use alloc::string::ToString;
    use proptest::prelude::*;

    fn len(digits: &str) -> i64 {
        i64::try_from(digits.len()).unwrap_or(i64::MAX)
    }

    fn check(whole: &str, fraction: &str, exponent: i64) {
        let text = format!("{whole}.{fraction}e{exponent}");
        let expected = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let digits = format!("{whole}.{fraction}");
        let read = nearest(&digits, exponent - len(fraction));
        assert_eq!(read.map(f64::to_bits), expected.map(f64::to_bits), "{text}");
    }

    #[test]
    fn the_hard_numbers_are_read_as_the_standard_library_reads_them() {
        let zeros = "0".repeat(900);
        for (whole, fraction, exponent) in [
            ("0", "0", 400),
            ("17", "0", 0),
            ("0", "30000000000000004", 0),
            ("9007199254740993", "0", 0),
            ("9007199254740993", "00000000000000000001", 0),
            ("1", "7976931348623157", 308),
            ("1", "7976931348623159", 308),
            ("1", "79769313486231580793", 308),
            ("4", "9406564584124654", -324),
            ("2", "4703282292062327", -324),
            ("2", "47032822920623272", -324),
            ("2", "47032822920623273", -324),
            ("2", "2250738585072011", -308),
            ("2", "2250738585072014", -308),
            ("1", "0", 310),
            ("1", "0", -400),
            ("1", "0", 9_223_372_036_854_775_000),
            (zeros.as_str(), "1", 0),
            ("1", zeros.as_str(), -10),
        ] {
            check(whole, fraction, exponent);
        }
        check("9007199254740993", &format!("{zeros}1"), 0);
        check(&format!("1{zeros}"), &format!("{zeros}1"), -900);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_float_is_read_from_its_shortest_text(bits: u64) {
            let number = f64::from_bits(bits & !(1 << 63));
            prop_assume!(number.is_finite());
            let text = format!("{number:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let exponent = exponent.parse::<i64>().unwrap_or(0) - len(fraction);
            prop_assert_eq!(nearest(&format!("{whole}{fraction}"), exponent), Some(number));
        }

        #[test]
        fn digits_are_read_as_the_standard_library_reads_them(
            whole in "[0-9]{1,25}", fraction in "[0-9]{0,25}", exponent in -350_i64..330,
        ) {
            check(&whole, &fraction, exponent);
        }

        #[test]
        fn the_middle_between_two_floats_goes_to_the_even_one(significand in 1_u64..1 << 53, shift in 0_u32..10) {
            // 2n + 1 halves: exact in decimal, and halfway where n needs all the bits.
            let middle = (u128::from(significand | 1 << 52) * 2 + 1) << shift;
            check(&middle.to_string(), "0", 0);
        }
    }
}
