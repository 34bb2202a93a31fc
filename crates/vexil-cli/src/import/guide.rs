//! The guide's flag file: flags with `enabled`, `rolloutPercentage` and typed `rules`, which `vexil::control::guide` maps.

use vexil::Value;
use vexil::control::Exposure;
use vexil::control::guide::{self, Names, Rule};
use vexil::words::weight::Ppm;

use super::draft::{self, Draft, Findings, keep_rest};
use super::node::{Node, Problem};

/// Fields of a flag that are read.
const USED: &[&str] = &["name", "description", "enabled", "rolloutPercentage", "rules"];
/// Fields of a flag that are kept without a word.
const SILENT: &[&str] = &["createdAt", "updatedAt"];

/// What a rule looks at.
#[derive(Clone, Copy)]
enum Kind {
    Percentage,
    User,
    Group,
    Environment,
}

const KINDS: &[(&str, Kind)] = &[
    ("percentage", Kind::Percentage),
    ("user", Kind::User),
    ("group", Kind::Group),
    ("environment", Kind::Environment),
];

pub(super) fn read(root: &Node<'_>, findings: &mut Findings) -> Draft {
    draft::read(findings, |draft, findings| read_root(root, draft, findings))
}

fn read_root(root: &Node<'_>, draft: &mut Draft, findings: &mut Findings) -> Result<(), Problem> {
    let list = root.need("flags")?;
    let mut used = vec!["flags"];
    if let Some(version) = root.member("version").and_then(|version| version.number().ok())
        && version >= 0.0
        && version.fract() == 0.0
    {
        draft.revision = Some(version);
        used.push("version");
    }
    keep_rest(root, &used, &["lastUpdated"], &mut draft.kept, findings)?;
    draft.read_flags(&list, findings, flag);
    Ok(())
}

fn flag(key: &str, node: &Node<'_>, findings: &mut Findings) -> Result<Value, Problem> {
    let enabled = node.need("enabled")?.boolean()?;
    let rollout_percentage = match node.member("rolloutPercentage") {
        Some(percentage) => exposure(&percentage, findings)?,
        None => return Err(node.problem("`rolloutPercentage` is missing: 100 is everybody, 0 only who a rule matches")),
    };
    let is_all = rollout_percentage.0 == Ppm::ALL;
    if !is_all && rollout_percentage.0 != Ppm::NONE {
        findings.draws();
        findings.users("`userId`");
    }
    let description = node.member("description").map(|text| text.text().map(str::to_owned)).transpose()?;
    let mut flag = guide::Flag { name: key.to_owned(), description, enabled, rollout_percentage, rules: Vec::new() };
    let mut kept_of_rules = Vec::new();
    for rule in node.member("rules").map(|rules| rules.items()).transpose()?.into_iter().flatten() {
        flag.rules.push(read_rule(&rule, findings)?);
        let mut kept = Vec::new();
        keep_rest(&rule, &["type", "value"], &[], &mut kept, findings)?;
        kept_of_rules.push(kept);
    }
    if is_all && !flag.rules.is_empty() {
        let text = "its rules change nothing, since they add users and `rolloutPercentage` is 100 already; \
                    if they were meant to restrict, make it 0";
        findings.note(node, text);
    }
    let mut members = flag.members();
    if let Some((_, Value::List(rules))) = members.iter_mut().find(|(member, _)| member == "rules") {
        for (rule, kept) in rules.iter_mut().zip(kept_of_rules) {
            if let Value::Object(members) = rule {
                members.extend(kept);
            }
        }
    }
    keep_rest(node, USED, SILENT, &mut members, findings)?;
    Ok(Value::Object(members))
}

fn read_rule(node: &Node<'_>, findings: &mut Findings) -> Result<Rule, Problem> {
    let kind = node.need("type")?.choice(KINDS)?;
    let value = node.need("value")?;
    Ok(match kind {
        Kind::Percentage => {
            findings.draws();
            findings.users("`userId`");
            Rule::Percentage(exposure(&value, findings)?)
        }
        Kind::User => {
            findings.users("`userId`");
            Rule::User(names(&value, findings)?)
        }
        Kind::Group => {
            findings.general("groups are known by `groupId` of the context, one group or a list of them");
            Rule::Group(names(&value, findings)?)
        }
        Kind::Environment => {
            findings.general("environments are known by `environment` of the context");
            Rule::Environment(names(&value, findings)?)
        }
    })
}

fn exposure(node: &Node<'_>, findings: &mut Findings) -> Result<Exposure, Problem> {
    let percentage = findings.percentage(node)?;
    let exposure = Ppm::from_percent(percentage).map(Exposure);
    exposure.ok_or_else(|| node.problem(format!("{percentage} is no percentage with four decimals")))
}

fn names(node: &Node<'_>, findings: &mut Findings) -> Result<Names, Problem> {
    let names: Vec<String> = node.texts()?.into_iter().map(str::to_owned).collect();
    if names.is_empty() {
        findings.note(node, "an empty list matches nobody");
    }
    Ok(Names::Several(names))
}
