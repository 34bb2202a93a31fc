//! `vexil diff`: what differs between two snapshots.

use std::io::Write as _;

use anyhow::Result;
use vexil::patterns::RegexPatterns;
use vexil::snapshot::model::Snapshot;
use vexil::snapshot::{is_valid, read};

use crate::args::Diff;
use crate::eval::print_json;
use crate::input::{self, Source};
use crate::{Status, say};

pub(crate) fn run(args: &Diff) -> Result<Status> {
    input::distinct(&args.old, &args.new)?;
    let difference = vexil::diff::diff(&snapshot(&args.old)?, &snapshot(&args.new)?);
    if args.json {
        print_json(&difference)?;
    } else {
        let text = difference.to_string();
        writeln!(anstream::stdout().lock(), "{}", text.trim_end())?;
    }
    Ok(if args.exit_code && !difference.is_empty() { Status::No } else { Status::Fine })
}

fn snapshot(source: &Source) -> Result<Snapshot> {
    let reading = read::<RegexPatterns>(&source.read()?);
    let Some(snapshot) = reading.snapshot else { return Err(input::refused(source, &reading.diagnostics)) };
    if !is_valid(&reading.diagnostics) {
        say::warning(format_args!("`{source}` is not valid; `vexil validate {source}` says why"));
    }
    Ok(snapshot)
}
