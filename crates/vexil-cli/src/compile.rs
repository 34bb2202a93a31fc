//! `vexil compile`: a snapshot as a binary ruleset.

use std::io::Write as _;

use anyhow::{Result, ensure};
use vexil::ir::binary::FORMAT;
use vexil::ir::{Flag, Ruleset, flag_bits};
use vexil::snapshot::is_valid;

use crate::args::{Compile, Target};
use crate::{Status, input, say};

/// The formats that can be written.
const FORMATS: [u32; 1] = [FORMAT];

/// A format from its number.
pub(crate) fn format(text: &str) -> Result<u32, String> {
    let asked = text.parse().ok().filter(|number| FORMATS.contains(number));
    asked.ok_or_else(|| format!("the formats that can be written are: {}", FORMATS.map(|n| n.to_string()).join(", ")))
}

pub(crate) fn run(args: &Compile) -> Result<Status> {
    let engine = input::snapshot_engine(&args.snapshot, args.environment.as_deref())?;
    let diagnostics = engine.diagnostics().to_vec();
    for diagnostic in &diagnostics {
        let _ = writeln!(anstream::stderr().lock(), "{}", say::diagnostic(diagnostic));
    }
    let mut ruleset = engine.into_ruleset();
    ensure_runs(args, &ruleset)?;
    let mut bytes = ruleset.to_bytes();
    let whole = bytes.len();
    if args.strip {
        ruleset.strip();
        bytes = ruleset.to_bytes();
    }
    args.output.write(&bytes)?;
    let flags = ruleset.flag_count as usize;
    let holds = [(flags, "flag"), (ruleset.flags.len() - flags, "service")];
    let sizes = [(bytes.len(), "byte"), (whole - bytes.len(), "stripped byte")];
    let summary = say::listed(holds.into_iter().chain(sizes).chain(say::found(&diagnostics)));
    say::note(format_args!("`{}` is written in format {}: {summary}", args.output, args.format));
    if is_valid(&diagnostics) {
        return Ok(Status::Fine);
    }
    say::error(format_args!("`{}` is not valid: what has an error in it answers `PARSE_ERROR`", args.snapshot));
    Ok(Status::No)
}

/// Makes sure that the target can run every flag and service.
fn ensure_runs<P>(args: &Compile, ruleset: &Ruleset<P>) -> Result<()> {
    let lacks = match args.target {
        Target::Full => 0,
        Target::Slim => flag_bits::NEEDS_PATTERNS,
    };
    let lacking = |flag: &Flag| {
        let needs = flag_bits::CAPABILITIES.into_iter().filter(|(bit, _)| flag.capabilities() & lacks & bit != 0);
        let names: Vec<&str> = needs.map(|(_, name)| name).collect();
        let thing = if flag.bits & flag_bits::SERVICE == 0 { "flag" } else { "service" };
        (!names.is_empty()).then(|| format!("{thing} `{}` needs {}", ruleset.text(flag.key), names.join(", ")))
    };
    let lines: Vec<String> = ruleset.flags.iter().filter_map(lacking).collect();
    ensure!(
        lines.is_empty(),
        "`{}` cannot be compiled for slim, which leaves out `matches`\n  {}",
        args.snapshot,
        lines.join("\n  ")
    );
    Ok(())
}
