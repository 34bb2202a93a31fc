//! What is read and not declared, and what never holds for values of the declared type.

use alloc::format;
use alloc::vec::Vec;

use super::model::{Code, Lint};
use super::sound;
use crate::attributes::{Declared, Read, described, of_flag, of_holdout, of_layer, of_segment, of_service};
use crate::snapshot::model::{AttributeType as Type, Operand, Operator, Scalar, Snapshot, Test};

pub(super) fn check(snapshot: &Snapshot, found: &mut Vec<Lint>) {
    let declared = Declared::new(&snapshot.attributes);
    if declared.is_empty() {
        return;
    }
    let mut look = |part: &str, key: &str, reads: Vec<Read<'_>>| {
        let before = found.len();
        for read in &reads {
            if let Some((code, message)) = problem(declared, read) {
                let operator = read.test.map_or("by", |test| test.operator.name());
                let about = if code == Code::AttributeType {
                    format!("{operator} {}", read.attribute)
                } else {
                    read.attribute.into()
                };
                let lint = Lint::new(code, read.place.clone(), message, &format!("{part}/{key}"), &about);
                // What a part does in several places is told once.
                if !found.iter().skip(before).any(|other| other.is_same(&lint)) {
                    found.push(lint);
                }
            }
        }
    };
    sound(&snapshot.flags).for_each(|(key, flag)| look("flags", key, of_flag(key, flag)));
    sound(&snapshot.services).for_each(|(key, service)| look("services", key, of_service(key, service)));
    sound(&snapshot.segments).for_each(|(key, segment)| look("segments", key, of_segment(key, segment)));
    sound(&snapshot.layers).for_each(|(key, layer)| look("layers", key, of_layer(key, layer)));
    sound(&snapshot.holdouts).for_each(|(key, holdout)| look("holdouts", key, of_holdout(key, holdout)));
}

fn problem(declared: Declared<'_>, read: &Read<'_>) -> Option<(Code, alloc::string::String)> {
    let attribute = read.attribute;
    let Some(kind) = declared.of(attribute) else {
        let message = || format!("`{attribute}` is read here, and not declared{}", declared.hint(attribute));
        return (!declared.covers(attribute)).then(|| (Code::UndeclaredAttribute, message()));
    };
    let can_hold = match read.test {
        Some(test) => can_hold(test, kind),
        None => {
            matches!(kind, Type::Unit | Type::String | Type::Number | Type::Instant | Type::Version | Type::Address)
        }
    };
    let message = || {
        let what = read.test.map_or_else(
            || "there is never a unit here".into(),
            |test| format!("`{}` decides nothing here", test.operator.name()),
        );
        format!("{what}: `{attribute}` is declared {}", described(kind))
    };
    (!can_hold).then(|| (Code::AttributeType, message()))
}

/// Whether a comparison holds for some value of a type.
fn can_hold(test: &Test, kind: Type) -> bool {
    // What values of the type can be, in JSON.
    let is_text = matches!(kind, Type::Unit | Type::String | Type::Instant | Type::Version | Type::Address);
    let is_number = matches!(kind, Type::Unit | Type::Number | Type::Instant);
    match test.operator {
        Operator::Exists => true,
        Operator::Eq | Operator::Ne | Operator::In | Operator::NotIn => {
            scalars(test).iter().any(|scalar| match scalar {
                Scalar::Text(_) => is_text,
                Scalar::Number(_) => is_number,
                Scalar::Boolean(_) => kind == Type::Boolean,
            })
        }
        Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => is_number,
        Operator::StartsWith | Operator::EndsWith | Operator::Matches => is_text,
        Operator::Contains => is_text || kind == Type::List,
        Operator::ContainsAny | Operator::ContainsAll => kind == Type::List,
        Operator::SemverEq | Operator::SemverLt | Operator::SemverLte | Operator::SemverGt | Operator::SemverGte => {
            matches!(kind, Type::Unit | Type::String | Type::Version)
        }
        Operator::Before | Operator::After => matches!(kind, Type::Unit | Type::String | Type::Number | Type::Instant),
        Operator::InCidr => matches!(kind, Type::Unit | Type::String | Type::Address),
    }
}

fn scalars(test: &Test) -> &[Scalar] {
    if let Operand::Scalars(scalars) = &test.operand { scalars } else { &[] }
}
