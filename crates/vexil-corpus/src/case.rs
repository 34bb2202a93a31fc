//! The form of a fixture file.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use vexil::json::compact;

/// One snapshot and the cases that run on it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File<'a> {
    #[serde(borrow)]
    snapshot: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) cases: Vec<Case<'a>>,
}

impl File<'_> {
    /// The document, without the fixture's own line breaks.
    pub(crate) fn snapshot_text(&self) -> Option<String> {
        self.snapshot.map(|raw| compact(raw.get())).or_else(|| self.text.as_ref().map(ToString::to_string))
    }
}

/// One fixture. Which of the fields is there says what kind it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case<'a> {
    pub(crate) why: String,
    pub(crate) flag: Option<String>,
    pub(crate) service: Option<String>,
    #[serde(borrow)]
    pub(crate) all: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) context: Option<&'a RawValue>,
    pub(crate) now: Option<String>,
    #[serde(borrow)]
    pub(crate) default: Option<&'a RawValue>,
    #[serde(rename = "as")]
    pub(crate) asked: Option<String>,
    #[serde(borrow, default)]
    pub(crate) kill: Vec<&'a RawValue>,
    pub(crate) diagnostics: Option<Vec<ExpectedDiagnostic>>,
    #[serde(borrow)]
    pub(crate) update: Option<&'a RawValue>,
    #[serde(rename = "updateText")]
    pub(crate) update_text: Option<String>,
    #[serde(rename = "nextChange")]
    pub(crate) next_change: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) seed: Option<String>,
    #[serde(borrow)]
    pub(crate) expect: Option<&'a RawValue>,
}

/// A problem that validation must report.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedDiagnostic {
    pub(crate) path: String,
    pub(crate) code: String,
    pub(crate) severity: String,
}
