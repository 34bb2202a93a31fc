//! What a snapshot says of attributes: contexts that are held against it, and what browsers get.

use std::fs;

use crate::{scratch, vexil, vexil_reading};

const PAGE: &str = include_str!("../../../../docs/attributes.md");

/// A block of code of the page, of those in a language.
fn block(language: &str, place: usize) -> &'static str {
    let fence = format!("```{language}\n");
    PAGE.split(&fence).nth(place + 1).and_then(|rest| rest.split("```").next()).unwrap()
}

/// The snapshot of the page, and a file with it.
fn flags(name: &str, edit: impl FnOnce(&str) -> String) -> String {
    let path = scratch(name);
    fs::write(&path, edit(block("json", 0))).unwrap();
    path
}

#[test]
fn s1_05_contexts_are_held_against_what_is_declared() {
    let snapshot = flags("declared.json", str::to_owned);
    let contexts = scratch("contexts.jsonl");
    let lines =
        [r#"{"country":"DE"}"#, r#"{"contry":"DE"}"#, r#"{"country":49}"#, "", r#"{"country":1,"headers":{"a":1}}"#];
    fs::write(&contexts, lines.join("\n")).unwrap();
    let run = vexil(&["validate", &snapshot, "--contexts", &contexts]);
    let told = block("text", 1);
    let expected = format!("{told}`{snapshot}` is valid: 2 flags\n");
    assert_eq!((run.code, run.out, run.err.as_str()), (Some(1), expected, ""));
    let run = vexil(&["validate", &snapshot, "--contexts", &contexts, "--json"]);
    let verdict: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &verdict["valid"]), (Some(1), &true.into()));
    let habit = &verdict["contexts"][1];
    assert_eq!((&habit["code"], &habit["path"]), (&"wrong-type".into(), &"/country".into()));
    assert_eq!((&habit["line"], &habit["lines"]), (&3.into(), &2.into()));

    let run = vexil_reading("{\"country\":\"DE\"}\n", &["validate", &snapshot, "--contexts", "-", "--json"]);
    let verdict = "{\"valid\":true,\"diagnostics\":[],\"contexts\":[]}\n";
    assert_eq!((run.code, run.out.as_str()), (Some(0), verdict));
    let run = vexil_reading("{\n{\"country\":1}", &["validate", &snapshot, "--contexts", "-"]);
    assert_eq!(run.code, Some(2), "a line that is no context is worse than one that is not kept to");
    assert!(run.err.contains("line 1") && run.out.contains("(line 2)"), "{}{}", run.err, run.out);
}

#[test]
fn contexts_of_a_snapshot_that_declares_nothing_are_all_right_and_it_says_so() {
    let run = vexil_reading("{\"anything\":1}\n", &["validate", "shop.json", "--contexts", "-"]);
    assert_eq!(run.code, Some(0));
    assert!(run.err.contains("declares no `attributes`"), "{}", run.err);
    let run = vexil_reading("{}", &["validate", "-", "--contexts", "-"]);
    assert_eq!(run.code, Some(2));
}

#[test]
fn s1_05_browsers_get_their_flags_as_a_ruleset_or_as_json() {
    let snapshot = flags("whole.json", str::to_owned);
    let [ruleset, json] = ["client.ruleset", "client.json"].map(scratch);
    let run = vexil(&["compile", &snapshot, "--audience", "client", "--output", &ruleset]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""));
    assert!(run.err.contains("is written in format 1: 1 flag, "), "{}", run.err);
    let run = vexil(&["compile", &snapshot, "--audience", "client", "--form", "json", "--output", &json]);
    let text = fs::read_to_string(&json).unwrap();
    assert_eq!(run.err, format!("note: `{json}` is written as JSON: 1 flag, {} bytes\n", text.len()));
    assert!(!text.contains("staff-menu") && !text.contains("email") && !text.contains("account"), "{text}");
    let context = r#"{"targetingKey":"u-1","country":"DE"}"#;
    let answers = |snapshot: &str| vexil(&["eval", "--snapshot", snapshot, "--context", context, "--json"]).out;
    assert_eq!(answers(&ruleset), answers(&json));
    let rows: serde_json::Value = serde_json::from_str(&answers(&json)).unwrap();
    let expected = serde_json::json!({ "value": true, "variant": "on", "reason": "TARGETING_MATCH" });
    assert_eq!(rows["flags"]["new-search"], expected, "{rows}");
}

#[test]
fn s1_05_browsers_get_nothing_where_they_would_see_what_is_private() {
    let snapshot =
        flags("private.json", |text| text.replace("\"staff-menu\": {", "\"staff-menu\": { \"audience\": \"client\","));
    let output = scratch("never.ruleset");
    let run = vexil(&["compile", &snapshot, "--audience", "client", "--output", &output]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("error[private-attribute] /flags/staff-menu/rules/0/when"), "{}", run.err);
    assert!(!fs::exists(&output).unwrap());
    // Servers get it all the same.
    assert_eq!(vexil(&["compile", &snapshot, "--output", "-", "--form", "json"]).code, Some(0));
}

#[test]
fn a_snapshot_is_written_as_json_on_one_line_and_its_form_has_no_format() {
    let run = vexil(&["compile", "shop.json", "--form", "json", "--output", "-"]);
    assert_eq!(run.code, Some(0));
    assert!(!run.out.contains('\n') && run.out.starts_with(r#"{"schema":"vexil/1""#), "{}", run.out);
    for wrong in [&["--strip"][..], &["--target", "slim"], &["--format", "1"]] {
        let args = [&["compile", "shop.json", "--form", "json", "--output", "-"], wrong].concat();
        assert_eq!(vexil(&args).code, Some(2), "{wrong:?}");
    }
}
