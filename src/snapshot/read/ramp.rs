//! Exposures that change with time alone.

use alloc::vec::Vec;

use crate::json::Json;
use crate::snapshot::model::{Curve, Ramp};
use crate::snapshot::trail::Step;
use crate::words::diagnostic::Code;
use crate::words::limits;
use crate::words::time::Timestamp;
use crate::words::weight::Ppm;

use super::object::Object;
use super::reader::Reader;

const RAMP: &[&str] = &["from", "to", "start", "end", "curve", "steps", "requires"];
const STEP: &[&str] = &["at", "exposure", "requires"];

/// The names of the curves; the last is the one with steps.
const CURVES: &[&str] = &["linear", "exponential", "steps"];

impl<'d> Reader<'d> {
    /// A ramp, if all of it could be read.
    #[inline(never)]
    pub(super) fn ramp(&mut self, json: &'d Json<'d>) -> Option<Ramp> {
        let object = self.object(json, RAMP);
        let from = self.need(object, "from", Self::percentage).flatten();
        let to = self.need(object, "to", Self::percentage).flatten();
        let start = self.need(object, "start", Self::instant).flatten();
        let end = self.need(object, "end", Self::instant).flatten();
        let curve = self.curve(object, [("from", from), ("to", to)]);
        let (from, to, start, end, curve) = (from?, to?, start?, end?, curve?);
        if start >= end {
            self.trail.add(Code::InvalidRamp, "`start` must be before `end`");
        }
        Some(Ramp { from, to, start, end, curve })
    }

    fn curve(&mut self, object: Object<'d>, shares: [(&'static str, Option<Ppm>); 2]) -> Option<Curve> {
        let curve = self.need(object, "curve", |reader, json| reader.choice(json, CURVES)).flatten()?;
        if curve == 2 {
            return self.need(object, "steps", Self::steps);
        }
        if object.get("steps").is_some() {
            self.trail.add(Code::ConflictingFields, "`steps` belong to the curve `steps` alone");
        }
        if curve == 0 {
            return Some(Curve::Linear);
        }
        for (field, _) in shares.into_iter().filter(|(_, share)| *share == Some(Ppm::NONE)) {
            let message = "an exponential ramp needs a share above 0, since no factor leads from or to nothing";
            self.trail.add_at(Step::Key(field), Code::InvalidRamp, message);
        }
        Some(Curve::Exponential)
    }

    fn steps(&mut self, json: &'d Json<'d>) -> Curve {
        let before = self.trail.errors();
        let mut steps = Vec::new();
        let mut last = None;
        self.list(json, "steps", limits::RAMP_STEPS, &mut |reader, item| {
            let object = reader.object(item, STEP);
            let at = reader.need(object, "at", Self::instant).flatten();
            let exposure = reader.need(object, "exposure", Self::percentage).flatten();
            if at.is_some() && at <= last {
                let message = "the step is not after the one before it";
                reader.trail.add_at(Step::Key("at"), Code::InvalidRamp, message);
            }
            last = at.or(last);
            steps.push((at.unwrap_or(Timestamp::from_ms(0)), exposure.unwrap_or(Ppm::ALL)));
        });
        if self.trail.errors() == before && steps.is_empty() {
            self.trail.add(Code::InvalidRamp, "there must be at least one step");
        }
        Curve::Steps(steps)
    }
}
