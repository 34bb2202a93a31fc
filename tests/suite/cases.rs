//! How many random cases a law is tried on.

use proptest::test_runner::Config;

/// So many, or so many times `VEXIL_TIMES`.
pub fn config(cases: u32) -> Config {
    let times = std::env::var("VEXIL_TIMES").map_or(1, |times| times.parse().expect("`VEXIL_TIMES` is a number"));
    Config { cases: cases.saturating_mul(times), failure_persistence: None, ..Config::default() }
}
