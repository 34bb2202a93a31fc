//! An explanation in words, for terminals: a tree in which every line is a plain sentence.
//!
//! Not linked into WebAssembly, where hosts get the data: numbers as text cost 10 kB there.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

use super::model::{Condition, Explanation, Kind, Layer, Membership, Place, Range, Segment, Split, Step, Unit, WhyNot};
use crate::words::value::{Brief, Value};
use crate::words::weight::Ppm;

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Tree { f, depth: 0 }.explanation(self)
    }
}

/// Writes lines, each as deep as it belongs.
struct Tree<'f, 'b> {
    f: &'f mut Formatter<'b>,
    depth: usize,
}

impl Tree<'_, '_> {
    fn line(&mut self, line: fmt::Arguments<'_>) -> fmt::Result {
        let indent = 2 * self.depth;
        if self.depth > 0 {
            self.f.write_str("\n")?;
        }
        write!(self.f, "{:indent$}{line}", "")
    }

    /// Writes what belongs below the last line.
    fn below(&mut self, write: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.depth += 1;
        let result = write(self);
        self.depth -= 1;
        result
    }

    fn explanation(&mut self, told: &Explanation) -> fmt::Result {
        let Explanation { key, value, reason, .. } = told;
        let rule = told.rule.as_ref().map_or_else(String::new, |rule| alloc::format!(" by rule {rule}"));
        let reason = reason.name();
        match (&told.variant, told.kind) {
            (Some(variant), Kind::Flag) => {
                self.line(format_args!("{key} = {} (variant {variant}): {reason}{rule}", Shown(value)))?;
            }
            (Some(track), Kind::Service) => {
                self.line(format_args!("{key} goes to {track} (version {}): {reason}{rule}", Shown(value)))?;
            }
            (None, _) => {
                let code = told.error_code.unwrap_or_default();
                self.line(format_args!("{key} has no answer, the caller's default stands in: {reason} {code}"))?;
            }
        }
        self.below(|tree| told.steps.iter().try_for_each(|step| tree.step(step)))
    }

    fn step(&mut self, step: &Step) -> fmt::Result {
        match step {
            Step::Killed { scope } => self.line(format_args!("{}, so nothing else counts", killed(scope))),
            Step::Disabled => self.line(format_args!("its state is disabled, so it serves its off variant")),
            Step::Broken => self.line(format_args!("it has an error in the snapshot; the diagnostics say which")),
            Step::Unsupported => self.line(format_args!("it uses `matches`, which this artifact leaves out")),
            Step::Prerequisite { flag, variants, met, explanation } => {
                let outcome = if *met { "and it does" } else { "but it does not" };
                // A broken flag has lost its variants, and a prerequisite may name an unknown one.
                if variants.is_empty() {
                    self.line(format_args!("prerequisite: {flag} must serve a variant that it does not have"))?;
                } else {
                    self.line(format_args!("prerequisite: {flag} must serve {}, {outcome}", variants.join(" or ")))?;
                }
                self.below(|tree| tree.explanation(explanation))
            }
            Step::Override { unit, listed, variant } => {
                let variant = variant.as_deref().unwrap_or_default();
                self.line(format_args!("override to {variant}: {}, {}", yes(*listed), Listed(unit, *listed)))
            }
            Step::Holdout { key, unit, exposure, held } => {
                let place = placed(unit, *held, &format_args!("the first {}", Share(*exposure)));
                self.line(format_args!("holdout {key}: {}, {place}", yes(*held)))
            }
            Step::Rule { id, conditions, layer, split, variant, why_not } => {
                let variant = variant.as_deref().unwrap_or_default();
                match why_not {
                    Some(why_not) => self.line(format_args!("rule {id}: no, {}", why(*why_not)))?,
                    None => self.line(format_args!("rule {id}: yes, it serves {variant}"))?,
                }
                self.below(|tree| {
                    tree.conditions(conditions)?;
                    layer.iter().try_for_each(|layer| tree.layer(layer))?;
                    split.iter().try_for_each(|split| tree.split(split))
                })
            }
            Step::Default { split, variant } => {
                let variant = variant.as_deref().unwrap_or_default();
                let nor = if split.as_ref().is_some_and(|split| split.variant.is_none()) {
                    ", nor does its split"
                } else {
                    ""
                };
                self.line(format_args!("default: no rule decided{nor}, so it serves {variant}"))?;
                self.below(|tree| split.iter().try_for_each(|split| tree.split(split)))
            }
        }
    }

    fn layer(&mut self, layer: &Layer) -> fmt::Result {
        let Layer { key, unit, from, to, held } = layer;
        let place = placed(unit, *held, &Buckets(*from, *to));
        self.line(format_args!("layer {key}: {}, {place}", yes(*held)))
    }

    fn split(&mut self, split: &Split) -> fmt::Result {
        if let Some(exposure) = split.exposure {
            self.line(format_args!("its ramp is at {} now", Share(exposure)))?;
        }
        let place = Placed(&split.unit);
        let variant = split.variant.as_deref().unwrap_or_default();
        let is_here = |range: &&Range| split.unit.bucket.is_some_and(|bucket| (range.from..range.to).contains(&bucket));
        match (split.place, split.ranges.iter().find(is_here)) {
            (Place::Range, Some(Range { from, to, .. })) => {
                return self.line(format_args!("split: {place}, inside {}, which gets {variant}", Buckets(*from, *to)));
            }
            (Place::Outside, _) if split.variant.is_some() => {
                self.line(format_args!("split: {place}, in none of its ranges, and those units get {variant}"))?;
            }
            (Place::Outside, _) => self.line(format_args!("split: {place}, in none of its ranges"))?,
            _ => return self.line(format_args!("split: {place}")),
        }
        self.below(|tree| {
            split.ranges.iter().try_for_each(|Range { variant, from, to }| {
                let variant = variant.as_deref().unwrap_or_default();
                tree.line(format_args!("{} gets {variant}", Buckets(*from, *to)))
            })
        })
    }

    /// Conditions under the groups that their paths tell.
    fn conditions(&mut self, conditions: &[Condition]) -> fmt::Result {
        let outer = self.depth;
        let mut last: Vec<&str> = Vec::new();
        for condition in conditions {
            let steps = steps_of(condition.path.as_deref().unwrap_or_default());
            self.depth = outer;
            for (place, step) in steps.iter().enumerate() {
                let Some(group) = group(step) else { continue };
                if steps.get(..=place) != last.get(..=place) {
                    self.line(format_args!("{group}"))?;
                }
                self.depth += 1;
            }
            self.condition(condition)?;
            last = steps;
        }
        self.depth = outer;
        Ok(())
    }

    fn condition(&mut self, condition: &Condition) -> fmt::Result {
        if let ("segment", [segment]) = (condition.operator.as_str(), condition.segments.as_slice()) {
            return self.segment(segment);
        }
        let attribute = condition.attribute.as_ref().map_or_else(String::new, |path| alloc::format!("{path} "));
        let operand = condition.operand.as_ref().map_or_else(String::new, |operand| operand_text(condition, operand));
        let case = if condition.ignore_case { " (case ignored)" } else { "" };
        let head = alloc::format!("{attribute}{}{operand}{case}", condition.operator);
        let is_about_time = condition.attribute.is_none();
        match (condition.held.map(yes), &condition.actual) {
            (None, _) => self.line(format_args!("{head}: not looked at"))?,
            (Some(yes), _) if !condition.segments.is_empty() => self.line(format_args!("{head}: {yes}"))?,
            (Some(yes), Some(now)) if is_about_time => {
                self.line(format_args!("{head}: {yes}, now is {}", Bare(now)))?;
            }
            (Some(yes), Some(actual)) => self.line(format_args!("{head}: {yes}, it is {}", Shown(actual)))?,
            (Some(yes), None) => self.line(format_args!("{head}: {yes}, it is missing"))?,
        }
        self.below(|tree| condition.segments.iter().try_for_each(|segment| tree.segment(segment)))
    }

    fn segment(&mut self, segment: &Segment) -> fmt::Result {
        let Segment { key, unit, member, membership, conditions } = segment;
        let why = match (membership, unit) {
            (Membership::Excluded, Some(unit)) => alloc::format!("{} is listed as excluded", Named(unit)),
            (Membership::Included, Some(unit)) => alloc::format!("{} is listed as included", Named(unit)),
            (_, Some(unit)) if conditions.is_empty() => Listed(unit, false).to_string(),
            (_, Some(unit)) => alloc::format!("{}, so its condition decides", Listed(unit, false)),
            (_, None) => String::from("its condition decides"),
        };
        self.line(format_args!("segment {key}: {}, {why}", yes(*member)))?;
        self.below(|tree| tree.conditions(conditions))
    }
}

const fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn killed(scope: &str) -> &'static str {
    match scope {
        "all" => "everything is killed",
        "namespace" => "its namespace is killed",
        "flag" => "the flag itself is killed",
        _ => "the service itself is killed",
    }
}

const fn why(why_not: WhyNot) -> &'static str {
    match why_not {
        WhyNot::Condition => "its condition does not hold",
        WhyNot::OutsideLayer => "the unit is outside its part of the layer",
        WhyNot::OutsideSplit => "the unit is outside its split",
        WhyNot::NoUnit => "the context has no unit for it",
    }
}

/// Where a unit is, and whether that is in a range; without a bucket it is in none.
fn placed(unit: &Unit, held: bool, range: &dyn Display) -> String {
    let place = Placed(unit);
    match (unit.bucket, held) {
        (None, _) => place.to_string(),
        (_, true) => alloc::format!("{place}, inside {range}"),
        (_, false) => alloc::format!("{place}, outside {range}"),
    }
}

/// The steps of a path below the `when` of a rule or a segment.
fn steps_of(path: &str) -> Vec<&str> {
    let fixed = if path.starts_with("/segments/") { 4 } else { 6 };
    path.split('/').skip(fixed).collect()
}

fn group(step: &str) -> Option<&'static str> {
    match step {
        "all" => Some("all of these:"),
        "any" => Some("any of these:"),
        "not" => Some("not:"),
        _ => None,
    }
}

/// The operand after its operator. The names of segments and rings, and instants, are no values.
fn operand_text(condition: &Condition, operand: &Value) -> String {
    if condition.attribute.is_none() {
        alloc::format!(" {}", Bare(operand))
    } else {
        alloc::format!(" {}", Shown(operand))
    }
}

/// A share of all units, in percent and in parts per million.
struct Share(u32);

impl Display for Share {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} ppm)", percent(self.0), self.0)
    }
}

/// Parts per million, a share or a bucket, as a percentage.
fn percent(ppm: u32) -> Ppm {
    Ppm::new(ppm).unwrap_or(Ppm::ALL)
}

/// A range of buckets.
struct Buckets(u32, u32);

impl Display for Buckets {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(from, to) = *self;
        if from >= to {
            return f.write_str("nobody");
        }
        write!(f, "{from}..{to} ({} to {})", percent(from), percent(to))
    }
}

/// Who it is.
struct Named<'u>(&'u Unit);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.by, Shown(self.0.value.as_ref().unwrap_or(&Value::Null)))
    }
}

/// Who it is, and where its bucket is.
struct Placed<'u>(&'u Unit);

impl Display for Placed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.0.bucket, &self.0.value) {
            (Some(bucket), _) => write!(f, "{} has bucket {bucket} ({})", Named(self.0), percent(bucket)),
            (None, Some(_)) => write!(f, "{} is no unit", Named(self.0)),
            (None, None) => write!(f, "the context has no {}", self.0.by),
        }
    }
}

/// Who it is, and whether a list has it.
struct Listed<'u>(&'u Unit, bool);

impl Display for Listed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (&self.0.value, self.1) {
            (None, _) => write!(f, "the context has no {}", self.0.by),
            (_, true) => write!(f, "{} is listed", Named(self.0)),
            (_, false) => write!(f, "{} is not listed", Named(self.0)),
        }
    }
}

/// A text without quotes.
struct Bare<'v>(&'v Value);

impl Display for Bare<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::String(text) => f.write_str(text),
            other => Shown(other).fmt(f),
        }
    }
}

/// A value as it was found: a context block knows of an object only that it is one.
struct Shown<'v>(&'v Value);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Object(members) if members.is_empty() => f.write_str("an object"),
            value => Brief(value).fmt(f),
        }
    }
}
