//! The states that the documentation shows are read, and written as they stand there.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use vexil::stats::aggregate::{Moments, PairMoments, Proportion, Sketch, Window, Winsor};
use vexil::stats::sequential::{Budget, Mixture};

/// What is read of a text, written again. Numbers are compared as numbers, and counts of 0 may be left out.
fn again<T: Serialize + DeserializeOwned>(text: &str) -> Json {
    let state: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    serde_json::to_value(&state).expect("it can be written")
}

fn plain(json: &Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().into(),
        Json::Array(list) => list.iter().map(plain).collect(),
        Json::Object(map) => {
            let is_said =
                |(key, value): &(&String, &Json)| !(["below", "above"].contains(&key.as_str()) && **value == 0);
            Json::Object(map.iter().filter(is_said).map(|(key, value)| (key.clone(), plain(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn states_in_the_documentation_are_states() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/statistics.md")).unwrap();
    let mut seen = 0;
    for block in page.split("```json\n").skip(1) {
        let text = block.split("```").next().unwrap();
        let shown: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let has = |key: &str| shown.get(key).is_some();
        let read = match () {
            () if has("squares") => again::<Moments>(text),
            () if has("xy") => again::<PairMoments>(text),
            () if has("trials") => again::<Proportion>(text),
            () if has("buckets") => again::<Sketch>(text),
            () if has("slots") => again::<Window<Proportion>>(text),
            () if has("lower") => again::<Winsor>(text),
            () if has("spread") => again::<Mixture>(text),
            () if has("spent") => again::<Budget>(text),
            () => panic!("what is {text}?"),
        };
        assert_eq!(plain(&read), plain(&shown));
        seen += 1;
    }
    assert_eq!(seen, 8);
}
