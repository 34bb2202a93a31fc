//! `vexil explain`: how an answer comes about.

use std::io::Write as _;

use anyhow::Result;
use vexil::{Context, Engine, ErrorCode, Timestamp};

use crate::args::Explain;
use crate::eval::print_json;
use crate::failure::Failure;
use crate::{Status, input, say};

pub(crate) fn run(args: &Explain) -> Result<Status> {
    if args.context == "-" {
        input::distinct(&args.question.snapshot, &input::Source::Stdin)?;
    }
    let engine = &input::engine(&args.question.snapshot, args.question.environment.as_deref())?;
    if engine.ruleset().is_stripped() {
        say::note(format_args!("`{}` is stripped: what conditions compare with is not in it", args.question.snapshot));
    }
    let context = input::context(&args.context)?;
    let now = input::now(args.question.now);
    let (part, key) = match (&args.flag, &args.service) {
        (None, Some(key)) => ("services", key.as_str()),
        (flag, _) => ("flags", flag.as_deref().unwrap_or_default()),
    };
    answer(&Asked { engine, part, key, context: &context, now, json: args.question.json })
}

/// What is asked of an engine.
pub(crate) struct Asked<'a> {
    pub(crate) engine: &'a Engine,
    /// `flags` or `services`.
    pub(crate) part: &'a str,
    pub(crate) key: &'a str,
    pub(crate) context: &'a Context,
    pub(crate) now: Timestamp,
    pub(crate) json: bool,
}

/// Explains the answer of a flag or a service.
pub(crate) fn answer(asked: &Asked<'_>) -> Result<Status> {
    let &Asked { engine, part, key, context, now, json } = asked;
    let (explanation, error_code) = if part == "flags" {
        (engine.explain(key, context, now), engine.evaluate(key, context, now).error_code)
    } else {
        (engine.explain_route(key, context, now), engine.route(key, context, now).evaluation.error_code)
    };
    if let Some(explanation) = &explanation {
        if json {
            print_json(explanation)?;
        } else {
            let text = explanation.to_string();
            writeln!(anstream::stdout().lock(), "{}", text.trim_end())?;
        }
    }
    let error_code = error_code.or(explanation.is_none().then_some(ErrorCode::FlagNotFound));
    Ok(error_code.map_or(Status::Fine, |code| {
        Failure { engine, part, key, code, sentence: code.message().into() }.report();
        Status::No
    }))
}
