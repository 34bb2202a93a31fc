//! Regular expressions, the one capability that an artifact may leave out.
//!
//! The seam is a trait: what is generic over [`NoPatterns`] does not link the engine of
//! [`RegexPatterns`]. This is the only module that names regex-lite, which needs `std`; the same
//! crate decides on every host, or answers would differ.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use regex_lite::{Regex, RegexBuilder};

use crate::words::limits;

/// The compiled patterns of one ruleset, by number.
pub trait Patterns: Default {
    /// Whether `matches` can be evaluated at all.
    const SUPPORTED: bool;

    /// Adds a pattern; its number is that of the patterns before it.
    ///
    /// # Errors
    /// The pattern is malformed or its compiled form is larger than
    /// [`limits::PATTERN_COMPILED_BYTES`]: a sentence that says which.
    fn push(&mut self, pattern: &str, ignore_case: bool) -> Result<(), String>;

    /// Whether the pattern of that number matches somewhere in the text. False for a number that
    /// was never given out and for a text beyond [`limits::PATTERN_SUBJECT_BYTES`].
    fn is_match(&self, number: u32, text: &str) -> bool;
}

/// No patterns: flags that reach a `matches` answer with an error that says so.
#[derive(Debug, Default)]
pub struct NoPatterns;

impl Patterns for NoPatterns {
    const SUPPORTED: bool = false;

    fn push(&mut self, _: &str, _: bool) -> Result<(), String> {
        Ok(())
    }

    fn is_match(&self, _: u32, _: &str) -> bool {
        false
    }
}

/// Patterns by regex-lite: linear time, no Unicode classes.
#[derive(Debug, Default)]
pub struct RegexPatterns(Vec<Regex>);

impl Patterns for RegexPatterns {
    const SUPPORTED: bool = true;

    fn push(&mut self, pattern: &str, ignore_case: bool) -> Result<(), String> {
        let regex = RegexBuilder::new(pattern)
            .case_insensitive(ignore_case)
            .size_limit(limits::PATTERN_COMPILED_BYTES)
            .build()
            .map_err(|error| error.to_string())?;
        self.0.push(regex);
        Ok(())
    }

    fn is_match(&self, number: u32, text: &str) -> bool {
        text.len() <= limits::PATTERN_SUBJECT_BYTES
            && self.0.get(number as usize).is_some_and(|regex| regex.is_match(text))
    }
}
