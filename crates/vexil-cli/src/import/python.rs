//! The flags of the Python manager: a `state` and a `rollout_strategy` with its configuration.

use vexil::Value;
use vexil::words::time::Timestamp;

use super::draft::{self, Draft, Findings, Flag, Variants, object, test};
use super::node::{Node, Problem};

/// Fields of a flag that are read whatever its state.
const USED: &[&str] = &["name", "description", "state", "enabled_for_users", "metadata"];
/// Fields of a flag that are read too unless its state overrules them.
const USED_BY_ROLLOUT: &[&str] = &["rollout_strategy", "rollout_config"];
/// Fields of a flag that are kept without a word.
const SILENT: &[&str] = &["created_at", "updated_at"];
/// Parts of the document that may stand beside its flags.
const AROUND: &[&str] = &["version", "last_updated"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Enabled,
    Disabled,
    Rollout,
    Beta,
    Deprecated,
}

const STATES: &[(&str, State)] = &[
    ("enabled", State::Enabled),
    ("disabled", State::Disabled),
    ("rollout", State::Rollout),
    ("beta", State::Beta),
    ("deprecated", State::Deprecated),
];

#[derive(Clone, Copy)]
enum Strategy {
    Percentage,
    UserList,
    Ring,
    Gradual,
}

const STRATEGIES: &[(&str, Strategy)] = &[
    ("percentage", Strategy::Percentage),
    ("user_list", Strategy::UserList),
    ("ring", Strategy::Ring),
    ("gradual", Strategy::Gradual),
];

pub(super) fn read(root: &Node<'_>, findings: &mut Findings) -> Draft {
    draft::read(findings, |draft, findings| read_root(root, draft, findings))
}

fn read_root(root: &Node<'_>, draft: &mut Draft, findings: &mut Findings) -> Result<(), Problem> {
    let list = root.member("feature_flags").or_else(|| root.member("flags"));
    if list.is_some() {
        let used = ["feature_flags", "flags"];
        draft::keep_rest(root, &used, AROUND, &mut draft.kept, findings)?;
    }
    draft.read_flags(list.as_ref().unwrap_or(root), findings, |key, node, findings| {
        Ok(flag(key, node, findings)?.into_value())
    });
    Ok(())
}

fn flag(key: &str, node: &Node<'_>, findings: &mut Findings) -> Result<Flag, Problem> {
    let state = node.need("state")?.choice(STATES)?;
    let mut flag = Flag::new(key, Variants::on_off());
    flag.description = node.member("description").map(|text| text.text().map(str::to_owned)).transpose()?;
    if let Some(users) = node.member("enabled_for_users") {
        list_users(&mut flag, &users, findings)?;
    }
    let mut used = [USED, USED_BY_ROLLOUT].concat();
    match state {
        State::Enabled => {
            flag.default = flag.variants.everybody();
            // What it does not use is kept, but for an empty configuration.
            used.truncate(if has_config(node) { USED.len() } else { used.len() });
        }
        // A disabled flag need not say how it would be rolled out.
        State::Disabled if !has_config(node) => {}
        _ => {
            let strategy = node.need("rollout_strategy")?.choice(STRATEGIES)?;
            roll_out(&mut flag, strategy, node, findings)?;
        }
    }
    match state {
        State::Disabled => flag.state = Some("disabled"),
        State::Deprecated => {
            flag.state = Some("deprecated");
            findings.note(node, "the manager serves deprecated flags to nobody; now it is rolled out as it says");
        }
        State::Beta => findings.note(node, "`beta` is rolled out as it says; early access is a segment's members"),
        State::Enabled | State::Rollout => {}
    }
    read_metadata(&mut flag, node, findings)?;
    flag.keep_rest(node, &used, SILENT, findings)?;
    Ok(flag)
}

fn has_config(flag: &Node<'_>) -> bool {
    let config = flag.member("rollout_config");
    config.is_some_and(|config| *config.value != Value::Object(Vec::new()))
}

fn list_users(flag: &mut Flag, list: &Node<'_>, findings: &mut Findings) -> Result<(), Problem> {
    findings.users("a user id");
    let users = list.texts()?.into_iter().map(str::to_owned);
    if let Some((units, _)) = flag.overrides.first_mut() {
        let known = std::mem::take(units);
        units.extend(known.iter().cloned());
        units.extend(users.filter(|user| !known.contains(user)));
    } else {
        flag.overrides.push((users.collect(), "on"));
    }
    Ok(())
}

fn roll_out(flag: &mut Flag, strategy: Strategy, node: &Node<'_>, findings: &mut Findings) -> Result<(), Problem> {
    let config = node.need("rollout_config")?;
    let used: &[&str] = match strategy {
        Strategy::Percentage => {
            findings.draws();
            findings.users("a user id");
            let percentage = config.need("percentage")?;
            flag.default = flag.variants.share(findings.percentage(&percentage)?, None);
            &["percentage"]
        }
        Strategy::UserList => {
            let (_, list) = one_of(&config, &["users", "user_list", "user_ids"])?;
            list_users(flag, &list, findings)?;
            &["users", "user_list", "user_ids"]
        }
        Strategy::Ring => {
            let (_, rings) = one_of(&config, &["rings", "enabled_rings", "ring"])?;
            let names = rings.texts()?;
            findings
                .general("rings are known by `ring` of the context; one without it is in no ring, not in `production`");
            let when = test("ring", "in", Value::from(names));
            let serve = flag.variants.everybody();
            flag.rules.push(object([("id", Value::from("ring")), ("when", when), ("serve", serve)]));
            &["rings", "enabled_rings", "ring"]
        }
        Strategy::Gradual => {
            findings.draws();
            findings.users("a user id");
            let ramp = ramp(&config, findings)?;
            flag.default = flag.variants.split(None, Some(("ramp", ramp)));
            &["start_time", "end_time", "start_percentage", "end_percentage"]
        }
    };
    let mut kept = Vec::new();
    draft::keep_rest(&config, used, &[], &mut kept, findings)?;
    flag.kept.extend(kept);
    Ok(())
}

/// The one member there is of several that mean the same.
fn one_of<'v>(node: &Node<'v>, names: &[&'static str]) -> Result<(&'static str, Node<'v>), Problem> {
    let mut found = names.iter().filter_map(|&name| node.member(name).map(|member| (name, member)));
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(node.problem(format!("one of `{}` is missing", names.join("`, `")))),
        (Some(_), Some(_)) => Err(node.problem(format!("only one of `{}` may be there", names.join("`, `")))),
    }
}

/// A gradual rollout. Without its times the manager serves everybody at once, which nobody meant.
fn ramp(config: &Node<'_>, findings: &mut Findings) -> Result<Value, Problem> {
    let mut share = |name: &str, otherwise: f64| match config.member(name) {
        Some(percentage) => findings.percentage(&percentage),
        None => Ok(otherwise),
    };
    let (from, to) = (share("start_percentage", 0.0)?, share("end_percentage", 100.0)?);
    let (start, end) = (config.need("start_time")?, config.need("end_time")?);
    let (from_time, to_time) = (instant(&start)?, instant(&end)?);
    if to_time <= from_time {
        return Err(end.problem("it is not after `start_time`"));
    }
    Ok(object([
        ("from", Value::from(from)),
        ("to", Value::from(to)),
        ("start", Value::from(from_time.to_string())),
        ("end", Value::from(to_time.to_string())),
        ("curve", Value::from("linear")),
    ]))
}

/// An instant: seconds since 1970, or a text with an offset.
fn instant(node: &Node<'_>) -> Result<Timestamp, Problem> {
    /// The last second that a snapshot can write: the end of the year 9999.
    const LAST: f64 = 253_402_300_799.0;
    match node.value {
        Value::Number(seconds) if (0.0..=LAST).contains(seconds) => Timestamp::from_number(seconds * 1000.0),
        Value::String(text) => Timestamp::parse(text),
        _ => None,
    }
    .ok_or_else(|| {
        node.problem("expected seconds since 1970, or an instant with its offset such as 2026-03-01T08:00:00Z")
    })
}

/// Flat values are metadata of the flag; others are kept.
fn read_metadata(flag: &mut Flag, node: &Node<'_>, findings: &mut Findings) -> Result<(), Problem> {
    let Some(metadata) = node.member("metadata") else { return Ok(()) };
    let mut rest = Vec::new();
    for (key, member) in metadata.members()? {
        let flat = matches!(member.value, Value::Boolean(_) | Value::Number(_) | Value::String(_));
        let list = if flat && !key.starts_with("vexil.") { &mut flag.metadata } else { &mut rest };
        list.push((key.to_owned(), member.value.clone()));
    }
    if !rest.is_empty() {
        findings.note(&metadata, "what is not flat is kept as `x-metadata`, where the engine does not read it");
        flag.kept.push(("x-metadata".to_owned(), Value::Object(rest)));
    }
    Ok(())
}
