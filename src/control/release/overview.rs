//! How releases stand, for those who look.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::super::progress::{Exposure, Gate, Status};
use super::super::rollout::Rollout;
use super::super::workspace::Workspace;
use super::decide::rollout_of;
use super::manifest::Manifest;
use super::plan::current;
use super::{Asked, Kind, Release, State, Version};
use crate::words::weight::{Ppm, WHOLE};

/// How a release stands. All of it is what has happened: a clock moves nothing of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ReleaseOverview"))]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The id of the release.
    pub release: String,
    /// Its version.
    pub version: Version,
    /// Its type.
    pub kind: Kind,
    /// Where.
    pub environment: String,
    /// How it stands.
    pub state: State,
    /// Why, in words.
    pub reason: String,
    /// Whether its version is the one that runs there.
    pub is_current: bool,
    /// The phases that are over.
    pub phases_done: usize,
    /// All phases.
    pub phases: usize,
    /// The phases that are over among all; 0 for what was taken back.
    pub progress: Exposure,
    /// What is served of it: 0 for what was not begun, taken back or called off.
    pub exposure: Exposure,
    /// Who said yes to what is next.
    pub approved: Vec<String>,
    /// How many have yet to say yes to what is next.
    pub approvals_missing: usize,
    /// What is outstanding of its rollback.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub outstanding: Option<Asked>,
}

impl Workspace {
    /// How a release stands; `None` if there is none of that id.
    pub fn release_overview(&self, id: &str) -> Option<Overview> {
        let release = self.releases.get(id)?;
        let Manifest { version, kind, environment, content, .. } = &release.manifest;
        let rollout = self.rollouts.get(&rollout_of(id)).filter(|_| release.state.is_underway());
        let phases = content.phases();
        let exposure = match (release.state.has_run(), rollout) {
            (true, _) => content.target(),
            (false, Some(rollout)) => rollout.progress().served(),
            (false, None) => Exposure::NONE,
        };
        let is_on = release.state.is_underway() || release.state.has_run();
        let progress = if is_on { share(release.phase, phases) } else { Exposure::NONE };
        let is_asked = release.takes_approvals() && (release.state.is_underway() || release.state == State::Planned);
        Some(Overview {
            release: id.into(),
            version: version.clone(),
            kind: *kind,
            environment: environment.clone(),
            state: release.state,
            reason: release.says(rollout.map(AsRef::as_ref), current(&self.releases, environment)),
            is_current: current(&self.releases, environment).is_some_and(|(current, _)| current == id),
            phases_done: release.phase,
            phases,
            progress,
            exposure,
            approved: release.approved.iter().cloned().collect(),
            approvals_missing: if is_asked { release.missing() } else { 0 },
            outstanding: release.asked.clone(),
        })
    }

    /// How all releases stand, in the order of their versions, and of their ids where these are the same.
    pub fn release_overviews(&self) -> Vec<Overview> {
        let mut all: Vec<Overview> = self.releases.keys().filter_map(|id| self.release_overview(id)).collect();
        all.sort_by(|a, b| a.version.precedence(&b.version));
        all
    }
}

fn share(part: usize, whole: usize) -> Exposure {
    let ppm = (part as u64).saturating_mul(WHOLE.into()).checked_div(whole as u64).unwrap_or_default();
    Exposure(u32::try_from(ppm).ok().and_then(Ppm::new).unwrap_or(Ppm::ALL))
}

impl Release {
    /// Why it stands as it does.
    fn says(&self, rollout: Option<&Rollout>, current: Option<(&str, &Self)>) -> String {
        let because = |what: &str| match &self.reason {
            Some(reason) => format!("{what}: {reason}"),
            None => what.into(),
        };
        let outstanding = self.asked.as_ref().map_or("nothing", |asked| asked.step.as_str());
        match self.state {
            State::Planned if self.missing() > 0 => format!("waits for {} more to approve", self.missing()),
            State::Planned => "may be started".into(),
            State::InProgress => {
                let phase = format!("phase {} of {}", self.phase + 1, self.manifest.content.phases());
                let Some(progress) = rollout.map(Rollout::progress) else { return phase };
                let percent = progress.served().percent();
                match progress.status() {
                    Status::Waiting if self.gate() == Gate::Approval => {
                        format!("{phase}, at {percent} %, waits at its gate")
                    }
                    Status::Waiting => format!("{phase}, at {percent} %, is over, and nobody knows how it went"),
                    Status::Holding => format!("{phase}, at {percent} %, waits for data"),
                    _ => format!("{phase}, at {percent} %"),
                }
            }
            State::Paused => because("paused"),
            State::RollingBack => format!("{}; `{outstanding}` is outstanding", because("rolled back")),
            State::FailedVerification => format!("{}; `{outstanding}` has failed", because("rolled back")),
            State::Released => "all of it is served".into(),
            State::RolledBack => because("rolled back"),
            State::Superseded => match current {
                Some((_, current)) => format!("`{}` is served too", current.manifest.version),
                None => "a higher version is served too".into(),
            },
            State::Cancelled => because("called off"),
        }
    }
}
