//! A snapshot in the making.

use vexil::Value;
use vexil::context::TARGETING_KEY;
use vexil::words::weight::{Ppm, weight};

use super::node::{Node, Problem};

/// What is to be said of a file.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// What is carried over in another sense than the file's, everywhere in it.
    pub(super) general: Vec<String>,
    /// What is carried over in another sense than the file's in one place.
    pub(super) notes: Vec<String>,
    /// What keeps it from being carried over.
    pub(super) problems: Vec<Problem>,
}

impl Findings {
    /// A note about a place in the file.
    pub(super) fn note(&mut self, node: &Node<'_>, text: &str) {
        self.notes.push(format!("{}: {text}", node.path));
    }

    /// A note about the whole file, once.
    pub(super) fn general(&mut self, text: &str) {
        if self.general.iter().all(|note| note != text) {
            self.general.push(text.to_owned());
        }
    }

    /// A percentage with the four decimals that a snapshot has room for.
    pub(super) fn percentage(&mut self, node: &Node<'_>) -> Result<f64, Problem> {
        let percentage = node.percentage()?;
        Ok(if Ppm::from_percent(percentage).is_some() { percentage } else { self.rounded(node, percentage) })
    }

    /// A relative weight with the four decimals that a snapshot has room for.
    pub(super) fn weight(&mut self, node: &Node<'_>) -> Result<f64, Problem> {
        let given = node.number()?;
        if given.is_finite() && given >= 0.0 {
            return Ok(if weight(given).is_some() { given } else { self.rounded(node, given) });
        }
        Err(node.problem(format!("{given} is no weight: it is below 0")))
    }

    fn rounded(&mut self, node: &Node<'_>, number: f64) -> f64 {
        let rounded = (number * 1e4).round() / 1e4;
        self.note(node, &format!("{number} is rounded to {rounded}"));
        rounded
    }

    /// Says once what changes for a file that draws users by percentage.
    pub(super) fn draws(&mut self) {
        self.general("shares are kept, but users are drawn by another hash: who is among the first 10 % changes");
    }

    /// Says once how users are named.
    pub(super) fn users(&mut self, theirs: &str) {
        self.general(&format!(
            "users are known by `{TARGETING_KEY}` of the context, where the file's system has {theirs}"
        ));
    }
}

/// What is read of a file.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) revision: Option<f64>,
    /// Keys of killed flags.
    pub(super) kills: Vec<String>,
    /// By key, as in a snapshot.
    pub(super) flags: Vec<(String, Value)>,
    /// Fields that are kept and mean nothing to the engine.
    pub(super) kept: Vec<(String, Value)>,
}

impl Draft {
    /// The document.
    pub(super) fn into_snapshot(self, environment: Option<&str>) -> Value {
        let mut members = vec![("schema".to_owned(), Value::from("vexil/1"))];
        let mut add = |key: &str, value: Value| members.push((key.to_owned(), value));
        if let Some(revision) = self.revision {
            add("revision", Value::from(revision));
        }
        if let Some(environment) = environment {
            add("environment", Value::from(environment));
        }
        for (key, value) in self.kept {
            add(&key, value);
        }
        if !self.kills.is_empty() {
            add("kills", object([("revision", Value::from(1)), ("flags", Value::from(self.kills))]));
        }
        add("flags", Value::Object(self.flags));
        Value::Object(members)
    }
}

/// A flag in the making.
#[derive(Debug)]
pub(super) struct Flag {
    pub(super) key: String,
    pub(super) description: Option<String>,
    /// `disabled` or `deprecated`.
    pub(super) state: Option<&'static str>,
    pub(super) variants: Variants,
    /// Units that get a variant: a list, and which one.
    pub(super) overrides: Vec<(Vec<String>, &'static str)>,
    pub(super) rules: Vec<Value>,
    pub(super) default: Value,
    pub(super) metadata: Vec<(String, Value)>,
    /// Fields that are kept and mean nothing to the engine.
    pub(super) kept: Vec<(String, Value)>,
}

impl Flag {
    /// A flag that serves its off variant to everybody.
    pub(super) fn new(key: &str, variants: Variants) -> Self {
        Self {
            key: key.to_owned(),
            description: None,
            state: None,
            default: variants.nobody(),
            variants,
            overrides: Vec::new(),
            rules: Vec::new(),
            metadata: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Keeps every member that was not used, and says so, but for those that say nothing of what
    /// is decided.
    pub(super) fn keep_rest(
        &mut self,
        node: &Node<'_>,
        used: &[&str],
        silent: &[&str],
        findings: &mut Findings,
    ) -> Result<(), Problem> {
        keep_rest(node, used, silent, &mut self.kept, findings)
    }

    /// The flag as in a snapshot.
    pub(super) fn into_value(self) -> Value {
        let mut members = Vec::new();
        let mut add = |key: &str, value: Value| members.push((key.to_owned(), value));
        if let Some(description) = self.description {
            add("description", Value::from(description));
        }
        if let Some(state) = self.state {
            add("state", Value::from(state));
        }
        add("variants", Value::Object(self.variants.values));
        add("offVariant", Value::from(self.variants.off));
        let overrides = self.overrides.into_iter().filter(|(units, _)| !units.is_empty());
        let overrides: Vec<Value> = overrides
            .map(|(units, variant)| object([("units", Value::from(units)), ("variant", Value::from(variant))]))
            .collect();
        if !overrides.is_empty() {
            add("overrides", Value::List(overrides));
        }
        if !self.rules.is_empty() {
            add("rules", Value::List(self.rules));
        }
        add("default", self.default);
        if !self.metadata.is_empty() {
            add("metadata", Value::Object(self.metadata));
        }
        for (key, value) in self.kept {
            add(&key, value);
        }
        Value::Object(members)
    }
}

/// Keeps members that were not used under names that begin with `x-`.
pub(super) fn keep_rest(
    node: &Node<'_>,
    used: &[&str],
    silent: &[&str],
    kept: &mut Vec<(String, Value)>,
    findings: &mut Findings,
) -> Result<(), Problem> {
    let mut named = Vec::new();
    for (key, member) in node.members()? {
        if used.contains(&key) {
            continue;
        }
        if !silent.contains(&key) && !key.starts_with("x-") {
            named.push(format!("`{key}`"));
        }
        let name = if key.starts_with("x-") { key.to_owned() } else { format!("x-{key}") };
        kept.push((name, member.value.clone()));
    }
    if !named.is_empty() {
        let text = format!("kept with `x-` before the name, where the engine does not read it: {}", named.join(", "));
        findings.note(node, &text);
    }
    Ok(())
}

/// The variants of a flag, and how those who get any are divided among them.
#[derive(Clone, Debug)]
pub(super) struct Variants {
    pub(super) values: Vec<(String, Value)>,
    pub(super) off: String,
    pub(super) weights: Vec<(String, f64)>,
}

impl Variants {
    /// On and off.
    pub(super) fn on_off() -> Self {
        let values = [("on", true), ("off", false)].map(|(key, value)| (key.to_owned(), Value::from(value)));
        Self { values: values.into(), off: "off".to_owned(), weights: vec![("on".to_owned(), 1.0)] }
    }

    /// What is served where nobody gets anything.
    pub(super) fn nobody(&self) -> Value {
        object([("variant", Value::from(self.off.as_str()))])
    }

    /// What is served where everybody gets something.
    pub(super) fn everybody(&self) -> Value {
        self.share(100.0, None)
    }

    /// What is served where a percentage of the users get something; the others go on.
    pub(super) fn share(&self, percentage: f64, seed: Option<&str>) -> Value {
        match self.weights.as_slice() {
            [(only, _)] if percentage >= 100.0 => object([("variant", Value::from(only.as_str()))]),
            _ if percentage <= 0.0 && seed.is_none() => self.nobody(),
            _ if percentage >= 100.0 => self.split(seed, None),
            _ => self.split(seed, Some(("exposure", Value::from(percentage)))),
        }
    }

    /// A split with how much of it is served.
    pub(super) fn split(&self, seed: Option<&str>, reach: Option<(&str, Value)>) -> Value {
        let weights = self.weights.iter().map(|(variant, weight)| {
            object([("variant", Value::from(variant.as_str())), ("weight", Value::from(*weight))])
        });
        let weights = Value::List(weights.collect());
        let seed = seed.map(|seed| ("seed", Value::from(seed)));
        let members = seed.into_iter().chain(reach).chain([("weights", weights)]);
        object([("split", object(members))])
    }
}

/// An object of these members.
pub(super) fn object<'k>(members: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A comparison of an attribute.
pub(super) fn test(attribute: &str, op: &str, value: Value) -> Value {
    object([("attribute", Value::from(attribute)), ("op", Value::from(op)), ("value", value)])
}

/// What `read_into` makes of a file: the problem that ends it is one of the findings.
pub(super) fn read(
    findings: &mut Findings,
    read_into: impl FnOnce(&mut Draft, &mut Findings) -> Result<(), Problem>,
) -> Draft {
    let mut draft = Draft::default();
    if let Err(problem) = read_into(&mut draft, findings) {
        findings.problems.push(problem);
    }
    draft
}

impl Draft {
    /// Reads the flags of a list or map; a flag that cannot be read is a problem and left out.
    pub(super) fn read_flags(
        &mut self,
        node: &Node<'_>,
        findings: &mut Findings,
        mut flag: impl FnMut(&str, &Node<'_>, &mut Findings) -> Result<Value, Problem>,
    ) {
        for (key, node) in flags(node, findings) {
            match flag(&key, &node, findings) {
                Ok(flag) => self.flags.push((key, flag)),
                Err(problem) => findings.problems.push(problem),
            }
        }
    }
}

/// The flags of a map by key, or of an array by their `name`.
pub(super) fn flags<'v>(node: &Node<'v>, findings: &mut Findings) -> Vec<(String, Node<'v>)> {
    match named_flags(node, findings) {
        Ok(flags) => flags,
        Err(problem) => {
            findings.problems.push(problem);
            Vec::new()
        }
    }
}

fn named_flags<'v>(node: &Node<'v>, findings: &mut Findings) -> Result<Vec<(String, Node<'v>)>, Problem> {
    let mut flags: Vec<(String, Node<'v>)> = Vec::new();
    if let Value::List(_) = node.value {
        for item in node.items()? {
            let name = item.need("name")?;
            let key = name.text()?.to_owned();
            if flags.iter().any(|(known, _)| *known == key) {
                return Err(name.problem(format!("there is a flag `{key}` before")));
            }
            flags.push((key, item));
        }
        return Ok(flags);
    }
    for (key, flag) in node.members()? {
        if let Some(name) = flag.member("name").filter(|name| *name.value != Value::from(key)) {
            findings.note(&name, &format!("the flag is called by its key `{key}`, not by this name"));
        }
        flags.push((key.to_owned(), flag));
    }
    Ok(flags)
}
