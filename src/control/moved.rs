//! Whom a change of shares takes something from: proved before it is published.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::command::Action;
use super::event::{Event, PartKind};
use super::rejection::{Rejection, RejectionCode};
use super::release;
use super::workspace::Workspace;
use crate::radius::{self, Motion, Movement, Redraw, Share};
use crate::snapshot::model::{Keyed, Snapshot};
use crate::words::time::Timestamp;

/// What the changes of a transaction take from units, in the snapshots that it makes.
///
/// # Errors
/// Units would be drawn anew, and nobody has said why they may.
pub(super) fn moved(
    before: &Workspace,
    after: &[(&str, Snapshot)],
    action: &Action,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let despite = action.despite();
    let mut changed = BTreeSet::new();
    changes(before, action, &mut changed);
    let mut events = Vec::new();
    if changed.is_empty() {
        return Ok(events);
    }
    for (name, new) in after {
        let Some(old) = before.read(name) else { continue };
        for &(part, key) in &changed {
            let movements = movements((&old, new), part, key, now);
            if let Some((place, why)) = movements.iter().find_map(redrawn).filter(|_| despite.is_none()) {
                let message = format!(
                    "the {} `{key}` would draw its units in `{name}` anew at {place}, for {why}: keep that, or say in \
                     `despite` why they may be",
                    part.name()
                );
                return Err(Rejection::new(RejectionCode::Reshuffles, message));
            }
            let percent = |share: fn(&Movement) -> Share| {
                movements.iter().map(|movement| share(movement).ppm()).fold(0.0, f64::max) / 1e4
            };
            let (lost, swapped) = (percent(|movement| movement.lost), percent(|movement| movement.swapped));
            if lost > 0.0 || swapped > 0.0 {
                let despite = movements.iter().find_map(redrawn).and(despite).map(Into::into);
                let (key, environment) = (key.into(), (*name).into());
                events.push(Event::Moved { part, key, environment, lost, swapped, despite });
            }
        }
    }
    Ok(events)
}

/// What people change of shares.
fn changes<'a>(workspace: &'a Workspace, action: &'a Action, changed: &mut BTreeSet<(PartKind, &'a str)>) {
    match action {
        Action::Change { part: part @ (PartKind::Flag | PartKind::Service), key, set, .. }
            if ["rules", "default", "split"].iter().any(|member| set.get(member).is_some()) =>
        {
            changed.insert((*part, key));
        }
        Action::All { actions } => actions.iter().for_each(|action| changes(workspace, action, changed)),
        Action::Release { release, command: release::Command::Start { .. } } => {
            let release = workspace.releases().get(release);
            let written = release.into_iter().flat_map(|release| release.manifest().content.written());
            changed.extend(written.map(|flag| (PartKind::Flag, flag)));
        }
        _ => {}
    }
}

fn movements((old, new): (&Snapshot, &Snapshot), part: PartKind, key: &str, now: Timestamp) -> Vec<Movement> {
    fn both<'s, T>(old: &'s [Keyed<T>], new: &'s [Keyed<T>], key: &str) -> Option<(&'s T, &'s T)> {
        let find =
            |parts: &'s [Keyed<T>]| parts.iter().find(|one| one.key == key).and_then(|one| one.part.as_ref().ok());
        find(old).zip(find(new))
    }
    match part {
        PartKind::Flag => both(&old.flags, &new.flags, key).map(|(old, new)| radius::movements(old, new, now)),
        PartKind::Service => {
            both(&old.services, &new.services, key).map(|(old, new)| radius::service_movements(old, new, now))
        }
        PartKind::Segment | PartKind::Layer | PartKind::Holdout | PartKind::Attribute => None,
    }
    .unwrap_or_default()
}

/// Where a movement draws units anew, and why.
fn redrawn(movement: &Movement) -> Option<(alloc::string::String, &'static str)> {
    let Motion::Reshuffles { why } = movement.motion else { return None };
    let why = match why {
        Redraw::Unit => "another attribute is the unit",
        Redraw::Seed => "the seed is another one",
        Redraw::Layer => "the layer is another one",
    };
    Some((format!("{}", movement.place), why))
}
