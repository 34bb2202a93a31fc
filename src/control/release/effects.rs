//! What the world must do for releases.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::effect::{Audience, Effect, Template};
use super::super::event::Event as Fact;
use super::super::workspace::Workspace;
use super::Event;

/// What the events of a transaction ask of the host, in their order, by the workspace that has them.
pub(in super::super) fn effects(after: &Workspace, events: &[Fact]) -> Vec<Effect> {
    let effects = events.iter().filter_map(|event| match event {
        Fact::Release { release, event } => effect(after, release, event),
        _ => None,
    });
    effects.collect()
}

fn effect(after: &Workspace, id: &str, event: &Event) -> Option<Effect> {
    let release = after.releases.get(id)?;
    let id = || String::from(id);
    match event {
        Event::Asked { step, deadline: Some(deadline), .. } => {
            Some(Effect::Verify { release: id(), step: step.clone(), deadline: *deadline })
        }
        Event::Asked { step, attempt, deadline: None } => {
            let version = release.to.as_ref().map(|version| version.as_str().into());
            Some(Effect::RollBackStep { release: id(), step: step.clone(), attempt: *attempt, version })
        }
        Event::VerificationFailed { step, is_late, .. } => {
            let (version, environment) = (&release.manifest.version, &release.manifest.environment);
            let why = if *is_late { "was not answered in time" } else { "has failed" };
            Some(Effect::Notify {
                template: Template::RollbackNotVerified,
                audience: Audience::Operators,
                subject: format!("`{version}` is rolled back in `{environment}`, and nobody knows that all is well"),
                message: format!("`{step}` {why}. Mend it, and acknowledge it for the release `{}`.", id()),
            })
        }
        _ => None,
    }
}
