//! Whether a plan gives the traffic of a simulation the time to show a fault.

use alloc::collections::BTreeMap;

use serde::Serialize;

use super::super::progress::Progress;
use super::traffic::{Driver, Traffic};
use crate::analysis::guardrail::{Behaviour, Expected, Scenario, ShortStage};
use crate::analysis::metric::Metric;

/// A first stage that will mostly be over before it has seen a fault: the lint `stage-too-short`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ShortFirstStage {
    /// Of what.
    pub of: Driver,
    /// What can be expected of it, and what would be enough.
    #[serde(flatten)]
    pub stage: ShortStage,
}

/// The first stage, if twice the errors are mostly not caught in it.
///
/// Nothing is said of what is recorded, and of plans without a share among their metrics: what a fault does to other
/// metrics, traffic does not say.
pub(super) fn short_first_stage(driver: &Driver, progress: &Progress, traffic: &Traffic) -> Option<ShortFirstStage> {
    let plan = progress.plan().guard().ok()??;
    let metrics = || plan.stages().iter().flat_map(|stage| &stage.guardrails).map(|guardrail| &guardrail.metric);
    let behaviour = |metric: &Metric| {
        let healthy = *traffic.metrics.get(metric.name())?;
        Some((metric.name().into(), Scenario { healthy, changed: healthy }))
    };
    let expected: Option<BTreeMap<_, _>> = metrics().map(behaviour).collect();
    let expected = Expected { requests_per_hour: traffic.requests_per_hour, metrics: expected? };
    let has_shares = expected.metrics.values().any(|scenario| matches!(scenario.healthy, Behaviour::Rate(_)));
    if !has_shares || traffic.recorded.iter().any(|one| one.of == *driver) {
        return None;
    }
    let stage = plan.short_first_stage(&expected).ok()??;
    Some(ShortFirstStage { of: driver.clone(), stage })
}
