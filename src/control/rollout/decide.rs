//! Deciding commands: rollouts.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::super::author::{Decided, key_of, unknown};
use super::super::document::Document;
use super::super::event::{Event as Fact, PartKind};
use super::super::kills::KillTarget;
use super::super::progress::{Cause, Hand, Happened, Reached, Stages, Status, Subject};
use super::super::rejection::{Rejection, RejectionCode};
use super::super::workspace::{Part, Workspace};
use super::{Command, Course, Driven, Event, Rollout, Target};
use crate::words::time::Timestamp;
use crate::words::value::Value;

impl Workspace {
    pub(in super::super) fn decide_rollout(&self, id: &str, command: &Command, now: Timestamp) -> Decided {
        if let Command::Start { environment, rules, plan } = command {
            let plan =
                plan.stages().map_err(|wrong| Rejection::new(RejectionCode::Malformed, format!("`plan`: {wrong}")))?;
            return self.start_rollout(id, environment, rules, plan, now);
        }
        let rollout = self.rollouts.get(id).ok_or_else(|| unknown("rollout", id))?;
        let killed = rollout.rules.iter().find(|driven| self.kills(&rollout.environment, &driven.flag));
        let killed = killed.map(|driven| format!("the flag `{}`", driven.flag));
        let hand = match command {
            // Decided before.
            Command::Start { .. } => return Ok(Vec::new()),
            Command::Record { observations } => Hand::Record(observations),
            Command::Advance { despite } => Hand::Advance { despite: despite.as_deref() },
            Command::Pause {} => Hand::Pause,
            Command::Resume {} => Hand::Resume,
            Command::RollBack {} => Hand::RollBack,
            Command::Abort {} => Hand::Abort,
            Command::Complete {} => Hand::Complete,
        };
        let happened = rollout.progress.decide(&Subject { kind: "rollout", id, killed }, hand, now)?;
        Ok(self.rollout_events(id, rollout, happened))
    }

    pub(in super::super) fn start_rollout(
        &self,
        id: &str,
        environment: &str,
        targets: &[Target],
        plan: Stages,
        now: Timestamp,
    ) -> Decided {
        key_of("a rollout", id)?;
        if self.rollouts.contains_key(id) {
            let message = format!("there is or was a rollout `{id}`: another one has another id");
            return Err(Rejection::new(RejectionCode::Taken, message));
        }
        self.environment(environment)?;
        if targets.is_empty() {
            return Err(Rejection::new(
                RejectionCode::Malformed,
                "a rollout drives at least one rule: name it in `rules`",
            ));
        }
        let mut rules: Vec<Driven> = Vec::with_capacity(targets.len());
        for Target { flag, rule, variant } in targets {
            if rules.iter().any(|known| (&known.flag, &known.rule) == (flag, rule)) {
                let message = format!("the rule `{rule}` of the flag `{flag}` is named twice");
                return Err(Rejection::new(RejectionCode::Malformed, message));
            }
            rules.push(self.driven_by(environment, (flag, rule), variant.as_deref())?);
        }
        let course = Course { environment: environment.into(), rules, plan };
        let mut events = vec![fact(id, Event::Started { course: course.clone() })];
        // The first stage may begin at once with its exposure.
        let rollout = Rollout::new(course, now);
        events.extend(self.rollout_events(id, &rollout, rollout.progress.due(now)));
        Ok(events)
    }

    /// A rule as a rollout would drive it.
    fn driven_by(
        &self,
        environment: &str,
        (flag, rule): (&str, &str),
        variant: Option<&str>,
    ) -> Result<Driven, Rejection> {
        let value = self.active(PartKind::Flag, flag)?.value_in(environment);
        let serve = rule_of(&value, rule).and_then(|rule| rule.member("serve"));
        let serve = serve.ok_or_else(|| unknown(&format!("rule of the flag `{flag}`"), rule))?;
        let is_rule = |driven: &Driven| driven.flag == flag && driven.rule == rule;
        if let Some((other, _)) = self.rollouts_of(environment, flag).find(|(_, other)| other.rules.iter().any(is_rule))
        {
            let message = format!("the rollout `{other}` drives this rule already: roll it back or complete it first");
            return Err(Rejection::new(RejectionCode::Owned, message));
        }
        if self.kills(environment, flag) {
            let message = format!("the flag `{flag}` is killed in `{environment}`: lift that before rolling out");
            return Err(Rejection::new(RejectionCode::WrongState, message));
        }
        let split = split_of(serve, variant, flag, rule)?;
        Ok(Driven { flag: flag.into(), rule: rule.into(), split })
    }

    /// What time has brought to all rollouts.
    pub(in super::super) fn tick_rollouts(&self, now: Timestamp) -> Vec<Fact> {
        let mut events = Vec::new();
        // Two that end at once may write into one flag: the second writes into what the first has left.
        let mut next = self.clone();
        for (id, rollout) in self.rollouts.iter().filter(|(_, rollout)| rollout.progress.status().is_active()) {
            let happened = next.rollout_events(id, rollout, rollout.progress.due(now));
            next.write(&happened);
            events.extend(happened);
        }
        events
    }

    /// What happened to a rollout, with what that means for its flags: at its end they get what was rolled out
    /// themselves, at the target of the plan.
    fn rollout_events(&self, id: &str, rollout: &Rollout, happened: Vec<Happened>) -> Vec<Fact> {
        let is_end = |one: &Happened| matches!(one, Happened::Reached(Reached { status: Status::Completed, .. }));
        let is_over = happened.iter().any(is_end);
        let mut events: Vec<Fact> = happened.into_iter().map(|one| fact(id, one.into())).collect();
        let mut flags: BTreeMap<&str, Vec<&Driven>> = BTreeMap::new();
        for driven in rollout.rules.iter().filter(|_| is_over) {
            flags.entry(&driven.flag).or_default().push(driven);
        }
        let (environment, target) = (&rollout.environment, rollout.progress.plan().target());
        for (flag, rules) in flags {
            let Some(part) = self.part(PartKind::Flag, flag) else { continue };
            let mut value = part.value_in(environment);
            for driven in rules {
                let rules = with_serve(&value, &driven.rule, &driven.serve(target));
                value = value.with(&Document::new([(String::from("rules"), rules)]));
            }
            let after = Document::new(value.get("rules").map(|rules| (String::from("rules"), rules.clone())));
            let before = part.overlays.get(environment).cloned().unwrap_or_default().named_in(&after);
            let (key, environment) = (flag.into(), Some(environment.clone()));
            events.push(Fact::Changed { part: PartKind::Flag, key, environment, before, after });
        }
        events
    }

    /// What a kill does to the rollouts of the flags that it hits.
    pub(in super::super) fn rollouts_paused_by(
        &self,
        environment: &str,
        targets: &BTreeSet<KillTarget>,
        now: Timestamp,
    ) -> Vec<Fact> {
        let hit = |driven: &Driven| targets.iter().any(|target| target.hits(&driven.flag));
        let is_paused = |rollout: &Rollout| {
            let status = rollout.progress.status();
            let goes_on = status.is_active() && status != Status::PausedByKill;
            goes_on && rollout.environment == environment && rollout.rules.iter().any(hit)
        };
        let paused = self.rollouts.iter().filter(|(_, rollout)| is_paused(rollout)).map(|(id, rollout)| {
            fact(id, Event::Reached { reached: rollout.progress.stop(Status::PausedByKill, Cause::Kill, now) })
        });
        paused.collect()
    }

    /// Refuses to archive what a rollout drives.
    pub(in super::super) fn free_to_archive_flag(&self, key: &str) -> Result<(), Rejection> {
        let drives = |rollout: &Rollout| {
            rollout.progress.status().is_active() && rollout.rules.iter().any(|driven| driven.flag == key)
        };
        match self.rollouts.iter().find(|(_, rollout)| drives(rollout)) {
            Some((id, _)) => {
                let message = format!("the rollout `{id}` drives the flag `{key}`: roll it back or complete it first");
                Err(Rejection::new(RejectionCode::Owned, message))
            }
            None => Ok(()),
        }
    }

    /// Refuses a change of what a rollout owns: its rules must stay, and serve what they served when it began.
    pub(in super::super) fn free_to_change_flag(
        &self,
        key: &str,
        part: &Part,
        environment: Option<&str>,
        set: &Document,
    ) -> Result<(), Rejection> {
        let changed = match environment {
            Some(name) => {
                let overlay = part.overlays.get(name).cloned().unwrap_or_default().with(set);
                Part { overlays: [(name.into(), overlay)].into(), ..part.clone() }
            }
            None => Part { value: part.value.with(set), ..part.clone() },
        };
        for place in self.environments.keys().filter(|name| environment.is_none_or(|only| only == name.as_str())) {
            for (id, rollout) in self.rollouts_of(place, key) {
                for Driven { rule, .. } in rollout.rules.iter().filter(|driven| driven.flag == key) {
                    let serve = |value: &Document| rule_of(value, rule).and_then(|rule| rule.member("serve").cloned());
                    if serve(&part.value_in(place)) != serve(&changed.value_in(place)) {
                        let message = format!(
                            "the rollout `{id}` owns what the rule `{rule}` serves in `{place}`: roll it back or \
                             complete it first"
                        );
                        return Err(Rejection::new(RejectionCode::Owned, message));
                    }
                }
            }
        }
        Ok(())
    }

    pub(in super::super) fn kills(&self, environment: &str, flag: &str) -> bool {
        let environment = self.environments.get(environment);
        environment.is_some_and(|environment| environment.kills.keys().any(|target| target.hits(flag)))
    }
}

fn fact(id: &str, event: Event) -> Fact {
    Fact::Rollout { rollout: id.into(), event }
}

pub(in super::super) fn rule_of<'f>(flag: &'f Document, id: &str) -> Option<&'f Value> {
    let Some(Value::List(rules)) = flag.get("rules") else { return None };
    rules.iter().find(|rule| rule.member("id") == Some(&Value::from(id)))
}

/// The rules of a flag, of which one serves something else.
pub(in super::super) fn with_serve(flag: &Document, id: &str, serve: &Value) -> Value {
    let Some(Value::List(rules)) = flag.get("rules") else { return Value::List(Vec::new()) };
    let replaced = |rule: &Value| match rule {
        Value::Object(members) if rule.member("id") == Some(&Value::from(id)) => {
            let member = |(name, value): &(String, Value)| {
                (name.clone(), if name == "serve" { serve.clone() } else { value.clone() })
            };
            Value::Object(members.iter().map(member).collect())
        }
        other => other.clone(),
    };
    Value::List(rules.iter().map(replaced).collect())
}

/// The split that a rollout serves, without its exposure: the rule's own, or all weight on one variant.
fn split_of(serve: &Value, variant: Option<&str>, flag: &str, rule: &str) -> Result<Document, Rejection> {
    let malformed = |message: &str| Rejection::new(RejectionCode::Malformed, message);
    match (serve.member("split"), variant) {
        (Some(Value::Object(members)), None) => {
            let dropped = |name: &str| matches!(name, "exposure" | "ramp");
            Ok(Document::new(members.iter().filter(|(name, _)| !dropped(name)).cloned()))
        }
        (Some(_), Some(_)) => {
            Err(malformed("the rule has a split already, which is rolled out as it is: name no `variant`"))
        }
        (None | Some(_), variant) => {
            let served = serve.member("variant").and_then(|served| match served {
                Value::String(served) => Some(served.as_str()),
                _ => None,
            });
            let variant = variant.or(served).ok_or_else(|| malformed("name the `variant` that is rolled out"))?;
            let seed = Value::from(crate::words::text::join(&[flag, "/", rule]));
            let weight = [("variant", Value::from(variant)), ("weight", Value::from(1.0))];
            let weight = Value::Object(weight.into_iter().map(|(name, value)| (name.into(), value)).collect());
            Ok(Document::new([("seed".into(), seed), ("weights".into(), Value::List(vec![weight]))]))
        }
    }
}
