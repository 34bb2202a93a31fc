//! The documentation is true: its snapshots are valid, its examples give what they say, its tables
//! name what there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use vexil::hash::{Digest, SeedKey};
use vexil::snapshot::is_valid;
use vexil::snapshot::model::Operator;
use vexil::words::limits;
use vexil::{Code, Context, Engine, Severity, Timestamp, Value, ValueType};

use crate::generate::value_of;
use crate::naive;

const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);

/// A page, by its path.
pub(crate) fn page(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages that may have snapshots in them.
pub(crate) fn pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<String> =
        ["README.md", "CONTRIBUTING.md", "crates/vexil-cli/README.md"].map(String::from).into();
    for entry in fs::read_dir(folder.join("docs")).expect("the documentation is there") {
        let entry = entry.expect("it can be listed");
        // The pages of a folder are done by tests of their own.
        if entry.path().is_file() {
            pages.push(format!("docs/{}", entry.file_name().to_str().expect("a name")));
        }
    }
    pages.sort();
    pages
}

/// The blocks of a page that are marked as a language, in order.
pub(crate) fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let mut parts = page.split("```");
    parts.next();
    let mut blocks = Vec::new();
    while let Some(block) = parts.next() {
        blocks.extend(block.split_once('\n').filter(|(mark, _)| *mark == language).map(|(_, text)| text));
        parts.next();
    }
    blocks
}

/// The snapshots of a page.
pub(crate) fn snapshots(page: &str) -> Vec<&str> {
    let is_snapshot = |text: &&str| serde_json::from_str::<Json>(text).is_ok_and(|json| json.get("schema").is_some());
    blocks(page, "json").into_iter().filter(is_snapshot).collect()
}

/// The cells of the rows of a table, by its first line. White space around a cell does not count.
pub(crate) fn table(page: &str, header: &str) -> Vec<Vec<String>> {
    let start = page.find(&format!("{header}\n")).unwrap_or_else(|| panic!("there is no table `{header}`"));
    let rows = page[start..].lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let row = row.replace(r"\|", "\u{0}");
        let cells = row.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{0}', "|"));
        cells.collect::<Vec<_>>()
    };
    rows.map(cells).collect()
}

/// What stands in backticks.
pub(crate) fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section `{heading}`"));
    rest.split("\n## ").next().unwrap_or_default()
}

// A warning is fine where the page speaks of it.
#[test]
fn snapshots_in_the_documentation_are_valid() {
    let mut count = 0;
    for path in pages() {
        let page = page(&path);
        for block in blocks(&page, "json") {
            let json = serde_json::from_str::<Json>(block);
            assert!(json.is_ok(), "{path}: {json:?}\n{block}");
        }
        for snapshot in snapshots(&page) {
            let engine = Engine::from_json(snapshot).unwrap_or_else(|refused| panic!("{path}: {refused}\n{snapshot}"));
            assert!(is_valid(engine.diagnostics()), "{path}: {:?}\n{snapshot}", engine.diagnostics());
            for warning in engine.diagnostics() {
                assert!(page.contains(&format!("`{}`", warning.code.name())), "{path}: {warning}\n{snapshot}");
            }
            count += 1;
        }
    }
    assert!(count >= 15, "only {count} snapshots were found");
}

/// An example: who is asked, with what, and what is answered.
fn examples(block: &str) -> Vec<(String, String, Json)> {
    let mut examples = Vec::new();
    for example in block.split("// ").skip(1) {
        let (question, answer) = example.split_once('\n').expect("an answer");
        let (key, asked) = question.split_once(", ").unwrap_or((question, "any context"));
        let answer = serde_json::from_str(answer).unwrap_or_else(|error| panic!("{question}: {error}"));
        examples.push((key.to_owned(), asked.to_owned(), answer));
    }
    examples
}

fn check_example(document: &Json, key: &str, asked: &str, expected: &Json) {
    let engine = Engine::from_json(&document.to_string()).expect("it is usable");
    let context =
        if asked.starts_with('{') { Context::from_json(asked).expect("a context") } else { Context::new("u-1") };
    let answer = if let Some(version) = expected.get("version") {
        let route = engine.route(key, &context, NOW);
        assert_eq!(
            (json!(route.track), route.version),
            (expected["track"].clone(), version.to_string().as_str()),
            "{key}"
        );
        route.evaluation
    } else if asked == "asked for as a boolean" {
        engine.evaluate_as(key, ValueType::Boolean, &context, NOW)
    } else {
        engine.evaluate(key, &context, NOW)
    };
    let text = |name: &str| expected.get(name).and_then(Json::as_str);
    assert_eq!(Some(answer.reason.name()), text("reason"), "{key}, {asked}");
    assert_eq!(answer.rule, text("rule"), "{key}, {asked}");
    assert_eq!(answer.error_code.map(vexil::ErrorCode::name), text("errorCode"), "{key}, {asked}");
    if let Some(value) = expected.get("value") {
        assert_eq!(answer.variant, text("variant"), "{key}, {asked}");
        // The caller's default is `false` in these examples.
        assert_eq!(answer.value().unwrap_or(Value::Boolean(false)), value_of(value), "{key}, {asked}");
        let metadata: Context = answer.metadata().into_iter().collect();
        let expected = expected
            .get("metadata")
            .map_or_else(Context::default, |metadata| Context::from_json(&metadata.to_string()).expect("an object"));
        let sorted = |metadata: &Context| {
            let mut members: Vec<_> = metadata.iter().map(|(key, value)| format!("{key}: {value:?}")).collect();
            members.sort();
            members
        };
        assert_eq!(sorted(&metadata), sorted(&expected), "{key}, {asked}");
    }
}

#[test]
fn answers_in_the_documentation_are_given() {
    let page = page("docs/evaluation.md");
    let (mut document, mut count) = (Json::Null, 0);
    let mut rest = page.as_str();
    while let Some((_, block)) = rest.split_once("\n```json") {
        let (block, after) = block.split_once("\n```").expect("the block ends");
        rest = after;
        match block.split_once('\n').expect("the block has text") {
            ("", snapshot) => document = serde_json::from_str(snapshot).expect("JSON"),
            // A flag that the page adds.
            (_, flag) if flag.starts_with('"') => {
                let flag: Json = serde_json::from_str(&format!("{{{flag}}}")).expect("JSON");
                document["flags"].as_object_mut().unwrap().extend(flag.as_object().unwrap().clone());
            }
            (_, block) => {
                for (key, asked, answer) in examples(block) {
                    check_example(&document, &key, &asked, &answer);
                    count += 1;
                }
            }
        }
    }
    assert!(count >= 20, "only {count} examples were found");
}

/// The attributes that a cell of a table names; `None` stands for a missing one.
fn attributes(cell: &str) -> Vec<Option<Value>> {
    let mut attributes = Vec::new();
    let mut is_code = false;
    for part in cell.split('`') {
        if is_code {
            let json: Json = serde_json::from_str(part).unwrap_or_else(|error| panic!("`{part}`: {error}"));
            attributes.push(Some(value_of(&json)));
        }
        for word in part.split(',').map(|word| word.trim().trim_end_matches("too").trim()).filter(|_| !is_code) {
            attributes.extend(match word {
                "" => vec![],
                "missing" => vec![None, Some(Value::Null)],
                "NaN" => vec![Some(Value::Number(f64::NAN))],
                "a text" | "any text" => vec![Some("".into()), Some("some text".into())],
                "any array" => vec![Some(Value::List(vec![])), Some(vec!["a", "DE"].into())],
                "any address" => vec![Some("10.20.0.1".into()), Some("::1".into())],
                "anything" => vec![None, Some("DE".into()), Some(17.into()), Some(true.into()), Some(vec!["a"].into())],
                other => panic!("`{other}` in `{cell}` is not understood"),
            });
        }
        is_code = !is_code;
    }
    assert!(!attributes.is_empty(), "`{cell}` names no attribute");
    attributes
}

/// Whether a test of the attribute `x` holds.
fn holds(op: &str, operand: &Json, attribute: Option<Value>) -> bool {
    let when = json!({ "attribute": "x", "op": op, "value": operand });
    let flag = json!({
        "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "off" },
        "rules": [{ "id": "r", "when": when, "serve": { "variant": "on" } }]
    });
    let document = json!({ "schema": "vexil/1", "flags": { "x": flag } });
    let engine = Engine::from_json(&document.to_string()).expect("it is usable");
    assert!(is_valid(engine.diagnostics()), "{:?}", engine.diagnostics());
    let context: Context = attribute.into_iter().map(|value| ("x", value)).collect();
    engine.boolean("x", &context, NOW, false)
}

fn is_yes(cell: &str) -> bool {
    let is_yes = cell.trim_start_matches('*').starts_with("yes");
    assert!(is_yes || cell.starts_with("no"), "`{cell}` is neither yes nor no");
    is_yes
}

#[test]
fn operators_do_what_their_tables_say() {
    let page = page("docs/operators.md");
    let mut count = 0;
    let mut check = |op: &str, operand: &Json, attribute: &str, expected: &str| {
        for value in attributes(attribute) {
            let shown = format!("{value:?}");
            assert_eq!(holds(op, operand, value), is_yes(expected), "{op} {operand}: {shown}");
            count += 1;
        }
    };
    let sections =
        page.split("\n## ").filter(|section| section.contains("| Operator and operand | Attribute | Holds |"));
    for section in sections {
        for (number, _) in section.match_indices("| Operator and operand | Attribute | Holds |") {
            for row in table(&section[number..], "| Operator and operand | Attribute | Holds |") {
                let (op, operand) = code(&row[0])[0].split_once(' ').expect("an operator and its operand");
                check(op, &serde_json::from_str(operand).expect("JSON"), &row[1], &row[2]);
            }
        }
    }
    for row in table(&page, "| Operand | Attribute | Holds |") {
        check("inCidr", &serde_json::from_str(code(&row[0])[0]).expect("JSON"), &row[1], &row[2]);
    }
    for row in table(&page, "| Pattern | Attribute | Holds |") {
        check("matches", &json!(code(&row[0]).first().unwrap_or(&"")), &row[1], &row[2]);
    }
    for row in table(&page, "| Attribute | `exists`, `exists true` | `exists false` |") {
        for word in row[0]
            .split(", ")
            .filter(|word| !["undefined", "`undefined`", "an infinity", "`null`", "not there"].contains(word))
        {
            check("exists", &json!(true), word, &row[1]);
            check("exists", &json!(false), word, &row[2]);
        }
    }
    for row in table(&page, "| Text | A version? |") {
        for text in code(&row[0]) {
            let any = ["semverGte", "semverLt"].map(|op| holds(op, &json!("2.0.0"), Some(text.into())));
            assert_eq!(any.contains(&true), is_yes(&row[1]), "{text}");
            count += 1;
        }
    }
    for row in table(&page, "| Text | An instant? |") {
        for text in code(&row[0]) {
            let any = ["before", "after"].map(|op| holds(op, &json!("2000-01-01T00:00:00Z"), Some(text.into())));
            assert_eq!(any.contains(&true), is_yes(&row[1]), "{text}");
            count += 1;
        }
    }
    assert!(count >= 150, "only {count} rows were checked");
}

#[test]
fn attributes_are_found_as_their_table_says() {
    for row in table(&page("docs/operators.md"), "| Context | `account.plan` is |") {
        let context = Context::from_json(code(&row[0])[0]).expect("a context");
        let found = context.get("account.plan").filter(|value| **value != Value::Null);
        let expected = if row[1].starts_with("missing") { None } else { Some(attributes(&row[1])[0].clone().unwrap()) };
        assert_eq!(found, expected.as_ref(), "{}", row[0]);
    }
}

#[test]
fn patterns_are_taken_and_refused_as_their_tables_say() {
    let page = page("docs/operators.md");
    let section = section(&page, "matches");
    let problem = |pattern: &str| {
        let when = json!({ "attribute": "x", "op": "matches", "value": pattern });
        let flag = json!({
            "variants": { "on": true }, "offVariant": "on", "default": { "variant": "on" },
            "rules": [{ "id": "r", "when": when, "serve": { "variant": "on" } }]
        });
        let document = json!({ "schema": "vexil/1", "flags": { "x": flag } });
        Engine::from_json(&document.to_string())
            .expect("it is usable")
            .diagnostics()
            .first()
            .map(|problem| problem.code)
    };
    for row in table(section, "| Syntax | Meaning |") {
        for pattern in code(&row[0]) {
            assert_eq!(problem(pattern), None, "`{pattern}` of `{}`", row[0]);
        }
    }
    for row in table(section, "| Syntax | Instead |") {
        // `[:name:]` is told apart there from what is refused.
        for pattern in code(&row[0]).into_iter().filter(|pattern| *pattern != "[:name:]") {
            assert_eq!(problem(pattern), Some(Code::InvalidPattern), "`{pattern}` of `{}`", row[0]);
        }
    }
}

#[test]
fn every_operator_is_documented_and_every_documented_one_exists() {
    let page = page("docs/operators.md");
    let rows = table(&page, "| Operator | Operand | Attribute | Missing | Wrong type | Array |");
    let documented: BTreeSet<String> = rows.iter().flat_map(|row| code(&row[0])).map(String::from).collect();
    let known: BTreeSet<String> = Operator::NAMES.iter().map(ToString::to_string).collect();
    assert_eq!(documented, known);
    // Each has a section too, in the order of the table of contents.
    let headings: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("## ")).flat_map(|heading| heading.split(", ")).collect();
    let missing: Vec<_> = known.iter().filter(|name| !headings.contains(name.as_str())).collect();
    assert_eq!(missing, Vec::<&String>::new());
    let folding = code(section(&page, "ignoreCase")).into_iter().filter_map(Operator::named).map(Operator::name);
    let takes: BTreeSet<&str> =
        Operator::ALL.iter().filter(|op| op.takes_ignore_case()).map(|operator| operator.name()).collect();
    assert_eq!(folding.collect::<BTreeSet<_>>(), takes);
}

// A code may stand under another severity too: a fatal `wrong-type` is one of the whole document.
#[test]
fn every_diagnostic_is_documented_and_every_documented_one_exists() {
    let page = page("docs/diagnostics.md");
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    for (heading, severity) in
        [("Fatal", Severity::Fatal), ("Errors", Severity::Error), ("Warnings", Severity::Warning)]
    {
        let rows = table(section(&page, heading), "| Code | What it means | How to mend it |");
        let documented: Vec<&str> = rows.iter().map(|row| code(&row[0])[0]).collect();
        let distinct: BTreeSet<&str> = documented.iter().copied().collect();
        assert_eq!(distinct.len(), documented.len(), "{heading}: a code stands there twice");
        assert!(distinct.is_subset(&known), "{heading}: {:?}", distinct.difference(&known));
        let expected = Code::ALL.iter().filter(|code| code.severity() == severity).map(|code| code.name());
        assert_eq!(
            expected.filter(|name| !distinct.contains(name)).collect::<Vec<_>>(),
            Vec::<&str>::new(),
            "{heading}"
        );
        assert!(rows.iter().flatten().all(|cell| !cell.is_empty()), "{heading}: an empty cell");
    }
    // What other pages name in the form of a code is one.
    let words: BTreeSet<String> = pages()
        .iter()
        .filter(|path| path.starts_with("docs/"))
        .flat_map(|path| {
            let text = super::docs::page(path);
            code(&text).into_iter().map(String::from).collect::<Vec<_>>()
        })
        .collect();
    let prefixes = ["unknown-", "invalid-", "broken-", "duplicate-", "conflicting-", "too-", "wrong-"];
    let like_codes = words.iter().filter(|word| {
        prefixes.iter().any(|prefix| word.starts_with(prefix))
            && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    });
    assert_eq!(like_codes.filter(|word| !known.contains(word.as_str())).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn limits_are_as_documented() {
    let page = page("docs/snapshot.md");
    let rows = table(section(&page, "Limits"), "| What | Limit |");
    let documented = |what: &str| {
        let row = rows.iter().find(|row| row[0] == what).unwrap_or_else(|| panic!("no limit of `{what}`"));
        let (number, rest) = row[1].split_once(' ').unwrap_or((&row[1], ""));
        let number: usize = number.trim_end_matches([',', ';']).replace(',', "").parse().expect("a number");
        let unit = rest.split([' ', ',', ';']).next().unwrap_or_default();
        number
            * match unit {
                "MiB" => 1 << 20,
                "KiB" => 1 << 10,
                _ => 1,
            }
    };
    for (what, limit) in [
        ("document", limits::DOCUMENT_BYTES),
        ("nesting of JSON", limits::JSON_DEPTH),
        ("flags", limits::FLAGS),
        ("services", limits::SERVICES),
        ("segments", limits::SEGMENTS),
        ("layers; holdouts", limits::LAYERS),
        ("rings", limits::RINGS),
        ("variants of a flag, tracks of a service", limits::VARIANTS),
        ("rules of a flag or service", limits::RULES),
        ("prerequisites of a flag", limits::PREREQUISITES),
        ("conditions of a flag, service or segment, groups included", limits::CONDITIONS),
        ("nesting of `all`, `any`, `not`", limits::CONDITION_DEPTH),
        ("length of a chain of prerequisites, or of segments that use segments", limits::CHAIN),
        ("cost of one evaluation, with all that it reaches", limits::COST as usize),
        ("units in all lists together", limits::UNITS),
        ("elements of a list operand", limits::OPERAND_LIST),
        ("weights or ranges of a split", limits::RANGES),
        ("steps of a ramp", limits::RAMP_STEPS),
        ("a weight", limits::WEIGHT as usize),
        ("a name, a seed, an attribute path", limits::KEY_BYTES),
        ("a name, a seed, an attribute path", limits::ATTRIBUTE_BYTES),
        ("different attributes that one snapshot reads; declared", limits::ATTRIBUTES),
        ("an instant as a text", limits::INSTANT_BYTES),
        ("a `matches` pattern", limits::PATTERN_BYTES),
        ("all different `matches` patterns, compiled", limits::PATTERNS_COMPILED_BYTES),
        ("a text that `matches` looks at", limits::PATTERN_SUBJECT_BYTES),
        ("diagnostics that are listed", limits::DIAGNOSTICS),
    ] {
        assert_eq!(documented(what), limit, "{what}");
    }
    let pattern = rows.iter().find(|row| row[0] == "a `matches` pattern").expect("it is there");
    assert!(pattern[1].ends_with(&format!("{} KiB compiled", limits::PATTERN_COMPILED_BYTES >> 10)));
}

#[test]
fn buckets_shares_and_ramps_are_as_documented() {
    let page = page("docs/bucketing.md");
    for row in table(&page, "| Seed | Unit | Bucket |") {
        let bucket = SeedKey::of(code(&row[0])[0]).bucket(Digest::of(code(&row[1])[0].as_bytes()));
        assert_eq!(bucket.to_string(), row[2], "{row:?}");
    }
    for row in table(&page, "| Weights | Shares in parts per million |") {
        let weights: Vec<u64> = row[0].split(", ").map(|weight| weight.parse().expect("a weight")).collect();
        let shares = vexil::words::weight::largest_remainder(&weights);
        assert_eq!(shares.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), row[1], "{row:?}");
    }
    for row in table(&page, "| Time | `linear` | `exponential` |") {
        let now = Timestamp::parse(&row[0]).expect("an instant");
        for (curve, expected) in ["linear", "exponential"].into_iter().zip(&row[1..]) {
            let ramp = json!({ "from": 5, "to": 100, "start": "2026-03-01T00:00:00Z", "end": "2026-03-08T00:00:00Z", "curve": curve });
            assert_eq!(&naive::exposure(&ramp, now.as_ms()).to_string(), expected, "{curve} at {}", row[0]);
            assert_eq!(&crate::laws::exposure_of(&ramp, now).to_string(), expected, "{curve} at {}", row[0]);
        }
    }
}
