//! Instants. The calendar is two short formulas, a tenth of what a library of dates is in wasm.

use alloc::string::String;
use core::fmt;

use super::limits;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// An instant from milliseconds since the epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// An instant from a number of milliseconds, a fraction cut towards the past;
    /// `None` beyond what a float tells apart.
    pub fn from_number(ms: f64) -> Option<Self> {
        (libm::fabs(ms) <= limits::SAFE_INTEGER).then(|| Self(libm::floor(ms) as i64))
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
        if text.len() > limits::INSTANT_BYTES {
            return None;
        }
        let mut text = Text(text.as_bytes());
        let year = text.number(4, 1..=9999)?;
        text.one_of(b"-")?;
        let month = text.number(2, 1..=12)?;
        text.one_of(b"-")?;
        let day = text.number(2, 1..=days_of(year, month))?;
        text.one_of(b"Tt")?;
        let hour = text.number(2, 0..=23)?;
        text.one_of(b":")?;
        let minute = text.number(2, 0..=59)?;
        text.one_of(b":")?;
        let second = text.number(2, 0..=59)?;
        let ms = text.fraction_ms()?;
        let offset = text.offset_minutes()?;
        let minutes = hour * 60 + minute - offset;
        let is_whole = text.0.is_empty();
        is_whole.then_some(Self(days_before(year, month, day) * DAY_MS + minutes * MINUTE_MS + second * 1_000 + ms))
    }
}

/// What is left of a text that is being read.
struct Text<'t>(&'t [u8]);

impl Text<'_> {
    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        if !wanted.contains(&byte) {
            return None;
        }
        self.0 = rest;
        Some(byte)
    }

    fn digit(&mut self) -> Option<i64> {
        self.one_of(b"0123456789").map(|digit| i64::from(digit - b'0'))
    }

    fn number(&mut self, digits: usize, range: core::ops::RangeInclusive<i64>) -> Option<i64> {
        let mut number = 0;
        for _ in 0..digits {
            number = number * 10 + self.digit()?;
        }
        range.contains(&number).then_some(number)
    }

    fn fraction_ms(&mut self) -> Option<i64> {
        if self.one_of(b".").is_none() {
            return Some(0);
        }
        let mut ms = self.digit()? * 100;
        let mut unit = 10;
        while let Some(digit) = self.digit() {
            ms += digit * unit;
            unit /= 10;
        }
        Some(ms)
    }

    fn offset_minutes(&mut self) -> Option<i64> {
        let sign = self.one_of(b"Zz+-")?;
        if sign.eq_ignore_ascii_case(&b'Z') {
            return Some(0);
        }
        let hours = self.number(2, 0..=23)?;
        self.one_of(b":")?;
        let minutes = hours * 60 + self.number(2, 0..=59)?;
        Some(if sign == b'-' { -minutes } else { minutes })
    }
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date. Years are counted from March, so that the leap day is the last
/// of a year; `(153 * month + 2) / 5` are then the days before a month, the first being 0.
const fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - DAYS_TO_1970
}

/// Days from the March of the year 0 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

/// The year, month and day that begins so many days after 1970-01-01, from the March of year 0 on.
const fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_1970;
    // A first guess may be a year too late, just before a March.
    let mut year = days * 400 / 146_097;
    if days < days_before(year, 3, 1) + DAYS_TO_1970 {
        year -= 1;
    } else if days >= days_before(year + 1, 3, 1) + DAYS_TO_1970 {
        year += 1;
    }
    let day_of_year = days - (days_before(year, 3, 1) + DAYS_TO_1970);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC; beyond the years that it can write, the milliseconds.
    #[expect(clippy::cast_sign_loss, reason = "a digit is not negative")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const FIRST: i64 = days_before(1, 1, 1) * DAY_MS;
        const END: i64 = days_before(10_000, 1, 1) * DAY_MS;
        if !(FIRST..END).contains(&self.0) {
            return write!(f, "{} ms", self.0);
        }
        let (year, month, day) = date_of(self.0.div_euclid(DAY_MS));
        let ms = self.0.rem_euclid(DAY_MS);
        let mut text = String::new();
        let parts = [
            (year, 4, '-'),
            (month, 2, '-'),
            (day, 2, 'T'),
            (ms / 3_600_000, 2, ':'),
            (ms / MINUTE_MS % 60, 2, ':'),
            (ms / 1_000 % 60, 2, if ms % 1_000 == 0 { 'Z' } else { '.' }),
            (ms % 1_000, 3, 'Z'),
        ];
        for (number, digits, end) in parts {
            let mut unit = 10_i64.pow(digits);
            while unit > 1 {
                unit /= 10;
                text.push(char::from(b'0' + (number / unit % 10) as u8));
            }
            text.push(end);
            if end == 'Z' {
                break;
            }
        }
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;
    use proptest::prelude::*;
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;

    /// What a library of dates reads, but for what this one refuses.
    fn expected(text: &str) -> Option<i64> {
        let text = text.to_ascii_uppercase();
        if text.get(10..11) != Some("T") || text.get(17..19) == Some("60") || text.starts_with("0000") {
            return None;
        }
        let instant = OffsetDateTime::parse(&text, &Rfc3339).ok()?;
        i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
    }

    #[test]
    fn every_day_is_written_and_read_again() {
        for day in days_before(1, 1, 1)..days_before(10_000, 1, 1) {
            let (year, month, date) = date_of(day);
            assert_eq!(days_before(year, month, date), day, "{year}-{month}-{date}");
            assert!((1..=12).contains(&month) && (1..=days_of(year, month)).contains(&date), "{year}-{month}-{date}");
        }
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(Timestamp(1_772_352_000_250).to_string(), "2026-03-01T08:00:00.250Z");
        assert_eq!(Timestamp(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Timestamp(i64::MAX).to_string(), "9223372036854775807 ms");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn texts_are_read_as_a_library_of_dates_reads_them(
            text in "[0-9]{4}-(0[0-9]|1[0-3])-[0-3][0-9][Tt ]([01][0-9]|2[0-4]):[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,12})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])?",
        ) {
            prop_assert_eq!(Timestamp::parse(&text).map(Timestamp::as_ms), expected(&text), "{}", text);
        }

        #[test]
        fn instants_are_read_as_they_are_written(ms in days_before(1, 1, 1) * DAY_MS..days_before(10_000, 1, 1) * DAY_MS) {
            let text = format!("{}", Timestamp(ms));
            prop_assert_eq!(Timestamp::parse(&text), Some(Timestamp(ms)), "{}", text);
            prop_assert_eq!(expected(&text), Some(ms));
        }
    }
}
