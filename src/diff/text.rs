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
            ("attribute", &self.attributes),
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
        LinkKind::Kill => return killed(key).to_string(),
        LinkKind::Prerequisite => "prerequisite",
        LinkKind::Holdout => "holdout",
        LinkKind::Segment => "segment",
        LinkKind::Ring => "ring",
        LinkKind::Layer => "layer",
    };
    alloc::format!("{kind} {key}")
}

fn killed(scope: &str) -> &'static str {
    match scope {
        "lifted" => "a kill that was lifted",
        "all" => "a kill of everything",
        "namespace" => "a kill of its namespace",
        _ => "a kill of its own",
    }
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
        What::Include => "include",
        What::Exclude => "exclude",
        What::Segment => "segment",
        What::Type => "type",
        What::Private => "private",
        What::Revision => "revision",
        What::All => "everything",
        What::Namespaces => "namespaces",
        What::Flags => "flags",
        What::Services => "services",
        What::KillsIgnored => "ignored, since the revision is not higher",
    }
}

/// A value of an aspect: JSON where it is what a flag serves or what people wrote, else words.
struct Shown<'v>(What, &'v Value);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            What::Variant | What::Metadata | What::Description | What::Owner => Brief(self.1).fmt(f),
            What::Exposure => Plain("exposure", self.1).fmt(f),
            _ => Plain("", self.1).fmt(f),
        }
    }
}

/// A value in words, under its name.
struct Plain<'v>(&'v str, &'v Value);

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self("exposure", Value::Number(ppm)) => match share(*ppm) {
                Some(share) => write!(f, "{share} ({} ppm)", share.get()),
                None => Brief(self.1).fmt(f),
            },
            Self(_, Value::String(text)) => f.write_str(text),
            Self(_, Value::List(items)) if items.is_empty() => f.write_str("none"),
            Self(_, Value::List(items)) => {
                joined(f, items.iter().take(SHOWN).map(|item| Plain("", item)))?;
                let more = items.len().saturating_sub(SHOWN);
                if more > 0 { write!(f, " and {more} more") } else { Ok(()) }
            }
            Self(name, Value::Object(members)) => object(f, name, members),
            Self(_, value) => Brief(value).fmt(f),
        }
    }
}

/// How many elements of a list are shown.
const SHOWN: usize = 16;

fn object(f: &mut Formatter<'_>, name: &str, members: &[(String, Value)]) -> fmt::Result {
    match members {
        // A range of a split, a part of a layer.
        [(_, Value::String(whose)), (from, Value::Number(first)), (to, Value::Number(end))]
            if from == "from" && to == "to" =>
        {
            write!(f, "{whose} {first}..{end}")
        }
        [(only, value)] => write!(f, "{only} {}", Plain(only, value)),
        _ => {
            let shares = name == "exposure";
            joined(f, members.iter().map(|(key, value)| Member(key, if shares { "exposure" } else { key }, value)))
        }
    }
}

/// A member of an object, and the name under which its value is shown.
struct Member<'v>(&'v str, &'v str, &'v Value);

impl Display for Member<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.2 {
            Value::Object(_) | Value::List(_) => write!(f, "{} ({})", self.0, Plain(self.1, self.2)),
            _ => write!(f, "{} {}", self.0, Plain(self.1, self.2)),
        }
    }
}

fn joined<T: Display>(f: &mut Formatter<'_>, mut items: impl Iterator<Item = T>) -> fmt::Result {
    items.next().map_or(Ok(()), |first| write!(f, "{first}"))?;
    items.try_for_each(|item| write!(f, ", {item}"))
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
