//! The tables and diagrams of machines in the documentation, made from what the machines decide.
//!
//! A machine is brought into each of its states, in every way that matters, and given each of its commands there. What comes
//! of that is the table. `VEXIL_WRITE_DOCS=1` writes it into the page; without that the page must have it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use vexil::control::RejectionCode;

use crate::control::Host;
use crate::docs;
use crate::programs;

/// A machine, as a page shows it.
pub(crate) struct Machine {
    /// The page, from the root of the repository. The block begins with `<!-- machine: NAME -->` and ends with `<!-- end -->`.
    pub(crate) page: &'static str,
    pub(crate) name: &'static str,
    /// What is carried out first.
    pub(crate) given: Vec<Json>,
    /// Every state with the ways that lead to it. The first one is the beginning.
    pub(crate) states: Vec<(&'static str, Vec<Vec<Json>>)>,
    /// What may be carried out then, so that a command is seen to lead to more than one state. Ways on which that changes
    /// the state are left out.
    pub(crate) settings: Vec<Vec<Json>>,
    /// Every command by the name that the table has for it.
    pub(crate) commands: Vec<(&'static str, Json)>,
    /// The state that the machine is in.
    pub(crate) state: fn(&Host) -> String,
}

/// What becomes of a command.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    /// Carried out, these states follow.
    Goes(BTreeSet<String>),
    /// There is nothing to do.
    Already,
    Refused,
}

impl Machine {
    /// The cells by state and command.
    fn cells(&self) -> BTreeMap<(&str, &str), Cell> {
        let mut cells = BTreeMap::new();
        for (state, ways) in &self.states {
            let hosts = self.hosts(state, ways);
            assert!(!hosts.is_empty(), "no way leads to `{state}`");
            for (command, wish) in &self.commands {
                cells.insert((*state, *command), self.cell(&hosts, wish));
            }
        }
        cells
    }

    /// Machines in a state.
    fn hosts(&self, state: &str, ways: &[Vec<Json>]) -> Vec<Host> {
        let settings = || self.settings.iter().cloned().chain([Vec::new()]);
        let paths = ways.iter().flat_map(|way| settings().map(move |setting| [way.clone(), setting].concat()));
        let host = |path: Vec<Json>| {
            let mut host = Host::given(&self.given.iter().collect::<Vec<_>>());
            path.iter().try_for_each(|wish| host.carry_out(wish).map(drop)).ok()?;
            Some(host)
        };
        paths.filter_map(host).filter(|host| (self.state)(host) == state).collect()
    }

    fn cell(&self, hosts: &[Host], wish: &Json) -> Cell {
        let (mut follow, mut is_refused) = (BTreeSet::new(), false);
        for host in hosts {
            let mut host = host.clone();
            match host.carry_out(wish) {
                Ok(handled) if handled.record.is_some() => drop(follow.insert((self.state)(&host))),
                Ok(_) => {}
                Err(refused) => is_refused |= refused.code != RejectionCode::NothingToDo,
            }
        }
        match (follow.is_empty(), is_refused) {
            (false, _) => Cell::Goes(follow),
            (true, true) => Cell::Refused,
            (true, false) => Cell::Already,
        }
    }

    /// As Markdown: the diagram of what leads elsewhere, and the table of everything.
    fn text(&self) -> String {
        let cells = self.cells();
        let names: Vec<&str> = self.states.iter().map(|(state, _)| *state).collect();
        let mut text = String::from("```mermaid\nstateDiagram-v2\n");
        for from in &names {
            for to in names.iter().filter(|to| *to != from) {
                let leads =
                    |command: &str| matches!(&cells[&(*from, command)], Cell::Goes(follow) if follow.contains(*to));
                let commands: Vec<&str> =
                    self.commands.iter().map(|(command, _)| *command).filter(|command| leads(command)).collect();
                if !commands.is_empty() {
                    let from = if *from == names[0] { "[*]" } else { from };
                    writeln!(text, "    {from} --> {to}: {}", commands.join(", ")).expect("a text");
                }
            }
        }
        text.push_str("```\n\n");
        let header: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        writeln!(text, "| | {} |", header.join(" | ")).expect("a text");
        writeln!(text, "|---|{}", "---|".repeat(names.len())).expect("a text");
        for (command, _) in &self.commands {
            let row = names.iter().map(|state| self.words(state, &cells[&(*state, *command)]));
            writeln!(text, "| {command} | {} |", row.collect::<Vec<_>>().join(" | ")).expect("a text");
        }
        text
    }

    fn words(&self, state: &str, cell: &Cell) -> String {
        match cell {
            Cell::Goes(follow) => {
                let order = self.states.iter().map(|(name, _)| *name).filter(|name| follow.contains(*name));
                let words: Vec<&str> = order.map(|name| if name == state { "stays" } else { name }).collect();
                words.join(", ")
            }
            Cell::Already => "·".into(),
            Cell::Refused => "–".into(),
        }
    }

    /// Holds the page to the machine, or writes it.
    pub(crate) fn check(&self) {
        let page = docs::page(self.page);
        let begin = format!("<!-- machine: {} -->\n", self.name);
        let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("{} has no {begin}", self.page));
        let (found, after) = rest.split_once("<!-- end -->").expect("the block ends");
        let text = self.text();
        if std::env::var_os("VEXIL_WRITE_DOCS").is_some() {
            let written = format!("{before}{begin}{text}<!-- end -->{after}");
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(self.page), written).expect("it can be written");
        } else {
            assert_eq!(found, text, "{}: VEXIL_WRITE_DOCS=1 writes it", self.page);
        }
    }
}

#[test]
fn members_of_programs_are_as_documented() {
    let program = |command: Json| json!({ "type": "program", "program": "p", "command": command });
    let of_unit = |what: &str| program(json!({ "type": what, "unit": "u" }));
    let rules = |approval: &str, capacity: Option<u32>, feedback: Json| {
        let rules = json!({ "admission": "selfService", "approval": approval, "invitationLifetime": "P7D",
                            "capacity": capacity, "feedback": feedback });
        program(json!({ "type": "change", "rules": rules }))
    };
    let create = json!({ "type": "create", "environment": "test", "segment": "s",
        "rules": { "admission": "selfService", "approval": "required", "invitationLifetime": "P7D" } });
    let apply = program(json!({ "type": "apply", "unit": "u", "level": "beta" }));
    let email = programs::digest("e");
    let invite = |secret: &str, unit: Option<&str>, email: Option<&str>| {
        program(
            json!({ "type": "invite", "unit": unit, "email": email, "level": "beta", "token": programs::digest(secret) }),
        )
    };
    let suspend = program(json!({ "type": "suspend", "unit": "u", "reason": "why" }));
    let tick = |days: i64| json!({ "after": format!("P{days}D"), "action": { "type": "tick" } });
    let full = rules("automatic", Some(0), Json::Null);
    let asked = json!({ "within": "P1D", "grace": "P1D" });
    let approved = vec![apply.clone(), of_unit("approve")];
    let then = |wish: &Json| vec![[approved.clone(), vec![wish.clone()]].concat()];
    Machine {
        page: "docs/early-access.md",
        name: "members",
        given: vec![
            json!({ "type": "createWorkspace", "lineage": "l", "environments": ["test"] }),
            json!({ "type": "createFlag", "key": "a", "preset": { "kind": "boolean", "on": false } }),
            program(create),
            program(json!({ "type": "setFeature", "feature": "a", "level": "beta" })),
            // Whoever it is, there is an invitation by e-mail.
            invite("t", None, Some(&email)),
        ],
        states: vec![
            ("nobody", vec![vec![]]),
            ("pending", vec![vec![apply.clone()]]),
            ("invited", vec![vec![invite("i", Some("u"), None)]]),
            ("waitlisted", vec![vec![full.clone(), apply.clone()]]),
            ("approved", vec![approved.clone()]),
            ("active", then(&of_unit("activate"))),
            ("suspended", then(&suspend)),
            ("graduated", then(&of_unit("graduate"))),
            ("declined", vec![vec![apply.clone(), of_unit("decline")]]),
            ("left", then(&of_unit("leave"))),
            (
                "expired",
                vec![vec![
                    invite("i", Some("u"), None),
                    program(json!({ "type": "revokeInvitation", "token": programs::digest("i") })),
                ]],
            ),
        ],
        settings: vec![
            vec![rules("automatic", None, Json::Null)],
            vec![full],
            vec![rules("required", None, asked), tick(1)],
        ],
        commands: vec![
            ("apply", apply),
            ("invite", invite("j", Some("u"), None)),
            ("revokeInvitation", program(json!({ "type": "revokeInvitation", "token": programs::digest("i") }))),
            ("accept", program(json!({ "type": "accept", "unit": "u", "token": "t", "email": email }))),
            ("approve", of_unit("approve")),
            ("decline", of_unit("decline")),
            ("activate", of_unit("activate")),
            ("suspend", suspend),
            ("reinstate", of_unit("reinstate")),
            ("graduate", of_unit("graduate")),
            ("leave", of_unit("leave")),
            ("setLevel", program(json!({ "type": "setLevel", "unit": "u", "level": "alpha" }))),
            ("addToGroup", program(json!({ "type": "addToGroup", "unit": "u", "group": "g" }))),
            ("submitFeedback", program(json!({ "type": "submitFeedback", "unit": "u", "feature": "a", "rating": 5 }))),
            ("a seat is free", rules("required", Some(9), Json::Null)),
            ("a deadline passes", tick(8)),
        ],
        state: |host| {
            let program = &host.journal.workspace().programs()["p"];
            let state = program.members().get("u").map(|member| serde_json::to_value(member.state()).expect("data"));
            state.map_or("nobody".into(), |state| state.as_str().expect("a word").into())
        },
    }
    .check();
}

/// What can be done to whatever is on its way, by the name that the table has for it.
fn hands(of: impl Fn(Json) -> Json) -> Vec<(&'static str, Json)> {
    let hand = |what: &str| of(json!({ "type": what }));
    vec![
        ("advance", hand("advance")),
        ("advance, despite", of(json!({ "type": "advance", "despite": "it is urgent" }))),
        ("pause", hand("pause")),
        ("resume", hand("resume")),
        ("rollBack", hand("rollBack")),
        ("abort", hand("abort")),
        ("complete", hand("complete")),
        ("good observations", of(json!({ "type": "record", "observations": observed(1) }))),
        ("evidence of harm", of(json!({ "type": "record", "observations": observed(90) }))),
        ("a week passes", json!({ "after": "P7D", "action": { "type": "tick" } })),
    ]
}

/// A hundred of whom so many had errors, in the first minute.
fn observed(bad: u32) -> Json {
    let seen = json!({ "proportion": { "successes": bad, "trials": 100 } });
    json!([{ "metric": "errors", "arm": "canary", "at": 1_767_225_600_000_i64, "seen": seen }])
}

/// A gate after the first stage, guardrails in the second.
fn plan() -> Json {
    let metric = json!({ "name": "errors", "kind": "proportion", "direction": "lowerIsBetter" });
    let guardrail = json!({ "metric": metric, "bound": { "absolute": 0.05 }, "minimum": 50, "maxAgeMs": 360_000_000 });
    let monitored =
        |exposure: u32, hold: &str| json!({ "exposure": exposure, "hold": hold, "guardrails": [guardrail] });
    json!({ "kind": "stepped", "steps": [monitored(10, "P1D"), { "exposure": 50, "hold": "P1D", "gate": "approval" }] })
}

fn way_of(of: &impl Fn(Json) -> Json, start: &Json, kill: &Json) -> Vec<(&'static str, Vec<Vec<Json>>)> {
    let hand = |what: &str| of(json!({ "type": what }));
    let passes = |time: &str| json!({ "after": time, "action": { "type": "tick" } });
    let despite = of(json!({ "type": "advance", "despite": "it is urgent" }));
    let then = |more: &[Json]| vec![[std::slice::from_ref(start), more].concat()];
    vec![
        ("nothing", vec![vec![]]),
        ("running", vec![vec![start.clone()], vec![start.clone(), despite.clone()]]),
        ("holding", then(&[passes("P1D")])),
        ("waiting", then(&[despite, passes("P1D")])),
        ("paused", then(&[hand("pause")])),
        ("pausedByKill", then(std::slice::from_ref(kill))),
        ("completed", then(&[hand("complete")])),
        ("rolledBack", then(&[hand("rollBack")])),
        ("aborted", then(&[hand("abort")])),
    ]
}

fn status(status: Option<vexil::control::Status>) -> String {
    let name = status.map(|status| serde_json::to_value(status).expect("data"));
    name.map_or("nothing".into(), |name| name.as_str().expect("a word").into())
}

#[test]
fn rollouts_are_as_their_page_says() {
    let of = |command: Json| json!({ "type": "rollout", "rollout": "r", "command": command });
    let rules = json!([{ "flag": "a", "rule": "share" }]);
    let start = of(json!({ "type": "start", "environment": "test", "rules": rules, "plan": plan() }));
    let kill = json!({ "type": "kill", "environment": "test", "targets": [{ "flag": "a" }] });
    let lift = json!({ "type": "lift", "environment": "test", "targets": [{ "flag": "a" }] });
    let mut commands = vec![("start", start.clone())];
    commands.extend(hands(of));
    commands.extend([("kill", kill.clone()), ("lift", lift)]);
    Machine {
        page: "docs/control.md",
        name: "rollouts",
        given: vec![
            json!({ "type": "createWorkspace", "lineage": "l", "environments": ["test"] }),
            json!({ "type": "createFlag", "key": "a", "preset": { "kind": "percentage", "exposure": 0 } }),
        ],
        states: way_of(&of, &start, &kill),
        settings: vec![vec![json!({ "type": "lift", "environment": "test", "targets": [{ "flag": "a" }] })]],
        commands,
        state: |host| status(host.journal.workspace().rollouts().get("r").map(|rollout| rollout.progress().status())),
    }
    .check();
}

#[test]
fn deployments_are_as_their_page_says() {
    let of = |command: Json| json!({ "type": "deployment", "deployment": "d", "command": command });
    let start = |version: &str| json!({ "type": "start", "environment": "test", "service": "a", "version": version, "plan": plan() });
    let instant = json!({ "type": "instant", "environment": "test", "service": "a", "version": "3" });
    let another = json!({ "type": "deployment", "deployment": "e", "command": instant });
    let kill = json!({ "type": "kill", "environment": "test", "targets": [{ "service": "a" }] });
    let lift = json!({ "type": "lift", "environment": "test", "targets": [{ "service": "a" }] });
    let begin = of(start("2"));
    let mut states = way_of(&of, &begin, &kill);
    states.push(("superseded", vec![vec![begin.clone(), another.clone()]]));
    let mut commands = vec![("start", begin), ("instant", of(instant))];
    commands.extend(hands(of));
    commands.extend([("instant of another", another), ("kill", kill), ("lift", lift.clone())]);
    let value = json!({ "tracks": { "stable": { "version": "1" } }, "defaultTrack": "stable" });
    Machine {
        page: "docs/deployments.md",
        name: "deployments",
        given: vec![
            json!({ "type": "createWorkspace", "lineage": "l", "environments": ["test"] }),
            json!({ "type": "create", "part": "service", "key": "a", "value": value }),
        ],
        states,
        settings: vec![vec![lift]],
        commands,
        state: |host| status(host.journal.workspace().deployments().get("d").map(|one| one.progress().status())),
    }
    .check();
}
