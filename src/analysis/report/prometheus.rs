//! The text format of Prometheus, version 0.0.4.
//!
//! The names are few and fixed; which metric and which arm is said by labels, so that no name is made out of what
//! someone called a metric. Counters count since the store began, not in the window, so that they never fall.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Histogram, MetricRow, Report};
use crate::analysis::alert::AlertKind;
use crate::analysis::breaker::Position;
use crate::analysis::reading::Status;
use crate::analysis::{Cause, Error};
use crate::stats::real;
use crate::words::limits;
use crate::words::weight::{Ppm, WHOLE};

/// What all exported names begin with: `vexil` unless it is said otherwise. It begins with a letter or `_` and has at
/// most 64 letters, digits and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PrometheusPrefix"))]
#[serde(try_from = "String", into = "String")]
pub struct Prefix(String);

impl Prefix {
    /// A prefix.
    ///
    /// # Errors
    ///
    /// [`Cause::Name`].
    pub fn new(text: &str) -> Result<Self, Error> {
        let is_name = text.len() <= limits::METRIC_NAME_BYTES
            && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_name { Ok(Self(text.into())) } else { Err(Cause::Name.into()) }
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("vexil".into())
    }
}

impl TryFrom<String> for Prefix {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(&text)
    }
}

impl From<Prefix> for String {
    fn from(prefix: Prefix) -> Self {
        prefix.0
    }
}

type Labels<'a> = Vec<(&'a str, String)>;

pub(super) fn text(report: &Report, prefix: &Prefix) -> String {
    let mut page = Page { prefix: &prefix.0, text: String::new() };
    arms(&mut page, report);
    metrics(&mut page, report);
    whole(&mut page, report);
    alerts(&mut page, report);
    flags(&mut page, report);
    page.text
}

fn arms(page: &mut Page, report: &Report) {
    let of = |arm: &dyn ToString| alloc::vec![("subject", report.subject.clone()), ("arm", arm.to_string())];
    let rows = || report.arms.iter().map(|row| (of(&row.arm), row));
    page.gauge("arm_active", "Whether the arm runs.", rows().map(|(labels, row)| (labels, truth(row.active))));
    let help = "The share of units that the arm really serves, from 0 to 1.";
    page.gauge("arm_share_ratio", help, rows().map(|(labels, row)| (labels, share(row.share))));
}

fn metrics(page: &mut Page, report: &Report) {
    let of = |row: &MetricRow| -> Labels<'static> {
        let metric = ("metric", row.metric.clone());
        alloc::vec![("subject", report.subject.clone()), metric, ("arm", row.arm.to_string())]
    };
    let rows = || report.metrics.iter().map(|row| (of(row), row));
    let help = "How many observations there were.";
    page.counter("observations_total", help, rows().map(|(labels, row)| (labels, row.observations)));
    let help = "How many observations of a proportion were what it counts.";
    page.counter("events_total", help, rows().filter_map(|(labels, row)| Some((labels, row.events?))));
    let help = "The value of the metric over the window of the report.";
    let with_unit = |mut labels: Labels<'static>, row: &MetricRow| {
        labels.extend(row.unit.iter().map(|unit| ("unit", unit.clone())));
        labels
    };
    let values = rows().filter_map(|(labels, row)| Some((with_unit(labels, row), row.summary.value?.value)));
    page.gauge("value", help, values);
    let help = "How long ago the newest observations ended.";
    let ages = rows().filter_map(|(labels, row)| Some((labels, real(row.summary.age_ms?) / 1e3)));
    page.gauge("age_seconds", help, ages);
    let distributions: Vec<_> = rows().filter_map(|(labels, row)| Some((labels, row.distribution.as_ref()?))).collect();
    page.histogram("distribution", "How the values of the metric are distributed.", &distributions);
}

fn whole(page: &mut Page, report: &Report) {
    let subject = || alloc::vec![("subject", report.subject.clone())];
    let health = report.health.as_ref();
    let score = health.and_then(|health| health.score).map(|score| (subject(), score));
    page.gauge("health_score", "From 0 to 100; missing where a part is not known.", score.into_iter());
    let statuses = health.into_iter().flat_map(|health| {
        STATUSES.iter().map(|(status, name)| (with(subject(), "status", name), truth(*status == health.status)))
    });
    page.gauge("health_status", "1 for the status that it has.", statuses);
    let adoption = report.adoption.and_then(|adoption| adoption.share).map(|share| (subject(), share));
    page.gauge("adoption_ratio", "The share of those who could that did, from 0 to 1.", adoption.into_iter());
}

const STATUSES: [(Status, &str); 5] = [
    (Status::Healthy, "healthy"),
    (Status::Warning, "warning"),
    (Status::Critical, "critical"),
    (Status::Insufficient, "insufficient"),
    (Status::Stale, "stale"),
];

fn alerts(page: &mut Page, report: &Report) {
    let kinds = [(AlertKind::Warn, "warn"), (AlertKind::Critical, "critical"), (AlertKind::Stale, "stale")];
    let rows = report.alerts.iter().flat_map(|row| {
        kinds.iter().map(move |(kind, name)| {
            let rule = alloc::vec![("subject", report.subject.clone()), ("rule", row.rule.clone())];
            (with(rule, "kind", name), truth(row.on.contains(kind)))
        })
    });
    page.gauge("alert_active", "1 while the alert is on.", rows);
}

fn flags(page: &mut Page, report: &Report) {
    let rows = || report.flags.iter().map(|row| (alloc::vec![("flag", row.flag.clone())], row));
    let help = "1 if anyone gets the flag.";
    page.gauge("flag_active", help, rows().map(|(labels, row)| (labels, truth(row.share > Ppm::NONE))));
    let help = "The share of units that really get the flag, from 0 to 1.";
    page.gauge("flag_share_ratio", help, rows().map(|(labels, row)| (labels, share(row.share))));
    let positions = [(Position::Closed, "closed"), (Position::Open, "open"), (Position::HalfOpen, "halfOpen")];
    let breakers = rows().filter_map(|(labels, row)| Some((labels, row.breaker?))).flat_map(|(labels, breaker)| {
        positions.map(|(position, name)| (with(labels.clone(), "state", name), truth(position == breaker)))
    });
    page.gauge("breaker_state", "1 for the state that the circuit breaker is in.", breakers);
}

fn with<'a>(mut labels: Labels<'a>, name: &'a str, value: &str) -> Labels<'a> {
    labels.push((name, value.into()));
    labels
}

const fn truth(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

fn share(share: Ppm) -> f64 {
    f64::from(share.get()) / f64::from(WHOLE)
}

/// The text, family by family. A family without samples is left out.
struct Page<'a> {
    prefix: &'a str,
    text: String,
}

impl Page<'_> {
    fn gauge<'l>(&mut self, name: &str, help: &str, samples: impl Iterator<Item = (Labels<'l>, f64)>) {
        self.family(name, "gauge", help, samples);
    }

    fn counter<'l>(&mut self, name: &str, help: &str, samples: impl Iterator<Item = (Labels<'l>, u64)>) {
        self.family(name, "counter", help, samples);
    }

    fn family<'l>(
        &mut self,
        name: &str,
        of: &str,
        help: &str,
        samples: impl Iterator<Item = (Labels<'l>, impl ToString)>,
    ) {
        let mut samples = samples.peekable();
        if samples.peek().is_some() {
            self.head(name, of, help);
        }
        for (labels, value) in samples {
            self.sample(name, &labels, &value.to_string());
        }
    }

    fn histogram(&mut self, name: &str, help: &str, samples: &[(Labels, &Histogram)]) {
        if !samples.is_empty() {
            self.head(name, "histogram", help);
        }
        for (labels, histogram) in samples {
            let bucket = alloc::format!("{name}_bucket");
            for step in &histogram.buckets {
                self.sample(&bucket, &with(labels.clone(), "le", &step.le.to_string()), &step.count.to_string());
            }
            self.sample(&bucket, &with(labels.clone(), "le", "+Inf"), &histogram.count.to_string());
            self.sample(&alloc::format!("{name}_sum"), labels, &histogram.sum.to_string());
            self.sample(&alloc::format!("{name}_count"), labels, &histogram.count.to_string());
        }
    }

    fn head(&mut self, name: &str, of: &str, help: &str) {
        let prefix = self.prefix;
        self.push(&["# HELP ", prefix, "_", name, " ", help, "\n# TYPE ", prefix, "_", name, " ", of, "\n"]);
    }

    fn sample(&mut self, name: &str, labels: &[(&str, String)], value: &str) {
        self.push(&[self.prefix, "_", name]);
        for (place, (label, text)) in labels.iter().enumerate() {
            self.push(&[if place == 0 { "{" } else { "," }, label, "=\"", &escaped(text), "\""]);
        }
        self.push(&[if labels.is_empty() { "" } else { "}" }, " ", value, "\n"]);
    }

    fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.text.push_str(part));
    }
}

/// The text of a label's value: backslashes, quotes and line feeds are escaped.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}
