//! Early access: what is shown of programs, and laws over random commands.

use serde_json::Value as Json;
use vexil::control::{Record, program};

use crate::control::Host;

/// What is shown: `statistics PROGRAM`, `dashboard PROGRAM UNIT` or `history PROGRAM UNIT`.
pub(crate) fn shown(host: &Host, what: &str) -> Json {
    let words: Vec<&str> = what.split(' ').collect();
    let program = |id: &str| host.journal.workspace().program(id).expect("it is there");
    match words[..] {
        ["statistics", id] => serde_json::to_value(program(id).statistics()),
        ["dashboard", id, unit] => serde_json::to_value(program(id).dashboard(unit)),
        ["history", id, unit] => {
            let records: Vec<Record> =
                host.log.lines().map(|line| serde_json::from_str(line).expect("as written")).collect();
            serde_json::to_value(program::history(&records, id, unit))
        }
        _ => panic!("{what} is not known"),
    }
    .expect("data")
}
