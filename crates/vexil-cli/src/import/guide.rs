//! The guide's flag file: flags with `enabled`, `rolloutPercentage` and typed `rules`.
//!
//! What the relation of rules and `rolloutPercentage` is, the guide leaves open: its examples
//! need both that rules add users and that they restrict them. Here rules add. They are tried in
//! order, the first that matches serves `on`, and who matches none is drawn by the percentage.

use vexil::Value;
use vexil::context::TARGETING_KEY;

use super::draft::{self, Draft, Findings, Flag, Variants, keep_rest, object, test};
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

fn flag(key: &str, node: &Node<'_>, findings: &mut Findings) -> Result<Flag, Problem> {
    let variants = Variants::on_off();
    let enabled = node.need("enabled")?.boolean()?;
    let percentage = match node.member("rolloutPercentage") {
        Some(percentage) => findings.percentage(&percentage)?,
        None => return Err(node.problem("`rolloutPercentage` is missing: 100 is everybody, 0 only who a rule matches")),
    };
    let mut flag = Flag::new(key, variants.clone());
    flag.description = node.member("description").map(|text| text.text().map(str::to_owned)).transpose()?;
    flag.state = (!enabled).then_some("disabled");
    flag.default = variants.share(percentage, None);
    if (f64::MIN_POSITIVE..100.0).contains(&percentage) {
        findings.draws();
        findings.users("`userId`");
    }
    if let Some(rules) = node.member("rules") {
        for (number, rule) in (1..).zip(rules.items()?) {
            flag.rules.push(read_rule(key, number, &rule, &variants, findings)?);
        }
        if percentage >= 100.0 && !flag.rules.is_empty() {
            let text = "its rules change nothing, since they add users and `rolloutPercentage` is 100 already; \
                        if they were meant to restrict, make it 0";
            findings.note(node, text);
        }
    }
    flag.keep_rest(node, USED, SILENT, findings)?;
    Ok(flag)
}

fn read_rule(
    flag: &str,
    number: usize,
    node: &Node<'_>,
    variants: &Variants,
    findings: &mut Findings,
) -> Result<Value, Problem> {
    let given = node.need("type")?;
    let kind = given.choice(KINDS)?;
    let id = format!("{}-{number}", given.text()?.to_ascii_lowercase());
    let value = node.need("value")?;
    let mut rule = vec![("id", Value::from(id.as_str()))];
    if let Kind::Percentage = kind {
        findings.draws();
        findings.users("`userId`");
        let seed = format!("{flag}/{id}");
        rule.push(("serve", variants.share(findings.percentage(&value)?, Some(&seed))));
    } else {
        rule.push(("when", condition(kind, &value, findings)?));
        rule.push(("serve", variants.everybody()));
    }
    let mut kept = Vec::new();
    keep_rest(node, &["type", "value"], &[], &mut kept, findings)?;
    let kept = kept.iter().map(|(key, value)| (key.as_str(), value.clone()));
    Ok(object(rule.into_iter().chain(kept)))
}

fn condition(kind: Kind, value: &Node<'_>, findings: &mut Findings) -> Result<Value, Problem> {
    let texts = value.texts()?;
    if texts.is_empty() {
        findings.note(value, "an empty list matches nobody");
    }
    let texts = || Value::from(texts.clone());
    Ok(match kind {
        Kind::Group => {
            findings.general("groups are known by `groupId` of the context, one group or a list of them");
            let one = test("groupId", "in", texts());
            object([("any", Value::List(vec![one, test("groupId", "containsAny", texts())]))])
        }
        Kind::Environment => {
            findings.general("environments are known by `environment` of the context");
            test("environment", "in", texts())
        }
        Kind::User | Kind::Percentage => {
            findings.users("`userId`");
            test(TARGETING_KEY, "in", texts())
        }
    })
}
