//! An answer as JSON text.

use alloc::string::String;

use vexil::Evaluation;
use vexil::json::quoted;
use vexil::words::value::Value;

/// `{"flagKey":…,"value":…,"variant":…,"reason":…,…,"own":{…},"added":{…}}`: the value and the
/// flag's own metadata stand as in the snapshot, so no number is printed here.
pub(crate) fn to_json(answer: &Evaluation<'_>) -> String {
    let mut json = String::from("{\"flagKey\":");
    json.push_str(&quoted(answer.flag));
    member(&mut json, "reason", &quoted(answer.reason.name()));
    if let Some(value) = answer.json {
        member(&mut json, "value", value);
    }
    if let Some(variant) = answer.variant {
        member(&mut json, "variant", &quoted(variant));
    }
    if let Some(rule) = answer.rule {
        member(&mut json, "rule", &quoted(rule));
    }
    if let Some(code) = answer.error_code {
        member(&mut json, "errorCode", &quoted(code.name()));
        member(&mut json, "errorMessage", &quoted(code.message()));
    }
    if let Some(own) = answer.metadata_json() {
        member(&mut json, "own", own);
    }
    let mut added = String::from("{");
    for (key, value) in answer.added_metadata() {
        if added.len() > 1 {
            added.push(',');
        }
        added.push_str(&quoted(key));
        added.push(':');
        match value {
            Value::String(text) => added.push_str(&quoted(&text)),
            _ => added.push_str("true"),
        }
    }
    added.push('}');
    member(&mut json, "added", &added);
    json.push('}');
    json
}

fn member(json: &mut String, key: &str, value: &str) {
    json.push_str(",\"");
    json.push_str(key);
    json.push_str("\":");
    json.push_str(value);
}
