//! Deciding commands: rollouts.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::author::{Decided, key_of, nothing, unknown};
use super::document::Document;
use super::event::{Event, PartKind};
use super::kills::KillTarget;
use super::rejection::{Rejection, RejectionCode};
use super::rollout::{Course, Plan, Reached, Rollout, Status};
use super::workspace::{Part, Workspace};
use crate::words::time::Timestamp;
use crate::words::value::Value;

impl Workspace {
    pub(super) fn start_rollout(
        &self,
        id: &str,
        (environment, flag, rule): (&str, &str, &str),
        variant: Option<&str>,
        plan: &Plan,
    ) -> Decided {
        key_of("a rollout", id)?;
        if self.rollouts.contains_key(id) {
            let message = format!("there is or was a rollout `{id}`: another one has another id");
            return Err(Rejection::new(RejectionCode::Taken, message));
        }
        self.environment(environment)?;
        let value = self.active(PartKind::Flag, flag)?.value_in(environment);
        let serve = rule_of(&value, rule).and_then(|rule| rule.member("serve"));
        let serve = serve.ok_or_else(|| unknown(&format!("rule of the flag `{flag}`"), rule))?;
        if let Some((other, _)) = self.rollouts_of(environment, flag).find(|(_, other)| other.course.rule == rule) {
            let message = format!("the rollout `{other}` drives this rule already: roll it back or complete it first");
            return Err(Rejection::new(RejectionCode::Owned, message));
        }
        if self.kills(environment, flag) {
            let message = format!("the flag `{flag}` is killed in `{environment}`: lift that before rolling out");
            return Err(Rejection::new(RejectionCode::WrongState, message));
        }
        let plan =
            plan.stages().map_err(|wrong| Rejection::new(RejectionCode::Malformed, format!("`plan`: {wrong}")))?;
        let split = split_of(serve, variant, flag, rule)?;
        let course =
            Course { environment: environment.into(), flag: flag.into(), rule: rule.into(), split, plan: plan.clone() };
        let mut events = vec![Event::RolloutStarted { rollout: id.into(), course: course.clone() }];
        // The first stage may begin at once with its exposure.
        let at_once = Rollout::new(course, Timestamp::from_ms(0)).tick(Timestamp::from_ms(0));
        events.extend(at_once.map(|reached| Event::RolloutReached { rollout: id.into(), reached }));
        Ok(events)
    }

    pub(super) fn advance_rollout(&self, id: &str) -> Decided {
        let rollout = self.active_rollout(id)?;
        match rollout.status {
            Status::Running | Status::Waiting => Ok(self.reached(id, rollout, &rollout.next_stage())),
            _ => Err(wrong_state(id, rollout, "resume it first")),
        }
    }

    pub(super) fn pause_rollout(&self, id: &str, now: Timestamp) -> Decided {
        let rollout = self.active_rollout(id)?;
        match rollout.status {
            Status::Running | Status::Waiting => Ok(vec![paused(id, rollout, Status::Paused, now)]),
            _ => Err(nothing(format!("the rollout `{id}` is paused already"))),
        }
    }

    pub(super) fn resume_rollout(&self, id: &str) -> Decided {
        let rollout = self.active_rollout(id)?;
        let Course { environment, flag, .. } = &rollout.course;
        match rollout.status {
            Status::PausedByKill if self.kills(environment, flag) => {
                let message = format!("the flag `{flag}` is still killed in `{environment}`: lift that first");
                Err(Rejection::new(RejectionCode::WrongState, message))
            }
            Status::Paused | Status::PausedByKill => {
                let Rollout { stage, active_ms, exposure, .. } = *rollout;
                let reached = Reached { stage, active_ms, exposure, status: Status::Running };
                Ok(vec![Event::RolloutReached { rollout: id.into(), reached }])
            }
            _ => Err(nothing(format!("the rollout `{id}` is not paused"))),
        }
    }

    pub(super) fn roll_back_rollout(&self, id: &str, now: Timestamp) -> Decided {
        let rollout = self.active_rollout(id)?;
        Ok(vec![paused(id, rollout, Status::RolledBack, now)])
    }

    pub(super) fn complete_rollout(&self, id: &str, now: Timestamp) -> Decided {
        let rollout = self.active_rollout(id)?;
        if rollout.status == Status::PausedByKill {
            return Err(wrong_state(id, rollout, "no completion undoes a kill: lift that and resume, or roll back"));
        }
        let reached = Reached {
            stage: rollout.course.plan.stages.len(),
            active_ms: rollout.active_ms(now),
            exposure: rollout.course.plan.target(),
            status: Status::Completed,
        };
        Ok(self.reached(id, rollout, &reached))
    }

    /// What time has brought to all rollouts.
    pub(super) fn tick_all(&self, now: Timestamp) -> Vec<Event> {
        let ticked = self.rollouts.iter().filter_map(|(id, rollout)| Some((id, rollout, rollout.tick(now)?)));
        let events = ticked.flat_map(|(id, rollout, reached)| self.reached(id, rollout, &reached));
        events.chain(self.tick_programs(now)).collect()
    }

    /// A rollout got somewhere. At its end the flag itself gets what was rolled out, at the target of the plan.
    fn reached(&self, id: &str, rollout: &Rollout, reached: &Reached) -> Vec<Event> {
        let is_over = reached.status == Status::Completed;
        let mut events = vec![Event::RolloutReached { rollout: id.into(), reached: reached.clone() }];
        let Course { environment, flag, .. } = &rollout.course;
        let part = self.part(PartKind::Flag, flag).filter(|_| is_over);
        let Some(part) = part else { return events };
        let frozen = Rollout { exposure: reached.exposure, status: Status::Running, ..rollout.clone() };
        let value = part.value_in(environment);
        let rules = with_serve(&value, &rollout.course.rule, &frozen.serve());
        let after = Document::new([(String::from("rules"), rules)]);
        let overlay = part.overlays.get(environment).cloned().unwrap_or_default();
        let (environment, before) = (Some(environment.clone()), overlay.named_in(&after));
        events.push(Event::Changed { part: PartKind::Flag, key: flag.clone(), environment, before, after });
        events
    }

    /// What a kill does to the rollouts of the flags that it hits.
    pub(super) fn paused_by(&self, environment: &str, targets: &BTreeSet<KillTarget>, now: Timestamp) -> Vec<Event> {
        let hit = |flag: &str| targets.iter().any(|target| target.hits(flag));
        let of_kill = |rollout: &Rollout| {
            let course = &rollout.course;
            let is_running = rollout.status.is_active() && rollout.status != Status::PausedByKill;
            is_running && course.environment == environment && hit(&course.flag)
        };
        let rollouts = self.rollouts.iter().filter(|(_, rollout)| of_kill(rollout));
        rollouts.map(|(id, rollout)| paused(id, rollout, Status::PausedByKill, now)).collect()
    }

    /// Refuses to archive what a rollout drives.
    pub(super) fn free_to_archive(&self, part: PartKind, key: &str) -> Result<(), Rejection> {
        let drives = |rollout: &Rollout| rollout.status.is_active() && rollout.course.flag == key;
        match self.rollouts.iter().find(|(_, rollout)| part == PartKind::Flag && drives(rollout)) {
            Some((id, _)) => {
                let message = format!("the rollout `{id}` drives the flag `{key}`: roll it back or complete it first");
                Err(Rejection::new(RejectionCode::Owned, message))
            }
            None => Ok(()),
        }
    }

    /// Refuses a change of what a rollout owns: its rule must stay, and serve what it served when the rollout began.
    pub(super) fn free_to_change(
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
        let places = self.environments.keys().filter(|name| environment.is_none_or(|only| only == name.as_str()));
        for (place, (id, rollout)) in
            places.flat_map(|place| self.rollouts_of(place, key).map(move |found| (place, found)))
        {
            let rule = &rollout.course.rule;
            let serve = |value: &Document| rule_of(value, rule).and_then(|rule| rule.member("serve").cloned());
            if serve(&part.value_in(place)) != serve(&changed.value_in(place)) {
                let message = format!(
                    "the rollout `{id}` owns what the rule `{rule}` serves in `{place}`: roll it back or complete it first"
                );
                return Err(Rejection::new(RejectionCode::Owned, message));
            }
        }
        Ok(())
    }

    fn active_rollout(&self, id: &str) -> Result<&Rollout, Rejection> {
        let rollout = self.rollouts.get(id).ok_or_else(|| unknown("rollout", id))?;
        if rollout.status.is_active() { Ok(rollout) } else { Err(wrong_state(id, rollout, "start another one")) }
    }

    fn kills(&self, environment: &str, flag: &str) -> bool {
        let environment = self.environments.get(environment);
        environment.is_some_and(|environment| environment.kills.keys().any(|target| target.hits(flag)))
    }
}

fn wrong_state(id: &str, rollout: &Rollout, instead: &str) -> Rejection {
    let state = match rollout.status {
        Status::Running => "is running",
        Status::Waiting => "waits at a gate",
        Status::Paused => "is paused",
        Status::PausedByKill => "is paused by a kill",
        Status::Completed => "is completed",
        Status::RolledBack => "is rolled back",
    };
    Rejection::new(RejectionCode::WrongState, format!("the rollout `{id}` {state}: {instead}"))
}

/// A rollout stands still, where it is by now.
fn paused(id: &str, rollout: &Rollout, status: Status, now: Timestamp) -> Event {
    let Rollout { stage, exposure, .. } = *rollout;
    let reached = Reached { stage, active_ms: rollout.active_ms(now), exposure, status };
    Event::RolloutReached { rollout: id.into(), reached }
}

fn rule_of<'f>(flag: &'f Document, id: &str) -> Option<&'f Value> {
    let Some(Value::List(rules)) = flag.get("rules") else { return None };
    rules.iter().find(|rule| rule.member("id") == Some(&Value::from(id)))
}

/// The rules of a flag, of which one serves something else.
fn with_serve(flag: &Document, id: &str, serve: &Value) -> Value {
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
