//! Events of programs in words, for those who read a log or a timeline.

use alloc::string::String;
use core::fmt;

use super::event::{Ending, Event};
use super::member::State;

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created { environment, segment, .. } => {
                write!(f, "began in `{environment}`, with the segment `{segment}`")
            }
            Self::Changed { .. } => f.write_str("is run by other rules"),
            Self::FeatureSet { feature, before: None, .. } => write!(f, "has the feature `{feature}`"),
            Self::FeatureSet { feature, after: None, .. } => {
                write!(f, "does not have the feature `{feature}` any more")
            }
            Self::FeatureSet { feature, .. } => write!(f, "gives the feature `{feature}` otherwise"),
            Self::Closed => f.write_str("is over"),
            Self::Invited { unit: Some(unit), .. } => write!(f, "has invited `{unit}`"),
            Self::Invited { unit: None, .. } => f.write_str("has invited somebody by e-mail"),
            Self::Accepted { unit, to, .. } => write!(f, "`{unit}` has accepted, and {}", to.words()),
            Self::InvitationEnded { by, .. } => f.write_str(match by {
                Ending::Revoked => "has revoked an invitation",
                Ending::Declined => "an invitation was declined",
                Ending::Expired => "an invitation has expired",
            }),
            Self::Applied { unit, to: State::Pending, .. } => write!(f, "`{unit}` has applied"),
            Self::Applied { unit, to, .. } => write!(f, "`{unit}` has applied, and {}", to.words()),
            Self::Moved { unit, to, reason, .. } => {
                write!(f, "`{unit}` {}", to.words())?;
                reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
            }
            Self::Seated { feature, units } if units.len() == 1 => {
                let unit = units.first().map_or("", String::as_str);
                write!(f, "a seat of `{feature}` for `{unit}`")
            }
            Self::Seated { feature, units } => {
                write!(f, "seats of `{feature}` for {} members", units.len())
            }
            Self::Seen { unit } => write!(f, "`{unit}` was seen"),
            Self::LevelSet { unit, after, .. } => write!(f, "`{unit}` is at the level {}", after.name()),
            Self::Grouped { unit, group } => write!(f, "`{unit}` is in the group `{group}`"),
            Self::Ungrouped { unit, group } => write!(f, "`{unit}` is not in the group `{group}` any more"),
            Self::FeedbackGiven { unit, feature, rating, .. } => {
                write!(f, "`{unit}` gives `{feature}` {rating} of 5")
            }
            Self::FeedbackAsked { unit } => write!(f, "`{unit}` was asked for feedback"),
            Self::Announced { subject, .. } => write!(f, "members were told: {subject}"),
        }
    }
}
