//! `vexil eval`: answers for one context.

use std::io::{self, Write as _};

use anyhow::{Result, ensure};
use serde::Serialize;
use vexil::{Context, Engine, ErrorCode, Evaluation, Timestamp, Value, ValueType};

use crate::args::Eval;
use crate::failure::{Failure, report_left_out};
use crate::input;
use crate::{Status, batch, say};

pub(crate) fn run(args: &Eval) -> Result<Status> {
    if let Some(contexts) = &args.contexts {
        return batch::run(args, contexts);
    }
    check_default(args)?;
    if args.context.as_deref() == Some("-") {
        input::distinct(&args.question.snapshot, &input::Source::Stdin)?;
    }
    let engine = input::engine(&args.question.snapshot, args.question.environment.as_deref())?;
    let context = input::context(args.context.as_deref().unwrap_or("{}"))?;
    let now = input::now(args.question.now);
    match (&args.flag, &args.service) {
        (Some(key), _) => flag(args, &engine, key, &context, now),
        (None, Some(key)) => service(args, &engine, key, &context, now),
        (None, None) => all(args, &engine, &context, now),
    }
}

fn check_default(args: &Eval) -> Result<()> {
    if let (Some(default), Some(kind)) = (&args.default, args.kind.map(ValueType::from)) {
        let fits = default.kind() == Some(kind);
        ensure!(fits, "`--default {}` is not of the type `{}`", say::short(default), kind.name());
    }
    Ok(())
}

/// The answer of one flag for machines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FlagAnswer<'a> {
    flag: &'a str,
    value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    metadata: Value,
}

fn flag(args: &Eval, engine: &Engine, key: &str, context: &Context, now: Timestamp) -> Result<Status> {
    let evaluation = match args.kind {
        Some(kind) => engine.evaluate_as(key, kind.into(), context, now),
        None => engine.evaluate(key, context, now),
    };
    let failure = evaluation.error_code.map(|code| Failure {
        engine,
        part: "flags",
        key,
        code,
        sentence: evaluation.error_message().unwrap_or_default(),
    });
    let answer = FlagAnswer {
        flag: key,
        value: evaluation.value().or_else(|| args.default.clone()).unwrap_or(Value::Null),
        variant: evaluation.variant,
        reason: evaluation.reason.name(),
        rule: evaluation.rule,
        error_code: evaluation.error_code.map(ErrorCode::name),
        error_message: failure.as_ref().map(Failure::message),
        metadata: Value::Object(evaluation.metadata()),
    };
    if args.question.json {
        print_json(&answer)?;
    } else {
        let named = [
            ("flag", Some(key.to_owned())),
            ("value", Some(say::json(&answer.value))),
            ("variant", answer.variant.map(str::to_owned)),
            ("reason", Some(answer.reason.to_owned())),
            ("rule", answer.rule.map(str::to_owned)),
        ];
        print_named(named, &evaluation)?;
    }
    Ok(status(failure))
}

/// The track of one request for machines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceAnswer<'a> {
    service: &'a str,
    track: &'a str,
    version: Value,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
}

fn service(args: &Eval, engine: &Engine, key: &str, context: &Context, now: Timestamp) -> Result<Status> {
    let route = engine.route(key, context, now);
    let evaluation = &route.evaluation;
    let failure = evaluation.error_code.map(|code| Failure {
        engine,
        part: "services",
        key,
        code,
        sentence: evaluation.error_message().unwrap_or_default(),
    });
    let answer = ServiceAnswer {
        service: key,
        track: route.track,
        version: evaluation.value().unwrap_or(Value::Null),
        reason: evaluation.reason.name(),
        rule: evaluation.rule,
        error_code: evaluation.error_code.map(ErrorCode::name),
        error_message: failure.as_ref().map(Failure::message),
        metadata: Some(evaluation.metadata()).filter(|members| !members.is_empty()).map(Value::Object),
    };
    if args.question.json {
        print_json(&answer)?;
    } else {
        let named = [
            ("service", Some(key.to_owned())),
            ("track", Some(answer.track.to_owned())),
            ("version", Some(version_text(&answer.version))),
            ("reason", Some(answer.reason.to_owned())),
            ("rule", answer.rule.map(str::to_owned)),
        ];
        print_named(named, evaluation)?;
    }
    Ok(status(failure))
}

fn version_text(version: &Value) -> String {
    match version {
        Value::String(version) => version.clone(),
        other => say::json(other),
    }
}

fn all(args: &Eval, engine: &Engine, context: &Context, now: Timestamp) -> Result<Status> {
    if args.question.json {
        let mut lines = batch::Lines::new(engine, batch::Subject::flags(engine), now);
        let mut line = Vec::new();
        lines.append(context, &mut line);
        io::stdout().lock().write_all(&line)?;
    } else {
        let mut table = say::table(["FLAG", "VALUE", "VARIANT", "REASON", "RULE"]);
        for answer in engine.all(context, now) {
            table.add_row([
                answer.flag,
                &say::short(&answer.value().unwrap_or(Value::Null)),
                answer.variant.unwrap_or_default(),
                answer.reason.name(),
                answer.rule.unwrap_or_default(),
            ]);
        }
        say::print(table, &[])?;
    }
    let block = engine.block(context);
    let rows = 0..engine.ruleset().flag_count;
    let answers = rows.filter_map(|row| engine.answer(row, engine.outcome(row, &block, now)));
    report_left_out(&args.question.snapshot, engine, answers);
    Ok(Status::Fine)
}

fn status(failure: Option<Failure<'_>>) -> Status {
    failure.map_or(Status::Fine, |failure| {
        failure.report();
        Status::No
    })
}

/// One line of JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    Ok(writeln!(out)?)
}

/// Names and what they stand for, and the metadata of the answer.
fn print_named<const N: usize>(named: [(&str, Option<String>); N], evaluation: &Evaluation<'_>) -> io::Result<()> {
    let mut table = say::bare_table();
    for (name, text) in named {
        if let Some(text) = text {
            table.add_row([name, &text]);
        }
    }
    for (position, (key, value)) in evaluation.metadata().into_iter().enumerate() {
        let name = if position == 0 { "metadata" } else { "" };
        table.add_row([name, &format!("{key} = {}", say::short(&value))]);
    }
    say::print(table, &[])
}
