//! Instants.

use alloc::string::String;
use core::fmt;

use time::{Date, Month, OffsetDateTime};

use super::limits;
use super::text::push_decimal;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
pub struct Timestamp(i64);

impl Timestamp {
    /// An instant from milliseconds since the epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// An instant from a number of milliseconds, a fraction cut towards the past;
    /// `None` beyond what a float tells apart.
    pub fn from_number(ms: f64) -> Option<Self> {
        (ms.abs() <= limits::SAFE_INTEGER).then(|| Self::at_or_before(ms))
    }

    /// The millisecond at a number of milliseconds or before it: the nearest one beyond what an instant can be, and
    /// the epoch for what is no number.
    #[inline]
    pub const fn at_or_before(ms: f64) -> Self {
        let whole = Self(ms as i64);
        if whole.as_number() > ms { Self(whole.0.saturating_sub(1)) } else { whole }
    }

    /// Milliseconds since the epoch.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch as a float; exact for every instant that RFC 3339 can write.
    #[expect(clippy::cast_precision_loss, reason = "years 1 to 9999 are far below 2^53 milliseconds")]
    pub const fn as_number(self) -> f64 {
        self.0 as f64
    }

    /// Reads an RFC 3339 instant with an offset, such as `2026-03-01T09:00:00+01:00`.
    ///
    /// `T` and `Z` may be small. A fraction below a millisecond is cut towards the past. A date or
    /// a local time alone, a space for the `T`, a leap second and the year 0 are refused.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_bytes(text.as_bytes())
    }

    /// [`Timestamp::parse`] for what may be no text at all.
    pub(crate) fn parse_bytes(text: &[u8]) -> Option<Self> {
        let (head, tail) =
            text.split_at_checked(DATE_AND_TIME.len()).filter(|_| text.len() <= limits::INSTANT_BYTES)?;
        let [year, month, day, hours, minutes, seconds] = numbers(head, DATE_AND_TIME)?;
        let (ms, tail) = fraction(tail)?;
        let offset = offset(tail)?;
        if year == 0 || hours > 23 || minutes > 59 || seconds > 59 {
            return None;
        }
        let month = Month::try_from(month as u8).ok()?;
        let date = Date::from_calendar_date(year.cast_signed(), month, day as u8).ok()?;
        let days = date.to_julian_day() - OffsetDateTime::UNIX_EPOCH.to_julian_day();
        let minutes = i64::from(days) * 24 * 60 + i64::from(hours * 60 + minutes) - offset;
        Some(Self((minutes * 60 + i64::from(seconds)) * 1_000 + ms))
    }
}

/// How an instant begins, every digit a 0.
const DATE_AND_TIME: &[u8] = b"0000-00-00T00:00:00";
/// How an offset goes on after its sign.
const OFFSET: &[u8] = b"00:00";

/// The numbers of a text that has a digit for every 0 of a shape, and its other characters, whatever their case.
fn numbers(text: &[u8], shape: &[u8]) -> Option<[u32; 6]> {
    let mut numbers = [0; 6];
    let mut place = 0;
    for (&byte, shape) in text.iter().zip(shape) {
        if *shape == b'0' {
            let number = numbers.get_mut(place)?;
            *number = *number * 10 + char::from(byte).to_digit(10)?;
        } else if byte.eq_ignore_ascii_case(shape) {
            place += 1;
        } else {
            return None;
        }
    }
    (text.len() == shape.len()).then_some(numbers)
}

/// The milliseconds of a fraction, if there is one, and what follows it.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else { return Some((0, text)) };
    let (mut ms, mut unit, mut rest) = (0, 100, digits);
    while let Some((digit @ b'0'..=b'9', after)) = rest.split_first() {
        ms += i64::from(digit - b'0') * unit;
        unit /= 10;
        rest = after;
    }
    (rest.len() < digits.len()).then_some((ms, rest))
}

/// How many minutes local time is ahead of UTC.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, rest) = text.split_first()?;
    let sign = match sign {
        b'Z' | b'z' => return rest.is_empty().then_some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let [hours, minutes, ..] = numbers(rest, OFFSET)?;
    (hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 60 + minutes))
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC; beyond the years that it can write, the milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Timestamp {
    /// The same as its `Display`, which it is made of: padded numbers by way of the formatter are
    /// more code.
    pub fn text(self) -> String {
        let mut text = String::new();
        let ms = self.0.rem_euclid(1_000).unsigned_abs();
        let Ok(utc) = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1_000)) else {
            return alloc::format!("{} ms", self.0);
        };
        let year = utc.year();
        if year < 0 {
            text.push('-');
        }
        let fields = [
            ("", year.unsigned_abs().into(), 4),
            ("-", u8::from(utc.month()).into(), 2),
            ("-", utc.day().into(), 2),
            ("T", utc.hour().into(), 2),
            (":", utc.minute().into(), 2),
            (":", utc.second().into(), 2),
            (".", ms, 3),
        ];
        for (separator, number, digits) in fields.into_iter().take(if ms == 0 { 6 } else { 7 }) {
            text.push_str(separator);
            push_decimal(&mut text, number, digits);
        }
        text.push('Z');
        text
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use time::format_description::well_known::Rfc3339;

    use super::*;

    /// What the library reads, but for what is refused here.
    fn reference(text: &str) -> Option<i64> {
        let upper = text.to_ascii_uppercase();
        let bytes = upper.as_bytes();
        let refused = bytes.get(10) != Some(&b'T') || bytes.get(17..19) == Some(b"60") || bytes.starts_with(b"0000");
        let instant = OffsetDateTime::parse(&upper, &Rfc3339).ok().filter(|_| !refused)?;
        Some(instant.unix_timestamp() * 1_000 + i64::from(instant.millisecond()))
    }

    #[test]
    fn the_same_texts_are_the_same_instants_as_for_the_library() {
        let sound = [
            "2026-03-01T09:00:00+01:00",
            "2024-02-29t23:59:59.999999z",
            "1970-01-01T00:00:00Z",
            "1900-02-28T12:34:56.7-23:59",
            "9999-12-31T23:59:59.0001+00:01",
            "0001-01-01T00:00:00.12345678901234-00:00",
        ];
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        };
        let mut read = 0;
        for round in 0..400_000 {
            let mut text = String::from(sound[round % sound.len()]).into_bytes();
            // Some bytes are others, some are gone, some are there twice.
            for _ in 0..random(4) {
                let place = random(text.len());
                match random(12) {
                    0 => drop(text.remove(place)),
                    1 => text.insert(place, text[place]),
                    _ => text[place] = b"012345678901234567890123456789-+:.TtZz \xc3"[random(40)],
                }
            }
            let expected = core::str::from_utf8(&text).ok().and_then(reference);
            read += usize::from(expected.is_some());
            let own = Timestamp::parse_bytes(&text).map(Timestamp::as_ms);
            assert_eq!(own, expected, "{}", String::from_utf8_lossy(&text));
        }
        assert!((50_000..350_000).contains(&read), "{read}");
    }
}
