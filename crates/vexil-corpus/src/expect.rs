//! Runs one fixture and compares.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use vexil::hash::{Digest, SeedKey};
use vexil::json::{compact, parse_value};
use vexil::patterns::{NoPatterns, Patterns, RegexPatterns};
use vexil::{Assignment, Changes, Context, Engine, ErrorCode, Evaluation, SnapshotError, Timestamp, Value, ValueType};

use crate::case::{Case, ExpectedDiagnostic};

/// The instant of a fixture that does not give one.
const NOW: &str = "2026-01-01T00:00:00Z";

type Verdict = Result<(), String>;

/// Runs a fixture in every form that an engine can be made of; what differs, if anything does.
pub(crate) fn run(case: &Case<'_>, snapshot: Option<&str>) -> Verdict {
    if let Some(unit) = &case.unit {
        return bucket(unit, case);
    }
    let Some(snapshot) = snapshot else { return Err("the file has no snapshot".into()) };
    if let Some(expected) = &case.diagnostics {
        return diagnostics(snapshot, expected);
    }
    let engine = engine_of(snapshot)?;
    let bytes = engine.ruleset().to_bytes();
    run_on(engine, case)?;
    run_on(of_bytes::<RegexPatterns>(&bytes)?, case).map_err(|difference| format!("as a ruleset: {difference}"))?;
    run_on(of_bytes::<NoPatterns>(&bytes)?, case).map_err(|difference| format!("without patterns: {difference}"))
}

fn engine_of(snapshot: &str) -> Result<Engine, String> {
    Engine::from_json(snapshot).map_err(|error| error.to_string())
}

fn of_bytes<P: Patterns>(bytes: &[u8]) -> Result<Engine<P>, String> {
    Engine::from_ruleset_bytes(bytes).map_err(|error| error.to_string())
}

fn run_on<P: Form>(mut engine: Engine<P>, case: &Case<'_>) -> Verdict {
    for message in &case.kill {
        // A message that is refused changes nothing, which is what such a fixture is about.
        let _ = engine.kill(message.get());
    }
    let now = instant(case.now.as_deref().unwrap_or(NOW))?;
    if let Some(next) = case.update.map(|raw| compact(raw.get())).or_else(|| case.update_text.clone()) {
        return update(&mut engine, &next, case);
    }
    if let Some(from) = &case.next_change {
        let expected: Option<String> = expected(case)?;
        let actual = engine.next_change(instant(from)?).map(|at| at.to_string());
        return same("next change", expected.as_ref(), actual.as_ref());
    }
    if let Some(context) = case.all {
        let mut expected: BTreeMap<String, String> = expected(case)?;
        expected.retain(|key, _| can_answer(&engine, engine.ruleset().find_flag(key)));
        let context = read_context(Some(context))?;
        let answers = engine.all(&context, now);
        let name = |answer: &Evaluation<'_>| (answer.flag.into(), answer.variant.unwrap_or_default().into());
        return same("answers", &expected, &answers.iter().map(name).collect());
    }
    let context = read_context(case.context)?;
    match (&case.flag, &case.service) {
        (Some(key), _) if !can_answer(&engine, engine.ruleset().find_flag(key)) => {
            unanswered(&engine.evaluate(key, &context, now))
        }
        (_, Some(key)) if !can_answer(&engine, engine.ruleset().find_service(key)) => {
            unanswered(&engine.route(key, &context, now).evaluation)
        }
        (Some(key), _) => evaluation(&engine, key, &context, now, case),
        (_, Some(key)) => route(&engine, key, &context, now, case),
        _ => Err("a fixture of no known kind".into()),
    }
}

/// Whether an engine has what a flag or service needs.
fn can_answer<P: Patterns>(engine: &Engine<P>, row: Option<u32>) -> bool {
    let flag = row.and_then(|row| engine.ruleset().flags.get(row as usize));
    P::SUPPORTED || flag.is_none_or(|flag| flag.capabilities() == 0)
}

/// What an engine says that lacks what a flag needs.
fn unanswered(answer: &Evaluation<'_>) -> Verdict {
    if answer.variant.is_some() && answer.error_code.is_none() {
        // Only a kill comes before.
        return same("reason", "DISABLED", answer.reason.name());
    }
    same("error code", Some(ErrorCode::General), answer.error_code)
}

/// How the next snapshot comes to an engine.
trait Form: Patterns + Sized {
    fn update(engine: &mut Engine<Self>, next: &str) -> Result<Changes, SnapshotError>;
}

impl Form for RegexPatterns {
    fn update(engine: &mut Engine<Self>, next: &str) -> Result<Changes, SnapshotError> {
        engine.update(next)
    }
}

impl Form for NoPatterns {
    fn update(engine: &mut Engine<Self>, next: &str) -> Result<Changes, SnapshotError> {
        // What cannot be used cannot be compiled either.
        engine.update_ruleset_bytes(&<Engine>::from_json(next)?.ruleset().to_bytes())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedAnswer<'a> {
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    variant: Option<String>,
    track: Option<String>,
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    reason: String,
    rule: Option<String>,
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    assignments: Option<Vec<ExpectedAssignment>>,
}

/// What chance decided.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct ExpectedAssignment {
    flag: String,
    variant: String,
    rule: Option<String>,
    layer: Option<String>,
    holdout: Option<String>,
    seed: String,
    by: String,
}

impl From<&Assignment<'_>> for ExpectedAssignment {
    fn from(assignment: &Assignment<'_>) -> Self {
        let Assignment { flag, variant, rule, layer, holdout, seed, by, digest: _ } = *assignment;
        let [rule, layer, holdout] = [rule, layer, holdout].map(|text| text.map(Into::into));
        Self { flag: flag.into(), variant: variant.into(), rule, layer, holdout, seed: seed.into(), by: by.into() }
    }
}

fn evaluation<P: Patterns>(
    engine: &Engine<P>,
    flag: &str,
    context: &Context,
    now: Timestamp,
    case: &Case<'_>,
) -> Verdict {
    let answer = match &case.asked {
        Some(kind) => engine.evaluate_as(flag, value_type(kind)?, context, now),
        None => engine.evaluate(flag, context, now),
    };
    let expected: ExpectedAnswer<'_> = expected(case)?;
    let default = case.default.map_or(Ok(Value::Null), read)?;
    same("value", &expected.value.map_or(Ok(Value::Null), read)?, &answer.value().unwrap_or(default))?;
    same("variant", expected.variant.as_deref(), answer.variant)?;
    common(&expected, &answer)?;
    let explanation = engine.explain(flag, context, now);
    if case.asked.is_none() {
        same("explained", answer.error_code != Some(ErrorCode::FlagNotFound), explanation.is_some())?;
    }
    if let Some(expected) = &expected.assignments {
        let (same_answer, assignments) = engine.evaluate_assigned(flag, context, now);
        same("answer with assignments", answer.variant, same_answer.variant)?;
        same("assignments", expected, &assignments.iter().map(ExpectedAssignment::from).collect())?;
    }
    expected.metadata.map_or(Ok(()), |metadata| same("metadata", &sorted(read(metadata)?), &metadata_of(&answer)))
}

fn route<P: Patterns>(
    engine: &Engine<P>,
    service: &str,
    context: &Context,
    now: Timestamp,
    case: &Case<'_>,
) -> Verdict {
    let route = engine.route(service, context, now);
    let expected: ExpectedAnswer<'_> = expected(case)?;
    same("track", expected.track.as_deref(), Some(route.track))?;
    let version = parse_value(route.version).map_err(|error| error.to_string())?;
    same("version", &expected.version.map_or(Ok(Value::Null), read)?, &version)?;
    common(&expected, &route.evaluation)?;
    let metadata = metadata_of(&route.evaluation);
    expected.metadata.map_or(Ok(()), |expected| same("metadata", &sorted(read(expected)?), &metadata))
}

fn common(expected: &ExpectedAnswer<'_>, answer: &Evaluation<'_>) -> Verdict {
    same("reason", expected.reason.as_str(), answer.reason.name())?;
    same("rule", expected.rule.as_deref(), answer.rule)?;
    same("error code", expected.error_code.as_deref(), answer.error_code.map(ErrorCode::name))
}

fn diagnostics(snapshot: &str, expected: &[ExpectedDiagnostic]) -> Verdict {
    let found = match <Engine>::from_json(snapshot) {
        Ok(engine) => engine.diagnostics().to_vec(),
        Err(refused) => refused.diagnostics,
    };
    let mut found: Vec<(String, String, String)> = found
        .into_iter()
        .map(|problem| (problem.path, problem.code.name().to_owned(), problem.severity.name().to_owned()))
        .collect();
    found.sort();
    let mut expected: Vec<(String, String, String)> =
        expected.iter().map(|d| (d.path.clone(), d.code.clone(), d.severity.clone())).collect();
    expected.sort();
    let only = |these: &[(String, String, String)], those: &[(String, String, String)]| {
        these.iter().filter(|one| !those.contains(one)).cloned().collect::<Vec<_>>()
    };
    if found == expected {
        return Ok(());
    }
    Err(format!("diagnostics: missing {:?}, surplus {:?}", only(&expected, &found), only(&found, &expected)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedUpdate {
    changed: Option<Vec<String>>,
    refused: Option<String>,
}

fn update<P: Form>(engine: &mut Engine<P>, next: &str, case: &Case<'_>) -> Verdict {
    let expected: ExpectedUpdate = expected(case)?;
    let result = P::update(engine, next);
    let refused = |error: &SnapshotError| error.diagnostics.first().map(|problem| problem.code.name().to_owned());
    same("refused", expected.refused.as_ref(), result.as_ref().err().and_then(refused).as_ref())?;
    same("changed", expected.changed.as_ref(), result.as_ref().ok().map(|changes| &changes.flags))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedBucket {
    digest: String,
    bucket: Option<u32>,
}

fn bucket(unit: &str, case: &Case<'_>) -> Verdict {
    let digest = Digest::of(unit.as_bytes());
    let expected: ExpectedBucket = expected(case)?;
    same("digest", expected.digest.as_str(), digest.to_string().as_str())?;
    same("digest read", Some(digest), Digest::from_hex(&expected.digest))?;
    let seed = case.seed.as_deref().unwrap_or_default();
    same("bucket", expected.bucket, digest.is_some().then(|| SeedKey::of(seed).bucket(digest)))
}

fn metadata_of(answer: &Evaluation<'_>) -> Value {
    sorted(Value::Object(answer.metadata()))
}

/// The same value with the members of the outermost object in order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(mut members) => {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(members)
        }
        other => other,
    }
}

fn expected<'a, T: Deserialize<'a>>(case: &Case<'a>) -> Result<T, String> {
    let text = case.expect.map_or("null", RawValue::get);
    serde_json::from_str(text).map_err(|error| format!("`expect` is malformed: {error}"))
}

fn read(raw: &RawValue) -> Result<Value, String> {
    parse_value(raw.get()).map_err(|problem| problem.message)
}

fn read_context(raw: Option<&RawValue>) -> Result<Context, String> {
    raw.map_or(Ok(Context::default()), |raw| Context::from_json(raw.get()).map_err(|problem| problem.message))
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| format!("`{text}` is no instant"))
}

fn value_type(name: &str) -> Result<ValueType, String> {
    [ValueType::Boolean, ValueType::String, ValueType::Number, ValueType::Object]
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| format!("`{name}` is no type"))
}

#[expect(clippy::needless_pass_by_value, reason = "most of what is compared is small and made on the spot")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, expected: T, actual: T) -> Verdict {
    if expected == actual { Ok(()) } else { Err(format!("{what}: expected {expected:?}, got {actual:?}")) }
}
