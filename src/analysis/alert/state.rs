//! The state machine of one rule: three signals, each on or off, told or not, with the time of its last alert.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{AlertKind, AlertRule, Change, Notice, Severity};
use crate::analysis::instant;
use crate::analysis::metric::Direction;
use crate::analysis::reading::{Known, Reading, Status};
use crate::words::time::Timestamp;

/// What is remembered of a rule.
///
/// As JSON: `{"since":1767225600000,"status":"warning","warn":{"on":true,"told":true,"last":1767225660000},
/// "critical":{...},"stale":{...}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AlertState {
    /// When watching began: what was never observed is stale only some time after it.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "typescript", ts(as = "Timestamp"))]
    pub since: Timestamp,
    /// What was found last.
    pub status: Status,
    /// Worse than the bound to warn at.
    pub warn: Signal,
    /// Worse than the critical bound.
    pub critical: Signal,
    /// Nothing recent.
    pub stale: Signal,
}

/// One kind of alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "AlertSignal"))]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Whether it is so.
    pub on: bool,
    /// Whether someone heard of it, since it became so.
    pub told: bool,
    /// When someone heard of this kind the last time.
    #[serde(with = "instant::optional")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Timestamp>"))]
    pub last: Option<Timestamp>,
}

/// What one look came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The state after it.
    pub state: AlertState,
    /// What someone should hear of.
    pub notices: Vec<Notice>,
    /// When to look again at the latest, even if nothing is observed.
    pub wake_at: Option<Timestamp>,
}

impl AlertState {
    /// The state of a rule that nobody looked at yet.
    pub const fn new(now: Timestamp) -> Self {
        let off = Signal { on: false, told: false, last: None };
        Self { since: now, status: Status::Insufficient, warn: off, critical: off, stale: off }
    }
}

impl AlertRule {
    /// Looks at a reading: what follows from a state.
    ///
    /// A bound's signal goes on when the value is worse than the bound, and off only when it is better by the
    /// hysteresis; without a believable value it stays. A signal that is on is told once, and not before the cool-down
    /// since the last time is over. A warning is not told beside the critical alert that says more.
    pub fn step(&self, direction: Direction, before: &AlertState, reading: &Reading, now: Timestamp) -> Step {
        let AlertState { since, mut warn, mut critical, mut stale, .. } = *before;
        let age = reading.age_ms().unwrap_or_else(|| instant::since(since, now));
        stale.on = age > self.needs.stale_after_ms;
        let value = match reading.known(&self.needs) {
            Known::Value(value) => Some(value),
            Known::Insufficient | Known::Stale => None,
        };
        if let Some(value) = value {
            warn.on = self.is_beyond(direction, self.warn, warn.on, value);
            critical.on = self.is_beyond(direction, self.critical, critical.on, value);
        }
        let mut look = Look { rule: self, reading, now, notices: Vec::new(), wake_at: None };
        // One who hears of the critical bound need not hear of the other.
        look.tell(&mut critical, AlertKind::Critical, value.is_some());
        look.tell(&mut warn, AlertKind::Warn, value.is_some() && !critical.on);
        look.tell(&mut stale, AlertKind::Stale, true);
        if !stale.on {
            look.wake((self.needs.stale_after_ms - age).saturating_add(1));
        }
        let status = match (stale.on, critical.on, warn.on) {
            (true, ..) => Status::Stale,
            (_, true, _) => Status::Critical,
            (.., true) => Status::Warning,
            _ if value.is_some() => Status::Healthy,
            _ => Status::Insufficient,
        };
        let Look { notices, wake_at, .. } = look;
        Step { state: AlertState { since, status, warn, critical, stale }, notices, wake_at }
    }

    /// Whether a signal is on after a value.
    fn is_beyond(&self, direction: Direction, bound: Option<f64>, was_on: bool, value: f64) -> bool {
        let Some(bound) = bound.map(|bound| direction.badness(bound)) else { return false };
        let badness = direction.badness(value);
        if was_on { badness > bound - self.hysteresis } else { badness > bound }
    }

    fn bound(&self, kind: AlertKind) -> Option<f64> {
        match kind {
            AlertKind::Warn => self.warn,
            AlertKind::Critical => self.critical,
            AlertKind::Stale => None,
        }
    }
}

/// One look at one rule, as far as it has come.
struct Look<'a> {
    rule: &'a AlertRule,
    reading: &'a Reading,
    now: Timestamp,
    notices: Vec<Notice>,
    wake_at: Option<Timestamp>,
}

impl Look<'_> {
    /// Tells of a signal that is on and was not told of, or that is over and was.
    fn tell(&mut self, signal: &mut Signal, kind: AlertKind, may_raise: bool) {
        if !signal.on {
            if signal.told {
                signal.told = false;
                self.notice(kind, Change::Cleared);
            }
            return;
        }
        if signal.told || !may_raise {
            return;
        }
        let rest = signal.last.map_or(0, |last| self.rest(last));
        if rest > 0 {
            self.wake(rest);
            return;
        }
        signal.told = true;
        signal.last = Some(self.now);
        self.notice(kind, Change::Raised);
    }

    /// How many milliseconds of a cool-down are left. A clock that went back does not shorten it.
    fn rest(&self, last: Timestamp) -> u64 {
        self.rule.cool_down_ms.saturating_sub(instant::since(last, self.now))
    }

    fn wake(&mut self, in_ms: u64) {
        let ms = i64::try_from(in_ms).unwrap_or(i64::MAX);
        let at = Timestamp::from_ms(self.now.as_ms().saturating_add(ms));
        self.wake_at = Some(self.wake_at.map_or(at, |earlier| earlier.min(at)));
    }

    fn notice(&mut self, kind: AlertKind, change: Change) {
        let severity = match (change, kind) {
            (Change::Cleared, _) => Severity::Info,
            (_, AlertKind::Critical) => Severity::Critical,
            _ => Severity::Warning,
        };
        let name = match kind {
            AlertKind::Warn => "warn",
            AlertKind::Critical => "critical",
            AlertKind::Stale => "stale",
        };
        self.notices.push(Notice {
            key: alloc::format!("{}/{name}", self.rule.key()),
            rule: self.rule.key().into(),
            metric: self.rule.metric().into(),
            arm: self.rule.arm().clone(),
            kind,
            change,
            severity,
            at: self.now,
            value: self.reading.value(),
            bound: self.rule.bound(kind),
            count: self.reading.count(),
            age_ms: self.reading.age_ms(),
        });
    }
}
