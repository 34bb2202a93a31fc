//! A difference in words, for terminals and reviews.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

use super::model::{Aspect, Change, Changed, Difference, Effect, Link, LinkKind, What};
use crate::words::value::{Brief, Value};
use crate::words::weight::Ppm;

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing is different\n");
        }
        let lists = [
            ("flag", &self.flags),
            ("service", &self.services),
            ("segment", &self.segments),
            ("ring", &self.rings),
            ("layer", &self.layers),
            ("holdout", &self.holdouts),
        ];
        for (kind, list) in lists {
            list.iter().try_for_each(|changed| part(f, kind, changed))?;
        }
        if !self.kills.is_empty() {
            f.write_str("kills changed\n")?;
        }
        aspects(f, &self.kills, 1)
    }
}

fn part(f: &mut Formatter<'_>, kind: &str, changed: &Changed) -> fmt::Result {
    let change = match changed.change {
        Change::Added => "is new",
        Change::Removed => "is gone",
        Change::Changed => "changed",
        Change::Reached => "reaches what changed",
    };
    write!(f, "{kind} {} {change}", changed.key)?;
    f.write_str(if changed.answers_can_differ { "\n" } else { ", but answers as before\n" })?;
    aspects(f, &changed.aspects, 1)?;
    changed.via.iter().try_for_each(|way| {
        let way: Vec<String> = way.iter().map(link).collect();
        writeln!(f, "  through {}", way.join(", "))
    })
}

fn link(Link { kind, key }: &Link) -> String {
    let kind = match kind {
        LinkKind::Kill if key == "lifted" => return "a kill that was lifted".to_string(),
        LinkKind::Kill => "a kill of",
        LinkKind::Prerequisite => "prerequisite",
        LinkKind::Holdout => "holdout",
        LinkKind::Segment => "segment",
        LinkKind::Ring => "ring",
        LinkKind::Layer => "layer",
    };
    alloc::format!("{kind} {key}")
}

fn aspects(f: &mut Formatter<'_>, aspects: &[Aspect], depth: usize) -> fmt::Result {
    aspects.iter().try_for_each(|one| aspect(f, one, depth))
}

fn aspect(f: &mut Formatter<'_>, aspect: &Aspect, depth: usize) -> fmt::Result {
    let indent = 2 * depth;
    let key = aspect.key.as_ref().map_or_else(String::new, |key| alloc::format!(" {key}"));
    write!(f, "{:indent$}{}{key}", "", name(aspect.aspect))?;
    match (&aspect.from, &aspect.to) {
        (Some(from), Some(to)) => write!(f, ": {} -> {}", Shown(aspect.aspect, from), Shown(aspect.aspect, to))?,
        (Some(from), None) => write!(f, " is gone: {}", Shown(aspect.aspect, from))?,
        (None, Some(to)) => write!(f, " is new: {}", Shown(aspect.aspect, to))?,
        (None, None) => {}
    }
    if let Some(effect) = aspect.effect {
        write!(f, "{}", Means(effect))?;
    }
    f.write_str("\n")?;
    aspects(f, &aspect.aspects, depth + 1)
}

/// A name in people's words.
const fn name(what: What) -> &'static str {
    match what {
        What::Broken => "it has an error now and answers with one",
        What::Mended => "it had an error, and has none now",
        What::State => "state",
        What::Audience => "audience",
        What::Variant => "variant",
        What::OffVariant => "off variant",
        What::DefaultTrack => "default track",
        What::Prerequisites => "prerequisites",
        What::Override => "override to",
        What::OverrideOrder => "the order of the overrides",
        What::Rule => "rule",
        What::Default => "default",
        What::Metadata => "metadata",
        What::Description => "description",
        What::Owner => "owner",
        What::Position => "position",
        What::Condition => "condition",
        What::Layer => "layer",
        What::Serve => "serves",
        What::By => "unit attribute",
        What::Seed => "seed",
        What::Exposure => "exposure",
        What::Ranges => "ranges",
        What::Outside => "outside",
        What::Include => "included units",
        What::Exclude => "excluded units",
        What::Segment => "segment",
        What::Revision => "revision",
        What::All => "everything",
        What::Namespaces => "namespaces",
        What::Flags => "flags",
        What::Services => "services",
        What::KillsIgnored => "ignored, since the revision is not higher",
    }
}

/// A value of an aspect, shares as percentages.
struct Shown<'v>(What, &'v Value);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self(What::Exposure, Value::Number(ppm)) => match share(*ppm) {
                Some(share) => write!(f, "{share} ({} ppm)", share.get()),
                None => Brief(self.1).fmt(f),
            },
            Self(What::Condition, Value::String(words)) => f.write_str(words),
            Self(_, value) => Brief(value).fmt(f),
        }
    }
}

#[expect(clippy::cast_sign_loss, reason = "a share is not negative, and a cast cuts what is")]
fn share(ppm: f64) -> Option<Ppm> {
    Ppm::new(ppm as u32)
}

/// What an effect means, as the end of a line.
struct Means(Effect);

impl Display for Means {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Effect { reshuffles, admits, releases } = self.0;
        let parts = [
            (admits, "can let units in"),
            (releases, "can drop units"),
            (reshuffles, "can move units between variants"),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect();
        if parts.is_empty() { Ok(()) } else { write!(f, " [{}]", parts.join(", ")) }
    }
}
