//! `vexil eval` and its batches.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{command, scratch, users, vexil, vexil_reading};

const NOW: &str = "2026-03-05T00:00:00Z";

#[test]
fn a_flag_has_exactly_the_fields_of_the_contract_in_their_order() {
    let context = r#"{"targetingKey":"u-4","country":"DE","appVersion":"2.4.0"}"#;
    let run =
        vexil(&["eval", "--snapshot", "shop.json", "--flag", "checkout-redesign", "--context", context, "--json"]);
    assert_eq!(
        run.out,
        concat!(
            r#"{"flag":"checkout-redesign","value":true,"variant":"on","reason":"SPLIT","rule":"eu","#,
            r#""metadata":{"team":"payments"}}"#,
            "\n"
        )
    );
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}

#[test]
fn a_service_has_exactly_the_fields_of_the_contract_in_their_order() {
    let route = |context| {
        vexil(&["eval", "--snapshot", "shop.json", "--service", "checkout-api", "--context", context, "--json"])
    };
    let drawn = route(r#"{"visitor":"v-1"}"#);
    assert_eq!(
        drawn.out,
        r#"{"service":"checkout-api","track":"stable","version":"v2.0.9","reason":"SPLIT"}"#.to_owned() + "\n"
    );
    let forced = route(r#"{"cookies":{"track":"canary"}}"#);
    let line =
        r#"{"service":"checkout-api","track":"canary","version":"v2.1.0","reason":"TARGETING_MATCH","rule":"forced"}"#;
    assert_eq!(forced.out, line.to_owned() + "\n");
    assert_eq!((drawn.code, forced.code), (Some(0), Some(0)));
}

#[test]
fn a_batch_has_one_line_for_each_context_in_order() {
    let args = ["eval", "--snapshot", "shop.json", "--contexts", "users.jsonl", "--flag", "theme", "--json"];
    let run = vexil(&args);
    assert_snapshot!(run.out, @r#"
    {"targetingKey":"u-1","flags":{"theme":{"value":"dark","variant":"dark","reason":"SPLIT"}}}
    {"targetingKey":"u-2","flags":{"theme":{"value":"light","variant":"light","reason":"SPLIT"}}}
    {"targetingKey":"u-17","flags":{"theme":{"value":"dark","variant":"dark","reason":"SPLIT"}}}
    {"targetingKey":42,"flags":{"theme":{"value":"dark","variant":"dark","reason":"SPLIT"}}}
    {"targetingKey":null,"flags":{"theme":{"value":"light","variant":"light","reason":"DEFAULT"}}}
    "#);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}

#[test]
fn a_line_of_a_batch_holds_all_flags_but_those_with_an_error() {
    let run = vexil_reading(
        "{\"targetingKey\":\"u-1\"}\n",
        &["eval", "--snapshot", "broken.json", "--contexts", "-", "--json"],
    );
    let line = r#"{"targetingKey":"u-1","flags":{"fine":{"value":true,"variant":"on","reason":"STATIC"}}}"#;
    assert_eq!(run.out, line.to_owned() + "\n");
    assert_eq!(run.code, Some(0));
    assert!(run.err.contains("`needs-staff`, `search`"), "{}", run.err);
    let one = vexil(&["eval", "--snapshot", "broken.json", "--context", r#"{"targetingKey":"u-1"}"#, "--json"]);
    assert_eq!((one.out, one.code), (run.out, Some(0)), "all flags for one context are the same line");
}

#[test]
fn bad_lines_are_named_and_the_others_answered() {
    let contexts = "\u{feff}{\"targetingKey\":\"u-1\"}\r\n{\"targetingKey\":\n\n[1]\n{\"targetingKey\":\"u-2\"}";
    let args = ["eval", "--snapshot", "shop.json", "--contexts", "-", "--flag", "payments-v2", "--json"];
    let run = vexil_reading(contexts, &args);
    assert_snapshot!(run.out, @r#"
    {"targetingKey":"u-1","flags":{"payments-v2":{"value":true,"variant":"on","reason":"STATIC"}}}
    {"targetingKey":"u-2","flags":{"payments-v2":{"value":true,"variant":"on","reason":"STATIC"}}}
    "#);
    assert_snapshot!(run.err, @"
    error: `standard input` line 2: not JSON: EOF while parsing a value at column 16
    error: `standard input` line 4: a context is a JSON object
    error: 2 lines of 5 in `standard input` could not be used
    ");
    assert_eq!(run.code, Some(2));
}

#[test]
fn a_batch_of_a_service_has_a_track_on_each_line() {
    let contexts = "{\"visitor\":\"v-1\"}\n{\"cookies\":{\"track\":\"canary\"},\"targetingKey\":\"u-1\"}\n";
    let args = ["eval", "--snapshot", "shop.json", "--contexts", "-", "--service", "checkout-api", "--json"];
    let run = vexil_reading(contexts, &args);
    assert_snapshot!(run.out, @r#"
    {"targetingKey":null,"service":"checkout-api","track":"stable","version":"v2.0.9","reason":"SPLIT"}
    {"targetingKey":"u-1","service":"checkout-api","track":"canary","version":"v2.1.0","reason":"TARGETING_MATCH"}
    "#);
}

#[test]
fn people_get_counts_for_a_batch() {
    let run = vexil(&["eval", "--snapshot", "shop.json", "--contexts", "users.jsonl", "--now", NOW]);
    assert_snapshot!(run.out, @r#"
    FLAG               VARIANT  VALUE                            CONTEXTS    SHARE
    checkout-redesign  off      false                                   1   20.0 %
                       on       true                                    4   80.0 %
    old-search         off      false                                   5  100.0 %
    payments-v2        on       true                                    5  100.0 %
    results-per-page   few      20                                      4   80.0 %
                       many     50                                      1   20.0 %
    search-ranking     classic  {"model":"bm25","boost":1.5}            4   80.0 %
                       neural   {"model":"two-tower","boost":1}         1   20.0 %
    summer-sale        off      false                                   5  100.0 %
    theme              dark     "dark"                                  3   60.0 %
                       light    "light"                                 2   40.0 %
    tracing.verbose    off      false                                   5  100.0 %

    5 contexts; --json has the answers for each
    "#);
}

#[test]
fn people_get_a_table_of_all_flags_and_a_list_for_one() {
    let context = r#"{"targetingKey":"u-1","country":"DE"}"#;
    let all = vexil(&["eval", "--snapshot", "shop.json", "--context", context, "--now", NOW]);
    assert_snapshot!(all.out, @r#"
    FLAG               VALUE                            VARIANT  REASON           RULE
    checkout-redesign  true                             on       TARGETING_MATCH  staff
    old-search         false                            off      DISABLED
    payments-v2        true                             on       STATIC
    results-per-page   20                               few      DEFAULT
    search-ranking     {"model":"two-tower","boost":1}  neural   TARGETING_MATCH  early
    summer-sale        false                            off      DISABLED
    theme              "dark"                           dark     SPLIT
    tracing.verbose    false                            off      DISABLED
    "#);
    let one = vexil(&["eval", "--snapshot", "shop.json", "--context", context, "--flag", "old-search"]);
    assert_snapshot!(one.out, @r#"
    flag      old-search
    value     false
    variant   off
    reason    DISABLED
    metadata  vexil.cause = "killed"
              vexil.killScope = "flag"
              vexil.deprecated = true
    "#);
    let service =
        vexil(&["eval", "--snapshot", "shop.json", "--context", r#"{"visitor":"v-1"}"#, "--service", "checkout-api"]);
    assert_snapshot!(service.out, @"
    service  checkout-api
    track    stable
    version  v2.0.9
    reason   SPLIT
    ");
}

#[test]
fn an_error_has_the_default_a_code_and_a_reason() {
    let flag = |flag, more: &[&str]| {
        let args = ["eval", "--snapshot", "broken.json", "--context", "{}", "--json", "--flag", flag];
        vexil(&[&args[..], more].concat())
    };
    let unknown = flag("fin", &["--default", r#"{ "a": 1.0 }"#]);
    assert_snapshot!(unknown.out, @r#"{"flag":"fin","value":{"a":1},"reason":"ERROR","errorCode":"FLAG_NOT_FOUND","errorMessage":"the snapshot has no flag `fin`; did you mean `fine`?","metadata":{}}"#);
    assert_snapshot!(unknown.err, @"error: `fin` answers FLAG_NOT_FOUND: the snapshot has no flag `fin`; did you mean `fine`?");
    let mismatch = flag("fine", &["--as", "string", "--default", "\"x\""]);
    assert!(mismatch.out.contains(r#""value":"x","reason":"ERROR","errorCode":"TYPE_MISMATCH""#), "{}", mismatch.out);
    let broken = flag("search", &[]);
    assert!(broken.out.contains(r#""value":null,"reason":"ERROR","errorCode":"PARSE_ERROR""#), "{}", broken.out);
    assert!(broken.err.contains("/flags/search/rules/0/when/op: "), "{}", broken.err);
    assert_eq!([unknown.code, mismatch.code, broken.code], [Some(1); 3]);
}

#[test]
fn an_unknown_service_goes_to_stable_with_an_error() {
    let run = vexil(&["eval", "--snapshot", "shop.json", "--service", "search", "--context", "{}", "--json"]);
    let start = r#"{"service":"search","track":"stable","version":null,"reason":"ERROR","errorCode":"FLAG_NOT_FOUND","#;
    assert!(run.out.starts_with(start), "{}", run.out);
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_batch_that_asks_for_nothing_there_ends_at_once() {
    let run = vexil(&["eval", "--snapshot", "shop.json", "--contexts", "users.jsonl", "--flag", "no-such", "--json"]);
    assert_eq!((run.out.as_str(), run.code), ("", Some(1)));
}

#[test]
fn time_is_the_one_asked_for() {
    let at = |now| {
        vexil(&[
            "eval",
            "--snapshot",
            "shop.json",
            "--flag",
            "results-per-page",
            "--context",
            r#"{"targetingKey":"u-1"}"#,
            "--json",
            "--now",
            now,
        ])
        .out
    };
    assert!(at("2026-02-01T00:00:00Z").contains(r#""value":20"#));
    assert!(at("2026-03-11T01:00:00+01:00").contains(r#""value":50"#));
}

#[test]
fn snapshot_and_context_may_come_from_standard_input() {
    let shop = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/shop.json")).unwrap();
    let context = r#"{"targetingKey":"u-1"}"#;
    let args = ["eval", "--flag", "theme", "--json", "--snapshot"];
    let from_file = vexil(&[&args[..], &["shop.json", "--context", context]].concat());
    let snapshot_read = vexil_reading(&shop, &[&args[..], &["-", "--context", context]].concat());
    let context_read = vexil_reading(context, &[&args[..], &["shop.json", "--context", "-"]].concat());
    assert!(from_file.out.contains(r#""variant":"dark""#));
    assert_eq!((&snapshot_read.out, &context_read.out), (&from_file.out, &from_file.out));
}

#[test]
fn wrong_use_ends_with_2_and_says_why() {
    let wrong = |args: &[&str], words: &str| {
        let run = vexil(&[&["eval", "--snapshot"], args].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(run.err.contains(words), "{args:?} says: {}", run.err);
    };
    wrong(&["shop.json"], "required");
    wrong(&["nowhere.json", "--context", "{}"], "error: `nowhere.json` cannot be read: ");
    wrong(&["users.jsonl", "--context", "{}"], "fatal[not-json] ");
    wrong(&["shop.json", "--context", "{"], "error: `--context`: not JSON: ");
    wrong(&["shop.json", "--context", "{}", "--contexts", "users.jsonl"], "cannot be used with");
    wrong(&["shop.json", "--context", "{}", "--flag", "theme", "--service", "checkout-api"], "cannot be used with");
    wrong(&["shop.json", "--context", "{}", "--now", "2026-03-01"], "with its offset");
    wrong(&["shop.json", "--context", "{}", "--environment", "staging"], "fatal[wrong-environment]");
    wrong(&["shop.json", "--context", "{}", "--default", "1"], "--flag");
    wrong(&["shop.json", "--context", "{}", "--flag", "theme", "--as", "text"], "[possible values: boolean");
    wrong(&["shop.json", "--context", "{}", "--flag", "theme", "--as", "string", "--default", "1"], "`--default 1`");
    wrong(&["-", "--contexts", "-"], "only once");
}

#[test]
fn who_has_read_enough_of_a_batch_may_stop() {
    let file = scratch("many-users.jsonl");
    fs::write(&file, users(50_000)).unwrap();
    let mut child = command(&["eval", "--snapshot", "shop.json", "--contexts", &file, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(first.starts_with(r#"{"targetingKey":"user-0","flags":{"#));
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
