//! Two snapshots -> what changed, how, and whose answers can differ by it.
//!
//! A flag is listed if it changed itself, or if it reaches something that did; then `via` tells
//! the way there. `answersCanDiffer` is exactly what an engine reports when it is updated from
//! the one snapshot to the other, so that a review and a running engine never disagree.

mod condition;
mod decision;
mod effect;
mod model;
mod parts;
mod reach;
mod subject;
mod text;

use alloc::string::String;
use alloc::vec::Vec;

pub use model::{Aspect, Change, Changed, Difference, Effect, Link, LinkKind, What};

use crate::snapshot::model::{Broken, Keyed, Snapshot};
use reach::Reach;
pub(crate) use reach::{Overlay, Way, kills_in_force};

/// What is different in `new`.
///
/// The kill set of the higher revision counts, as in an engine: an older one in `new` lifts nothing.
///
/// ```
/// use vexil::patterns::RegexPatterns;
/// use vexil::snapshot::read;
///
/// let flag = |variant: &str| {
///     let text = format!(
///         r#"{{ "schema": "vexil/1", "flags": {{ "search": {{
///             "variants": {{ "on": true, "off": false }}, "offVariant": "off",
///             "default": {{ "variant": "{variant}" }} }} }} }}"#
///     );
///     read::<RegexPatterns>(&text).snapshot
/// };
/// if let (Some(old), Some(new)) = (flag("off"), flag("on")) {
///     let difference = vexil::diff::diff(&old, &new);
///     assert_eq!(difference.flags[0].key, "search");
///     assert!(difference.flags[0].answers_can_differ);
/// }
/// # assert!(flag("on").is_some());
/// ```
pub fn diff(old: &Snapshot, new: &Snapshot) -> Difference {
    let mut reach = Reach::new(old, new);
    Difference {
        flags: subject::flags(&mut reach),
        services: subject::services(&mut reach),
        segments: parts::segments(&mut reach),
        rings: parts::rings(old, new),
        layers: parts::layers(old, new),
        holdouts: parts::holdouts(old, new),
        attributes: parts::attributes(old, new),
        kills: parts::kills(&old.kills, &new.kills),
    }
}

/// A part of a document, sound or broken, before and after.
type Pair<'s, T> = (&'s String, Option<&'s Result<T, Broken>>, Option<&'s Result<T, Broken>>);

/// The parts of both sides by key, both in the order of their keys.
fn pairs<'s, T>(old: &'s [Keyed<T>], new: &'s [Keyed<T>]) -> Vec<Pair<'s, T>> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let mut pairs = Vec::new();
    loop {
        let (is_old, is_new) = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) => (a.key <= b.key, b.key <= a.key),
            (None, None) => return pairs,
            (a, b) => (a.is_some(), b.is_some()),
        };
        let before = if is_old { old.next() } else { None };
        let after = if is_new { new.next() } else { None };
        let part = |keyed: Option<&'s Keyed<T>>| keyed.map(|keyed| &keyed.part);
        pairs.extend(before.or(after).map(|keyed| (&keyed.key, part(before), part(after))));
    }
}

/// The part of that key.
fn find<'s, T>(parts: &'s [Keyed<T>], key: &str) -> Option<&'s Result<T, Broken>> {
    let place = parts.binary_search_by(|keyed| keyed.key.as_str().cmp(key)).ok()?;
    parts.get(place).map(|keyed| &keyed.part)
}
