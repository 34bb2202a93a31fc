//! Who is told what of a transaction.

use alloc::format;
use alloc::vec::Vec;

use super::effect::{Audience, Effect, Template};
use super::event::Event;
use super::progress::{Cause, Reached, Status};
use super::{deployment, program, rollout};

/// The notices of a transaction, in the order of its events.
pub(super) fn notices(events: &[Event]) -> Vec<Effect> {
    events.iter().filter_map(notice).collect()
}

fn notice(event: &Event) -> Option<Effect> {
    match event {
        Event::Program { program, event } => program::notices(program, event),
        Event::Rollout { rollout, event: rollout::Event::Reached { reached } } => {
            on_its_way("rollout", rollout, reached)
        }
        Event::Deployment { deployment, event: deployment::Event::Reached { reached } } => {
            on_its_way("deployment", deployment, reached)
        }
        _ => None,
    }
}

/// Operators are told what happened without them, and what waits for them.
fn on_its_way(kind: &str, id: &str, reached: &Reached) -> Option<Effect> {
    let template = match (reached.status, reached.cause) {
        (Status::RolledBack, Cause::Verdict | Cause::NoData) => Template::RolledBack,
        (Status::Waiting, _) => Template::GateClosed,
        (Status::Holding, _) => Template::DataMissing,
        (Status::Completed, Cause::Time) => Template::Completed,
        _ => return None,
    };
    let (subject, message) = (format!("The {kind} `{id}`"), format!("the {kind} `{id}` {reached}"));
    Some(Effect::Notify { template, audience: Audience::Operators, subject, message })
}
