//! What a plan will do, before it starts: how often it rolls back a canary that is healthy, and how soon one that is not.
//!
//! A bound on a share of the canary's own observations is computed exactly from the distribution of counts, for a host
//! that looks after every observation, or at 2,000 evenly spaced looks where there are more. All else is the Brownian
//! motion that the estimate approaches, watched all the time. `docs/verdicts.md` holds both against simulations.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::crossing::{self, CountLook, ScoreLook};
use super::evidence::harm;
use super::rule::is_strict;
use super::{Bound, Guardrail, Plan, Stage, Test};
use crate::analysis::metric::{Direction, Kind, Level};
use crate::analysis::{Cause, Error};
use crate::stats::aggregate::Proportion;
use crate::stats::distributions::{Distribution, Normal, normal};
use crate::stats::special::solve;
use crate::stats::{self, Alternative, Question, real, sequential, whole};
use crate::words::weight::WHOLE;

const HOUR_MS: f64 = 3_600_000.0;
/// Looks at counts.
const LOOKS: u64 = 2_000;
/// How much more time there is at the next look at a score.
const RATIO: f64 = 1.08;

/// The traffic and the metrics that are expected.
///
/// As JSON: `{"requestsPerHour":6000,"metrics":{"errors":{"healthy":{"rate":0.01},"changed":{"rate":0.02}}}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExpectedTraffic"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Expected {
    /// Observations in both arms together, in an hour; above 0.
    pub requests_per_hour: f64,
    /// How each metric behaves, by its name.
    pub metrics: BTreeMap<String, Scenario>,
}

/// A metric in a healthy canary and in one that is to be caught. The control is like the healthy one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExpectedMetric"))]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Like the control.
    pub healthy: Behaviour,
    /// With the change that is to be caught.
    pub changed: Behaviour,
}

/// How the observations of a metric lie.
///
/// As JSON: `{"rate":0.01}`, `{"mean":{"value":120,"deviation":80}}`, `{"logNormal":{"median":90,"sigma":0.6}}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ExpectedBehaviour"))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum Behaviour {
    /// For a proportion: the share of successes, between 0 and 1.
    Rate(f64),
    /// For a mean or a ratio: its value, and the standard deviation of one observation, above 0. For a ratio that is its
    /// standard error times the root of the number of units.
    Mean {
        /// The value.
        value: f64,
        /// The deviation.
        deviation: f64,
    },
    /// For a quantile: the median of a lognormal distribution and the deviation of the logarithm, both above 0.
    LogNormal {
        /// The median.
        median: f64,
        /// The deviation of the logarithm.
        sigma: f64,
    },
}

/// What a plan will do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "PlanCharacteristics"))]
#[serde(deny_unknown_fields)]
pub struct Characteristics {
    /// Stage by stage.
    pub stages: Vec<StageCharacteristics>,
    /// Test by test.
    pub tests: Vec<TestCharacteristics>,
}

/// What will have happened by the end of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StageCharacteristics {
    /// How long it lasts, in milliseconds: as planned, or until there is the minimum of observations.
    pub length_ms: f64,
    /// How many observations the canary has in it.
    pub canary: f64,
    /// How many the control has.
    pub control: f64,
    /// The chance that a healthy canary was rolled back is not above this: the sum over the tests.
    pub healthy_at_most: f64,
    /// The chance that a changed canary was caught is not below this: the best of the tests.
    pub caught_at_least: f64,
}

/// What one test does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TestCharacteristics {
    /// Which test.
    pub test: Test,
    /// Whether the chances are those of the exact distribution, for independent observations; or an approximation.
    pub is_exact: bool,
    /// The chance that a healthy canary has failed by the end of each of the test's stages.
    pub healthy: Vec<f64>,
    /// The chance that a changed canary has failed by the end of each of the test's stages.
    pub changed: Vec<f64>,
    /// How many milliseconds after the test's begin a changed canary fails on average, of those that it fails.
    pub catch_ms: Option<f64>,
}

impl Plan {
    /// What the plan will do with this traffic, to a canary that behaves as it should and to a changed one, both of which
    /// behave the same from beginning to end. Observations count as independent.
    ///
    /// # Errors
    ///
    /// [`Cause::UnknownMetric`] for a metric of the plan that nothing is said of, and for one that the plan does not
    /// have; [`Cause::Kind`] for a behaviour of another kind of metric; numbers that are not finite or out of range.
    pub fn characteristics(&self, expected: &Expected) -> Result<Characteristics, Error> {
        let per_ms = stats::positive(expected.requests_per_hour)
            .map_err(|error| Error::at("requestsPerHour", error.into()))?
            / HOUR_MS;
        let is_known = |name: &String| self.tests().iter().any(|test| test.metric == *name);
        if let Some(name) = expected.metrics.keys().find(|name| !is_known(name)) {
            return Err(Error::at(name, Cause::UnknownMetric).within("metrics"));
        }
        let pieces: Vec<Piece> = self.stages().iter().map(|stage| Piece::of(stage, per_ms)).collect();
        let tests = self.tests().iter().map(|test| self.of_test(test, &pieces, expected));
        let tests = tests.collect::<Result<Vec<_>, Error>>()?;
        let stages = pieces.iter().enumerate().map(|(stage, piece)| {
            let by = |list: &[f64], test: &Test| {
                let place = stage.min(test.last).checked_sub(test.first);
                place.and_then(|place| list.get(place)).copied().unwrap_or(0.0)
            };
            StageCharacteristics {
                length_ms: piece.length,
                canary: piece.length * piece.canary,
                control: piece.length * piece.control,
                healthy_at_most: tests.iter().map(|one| by(&one.healthy, &one.test)).sum::<f64>().min(1.0),
                caught_at_least: tests.iter().map(|one| by(&one.changed, &one.test)).fold(0.0, f64::max),
            }
        });
        Ok(Characteristics { stages: stages.collect(), tests })
    }

    fn of_test(&self, test: &Test, pieces: &[Piece], expected: &Expected) -> Result<TestCharacteristics, Error> {
        let at = |error: Error| error.within(&test.metric).within("metrics");
        let scenario = expected.metrics.get(&test.metric).ok_or_else(|| at(Cause::UnknownMetric.into()))?;
        let guardrail = self.guardrail_of(test).ok_or(stats::Error::Mismatch)?;
        let pieces = pieces.get(test.first..=test.last).ok_or(stats::Error::Mismatch)?;
        let behaves = |canary| Course { guardrail, alpha: test.alpha, pieces, canary, control: scenario.healthy }.run();
        for (name, behaviour) in [("healthy", scenario.healthy), ("changed", scenario.changed)] {
            behaviour.check(guardrail.metric.kind()).map_err(|error| at(error.within(name)))?;
        }
        let (healthy, changed) = (behaves(scenario.healthy)?, behaves(scenario.changed)?);
        Ok(TestCharacteristics {
            test: test.clone(),
            is_exact: guardrail.counts().is_some(),
            healthy: healthy.by_stage,
            changed: changed.by_stage,
            catch_ms: changed.mean_ms,
        })
    }
}

/// A stage as traffic, per millisecond.
#[derive(Clone, Copy)]
struct Piece {
    length: f64,
    canary: f64,
    control: f64,
}

impl Piece {
    fn of(stage: &Stage, per_ms: f64) -> Self {
        let share = f64::from(stage.share) / f64::from(WHOLE);
        let (canary, control) = (per_ms * share, per_ms * (1.0 - share));
        let wait = |guardrail: &Guardrail| {
            let slower = if guardrail.bound.is_relative() { canary.min(control) } else { canary };
            real(guardrail.minimum) / slower
        };
        let length = stage.guardrails.iter().map(wait).fold(real(stage.duration_ms), f64::max);
        Self { length, canary, control }
    }
}

/// What a test will say of a canary.
struct Course<'a> {
    guardrail: &'a Guardrail,
    alpha: f64,
    pieces: &'a [Piece],
    canary: Behaviour,
    control: Behaviour,
}

struct Chances {
    by_stage: Vec<f64>,
    mean_ms: Option<f64>,
}

/// What is known at a time: the observations in both arms, and 1 over the variance of the estimate.
#[derive(Clone, Copy, Default)]
struct Known {
    canary: f64,
    control: f64,
    information: f64,
}

/// The estimate as a normal quantity: how far the truth is beyond the bound, and the variance of one observation in each
/// arm, both in units of what is estimated.
#[derive(Clone, Copy)]
struct Effect {
    beyond: f64,
    canary: f64,
    control: f64,
}

impl Course<'_> {
    fn run(&self) -> Result<Chances, Error> {
        match self.guardrail.counts() {
            Some(null) => self.of_counts(null),
            None => self.of_score(),
        }
    }

    /// The ends of the stages, since the test began.
    fn ends(&self) -> Vec<f64> {
        let ends = self.pieces.iter().scan(0.0, |end, piece| {
            *end += piece.length;
            Some(*end)
        });
        ends.collect()
    }

    fn known(&self, at: f64, effect: Option<Effect>) -> Known {
        let (mut known, mut left) = (Known::default(), at);
        for piece in self.pieces {
            let length = left.min(piece.length);
            known.canary += length * piece.canary;
            known.control += length * piece.control;
            known.information += effect.map_or(0.0, |effect| {
                let of = |variance: f64, rate: f64| if variance > 0.0 { variance / rate } else { 0.0 };
                length / (of(effect.canary, piece.canary) + of(effect.control, piece.control))
            });
            left -= length;
        }
        known
    }

    fn of_counts(&self, null: f64) -> Result<Chances, Error> {
        let ends = self.ends();
        let by_end: Vec<u64> = ends.iter().map(|&end| whole(libm::floor(self.known(end, None).canary))).collect();
        let most = by_end.last().copied().unwrap_or(0);
        let step = most.div_ceil(LOOKS).max(1);
        let mut trials: Vec<u64> = (1..=most / step).map(|look| look * step).chain(by_end.iter().copied()).collect();
        trials.sort_unstable();
        trials.dedup();
        let (mut looks, mut enough) = (Vec::new(), 0);
        for trials in trials {
            // What is enough never falls.
            while enough <= trials && !self.guardrail.is_enough(enough, trials, null, self.alpha) {
                enough += 1;
            }
            looks.push(CountLook { trials, enough });
        }
        let chances = crossing::of_counts(self.guardrail.share_of_bad(self.canary)?, &looks);
        let times: Vec<f64> = looks.iter().map(|look| self.time_of(real(look.trials))).collect();
        Ok(Chances::of(&times, &chances, &ends))
    }

    /// When the canary will have so many observations.
    fn time_of(&self, trials: f64) -> f64 {
        let (mut left, mut time) = (trials, 0.0);
        for piece in self.pieces {
            let in_piece = piece.length * piece.canary;
            if left <= in_piece {
                return time + left / piece.canary;
            }
            left -= in_piece;
            time += piece.length;
        }
        time
    }

    fn of_score(&self) -> Result<Chances, Error> {
        let (effect, ends) = (self.effect()?, self.ends());
        let mut looks: Vec<(f64, ScoreLook)> = Vec::new();
        for at in self.times(&ends) {
            let known = self.known(at, Some(effect));
            let last = looks.last().map_or(0.0, |(_, look)| look.information);
            // The grid does not tell looks apart that are closer.
            if known.information > last * 1.02 {
                let enough = self.enough(known)?;
                looks.push((at, ScoreLook { information: known.information, enough }));
            }
        }
        let (times, looks): (Vec<f64>, Vec<ScoreLook>) = looks.into_iter().unzip();
        Ok(Chances::of(&times, &crossing::of_score(effect.beyond, &looks), &ends))
    }

    /// The looks: in a geometric row from the first one, to the end of each stage.
    fn times(&self, ends: &[f64]) -> Vec<f64> {
        let end = ends.last().copied().unwrap_or(0.0);
        let first = match self.guardrail.metric.kind() {
            Kind::Mean | Kind::Ratio => {
                let is_relative = self.guardrail.bound.is_relative();
                let is_late = |at: f64| {
                    let known = self.known(at, None);
                    let fewest = if is_relative { known.canary.min(known.control) } else { known.canary };
                    fewest - real(self.guardrail.burn_in())
                };
                solve::halving(0.0, end, &mut { is_late })
            }
            Kind::Proportion | Kind::Quantile(_) => end / 500.0,
        };
        let (mut times, mut from) = (alloc::vec![first], first);
        for &to in ends.iter().filter(|end| **end > first) {
            let steps = whole(libm::ceil(libm::log(to / from) / libm::log(RATIO)).max(1.0)) as u32;
            let of = |step: u32| from * libm::pow(to / from, f64::from(step) / f64::from(steps));
            times.extend((1..steps).map(of));
            times.push(to);
            from = to;
        }
        times
    }

    /// The truth beside the bound, in the direction of harm.
    fn effect(&self) -> Result<Effect, Error> {
        let (bound, sign) = (self.guardrail.bound, self.guardrail.metric.direction().badness(1.0));
        let (t, c) = (self.moments(self.canary)?, self.moments(self.control)?);
        let margin = bound.value();
        Ok(match bound {
            Bound::Absolute(_) => Effect { beyond: sign * (t.value - margin), canary: t.variance, control: 0.0 },
            Bound::Difference(_) => {
                Effect { beyond: sign * (t.value - c.value - margin), canary: t.variance, control: c.variance }
            }
            Bound::Odds(_) => {
                let odds = |rate: f64| rate / (1.0 - rate);
                let of = |rate: f64| 1.0 / (rate * (1.0 - rate));
                let beyond = sign * libm::log(odds(t.value) / odds(c.value) / margin);
                Effect { beyond, canary: of(t.value), control: of(c.value) }
            }
            // A quantile by the logarithm, which is what its bounds are far apart in.
            Bound::Lift(_) if matches!(self.guardrail.metric.kind(), Kind::Quantile(_)) => {
                let of = |one: Moments| one.variance / (one.value * one.value);
                let beyond = sign * libm::log(t.value / c.value / (1.0 + margin));
                Effect { beyond, canary: of(t), control: of(c) }
            }
            Bound::Lift(_) => {
                let (square, factor) = (c.value * c.value, 1.0 + margin);
                let beyond = sign * (t.value / c.value - factor);
                Effect { beyond, canary: t.variance / square, control: factor * factor * c.variance / square }
            }
        })
    }

    /// The value of the metric, with the variance of one observation.
    fn moments(&self, behaviour: Behaviour) -> Result<Moments, Error> {
        Ok(match (behaviour, self.guardrail.metric.kind()) {
            (Behaviour::Rate(rate), _) => Moments { value: rate, variance: rate * (1.0 - rate) },
            (Behaviour::Mean { value, deviation }, _) => Moments { value, variance: deviation * deviation },
            (Behaviour::LogNormal { median, sigma }, Kind::Quantile(level)) => {
                let q = level.share();
                let z = Normal.quantile(q)?;
                let value = median * libm::exp(sigma * z);
                let error = value * sigma / normal::density(z);
                Moments { value, variance: q * (1.0 - q) * error * error }
            }
            (Behaviour::LogNormal { .. }, _) => return Err(Cause::Kind.into()),
        })
    }

    /// The score that is evidence enough.
    fn enough(&self, known: Known) -> Result<f64, Error> {
        let Known { canary, control, information } = known;
        let guardrail = self.guardrail;
        Ok(match (guardrail.bound, guardrail.metric.kind()) {
            (Bound::Odds(_), _) => crossing::enough_of_odds(information, self.alpha),
            (_, Kind::Mean | Kind::Ratio) => {
                let spread = guardrail.effect.ok_or(stats::Error::OutOfRange)?;
                crossing::enough_of_normal(spread, information, self.alpha)
            }
            (_, Kind::Proportion) => information * self.reach_of_rates(canary, control)?,
            (_, Kind::Quantile(level)) => information * self.reach_of_quantiles(level, canary, control)?,
        })
    }

    /// How far the interval of a difference or lift of shares reaches to the good side, at the expected counts.
    fn reach_of_rates(&self, canary: f64, control: f64) -> Result<f64, Error> {
        let seen = |behaviour, n: f64| {
            let n = whole(libm::floor(n)).max(1);
            let rate = self.moments(behaviour)?.value;
            Ok::<_, Error>(Proportion::new(whole(libm::round(rate * real(n))), n)?)
        };
        let (t, c) = (seen(self.canary, canary)?, seen(self.control, control)?);
        let alternative = harm(self.guardrail.metric.direction());
        let question = Question { null: self.guardrail.bound.value(), alternative, alpha: self.alpha };
        let is_lift = matches!(self.guardrail.bound, Bound::Lift(_));
        let of = if is_lift { sequential::lift_of_rates } else { sequential::difference_of_rates };
        let Ok(found) = of(&t, &c, question) else { return Ok(f64::INFINITY) };
        Ok(found.interval.lower.or(found.interval.upper).map_or(f64::INFINITY, |end| (found.estimate - end).abs()))
    }

    /// The same for quantiles: by the shares of the ranks that bound them.
    fn reach_of_quantiles(&self, level: Level, canary: f64, control: f64) -> Result<f64, Error> {
        let is_harm_above = self.guardrail.metric.direction() == Direction::LowerIsBetter;
        let side = |behaviour: Behaviour, n: f64, is_below: bool| {
            let Some(share) = bound_of_rank(level, whole(libm::floor(n)).max(1), 0.5 * self.alpha, is_below) else {
                return Ok::<_, Error>(f64::INFINITY);
            };
            let Behaviour::LogNormal { median, sigma } = behaviour else { return Err(Cause::Kind.into()) };
            let apart = sigma * (Normal.quantile(share)? - Normal.quantile(level.share())?);
            let value = median * libm::exp(sigma * Normal.quantile(level.share())?);
            let is_lift = matches!(self.guardrail.bound, Bound::Lift(_));
            Ok(if is_lift { apart.abs() } else { (value * libm::expm1(apart)).abs() })
        };
        Ok(side(self.canary, canary, is_harm_above)? + side(self.control, control, !is_harm_above)?)
    }
}

/// The share of observations below the value that bounds a quantile on one side; `None` while there is none.
fn bound_of_rank(level: Level, n: u64, alpha: f64, is_below: bool) -> Option<f64> {
    let beyond = 1.0 - level.share();
    let alternative = if is_below { Alternative::Greater } else { Alternative::Less };
    let is_enough = |count: u64| crossing::ln_evidence(count, n, beyond, alternative) >= -libm::log(alpha);
    let count = if is_below {
        solve::least(0, n, &mut |count| is_enough(count))
    } else {
        // The first count that is not few enough is one more.
        solve::least(0, n, &mut |count| !is_enough(count)).saturating_sub(1)
    };
    let share = 1.0 - real(count) / real(n);
    (is_enough(count) && share > 0.0 && share < 1.0).then_some(share)
}

#[derive(Clone, Copy)]
struct Moments {
    value: f64,
    variance: f64,
}

impl Guardrail {
    /// For a bound that is on a share of the canary's own observations: that share.
    fn counts(&self) -> Option<f64> {
        match (self.bound, self.metric.kind()) {
            (Bound::Absolute(most), Kind::Proportion) => Some(most),
            (Bound::Absolute(_), Kind::Quantile(level)) => Some(1.0 - level.share()),
            _ => None,
        }
    }

    /// Whether so many bad observations are evidence enough against the share.
    fn is_enough(&self, bad: u64, trials: u64, null: f64, alpha: f64) -> bool {
        let direction = self.metric.direction();
        if matches!(self.metric.kind(), Kind::Proportion) && is_strict(null, direction) {
            return bad > 0;
        }
        let successes = if direction == Direction::LowerIsBetter { bad } else { trials.saturating_sub(bad) };
        crossing::ln_evidence(successes, trials, null, harm(direction)) >= -libm::log(alpha)
    }

    /// The share of bad observations: errors, or latencies above the bound.
    fn share_of_bad(&self, behaviour: Behaviour) -> Result<f64, Error> {
        let above = match behaviour {
            Behaviour::Rate(rate) => rate,
            Behaviour::LogNormal { median, sigma } => Normal.sf(libm::log(self.bound.value() / median) / sigma)?,
            Behaviour::Mean { .. } => return Err(Cause::Kind.into()),
        };
        Ok(if self.metric.direction() == Direction::LowerIsBetter { above } else { 1.0 - above })
    }
}

impl Behaviour {
    fn check(self, kind: Kind) -> Result<(), Error> {
        match (self, kind) {
            (Self::Rate(rate), Kind::Proportion) => stats::probability(rate).map(|_| ())?,
            (Self::Mean { value, deviation }, Kind::Mean | Kind::Ratio) => {
                stats::finite(value).and(stats::positive(deviation)).map(|_| ())?;
            }
            (Self::LogNormal { median, sigma }, Kind::Quantile(_)) => {
                stats::positive(median).and(stats::positive(sigma)).map(|_| ())?;
            }
            _ => return Err(Cause::Kind.into()),
        }
        Ok(())
    }
}

impl Chances {
    /// The chances at the ends of stages, and the mean time, from those at looks.
    fn of(times: &[f64], chances: &[f64], ends: &[f64]) -> Self {
        let looks = || times.iter().copied().zip(chances.iter().copied());
        // An end that is no look of its own is just after one.
        let by =
            |end: f64| looks().take_while(|(at, _)| *at <= end * (1.0 + 1e-9)).last().map_or(0.0, |(_, chance)| chance);
        let (mut before, mut last, mut sum) = (0.0, 0.0, 0.0);
        for (at, chance) in looks() {
            sum += (chance - before) * 0.5 * (at + last);
            (before, last) = (chance, at);
        }
        let mean_ms = (before > 0.0).then(|| sum / before);
        Self { by_stage: ends.iter().map(|end| by(*end)).collect(), mean_ms }
    }
}
