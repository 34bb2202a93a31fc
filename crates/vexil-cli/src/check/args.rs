//! What `vexil check` can be asked.

use clap::{Parser, ValueEnum};
use vexil::Timestamp;

use super::deny::Deny;
use crate::input::{self, Source};

const CHECK: &str = "\
Examples:
  What a pull request does to people, as a comment:
    git show origin/main:flags.json | vexil check - flags.json --format markdown
  With real contexts, where arithmetic alone cannot tell:
    vexil check flags.json new-flags.json --contexts users.jsonl
  Let nothing through that takes something away from somebody, or begins above 5 %:
    vexil check flags.json new-flags.json --deny shrink,first-exposure

What can be denied and allowed:
  errors     errors of validation in the new snapshot; denied unless allowed
  reshuffle  units are drawn anew; denied unless allowed
  shrink     units lose what they have, by the change or by a ramp after it
  swap       units get another variant than they have
  warnings   warnings of validation and of lints that come with the change
  and every lint by its code, such as stale-flag; docs/check.md lists them

Exit codes:
  0  fine: nothing is denied
  1  something denied was found; the report ends with what
  2  wrong use, an old snapshot that is not usable, or lines that are no contexts";

/// Say whom a change moves, and what is no good practice in it
///
/// Where only shares move, the exact share of units that get another answer is computed. For all else there is the
/// evaluation of contexts from a file. Lints that were there before are counted and not told.
#[derive(Parser, Debug)]
#[command(after_long_help = CHECK)]
pub(crate) struct Check {
    /// The snapshot before
    pub(crate) old: Source,
    /// The snapshot after
    pub(crate) new: Source,
    /// Contexts to evaluate before and after, one JSON object on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) contexts: Option<Source>,
    /// For each change of an answer, how many of its contexts are named by their units
    #[arg(long, value_name = "COUNT", default_value_t = 3, requires = "contexts")]
    pub(crate) examples: usize,
    /// The time at which ramps are looked at, such as 2026-03-01T08:00:00Z; the system's clock if left out
    #[arg(long, value_name = "INSTANT", value_parser = input::instant)]
    pub(crate) now: Option<Timestamp>,
    /// How to write the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,
    /// End with exit code 1 for these too
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = Deny::parse)]
    pub(crate) deny: Vec<Deny>,
    /// Do not end with exit code 1 for these
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = Deny::parse)]
    pub(crate) allow: Vec<Deny>,
}

/// How a report is written.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// For people
    Text,
    /// For the comment of a pull request
    Markdown,
    /// For programs
    Json,
}
