//! Semantic versions, semver 2.0.0, as far as their precedence goes.

use core::cmp::Ordering;

/// A version without its build metadata, which plays no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version<'t> {
    /// Major, minor, patch.
    pub numbers: [u64; 3],
    /// The identifiers after the hyphen; empty for a release.
    pub pre: &'t [u8],
}

impl<'t> Version<'t> {
    /// Reads a version as attributes have it: one small `v` may stand before it.
    #[inline]
    pub fn of_attribute(text: &'t [u8]) -> Option<Self> {
        Self::parse(text.strip_prefix(b"v").unwrap_or(text))
    }

    /// Reads a version strictly: three numbers without leading zeros, nothing before or after.
    #[inline]
    pub fn parse(text: &'t [u8]) -> Option<Self> {
        let mut rest = text;
        let mut numbers = [0; 3];
        for (place, number) in numbers.iter_mut().enumerate() {
            if place > 0 {
                rest = rest.strip_prefix(b".")?;
            }
            (*number, rest) = leading_number(rest)?;
        }
        // Most have neither.
        if rest.is_empty() {
            return Some(Self { numbers, pre: rest });
        }
        let (rest, build) = cut(rest, b'+');
        let pre = match rest {
            [] => None,
            [b'-', pre @ ..] => Some(pre),
            _ => return None,
        };
        let is_sound = build.is_none_or(|build| identifiers(build).all(is_identifier))
            && pre.is_none_or(|pre| identifiers(pre).all(|id| is_identifier(id) && !is_padded(id)));
        is_sound.then_some(Self { numbers, pre: pre.unwrap_or_default() })
    }
}

impl Ord for Version<'_> {
    /// Precedence. A release is above what came before it.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_release = || self.pre.is_empty().cmp(&other.pre.is_empty());
        let by_numbers = self.numbers.cmp(&other.numbers);
        by_numbers.then_with(by_release).then_with(|| compare_identifiers(self.pre, other.pre))
    }
}

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What is before the first `mark`, and what is after it.
fn cut(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    let place = text.iter().position(|&byte| byte == mark);
    let halves = place.and_then(|place| text.split_at_checked(place));
    halves.map_or((text, None), |(before, after)| (before, after.get(1..)))
}

/// The number that a text begins with, and what follows it.
#[inline]
fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    let mut rest = text;
    while let Some((&digit @ b'0'..=b'9', after)) = rest.split_first() {
        // Only a number of one digit begins with 0. In wasm a checked product costs more than all the rest.
        if (number == 0 && rest.len() < text.len()) || number > u64::MAX / 10 {
            return None;
        }
        number = (number * 10).checked_add(u64::from(digit - b'0'))?;
        rest = after;
    }
    (rest.len() < text.len()).then_some((number, rest))
}

fn identifiers(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'.')
}

fn is_identifier(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_numeric(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// Whether it is a number with a zero too many before it.
fn is_padded(text: &[u8]) -> bool {
    text.len() > 1 && text.starts_with(b"0") && is_numeric(text)
}

fn compare_identifiers(a: &[u8], b: &[u8]) -> Ordering {
    let (mut a, mut b) = (identifiers(a), identifiers(b));
    loop {
        let order = match (a.next(), b.next()) {
            (Some(a), Some(b)) => match (is_numeric(a), is_numeric(b)) {
                // Of numbers without leading zeros the longer one is higher.
                (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
                (false, false) => a.cmp(b),
                // Numbers are below names.
                (a, b) => b.cmp(&a),
            },
            (None, None) => return Ordering::Equal,
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;

    /// Every version of a small alphabet, and what is nearly one.
    fn texts() -> Vec<String> {
        let numbers = ["0", "1", "10", "2", "00", "01", "", "18446744073709551615", "18446744073709551616", "-1", "a"];
        let ends = [
            "",
            "-",
            "-0",
            "-1",
            "-10",
            "-01",
            "-0a",
            "-a",
            "-a.b",
            "-a.1",
            "-a.1.",
            "-a..b",
            "-A",
            "--",
            "-1-",
            "-99999999999999999999999",
            "-99999999999999999999998",
            "+",
            "+01",
            "+a.b-c",
            "-a+b",
            "+a+b",
            "-a b",
            "-é",
            ".0",
            " ",
        ];
        let starts = numbers.iter().flat_map(|a| numbers.iter().map(move |b| alloc::format!("{a}.{b}.1")));
        starts
            .chain(["1", "1.2", "", "1.2.3.4"].map(String::from))
            .flat_map(|start| ends.map(|end| start.clone() + end))
            .collect()
    }

    #[test]
    fn the_same_texts_are_versions_as_for_the_reference() {
        for text in texts() {
            assert_eq!(Version::parse(text.as_bytes()).is_some(), semver::Version::parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn precedence_is_that_of_the_reference() {
        let texts: Vec<String> = texts().into_iter().filter(|text| semver::Version::parse(text).is_ok()).collect();
        for (a, b) in texts.iter().flat_map(|a| texts.iter().map(move |b| (a, b))) {
            let expected = semver::Version::parse(a).unwrap().cmp_precedence(&semver::Version::parse(b).unwrap());
            let [own, other] = [a, b].map(|text| Version::parse(text.as_bytes()).unwrap());
            assert_eq!(own.cmp(&other), expected, "{a} {b}");
        }
    }
}
