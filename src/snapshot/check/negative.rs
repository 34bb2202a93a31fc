//! Negative tests that hold for everybody who lacks the attribute, which is seldom meant.

use crate::snapshot::model::{Condition, Decision, Operand};
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::Code;

/// How many of the tests beside a negative one are looked at: more than anybody writes, and few
/// enough that nobody can make the search expensive.
const BESIDE: usize = 100;

/// Checks the conditions of rules.
pub(super) fn check<'p>(decision: &'p Decision, trail: &mut Trail<'p>) {
    trail.enter("rules");
    for (index, rule) in decision.rules.iter().enumerate() {
        if let Some(when) = &rule.when {
            trail.enter_nth(index);
            trail.enter("when");
            check_condition(when, trail);
            trail.leave(2);
        }
    }
    trail.leave(1);
}

/// Checks a condition.
pub(super) fn check_condition<'p>(condition: &'p Condition, trail: &mut Trail<'p>) {
    look(condition, &[], trail);
}

/// Looks at a condition; `beside` are those of the `all` that it is in.
fn look<'p>(condition: &'p Condition, beside: &'p [Condition], trail: &mut Trail<'p>) {
    let (step, conditions, beside) = match condition {
        Condition::Attribute(test) => {
            // An empty attribute could not be read, which was said.
            if test.operator.is_negative() && !test.attribute.is_empty() && !exists(&test.attribute, beside) {
                let message =
                    " is missing; if that is not meant, put it into an `all` with an `exists` test of the attribute";
                trail.add_about(Code::NegativeWithoutExists, "this also holds where ", &test.attribute, message);
            }
            return;
        }
        Condition::Not(inner) => {
            // The negation of a negative test is positive again; a `not` says itself that it negates.
            if !matches!(**inner, Condition::Attribute(_)) {
                trail.enter("not");
                look(inner, &[], trail);
                trail.leave(1);
            }
            return;
        }
        Condition::All(conditions) => ("all", conditions, conditions.as_slice()),
        Condition::Any(conditions) => ("any", conditions, [].as_slice()),
        _ => return,
    };
    trail.enter(step);
    for (index, condition) in conditions.iter().enumerate() {
        trail.enter_nth(index);
        look(condition, beside, trail);
        trail.leave(1);
    }
    trail.leave(1);
}

/// Whether one of the conditions requires the attribute to exist.
fn exists(attribute: &str, beside: &[Condition]) -> bool {
    beside.iter().take(BESIDE).any(|condition| {
        matches!(condition, Condition::Attribute(test)
            if test.operand == Operand::Presence(true) && test.attribute == attribute)
    })
}
