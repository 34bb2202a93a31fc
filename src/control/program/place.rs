//! Programs in their workspace: keys that others have, snapshots that change, segments that are published.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::command::Command;
use super::event::Event;
use super::fold::Reach;
use super::rules::Rules;
use super::{Member, Program};
use crate::control::author::{key_of, unknown};
use crate::control::document::Document;
use crate::control::event::{Event as Happened, PartKind};
use crate::control::rejection::{Rejection, RejectionCode};
use crate::control::workspace::Workspace;
use crate::words::time::Timestamp;
use crate::words::value::Value;

impl Workspace {
    pub(in crate::control) fn decide_program(
        &self,
        id: &str,
        command: &Command,
        now: Timestamp,
    ) -> Result<Vec<Happened>, Rejection> {
        let events = match (command, self.programs.get(id)) {
            (Command::Create { environment, segment, by, rules }, None) => {
                self.create_program(id, environment, segment, by.as_deref(), rules)?
            }
            (_, None) => return Err(unknown("program", id)),
            (Command::SetFeature { feature, .. }, Some(program)) => {
                self.active(PartKind::Flag, feature)?;
                if !program.features.contains_key(feature) {
                    self.free_segment(&segment_of(&program.segment, feature))?;
                }
                program.decide(command, now)?
            }
            (_, Some(program)) => program.decide(command, now)?,
        };
        Ok(of_program(id, events).collect())
    }

    fn create_program(
        &self,
        id: &str,
        environment: &str,
        segment: &str,
        by: Option<&str>,
        rules: &Rules,
    ) -> Result<Vec<Event>, Rejection> {
        key_of("a program", id)?;
        self.environment(environment)?;
        self.free_segment(segment)?;
        rules.check().map_err(|wrong| Rejection::new(RejectionCode::Malformed, wrong))?;
        let (environment, segment) = (environment.into(), segment.into());
        Ok(vec![Event::Created { environment, segment, by: by.map(Into::into), rules: rules.clone() }])
    }

    /// Refuses the key of a segment that somebody has authored, now or ever, or that a program has.
    fn free_segment(&self, key: &str) -> Result<(), Rejection> {
        key_of("a segment", key)?;
        if self.part(PartKind::Segment, key).is_some() {
            let message = format!("there is or was an authored segment `{key}`: choose another key");
            return Err(Rejection::new(RejectionCode::Taken, message));
        }
        self.free_of_programs(PartKind::Segment, key)
    }

    /// Refuses to author what is a program's.
    pub(in crate::control) fn free_of_programs(&self, part: PartKind, key: &str) -> Result<(), Rejection> {
        let has =
            |program: &Program| part == PartKind::Segment && program.segments().any(|(segment, _)| segment == key);
        match self.programs.iter().find(|(_, program)| has(program)) {
            Some((id, _)) => {
                let message = format!("the segment `{key}` is the program `{id}`'s: choose another key");
                Err(Rejection::new(RejectionCode::Taken, message))
            }
            None => Ok(()),
        }
    }

    /// Refuses to archive a flag that members have.
    pub(in crate::control) fn free_of_features(&self, key: &str) -> Result<(), Rejection> {
        let has = |program: &Program| !program.is_closed && program.features.contains_key(key);
        match self.programs.iter().find(|(_, program)| has(program)) {
            Some((id, _)) => {
                let message = format!("the flag `{key}` is a feature of the program `{id}`: remove it there first");
                Err(Rejection::new(RejectionCode::Owned, message))
            }
            None => Ok(()),
        }
    }

    /// What time has brought to all programs.
    pub(in crate::control) fn tick_programs(&self, now: Timestamp) -> Vec<Happened> {
        let ticked = self.programs.iter().map(|(id, program)| (id, program.tick(now)));
        ticked.flat_map(|(id, events)| of_program(id, events)).collect()
    }

    pub(in crate::control) fn evolve_program(&mut self, id: &str, event: &Event, at: Timestamp) {
        if let Event::Created { environment, segment, by, rules } = event {
            let program = Program::new(environment, segment, by.as_deref(), rules);
            self.programs.insert(id.into(), Arc::new(program));
            return self.touch_all();
        }
        let Some(program) = self.programs.get_mut(id).map(Arc::make_mut) else { return };
        match program.fold(event, at) {
            Reach::Nothing => {}
            Reach::Environment => {
                let environment = program.environment.clone();
                self.touch(&environment);
            }
            Reach::Everywhere => self.touch_all(),
        }
    }

    /// The segments of all programs, as an environment has them.
    pub(in crate::control) fn program_segments(&self, environment: &str) -> impl Iterator<Item = (String, Document)> {
        self.programs.values().flat_map(move |program| {
            let is_here = program.environment == environment && !program.is_closed;
            program.segments().map(move |(key, feature)| {
                let has = |member: &Member| feature.is_none_or(|feature| member.features.contains(feature));
                let members =
                    program.members.iter().filter(|(_, member)| is_here && member.state.has_access() && has(member));
                let include = members.map(|(unit, _)| Value::from(unit.as_str())).collect();
                let by = program.by.as_ref().map(|by| (String::from("by"), Value::from(by.as_str())));
                let members = [(String::from("include"), Value::List(include))];
                (key, Document::new(members.into_iter().chain(by)))
            })
        })
    }
}

impl Program {
    /// The keys of its segments, with the features that they are of.
    fn segments(&self) -> impl Iterator<Item = (String, Option<&str>)> {
        let features = self.features.keys().map(|key| (segment_of(&self.segment, key), Some(key.as_str())));
        [(self.segment.clone(), None)].into_iter().chain(features)
    }

    /// Whether a unit has a feature: whether it is in the feature's segment.
    pub fn has(&self, unit: &str, feature: &str) -> bool {
        let member = self.members.get(unit).filter(|_| !self.is_closed && self.features.contains_key(feature));
        member.is_some_and(|member| member.state.has_access() && member.features.contains(feature))
    }
}

fn of_program(id: &str, events: Vec<Event>) -> impl Iterator<Item = Happened> {
    events.into_iter().map(move |event| Happened::Program { program: id.into(), event })
}

fn segment_of(segment: &str, feature: &str) -> String {
    crate::words::text::join(&[segment, "/", feature])
}
