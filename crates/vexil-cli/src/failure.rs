//! What is said where there is no answer.

use std::borrow::Cow;
use std::io::Write as _;

use vexil::words::diagnostic::{Path, did_you_mean};
use vexil::{Engine, ErrorCode, Evaluation};

use crate::{input, say};

/// Names the flags among them that answer with an error.
pub(crate) fn report_left_out<'e>(
    snapshot: &input::Source,
    engine: &Engine,
    answers: impl Iterator<Item = Evaluation<'e>>,
) {
    /// How many are named.
    const NAMED: usize = 10;
    let broken: Vec<&str> = answers.filter(|answer| answer.error_code.is_some()).map(|answer| answer.flag).collect();
    let named: Vec<String> = broken.iter().take(NAMED).map(|key| format!("`{key}`")).collect();
    let more = match broken.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !broken.is_empty() {
        // A ruleset does not hold what validation said of its snapshot.
        let hint = if engine.diagnostics().is_empty() {
            "`vexil validate` says which, given the JSON that this was compiled from".to_owned()
        } else {
            format!("`vexil validate {snapshot}` says which")
        };
        let named = named.join(", ");
        say::warning(format_args!("left out, because there is an error in the snapshot: {named}{more}; {hint}"));
    }
}

/// Why there is no answer.
pub(crate) struct Failure<'a> {
    pub(crate) engine: &'a Engine,
    /// `flags` or `services`.
    pub(crate) part: &'a str,
    pub(crate) key: &'a str,
    pub(crate) code: ErrorCode,
    /// What the engine says of it.
    pub(crate) sentence: Cow<'static, str>,
}

impl Failure<'_> {
    /// The sentence for it.
    pub(crate) fn message(&self) -> String {
        let Self { engine, part, key, code, sentence } = self;
        if *code != ErrorCode::FlagNotFound {
            return sentence.clone().into_owned();
        }
        let ruleset = engine.ruleset();
        let (flags, services) = ruleset.flags.split_at_checked(ruleset.flag_count as usize).unwrap_or_default();
        let (rows, thing) = if *part == "flags" { (flags, "flag") } else { (services, "service") };
        let known: Vec<&str> = rows.iter().map(|flag| ruleset.text(flag.key)).collect();
        format!("the snapshot has no {thing} `{key}`{}", did_you_mean(key, &known))
    }

    /// Says it on standard error, with what validation found there.
    pub(crate) fn report(&self) {
        say::error(format_args!("`{}` answers {}: {}", self.key, self.code.name(), self.message()));
        if self.code != ErrorCode::ParseError {
            return;
        }
        let place = Path::Root.key(self.part).key(self.key).to_string();
        let inside =
            |path: &str| path.strip_prefix(&place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        for diagnostic in self.engine.diagnostics().iter().filter(|diagnostic| inside(&diagnostic.path)) {
            let _ = writeln!(anstream::stderr().lock(), "  {}", say::diagnostic(diagnostic));
        }
    }
}
