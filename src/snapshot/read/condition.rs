//! Conditions.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{Json, Node, compact};
use crate::snapshot::model::{Condition, Operator, Test};
use crate::snapshot::trail::quoted;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::text::join;

use super::object::Fields;
use super::reader::Reader;

/// How many of the fields are forms: a condition has exactly one of those.
const FORMS: usize = 8;
const TEST: Fields<'_> = Fields { needed: 2, names: &["attribute", "op", "value", "ignoreCase", "requires"] };

/// The fields of a condition of any form.
const ANY: Fields<'_> = Fields {
    needed: 0,
    names: &[
        "attribute",
        "all",
        "any",
        "not",
        "segment",
        "ring",
        "after",
        "before",
        "op",
        "value",
        "ignoreCase",
        "requires",
    ],
};

/// Stands for a condition that could not be read.
const UNREADABLE: Condition = Condition::All(Vec::new());

impl<'d> Reader<'d> {
    /// A condition, if it is there.
    pub(super) fn when(&mut self, node: &'d Node) -> Option<Condition> {
        node.is_there().then(|| self.condition(node, 0))
    }

    /// A condition inside `depth` groups.
    #[inline(never)]
    fn condition(&mut self, node: &'d Node, depth: usize) -> Condition {
        self.conditions += 1;
        if depth > limits::CONDITION_DEPTH {
            self.too_many(node, depth, "groups around a condition", limits::CONDITION_DEPTH);
        } else if self.conditions > limits::CONDITIONS {
            // Once: every further one would say the same.
            if self.conditions == limits::CONDITIONS + 1 {
                self.too_many(node, self.conditions, "conditions so far", limits::CONDITIONS);
            }
        } else if let Some(form) = self.form(node) {
            return self.formed(node, form, depth + 1).unwrap_or(UNREADABLE);
        }
        UNREADABLE
    }

    /// Which form a condition has.
    fn form(&mut self, node: &'d Node) -> Option<&'static str> {
        let mut found = None;
        let mut is_one = false;
        for member in self.members(node) {
            let key = self.document.key(member);
            if let Some(&form) = ANY.names.iter().take(FORMS).find(|&&form| form == key) {
                is_one = found.is_none_or(|earlier| is_one && earlier == form);
                found = Some(form);
            }
        }
        if is_one {
            return found;
        }
        // Whatever else it has is said of no form in particular.
        self.fields(node, &ANY);
        if let Json::Object(_) = node.json {
            let message = "a condition has exactly one of `attribute`, `all`, `any`, `not`, `segment`, `ring`, `after`, \
                           `before`";
            self.add(node, Code::AmbiguousCondition, message);
        }
        None
    }

    /// A condition of a known form; `None` if it could not be read.
    fn formed(&mut self, node: &'d Node, form: &'static str, depth: usize) -> Option<Condition> {
        if form == "attribute" {
            return self.test(node).map(Condition::Attribute);
        }
        let [inner, ..] = self.fields(node, &Fields { needed: 0, names: &[form, "requires"] });
        Some(match form {
            "all" => Condition::All(self.group(inner, depth)),
            "any" => Condition::Any(self.group(inner, depth)),
            "not" => Condition::Not(Box::new(self.condition(inner, depth))),
            "after" => Condition::After(self.instant(inner)?),
            "before" => Condition::Before(self.instant(inner)?),
            form => {
                let key = self.key(inner);
                match form {
                    _ if key.is_empty() => return None,
                    "segment" => Condition::Segment(key),
                    _ => Condition::Ring(key),
                }
            }
        })
    }

    fn group(&mut self, node: &'d Node, depth: usize) -> Vec<Condition> {
        let items = self.list(node, "conditions", limits::CONDITIONS);
        let mut group = Vec::with_capacity(items.len());
        for item in items {
            group.push(self.condition(item, depth));
        }
        group
    }

    /// The comparison of an attribute with an operand.
    fn test(&mut self, node: &'d Node) -> Option<Test> {
        let [attribute, operator, value, ignore_case_node, ..] = self.fields(node, &TEST);
        let attribute = self.attribute(attribute);
        let ignore_case = self.boolean(ignore_case_node).unwrap_or(false);
        let operator = self.operator(operator)?;
        if ignore_case_node.is_there() && !operator.takes_ignore_case() {
            self.add(ignore_case_node, Code::ConflictingFields, "the operator does not take `ignoreCase`");
        }
        let operand = self.operand(node, value, operator, ignore_case);
        let text = if value.is_there() { compact(self.document.text(value)) } else { String::from("true") };
        Some(Test { attribute, operator, operand, ignore_case, text })
    }

    fn operator(&mut self, node: &'d Node) -> Option<Operator> {
        let name = self.text(node)?;
        let operator = Operator::named(name);
        if operator.is_none() {
            let hint = self.hint(name, Operator::NAMES);
            let message = ["there is no operator ", &quoted(name), &hint];
            self.add(node, Code::UnknownOperator, &join(&message));
        }
        operator
    }
}
