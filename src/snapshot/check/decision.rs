//! What rules refer to, and what they cost.

use crate::snapshot::draft::{Marks, is, position};
use crate::snapshot::model::{Decision, Serve, Snapshot};
use crate::snapshot::trail::Trail;
use crate::words::diagnostic::Code;

use super::reach::Reach;

/// The steps that a decision takes. Reports references to nothing and to what is broken.
pub(super) fn check<'p>(
    decision: &'p Decision,
    reach: &Reach<'p>,
    snapshot: &Snapshot,
    marks: &Marks,
    trail: &mut Trail<'p>,
) -> u32 {
    let mut cost = ranges(decision.default.as_ref());
    trail.enter("rules");
    for (index, rule) in decision.rules.iter().enumerate() {
        trail.enter_nth(index);
        cost = cost.saturating_add(ranges(Some(&rule.serve)));
        if let Some(when) = &rule.when {
            trail.enter("when");
            cost = cost.saturating_add(reach.check(when, false, trail));
            trail.leave(1);
        }
        // An empty key could not be read, which was said.
        if let Some(layer) = rule.layer.as_ref().filter(|layer| !layer.key.is_empty()) {
            let found = position(&snapshot.layers, &layer.key);
            let (code, problem) = match found {
                None => (Code::UnknownLayer, " does not exist"),
                Some(_) => (Code::BrokenReference, " is broken, and with it all that use it"),
            };
            if found.is_none_or(|layer| is(&marks.layers, layer)) {
                trail.enter("layer");
                trail.enter("key");
                trail.add_about(code, "the layer ", &layer.key, problem);
                trail.leave(2);
            }
        }
        trail.leave(1);
    }
    trail.leave(1);
    cost
}

/// A step, and another for every range of a split.
fn ranges(serve: Option<&Serve>) -> u32 {
    match serve {
        Some(Serve::Split(split)) => split.ranges.len() as u32 + 1,
        _ => 1,
    }
}
