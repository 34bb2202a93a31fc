//! Instants.

use alloc::string::String;
use core::fmt;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::limits;
use super::text::push_decimal;

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
        let mut upper = [0; limits::INSTANT_BYTES];
        let upper = upper.get_mut(..text.len())?;
        upper.copy_from_slice(text.as_bytes());
        upper.make_ascii_uppercase();
        if upper.get(10) != Some(&b'T') || upper.get(17..19) == Some(b"60") || upper.starts_with(b"0000") {
            return None;
        }
        let upper = core::str::from_utf8(upper).ok()?;
        let instant = OffsetDateTime::parse(upper, &Rfc3339).ok()?;
        Some(Self(instant.unix_timestamp() * 1_000 + i64::from(instant.millisecond())))
    }
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
