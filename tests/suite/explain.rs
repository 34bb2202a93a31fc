//! Explanations: what they say, as data and in words, and that they say what the engine does.

mod laws;

use insta::assert_snapshot;
use vexil::explain::{Explanation, Place, Step, WhyNot};
use vexil::patterns::RegexPatterns;
use vexil::{Context, Engine, Timestamp};

/// 2026-01-01T00:00:00Z.
const NOW: Timestamp = Timestamp::from_ms(1_767_225_600_000);

/// A snapshot with a flag for each kind of step.
pub(crate) const SHOP: &str = include_str!("explain/shop.json");

fn shop() -> Engine {
    Engine::from_json(SHOP).expect("the snapshot is usable")
}

fn explain(flag: &str, context: &Context) -> Explanation {
    shop().explain(flag, context, NOW).expect("the flag is known")
}

fn words(flag: &str, context: &Context) -> String {
    explain(flag, context).to_string()
}

fn json(explanation: &Explanation) -> String {
    serde_json::to_string_pretty(explanation).expect("an explanation is JSON")
}

#[test]
fn a_rule_that_serves_tells_all_that_was_looked_at() {
    let context = Context::new("u-2").with("country", "DE").with("plan", "pro").with("account", "a-1");
    assert_snapshot!(words("checkout-redesign", &context), @r#"
    checkout-redesign = true (variant on): SPLIT by rule eu
      prerequisite: payments-v2 must serve on or slow, and it does
        payments-v2 = 2 (variant on): TARGETING_MATCH by rule early
          rule early: yes, it serves on
            ring early: yes
              segment staff: no, targetingKey "u-2" is listed as excluded
              segment beta: yes, account "a-1" is listed as included
      override to on: no, targetingKey "u-2" is not listed
      rule staff: no, its condition does not hold
        segment staff: no, targetingKey "u-2" is listed as excluded
      rule eu: yes, it serves on
        all of these:
          country in ["DE", "FR"]: yes, it is "DE"
          not:
            any of these:
              plan eq "TRIAL" (case ignored): no, it is "pro"
              tags containsAny ["a", "b"]: no, it is missing
        layer checkout: yes, targetingKey "u-2" has bucket 259476 (25.9476 %), inside 0..500000 (0 % to 50 %)
        split: targetingKey "u-2" has bucket 251966 (25.1966 %), inside 0..300000 (0 % to 30 %), which gets on
    "#);
}

#[test]
fn as_data_it_has_the_shape_that_hosts_know() {
    let context = Context::new("u-2").with("country", "DE").with("plan", "Trial").with("account", "a-7");
    assert_snapshot!(json(&explain("checkout-redesign", &context)));
}

#[test]
fn what_was_decided_already_is_not_looked_at() {
    let context = Context::new("u-3").with("country", "US").with("account", "a-1");
    assert_snapshot!(words("checkout-redesign", &context), @r#"
    checkout-redesign = false (variant off): DEFAULT
      prerequisite: payments-v2 must serve on or slow, and it does
        payments-v2 = 2 (variant on): TARGETING_MATCH by rule early
          rule early: yes, it serves on
            ring early: yes
              segment staff: no, targetingKey "u-3" is not listed, so its condition decides
                email endsWith "@vexil.dev": no, it is missing
              segment beta: yes, account "a-1" is listed as included
      override to on: no, targetingKey "u-3" is not listed
      rule staff: no, its condition does not hold
        segment staff: no, targetingKey "u-3" is not listed, so its condition decides
          email endsWith "@vexil.dev": no, it is missing
      rule eu: no, its condition does not hold
        all of these:
          country in ["DE", "FR"]: no, it is "US"
          not:
            any of these:
              plan eq "TRIAL" (case ignored): not looked at
              tags containsAny ["a", "b"]: not looked at
      default: no rule decided, so it serves off
    "#);
    let explanation = explain("checkout-redesign", &context);
    let Some(Step::Rule { conditions, why_not, .. }) = explanation.steps.get(3) else { panic!("{explanation}") };
    assert_eq!(*why_not, Some(WhyNot::Condition));
    assert_eq!(conditions.iter().map(|condition| condition.held).collect::<Vec<_>>(), [Some(false), None, None]);
}

#[test]
fn a_listed_unit_needs_no_rule() {
    assert_snapshot!(words("checkout-redesign", &Context::new("u-9").with("account", "a-1")), @r#"
    checkout-redesign = true (variant on): TARGETING_MATCH
      prerequisite: payments-v2 must serve on or slow, and it does
        payments-v2 = 2 (variant on): TARGETING_MATCH by rule early
          rule early: yes, it serves on
            ring early: yes
              segment staff: no, targetingKey "u-9" is not listed, so its condition decides
                email endsWith "@vexil.dev": no, it is missing
              segment beta: yes, account "a-1" is listed as included
      override to on: yes, targetingKey "u-9" is listed
    "#);
}

#[test]
fn a_prerequisite_that_is_not_met_tells_why() {
    assert_snapshot!(words("checkout-redesign", &Context::new("u-4")), @r#"
    checkout-redesign = false (variant off): DISABLED
      prerequisite: payments-v2 must serve on or slow, but it does not
        payments-v2 = 0 (variant off): DEFAULT
          rule early: no, its condition does not hold
            ring early: no
              segment staff: no, targetingKey "u-4" is not listed, so its condition decides
                email endsWith "@vexil.dev": no, it is missing
              segment beta: no, the context has no account, so its condition decides
                segment staff: no, targetingKey "u-4" is not listed, so its condition decides
                  email endsWith "@vexil.dev": no, it is missing
          default: no rule decided, nor does its split, so it serves off
            its ramp is at 50 % (500000 ppm) now
            split: the context has no account
    "#);
    assert_snapshot!(words("needs-broken", &Context::new("u-4")), @r"
    needs-broken = false (variant off): DISABLED
      prerequisite: broken must serve a variant that it does not have
        broken has no answer, the caller's default stands in: ERROR PARSE_ERROR
          it has an error in the snapshot; the diagnostics say which
    ");
}

#[test]
fn negative_operators_are_told_as_written() {
    let context = Context::new("u-1").with("country", "DE").with("beta", true);
    assert_snapshot!(words("negative", &context), @r#"
    negative = "n" (variant no): DEFAULT
      rule foreign: no, its condition does not hold
        all of these:
          country ne "DE": no, it is "DE"
          plan notIn ["trial"]: not looked at
          beta exists false: not looked at
          after 2025-06-01T00:00:00Z: not looked at
          before 2025-12-01T00:00:00Z: not looked at
          age lt 18: not looked at
      default: no rule decided, so it serves no
    "#);
    let context = Context::new("u-1").with("country", "US").with("plan", "pro");
    assert_snapshot!(words("negative", &context), @r#"
    negative = "n" (variant no): DEFAULT
      rule foreign: no, its condition does not hold
        all of these:
          country ne "DE": yes, it is "US"
          plan notIn ["trial"]: yes, it is "pro"
          beta exists false: yes, it is missing
          after 2025-06-01T00:00:00Z: yes, now is 2026-01-01T00:00:00Z
          before 2025-12-01T00:00:00Z: no, now is 2026-01-01T00:00:00Z
          age lt 18: not looked at
      default: no rule decided, so it serves no
    "#);
}

#[test]
fn kills_and_states_end_everything() {
    let mut engine = shop();
    engine
        .kill(r#"{ "revision": 1, "namespaces": ["held"], "flags": ["negative"], "services": ["api"] }"#)
        .expect("a kill");
    let context = Context::default();
    let told: Vec<String> = ["held", "negative", "disabled", "broken"]
        .map(|flag| engine.explain(flag, &context, NOW).expect("the flag is known").to_string())
        .into();
    assert_snapshot!(told.join("\n"), @r#"
    held = [] (variant off): DISABLED
      its namespace is killed, so nothing else counts
    negative = "n" (variant no): DISABLED
      the flag itself is killed, so nothing else counts
    disabled = false (variant off): DISABLED
      its state is disabled, so it serves its off variant
    broken has no answer, the caller's default stands in: ERROR PARSE_ERROR
      it has an error in the snapshot; the diagnostics say which
    "#);
    assert_snapshot!(engine.explain_route("api", &context, NOW).expect("the service is known"), @r#"
    api goes to stable (version "v1.0.0"): DISABLED
      the service itself is killed, so nothing else counts
    "#);
    engine.kill(r#"{ "revision": 2, "all": true }"#).expect("a kill");
    assert_snapshot!(engine.explain("broken", &context, NOW).expect("the flag is known"), @r"
    broken = false (variant off): DISABLED
      everything is killed, so nothing else counts
    ");
}

#[test]
fn a_killed_flag_whose_off_variant_cannot_be_read_is_broken_too() {
    let snapshot =
        r#"{ "schema": "vexil/1", "kills": { "revision": 1, "flags": ["x"] }, "flags": { "x": { "variants": 1 } } }"#;
    let engine: Engine = Engine::from_json(snapshot).expect("the snapshot is usable");
    let explanation = engine.explain("x", &Context::default(), NOW).expect("the flag is known");
    assert_eq!(explanation.steps, [Step::Killed { scope: "flag" }, Step::Broken]);
    assert_eq!(explanation.error_code, Some("PARSE_ERROR"));
}

#[test]
fn holdouts_have_their_units() {
    assert_snapshot!(words("held", &Context::new("u-1")), @r#"
    held = {"color":"red"} (variant on): DEFAULT
      holdout 2026-q1: no, targetingKey "u-1" has bucket 579252 (57.9252 %), outside the first 50 % (500000 ppm)
      default: no rule decided, so it serves on
    "#);
    assert_snapshot!(words("held", &Context::new("u-2")), @r#"
    held = [] (variant off): SPLIT
      holdout 2026-q1: yes, targetingKey "u-2" has bucket 259360 (25.936 %), inside the first 50 % (500000 ppm)
    "#);
    assert_snapshot!(words("held", &Context::default()), @r#"
    held = {"color":"red"} (variant on): DEFAULT
      holdout 2026-q1: no, the context has no targetingKey
      default: no rule decided, so it serves on
    "#);
}

#[test]
fn units_outside_get_what_outside_says_and_no_unit_gets_nothing() {
    assert_snapshot!(words("fixed", &Context::new("u-1").with("account", 17)), @r#"
    fixed = "y" (variant off): SPLIT by rule others
      rule others: yes, it serves off
        split: account 17 has bucket 323181 (32.3181 %), in none of its ranges, and those units get off
          0..1 (0 % to 0.0001 %) gets on
    "#);
    assert_snapshot!(words("fixed", &Context::new("u-1").with("account", 1.5)), @r#"
    fixed = "x" (variant on): DEFAULT
      rule others: no, the context has no unit for it
        split: account 1.5 is no unit
      default: no rule decided, so it serves on
    "#);
    let explanation = explain("fixed", &Context::new("u-1"));
    let Some(Step::Rule { split: Some(split), why_not, .. }) = explanation.steps.first() else {
        panic!("{explanation}")
    };
    assert_eq!((split.place, *why_not), (Place::NoUnit, Some(WhyNot::NoUnit)));
}

#[test]
fn a_route_is_explained_as_a_flag_is() {
    let route = |context: &Context| shop().explain_route("api", context, NOW).expect("the service is known");
    assert_snapshot!(route(&Context::default().with("visitor", "v-1")), @r#"
    api goes to stable (version "v1.0.0"): SPLIT
      rule forced: no, its condition does not hold
        headers.x-canary exists true: no, it is missing
      default: no rule decided, so it serves stable
        split: visitor "v-1" has bucket 555784 (55.5784 %), inside 0..900000 (0 % to 90 %), which gets stable
    "#);
    assert_snapshot!(route(&Context::default().with("headers.x-canary", "1")), @r#"
    api goes to canary (version "v1.1.0"): TARGETING_MATCH by rule forced
      rule forced: yes, it serves canary
        headers.x-canary exists true: yes, it is "1"
    "#);
    assert_snapshot!(route(&Context::default()), @r#"
    api goes to stable (version "v1.0.0"): DEFAULT
      rule forced: no, its condition does not hold
        headers.x-canary exists true: no, it is missing
      default: no rule decided, nor does its split, so it serves stable
        split: the context has no visitor
    "#);
}

#[test]
fn without_sources_what_evaluation_does_is_told() {
    let snapshot = vexil::snapshot::read::<RegexPatterns>(SHOP).snapshot.expect("the snapshot is usable");
    let mut ruleset = vexil::compile::compile::<RegexPatterns>(&snapshot, 0);
    ruleset.sources.clear();
    let engine = Engine::from_ruleset(ruleset);
    let context = Context::new("u-1").with("country", "US").with("account", "a-1").with("age", 17);
    let told = |flag: &str| engine.explain(flag, &context, NOW).expect("the flag is known").to_string();
    assert_snapshot!(told("negative"), @r#"
    negative = "n" (variant no): DEFAULT
      rule foreign: no, its condition does not hold
        country eq: no, it is "US"
        plan eq: no, it is missing
        beta exists: no, it is missing
        after: yes, now is 2026-01-01T00:00:00Z
        before: no, now is 2026-01-01T00:00:00Z
        age lte: not looked at
      default: no rule decided, so it serves no
    "#);
    assert_snapshot!(told("checkout-redesign"), @r#"
    checkout-redesign = true (variant on): TARGETING_MATCH by rule staff
      prerequisite: payments-v2 must serve on or slow, and it does
        payments-v2 = 2 (variant on): TARGETING_MATCH by rule early
          rule early: yes, it serves on
            segment staff: yes, targetingKey "u-1" is listed as included
            segment beta: not looked at
      override to on: no, targetingKey "u-1" is not listed
      rule staff: yes, it serves on
        segment staff: yes, targetingKey "u-1" is listed as included
    "#);
}

#[test]
fn unknown_keys_have_no_explanation() {
    assert_eq!(shop().explain("unknown", &Context::default(), NOW), None);
    assert_eq!(shop().explain_route("checkout-redesign", &Context::default(), NOW), None);
}
