//! The published schema and the engine agree on the form of a snapshot.
//!
//! A schema cannot say everything. What is counted in bytes or decimals, what refers to something
//! else, what must not overlap or go round in a circle is the engine's alone ([`BEYOND`]); and the
//! schema refuses what the engine only warns about, a field that it does not know. In between are
//! codes of which the schema sees some cases ([`PARTLY`]).

use boon::{Compiler, SchemaIndex, Schemas};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vexil::patterns::RegexPatterns;
use vexil::{Code, Diagnostic, Engine, Severity};

use crate::bad_input::{odd, pointers};
use crate::binary::EVERYTHING;
use crate::{docs, generate};

const SCHEMA: &str = include_str!("../../schemas/snapshot.schema.json");
const ID: &str = "urn:vexil:schema:snapshot:1";

/// Of these the schema sees nothing.
const BEYOND: &[Code] = &[
    Code::UnknownVariant,
    Code::UnknownTrack,
    Code::UnknownSegment,
    Code::UnknownRing,
    Code::UnknownLayer,
    Code::UnknownFlag,
    Code::BrokenReference,
    Code::Cycle,
    Code::TooCostly,
    Code::ChainTooLong,
    Code::OverlappingRanges,
    Code::InvalidPattern,
    Code::DuplicateRuleId,
    Code::ConflictingOverride,
    // A parser that keeps one of two members does not show the other.
    Code::DuplicateKey,
    Code::NegativeWithoutExists,
    Code::CorrelatedSplits,
    Code::FallThroughServesSame,
    Code::UnknownKill,
    Code::UnknownPrerequisiteVariant,
    Code::BrokenPrerequisite,
    Code::UnknownHoldoutFlag,
];

/// Of these the schema sees some: a range whose ends are no buckets, but not one that is backwards.
const PARTLY: &[Code] = &[];

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        compiler.add_resource(ID, schema).expect("the schema has that name");
        let index = compiler.compile(ID, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
        Self { schemas, index }
    }

    /// What is wrong with a document.
    fn problem(&self, document: &Json) -> Option<String> {
        self.schemas.validate(document, self.index).err().map(|error| format!("{error:#}"))
    }
}

fn diagnostics(document: &Json) -> Vec<Diagnostic> {
    match Engine::from_json(&document.to_string()) {
        Ok(engine) => engine.diagnostics().to_vec(),
        Err(refused) => refused.diagnostics,
    }
}

#[test]
fn survey() {
    let schema = Schema::new();
    let mut table = std::collections::BTreeMap::<Code, (u32, u32, Vec<String>)>::new();
    let mut see = |name: &str, document: &Json| {
        let found = diagnostics(document);
        let problem = schema.problem(document);
        let mut codes: Vec<Code> = found.iter().map(|d| d.code).filter(|c| !BEYOND.contains(c)).collect();
        codes.dedup();
        if let [code] = codes[..] {
            let row = table.entry(code).or_default();
            if problem.is_some() {
                row.0 += 1
            } else {
                row.1 += 1;
                row.2.push(format!("{name}: {}", found.iter().find(|d| d.code == code).unwrap()));
            }
        }
        if codes.is_empty() && problem.is_some() {
            println!("REFUSED {name}: {}", problem.unwrap());
        }
    };
    for (name, text) in vexil_corpus::files() {
        let file: Json = serde_json::from_str(text).unwrap();
        if let Some(snapshot) = file.get("snapshot") {
            see(name, snapshot);
        }
        for case in file["cases"].as_array().unwrap() {
            if let Some(next) = case.get("update") {
                see(name, next);
            }
        }
    }
    let mut sound: Json = serde_json::from_str(EVERYTHING).expect("JSON");
    for d in diagnostics(&sound) { if d.severity == Severity::Error { println!("{d}"); sound["flags"].as_object_mut().unwrap().remove(d.path.split('/').nth(2).unwrap()); } }
    println!("{:?}", schema.problem(&sound));
    let mut places = Vec::new();
    pointers(&sound, "", &mut places);
    for place in &places {
        for value in odd() {
            let mut document: Json = sound.clone();
            *document.pointer_mut(place).unwrap() = value;
            see(place, &document);
        }
    }
    for (code, (refused, accepted, names)) in table {
        println!(
            "{} refused {refused} accepted {accepted} {:#?}",
            code.name(),
            names.iter().take(6).collect::<Vec<_>>()
        );
    }
}
