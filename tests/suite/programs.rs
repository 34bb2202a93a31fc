//! Early access: what is shown of programs, and laws over random commands.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use vexil::control::program::{Access, InvitationState, Program, State, history};
use vexil::control::{Handled, Journal, Record};
use vexil::patterns::RegexPatterns;
use vexil::snapshot;
use vexil::{Context, Engine, Severity, Timestamp, Value};

use crate::cases::config;
use crate::control::{Host, START};

/// What is shown: `statistics PROGRAM`, `dashboard PROGRAM UNIT` or `history PROGRAM UNIT`.
pub(crate) fn shown(host: &Host, what: &str) -> Json {
    let words: Vec<&str> = what.split(' ').collect();
    let program = |id: &str| &host.journal.workspace().programs()[id];
    match words[..] {
        ["statistics", id] => serde_json::to_value(program(id).statistics()),
        ["dashboard", id, unit] => serde_json::to_value(program(id).dashboard(unit)),
        ["history", id, unit] => serde_json::to_value(history(&records(host), id, unit)),
        _ => panic!("{what} is not known"),
    }
    .expect("data")
}

fn records(host: &Host) -> Vec<Record> {
    host.log.lines().map(|line| serde_json::from_str(line).expect("as written")).collect()
}

pub(crate) fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

const ENVIRONMENTS: [&str; 2] = ["production", "staging"];
const FLAGS: [&str; 2] = ["a", "b"];
const UNITS: [&str; 5] = ["u-1", "u-2", "u-3", "u-4", "u-5"];
/// Each has the features of those after it.
const LEVELS: [&str; 4] = ["alpha", "beta", "preview", "stable"];
const SECRETS: u8 = 24;

/// A program `p` in production whose features `a` and `b` are served by its segments and by nothing else.
fn beginning() -> Vec<Json> {
    let mut actions = vec![json!({ "type": "createWorkspace", "lineage": "l", "environments": ENVIRONMENTS })];
    for flag in ["a", "b", "c"] {
        actions.push(json!({ "type": "createFlag", "key": flag, "preset": { "kind": "boolean", "on": false } }));
    }
    let rules = rules("selfService", "automatic", Some(3), None);
    actions.push(command(json!({ "type": "create", "environment": "production", "segment": "s", "rules": rules })));
    for (flag, level) in [("a", "beta"), ("b", "stable")] {
        actions.push(command(json!({ "type": "setFeature", "feature": flag, "level": level, "seats": 2 })));
        let rules = json!([{ "id": "p", "when": { "segment": format!("s/{flag}") }, "serve": { "variant": "on" } }]);
        actions.push(json!({ "type": "change", "part": "flag", "key": flag, "set": { "rules": rules } }));
    }
    actions
}

fn command(command: Json) -> Json {
    json!({ "type": "program", "program": "p", "command": command })
}

fn rules(admission: &str, approval: &str, capacity: Option<u32>, feedback: Option<i64>) -> Json {
    let feedback = feedback.map(|days| json!({ "within": format!("P{days}D"), "grace": "P2D" }));
    json!({ "admission": admission, "approval": approval, "invitationLifetime": "P5D", "capacity": capacity, "feedback": feedback })
}

/// What is wished of the program, most of which can be carried out now and then.
fn wish() -> impl Strategy<Value = Json> {
    let unit = || prop::sample::select(&UNITS[..]);
    let level = || prop::sample::select(&LEVELS[..]);
    let flag = || prop::sample::select(&FLAGS[..]);
    let email =
        || prop::option::weighted(0.5, 0..3_u8).prop_map(|email| email.map(|email| digest(&format!("e-{email}"))));
    let seats = || prop::option::weighted(0.8, 0..5_u32);
    let secret = || (0..SECRETS).prop_map(|number| format!("t-{number}"));
    let admission = prop::sample::select(&["selfService", "selfService", "selfService", "invitation"][..]);
    let approval = prop::sample::select(&["automatic", "required"][..]);
    let words = &[
        "approve",
        "approve",
        "decline",
        "activate",
        "activate",
        "activate",
        "reinstate",
        "reinstate",
        "graduate",
        "leave",
    ];
    let wish = prop_oneof![
        8 => (unit(), level(), email()).prop_map(|(unit, level, email)| {
            json!({ "type": "apply", "unit": unit, "level": level, "email": email })
        }),
        8 => (prop::option::weighted(0.7, unit()), level(), email(), secret()).prop_map(|(unit, level, email, secret)| {
            json!({ "type": "invite", "unit": unit, "level": level, "email": email, "token": digest(&secret) })
        }),
        8 => (unit(), email(), secret(), 0..16_u8).prop_map(|(unit, email, secret, aim)| {
            json!({ "type": "accept", "unit": unit, "email": email, "token": secret, "aim": aim })
        }),
        1 => secret().prop_map(|secret| json!({ "type": "revokeInvitation", "token": digest(&secret) })),
        16 => (prop::sample::select(&words[..]), unit()).prop_map(|(what, unit)| json!({ "type": what, "unit": unit })),
        3 => unit().prop_map(|unit| json!({ "type": "suspend", "unit": unit, "reason": "why" })),
        3 => (unit(), level()).prop_map(|(unit, level)| json!({ "type": "setLevel", "unit": unit, "level": level })),
        3 => (unit(), any::<bool>()).prop_map(|(unit, is_to_be_in)| {
            json!({ "type": if is_to_be_in { "addToGroup" } else { "removeFromGroup" }, "unit": unit, "group": "g" })
        }),
        4 => (unit(), flag(), 0..7_u32).prop_map(|(unit, feature, rating)| {
            json!({ "type": "submitFeedback", "unit": unit, "feature": feature, "rating": rating })
        }),
        2 => (admission, approval, seats(), prop::option::weighted(0.2, 1..4_i64)).prop_map(|(admission, approval, seats, days)| {
            json!({ "type": "change", "rules": rules(admission, approval, seats, days) })
        }),
        2 => (flag(), level(), seats()).prop_map(|(feature, level, seats)| {
            json!({ "type": "setFeature", "feature": feature, "level": level, "seats": seats })
        }),
        1 => any::<bool>().prop_map(|is_there| {
            if is_there { json!({ "type": "setFeature", "feature": "c", "level": "beta" }) } else { json!({ "type": "removeFeature", "feature": "c" }) }
        }),
    ];
    let days = prop_oneof![9 => Just(0_i64), 1 => 0..4_i64];
    prop_oneof![
        30 => (days, wish).prop_map(|(days, wish)| json!({ "after": format!("P{days}D"), "action": command(wish) })),
        2 => (0..4_i64).prop_map(|days| json!({ "after": format!("P{days}D"), "action": { "type": "tick" } })),
        1 => Just(json!({ "action": command(json!({ "type": "announce", "subject": "s", "message": "m" })) })),
    ]
}

/// A wish to accept is mostly for an invitation that is open, and mostly of the one whom it is for.
fn aimed(host: &Host, wish: &Json) -> Json {
    let mut wish = wish.clone();
    let open = program(&host.journal).invitations().iter().filter(|(_, one)| one.state() == InvitationState::Open);
    let open: Vec<&String> = open.map(|(token, _)| token).collect();
    let command = wish.pointer_mut("/action/command").and_then(Json::as_object_mut);
    let Some(aim) = command.and_then(|command| command.remove("aim")) else { return wish };
    let command = &mut wish["action"]["command"];
    let aim = aim.as_u64().expect("a number") as usize;
    let Some(token) = open.get(aim % 4) else { return wish };
    let secret = (0..SECRETS).map(|number| format!("t-{number}")).find(|secret| digest(secret) == **token);
    command["token"] = json!(secret);
    let events = records(host).into_iter().flat_map(|record| record.events);
    let invited = events.map(|event| serde_json::to_value(event).expect("data")["event"].clone());
    let invited = invited.filter(|event| event["type"] == "invited").find(|event| event["token"] == json!(token));
    for member in ["unit", "email"] {
        let value = &invited.as_ref().expect("it is in the log")[member];
        if aim < 10 && !value.is_null() {
            command[member] = value.clone();
        }
    }
    wish
}

fn wishes() -> impl Strategy<Value = Vec<Json>> {
    let close = json!({ "action": command(json!({ "type": "close" })) });
    (prop::collection::vec(wish(), 10..90), prop::bool::weighted(0.2)).prop_map(move |(mut wishes, is_closed)| {
        for (unit, level, email) in
            [("u-1", "alpha", Some("e-0")), ("u-2", "beta", None), ("u-3", "preview", Some("e-1"))]
        {
            let apply = json!({ "type": "apply", "unit": unit, "level": level, "email": email.map(digest) });
            wishes.insert(0, json!({ "action": command(apply) }));
        }
        if is_closed {
            // Afterwards nothing is decided any more.
            let place = wishes.len() * 3 / 4;
            wishes.insert(place, close.clone());
        }
        wishes
    })
}

fn program(journal: &Journal) -> &Program {
    &journal.workspace().programs()["p"]
}

/// Seats are never oversold, nobody is put out for want of them, and nobody waits for one that is free.
fn check_seats(before: &Program, after: &Program) -> Result<(), TestCaseError> {
    let limit = |seats: Option<u32>| seats.map_or(usize::MAX, |seats| seats as usize);
    let capacity = limit(after.rules().capacity);
    let used = after.members().values().filter(|member| member.state().has_seat()).count();
    prop_assert_eq!(used, after.seats_used());
    prop_assert!(used <= capacity.max(before.seats_used()), "{used} of {capacity}");
    prop_assert!(after.is_closed() || used >= capacity || after.waitlist().is_empty(), "there is a seat");
    for (key, feature) in after.features() {
        let (used, capacity) = (after.seats_used_of(key), limit(feature.seats));
        prop_assert!(used <= capacity.max(before.seats_used_of(key)), "{used} of {capacity} for {key}");
        prop_assert!(after.is_closed() || used >= capacity || after.waitlist_of(key).is_empty(), "a seat for {key}");
    }
    Ok(())
}

/// Who is let in are the first of those who wait, by what the log says of when they came.
fn check_line(host: &Host) -> Result<(), TestCaseError> {
    let (mut line, mut states): (Vec<String>, BTreeMap<String, String>) = Default::default();
    for record in records(host) {
        let events: Vec<Json> =
            record.events.iter().map(|event| serde_json::to_value(event).expect("data")["event"].clone()).collect();
        for event in &events {
            let unit = event["unit"].as_str().unwrap_or_default().to_owned();
            let is_entry = event["type"] == "invited" && !unit.is_empty();
            let Some(to) = event["to"].as_str().or(is_entry.then_some("invited")) else { continue };
            let is_in_line = |state: &str| matches!(state, "pending" | "waitlisted" | "approved" | "active");
            let from = states.insert(unit.clone(), to.into()).unwrap_or_default();
            if from == "waitlisted" && to == "approved" {
                let first = line.iter().find(|unit| **unit == event["unit"] || states[*unit] == "waitlisted");
                prop_assert_eq!(first, Some(&unit), "who is let in");
            }
            if !is_in_line(&from) || !is_in_line(to) {
                line.retain(|other| *other != unit);
            }
            if !is_in_line(&from) && is_in_line(to) {
                line.push(unit);
            }
        }
    }
    Ok(())
}

/// What a member has is what it may have, and changes by the command that is for it.
fn check_members(before: &Program, after: &Program, wish: &Json) -> Result<(), TestCaseError> {
    for (unit, member) in after.members() {
        let (state, features) = (member.state(), member.features());
        prop_assert!(state.has_access() || features.is_empty(), "{unit} is {state:?} and has {features:?}");
        for feature in features {
            let level = after.features()[feature].level;
            let [has, needs] =
                [member.level(), level].map(|level| LEVELS.iter().position(|name| *name == level.name()));
            prop_assert!(state == State::Graduated || has <= needs, "{unit} has {feature}");
        }
        let open = after.invitations().values().filter(|invitation| {
            invitation.state() == InvitationState::Open && invitation.unit() == Some(unit.as_str())
        });
        prop_assert_eq!(open.count(), usize::from(state == State::Invited), "{} is {:?}", unit, state);
        let Some(earlier) = before.members().get(unit) else { continue };
        if earlier.state() == State::Suspended && state != State::Suspended {
            prop_assert_eq!(&wish["action"]["command"]["type"], "reinstate");
            prop_assert_eq!(&wish["action"]["command"]["unit"], unit);
        }
        if earlier.state() == State::Graduated && state == State::Graduated {
            let kept: BTreeSet<_> =
                earlier.features().iter().filter(|key| after.features().contains_key(*key)).cloned().collect();
            prop_assert_eq!(features, &kept, "a graduate keeps what it has");
        }
        if state == State::Active {
            prop_assert!(matches!(earlier.state(), State::Active | State::Approved));
        }
    }
    Ok(())
}

/// One e-mail is one member, as far as the log tells.
fn check_emails(host: &Host, after: &Program) -> Result<(), TestCaseError> {
    let mut emails: BTreeMap<String, String> = BTreeMap::new();
    for event in records(host).iter().flat_map(|record| &record.events) {
        let event = serde_json::to_value(event).expect("data")["event"].clone();
        let (unit, email) = (event["unit"].as_str(), event["email"].as_str());
        match (unit, email) {
            (Some(unit), Some(email)) => drop(emails.insert(unit.into(), email.into())),
            (Some(unit), None) if event["to"] == "left" || event["to"] == "expired" => drop(emails.remove(unit)),
            _ => {}
        }
    }
    let distinct: BTreeSet<_> = emails.values().collect();
    prop_assert_eq!(distinct.len(), emails.len(), "{:?} of {:?}", emails, after.members());
    Ok(())
}

/// The segments are the members, and flags are served to nobody else.
fn check_published(host: &Host, after: &Program) -> Result<(), TestCaseError> {
    for environment in ENVIRONMENTS {
        let text = host.journal.workspace().publish(environment).expect("it is there");
        let found = snapshot::read::<RegexPatterns>(&text).diagnostics;
        prop_assert!(found.iter().all(|problem| problem.severity == Severity::Warning), "{:?}", found);
        let is_here = environment == "production" && !after.is_closed();
        let segments = &host.published(environment)["segments"];
        let expected = |has: &dyn Fn(&str) -> bool| {
            let members =
                after.members().iter().filter(|(unit, member)| is_here && member.state().has_access() && has(unit));
            json!(members.map(|(unit, _)| unit).collect::<Vec<_>>())
        };
        prop_assert_eq!(&segments["s"]["include"], &expected(&|_| true));
        for key in after.features().keys() {
            let has = |unit: &str| after.members()[unit].features().contains(key);
            prop_assert_eq!(&segments[format!("s/{key}")]["include"], &expected(&has), "{} in {}", key, environment);
        }
        prop_assert_eq!(segments.as_object().expect("segments").len(), 1 + after.features().len());
        let engine = Engine::from_json(&text).expect("it is sound");
        for (flag, unit) in FLAGS.iter().flat_map(|flag| UNITS.iter().map(move |unit| (flag, unit))) {
            let answer = engine.evaluate(flag, &Context::new(*unit), START);
            let has = environment == "production" && after.has(unit, flag);
            prop_assert_eq!(answer.value(), Some(Value::Boolean(has)), "{} for {} in {}", flag, unit, environment);
            let is_yours = after.dashboard(unit).features[*flag].access == Access::Yours;
            prop_assert_eq!(is_yours, after.has(unit, flag), "what {} is shown of {}", unit, flag);
        }
    }
    Ok(())
}

fn check_views(host: &Host, after: &Program) -> Result<(), TestCaseError> {
    let statistics = after.statistics();
    prop_assert_eq!(statistics.states.values().sum::<usize>(), after.members().len());
    prop_assert_eq!(statistics.levels.values().sum::<usize>(), after.audience(None, None).count());
    let records = records(host);
    for (unit, member) in after.members() {
        let last = history(&records, "p", unit).last().map(|step| step.to);
        prop_assert_eq!(last, Some(member.state()), "the history of {}", unit);
        let dashboard = shown(host, &format!("dashboard p {unit}")).to_string();
        prop_assert!(!dashboard.contains("u-") && !dashboard.contains("why") && !dashboard.contains("\"g\""));
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(256))]

    // S3-29, S3-33: whatever is commanded, no seat is sold twice, and the segments are the truth.
    #[test]
    fn whatever_is_commanded_seats_are_kept_and_segments_are_the_truth(wishes in wishes(), cut in any::<prop::sample::Index>()) {
        let beginning = beginning();
        let mut host = Host::given(&beginning.iter().collect::<Vec<_>>());
        let mut states = vec![(host.log.len(), host.journal.clone())];
        for wish in &wishes {
            let (before, log) = (host.journal.clone(), host.log.len());
            let wish = &aimed(&host, wish);
            let Ok(_) = host.carry_out(wish) else {
                prop_assert_eq!(&host.journal, &before);
                continue;
            };
            let (old, new) = (program(&before), program(&host.journal));
            check_seats(old, new)?;
            check_members(old, new, wish)?;
            check_emails(&host, new)?;
            check_published(&host, new)?;
            check_views(&host, new)?;
            for environment in ENVIRONMENTS {
                let [was, is] = [&before, &host.journal].map(|journal| journal.workspace());
                let is_same = was.publish(environment) == is.publish(environment);
                let [was, is] = [was, is].map(|workspace| workspace.environments()[environment].revision());
                prop_assert_eq!(is_same, was == is, "{} in {}", wish, environment);
            }
            // Whatever is decided, time is up to date first; another rule may find that something is overdue.
            let (now, is_other_rule) = (host.now(), wish["action"]["command"]["type"] == "change");
            prop_assert!(is_other_rule || new.wake_at().is_none_or(|at| at > now), "{wish}");
            prop_assert_eq!(host.journal.workspace().wake_at(), new.wake_at());
            if host.log.len() > log {
                states.push((host.log.len(), host.journal.clone()));
            }
        }
        check_line(&host)?;
        prop_assert!(!host.log.contains("\"t-"), "the log has a token in clear");
        let first = states[0].0;
        let cut = first + cut.index(host.log.len() - first + 1);
        let replayed = Journal::replay(&host.log[..cut]).expect("a cut is no damage");
        let (length, journal) = states.iter().rev().find(|(length, _)| *length <= cut).expect("the beginning");
        prop_assert_eq!((replayed.length, &replayed.journal), (*length, journal));
    }
}

// The law above is worth what its commands reach.
#[test]
fn random_commands_reach_every_state() {
    let (beginning, mut runner) = (beginning(), TestRunner::deterministic());
    let (mut states, mut invitations, mut events) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..500 {
        let wishes = wishes().new_tree(&mut runner).expect("a tree").current();
        let mut host = Host::given(&beginning.iter().collect::<Vec<_>>());
        for wish in &wishes {
            if let Ok(Handled { record: Some(record), .. }) = host.carry_out(&aimed(&host, wish)) {
                let kinds = serde_json::to_value(&record.events).expect("data");
                let kinds = kinds.as_array().expect("events").iter().map(|event| event["event"]["type"].to_string());
                events.extend(kinds);
            }
            states.extend(program(&host.journal).members().values().map(|member| member.state()));
            invitations.extend(program(&host.journal).invitations().values().map(|invitation| invitation.state()));
        }
    }
    assert_eq!(states, BTreeSet::from(State::ALL));
    assert_eq!(invitations.len(), 5, "{invitations:?}");
    assert_eq!(events.len(), 16, "{events:?}");
}

// Decided at once or tick by tick, invitations that are over are over.
#[test]
fn late_ticks_fold() {
    let invite = |number: i64| {
        let invite = json!({ "type": "invite", "unit": format!("u-{number}"), "level": "beta", "token": digest(&format!("t-{number}")) });
        json!({ "after": "P1D", "action": command(invite) })
    };
    let mut given = beginning();
    given.extend((1..=3).map(invite));
    let mut often = Host::given(&given.iter().collect::<Vec<_>>());
    let mut late = often.clone();
    for _ in 0..20 {
        often.carry_out(&json!({ "after": "P1D", "action": { "type": "tick" } })).expect("it is fine");
    }
    late.carry_out(&json!({ "after": "P20D", "action": { "type": "tick" } })).expect("it is fine");
    assert_eq!(program(&often.journal), program(&late.journal));
    assert_eq!(program(&late.journal).members()["u-3"].state(), State::Expired);
    assert!(often.journal.workspace().revision() > late.journal.workspace().revision());
    assert_eq!(late.journal.workspace().wake_at(), None::<Timestamp>);
}
