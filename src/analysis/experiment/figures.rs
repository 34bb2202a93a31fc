//! Numbers as people read them.

use alloc::format;
use alloc::string::String;

use super::compare::{Ranged, Tested};
use super::report::MetricResult;
use crate::analysis::metric::Kind;
use crate::stats::{Interval, whole};

/// A number with three significant digits, or all of those before the point.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let magnitude = libm::floor(libm::log10(value.abs()));
    if !(-6.0..15.0).contains(&magnitude) {
        return format!("{value:.2e}");
    }
    let decimals = whole((2.0 - magnitude).max(0.0)) as usize;
    let text = format!("{value:.decimals$}");
    // 1.00 and 12.0 say no more than 1 and 12 do.
    match text.split_once('.') {
        Some((_, after)) if after.bytes().any(|digit| digit != b'0') => text.trim_end_matches('0').into(),
        Some((whole, _)) => whole.into(),
        None => text,
    }
}

/// A number with its sign, also where it is above 0.
pub fn signed(value: f64) -> String {
    format!("{}{}", if value > 0.0 { "+" } else { "" }, number(value))
}

/// A share of 1 in percent.
pub fn percent(share: f64) -> String {
    format!("{} %", number(100.0 * share))
}

/// A share of 1 in percent with its sign.
pub fn signed_percent(share: f64) -> String {
    format!("{} %", signed(100.0 * share))
}

/// The probability to be the best, to a tenth of a percent; neither 0 nor 1 is ever certain.
pub fn chance(probability: f64) -> String {
    if probability < 0.001 {
        "< 0.1 %".into()
    } else if probability > 0.999 {
        "> 99.9 %".into()
    } else {
        format!("{:.1} %", 100.0 * probability)
    }
}

/// A probability of chance alone: what is below 0.0001 is only said to be.
pub fn p_value(p: f64) -> String {
    if p < 0.0001 { "< 0.0001".into() } else { number(p) }
}

/// A count with a space between thousands.
pub fn count(count: u64) -> String {
    let digits = format!("{count}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// An estimate and its interval as people read them: `+4.2 % (+1.1 to +7.3 %)`.
pub fn ranged(ranged: &Ranged, write: impl Fn(f64) -> String) -> String {
    format!("{} ({})", write(ranged.estimate), interval(&ranged.interval, write))
}

/// An interval as people read it; an end that is missing is no bound.
pub fn interval(interval: &Interval, write: impl Fn(f64) -> String) -> String {
    match (interval.lower.map(&write), interval.upper.map(&write)) {
        (Some(lower), Some(upper)) => match (lower.split_once(' '), upper.split_once(' ')) {
            // What both are in is said once.
            (Some((number, unit)), Some((_, other))) if unit == other => format!("{number} to {upper}"),
            _ => format!("{lower} to {upper}"),
        },
        (Some(lower), None) => format!("{lower} or more"),
        (None, Some(upper)) => format!("{upper} or less"),
        (None, None) => "anything".into(),
    }
}

/// A difference of shares in percentage points, with its sign.
pub fn signed_points(difference: f64) -> String {
    format!("{} points", signed(100.0 * difference))
}

/// A value of a metric, in its unit.
pub fn value(metric: &MetricResult, value: f64) -> String {
    match (metric.kind, &metric.unit) {
        (Kind::Proportion, _) => percent(value),
        (_, Some(unit)) => format!("{} {unit}", number(value)),
        (_, None) => number(value),
    }
}

/// A difference of a metric's values, in its unit and with its sign.
pub fn difference(metric: &MetricResult, difference: f64) -> String {
    match (metric.kind, &metric.unit) {
        (Kind::Proportion, _) => signed_points(difference),
        (_, Some(unit)) => format!("{} {unit}", signed(difference)),
        (_, None) => signed(difference),
    }
}

/// What a comparison says: the lift if there is one, else the difference.
pub fn effect(metric: &MetricResult, tested: &Tested) -> String {
    match &tested.lift {
        Some(lift) => ranged(lift, signed_percent),
        None => ranged(&tested.difference, |value| difference(metric, value)),
    }
}

/// The values that a comparison does not speak against.
pub fn possible(metric: &MetricResult, tested: &Tested) -> String {
    match &tested.lift {
        Some(lift) => interval(&lift.interval, signed_percent),
        None => interval(&tested.difference.interval, |value| difference(metric, value)),
    }
}
