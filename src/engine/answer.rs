//! Answers: outcomes in the words that hosts speak.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::ir::{Cause, Flag, NONE, Reason, Ruleset, flag_bits};
use crate::json;
use crate::words::error_code::ErrorCode;
use crate::words::text::join;
use crate::words::value::{Value, ValueType};

/// An evaluated flag: what it serves and why. Borrows from the engine.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation<'e> {
    /// The flag's key.
    pub flag: &'e str,
    /// The variant; `None` for an error.
    pub variant: Option<&'e str>,
    /// The value as JSON text, as it stands in the snapshot; `None` for an error.
    pub json: Option<&'e str>,
    /// Why.
    pub reason: Reason,
    /// What is wrong, if the reason is an error. The caller's default stands in for the value.
    pub error_code: Option<ErrorCode>,
    /// The rule that decided.
    pub rule: Option<&'e str>,
    cause: Cause,
    detail: Option<&'e str>,
    own_metadata: Option<&'e str>,
    deprecated: bool,
    /// The type that was asked for and the one that the flag has, where they differ.
    mismatch: Option<(ValueType, ValueType)>,
}

impl<'e> Evaluation<'e> {
    /// The key in the metadata under which a deprecated flag says so.
    pub const DEPRECATED: &'static str = "vexil.deprecated";

    pub(super) const fn error(flag: &'e str, error_code: ErrorCode) -> Self {
        Self {
            flag,
            variant: None,
            json: None,
            reason: Reason::Error,
            error_code: Some(error_code),
            rule: None,
            cause: Cause::None,
            detail: None,
            own_metadata: None,
            deprecated: false,
            mismatch: None,
        }
    }

    pub(super) const fn mismatch(flag: &'e str, asked: ValueType, own: ValueType) -> Self {
        Self { mismatch: Some((asked, own)), ..Self::error(flag, ErrorCode::TypeMismatch) }
    }

    pub(super) fn new<P>(ruleset: &'e Ruleset<P>, flag: &'e Flag, outcome: u32) -> Self {
        let key = ruleset.text(flag.key);
        let Some(row) = ruleset.outcomes.get(outcome as usize) else { return Self::error(key, ErrorCode::General) };
        let cause = Cause::of(row.cause()).unwrap_or(Cause::None);
        let reason = Reason::of(row.reason()).unwrap_or(Reason::Error);
        let error_code = row.error_code();
        let variant = ruleset.variants.get(row.variant as usize);
        Self {
            flag: key,
            variant: variant.map(|variant| ruleset.text(variant.key)),
            json: variant.map(|variant| ruleset.text(variant.value)),
            reason,
            error_code,
            rule: ruleset.optional_text(row.rule()),
            cause,
            detail: ruleset.optional_text(row.detail()),
            own_metadata: if flag.metadata == NONE { None } else { Some(ruleset.text(flag.metadata)) },
            deprecated: flag.bits & flag_bits::DEPRECATED != 0 && error_code.is_none(),
            mismatch: None,
        }
    }

    /// A sentence for what is wrong, if the reason is an error.
    pub fn error_message(&self) -> Option<Cow<'static, str>> {
        let Some((asked, own)) = self.mismatch else { return self.error_code.map(|code| code.message().into()) };
        let text = ["the flag's values are of type ", own.name(), ", asked for is ", asked.name()];
        Some(join(&text).into())
    }

    /// The value; `None` for an error.
    pub fn value(&self) -> Option<Value> {
        self.json.and_then(|text| json::parse_value(text).ok())
    }

    /// The value, if it is a boolean.
    pub fn boolean(&self) -> Option<bool> {
        match self.json {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        }
    }

    /// The value, if it is a number.
    pub fn number(&self) -> Option<f64> {
        match self.value() {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// The value, if it is a text.
    pub fn string(&self) -> Option<Cow<'e, str>> {
        let inside = self.json?.strip_prefix('"')?.strip_suffix('"')?;
        if !inside.contains('\\') {
            return Some(Cow::Borrowed(inside));
        }
        match self.value() {
            Some(Value::String(text)) => Some(Cow::Owned(text)),
            _ => None,
        }
    }

    /// The type of the value.
    pub fn kind(&self) -> Option<ValueType> {
        self.value().and_then(|value| value.kind())
    }

    /// The flag's own metadata as JSON text, as it stands in the snapshot.
    pub const fn metadata_json(&self) -> Option<&'e str> {
        self.own_metadata
    }

    /// The flag's own metadata, then what this answer adds to it under `vexil.`.
    pub fn metadata(&self) -> Vec<(String, Value)> {
        let mut metadata = match self.own_metadata.map(json::parse_value) {
            Some(Ok(Value::Object(members))) => members,
            _ => Vec::new(),
        };
        metadata.extend(self.added_metadata().map(|(key, value)| (String::from(key), value)));
        metadata
    }

    /// What this answer adds to the flag's metadata.
    pub fn added_metadata(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let deprecated = self.deprecated.then_some((Self::DEPRECATED, Value::Boolean(true)));
        self.added_texts().map(|(key, text)| (key, Value::from(text))).chain(deprecated)
    }

    /// The texts among what this answer adds to the flag's metadata.
    pub fn added_texts(&self) -> impl Iterator<Item = (&'static str, &'e str)> {
        let cause = self.cause.name();
        let scope = match self.cause {
            Cause::KilledAll => Some("all"),
            Cause::KilledNamespace => Some("namespace"),
            Cause::KilledFlag => Some("flag"),
            Cause::KilledService => Some("service"),
            _ => None,
        };
        let named = match self.cause {
            Cause::Prerequisite => "vexil.prerequisite",
            Cause::Holdout => "vexil.holdout",
            _ => "vexil.missingUnit",
        };
        let cause = ("vexil.cause", if cause.is_empty() { None } else { Some(cause) });
        let texts = [cause, ("vexil.killScope", scope), (named, self.detail)];
        texts.into_iter().filter_map(|(key, text)| Some((key, text?)))
    }

    /// Whether the flag is deprecated: what this answer adds to the metadata says so under
    /// [`Evaluation::DEPRECATED`].
    pub const fn is_deprecated(&self) -> bool {
        self.deprecated
    }
}

/// A routed request. Borrows from the engine.
#[derive(Clone, Copy, Debug)]
pub struct Route<'e> {
    /// The track; `stable` where there is no answer.
    pub track: &'e str,
    /// The track's version as JSON text: a string or null.
    pub version: &'e str,
    /// Why, and which rule.
    pub evaluation: Evaluation<'e>,
}

impl<'e> Route<'e> {
    pub(super) fn new(evaluation: Evaluation<'e>) -> Self {
        Self { track: evaluation.variant.unwrap_or("stable"), version: evaluation.json.unwrap_or("null"), evaluation }
    }
}
