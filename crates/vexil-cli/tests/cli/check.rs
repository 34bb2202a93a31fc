//! `vexil check`, on the snapshots of its page.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value as Json, from_str};

use crate::{Run, scratch, vexil, vexil_reading};

const NOW: &str = "2026-03-01T00:00:00Z";

fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/check.md")).unwrap()
}

fn blocks(page: &str, language: &str) -> Vec<String> {
    let mark = format!("\n```{language}\n");
    let parts = page.split(&mark).skip(1);
    parts.map(|part| part.split("\n```").next().unwrap().trim_start_matches("```").to_owned()).collect()
}

/// The snapshots of the page as files of that test.
fn files(test: &str) -> [String; 2] {
    let [old, new] = <[String; 2]>::try_from(blocks(&page(), "json")).unwrap();
    [("old", old), ("new", new)].map(|(name, text)| {
        let file = scratch(&format!("check-{test}-{name}.json"));
        fs::write(&file, text).unwrap();
        file
    })
}

fn check(test: &str, more: &[&str]) -> Run {
    let [old, new] = files(test);
    vexil(&[&["check", old.as_str(), new.as_str(), "--now", NOW], more].concat())
}

fn contexts(test: &str) -> String {
    let file = scratch(&format!("check-{test}-contexts.jsonl"));
    let line = |number: usize| {
        let country = ["DE", "NL", "US"].get(number % 3).unwrap();
        let domain = if number.is_multiple_of(10) { "example.com" } else { "example.org" };
        format!(
            r#"{{"targetingKey":"u-{number}","visitor":"v-{number}","country":"{country}","email":"{number}@{domain}"}}"#
        )
    };
    fs::write(&file, (0..600).map(line).collect::<Vec<_>>().join("\n")).unwrap();
    file
}

#[test]
fn the_page_shows_what_the_command_says() {
    let run = check("page", &[]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    assert_eq!(blocks(&page(), "text"), [run.out.trim_end()], "{}", run.out);
}

#[test]
fn a_comment_of_a_pull_request_has_a_table_and_details() {
    let run = check("markdown", &["--format", "markdown"]);
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.out);
}

#[test]
fn contexts_tell_who_gets_another_answer_and_why() {
    let file = contexts("text");
    let run = check("contexts", &["--contexts", &file, "--allow", "reshuffle"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_snapshot!(run.out);
    let markdown = check("contexts-md", &["--contexts", &file, "--examples", "1", "--format", "markdown"]);
    assert_snapshot!(markdown.out);
    // Units are named, and nothing else.
    for out in [&run.out, &markdown.out] {
        assert!(!out.contains("@example") && !out.contains("\"NL\"}"), "{out}");
    }
    let silent = check("contexts-0", &["--contexts", &file, "--examples", "0", "--format", "json"]);
    assert!(!silent.out.contains("u-1"), "{}", silent.out);
}

#[test]
fn programs_get_all_of_it() {
    let file = contexts("json");
    let run = check("json", &["--format", "json", "--contexts", &file]);
    assert_eq!(run.out.lines().count(), 1);
    let report: Json = from_str(&run.out).unwrap();
    assert_eq!(report["denied"][0]["what"], "reshuffle");
    assert_eq!(report["contexts"], 600);
    let checkout = &report["flags"][0];
    assert_eq!(checkout["key"], "checkout");
    assert_eq!(checkout["movements"][0]["place"]["rule"], "eu");
    assert_eq!(checkout["movements"][0]["gained"], 150_000);
    assert_eq!(checkout["unknown"][0]["why"], "condition");
    let moved = checkout["observed"]["moved"].as_u64().unwrap();
    let crossings = checkout["observed"]["crossings"].as_array().unwrap();
    assert_eq!(moved, crossings.iter().map(|crossing| crossing["count"].as_u64().unwrap()).sum::<u64>());
    assert!(moved > 0 && crossings[0]["because"][0]["after"]["rule"].is_string());
}

#[test]
fn a_snapshot_beside_itself_moves_nobody() {
    let [old, _] = files("same");
    let run = vexil(&["check", &old, &old, "--now", NOW, "--deny", "shrink,swap,warnings,stale-flag,second-draw"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_snapshot!(run.out, @"nobody gets another answer");
}

#[test]
fn what_is_denied_ends_with_no() {
    let code = |more: &[&str]| check("deny", more).code;
    assert_eq!(code(&["--allow", "reshuffle"]), Some(0));
    assert_eq!(code(&["--allow", "reshuffle", "--deny", "swap"]), Some(1));
    assert_eq!(code(&["--allow", "reshuffle", "--deny", "shrink"]), Some(0));
    assert_eq!(code(&["--allow", "reshuffle", "--deny", "shrink", "--deny", "first-exposure"]), Some(1));
    assert_eq!(code(&["--allow", "reshuffle", "--deny", "warnings"]), Some(1));
    assert_eq!(code(&["--allow", "reshuffle", "--deny", "stale-flag,shared-seed"]), Some(0));
    let unknown = check("deny", &["--deny", "reshufle"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("did you mean `reshuffle`?"), "{}", unknown.err);
    assert!(check("deny", &["--deny", "everything"]).err.contains("errors, warnings, reshuffle, shrink, swap, first-"));
}

#[test]
fn taking_something_away_is_denied_where_that_is_asked() {
    let [old, new] = files("back");
    let back = vexil(&["check", &new, &old, "--now", NOW, "--allow", "reshuffle", "--deny", "shrink"]);
    assert_eq!(back.code, Some(1));
    assert!(
        back.out.ends_with("denied\n  shrink: flag `checkout`, rule `eu`\n  shrink: flag `checkout`, rule `world`\n")
    );
}

#[test]
fn errors_of_the_new_snapshot_are_denied() {
    let run = vexil(&["check", "shop.json", "broken.json", "--now", NOW]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    assert!(run.out.contains("denied\n  errors: /flags/"), "{}", run.out);
    // Only what breaks a flag of the new one: errors that can be lived with may be allowed.
    assert_eq!(vexil(&["check", "shop.json", "broken.json", "--allow", "errors"]).code, Some(0));
    let fatal = vexil(&["check", "shop.json", "users.jsonl", "--now", NOW]);
    assert_eq!(fatal.code, Some(1));
    assert!(fatal.out.starts_with("the new snapshot is not usable\n"), "{}", fatal.out);
    assert!(fatal.out.ends_with("denied\n  errors: the document\n"), "{}", fatal.out);
}

#[test]
fn a_report_without_a_new_snapshot_is_no_whatever_is_allowed() {
    assert_eq!(vexil(&["check", "shop.json", "users.jsonl", "--allow", "errors"]).code, Some(1));
}

#[test]
fn wrong_use_is_told_as_by_other_commands() {
    assert_eq!(vexil(&["check", "users.jsonl", "shop.json"]).code, Some(2));
    assert_eq!(vexil_reading("{}", &["check", "-", "-"]).code, Some(2));
    assert_eq!(vexil_reading("{}", &["check", "shop.json", "-", "--contexts", "-"]).code, Some(2));
    assert_eq!(vexil(&["check", "shop.json", "shop.json", "--examples", "2"]).code, Some(2));
    let bad = vexil_reading("{}\nno context\n", &["check", "shop.json", "shop.json", "--contexts", "-"]);
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("`standard input` line 2"), "{}", bad.err);
}
