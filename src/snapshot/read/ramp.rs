//! Exposures that change with time alone.

use alloc::vec::Vec;

use crate::snapshot::model::{Curve, Ramp};
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

use super::object::{Node, Object};
use super::reader::Reader;

const RAMP: &[&str] = &["from", "to", "start", "end", "curve", "steps", "requires"];
const STEP: &[&str] = &["at", "exposure", "requires"];

/// The names of the curves; the last is the one with steps.
const CURVES: &[&str] = &["linear", "exponential", "steps"];

impl Reader {
    /// A ramp, if all of it could be read.
    pub(super) fn ramp(&mut self, node: Node<'_>) -> Option<Ramp> {
        let object = self.object(node, RAMP);
        let from = self.need_percentage(&object, "from");
        let to = self.need_percentage(&object, "to");
        let start = self.need_instant(&object, "start");
        let end = self.need_instant(&object, "end");
        let curve = self.curve(&object, from, to);
        let (from, to, start, end, curve) = (from?, to?, start?, end?, curve?);
        if start >= end {
            self.report.add(Code::InvalidRamp, node.path, "`start` must be before `end`");
        }
        Some(Ramp { from, to, start, end, curve })
    }

    fn curve(&mut self, object: &Object<'_>, from: Option<Ppm>, to: Option<Ppm>) -> Option<Curve> {
        let name = self.need(object, "curve").and_then(|node| self.choice(node, CURVES));
        if name != Some(2) && name.is_some() && object.field("steps").is_some() {
            self.report.add(Code::ConflictingFields, object.path, "`steps` belong to the curve `steps` alone");
        }
        match name? {
            0 => Some(Curve::Linear),
            1 => {
                for (share, field) in [(from, "from"), (to, "to")] {
                    if share == Some(Ppm::NONE) {
                        let message =
                            "an exponential ramp needs a share above 0, since no factor leads from or to nothing";
                        self.report.add(Code::InvalidRamp, object.path.key(field), message);
                    }
                }
                Some(Curve::Exponential)
            }
            _ => self.need(object, "steps").map(|steps| Curve::Steps(self.steps(steps))),
        }
    }

    fn steps(&mut self, node: Node<'_>) -> Vec<(Timestamp, Ppm)> {
        let mut last = None;
        let steps = self.list(Some(node), "steps", limits::RAMP_STEPS, |reader, item| {
            let object = reader.object(item, STEP);
            let at = reader.need_instant(&object, "at");
            let exposure = reader.need_percentage(&object, "exposure");
            if at.is_some() && at <= last {
                let message = "the step is not after the one before it";
                reader.report.add(Code::InvalidRamp, object.path.key("at"), message);
            }
            last = at.or(last);
            (at.unwrap_or(Timestamp::from_ms(0)), exposure.unwrap_or(Ppm::ALL))
        });
        if steps.is_empty() && matches!(node.json, crate::json::Json::Array(_)) {
            self.report.add(Code::InvalidRamp, node.path, "there must be at least one step");
        }
        steps
    }
}
