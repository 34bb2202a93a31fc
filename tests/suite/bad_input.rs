//! Bad input of every kind: each has a clear answer, nothing panics, nothing hangs, and what was
//! refused leaves the engine as it was.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vexil::evaluate::{Evaluator, Event, Kills, Tracer};
use vexil::patterns::RegexPatterns;
use vexil::words::limits;
use vexil::{Code, Context, Diagnostic, Engine, Severity, SnapshotError, Timestamp, Value};

use crate::binary::EVERYTHING;
use crate::cases::config;
use crate::replay::{Numbers, harness};

const NOW: Timestamp = Timestamp::from_ms(0);

const EMPTY: &str = r#"{"schema":"vexil/1"}"#;

fn load(text: &str) -> Result<Engine, SnapshotError> {
    Engine::<RegexPatterns>::from_json(text)
}

fn usable(text: &str) -> Engine {
    load(text).unwrap_or_else(|refused| panic!("{refused}"))
}

/// The one fatal problem of a document.
fn fatal(text: &str) -> Diagnostic {
    let start: String = text.chars().take(80).collect();
    let refused = load(text).err().unwrap_or_else(|| panic!("taken: {start}"));
    let mut diagnostics = refused.diagnostics;
    assert_eq!(diagnostics.len(), 1, "{start}: {diagnostics:?}");
    let problem = diagnostics.remove(0);
    assert_eq!(problem.severity, Severity::Fatal, "{start}");
    problem
}

/// Everything that is said about a document, whether it is taken or not.
fn said(document: &Json) -> Vec<Diagnostic> {
    match load(&document.to_string()) {
        Ok(engine) => engine.diagnostics().to_vec(),
        Err(refused) => refused.diagnostics,
    }
}

fn with_flags(flags: Json) -> Json {
    json!({ "schema": "vexil/1", "flags": flags })
}

/// A flag of the variants `on` and `off` with some fields more, or others.
fn flag(fields: Json) -> Json {
    let mut flag =
        json!({ "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "off" } });
    let Json::Object(fields) = fields else { panic!("fields are an object") };
    flag.as_object_mut().unwrap().extend(fields);
    flag
}

fn with_when(when: &Json) -> Json {
    flag(json!({ "rules": [{ "id": "r", "when": when, "serve": { "variant": "on" } }] }))
}

fn with_split(split: Json) -> Json {
    flag(json!({ "default": { "split": split } }))
}

/// The codes and paths of a broken flag `x`. It answers with an error, and the flag beside it as if
/// nothing were wrong.
fn broken(x: Json) -> Vec<(Code, String)> {
    let document = with_flags(json!({ "x": x, "beside": flag(json!({ "default": { "variant": "on" } })) }));
    let engine = usable(&document.to_string());
    let answer = engine.evaluate("x", &Context::new("u-1"), NOW);
    assert_eq!(answer.error_code.map(vexil::ErrorCode::name), Some("PARSE_ERROR"), "{document}");
    assert!(engine.boolean("beside", &Context::new("u-1"), NOW, false), "{document}");
    let errors = engine.diagnostics().iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| (problem.code, problem.path.trim_start_matches("/flags/x").to_owned())).collect()
}

fn only(code: Code, path: &str) -> Vec<(Code, String)> {
    vec![(code, path.to_owned())]
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    for (text, place) in [
        ("", "line 1 column 0"),
        ("{", "line 1 column 1"),
        ("nul", "line 1 column 1"),
        ("{\"schema\": \"vexil/1\",\n  \"flags\": {,}}", "line 2 column 13"),
        ("{\"schema\": \"vexil/1\",}", "line 1 column 22"),
        ("{'schema': 1}", "line 1 column 2"),
        ("{\"schema\" \"vexil/1\"}", "line 1 column 11"),
        ("{\"schema\": \"vexil/1\"} x", "line 1 column 23"),
        ("// a comment\n{}", "line 1 column 1"),
        ("{\"a\": NaN}", "line 1 column 7"),
        ("{\"a\": -Infinity}", "line 1 column 8"),
        ("{\"a\": 01}", "line 1 column 9"),
        ("{\"a\": .5}", "line 1 column 7"),
        ("{\"a\": +1}", "line 1 column 7"),
        ("{\"a\": 1e400}", "line 1 column 7"),
        ("{\"a\": \"\u{1}\"}", "line 1 column 8"),
        ("{\"a\": \"\\x\"}", "line 1 column 9"),
        (r#"{"a": "\ud800"}"#, "line 1 column 14"),
        (r#"{"a": "\ude00\ud83d"}"#, "line 1 column 14"),
        ("[1 2]", "line 1 column 4"),
        ("\u{a0}{}", "line 1 column 1"),
    ] {
        let problem = fatal(text);
        assert_eq!((problem.code, problem.path.as_str()), (Code::NotJson, ""), "{text}");
        assert!(problem.message.ends_with(&format!("at {place}")), "{text}: {}", problem.message);
    }
    // A byte order mark is not, and yet is taken.
    assert!(load("\u{feff}{\"schema\":\"vexil/1\"}").is_ok());
}

#[test]
fn large_documents_are_read_and_larger_ones_refused() {
    let with_text = |bytes: usize| {
        let flag = flag(json!({ "description": "", "default": { "variant": "on" } })).to_string();
        let (before, after) = flag.split_once("\"description\":\"").unwrap();
        format!(r#"{{"schema":"vexil/1","flags":{{"x":{before}"description":"{}{after}}}}}"#, "é".repeat(bytes / 2))
    };
    let engine = usable(&with_text(50 << 20));
    assert_eq!((engine.diagnostics(), engine.boolean("x", &Context::default(), NOW, false)), (&[][..], true));
    drop(engine);
    let text = with_text(limits::DOCUMENT_BYTES);
    let problem = fatal(&text);
    assert_eq!((problem.code, problem.path.as_str()), (Code::DocumentTooLarge, ""));
    assert_eq!(problem.message, format!("the document has {} bytes; the limit is 67108864", text.len()));
}

#[test]
fn nesting_is_bounded_everywhere() {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| open.repeat(depth) + inner + &close.repeat(depth);
    for depth in [65, 10_000, 1_000_000] {
        for text in [
            nested("[", "", "]", depth),
            "[".repeat(depth),
            nested("{\"a\":", "1", "}", depth),
            nested("{\"not\":", "{}", "}", depth),
        ] {
            assert_eq!(fatal(&text).code, Code::TooDeep);
            assert_eq!(
                Context::from_json(&format!("{{\"a\":{text}}}")).map_err(|problem| problem.code),
                Err(Code::TooDeep)
            );
            assert!(usable(EVERYTHING).kill(&text).is_err());
        }
        let value = nested("[", "", "]", depth);
        let x = flag(json!({})).to_string().replace("true", &value).replace("false", "[]");
        assert_eq!(fatal(&format!(r#"{{"schema":"vexil/1","flags":{{"x":{x}}}}}"#)).code, Code::TooDeep);
    }
    // 60 in a value that stands in the fourth object are 64.
    let deep = |depth: usize| {
        let x = flag(json!({})).to_string().replace("true", &nested("[", "", "]", depth)).replace("false", "[]");
        load(&format!(r#"{{"schema":"vexil/1","flags":{{"x":{x}}}}}"#))
    };
    assert!(deep(60).is_ok_and(|engine| engine.diagnostics().is_empty()));
    assert!(deep(61).is_err());
    let context = Context::from_json(&format!("{{\"a\":{}}}", nested("[", "", "]", 63))).expect("64 levels");
    assert!(usable(EVERYTHING).all(&context, NOW).len() > 1);
}

#[test]
fn a_million_flags_are_too_many() {
    let flags = |count: usize| {
        let flags: Vec<String> = (0..count).map(|number| format!(r#""{number}":{{}}"#)).collect();
        format!(r#"{{"schema":"vexil/1","kills":{{"revision":3}},"flags":{{{}}}}}"#, flags.join(","))
    };
    for count in [100_001, 1_000_000] {
        let problem = fatal(&flags(count));
        assert_eq!((problem.code, problem.path.as_str()), (Code::TooManyFlags, "/flags"));
    }
    // A hundred thousand are not, though each lacks everything; the report is bounded.
    let engine = usable(&flags(100_000));
    assert_eq!((engine.ruleset().flag_count, engine.diagnostics().len()), (100_000, limits::DIAGNOSTICS));
    assert_eq!(engine.all(&Context::default(), NOW).len(), 0);
}

#[test]
fn keys_that_stand_twice_are_said() {
    let problem = fatal(r#"{"schema":"vexil/1","flags":{},"flags":{}}"#);
    assert_eq!((problem.code, problem.path.as_str()), (Code::DuplicateKey, "/flags"));
    let x = flag(json!({})).to_string();
    for (text, path) in [
        (format!(r#"{{"x":{x},"x":{x}}}"#), "/flags/x"),
        (format!(r#"{{"x":{x},"\u0078":{x}}}"#), "/flags/x"),
        (format!(r#"{{"x":{}}}"#, x.replace(r#""on":true"#, r#""on":true,"on":true"#)), "/flags/x/variants/on"),
        (
            format!(r#"{{"x":{}}}"#, x.replace(r#""offVariant""#, r#""offVariant":"on","offVariant""#)),
            "/flags/x/offVariant",
        ),
        (
            format!(r#"{{"x":{}}}"#, x.replace("true", r#"{"a":1,"a":2}"#).replace("false", "{}")),
            "/flags/x/variants/on/a",
        ),
    ] {
        let engine = usable(&format!(r#"{{"schema":"vexil/1","flags":{text}}}"#));
        let found: Vec<_> = engine.diagnostics().iter().map(|d| (d.code, d.severity, d.path.as_str())).collect();
        assert_eq!(found, [(Code::DuplicateKey, Severity::Error, path)], "{text}");
        assert_eq!(engine.evaluate("x", &Context::default(), NOW).variant, None, "{text}");
    }
}

/// What a message proposes instead.
fn proposed(problem: &Diagnostic) -> Option<&str> {
    problem.message.split_once("; did you mean `").map(|(_, name)| name.trim_end_matches("`?"))
}

#[test]
fn messages_name_what_was_probably_meant() {
    let when =
        |op: &str| with_flags(json!({ "x": with_when(&json!({ "attribute": "a", "op": op, "value": "1.0.0" })) }));
    let field = |name: &str| with_flags(json!({ "x": flag(json!({ name: [] })) }));
    let state = |state: &str| with_flags(json!({ "x": flag(json!({ "state": state })) }));
    let variant = |name: &str| with_flags(json!({ "x": flag(json!({ "default": { "variant": name } })) }));
    let split = |name: &str| {
        with_flags(json!({ "x": with_split(json!({ name: 5, "weights": [{ "variant": "on", "weight": 1 }] })) }))
    };
    let root = |name: &str| json!({ "schema": "vexil/1", name: {} });
    for (document, code, meant) in [
        (field("rulez"), Code::UnknownField, Some("rules")),
        (field("Rules"), Code::UnknownField, Some("rules")),
        (field("prerequisite"), Code::UnknownField, Some("prerequisites")),
        (field("off_variant"), Code::UnknownField, Some("offVariant")),
        (field("targeting"), Code::UnknownField, None),
        (root("flagz"), Code::UnknownField, Some("flags")),
        (root("holdout"), Code::UnknownField, Some("holdouts")),
        (root("experiments"), Code::UnknownField, None),
        (split("expsure"), Code::UnknownField, Some("exposure")),
        (split("percentage"), Code::UnknownField, None),
        (when("starts_with"), Code::UnknownOperator, Some("startsWith")),
        (when("notin"), Code::UnknownOperator, Some("notIn")),
        (when("semverGet"), Code::UnknownOperator, Some("semverGt")),
        (when("SEMVEREQ"), Code::UnknownOperator, Some("semverEq")),
        (when("match"), Code::UnknownOperator, Some("matches")),
        (when("equals"), Code::UnknownOperator, None),
        (when(&"eq".repeat(1_000)), Code::UnknownOperator, None),
        (state("Active"), Code::UnknownValue, Some("active")),
        (state("deprecate"), Code::UnknownValue, Some("deprecated")),
        (state("rollout"), Code::UnknownValue, None),
        (variant("onn"), Code::UnknownVariant, Some("on")),
        (variant("OFF"), Code::UnknownVariant, Some("off")),
        (variant("treatment"), Code::UnknownVariant, None),
    ] {
        let problems = said(&document);
        assert_eq!(problems.len(), 1, "{document}: {problems:?}");
        assert_eq!((problems[0].code, proposed(&problems[0])), (code, meant), "{document}: {}", problems[0]);
    }
    // What people wrote is quoted, and only its beginning where it is long.
    let problem = &said(&when(&"é".repeat(1_000)))[0];
    assert!(problem.message.contains("é...`") && problem.message.len() < 200, "{}", problem.message);
}

// S2-19, S2-41: of all that a weight cannot be, nothing is taken for some number.
#[test]
fn weights_are_plain_numbers() {
    let weights = |weights: &Json| {
        let weights = weights.as_array().unwrap().iter().map(|weight| json!({ "variant": "on", "weight": weight }));
        with_split(json!({ "weights": weights.collect::<Vec<_>>() }))
    };
    let at_weight = "/default/split/weights/0/weight";
    for (wrong, code, path) in [
        (json!([-1]), Code::InvalidWeight, at_weight),
        (json!([-0.0001]), Code::InvalidWeight, at_weight),
        (json!([0.00001]), Code::InvalidWeight, at_weight),
        (json!([1e-300]), Code::InvalidWeight, at_weight),
        (json!([1e9 + 1.0]), Code::InvalidWeight, at_weight),
        (json!([9_007_199_254_740_992_u64]), Code::InvalidWeight, at_weight),
        (json!([1e308]), Code::InvalidWeight, at_weight),
        (json!([0.3333333]), Code::InvalidWeight, at_weight),
        (json!(["1"]), Code::WrongType, at_weight),
        (json!(["NaN"]), Code::WrongType, at_weight),
        (json!([null]), Code::WrongType, at_weight),
        (json!([true]), Code::WrongType, at_weight),
        (json!([[1]]), Code::WrongType, at_weight),
        (json!([0]), Code::InvalidWeight, "/default/split/weights"),
        (json!([0, 0.0, -0.0]), Code::InvalidWeight, "/default/split/weights"),
        (json!([]), Code::InvalidWeight, "/default/split/weights"),
    ] {
        assert_eq!(broken(weights(&wrong)), only(code, path), "{wrong}");
    }
    for right in
        [json!([0.0001]), json!([1e9]), json!([1e9, 0.0001]), json!([0, 3]), json!([33.3333]), json!([0.1, 0.2])]
    {
        assert_eq!(said(&with_flags(json!({ "x": weights(&right) }))), [], "{right}");
    }
    // NaN cannot be written, and a number beyond all floats is no number.
    for text in ["NaN", "Infinity", "1e309", "-1e309"] {
        let document = with_flags(json!({ "x": weights(&json!([7])) })).to_string();
        assert_eq!(
            fatal(&document.replace("\"weight\":7", &format!("\"weight\":{text}"))).code,
            Code::NotJson,
            "{text}"
        );
    }
}

// S2-02: 0.00001 is refused, not rounded.
#[test]
fn percentages_have_four_decimals() {
    let exposure =
        |exposure: &Json| with_split(json!({ "exposure": exposure, "weights": [{ "variant": "on", "weight": 1 }] }));
    for wrong in [-1.0, -0.0001, 100.0001, 101.0, 0.00001, 12.34567, 1e300, 50.000_000_001, 33.333_333_333] {
        assert_eq!(
            broken(exposure(&json!(wrong))),
            only(Code::InvalidPercentage, "/default/split/exposure"),
            "{wrong}"
        );
    }
    for wrong in [json!("50"), json!("50%"), json!(null), json!(true), json!([50]), json!({ "percent": 50 })] {
        assert_eq!(broken(exposure(&wrong)), only(Code::WrongType, "/default/split/exposure"), "{wrong}");
    }
    // Every share of a million has a percentage, and it is read exactly.
    for ppm in (0..=1_000_000_u32).step_by(7).chain([1, 999_999]) {
        let percent = f64::from(ppm) / 10_000.0;
        let read = vexil::words::weight::Ppm::from_percent(percent).map(vexil::words::weight::Ppm::get);
        assert_eq!(read, Some(ppm), "{percent}");
        let written: f64 = format!("{}.{:04}", ppm / 10_000, ppm % 10_000).parse().unwrap();
        assert_eq!(written.to_bits(), percent.to_bits(), "{percent}");
    }
}

#[test]
fn circles_break_their_members_and_nobody_else() {
    let count = 2_000;
    let key = |number: usize| format!("m{:04}", number % count);
    let uses = |number: usize| json!({ "when": { "any": [{ "segment": key(number + 1) }, { "ring": "r" }] } });
    let requires = |number: usize| flag(json!({ "prerequisites": [{ "flag": key(number + 1), "variants": ["on"] }] }));
    let mut flags: serde_json::Map<_, _> = (0..count).map(|number| (key(number), requires(number))).collect();
    flags.insert("member".into(), with_when(&json!({ "segment": "m0000" })));
    flags.insert("dependent".into(), flag(json!({ "prerequisites": [{ "flag": "m0000", "variants": ["on"] }] })));
    flags.insert("beside".into(), flag(json!({ "default": { "variant": "on" } })));
    let segments: serde_json::Map<_, _> = (0..count).map(|number| (key(number), uses(number))).collect();
    let document = json!({
        "schema": "vexil/1", "flags": flags, "segments": segments, "rings": [{ "name": "r", "segment": "m0000" }]
    });
    let engine = usable(&document.to_string());
    let paths =
        |code: Code| engine.diagnostics().iter().filter(move |problem| problem.code == code).map(|d| d.path.as_str());
    let cycles: Vec<&str> = paths(Code::Cycle).collect();
    assert_eq!(cycles.len(), 2 * count);
    assert!(
        cycles.contains(&"/flags/m1999/prerequisites/0/flag") && cycles.contains(&"/segments/m0007/when/any/0/segment")
    );
    assert_eq!(paths(Code::BrokenPrerequisite).collect::<Vec<_>>(), ["/flags/dependent/prerequisites/0/flag"]);
    assert!(paths(Code::BrokenReference).any(|path| path == "/flags/member/rules/0/when/segment"));
    let answers = engine.all(&Context::new("u-1"), NOW);
    let answers: Vec<_> =
        answers.iter().map(|answer| (answer.flag, answer.variant.unwrap(), answer.reason.name())).collect();
    assert_eq!(answers, [("beside", "on", "STATIC"), ("dependent", "off", "DISABLED")]);
}

/// Counts what an evaluation does.
#[derive(Default)]
struct Steps(u64);

impl Tracer for &mut Steps {
    fn note(&mut self, _: Event) {
        self.0 += 1;
    }
}

/// The steps of evaluating a flag.
fn steps(engine: &Engine, key: &str, context: &Context) -> u64 {
    let (ruleset, mut steps) = (engine.ruleset(), Steps::default());
    let row = ruleset.find_flag(key).expect("there is such a flag");
    let (kills, block) = (Kills::default(), engine.block(context));
    Evaluator { ruleset, kills: &kills, block: &block, now: NOW, tracer: &mut steps }.evaluate(row);
    steps.0
}

// 60 levels that each use the one before twice: 2^60 steps if somebody walked them.
#[test]
fn what_would_cost_too_much_is_refused_before_it_is_evaluated() {
    let key = |level: usize| format!("l{level:02}");
    let flags = (0..60).map(|level| {
        let needs = |before: usize| json!({ "flag": key(before), "variants": ["on", "off"] });
        let prerequisites = if level == 0 { json!([]) } else { json!([needs(level - 1), needs(level - 1)]) };
        (key(level), flag(json!({ "prerequisites": prerequisites })))
    });
    let mut flags: serde_json::Map<_, _> = flags.collect();
    let segments = (0..60).map(|level| {
        let inner =
            if level == 0 { json!({ "attribute": "a", "op": "exists" }) } else { json!({ "segment": key(level - 1) }) };
        (key(level), json!({ "when": { "any": [inner, inner] } }))
    });
    let segments: serde_json::Map<_, _> = segments.collect();
    flags.extend((0..60).map(|level| (format!("s{level:02}"), with_when(&json!({ "segment": key(level) })))));
    let document = json!({ "schema": "vexil/1", "flags": flags, "segments": segments });
    let engine = usable(&document.to_string());
    let context = Context::new("u-1");
    let (mut taken, mut most) = (0, 0);
    for key in flags.keys() {
        let steps = steps(&engine, key, &context);
        assert!(steps <= u64::from(limits::COST) * 4, "{key} takes {steps} steps");
        most = most.max(steps);
        taken += usize::from(engine.evaluate(key, &context, NOW).error_code.is_none());
    }
    let costly = engine.diagnostics().iter().filter(|problem| problem.code == Code::TooCostly).count();
    assert_eq!(taken + costly, flags.len());
    assert!(taken > 20 && most > 100_000, "{taken} flags are evaluated, in {most} steps at most");
}

#[test]
fn references_to_nothing_are_said_where_they_are_made() {
    let rule = |rule: Json| flag(json!({ "rules": [rule] }));
    let serve = json!({ "variant": "on" });
    for (x, code, path) in [
        (with_when(&json!({ "segment": "nobody" })), Code::UnknownSegment, "/rules/0/when/segment"),
        (
            with_when(&json!({ "not": { "any": [{ "segment": "" }] } })),
            Code::InvalidKey,
            "/rules/0/when/not/any/0/segment",
        ),
        (with_when(&json!({ "ring": "nobody" })), Code::UnknownRing, "/rules/0/when/ring"),
        (
            rule(json!({ "id": "r", "layer": { "key": "l", "from": 0, "to": 1 }, "serve": serve })),
            Code::UnknownLayer,
            "/rules/0/layer/key",
        ),
        (
            flag(json!({ "prerequisites": [{ "flag": "nobody", "variants": [] }] })),
            Code::UnknownFlag,
            "/prerequisites/0/flag",
        ),
        (flag(json!({ "offVariant": "nobody" })), Code::UnknownVariant, "/offVariant"),
        (rule(json!({ "id": "r", "serve": { "variant": "nobody" } })), Code::UnknownVariant, "/rules/0/serve/variant"),
        (
            flag(json!({ "overrides": [{ "units": [], "variant": "nobody" }] })),
            Code::UnknownVariant,
            "/overrides/0/variant",
        ),
        (
            with_split(json!({ "weights": [{ "variant": "nobody", "weight": 1 }] })),
            Code::UnknownVariant,
            "/default/split/weights/0/variant",
        ),
        (
            with_split(
                json!({ "ranges": [{ "variant": "on", "from": 0, "to": 1 }], "outside": { "variant": "nobody" } }),
            ),
            Code::UnknownVariant,
            "/default/split/outside/variant",
        ),
    ] {
        assert_eq!(broken(x), only(code, path));
    }
}

#[test]
fn patterns_that_are_none_or_too_large_are_refused() {
    let pattern = |pattern: &str| with_when(&json!({ "attribute": "a", "op": "matches", "value": pattern }));
    let at = "/rules/0/when/value";
    let nested = "(".repeat(500) + "a" + &")".repeat(500);
    for wrong in [
        "(a{1000}){1000}",
        "(((a{100}){100}){100}){100}",
        "a{99999999}",
        r"(\w{1000}){1000}",
        nested.as_str(),
        "(",
        "[",
        "[z-a]",
        "*",
        r"\",
        r"(?<x>a)\k<x>",
        r"(a)\1",
        "(?=a)",
        "(?<!a)b",
        r"\p{L}",
        "(?P<x>a)(?P<x>b)",
    ] {
        assert_eq!(broken(pattern(wrong)), only(Code::InvalidPattern, at), "{wrong}");
    }
    for long in ["a".repeat(1_025), "a".repeat(1 << 20), "(a|b)".repeat(200_000)] {
        assert_eq!(broken(pattern(&long)), only(Code::LimitExceeded, at));
    }
    assert_eq!(said(&with_flags(json!({ "x": pattern(&"a".repeat(1_024)) }))), []);
}

#[test]
fn all_patterns_of_a_snapshot_are_bounded_together() {
    let document = |patterns: &mut dyn Iterator<Item = String>| {
        let flag = |pattern| with_when(&json!({ "attribute": "a", "op": "matches", "value": pattern }));
        let flags: serde_json::Map<_, _> =
            patterns.enumerate().map(|(number, pattern)| (number.to_string(), flag(pattern))).collect();
        with_flags(flags.into())
    };
    let large = |length: usize| format!("a{{{length}}}");
    // The same one counts once, however often it is there.
    assert_eq!(said(&document(&mut (0..1_000).map(|_| large(8_000)))), []);
    assert_eq!(said(&document(&mut (0..260).map(|less| large(8_000 - less)))), []);
    let refused = document(&mut (0..280).map(|less| large(8_000 - less)));
    let refused = load(&refused.to_string()).map(|_| "it is usable").expect_err("it is too large").diagnostics;
    assert_eq!(refused.first().map(|problem| (problem.code, &*problem.path)), Some((Code::LimitExceeded, "")));
}

// Patterns that backtrack for ever elsewhere: here time is linear in the text, which is bounded too.
#[test]
fn patterns_never_run_away() {
    let patterns =
        [r"^(a+)+$", r"(a*)*b", r"(x+x+)+y", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(a|a)*c", r"(a|aa)+$", r"(.*)*=.*"];
    let flags = patterns.map(|pattern| with_when(&json!({ "attribute": "a", "op": "matches", "value": pattern })));
    let flags: serde_json::Map<_, _> = flags.into_iter().enumerate().map(|(i, flag)| (i.to_string(), flag)).collect();
    let engine = usable(&with_flags(flags.into()).to_string());
    let matched = |text: String| {
        let answers = engine.all(&Context::default().with("a", text), NOW);
        answers.iter().map(|answer| answer.variant == Some("on")).collect::<Vec<_>>()
    };
    let most = limits::PATTERN_SUBJECT_BYTES;
    assert_eq!(matched("a".repeat(most)), [true, false, false, false, false, true, false]);
    assert_eq!(matched("a".repeat(most - 1) + "!"), [false; 7]);
    assert_eq!(matched("x".repeat(most)), [false; 7]);
    // One byte more never matches, not even what matches everything.
    assert_eq!(matched("a".repeat(most + 1)), [false; 7]);
}

#[test]
fn versions_blocks_and_instants_that_are_none_are_refused() {
    let test = |op: &str, value: &Json| with_when(&json!({ "attribute": "a", "op": op, "value": value }));
    let at = "/rules/0/when/value";
    for text in [
        "",
        "1",
        "1.0",
        "1.0.0.0",
        "V1.0.0",
        "vv1.0.0",
        "01.0.0",
        "1.0.0-",
        "1.0.0-01",
        "1.0.0+",
        " 1.0.0",
        "^1.0.0",
        "1.x",
        "١.0.0",
        "99999999999999999999.0.0",
    ] {
        assert_eq!(broken(test("semverGte", &json!(text))), only(Code::InvalidSemver, at), "{text}");
    }
    for text in [
        "",
        "10.0.0",
        "10.0.0.0.0",
        "10.0.0.256",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/",
        "/8",
        "::/129",
        "fe80::1%eth0",
        "[::1]",
        "1::2::3",
        "localhost",
        "10.0.0.0/8 ",
        "010.0.0.0/8",
    ] {
        assert_eq!(broken(test("inCidr", &json!(text))), only(Code::InvalidCidr, at), "{text}");
        let listed = format!("{at}/1");
        assert_eq!(broken(test("inCidr", &json!(["10.0.0.0/8", text]))), only(Code::InvalidCidr, &listed), "{text}");
    }
    for text in [
        "",
        "2026",
        "2026-03-01",
        "2026-03-01T09:00:00",
        "2026-03-01 09:00:00Z",
        "2026-02-30T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "2026-03-01T24:00:00Z",
        "1772323200000",
        &"2026-03-01T09:00:00Z".repeat(1_000),
    ] {
        assert_eq!(broken(test("after", &json!(text))), only(Code::InvalidInstant, at), "{text}");
    }
    for op in ["semverEq", "inCidr", "before", "matches", "startsWith"] {
        for value in [json!(1), json!(null), json!(true), json!({})] {
            assert_eq!(broken(test(op, &value)), only(Code::WrongType, at), "{op} {value}");
        }
    }
}

#[test]
fn a_context_is_a_json_object_or_refused() {
    for (text, code) in [
        ("", Code::NotJson),
        ("{", Code::NotJson),
        ("{\"a\": NaN}", Code::NotJson),
        ("{\"a\": Infinity}", Code::NotJson),
        ("{\"a\": undefined}", Code::NotJson),
        ("{\"a\": 1e400}", Code::NotJson),
        ("{\"a\": 1,}", Code::NotJson),
        ("{a: 1}", Code::NotJson),
        ("{\"a\": 1} {}", Code::NotJson),
        ("[]", Code::WrongType),
        ("null", Code::WrongType),
        ("\"u-1\"", Code::WrongType),
        ("17", Code::WrongType),
    ] {
        let problem = Context::from_json(text).expect_err(text);
        assert_eq!((problem.code, problem.path.as_str()), (code, ""), "{text}");
    }
    let context =
        Context::from_json(r#"{"a": 1, "b": {"c": 1, "c": 2}, "a": 3, "big": 1e308, "many": 9007199254740993}"#);
    let context = context.expect("an object");
    // As everywhere in JavaScript the last of several counts, and a number is the nearest float.
    assert_eq!(context.get("a"), Some(&Value::from(3)));
    assert_eq!(context.get("b.c"), Some(&Value::from(2)));
    assert_eq!(context.get("big"), Some(&Value::Number(1e308)));
    assert_eq!(context.get("many"), Some(&Value::Number(9_007_199_254_740_992.0)));
}

// Names that mean something in JavaScript are names.
#[test]
fn attributes_may_have_any_name() {
    let names = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "a b", "\u{0}", "é", "__proto__.x"];
    let flags = names.iter().filter(|name| !name.is_empty());
    let flags = flags.map(|name| {
        (format!("flag {}", name.escape_debug()), with_when(&json!({ "attribute": name, "op": "exists" })))
    });
    let engine = usable(&with_flags(Json::Object(flags.collect())).to_string());
    assert_eq!(engine.diagnostics(), []);
    let on = |text: &str| {
        let context = Context::from_json(text).expect("a context");
        engine
            .all(&context, NOW)
            .iter()
            .filter(|answer| answer.variant == Some("on"))
            .map(|answer| answer.flag.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(on("{}"), Vec::<String>::new());
    assert_eq!(on(r#"{"__proto__": {"x": 1, "toString": 1}}"#), ["flag __proto__", "flag __proto__.x"]);
    assert_eq!(on(r#"{"constructor": "c", "": 1, "\u0000": 0}"#), ["flag \\0", "flag constructor"]);
}

#[test]
fn enormous_attributes_are_just_attributes() {
    let engine = usable(EVERYTHING);
    let ruleset = engine.ruleset();
    let long = "a".repeat(10 << 20);
    let list = Value::List(
        (0..1_000_000).map(|number| if number % 2 == 0 { Value::from(number) } else { Value::from("x") }).collect(),
    );
    let object = Value::Object((0..1_000_000).map(|number| (number.to_string(), Value::Null)).collect());
    let deep = (0..1_000).fold(Value::from(1), |inner, _| Value::List(vec![inner]));
    for value in
        [Value::from(long), list, object, deep, Value::Number(1e308), Value::Number(-0.0), Value::Number(5e-324)]
    {
        // The same in every attribute that anything reads.
        let paths: Vec<&str> = ruleset.slots.iter().map(|slot| ruleset.text(slot.path)).collect();
        let context: Context =
            paths.iter().filter(|path| !path.contains('.')).map(|path| (*path, value.clone())).collect();
        let block = engine.block(&context);
        for row in 0..ruleset.flags.len() as u32 {
            let answer = engine.answer(row, engine.outcome(row, &block, NOW)).expect("there is such a row");
            assert!(answer.error_code.is_none() || answer.flag.contains("broken"), "{answer:?}");
        }
    }
    let text = format!(r#"{{"targetingKey":"u-1","tags":[{}"beta"]}}"#, "0,".repeat(1_000_000));
    assert!(Context::from_json(&text).is_ok_and(|context| engine.all(&context, NOW).len() > 1));
}

// S3-12, S2-42: what is no unit is no unit, and never everybody's common bucket.
#[test]
fn targeting_keys_of_every_kind() {
    let split = json!({ "weights": [{ "variant": "on", "weight": 1 }] });
    let rules = json!([{ "id": "r", "serve": { "split": split } }]);
    let x = flag(json!({ "rules": rules, "overrides": [{ "units": ["17"], "variant": "off" }] }));
    let engine = usable(&with_flags(json!({ "x": x, "split": with_split(split) })).to_string());
    let answers = |context: &Context| {
        ["x", "split"].map(|key| {
            let answer = engine.evaluate(key, context, NOW);
            (answer.variant.unwrap_or_default(), answer.reason.name())
        })
    };
    let served = [("on", "SPLIT"), ("on", "SPLIT")];
    for unit in [
        Value::from("u-1"),
        Value::from(" "),
        Value::from("0"),
        Value::from(0),
        Value::from(-5),
        Value::from("\u{0}"),
        Value::from("null"),
    ] {
        assert_eq!(answers(&Context::new(unit.clone())), served, "{unit:?}");
    }
    for unit in [Value::from(17), Value::from("17"), Value::Number(17.0)] {
        assert_eq!(answers(&Context::new(unit.clone())), [("off", "TARGETING_MATCH"), ("on", "SPLIT")], "{unit:?}");
    }
    let nobody = [("off", "DEFAULT"), ("off", "DEFAULT")];
    for unit in [
        Value::from(""),
        Value::Null,
        Value::from(true),
        Value::Number(17.5),
        Value::Number(9_007_199_254_740_992.0),
        Value::Number(f64::NAN),
        Value::Number(f64::NEG_INFINITY),
        Value::List(vec!["u-1".into()]),
        Value::Object(vec![("id".into(), "u-1".into())]),
    ] {
        assert_eq!(answers(&Context::new(unit.clone())), nobody, "{unit:?}");
    }
    assert_eq!(answers(&Context::default()), nobody);
    assert_eq!(answers(&Context::from_json(r#"{"TargetingKey":"u-1"}"#).unwrap()), nobody);
    let missing = engine.evaluate("split", &Context::default(), NOW).metadata();
    assert_eq!(missing, [("vexil.missingUnit".to_owned(), Value::from("targetingKey"))]);
}

/// The running document, of a lineage.
fn running() -> Json {
    let mut document: Json = serde_json::from_str(EVERYTHING).expect("JSON");
    let order = json!({ "lineage": "one", "revision": 5, "environment": "production", "kills": { "revision": 1 } });
    document.as_object_mut().unwrap().extend(order.as_object().unwrap().clone());
    document
}

/// Documents that are refused, with the code that they are refused with. `kills` stands in each.
fn refused_documents(kills: &Json) -> Vec<(Code, String)> {
    let with = |name: &str, value: Json| {
        let mut document = running();
        document["kills"] = kills.clone();
        document["revision"] = json!(6);
        document[name] = value;
        document.to_string()
    };
    let sound = with("x-", json!(1));
    let mut other_environment: Json = serde_json::from_str(&sound).unwrap();
    other_environment["environment"] = json!("staging");
    vec![
        (Code::UnknownSchema, with("schema", json!("vexil/2"))),
        (Code::UnknownSchema, with("schema", json!(null))),
        (Code::WrongType, with("flags", json!([]))),
        (Code::WrongType, with("rings", json!({}))),
        (Code::WrongType, with("lineage", json!(7))),
        (Code::OlderRevision, with("revision", json!(4))),
        (Code::SameRevisionOtherBytes, with("revision", json!(5))),
        (Code::DuplicateKey, sound.replacen('{', "{\"services\":{},", 1)),
        (
            Code::LimitExceeded,
            with("rings", (0..101).map(|ring| json!({ "name": ring.to_string(), "segment": "s" })).collect()),
        ),
        (Code::WrongEnvironment, other_environment.to_string()),
        (Code::WrongEnvironment, {
            other_environment["schema"] = json!("vexil/2");
            other_environment.to_string()
        }),
        (Code::NotJson, sound.trim_end_matches('}').to_owned()),
        (Code::NotJson, sound.clone() + "}"),
        (Code::TooDeep, with("x-deep", serde_json::from_str(&("[".repeat(70) + &"]".repeat(70))).unwrap())),
    ]
}

/// What an engine says, does and is, but for its kills.
fn state(engine: &Engine) -> (String, Vec<Diagnostic>, vexil::ir::Identity) {
    (harness::answers(engine), engine.diagnostics().to_vec(), engine.ruleset().identity.clone())
}

// A refused update changes nothing at all where it kills nothing new.
#[test]
fn a_refused_update_leaves_the_engine_as_it_was() {
    let mut engine = usable(&running().to_string());
    let before = state(&engine);
    for (code, document) in refused_documents(&json!({ "revision": 1, "all": true })) {
        let refused = engine.update(&document).expect_err(code.name());
        assert!(refused.diagnostics.iter().any(|problem| problem.severity == Severity::Fatal), "{}", code.name());
        if code != Code::WrongEnvironment {
            assert!(refused.diagnostics.iter().any(|problem| problem.code == code), "{}: {refused}", code.name());
        }
        assert!(refused.changes.flags.is_empty() && refused.changes.services.is_empty());
        assert!(state(&engine) == before, "{} has changed something", code.name());
    }
    // And the next good one is taken.
    let mut next = running();
    next["revision"] = json!(6);
    engine.update(&next.to_string()).expect("a higher revision");
}

// S2-35, S2-73: kills are applied even from a document that is otherwise refused, as far as it can
// be read at all, but never those of another environment.
#[test]
fn a_refused_update_still_kills() {
    for (code, document) in refused_documents(&json!({ "revision": 9, "flags": ["child"] })) {
        let mut engine = usable(&running().to_string());
        let refused = engine.update(&document).expect_err(code.name());
        let kills = ![Code::WrongEnvironment, Code::NotJson, Code::TooDeep].contains(&code);
        let answer = engine.evaluate("child", &Context::new("u-1"), NOW);
        assert_eq!(answer.metadata().iter().any(|(key, _)| key == "vexil.killScope"), kills, "{}", code.name());
        assert_eq!(refused.changes.flags.contains(&"child".to_owned()), kills, "{}", code.name());
        assert_eq!(engine.kill_set().revision, if kills { 9 } else { 1 }, "{}", code.name());
        assert_eq!(engine.ruleset().identity.revision, Some(5));
    }
}

#[test]
fn a_kill_message_that_is_not_understood_changes_nothing() {
    let mut engine = usable(&running().to_string());
    let before = state(&engine);
    for message in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"flags":["child"]}"#,
        r#"{"revision":"9","all":true}"#,
        r#"{"revision":-9,"all":true}"#,
        r#"{"revision":9.5,"all":true}"#,
        r#"{"revision":9007199254740992,"all":true}"#,
        r#"{"revision":9,"all":"true"}"#,
        r#"{"revision":9,"flags":"child"}"#,
        r#"{"revision":9,"flags":[null]}"#,
        r#"{"revision":9,"flags":[""]}"#,
        r#"{"revision":9,"flag":["child"]}"#,
        r#"{"revision":9,"revision":10,"all":true}"#,
        r#"{"revision":9,"all":true,"environment":"staging"}"#,
        r#"{"revision":9,"all":true,"environment":null}"#,
        r#"{"revision":9,"all":true,"lineage":"two"}"#,
    ] {
        let refused = engine.kill(message).expect_err(message);
        assert!(!refused.diagnostics.is_empty());
        assert!(state(&engine) == before && engine.kill_set().revision == 1, "{message} has changed something");
    }
    assert!(engine.kill(r#"{"revision":9,"all":true,"environment":"production","lineage":"one"}"#).is_ok());
    assert_ne!(state(&engine).0, before.0);
}

// A new lineage is accepted and reported.
#[test]
fn another_lineage_is_said() {
    let mut engine = usable(&running().to_string());
    let mut next = running();
    next["lineage"] = json!("two");
    next["revision"] = json!(1);
    engine.update(&next.to_string()).expect("a lineage of its own");
    let warned = engine.diagnostics().iter().any(|d| (d.code, d.severity) == (Code::LineageChanged, Severity::Warning));
    assert!(warned, "{:?}", engine.diagnostics());
}

/// Bytes that mean something in JSON.
const STRUCTURE: &[u8] = b" \"\\{}[]:,.-+0123456789eEtrufalsn\x7f";

// A document that was cut off, anywhere, is not JSON; one with a damaged byte is whatever it is.
#[test]
fn damaged_documents_never_panic() {
    let mut numbers = Numbers(1);
    let cuts = (0..EVERYTHING.trim_end().len()).filter(|&cut| EVERYTHING.is_char_boundary(cut)).step_by(3);
    for cut in cuts {
        assert_eq!(fatal(&EVERYTHING[..cut]).code, Code::NotJson, "cut at {cut}");
    }
    for _ in 0..2_000 {
        let mut bytes = EVERYTHING.as_bytes().to_vec();
        for _ in 0..=numbers.next() % 3 {
            let place = numbers.next() as usize % bytes.len();
            bytes[place] = STRUCTURE[numbers.next() as usize % STRUCTURE.len()];
        }
        harness::snapshot(&bytes);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let _ = Context::from_json(text);
            let _ = usable(EMPTY).kill(text);
        }
    }
}

/// Values that hardly belong anywhere.
pub(crate) fn odd() -> impl Iterator<Item = Json> {
    let texts = ["null", "true", "-1", "0.00001", "1e300", "[]", "[[]]", "{}", "{ \"x\": 1 }", "\"\"", "\"\\u0000\""];
    let values = texts.into_iter().map(|text| serde_json::from_str(text).expect("JSON"));
    values.chain([json!("x".repeat(300))])
}

/// The places of a document, as JSON pointers.
pub(crate) fn pointers(json: &Json, at: &str, out: &mut Vec<String>) {
    let children: Vec<(String, &Json)> = match json {
        Json::Object(members) => members.iter().map(|(k, v)| (k.replace('~', "~0").replace('/', "~1"), v)).collect(),
        Json::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let at = format!("{at}/{key}");
        pointers(child, &at, out);
        out.push(at);
    }
}

/// The flags that a flag requires, those included that these require.
fn required<'j>(flags: &'j Json, key: &str, found: &mut Vec<&'j str>) {
    for prerequisite in flags[key]["prerequisites"].as_array().into_iter().flatten() {
        if let Some(key) = prerequisite["flag"].as_str().filter(|key| !found.contains(key)) {
            found.push(key);
            required(flags, key, found);
        }
    }
}

// S2-19, S3-08: any value in any place. The document is refused as a whole or taken; and what is wrong
// in one flag changes no answer of a flag that does not require it.
#[test]
fn any_value_in_any_place_breaks_one_flag_at_most() {
    let sound: Json = serde_json::from_str(EVERYTHING).expect("JSON");
    let contexts =
        [Context::default(), Context::new("u-1").with("country", "DE").with("age", 30).with("tags", vec!["a", "b"])];
    let answers = |engine: &Engine, key: &str| {
        let answers = contexts.iter().map(|context| engine.evaluate(key, context, NOW));
        answers.map(|answer| format!("{answer:?}")).collect::<Vec<_>>()
    };
    let before = usable(&sound.to_string());
    let keys: Vec<&String> = sound["flags"].as_object().unwrap().keys().collect();
    let before: Vec<_> = keys.iter().map(|key| answers(&before, key)).collect();
    let mut places = Vec::new();
    pointers(&sound, "", &mut places);
    for place in &places {
        for value in odd() {
            let mut document = sound.clone();
            *document.pointer_mut(place).expect("it is there") = value.clone();
            let Ok(engine) = load(&document.to_string()) else {
                assert!(place.matches('/').count() == 1, "{value} at {place} is refused");
                continue;
            };
            let Some((edited, _)) =
                place.strip_prefix("/flags/").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
            else {
                continue;
            };
            for (key, before) in keys.iter().zip(&before) {
                let mut reached = vec![key.as_str()];
                required(&sound["flags"], key, &mut reached);
                if !reached.contains(&edited.replace("~1", "/").replace("~0", "~").as_str()) {
                    assert_eq!(&answers(&engine, key), before, "{value} at {place} changes `{key}`");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn any_text_is_answered(text in any::<String>(), mut json in "[\\[\\]{}:,\"\\\\0-9eE+\\-. tfnu]{0,40}") {
        prop_assert!(load(&text).is_err());
        prop_assert!(load(&json).is_err());
        prop_assert!(usable(EMPTY).kill(&json).is_err());
        // What is JSON for one reader is for the other, but for what is too large or too deep.
        let ours = vexil::json::parse_value(&json).ok();
        let theirs = serde_json::from_str::<Json>(&json).ok();
        prop_assert_eq!(ours, theirs.as_ref().map(crate::generate::value_of), "{}", json);
        json.insert_str(0, "{\"a\":");
        json.push('}');
        let _ = Context::from_json(&json);
    }

    // What a writer of JSON writes, we read.
    #[test]
    fn any_json_is_read_as_it_was_meant(json in json(), seed: u64) {
        let mut numbers = Numbers(seed);
        for text in [json.to_string(), format!("{json:#}"), crate::generate::disordered(&json, &mut || numbers.next())] {
            let read = vexil::json::parse_value(&text).expect("JSON");
            let again: Json = serde_json::from_str(&serde_json::to_string(&read).expect("a value")).expect("JSON");
            prop_assert_eq!(crate::generate::value_of(&again), crate::generate::value_of(&json), "{}", text);
        }
    }
}

/// Any JSON, not too deep.
fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<i64>().prop_map(|number| json!(number >> 11)),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn a_wrong_type_is_told_with_both_types() {
    let engine = usable(&json!({ "schema": "vexil/1", "flags": { "f": flag(json!({})) } }).to_string());
    let answer = engine.evaluate_as("f", vexil::ValueType::String, &Context::new("u-1"), NOW);
    assert_eq!(answer.error_code, Some(vexil::ErrorCode::TypeMismatch));
    let message = answer.error_message().expect("it is an error");
    assert_eq!(message, "the flag's values are of type boolean, asked for is string");
}
