//! `vexil simulate`: a plan of delivery played before it is carried out.

use std::io::Write as _;

use anyhow::{Result, anyhow};
use serde::Serialize;
use vexil::analysis::experiment::figures;
use vexil::analysis::guardrail::ShortStage;
use vexil::control::Duration;
use vexil::control::simulation::{Driver, End, Moment, Scenario, ShortFirstStage, Simulated, Traffic, simulate};

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
    short_stages: &'s [ShortFirstStage],
    ends: &'s [End],
    head: &'s str,
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
    let Simulated { journal, log, timeline, short_stages, ends } = &simulated;
    if let Some(output) = &args.log {
        output.write(log.as_bytes())?;
    }
    if args.json {
        print_json(&Answer { timeline, short_stages, ends, head: journal.head() })?;
    } else {
        short_stages.iter().for_each(|short| say::warning(too_short(short)));
        print(timeline, ends)?;
    }
    let is_refused = timeline.iter().any(|moment| moment.rejected.is_some());
    Ok(if is_refused { Status::No } else { Status::Fine })
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
    let mut table = say::table(["AT THE END", "", "STATUS", "SERVED"]);
    for end in ends {
        table.add_row(row(end)?);
    }
    Ok(say::print(table, &[3])?)
}

fn row(end: &End) -> Result<[String; 4]> {
    let (kind, id, status, exposure) = match end {
        End::Rollout { id, status, exposure } => ("rollout", id, serde_json::to_value(status)?, exposure),
        End::Deployment { id, status, exposure } => ("deployment", id, serde_json::to_value(status)?, exposure),
        End::Release { id, status, exposure } => ("release", id, serde_json::to_value(status)?, exposure),
        End::Program { id, is_closed, seats } => {
            let status = if *is_closed { "closed" } else { "open" };
            let of = seats.capacity.map(|capacity| format!(" of {capacity}")).unwrap_or_default();
            return Ok(["program".into(), id.clone(), status.into(), format!("{}{of} seats", seats.used)]);
        }
    };
    let status = status.as_str().unwrap_or_default().into();
    Ok([kind.into(), id.clone(), status, format!("{} %", exposure.percent())])
}

fn too_short(short: &ShortFirstStage) -> String {
    let ShortStage { caught, canary, length_ms, enough_ms } = short.stage;
    let of = match &short.of {
        Driver::Rollout(id) => format!("rollout `{id}`"),
        Driver::Deployment(id) => format!("deployment `{id}`"),
    };
    let lasting = |ms: u64| i64::try_from(ms).ok().and_then(Duration::from_ms).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are far below 2^63, and above 0")]
    let (length_ms, canary) = (length_ms as u64, canary as u64);
    let enough = match enough_ms {
        Some(ms) => format!("; {} would be enough", lasting(ms)),
        None => String::new(),
    };
    format!(
        "{}: the first stage of the {of} lasts {}, with {} observations of the canary: twice the errors are caught in it \
         with a chance of {} only{enough}",
        ShortStage::CODE,
        lasting(length_ms),
        figures::count(canary),
        figures::percent(caught),
    )
}
