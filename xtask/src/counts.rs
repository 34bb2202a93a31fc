//! Reading from a runner's output how many tests it ran: an exit code of zero alone does not say that any did.

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Sums every `test result: ...` line of cargo's own harness and of wasm-bindgen's, which imitates it.
pub(crate) fn of_cargo(text: &str) -> Counts {
    let mut sum = Counts::default();
    for line in text.lines() {
        let Some((_, result)) = line.split_once("test result: ") else {
            continue;
        };
        sum += Counts {
            passed: number_before(result, " passed"),
            failed: number_before(result, " failed"),
            skipped: number_before(result, " ignored"),
        };
    }
    sum
}

/// Reads the closing lines of `node --test` (`# pass 3`) or of vitest (`Tests  1 failed | 3 passed (4)`).
pub(crate) fn of_npm(text: &str) -> Counts {
    let text = without_colours(text);
    let mut sum = Counts::default();
    for line in text.lines().map(str::trim) {
        if let Some(tests) = line.strip_prefix("Tests  ") {
            sum += Counts {
                passed: number_before(tests, " passed"),
                failed: number_before(tests, " failed"),
                skipped: number_before(tests, " skipped") + number_before(tests, " todo"),
            };
        } else if let Some((name, number)) = node_summary(line) {
            match name {
                "pass" => sum.passed += number,
                "fail" | "cancelled" => sum.failed += number,
                "skipped" | "todo" => sum.skipped += number,
                _ => {}
            }
        }
    }
    sum
}

/// `# pass 3` or `ℹ pass 3`, by the reporter.
fn node_summary(line: &str) -> Option<(&str, u64)> {
    let rest = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (name, number) = rest.split_once(' ')?;
    Some((name, number.parse().ok()?))
}

/// The number that stands directly before a word, 0 where the word is absent.
fn number_before(text: &str, word: &str) -> u64 {
    let number = |end| {
        let digits = text.get(..end)?.rsplit(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    };
    text.find(word).and_then(number).unwrap_or(0)
}

/// Drops the escape sequences that colour a terminal.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or(piece, |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_binary_of_a_cargo_test_counts() {
        let text = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                    test a ... FAILED\n\
                    test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 filtered out; finished in 0.00s\n";
        assert_eq!(of_cargo(text), Counts { passed: 17, failed: 2, skipped: 1 });
    }

    #[test]
    fn no_result_line_means_no_tests() {
        assert_eq!(of_cargo("no tests to run!\n"), Counts::default());
    }

    #[test]
    fn both_reporters_of_node_count() {
        let counts = Counts { passed: 3, failed: 1, skipped: 2 };
        assert_eq!(of_npm("# tests 6\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 2\n# todo 0"), counts);
        assert_eq!(of_npm("ℹ pass 3\nℹ fail 1\nℹ skipped 2\nℹ duration_ms 12.5"), counts);
    }

    #[test]
    fn vitest_counts_through_its_colours() {
        let text = "\u{1b}[2m Test Files \u{1b}[22m 1 passed (1)\n\
                    \u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m30 passed\u{1b}[39m (31)\n";
        assert_eq!(of_npm(text), Counts { passed: 30, failed: 1, skipped: 0 });
    }
}
