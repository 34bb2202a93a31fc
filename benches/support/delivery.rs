//! Workspaces and logs as a busy team makes them.

use serde_json::{Value as Json, json};
use vexil::Timestamp;
use vexil::control::{Action, Command, Journal};

const START: i64 = 1_767_225_600_000;
const HOUR: i64 = 3_600_000;

struct Host {
    journal: Journal,
    log: String,
    events: usize,
    commands: u64,
    now: i64,
}

impl Host {
    fn new() -> Self {
        let mut host = Self { journal: Journal::default(), log: String::new(), events: 0, commands: 0, now: START };
        host.carry_out(json!({ "type": "createWorkspace", "lineage": "bench", "environments": ["production"] }));
        host
    }

    fn command(&mut self, action: Json) -> Command {
        self.commands += 1;
        let action: Action = serde_json::from_value(action).expect("it is one");
        let id = format!("c-{}", self.commands);
        Command { id, actor: "bench".into(), reason: None, expected_revision: None, action }
    }

    fn carry_out(&mut self, action: Json) {
        let command = self.command(action);
        let handled = self.journal.handle(&command, Timestamp::from_ms(self.now)).expect("it is sound");
        if let Some(record) = handled.record {
            self.events += record.events.len();
            self.log.push_str(&record.line());
        }
    }

    fn flags(&mut self, count: usize) {
        let flag = |number: usize| {
            let preset = json!({ "kind": "percentage", "exposure": 0 });
            json!({ "type": "createFlag", "key": format!("team-{}.flag-{number}", number % 20), "preset": preset })
        };
        self.carry_out(json!({ "type": "all", "actions": (0..count).map(flag).collect::<Vec<_>>() }));
    }

    fn rollout(&mut self, id: usize, number: usize) {
        let rules = json!([{ "flag": format!("team-{}.flag-{number}", number % 20), "rule": "share" }]);
        let plan = json!({ "kind": "linear", "from": 0, "to": 100, "duration": "P30D" });
        let command = json!({ "type": "start", "environment": "production", "rules": rules, "plan": plan });
        self.carry_out(json!({ "type": "rollout", "rollout": format!("r-{id}"), "command": command }));
    }
}

/// A log of at least so many events: forty flags, whose rollouts come one after the other.
pub(crate) fn log(events: usize) -> String {
    let mut host = Host::new();
    host.flags(40);
    let mut round = 0;
    while host.events < events {
        for number in 0..40 {
            host.rollout(round * 40 + number, number);
        }
        while host.journal.workspace().wake_at().is_some() && host.events < events {
            host.now += 8 * HOUR;
            host.carry_out(json!({ "type": "tick" }));
        }
        round += 1;
    }
    host.log
}

/// Reads a log back; how many transactions it has.
pub(crate) fn replay(log: &str) -> u64 {
    Journal::replay(log).expect("it is as written").journal.workspace().revision()
}

fn host(flags: usize, rollouts: usize) -> Host {
    let mut host = Host::new();
    host.flags(flags);
    (0..rollouts).for_each(|number| host.rollout(number, number));
    host
}

/// A workspace, with a tick that moves every rollout.
pub(crate) fn busy(flags: usize, rollouts: usize) -> (Journal, Command, Timestamp) {
    let mut host = host(flags, rollouts);
    let tick = host.command(json!({ "type": "tick" }));
    (host.journal, tick, Timestamp::from_ms(START + 24 * HOUR))
}

/// A workspace, with a change of one flag.
pub(crate) fn busy_change(flags: usize, rollouts: usize) -> (Journal, Command, Timestamp) {
    let mut host = host(flags, rollouts);
    let set = json!({ "owner": "bench" });
    let change = host.command(json!({ "type": "change", "part": "flag", "key": "team-1.flag-2001", "set": set }));
    (host.journal, change, Timestamp::from_ms(START))
}
