//! The published schema and the engine agree on the form of a snapshot.
//!
//! A schema cannot say everything. What is counted in bytes or decimals, what refers to something
//! else, what must not overlap or go round in a circle is the engine's alone, and of some problems
//! the schema sees some cases: an exposure of -1, but not one of 0.00001. The other way round, the
//! schema refuses what the engine only warns about: a field that it does not know.

use boon::{Compiler, SchemaIndex, Schemas};
use proptest::prelude::*;
use serde_json::Value as Json;
use vexil::snapshot::is_valid;
use vexil::{Code, Engine, Severity};

use crate::bad_input::{odd, pointers};
use crate::binary::EVERYTHING;
use crate::cases::config;
use crate::{docs, generate};

const SCHEMA: &str = include_str!("../../schemas/snapshot.schema.json");
const ID: &str = "urn:vexil:schema:snapshot:1";

/// Of these the schema sees every case.
const SEEN: &[Code] = &[
    Code::UnknownSchema,
    Code::WrongType,
    Code::MissingField,
    Code::UnknownOperator,
    Code::UnknownValue,
    Code::UnknownField,
    Code::InvalidDigest,
    Code::InvalidUnit,
    Code::InvalidMetadata,
    Code::MixedVariantTypes,
    Code::AmbiguousCondition,
    Code::ConflictingFields,
];

/// Of these it sees none.
const UNSEEN: &[Code] = &[
    Code::UnsupportedRequirement,
    Code::BrokenReference,
    Code::Cycle,
    Code::TooCostly,
    Code::ChainTooLong,
    Code::OverlappingRanges,
    Code::InvalidPattern,
    Code::DuplicateRuleId,
    Code::ConflictingOverride,
    // Of two members with one key a parser shows one.
    Code::DuplicateKey,
    Code::NegativeWithoutExists,
    Code::CorrelatedSplits,
    Code::FallThroughServesSame,
    Code::UnknownKill,
    Code::UnknownPrerequisiteVariant,
    Code::BrokenPrerequisite,
    Code::UnknownHoldoutFlag,
];

/// References: the schema sees nothing wrong in them as long as what they name can be a name.
const REFERENCES: &[Code] = &[
    Code::UnknownVariant,
    Code::UnknownTrack,
    Code::UnknownSegment,
    Code::UnknownRing,
    Code::UnknownLayer,
    Code::UnknownFlag,
];

/// A schema, or a part of it.
struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn new() -> Self {
        Self::of(ID)
    }

    fn of(place: &str) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(ID, parse(SCHEMA)).expect("the schema has that name");
        let index = compiler.compile(place, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
        Self { schemas, index }
    }

    fn takes(&self, document: &Json) -> bool {
        self.schemas.validate(document, self.index).is_ok()
    }

    fn must_take(&self, what: &str, document: &Json) {
        if let Err(problem) = self.schemas.validate(document, self.index) {
            panic!("{what}: {problem:#}");
        }
    }
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

/// The codes of what the engine says about a document.
fn codes(document: &Json) -> Vec<Code> {
    let diagnostics = match Engine::from_json(&document.to_string()) {
        Ok(engine) => engine.diagnostics().to_vec(),
        Err(refused) => refused.diagnostics,
    };
    diagnostics.into_iter().map(|problem| problem.code).collect()
}

/// Holds the schema against the engine; whether it takes the document.
fn compare(schema: &Schema, what: &str, document: &Json, beyond: &[Code]) -> bool {
    let codes = codes(document);
    if codes.iter().all(|code| UNSEEN.contains(code) || beyond.contains(code)) {
        schema.must_take(what, document);
        return true;
    }
    let takes = schema.takes(document);
    if let Some(code) = codes.iter().find(|code| SEEN.contains(code)) {
        assert!(!takes, "{what}: the engine says `{}`, and the schema takes it: {document}", code.name());
    }
    takes
}

#[test]
fn every_fixture_is_seen_alike() {
    let schema = Schema::new();
    let (mut taken, mut refused) = (0, 0);
    for (name, text) in vexil_corpus::files() {
        let fixture = parse(text);
        let updates = fixture["cases"].as_array().into_iter().flatten().filter_map(|case| case.get("update"));
        for document in fixture.get("snapshot").into_iter().chain(updates) {
            let takes = compare(&schema, name, document, REFERENCES);
            *if takes { &mut taken } else { &mut refused } += 1;
        }
    }
    assert!(taken > 100 && refused > 30, "{taken} are taken, {refused} refused");
}

// Any value in any place: what the one takes and the other does not is known.
#[test]
fn every_edit_is_seen_alike() {
    let schema = Schema::new();
    let mut sound = parse(EVERYTHING);
    let engine = Engine::from_json(EVERYTHING).expect("it is usable");
    for problem in engine.diagnostics().iter().filter(|problem| problem.severity == Severity::Error) {
        let key = problem.path.strip_prefix("/flags/").expect("only flags are broken");
        sound["flags"].as_object_mut().unwrap().remove(key.split('/').next().unwrap_or_default());
    }
    assert!(compare(&schema, "everything", &sound, &[]));
    let mut places = Vec::new();
    pointers(&sound, "", &mut places);
    let (mut taken, mut tried) = (0, 0);
    // A prime step: all values, and sooner or later all kinds of places.
    for (place, value) in places.iter().flat_map(|place| odd().map(move |value| (place, value))).step_by(5) {
        let mut document = sound.clone();
        let what = format!("{value} at {place}");
        *document.pointer_mut(place).expect("it is there") = value;
        taken += usize::from(compare(&schema, &what, &document, &[]));
        tried += 1;
    }
    assert!(taken > 50 && tried - taken > 500, "{taken} of {tried} are taken");
}

#[test]
fn what_is_documented_is_in_the_schema() {
    let schema = Schema::new();
    for path in docs::pages() {
        for snapshot in docs::snapshots(&docs::page(&path)) {
            schema.must_take(&path, &parse(snapshot));
        }
    }
}

/// The places in the schema that have examples.
fn places_of_examples(schema: &Json, at: &str, out: &mut Vec<(String, Vec<Json>)>) {
    let Json::Object(members) = schema else {
        let items = schema.as_array().into_iter().flatten().enumerate();
        return items.for_each(|(index, item)| places_of_examples(item, &format!("{at}/{index}"), out));
    };
    if let Some(Json::Array(examples)) = members.get("examples").filter(|_| !at.ends_with("/properties")) {
        out.push((at.to_owned(), examples.clone()));
    }
    for (key, member) in members.iter().filter(|(key, _)| *key != "examples" && *key != "default") {
        places_of_examples(member, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), out);
    }
}

// What the schema gives as an example is one, for itself and for the engine.
#[test]
fn examples_in_the_schema_are_examples() {
    let mut places = Vec::new();
    places_of_examples(&parse(SCHEMA), "", &mut places);
    for (place, examples) in &places {
        let schema = Schema::of(&format!("{ID}#{}", place.replace('^', "%5E")));
        for example in examples {
            schema.must_take(place, example);
            if place.is_empty() {
                let engine = Engine::from_json(&example.to_string()).expect("it is usable");
                assert!(is_valid(engine.diagnostics()), "{:?}", engine.diagnostics());
            }
        }
    }
    assert!(places.len() > 20, "only {} places have examples", places.len());
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn valid_snapshots_are_taken(snapshot in generate::snapshot()) {
        Schema::new().must_take("a snapshot", &snapshot);
    }
}
