//! Who is told what of a transaction.

use alloc::vec::Vec;

use super::effect::Effect;
use super::event::Event;
use super::program;

/// The notices of a transaction, in the order of its events.
pub(super) fn notices(events: &[Event]) -> Vec<Effect> {
    events.iter().filter_map(notice).collect()
}

fn notice(event: &Event) -> Option<Effect> {
    match event {
        Event::Program { program, event } => program::notices(program, event),
        _ => None,
    }
}
