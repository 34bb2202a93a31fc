//! An answer as JSON text.

use alloc::string::String;

use vexil::json::quoted;
use vexil::words::text::join;
use vexil::{ErrorCode, Evaluation};

use crate::json::{member, texts};

/// `{"flagKey":…,"reason":…,"variant":…,…,"value":…,"own":{…},"added":{…}}`: the value and the
/// flag's own metadata stand as in the snapshot, so no number is printed here.
pub(crate) fn to_json(answer: &Evaluation<'_>) -> String {
    let mut json = String::from("{\"flagKey\":");
    json.push_str(&quoted(answer.flag));
    member(&mut json, "reason", &quoted(answer.reason.name()));
    let of_outcome = [
        ("variant", answer.variant),
        ("rule", answer.rule),
        ("errorCode", answer.error_code.map(ErrorCode::name)),
        ("errorMessage", answer.error_code.map(ErrorCode::message)),
    ];
    texts(&mut json, &of_outcome);
    for (key, text) in [("value", answer.json), ("own", answer.metadata_json())] {
        if let Some(text) = text {
            member(&mut json, key, text);
        }
    }
    let mut added = String::new();
    for (key, text) in answer.added_texts() {
        member(&mut added, key, &quoted(text));
    }
    if answer.is_deprecated() {
        member(&mut added, Evaluation::DEPRECATED, "true");
    }
    // Every member brought a comma before it.
    let added = join(&["{", added.get(1..).unwrap_or_default(), "}"]);
    member(&mut json, "added", &added);
    json.push('}');
    json
}
