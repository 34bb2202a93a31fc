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
use crate::words::pointer::{push_index, push_key};
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
        let declared = self.0.iter().map(|keyed| keyed.key.as_str());
        did_you_mean(path, &declared.chain(DEFAULT_UNITS).collect::<Vec<_>>())
    }

    fn find(self, path: &str) -> Option<Result<Attribute, ()>> {
        Keyed::find(self.0, path).map(|keyed| keyed.part.as_ref().map(|attribute| *attribute).map_err(|_| ()))
    }

    /// Whether something within the object of this path is declared.
    fn goes_below(self, path: &str) -> bool {
        let start = self.0.partition_point(|keyed| keyed.key.as_str() <= path);
        let below = |keyed: &Keyed<Attribute>| keyed.key.strip_prefix(path).map(|rest| rest.starts_with('.'));
        self.0.iter().skip(start).map_while(below).any(|is_below| is_below)
    }
}

/// Where splits and lists look for the unit if none is named: those of flags, and those of services.
const DEFAULT_UNITS: [&str; 2] = [TARGETING_KEY, VISITOR];

fn is_default_unit(path: &str) -> bool {
    DEFAULT_UNITS.contains(&path)
}

/// What a host has in a context that JSON does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// An instant by its type, in the context as its RFC 3339 text.
    Date,
    /// Something that conditions cannot look into, in the context as an empty object.
    Opaque,
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
    check_context_with(attributes, context, &|_| None)
}

/// [`check_context`] for a host whose contexts hold more than JSON does; `foreign` says what stands at a JSON pointer.
pub fn check_context_with(
    attributes: &[Keyed<Attribute>],
    context: &Context,
    foreign: &dyn Fn(&str) -> Option<Foreign>,
) -> Vec<Diagnostic> {
    let mut check = Check { declared: Declared::new(attributes), foreign, problems: Vec::new() };
    if check.declared.is_empty() {
        return check.problems;
    }
    for (key, value) in context.iter() {
        let mut pointer = String::new();
        push_key(&mut pointer, key);
        // A dot in a key of the context itself is no step into an object: such a key is looked up as a whole.
        check.value(key, &pointer, value, !key.contains('.'));
    }
    order::sort(&mut check.problems, |a, b| a.path.cmp(&b.path));
    check.problems.truncate(limits::DIAGNOSTICS);
    check.problems
}

struct Check<'c> {
    declared: Declared<'c>,
    foreign: &'c dyn Fn(&str) -> Option<Foreign>,
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn value(&mut self, path: &str, pointer: &str, value: &Value, has_members: bool) {
        // Null is missing, and nothing that is missing is wrong.
        if matches!(value, Value::Null) {
            return;
        }
        if let Some(kind) = self.declared.of(path)
            && !self.fits(value, pointer, kind)
        {
            let found = self.found(value, pointer);
            self.wrong(pointer, &["`", path, "` is declared ", described(kind), ", and ", found, " is none"]);
        }
        let goes_below = self.declared.goes_below(path);
        match value {
            Value::Object(members) if has_members && goes_below && (self.foreign)(pointer).is_none() => {
                for (key, value) in members {
                    let mut pointer = String::from(pointer);
                    push_key(&mut pointer, key);
                    let path = join(&[path, ".", key]);
                    if key.contains('.') {
                        // No path leads to such a key within an object.
                        self.undeclared(&path, &pointer);
                    } else {
                        self.value(&path, &pointer, value, true);
                    }
                }
            }
            _ if self.declared.covers(path) => {}
            _ if has_members && goes_below => {
                let found = self.found(value, pointer);
                self.wrong(
                    pointer,
                    &["what is declared in `", path, "` cannot be in it: ", found, " is no plain object"],
                );
            }
            _ => self.undeclared(path, pointer),
        }
    }

    fn wrong(&mut self, pointer: &str, message: &[&str]) {
        let problem = Diagnostic::new(Code::WrongType, pointer, join(message));
        self.problems.push(Diagnostic { severity: Severity::Warning, ..problem });
    }

    fn undeclared(&mut self, path: &str, pointer: &str) {
        let message = join(&["`", path, "` is not declared", &self.declared.hint(path)]);
        self.problems.push(Diagnostic::new(Code::UndeclaredAttribute, pointer, message));
    }

    /// Whether a value is of a type; what is missing is of every one.
    fn fits(&self, value: &Value, pointer: &str, kind: AttributeType) -> bool {
        match ((self.foreign)(pointer), value, kind) {
            (Some(foreign), ..) => foreign == Foreign::Date && kind == AttributeType::Instant,
            (_, Value::Boolean(_), AttributeType::Boolean)
            | (_, Value::Number(_), AttributeType::Number | AttributeType::Instant)
            | (_, Value::String(_), AttributeType::String)
            | (_, Value::Object(_), AttributeType::Object) => true,
            (_, Value::Number(number), AttributeType::Unit) => Digest::of_number(*number).is_some(),
            (_, Value::String(text), AttributeType::Unit) => !text.is_empty(),
            (_, Value::String(text), AttributeType::Instant) => Timestamp::parse(text).is_some(),
            (_, Value::String(text), AttributeType::Version) => Version::of_attribute(text.as_bytes()).is_some(),
            (_, Value::String(text), AttributeType::Address) => Address::parse(text.as_bytes()).is_some(),
            (_, Value::List(items), AttributeType::List) => (0..).zip(items).all(|(index, item)| {
                let mut pointer = String::from(pointer);
                push_index(&mut pointer, index);
                !matches!(item, Value::List(_) | Value::Object(_)) && (self.foreign)(&pointer).is_none()
            }),
            _ => false,
        }
    }

    /// The words for a value in messages.
    fn found(&self, value: &Value, pointer: &str) -> &'static str {
        match ((self.foreign)(pointer), value) {
            (Some(Foreign::Date), _) => "a date",
            (Some(Foreign::Opaque), _) => "an object that conditions cannot look into",
            (_, Value::Null) => "null",
            (_, Value::Boolean(_)) => "a boolean",
            (_, Value::Number(_)) => "this number",
            (_, Value::String(_)) => "this string",
            (_, Value::List(_)) => "this array",
            (_, Value::Object(_)) => "an object",
        }
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
