//! Flags and services: what changed in each, and what each reaches that did.

use alloc::string::String;
use alloc::vec::Vec;

use super::decision::{self, Decided};
use super::model::{Aspect, Change, Changed, Effect, What, compare, count, object};
use super::pairs;
use super::reach::{Reach, Verdict};
use crate::hash::Digest;
use crate::json;
use crate::snapshot::model::{
    About, Audience, Broken, Decision, Flag, Override, Prerequisite, Serve, Service, State, Variant,
};
use crate::words::order::sort_values;
use crate::words::value::Value;

pub(super) fn flags(reach: &mut Reach<'_>) -> Vec<Changed> {
    let pairs = pairs(&reach.old.flags, &reach.new.flags);
    let changed = pairs.into_iter().filter_map(|(key, old, new)| {
        let verdict = reach.flag(key);
        changed(key, old, new, verdict, flag)
    });
    changed.collect()
}

pub(super) fn services(reach: &mut Reach<'_>) -> Vec<Changed> {
    let pairs = pairs(&reach.old.services, &reach.new.services);
    let changed = pairs.into_iter().filter_map(|(key, old, new)| {
        let verdict = reach.service(key);
        changed(key, old, new, verdict, service)
    });
    changed.collect()
}

fn changed<T: PartialEq>(
    key: &str,
    old: Option<&Result<T, Broken>>,
    new: Option<&Result<T, Broken>>,
    verdict: Verdict,
    aspects_of: fn(&T, &T) -> Vec<Aspect>,
) -> Option<Changed> {
    let Verdict { own, via } = verdict;
    let (change, aspects) = match (old, new) {
        (None, _) => (Change::Added, Vec::new()),
        (_, None) => (Change::Removed, Vec::new()),
        (Some(old), Some(new)) if old == new && via.is_empty() => return None,
        (Some(old), Some(new)) if old == new => (Change::Reached, Vec::new()),
        (Some(Ok(old)), Some(Ok(new))) => (Change::Changed, aspects_of(old, new)),
        (Some(Ok(_)), Some(Err(_))) => (Change::Changed, Vec::from([Aspect::new(What::Broken)])),
        (Some(Err(_)), Some(Ok(_))) => (Change::Changed, Vec::from([Aspect::new(What::Mended)])),
        (Some(Err(old)), Some(Err(new))) => (Change::Changed, broken(old, new)),
    };
    Some(Changed { key: key.into(), change, answers_can_differ: own || !via.is_empty(), aspects, via })
}

fn flag(old: &Flag, new: &Flag) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    compare(&mut aspects, What::State, (&old.state, &new.state), |state| state_name(*state).into());
    compare(&mut aspects, What::Audience, (&old.audience, &new.audience), |audience| audience_name(*audience).into());
    variants(&mut aspects, &old.variants, &new.variants);
    off(&mut aspects, What::OffVariant, old.variants.get(old.off_variant), new.variants.get(new.off_variant));
    let prerequisites = (old.prerequisites.as_slice(), new.prerequisites.as_slice());
    compare(&mut aspects, What::Prerequisites, prerequisites, |rows| Value::List(rows.iter().map(required).collect()));
    overrides(&mut aspects, old, new);
    decide(
        &mut aspects,
        (&old.decision, &old.variants, old.off_variant),
        (&new.decision, &new.variants, new.off_variant),
    );
    if old.metadata != new.metadata {
        let [from, to] = [old, new].map(|flag| flag.metadata.as_deref().map(parsed));
        aspects.push(Aspect::between(What::Metadata, from, to));
    }
    about(&mut aspects, &old.about, &new.about);
    aspects
}

fn service(old: &Service, new: &Service) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    variants(&mut aspects, &old.tracks, &new.tracks);
    off(&mut aspects, What::DefaultTrack, old.tracks.get(old.default_track), new.tracks.get(new.default_track));
    decide(
        &mut aspects,
        (&old.decision, &old.tracks, old.default_track),
        (&new.decision, &new.tracks, new.default_track),
    );
    about(&mut aspects, &old.about, &new.about);
    aspects
}

/// A decision, its variants, and the one where it has no default.
type Decides<'s> = (&'s Decision, &'s [Variant], usize);

fn decide(aspects: &mut Vec<Aspect>, old: Decides<'_>, new: Decides<'_>) {
    let (before, now) = (Serve::Variant(old.2), Serve::Variant(new.2));
    let old = Decided { decision: old.0, variants: old.1, fallback: &before };
    let new = Decided { decision: new.0, variants: new.1, fallback: &now };
    decision::compare(aspects, old, new);
}

/// What is left of a broken flag can change as well.
fn broken(old: &Broken, new: &Broken) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    variants(&mut aspects, old.off.as_slice(), new.off.as_slice());
    off(&mut aspects, What::OffVariant, old.off.as_ref(), new.off.as_ref());
    aspects
}

fn variants(aspects: &mut Vec<Aspect>, old: &[Variant], new: &[Variant]) {
    let find =
        |variants: &[Variant], key: &str| variants.iter().find(|variant| variant.key == key).map(|v| v.value.clone());
    for Variant { key, value } in old {
        let now = find(new, key);
        if now.as_ref() != Some(value) {
            aspects.push(Aspect::between(What::Variant, Some(parsed(value)), now.as_deref().map(parsed)).of(key));
        }
    }
    for Variant { key, value } in new.iter().filter(|variant| find(old, &variant.key).is_none()) {
        aspects.push(Aspect::between(What::Variant, None, Some(parsed(value))).of(key));
    }
}

fn off(aspects: &mut Vec<Aspect>, what: What, old: Option<&Variant>, new: Option<&Variant>) {
    let [old, new] = [old, new].map(|variant| variant.map(|variant| Value::String(variant.key.clone())));
    if old != new {
        aspects.push(Aspect::between(what, old, new));
    }
}

fn about(aspects: &mut Vec<Aspect>, old: &About, new: &About) {
    let sides = [(What::Description, &old.description, &new.description), (What::Owner, &old.owner, &new.owner)];
    for (what, old, new) in sides.into_iter().filter(|(_, old, new)| old != new) {
        let show = |text: &Option<String>| text.clone().map(Value::String);
        aspects.push(Aspect::between(what, show(old), show(new)));
    }
}

/// Overrides by variant and attribute, whatever their number.
fn overrides(aspects: &mut Vec<Aspect>, old: &Flag, new: &Flag) {
    let before = aspects.len();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for flag in [old, new] {
        for row in &flag.overrides {
            let pair = (variant_of(flag, row), row.by.as_str());
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    for (variant, by) in pairs {
        let of = |flag: &Flag| {
            let rows = flag.overrides.iter().filter(|row| (variant_of(flag, row), row.by.as_str()) == (variant, by));
            let mut units: Vec<Digest> = rows.flat_map(|row| row.units.iter().copied()).collect();
            sort_values(&mut units);
            units.dedup();
            units
        };
        units(aspects, What::Override, &of(old), &of(new), Some((variant, by)));
    }
    if aspects.len() == before && old.overrides != new.overrides && old.variants == new.variants {
        aspects.push(Aspect::new(What::OverrideOrder));
    }
}

fn variant_of<'f>(flag: &'f Flag, row: &Override) -> &'f str {
    flag.variants.get(row.variant).map_or("", |variant| &variant.key)
}

/// How a list of units changed; the units themselves are digests.
pub(super) fn units(aspects: &mut Vec<Aspect>, what: What, old: &[Digest], new: &[Digest], of: Option<(&str, &str)>) {
    let missing =
        |from: &[Digest], list: &[Digest]| list.iter().filter(|unit| from.binary_search(unit).is_err()).count();
    let (added, removed) = (missing(old, new), missing(new, old));
    if added + removed == 0 {
        return;
    }
    let by = of.map(|(_, by)| Value::from(by));
    let some = |number: usize| (number > 0).then(|| count(number));
    let from = object([("by", by.clone()), ("units", Some(count(old.len())))]);
    let to = [("by", by), ("units", Some(count(new.len()))), ("added", some(added)), ("removed", some(removed))];
    let (come, gone) = if what == What::Exclude { (removed, added) } else { (added, removed) };
    let effect = Effect { reshuffles: false, admits: come > 0, releases: gone > 0 };
    let aspect = Aspect::between(what, Some(from), Some(object(to))).with_effect(effect);
    aspects.push(match of {
        Some((variant, _)) => aspect.of(variant),
        None => aspect,
    });
}

fn required(row: &Prerequisite) -> Value {
    object([("flag", Some(row.flag.as_str().into())), ("variants", Some(super::model::texts(&row.variants)))])
}

/// The value of a JSON text that was read before.
fn parsed(text: &str) -> Value {
    json::parse_value(text).unwrap_or(Value::Null)
}

const fn state_name(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Disabled => "disabled",
        State::Deprecated => "deprecated",
    }
}

const fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Server => "server",
        Audience::Client => "client",
    }
}
