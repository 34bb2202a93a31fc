//! What an experiment means, in sentences with their figures. As much is said of what must not be concluded.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use serde::Serialize;

use super::allocation::Allocation;
use super::check::Experiment;
use super::figures::{self, count, number, percent};
use super::input::{Correction, Look, Role};
use super::report::{Comparison, MetricResult, Verdict};
use crate::analysis::metric::{Direction, Kind};
use crate::stats::real;

/// A sentence or two.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// How grave it is.
    pub level: Level,
    /// What it is about.
    pub topic: Topic,
    /// The metric that it is about; all of them if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub metric: Option<String>,
    /// The arm that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub arm: Option<String>,
    /// The sentences.
    pub text: String,
}

/// How grave a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NoteLevel"))]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// Nothing can be concluded.
    Stop,
    /// Something was found.
    Finding,
    /// What must not be concluded.
    Limit,
    /// How it was done.
    Method,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NoteTopic"))]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    /// The shares of units are not those that were planned.
    SampleRatioMismatch,
    /// A look of a fixed horizon before the end.
    TooEarly,
    /// An arm is better or worse than the control.
    Difference,
    /// No difference was found, which does not say that there is none.
    NoDifference,
    /// How much harm to a guardrail is not ruled out.
    Harm,
    /// Nothing can be computed.
    Unknown,
    /// A look of a fixed horizon without a plan.
    NoPlan,
    /// Very few units.
    FewUnits,
    /// Too short for a week's cycle and for novelty to wear off.
    ShortTime,
    /// Units that were seen in more than one arm.
    CrossedUnits,
    /// Units without a value.
    MissingUnits,
    /// Several values of one unit.
    SeveralValues,
    /// Many tests.
    ManyTests,
    /// How an experiment may be looked at.
    Looks,
    /// What adjusting for a covariate did.
    Covariate,
    /// What a probability to be the best is.
    Belief,
}

/// Below this number of units of an arm, large-sample methods promise more than they hold.
const FEW: u64 = 100;
/// Two weeks: each day of the week twice, and some time to get used to something new.
const DAYS: u32 = 14;
/// The share of crossed units above which leaving them out may itself bias the comparison.
const CROSSED: f64 = 0.01;

pub(super) fn notes(experiment: &Experiment, allocation: &Allocation, metrics: &[MetricResult]) -> Vec<Note> {
    let mut notes = Vec::new();
    units(experiment, allocation, &mut notes);
    // Where the shares are wrong there is nothing to say of metrics.
    if !allocation.mismatch {
        looks(experiment, allocation, &mut notes);
        for metric in metrics {
            of_metric(experiment, metric, &mut notes);
        }
        many(experiment, metrics, &mut notes);
        beliefs(metrics, &mut notes);
    }
    notes.sort_by_key(|note| note.level);
    notes
}

fn say(notes: &mut Vec<Note>, level: Level, topic: Topic, text: String) {
    notes.push(Note { level, topic, metric: None, arm: None, text });
}

fn units(experiment: &Experiment, allocation: &Allocation, notes: &mut Vec<Note>) {
    if allocation.mismatch {
        let of = |write: &dyn Fn(usize) -> String| listed((0..allocation.arms.len()).map(write));
        let seen = of(&|place| allocation.arms.get(place).map_or_else(String::new, |arm| count(arm.units)));
        let planned = of(&|place| allocation.arms.get(place).map_or_else(String::new, |arm| percent(arm.planned)));
        let p_value = match experiment.options.look {
            Look::Fixed => allocation.p_value.or(allocation.sequential_p_value),
            Look::Sequential => allocation.sequential_p_value,
        };
        let p_value = figures::p_value(p_value.unwrap_or(0.0));
        say(
            notes,
            Level::Stop,
            Topic::SampleRatioMismatch,
            format!(
                "The arms have {seen} units where {planned} were planned (p {p_value}). Something loses or adds units in one \
             arm more than in the other, so the arms are no longer alike in all but the treatment: nothing can be \
             concluded from any figure below, however significant. Find the cause (redirects, crashes, bots, late or lost \
             exposures, a changed split), repair it, and start again with a new seed."
            ),
        );
    }
    if let Some(arm) = allocation.arms.iter().filter(|arm| arm.units < FEW).min_by_key(|arm| arm.units) {
        say(
            notes,
            Level::Limit,
            Topic::FewUnits,
            format!(
                "`{}` has {} units. Below {FEW} the methods used here promise more than they hold: take intervals as rough.",
                arm.arm,
                count(arm.units),
            ),
        );
    }
    if let Some(crossed) = experiment.crossed.filter(|crossed| *crossed > 0) {
        let share = real(crossed) / (real(crossed) + real(allocation.units));
        let consequence = if share > CROSSED {
            "That is more than the odd device that two people share: the assignment is not stable for them (a changed \
             identifier, a changed split), and leaving them out may itself bias what is left."
        } else {
            "They are in none of the figures."
        };
        let text =
            format!("{} units ({}) were seen in more than one arm. {consequence}", count(crossed), percent(share));
        say(notes, Level::Limit, Topic::CrossedUnits, text);
    }
}

fn looks(experiment: &Experiment, allocation: &Allocation, notes: &mut Vec<Note>) {
    let (units, options) = (allocation.units, &experiment.options);
    match (options.look, options.planned_units) {
        (Look::Sequential, _) => say(
            notes,
            Level::Method,
            Topic::Looks,
            format!(
                "Intervals and p-values hold at all looks together with {} confidence: this may be looked at whenever one \
             likes, and stopped.",
                percent(options.confidence),
            ),
        ),
        (Look::Fixed, Some(planned)) if units < planned => say(
            notes,
            Level::Stop,
            Topic::TooEarly,
            format!(
                "{} of {} planned units are there. These tests hold for one look at the end; stopping at the first look that \
             is significant finds differences where there are none, far more often than {}. Wait, or look sequentially.",
                count(units),
                count(planned),
                percent(1.0 - options.confidence),
            ),
        ),
        (Look::Fixed, Some(planned)) => say(
            notes,
            Level::Method,
            Topic::Looks,
            format!(
                "Looked at once, with {} units of {} planned. Further looks at the same experiment would need other tests.",
                count(units),
                count(planned),
            ),
        ),
        (Look::Fixed, None) => say(
            notes,
            Level::Limit,
            Topic::NoPlan,
            String::from(
                "No number of units was planned. The p-values hold only if this is the one look that was ever going to \
             decide; if it was looked at before, and would have been stopped, they are too small. Looking sequentially \
             is right either way.",
            ),
        ),
    }
    let time = match options.days {
        Some(days) if days >= DAYS => return,
        Some(1) => String::from("It has run 1 day."),
        Some(days) => format!("It has run {days} days."),
        None => String::from("How long it has run is not said."),
    };
    say(
        notes,
        Level::Limit,
        Topic::ShortTime,
        format!(
            "{time} With less than {DAYS} days a week's ups and downs are not evenly in it, and what is new may attract or \
         annoy only because it is new: the effect may not last."
        ),
    );
}

fn of_metric(experiment: &Experiment, metric: &MetricResult, notes: &mut Vec<Note>) {
    missing(experiment, metric, notes);
    for comparison in &metric.comparisons {
        let (level, topic) = match comparison.verdict {
            Verdict::Better | Verdict::Worse => (Level::Finding, Topic::Difference),
            Verdict::Undecided if metric.role == Role::Guardrail => (Level::Limit, Topic::Harm),
            Verdict::Undecided => (Level::Limit, Topic::NoDifference),
            Verdict::Unknown => (Level::Limit, Topic::Unknown),
            Verdict::TooEarly | Verdict::Void => continue,
        };
        let text = sentence(experiment, metric, comparison);
        notes.push(Note { level, topic, metric: Some(metric.metric.clone()), arm: Some(comparison.arm.clone()), text });
    }
    if let Some(adjusted) = metric.comparisons.iter().find_map(|comparison| comparison.adjusted) {
        let reduction = percent(adjusted.variance_reduction);
        notes.push(Note {
            level: Level::Method,
            topic: Topic::Covariate,
            metric: Some(metric.metric.clone()),
            arm: None,
            text: format!(
                "`{}` is adjusted for its covariate, which takes away {reduction} of its variance. The adjusted figures \
                 decide; choosing between them and the plain ones after having seen both would not be allowed.",
                metric.metric,
            ),
        });
    }
}

fn missing(experiment: &Experiment, metric: &MetricResult, notes: &mut Vec<Note>) {
    for (seen, arm) in metric.arms.iter().zip(&experiment.arms) {
        let (topic, text) = match seen.n.cmp(&arm.units) {
            Ordering::Equal => continue,
            Ordering::Less => (
                Topic::MissingUnits,
                format!(
                    "{} units of `{}` have no value of `{}`. If they did nothing, their value is 0 and they belong into \
                     the sums; if who has a value depends on the treatment, the comparison is biased.",
                    count(arm.units - seen.n),
                    arm.name,
                    metric.metric,
                ),
            ),
            Ordering::Greater => (
                Topic::SeveralValues,
                format!(
                    "`{}` has several values of one unit in `{}`. Values of one unit are alike, so its intervals are too \
                     narrow.",
                    metric.metric, arm.name,
                ),
            ),
        };
        let (metric, arm) = (Some(metric.metric.clone()), Some(arm.name.clone()));
        notes.push(Note { level: Level::Limit, topic, metric, arm, text });
    }
}

fn sentence(experiment: &Experiment, metric: &MetricResult, comparison: &Comparison) -> String {
    let (name, arm) = (&metric.metric, &comparison.arm);
    let control = experiment.arms.get(experiment.control).map(|arm| arm.name.as_str()).unwrap_or_default();
    let Some(tested) = comparison.tested() else {
        let problem = comparison.problem.as_deref().unwrap_or("too few observations");
        return format!("Nothing can be said of `{name}` in `{arm}`: {problem}.");
    };
    let possible = figures::possible(metric, tested);
    match comparison.verdict {
        Verdict::Better | Verdict::Worse => {
            let word = if comparison.verdict == Verdict::Better { "better" } else { "worse" };
            let p_value = figures::p_value(comparison.corrected_p_value.unwrap_or(1.0));
            let effect = figures::effect(metric, tested);
            format!("`{arm}` is {word} than `{control}` on `{name}`: {effect}, p {p_value}.")
        }
        _ if metric.role == Role::Guardrail => {
            let worst = worst(metric, comparison).unwrap_or_else(|| String::from("any harm"));
            format!(
                "`{arm}` is not shown to harm `{name}`, and not shown to be harmless: anything up to {worst} remains \
                 possible."
            )
        }
        _ => {
            let detectable = comparison.detectable.map(|detectable| {
                let effect = detectable
                    .lift
                    .map_or_else(|| figures::difference(metric, detectable.difference), figures::signed_percent);
                let power = percent(experiment.options.power);
                format!(
                    " An effect of {effect} would have been found with {power} probability, smaller ones less often."
                )
            });
            format!(
                "No difference is shown between `{arm}` and `{control}` on `{name}`. That does not make them equal: \
                 {possible} all remain possible.{}",
                detectable.unwrap_or_default(),
            )
        }
    }
}

/// The end of the interval on the bad side.
fn worst(metric: &MetricResult, comparison: &Comparison) -> Option<String> {
    let tested = comparison.tested()?;
    let end = |interval: &crate::stats::Interval| match metric.direction {
        Direction::HigherIsBetter => interval.lower,
        Direction::LowerIsBetter => interval.upper,
    };
    match &tested.lift {
        Some(lift) => end(&lift.interval).map(figures::signed_percent),
        None => end(&tested.difference.interval).map(|value| figures::difference(metric, value)),
    }
}

fn many(experiment: &Experiment, metrics: &[MetricResult], notes: &mut Vec<Note>) {
    let family = metrics.iter().filter(|metric| metric.role != Role::Guardrail);
    let tests = family.flat_map(|metric| &metric.comparisons).filter(|one| one.corrected_p_value.is_some()).count();
    if tests < 2 {
        return;
    }
    let alpha = 1.0 - experiment.options.confidence;
    let intervals =
        "Intervals are of one comparison each and are not corrected, so one may leave out 0 where nothing is found.";
    let (level, text) = match experiment.options.correction {
        Correction::None => {
            let any = 1.0 - libm::pow(1.0 - alpha, real(tests as u64));
            (
                Level::Limit,
                format!(
                    "{tests} tests were made and not corrected: were all differences 0, at least one would still be found \
                 with a probability of up to {} if they are independent. Take what is found as a question for the next \
                 experiment.",
                    percent(any),
                ),
            )
        }
        Correction::Holm => (
            Level::Method,
            format!(
                "{tests} tests were made, corrected by the method of Holm: anything at all is found wrongly with a \
             probability of at most {}. {intervals}",
                percent(alpha),
            ),
        ),
        Correction::BenjaminiHochberg => (
            Level::Method,
            format!(
                "{tests} tests were made, corrected by the method of Benjamini and Hochberg: of what is found, {} is wrong on \
             average. {intervals}",
                percent(alpha),
            ),
        ),
    };
    say(notes, level, Topic::ManyTests, text);
}

fn beliefs(metrics: &[MetricResult], notes: &mut Vec<Note>) {
    let is_quantile = |metric: &MetricResult| matches!(metric.kind, Kind::Quantile(_));
    let has_chance = metrics.iter().any(|metric| metric.arms.iter().any(|arm| arm.chance.is_some()));
    if has_chance && !metrics.iter().all(is_quantile) {
        say(
            notes,
            Level::Method,
            Topic::Belief,
            String::from(
                "The probability to be the best and the expected loss come from a flat prior and the plain figures. They \
             weigh a decision; they do not bound how often one decides wrongly.",
            ),
        );
    }
}

/// `a and b`, `a, b and c`.
fn listed(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        Some((last, _)) => last.clone(),
        None => number(0.0),
    }
}
