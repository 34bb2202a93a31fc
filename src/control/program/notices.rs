//! Whom a program tells what.

use alloc::format;
use alloc::string::String;

use super::event::Event;
use super::member::State;
use crate::control::effect::{Audience, Effect, Template};

/// Whom an event of a program is told to, if to anybody.
pub(in crate::control) fn notices(id: &str, event: &Event) -> Option<Effect> {
    let member = |unit: &String| Audience::Member { program: id.into(), unit: unit.clone() };
    let everybody = Audience::Members { program: id.into(), level: None, group: None };
    let (template, audience) = match event {
        Event::Invited { token, .. } => {
            (Template::Invitation, Audience::Invitee { program: id.into(), token: token.clone() })
        }
        Event::Applied { to: State::Pending, .. } => {
            (Template::Application, Audience::Approvers { program: id.into() })
        }
        Event::Applied { unit, to, .. } | Event::Accepted { unit, to, .. } | Event::Moved { unit, to, .. } => {
            (of_move(event, *to)?, member(unit))
        }
        Event::FeedbackAsked { unit } => (Template::FeedbackDue, member(unit)),
        Event::Closed => (Template::ProgramClosed, everybody),
        Event::Announced { level, group, subject, message } => {
            let audience = Audience::Members { program: id.into(), level: *level, group: group.clone() };
            let (subject, message) = (subject.clone(), message.clone());
            return Some(Effect::Notify { template: Template::Announcement, audience, subject, message });
        }
        _ => return None,
    };
    let (subject, message) = words(template, id)?;
    Some(Effect::Notify { template, audience, subject, message: message.into() })
}

/// Members are told what others have decided about them, and not what they did themselves.
fn of_move(event: &Event, to: State) -> Option<Template> {
    let from = if let Event::Moved { from, .. } = event { Some(*from) } else { None };
    match (from, to) {
        (_, State::Approved) => Some(Template::Approved),
        (_, State::Waitlisted) => Some(Template::Waitlisted),
        (Some(State::Pending | State::Waitlisted), State::Declined) => Some(Template::Declined),
        (_, State::Suspended) => Some(Template::Suspended),
        (_, State::Graduated) => Some(Template::Graduated),
        (Some(State::Invited), State::Expired) => Some(Template::InvitationEnded),
        (_, State::Expired) => Some(Template::SeatLost),
        _ => None,
    }
}

fn words(template: Template, id: &str) -> Option<(String, &'static str)> {
    let (subject, message) = match template {
        Template::Application => ("an application waits for you", "Somebody has applied. Approve or decline it."),
        Template::Invitation => ("you are invited", "Accept the invitation before it expires."),
        Template::InvitationEnded => ("your invitation has ended", "It was taken back, or not accepted in time."),
        Template::Approved => ("you are in", "You have a seat. What is new is there when you come next."),
        Template::Waitlisted => {
            ("you are on the waiting list", "You get a seat when one is free, in the order of the line.")
        }
        Template::Declined => ("you were not let in", "Your application was declined."),
        Template::Suspended => ("your access was suspended", "You have no access until you are reinstated."),
        Template::Graduated => ("you keep what you have", "Your seat goes to somebody else, and your features stay."),
        Template::FeedbackDue => {
            ("tell us what you think", "Your seat is for those who do: give feedback, or it goes on.")
        }
        Template::SeatLost => ("your seat has gone on", "There was no feedback in time. You can apply again."),
        Template::ProgramClosed => ("the program is over", "Thank you. What it gave has ended."),
        // Its words are somebody's own, or it is of another machine.
        Template::Announcement
        | Template::RolledBack
        | Template::GateClosed
        | Template::DataMissing
        | Template::Completed => return None,
    };
    Some((format!("{id}: {subject}"), message))
}
