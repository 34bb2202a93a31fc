//! Events in words, for those who read a log or a timeline.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::document::Document;
use super::event::Event;
use super::kills::KillTarget;
use super::progress::{Cause, Reached, Status};
use super::{deployment, rollout};
use crate::analysis::guardrail::{Outcome, StageVerdict};
use crate::analysis::metric::Observation;

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkspaceCreated { lineage } => write!(f, "the workspace `{lineage}` began"),
            Self::EnvironmentAdded { environment } => write!(f, "the environment `{environment}` was added"),
            Self::Created { part, key, .. } => write!(f, "the {} `{key}` was created", part.name()),
            Self::Changed { part, key, environment, after, .. } => {
                write!(f, "the {} `{key}` changed{}: {}", part.name(), In(environment.as_deref()), Members(after))
            }
            Self::Moved { part, key, environment, lost, swapped, despite } => {
                let name = part.name();
                write!(
                    f,
                    "the {name} `{key}` in `{environment}` takes from {lost} % and gives {swapped} % something else"
                )?;
                despite.as_ref().map_or(Ok(()), |why| write!(f, "; drawn anew: {why}"))
            }
            Self::Archived { part, key } => write!(f, "the {} `{key}` was archived", part.name()),
            Self::Restored { part, key } => write!(f, "the {} `{key}` was restored", part.name()),
            Self::RingsSet { after, .. } => write!(f, "the rings were set, {} of them", after.len()),
            Self::Rollout { rollout, event } => write!(f, "the rollout `{rollout}` {event}"),
            Self::Deployment { deployment, event } => write!(f, "the deployment `{deployment}` {event}"),
            Self::Program { program, event } => write!(f, "the program `{program}`: {event}"),
            Self::Killed { environment, targets } => {
                write!(f, "killed in `{environment}`: ")?;
                listed(f, targets)
            }
            Self::Lifted { environment, targets } => {
                write!(f, "lifted in `{environment}`: ")?;
                listed(f, targets)
            }
        }
    }
}

impl fmt::Display for rollout::Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { course } => {
                let rules: Vec<String> =
                    course.rules.iter().map(|one| alloc::format!("`{}` of `{}`", one.rule, one.flag)).collect();
                write!(f, "started in `{}`: {}", course.environment, rules.join(", "))
            }
            Self::Observed { observations } => observed(f, observations),
            Self::Judged { verdict } => write!(f, "was judged: {}", Said(verdict)),
            Self::Reached { reached } => write!(f, "{reached}"),
        }
    }
}

impl fmt::Display for deployment::Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { course } => write!(
                f,
                "started in `{}`: `{}` from `{}` to `{}`",
                course.environment, course.service, course.from, course.to
            ),
            Self::Observed { observations } => observed(f, observations),
            Self::Judged { verdict } => write!(f, "was judged: {}", Said(verdict)),
            Self::Reached { reached } => write!(f, "{reached}"),
        }
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.exposure.percent();
        match self.status {
            Status::Running => write!(f, "serves {percent} % in stage {}", self.stage + 1)?,
            Status::Holding | Status::Waiting | Status::Paused => {
                write!(f, "{} at {percent} %, stage {}", self.status.says(), self.stage + 1)?;
            }
            Status::Completed => write!(f, "is completed at {percent} %")?,
            Status::PausedByKill | Status::RolledBack | Status::Aborted | Status::Superseded => {
                f.write_str(self.status.says())?;
            }
        }
        f.write_str(match self.cause {
            Cause::Verdict => ", for its guardrails say so",
            Cause::NoData => ", for want of data",
            Cause::Time | Cause::Command | Cause::Kill => "",
        })
    }
}

/// What guardrails say together, with the worst of them in its words.
struct Said<'v>(&'v StageVerdict);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.outcome {
            Outcome::Pass => "pass",
            Outcome::Warn => "warn",
            Outcome::Insufficient => "insufficient",
            Outcome::Fail => "fail",
        })?;
        match self.0.verdicts.iter().find(|verdict| verdict.outcome == self.0.outcome) {
            Some(worst) => write!(f, ", since {}", worst.why),
            None => Ok(()),
        }
    }
}

fn observed(f: &mut fmt::Formatter<'_>, observations: &[Observation]) -> fmt::Result {
    let count: u64 = observations.iter().map(|seen| seen.seen.count()).fold(0, u64::saturating_add);
    write!(f, "was observed: {count} in {} slots", observations.len())
}

struct In<'e>(Option<&'e str>);

impl fmt::Display for In<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |environment| write!(f, " in `{environment}`"))
    }
}

struct Members<'d>(&'d Document);

impl fmt::Display for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(f, self.0.members().iter().map(|(name, _)| Code(name)))
    }
}

struct Code<'t>(&'t str);

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl fmt::Display for KillTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) => f.write_str("everything"),
            Self::Namespace(name) => write!(f, "the namespace `{name}`"),
            Self::Flag(key) => write!(f, "the flag `{key}`"),
            Self::Service(key) => write!(f, "the service `{key}`"),
        }
    }
}

fn listed<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: impl IntoIterator<Item = T>) -> fmt::Result {
    for (index, item) in items.into_iter().enumerate() {
        write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
    }
    Ok(())
}
