//! Fixtures: every file is JSON, every case says why it is there, and every file is embedded.

use super::Problems;
use crate::{corpus, project};
use anyhow::Result;
use serde_json::Value;

const AREAS: &[&str] = &[
    "assignments",
    "bucketing",
    "conditions",
    "contexts",
    "diagnostics",
    "holdouts",
    "kills",
    "layers",
    "operators",
    "outcomes",
    "overrides",
    "prerequisites",
    "ramps",
    "routing",
    "segments",
    "splits",
    "states",
    "updates",
];

pub(super) fn check(_files: &[String]) -> Result<Problems> {
    let mut problems = Problems::new();
    for file in corpus::fixtures()? {
        let found = match serde_json::from_str(&project::read(&file)?) {
            Ok(fixture) => problems_of(&file, &fixture),
            Err(error) => vec![format!("not JSON: {error}")],
        };
        problems.extend(found.into_iter().map(|what| format!("{file}: {what}")));
    }
    if let Err(error) = corpus::check() {
        problems.push(format!("{error:#}"));
    }
    Ok(problems)
}

fn problems_of(file: &str, fixture: &Value) -> Problems {
    let mut problems = Problems::new();
    let area = file.split('/').nth(2).unwrap_or_default();
    if !AREAS.contains(&area) {
        problems.push(format!("`{area}` is not an area of behaviour (xtask/src/tidy/fixtures.rs)"));
    }
    let cases = fixture.get("cases").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if cases.is_empty() {
        problems.push("no cases".to_owned());
    }
    for (number, case) in cases.iter().enumerate() {
        let why = case.get("why").and_then(Value::as_str).unwrap_or_default();
        if why.trim().is_empty() {
            problems.push(format!("case {number} does not say `why`"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_case_says_why() {
        let fixture = json!({ "cases": [{ "why": "it matters" }, { "why": " " }, {}] });
        let problems = problems_of("tests/fixtures/kills/all.json", &fixture);
        assert_eq!(problems, ["case 1 does not say `why`", "case 2 does not say `why`"]);
    }

    #[test]
    fn a_file_has_cases_and_an_area() {
        let problems = problems_of("tests/fixtures/x/all.json", &json!({ "cases": [] }));
        assert_eq!(problems.len(), 2);
    }
}
