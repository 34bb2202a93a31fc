//! Conditions.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::json::{Json, compact};
use crate::snapshot::model::{Condition, Operator, Test};
use crate::words::diagnostic::Code;
use crate::words::limits;

use super::object::{Node, Object};
use super::reader::{Reader, quoted};

/// The forms of a condition: the field that exactly one of must be there.
const FORMS: &[&str] = &["attribute", "all", "any", "not", "segment", "ring", "after", "before"];
const ATTRIBUTE: &[&str] = &["attribute", "op", "value", "ignoreCase", "requires"];
/// Any field of any form, for a condition whose form cannot be told.
const FIELDS: &[&str] =
    &["attribute", "all", "any", "not", "segment", "ring", "after", "before", "op", "value", "ignoreCase", "requires"];

/// Stands for a condition that could not be read.
const UNREADABLE: Condition = Condition::All(Vec::new());

impl Reader {
    /// A condition inside `depth` groups.
    pub(super) fn condition(&mut self, node: Node<'_>, depth: usize) -> Condition {
        if depth > limits::CONDITION_DEPTH {
            self.too_many(node.path, depth, "groups around a condition", limits::CONDITION_DEPTH);
            return UNREADABLE;
        }
        self.conditions += 1;
        if self.conditions > limits::CONDITIONS {
            // Once: every further one would say the same.
            if self.conditions == limits::CONDITIONS + 1 {
                self.too_many(node.path, self.conditions, "conditions so far", limits::CONDITIONS);
            }
            return UNREADABLE;
        }
        let Some(form) = self.form(node) else { return UNREADABLE };
        self.formed(node, form, depth).unwrap_or(UNREADABLE)
    }

    /// Which form a condition has.
    fn form(&mut self, node: Node<'_>) -> Option<&'static str> {
        let members = if let Json::Object(members) = node.json { members.as_slice() } else { &[] };
        let mut forms = FORMS.iter().copied().filter(|&form| members.iter().any(|member| member.key == form));
        let (first, second) = (forms.next(), forms.next());
        if second.is_none() && first.is_some() {
            return first;
        }
        self.object(node, FIELDS);
        if matches!(node.json, Json::Object(_)) {
            let found = match (first, second) {
                (Some(first), Some(second)) => ["`", first, "` and `", second, "`"].concat(),
                _ => "none of them".into(),
            };
            let message = ["a condition has exactly one of `", &FORMS.join("`, `"), "`; this one has ", &found];
            self.say(Code::AmbiguousCondition, node.path, &message);
        }
        None
    }

    /// A condition of a known form; `None` if it could not be read.
    fn formed(&mut self, node: Node<'_>, form: &str, depth: usize) -> Option<Condition> {
        let own = [form, "requires"];
        let object = self.object(node, if form == "attribute" { ATTRIBUTE } else { &own });
        let inner = object.field(form)?;
        match form {
            "attribute" => self.test(&object, inner).map(Condition::Attribute),
            "all" => Some(Condition::All(self.conditions(inner, depth + 1))),
            "any" => Some(Condition::Any(self.conditions(inner, depth + 1))),
            "not" => Some(Condition::Not(Box::new(self.condition(inner, depth + 1)))),
            "segment" => self.key(inner).map(Condition::Segment),
            "ring" => self.key(inner).map(Condition::Ring),
            "after" => self.instant(inner).map(Condition::After),
            _ => self.instant(inner).map(Condition::Before),
        }
    }

    fn conditions(&mut self, node: Node<'_>, depth: usize) -> Vec<Condition> {
        self.list(Some(node), "conditions", limits::CONDITIONS, |reader, item| reader.condition(item, depth))
    }

    /// The comparison of an attribute with an operand.
    fn test(&mut self, object: &Object<'_>, attribute: Node<'_>) -> Option<Test> {
        let attribute = self.attribute(attribute);
        let ignore_case = self.boolean(object, "ignoreCase");
        let operator = self.need(object, "op").and_then(|node| self.operator(node))?;
        if object.field("ignoreCase").is_some() && !operator.takes_ignore_case() {
            let message = ["`ignoreCase` means nothing to `", operator.name(), "`"];
            self.say(Code::ConflictingFields, object.path.key("ignoreCase"), &message);
        }
        let ignore_case = ignore_case.unwrap_or(false);
        let operand = self.operand(object, operator, ignore_case);
        let text = object.field("value").map_or(Some("true"), |value| value.json.text());
        Some(Test { attribute, operator, operand, ignore_case, text: text.map(compact).unwrap_or_default() })
    }

    fn operator(&mut self, node: Node<'_>) -> Option<Operator> {
        let name = self.text(node)?;
        let operator = Operator::named(name);
        if operator.is_none() {
            let hint = self.hint(name, Operator::NAMES);
            let message = ["there is no operator ", &quoted(name), &hint];
            self.say(Code::UnknownOperator, node.path, &message);
        }
        operator
    }
}
