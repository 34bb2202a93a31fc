//! Verdicts: pass, warn, fail, or not known yet.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Bound, Counts, Evidence, Guardrail, Pass, Seen, Warn, WithoutData};
use crate::analysis::metric::Direction;
use crate::analysis::{Cause, Error};
use crate::stats::{self, whole};

/// What a guardrail says of the data, with what it says it by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailVerdict"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Verdict {
    /// The metric's name.
    pub metric: String,
    /// The bound.
    pub bound: Bound,
    /// The answer.
    pub outcome: Outcome,
    /// What decided.
    pub reason: Reason,
    /// The same in a sentence for people.
    pub why: String,
    /// How many observations the evidence is of, by arm.
    pub n: Counts,
    /// How many of them are of this stage.
    pub in_stage: Counts,
    /// The evidence; `None` where there are too few data for any.
    pub evidence: Option<Evidence>,
    /// How old the data are, in milliseconds.
    pub age_ms: Option<u64>,
    /// Whether a control ran beside the canary. Without one nobody can tell whether a failure is the canary's.
    pub has_control: bool,
    /// What to do at the end of the stage, where the data do not suffice.
    pub without_data: Option<WithoutData>,
}

/// The answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailOutcome"))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// If the stage ended now, the canary could go on.
    Pass,
    /// It could, but someone should look.
    Warn,
    /// The data do not suffice to say so: missing, stale or thin.
    Insufficient,
    /// The canary is worse than the bound.
    Fail,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "GuardrailReason"))]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Fail: there is evidence enough that the canary is worse than the bound.
    Harm,
    /// Insufficient: nothing was observed in the canary.
    Missing,
    /// Insufficient: nothing was observed in the control that the bound compares with.
    NoControl,
    /// Insufficient: the newest data are too old.
    Stale,
    /// Insufficient: there are fewer observations in the stage than the minimum, or than the method needs.
    Thin,
    /// Insufficient: the data have no variance, or no baseline above 0 to divide by.
    Undetermined,
    /// Insufficient: the guardrail wants safety shown, and it is not yet.
    NotShown,
    /// Warn: the estimate is beyond the bound, or there is the weaker evidence to warn at.
    Doubtful,
    /// Pass: fresh data, the minimum of observations, and no evidence of harm.
    NoHarm,
    /// Pass: the interval is on the good side of the bound.
    Shown,
}

impl Reason {
    /// The answer that goes with it.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Harm => Outcome::Fail,
            Self::Doubtful => Outcome::Warn,
            Self::NoHarm | Self::Shown => Outcome::Pass,
            Self::Missing | Self::NoControl | Self::Stale | Self::Thin | Self::Undetermined | Self::NotShown => {
                Outcome::Insufficient
            }
        }
    }
}

impl Guardrail {
    /// Judges what was seen, with an error probability for a healthy canary to fail at any of all looks.
    ///
    /// Evidence of harm fails, however few, old or one-sided the data are: it does not become less true. All else needs
    /// data that are there, fresh and enough.
    ///
    /// # Errors
    ///
    /// As for [`Guardrail::check`]; [`Cause::Kind`] for data of another kind; an `alpha` that is not between 0 and 1.
    pub fn judge(&self, seen: &Seen, alpha: f64) -> Result<Verdict, Error> {
        self.check()?;
        stats::probability(alpha)?;
        for measure in [&seen.canary, &seen.control].into_iter().flatten() {
            measure.check(self.metric.kind())?;
        }
        let (evidence, is_harm, lack) = match self.evidence(seen, alpha) {
            Ok((evidence, is_harm)) => (Some(evidence), is_harm, None),
            Err(error @ (stats::Error::TooFew | stats::Error::NoVariance | stats::Error::NoBaseline)) => {
                (None, false, Some(error))
            }
            Err(error) => return Err(Cause::from(error).into()),
        };
        let reason = match self.lack(seen, lack) {
            _ if is_harm => Reason::Harm,
            Some(reason) => reason,
            None if self.is_doubtful(seen, evidence.as_ref())? => Reason::Doubtful,
            None => self.passing(evidence.as_ref()),
        };
        let count = |measure: &Option<_>| measure.as_ref().map_or(0, super::Measure::count);
        let mut verdict = Verdict {
            metric: self.metric.name().into(),
            bound: self.bound,
            outcome: reason.outcome(),
            reason,
            why: String::new(),
            n: Counts { canary: count(&seen.canary), control: count(&seen.control) },
            in_stage: seen.in_stage,
            evidence,
            age_ms: seen.age_ms,
            has_control: seen.has_control,
            without_data: (reason.outcome() == Outcome::Insufficient).then_some(self.without_data),
        };
        verdict.why = self.sentence(&verdict, lack);
        Ok(verdict)
    }

    /// What is missing of the data.
    fn lack(&self, seen: &Seen, lack: Option<stats::Error>) -> Option<Reason> {
        let is_relative = self.bound.is_relative();
        let is_there = |measure: &Option<super::Measure>| measure.as_ref().is_some_and(|measure| measure.count() > 0);
        let least = if is_relative { seen.in_stage.canary.min(seen.in_stage.control) } else { seen.in_stage.canary };
        if !is_there(&seen.canary) {
            Some(Reason::Missing)
        } else if is_relative && !is_there(&seen.control) {
            Some(Reason::NoControl)
        } else if seen.age_ms.is_none_or(|age| age > self.max_age_ms) {
            Some(Reason::Stale)
        } else if least < self.minimum.max(1) {
            Some(Reason::Thin)
        } else if lack == Some(stats::Error::TooFew) {
            // Where nothing differs, such as without any error, nothing speaks against the canary.
            (!seen.is_alike(self.minimum.max(1))).then_some(Reason::Thin)
        } else {
            lack.map(|_| Reason::Undetermined)
        }
    }

    fn is_doubtful(&self, seen: &Seen, evidence: Option<&Evidence>) -> Result<bool, Error> {
        let direction = self.metric.direction();
        Ok(match self.warn {
            Warn::Never => false,
            Warn::Estimate => evidence.is_some_and(|found| direction.is_worse(found.estimate, self.bound.value())),
            Warn::Alpha(alpha) => evidence.is_some() && self.is_harm(seen, alpha)?,
        })
    }

    /// How a canary passes that nothing speaks against.
    fn passing(&self, evidence: Option<&Evidence>) -> Reason {
        let is_within = evidence.is_some_and(|found| match self.metric.direction() {
            Direction::LowerIsBetter => found.upper.is_some_and(|upper| upper <= self.bound.value()),
            Direction::HigherIsBetter => found.lower.is_some_and(|lower| lower >= self.bound.value()),
        });
        match self.pass {
            _ if is_within => Reason::Shown,
            Pass::NoHarm => Reason::NoHarm,
            Pass::Shown => Reason::NotShown,
        }
    }

    fn sentence(&self, verdict: &Verdict, lack: Option<stats::Error>) -> String {
        let (name, bound) = (self.metric.name(), Short(self.bound.value()));
        let Verdict { in_stage, .. } = verdict;
        let is = Quantity { guardrail: self, evidence: verdict.evidence.as_ref() };
        let why = match verdict.reason {
            Reason::Harm => {
                let alpha = verdict.evidence.map_or(0.0, |found| found.alpha);
                format!("{is}, and there is evidence that it is beyond the bound of {bound} (alpha {})", Short(alpha))
            }
            Reason::Missing => format!("nothing was observed of `{name}` in the canary"),
            Reason::NoControl if !verdict.has_control => format!("`{name}` has no control to be compared with"),
            Reason::NoControl => format!("nothing was observed of `{name}` in the control"),
            Reason::Stale => {
                let age = verdict.age_ms.map_or_else(|| "unknown".into(), |age| format!("{age} ms"));
                format!("the age of `{name}` is {age}, and {} ms at most are fresh", self.max_age_ms)
            }
            Reason::Thin if self.bound.is_relative() => format!(
                "`{name}` has {} observations in the canary and {} in the control, of {} in each",
                in_stage.canary,
                in_stage.control,
                self.needed()
            ),
            Reason::Thin => {
                format!("`{name}` has {} observations in the canary, of {}", in_stage.canary, self.needed())
            }
            Reason::Undetermined => {
                lack.map_or_else(String::new, |error| format!("of `{name}` nothing can be said: {error}"))
            }
            Reason::NotShown => format!("{is}, and it is not shown yet to be within the bound of {bound}"),
            Reason::Doubtful => format!("{is}, worse than the bound of {bound} allows, but that may be chance"),
            Reason::NoHarm => format!("{is}, and there is no evidence that it is beyond the bound of {bound}"),
            Reason::Shown => format!("{is}, and there is evidence that it is within the bound of {bound}"),
        };
        if verdict.has_control { why } else { why + "; no control runs beside the canary" }
    }

    /// How many observations each arm needs.
    fn needed(&self) -> u64 {
        match self.method() {
            super::Method::Asymptotic => self.burn_in(),
            super::Method::Exact => self.minimum.max(1),
        }
    }
}

/// The estimate in words.
struct Quantity<'a> {
    guardrail: &'a Guardrail,
    evidence: Option<&'a Evidence>,
}

impl fmt::Display for Quantity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.guardrail.metric.name();
        let Some(Evidence { estimate, .. }) = self.evidence else {
            return write!(f, "`{name}` is the same in all observations of both arms");
        };
        let value = Short(*estimate);
        match self.guardrail.bound {
            Bound::Absolute(_) => write!(f, "`{name}` is {value} in the canary"),
            Bound::Difference(_) => write!(f, "`{name}` differs by {value} from the control"),
            Bound::Lift(_) => write!(f, "`{name}` differs by {value} of the control's"),
            Bound::Odds(_) => write!(f, "`{name}` has {value} times the odds of the control"),
        }
    }
}

/// A number with four digits that count.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.abs();
        if magnitude != 0.0 && !(1e-6..1e9).contains(&magnitude) {
            return write!(f, "{:.3e}", self.0);
        }
        let before = if magnitude == 0.0 { 0.0 } else { libm::floor(libm::log10(magnitude)) };
        let digits = format!("{:.*}", whole((3.0 - before).clamp(0.0, 9.0)) as usize, self.0);
        let is_fraction = digits.contains('.');
        f.write_str(if is_fraction { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits })
    }
}
