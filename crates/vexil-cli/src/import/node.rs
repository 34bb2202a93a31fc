//! Values of a foreign file with their places, read strictly.

use std::fmt;

use vexil::Value;
use vexil::words::diagnostic::{Path, did_you_mean};

/// What a file does not say clearly, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    path: String,
    message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, message } = self;
        if path.is_empty() { f.write_str(message) } else { write!(f, "{path}: {message}") }
    }
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Node<'v> {
    pub(super) value: &'v Value,
    /// A JSON pointer.
    pub(super) path: String,
}

impl<'v> Node<'v> {
    pub(super) const fn root(value: &'v Value) -> Self {
        Self { value, path: String::new() }
    }

    /// A problem with this value.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem { path: self.path.clone(), message: message.into() }
    }

    fn expected(&self, what: &str) -> Problem {
        let found = match self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::List(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.problem(format!("expected {what}, found {found}"))
    }

    fn below(&self, key: &str, value: &'v Value) -> Self {
        Self { value, path: format!("{}{}", self.path, Path::Root.key(key)) }
    }

    /// A member of an object. One that is null is not there.
    pub(super) fn member(&self, key: &str) -> Option<Self> {
        let value = self.value.member(key).filter(|value| **value != Value::Null)?;
        Some(self.below(key, value))
    }

    /// A member that must be there.
    pub(super) fn need(&self, key: &str) -> Result<Self, Problem> {
        self.member(key).ok_or_else(|| match self.value {
            Value::Object(_) => self.problem(format!("`{key}` is missing")),
            _ => self.expected("an object"),
        })
    }

    /// The members of an object that are not null, each key once.
    pub(super) fn members(&self) -> Result<Vec<(&'v str, Self)>, Problem> {
        let Value::Object(members) = self.value else { return Err(self.expected("an object")) };
        let mut found: Vec<(&'v str, Self)> = Vec::with_capacity(members.len());
        let mut keys = std::collections::HashSet::new();
        for (key, value) in members {
            let node = self.below(key, value);
            if !keys.insert(key) {
                return Err(node.problem("it is there twice"));
            }
            if *value != Value::Null {
                found.push((key, node));
            }
        }
        Ok(found)
    }

    /// The elements of an array.
    pub(super) fn items(&self) -> Result<Vec<Self>, Problem> {
        let Value::List(items) = self.value else { return Err(self.expected("an array")) };
        let item = |(number, value)| Self { value, path: format!("{}/{number}", self.path) };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A text.
    pub(super) fn text(&self) -> Result<&'v str, Problem> {
        match self.value {
            Value::String(text) => Ok(text),
            _ => Err(self.expected("a text")),
        }
    }

    /// A list of texts; a text alone is a list of one.
    pub(super) fn texts(&self) -> Result<Vec<&'v str>, Problem> {
        match self.value {
            Value::String(text) => Ok(vec![text]),
            Value::List(_) => self.items()?.iter().map(Self::text).collect(),
            _ => Err(self.expected("a text or an array of texts")),
        }
    }

    /// A boolean.
    pub(super) fn boolean(&self) -> Result<bool, Problem> {
        match self.value {
            Value::Boolean(value) => Ok(*value),
            _ => Err(self.expected("a boolean")),
        }
    }

    /// A number.
    pub(super) fn number(&self) -> Result<f64, Problem> {
        match self.value {
            Value::Number(value) => Ok(*value),
            _ => Err(self.expected("a number")),
        }
    }

    /// A percentage.
    pub(super) fn percentage(&self) -> Result<f64, Problem> {
        let percentage = self.number()?;
        if (0.0..=100.0).contains(&percentage) {
            Ok(percentage)
        } else {
            Err(self.problem(format!("{percentage} is no percentage from 0 to 100")))
        }
    }

    /// One of some words, whatever their case. An unknown one is never taken for another.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Problem> {
        let text = self.text()?;
        let folded = text.to_ascii_lowercase();
        let found = choices.iter().find(|(word, _)| *word == folded);
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let hint = did_you_mean(text, &words);
            self.problem(format!("`{text}` is none of `{}`{hint}", words.join("`, `")))
        })
    }
}
