//! Opinions about practice: what a snapshot may say, and what people who ran many rollouts would not.
//!
//! Validation warns about meaning, this about habits. Nothing here repeats a warning of validation.

mod attributes;
mod change;
mod flag;
mod model;
mod splits;

use alloc::string::String;
use alloc::vec::Vec;

pub use model::{Code, Lint, Severity};

use crate::radius::{Decided, Partial, of_flag, of_service};
use crate::snapshot::model::{Flag, Keyed, Service, Snapshot};
use crate::words::order;
use crate::words::pointer::{push_index, push_key};
use crate::words::time::Timestamp;

/// What is not good practice in a snapshot at an instant; with the snapshot before it also what is not in the change.
///
/// In the order of the places; what is broken is left to validation.
///
/// ```
/// use vexil::Timestamp;
/// use vexil::lint::{Code, lints};
/// use vexil::patterns::RegexPatterns;
///
/// let text = r#"{ "schema": "vexil/1", "flags": { "search": {
///     "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "on" } } } }"#;
/// if let Some(snapshot) = vexil::snapshot::read::<RegexPatterns>(text).snapshot {
///     let found = lints(&snapshot, None, Timestamp::from_ms(0));
///     assert_eq!(found[0].code, Code::StaleFlag);
/// }
/// ```
pub fn lints(snapshot: &Snapshot, before: Option<&Snapshot>, now: Timestamp) -> Vec<Lint> {
    let mut found = Vec::new();
    for (key, flag) in sound(&snapshot.flags) {
        flag::check(snapshot, key, flag, &mut found);
        if let Some(before) = before {
            let old = find(&before.flags, key).map(|old| decided(before, old));
            change::check((Kind::Flag, key), old, decided(snapshot, flag), now, &mut found);
        }
    }
    splits::check(snapshot, now, &mut found);
    for (key, service) in sound(&snapshot.services) {
        flag::check_service(key, service, &mut found);
        if let Some(before) = before {
            let old = find(&before.services, key).map(|old| decided_service(before, old));
            change::check((Kind::Service, key), old, decided_service(snapshot, service), now, &mut found);
        }
    }
    attributes::check(snapshot, &mut found);
    order::sort(&mut found, |a: &Lint, b| a.path.cmp(&b.path).then_with(|| a.code.name().cmp(b.code.name())));
    found
}

/// A flag or a service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Flag,
    Service,
}

/// The sound ones among the parts.
fn sound<T>(parts: &[Keyed<T>]) -> impl Iterator<Item = (&str, &T)> {
    parts.iter().filter_map(|Keyed { key, part }| Some((key.as_str(), part.as_ref().ok()?)))
}

/// The sound part of that key.
fn find<'s, T>(parts: &'s [Keyed<T>], key: &str) -> Option<&'s T> {
    Keyed::find_sound(parts, key).map(|(_, part)| part)
}

fn decided<'s>(snapshot: &'s Snapshot, flag: &'s Flag) -> Decided<'s> {
    Decided { layers: &snapshot.layers, ..of_flag(flag) }
}

fn decided_service<'s>(snapshot: &'s Snapshot, service: &'s Service) -> Decided<'s> {
    Decided { layers: &snapshot.layers, ..of_service(service) }
}

/// The place of a part, and of something in it.
fn path(kind: Kind, key: &str, inside: &[&str]) -> String {
    let mut path = String::from(if kind == Kind::Flag { "/flags" } else { "/services" });
    push_key(&mut path, key);
    inside.iter().for_each(|step| push_key(&mut path, step));
    path
}

/// The place of a rule, or of a default.
fn path_of(kind: Kind, key: &str, rule: Option<usize>) -> String {
    let Some(rule) = rule else { return path(kind, key, if kind == Kind::Flag { &["default"] } else { &["split"] }) };
    let mut path = path(kind, key, &["rules"]);
    push_index(&mut path, rule);
    path
}

/// The place of a split of a flag.
fn path_of_split(partial: &Partial<'_>) -> String {
    let path = path_of(Kind::Flag, partial.key, partial.rule);
    path + if partial.rule.is_some() { "/serve/split" } else { "/split" }
}
