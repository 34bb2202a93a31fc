//! `vexil compile`, and rulesets where the other commands take a snapshot.

use std::fs;

use crate::{Run, command, scratch, vexil, vexil_reading};

const CONTEXT: &str = r#"{"targetingKey":"u-4","country":"DE","appVersion":"2.4.0"}"#;

/// Compiles a file of `tests/data`, and gives the path of the ruleset with what was said.
fn compiled(snapshot: &str, ruleset: &str, more: &[&str]) -> (String, Run) {
    let path = scratch(ruleset);
    let run = vexil(&[&["compile", snapshot, "--output", &path], more].concat());
    (path, run)
}

/// A snapshot with a flag that asks for `matches` directly, one that requires it, and one that does without.
fn with_patterns() -> String {
    let flag = |more: &str| {
        format!(r#"{{"variants":{{"on":true,"off":false}},"offVariant":"off","default":{{"variant":"on"}}{more}}}"#)
    };
    let matches =
        flag(r#","rules":[{"id":"r","when":{"attribute":"a","op":"matches","value":"^x"},"serve":{"variant":"off"}}]"#);
    let child = flag(r#","prerequisites":[{"flag":"matching","variants":["on"]}]"#);
    format!(r#"{{"schema":"vexil/1","flags":{{"child":{child},"matching":{matches},"plain":{}}}}}"#, flag(""))
}

#[test]
fn a_ruleset_answers_and_explains_as_its_snapshot() {
    let (ruleset, run) = compiled("shop.json", "shop.ruleset", &[]);
    let bytes = fs::metadata(&ruleset).unwrap().len();
    let summary = format!("note: `{ruleset}` is written in format 1: 8 flags, 1 service, {bytes} bytes\n");
    assert_eq!((run.code, run.out.as_str(), run.err), (Some(0), "", summary));
    let visitor = r#"{"visitor":"v-1"}"#;
    for question in [
        &["eval", "--context", CONTEXT, "--json"][..],
        &["eval", "--flag", "checkout-redesign", "--context", CONTEXT],
        &["eval", "--service", "checkout-api", "--context", visitor, "--json"],
        &["eval", "--contexts", "users.jsonl", "--json"],
        &["eval", "--contexts", "users.jsonl"],
        &["explain", "--flag", "checkout-redesign", "--context", CONTEXT],
        &["explain", "--service", "checkout-api", "--context", visitor, "--json"],
    ] {
        let ask =
            |snapshot: &str| vexil(&[question, &["--now", "2026-03-05T00:00:00Z", "--snapshot", snapshot]].concat());
        let (of_json, of_ruleset) = (ask("shop.json"), ask(&ruleset));
        assert_eq!((of_ruleset.code, of_ruleset.err.as_str()), (Some(0), ""), "{question:?}");
        assert_eq!(of_ruleset.out, of_json.out, "{question:?}");
    }
}

#[test]
fn standard_input_and_output_are_files_too() {
    let (ruleset, _) = compiled("shop.json", "piped.ruleset", &[]);
    let json = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/shop.json")).unwrap();
    let from_input = scratch("from-input.ruleset");
    assert_eq!(vexil_reading(&json, &["compile", "-", "-o", &from_input]).code, Some(0));
    let to_output = command(&["compile", "shop.json", "-o", "-"]).output().unwrap();
    assert_eq!(to_output.stdout, fs::read(&ruleset).unwrap());
    assert_eq!(fs::read(from_input).unwrap(), to_output.stdout);
    let message = String::from_utf8(to_output.stderr).unwrap();
    assert!(message.starts_with("note: `standard output` is written"), "{message}");
}

#[test]
fn a_stripped_ruleset_is_smaller_and_explains_less() {
    let (whole, _) = compiled("shop.json", "whole.ruleset", &[]);
    let (stripped, run) = compiled("shop.json", "stripped.ruleset", &["--strip"]);
    let length = |path: &str| fs::metadata(path).unwrap().len();
    let less = length(&whole) - length(&stripped);
    assert!(less > 0);
    assert!(run.err.ends_with(&format!(" bytes, {less} stripped bytes\n")), "{}", run.err);
    let ask = |command, ruleset: &str| {
        vexil(&[command, "--snapshot", ruleset, "--flag", "checkout-redesign", "--context", CONTEXT])
    };
    assert_eq!(ask("eval", &stripped).out, ask("eval", &whole).out);
    let (told, left) = (ask("explain", &whole), ask("explain", &stripped));
    let operand = "country in [\"DE\", \"FR\"]: yes";
    assert!(told.out.contains(operand) && left.out.contains("country in: yes"), "{}{}", told.out, left.out);
    assert_eq!((told.err.as_str(), left.code), ("", Some(0)));
    assert!(left.err.starts_with(&format!("note: `{stripped}` is stripped: ")), "{}", left.err);
}

#[test]
fn what_slim_cannot_run_is_named_and_not_written() {
    let (json, ruleset) = (scratch("patterns.json"), scratch("patterns.ruleset"));
    fs::write(&json, with_patterns()).unwrap();
    assert_eq!(vexil(&["compile", &json, "-o", &ruleset]).code, Some(0));
    let none = scratch("no-patterns.ruleset");
    let slim = vexil(&["compile", &json, "--target", "slim", "-o", &none]);
    let message = format!(
        "error: `{json}` cannot be compiled for slim, which leaves out `matches`\n  \
         flag `child` needs patterns\n  flag `matching` needs patterns\n"
    );
    assert_eq!((slim.code, slim.err), (Some(2), message));
    assert!(fs::metadata(&none).is_err(), "nothing is written");
    let (_, plain) = compiled("shop.json", "slim.ruleset", &["--target", "slim"]);
    assert_eq!(plain.code, Some(0), "{}", plain.err);
}

#[test]
fn errors_are_reported_and_the_rest_is_written() {
    let (ruleset, run) = compiled("broken.json", "broken.ruleset", &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("error[unknown-operator] /flags/search/rules/0/when/op: "), "{}", run.err);
    assert!(run.err.contains(" bytes, 3 errors, 1 warning\n"), "{}", run.err);
    assert!(run.err.ends_with("`broken.json` is not valid: what has an error in it answers `PARSE_ERROR`\n"));
    let all = vexil(&["eval", "--snapshot", &ruleset, "--context", "{}", "--json"]);
    assert_eq!(all.out, vexil(&["eval", "--snapshot", "broken.json", "--context", "{}", "--json"]).out);
    assert!(all.err.contains("given the JSON that this was compiled from"), "{}", all.err);
    let one = vexil(&["eval", "--snapshot", &ruleset, "--flag", "search", "--context", "{}"]);
    assert!(one.err.starts_with("error: `search` answers PARSE_ERROR: "), "{}", one.err);
    assert_eq!([all.code, one.code], [Some(0), Some(1)]);
}

#[test]
fn what_is_fatal_is_refused() {
    let (ruleset, run) = compiled("users.jsonl", "none.ruleset", &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("error: `users.jsonl` is no usable snapshot\n  fatal[not-json] "), "{}", run.err);
    assert!(fs::metadata(ruleset).is_err(), "nothing is written");
}

#[test]
fn only_formats_that_there_are_can_be_written() {
    let (_, run) = compiled("shop.json", "format.ruleset", &["--format", "1"]);
    assert_eq!(run.code, Some(0));
    for format in ["0", "2", "one"] {
        let (_, run) = compiled("shop.json", "no-format.ruleset", &["--format", format]);
        assert_eq!(run.code, Some(2));
        assert!(run.err.contains("the formats that can be written are: 1"), "{}", run.err);
    }
}

#[test]
fn an_environment_is_kept_and_held_to() {
    let json = r#"{"schema":"vexil/1","environment":"production","flags":{}}"#;
    let ruleset = scratch("production.ruleset");
    let compile = |environment| vexil_reading(json, &["compile", "-", "-o", &ruleset, "--environment", environment]);
    assert_eq!([compile("staging").code, compile("production").code], [Some(2), Some(0)]);
    let ask = |environment| vexil(&["eval", "--snapshot", &ruleset, "--context", "{}", "--environment", environment]);
    let foreign = ask("staging");
    assert!(foreign.err.starts_with(&format!("error: `{ruleset}` is no usable ruleset\n  fatal[wrong-environment] ")));
    assert_eq!([foreign.code, ask("production").code], [Some(2), Some(0)]);
}

#[test]
fn a_damaged_ruleset_is_refused() {
    let (ruleset, _) = compiled("shop.json", "sound.ruleset", &[]);
    let (mut bytes, damaged) = (fs::read(&ruleset).unwrap(), scratch("damaged.ruleset"));
    bytes[100] ^= 1;
    fs::write(&damaged, &bytes).unwrap();
    let run = vexil(&["eval", "--snapshot", &damaged, "--context", "{}"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("fatal[not-a-ruleset] its checksum differs: the bytes are damaged"), "{}", run.err);
}

#[test]
fn commands_that_need_the_json_say_so() {
    let (ruleset, _) = compiled("shop.json", "no-json.ruleset", &[]);
    for question in [
        &["validate", &ruleset][..],
        &["diff", "shop.json", &ruleset],
        &["compile", &ruleset, "-o", "-"],
        &["import", &ruleset],
    ] {
        let run = vexil(question);
        let message = format!(
            "error: `{ruleset}` is a compiled ruleset; what is needed here is the JSON that it was compiled from\n"
        );
        assert_eq!((run.code, run.out.as_str(), run.err), (Some(2), "", message), "{question:?}");
    }
}
