//! Run as those of the other artifacts are; see there.

#[path = "../../vexil-control-shell/tests/forms/digest.rs"]
mod digest;

use js_sys::{Uint8Array, WebAssembly};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

/// The memory as JavaScript sees it, from an address on.
fn bytes_at(address: usize, length: u32) -> Uint8Array {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), u32::try_from(address).expect("32 bits"), length)
}

fn send(input: &str) {
    let length = u32::try_from(input.len()).expect("it is short");
    bytes_at(crate::room(length), length).copy_from(input.as_bytes());
}

fn text(length: u32) -> String {
    String::from_utf8(bytes_at(crate::output(), length).to_vec()).expect("it is UTF-8")
}

const CREATE: &str =
    r#"{"id":"c-1","actor":"ada","action":{"type":"createWorkspace","lineage":"l","environments":["e"]}}"#;

fn handled(journal: u32, command: &str) -> String {
    send(command);
    text(crate::handle(journal, 0.0))
}

#[wasm_bindgen_test]
fn answers_have_the_bits_that_they_have_natively() {
    assert_eq!(digest::digest(), digest::RECORDED);
}

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    assert_eq!(text(crate::version()), env!("CARGO_PKG_VERSION"));
}

#[wasm_bindgen_test]
fn a_question_is_its_name_and_its_input() {
    send("planTests{\"alpha\":0.05,\"stages\":[{\"share\":1,\"durationMs\":1,\"guardrails\":[]}]}");
    assert_eq!(text(crate::ask(9)), r#"{"ok":[]}"#);
    send("planTests");
    assert!(text(crate::ask(99)).contains("no such question"), "a name that is longer than the input");
}

#[wasm_bindgen_test]
fn a_journal_writes_its_log_and_comes_back_from_it() {
    let journal = crate::begin();
    assert_eq!(text(crate::head(journal)), "0".repeat(64));
    let done = handled(journal, CREATE);
    let line = done.split("\"line\":\"").nth(1).and_then(|rest| rest.split("\\n\"").next()).expect("a line");
    let log = line.replace("\\\"", "\"") + "\n";
    let head = text(crate::head(journal));
    assert!(handled(journal, CREATE).starts_with(r#"{"ok":{"line":null"#), "it was carried out before");
    assert!(handled(journal, "{}").contains(r#""type":"input""#));
    assert!(handled(journal, &CREATE.replace("c-1", "c-2")).contains(r#""type":"rejected""#));
    send("e");
    assert!(text(crate::dashboard(journal, 0.0)).starts_with(r#"{"environment":"e","revision":1,"#));
    send("nowhere");
    assert_eq!(crate::dashboard(journal, 0.0), 0, "there is no such environment");
    // The beginning of another line, cut within a character.
    send(&log);
    let cut = [log.as_bytes(), b"{\"seq\":2,\"actor\":\"\xc3"].concat();
    let room = crate::room(u32::try_from(cut.len()).expect("it is short"));
    bytes_at(room, u32::try_from(cut.len()).expect("it is short")).copy_from(&cut);
    let replayed = text(crate::replay());
    assert!(replayed.ends_with(&format!("\"length\":{}}}}}", log.len())), "{replayed}");
    send(&log);
    assert!(text(crate::verify()).contains(&head));
    send(&log.replace("ada", "eve"));
    assert!(text(crate::verify()).contains(r#""type":"damaged","line":1"#));
    send("e");
    assert!(text(crate::publish(journal)).contains(r#""environment":"e""#));
    send("e");
    assert!(text(crate::publish_kills(journal)).contains(r#""lineage":"l""#));
    assert_eq!((crate::revision(journal), crate::wake_at(journal)), (1.0, f64::INFINITY));
    crate::dispose(journal);
}

#[wasm_bindgen_test]
fn what_was_disposed_of_answers_nothing() {
    let journal = crate::begin();
    crate::dispose(journal);
    assert_ne!(crate::begin(), journal, "an old handle must not name a new journal");
    assert_eq!(handled(journal, CREATE), "");
    send("e");
    assert_eq!(crate::publish(journal), 0);
    assert_eq!((crate::revision(journal), crate::wake_at(journal)), (0.0, f64::INFINITY));
    assert_eq!(text(crate::head(journal)), "");
}
