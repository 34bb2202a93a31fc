//! Exposures that change with time alone.

use alloc::vec::Vec;

use crate::json::Node;
use crate::snapshot::model::{Curve, Ramp};
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

use super::object::Fields;
use super::reader::Reader;

const RAMP: Fields<7> = Fields { needed: 5, names: ["from", "to", "start", "end", "curve", "steps", "requires"] };
const STEP: Fields<3> = Fields { needed: 2, names: ["at", "exposure", "requires"] };

/// The names of the curves; the last is the one with steps.
const CURVES: &[&str] = &["linear", "exponential", "steps"];

impl<'d> Reader<'d> {
    /// A ramp, if all of it could be read.
    #[inline(never)]
    pub(super) fn ramp(&mut self, node: &'d Node) -> Option<Ramp> {
        let [from_node, to_node, start, end, curve, steps, _] = self.fields(node, &RAMP);
        let (from, to) = (self.percentage(from_node), self.percentage(to_node));
        let (start, end) = (self.instant(start), self.instant(end));
        let curve = self.choice(curve, CURVES);
        if curve == Some(2) && !steps.is_there() {
            self.missing(node, "steps");
        } else if curve != Some(2) && curve.is_some() && steps.is_there() {
            self.add(node, Code::ConflictingFields, "`steps` belong to the curve `steps` alone");
        }
        let curve = match curve? {
            0 => Curve::Linear,
            1 => {
                for (node, _) in
                    [(from_node, from), (to_node, to)].into_iter().filter(|share| share.1 == Some(Ppm::NONE))
                {
                    let message = "an exponential ramp needs a share above 0, since no factor leads from or to nothing";
                    self.add(node, Code::InvalidRamp, message);
                }
                Curve::Exponential
            }
            _ => Curve::Steps(self.steps(steps)),
        };
        let (from, to, start, end) = (from?, to?, start?, end?);
        if start >= end {
            self.add(node, Code::InvalidRamp, "`start` must be before `end`");
        }
        Some(Ramp { from, to, start, end, curve })
    }

    fn steps(&mut self, node: &'d Node) -> Vec<(Timestamp, Ppm)> {
        let before = self.report.errors();
        let mut steps = Vec::new();
        let mut last = None;
        for item in self.list(node, "steps", limits::RAMP_STEPS) {
            let [at_node, exposure, _] = self.fields(item, &STEP);
            let (at, exposure) = (self.instant(at_node), self.percentage(exposure));
            if at.is_some() && at <= last {
                self.add(at_node, Code::InvalidRamp, "the step is not after the one before it");
            }
            last = at.or(last);
            steps.push((at.unwrap_or(Timestamp::from_ms(0)), exposure.unwrap_or(Ppm::ALL)));
        }
        if node.is_there() && self.report.errors() == before && steps.is_empty() {
            self.add(node, Code::InvalidRamp, "there must be at least one step");
        }
        steps
    }
}
