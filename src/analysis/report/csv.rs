//! Comma-separated values (RFC 4180).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{MetricRow, Report};
use crate::analysis::metric::{Direction, Kind};
use crate::analysis::trend::Course;

const NAMES: &[&str] = &[
    "at",
    "subject",
    "metric",
    "arm",
    "kind",
    "direction",
    "unit",
    "observations",
    "count",
    "value",
    "low",
    "high",
    "mean",
    "median",
    "min",
    "max",
    "deviation",
    "latest",
    "ageMs",
    "slope",
    "slopeLower",
    "slopeUpper",
    "course",
];

pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    line(&mut text, NAMES.iter().copied());
    for row in &report.metrics {
        line(&mut text, cells(report, row).iter().map(String::as_str));
    }
    text
}

fn cells(report: &Report, row: &MetricRow) -> Vec<String> {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let (summary, trend) = (&row.summary, &row.trend);
    let slope = trend.slope;
    let kind = match row.kind {
        Kind::Proportion => "proportion".into(),
        Kind::Mean => "mean".into(),
        Kind::Ratio => "ratio".into(),
        Kind::Quantile(level) => alloc::format!("quantile {}", level.share()),
    };
    let direction = match row.direction {
        Direction::LowerIsBetter => "lowerIsBetter",
        Direction::HigherIsBetter => "higherIsBetter",
    };
    let course = match trend.course {
        Course::Rising => "rising",
        Course::Falling => "falling",
        Course::Undecided => "undecided",
    };
    alloc::vec![
        report.at.text(),
        report.subject.clone(),
        row.metric.clone(),
        row.arm.to_string(),
        kind,
        direction.into(),
        row.unit.clone().unwrap_or_default(),
        row.observations.to_string(),
        summary.count.to_string(),
        number(summary.value.map(|figure| figure.value)),
        number(summary.value.map(|figure| figure.low)),
        number(summary.value.map(|figure| figure.high)),
        number(summary.mean.map(|figure| figure.value)),
        number(summary.median.map(|figure| figure.value)),
        number(summary.min.map(|figure| figure.value)),
        number(summary.max.map(|figure| figure.value)),
        number(summary.deviation.map(|figure| figure.value)),
        number(summary.latest.map(|latest| latest.value)),
        summary.age_ms.map(|age| age.to_string()).unwrap_or_default(),
        number(slope.map(|slope| slope.value)),
        number(slope.and_then(|slope| slope.interval.lower)),
        number(slope.and_then(|slope| slope.interval.upper)),
        course.into(),
    ]
}

/// Adds a line, which ends as the RFC says.
fn line<'c>(text: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        push_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// Adds a cell, in quotes if it holds what would end it.
pub(super) fn push_cell(text: &mut String, cell: &str) {
    if cell.contains(['"', ',', '\r', '\n']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}
