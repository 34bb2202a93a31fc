//! `vexil power`: how many units an experiment needs, and how long that takes.

use std::io::Write as _;

use anyhow::{Result, anyhow, ensure};
use vexil::analysis::experiment::figures;
use vexil::analysis::experiment::power::{Baseline, Find, Plan, Request, Size};

use crate::args::Power;
use crate::eval::print_json;
use crate::{Status, say};

pub(crate) fn run(args: &Power) -> Result<Status> {
    let answer = request(args)?.answer().map_err(|error| anyhow!("no answer for this plan: {error}"))?;
    if args.json {
        print_json(&answer)?;
    } else {
        print(&answer.plan, &answer.sizes)?;
    }
    Ok(Status::Fine)
}

fn request(args: &Power) -> Result<Request> {
    let baseline = match (args.rate, args.mean, args.deviation) {
        (Some(rate), ..) => Baseline::Rate(rate),
        (None, Some(mean), Some(deviation)) => Baseline::Mean { mean, deviation },
        _ => return Err(anyhow!("`--mean` needs `--deviation`")),
    };
    ensure!((2..=32).contains(&args.arms), "`--arms` is from 2 to 32");
    let has_daily = args.daily.is_some_and(|daily| daily.is_finite() && daily > 0.0);
    ensure!(args.days.is_none() || has_daily, "`--days` needs `--daily`, above 0");
    let find = match *args {
        Power { lift: Some(lift), .. } => Find::Lift(lift),
        Power { units: Some(units), .. } => Find::Units(units),
        Power { days: Some(days), .. } => Find::Days(days),
        _ => Find::default(),
    };
    let Power { arms, control_share, confidence, wanted: power, daily, .. } = *args;
    Ok(Request { baseline, arms, control_share, confidence, power, daily, find })
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
