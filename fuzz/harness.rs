//! What every target does with its bytes. Shared by the fuzzer and by `tests/suite/replay.rs`,
//! which replays the corpus without one.

use vexil::client::client_snapshot;
use vexil::evaluate::Block;
use vexil::ir::binary::checksum;
use vexil::ir::{Ruleset, flag_bits};
use vexil::patterns::{NoPatterns, Patterns, RegexPatterns};
use vexil::snapshot::is_valid;
use vexil::{Context, Engine, Evaluation, Timestamp, Value};

/// Bytes of a ruleset's header, and where its checksum stands.
const HEADER: usize = 40;
const CHECKSUM: std::ops::Range<usize> = 32..40;

/// Instants before, in and after everything that the corpus says about time.
const INSTANTS: [i64; 6] = [i64::MIN, 0, 1_767_225_600_000, 1_768_953_599_999, 1_772_323_200_000, i64::MAX];

/// A snapshot document: it is refused or compiled, and then its binary form is loaded and answers
/// the same, and what browsers get of it answers the same about their flags.
pub fn snapshot(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(engine) = Engine::<RegexPatterns>::from_json(text) else { return };
    let bytes = engine.ruleset().to_bytes();
    let loaded = Engine::<RegexPatterns>::from_ruleset_bytes(&bytes).expect("what the compiler makes is loaded");
    assert!(loaded.ruleset().to_bytes() == bytes, "another binary form after loading");
    claims(&loaded);
    assert_eq!(answers(&engine), answers(&loaded));
    if let Ok(client) = client_snapshot::<RegexPatterns>(text) {
        shipped(&engine, &client.text);
    }
}

fn shipped(whole: &Engine, text: &str) {
    let engine = Engine::<RegexPatterns>::from_json(text).expect("what browsers get is usable");
    assert!(is_valid(engine.diagnostics()), "{:?}", engine.diagnostics());
    let ruleset = whole.ruleset();
    let flags = ruleset.flags.iter().take(ruleset.flag_count as usize);
    let keys = flags.filter(|flag| flag.bits & flag_bits::CLIENT != 0).map(|flag| ruleset.text(flag.key));
    for key in keys {
        for context in contexts() {
            for now in INSTANTS.map(Timestamp::from_ms) {
                let [a, b] = [whole, &engine].map(|engine| engine.evaluate(key, &context, now));
                let said =
                    |answer: &Evaluation<'_>| (answer.value(), answer.reason, answer.error_code, answer.metadata());
                assert_eq!((a.variant, a.rule, said(&a)), (b.variant, b.rule, said(&b)), "{key}");
            }
        }
    }
    let again = client_snapshot::<RegexPatterns>(text).expect("there is nothing left to refuse");
    assert_eq!(again.text, text, "what is shipped has something to lose");
}

/// A context: it is refused, or every flag and service answers for it as its explanation ends,
/// whole and from a block that was used for another context before.
pub fn context(engine: &Engine, data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(context) = Context::from_json(text) else { return };
    let ruleset = engine.ruleset();
    let block = engine.block(&context);
    let mut used = engine.block(&contexts()[1]);
    for (slot, row) in (0..).zip(&ruleset.slots) {
        used.write(ruleset, slot, context.get(ruleset.text(row.path)));
    }
    for now in INSTANTS.map(Timestamp::from_ms) {
        for flag in 0..ruleset.flags.len() as u32 {
            let outcome = engine.outcome(flag, &block, now);
            assert_eq!(engine.outcome(flag, &used, now), outcome, "flag {flag} remembers another context");
            let answer = engine.answer(flag, outcome).expect("the flag is there");
            let told = engine.explain_row(flag, &block, now).expect("the flag is there");
            assert_eq!(told.variant.as_deref(), answer.variant, "flag {flag} is explained otherwise");
            assert_eq!(told.reason, answer.reason, "flag {flag} is explained otherwise");
        }
    }
}

/// A ruleset in its binary form: it is refused or evaluated. True if it was evaluated.
pub fn ruleset(data: &[u8]) -> bool {
    let evaluated = evaluate::<RegexPatterns>(data);
    // Without patterns nobody looks whether they are some: more is taken, never less.
    assert!(evaluate::<NoPatterns>(data) || !evaluated, "refused for lack of patterns");
    evaluated
}

fn evaluate<P: Patterns>(data: &[u8]) -> bool {
    let mut running = Engine::<P>::from_ruleset(Ruleset::default());
    // As a message and as a successor the bytes are taken or refused too.
    let _ = running.kill_bytes(data);
    let is_successor = running.update_ruleset_bytes(data).is_ok();
    let Ok(engine) = Engine::<P>::from_ruleset_bytes(data) else {
        assert!(!is_successor, "an update takes what loading refuses");
        return false;
    };
    assert!(is_successor, "an update refuses what loading takes");
    answers(&engine);
    claims(&engine);
    let listing = engine.ruleset().to_string();
    assert!(listing.starts_with("vexil ruleset"), "every ruleset has a listing");
    true
}

/// What flags say of themselves, hosts rely on: a flag reads nothing that its mask does not name,
/// and without the bit for it neither time nor patterns matter.
fn claims<P: Patterns>(engine: &Engine<P>) {
    let ruleset = engine.ruleset();
    for context in contexts() {
        let whole = engine.block(&context);
        for (number, flag) in (0..).zip(&ruleset.flags) {
            let mut masked = Block::new(ruleset);
            let slots = (0..32).filter(|slot| flag.mask >> slot & 1 != 0);
            for slot in slots.chain(flag.more_slots.of(&ruleset.numbers).iter().copied()) {
                let path = ruleset.text(ruleset.slots[slot as usize].path);
                masked.write(ruleset, slot, context.get(path));
            }
            for now in INSTANTS.map(Timestamp::from_ms) {
                let outcome = engine.outcome(number, &whole, now);
                assert_eq!(engine.outcome(number, &masked, now), outcome, "flag {number} reads more than it says");
                let timeless = engine.outcome(number, &whole, Timestamp::from_ms(0));
                assert!(flag.bits & flag_bits::TIMED != 0 || outcome == timeless, "flag {number} hides time");
            }
        }
    }
}

/// A ruleset that was sound, with damage that `edits` describes and a checksum that fits. True if
/// it was evaluated.
pub fn forged(sound: &[u8], edits: &[u8]) -> bool {
    let mut bytes = sound.to_vec();
    for edit in edits.chunks_exact(Edit::BYTES) {
        Edit::read(edit).apply(&mut bytes);
    }
    seal(&mut bytes);
    ruleset(&bytes)
}

/// Gives the bytes the checksum that they should have.
pub fn seal(bytes: &mut [u8]) {
    let sum = checksum(bytes);
    if let Some(place) = bytes.get_mut(CHECKSUM) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
}

/// A line with a pattern, and a text behind it: regex-lite takes the pattern if we do, and finds the same.
pub fn pattern(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else { return };
    let (pattern, text) = data.split_once('\n').unwrap_or((data, ""));
    for ignore_case in [false, true] {
        let mut ours = RegexPatterns::default();
        let taken = ours.push(pattern, ignore_case);
        let theirs = regex_lite::RegexBuilder::new(pattern).case_insensitive(ignore_case).size_limit(1 << 20).build();
        match (taken, theirs) {
            (Ok(()), Ok(theirs)) => {
                assert_eq!(ours.is_match(0, text), theirs.is_match(text), "{pattern:?} in {text:?}")
            }
            (Err(_), Err(_)) => {}
            (Err(problem), Ok(_)) => {
                let is_large = ["it is too long", "it is too large when its repetitions are written out"];
                assert!(is_large.contains(&problem.as_str()), "{pattern:?} is refused: {problem}");
            }
            // We take what is smaller when compiled, and names of groups that are not of letters alone.
            (Ok(()), Err(problem)) => {
                let problem = problem.to_string();
                let is_known = ["compiled regex exceeded size limit", "invalid group name"].contains(&problem.as_str());
                assert!(is_known, "{pattern:?} is taken: {problem}");
            }
        }
    }
}

/// Damage to one word.
#[derive(Clone, Copy, Debug)]
struct Edit {
    kind: u8,
    small: u8,
    place: u16,
    other: u16,
}

impl Edit {
    /// Bytes of one edit.
    const BYTES: usize = 6;

    fn read(bytes: &[u8]) -> Self {
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Self { kind: bytes[0], small: bytes[1], place: word(2), other: word(4) }
    }

    /// Every field is a word or two of them, and all stand at multiples of four bytes from the
    /// end of the header: so does the damage.
    fn apply(self, bytes: &mut [u8]) {
        let words = bytes.len().saturating_sub(HEADER) / 4;
        if words == 0 {
            return;
        }
        let at = |place: u16| HEADER + usize::from(place) % words * 4;
        let read = |bytes: &[u8], place| u32::from_le_bytes(bytes[at(place)..at(place) + 4].try_into().unwrap());
        let (old, other) = (read(bytes, self.place), read(bytes, self.other));
        let new = match self.kind % 8 {
            0 => u32::from(self.small),
            1 => u32::MAX - u32::from(self.small % 4),
            2 => old.wrapping_add(1),
            3 => old.wrapping_sub(1),
            4 => old ^ 1 << (self.small % 32),
            5 => other,
            6 => old.wrapping_add(u32::from(self.small)),
            _ => u32::from(self.other) << (self.small % 24),
        };
        bytes[at(self.place)..at(self.place) + 4].copy_from_slice(&new.to_le_bytes());
    }
}

/// Every answer of an engine to a few contexts at a few instants, as text.
pub fn answers<P: Patterns>(engine: &Engine<P>) -> String {
    let mut text = String::new();
    for context in contexts() {
        let block = engine.block(&context);
        for now in INSTANTS.map(Timestamp::from_ms) {
            for flag in 0..=engine.ruleset().flags.len() as u32 {
                let outcome = engine.outcome(flag, &block, now);
                if let Some(answer) = engine.answer(flag, outcome) {
                    assert!((outcome as usize) < engine.ruleset().outcomes.len(), "flag {flag} has no outcome");
                    // Values and metadata are texts that the host reads: both must be readable or absent.
                    let (value, metadata) = (answer.value(), answer.metadata());
                    text +=
                        &format!("{flag} {outcome} {:?} {:?} {value:?} {metadata:?}\n", answer.variant, answer.rule);
                }
            }
            text += &format!("{:?}\n", engine.next_change(now));
        }
    }
    text
}

/// Contexts with something of every kind in every attribute that the corpus reads.
fn contexts() -> Vec<Context> {
    let list = |items: &[&str]| Value::List(items.iter().map(|&item| item.into()).collect());
    let rich = Context::new("u-1")
        .with("country", "DE")
        .with("age", 30)
        .with("email", "root@example.com")
        .with("tags", list(&["a", "b", "BETA"]))
        .with("appVersion", "v2.3.0")
        .with("born", "1985-05-01T00:00:00Z")
        .with("ip", "10.1.2.3")
        .with("nested", Value::Object(vec![("deep".into(), true.into())]))
        .with("account", "acme")
        .with("visitor", "v-77")
        .with("bot", false)
        .with("headers.x-canary", "1")
        .with("a69", 1);
    let odd = Context::new(17)
        .with("country", list(&["FR", "c42"]))
        .with("age", f64::NAN)
        .with("email", "x".repeat(300))
        .with("tags", "beta")
        .with("appVersion", "2.4.0-rc.1+build")
        .with("born", 631_152_000_000.0)
        .with("ip", "::ffff:10.0.0.1")
        .with("account", 3.5)
        .with("bot", true);
    vec![Context::default(), rich, odd]
}
