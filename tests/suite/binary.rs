//! The binary form: compiled, written, read and still the same ruleset; damaged and refused.

use std::fs;
use std::mem::offset_of;
use std::ops::Range;
use std::path::Path;

use vexil::ir::binary::{FORMAT, MAGIC};
use vexil::ir::{Condition, Flag, Holdout, Operation, Pattern, Rule, Ruleset, Segment, Slot, Span, flag_bits};
use vexil::patterns::{NoPatterns, RegexPatterns};
use vexil::{Code, Context, Engine, ErrorCode, Reason, Timestamp};

use crate::replay;
use crate::replay::harness::{answers, seal};

/// Bytes before the first section.
const HEADER: usize = 40;
/// Where the header says which schema it follows, what it needs, how many sections follow and where it ends.
const SCHEMA: Range<usize> = 12..16;
const CAPABILITIES: Range<usize> = 16..20;
const SECTIONS: Range<usize> = 20..24;
const LENGTH: Range<usize> = 24..32;

/// The numbers of some sections.
const FLAGS: u32 = 2;
const CONDITIONS: u32 = 13;
const STRINGS: u32 = 26;

/// A snapshot with something of everything.
pub(crate) const EVERYTHING: &str = include_str!("../../fuzz/corpus/snapshot/everything.json");

pub(crate) fn ruleset(snapshot: &str) -> Ruleset<RegexPatterns> {
    let snapshot = vexil::snapshot::read::<RegexPatterns>(snapshot).snapshot;
    vexil::compile::compile(&snapshot.expect("nothing is fatal"), 7)
}

fn refusal(bytes: &[u8]) -> String {
    let Err(problem) = Ruleset::<RegexPatterns>::from_bytes(bytes) else { panic!("these bytes are no ruleset") };
    assert_eq!(problem.code, Code::NotARuleset);
    let without_patterns = Ruleset::<NoPatterns>::from_bytes(bytes).err();
    assert_eq!(without_patterns.as_ref(), Some(&problem), "without patterns it is another");
    problem.message
}

/// The snapshots of all fixtures that an engine takes.
fn fixtures() -> impl Iterator<Item = (&'static str, Engine)> {
    vexil_corpus::files().iter().filter_map(|(name, text)| {
        let fixture: serde_json::Value = serde_json::from_str(text).expect("a fixture is JSON");
        let snapshot = fixture.get("snapshot")?.to_string();
        Some((*name, Engine::from_json(&snapshot).ok()?))
    })
}

#[test]
fn what_is_compiled_is_loaded_and_answers_the_same() {
    for (name, engine) in fixtures() {
        let bytes = engine.ruleset().to_bytes();
        let loaded = Engine::<RegexPatterns>::from_ruleset_bytes(&bytes);
        let loaded = loaded.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(loaded.ruleset().to_bytes() == bytes, "{name}: other bytes after loading");
        assert_eq!(answers(&loaded), answers(&engine), "{name}");
        assert_eq!(loaded.ruleset().identity, engine.ruleset().identity, "{name}");
        assert_eq!(loaded.ruleset().to_string(), engine.ruleset().to_string(), "{name}");
    }
}

/// Rulesets are stored and shipped: a build that writes other bytes for this snapshot, or reads other answers from
/// the bytes that were written first, has changed the format. `VEXIL_WRITE_GOLDEN=1` writes them anew.
#[test]
fn format_1_is_what_it_was() {
    let golden = |kind: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/format-1.{kind}"));
    let snapshot = fs::read_to_string(golden("json")).expect("it is there");
    let bytes = ruleset(&snapshot).to_bytes();
    let told = |bytes: &[u8]| {
        let engine = Engine::<RegexPatterns>::from_ruleset_bytes(bytes).expect("the format is read");
        golden_answers(&engine)
    };
    if std::env::var_os("VEXIL_WRITE_GOLDEN").is_some() {
        fs::write(golden("ruleset"), &bytes).expect("it can be written");
        fs::write(golden("answers"), told(&bytes)).expect("it can be written");
    }
    let stored = fs::read(golden("ruleset")).expect("it is there");
    assert_eq!(told(&stored), fs::read_to_string(golden("answers")).expect("it is there"));
    assert!(stored == bytes, "the bytes of a ruleset are others than before: raise `FORMAT`, and go on reading these");
}

/// The answer of every flag and service to somebody and to nobody.
fn golden_answers(engine: &Engine) -> String {
    let somebody = Context::new("u-1")
        .with("country", "DE")
        .with("age", 30)
        .with("email", "ada@example.com")
        .with("appVersion", "v2.3.0")
        .with("address", "10.1.2.3");
    let mut told = String::new();
    for (name, context) in [("somebody", somebody), ("nobody", Context::default())] {
        let block = engine.block(&context);
        for row in 0..engine.ruleset().flags.len() as u32 {
            let outcome = engine.outcome(row, &block, Timestamp::from_ms(1_767_225_600_000));
            let answer = engine.answer(row, outcome).expect("it is there");
            let (key, reason) = (answer.flag, answer.reason.name());
            let (variant, rule) = (answer.variant.unwrap_or("-"), answer.rule.unwrap_or("-"));
            told += &format!("{name} {key}: {variant} {reason} {rule} {}\n", answer.json.unwrap_or("-"));
        }
    }
    told
}

#[test]
fn without_patterns_the_same_rulesets_are_loaded() {
    for (name, engine) in fixtures() {
        let loaded = Ruleset::<NoPatterns>::from_bytes(&engine.ruleset().to_bytes());
        assert!(loaded.is_ok(), "{name}: {loaded:?}");
    }
}

#[test]
fn a_stripped_ruleset_is_smaller_and_answers_the_same() {
    let whole = ruleset(EVERYTHING);
    let mut stripped = ruleset(EVERYTHING);
    stripped.strip();
    let bytes = stripped.to_bytes();
    assert!(bytes.len() < whole.to_bytes().len());
    let texts = String::from_utf8_lossy(&stripped.bytes).into_owned();
    assert!(!texts.contains("/rules/0/when"), "{texts}");
    let loaded = Engine::<RegexPatterns>::from_ruleset_bytes(&bytes).expect("sources are optional");
    assert_eq!(answers(&loaded), answers(&Engine::from_ruleset(whole)));
}

#[test]
fn a_cut_is_told_wherever_it_is() {
    let bytes = ruleset(EVERYTHING).to_bytes();
    for length in 1..HEADER {
        let header = format!("cut short at byte {length} of a header of {HEADER}");
        assert_eq!(refusal(&bytes[..length]), header);
    }
    for length in HEADER..bytes.len() {
        assert_eq!(refusal(&bytes[..length]), format!("cut short at byte {length} of {}", bytes.len()));
    }
    assert_eq!(refusal(&[]), "not a Vexil ruleset: it does not begin with `VEXILRS`");
}

#[test]
fn every_damaged_byte_is_found() {
    let mut bytes = ruleset(EVERYTHING).to_bytes();
    for place in 0..bytes.len() {
        for bit in [0, 7] {
            bytes[place] ^= 1 << bit;
            let message = refusal(&bytes);
            let differs = message == "its checksum differs: the bytes are damaged";
            assert!(differs || place < HEADER, "byte {place}: {message}");
            bytes[place] ^= 1 << bit;
        }
    }
}

/// Damage that the checksum was made to fit. What is loaded all the same is evaluated.
#[test]
fn every_forged_byte_is_found_or_harmless() {
    let sound = ruleset(EVERYTHING).to_bytes();
    let mut evaluated = 0;
    for place in 0..sound.len() {
        let mut forged = sound.clone();
        forged[place] ^= 1 << (place % 8);
        seal(&mut forged);
        let is_loaded = replay::harness::ruleset(&forged);
        // The checksum itself was put right again.
        let in_checksum = (LENGTH.end..HEADER).contains(&place);
        assert_eq!(is_loaded && place < HEADER, in_checksum, "byte {place} of the header");
        evaluated += usize::from(is_loaded);
    }
    assert!(evaluated > sound.len() / 10, "only {evaluated} of {} forged rulesets were evaluated", sound.len());
}

#[test]
fn the_header_says_what_the_flags_need() {
    let needs = |snapshot: &str| {
        let ruleset = ruleset(snapshot);
        let written = ruleset.to_bytes();
        let written = u32::from_le_bytes(written[CAPABILITIES].try_into().unwrap());
        assert_eq!(written, ruleset.capabilities());
        let flags = ruleset.flags.iter().filter(|flag| flag.capabilities() != 0);
        (written, flags.map(|flag| ruleset.text(flag.key).to_owned()).collect::<Vec<_>>())
    };
    let flag = |more: &str| {
        format!(r#"{{ "variants": {{ "a": 1 }}, "offVariant": "a", "default": {{ "variant": "a" }}{more} }}"#)
    };
    let rule = |when: &str| format!(r#", "rules": [{{ "id": "r", "when": {when}, "serve": {{ "variant": "a" }} }}]"#);
    let matches = r#"{ "attribute": "a", "op": "matches", "value": "x" }"#;
    // Through a segment, through a prerequisite, and not where it is never looked at.
    let snapshot = format!(
        r#"{{ "schema": "vexil/1", "segments": {{ "s": {{ "when": {matches} }} }}, "flags": {{
            "child": {}, "disabled": {}, "own": {}, "plain": {}, "segment": {}
        }} }}"#,
        flag(r#", "prerequisites": [{ "flag": "own", "variants": ["a"] }]"#),
        flag(&format!(r#", "state": "disabled"{}"#, rule(matches))),
        flag(&rule(matches)),
        flag(&rule(r#"{ "attribute": "a", "op": "eq", "value": "x" }"#)),
        flag(&rule(r#"{ "segment": "s" }"#)),
    );
    assert_eq!(needs(&snapshot), (flag_bits::NEEDS_PATTERNS, ["child", "own", "segment"].map(String::from).into()));
    assert_eq!(needs(r#"{ "schema": "vexil/1", "flags": {} }"#), (0, Vec::new()));

    // Without patterns those answer with an error that says so, and the others as ever.
    let engine = Engine::<NoPatterns>::from_ruleset_bytes(&ruleset(&snapshot).to_bytes()).expect("it is sound");
    let (context, now) = (Context::new("u-1"), Timestamp::from_ms(0));
    for key in ["child", "own", "segment"] {
        assert_eq!(engine.evaluate(key, &context, now).error_code, Some(ErrorCode::General), "{key}");
    }
    assert_eq!(engine.evaluate("disabled", &context, now).reason, Reason::Disabled);
    assert_eq!(engine.evaluate("plain", &context, now).reason, Reason::Default);

    let mut bytes = ruleset(&snapshot).to_bytes();
    bytes[CAPABILITIES].fill(0);
    seal(&mut bytes);
    assert_eq!(refusal(&bytes), "its header names other capabilities than its flags");
}

#[test]
fn other_files_are_told_from_damaged_rulesets() {
    assert_eq!(refusal(b"{\"schema\":\"vexil/1\"}"), "not a Vexil ruleset: it does not begin with `VEXILRS`");
    let mut bytes = ruleset(EVERYTHING).to_bytes();
    bytes.push(0);
    assert_eq!(refusal(&bytes), format!("it has {} bytes, but ends at byte {}", bytes.len(), bytes.len() - 1));
}

#[test]
fn a_newer_format_is_named() {
    let mut bytes = ruleset(EVERYTHING).to_bytes();
    bytes[MAGIC.len()] = FORMAT as u8 + 1;
    assert_eq!(refusal(&bytes), format!("format {} is newer than this engine's {FORMAT}", FORMAT + 1));
    bytes[MAGIC.len()] = 0;
    let message = refusal(&bytes);
    assert!(message.starts_with("format 0 is older than the oldest"), "{message}");
    bytes = ruleset(EVERYTHING).to_bytes();
    bytes[SCHEMA.start] = 2;
    assert_eq!(refusal(&bytes), "it follows schema vexil/2, this engine vexil/1");
}

/// The ruleset with one section more at its end.
fn with_section(id: u32, flags: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = ruleset(EVERYTHING).to_bytes();
    for word in [id, flags, content.len() as u32, 0] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let (sections, length) = (u32::from_le_bytes(bytes[SECTIONS].try_into().unwrap()), bytes.len() as u64);
    bytes[SECTIONS].copy_from_slice(&(sections + 1).to_le_bytes());
    bytes[LENGTH].copy_from_slice(&length.to_le_bytes());
    seal(&mut bytes);
    bytes
}

#[test]
fn unknown_sections_are_skipped_unless_they_are_required() {
    let loaded = Ruleset::<RegexPatterns>::from_bytes(&with_section(900, 0, b"from the future"));
    assert_eq!(loaded.expect("an optional section is skipped").to_bytes(), ruleset(EVERYTHING).to_bytes());
    let message = refusal(&with_section(900, 1, b"from the future"));
    assert_eq!(message, "section 900 is required, and this engine does not know it");
    assert_eq!(refusal(&with_section(14, 1, &[])), "section 14 is there twice");
}

#[test]
fn sections_must_fill_the_file() {
    let sound = ruleset(EVERYTHING).to_bytes();
    let count = u32::from_le_bytes(sound[SECTIONS].try_into().unwrap());
    for (sections, message) in [
        (count - 1, "there is more after its last section"),
        (count + 1, "a section goes beyond the end"),
        (u32::MAX, "a section goes beyond the end"),
    ] {
        let mut bytes = sound.clone();
        bytes[SECTIONS].copy_from_slice(&sections.to_le_bytes());
        seal(&mut bytes);
        assert_eq!(refusal(&bytes), message);
    }
    let mut bytes = MAGIC.to_vec();
    for word in [FORMAT, 1, 0, 0, HEADER as u32, 0, 0, 0] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    seal(&mut bytes);
    assert_eq!(refusal(&bytes), "section 1 is missing");
    // A section of slots, whose rows have twelve bytes.
    bytes[SECTIONS.start] = 1;
    bytes[LENGTH.start] = HEADER as u8 + 32;
    for word in [14, 1, 13, 0, 0, 0, 0, 0] {
        bytes.extend_from_slice(&u32::to_le_bytes(word));
    }
    seal(&mut bytes);
    assert_eq!(refusal(&bytes), "section 14 ends within a row");
}

/// How a field is refused: by the number of its table's section, its row, and its place in the row.
fn unsound(section: u32, row: usize, byte: usize) -> String {
    format!("section {section}, row {row}: the field at byte {byte} is unsound")
}

/// What a change to a sound ruleset is refused with.
fn forged(change: impl FnOnce(&mut Ruleset<RegexPatterns>)) -> String {
    let mut forged = ruleset(EVERYTHING);
    change(&mut forged);
    refusal(&forged.to_bytes())
}

#[test]
fn a_row_that_leads_nowhere_is_named() {
    type Forgery = fn(&mut Ruleset<RegexPatterns>);
    let forgeries: [(Forgery, String); 7] = [
        (|r| r.ranges[0].outcome = 9_999, unsound(9, 0, offset_of!(vexil::ir::Range, outcome))),
        (|r| r.flags[2].default_split = 9_999, unsound(FLAGS, 2, offset_of!(Flag, default_split))),
        (|r| r.flags[3].kind = 5, unsound(FLAGS, 3, offset_of!(Flag, kind))),
        (|r| r.slots[1].path = u32::MAX, unsound(14, 1, offset_of!(Slot, path))),
        (|r| r.rules[4].entry = 9_999, unsound(6, 4, offset_of!(Rule, entry))),
        (|r| r.holdouts[0].exposure = 1_000_001, unsound(5, 0, offset_of!(Holdout, exposure))),
        (|r| r.strings[3].count = u32::MAX, unsound(STRINGS, 3, 0)),
    ];
    for (change, message) in forgeries {
        assert_eq!(forged(change), message);
    }
    let bytes = ruleset(EVERYTHING).bytes.len() + 1;
    assert_eq!(forged(|r| r.bytes.push(0xff)), unsound(27, bytes, 0));
}

#[test]
fn runs_that_overlap_too_much_are_refused() {
    // Every flag with all the rules: each is there, but going through all of them is no longer linear.
    let message = forged(|r| {
        let all = Span { start: 0, count: r.rules.len() as u32 };
        r.flags.iter_mut().for_each(|flag| flag.rules = all);
    });
    let flags = ruleset(EVERYTHING).flags.len();
    assert_eq!(message, unsound(FLAGS, flags, offset_of!(Flag, rules)));
}

#[test]
fn a_text_that_begins_within_a_character_is_refused() {
    let place = ruleset(EVERYTHING).bytes.iter().position(|&byte| byte >= 0x80).expect("there is an é");
    let has_it = |span: &Span| span.start as usize <= place && place < (span.start + span.count) as usize;
    let row = ruleset(EVERYTHING).strings.iter().position(has_it).expect("a text has it");
    let message = forged(|r| r.strings[row] = Span { start: place as u32 + 1, count: 1 });
    assert_eq!(message, unsound(STRINGS, row, 0));
}

#[test]
fn code_that_jumps_back_is_refused() {
    let jumps = |row| unsound(CONDITIONS, row, offset_of!(Condition, on_true));
    assert_eq!(forged(|r| r.conditions[3].on_true = 3), jumps(3));
    assert_eq!(forged(|r| r.conditions[5].on_false = 0), jumps(5));
    assert_eq!(forged(|r| r.conditions[5].on_false = r.conditions.len() as u32), jumps(5));
}

#[test]
fn code_that_two_rules_could_reach_is_refused() {
    let mut entry = 0;
    let message = forged(|r| {
        let operators = r.flags[r.find_flag("operators").expect("it is there") as usize].rules.start as usize;
        entry = r.rules[operators].entry as usize;
        r.rules[operators + 1].entry = r.rules[operators].entry;
    });
    assert_eq!(message, unsound(CONDITIONS, entry, 0));
}

#[test]
fn segments_that_use_each_other_are_refused() {
    let message = forged(|r| {
        let calls = |c: &&mut Condition| c.operation == Operation::Segment as u32;
        let last = r.segments.len() as u64 - 1;
        r.conditions.iter_mut().filter(calls).for_each(|condition| condition.low = last);
    });
    let end = format!(": the field at byte {} is unsound", offset_of!(Condition, low));
    assert!(message.starts_with("section 13, row ") && message.ends_with(&end), "{message}");
}

#[test]
fn flags_that_require_each_other_are_refused() {
    let number = ruleset(EVERYTHING).find_flag("child").expect("it is there") as usize;
    let message = forged(|r| {
        let own = r.flags[number].prerequisites.start;
        r.prerequisites[own as usize].flag = number as u32;
    });
    assert_eq!(message, unsound(FLAGS, number, offset_of!(Flag, rank)));
}

#[test]
fn a_mask_that_hides_an_attribute_is_refused() {
    let number = ruleset(EVERYTHING).find_flag("operators").expect("it is there") as usize;
    let mask = ruleset(EVERYTHING).flags[number].mask;
    for slot in (0..32).filter(|slot| mask >> slot & 1 != 0) {
        let message = forged(|r| r.flags[number].mask ^= 1 << slot);
        assert_eq!(message, unsound(FLAGS, number, offset_of!(Flag, mask)));
    }
    let many = include_str!("../../fuzz/corpus/snapshot/many-attributes.json");
    for key in ["all", "last", "through"] {
        let mut forged = ruleset(many);
        let number = forged.find_flag(key).expect("it is there") as usize;
        assert!(forged.flags[number].more_slots.count > 0, "{key} reads more than a mask holds");
        forged.flags[number].more_slots.count -= 1;
        let message = refusal(&forged.to_bytes());
        assert_eq!(message, unsound(FLAGS, number, offset_of!(Flag, mask)));
    }
}

#[test]
fn a_flag_cannot_hide_that_it_reaches_time_or_a_pattern() {
    for (key, bit) in
        [("timed", flag_bits::TIMED), ("many", flag_bits::TIMED), ("operators", flag_bits::NEEDS_PATTERNS)]
    {
        let number = ruleset(EVERYTHING).find_flag(key).expect("it is there") as usize;
        assert!(ruleset(EVERYTHING).flags[number].bits & bit != 0, "{key}");
        let message = forged(|r| r.flags[number].bits &= !bit);
        assert_eq!(message, unsound(FLAGS, number, offset_of!(Flag, bits)));
    }
}

#[test]
fn costs_multiply_through_calls() {
    // Each segment uses the one before twice: 2^60 steps within every other limit.
    let mut segments = String::from(r#""s00": { "when": { "attribute": "a", "op": "exists" } }"#);
    for level in 1..10 {
        let before = level - 1;
        segments += &format!(
            r#", "s{level:02}": {{ "when": {{ "all": [{{ "segment": "s{before:02}" }}, {{ "segment": "s{before:02}" }}] }} }}"#
        );
    }
    let rule = r#"{ "id": "r", "when": { "segment": "s09" }, "serve": { "variant": "a" } }"#;
    let flag = r#""variants": { "a": 1 }, "offVariant": "a", "default": { "variant": "a" }"#;
    let flag = format!(r#"{{ {flag}, "rules": [{rule}] }}"#);
    let snapshot = format!(r#"{{ "schema": "vexil/1", "segments": {{ {segments} }}, "flags": {{ "f": {flag} }} }}"#);
    let mut forged = ruleset(&snapshot);
    assert!(Ruleset::<RegexPatterns>::from_bytes(&forged.to_bytes()).is_ok(), "ten levels are within the limit");
    // The last segment's two conditions, then the flag's.
    let (first, last) = (forged.conditions.len() as u32 - 3, forged.segments.len() as u64);
    for level in 0..40_u32 {
        let entry = forged.conditions.len() as u32;
        forged.conditions.extend([
            Condition { low: last - 1 + u64::from(level), on_true: entry + 1, ..forged.conditions[first as usize] },
            Condition { low: last - 1 + u64::from(level), ..forged.conditions[first as usize + 1] },
        ]);
        forged.segments.push(Segment { entry, ..forged.segments[1] });
    }
    forged.strip();
    let loaded = Ruleset::<RegexPatterns>::from_bytes(&forged.to_bytes());
    assert!(loaded.is_ok(), "no flag comes to the costly ones: {:?}", loaded.err());
    forged.conditions[first as usize + 2].low = forged.segments.len() as u64 - 1;
    let message = refusal(&forged.to_bytes());
    assert_eq!(message, unsound(FLAGS, forged.segments.len(), 0));
}

#[test]
fn what_a_snapshot_may_cost_a_ruleset_may() {
    // Long operands cost more than a step: a segment of 6,252 and one of 197, asked again and again.
    let blocks: Vec<String> =
        (0..100_000).map(|n| format!("\"10.{}.{}.{}\"", n >> 16, n >> 8 & 255, n & 255)).collect();
    let words: Vec<String> = (0..100_000).map(|n| format!("\"{n}\"")).collect();
    let segment = |test: &str, operand: &[String]| {
        format!(r#"{{ "when": {{ "attribute": "a", "op": "{test}", "value": [{}] }} }}"#, operand.join(","))
    };
    let segments = format!(r#""blocks": {}, "words": {}"#, segment("inCidr", &blocks), segment("containsAll", &words));
    let flag = |key: &str, often: usize| {
        let segments = vec![format!(r#"{{ "segment": "{key}" }}"#); often].join(",");
        let rule = format!(r#"{{ "id": "r", "when": {{ "any": [{segments}] }}, "serve": {{ "variant": "a" }} }}"#);
        let variants = r#""variants": { "a": 1, "b": 2 }, "offVariant": "b", "default": { "variant": "b" }"#;
        format!(r#""{key}-{often}": {{ {variants}, "rules": [{rule}] }}"#)
    };
    let flags = [flag("blocks", 159), flag("blocks", 160), flag("words", 5_050), flag("words", 5_100)].join(",");
    // A flag that is broken costs nothing, and the others what they cost.
    let snapshot =
        format!(r#"{{ "schema": "vexil/1", "segments": {{ {segments} }}, "flags": {{ "a-broken": {{}}, {flags} }} }}"#);
    let engine = Engine::from_json(&snapshot).expect("the snapshot is usable");
    let costly = engine.diagnostics().iter().filter(|problem| problem.code == Code::TooCostly);
    let costly: Vec<&str> = costly.map(|problem| problem.path.as_str()).collect();
    assert_eq!(costly, ["/flags/blocks-160", "/flags/words-5100"]);
    let loaded = Ruleset::<RegexPatterns>::from_bytes(&engine.ruleset().to_bytes());
    assert!(loaded.is_ok(), "{:?}", loaded.err());
}

#[test]
fn the_dictionary_must_have_empty_places() {
    let message = forged(|r| r.dictionary_index.fill(1));
    assert!(message.starts_with("section 17, "), "{message}");
    let message = forged(|r| r.dictionary_index.push(0));
    assert!(message.starts_with("section 17, "), "{message}");
}

#[test]
fn patterns_must_be_some() {
    let message = forged(|r| r.patterns[0].text = r.strings.len() as u32);
    assert_eq!(message, unsound(24, 0, offset_of!(Pattern, text)));
}

#[test]
fn a_listing_says_everything() {
    insta::assert_snapshot!(ruleset(EVERYTHING).to_string());
}

fn engine(snapshot: &str) -> Engine {
    Engine::from_json(snapshot).expect("nothing is fatal")
}

/// The identity section of an empty snapshot with these members: what a kill message is in binary form.
fn identity(members: &str) -> Vec<u8> {
    let bytes = ruleset(&format!(r#"{{ "schema": "vexil/1", "flags": {{}}, {members} }}"#)).to_bytes();
    // The length stands before the content, at the end of the section's header of 16 bytes.
    let (start, end) = (HEADER + 16, HEADER + 8);
    let length = u64::from_le_bytes(bytes[end..start].try_into().expect("8 bytes"));
    bytes[start..start + usize::try_from(length).expect("it is short")].to_vec()
}

const KILLABLE: &str = r#"{ "schema": "vexil/1", "lineage": "a", "environment": "live", "revision": 3, "flags": {
    "search": { "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "on" } },
    "shop.cart": { "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "on" } } } }"#;

#[test]
fn a_kill_message_in_binary_form_is_the_same_message() {
    let members = [
        r#""kills": { "revision": 2, "flags": ["search"] }"#,
        r#""kills": { "revision": 2, "namespaces": ["shop"], "services": ["api"] }, "environment": "live""#,
        r#""kills": { "revision": 9007199254740991, "all": true }, "lineage": "a""#,
        r#""kills": { "revision": 0, "all": true }"#,
        r#""kills": { "revision": 2, "all": true }, "environment": "test""#,
        r#""kills": { "revision": 2, "all": true }, "lineage": "b""#,
    ];
    for members in members {
        let (mut by_text, mut by_bytes) = (engine(KILLABLE), engine(KILLABLE));
        let message: serde_json::Value = serde_json::from_str(&format!("{{ {members} }}")).expect("it is JSON");
        let mut text = message["kills"].clone();
        for field in ["environment", "lineage"] {
            if let Some(value) = message.get(field) {
                text[field] = value.clone();
            }
        }
        assert_eq!(by_bytes.kill_bytes(&identity(members)), by_text.kill(&text.to_string()), "{members}");
        assert_eq!(by_bytes.kill_set(), by_text.kill_set(), "{members}");
        assert_eq!(answers(&by_bytes), answers(&by_text), "{members}");
    }
}

#[test]
fn a_damaged_kill_message_changes_nothing() {
    let message = identity(r#""kills": { "revision": 2, "flags": ["search"] }, "environment": "live""#);
    let mut engine = engine(KILLABLE);
    for length in 0..message.len() {
        let refused = engine.kill_bytes(&message[..length]).expect_err("it is cut short");
        assert_eq!(refused.diagnostics[0].message, "the kill message is damaged");
    }
    assert!(engine.kill_bytes(&[&message[..], &[0]].concat()).is_err(), "it is too long");
    assert_eq!(engine.kill_set().revision, 0);
    assert_eq!(engine.kill_bytes(&message).expect("it is sound").flags, ["search"]);
}

#[test]
fn a_ruleset_follows_another_as_a_snapshot_does() {
    let with =
        |revision: u32, rest: &str| KILLABLE.replace("\"revision\": 3", &format!("\"revision\": {revision}{rest}"));
    let nexts = [
        with(4, ""),
        with(4, "").replace("\"variant\": \"on\"", "\"variant\": \"off\""),
        with(3, ""),
        with(3, "").replace("true", "false"),
        with(2, ""),
        with(2, r#", "kills": { "revision": 1, "flags": ["search"] }"#),
        with(4, r#", "kills": { "revision": 1, "all": true }"#),
        with(1, "").replace("\"lineage\": \"a\"", "\"lineage\": \"b\""),
        with(4, r#", "kills": { "revision": 1, "all": true }"#).replace("live", "test"),
    ];
    for next in nexts {
        let (mut by_text, mut by_bytes) = (engine(KILLABLE), engine(KILLABLE));
        let bytes = engine(&next).ruleset().to_bytes();
        assert_eq!(by_bytes.update_ruleset_bytes(&bytes), by_text.update(&next), "{next}");
        assert_eq!(answers(&by_bytes), answers(&by_text), "{next}");
        assert_eq!(by_bytes.diagnostics(), by_text.diagnostics(), "{next}");
    }
    let mut engine = engine(KILLABLE);
    let before = answers(&engine);
    assert!(engine.update_ruleset_bytes(b"{}").is_err());
    assert_eq!(answers(&engine), before);
}
