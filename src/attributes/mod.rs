//! What a snapshot says of attributes, and who does not keep to it.
//!
//! Evaluation never looks at it: a declaration changes no answer. [`check_context`] is for development, where a service
//! that sends a number instead of a text shall be noticed before its users are.

mod read;

use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use read::{Read, of_flag, of_holdout, of_layer, of_segment, of_service};

use crate::context::{Context, TARGETING_KEY, VISITOR};
use crate::hash::Digest;
use crate::snapshot::model::{Attribute, AttributeType, Keyed};
use crate::words::address::Address;
use crate::words::diagnostic::{Code, Diagnostic, Severity, did_you_mean};
use crate::words::pointer::push_key;
use crate::words::text::join;
use crate::words::time::Timestamp;
use crate::words::value::Value;
use crate::words::version::Version;
use crate::words::{limits, order};

/// The declarations of a snapshot, to be looked up. Broken ones are declared, and nothing is known of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'s>(&'s [Keyed<Attribute>]);

impl<'s> Declared<'s> {
    /// Those of [`Snapshot::attributes`](crate::snapshot::model::Snapshot::attributes).
    pub(crate) const fn new(attributes: &'s [Keyed<Attribute>]) -> Self {
        Self(attributes)
    }

    /// Whether nothing is declared: then nothing is expected either.
    pub(crate) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// What is said of a path itself, if anything is. What holds the unit by default is a unit, unless something else is said.
    pub(crate) fn of(self, path: &str) -> Option<AttributeType> {
        match self.find(path) {
            Some(Ok(attribute)) => Some(attribute.kind),
            None if is_default_unit(path) => Some(AttributeType::Unit),
            _ => None,
        }
    }

    /// Whether a path, or an object that it is in, is declared.
    pub(crate) fn covers(self, path: &str) -> bool {
        is_default_unit(path) || ways_to(path).any(|way| self.find(way).is_some())
    }

    /// Whether a path, or an object that it is in, is private.
    pub(crate) fn is_private(self, path: &str) -> bool {
        ways_to(path).any(|way| matches!(self.find(way), Some(Ok(attribute)) if attribute.is_private))
    }

    /// What was probably meant by a path that is not declared, as the end of a message.
    pub(crate) fn hint(self, path: &str) -> String {
        let known: Vec<&str> = self.0.iter().map(|keyed| keyed.key.as_str()).collect();
        did_you_mean(path, &known)
    }

    fn find(self, path: &str) -> Option<Result<Attribute, ()>> {
        let place = self.0.binary_search_by(|keyed| keyed.key.as_str().cmp(path)).ok()?;
        self.0.get(place).map(|keyed| keyed.part.as_ref().map(|attribute| *attribute).map_err(|_| ()))
    }

    /// Whether something within the object of this path is declared.
    fn goes_below(self, path: &str) -> bool {
        let start = self.0.partition_point(|keyed| keyed.key.as_str() <= path);
        let below = |keyed: &Keyed<Attribute>| keyed.key.strip_prefix(path).map(|rest| rest.starts_with('.'));
        self.0.iter().skip(start).map_while(below).any(|is_below| is_below)
    }
}

/// Whether splits and lists look there for the unit where none is named: those of flags, and those of services.
fn is_default_unit(path: &str) -> bool {
    [TARGETING_KEY, VISITOR].contains(&path)
}

/// A path and the paths of the objects that it is in.
fn ways_to(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').filter_map(|(dot, _)| path.get(..dot)).chain(core::iter::once(path))
}

/// In what a context does not keep to what a snapshot says of attributes, in the order of the places.
///
/// Every problem is a warning, whose `path` is a JSON pointer into the context, and whose message names types but no
/// values, which can be private. Nothing is said of an attribute that is not there: which are needed depends on the flag.
/// Where nothing is declared, nothing is said at all.
///
/// ```
/// use vexil::attributes::check_context;
/// use vexil::patterns::RegexPatterns;
/// use vexil::{Code, Context};
///
/// let text = r#"{ "schema": "vexil/1", "attributes": { "country": { "type": "string" } } }"#;
/// let attributes = vexil::snapshot::read::<RegexPatterns>(text).snapshot.unwrap_or_default().attributes;
/// let problems = check_context(&attributes, &Context::new("u-1").with("contry", "DE").with("country", 49));
/// assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::UndeclaredAttribute, Code::WrongType]);
/// ```
pub fn check_context(attributes: &[Keyed<Attribute>], context: &Context) -> Vec<Diagnostic> {
    let declared = Declared::new(attributes);
    let mut problems = Vec::new();
    if declared.is_empty() {
        return problems;
    }
    for (key, value) in context.iter() {
        let mut pointer = String::new();
        push_key(&mut pointer, key);
        // A dot in a key of the context itself is no step into an object: such a key is looked up as a whole.
        check(declared, (key, &pointer), value, !key.contains('.'), &mut problems);
    }
    order::sort(&mut problems, |a, b| a.path.cmp(&b.path));
    problems.truncate(limits::DIAGNOSTICS);
    problems
}

fn check(
    declared: Declared<'_>,
    (path, pointer): (&str, &str),
    value: &Value,
    has_members: bool,
    problems: &mut Vec<Diagnostic>,
) {
    if let Some(kind) = declared.of(path)
        && !fits(value, kind)
    {
        let message = ["`", path, "` is declared ", described(kind), ", and ", found(value), " is none"];
        let problem = Diagnostic::new(Code::WrongType, pointer, join(&message));
        problems.push(Diagnostic { severity: Severity::Warning, ..problem });
    }
    match value {
        Value::Object(members) if has_members && declared.goes_below(path) => {
            for (key, value) in members {
                let mut pointer = String::from(pointer);
                push_key(&mut pointer, key);
                let path = join(&[path, ".", key]);
                if key.contains('.') {
                    // No path leads to such a key within an object.
                    problems.push(undeclared(declared, &path, &pointer));
                } else {
                    check(declared, (&path, &pointer), value, true, problems);
                }
            }
        }
        _ if declared.covers(path) => {}
        _ => problems.push(undeclared(declared, path, pointer)),
    }
}

fn undeclared(declared: Declared<'_>, path: &str, pointer: &str) -> Diagnostic {
    Diagnostic::new(Code::UndeclaredAttribute, pointer, join(&["`", path, "` is not declared", &declared.hint(path)]))
}

/// Whether a value is of a type; what is missing is of every one.
fn fits(value: &Value, kind: AttributeType) -> bool {
    match (value, kind) {
        (Value::Null, _)
        | (Value::Boolean(_), AttributeType::Boolean)
        | (Value::Number(_), AttributeType::Number | AttributeType::Instant)
        | (Value::String(_), AttributeType::String)
        | (Value::Object(_), AttributeType::Object) => true,
        (Value::Number(number), AttributeType::Unit) => Digest::of_number(*number).is_some(),
        (Value::String(text), AttributeType::Unit) => !text.is_empty(),
        (Value::String(text), AttributeType::Instant) => Timestamp::parse(text).is_some(),
        (Value::String(text), AttributeType::Version) => Version::of_attribute(text.as_bytes()).is_some(),
        (Value::String(text), AttributeType::Address) => Address::parse(text.as_bytes()).is_some(),
        (Value::List(items), AttributeType::List) => {
            items.iter().all(|item| !matches!(item, Value::List(_) | Value::Object(_)))
        }
        _ => false,
    }
}

/// The words for a type in messages.
pub(crate) const fn described(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::Unit => "a unit (a text that is not empty, or a whole number up to 2^53 - 1)",
        AttributeType::String => "a string",
        AttributeType::Number => "a number",
        AttributeType::Boolean => "a boolean",
        AttributeType::Instant => "an instant (a text such as `2026-03-01T09:00:00+01:00`, or milliseconds)",
        AttributeType::Version => "a version (a text such as `2.3.0`)",
        AttributeType::Address => "an address (a text such as `192.0.2.1` or `2001:db8::1`)",
        AttributeType::List => "a list of strings, numbers and booleans",
        AttributeType::Object => "an object",
    }
}

const fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Boolean(_) => "a boolean",
        Value::Number(_) => "this number",
        Value::String(_) => "this string",
        Value::List(_) => "this array",
        Value::Object(_) => "an object",
    }
}
