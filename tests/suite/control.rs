//! Delivery: cases as data in `tests/control`, and laws over random commands.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vexil::control::{Action, Command, Duration, Exposure, Handled, Journal, Record, Rejection, Status, verify};
use vexil::patterns::RegexPatterns;
use vexil::snapshot;
use vexil::{Context, Engine, Severity, Timestamp};

use crate::cases::config;
use crate::{programs, releases};

/// What a file of cases has: each begins with `given` and asks what comes of `when`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    given: Vec<Json>,
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    why: String,
    #[serde(default)]
    given: Vec<Json>,
    when: Json,
    /// The events, as in the log; null for a tick that finds nothing.
    #[serde(default, deserialize_with = "some")]
    then: Option<Json>,
    /// The effects, if they matter.
    effects: Option<Json>,
    /// Where a rollout or a deployment got; null for what stays where it was.
    #[serde(default, deserialize_with = "some")]
    reached: Option<Json>,
    /// What the guardrails said that was noted; null for nothing.
    #[serde(default, deserialize_with = "some")]
    outcome: Option<Json>,
    /// Whether the log says that something was taken from units.
    moved: Option<bool>,
    /// Whether the verdict knew of a control.
    has_control: Option<bool>,
    /// What happened to releases, as [`releases::happened`] says it.
    happens: Option<Vec<String>>,
    /// The code of the rejection, and a part of its message.
    rejected: Option<(String, String)>,
    /// Parts of what a dashboard shows of an environment, by JSON pointer.
    dashboard: Option<BTreeMap<String, Json>>,
    /// Parts of a published snapshot, by JSON pointer: null for what must not be there.
    published: Option<BTreeMap<String, Json>>,
    /// Parts of what is shown, by what it is of and a JSON pointer: see [`programs::shown`] and [`releases::shown`].
    shown: Option<BTreeMap<String, Json>>,
}

/// What is written down, null included.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(Some)
}

pub(crate) const START: Timestamp = Timestamp::from_ms(1_767_225_600_000);

/// A host: it numbers commands, and has a clock that a wish can put forward.
#[derive(Clone, Default)]
pub(crate) struct Host {
    pub(crate) journal: Journal,
    pub(crate) log: String,
    commands: u64,
    /// Milliseconds since the start.
    clock: i64,
}

impl Host {
    pub(crate) fn given(actions: &[&Json]) -> Self {
        let mut host = Self::default();
        for action in actions {
            host.carry_out(action).unwrap_or_else(|refused| panic!("{action}: {refused}"));
        }
        host
    }

    pub(crate) fn carry_out(&mut self, wish: &Json) -> Result<Handled, Rejection> {
        self.commands += 1;
        let mut command = json!({ "id": format!("c-{}", self.commands), "actor": "ada", "action": wish });
        // A wish is an action, or a command as far as it matters, after some time.
        if let Some(Json::Object(mut members)) = wish.get("action").map(|_| wish.clone()) {
            if let Some(after) = members.remove("after") {
                self.clock += Duration::parse(after.as_str().expect("a text")).expect("a duration").as_ms();
            }
            command.as_object_mut().expect("it is one").extend(members);
        }
        let command: Command =
            serde_json::from_value(command.clone()).unwrap_or_else(|wrong| panic!("{command}: {wrong}"));
        let handled = self.journal.handle(&command, self.now())?;
        self.log.extend(handled.record.as_ref().map(Record::line));
        Ok(handled)
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_ms(START.as_ms() + self.clock)
    }

    pub(crate) fn published(&self, environment: &str) -> Json {
        let text = self.journal.workspace().publish(environment).expect("it is there");
        serde_json::from_str(&text).expect("it is JSON")
    }
}

#[test]
fn every_case_says_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/control");
    let (mut count, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(root).expect("there are cases") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        let file: File = serde_json::from_str(&text).unwrap_or_else(|wrong| panic!("{}: {wrong}", path.display()));
        let is_wrong = |case: &&Case| std::panic::catch_unwind(|| check(&file, case)).is_err();
        wrong.extend(file.cases.iter().filter(is_wrong).map(|case| format!("{}: {}", path.display(), case.why)));
        count += file.cases.len();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 100, "{count} cases");
}

fn check(file: &File, case: &Case) {
    let given: Vec<&Json> = file.given.iter().chain(&case.given).collect();
    let mut host = Host::given(&given);
    let before = host.journal.clone();
    match (host.carry_out(&case.when), &case.rejected) {
        (Err(refused), Some((code, part))) => {
            assert_eq!(serde_json::to_value(refused.code).expect("data"), json!(code), "{}: {refused}", case.why);
            assert!(refused.to_string().contains(part), "{}: {refused}", case.why);
            assert_eq!(host.journal, before, "{}: a refusal changes nothing", case.why);
        }
        (Ok(handled), None) => {
            let events = handled.record.map_or(Json::Null, |record| serde_json::to_value(record.events).expect("data"));
            if let Some(expected) = &case.then {
                assert_eq!(&events, expected, "{}", case.why);
            }
            let found = |name: &str| {
                let mut named = events.as_array().into_iter().flatten().map(|event| &event["event"][name]);
                named.find(|member| !member.is_null()).cloned().unwrap_or_default()
            };
            if let Some(expected) = &case.reached {
                assert_eq!(&found("reached"), expected, "{}: {events}", case.why);
            }
            if let Some(expected) = &case.outcome {
                assert_eq!(&found("verdict")["outcome"], expected, "{}: {events}", case.why);
            }
            if let Some(expected) = case.moved {
                let is_moved = events.as_array().into_iter().flatten().any(|event| event["type"] == "moved");
                assert_eq!(is_moved, expected, "{}: {events}", case.why);
            }
            if let Some(expected) = case.has_control {
                assert_eq!(found("verdict")["hasControl"], json!(expected), "{}: {events}", case.why);
            }
            if let Some(expected) = &case.happens {
                assert_eq!(&releases::happened(&events), expected, "{}: {events}", case.why);
            }
            if let Some(expected) = &case.effects {
                assert_eq!(&serde_json::to_value(handled.effects).expect("data"), expected, "{}", case.why);
            }
        }
        (Ok(_), Some(_)) => panic!("{}: it was not refused", case.why),
        (Err(refused), None) => panic!("{}: {refused}", case.why),
    }
    for (pointer, expected) in case.published.iter().flatten() {
        let (environment, pointer) = pointer.split_once(':').expect("an environment, a colon and a pointer");
        let found = host.published(environment);
        assert_eq!(found.pointer(pointer).unwrap_or(&Json::Null), expected, "{}: {pointer} in {environment}", case.why);
    }
    for (place, expected) in case.shown.iter().flatten() {
        let (what, pointer) = place.split_once(':').expect("what it is, a colon and a pointer");
        let found = releases::shown(&host, what).unwrap_or_else(|| programs::shown(&host, what));
        assert_eq!(found.pointer(pointer).unwrap_or(&Json::Null), expected, "{}: {place}", case.why);
    }
    for (pointer, expected) in case.dashboard.iter().flatten() {
        let (environment, pointer) = pointer.split_once(':').expect("an environment, a colon and a pointer");
        let now = Timestamp::from_ms(START.as_ms() + host.clock);
        let shown = host.journal.workspace().dashboard(environment, now).expect("it is there");
        let shown = serde_json::to_value(shown).expect("data");
        assert_eq!(shown.pointer(pointer).unwrap_or(&Json::Null), expected, "{}: {pointer} in {environment}", case.why);
    }
    let replayed = Journal::replay(&host.log).expect("nothing is damaged");
    assert_eq!(replayed.journal, host.journal, "{}: the log is the state", case.why);
}

/// What a command does not know is refused, where it has no members as well: a `reason` that nobody reads is none.
#[test]
fn what_a_command_does_not_know_is_refused() {
    let nested = |action: &str, command: &str| json!({ "type": action, action: "x", "command": { "type": command, "despte": "because" } });
    let hands = ["pause", "resume", "rollBack", "abort", "complete"];
    let hands = ["rollout", "deployment"].into_iter().flat_map(|action| hands.map(|command| nested(action, command)));
    let releases = ["approve", "pause", "resume", "complete", "cancel", "advance"].map(|one| nested("release", one));
    let others = [nested("program", "close"), json!({ "type": "tick", "despte": "because" })];
    for action in hands.chain(releases).chain(others) {
        let refused = serde_json::from_value::<Action>(action.clone()).expect_err("nobody knows `despte`").to_string();
        assert!(refused.contains("unknown field `despte`"), "{action}: {refused}");
        let mut known = action;
        known.as_object_mut().map(|all| all.remove("despte"));
        known.get_mut("command").and_then(Json::as_object_mut).map(|all| all.remove("despte"));
        assert!(serde_json::from_value::<Action>(known.clone()).is_ok(), "{known}");
    }
}

// S2-72, S3-20: nothing of what happened is lost, and nothing of it can be changed unseen.
#[test]
fn a_log_tells_what_was_changed_in_it() {
    let create = json!({ "type": "createWorkspace", "lineage": "l", "environments": ["test"] });
    let flag = json!({ "type": "createFlag", "key": "a", "preset": { "kind": "boolean", "on": true } });
    let host = Host::given(&[&create, &flag, &json!({ "type": "archive", "part": "flag", "key": "a" })]);
    let (head, length) = verify(&host.log).expect("it is as written");
    assert_eq!((head.as_str(), length), (host.journal.head(), host.log.len()));

    let lines: Vec<&str> = host.log.lines().collect();
    let with = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    for (log, line, message) in [
        (host.log.replace("\"ada\"", "\"eve\""), 1, "hash"),
        (host.log.replace("\"on\":true", "\"on\":false"), 2, "hash"),
        (with(&[lines[0], lines[2]]), 2, "does not follow"),
        (with(&[lines[1], lines[0]]), 1, "does not follow"),
        (with(&[lines[0], "{}"]), 2, "missing field"),
    ] {
        let damage = verify(&log).expect_err("it was changed");
        assert_eq!(damage.line, line, "{damage}");
        assert!(damage.message.contains(message), "{damage}");
        assert_eq!(Journal::replay(&log).expect_err("it was changed"), damage);
    }
}

#[test]
fn a_log_that_was_cut_comes_back_to_the_last_whole_transaction() {
    let create = json!({ "type": "createWorkspace", "lineage": "l", "environments": ["test", "prod"] });
    let kill = json!({ "type": "kill", "environment": "prod", "targets": [{ "namespace": "a" }] });
    let mut host = Host::given(&[]);
    let mut states = vec![(0, host.journal.clone())];
    for action in
        [create, json!({ "type": "createFlag", "key": "ä", "preset": { "kind": "percentage", "exposure": 5 } }), kill]
    {
        host.carry_out(&action).expect("it is fine");
        states.push((host.log.len(), host.journal.clone()));
    }
    for cut in (0..=host.log.len()).filter(|&cut| host.log.is_char_boundary(cut)) {
        let replayed = Journal::replay(&host.log[..cut]).expect("a cut is no damage");
        let (length, journal) = states.iter().rev().find(|(length, _)| *length <= cut).expect("the beginning");
        assert_eq!((replayed.length, &replayed.journal), (*length, journal), "cut at {cut}");
    }
}

const ENVIRONMENTS: [&str; 2] = ["production", "staging"];
const KEYS: [&str; 4] = ["a", "a.b", "c", "d"];

fn environment() -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(&ENVIRONMENTS[..])
}

fn deployment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["d-1", "d-2", "d-3", "d-4"][..])
}

/// What can be done to whatever is on its way.
fn hand() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["pause", "resume", "advance", "rollBack", "abort", "complete"][..])
}

/// A hundred requests of each arm in the first minute that somebody records: where the clock is later, they are late.
fn seen(bad: u32) -> Json {
    let of = |arm: &str, bad: u32| {
        let seen = json!({ "proportion": { "successes": bad, "trials": 100 } });
        json!({ "metric": "errors", "arm": arm, "at": START.as_ms(), "seen": seen })
    };
    json!([of("canary", bad), of("control", 1)])
}

/// Actions, most of which can be carried out now and then; some never.
fn action() -> impl Strategy<Value = Json> {
    let key = prop::sample::select(&KEYS[..]);
    let share = 0..=100_u32;
    let part = prop::sample::select(&["flag", "segment"][..]);
    let rollout = prop::sample::select(&["r-1", "r-2", "s-1", "s-2"][..]);
    prop_oneof![
        2 => (key.clone(), share.clone()).prop_map(|(key, share)| {
            json!({ "type": "createFlag", "key": key, "preset": { "kind": "percentage", "exposure": share } })
        }),
        1 => (key.clone(), key.clone()).prop_map(|(key, segment)| {
            json!({ "type": "createFlag", "key": key, "preset": { "kind": "beta", "segment": segment } })
        }),
        1 => key.clone().prop_map(|key| json!({ "type": "create", "part": "segment", "key": key, "value": { "include": ["u-1"] } })),
        2 => (key.clone(), prop::option::of(environment()), share).prop_map(|(key, environment, share)| {
            let split = json!({ "weights": [{ "variant": "on", "weight": 1 }], "exposure": share });
            let rules = json!([{ "id": "r", "serve": { "split": split } }]);
            json!({ "type": "change", "part": "flag", "key": key, "environment": environment, "set": { "rules": rules } })
        }),
        1 => (key.clone(), environment()).prop_map(|(key, environment)| {
            json!({ "type": "change", "part": "flag", "key": key, "environment": environment, "set": { "rules": null } })
        }),
        1 => (key.clone(), key.clone()).prop_map(|(key, required)| {
            let prerequisites = json!([{ "flag": required, "variants": ["on"] }]);
            json!({ "type": "change", "part": "flag", "key": key, "set": { "prerequisites": prerequisites } })
        }),
        1 => (part.clone(), key.clone()).prop_map(|(part, key)| json!({ "type": "archive", "part": part, "key": key })),
        1 => (part, key.clone()).prop_map(|(part, key)| json!({ "type": "restore", "part": part, "key": key })),
        2 => (environment(), key.clone()).prop_map(|(environment, key)| {
            json!({ "type": "kill", "environment": environment, "targets": [{ "flag": key }] })
        }),
        1 => (environment(), key.clone()).prop_map(|(environment, key)| {
            json!({ "type": "lift", "environment": environment, "targets": [{ "flag": key }] })
        }),
        3 => (rollout.clone(), environment(), key, plan()).prop_map(|(rollout, environment, key, plan)| {
            let rule = if rollout.ends_with('1') { "share" } else { "r" };
            let rules = json!([{ "flag": key, "rule": rule }]);
            let command = json!({ "type": "start", "environment": environment, "rules": rules, "plan": plan });
            json!({ "type": "rollout", "rollout": rollout, "command": command })
        }),
        2 => (deployment(), environment(), plan()).prop_map(|(deployment, environment, plan)| {
            let version = format!("v-{deployment}");
            let command = json!({ "type": "start", "environment": environment, "service": "shop", "version": version, "plan": plan });
            json!({ "type": "deployment", "deployment": deployment, "command": command })
        }),
        1 => (deployment(), environment()).prop_map(|(deployment, environment)| {
            let command = json!({ "type": "instant", "environment": environment, "service": "shop", "version": "v-now" });
            json!({ "type": "deployment", "deployment": deployment, "command": command })
        }),
        2 => (hand(), deployment()).prop_map(|(what, deployment)| {
            json!({ "type": "deployment", "deployment": deployment, "command": { "type": what } })
        }),
        1 => (deployment(), 0..40_u32).prop_map(|(deployment, bad)| {
            json!({ "type": "deployment", "deployment": deployment, "command": { "type": "record", "observations": seen(bad) } })
        }),
        2 => (rollout.clone(), 0..40_u32).prop_map(|(rollout, bad)| {
            json!({ "type": "rollout", "rollout": rollout, "command": { "type": "record", "observations": seen(bad) } })
        }),
        1 => (rollout.clone()).prop_map(|rollout| {
            json!({ "type": "rollout", "rollout": rollout, "command": { "type": "advance", "despite": "it is urgent" } })
        }),
        1 => (environment()).prop_map(|environment| {
            json!({ "type": "kill", "environment": environment, "targets": [{ "service": "shop" }] })
        }),
        4 => (0..100_i64).prop_map(|hours| json!({ "after": format!("PT{hours}H"), "action": { "type": "tick" } })),
        3 => (hand(), rollout).prop_map(|(what, rollout)| {
            json!({ "type": "rollout", "rollout": rollout, "command": { "type": what } })
        }),
    ]
}

/// Plans, some of which are none.
fn plan() -> impl Strategy<Value = Json> {
    let share = || 0..=100_u32;
    let step = (share(), 0..72_i64, any::<bool>()).prop_map(|(exposure, hours, gated)| {
        json!({ "exposure": exposure, "hold": format!("PT{hours}H"), "gate": if gated { "approval" } else { "none" } })
    });
    prop_oneof![
        (share(), share(), 1..30_i64).prop_map(|(from, to, days)| {
            json!({ "kind": "linear", "from": from.min(to), "to": from.max(to), "duration": format!("P{days}D") })
        }),
        (share(), share(), 1..30_i64).prop_map(|(from, to, days)| {
            json!({ "kind": "exponential", "from": from, "to": to, "duration": format!("P{days}D") })
        }),
        prop::collection::vec(step, 0..4).prop_map(|mut steps| {
            steps.sort_by_key(|step| step["exposure"].as_u64());
            json!({ "kind": "stepped", "steps": steps })
        }),
        (1..50_u32, 1..72_i64, prop::sample::select(&["hold", "fail", "ask"][..])).prop_map(|(first, hours, policy)| {
            let metric = json!({ "name": "errors", "kind": "proportion", "direction": "lowerIsBetter" });
            let guardrail = |bound: Json| {
                json!({ "metric": metric, "bound": bound, "minimum": 50, "maxAgeMs": 360_000_000, "withoutData": policy })
            };
            let steps = json!([{ "exposure": first, "hold": format!("PT{hours}H") }, { "exposure": 100, "hold": "P1D" }]);
            let guardrails = json!([guardrail(json!({ "absolute": 0.1 })), guardrail(json!({ "odds": 2 }))]);
            json!({ "kind": "stepped", "steps": steps, "monitoring": { "guardrails": guardrails } })
        }),
    ]
}

/// What must hold of every rollout, whatever was commanded.
fn check_rollouts(before: &Journal, after: &Journal, host: &Host) -> Result<(), TestCaseError> {
    for (id, rollout) in after.workspace().rollouts() {
        let (progress, name) = (rollout.progress(), rollout.environment());
        let (plan, served, status) = (progress.plan(), progress.served(), progress.status());
        let is_in_effect = status.is_active() || status == Status::Completed;
        let (least, most) = if is_in_effect { (plan.from, plan.target()) } else { (Exposure::NONE, Exposure::NONE) };
        prop_assert!(least <= served && served <= most, "{id} serves {served:?}");
        let killed = after.workspace().environments()[name].kill_set().flags;
        let is_killed = rollout.rules().iter().any(|driven| killed.contains(&driven.flag));
        prop_assert!(!is_killed || !matches!(status, Status::Running | Status::Waiting), "{id} goes on");
        if let Some(earlier) = before.workspace().rollouts().get(id).map(|earlier| earlier.progress()) {
            prop_assert!(earlier.status().is_active() || status == earlier.status(), "{id} came back");
            if status == Status::Paused && earlier.status() == Status::Paused {
                prop_assert_eq!(progress.active_ms(START), earlier.active_ms(START), "time runs while it is paused");
            }
            let is_taken_back = !is_in_effect || status == Status::PausedByKill;
            prop_assert!(served >= earlier.served() || is_taken_back, "{id} takes back");
        }
        for driven in rollout.rules() {
            let flag = &host.published(name)["flags"][&driven.flag];
            let rules = flag["rules"].as_array().cloned().unwrap_or_default();
            let rule = rules.iter().find(|rule| rule["id"] == json!(driven.rule));
            let exposure = rule.map(|rule| &rule["serve"]["split"]["exposure"]);
            if status.is_active() {
                prop_assert_eq!(exposure, Some(&serde_json::to_value(served).expect("data")), "what is driven stays");
            }
        }
    }
    for (id, deployment) in after.workspace().deployments() {
        let (progress, name) = (deployment.progress(), deployment.environment());
        let service = &host.published(name)["services"]["shop"];
        if let Some(earlier) = before.workspace().deployments().get(id).map(|earlier| earlier.progress()) {
            let is_undone = earlier.status() == Status::Completed && progress.status() == Status::RolledBack;
            let is_same = progress.status() == earlier.status();
            prop_assert!(earlier.status().is_active() || is_same || is_undone, "{id} came back");
            if is_undone {
                prop_assert_eq!(&service["tracks"]["stable"]["version"], &json!(deployment.from()), "what ran before");
            }
        }
        if progress.status().is_active() {
            let others = after.workspace().deployments().iter().filter(|(other, _)| *other != id);
            let mut beside = others.filter(|(_, other)| other.progress().status().is_active());
            prop_assert!(beside.all(|(_, other)| other.environment() != name), "two at once");
            prop_assert_eq!(&service["tracks"]["canary"]["version"], &json!(deployment.to()));
            prop_assert_eq!(&service["tracks"]["stable"]["version"], &json!(deployment.from()));
            let shares: f64 = service["split"]["weights"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|one| one["track"] == "canary")
                .filter_map(|one| one["weight"].as_f64())
                .sum();
            prop_assert_eq!(json!(shares), json!(progress.served().percent()));
        }
    }
    // S2-67: one wake for all that is to come, and none that is for nothing.
    let rollouts = after.workspace().rollouts().values().map(|one| one.progress());
    let mut all = rollouts.chain(after.workspace().deployments().values().map(|one| one.progress()));
    let is_timed = all.any(|progress| matches!(progress.status(), Status::Running | Status::Holding));
    prop_assert!(after.workspace().wake_at().is_none() || is_timed);
    Ok(())
}

proptest! {
    #![proptest_config(config(512))]

    // S0-07, S2-28, S2-35, S2-77: whatever is commanded, what is published is sound, what is killed is off, and the log is the state.
    #[test]
    fn whatever_is_commanded_the_snapshots_are_sound(actions in prop::collection::vec(action(), 1..60)) {
        let create = json!({ "type": "createWorkspace", "lineage": "l", "environments": ENVIRONMENTS });
        let value = json!({ "tracks": { "stable": { "version": "v-0" } }, "defaultTrack": "stable" });
        let service = json!({ "type": "create", "part": "service", "key": "shop", "value": value });
        let mut host = Host::given(&[&create, &service]);
        let mut revisions = ENVIRONMENTS.map(|_| 0);
        for action in &actions {
            let before = host.journal.clone();
            let Ok(handled) = host.carry_out(action) else {
                prop_assert_eq!(&host.journal, &before);
                continue;
            };
            prop_assert!(handled.effects.is_empty() || handled.record.is_some());
            check_rollouts(&before, &host.journal, &host)?;
            for (environment, last) in ENVIRONMENTS.iter().zip(&mut revisions) {
                let text = host.journal.workspace().publish(environment).expect("it is there");
                let old = before.workspace().publish(environment).expect("it is there");
                let revision = host.journal.workspace().environments()[*environment].revision();
                prop_assert_eq!(text == old, revision == before.workspace().environments()[*environment].revision());
                prop_assert!(revision >= *last);
                *last = revision;
                let found = snapshot::read::<RegexPatterns>(&text).diagnostics;
                prop_assert!(found.iter().all(|problem| problem.severity == Severity::Warning), "{:?}", found);
                let engine = Engine::from_json(&text).expect("it is sound");
                for flag in host.journal.workspace().environments()[*environment].kill_set().flags {
                    let answer = engine.evaluate(&flag, &Context::new("u-1"), START);
                    prop_assert!(answer.variant.is_none_or(|variant| variant == "off"), "{flag}: {answer:?}");
                }
            }
        }
        prop_assert_eq!(Journal::replay(&host.log).expect("it is as written").journal, host.journal);
    }
}

#[test]
fn every_action_is_read_strictly() {
    let read = |action: Json| serde_json::from_value::<Action>(action);
    assert!(read(json!({ "type": "archive", "part": "flag", "key": "a" })).is_ok());
    for wrong in [
        json!({ "type": "archive", "part": "flag", "key": "a", "force": true }),
        json!({ "type": "archive", "part": "toggle", "key": "a" }),
        json!({ "type": "create", "part": "flag", "key": "a", "value": [] }),
        json!({ "type": "kill", "environment": "e", "targets": [{ "flag": "a", "service": "b" }] }),
        json!({ "type": "forget" }),
    ] {
        assert!(read(wrong.clone()).is_err(), "{wrong}");
    }
}
