//! Where a snapshot reads which attribute.

use alloc::string::String;
use alloc::vec::Vec;

use crate::snapshot::model::{Condition, Decision, Flag, Holdout, Layer, Segment, Serve, Service, Test};
use crate::words::pointer::{push_index, push_key};

/// One place where an attribute is read.
#[derive(Debug)]
pub(crate) struct Read<'s> {
    /// A JSON pointer (RFC 6901) into the document.
    pub(crate) place: String,
    /// The attribute's path.
    pub(crate) attribute: &'s str,
    /// The comparison; `None` where it holds the unit.
    pub(crate) test: Option<&'s Test>,
}

/// Where a flag reads attributes, without what it refers to.
pub(crate) fn of_flag<'s>(key: &str, flag: &'s Flag) -> Vec<Read<'s>> {
    let mut reads = Reads::at(&["flags", key]);
    for (index, row) in flag.overrides.iter().enumerate() {
        reads.within("overrides", |reads| reads.nth(index, |reads| reads.unit(&row.by)));
    }
    reads.decision(&flag.decision, "default");
    reads.found
}

/// The same of a service.
pub(crate) fn of_service<'s>(key: &str, service: &'s Service) -> Vec<Read<'s>> {
    let mut reads = Reads::at(&["services", key]);
    reads.decision(&service.decision, "");
    reads.found
}

/// The same of a segment.
pub(crate) fn of_segment<'s>(key: &str, segment: &'s Segment) -> Vec<Read<'s>> {
    let mut reads = Reads::at(&["segments", key]);
    if !segment.include.is_empty() || !segment.exclude.is_empty() {
        reads.unit(&segment.by);
    }
    if let Some(when) = &segment.when {
        reads.within("when", |reads| reads.condition(when));
    }
    reads.found
}

/// The same of a layer.
pub(crate) fn of_layer<'s>(key: &str, layer: &'s Layer) -> Vec<Read<'s>> {
    let mut reads = Reads::at(&["layers", key]);
    reads.unit(&layer.by);
    reads.found
}

/// The same of a holdout.
pub(crate) fn of_holdout<'s>(key: &str, holdout: &'s Holdout) -> Vec<Read<'s>> {
    let mut reads = Reads::at(&["holdouts", key]);
    reads.unit(&holdout.by);
    reads.found
}

struct Reads<'s> {
    /// Where the walk stands.
    place: String,
    found: Vec<Read<'s>>,
}

impl<'s> Reads<'s> {
    fn at(steps: &[&str]) -> Self {
        let mut place = String::new();
        steps.iter().for_each(|step| push_key(&mut place, step));
        Self { place, found: Vec::new() }
    }

    fn within(&mut self, step: &str, walk: impl FnOnce(&mut Self)) {
        let before = self.place.len();
        push_key(&mut self.place, step);
        walk(self);
        self.place.truncate(before);
    }

    fn nth(&mut self, index: usize, walk: impl FnOnce(&mut Self)) {
        let before = self.place.len();
        push_index(&mut self.place, index);
        walk(self);
        self.place.truncate(before);
    }

    fn unit(&mut self, attribute: &'s str) {
        self.found.push(Read { place: self.place.clone(), attribute, test: None });
    }

    /// `default` is the field of the default, if it is in one.
    fn decision(&mut self, decision: &'s Decision, default: &str) {
        for (index, rule) in decision.rules.iter().enumerate() {
            self.within("rules", |reads| {
                reads.nth(index, |reads| {
                    if let Some(when) = &rule.when {
                        reads.within("when", |reads| reads.condition(when));
                    }
                    reads.within("serve", |reads| reads.serve(&rule.serve));
                });
            });
        }
        match &decision.default {
            Some(serve) if default.is_empty() => self.serve(serve),
            Some(serve) => self.within(default, |reads| reads.serve(serve)),
            None => {}
        }
    }

    fn serve(&mut self, serve: &'s Serve) {
        if let Serve::Split(split) = serve {
            self.within("split", |reads| reads.unit(&split.by));
        }
    }

    fn condition(&mut self, condition: &'s Condition) {
        let (group, conditions) = match condition {
            Condition::All(conditions) => ("all", conditions),
            Condition::Any(conditions) => ("any", conditions),
            Condition::Not(condition) => return self.within("not", |reads| reads.condition(condition)),
            Condition::Attribute(test) => {
                let place = self.place.clone();
                return self.found.push(Read { place, attribute: &test.attribute, test: Some(test) });
            }
            Condition::Segment(_) | Condition::Ring(_) | Condition::After(_) | Condition::Before(_) => return,
        };
        for (index, condition) in conditions.iter().enumerate() {
            self.within(group, |reads| reads.nth(index, |reads| reads.condition(condition)));
        }
    }
}
