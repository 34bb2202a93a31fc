//! Blocks of addresses.

use crate::snapshot::model::Block;
use crate::words::address::Address;

/// Reads a block such as `10.0.0.0/8`, or one address. Host bits are masked; a block of
/// IPv4-mapped addresses is one of IPv4.
pub(super) fn block(text: &str) -> Option<Block> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(number(prefix)?)),
        None => (text, None),
    };
    let Address { mut v6, mut bits } = Address::parse(address.as_bytes())?;
    let mut prefix = prefix.unwrap_or(if v6 { 128 } else { 32 });
    if let (Some(mapped), Some(shorter)) = (Address { v6, bits }.mapped(), prefix.checked_sub(96)) {
        (Address { v6, bits }, prefix) = (mapped, shorter);
    }
    let width = if v6 { 128_u32 } else { 32 };
    let hosts = (0..width.checked_sub(prefix)?).fold(0_u128, |hosts, _| hosts << 1 | 1);
    Some(Block { v6, first: bits & !hosts, last: bits | hosts })
}

/// A prefix length: digits alone, without a leading zero.
fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what may be none")]
    fn v4(first: u32, last: u32) -> Option<Block> {
        Some(Block { v6: false, first: first.into(), last: last.into() })
    }

    #[test]
    fn host_bits_are_masked_and_mapped_blocks_are_of_ipv4() {
        assert_eq!(block("10.1.2.3/8"), v4(0x0a00_0000, 0x0aff_ffff));
        assert_eq!(block("10.1.2.3"), v4(0x0a01_0203, 0x0a01_0203));
        assert_eq!(block("0.0.0.0/0"), v4(0, u32::MAX));
        assert_eq!(block("::ffff:10.1.2.3"), block("10.1.2.3"));
        assert_eq!(block("::ffff:10.1.2.3/104"), block("10.0.0.0/8"));
        assert_eq!(block("::ffff:0:0/95").map(|b| b.v6), Some(true));
        assert_eq!(block("::/0"), Some(Block { v6: true, first: 0, last: u128::MAX }));
        assert_eq!(block("2001:db8::1").map(|b| b.last - b.first), Some(0));
    }

    #[test]
    fn what_is_not_a_block_is_refused() {
        for text in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "::/129",
            "fe80::1%eth0",
            "010.0.0.1",
            " ::1",
        ] {
            assert_eq!(block(text), None, "{text}");
        }
    }
}
