//! `vexil eval --contexts`: answers for many contexts.

mod contexts;
mod lines;
mod tally;

use std::ops::Range;

use anyhow::Result;
use vexil::{Engine, ErrorCode, Evaluation};

use crate::Status;
use crate::args::Eval;
use crate::failure::{Failure, report_left_out};
use crate::input::{self, Source};

pub(crate) use contexts::each_context;
pub(crate) use lines::Lines;
use tally::Tally;

/// Where a request goes whose service answers with an error.
const NO_TRACK: &str = "stable";

pub(crate) fn run(args: &Eval, contexts: &Source) -> Result<Status> {
    input::distinct(&args.question.snapshot, contexts)?;
    let engine = input::engine(&args.question.snapshot, args.question.environment.as_deref())?;
    let subject = match Subject::asked(&engine, args) {
        Ok(subject) => subject,
        Err(failure) => {
            failure.report();
            return Ok(Status::No);
        }
    };
    let now = input::now(args.question.now);
    let (bad_lines, seen) = if args.question.json {
        let mut lines = Lines::new(&engine, subject, now);
        (lines.write(contexts)?, lines.seen())
    } else {
        let mut tally = Tally::new(&engine, subject, now);
        let bad_lines = each_context(contexts, |_, context| {
            tally.count(context);
            Ok(())
        })?;
        tally.print()?;
        (bad_lines, tally.seen())
    };
    let answers = seen.iter().filter_map(|&outcome| answer(&engine, outcome));
    let errors: Vec<Evaluation<'_>> = answers.filter(|answer| answer.error_code.is_some()).collect();
    report_left_out(&args.question.snapshot, &engine, errors.iter().copied());
    let asked = args.flag.is_some() || args.service.is_some();
    Ok(match bad_lines {
        0 if asked && !errors.is_empty() => Status::No,
        0 => Status::Fine,
        _ => Status::WrongUse,
    })
}

/// What is evaluated: rows of the ruleset's flags.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    rows: Range<u32>,
    is_service: bool,
}

impl Subject {
    /// Every flag.
    pub(crate) const fn flags(engine: &Engine) -> Self {
        Self { rows: 0..engine.ruleset().flag_count, is_service: false }
    }

    /// What the arguments name; every flag if they name nothing.
    fn asked<'a>(engine: &'a Engine, args: &'a Eval) -> Result<Self, Failure<'a>> {
        let found = |row: Option<u32>, part, key| match row {
            Some(row) => Ok(Self { rows: row..row + 1, is_service: part == "services" }),
            None => Err(Failure {
                engine,
                part,
                key,
                code: ErrorCode::FlagNotFound,
                sentence: ErrorCode::FlagNotFound.message().into(),
            }),
        };
        match (&args.flag, &args.service) {
            (Some(key), _) => found(engine.ruleset().find_flag(key), "flags", key),
            (None, Some(key)) => found(engine.ruleset().find_service(key), "services", key),
            (None, None) => Ok(Self::flags(engine)),
        }
    }
}

/// The answer that an outcome stands for.
fn answer(engine: &Engine, outcome: u32) -> Option<Evaluation<'_>> {
    let row = engine.ruleset().outcomes.get(outcome as usize)?.flag;
    engine.answer(row, outcome)
}
