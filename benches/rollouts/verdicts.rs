//! Rollouts under the verdicts of Vexil.

use vexil::analysis::guardrail::{Bound, Counts, Guardrail, Outcome, Seen};
use vexil::analysis::metric::{Direction, Kind, Measure, Metric};
use vexil::stats::aggregate::{Moments, Proportion};
use vexil::stats::sequential::Concurrent;

/// Data are fresh in a simulation.
const MAX_AGE_MS: u64 = 1;

pub fn guardrail(kind: Kind, bound: Bound, minimum: u64) -> Guardrail {
    let metric = Metric::new("simulated", kind, Direction::LowerIsBetter).expect("a name");
    Guardrail::new(metric, bound, minimum, MAX_AGE_MS)
}

/// Whether a guardrail fails what was seen.
pub fn fails(guardrail: &Guardrail, alpha: f64, canary: Measure, control: Option<Measure>) -> bool {
    is_fail(guardrail, alpha, canary, control, None)
}

fn is_fail(
    guardrail: &Guardrail,
    alpha: f64,
    canary: Measure,
    control: Option<Measure>,
    concurrent: Option<Concurrent>,
) -> bool {
    let in_stage = Counts { canary: canary.count(), control: control.as_ref().map_or(0, Measure::count) };
    let has_control = control.is_some();
    let seen = Seen { canary: Some(canary), control, concurrent, in_stage, age_ms: Some(0), has_control };
    guardrail.judge(&seen, alpha).expect("a guardrail that can be judged").outcome == Outcome::Fail
}

/// How many errors fail a canary, by the number of its requests less one. A verdict on an absolute bound is a function of
/// both numbers, so that asking it for each pair once is asking it after every request of every rollout.
pub fn errors_that_fail(guardrail: &Guardrail, alpha: f64, requests: u64) -> Vec<u64> {
    let mut errors = 0;
    let of = |requests: u64| {
        let is_fail = |errors| {
            let seen = Proportion::new(errors, requests).expect("no more errors than requests");
            fails(guardrail, alpha, Measure::Proportion(seen), None)
        };
        while errors <= requests && !is_fail(errors) {
            errors += 1;
        }
        errors
    };
    (1..=requests).map(of).collect()
}

/// A rollout that is compared with its control slot by slot.
pub struct Beside {
    guardrail: Guardrail,
    alpha: f64,
    concurrent: Concurrent,
}

impl Beside {
    pub fn new(odds: f64, alpha: f64) -> Self {
        let guardrail = guardrail(Kind::Proportion, Bound::Odds(odds), 1);
        Self { guardrail, alpha, concurrent: Concurrent::new(odds).expect("an odds ratio") }
    }

    /// Takes in a slot, and says whether the canary fails.
    pub fn slot(&mut self, canary: (u64, u64), control: (u64, u64)) -> bool {
        let of = |(errors, requests)| Proportion::new(errors, requests).expect("no more errors than requests");
        self.concurrent.add(&of(canary), &of(control)).expect("small counts");
        let (canary, control) = self.concurrent.sums();
        let measure = Measure::Proportion;
        let control = Some(measure(control));
        is_fail(&self.guardrail, self.alpha, measure(canary), control, Some(self.concurrent.clone()))
    }
}

/// Whether a canary's mean fails beside its control's.
pub fn mean_fails(guardrail: &Guardrail, alpha: f64, canary: &Moments, control: &Moments) -> bool {
    let measure = |moments: &Moments| Measure::Mean(Box::new(moments.clone()));
    fails(guardrail, alpha, measure(canary), Some(measure(control)))
}
