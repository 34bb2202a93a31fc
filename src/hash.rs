//! The bucketing law: which unit falls where. `docs/bucketing.md` states it for other languages.
//!
//! A unit is hashed once, whatever the number of flags; a bucket then costs one short hash of
//! sixteen bytes. The law belongs to the schema version and never changes under it.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::words::weight::WHOLE;
use crate::words::{limits, order};

/// The key under which units are hashed: the name of the law, padded with NUL.
const UNIT_KEY: [u8; 16] = *b"vexil/unit/1\0\0\0\0";
/// The key under which seeds are hashed.
const SEED_KEY: [u8; 16] = *b"vexil/seed/1\0\0\0\0";

/// A unit's hash, the sixteen bytes that stand for it everywhere: in buckets and in lists.
///
/// The two words hold the bytes in little-endian order. Both zero stands for "no unit"; no text
/// with that hash is known, and finding one is as hard as guessing 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u64, pub u64);

impl Digest {
    /// Stands for a missing unit.
    pub const NONE: Self = Self(0, 0);

    /// The digest of a unit given as text; [`Digest::NONE`] for the empty text.
    #[inline]
    pub fn of(unit: &[u8]) -> Self {
        if unit.is_empty() { Self::NONE } else { sip128(UNIT_KEY, unit) }
    }

    /// The digest of a unit given as a number: that of its plain decimal text. A fraction, a
    /// magnitude above 2^53 - 1, NaN and the infinities are no unit.
    pub fn of_number(unit: f64) -> Self {
        Self::of(Decimal::default().unit(unit))
    }

    /// Whether there is a unit at all.
    pub const fn is_some(self) -> bool {
        self.0 != 0 || self.1 != 0
    }

    /// Reads 32 lower-case hexadecimal digits: the bytes in order.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut value = 0_u128;
        for byte in text.bytes() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                _ => return None,
            };
            value = value << 4 | u128::from(digit);
        }
        if text.len() != 32 {
            return None;
        }
        let value = value.swap_bytes();
        Some(Self(value as u64, (value >> 64) as u64))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0.swap_bytes(), self.1.swap_bytes())
    }
}

/// Sorts digests in the order in which they are looked up, each once.
pub(crate) fn sort_digests(digests: &mut Vec<Digest>) {
    order::sort_spread(digests, |digest| digest.0);
    digests.dedup();
}

/// What a seed becomes at compile time: the key of a split's hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SeedKey(pub u64, pub u64);

impl SeedKey {
    /// The key of a seed.
    pub fn of(seed: &str) -> Self {
        let Digest(low, high) = sip128(SEED_KEY, seed.as_bytes());
        Self(low, high)
    }

    /// The bucket of a unit under this seed, `0..=999_999`.
    #[inline]
    pub fn bucket(self, unit: Digest) -> u32 {
        scale(sip13_of_16(self.0, self.1, unit.0, unit.1))
    }
}

/// `(hash * 1_000_000) >> 64`, by halves: wasm has no product of 128 bits.
#[inline]
const fn scale(hash: u64) -> u32 {
    let (high, low) = (hash >> 32, hash & 0xffff_ffff);
    ((high * WHOLE as u64 + ((low * WHOLE as u64) >> 32)) >> 32) as u32
}

/// The state of a SipHash.
type State = [u64; 4];

/// SipHash-2-4-128 of bytes that are all there: the published algorithm without the buffer that a
/// streaming hasher needs. A test holds it against the crate.
#[inline]
fn sip128(key: [u8; 16], bytes: &[u8]) -> Digest {
    let key = u128::from_le_bytes(key);
    let mut v = start(key as u64, (key >> 64) as u64);
    v[1] ^= 0xee;
    let (words, rest) = bytes.as_chunks::<8>();
    for bytes in words {
        v = absorb::<2>(v, u64::from_le_bytes(*bytes));
    }
    v = absorb::<2>(v, (bytes.len() as u64) << 56 | word(rest));
    v[2] ^= 0xee;
    v = rounds::<4>(v);
    let low = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    v = rounds::<4>(v);
    Digest(low, v[0] ^ v[1] ^ v[2] ^ v[3])
}

/// SipHash-1-3 of exactly two words.
#[inline]
fn sip13_of_16(k0: u64, k1: u64, m0: u64, m1: u64) -> u64 {
    let mut v = start(k0, k1);
    // The last block holds the length alone, since sixteen bytes fill two words.
    for message in [m0, m1, 16 << 56] {
        v = absorb::<1>(v, message);
    }
    v[2] ^= 0xff;
    v = rounds::<3>(v);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[inline]
fn start(k0: u64, k1: u64) -> State {
    [k0 ^ 0x736f_6d65_7073_6575, k1 ^ 0x646f_7261_6e64_6f6d, k0 ^ 0x6c79_6765_6e65_7261, k1 ^ 0x7465_6462_7974_6573]
}

#[expect(clippy::inline_always, reason = "as for `rounds`")]
#[inline(always)]
fn absorb<const ROUNDS: usize>(mut v: State, message: u64) -> State {
    v[3] ^= message;
    v = rounds::<ROUNDS>(v);
    v[0] ^= message;
    v
}

#[expect(clippy::inline_always, reason = "optimizing for size would pass the state through memory, at twice the time")]
#[inline(always)]
fn rounds<const COUNT: usize>(v: State) -> State {
    let [mut v0, mut v1, mut v2, mut v3] = v;
    for _ in 0..COUNT {
        v0 = v0.wrapping_add(v1);
        v1 = v1.rotate_left(13) ^ v0;
        v0 = v0.rotate_left(32);
        v2 = v2.wrapping_add(v3);
        v3 = v3.rotate_left(16) ^ v2;
        v0 = v0.wrapping_add(v3);
        v3 = v3.rotate_left(21) ^ v0;
        v2 = v2.wrapping_add(v1);
        v1 = v1.rotate_left(17) ^ v2;
        v2 = v2.rotate_left(32);
    }
    [v0, v1, v2, v3]
}

/// A place in a dictionary of short texts: a hash of what came before goes on with bytes, which are
/// often none. Not part of the law: the ruleset holds the table that this made, and its format
/// version pins it. Collisions cost time, never truth.
#[inline]
pub(crate) fn dictionary_hash(before: u64, bytes: &[u8]) -> u32 {
    let hash = if bytes.is_empty() { before } else { absorb_bytes(before, bytes) };
    (hash >> 32) as u32
}

/// The first bytes of a text, at most eight, as a little-endian word: in a few loads, without a loop.
#[inline]
pub(crate) fn word(text: &[u8]) -> u64 {
    if let Some(first) = text.first_chunk() {
        return u64::from_le_bytes(*first);
    }
    // What both ends have in common is the same in both.
    let place = |size: usize| 8 * (text.len() - size);
    if let (Some(start), Some(end)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*start)) | u64::from(u32::from_le_bytes(*end)) << place(4)
    } else if let (Some(start), Some(end)) = (text.first_chunk::<2>(), text.last_chunk::<2>()) {
        u64::from(u16::from_le_bytes(*start)) | u64::from(u16::from_le_bytes(*end)) << place(2)
    } else {
        text.first().copied().map_or(0, u64::from)
    }
}

/// Takes a text into a hash that only has to tell what differs by chance.
#[inline]
fn absorb_bytes(hash: u64, bytes: &[u8]) -> u64 {
    let mut hash = mix(hash, bytes.len() as u64);
    let (words, rest) = bytes.as_chunks::<8>();
    for bytes in words {
        hash = mix(hash, u64::from_le_bytes(*bytes));
    }
    mix(hash, word(rest))
}

/// Takes a word into such a hash. The step can be undone, so another word always makes another hash.
#[inline]
pub(crate) const fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(29) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A whole number as text without an allocation.
#[derive(Default)]
pub(crate) struct Decimal([u8; 20]);

impl Decimal {
    /// The text of a unit that is given as a number; empty for a number that is no unit.
    #[expect(
        clippy::float_cmp,
        clippy::cast_precision_loss,
        reason = "equal to its own truncation is what a whole number is"
    )]
    pub(crate) fn unit(&mut self, unit: f64) -> &[u8] {
        let whole = unit as i64;
        if whole as f64 == unit && unit.abs() <= limits::SAFE_INTEGER { self.write(whole) } else { &[] }
    }

    fn write(&mut self, number: i64) -> &[u8] {
        let mut start = self.0.len();
        let mut rest = number.unsigned_abs();
        for cell in self.0.iter_mut().rev() {
            *cell = b'0' + (rest % 10) as u8;
            rest /= 10;
            start -= 1;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            start -= 1;
            if let Some(sign) = self.0.get_mut(start) {
                *sign = b'-';
            }
        }
        self.0.get(start..).unwrap_or_default()
    }
}

/// A hasher for fingerprints: fast, and the same on every host. What the standard traits write as
/// a number of any width is a word here.
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn of<T: Hash + ?Sized>(value: &T) -> u64 {
        let mut hasher = Self(0);
        value.hash(&mut hasher);
        hasher.finish()
    }
}

impl Hasher for Fingerprint {
    fn finish(&self) -> u64 {
        // The low bits of a product depend on low bits alone.
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = absorb_bytes(self.0, bytes);
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(value.into());
    }

    // Derived hashes write every number of a snapshot: in a page a call is shorter.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0, value);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64((value as i64).cast_unsigned());
    }
}

#[cfg(test)]
mod tests {
    use siphasher::sip::SipHasher13;
    use siphasher::sip128::{Hasher128, SipHasher24};

    use super::*;

    #[test]
    fn the_unrolled_hash_is_the_published_one() {
        for (unit, seed) in [("u-1", "a"), ("u-2", "b"), ("чек", "layer:x")] {
            let (unit, key) = (Digest::of(unit.as_bytes()), SeedKey::of(seed));
            let mut crate_hasher = SipHasher13::new_with_keys(key.0, key.1);
            crate_hasher.write(&unit.0.to_le_bytes());
            crate_hasher.write(&unit.1.to_le_bytes());
            assert_eq!(crate_hasher.finish(), sip13_of_16(key.0, key.1, unit.0, unit.1));
        }
    }

    #[test]
    fn the_digest_is_the_published_hash_at_every_length() {
        let bytes: Vec<u8> = (0..200).collect();
        for length in 1..bytes.len() {
            let mut crate_hasher = SipHasher24::new_with_key(&UNIT_KEY);
            crate_hasher.write(&bytes[..length]);
            let hash = crate_hasher.finish128();
            assert_eq!(Digest::of(&bytes[..length]), Digest(hash.h1, hash.h2), "{length}");
        }
    }

    #[test]
    fn scaling_by_halves_is_exact() {
        let edges = [0, 1, u64::MAX, u64::MAX - 1, 1 << 32, (1 << 32) - 1, u64::MAX / 1_000_000, 0x1234_5678_9abc_def0];
        for hash in edges.into_iter().chain((0..10_000).map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15))) {
            assert_eq!(u128::from(scale(hash)), (u128::from(hash) * 1_000_000) >> 64, "{hash}");
        }
    }

    #[test]
    fn numbers_are_hashed_as_plain_decimals() {
        for (number, text) in [(17.0, "17"), (-0.0, "0"), (-42.0, "-42"), (limits::SAFE_INTEGER, "9007199254740991")] {
            assert_eq!(Digest::of_number(number), Digest::of(text.as_bytes()), "{text}");
        }
        for number in [0.5, f64::NAN, f64::INFINITY, 9_007_199_254_740_992.0] {
            assert_eq!(Digest::of_number(number), Digest::NONE, "{number}");
        }
    }
}
