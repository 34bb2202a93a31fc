//! Releases: what is shown of them, every command in every state, and laws over random commands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use semver::Version;
use serde_json::{Value as Json, json};
use vexil::control::release::{Release, State, Trigger};
use vexil::control::{Action, Exposure, Handled, Journal, PartKind, Rejection, RejectionCode, Workspace, release};
use vexil::patterns::RegexPatterns;
use vexil::{Severity, Timestamp, snapshot};

use crate::cases::config;
use crate::control::{Host, START};
use crate::diagrams::Machine;

/// What is shown, if it is of a release: `release ID`.
pub(crate) fn shown(host: &Host, what: &str) -> Option<Json> {
    let id = what.strip_prefix("release ")?;
    let overview = host.journal.workspace().release_overview(id).expect("it is there");
    Some(serde_json::to_value(overview).expect("data"))
}

/// The events of releases in a few words: the id, what happened, and with which version or step.
pub(crate) fn happened(events: &Json) -> Vec<String> {
    let words = |event: &Json| {
        let (id, event) = (event["release"].as_str()?, &event["event"]);
        let what = event["type"].as_str()?;
        let rest = match what {
            "rollbackBegan" => event["to"].as_str(),
            "asked" => event["step"].as_str(),
            _ => None,
        };
        let rest = rest.map_or_else(String::new, |rest| format!(" {rest}"));
        Some(format!("{id}: {what}{rest}"))
    };
    events.as_array().into_iter().flatten().filter_map(words).collect()
}

fn of(release: &str, command: Json) -> Json {
    json!({ "type": "release", "release": release, "command": command })
}

// S3-45, S3-47: what is no version is not read, so that nothing has to look for it later.
#[test]
fn drafts_are_read_strictly() {
    let draft = |version: &str, kind: &str| {
        let rules = json!([{ "flag": "a", "rule": "r" }]);
        let draft = json!({ "environment": "test", "version": version, "kind": kind, "rules": rules });
        serde_json::from_value::<Action>(of("r", json!({ "type": "plan", "draft": draft })))
    };
    assert!(draft("1.0.0-beta.1+build", "beta").is_ok());
    for wrong in ["1.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "", "1.0.0 "] {
        let refused = draft(wrong, "major").expect_err(wrong).to_string();
        assert!(refused.contains("is no semantic version"), "{refused}");
    }
    assert!(draft("1.0.0", "release").is_err());
    assert!(serde_json::from_value::<Action>(of("r", json!({ "type": "advance", "force": true }))).is_err());
}

// S3-61: in the order of versions, and nothing among them is read as text.
#[test]
fn releases_are_listed_in_the_order_of_their_versions() {
    let mut host = Host::given(&[&json!({ "type": "createWorkspace", "lineage": "l", "environments": ["test"] })]);
    let versions = ["10.0.0", "2.0.0", "2.0.0-beta.2", "2.0.0-beta.11", "2.0.0-alpha.1", "9.0.0"];
    for version in versions {
        let kind = if version.contains("beta") { "beta" } else { "alpha" };
        let kind = if version.contains('-') { kind } else { "major" };
        let rules = json!([{ "flag": "a", "rule": "r" }]);
        let draft = json!({ "environment": "test", "version": version, "kind": kind, "rules": rules });
        host.carry_out(&of(version, json!({ "type": "plan", "draft": draft }))).expect("it is fine");
    }
    let listed: Vec<String> =
        host.journal.workspace().release_overviews().into_iter().map(|overview| overview.release).collect();
    assert_eq!(listed, ["2.0.0-alpha.1", "2.0.0-beta.2", "2.0.0-beta.11", "2.0.0", "9.0.0", "10.0.0"]);
}

// Every command in every state, as `docs/releases.md` shows it.
// S3-42: every command in every state.
#[test]
fn releases_are_as_documented() {
    let plan = |id: &str, version: &str, flag: &str, plan: Json, terms: Json| {
        let rules = json!([{ "flag": flag, "rule": "share" }]);
        let draft = json!({ "environment": "test", "version": version, "kind": "major", "rules": rules, "plan": plan, "terms": terms });
        of(id, json!({ "type": "plan", "draft": draft }))
    };
    let steps = |monitoring: Json| {
        let step = |exposure: u32| json!({ "exposure": exposure, "hold": "PT10M" });
        json!({ "kind": "stepped", "steps": [step(10), step(100)], "monitoring": monitoring })
    };
    let once = json!({ "kind": "stepped", "steps": [{ "exposure": 100, "hold": "PT0S" }] });
    let simply = |terms: &str| json!({ "rollback": serde_json::from_str::<Json>(terms).expect("JSON") });
    let nothing = simply(r#"{ "steps": [], "verification": [] }"#);
    let checks =
        simply(r#"{ "steps": ["revertVersion"], "verification": [{ "step": "healthChecks", "within": "PT5M" }] }"#);
    let one_check = simply(r#"{ "steps": [], "verification": [{ "step": "healthChecks", "within": "PT5M" }] }"#);
    let with = |mut terms: Json, approvals: Json| {
        terms["approvals"] = approvals;
        terms
    };
    let metric = json!({ "name": "errors", "kind": "proportion", "direction": "lowerIsBetter" });
    let guardrail = json!({ "metric": metric, "bound": { "absolute": 0.05 }, "minimum": 500, "maxAgeMs": 300_000 });
    let watched = steps(json!({ "slot": "PT1M", "guardrails": [guardrail] }));
    let r = |what: &str| of("r", json!({ "type": what }));
    let roll_back = |id: &str| of(id, json!({ "type": "rollBack", "reason": "slow" }));
    let answer = |step: &str, done: bool| of("r", json!({ "type": "acknowledge", "step": step, "done": done }));
    let tick = |time: &str| json!({ "after": time, "action": { "type": "tick" } });
    let seen = |bad: u32| {
        let slot = |minute: i64| {
            let seen = json!({ "proportion": { "successes": bad, "trials": 200 } });
            json!({ "metric": "errors", "arm": "canary", "at": START.as_ms() + minute * 60_000, "seen": seen })
        };
        let observations: Vec<Json> = (0..5).map(slot).collect();
        let command = json!({ "type": "record", "observations": observations });
        json!({ "after": "PT5M", "action": { "type": "rollout", "rollout": "release/r", "command": command } })
    };
    let plain = plan("r", "1.0.0", "a", steps(Json::Null), checks.clone());
    let quiet = plan("r", "1.0.0", "a", steps(Json::Null), nothing.clone());
    let judged = plan("r", "1.0.0", "a", watched.clone(), checks.clone());
    let judged_quiet = plan("r", "1.0.0", "a", watched, nothing.clone());
    let at_once = plan("r", "1.0.0", "a", once.clone(), nothing.clone());
    let at_once_checked = plan("r", "1.0.0", "a", once.clone(), checks);
    let approved =
        plan("r", "1.0.0", "a", steps(Json::Null), with(nothing.clone(), json!({ "least": 1, "eachPhase": true })));
    let asked = plan("r", "1.0.0", "a", steps(Json::Null), one_check);
    let higher = plan("h", "2.0.0", "b", once, nothing);
    let change = {
        let rules = json!([{ "flag": "b", "rule": "share" }]);
        let draft = json!({ "environment": "test", "version": "1.1.0", "kind": "major", "rules": rules });
        of("r", json!({ "type": "change", "draft": draft }))
    };
    let start = || r("start");
    let underway = || {
        let ways = [&plain, &quiet, &judged, &judged_quiet].map(|plan| vec![plan.clone(), start()]);
        let last = vec![quiet.clone(), start(), r("advance")];
        let gated = vec![approved.clone(), r("approve"), start()];
        ways.into_iter().chain([last, gated]).collect::<Vec<_>>()
    };
    let then = |ways: Vec<Vec<Json>>, wish: Json| {
        ways.into_iter().map(|way| [way, vec![wish.clone()]].concat()).collect::<Vec<_>>()
    };
    let rolling = then(vec![vec![plain.clone(), start()], vec![asked, start()]], roll_back("r"));
    let last_check = vec![plain.clone(), start(), roll_back("r"), answer("revertVersion", true)];
    let tried =
        vec![plain.clone(), start(), roll_back("r"), answer("revertVersion", false), answer("revertVersion", false)];
    let late = vec![
        [rolling[1].clone(), vec![tick("PT5M")]].concat(),
        [tried.clone(), vec![answer("revertVersion", false)]].concat(),
    ];
    Machine {
        page: "docs/releases.md",
        name: "releases",
        given: vec![
            json!({ "type": "createWorkspace", "lineage": "l", "environments": ["test", "next"] }),
            json!({ "type": "createFlag", "key": "a", "preset": { "kind": "percentage", "exposure": 0 } }),
            json!({ "type": "createFlag", "key": "b", "preset": { "kind": "percentage", "exposure": 0 } }),
            higher,
        ],
        states: vec![
            ("none", vec![vec![]]),
            ("planned", vec![vec![quiet.clone()], vec![at_once.clone()], vec![approved.clone()]]),
            ("inProgress", underway()),
            ("paused", then(underway(), r("pause"))),
            ("rollingBack", [rolling, vec![last_check, tried]].concat()),
            ("failedVerification", late),
            ("released", vec![vec![at_once.clone(), start()], vec![at_once_checked, start()]]),
            ("rolledBack", vec![vec![at_once.clone(), start(), roll_back("r")]]),
            ("superseded", vec![vec![at_once, start(), of("h", json!({ "type": "start" }))]]),
            ("cancelled", vec![vec![quiet.clone(), r("cancel")]]),
        ],
        settings: vec![],
        commands: vec![
            ("plan", quiet),
            ("change", change),
            ("approve", r("approve")),
            ("start", start()),
            ("advance", r("advance")),
            ("pause", r("pause")),
            ("resume", r("resume")),
            ("complete", r("complete")),
            ("rollBack", roll_back("r")),
            ("a step is done", answer("revertVersion", true)),
            ("a step has failed", answer("revertVersion", false)),
            ("all is well", answer("healthChecks", true)),
            ("all is not well", answer("healthChecks", false)),
            ("cancel", r("cancel")),
            ("promote of it", of("copy", json!({ "type": "promote", "of": "r", "to": "next" }))),
            ("10 minutes pass", tick("PT10M")),
            ("its guardrails fail", seen(60)),
            ("a kill", json!({ "type": "kill", "environment": "test", "targets": [{ "flag": "a" }] })),
            ("a higher version starts", of("h", json!({ "type": "start" }))),
            ("the higher version is rolled back", roll_back("h")),
        ],
        state: |host| {
            let release = host.journal.workspace().releases().get("r");
            release.map_or("none", |release| release.state().name()).into()
        },
    }
    .check();
}

const ENVIRONMENTS: [&str; 2] = ["production", "staging"];
const FLAGS: [&str; 2] = ["a", "b"];
const RULES: [&str; 2] = ["r", "s"];
const RELEASES: [&str; 6] = ["r-1", "r-2", "r-3", "r-4", "r-5", "r-6"];
const HOUR: i64 = 3_600_000;

fn flag(share: u32) -> Json {
    let serve = |rule: &str| json!({ "split": { "seed": rule, "exposure": share, "weights": [{ "variant": "on", "weight": 1 }] } });
    let rules: Vec<Json> = RULES.iter().map(|rule| json!({ "id": rule, "serve": serve(rule) })).collect();
    json!({ "variants": { "on": true, "off": false }, "offVariant": "off", "default": { "variant": "off" }, "rules": rules })
}

fn beginning() -> Vec<Json> {
    let mut actions = vec![json!({ "type": "createWorkspace", "lineage": "l", "environments": ENVIRONMENTS })];
    actions.extend(FLAGS.map(|key| json!({ "type": "create", "part": "flag", "key": key, "value": flag(0) })));
    actions
}

fn id() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&RELEASES[..])
}

fn environment() -> impl Strategy<Value = &'static str> {
    // Most of it is in one, so that releases meet.
    prop_oneof![3 => Just("production"), 1 => Just("staging")]
}

fn terms() -> impl Strategy<Value = Json> {
    let freezes = prop::collection::vec((0..400_i64, 1..48_i64), 0..2).prop_map(|freezes| {
        let freeze = |(from, hours)| json!({ "from": START.as_ms() + from * HOUR, "until": START.as_ms() + (from + hours) * HOUR });
        freezes.into_iter().map(freeze).collect::<Vec<_>>()
    });
    let rollback = prop_oneof![
        1 => Just(json!({ "steps": [], "verification": [] })),
        1 => Just(json!({ "steps": [], "verification": [{ "step": "healthChecks", "within": "PT5M" }] })),
        1 => Just(json!({ "steps": ["revertVersion"], "verification": [{ "step": "healthChecks", "within": "PT5M" }] })),
    ];
    (freezes, rollback, 0..8_usize).prop_map(|(freezes, rollback, approvals)| {
        let approvals = match approvals {
            0 => json!({ "least": 1, "eachPhase": true }),
            1 => json!({ "least": 1 }),
            _ => json!({}),
        };
        json!({ "freezes": freezes, "rollback": rollback, "approvals": approvals })
    })
}

/// Drafts, some of which are refused. What the first releases are does not fit what runs; later ones may.
fn draft() -> impl Strategy<Value = Json> {
    let version = prop_oneof![
        3 => (1..6_u32).prop_map(|major| (format!("{major}.0.0"), "major")),
        2 => (1..4_u32, 1..4_u32).prop_map(|(major, minor)| (format!("{major}.{minor}.0"), "minor")),
        2 => (1..4_u32, 0..2_u32, 1..4_u32).prop_map(|(major, minor, patch)| (format!("{major}.{minor}.{patch}"), "hotfix")),
        1 => (1..5_u32, 1..4_u32).prop_map(|(major, beta)| (format!("{major}.0.0-beta.{beta}"), "beta")),
    ];
    let rule = (prop::sample::select(&FLAGS[..]), prop::sample::select(&RULES[..]));
    let rules = prop::collection::btree_set(rule, 1..3).prop_map(|rules| {
        rules.into_iter().map(|(flag, rule)| json!({ "flag": flag, "rule": rule })).collect::<Vec<_>>()
    });
    let step = (1..=100_u32, 0..48_i64)
        .prop_map(|(exposure, hours)| json!({ "exposure": exposure, "hold": format!("PT{hours}H") }));
    let plan = prop::option::of(prop::collection::vec(step, 1..4).prop_map(|mut steps| {
        steps.sort_by_key(|step| step["exposure"].as_u64());
        json!({ "kind": "stepped", "steps": steps })
    }));
    (environment(), version, rules, plan, terms(), any::<bool>()).prop_map(|(environment, (version, kind), rules, plan, terms, older)| {
        json!({ "environment": environment, "version": version, "kind": kind, "olderLine": older && kind == "hotfix",
                "rules": rules, "plan": plan, "terms": terms })
    })
}

fn action() -> impl Strategy<Value = Json> {
    let hand = prop::sample::select(
        &["start", "start", "approve", "advance", "pause", "resume", "resume", "complete", "cancel"][..],
    );
    let by_hand = prop::sample::select(&["pause", "rollBack", "advance", "resume", "complete", "abort"][..]);
    let flag = || prop::sample::select(&FLAGS[..]);
    let step = prop::sample::select(&["revertVersion", "healthChecks"][..]);
    prop_oneof![
        6 => (id(), draft()).prop_map(|(id, draft)| of(id, json!({ "type": "plan", "draft": draft }))),
        1 => (id(), draft()).prop_map(|(id, draft)| of(id, json!({ "type": "change", "draft": draft }))),
        2 => (id(), id(), environment(), terms()).prop_map(|(id, source, to, mut terms)| {
            terms["approvals"] = json!({});
            of(id, json!({ "type": "promote", "of": source, "to": to, "terms": terms }))
        }),
        12 => (hand, id()).prop_map(|(what, id)| of(id, json!({ "type": what }))),
        5 => id().prop_map(|id| of(id, json!({ "type": "rollBack", "reason": "slow" }))),
        6 => (id(), step, any::<bool>()).prop_map(|(id, step, done)| of(id, json!({ "type": "acknowledge", "step": step, "done": done }))),
        2 => (id(), by_hand).prop_map(|(id, what)| {
            json!({ "type": "rollout", "rollout": format!("release/{id}"), "command": { "type": what } })
        }),
        1 => (environment(), flag()).prop_map(|(environment, flag)| {
            json!({ "type": "kill", "environment": environment, "targets": [{ "flag": flag }] })
        }),
        2 => (environment(), flag()).prop_map(|(environment, flag)| {
            json!({ "type": "lift", "environment": environment, "targets": [{ "flag": flag }] })
        }),
        1 => (prop::option::of(environment()), flag(), 0..=100_u32).prop_map(|(environment, key, share)| {
            let set = json!({ "rules": self::flag(share)["rules"] });
            json!({ "type": "change", "part": "flag", "key": key, "environment": environment, "set": set })
        }),
        1 => (flag(), any::<bool>()).prop_map(|(key, archive)| {
            json!({ "type": if archive { "archive" } else { "restore" }, "part": "flag", "key": key })
        }),
        5 => (0..40_i64).prop_map(|hours| json!({ "after": format!("PT{hours}H"), "action": { "type": "tick" } })),
    ]
}

/// What an action is to the release that it is about, and what it is to all others.
fn triggers(action: &Json) -> (Option<&str>, Vec<Trigger>) {
    let command = action["command"]["type"].as_str().unwrap_or_default();
    match action["type"].as_str() {
        Some("release") if command == "promote" => (action["command"]["of"].as_str(), vec![Trigger::Promote]),
        Some("release") => {
            let trigger = Trigger::ALL.into_iter().find(|trigger| trigger.name() == command);
            (action["release"].as_str(), trigger.into_iter().collect())
        }
        Some("rollout") => {
            let id = action["rollout"].as_str().and_then(|rollout| rollout.strip_prefix("release/"));
            (id, Trigger::ALL.into_iter().filter(|trigger| trigger.name() == command).collect())
        }
        Some("kill") => (None, vec![Trigger::Kill]),
        _ if action["action"]["type"] == json!("tick") => (None, vec![Trigger::Time]),
        _ => (None, Vec::new()),
    }
}

/// What ran where, read off the log by hand: completed and not taken back, each with what its rules served before.
#[derive(Default)]
struct Ran {
    releases: BTreeMap<String, Arc<Release>>,
    before: BTreeMap<String, Workspace>,
}

/// Whether the flags of a release serve in one workspace what they serve in another one.
fn serves_the_same(a: &Workspace, b: &Workspace, release: &Release) -> bool {
    let environment = &release.manifest().environment;
    let part = |workspace: &Workspace, flag: &str| workspace.part(PartKind::Flag, flag).expect("it is there").clone();
    let serve = |workspace: &Workspace, flag: &str, id: &str| {
        let value = serde_json::to_value(part(workspace, flag).value_in(environment)).expect("data");
        let rules = value["rules"].as_array().cloned().unwrap_or_default();
        rules.into_iter().find(|rule| rule["id"] == json!(id)).map(|rule| rule["serve"].clone())
    };
    match &release.manifest().content {
        release::Content::Rollout { rules, .. } => {
            rules.iter().all(|rule| serve(a, &rule.flag, &rule.rule) == serve(b, &rule.flag, &rule.rule))
        }
        // A copy lies over what is authored for all, and that may be something else by now.
        release::Content::Copy { flags, .. } => flags.keys().all(|flag| {
            let (a, b) = (part(a, flag), part(b, flag));
            a.value() != b.value() || a.value_in(environment) == b.value_in(environment)
        }),
    }
}

impl Ran {
    fn take(&mut self, before: &Journal, after: &Journal, handled: &Handled) -> Result<(), TestCaseError> {
        let events = handled.record.as_ref().map(|record| serde_json::to_value(&record.events).expect("data"));
        for event in events.iter().flat_map(|events| events.as_array()).flatten() {
            let (Some(id), what) = (event["release"].as_str(), &event["event"]) else { continue };
            let release = &after.workspace().releases()[id];
            if what["type"] == json!("released") {
                self.releases.insert(id.into(), Arc::clone(release));
                self.before.insert(id.into(), before.workspace().clone());
            } else if what["type"] == json!("rollbackBegan") {
                let was_over = self.releases.remove(id).is_some();
                let earlier = self.before.remove(id).filter(|_| was_over);
                let earlier = earlier.as_ref().unwrap_or(before.workspace());
                prop_assert!(serves_the_same(after.workspace(), earlier, release), "{id} is as before");
            }
        }
        for environment in ENVIRONMENTS {
            let of_place = self
                .releases
                .iter()
                .filter(|(_, release)| release.manifest().environment == environment && !release.manifest().older_line);
            let version = |release: &Release| Version::parse(release.manifest().version.as_str()).expect("a version");
            let highest = of_place.max_by_key(|(_, release)| version(release)).map(|(id, _)| id.as_str());
            let current = after.workspace().current_release(environment);
            prop_assert_eq!(current.map(|(id, _)| id), highest);
            prop_assert!(current.is_none_or(|(_, release)| release.state() == State::Released));
        }
        Ok(())
    }
}

/// Nobody is where the table does not lead to, and what it does not have is refused.
fn check_table(
    action: &Json,
    refused: Option<&Rejection>,
    (before, after): (&Journal, &Journal),
) -> Result<(), TestCaseError> {
    let (about, triggers) = triggers(action);
    for (id, release) in after.workspace().releases() {
        let Some(earlier) = before.workspace().releases().get(id) else { continue };
        let is_meant = about.is_none_or(|about| about == id);
        let own = triggers.iter().filter(|_| is_meant).copied();
        let mut leads =
            own.chain([Trigger::Higher, Trigger::Fallback]).flat_map(|trigger| earlier.state().after(trigger));
        let (from, to) = (earlier.state(), release.state());
        prop_assert!(from == to || leads.any(|state| *state == to), "{action}: {from:?} to {to:?}");
    }
    let known = about.and_then(|about| before.workspace().releases().get(about));
    if let (Some(earlier), "release", [trigger]) = (known, action["type"].as_str().unwrap_or_default(), &triggers[..]) {
        let is_possible = !earlier.state().after(*trigger).is_empty();
        prop_assert!(is_possible || refused.is_some(), "{action} in {:?}", earlier.state());
    }
    Ok(())
}

/// Whoever is on the way serves what it says, and more of it only where no freeze is on.
fn check_served(before: &Journal, after: &Journal, host: &Host, now: Timestamp) -> Result<(), TestCaseError> {
    for (id, release) in after.workspace().releases() {
        let overview = after.workspace().release_overview(id).expect("it is there");
        let release::Content::Rollout { rules, .. } = &release.manifest().content else { continue };
        if !release.state().is_underway() {
            prop_assert!(release.state().has_run() || overview.exposure == Exposure::NONE);
            continue;
        }
        let flags = &host.published(&release.manifest().environment)["flags"];
        for target in rules {
            let rules = flags[&target.flag]["rules"].as_array().expect("what is driven stays");
            let rule = rules.iter().find(|rule| rule["id"] == json!(target.rule)).expect("it is there");
            let expected = serde_json::to_value(overview.exposure).expect("data");
            prop_assert_eq!(&rule["serve"]["split"]["exposure"], &expected, "{} serves what it says", id);
        }
        if let Some(earlier) = before.workspace().release_overview(id).filter(|earlier| earlier.state.is_underway()) {
            let is_frozen = release.manifest().freezes.on(now).is_some();
            let is_more = overview.phases_done > earlier.phases_done;
            prop_assert!(!(is_frozen && is_more), "{id} begins a phase in a freeze");
            prop_assert!(overview.phases_done >= earlier.phases_done);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn whatever_is_commanded_of_releases_what_runs_was_completed(actions in prop::collection::vec(action(), 1..80)) {
        let mut host = Host::given(&beginning().iter().collect::<Vec<_>>());
        let mut ran = Ran::default();
        for action in &actions {
            let before = host.journal.clone();
            let handled = match host.carry_out(action) {
                Ok(handled) => handled,
                Err(refused) => {
                    prop_assert_eq!(&host.journal, &before);
                    check_table(action, Some(&refused), (&before, &host.journal))?;
                    // What goes on is no snapshot that would be unsound; what takes back is one that was sound.
                    let is_back = action["command"]["type"] == json!("rollBack");
                    prop_assert!(!is_back || refused.code != RejectionCode::Invalid, "{}", refused);
                    continue;
                }
            };
            check_table(action, None, (&before, &host.journal))?;
            ran.take(&before, &host.journal, &handled)?;
            check_served(&before, &host.journal, &host, host.now())?;
            for environment in ENVIRONMENTS {
                let text = host.journal.workspace().publish(environment).expect("it is there");
                let found = snapshot::read::<RegexPatterns>(&text).diagnostics;
                prop_assert!(found.iter().all(|problem| problem.severity == Severity::Warning), "{:?}", found);
            }
            if action["action"]["type"] == json!("tick") {
                let wake = host.journal.workspace().wake_at();
                prop_assert!(wake.is_none_or(|wake| wake > host.now()), "{:?} at {:?}", wake, host.now());
            }
        }
        prop_assert_eq!(Journal::replay(&host.log).expect("it is as written").journal, host.journal);
    }
}

// The law above says nothing of states that it never sees.
/// How many kinds of events there are that random commands can lead to.
const EVENTS: usize = 17;

#[test]
fn random_commands_lead_everywhere() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let (mut runner, mut states, mut events) = (TestRunner::deterministic(), BTreeSet::new(), BTreeSet::new());
    let actions = prop::collection::vec(action(), 80);
    // Some ways are rare: as many runs as it takes, and no more than a few seconds.
    for _ in 0..3_000 {
        if events.len() == EVENTS {
            break;
        }
        let mut host = Host::given(&beginning().iter().collect::<Vec<_>>());
        for action in actions.new_tree(&mut runner).expect("it can be made").current() {
            if let Ok(Handled { record: Some(record), .. }) = host.carry_out(&action) {
                let record = serde_json::to_value(&record.events).expect("data");
                let happened = happened(&record).into_iter().filter_map(|one| one.split(' ').nth(1).map(String::from));
                events.extend(happened);
            }
            states.extend(host.journal.workspace().releases().values().map(|release| release.state()));
        }
    }
    assert_eq!(states, BTreeSet::from(State::ALL));
    assert_eq!(events.len(), EVENTS, "{events:?}");
}
