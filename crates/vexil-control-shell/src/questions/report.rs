//! Reports: everything that a dashboard shows, as data and as text.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use vexil::analysis::alert::{AlertRule, States};
use vexil::analysis::breaker::{Breaker, BreakerRule};
use vexil::analysis::metric::Observations;
use vexil::analysis::report::{AlertRow, FlagRow, Prefix, Report, Scope};

use super::Instant;
use super::operation::{Model, rules_of, share};
use super::units::{AdoptionQuestion, adoption};
use crate::Failure;

/// What a report is made of.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct ReportQuestion {
    /// What it is about.
    scope: Scope,
    /// What was observed.
    observations: Observations,
    /// Rules of alerts, and how they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alerts: Option<Alerts>,
    /// What health is measured by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    health: Option<Model>,
    /// Those who use it, and those who could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    adoption: Option<AdoptionQuestion>,
    /// Flags, with what they would serve.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    flags: Vec<Flag>,
    /// Milliseconds since the epoch.
    now: Instant,
}

/// Rules of alerts, and how they stand.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReportAlerts"))]
#[serde(deny_unknown_fields)]
struct Alerts {
    /// The rules.
    rules: Vec<AlertRule>,
    /// How they stand, by their keys.
    states: States,
}

/// A flag, with what it would serve.
#[expect(clippy::struct_field_names, reason = "as in the rows of a report")]
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReportFlag"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Flag {
    /// Its key.
    flag: String,
    /// Whether it is enabled and not killed.
    is_on: bool,
    /// Its exposure without a breaker, in parts per million.
    exposure: u32,
    /// Its breaker, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    breaker: Option<FlagBreaker>,
}

/// The breaker of a flag.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReportBreaker"))]
#[serde(deny_unknown_fields)]
struct FlagBreaker {
    /// The rule.
    rule: BreakerRule,
    /// Where it is.
    state: Breaker,
}

/// The report as data.
pub(super) fn report(question: ReportQuestion) -> Result<Report, Failure> {
    let ReportQuestion { scope, observations, alerts, health, adoption: adopted, flags, now } = question;
    let report = Report::of(&scope, &observations, now.into());
    let mut report = report.map_err(|error| Failure::from(error).within("scope"))?;
    if let Some(Alerts { rules, states }) = alerts {
        let rules = rules_of(rules, observations.metrics()).map_err(|failure| failure.within("alerts"))?;
        report.alerts = AlertRow::all(&rules, &states);
    }
    report.health = health.map(|model| model.score(&observations, now.into())).transpose()?;
    report.adoption = adopted.map(adoption).transpose().map_err(|failure| failure.within("adoption"))?;
    for (index, Flag { flag, is_on, exposure, breaker }) in flags.into_iter().enumerate() {
        let exposure = share(exposure);
        let exposure = exposure.map_err(|failure| failure.within("exposure").within_index(index).within("flags"))?;
        let breaker = breaker.as_ref().map(|breaker| (&breaker.state, &breaker.rule));
        report.flags.push(FlagRow::new(&flag, is_on, exposure, breaker));
    }
    Ok(report)
}

/// The metrics of a report as CSV.
pub(super) fn csv(question: ReportQuestion) -> Result<String, Failure> {
    Ok(report(question)?.csv())
}

/// A report for Prometheus.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub(super) struct PrometheusQuestion {
    /// The report.
    report: ReportQuestion,
    /// What all names begin with; `vexil` unless it is said.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    prefix: Prefix,
}

/// A report in the text format of Prometheus.
pub(super) fn prometheus(question: PrometheusQuestion) -> Result<String, Failure> {
    Ok(report(question.report).map_err(|failure| failure.within("report"))?.prometheus(&question.prefix))
}
