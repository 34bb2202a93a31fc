//! What rules refer to, and what they cost.

use crate::snapshot::draft::{Draft, position};
use crate::snapshot::model::{Decision, Layer, LayerRange, Serve};
use crate::words::diagnostic::{Code, Path, Report};

use super::reach::Reach;

/// What rules stand on.
pub(super) struct Ground<'g> {
    pub(super) reach: Reach<'g>,
    pub(super) layers: &'g [Draft<Layer>],
}

impl Ground<'_> {
    /// The steps that a decision takes. Reports references to nothing and to what is broken.
    pub(super) fn check(&self, decision: &Decision, path: Path<'_>, report: &mut Report) -> u32 {
        let mut cost = ranges(decision.default.as_ref()).saturating_add(1);
        let path = path.key("rules");
        for (index, rule) in decision.rules.iter().enumerate() {
            let path = path.index(index);
            cost = cost.saturating_add(1).saturating_add(ranges(Some(&rule.serve)));
            if let Some(when) = &rule.when {
                cost = cost.saturating_add(self.reach.check(when, path.key("when"), false, report));
            }
            if let Some(layer) = &rule.layer {
                self.check_layer(layer, path.key("layer"), report);
            }
        }
        cost
    }

    fn check_layer(&self, layer: &LayerRange, path: Path<'_>, report: &mut Report) {
        // An empty key could not be read, which was said.
        if layer.key.is_empty() {
            return;
        }
        match position(self.layers, &layer.key).and_then(|position| self.layers.get(position)) {
            None => {
                let message = ["there is no layer `", &layer.key, "`"].concat();
                report.add(Code::UnknownLayer, path.key("key"), message);
            }
            Some(found) if found.broken => {
                let message = ["the layer `", &layer.key, "` is broken, and with it all that use it"].concat();
                report.add(Code::BrokenReference, path.key("key"), message);
            }
            Some(_) => {}
        }
    }
}

/// A split is looked up in its ranges.
fn ranges(serve: Option<&Serve>) -> u32 {
    match serve {
        Some(Serve::Split(split)) => split.ranges.len() as u32,
        _ => 0,
    }
}
