//! The configuration of the JavaScript manager: flags with a `type` and a `state`.

use vexil::Value;

use super::draft::{self, Draft, Findings, Flag, Variants, keep_rest, object, test};
use super::node::{Node, Problem};

/// Fields of a flag that are read whatever its type.
const USED: &[&str] = &["name", "description", "type", "state", "environments"];
/// Fields of a flag that are kept without a word.
const SILENT: &[&str] = &["createdAt", "updatedAt", "lastModified", "createdBy", "modifiedBy"];
/// What an environment may set.
const OVERLAY: &[&str] = &["state", "enabled", "percentage", "whitelist", "variants"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Boolean,
    Percentage,
    Whitelist,
    Multivariate,
}

const KINDS: &[(&str, Kind)] = &[
    ("boolean", Kind::Boolean),
    ("percentage", Kind::Percentage),
    ("whitelist", Kind::Whitelist),
    ("multivariate", Kind::Multivariate),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Disabled,
    Development,
    Canary,
    Rollout,
    Enabled,
    EmergencyOff,
}

const STATES: &[(&str, State)] = &[
    ("disabled", State::Disabled),
    ("development", State::Development),
    ("canary", State::Canary),
    ("rollout", State::Rollout),
    ("enabled", State::Enabled),
    ("emergency_off", State::EmergencyOff),
];

/// The part of the configuration that is about flags, where the file is one of the manager.
pub(super) fn section<'v>(root: &Node<'v>) -> Option<Node<'v>> {
    let tracing = root.member("actionTracing");
    tracing.as_ref().unwrap_or(root).member("featureFlags")
}

pub(super) fn read(root: &Node<'_>, environment: Option<&str>, findings: &mut Findings) -> Draft {
    draft::read(findings, |draft, findings| read_root(root, environment, draft, findings))
}

fn read_root(
    root: &Node<'_>,
    environment: Option<&str>,
    draft: &mut Draft,
    findings: &mut Findings,
) -> Result<(), Problem> {
    let section = section(root).unwrap_or_else(|| root.clone());
    keep_rest(&section, &["flags", "environments"], &["lastUpdated"], &mut draft.kept, findings)?;
    let everywhere = section.member("environments");
    let mut kills = Vec::new();
    draft.read_flags(&section.need("flags")?, findings, |key, node, findings| {
        let overlays = overlays(key, node, everywhere.as_ref(), environment, findings)?;
        let (flag, is_killed) = flag(key, &Settings { base: node.clone(), overlays }, environment, findings)?;
        kills.extend(is_killed.then(|| flag.key.clone()));
        Ok(flag.into_value())
    });
    draft.kills = kills;
    Ok(())
}

/// What a flag is in one environment.
struct Settings<'v> {
    base: Node<'v>,
    /// What the environment sets; the last is the strongest.
    overlays: Vec<Node<'v>>,
}

/// What the environment asked for sets for a flag: for all flags together, then at the flag itself.
fn overlays<'v>(
    key: &str,
    flag: &Node<'v>,
    everywhere: Option<&Node<'v>>,
    environment: Option<&str>,
    findings: &mut Findings,
) -> Result<Vec<Node<'v>>, Problem> {
    let own = flag.member("environments");
    let Some(environment) = environment else {
        if own.is_some() || everywhere.is_some() {
            findings.general("what `environments` sets is not applied; choose one with `--environment`");
        }
        return Ok(Vec::new());
    };
    let everywhere = everywhere.and_then(|node| node.member(environment));
    let everywhere = everywhere.and_then(|node| node.member("flags").unwrap_or(node).member(key));
    let own = own.map(|node| node.members().map(|_| node)).transpose()?.and_then(|node| node.member(environment));
    let overlays: Vec<Node<'v>> = everywhere.into_iter().chain(own).collect();
    for overlay in overlays.iter().filter(|overlay| matches!(overlay.value, Value::Object(_))) {
        for (field, node) in overlay.members()? {
            if !OVERLAY.contains(&field) {
                return Err(node.problem(format!("an environment may set `{}`, not this", OVERLAY.join("`, `"))));
            }
        }
    }
    Ok(overlays)
}

impl<'v> Settings<'v> {
    fn member(&self, key: &str) -> Option<Node<'v>> {
        self.overlays.iter().rev().find_map(|overlay| overlay.member(key)).or_else(|| self.base.member(key))
    }

    /// The state that the environment sets.
    fn own_state(&self) -> Result<Option<State>, Problem> {
        let on_off = |on: bool| if on { State::Enabled } else { State::Disabled };
        for overlay in self.overlays.iter().rev() {
            match overlay.value {
                Value::Boolean(on) => return Ok(Some(on_off(*on))),
                Value::String(_) => return overlay.choice(STATES).map(Some),
                _ => {}
            }
            if let Some(state) = overlay.member("state") {
                return state.choice(STATES).map(Some);
            }
            if let Some(enabled) = overlay.member("enabled") {
                return enabled.boolean().map(on_off).map(Some);
            }
        }
        Ok(None)
    }
}

/// The flag, and whether it is killed.
fn flag(
    key: &str,
    settings: &Settings<'_>,
    environment: Option<&str>,
    findings: &mut Findings,
) -> Result<(Flag, bool), Problem> {
    let node = &settings.base;
    let kind = node.need("type")?.choice(KINDS)?;
    let general_state = node.need("state")?.choice(STATES)?;
    let own_state = settings.own_state()?;
    let variants = if kind == Kind::Multivariate { multivariate(settings, findings)? } else { Variants::on_off() };
    let mut flag = Flag::new(key, variants);
    flag.description = node.member("description").map(|text| text.text().map(str::to_owned)).transpose()?;
    // A state that an environment sets does not lift an emergency shutdown.
    let killed = [Some(general_state), own_state].contains(&Some(State::EmergencyOff));
    let state = if killed { former_state(node, findings)? } else { own_state.unwrap_or(general_state) };
    let mut used = decide(&mut flag, kind, state, environment, settings, findings)?;
    used.extend(USED);
    if killed {
        used.push("previousState");
    }
    if key == "emergency_shutdown" {
        let text = "it is an ordinary flag now, which switches nothing else off; what it is called after is a kill: \
                    `\"kills\": { \"revision\": 1, \"all\": true }`";
        findings.note(node, text);
    }
    flag.keep_rest(node, &used, SILENT, findings)?;
    Ok((flag, killed))
}

/// The state below an emergency shutdown, which comes back once the kill is lifted.
fn former_state(node: &Node<'_>, findings: &mut Findings) -> Result<State, Problem> {
    let Some(former) = node.member("previousState") else {
        let text = "it is killed, and disabled below the kill, for the file does not say what it was before";
        findings.note(node, text);
        return Ok(State::Disabled);
    };
    match former.choice(STATES)? {
        State::EmergencyOff => Err(former.problem("it cannot have been `emergency_off` before")),
        state => {
            findings.note(node, "it is killed; once the kill is lifted, its state before comes back");
            Ok(state)
        }
    }
}

/// Fills in what the flag serves to whom; returns the fields that it was read from.
fn decide(
    flag: &mut Flag,
    kind: Kind,
    state: State,
    environment: Option<&str>,
    settings: &Settings<'_>,
    findings: &mut Findings,
) -> Result<Vec<&'static str>, Problem> {
    let everybody = flag.variants.everybody();
    match (state, environment) {
        (State::Enabled, _) | (State::Development, Some("development")) => flag.default = everybody,
        (State::Development, Some(_)) => {
            flag.state = Some("disabled");
            flag.default = everybody;
        }
        (State::Development, None) => {
            findings.general("environments are known by `environment` of the context");
            let when = test("environment", "eq", Value::from("development"));
            flag.rules.push(object([("id", Value::from("development")), ("when", when), ("serve", everybody)]));
        }
        (State::Disabled | State::EmergencyOff, _) => {
            flag.state = Some("disabled");
            if settings.member(kind.field()).is_some() {
                return gradual(flag, kind, state, settings, findings);
            }
            if matches!(kind, Kind::Boolean | Kind::Multivariate) {
                flag.default = everybody;
            }
        }
        (State::Canary | State::Rollout, _) => return gradual(flag, kind, state, settings, findings),
    }
    Ok(if kind == Kind::Multivariate { vec!["variants"] } else { Vec::new() })
}

impl Kind {
    /// The field that says who gets something.
    const fn field(self) -> &'static str {
        match self {
            Self::Whitelist => "whitelist",
            _ => "percentage",
        }
    }
}

/// What a flag serves that is on its way; returns the fields that it was read from.
fn gradual(
    flag: &mut Flag,
    kind: Kind,
    state: State,
    settings: &Settings<'_>,
    findings: &mut Findings,
) -> Result<Vec<&'static str>, Problem> {
    findings.users("`userId`");
    if kind == Kind::Whitelist {
        let list = settings.member("whitelist").map_or_else(|| settings.base.need("whitelist"), Ok)?;
        if let Value::String(_) = list.value {
            findings.note(&list, "a text instead of a list: whole names are compared, not parts of them");
        }
        let units = list.texts()?.into_iter().map(str::to_owned).collect();
        flag.overrides.push((units, "on"));
        return Ok(vec!["whitelist"]);
    }
    let mut used = vec!["percentage"];
    if kind == Kind::Multivariate {
        used.push("variants");
    }
    let percentage = settings.member("percentage");
    match (kind, &percentage) {
        (_, Some(percentage)) => {
            findings.draws();
            flag.default = flag.variants.share(findings.percentage(percentage)?, None);
            let text = match (kind, state) {
                (Kind::Boolean, State::Canary | State::Rollout) => "the manager served nobody in this state",
                (Kind::Multivariate, State::Canary) => "the manager served no variant in the state `canary`",
                _ => return Ok(used),
            };
            findings.note(&settings.base, &format!("{text}; now its percentage counts"));
        }
        (Kind::Percentage, None) => return Err(settings.base.problem("`percentage` is missing")),
        (Kind::Multivariate, None) if state == State::Rollout => {
            findings.draws();
            flag.default = flag.variants.everybody();
        }
        (_, None) => {
            let text = "it serves nobody, as in the manager: it has no `percentage` for its state";
            findings.note(&settings.base, text);
        }
    }
    Ok(used)
}

/// The variants of a multivariate flag: the values are their `config`, or their names where none has one.
fn multivariate(settings: &Settings<'_>, findings: &mut Findings) -> Result<Variants, Problem> {
    let node = settings.member("variants").map_or_else(|| settings.base.need("variants"), Ok)?;
    let entries = draft::flags(&node, findings);
    let configs: Vec<Option<Node<'_>>> = entries.iter().map(|(_, variant)| variant.member("config")).collect();
    let has_configs = configs.iter().any(Option::is_some);
    let (mut values, mut weights) = (Vec::new(), Vec::new());
    for ((name, variant), config) in entries.iter().zip(configs) {
        let weight = if let Value::Number(_) = variant.value { variant.clone() } else { variant.need("weight")? };
        weights.push((name.clone(), findings.weight(&weight)?));
        let value = match config {
            Some(config) => config.value.clone(),
            None if has_configs => return Err(variant.problem("other variants have a `config`, this one has none")),
            None => Value::from(name.as_str()),
        };
        values.push((name.clone(), value));
    }
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    if weights.len() > 1 && (sum - 1.0).abs() > 1e-3 && (sum - 100.0).abs() > 1e-1 {
        findings.note(&node, &format!("the weights have the sum {sum}; only their ratio counts"));
    }
    let off = off_variant(&node, &mut values, findings);
    Ok(Variants { values, off, weights })
}

/// The manager has no variant where a flag is off; a snapshot names one.
fn off_variant(node: &Node<'_>, values: &mut Vec<(String, Value)>, findings: &mut Findings) -> String {
    let off = "off".to_owned();
    if values.iter().any(|(name, _)| *name == off) {
        findings.note(node, "where the manager has no variant, its variant `off` is served");
        return off;
    }
    let empty = match values.first() {
        Some((_, Value::Object(_))) => Value::Object(Vec::new()),
        Some((_, Value::List(_))) => Value::List(Vec::new()),
        Some((_, Value::Number(_))) => Value::from(0),
        Some((_, Value::Boolean(_))) => Value::from(false),
        _ => Value::from(""),
    };
    let text = format!(
        "where the manager has no variant, an added `off` is served, with the value {}",
        crate::say::json(&empty)
    );
    findings.note(node, &text);
    values.push((off.clone(), empty));
    off
}
