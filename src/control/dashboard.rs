//! What a dashboard shows: projections of the workspace, equal to what it decides by.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::document::Document;
use super::event::PartKind;
use super::kills::{Kill, KillTarget};
use super::program::{Program, Statistics};
use super::progress::{Exposure, Progress, Status};
use super::release;
use super::workspace::{Part, Workspace};
use crate::analysis::guardrail::StageVerdict;
use crate::analysis::metric::{Arm, Metric, Series};
use crate::words::time::Timestamp;
use crate::words::value::Value;

/// An environment at an instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    /// Its name.
    pub environment: String,
    /// The revision of its snapshot.
    pub revision: u64,
    /// What is killed, by whom and why.
    pub kills: Vec<KillView>,
    /// The flags in the order of their keys, archived ones left out.
    pub flags: Vec<FlagView>,
    /// How many flags there are of each state.
    pub counts: Counts,
    /// The rollouts, those that have ended too, in the order of their ids.
    pub rollouts: Vec<RolloutView>,
    /// The deployments, those that have ended too, the newest first.
    pub deployments: Vec<DeploymentView>,
    /// The early-access programs in the order of their ids.
    pub programs: Vec<ProgramView>,
    /// The releases in the order of their versions.
    pub releases: Vec<release::Overview>,
}

/// Something that is killed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KillView {
    /// What.
    pub target: KillTarget,
    /// By whom, when and why.
    #[serde(flatten)]
    pub kill: Kill,
}

/// A flag in an environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FlagView {
    /// Its key.
    pub key: String,
    /// What it does there.
    pub state: FlagState,
    /// The rollouts that drive rules of it.
    pub rollouts: Vec<String>,
    /// The revision of the workspace that last changed it.
    pub revision: u64,
    /// As it is published.
    pub value: Document,
}

/// What a flag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FlagState {
    /// A kill switches it off.
    Killed,
    /// It is switched off as it was authored.
    Disabled,
    /// A rollout drives a rule of it.
    RollingOut,
    /// It is served, and to be removed from the code.
    Deprecated,
    /// It is served as it was authored.
    Active,
}

/// Flags by what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FlagCounts"))]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// All of them.
    pub flags: usize,
    /// Killed.
    pub killed: usize,
    /// Disabled.
    pub disabled: usize,
    /// With a rollout on its way.
    pub rolling_out: usize,
    /// Deprecated.
    pub deprecated: usize,
    /// Served as authored.
    pub active: usize,
}

/// How far something is along its plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProgressView {
    /// How it stands.
    pub status: Status,
    /// Its stage, from 0; the number of stages at the end.
    pub stage: usize,
    /// How many stages there are.
    pub stages: usize,
    /// What is served of it; nothing if it was taken back.
    pub exposure: Exposure,
    /// What it is to come to.
    pub target: Exposure,
    /// How long it has been in its stage, in milliseconds of active time.
    pub active_ms: i64,
    /// When it began, in milliseconds since the epoch.
    pub started_at: Option<i64>,
    /// When it will be at its target, if nothing holds it up; `None` while something does.
    pub ends_at: Option<i64>,
    /// The last verdict that was noted.
    pub verdict: Option<StageVerdict>,
    /// All that was observed of each metric, by arm.
    pub figures: Vec<Figure>,
}

/// What was observed of a metric in an arm, from the beginning.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProgressFigure"))]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// The metric.
    pub metric: String,
    /// The arm.
    pub arm: Arm,
    /// How many observations.
    pub count: u64,
    /// The metric's value; `None` where there is none.
    pub value: Option<f64>,
}

/// A rollout.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RolloutView {
    /// Its id.
    pub id: String,
    /// The rules that it drives, by flag and id.
    pub rules: Vec<(String, String)>,
    /// How far it is.
    #[serde(flatten)]
    pub progress: ProgressView,
}

/// A deployment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DeploymentView {
    /// Its id.
    pub id: String,
    /// Its place among all deployments, by their start.
    pub number: u64,
    /// The service.
    pub service: String,
    /// The version that ran before.
    pub from: String,
    /// The version that is deployed.
    pub to: String,
    /// How far it is.
    #[serde(flatten)]
    pub progress: ProgressView,
}

/// An early-access program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProgramView {
    /// Its id.
    pub id: String,
    /// Its members and seats, in figures.
    #[serde(flatten)]
    pub statistics: Statistics,
}

impl ProgressView {
    fn of(progress: &Progress, now: Timestamp) -> Self {
        let observations = progress.observations();
        let figure = |series: &Series| {
            let kind = observations.and_then(|all| all.metrics().get(series.metric()).ok()).map(Metric::kind);
            Figure {
                metric: series.metric().into(),
                arm: series.arm().clone(),
                count: series.total().count(),
                value: kind.and_then(|kind| series.total().value(kind).ok()),
            }
        };
        Self {
            status: progress.status(),
            stage: progress.stage(),
            stages: progress.plan().stages.len(),
            exposure: progress.served(),
            target: progress.plan().target(),
            active_ms: progress.active_ms(now),
            started_at: progress.started().map(Timestamp::as_ms),
            ends_at: progress.estimated_end(now).map(Timestamp::as_ms),
            verdict: progress.verdict().cloned(),
            figures: observations.into_iter().flat_map(|all| all.series().iter().map(figure)).collect(),
        }
    }
}

impl Workspace {
    /// What a dashboard shows of an environment; `None` if there is no such environment.
    pub fn dashboard(&self, environment: &str, now: Timestamp) -> Option<Dashboard> {
        let known = self.environments().get(environment)?;
        let mut driven: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut rollouts = Vec::new();
        for (id, rollout) in self.rollouts().iter().filter(|(_, rollout)| rollout.environment() == environment) {
            for rule in rollout.rules().iter().filter(|_| rollout.progress().status().is_active()) {
                driven.entry(&rule.flag).or_default().push(id.clone());
            }
            let rules = rollout.rules().iter().map(|one| (one.flag.clone(), one.rule.clone())).collect();
            rollouts.push(RolloutView { id: id.clone(), rules, progress: ProgressView::of(rollout.progress(), now) });
        }
        let here = self.deployments().iter().filter(|(_, deployment)| deployment.environment() == environment);
        let mut deployments: Vec<DeploymentView> = here
            .map(|(id, deployment)| DeploymentView {
                id: id.clone(),
                number: deployment.number(),
                service: deployment.service().into(),
                from: deployment.from().into(),
                to: deployment.to().into(),
                progress: ProgressView::of(deployment.progress(), now),
            })
            .collect();
        deployments.sort_by_key(|deployment| core::cmp::Reverse(deployment.number));
        let published = self.parts_as_published(environment, PartKind::Flag)?;
        let flag = |(key, value, part): (&str, Cow<'_, Document>, &Part)| {
            let rollouts = driven.get(key).cloned().unwrap_or_default();
            let is_killed = known.kills().keys().any(|target| target.hits(key));
            let state = flag_state(&value, is_killed, !rollouts.is_empty());
            FlagView { key: key.into(), state, rollouts, revision: part.revision(), value: value.into_owned() }
        };
        let flags: Vec<FlagView> = published.into_iter().map(flag).collect();
        let is_here = |program: &Program| program.environment() == environment;
        let programs = self.programs().iter().filter(|(_, program)| is_here(program));
        let view = |(id, program): (&String, &alloc::sync::Arc<Program>)| ProgramView {
            id: id.clone(),
            statistics: program.statistics(),
        };
        let kill = |(target, kill): (&KillTarget, &Kill)| KillView { target: target.clone(), kill: kill.clone() };
        Some(Dashboard {
            environment: environment.into(),
            revision: known.revision(),
            kills: known.kills().iter().map(kill).collect(),
            counts: Counts::of(&flags),
            flags,
            rollouts,
            deployments,
            programs: programs.map(view).collect(),
            releases: self.release_overviews().into_iter().filter(|one| one.environment == environment).collect(),
        })
    }
}

fn flag_state(value: &Document, is_killed: bool, is_driven: bool) -> FlagState {
    let is = |state: &str| value.get("state") == Some(&Value::from(state));
    if is_killed {
        FlagState::Killed
    } else if is("disabled") {
        FlagState::Disabled
    } else if is_driven {
        FlagState::RollingOut
    } else if is("deprecated") {
        FlagState::Deprecated
    } else {
        FlagState::Active
    }
}

impl Counts {
    fn of(flags: &[FlagView]) -> Self {
        let mut counts = Self { flags: flags.len(), ..Self::default() };
        for flag in flags {
            *match flag.state {
                FlagState::Killed => &mut counts.killed,
                FlagState::Disabled => &mut counts.disabled,
                FlagState::RollingOut => &mut counts.rolling_out,
                FlagState::Deprecated => &mut counts.deprecated,
                FlagState::Active => &mut counts.active,
            } += 1;
        }
        counts
    }
}
