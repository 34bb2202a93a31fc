//! JSON read strictly, with the place of what is wrong: what hosts do with whatever comes from outside.

use alloc::string::{String, ToString};
use core::fmt;

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::pointer;
use super::text::{decimal, join};

/// A text that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Where, as a JSON pointer as far as it is known; empty for the whole of it.
    pub path: String,
    /// What is wrong there.
    pub message: String,
    /// Where in the text: the line, from 1; 0 where it is not known.
    pub line: usize,
    /// And the column.
    pub column: usize,
}

/// Reads a text as JSON of a type, all of it.
///
/// # Errors
///
/// The first thing that is wrong with it.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Misread> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Misread::new(to_pointer(error.path()), error.inner()))?;
    json.end().map_err(|error| Misread::new(String::new(), &error))?;
    Ok(read)
}

impl Misread {
    fn new(path: String, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        // Where in the text is said apart, for who gives no text.
        let place = join(&[" at line ", &decimal(line as u64), " column ", &decimal(column as u64)]);
        let message = message.strip_suffix(&place).map(String::from).unwrap_or(message);
        Self { path, message, line, column }
    }
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.line > 0 { write!(f, " at line {} column {}", self.line, self.column) } else { Ok(()) }
    }
}

impl core::error::Error for Misread {}

fn to_pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer::push_index(&mut pointer, *index),
            // How data are tagged is a member too.
            Segment::Map { key } | Segment::Enum { variant: key } => pointer::push_key(&mut pointer, key),
            Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        a: Vec<Choice>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Choice {
        B { c: u8 },
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        assert_eq!(read(r#"{"a":[{"B":{"c":1}}]}"#), Ok(Part { a: Vec::from([Choice::B { c: 1 }]) }));
        for (text, path, part) in [
            (r#"{"a":[{"B":{"c":1}},{"B":{"c":-1}}]}"#, "/a/1/B/c", "invalid value"),
            (r#"{"x/y":1}"#, "/x~1y", "unknown field"),
            (r#"{"a":[]} {}"#, "", "trailing characters"),
            ("{", "", "EOF"),
        ] {
            let wrong = read::<Part>(text).expect_err(text);
            assert_eq!(wrong.path, path, "{wrong}");
            assert!(wrong.message.starts_with(part) && !wrong.message.contains("column"), "{}", wrong.message);
            assert!(wrong.to_string().contains(" at line 1 column "), "{wrong}");
        }
    }
}
