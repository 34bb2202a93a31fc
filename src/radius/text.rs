//! A movement in words, for terminals and reviews.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

use super::exposure::Course;
use super::model::{Motion, Movement, Of, Place, Redraw, Unknown};
use super::share::Share;
use crate::diff::{Link, LinkKind};

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("all of it"),
            Self::Holdout(key) => write!(f, "holdout `{key}`"),
            Self::Rule(id) => write!(f, "rule `{id}`"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Display for Redraw {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seed => "the seed is another one",
            Self::Unit => "another attribute holds the unit",
            Self::Layer => "the layer draws otherwise",
        })
    }
}

impl Display for Movement {
    /// What happens, without the place.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { motion, gained, lost, swapped, course, .. } = self;
        if let Motion::Reshuffles { why } = motion {
            write!(f, "drawn anew, since {why}: ")?;
        }
        f.write_str(match (self.of, &self.place) {
            _ if self.transitions.is_empty() => "",
            (Of::Anyone, _) | (_, Place::Whole) => "of all units ",
            (Of::Reached, _) => "of the units that come there ",
            (Of::InLayer, _) => "of the units that come there in its part of the layer ",
        })?;
        let counts = [("get a variant", gained), ("get another variant", swapped), ("lose theirs", lost)];
        let counts = counts.into_iter().filter(|(_, share)| **share > Share::NONE);
        let counts: Vec<String> = counts.map(|(what, share)| alloc::format!("{share} {what}")).collect();
        match counts.as_slice() {
            [] if self.transitions.is_empty() => f.write_str("nobody gets another answer at this instant")?,
            [] => write!(f, "{} get another answer", self.moved())?,
            counts => f.write_str(&counts.join(", "))?,
        }
        if *motion == Motion::Monotone && *gained > Share::NONE {
            f.write_str(", nobody loses one")?;
        }
        match course {
            Course::Steady => Ok(()),
            Course::Rises => f.write_str("; more come in as time goes on"),
            Course::Falls { lost } => write!(f, "; {lost} drop out as time goes on"),
        }
    }
}

impl Display for Unknown {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition { rule } => write!(f, "the condition of rule `{rule}` is another one"),
            Self::Order => f.write_str("the rules stand in another order"),
            Self::Prerequisites => f.write_str("the prerequisites are others"),
            Self::Overrides => f.write_str("other units get a variant by name"),
            Self::Reaches { way } => {
                let way: Vec<String> = way.iter().map(link).collect();
                write!(f, "{} changed", way.join(", "))
            }
            Self::SharedBuckets { place } => {
                write!(
                    f,
                    "units come to the {place} by the buckets that it draws from, so its shares are those of all units"
                )
            }
            Self::Broken => f.write_str("it has an error now and answers with that"),
            Self::Mended => f.write_str("it had an error and has none now"),
        }
    }
}

fn link(Link { kind, key }: &Link) -> String {
    let kind = match kind {
        LinkKind::Kill => "kill",
        LinkKind::Prerequisite => "prerequisite",
        LinkKind::Holdout => "holdout",
        LinkKind::Segment => "segment",
        LinkKind::Ring => "ring",
        LinkKind::Layer => "layer",
    };
    [kind, " `", key, "`"].concat()
}
