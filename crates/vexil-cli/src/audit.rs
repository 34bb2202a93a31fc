//! `vexil audit`: the log of a workspace checked, and read.

use std::io::Write;

use anyhow::Result;
use serde_json::json;
use vexil::Timestamp;
use vexil::control::simulation::Traffic;
use vexil::control::{Damage, Record, read_log};

use crate::args::{Audit, AuditCommand, AuditShow, AuditTraffic, AuditVerify};
use crate::eval::print_json;
use crate::input::Source;
use crate::{Status, say};

pub(crate) fn run(args: &Audit) -> Result<Status> {
    match &args.command {
        AuditCommand::Verify(args) => verify(args),
        AuditCommand::Show(args) => show(args),
        AuditCommand::Traffic(args) => traffic(args),
    }
}

fn verify(args: &AuditVerify) -> Result<Status> {
    let text = args.log.read()?;
    let (mut records, mut head, mut is_known) = (0_u64, None, args.head.is_none());
    let read = read_log(&text, |record, _| {
        records += 1;
        is_known |= args.head.as_deref() == Some(record.hash.as_str());
        head = Some(record.hash.clone());
    });
    let problem = match &read {
        Err(damage) => Some(damage.to_string()),
        Ok(length) if *length < text.len() => {
            Some(format!("the last {} bytes are no whole transaction: cut them off", text.len() - length))
        }
        Ok(_) if !is_known => {
            Some("no record has the hash that was given: this is another log, or it was rewritten".into())
        }
        Ok(_) => None,
    };
    if args.json {
        let length = read.as_ref().ok();
        let line = read.as_ref().err().map(|damage| damage.line);
        print_json(&json!({
            "isSound": problem.is_none(), "records": records, "head": head, "length": length, "line": line, "problem": problem,
        }))?;
    } else if problem.is_none() {
        let mut out = anstream::stdout().lock();
        writeln!(out, "{} in one chain, each as it was written", say::count(records as usize, "transaction"))?;
        writeln!(out, "head {}", head.as_deref().unwrap_or("none"))?;
    }
    match problem {
        Some(problem) if !args.json => {
            say::error(format_args!("`{}`: {problem}", args.log));
            Ok(Status::No)
        }
        Some(_) => Ok(Status::No),
        None => Ok(Status::Fine),
    }
}

fn traffic(args: &AuditTraffic) -> Result<Status> {
    match Traffic::of_log(&args.log.read()?) {
        Ok(traffic) => print_json(&traffic).map(|()| Status::Fine),
        Err(damage) => Ok(damaged(&args.log, &damage)),
    }
}

fn show(args: &AuditShow) -> Result<Status> {
    let text = args.log.read()?;
    let mut written = Ok(());
    let mut out = anstream::stdout().lock();
    let read = read_log(&text, |record, line| {
        let is_asked = args.since.is_none_or(|since| record.at >= since)
            && args.until.is_none_or(|until| record.at < until)
            && args.actor.as_ref().is_none_or(|actor| record.actor == *actor);
        if written.is_ok() && is_asked {
            written = print(&mut out, args, record, line);
        }
    });
    written?;
    drop(out);
    match read {
        Ok(_) => Ok(Status::Fine),
        Err(damage) => Ok(damaged(&args.log, &damage)),
    }
}

fn print(out: &mut impl Write, args: &AuditShow, record: &Record, line: &str) -> Result<()> {
    if args.json {
        return Ok(out.write_all(line.as_bytes())?);
    }
    let shown = record.events.iter().filter(|event| args.observations || !event.is_observation());
    let events: Vec<String> = shown.map(ToString::to_string).collect();
    if events.is_empty() {
        return Ok(());
    }
    write_moment(out, &at(record.at.as_ms()), &record.actor, record.reason.as_deref(), &events)
}

/// Says that a log cannot be trusted from a line on.
pub(crate) fn damaged(log: &Source, damage: &Damage) -> Status {
    say::error(format_args!("`{log}`: {damage}; nothing after it can be trusted"));
    Status::No
}

/// An instant for people.
pub(crate) fn at(ms: i64) -> String {
    Timestamp::from_ms(ms).to_string()
}

/// What happened at a time, by whom.
pub(crate) fn write_moment(
    out: &mut impl Write,
    at: &str,
    actor: &str,
    reason: Option<&str>,
    events: &[String],
) -> Result<()> {
    let why = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    writeln!(out, "{at}  {actor}{why}")?;
    for event in events {
        writeln!(out, "    {event}")?;
    }
    Ok(())
}
