//! How everything stands when a scenario is over.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::super::program::Seats;
use super::super::progress::{Exposure, Status};
use super::super::release::{self, State};
use super::super::workspace::Workspace;

/// How something stands at the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SimulationEnd"))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum End {
    /// A rollout, but for those of releases.
    Rollout {
        /// Its id.
        id: String,
        /// How it stands.
        status: Status,
        /// What is served of it.
        exposure: Exposure,
    },
    /// A canary deployment.
    Deployment {
        /// Its id.
        id: String,
        /// How it stands.
        status: Status,
        /// What is served of it.
        exposure: Exposure,
    },
    /// A release.
    Release {
        /// Its id.
        id: String,
        /// How it stands.
        status: State,
        /// What is served of it.
        exposure: Exposure,
    },
    /// An early-access program.
    Program {
        /// Its id.
        id: String,
        /// Whether it is over.
        is_closed: bool,
        /// Its seats.
        seats: Seats,
    },
}

/// How everything stands that a host would look at: rollouts, deployments, releases in the order of their versions, programs.
pub(super) fn ends(workspace: &Workspace) -> Vec<End> {
    let free = workspace.rollouts().iter().filter(|(id, _)| release::release_of(id).is_none());
    let rollouts = free.map(|(id, rollout)| {
        let progress = rollout.progress();
        End::Rollout { id: id.clone(), status: progress.status(), exposure: progress.served() }
    });
    let deployments = workspace.deployments().iter().map(|(id, deployment)| {
        let progress = deployment.progress();
        End::Deployment { id: id.clone(), status: progress.status(), exposure: progress.served() }
    });
    let releases = workspace.release_overviews().into_iter().map(|release| End::Release {
        id: release.release,
        status: release.state,
        exposure: release.exposure,
    });
    let programs = workspace.programs().iter().map(|(id, program)| End::Program {
        id: id.clone(),
        is_closed: program.is_closed(),
        seats: program.statistics().seats,
    });
    rollouts.chain(deployments).chain(releases).chain(programs).collect()
}
