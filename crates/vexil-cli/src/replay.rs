//! `vexil replay`: a past moment, from the log.

use std::io::Write as _;

use anyhow::{Context as _, Result, anyhow};
use vexil::control::{Journal, Workspace};
use vexil::words::diagnostic::did_you_mean;
use vexil::{Engine, Timestamp};

use crate::args::Replay;
use crate::audit::damaged;
use crate::explain::{self, Asked};
use crate::{Status, input};

pub(crate) fn run(args: &Replay) -> Result<Status> {
    let text = args.log.read()?;
    let at = args.at.unwrap_or(Timestamp::from_ms(i64::MAX));
    let replayed = match Journal::replay_until(&text, at) {
        Ok(replayed) => replayed,
        Err(damage) => return Ok(damaged(&args.log, &damage)),
    };
    let workspace = replayed.journal.workspace();
    let snapshot = workspace.publish(&args.environment).ok_or_else(|| no_environment(workspace, &args.environment))?;
    let (Some(context), Some((part, key))) = (&args.context, asked(args)) else {
        return Ok(writeln!(std::io::stdout().lock(), "{snapshot}").map(|()| Status::Fine)?);
    };
    let engine = Engine::from_json(&snapshot).map_err(|_| anyhow!("what was published cannot be read"))?;
    let context = input::context(context)?;
    // What is served now is asked now; what was served then, then.
    let now = args.at.or_else(|| workspace.clock()).context("the log is empty")?;
    explain::answer(&Asked { engine: &engine, part, key, context: &context, now, json: args.json })
}

fn asked(args: &Replay) -> Option<(&'static str, &str)> {
    let service = args.service.as_deref().map(|key| ("services", key));
    args.flag.as_deref().map(|key| ("flags", key)).or(service)
}

fn no_environment(workspace: &Workspace, name: &str) -> anyhow::Error {
    let known: Vec<&str> = workspace.environments().keys().map(String::as_str).collect();
    anyhow!("there was no environment `{name}` then{}", did_you_mean(name, &known))
}
