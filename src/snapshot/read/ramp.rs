//! Exposures that change with time alone.

use alloc::vec::Vec;

use crate::json::{Json, Node};
use crate::snapshot::model::{Curve, Ramp};
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

use super::object::Fields;
use super::reader::Reader;

const RAMP: Fields<'_> = Fields { needed: 5, names: &["from", "to", "start", "end", "curve", "steps", "requires"] };
const STEP: Fields<'_> = Fields { needed: 2, names: &["at", "exposure", "requires"] };

/// The names of the curves; the last is the one with steps.
const CURVES: &[&str] = &["linear", "exponential", "steps"];

impl<'d> Reader<'d> {
    /// A ramp, with placeholders for what could not be read.
    #[inline(never)]
    pub(super) fn ramp(&mut self, node: &'d Node) -> Ramp {
        let [from_node, to_node, start, end, curve, steps, ..] = self.fields(node, &RAMP);
        let (from, to) = (self.percentage(from_node), self.percentage(to_node));
        let (start, end) = (self.instant(start), self.instant(end));
        if start >= end && start.is_some() && end.is_some() {
            self.add(node, Code::InvalidRamp, "`start` must be before `end`");
        }
        let curve = self.choice(curve, CURVES);
        if curve.is_some_and(|curve| curve != 2) && steps.is_there() {
            self.add(node, Code::ConflictingFields, "`steps` belong to the curve `steps` alone");
        }
        let curve = match curve {
            Some(1) => {
                for (node, share) in [(from_node, from), (to_node, to)] {
                    if share == Ppm::NONE {
                        let message =
                            "an exponential ramp needs a share above 0, since no factor leads from or to nothing";
                        self.add(node, Code::InvalidRamp, message);
                    }
                }
                Curve::Exponential
            }
            Some(2) => {
                if !steps.is_there() {
                    self.missing(node, "steps");
                }
                Curve::Steps(self.steps(steps))
            }
            _ => Curve::Linear,
        };
        let epoch = Timestamp::from_ms(0);
        Ramp { from, to, start: start.unwrap_or(epoch), end: end.unwrap_or(epoch), curve }
    }

    fn steps(&mut self, node: &'d Node) -> Vec<(Timestamp, Ppm)> {
        let mut steps = Vec::new();
        let mut last = None;
        for item in self.list(node, "steps", limits::RAMP_STEPS) {
            let [at_node, exposure, ..] = self.fields(item, &STEP);
            let at = self.instant(at_node);
            if at.is_some() && at <= last {
                self.add(at_node, Code::InvalidRamp, "the step is not after the one before it");
            }
            last = at.or(last);
            steps.push((at.unwrap_or(Timestamp::from_ms(0)), self.percentage(exposure)));
        }
        if matches!(node.json, Json::Array(_)) && steps.is_empty() {
            self.add(node, Code::InvalidRamp, "there must be at least one step");
        }
        steps
    }
}
