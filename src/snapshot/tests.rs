//! What fixtures cannot show: documents made to be expensive, and what is left of refused ones.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::model::Snapshot;
use super::{Reading, is_valid, read_kill_message};
use crate::patterns::RegexPatterns;
use crate::words::diagnostic::{Code, Severity};
use crate::words::limits;

fn read(text: &str) -> Reading {
    super::read::<RegexPatterns>(text)
}

/// A document of one part, of `count` members.
fn document(part: &str, count: usize, member: impl Fn(usize) -> String) -> String {
    let members: Vec<String> = (0..count).map(member).collect();
    format!(r#"{{"schema":"vexil/1","{part}":{{{}}}}}"#, members.join(","))
}

fn flag(key: usize, prerequisites: &str) -> String {
    format!(
        r#""{key}":{{"variants":{{"a":1}},"offVariant":"a","default":{{"variant":"a"}},"prerequisites":[{prerequisites}]}}"#
    )
}

fn needs(key: usize) -> String {
    format!(r#"{{"flag":"{key}","variants":["a"]}}"#)
}

fn count(reading: &Reading, code: Code) -> usize {
    reading.diagnostics.iter().filter(|diagnostic| diagnostic.code == code).count()
}

fn snapshot(reading: &Reading) -> &Snapshot {
    reading.snapshot.as_ref().expect("no problem is fatal")
}

fn sound_flags(reading: &Reading) -> usize {
    snapshot(reading).flags.iter().filter(|flag| flag.part.is_ok()).count()
}

#[test]
fn a_bomb_of_prerequisites_is_counted_and_not_walked() {
    let text = document("flags", 60, |key| {
        flag(key, &if key == 0 { String::new() } else { [needs(key - 1), needs(key - 1)].join(",") })
    });
    let reading = read(&text);
    // Level n takes some 2^(n + 2) steps.
    assert_eq!(count(&reading, Code::TooCostly), 42);
    assert_eq!(sound_flags(&reading), 18);
}

#[test]
fn a_bomb_of_segments_breaks_only_who_uses_it() {
    let mut text = document("segments", 60, |key| match key {
        0 => String::from(r#""0":{"include":["u"]}"#),
        _ => format!(r#""{key}":{{"when":{{"any":[{{"segment":"{0}"}},{{"segment":"{0}"}}]}}}}"#, key - 1),
    });
    text.pop();
    let user = |key: &str, when: &str| {
        format!(
            r#""{key}":{{"variants":{{"a":1}},"offVariant":"a","default":{{"variant":"a"}},"rules":[{{"id":"r","when":{when},"serve":{{"variant":"a"}}}}]}}"#
        )
    };
    let users =
        [user("deep", r#"{"segment":"59"}"#), user("flat", r#"{"segment":"3"}"#), user("ring", r#"{"ring":"all"}"#)];
    let text = format!(r#"{text},"rings":[{{"name":"all","segment":"59"}}],"flags":{{{}}}}}"#, users.join(","));
    let reading = read(&text);
    let paths: Vec<&str> = reading.diagnostics.iter().map(|diagnostic| diagnostic.path.as_str()).collect();
    assert_eq!(paths, ["/flags/deep", "/flags/ring"]);
    assert_eq!(count(&reading, Code::TooCostly), 2);
}

#[test]
fn a_chain_as_long_as_the_document_is_refused_from_the_limit_on() {
    let text = document("flags", 50_000, |key| flag(key, &if key == 0 { String::new() } else { needs(key - 1) }));
    let reading = read(&text);
    assert_eq!(sound_flags(&reading), limits::CHAIN + 1);
    let first = format!("/flags/{}/prerequisites/0/flag", limits::CHAIN + 1);
    assert!(reading.diagnostics.iter().any(|diagnostic| diagnostic.path == first));
}

#[test]
fn a_circle_as_large_as_the_document_breaks_every_member() {
    let text = document("flags", 50_000, |key| flag(key, &needs((key + 1) % 50_000)));
    assert_eq!(sound_flags(&read(&text)), 0);
}

#[test]
fn long_lists_of_units_are_read_at_once() {
    let units: Vec<String> = (0..500_000).map(|unit| format!(r#""unit-{unit}""#)).collect();
    let units = units.join(",");
    let overrides = format!(r#"{{"units":[{units}],"variant":"a"}},{{"units":[{units}],"variant":"b"}}"#);
    let text = format!(
        r#"{{"schema":"vexil/1","segments":{{"s":{{"include":[{units}]}}}},"flags":{{"f":{{"variants":{{"a":1,"b":2}},"offVariant":"a","default":{{"variant":"a"}},"overrides":[{overrides}]}}}}}}"#
    );
    let reading = read(&text);
    assert_eq!(count(&reading, Code::ConflictingOverride), limits::DIAGNOSTICS);
    let segment = snapshot(&reading).segments[0].part.as_ref().unwrap();
    assert_eq!(segment.include.len(), 500_000);
}

#[test]
fn a_hopeless_document_costs_no_more_than_a_good_one() {
    let unknown: Vec<String> = (0..300_000).map(|field| format!(r#""rulez{field}":1"#)).collect();
    let reading = read(&format!(r#"{{"schema":"vexil/1",{}}}"#, unknown.join(",")));
    assert_eq!(reading.diagnostics.len(), limits::DIAGNOSTICS);
    let reading = read(&document("flags", limits::FLAGS + 1, |key| format!(r#""{key}":0"#)));
    assert_eq!(reading.diagnostics.len(), 1);
    assert_eq!(count(&reading, Code::TooManyFlags), 1);
    assert!(reading.snapshot.is_none());
}

#[test]
fn splits_of_one_seed_are_compared_soon() {
    let rule = |id: usize| {
        format!(
            r#"{{"id":"{id}","layer":{{"key":"l","from":{id},"to":{}}},"serve":{{"split":{{"exposure":5,"weights":[{{"variant":"a","weight":1}}]}}}}}}"#,
            id + 1
        )
    };
    let rules: Vec<String> = (0..limits::RULES).map(rule).collect();
    let rules = rules.join(",");
    let mut text = document("flags", 100, |key| {
        format!(
            r#""{key}":{{"variants":{{"a":1,"b":2}},"offVariant":"a","default":{{"variant":"b"}},"rules":[{rules}]}}"#
        )
    });
    text.pop();
    let reading = read(&format!(r#"{text},"layers":{{"l":{{}}}}}}"#));
    assert_eq!(reading.diagnostics, []);
}

#[test]
fn a_broken_part_keeps_what_a_kill_serves() {
    let reading = read(
        r#"{"schema":"vexil/1",
            "flags":{"f":{"variants":{"on":true,"off":false},"offVariant":"off"},
                     "g":{"variants":{"on":true,"off":null},"offVariant":"off","default":{"variant":"on"}}},
            "services":{"s":{"tracks":{"stable":{"version":"v\"1"}},"defaultTrack":"stable","rules":0}}}"#,
    );
    let snapshot = snapshot(&reading);
    let off =
        |index: usize| snapshot.flags[index].part.as_ref().unwrap_err().off.as_ref().map(|off| off.value.as_str());
    assert_eq!((off(0), off(1)), (Some("false"), None));
    let track = snapshot.services[0].part.as_ref().unwrap_err().off.as_ref().unwrap();
    assert_eq!((track.key.as_str(), track.value.as_str()), ("stable", r#""v\"1""#));
}

#[test]
fn kills_are_read_from_a_refused_document() {
    let reading =
        read(r#"{"schema":"vexil/2","environment":"live","kills":{"revision":7,"flags":["a",1],"all":"yes"}}"#);
    let kills = reading.kills.unwrap();
    assert_eq!((kills.revision, kills.all, kills.flags.as_slice()), (7, false, [String::from("a")].as_slice()));
    assert_eq!(reading.environment.as_deref(), Some("live"));
    assert!(reading.snapshot.is_none());
    assert!(!is_valid(&reading.diagnostics));
    // Without a revision it still kills, and any other set lifts it.
    let reading = read(r#"{"schema":"vexil/1","kills":{"all":true}}"#);
    assert_eq!(reading.kills.as_ref().map(|kills| (kills.revision, kills.all)), Some((0, true)));
    assert!(snapshot(&reading).kills.all);
}

#[test]
fn a_kill_message_is_understood_or_refused() {
    let message = read_kill_message(r#"{"revision":8,"flags":["a"],"environment":"live","x-by":"me"}"#).unwrap();
    assert_eq!((message.kills.revision, message.environment.as_deref()), (8, Some("live")));
    for text in ["[]", "{}", r#"{"revision":-1}"#, r#"{"revision":1,"flag":["a"]}"#, r#"{"revision":1,"revision":1}"#] {
        let problems = read_kill_message(text).unwrap_err();
        assert!(problems.iter().all(|problem| problem.severity == Severity::Error), "{text}: {problems:?}");
    }
}
