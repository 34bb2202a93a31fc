//! Flags and services by themselves.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::model::{Code, Lint};
use super::{Kind, decided, path, path_of, sound};
use crate::json::parse_value;
use crate::radius::{is_for_everybody, parts, rest_of};
use crate::snapshot::model::{Condition, Decision, Flag, Rule, Serve, Service, Snapshot, State, Variant};
use crate::words::value::Value;

/// In the metadata of a flag that is meant to stay.
const PERMANENT: &str = "permanent";

pub(super) fn check(snapshot: &Snapshot, key: &str, flag: &Flag, found: &mut Vec<Lint>) {
    let lint = |code, message: String| Lint::new(code, path(Kind::Flag, key, &[]), message, key, "");
    if flag.state == State::Deprecated {
        let requires = |other: &Flag| other.prerequisites.iter().any(|prerequisite| prerequisite.flag == key);
        let users = sound(&snapshot.flags).filter(|(_, other)| requires(other));
        let users: Vec<String> = users.map(|(user, _)| format!("`{user}`")).collect();
        let message = if users.is_empty() {
            String::from("the flag is deprecated and still answers")
        } else {
            format!("the flag is deprecated, still answers, and is required by {}", users.join(", "))
        };
        found.push(lint(Code::DeprecatedServed, message));
    }
    if let Some(variant) = stale(snapshot, key, flag) {
        let message = format!("everybody gets `{variant}`, whatever is known of them");
        found.push(lint(Code::StaleFlag, message));
    }
    shadowed(Kind::Flag, key, &flag.decision, found);
    let named = flag.overrides.iter().map(|row| row.variant).chain([flag.off_variant]);
    unreachable((Kind::Flag, key), &flag.variants, named, &flag.decision, found);
}

pub(super) fn check_service(key: &str, service: &Service, found: &mut Vec<Lint>) {
    shadowed(Kind::Service, key, &service.decision, found);
    unreachable((Kind::Service, key), &service.tracks, [service.default_track].into_iter(), &service.decision, found);
}

/// The variant that a rolled out flag serves to everybody.
fn stale<'s>(snapshot: &'s Snapshot, key: &str, flag: &'s Flag) -> Option<&'s str> {
    let all = rest_of(decided(snapshot, flag))?;
    let variant = |position: usize| flag.variants.get(position).map(|variant| variant.key.as_str());
    let holds_out = sound(&snapshot.holdouts).any(|(_, holdout)| holdout.flags.iter().any(|listed| listed == key));
    let is_open = flag.state == State::Active && flag.prerequisites.is_empty() && !holds_out;
    let alike = flag.overrides.iter().all(|row| variant(row.variant) == Some(all));
    (is_open && alike && variant(flag.off_variant) != Some(all) && !is_permanent(flag)).then_some(all)
}

fn is_permanent(flag: &Flag) -> bool {
    let metadata = flag.metadata.as_deref().and_then(|text| parse_value(text).ok());
    metadata.is_some_and(|metadata| metadata.member(PERMANENT) == Some(&Value::Boolean(true)))
}

/// Rules that an earlier one leaves nobody to.
fn shadowed(kind: Kind, key: &str, decision: &Decision, found: &mut Vec<Lint>) {
    let mut earlier: Vec<&Rule> = Vec::new();
    for (place, rule) in decision.rules.iter().enumerate() {
        if let Some(first) = earlier.iter().find(|first| takes_all_of(first, rule)) {
            let message = if is_for_everybody(first.when.as_ref()) {
                format!("rule `{}` never decides: `{}` before it serves everybody", rule.id, first.id)
            } else {
                format!("rule `{}` never decides: `{}` before it serves all that it is for", rule.id, first.id)
            };
            found.push(Lint::new(Code::ShadowedRule, path_of(kind, key, Some(place)), message, key, &rule.id));
        }
        if rule.layer.is_none() && matches!(rule.serve, Serve::Variant(_)) {
            earlier.push(rule);
        }
    }
}

/// Whether an earlier rule with a fixed variant holds wherever a later one does.
fn takes_all_of(first: &Rule, later: &Rule) -> bool {
    let Some(condition) = first.when.as_ref().filter(|_| !is_for_everybody(first.when.as_ref())) else { return true };
    let (mut needed, mut given): (Vec<&Condition>, Vec<&Condition>) = (Vec::new(), Vec::new());
    parts(condition, &mut needed);
    later.when.iter().for_each(|when| parts(when, &mut given));
    needed.iter().all(|part| given.contains(part))
}

/// Variants that nothing serves.
fn unreachable(
    (kind, key): (Kind, &str),
    variants: &[Variant],
    named: impl Iterator<Item = usize>,
    decision: &Decision,
    found: &mut Vec<Lint>,
) {
    let mut served: BTreeSet<usize> = named.collect();
    for serve in decision.rules.iter().map(|rule| &rule.serve).chain(&decision.default) {
        match serve {
            Serve::Variant(position) => drop(served.insert(*position)),
            Serve::Split(split) => {
                served.extend(split.ranges.iter().filter(|range| range.from < range.to).map(|range| range.variant));
                served.extend(split.outside);
            }
        }
    }
    let (list, noun) = if kind == Kind::Flag { ("variants", "variant") } else { ("tracks", "track") };
    for (_, variant) in variants.iter().enumerate().filter(|(position, _)| !served.contains(position)) {
        let message = format!("nobody can get the {noun} `{}`", variant.key);
        let path = path(kind, key, &[list, &variant.key]);
        found.push(Lint::new(Code::UnreachableVariant, path, message, key, &variant.key));
    }
}
