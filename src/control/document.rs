//! Authored documents: parts of a snapshot as people wrote them, in one order of members.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::value::Value;

/// A JSON object whose members, and those of all objects in it, are in the order of their keys: equal documents have
/// equal bytes. Of members with one key the last counts.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "Document"))]
pub struct Document(Members);

type Members = Vec<(String, Value)>;

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(members) => Ok(Self(ordered(members))),
            _ => Err(serde::de::Error::custom("this must be an object")),
        }
    }
}

impl Document {
    /// A document with these members.
    pub fn new(members: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self(ordered(members.into_iter().collect()))
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let place = self.0.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// The members in the order of their keys.
    pub fn members(&self) -> &[(String, Value)] {
        &self.0
    }

    /// The same with the members of another one in their place; null takes a member away.
    #[must_use]
    pub fn with(&self, patch: &Self) -> Self {
        let kept = self.0.iter().filter(|(key, _)| patch.get(key).is_none());
        let set = patch.0.iter().filter(|(_, value)| *value != Value::Null);
        Self::new(kept.chain(set).cloned())
    }

    /// The patch that undoes a patch on this document: what `patch` names, as it is here.
    #[must_use]
    pub fn named_in(&self, patch: &Self) -> Self {
        let member = |key: &String| (key.clone(), self.get(key).cloned().unwrap_or(Value::Null));
        Self(patch.0.iter().map(|(key, _)| member(key)).collect())
    }

    /// The document as a value.
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

fn ordered(members: Members) -> Members {
    let mut ordered: Members = Vec::with_capacity(members.len());
    for (key, value) in members {
        let value = canonical(value);
        match ordered.binary_search_by(|(known, _)| known.as_str().cmp(&key)) {
            Ok(place) => {
                if let Some((_, known)) = ordered.get_mut(place) {
                    *known = value;
                }
            }
            Err(place) => ordered.insert(place, (key, value)),
        }
    }
    ordered
}

fn canonical(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(ordered(members)),
        Value::List(items) => Value::List(items.into_iter().map(canonical).collect()),
        scalar => scalar,
    }
}
