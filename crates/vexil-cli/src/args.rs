//! What the command can be asked: its arguments, and the help that teaches them.

use clap::{ArgGroup, Parser, Subcommand, ValueEnum};
use vexil::ir::binary::FORMAT;
use vexil::{Timestamp, Value, ValueType};

use crate::check::args::Check;
use crate::compile;
use crate::input::{self, Source};
use crate::output::Output;

const AFTER: &str = "\
Examples:
  vexil validate flags.json
  vexil eval --snapshot flags.json --flag new-search --context '{\"targetingKey\":\"u-1\"}'
  vexil explain --snapshot flags.json --flag new-search --context '{\"targetingKey\":\"u-1\"}'
  vexil compile flags.json --output flags.ruleset
  vexil check flags.json new-flags.json

A file can be `-`, standard input. With --json the output is JSON for programs.

Exit codes:
  0  fine
  1  the answer is no: a document is not valid, a flag answers with an error, a change is denied
  2  wrong use, or input that cannot be read";

/// Feature flags and canary routing, from files
///
/// A snapshot is a JSON document with the feature flags and services of one environment. The answers here are those
/// that every other host of the engine gives.
#[derive(Parser, Debug)]
#[command(name = "vexil", version, after_long_help = AFTER, max_term_width = 120)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Eval(Eval),
    Explain(Explain),
    Validate(Validate),
    Compile(Compile),
    Diff(Diff),
    Check(Check),
    Import(Import),
    Analyze(Analyze),
    Power(Power),
    Simulate(Simulate),
    Audit(Audit),
    Replay(Replay),
}

const EVAL: &str = "\
Examples:
  One flag for one context:
    vexil eval --snapshot flags.json --flag new-search --context '{\"targetingKey\":\"u-1\"}'
  All flags, as they will be on 1 March:
    vexil eval --snapshot flags.json --context '{\"targetingKey\":\"u-1\"}' --now 2026-03-01T08:00:00Z
  How many users get what; with --json, one line for each of them:
    vexil eval --snapshot flags.json --contexts users.jsonl
  Where a request goes:
    vexil eval --snapshot flags.json --service checkout-api --context '{\"visitor\":\"v-1\"}' --json

Exit codes:
  0  fine
  1  the flag or service asked for answers with an error; the reason is on standard error
  2  wrong use, an unusable snapshot, or lines that are no contexts (the others are evaluated)";

/// Say which variant a flag serves, or which track a request goes to
///
/// The context is one JSON object, or there is a file with one on each line. Flags that answer with an error are left
/// out where all flags are asked for.
#[derive(Parser, Debug)]
#[command(after_long_help = EVAL)]
#[command(group(ArgGroup::new("for whom").required(true).args(["context", "contexts"])))]
pub(crate) struct Eval {
    #[command(flatten)]
    pub(crate) question: Question,
    /// The flag; all flags if left out
    #[arg(long, value_name = "KEY")]
    pub(crate) flag: Option<String>,
    /// The service whose request is routed, instead of a flag
    #[arg(long, value_name = "KEY", conflicts_with = "flag")]
    pub(crate) service: Option<String>,
    /// The context as a JSON object, or `-` to read it from standard input
    #[arg(long, value_name = "JSON")]
    pub(crate) context: Option<String>,
    /// Contexts from a file, one JSON object on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) contexts: Option<Source>,
    /// The value that stands in where the flag answers with an error
    #[arg(long, value_name = "JSON", value_parser = input::value, requires = "flag", conflicts_with = "contexts")]
    pub(crate) default: Option<Value>,
    /// The type that the flag's values must have
    #[arg(long = "as", value_name = "TYPE", requires = "flag", conflicts_with = "contexts")]
    pub(crate) kind: Option<Kind>,
}

/// What every question to a snapshot has.
#[derive(clap::Args, Debug)]
pub(crate) struct Question {
    /// The snapshot, as JSON or compiled
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Source,
    /// Refuse a snapshot of another environment
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// The time of the question, such as 2026-03-01T08:00:00Z; the system's clock if left out
    #[arg(long, value_name = "INSTANT", value_parser = input::instant)]
    pub(crate) now: Option<Timestamp>,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const EXPLAIN: &str = "\
Examples:
  vexil explain --snapshot flags.json --flag new-search --context '{\"targetingKey\":\"u-1\"}'
  vexil explain --snapshot flags.json --service checkout-api --context '{\"visitor\":\"v-1\"}'

Exit codes:
  0  fine
  1  there is no such flag or service, or it answers with an error
  2  wrong use, or an unusable snapshot";

/// Tell step by step how an answer comes about
///
/// Names every rule that was tried, every condition with what it found, every bucket with its range.
#[derive(Parser, Debug)]
#[command(after_long_help = EXPLAIN)]
#[command(group(ArgGroup::new("what").required(true).args(["flag", "service"])))]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) question: Question,
    /// The flag
    #[arg(long, value_name = "KEY")]
    pub(crate) flag: Option<String>,
    /// The service, instead of a flag
    #[arg(long, value_name = "KEY")]
    pub(crate) service: Option<String>,
    /// The context as a JSON object, or `-` to read it from standard input
    #[arg(long, value_name = "JSON")]
    pub(crate) context: String,
}

const VALIDATE: &str = "\
Examples:
  vexil validate flags.json
  vexil validate --strict --json flags.json
  vexil validate flags.json --contexts contexts.jsonl
  vexil import old-flags.json | vexil validate -

Exit codes:
  0  valid, though there may be warnings
  1  not valid, or contexts do not keep to what is declared
  2  wrong use, a file that cannot be read, or lines that hold no contexts";

/// Say everything that is wrong with a snapshot
///
/// Each problem comes with its place, a JSON pointer, and a sentence to act on. An error breaks the flag, segment or
/// service where it is; a warning breaks nothing; a snapshot with a fatal problem is refused as a whole.
#[derive(Parser, Debug)]
#[command(after_long_help = VALIDATE)]
pub(crate) struct Validate {
    /// The snapshot
    pub(crate) snapshot: Source,
    /// Count fields that are not known as errors: most are misspelt
    #[arg(long)]
    pub(crate) strict: bool,
    /// Check contexts too, one JSON object on each line, against what the snapshot says of `attributes`
    #[arg(long, value_name = "FILE")]
    pub(crate) contexts: Option<Source>,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const COMPILE: &str = "\
Examples:
  vexil compile flags.json --output flags.ruleset
  vexil compile flags.json --strip --target slim --output edge.ruleset
  vexil compile flags.json --audience client --output public/flags.ruleset
  vexil compile flags.json --audience client --form json --output public/flags.json
  vexil import old-flags.json | vexil compile - --output - | gzip > flags.ruleset.gz

Exit codes:
  0  written; there may be warnings
  1  written, but the snapshot is not valid: what has an error in it answers with an error
  2  nothing is written: wrong use, an unusable snapshot, one that the target cannot run, or for browsers one with errors
     or with what depends on private attributes";

/// Turn a snapshot into a binary ruleset, which engines load at once
///
/// A ruleset answers as its snapshot does. It holds what is evaluated and what explanations tell, and is checked when
/// it is loaded.
#[derive(Parser, Debug)]
#[command(after_long_help = COMPILE)]
pub(crate) struct Compile {
    /// The snapshot
    pub(crate) snapshot: Source,
    /// Where to write the ruleset
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Output,
    /// Refuse a snapshot of another environment
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Leave out what only explanations tell: where conditions stand, and what they compare with as it was written
    #[arg(long)]
    pub(crate) strip: bool,
    /// What will run it
    #[arg(long, value_name = "TARGET", default_value = "full")]
    pub(crate) target: Target,
    /// Who gets it: browsers get the flags that are for clients, what these reach, and no lists of units but digests
    #[arg(long, value_name = "AUDIENCE", default_value = "all")]
    pub(crate) audience: compile::Audience,
    /// What to write
    #[arg(long, value_name = "FORM", default_value = "ruleset", conflicts_with_all = ["strip", "target", "format"])]
    pub(crate) form: compile::Form,
    /// The format of the ruleset
    #[arg(long, value_name = "NUMBER", value_parser = compile::format, default_value_t = FORMAT)]
    pub(crate) format: u32,
}

/// An artifact that runs rulesets.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Every engine but the slim one
    Full,
    /// The slim artifact, which leaves out `matches`: a flag that needs it is refused
    Slim,
}

const DIFF: &str = "\
Examples:
  vexil diff flags.json new-flags.json
  git show HEAD:flags.json | vexil diff - flags.json
  vexil diff --exit-code flags.json new-flags.json >/dev/null || echo 'something changed'

Exit codes:
  0  fine, whether anything differs or not
  1  with --exit-code: something differs
  2  wrong use, or an unusable snapshot";

/// Say what differs between two snapshots
///
/// Lists the flags, services and other parts that changed, how, and whether anybody could get another answer by it.
#[derive(Parser, Debug)]
#[command(after_long_help = DIFF)]
pub(crate) struct Diff {
    /// The snapshot before
    pub(crate) old: Source,
    /// The snapshot after
    pub(crate) new: Source,
    /// End with exit code 1 if anything differs
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const IMPORT: &str = "\
Formats:
  guide    { \"flags\": ..., \"version\": 42 }, each flag with `enabled`, `rolloutPercentage`
           and `rules` of the types percentage, user, group and environment
  manager  { \"actionTracing\": { \"featureFlags\": { \"flags\": ... } } }, each flag with a
           `type` (boolean, percentage, whitelist, multivariate) and a `state` (disabled,
           development, canary, rollout, enabled, emergency_off)
  python   flags by name, each with a `state` (enabled, disabled, rollout, beta, deprecated),
           a `rollout_strategy` (percentage, user_list, ring, gradual) and its `rollout_config`
What each field becomes is told in the README of this command.

Examples:
  vexil import feature-flags.json --output flags.json
  vexil import config.json --from manager --environment production > flags.json

Exit codes:
  0  the snapshot is written; what could not be carried over exactly is on standard error
  1  the file has problems, which are on standard error; nothing is written
  2  wrong use, or a file that cannot be read";

/// Turn another system's flag file into a snapshot
///
/// Nothing is guessed: what the file does not say clearly is a problem with its place, and what cannot be carried over
/// exactly is noted.
#[derive(Parser, Debug)]
#[command(after_long_help = IMPORT)]
pub(crate) struct Import {
    /// The flag file
    pub(crate) file: Source,
    /// The format of the file
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) from: Format,
    /// The environment that the snapshot is for; settings that the file has for it alone are applied
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Where to write the snapshot
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub(crate) output: Output,
}

const ANALYZE: &str = "\
Examples:
  From counts and sums that a warehouse has made:
    vexil analyze experiment.json
    vexil analyze experiment.json --html report.html
  From raw rows, with the columns `arm`, `unit` and those that the plan names:
    vexil analyze plan.json --rows rows.csv

Exit codes:
  0  analysed
  1  analysed, and nothing can be concluded: the units did not arrive in the shares that
     were planned, or it is too early
  2  wrong use, or input that cannot be analysed";

/// Say what an experiment says, and what it does not
///
/// First whether the units arrived as planned, then every metric of every arm beside the control: difference and lift
/// with their intervals, p-values corrected for many tests, what to believe, and what must not be concluded.
#[derive(Parser, Debug)]
#[command(after_long_help = ANALYZE)]
pub(crate) struct Analyze {
    /// The experiment with its figures, or its plan if there are rows
    pub(crate) experiment: Source,
    /// Raw rows as CSV, which are summed up by unit
    #[arg(long, value_name = "FILE")]
    pub(crate) rows: Option<Source>,
    /// Write the sums of the rows as JSON, and analyse nothing
    #[arg(long, requires = "rows", conflicts_with_all = ["html", "json"])]
    pub(crate) sums: bool,
    /// Write the report as one HTML page, with plots
    #[arg(long, value_name = "OUT")]
    pub(crate) html: Option<Output>,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const POWER: &str = "\
Examples:
  What it takes to find effects of some sizes, where 5 of 100 buy and 4000 come on a day:
    vexil power --rate 0.05 --daily 4000
  What it takes to find 3 %:
    vexil power --rate 0.05 --lift 0.03
  What can be found in two weeks, of revenue of 12 per unit with a standard deviation of 40:
    vexil power --mean 12 --deviation 40 --daily 4000 --days 14

Exit codes:
  0  fine
  2  wrong use, or a plan that nothing can reach";

/// Say how many units an experiment needs, how long that takes, and what it could find
#[derive(Parser, Debug)]
#[command(after_long_help = POWER)]
#[command(group(ArgGroup::new("baseline").required(true).args(["rate", "mean"])))]
pub(crate) struct Power {
    /// The control's share of successes, between 0 and 1
    #[arg(long, value_name = "SHARE")]
    pub(crate) rate: Option<f64>,
    /// The control's mean, above 0
    #[arg(long, value_name = "NUMBER", requires = "deviation")]
    pub(crate) mean: Option<f64>,
    /// The standard deviation of the values of units
    #[arg(long, value_name = "NUMBER", requires = "mean")]
    pub(crate) deviation: Option<f64>,
    /// The relative effect to find: 0.05 is 5 % more
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, conflicts_with_all = ["units", "days"])]
    pub(crate) lift: Option<f64>,
    /// How many units there will be, of all arms together
    #[arg(long, value_name = "COUNT", conflicts_with = "days")]
    pub(crate) units: Option<u64>,
    /// How many days it will run
    #[arg(long, value_name = "COUNT", requires = "daily")]
    pub(crate) days: Option<u32>,
    /// How many units come on a day, in all arms together
    #[arg(long, value_name = "COUNT")]
    pub(crate) daily: Option<f64>,
    /// How many arms there are, the control among them
    #[arg(long, value_name = "COUNT", default_value_t = 2)]
    pub(crate) arms: u32,
    /// The control's share of the units; that of every arm if left out
    #[arg(long, value_name = "SHARE")]
    pub(crate) control_share: Option<f64>,
    /// One minus the probability of finding anything where there is nothing
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    pub(crate) confidence: f64,
    /// The probability of finding the effect
    #[arg(long = "power", value_name = "SHARE", default_value_t = 0.8)]
    pub(crate) wanted: f64,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A type as it is named on the command line.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub(crate) enum Kind {
    Boolean,
    String,
    Number,
    Object,
}

impl From<Kind> for ValueType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Boolean => Self::Boolean,
            Kind::String => Self::String,
            Kind::Number => Self::Number,
            Kind::Object => Self::Object,
        }
    }
}

/// A format that can be imported.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Whichever the file is clearly in
    Auto,
    /// A list of flags with a rollout percentage and rules
    Guide,
    /// The configuration of the JavaScript manager
    Manager,
    /// The flags of the Python manager
    Python,
}

const SIMULATE: &str = "\
Examples:
  vexil simulate --plan plan.json --traffic traffic.json
  vexil simulate --plan plan.json --traffic traffic.json --log run.jsonl && vexil audit show run.jsonl

The plan says who commands what and when, the traffic what is observed and what goes wrong; docs/simulation.md has their
forms. The same files give the same log, byte by byte.

Exit codes:
  0  fine
  1  a command of the plan was refused
  2  wrong use, or input that cannot be read";

/// Play a plan of delivery against traffic and faults, before it is carried out
///
/// The machines are those that run in production: rollouts, deployments, guardrails and what they decide.
#[derive(Parser, Debug)]
#[command(after_long_help = SIMULATE)]
pub(crate) struct Simulate {
    /// Who commands what, and when
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Source,
    /// What is observed, and what goes wrong; nothing if left out
    #[arg(long, value_name = "FILE")]
    pub(crate) traffic: Option<Source>,
    /// Where the log is written to
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<Output>,
    /// Another seed than that of the traffic: other visitors, other chance
    #[arg(long, value_name = "TEXT")]
    pub(crate) seed: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check or read the log of a workspace
#[derive(Parser, Debug)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub(crate) command: AuditCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum AuditCommand {
    Verify(AuditVerify),
    Show(AuditShow),
    Traffic(AuditTraffic),
}

const AUDIT_VERIFY: &str = "\
Examples:
  vexil audit verify log.jsonl
  vexil audit verify log.jsonl --head 3b1f...

Who can rewrite the whole log can also rewrite its hashes: keep the head elsewhere, and give it with --head.

Exit codes:
  0  the log is what was written
  1  it is not, or it ends in the middle of a transaction
  2  wrong use, or a file that cannot be read";

/// Check that a log is what was written: every line follows the one before it
#[derive(Parser, Debug)]
#[command(after_long_help = AUDIT_VERIFY)]
pub(crate) struct AuditVerify {
    /// The log, one transaction on each line
    #[arg(value_name = "LOG")]
    pub(crate) log: Source,
    /// The hash of a record that must be in the log
    #[arg(long, value_name = "HASH")]
    pub(crate) head: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const AUDIT_TRAFFIC: &str = "\
Examples:
  vexil audit traffic log.jsonl > traffic.json
  vexil simulate --plan plan.json --traffic traffic.json

With the commands of the log as the plan the simulation is the log again; with others it is what they would have decided by
the same observations.";

/// Print what was observed, as traffic for `vexil simulate`
#[derive(Parser, Debug)]
#[command(after_long_help = AUDIT_TRAFFIC)]
pub(crate) struct AuditTraffic {
    /// The log, one transaction on each line
    #[arg(value_name = "LOG")]
    pub(crate) log: Source,
}

/// Print what happened: when, by whom, why
#[derive(Parser, Debug)]
pub(crate) struct AuditShow {
    /// The log, one transaction on each line
    #[arg(value_name = "LOG")]
    pub(crate) log: Source,
    /// From this instant on
    #[arg(long, value_name = "INSTANT", value_parser = input::instant)]
    pub(crate) since: Option<Timestamp>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT", value_parser = input::instant)]
    pub(crate) until: Option<Timestamp>,
    /// What one actor did
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// Observations too, which are most of a log
    #[arg(long)]
    pub(crate) observations: bool,
    /// Print the records as they are, one on each line
    #[arg(long)]
    pub(crate) json: bool,
}

const REPLAY: &str = "\
Examples:
  The snapshot as it was on 1 March:
    vexil replay log.jsonl --environment production --at 2026-03-01T08:00:00Z
  What a user got then, and why:
    vexil replay log.jsonl --environment production --at 2026-03-01T08:00:00Z \\
      --flag new-search --context '{\"targetingKey\":\"u-1\"}'

Exit codes:
  0  fine
  1  the log is damaged, or the flag answers with an error
  2  wrong use, or input that cannot be read";

/// Go back to a past moment: what was served, and why
#[derive(Parser, Debug)]
#[command(after_long_help = REPLAY)]
pub(crate) struct Replay {
    /// The log, one transaction on each line
    #[arg(value_name = "LOG")]
    pub(crate) log: Source,
    /// The environment
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: String,
    /// The moment; the end of the log if left out
    #[arg(long, value_name = "INSTANT", value_parser = input::instant)]
    pub(crate) at: Option<Timestamp>,
    /// The flag that is explained
    #[arg(long, value_name = "KEY", requires = "context")]
    pub(crate) flag: Option<String>,
    /// The service whose request is explained
    #[arg(long, value_name = "KEY", requires = "context", conflicts_with = "flag")]
    pub(crate) service: Option<String>,
    /// The context as a JSON object
    #[arg(long, value_name = "JSON")]
    pub(crate) context: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
