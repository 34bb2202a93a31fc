//! What evaluation can do without: where each condition stands in the snapshot, and its operand as
//! it was written. Only explanations and listings show it.

use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use super::{NONE, Operation, Ruleset, Span};

impl<P> Ruleset<P> {
    /// Whether explanations lack what [`Ruleset::strip`] drops.
    pub fn is_stripped(&self) -> bool {
        self.sources.len() < self.conditions.len()
    }

    /// Drops the sources of conditions and every text that nothing else names.
    pub fn strip(&mut self) {
        self.sources = Vec::new();
        let mut texts = Texts {
            known: vec![NONE; self.strings.len()],
            from: (mem::take(&mut self.strings), mem::take(&mut self.bytes)),
            strings: Vec::new(),
            bytes: Vec::new(),
        };
        macro_rules! keep {
            ($($table:ident: $($field:ident)*,)*) => { $(
                for row in &mut self.$table {
                    $(texts.keep(&mut row.$field);)*
                }
            )* };
        }
        keep! {
            flags: key metadata,
            rules: id,
            holdouts: seed_text,
            layers: key seed_text,
            splits: seed_text,
            segments: key,
            slots: path,
            dictionary: text,
            versions: pre,
            variants: key value,
            outcomes: named,
            patterns: text,
        }
        for condition in &mut self.conditions {
            match Operation::of(condition.operation) {
                Some(
                    Operation::StartsWith
                    | Operation::EndsWith
                    | Operation::StartsWithFolded
                    | Operation::EndsWithFolded,
                ) => condition.low = texts.kept(condition.low),
                Some(Operation::Contains | Operation::ContainsFolded) => condition.high = texts.kept(condition.high),
                _ => {}
            }
        }
        (self.strings, self.bytes) = (texts.strings, texts.bytes);
    }
}

/// Texts on their way from one table to another.
struct Texts {
    /// The new number of each text that was kept.
    known: Vec<u32>,
    /// The texts as they were.
    from: (Vec<Span>, Vec<u8>),
    strings: Vec<Span>,
    bytes: Vec<u8>,
}

impl Texts {
    /// Keeps a text, and gives it its new number. [`NONE`] stays what it is.
    fn keep(&mut self, number: &mut u32) {
        let (strings, bytes) = &self.from;
        let Some(known) = self.known.get_mut(*number as usize) else { return };
        if *known == NONE {
            let text = strings.get(*number as usize).map_or(&[][..], |span| span.of(bytes));
            *known = self.strings.len() as u32;
            self.strings.push(Span { start: self.bytes.len() as u32, count: text.len() as u32 });
            self.bytes.extend_from_slice(text);
        }
        *number = *known;
    }

    /// The same for a number that stands in a condition.
    fn kept(&mut self, word: u64) -> u64 {
        let Ok(mut number) = u32::try_from(word) else { return word };
        self.keep(&mut number);
        u64::from(number)
    }
}
