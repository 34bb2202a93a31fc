//! `vexil power`: how many units an experiment needs, and how long that takes.

use std::io::Write as _;

use anyhow::{Result, anyhow, ensure};
use serde::Serialize;
use vexil::analysis::experiment::figures;
use vexil::analysis::experiment::power::{Baseline, Plan, Size};

use crate::args::Power;
use crate::eval::print_json;
use crate::{Status, say};

/// The effects of the table that is shown where none is asked for.
const LIFTS: [f64; 6] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/// What the command says to machines.
#[derive(Serialize)]
struct Answer {
    plan: Plan,
    sizes: Vec<Size>,
}

pub(crate) fn run(args: &Power) -> Result<Status> {
    let plan = plan(args)?;
    let units = match (args.units, args.days) {
        (Some(units), _) => Some(units),
        (None, Some(days)) => Some(units_of(days, args.daily)?),
        (None, None) => None,
    };
    let wrong = |error| anyhow!("no answer for this plan: {error}");
    let sizes = match (args.lift, units) {
        (Some(lift), _) => vec![plan.needed(lift).map_err(wrong)?],
        (None, Some(units)) => vec![plan.detectable(units).map_err(wrong)?],
        (None, None) => plan.table(&LIFTS).map_err(wrong)?,
    };
    if args.json {
        print_json(&Answer { plan, sizes })?;
    } else {
        print(&plan, &sizes)?;
    }
    Ok(Status::Fine)
}

fn plan(args: &Power) -> Result<Plan> {
    let baseline = match (args.rate, args.mean, args.deviation) {
        (Some(rate), ..) => Baseline::Rate(rate),
        (None, Some(mean), Some(deviation)) => Baseline::Mean { mean, deviation },
        _ => return Err(anyhow!("`--mean` needs `--deviation`")),
    };
    let arms = args.arms;
    ensure!((2..=32).contains(&arms), "`--arms` is from 2 to 32");
    let control_share = args.control_share.unwrap_or_else(|| 1.0 / f64::from(arms));
    Ok(Plan { baseline, arms, control_share, confidence: args.confidence, power: args.power, daily: args.daily })
}

#[expect(clippy::cast_sign_loss, reason = "what is not above 0 is refused")]
fn units_of(days: u32, daily: Option<f64>) -> Result<u64> {
    let daily = daily.filter(|daily| daily.is_finite() && *daily > 0.0);
    daily.map(|daily| (daily * f64::from(days)) as u64).ok_or_else(|| anyhow!("`--days` needs `--daily`, above 0"))
}

fn print(plan: &Plan, sizes: &[Size]) -> Result<()> {
    let mut table = say::table(["LIFT", "DIFFERENCE", "CONTROL", "EACH OTHER", "ALL UNITS", "DAYS"]);
    for size in sizes {
        let difference = match plan.baseline {
            Baseline::Rate(_) => figures::signed_points(size.difference),
            Baseline::Mean { .. } => figures::signed(size.difference),
        };
        table.add_row([
            figures::signed_percent(size.lift),
            difference,
            figures::count(size.control),
            figures::count(size.treatment),
            figures::count(size.units),
            size.days.map_or_else(|| "-".to_owned(), figures::count),
        ]);
    }
    say::print(table, &[0, 1, 2, 3, 4, 5])?;
    let (power, confidence) = (figures::percent(plan.power), figures::percent(plan.confidence));
    let mut out = anstream::stdout().lock();
    writeln!(out)?;
    writeln!(out, "Found with {power} probability at {confidence} confidence, by one two-sided look at the end.")?;
    if plan.arms > 2 {
        writeln!(out, "{} comparisons with the control share the error.", plan.arms - 1)?;
    }
    Ok(writeln!(out, "One that may be looked at all the time needs up to twice as many, and may end before.")?)
}
