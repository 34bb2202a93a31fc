//! `vexil analyze` and `vexil power`.
#![expect(clippy::indexing_slicing, clippy::panic, reason = "what is not there fails the test")]
#![expect(clippy::cast_sign_loss, reason = "what is drawn is not below 0")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use insta::assert_snapshot;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Map, Value as Json, from_str, from_value, json, to_value};
use vexil::analysis::experiment::{Experiment, analyze};
use vexil::stats::aggregate::PairMoments;

use crate::{scratch, vexil, vexil_reading};

/// A page of the documentation.
fn page(name: &str) -> String {
    fs::read_to_string(format!("{}/../../{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The blocks of a page that are of a language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let inside = page.split("```").skip(1).step_by(2);
    inside
        .filter_map(|block| block.split_once('\n').filter(|(mark, _)| *mark == language))
        .map(|(_, text)| text)
        .collect()
}

/// The file of the page, and the plan for rows.
fn examples() -> [Json; 2] {
    let page = page("docs/experiments.md");
    let found: Vec<Json> = blocks(&page, "json").into_iter().map(|text| from_str(text).unwrap()).collect();
    found.try_into().unwrap()
}

#[test]
fn a_report_says_what_was_found_and_what_was_not() {
    let run = vexil(&["analyze", "experiment.json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_snapshot!(run.out);
}

#[test]
fn wrong_shares_end_with_no() {
    let mut input: Json = from_str(&fs::read_to_string(data("experiment.json")).unwrap()).unwrap();
    input["arms"][0]["units"] = 10_000.into();
    let run = vexil_reading(&input.to_string(), &["analyze", "-"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("stop: The arms have 10\u{202f}000"), "{}", run.out);
    assert!(!run.out.contains("found:") && run.out.contains("void"), "{}", run.out);
}

#[test]
fn json_is_the_analysis_of_the_core() {
    let text = fs::read_to_string(data("experiment.json")).unwrap();
    let run = vexil(&["analyze", "experiment.json", "--json"]);
    let analysis = analyze(&from_str::<Experiment>(&text).unwrap()).unwrap();
    assert_eq!(from_str::<Json>(&run.out).unwrap(), to_value(analysis).unwrap());
    assert_eq!(run.code, Some(0));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let wrong = |change: &dyn Fn(&mut Json)| {
        let mut input = examples()[0].clone();
        change(&mut input);
        let run = vexil_reading(&input.to_string(), &["analyze", "-"]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
        run.err
    };
    assert_snapshot!(wrong(&|input| input["metrics"][0]["role"] = "first".into()), @"error: `standard input` at `/metrics/0/role`: unknown variant `first`, expected one of `primary`, `secondary`, `guardrail`");
    assert_snapshot!(wrong(&|input| input["metrics"][1]["data"]["mean"][0]["yy"] = 1.into()), @"error: standard input: `/metrics/1/data/mean/0`: no observations could leave these sums");
    assert_snapshot!(wrong(&|input| input["metrics"][1]["data"]["mean"][0]["y"] = "1".into()), @r#"error: `standard input` at `/metrics/1/data/mean/0/y`: invalid type: string "1", expected a number, or a list of numbers that add up to a sum"#);
    assert_eq!(vexil_reading("{", &["analyze", "-"]).code, Some(2));
    assert_eq!(vexil(&["analyze", "nowhere.json"]).code, Some(2));
}

#[test]
fn the_page_is_one_file_that_asks_nobody_for_anything() {
    let file = scratch("report.html");
    let run = vexil(&["analyze", "experiment.json", "--html", &file]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""));
    let html = fs::read_to_string(file).unwrap();
    for outside in ["<script", "http:", "https:", "url(", "@import", "src=", "href="] {
        assert!(!html.contains(outside), "{outside}");
    }
    // A plot and a table for each metric, and a table of units; every plot is named.
    let count = |part: &str| html.matches(part).count();
    assert_eq!([count("<svg"), count("role=\"img\""), count("<table"), count("<caption")], [5, 5, 6, 6]);
    assert!(html.contains("<title>checkout-redesign · experiment</title>"), "{html}");
}

#[test]
fn names_cannot_be_markup() {
    let mut input = examples()[0].clone();
    let name = "<b onclick=\"x\">&";
    input["experiment"] = name.into();
    let mut text = input.to_string();
    text = text.replace("\"on\"", "\"</svg><i>\"");
    let run = vexil_reading(&text, &["analyze", "-", "--html", "-"]);
    assert!(!run.out.contains("<b onclick") && !run.out.contains("</svg><i>"), "{}", run.out);
    assert!(run.out.contains("&lt;b onclick=&quot;x&quot;&gt;&amp;"), "{}", run.out);
}

#[test]
fn rows_are_summed_up_by_unit() {
    let plan = scratch("plan.json");
    fs::write(&plan, examples()[1].to_string()).unwrap();
    // `b` comes twice, `x` is in both arms, `d` did nothing.
    let rows = "arm,unit,bought,spent,before,clicks,views\n\
        off,a,0,,2,1,4\noff,b,1,10,3,2,5\noff,b,1,5,3,,1\noff,x,1,99,9,9,9\non,x,1,99,9,9,9\n\
        on,c,1,20,1,3,6\non,d,,,,,2\n";
    let run = vexil_reading(rows, &["analyze", &plan, "--rows", "-", "--sums"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let sums: Json = from_str(&run.out).unwrap();
    assert_eq!(
        (&sums["crossed"], &sums["arms"][0]["units"], &sums["arms"][1]["units"]),
        (&json!(1), &json!(2), &json!(2))
    );
    let data = |metric: usize| &sums["metrics"][metric]["data"];
    assert_eq!(data(0)["proportion"][0], json!({ "arm": "off", "successes": 1, "trials": 2 }));
    assert_eq!(
        data(2)["ratio"][0],
        json!({ "arm": "off", "n": 2, "y": 3.0, "yy": 5.0, "x": 10.0, "xx": 52.0, "xy": 16.0 })
    );
    // The 0.999th quantile of four values is the third; below it is the least.
    assert_eq!(
        data(1)["mean"][1],
        json!({ "arm": "on", "n": 2, "y": 15.0, "yy": 225.0, "x": 1.0, "xx": 1.0, "xy": 15.0 })
    );
}

#[test]
fn rows_that_cannot_be_read_are_named_by_their_line() {
    let plan = scratch("plan-of-wrong-rows.json");
    fs::write(&plan, examples()[1].to_string()).unwrap();
    let header = "arm,unit,bought,spent,before,clicks,views\n";
    let error = |rows: &str| {
        let run = vexil_reading(&format!("{header}{rows}"), &["analyze", &plan, "--rows", "-"]);
        assert_eq!(run.code, Some(2), "{}", run.out);
        run.err
    };
    assert_snapshot!(error("off,a,1,x,,,\n"), @"error: `standard input` line 2: `x` in column `spent` is no number");
    assert_snapshot!(error("off,a,1,1,1,1,1\nof,a,1,,,,\n"), @"error: `standard input` line 3: the plan has no arm `of`");
    assert_snapshot!(error("off,a,1,1,1,1,1\noff,a,1,1,2,1,1\n"), @"error: `standard input` line 3: the covariate `before` of a unit is the same on all its lines");
    let run = vexil_reading("arm,unit,bought\n", &["analyze", &plan, "--rows", "-"]);
    assert_snapshot!(run.err, @"error: `standard input` has no column `spent`");
}

/// A number between 0 and 1 that is drawn by nothing.
fn drawn(seed: u64) -> f64 {
    let mixed = (seed ^ seed >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    f64::from((mixed >> 40) as u32) / f64::from(1 << 24)
}

/// What a unit of the generated experiment did, by plain counting.
#[derive(Default)]
struct Truth {
    arms: Vec<&'static str>,
    values: [f64; 5],
    loads: Vec<f64>,
}

/// Fills the tables, and counts beside them.
fn fill(db: &Connection) -> BTreeMap<String, Truth> {
    let mut truth: BTreeMap<String, Truth> = BTreeMap::new();
    for unit in 0..600_u64 {
        let (key, roll) = (format!("u-{unit}"), |what: u64| drawn(unit * 1_000 + what));
        let first = 2_000_000_000 + (roll(0) * 1e6) as i64;
        let arm = if roll(1) < 0.5 { "off" } else { "on" };
        // A few units are seen in both arms, many are exposed again, some to another experiment or assignment.
        let other = if arm == "off" { "on" } else { "off" };
        let mut exposures = vec![(arm, "checkout-redesign", "4712030948859231230", first)];
        if roll(2) < 0.5 {
            exposures.push((arm, "checkout-redesign", "4712030948859231230", first + 5_000));
        }
        if roll(3) < 0.02 {
            exposures.push((other, "checkout-redesign", "4712030948859231230", first + 9_000));
        }
        if roll(4) < 0.3 {
            exposures.push((other, "checkout-redesign", "1", first - 50_000));
            exposures.push((other, "search", "4712030948859231230", first - 50_000));
        }
        let unit_truth = truth.entry(key.clone()).or_default();
        for (variant, flag, assignment, at) in exposures {
            let row = (flag, variant, &key, assignment, at);
            db.execute("INSERT INTO exposures VALUES (?, ?, ?, ?, ?)", row).unwrap();
            let is_ours = flag == "checkout-redesign" && assignment != "1";
            if is_ours && !unit_truth.arms.contains(&variant) {
                unit_truth.arms.push(variant);
            }
        }
        for event in 0..(roll(5) * 12.0) as u64 {
            let roll = |what: u64| drawn(unit * 1_000 + 100 + event * 7 + what);
            let name = ["purchase", "click", "view", "load"][(roll(0) * 4.0) as usize];
            let (value, at) = ((roll(1) * 400.0).round() / 4.0, first + ((roll(2) - 0.4) * 4e9) as i64);
            db.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (&key, name, value, at)).unwrap();
            let [bought, spent, before, clicks, views] = &mut unit_truth.values;
            match (name, at >= first) {
                ("purchase", true) => (*bought, *spent) = (1.0, *spent + value),
                ("purchase", false) if at >= first - 14 * 86_400_000 => *before += value,
                ("click", true) => *clicks += 1.0,
                ("view", true) => *views += 1.0,
                ("load", true) if value > 0.0 => unit_truth.loads.push(value),
                _ => {}
            }
        }
    }
    truth
}

/// The rows of a query as JSON.
fn rows(db: &Connection, query: &str) -> Vec<Json> {
    let mut statement = db.prepare(query).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let cell = |cell: Cell| match cell {
        Cell::Integer(number) => json!(number),
        Cell::Real(number) => json!(number),
        Cell::Text(text) => json!(text),
        other => panic!("{other:?}"),
    };
    let row = |row: &rusqlite::Row<'_>| {
        let cells = names.iter().enumerate().map(|(place, name)| Ok((name.clone(), cell(row.get(place)?))));
        cells.collect::<rusqlite::Result<Map<String, Json>>>().map(Json::Object)
    };
    statement.query_map((), row).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// The database as it is built here need not have the math functions that its shell has.
fn database() -> Connection {
    use rusqlite::functions::FunctionFlags;
    let db = Connection::open_in_memory().unwrap();
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("ln", 1, flags, |context| Ok(context.get::<f64>(0)?.ln())).unwrap();
    db.create_scalar_function("ceil", 1, flags, |context| Ok(context.get::<f64>(0)?.ceil())).unwrap();
    db
}

#[test]
fn the_sql_of_the_page_sums_up_what_happened() {
    let (page, db) = (page("docs/experiments.md"), database());
    let mut truth = BTreeMap::new();
    let mut answers = Vec::new();
    for block in blocks(&page, "sql") {
        for statement in block.split_inclusive(';').filter(|statement| !statement.trim().is_empty()) {
            if statement.contains("CREATE ") {
                db.execute_batch(statement).unwrap();
            } else {
                answers.push(rows(&db, statement));
            }
            if statement.contains("CREATE TABLE events") {
                truth = fill(&db);
            }
        }
    }
    let [assignments, units, crossed, bought, spent, clicks, loads] = &answers[..] else { panic!("{}", answers.len()) };
    assert_eq!(assignments.len(), 2);
    let of_arm = |arm: &'static str| truth.values().filter(move |unit| unit.arms == [arm]);
    assert_eq!(crossed[0]["crossed"], json!(truth.values().filter(|unit| unit.arms.len() > 1).count()));
    assert!(crossed[0]["crossed"].as_u64().unwrap() > 3);
    for (place, arm) in ["off", "on"].into_iter().enumerate() {
        let n = of_arm(arm).count();
        assert_eq!(units[place], json!({ "name": arm, "units": n }));
        let successes = of_arm(arm).filter(|unit| unit.values[0] > 0.0).count();
        assert_eq!(bought[place], json!({ "arm": arm, "successes": successes, "trials": n }));
        for (found, y, x) in [(spent, 1, 2), (clicks, 3, 4)] {
            let pairs: Vec<(f64, f64)> = of_arm(arm).map(|unit| (unit.values[x], unit.values[y])).collect();
            let sums = to_value(PairMoments::of(&pairs).unwrap()).unwrap();
            for key in ["y", "yy", "x", "xx", "xy"] {
                assert_eq!(found[place][key].as_f64(), sums[key][0].as_f64(), "{arm} {key}");
            }
            assert_eq!(found[place]["n"], sums["n"]);
        }
        let buckets = loads.iter().filter(|row| row["arm"] == arm);
        let buckets: Map<String, Json> = buckets.map(|row| (row["bucket"].to_string(), row["times"].clone())).collect();
        let seen: Vec<f64> = of_arm(arm).flat_map(|unit| unit.loads.clone()).collect();
        let sketch = to_value(vexil::stats::aggregate::Sketch::of(&seen).unwrap()).unwrap();
        assert_eq!(Json::Object(buckets), sketch["buckets"], "{arm}");
    }
    analyses_agree(&answers, &truth);
}

/// The rows of the queries, and the same units as raw rows, say the same.
fn analyses_agree(answers: &[Vec<Json>], truth: &BTreeMap<String, Truth>) {
    let mut plan = examples()[1].clone();
    plan["metrics"][1]["data"]["mean"].as_object_mut().unwrap().remove("winsorize");
    let mut input = plan.clone();
    for (place, row) in answers[1].iter().enumerate() {
        input["arms"][place]["units"] = row["units"].clone();
    }
    input["crossed"] = answers[2][0]["crossed"].clone();
    for (metric, (kind, rows)) in [("proportion", 3), ("mean", 4), ("ratio", 5)].into_iter().enumerate() {
        input["metrics"][metric]["data"] = json!({ kind: answers[rows] });
    }
    let mut rows = String::from("arm,unit,bought,spent,before,clicks,views\n");
    for (key, unit) in truth {
        let [bought, spent, before, clicks, views] = unit.values;
        for arm in &unit.arms {
            writeln!(rows, "{arm},{key},{bought},{spent},{before},{clicks},{views}").unwrap();
        }
    }
    let file = scratch("plan-of-sql.json");
    fs::write(&file, plan.to_string()).unwrap();
    let from_sums = vexil_reading(&input.to_string(), &["analyze", "-", "--json"]);
    let from_rows = vexil_reading(&rows, &["analyze", &file, "--rows", "-", "--json"]);
    assert_eq!((from_sums.code, from_rows.code), (Some(0), Some(0)), "{}{}", from_sums.err, from_rows.err);
    let (sums, rows): (Json, Json) = (from_str(&from_sums.out).unwrap(), from_str(&from_rows.out).unwrap());
    assert_eq!(sums, rows);
    assert!(sums["metrics"][1]["comparisons"][0]["adjusted"]["varianceReduction"].is_number());
    let experiment: Experiment = from_value(input).unwrap();
    assert_eq!(to_value(analyze(&experiment).unwrap()).unwrap(), sums);
}

#[test]
fn the_examples_of_the_page_can_be_analysed() {
    let run = vexil_reading(&examples()[0].to_string(), &["analyze", "-", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    // Every topic of the table is one that there is.
    let page = page("docs/experiments.md");
    let table = page.split("| topic |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let topics: Vec<&str> = rows.flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
    assert_eq!(topics.len(), 12);
    let fixtures = self::page("tests/analysis/experiments.json");
    for topic in topics {
        assert!(fixtures.contains(&format!("[\"{topic}\", ")), "no fixture says `{topic}`");
    }
}

#[test]
fn a_plan_is_a_table_of_effects_or_one_answer() {
    let table = vexil(&["power", "--rate", "0.05", "--daily", "4000"]);
    assert_snapshot!(table.out);
    let one = vexil(&["power", "--mean", "12", "--deviation", "40", "--lift", "0.05", "--json"]);
    assert_snapshot!(one.out);
    let days = vexil(&["power", "--mean", "12", "--deviation", "40", "--daily", "4000", "--days", "14"]);
    assert_snapshot!(days.out);
    assert_eq!([table.code, one.code, days.code], [Some(0); 3]);
}

#[test]
fn a_plan_that_nothing_can_reach_is_wrong_use() {
    let code = |args: &[&str]| vexil(&[&["power"], args].concat()).code;
    assert_eq!(code(&["--rate", "0.05", "--lift", "20"]), Some(2));
    assert_eq!(code(&["--rate", "5"]), Some(2));
    assert_eq!(code(&["--mean", "5"]), Some(2));
    assert_eq!(code(&["--rate", "0.5", "--units", "1"]), Some(2));
    assert_eq!(code(&["--rate", "0.5", "--arms", "1"]), Some(2));
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&["--rate", "0.05", "--lift", "-0.1"]), Some(0));
}

fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}
