//! `vexil simulate`: a plan of delivery played before it is carried out.

use std::io::Write as _;

use anyhow::{Result, anyhow};
use serde::Serialize;
use vexil::control::Workspace;
use vexil::control::simulation::{Moment, Scenario, Simulated, Traffic, simulate};

use crate::args::Simulate;
use crate::audit::{at, write_moment};
use crate::eval::print_json;
use crate::input::{self, Source};
use crate::{Status, say};

/// What the command says to machines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'s> {
    timeline: &'s [Moment],
    ends: Vec<End>,
    head: &'s str,
}

/// How something stands at the end.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct End {
    kind: &'static str,
    id: String,
    status: vexil::control::Status,
    exposure: vexil::control::Exposure,
}

pub(crate) fn run(args: &Simulate) -> Result<Status> {
    if let Some(traffic) = &args.traffic {
        input::distinct(&args.plan, traffic)?;
    }
    let scenario: Scenario = args.plan.read_json()?;
    let mut traffic: Traffic =
        args.traffic.as_ref().map_or_else(|| Ok(serde_json::from_str("{}")?), Source::read_json)?;
    if let Some(seed) = &args.seed {
        traffic.seed.clone_from(seed);
    }
    let simulated = simulate(&scenario, &traffic).map_err(|wrong| anyhow!("nothing can be simulated: {wrong}"))?;
    let Simulated { journal, log, timeline } = &simulated;
    if let Some(output) = &args.log {
        output.write(log.as_bytes())?;
    }
    let ends = ends(journal.workspace());
    if args.json {
        print_json(&Answer { timeline, ends, head: journal.head() })?;
    } else {
        print(timeline, &ends)?;
    }
    let is_refused = timeline.iter().any(|moment| moment.rejected.is_some());
    Ok(if is_refused { Status::No } else { Status::Fine })
}

fn ends(workspace: &Workspace) -> Vec<End> {
    let rollouts = workspace.rollouts().iter().map(|(id, rollout)| ("rollout", id, rollout.progress()));
    let deployments = workspace.deployments().iter().map(|(id, one)| ("deployment", id, one.progress()));
    let end = |(kind, id, progress): (_, &String, &vexil::control::Progress)| End {
        kind,
        id: id.clone(),
        status: progress.status(),
        exposure: progress.served(),
    };
    rollouts.chain(deployments).map(end).collect()
}

fn print(timeline: &[Moment], ends: &[End]) -> Result<()> {
    let mut out = anstream::stdout().lock();
    for moment in timeline {
        write_moment(&mut out, &at(moment.at), &moment.actor, None, &moment.events)?;
        if let Some(rejected) = &moment.rejected {
            writeln!(out, "    refused: {rejected}")?;
        }
    }
    drop(out);
    if ends.is_empty() {
        return Ok(());
    }
    println!();
    let mut table = say::table(["AT THE END", "", "STATUS", "EXPOSURE"]);
    for end in ends {
        let status = serde_json::to_value(end.status)?;
        let exposure = format!("{} %", end.exposure.percent());
        table.add_row([end.kind, &end.id, status.as_str().unwrap_or_default(), &exposure]);
    }
    Ok(say::print(table, &[3])?)
}
