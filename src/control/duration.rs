//! Durations as people write them: ISO 8601, from weeks to seconds.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SECOND: i64 = 1_000;
const DAY: i64 = 24 * 60 * 60 * SECOND;
/// A hundred years: beyond it is a mistake.
const LONGEST: i64 = 36_525 * DAY;

/// A duration in milliseconds, never negative. As JSON a text such as `P7D`, `PT36H` or `P1DT30M`; years and months are
/// refused, since they are not always equally long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct Duration(i64);

impl Duration {
    /// A duration of so many milliseconds; none beyond a hundred years, and none below 0.
    pub const fn from_ms(ms: i64) -> Option<Self> {
        if ms >= 0 && ms <= LONGEST { Some(Self(ms)) } else { None }
    }

    /// Milliseconds.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// Reads the text of a duration in whole weeks, or in days, hours, minutes and seconds.
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix('P')?;
        let (date, time) = body.split_once('T').map_or((body, None), |(date, time)| (date, Some(time)));
        if time == Some("") || (date.is_empty() && time.is_none()) {
            return None;
        }
        if let Some(weeks) = date.strip_suffix('W') {
            return if time.is_none() { whole(weeks).and_then(|weeks| Self::from_ms(weeks * 7 * DAY)) } else { None };
        }
        let days = parts(date, &[('D', DAY)])?;
        let rest = parts(time.unwrap_or_default(), &[('H', 3_600 * SECOND), ('M', 60 * SECOND), ('S', SECOND)])?;
        Self::from_ms(days.checked_add(rest)?)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / SECOND;
        let ms = self.0 % SECOND;
        let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
        let part = |number: i64, unit| if number == 0 { String::new() } else { format!("{number}{unit}") };
        let time = [part(seconds / 3_600 % 24, 'H'), part(seconds / 60 % 60, 'M')].concat();
        let rest = if seconds % 60 == 0 && ms == 0 { String::new() } else { format!("{}{fraction}S", seconds % 60) };
        let (days, time) = (part(self.0 / DAY, 'D'), [time, rest].concat());
        match (days.is_empty(), time.is_empty()) {
            (true, true) => f.write_str("PT0S"),
            (false, true) => write!(f, "P{days}"),
            _ => write!(f, "P{days}T{time}"),
        }
    }
}

/// The sum of numbers with their units, in their order, each once.
fn parts(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut sum = 0_i64;
    for &(unit, ms) in units {
        if let Some((number, rest)) = text.split_once(unit) {
            let part = if unit == 'S' { seconds(number)? } else { whole(number)?.checked_mul(ms)? };
            sum = sum.checked_add(part)?;
            text = rest;
        }
    }
    text.is_empty().then_some(sum)
}

fn whole(digits: &str) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.len() < 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// Seconds with up to three decimals, in milliseconds.
fn seconds(text: &str) -> Option<i64> {
    let Some((seconds, decimals)) = text.split_once('.') else { return Some(whole(text)? * SECOND) };
    let factor = match decimals.len() {
        1 => 100,
        2 => 10,
        3 => 1,
        _ => return None,
    };
    Some(whole(seconds)? * SECOND + whole(decimals)? * factor)
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            let message = format!("`{text}` is no duration such as `P7D`, `PT36H` or `P2W`, up to a hundred years");
            serde::de::Error::custom(message)
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, ms) in [
            ("PT0S", 0),
            ("P2W", 14 * DAY),
            ("P7D", 7 * DAY),
            ("PT36H", 36 * 3_600_000),
            ("P1DT2H3M4.5S", DAY + 2 * 3_600_000 + 3 * 60_000 + 4_500),
            ("PT0.001S", 1),
        ] {
            let duration = Duration::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(duration.as_ms(), ms, "{text}");
            assert_eq!(Duration::parse(&duration.to_string()), Some(duration), "{text} as {duration}");
        }
        for wrong in [
            "",
            "P",
            "PT",
            "7D",
            "P7",
            "P1M",
            "P1Y",
            "P1WT1H",
            "P-1D",
            "PT1M1H",
            "P1DT",
            "P1.5D",
            "PT1.S",
            "PT1.2345S",
            "P999999999D",
            " P1D",
        ] {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
    }
}
