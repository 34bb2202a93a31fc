//! The fixtures, natively.

#[test]
fn every_fixture_gives_what_it_says() {
    let outcome = vexil_corpus::run_all();
    assert!(outcome.failures.is_empty(), "{} failed:\n{}", outcome.failures.len(), outcome.failures.join("\n"));
    assert!(outcome.run >= 300, "only {} fixtures ran", outcome.run);
}
