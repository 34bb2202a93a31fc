//! What became of a document, as JSON text. JavaScript knows it as `Outcome` in `pkg/src/engine/base.ts`.

use alloc::string::String;

use vexil::json::quoted;
use vexil::words::text::{decimal, join};
use vexil::{Changes, Diagnostic, SnapshotError};

/// `{"changes":{"flags":[...],"services":[...]}}`, with `"handle"` of a new engine, or with `"refused"`: what
/// is wrong with a document. Its kills are in force all the same, so it has changes too.
pub(crate) fn to_json(handle: Option<u32>, result: &Result<Changes, SnapshotError>) -> String {
    let (changes, refused) = match result {
        Ok(changes) => (changes, None),
        Err(refused) => (&refused.changes, Some(refused)),
    };
    let keys = |keys: &[String]| list(keys, |key| quoted(key));
    let mut json =
        join(&["{\"changes\":{\"flags\":", &keys(&changes.flags), ",\"services\":", &keys(&changes.services), "}"]);
    if let Some(handle) = handle {
        json.push_str(",\"handle\":");
        json.push_str(&decimal(handle.into()));
    }
    if let Some(refused) = refused {
        json.push_str(",\"refused\":");
        json.push_str(&diagnostics(&refused.diagnostics));
    }
    json.push('}');
    json
}

/// `[{"code":...,"severity":...,"path":...,"message":...},...]`
pub(crate) fn diagnostics(diagnostics: &[Diagnostic]) -> String {
    list(diagnostics, |diagnostic| {
        let (path, message) = (quoted(&diagnostic.path), quoted(&diagnostic.message));
        let (code, severity) = (diagnostic.code.name(), diagnostic.severity.name());
        join(&[
            "{\"code\":\"",
            code,
            "\",\"severity\":\"",
            severity,
            "\",\"path\":",
            &path,
            ",\"message\":",
            &message,
            "}",
        ])
    })
}

/// An array.
pub(crate) fn list<T>(items: &[T], to_json: impl Fn(&T) -> String) -> String {
    let mut json = String::from("[");
    for item in items {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&to_json(item));
    }
    json.push(']');
    json
}
