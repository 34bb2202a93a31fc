//! JSON as people would write it: what fits on a line stands on one.

use vexil::Value;

use crate::say::json;

/// Columns of a line.
const WIDTH: usize = 100;

/// A document with an end of line.
pub(super) fn pretty(document: &Value) -> String {
    let mut text = String::new();
    broken(document, 0, &mut text);
    text.push('\n');
    text
}

/// A value below the root, which begins in some column.
fn value(value: &Value, depth: usize, column: usize, text: &mut String) {
    let line = on_a_line(value);
    if column + line.chars().count() <= WIDTH { text.push_str(&line) } else { broken(value, depth, text) }
}

/// A value whose members stand on lines of their own.
fn broken(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(key, value)| (format!("{}: ", json(&Value::from(key.as_str()))), value));
            lines(members, ['{', '}'], depth, text);
        }
        Value::List(items) if !items.is_empty() => {
            lines(items.iter().map(|item| (String::new(), item)), ['[', ']'], depth, text);
        }
        other => text.push_str(&json(other)),
    }
}

fn lines<'v>(
    members: impl Iterator<Item = (String, &'v Value)>,
    [open, close]: [char; 2],
    depth: usize,
    text: &mut String,
) {
    let margin = "  ".repeat(depth + 1);
    text.push(open);
    for (position, (name, member)) in members.enumerate() {
        text.push_str(if position == 0 { "\n" } else { ",\n" });
        text.push_str(&margin);
        text.push_str(&name);
        value(member, depth + 1, margin.len() + name.chars().count() + 1, text);
    }
    text.push('\n');
    text.push_str(margin.get(2..).unwrap_or_default());
    text.push(close);
}

fn on_a_line(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}: {}", json(&Value::from(key.as_str())), on_a_line(value)));
            format!("{{ {} }}", members.collect::<Vec<String>>().join(", "))
        }
        Value::List(items) => format!("[{}]", items.iter().map(on_a_line).collect::<Vec<String>>().join(", ")),
        other => json(other),
    }
}
