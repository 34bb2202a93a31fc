//! Conditions.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::json::{Json, compact};
use crate::snapshot::model::{Condition, Operator, Test};
use crate::snapshot::trail::{Step, quoted};
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::object::{Object, room};
use super::reader::Reader;

/// The fields of a condition. Exactly one of the first eight must be there: the form.
const FIELDS: &[&str] =
    &["attribute", "all", "any", "not", "segment", "ring", "after", "before", "op", "value", "ignoreCase", "requires"];
const FORMS: usize = 8;
const ATTRIBUTE: &[&str] = &["attribute", "op", "value", "ignoreCase", "requires"];

/// Stands for a condition that could not be read.
const UNREADABLE: Condition = Condition::All(Vec::new());

impl<'d> Reader<'d> {
    /// The condition under `when`, if it is there.
    pub(super) fn when(&mut self, object: Object<'d>) -> Option<Condition> {
        self.field(object, "when", |reader, json| reader.condition(json, 0))
    }

    /// A condition inside `depth` groups.
    #[inline(never)]
    fn condition(&mut self, json: &'d Json<'d>, depth: usize) -> Condition {
        self.conditions += 1;
        if depth > limits::CONDITION_DEPTH {
            self.too_many(depth, "groups around a condition", limits::CONDITION_DEPTH);
        } else if self.conditions > limits::CONDITIONS {
            // Once: every further one would say the same.
            if self.conditions == limits::CONDITIONS + 1 {
                self.too_many(self.conditions, "conditions so far", limits::CONDITIONS);
            }
        } else if let Some(form) = self.form(json) {
            return self.formed(json, form, depth + 1).unwrap_or(UNREADABLE);
        }
        UNREADABLE
    }

    /// Which form a condition has.
    fn form(&mut self, json: &'d Json<'d>) -> Option<&'static str> {
        let mut found = None;
        let mut is_one = false;
        if let Json::Object(members) = json {
            for &form in FIELDS.iter().take(FORMS) {
                if members.iter().any(|member| member.key == form) {
                    is_one = found.is_none();
                    found = Some(form);
                }
            }
        }
        if is_one {
            return found;
        }
        self.object(json, FIELDS);
        if let Json::Object(_) = json {
            let forms = FIELDS.get(..FORMS).unwrap_or_default().join("`, `");
            let message = ["a condition has exactly one of `", &forms, "`"];
            self.trail.add(Code::AmbiguousCondition, &message.concat());
        }
        None
    }

    /// A condition of a known form; `None` if it could not be read.
    fn formed(&mut self, json: &'d Json<'d>, form: &'static str, depth: usize) -> Option<Condition> {
        if form == "attribute" {
            let object = self.object(json, ATTRIBUTE);
            return self.test(object).map(Condition::Attribute);
        }
        let object = self.object(json, &[form, "requires"]);
        let read = |reader: &mut Self, inner: &'d Json<'d>| match form {
            "all" => Some(Condition::All(reader.group(inner, depth))),
            "any" => Some(Condition::Any(reader.group(inner, depth))),
            "not" => Some(Condition::Not(Box::new(reader.condition(inner, depth)))),
            "segment" => reader.key(inner).map(Condition::Segment),
            "ring" => reader.key(inner).map(Condition::Ring),
            "after" => reader.instant(inner).map(Condition::After),
            _ => reader.instant(inner).map(Condition::Before),
        };
        self.field(object, form, read).flatten()
    }

    fn group(&mut self, json: &'d Json<'d>, depth: usize) -> Vec<Condition> {
        let mut group = Vec::with_capacity(room(json, limits::CONDITIONS));
        self.list(json, "conditions", limits::CONDITIONS, &mut |reader, item| {
            group.push(reader.condition(item, depth));
        });
        group
    }

    /// The comparison of an attribute with an operand.
    fn test(&mut self, object: Object<'d>) -> Option<Test> {
        let attribute = self.field(object, "attribute", Self::attribute).flatten().unwrap_or_default();
        let ignore_case = self.boolean(object, "ignoreCase").unwrap_or(false);
        let operator = self.need(object, "op", Self::operator).flatten()?;
        if object.get("ignoreCase").is_some() && !operator.takes_ignore_case() {
            let step = Step::Key("ignoreCase");
            self.trail.add_at(step, Code::ConflictingFields, "the operator does not take `ignoreCase`");
        }
        let operand = self.operand(object, operator, ignore_case);
        let text = object.get("value").map_or(Some("true"), Json::text).map(compact).unwrap_or_default();
        Some(Test { attribute, operator, operand, ignore_case, text })
    }

    fn operator(&mut self, json: &'d Json<'d>) -> Option<Operator> {
        let name = self.text(json)?;
        let operator = Operator::named(name);
        if operator.is_none() {
            let hint = self.trail.hint(name, Operator::NAMES);
            let message = ["there is no operator ", &quoted(name), &hint];
            self.trail.add(Code::UnknownOperator, &message.concat());
        }
        operator
    }
}
