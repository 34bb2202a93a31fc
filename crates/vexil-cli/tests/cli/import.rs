//! `vexil import`: what other systems' flags serve after it.

use std::fs;

use crate::{Run, scratch, users, vexil, vexil_reading};

/// Imports a file and returns the notes and the path of the snapshot, which must be valid.
fn import(file: &str, more: &[&str], name: &str) -> (String, String) {
    let snapshot = scratch(name);
    let run = vexil(&[&["import", file, "--output", &snapshot], more].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(vexil(&["validate", "--strict", &snapshot]).code, Some(0));
    (run.err, snapshot)
}

fn import_text(text: &str, more: &[&str]) -> Run {
    vexil_reading(text, &[&["import", "-"], more].concat())
}

/// The flag's variant and rule for a context, as `on`, or `on by rule`.
fn serves(snapshot: &str, flag: &str, context: &str) -> String {
    serves_at(snapshot, flag, context, "2026-01-06T00:00:00Z")
}

fn serves_at(snapshot: &str, flag: &str, context: &str, now: &str) -> String {
    let run = vexil(&["eval", "--snapshot", snapshot, "--flag", flag, "--context", context, "--now", now, "--json"]);
    let member =
        |name: &str| run.out.split_once(&format!("\"{name}\":\"")).and_then(|(_, rest)| rest.split('"').next());
    match (member("variant"), member("rule")) {
        (Some(variant), Some(rule)) => format!("{variant} by {rule}"),
        (variant, _) => variant.unwrap_or(&run.out).to_owned(),
    }
}

/// How many of 2000 users get each variant, as the table of a batch has it.
fn shares(snapshot: &str, flag: &str) -> Vec<(String, f64)> {
    let contexts = users(2000);
    let run = vexil_reading(&contexts, &["eval", "--snapshot", snapshot, "--flag", flag, "--contexts", "-", "--json"]);
    let mut shares: Vec<(String, f64)> = Vec::new();
    for line in run.out.lines() {
        let variant = line.split_once("\"variant\":\"").and_then(|(_, rest)| rest.split('"').next()).unwrap();
        match shares.iter_mut().find(|(known, _)| known == variant) {
            Some((_, share)) => *share += 1.0 / 20.0,
            None => shares.push((variant.to_owned(), 1.0 / 20.0)),
        }
    }
    shares.sort_by(|a, b| a.0.cmp(&b.0));
    shares
}

fn assert_shares(snapshot: &str, flag: &str, expected: &[(&str, f64)]) {
    let shares = shares(snapshot, flag);
    let names: Vec<&str> = shares.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, expected.iter().map(|(name, _)| *name).collect::<Vec<&str>>());
    for ((name, share), (_, expected)) in shares.iter().zip(expected) {
        assert!((share - expected).abs() < 3.5, "{name} is served to {share} %, not {expected} %");
    }
}

#[test]
fn s4_13_the_guides_file_keeps_its_version_and_its_shares() {
    let (notes, snapshot) = import("guide.json", &[], "guide.vexil.json");
    let text = fs::read_to_string(&snapshot).unwrap();
    assert!(text.contains("\n  \"revision\": 42,\n  \"x-lastUpdated\": \"2025-11-02T10:30:00Z\",\n"), "{text}");
    assert_shares(&snapshot, "new-dashboard", &[("off", 75.0), ("on", 25.0)]);
    assert_eq!(serves(&snapshot, "dark-mode", r#"{"targetingKey":"u-1"}"#), "off");
    assert!(notes.contains("/flags/3/rolloutPercentage: 33.33333 is rounded to 33.3333"), "{notes}");
    assert!(notes.contains("/flags/3: kept with `x-` before the name, where the engine does not read it: `category`"));
}

#[test]
fn s4_05_rules_add_users_and_the_first_that_matches_decides() {
    let (notes, snapshot) = import("guide.json", &[], "guide-rules.vexil.json");
    let beta = |context| serves(&snapshot, "beta-testing", context);
    assert_eq!(beta(r#"{"targetingKey":"alice"}"#), "on by user-1");
    assert_eq!(beta(r#"{"targetingKey":"alic"}"#), "off", "S4-07: names are compared as a whole");
    assert_eq!(beta(r#"{"targetingKey":"carol","groupId":"beta-testers"}"#), "on by group-2");
    assert_eq!(beta(r#"{"targetingKey":"carol","groupId":["staff","beta-testers"]}"#), "on by group-2", "S4-08");
    assert_shares(&snapshot, "beta-testing", &[("off", 95.0), ("on", 5.0)]);
    assert_eq!(serves(&snapshot, "debug-mode", r#"{"environment":"development"}"#), "on by environment-1");
    assert_eq!(serves(&snapshot, "debug-mode", r#"{"environment":"production"}"#), "on");
    assert!(notes.contains("/flags/2: its rules change nothing"), "{notes}");
}

#[test]
fn s2_the_managers_types_and_states() {
    let (notes, snapshot) = import("manager.json", &[], "manager.vexil.json");
    let user = |flag, key: &str| serves(&snapshot, flag, &format!("{{\"targetingKey\":\"{key}\"}}"));
    assert_eq!(user("action_tracing_enabled", "u"), "on", "S2-09");
    assert_eq!(user("emergency_shutdown", "u"), "off", "S2-05");
    assert_eq!(user("verbose_tracing", "user-10"), "on", "S2-03");
    assert_eq!(user("verbose_tracing", "user-1"), "off", "S2-03: names are compared as a whole");
    assert_eq!(user("trace_output_enabled", "u"), "off", "S2-06");
    assert_eq!(serves(&snapshot, "trace_output_enabled", r#"{"environment":"development"}"#), "on by development");
    assert!(fs::read_to_string(&snapshot).unwrap().contains(r#""exposure": 0.1"#), "S2-02: 0.1 % is not 1 %");
    assert!(notes.contains("choose one with `--environment`"), "S2-11: {notes}");
    assert!(notes.contains("featureFlagSettings"), "S2-15: {notes}");
}

#[test]
fn s2_04_variants_keep_their_order_their_weights_and_their_configuration() {
    let (notes, snapshot) = import("manager.json", &[], "manager-variants.vexil.json");
    let text = fs::read_to_string(&snapshot).unwrap();
    let weights =
        [r#"{ "variant": "10", "weight": 0.5 }"#, r#"{ "variant": "2", "weight": 0.3 }"#].join(",\n            ");
    assert!(text.contains(&weights), "{text}");
    assert!(text.contains(r#""10": { "level": "minimal", "depth": 1 }"#), "S2-13: {text}");
    let gate = [("10", 5.0), ("2", 3.0), ("full", 2.0), ("off", 90.0)];
    assert_shares(&snapshot, "trace_verbosity_test", &gate);
    assert_shares(&snapshot, "button_text", &[("a", 33.33), ("b", 66.67)]);
    assert!(notes.contains("an added `off` is served, with the value {}"), "{notes}");
    assert!(notes.contains("0.3333333 is rounded to 0.3333"), "{notes}");
}

#[test]
fn s2_10_an_emergency_shutdown_is_a_kill_which_no_environment_lifts() {
    let (notes, snapshot) = import("manager.json", &[], "manager-kills.vexil.json");
    let text = fs::read_to_string(&snapshot).unwrap();
    assert!(text.contains(r#""kills": { "revision": 1, "flags": ["broken_importer", "paused_sync"] }"#), "{text}");
    assert_eq!(serves(&snapshot, "paused_sync", "{}"), "off");
    assert!(notes.contains("/paused_sync: it is killed; once the kill is lifted, its state before comes back"));
    assert!(notes.contains("/emergency_shutdown: it is an ordinary flag now"), "S2-14: {notes}");
    let killed =
        r#"{"featureFlags":{"flags":{"a":{"type":"boolean","state":"emergency_off","environments":{"qa":true}}}}}"#;
    let run = import_text(killed, &["--environment", "qa"]);
    assert!(run.out.contains(r#""kills": { "revision": 1, "flags": ["a"] }"#), "{}", run.out);
}

#[test]
fn s2_05_a_disabled_flag_keeps_what_it_would_serve() {
    let flags = r#"{"featureFlags":{"flags":{
        "m":{"type":"multivariate","state":"disabled","variants":{"x":{"weight":1},"y":{"weight":1}}},
        "p":{"type":"percentage","state":"disabled","percentage":20},
        "w":{"type":"whitelist","state":"disabled"}}}}"#;
    let run = import_text(flags, &[]);
    assert_eq!(run.out.matches(r#""state": "disabled""#).count(), 3, "{}", run.out);
    assert!(
        run.out.contains(r#"{ "variant": "y", "weight": 1 }"#) && run.out.contains(r#""exposure": 20"#),
        "{}",
        run.out
    );
    assert!(!run.out.contains("x-"), "{}", run.out);
}

#[test]
fn s2_11_an_environment_sets_what_it_sets() {
    let (_, production) = import("manager.json", &["--environment", "production"], "manager-production.json");
    let (_, staging) = import("manager.json", &["--environment", "staging"], "manager-staging.json");
    let (_, development) = import("manager.json", &["--environment", "development"], "manager-development.json");
    let user = r#"{"targetingKey":"u-1"}"#;
    assert_eq!(serves(&production, "action_tracing_enabled", user), "off");
    assert_eq!(serves(&production, "trace_output_enabled", user), "off");
    assert_shares(&staging, "performance_monitoring", &[("off", 50.0), ("on", 50.0)]);
    assert_eq!(serves(&development, "performance_monitoring", user), "on");
    assert_eq!(serves(&development, "trace_output_enabled", user), "on");
    assert!(fs::read_to_string(&staging).unwrap().contains("\n  \"environment\": \"staging\",\n"));
}

#[test]
fn s3_the_python_managers_states_and_strategies() {
    let (notes, snapshot) = import("python.json", &[], "python.vexil.json");
    let user = |flag, key: &str| serves(&snapshot, flag, &format!("{{\"targetingKey\":\"{key}\"}}"));
    assert_shares(&snapshot, "new_editor", &[("off", 87.5), ("on", 12.5)]);
    assert_eq!((user("new_editor", "maria"), user("new_editor", "tom")), ("on".into(), "on".into()), "S3-13");
    assert_eq!([user("import_v2", "zoe"), user("import_v2", "zo")], ["on", "off"], "S3-03");
    assert_eq!(serves(&snapshot, "fast_search", r#"{"ring":"early"}"#), "on by ring", "S3-04");
    assert_eq!(serves(&snapshot, "fast_search", "{}"), "off", "S3-04: no ring is not `production`");
    assert_eq!(user("old_export", "u"), "on", "S3-01: deprecated flags still evaluate");
    assert_eq!([user("everywhere", "u"), user("nowhere", "u")], ["on", "off"]);
    assert_eq!(serves(&snapshot, "everywhere", "{}"), "on", "S3-12: nobody needs a user to be among everybody");
    assert!(notes.contains("/old_export: the manager serves deprecated flags to nobody"), "{notes}");
    let text = fs::read_to_string(&snapshot).unwrap();
    assert!(text.contains(r#""metadata": { "team": "editor", "jira": 4711 }"#), "S3-06: {text}");
}

#[test]
fn s3_05_a_gradual_rollout_is_a_ramp() {
    let (_, snapshot) = import("python.json", &[], "python-ramp.vexil.json");
    let text = fs::read_to_string(&snapshot).unwrap();
    assert!(text.contains(r#""start": "2026-01-01T00:00:00Z""#) && text.contains(r#""end": "2026-01-11T00:00:00Z""#));
    let at = |now| serves_at(&snapshot, "sidebar", r#"{"targetingKey":"u-1"}"#, now);
    assert_eq!([at("2025-12-31T00:00:00Z"), at("2026-01-11T00:00:00Z")], ["off", "on"]);
}

#[test]
fn what_is_not_clear_is_a_problem_with_its_place_and_nothing_is_written() {
    let refused = |format: &str, flag: &str, problem: &str| {
        let run = import_text(&format!(r#"{{"flags":{{"a":{flag}}}}}"#), &["--from", format]);
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{flag}");
        assert!(run.err.contains(&format!("`standard input`: /flags/a{problem}")), "{flag} says: {}", run.err);
    };
    refused("guide", r#"{"rolloutPercentage":1}"#, ": `enabled` is missing");
    refused("guide", r#"{"enabled":"yes","rolloutPercentage":1}"#, "/enabled: expected a boolean, found a text");
    refused("guide", r#"{"enabled":true}"#, ": `rolloutPercentage` is missing: 100 is everybody");
    refused("guide", r#"{"enabled":true,"rolloutPercentage":101}"#, "/rolloutPercentage: 101 is no percentage");
    let rule = r#"{"enabled":true,"rolloutPercentage":0,"rules":[{"type":"users","value":"u"}]}"#;
    refused(
        "guide",
        rule,
        "/rules/0/type: `users` is none of `percentage`, `user`, `group`, `environment`; did you mean `user`?",
    );
    refused("manager", r#"{"type":"zzz","state":"enabled"}"#, "/type: `zzz` is none of");
    refused("manager", r#"{"type":"boolean","state":"qqq"}"#, "/state: `qqq` is none of");
    refused(
        "manager",
        r#"{"type":"percentage","state":"rollout","percentage":"abc"}"#,
        "/percentage: expected a number",
    );
    refused("manager", r#"{"type":"percentage","state":"rollout"}"#, ": `percentage` is missing");
    refused("manager", r#"{"type":"whitelist","state":"canary"}"#, ": `whitelist` is missing");
    let negative = r#"{"type":"multivariate","state":"enabled","variants":{"x":{"weight":-1}}}"#;
    refused("manager", negative, "/variants/x/weight: -1 is no weight");
    refused("python", r#"{"state":"rollout"}"#, ": `rollout_strategy` is missing");
    let gradual = r#"{"state":"rollout","rollout_strategy":"gradual","rollout_config":{}}"#;
    refused("python", gradual, "/rollout_config: `start_time` is missing");
    let ms = r#"{"state":"rollout","rollout_strategy":"gradual","rollout_config":{"start_time":1767225600000,"end_time":1}}"#;
    refused("python", ms, "/rollout_config/start_time: expected seconds since 1970");
}

#[test]
fn all_problems_are_told_at_once() {
    let run = import_text(
        r#"{"flags":[{"name":"a"},{"name":"b","enabled":1},{"name":"c","enabled":true,"rolloutPercentage":5}]}"#,
        &["--from", "guide"],
    );
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("/flags/0") && run.err.contains("/flags/1/enabled"), "{}", run.err);
    assert!(run.err.ends_with("error: nothing is written: 2 problems in `standard input`\n"), "{}", run.err);
}

#[test]
fn the_same_flag_twice_is_a_problem() {
    let list = import_text(
        r#"{"flags":[{"name":"a","enabled":true,"rolloutPercentage":5},{"name":"a","enabled":false}]}"#,
        &[],
    );
    assert!(list.err.contains("/flags/1/name: there is a flag `a` before"), "{}", list.err);
    let map = import_text(r#"{"flags":{"a":{"enabled":true},"a":{"enabled":false}}}"#, &[]);
    assert!(map.err.contains("/flags/a: it is there twice"), "{}", map.err);
    assert_eq!([list.code, map.code], [Some(1); 2]);
}

#[test]
fn what_would_be_no_valid_snapshot_is_not_written() {
    let mixed = r#"{"featureFlags":{"flags":{"a":{"type":"multivariate","state":"enabled","variants":{
        "x":{"weight":1,"config":{}},"y":{"weight":1,"config":"text"}}}}}}"#;
    let run = import_text(mixed, &[]);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(run.err.contains("error[mixed-variant-types] /flags/a/variants: "), "{}", run.err);
}

#[test]
fn the_format_is_told_by_the_file_or_by_the_user() {
    let unclear = import_text(r#"{"flags":{}}"#, &[]);
    assert_eq!(unclear.code, Some(2));
    assert!(unclear.err.contains("give it with `--from`"), "{}", unclear.err);
    assert_eq!(import_text(r#"{"flags":{}}"#, &["--from", "guide"]).code, Some(0));
    let snapshot = vexil(&["import", "shop.json"]);
    assert_eq!(snapshot.code, Some(2));
    assert!(snapshot.err.contains("is a snapshot already"), "{}", snapshot.err);
    assert_eq!(vexil(&["import", "nowhere.json"]).code, Some(2));
    assert_eq!(import_text("{", &[]).code, Some(2));
}
