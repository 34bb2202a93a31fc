//! Conditions in words, as a change shows them.

use alloc::string::{String, ToString};
use core::fmt::{self, Display, Formatter};

use crate::snapshot::model::{Condition, Test};

/// A condition as one line: `country in ["DE"] and not (in segment staff or beta exists)`.
pub(super) fn words(condition: &Condition) -> String {
    Words { condition, nested: false }.to_string()
}

struct Words<'c> {
    condition: &'c Condition,
    /// Whether a list of conditions needs parentheses.
    nested: bool,
}

impl Display for Words<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.condition {
            Condition::All(children) => self.list(f, children, " and ", "everybody"),
            Condition::Any(children) => self.list(f, children, " or ", "nobody"),
            Condition::Not(child) => write!(f, "not {}", Words { condition: child, nested: true }),
            Condition::Segment(key) => write!(f, "in segment {key}"),
            Condition::Ring(name) => write!(f, "in ring {name}"),
            Condition::After(instant) => write!(f, "after {instant}"),
            Condition::Before(instant) => write!(f, "before {instant}"),
            Condition::Attribute(Test { attribute, operator, text, ignore_case, .. }) => {
                let case = if *ignore_case { " (case ignored)" } else { "" };
                write!(f, "{attribute} {} {text}{case}", operator.name())
            }
        }
    }
}

impl Words<'_> {
    fn list(&self, f: &mut Formatter<'_>, children: &[Condition], joint: &str, none: &str) -> fmt::Result {
        let [first, rest @ ..] = children else { return f.write_str(none) };
        let parentheses = self.nested && !rest.is_empty();
        f.write_str(if parentheses { "(" } else { "" })?;
        // A list of one is what it lists.
        let nested = self.nested || !rest.is_empty();
        write!(f, "{}", Words { condition: first, nested })?;
        for child in rest {
            write!(f, "{joint}{}", Words { condition: child, nested })?;
        }
        f.write_str(if parentheses { ")" } else { "" })
    }
}
