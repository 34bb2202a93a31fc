//! The evaluation context: what is known of the unit and the request that ask.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json;
use crate::words::diagnostic::{Code, Diagnostic};
use crate::words::value::Value;

/// The attribute that identifies the unit, unless a split, list or layer names another.
pub const TARGETING_KEY: &str = "targetingKey";

/// The attribute that identifies who sends a request, for the splits of services, unless they name another.
pub const VISITOR: &str = "visitor";

/// Attributes of one evaluation.
///
/// ```
/// use vexil::Context;
///
/// let context = Context::new("u-1").with("country", "DE").with("age", 42);
/// assert_eq!(context.get("country"), Some(&"DE".into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    attributes: Vec<(String, Value)>,
}

impl Context {
    /// A context with a targeting key.
    pub fn new(targeting_key: impl Into<Value>) -> Self {
        Self::default().with(TARGETING_KEY, targeting_key)
    }

    /// The same context with one attribute more, or another value for it.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(key, value);
        self
    }

    /// Sets an attribute.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        match self.attributes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((key, value)),
        }
    }

    /// Reads a context from a JSON object. Of members with one key the last counts, as everywhere
    /// in JavaScript.
    ///
    /// # Errors
    /// The text is not JSON, or no object.
    pub fn from_json(text: &str) -> Result<Self, Diagnostic> {
        match json::parse_value(text)? {
            Value::Object(members) => Ok(members.into_iter().collect()),
            _ => Err(Diagnostic::new(Code::WrongType, "", "a context is a JSON object")),
        }
    }

    /// The attributes in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The attribute of a path: first as a whole key, which decides even if its value is null;
    /// else with every dot a step into an object.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let own = |key: &str| self.attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value);
        if let Some(value) = own(path) {
            return Some(value);
        }
        let (first, rest) = path.split_once('.')?;
        rest.split('.').try_fold(own(first)?, Value::member)
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(attributes: I) -> Self {
        let mut context = Self::default();
        for (key, value) in attributes {
            context.set(key, value);
        }
        context
    }
}
