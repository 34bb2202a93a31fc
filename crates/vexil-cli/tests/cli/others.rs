//! `vexil explain`, `validate`, `diff`, and the help.

use std::fs;

use insta::assert_snapshot;

use crate::{scratch, vexil, vexil_reading};

#[test]
fn an_explanation_is_text_for_people_and_data_for_machines() {
    let explain = |more: &[&str]| vexil(&[&["explain", "--snapshot", "shop.json"], more].concat());
    let context = r#"{"targetingKey":"u-4","country":"DE","appVersion":"2.4.0"}"#;
    let text = explain(&["--flag", "checkout-redesign", "--context", context]);
    assert!(text.out.contains("rule staff") && text.out.contains("rule eu"), "{}", text.out);
    let json = explain(&["--flag", "checkout-redesign", "--context", context, "--json"]);
    assert!(json.out.starts_with('{') && json.out.ends_with("}\n") && json.out.lines().count() == 1, "{}", json.out);
    let route = explain(&["--service", "checkout-api", "--context", r#"{"visitor":"v-1"}"#]);
    assert!(route.out.contains("checkout-api") && route.out.contains("stable"), "{}", route.out);
    assert_eq!([text.code, json.code, route.code], [Some(0); 3]);
}

#[test]
fn an_explanation_of_nothing_is_an_error() {
    let unknown = vexil(&["explain", "--snapshot", "shop.json", "--flag", "them", "--context", "{}"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(1), ""));
    assert!(unknown.err.contains("did you mean `theme`?"), "{}", unknown.err);
    let broken = vexil(&["explain", "--snapshot", "broken.json", "--flag", "search", "--context", "{}"]);
    assert_eq!(broken.code, Some(1));
    assert_eq!(vexil(&["explain", "--snapshot", "shop.json", "--context", "{}"]).code, Some(2));
}

#[test]
fn a_valid_snapshot_is_called_so() {
    let text = vexil(&["validate", "shop.json"]);
    assert_snapshot!(text.out, @"`shop.json` is valid: 8 flags, 2 segments, 1 service");
    let json = vexil(&["validate", "shop.json", "--json"]);
    assert_eq!(json.out, "{\"valid\":true,\"diagnostics\":[]}\n");
    assert_eq!([text.code, json.code], [Some(0); 2]);
}

#[test]
fn everything_wrong_is_listed_with_its_place() {
    let text = vexil(&["validate", "broken.json"]);
    assert_eq!(text.out.lines().last(), Some("`broken.json` is not valid: 3 errors, 1 warning"));
    assert!(text.out.contains("error[unknown-operator] /flags/search/rules/0/when/op: "), "{}", text.out);
    let json = vexil(&["validate", "broken.json", "--json"]);
    let start = r#"{"valid":false,"diagnostics":[{"code":"unknown-segment","severity":"error","path":"/flags/needs-staff/rules/0/when/segment","message":""#;
    assert!(json.out.starts_with(start), "{}", json.out);
    assert_eq!([text.code, json.code], [Some(1); 2]);
}

#[test]
fn unknown_fields_are_errors_only_if_asked_for() {
    let typo = r#"{"schema":"vexil/1","flags":{},"segmets":{}}"#;
    let lenient = vexil_reading(typo, &["validate", "-"]);
    assert_snapshot!(lenient.out, @"
    warning[unknown-field] /segmets: the field `segmets` is not known here; did you mean `segments`?
    `standard input` is valid: 1 warning
    ");
    let strict = vexil_reading(typo, &["validate", "-", "--strict", "--json"]);
    assert!(strict.out.starts_with(r#"{"valid":false,"diagnostics":[{"code":"unknown-field","severity":"error""#));
    assert_eq!([lenient.code, strict.code], [Some(0), Some(1)]);
}

#[test]
fn what_is_no_text_at_all_is_invalid_too() {
    let file = scratch("latin1.json");
    fs::write(&file, b"{\"schema\":\"vexil/1\",\"flags\":{\"caf\xe9\":{}}}").unwrap();
    let run = vexil(&["validate", &file, "--json"]);
    assert!(run.out.starts_with(r#"{"valid":false,"diagnostics":[{"code":"not-json","severity":"fatal","path":"","#));
    assert_eq!(run.code, Some(1));
    assert_eq!(vexil(&["validate", "nowhere.json"]).code, Some(2));
}

#[test]
fn a_difference_is_told_and_fails_only_if_asked_for() {
    let shop = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/shop.json")).unwrap();
    let next = shop.replace(r#""exposure": 50,"#, r#""exposure": 75,"#);
    assert_ne!(shop, next);
    let diff = |input: &str, more: &[&str]| vexil_reading(input, &[&["diff", "shop.json", "-"], more].concat());
    let text = diff(&next, &[]);
    assert!(text.out.contains("checkout-redesign") && text.out.contains("75 %"), "{}", text.out);
    let json = diff(&next, &["--json"]);
    assert!(json.out.starts_with(r#"{"flags":[{"key":"checkout-redesign","#), "{}", json.out);
    let same = diff(&shop, &["--exit-code"]);
    assert_eq!(
        [text.code, json.code, same.code, diff(&next, &["--exit-code"]).code],
        [Some(0), Some(0), Some(0), Some(1)]
    );
}

#[test]
fn a_difference_to_what_is_no_snapshot_is_wrong_use() {
    let run = vexil(&["diff", "shop.json", "users.jsonl"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("error: `users.jsonl` is no usable snapshot\n  fatal[not-json] "), "{}", run.err);
    assert_eq!(vexil_reading("{}", &["diff", "-", "-"]).code, Some(2));
    let broken = vexil(&["diff", "shop.json", "broken.json"]);
    assert_eq!(broken.code, Some(0));
    assert!(broken.err.starts_with("warning: `broken.json` is not valid"), "{}", broken.err);
}

#[test]
fn the_help_of_every_command_has_examples_and_exit_codes() {
    for command in [
        &["--help"][..],
        &["eval", "--help"],
        &["explain", "--help"],
        &["validate", "--help"],
        &["compile", "--help"],
        &["diff", "--help"],
        &["check", "--help"],
        &["import", "--help"],
    ] {
        let run = vexil(command);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        for words in ["Examples:\n", "Exit codes:\n", "Usage: vexil"] {
            assert!(run.out.contains(words), "{command:?} lacks {words:?}");
        }
        let longest = run.out.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(100), "{command:?} has a line of {longest:?} columns");
    }
}

#[test]
fn the_examples_of_the_help_are_commands_that_exist() {
    let help = vexil(&["--help"]).out;
    let commands = ["eval", "explain", "validate", "compile", "diff", "check", "import"];
    for line in help.lines().filter_map(|line| line.strip_prefix("  vexil ")) {
        assert!(commands.iter().any(|command| line.starts_with(command)), "{line}");
    }
}
