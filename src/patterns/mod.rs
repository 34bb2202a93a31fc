//! Regular expressions, the one capability that an artifact may leave out.
//!
//! The seam is a trait: what is generic over [`NoPatterns`] does not link the engine of
//! [`RegexPatterns`], which is our own: a pattern is read (`parse`) into its parts (`tree`), becomes a
//! program (`write`, `program`), and the program is followed (`matcher`). A crate for it was a fifth
//! of what a browser downloads.

mod class;
mod matcher;
mod parse;
mod program;
mod tree;
mod write;

use alloc::string::String;

use crate::words::limits;
use parse::Problem;
use program::Programs;
use tree::Tree;

/// The compiled patterns of one ruleset, by number.
pub trait Patterns: Default {
    /// Whether `matches` can be evaluated at all.
    const SUPPORTED: bool;

    /// Bytes of a pattern's compiled form, without compiling it.
    ///
    /// # Errors
    /// The pattern is malformed or its compiled form is larger than
    /// [`limits::PATTERN_COMPILED_BYTES`]: a sentence that says which.
    fn size(pattern: &str, ignore_case: bool) -> Result<usize, String>;

    /// Adds a pattern; its number is that of the patterns before it.
    ///
    /// # Errors
    /// Those of [`Patterns::size`], or all patterns together are larger than
    /// [`limits::PATTERNS_COMPILED_BYTES`].
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

    fn size(_: &str, _: bool) -> Result<usize, String> {
        Ok(0)
    }

    fn push(&mut self, _: &str, _: bool) -> Result<(), String> {
        Ok(())
    }

    fn is_match(&self, _: u32, _: &str) -> bool {
        false
    }
}

/// Patterns in linear time, without Unicode classes.
#[derive(Debug, Default)]
pub struct RegexPatterns(Programs);

impl Patterns for RegexPatterns {
    const SUPPORTED: bool = true;

    fn size(pattern: &str, ignore_case: bool) -> Result<usize, String> {
        Ok(read(pattern, ignore_case)?.bytes())
    }

    fn push(&mut self, pattern: &str, ignore_case: bool) -> Result<(), String> {
        let tree = read(pattern, ignore_case)?;
        if tree.bytes() > limits::PATTERNS_COMPILED_BYTES.saturating_sub(self.0.bytes()) {
            return Err("all patterns together are too large".into());
        }
        self.0.push(&tree);
        Ok(())
    }

    fn is_match(&self, number: u32, text: &str) -> bool {
        text.len() <= limits::PATTERN_SUBJECT_BYTES
            && self.0.get(number).is_some_and(|program| matcher::is_match(program, text))
    }
}

/// Reads a pattern whose program is not too large.
fn read(pattern: &str, ignore_case: bool) -> Result<Tree, Problem> {
    let tree = parse::parse(pattern, ignore_case)?;
    if tree.bytes() > limits::PATTERN_COMPILED_BYTES {
        Err("it is too large when its repetitions are written out")
    } else {
        Ok(tree)
    }
}
