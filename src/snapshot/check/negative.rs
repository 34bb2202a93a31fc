//! Negative tests that hold for everybody who lacks the attribute, which is seldom meant.

use alloc::vec::Vec;

use crate::snapshot::model::{Condition, Decision, Operand, Test};
use crate::words::diagnostic::{Code, Path, Report};
use crate::words::order::positions;

/// Checks the conditions of rules.
pub(super) fn check(decision: &Decision, path: Path<'_>, report: &mut Report) {
    let path = path.key("rules");
    for (index, rule) in decision.rules.iter().enumerate() {
        if let Some(when) = &rule.when {
            check_condition(when, path.index(index).key("when"), report);
        }
    }
}

/// Checks a condition.
pub(super) fn check_condition(condition: &Condition, path: Path<'_>, report: &mut Report) {
    look(condition, path, &[], report);
}

/// `present` are the attributes, sorted, that the list around the condition tests with `exists`.
fn look(condition: &Condition, path: Path<'_>, present: &[&str], report: &mut Report) {
    match condition {
        Condition::Attribute(test) if test.operator.is_negative() => warn(test, path, present, report),
        // The negation of a negative test is positive again; a `not` says itself that it negates.
        Condition::Not(inner) if !matches!(inner.as_ref(), Condition::Attribute(_)) => {
            look(inner, path.key("not"), &[], report);
        }
        Condition::All(conditions) => look_all(conditions, path.key("all"), &existing(conditions), report),
        Condition::Any(conditions) => look_all(conditions, path.key("any"), &[], report),
        _ => {}
    }
}

fn look_all(conditions: &[Condition], path: Path<'_>, present: &[&str], report: &mut Report) {
    for (index, condition) in conditions.iter().enumerate() {
        look(condition, path.index(index), present, report);
    }
}

/// The attributes that a list of conditions requires to exist, sorted.
fn existing(conditions: &[Condition]) -> Vec<&str> {
    let tested = conditions.iter().filter_map(|condition| match condition {
        Condition::Attribute(test) if test.operand == Operand::Presence(true) => Some(test.attribute.as_str()),
        _ => None,
    });
    let tested: Vec<&str> = tested.collect();
    let order = positions(tested.len(), &mut |a, b| tested.get(a).cmp(&tested.get(b)));
    order.iter().filter_map(|&position| tested.get(position).copied()).collect()
}

fn warn(test: &Test, path: Path<'_>, present: &[&str], report: &mut Report) {
    // An empty attribute could not be read, which was said.
    if test.attribute.is_empty() || present.binary_search(&test.attribute.as_str()).is_ok() {
        return;
    }
    let message = [
        "this also holds where `",
        &test.attribute,
        "` is missing; if that is not meant, put it into an `all` with an `exists` test of the attribute",
    ];
    report.add(Code::NegativeWithoutExists, path, message.concat());
}
