//! `vexil analyze`: what an experiment says, and what it does not.

mod html;
mod rows;
mod text;

use anyhow::{Result, anyhow, ensure};
use vexil::analysis::experiment::{Analysis, Experiment, Level, analyze};

use crate::args::Analyze;
use crate::eval::print_json;
use crate::{Status, input};

pub(crate) fn run(args: &Analyze) -> Result<Status> {
    let input = match &args.rows {
        Some(rows) => {
            input::distinct(&args.experiment, rows)?;
            rows::sum_up(args.experiment.read_json()?, rows)?
        }
        None => args.experiment.read_json()?,
    };
    if args.sums {
        print_json(&input)?;
        return Ok(Status::Fine);
    }
    let experiment = Experiment::new(input).map_err(|error| anyhow!("{}: {error}", args.experiment))?;
    let analysis = analyze(&experiment).map_err(|error| anyhow!("{}: {error}", args.experiment))?;
    if let Some(output) = &args.html {
        output.write(html::page(&analysis).into_string().as_bytes())?;
    }
    if args.json {
        print_json(&analysis)?;
    } else if args.html.is_none() {
        text::print(&analysis)?;
    }
    Ok(status(&analysis))
}

/// Where nothing can be concluded, the answer is no.
fn status(analysis: &Analysis) -> Status {
    let is_stopped = analysis.notes.iter().any(|note| note.level == Level::Stop);
    if is_stopped { Status::No } else { Status::Fine }
}

/// Makes sure of something about the rows.
fn sure(is_so: bool, message: impl FnOnce() -> String) -> Result<()> {
    ensure!(is_so, "{}", message());
    Ok(())
}
