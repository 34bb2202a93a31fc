//! An analysis as one page: no scripts, nothing from elsewhere, light and dark as the reader's system is.

mod plot;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use vexil::analysis::experiment::{
    Allocation, Analysis, ArmValue, Comparison, Correction, Level, Look, MetricResult, Note, Tested, Verdict, figures,
};
use vexil::analysis::metric::{Direction, Kind};

use super::text::{role, verdict};

/// The page.
pub(super) fn page(analysis: &Analysis) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (analysis.experiment) " · experiment" }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                main {
                    (header(analysis))
                    (of_level(analysis, Level::Stop))
                    (of_level(analysis, Level::Finding))
                    @for metric in &analysis.metrics { (of_metric(analysis, metric)) }
                    (limits(analysis))
                    (units(&analysis.allocation))
                    (methods(analysis))
                }
            }
        }
    }
}

fn header(analysis: &Analysis) -> Markup {
    let look = match analysis.options.look {
        Look::Fixed => "one look at the end",
        Look::Sequential => "looked at all the time",
    };
    html! {
        header {
            p.kind { "Experiment" }
            h1 { (analysis.experiment) }
            p.facts {
                span { (figures::count(analysis.allocation.units)) " units" }
                span { (analysis.allocation.arms.len()) " arms, control " b { (analysis.control) } }
                @if let Some(days) = analysis.options.days { span { (days) @if days == 1 { " day" } @else { " days" } } }
                span { (look) }
                span { (figures::percent(analysis.options.confidence)) " confidence" }
            }
        }
    }
}

/// The notes of a level.
fn of_level(analysis: &Analysis, level: Level) -> Markup {
    let (class, heading) = match level {
        Level::Stop => ("notes stop", "Nothing can be concluded"),
        Level::Finding => ("notes finding", "What was found"),
        Level::Limit => ("notes limit", "What not to conclude"),
        Level::Method => ("notes method", "How this was done"),
    };
    let notes: Vec<&Note> = analysis.notes.iter().filter(|note| note.level == level).collect();
    html! {
        @if !notes.is_empty() {
            section class=(class) {
                h2 { (heading) }
                ul { @for note in notes { li { (marked(&note.text)) } } }
            }
        } @else if level == Level::Finding && analysis.notes.iter().all(|note| note.level != Level::Stop) {
            section.notes.none {
                h2 { "Nothing was found" }
                p { "No arm is shown to differ from the control. That is not the same as no difference." }
            }
        }
    }
}

fn limits(analysis: &Analysis) -> Markup {
    of_level(analysis, Level::Limit)
}

fn methods(analysis: &Analysis) -> Markup {
    of_level(analysis, Level::Method)
}

/// A sentence whose names in backticks are set apart.
fn marked(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { b { (part) } } @else { (part) }
        }
    }
}

fn of_metric(analysis: &Analysis, metric: &MetricResult) -> Markup {
    let id = format!("metric-{}", metric.metric);
    let better = match metric.direction {
        Direction::HigherIsBetter => "higher is better",
        Direction::LowerIsBetter => "lower is better",
    };
    html! {
        section.metric aria-labelledby=(id) {
            div.heading {
                h2 id=(id) { (metric.metric) }
                p { span.role { (role(metric)) } (kind(metric)) ", " (better) }
            }
            (plot::intervals(metric))
            div.scroll { table {
                caption.unseen { (metric.metric) " in each arm, and beside the control" }
                thead { tr {
                    th scope="col" { "Arm" }
                    th scope="col" { "Verdict" }
                    th.number scope="col" { "n" }
                    th.number scope="col" { "Value" }
                    th.number scope="col" { "Difference" }
                    th.number scope="col" { "Lift" }
                    th.number scope="col" { "p" }
                    th.number scope="col" { (corrected(analysis, metric)) }
                    th.number scope="col" { "Best" }
                    th.number scope="col" { "Loss" }
                } }
                tbody { @for arm in &metric.arms { (row(metric, arm)) } }
            } }
        }
    }
}

fn corrected(analysis: &Analysis, metric: &MetricResult) -> &'static str {
    use vexil::analysis::experiment::Role;
    match (metric.role, analysis.options.correction) {
        (Role::Guardrail, _) | (_, Correction::None) => "Not corrected",
        (_, Correction::Holm) => "Holm",
        (_, Correction::BenjaminiHochberg) => "Benjamini–Hochberg",
    }
}

fn kind(metric: &MetricResult) -> String {
    match metric.kind {
        Kind::Proportion => "share of units".to_owned(),
        Kind::Mean => "mean of units".to_owned(),
        Kind::Ratio => "ratio of sums".to_owned(),
        Kind::Quantile(level) => format!("{} quantile", figures::percent(level.share())),
    }
}

fn row(metric: &MetricResult, arm: &ArmValue) -> Markup {
    let comparison = metric.comparisons.iter().find(|comparison| comparison.arm == arm.arm);
    let tested = comparison.and_then(Comparison::tested);
    let adjusted = comparison.and_then(|comparison| comparison.adjusted.as_ref());
    html! {
        tr {
            th scope="row" { (arm.arm) }
            td { (of_verdict(comparison)) }
            td.number { (figures::count(arm.n)) }
            td.number { (or_none(arm.value.map(|value| figures::value(metric, value)))) }
            (of_tested(metric, tested))
            td.number { (or_none(comparison.and_then(|comparison| comparison.corrected_p_value).map(figures::p_value))) }
            td.number { (or_none(arm.chance.map(|chance| figures::chance(chance.best)))) }
            td.number { (or_none(arm.chance.map(|chance| figures::value(metric, chance.loss)))) }
        }
        @if let (Some(adjusted), Some(plain)) = (adjusted, comparison.and_then(|comparison| comparison.plain.as_ref())) {
            tr.plain {
                th scope="row" { "not adjusted" }
                td.number colspan="3" { "variance −" (figures::percent(adjusted.variance_reduction)) " by adjusting" }
                (of_tested(metric, Some(plain)))
                td colspan="3" {}
            }
        }
    }
}

fn of_verdict(comparison: Option<&Comparison>) -> Markup {
    let (class, word) = match comparison {
        Some(comparison) => (class(comparison.verdict), verdict(comparison.verdict)),
        None => ("", "control"),
    };
    html! { span class=(format!("verdict {class}")) { (word) } }
}

/// Difference, lift and p-value.
fn of_tested(metric: &MetricResult, tested: Option<&Tested>) -> Markup {
    html! {
        @if let Some(tested) = tested {
            td.number { (ranged(&tested.difference, |value| figures::difference(metric, value))) }
            td.number { @match &tested.lift { Some(lift) => (ranged(lift, figures::signed_percent)), None => "–" } }
            td.number { (figures::p_value(tested.p_value)) }
        } @else {
            td.number { "–" } td.number { "–" } td.number { "–" }
        }
    }
}

/// An estimate, and below it its interval.
fn ranged(ranged: &vexil::analysis::experiment::Ranged, write: impl Fn(f64) -> String) -> Markup {
    html! { (write(ranged.estimate)) small { (figures::interval(&ranged.interval, write)) } }
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

const fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::Undecided => "undecided",
        Verdict::Unknown | Verdict::TooEarly | Verdict::Void => "void",
    }
}

fn units(allocation: &Allocation) -> Markup {
    html! {
        section aria-labelledby="units" {
            div.heading {
                h2 id="units" { "Units" }
                p { @if allocation.mismatch { "not in the shares that were planned" } @else { "in the shares that were planned, as far as chance allows" } }
            }
            div.scroll { table {
                caption.unseen { "Units of each arm beside the plan" }
                thead { tr {
                    th scope="col" { "Arm" }
                    th.number scope="col" { "Units" }
                    th.number scope="col" { "Planned" }
                    th.number scope="col" { "Seen" }
                } }
                tbody { @for arm in &allocation.arms {
                    tr {
                        th scope="row" { (arm.arm) }
                        td.number { (figures::count(arm.units)) }
                        td.number { (figures::percent(arm.planned)) }
                        td.number { (or_none(arm.observed.map(figures::percent))) }
                    }
                } }
            } }
            p.small {
                "Sample ratio: p " (or_none(allocation.p_value.map(figures::p_value))) " at one look, "
                (or_none(allocation.sequential_p_value.map(figures::p_value))) " at all looks; a mismatch at "
                (figures::number(allocation.alpha)) " or less."
            }
        }
    }
}
