//! Addresses of the internet protocol as text.

/// An address as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whether it is one of IPv6.
    pub v6: bool,
    /// Its bits; of IPv4 in the low 32.
    pub bits: u128,
}

impl Address {
    /// Reads `10.1.2.3` or `2001:db8::1`: no zeros before a decimal, no zone, nothing around it.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let v4 = v4(text).map(|bits| Self { v6: false, bits: bits.into() });
        v4.or_else(|| v6(text).map(|bits| Self { v6: true, bits }))
    }

    /// The address of IPv4 that one of IPv6 stands for, `::ffff:10.1.2.3`.
    pub const fn mapped(self) -> Option<Self> {
        if self.v6 && self.bits >> 32 == 0xffff {
            Some(Self { v6: false, bits: self.bits & 0xffff_ffff })
        } else {
            None
        }
    }
}

/// Four numbers.
fn v4(text: &[u8]) -> Option<u32> {
    let mut fields = text.split(|&byte| byte == b'.');
    let mut bits = 0;
    for _ in 0..4 {
        let field = fields.next()?;
        let is_padded = field.len() > 1 && field.starts_with(b"0");
        bits = bits << 8 | number(field, 10, 3).filter(|&number| number < 256 && !is_padded)?;
    }
    fields.next().is_none().then_some(bits)
}

/// Eight groups. Two colons, once, stand for one group of zeros or more, and an address of IPv4 for the last two.
fn v6(text: &[u8]) -> Option<u128> {
    let gap = text.windows(2).position(|pair| pair == b"::");
    let Some((head, tail)) = gap.and_then(|gap| Some((text.get(..gap)?, text.get(gap + 2..)?))) else {
        let (bits, count) = groups(text, true)?;
        return (count == 8).then_some(bits);
    };
    let (high, before) = groups(head, false)?;
    let (low, after) = groups(tail, true)?;
    // No shift by all 128 bits: nothing before the gap is nothing to shift.
    let high = high.checked_shl(16 * (8_u32.checked_sub(before)?)).unwrap_or(0);
    (before + after < 8).then_some(high | low)
}

/// Groups with colons between them, and how many; none is none.
fn groups(text: &[u8], is_end: bool) -> Option<(u128, u32)> {
    let (mut bits, mut count) = (0, 0);
    if text.is_empty() {
        return Some((bits, count));
    }
    let mut fields = text.split(|&byte| byte == b':').peekable();
    while let Some(field) = fields.next() {
        let is_last = is_end && fields.peek().is_none();
        if let Some(v4) = v4(field).filter(|_| is_last) {
            bits = bits << 32 | u128::from(v4);
            count += 2;
        } else {
            bits = bits << 16 | u128::from(number(field, 16, 4)?);
            count += 1;
        }
        if count > 8 {
            return None;
        }
    }
    Some((bits, count))
}

/// A number of one digit up to some.
fn number(text: &[u8], radix: u32, most: usize) -> Option<u32> {
    if text.is_empty() || text.len() > most {
        return None;
    }
    text.iter().try_fold(0, |number, &digit| Some(number * radix + char::from(digit).to_digit(radix)?))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use core::net::IpAddr;

    use super::*;

    fn reference(text: &str) -> Option<Address> {
        Some(match text.parse().ok()? {
            IpAddr::V4(address) => Address { v6: false, bits: address.to_bits().into() },
            IpAddr::V6(address) => Address { v6: true, bits: address.to_bits() },
        })
    }

    #[test]
    fn the_same_texts_are_the_same_addresses_as_for_the_standard_library() {
        for text in
            ["10.1.2.3", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0.0.0.0", "+1.2.3.4"]
        {
            assert_eq!(Address::parse(text.as_bytes()), reference(text), "{text}");
        }
        // Everything that up to nine of these pieces make.
        let pieces = ["1", "ffff", ":", "::", "1.2.3.4", "12345", "g", ":0:", "1:2:3", ""];
        let mut state = 7_u64;
        let mut sound = 0;
        for _ in 0..200_000 {
            let mut text = String::new();
            for _ in 0..9 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            let expected = reference(&text);
            sound += usize::from(expected.is_some());
            assert_eq!(Address::parse(text.as_bytes()), expected, "{text}");
        }
        assert!(sound > 100, "{sound}");
    }

    #[test]
    fn mapped_addresses_are_those_of_the_standard_library() {
        for text in ["::ffff:10.1.2.3", "::fffe:10.1.2.3", "::1", "1::ffff:1.2.3.4", "::ffff:0:0"] {
            let expected = match text.parse::<IpAddr>().unwrap() {
                IpAddr::V6(address) => address.to_ipv4_mapped().map(|v4| u128::from(v4.to_bits())),
                IpAddr::V4(_) => None,
            };
            assert_eq!(Address::parse(text.as_bytes()).unwrap().mapped().map(|mapped| mapped.bits), expected, "{text}");
        }
    }
}
