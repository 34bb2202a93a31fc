//! Following all ways through a program at once, character by character.
//!
//! What is kept is the set of steps that are reached, so the time for a character is bounded by the
//! length of the program, whatever the pattern, and nothing is ever gone back to.

use alloc::vec;

use super::program::{Program, Starts, Step};

/// Words of sets that are kept on the stack: three sets of 512 steps.
const WORDS: usize = 3 * 8;

/// Whether a program matches somewhere in a text.
pub(super) fn is_match(program: Program<'_>, text: &str) -> bool {
    run(program, text, || ())
}

/// Says of every step that is taken that it is.
fn run(program: Program<'_>, text: &str, mut on_step: impl FnMut()) -> bool {
    // The place behind the last step is one too.
    let words = program.steps.len() / 64 + 1;
    let (mut few, mut many);
    let sets: &mut [u64] = if 3 * words <= WORDS {
        few = [0; WORDS];
        &mut few
    } else {
        many = vec![0; 3 * words];
        &mut many
    };
    let mut sets = sets.chunks_exact_mut(words);
    let (Some(mut now), Some(mut next), Some(done)) = (sets.next(), sets.next(), sets.next()) else { return false };

    let mut rest = text.chars();
    let (mut before, mut after) = (None, rest.next());
    add(now, 0);
    loop {
        let mut is_alive = false;
        let mut word = 0;
        while let (Some(reached), Some(done)) = (now.get(word), done.get_mut(word)) {
            let open = reached & !*done;
            if open == 0 {
                word += 1;
                continue;
            }
            let bit = open.trailing_zeros();
            *done |= 1 << bit;
            let at = word * 64 + bit as usize;
            on_step();
            let Some(step) = program.steps.get(at) else { return true };
            match *step {
                Step::Look(look) => {
                    if look.holds(before, after) {
                        add(now, at + 1);
                    }
                }
                Step::Split(to) | Step::Jump(to) => {
                    if let Step::Split(_) = *step {
                        add(now, at + 1);
                    }
                    // It may be one further up, which is looked at again if it is new.
                    add(now, to as usize);
                    word = word.min(to as usize / 64);
                }
                Step::Char(c) => {
                    if after == Some(c) {
                        is_alive = true;
                        add(next, at + 1);
                    }
                }
                Step::Class(class) => {
                    if program.takes(class, after) {
                        is_alive = true;
                        add(next, at + 1);
                    }
                }
            }
        }
        if after.is_none() {
            return false;
        }
        (before, after) = (after, rest.next());
        clear(now);
        clear(done);
        core::mem::swap(&mut now, &mut next);
        // Where no way goes on, a match can only begin anew.
        if !is_alive && *program.starts == Starts::NEVER {
            return false;
        }
        while !is_alive && !program.starts.have(after) {
            if after.is_none() {
                return false;
            }
            (before, after) = (after, rest.next());
        }
        if program.starts.have(after) {
            add(now, 0);
        }
    }
}

/// Adds a step to a set.
#[inline]
fn add(set: &mut [u64], step: usize) {
    if let Some(word) = set.get_mut(step / 64) {
        *word |= 1 << (step % 64);
    }
}

/// Empties a set. Most have one word, for which the general way is long.
#[inline]
fn clear(set: &mut [u64]) {
    match set {
        [word] => *word = 0,
        words => words.fill(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns::program::Programs;
    use alloc::string::String;

    /// How many steps a pattern takes on a text, and how many it has.
    fn steps(pattern: &str, text: &str) -> (usize, usize) {
        let mut programs = Programs::default();
        programs.push(&crate::patterns::read(pattern, false).expect("a pattern"));
        let program = programs.get(0).expect("it is there");
        let mut taken = 0;
        run(program, text, || taken += 1);
        (taken, program.steps.len())
    }

    // Nothing is gone back to: each place of the text takes no step of the program twice.
    #[test]
    fn no_pattern_takes_longer_than_its_length_for_a_character() {
        let text = "a".repeat(5_000) + "!";
        for pattern in [
            "^(a+)+$",
            "(a*)*b",
            "(x+x+)+y",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
            "(a|a)*c",
            "(a|aa)+$",
            "(.*)*=.*",
            "(((a*)*)*)*b",
            "(a?){300}a{300}b",
            "(?:(?:a*b?)*c?){100}x",
            "(|a|b|(|a)*)+c",
            r"(?:\b|a|\B)*b",
            "a*a*a*a*a*a*a*b",
            "(?:a{0,50}){0,50}b",
            "[a-z]*[a-z]*é$",
            "(?:^|a|$)*b",
        ] {
            let (taken, length) = steps(pattern, &text);
            assert!(taken <= (length + 1) * (text.len() + 1), "{pattern}: {taken} steps, {length} long");
        }
    }

    #[test]
    fn a_match_that_cannot_begin_any_more_is_not_looked_for() {
        let text: String = "a".repeat(10_000);
        assert!(steps("^b", &text).0 <= 2);
        assert!(steps("^a{3}b|^c", &text).0 < 20);
        // What no match begins with costs no step.
        assert!(steps("foo|[bcd]ar", &text).0 <= 4);
    }
}
