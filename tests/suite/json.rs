//! The core's JSON reader against serde_json: the same texts accepted, the same values read. The
//! core has its own since a general parser would be a tenth of what a browser downloads.

use proptest::prelude::*;
use serde_json::Value as Theirs;
use vexil::Value as Ours;
use vexil::json::parse_value;

use crate::cases::config;

/// Nesting beyond this is refused by the core alone.
const DEPTH: usize = 64;

fn depth(value: &Theirs) -> usize {
    match value {
        Theirs::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Theirs::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn same(ours: &Ours, theirs: &Theirs) -> bool {
    match (ours, theirs) {
        (Ours::Null, Theirs::Null) => true,
        (Ours::Boolean(a), Theirs::Bool(b)) => a == b,
        (Ours::Number(a), Theirs::Number(b)) => b.as_f64().is_some_and(|b| a.to_bits() == b.to_bits() || *a == b),
        (Ours::String(a), Theirs::String(b)) => a == b,
        (Ours::List(a), Theirs::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        // Of members with one key serde_json keeps the last, as `Value::member` does.
        (Ours::Object(_), Theirs::Object(b)) => b.iter().all(|(key, b)| ours.member(key).is_some_and(|a| same(a, b))),
        _ => false,
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    match (parse_value(text), serde_json::from_str::<Theirs>(text)) {
        (Ok(ours), Ok(theirs)) => prop_assert!(same(&ours, &theirs), "{text:?}: {ours:?} is not {theirs:?}"),
        (Err(_), Err(_)) => {}
        (Err(_), Ok(theirs)) => prop_assert!(depth(&theirs) > DEPTH, "{text:?} is refused"),
        (Ok(ours), Err(error)) => prop_assert!(false, "{text:?} is read as {ours:?}, serde_json says: {error}"),
    }
    Ok(())
}

/// JSON and nearly JSON: tokens in any order, more often sensible than not.
fn tokens() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        3 => Just("{".to_owned()), 3 => Just("}".to_owned()), 3 => Just("[".to_owned()), 3 => Just("]".to_owned()),
        3 => Just(",".to_owned()), 3 => Just(":".to_owned()), 1 => Just(" \t\r\n".to_owned()),
        1 => Just("\u{a0}".to_owned()), 1 => Just("\u{feff}".to_owned()),
        2 => prop::sample::select(vec!["true", "false", "null", "tru", "nul", "True", "NaN", "Infinity"]).prop_map(Into::into),
        4 => "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        1 => "[-+.0-9eE]{1,6}",
        4 => "\"([a-zé€😀 ]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}){0,6}\"",
        1 => "\"[\\x00-\\x7f]{0,4}\"",
    ];
    prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn texts_that_are_nearly_json(text in tokens()) {
        check(&text)?;
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn values_of_any_shape(text in value().prop_map(|value| value.to_string())) {
        check(&text)?;
    }

    #[test]
    fn fixtures_with_a_byte_changed(file in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let files = vexil_corpus::files();
        let mut bytes = files[file.index(files.len())].1.as_bytes().to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            check(&text)?;
        }
    }
}

fn value() -> impl Strategy<Value = Theirs> {
    let leaf = prop_oneof![
        Just(Theirs::Null),
        any::<bool>().prop_map(Theirs::Bool),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| serde_json::json!(number)),
        any::<i64>().prop_map(|number| serde_json::json!(number)),
        any::<String>().prop_map(Theirs::String),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Theirs::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Theirs::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn escapes_of_half_characters_are_refused_by_both() {
    for text in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\ud800""#, r#""\ud800x""#, r#""\ud83d\ude00""#, r#""\u00e9""#]
    {
        check(text).expect("both agree");
    }
}
