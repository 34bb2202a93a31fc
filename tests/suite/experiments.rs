//! Whole analyses of experiments: behaviour as data, and figures beside those of scipy and statsmodels.

use serde_json::{Value as Json, from_str, from_value, to_value};
use vexil::analysis::experiment::power::{Baseline, Plan};
use vexil::analysis::experiment::{Experiment, analyze};

/// The cases of a file.
fn cases(path: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("the file is there");
    let file: Json = from_str(&text).expect("it is JSON");
    file["cases"].as_array().expect("it has cases").clone()
}

fn analysed(case: &Json) -> Result<Json, String> {
    let experiment: Experiment = from_value(case["input"].clone()).map_err(|error| error.to_string())?;
    let analysis = analyze(&experiment).map_err(|error| error.to_string())?;
    Ok(to_value(analysis).expect("an analysis is JSON"))
}

fn planned(plan: &Json) -> Json {
    let number = |key: &str| plan[key].as_f64();
    let baseline = match (number("rate"), number("mean")) {
        (Some(rate), _) => Baseline::Rate(rate),
        (None, mean) => {
            Baseline::Mean { mean: mean.expect("a mean"), deviation: number("deviation").expect("it has one") }
        }
    };
    let of = Plan::of(baseline);
    let plan = Plan {
        arms: plan["arms"].as_u64().map_or(of.arms, |arms| arms as u32),
        control_share: number("controlShare").unwrap_or(of.control_share),
        power: number("power").unwrap_or(of.power),
        ..of
    };
    let lift = number("lift").unwrap_or(0.05);
    to_value(plan.needed(lift).expect("it can be reached")).expect("a size is JSON")
}

/// What is not as a case expects it.
fn differences(found: &Json, expected: &Json) -> Vec<String> {
    let differs = |(place, expected): (&String, &Json)| {
        let found = found.pointer(place).cloned().unwrap_or(Json::Null);
        let is_same = match expected.get("value").and_then(Json::as_f64) {
            None => found == *expected,
            Some(wanted) => found.as_f64().is_some_and(|found| {
                let tolerance = expected["tolerance"].as_f64().expect("a tolerance");
                (found - wanted).abs() <= tolerance * wanted.abs()
            }),
        };
        (!is_same).then(|| format!("  {place}: {found}, not {expected}"))
    };
    expected.as_object().expect("places with values").iter().filter_map(differs).collect()
}

#[test]
fn figures_are_those_of_the_references() {
    let mut wrong = Vec::new();
    let cases = cases("tests/reference/experiments.json");
    for case in &cases {
        let found = match case.get("plan") {
            Some(plan) => planned(plan),
            None => analysed(case).unwrap_or_else(|error| panic!("{}: {error}", case["why"])),
        };
        let different = differences(&found, &case["expect"]);
        if !different.is_empty() {
            wrong.push(format!("{}\n{}", case["why"], different.join("\n")));
        }
    }
    assert!(cases.len() > 10, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// S0-21, S2-74: an experiment says what it shows, and what it does not.
#[test]
fn experiments_say_what_they_should_and_no_more() {
    let mut wrong = Vec::new();
    let cases = cases("tests/analysis/experiments.json");
    for case in &cases {
        let mut different = Vec::new();
        match (analysed(case), case.get("refused").and_then(Json::as_str)) {
            (Err(error), Some(refused)) if error.contains(refused) => {}
            (Err(error), _) => different.push(format!("  refused: {error}")),
            (Ok(_), Some(_)) => different.push("  not refused".into()),
            (Ok(found), None) => {
                different.extend(differences(&found, case.get("expect").unwrap_or(&Json::Object(Default::default()))));
                different.extend(unsaid(&found, case));
            }
        }
        if !different.is_empty() {
            wrong.push(format!("{}\n{}", case["why"], different.join("\n")));
        }
    }
    assert!(cases.len() > 20, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The notes that are missing, or too many.
fn unsaid(found: &Json, case: &Json) -> Vec<String> {
    let notes = found["notes"].as_array().expect("notes");
    let mut wrong = Vec::new();
    for says in case["says"].as_array().into_iter().flatten() {
        let (topic, part) = (says[0].as_str().expect("a topic"), says[1].as_str().expect("a text"));
        let of_topic: Vec<&str> =
            notes.iter().filter(|note| note["topic"] == topic).filter_map(|note| note["text"].as_str()).collect();
        if !of_topic.iter().any(|text| text.contains(part)) {
            wrong.push(format!("  does not say `{part}` of {topic}: {of_topic:?}"));
        }
    }
    for topic in case["silent"].as_array().into_iter().flatten() {
        wrong
            .extend(notes.iter().filter(|note| note["topic"] == *topic).map(|note| format!("  says {}", note["text"])));
    }
    wrong
}
