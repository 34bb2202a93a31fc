//! Random valid snapshots and random contexts, for the laws.
//!
//! Everything is drawn from small vocabularies, so that conditions hold about as often as not,
//! units fall into lists, and parts of one snapshot fit into another: every snapshot has the same
//! names for its parts, and what a part refers to is there in all of them.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value as Json, json};
use vexil::hash::Digest;
use vexil::{Context, Timestamp, Value};

/// Keys of the flags. A flag requires only flags before it here, which is not the order of keys.
pub(crate) const FLAGS: [&str; 6] = ["search", "a", "чек", "a.b", "z-last", "a.b.c"];
/// Keys of the services.
pub(crate) const SERVICES: [&str; 2] = ["checkout-api", "a"];
/// Keys of the segments. A segment uses only segments before it.
pub(crate) const SEGMENTS: [&str; 4] = ["staff", "beta", "here", "all-of-it"];
/// Names of the rings, from the inside.
pub(crate) const RINGS: [&str; 3] = ["inner", "early", "late"];
const LAYERS: [&str; 2] = ["checkout", "prices"];
/// Variants of every flag.
pub(crate) const VARIANTS: [&str; 3] = ["a", "b", "c"];
/// Tracks of every service.
pub(crate) const TRACKS: [&str; 2] = ["canary", "stable"];

/// Attributes that conditions read, the one inside an object included.
const ATTRIBUTES: [&str; 10] =
    ["country", "account.plan", "age", "version", "tags", "email", "born", "ip", "beta", "targetingKey"];
/// Attributes that hold units.
const UNITS: [&str; 3] = ["targetingKey", "account.id", "visitor"];
const COUNTRIES: [&str; 5] = ["DE", "FR", "NL", "de", "Ä"];
const PLANS: [&str; 3] = ["pro", "free", "team"];
const TAGS: [&str; 4] = ["a", "b", "beta", "BETA"];
const EMAILS: [&str; 4] = ["ada@example.com", "root@EXAMPLE.com", "@", ""];
const NUMBERS: [f64; 8] = [0.0, -0.0, 17.0, 18.0, 18.5, -1.0, 9_007_199_254_740_991.0, 1e-9];
const VERSIONS: [&str; 9] = [
    "1.0.0",
    "v1.2.0",
    "1.2.0-rc.1",
    "1.2.0-rc.2+build.5",
    "1.10.0",
    "2.0.0+b",
    "2.0.0-0",
    "10.0.0",
    "18446744073709551615.0.0",
];
const ADDRESSES: [&str; 7] =
    ["10.20.0.9", "10.21.0.1", "::ffff:10.20.0.9", "2001:db8::1", "2001:db8:1::1", "127.0.0.1", "::10.20.0.9"];
const BLOCKS: [&str; 7] =
    ["10.20.0.0/16", "10.20.0.9", "0.0.0.0/0", "2001:db8::/48", "::/0", "::ffff:10.20.0.0/112", "10.20.30.40/7"];
const PATTERNS: [&str; 7] = ["^a", "e", "^(pro|team)$", "(?i)beta", r"@.+\.com$", r"\d{2}", ""];

/// Instants in the order of time: those of conditions and ramps.
pub(crate) const INSTANTS: [&str; 5] = [
    "1969-12-31T23:59:59.999Z",
    "2026-01-01T00:00:00Z",
    "2026-01-15T12:00:00.5+01:00",
    "2026-02-01T00:00:00Z",
    "2027-02-01T00:00:00-07:00",
];

/// The milliseconds of an instant.
pub(crate) fn ms(instant: &str) -> i64 {
    Timestamp::parse(instant).expect("an instant").as_ms()
}

/// A time of an evaluation: at, just before, just after, and between the instants.
pub(crate) fn now() -> impl Strategy<Value = Timestamp> {
    let at = (select(&INSTANTS[..]), prop_oneof![Just(-1), Just(0), Just(1), -2_000_000_000..2_000_000_000_i64]);
    at.prop_map(|(instant, offset)| Timestamp::from_ms(ms(instant) + offset))
}

/// A whole snapshot: valid, though not free of warnings.
pub(crate) fn snapshot() -> impl Strategy<Value = Json> {
    let flags: Vec<_> = (0..FLAGS.len()).map(flag).collect();
    let segments: Vec<_> = (0..SEGMENTS.len()).map(segment).collect();
    let holdouts = prop::collection::vec(holdout(), 2);
    let services = prop::collection::vec(service(), SERVICES.len());
    let layers = prop::collection::vec(layer(), LAYERS.len());
    let rings = prop::collection::vec(select(&SEGMENTS[..]), RINGS.len());
    (flags, segments, holdouts, services, layers, rings, prop::option::weighted(0.3, kills())).prop_map(
        |(flags, segments, holdouts, services, layers, rings, kills)| {
            let rings: Vec<Json> =
                RINGS.iter().zip(rings).map(|(name, segment)| json!({ "name": name, "segment": segment })).collect();
            let mut snapshot = json!({
                "schema": "vexil/1",
                "flags": named(&FLAGS, flags),
                "segments": named(&SEGMENTS, segments),
                "rings": rings,
                "layers": named(&LAYERS, layers),
                "holdouts": named(&["2026-q1", "2026-q2"], holdouts),
                "services": named(&SERVICES, services),
            });
            if let Some(kills) = kills {
                snapshot["kills"] = kills;
            }
            snapshot
        },
    )
}

/// A kill set of a small revision.
pub(crate) fn kills() -> impl Strategy<Value = Json> {
    let some = |names: &'static [&'static str], most: usize| subsequence(names, 0..=most);
    (1..9_u64, prop::bool::weighted(0.1), some(&["a", "a.b", "search", "nobody"], 2), some(&FLAGS, 2), some(&SERVICES, 1))
        .prop_map(|(revision, all, namespaces, flags, services)| {
            json!({ "revision": revision, "all": all, "namespaces": namespaces, "flags": flags, "services": services })
        })
}

fn named(names: &[&str], parts: Vec<Json>) -> Json {
    Json::Object(names.iter().map(ToString::to_string).zip(parts).collect())
}

/// An object of the fields that are there.
fn object<const N: usize>(fields: [(&str, Option<Json>); N]) -> Json {
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Json::Object(fields.collect::<Map<_, _>>())
}

fn flag(number: usize) -> BoxedStrategy<Json> {
    let values = prop_oneof![
        Just(json!({ "a": true, "b": false, "c": true })),
        Just(json!({ "a": "A", "b": "quoted \" and \\", "c": "" })),
        Just(json!({ "a": 1, "b": -2.5, "c": 1e300 })),
        Just(json!({ "a": { "x": [1, { "y": null }] }, "b": [], "c": {} })),
    ];
    let state = prop_oneof![8 => Just(None), 1 => Just(Some("disabled")), 1 => Just(Some("deprecated"))];
    let metadata = prop::option::weighted(0.2, Just(json!({ "team": "payments", "since": 7.5, "old": true })));
    let parts = (prerequisites(number), overrides(), rules("variant"), serve("variant"));
    (values, state, variant(), metadata, parts)
        .prop_map(|(values, state, off, metadata, (prerequisites, overrides, rules, default))| {
            object([
                ("variants", Some(values)),
                ("state", state.map(Json::from)),
                ("offVariant", Some(off.into())),
                ("metadata", metadata),
                ("prerequisites", prerequisites),
                ("overrides", overrides),
                ("rules", rules),
                ("default", Some(default)),
            ])
        })
        .boxed()
}

fn variant() -> impl Strategy<Value = &'static str> {
    select(&VARIANTS[..])
}

fn prerequisites(number: usize) -> BoxedStrategy<Option<Json>> {
    if number == 0 {
        return Just(None).boxed();
    }
    let one = (select(&FLAGS[..number]), subsequence(&VARIANTS[..], 1..=3))
        .prop_map(|(flag, variants)| json!({ "flag": flag, "variants": variants }));
    prop::option::weighted(0.3, prop::collection::vec(one, 0..3).prop_map(Json::from)).boxed()
}

/// Overrides that do not contradict each other: each has units of its own.
fn overrides() -> impl Strategy<Value = Option<Json>> {
    let one = (prop::option::of(select(&UNITS[..])), subsequence(vec![0, 1, 2], 0..3), variant());
    let list = prop::collection::vec(one, 0..3).prop_map(|list| {
        let overrides = list.into_iter().enumerate().map(|(index, (by, units, variant))| {
            let units = units.into_iter().map(|unit| listed_unit(index * 3 + unit)).collect();
            object([("by", by.map(Json::from)), ("units", Some(units)), ("variant", Some(variant.into()))])
        });
        Json::from(overrides.collect::<Vec<_>>())
    });
    prop::option::weighted(0.3, list)
}

/// A unit as it stands in a list: text, or a number.
fn listed_unit(number: usize) -> Json {
    if number % 3 == 2 { json!(number) } else { json!(format!("u-{number}")) }
}

fn rules(noun: &'static str) -> impl Strategy<Value = Option<Json>> {
    let when = prop::option::weighted(0.8, condition(SEGMENTS.len(), true));
    let rule = (when, prop::option::weighted(0.2, layer_range()), serve(noun));
    let rules = prop::collection::vec(rule, 0..4).prop_map(|rules| {
        let rules = rules.into_iter().enumerate().map(|(index, (when, layer, serve))| {
            let id = json!(format!("r{index}"));
            object([("id", Some(id)), ("when", when), ("layer", layer), ("serve", Some(serve))])
        });
        Json::from(rules.collect::<Vec<_>>())
    });
    prop::option::weighted(0.8, rules)
}

fn layer_range() -> impl Strategy<Value = Json> {
    (select(&LAYERS[..]), 0..1_000_000_u32, 0..1_000_000_u32)
        .prop_map(|(key, one, other)| json!({ "key": key, "from": one.min(other), "to": one.max(other) + 1 }))
}

fn served(noun: &'static str) -> impl Strategy<Value = &'static str> {
    select(if noun == "variant" { &VARIANTS[..] } else { &TRACKS[..] })
}

fn serve(noun: &'static str) -> impl Strategy<Value = Json> {
    prop_oneof![
        served(noun).prop_map(move |name| json!({ noun: name })),
        split(noun).prop_map(|s| json!({ "split": s }))
    ]
}

/// A split with what its weights, or ranges, are of: a `variant` or a `track`.
pub(crate) fn split(noun: &'static str) -> impl Strategy<Value = Json> {
    let seed = prop::option::weighted(0.3, select(vec!["shared", "seed/2", "чек"]));
    let outside = prop_oneof![
        3 => Just(None),
        1 => Just(Some(json!("next"))),
        1 => served(noun).prop_map(move |name| Some(json!({ noun: name }))),
    ];
    let exposure = prop_oneof![
        1 => Just(None),
        2 => percentage().prop_map(|share| Some(("exposure", share))),
        1 => ramp().prop_map(|ramp| Some(("ramp", ramp))),
    ];
    let shares = prop_oneof![weights(noun).prop_map(|w| ("weights", w)), ranges(noun).prop_map(|r| ("ranges", r))];
    (prop::option::weighted(0.3, select(&UNITS[..])), seed, exposure, shares, outside).prop_map(
        |(by, seed, exposure, (shape, shares), outside)| {
            let mut split = object([
                ("by", by.map(Json::from)),
                ("seed", seed.map(Json::from)),
                (shape, Some(shares)),
                ("outside", outside),
            ]);
            if let Some((field, exposure)) = exposure {
                split[field] = exposure;
            }
            split
        },
    )
}

/// A percentage of at most four decimals.
pub(crate) fn percentage() -> impl Strategy<Value = Json> {
    prop_oneof![4 => 0..=1_000_000_u32, 1 => Just(0), 1 => Just(1_000_000)].prop_map(percent)
}

/// Parts per million as people write them.
pub(crate) fn percent(ppm: u32) -> Json {
    if ppm.is_multiple_of(10_000) { json!(ppm / 10_000) } else { json!(f64::from(ppm) / 10_000.0) }
}

fn weights(noun: &'static str) -> impl Strategy<Value = Json> {
    let weight = prop_oneof![(1..10_u32).prop_map(f64::from), (0..1_000_000_u32).prop_map(|w| f64::from(w) / 10_000.0)];
    let first = 1..10_u32;
    (first, served(noun), prop::collection::vec((served(noun), weight), 0..4)).prop_map(move |(first, name, rest)| {
        let mut weights = vec![json!({ noun: name, "weight": first })];
        weights.extend(rest.into_iter().map(|(name, weight)| json!({ noun: name, "weight": weight })));
        Json::from(weights)
    })
}

/// Ranges that do not overlap, in any order, with gaps.
fn ranges(noun: &'static str) -> impl Strategy<Value = Json> {
    let cuts =
        prop::collection::btree_set(0..=1_000_000_u32, 2..8).prop_map(|cuts| cuts.into_iter().collect::<Vec<_>>());
    (cuts, prop::collection::vec((served(noun), any::<bool>()), 8), any::<bool>()).prop_map(
        move |(cuts, names, backwards)| {
            let pieces = cuts.windows(2).zip(names).filter(|(_, (_, taken))| *taken);
            let mut ranges: Vec<Json> =
                pieces.map(|(cut, (name, _))| json!({ noun: name, "from": cut[0], "to": cut[1] })).collect();
            if ranges.is_empty() {
                ranges.push(json!({ noun: if noun == "variant" { "a" } else { "canary" }, "from": 0, "to": 500_000 }));
            }
            if backwards {
                ranges.reverse();
            }
            Json::from(ranges)
        },
    )
}

/// A ramp between two of the instants.
pub(crate) fn ramp() -> impl Strategy<Value = Json> {
    let shares = prop::collection::vec(1..=1_000_000_u32, 2 + INSTANTS.len());
    (subsequence((0..INSTANTS.len()).collect::<Vec<_>>(), 2), shares, select(vec!["linear", "exponential", "steps"]))
        .prop_map(|(times, shares, curve)| {
            let mut ramp = json!({
                "from": percent(shares[0]), "to": percent(shares[1]),
                "start": INSTANTS[times[0]], "end": INSTANTS[times[1]],
                "curve": curve,
            });
            if curve == "steps" {
                let steps = INSTANTS.iter().zip(&shares[2..]);
                ramp["steps"] = steps.map(|(at, share)| json!({ "at": at, "exposure": percent(*share) })).collect();
            }
            ramp
        })
}

fn segment(number: usize) -> BoxedStrategy<Json> {
    let units = || prop::option::weighted(0.5, subsequence((0..9_usize).collect::<Vec<_>>(), 0..4));
    let parts = (prop::option::of(select(&UNITS[..])), units(), units(), units(), units());
    let when = prop::option::weighted(0.7, condition(number, false));
    (parts, when)
        .prop_map(|((by, include, digests, exclude, not_digests), when)| {
            let list = |units: Vec<usize>| units.into_iter().map(listed_unit).collect::<Json>();
            let hashed = |units: Vec<usize>| units.into_iter().map(|unit| json!(digest(&listed_unit(unit)))).collect();
            object([
                ("by", by.map(Json::from)),
                ("include", include.map(list)),
                ("includeDigests", digests.map(hashed)),
                ("exclude", exclude.map(list)),
                ("excludeDigests", not_digests.map(hashed)),
                ("when", when),
            ])
        })
        .boxed()
}

fn digest(unit: &Json) -> String {
    let text = unit.as_str().map_or_else(|| unit.to_string(), String::from);
    Digest::of(text.as_bytes()).to_string()
}

fn layer() -> impl Strategy<Value = Json> {
    (prop::option::of(select(&UNITS[..])), prop::option::of(Just("shared")))
        .prop_map(|(by, seed)| object([("by", by.map(Json::from)), ("seed", seed.map(Json::from))]))
}

fn holdout() -> impl Strategy<Value = Json> {
    let flags = subsequence(&FLAGS[..], 0..4);
    (layer(), 0..300_000_u32, flags).prop_map(|(mut holdout, exposure, flags)| {
        holdout["exposure"] = percent(exposure);
        holdout["flags"] = json!(flags);
        holdout
    })
}

fn service() -> impl Strategy<Value = Json> {
    let parts = (served("track"), rules("track"), prop::option::weighted(0.8, split("track")));
    parts.prop_map(|(default, rules, split)| {
        let tracks = json!({ "canary": { "version": "v2.1.0" }, "stable": { "version": "2.0.9" } });
        object([("tracks", Some(tracks)), ("defaultTrack", Some(default.into())), ("rules", rules), ("split", split)])
    })
}

/// A condition about the first `segments` segments and, where it may, the rings.
pub(crate) fn condition(segments: usize, rings: bool) -> BoxedStrategy<Json> {
    let mut leaves = vec![
        (12, test()),
        (1, select(&INSTANTS[..]).prop_map(|at| json!({ "after": at })).boxed()),
        (1, select(&INSTANTS[..]).prop_map(|at| json!({ "before": at })).boxed()),
    ];
    if segments > 0 {
        leaves.push((3, select(&SEGMENTS[..segments]).prop_map(|key| json!({ "segment": key })).boxed()));
    }
    if rings {
        leaves.push((1, select(&RINGS[..]).prop_map(|name| json!({ "ring": name })).boxed()));
    }
    let leaf = prop::strategy::Union::new_weighted(leaves);
    let group = |inner: BoxedStrategy<Json>| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!({ "all": list })),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!({ "any": list })),
            inner.prop_map(|one| json!({ "not": one })),
        ]
    };
    leaf.prop_recursive(3, 10, 3, group).boxed()
}

/// An attribute: mostly one that the operator is made for.
fn attribute(natural: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => select(natural), 1 => select(&ATTRIBUTES[..])]
}

/// A comparison of an attribute, of any operator.
pub(crate) fn test() -> BoxedStrategy<Json> {
    let fold = || prop::option::weighted(0.3, any::<bool>());
    let compared = &["country", "account.plan", "age", "tags", "beta", "email", "targetingKey"];
    let with = |(attribute, op, value): (&str, &str, Json)| json!({ "attribute": attribute, "op": op, "value": value });
    let folded = |(attribute, op, value, fold): (&str, &str, Json, Option<bool>)| {
        let fields = [("attribute", Some(attribute.into())), ("op", Some(op.into())), ("value", Some(value))];
        let [attribute, op, value] = fields;
        object([attribute, op, value, ("ignoreCase", fold.map(Json::from))])
    };
    let one = (attribute(compared), select(vec!["eq", "ne", "contains"]), scalar(), fold()).prop_map(folded);
    let several = select(vec!["in", "notIn", "containsAny", "containsAll"]);
    let several = (attribute(compared), several, scalars(), fold()).prop_map(folded);
    let number = select(&NUMBERS[..]).prop_map(number);
    let orders = (attribute(&["age"]), select(vec!["lt", "lte", "gt", "gte"]), number).prop_map(with);
    let texts = select(vec!["startsWith", "endsWith"]);
    let texts = (attribute(&["email", "country"]), texts, text(), fold()).prop_map(folded);
    let pattern = select(&PATTERNS[..]).prop_map(Json::from);
    let patterns = (attribute(&["email", "account.plan"]), Just("matches"), pattern, fold()).prop_map(folded);
    let versions = select(vec!["semverEq", "semverLt", "semverLte", "semverGt", "semverGte"]);
    let versions = (attribute(&["version"]), versions, select(&VERSIONS[..]).prop_map(Json::from)).prop_map(with);
    let instants = (attribute(&["born"]), select(vec!["before", "after"]), select(&INSTANTS[..]).prop_map(Json::from));
    let blocks = prop_oneof![
        select(&BLOCKS[..]).prop_map(Json::from),
        prop::collection::vec(select(&BLOCKS[..]), 0..3).prop_map(Json::from)
    ];
    let exists = (select(&ATTRIBUTES[..]), prop::option::of(any::<bool>())).prop_map(|(attribute, value)| {
        object([("attribute", Some(attribute.into())), ("op", Some("exists".into())), ("value", value.map(Json::from))])
    });
    prop_oneof![
        3 => one,
        3 => several,
        1 => orders,
        1 => texts,
        1 => patterns,
        1 => versions,
        1 => instants.prop_map(with),
        1 => (attribute(&["ip"]), Just("inCidr"), blocks).prop_map(with),
        1 => exists,
    ]
    .boxed()
}

/// A number as JSON: whole ones without a fraction.
fn number(number: f64) -> Json {
    if number.fract() == 0.0 && number.is_sign_positive() { json!(number as i64) } else { json!(number) }
}

fn text() -> impl Strategy<Value = Json> {
    prop_oneof![
        select(&COUNTRIES[..]),
        select(&PLANS[..]),
        select(&TAGS[..]),
        select(&EMAILS[..]),
        select(vec!["ada", "@example.COM", "u-1", "E", "Д"]),
    ]
    .prop_map(Json::from)
}

/// A scalar that attributes are compared with.
pub(crate) fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![4 => text(), 2 => select(&NUMBERS[..]).prop_map(number), 1 => any::<bool>().prop_map(Json::from)]
}

/// A list of them; now and then one with more than 64.
pub(crate) fn scalars() -> impl Strategy<Value = Json> {
    let many = (0..200_u32, prop::collection::vec(scalar(), 0..3)).prop_map(|(count, mut list)| {
        list.extend((0..count).map(|number| json!(format!("t{number}"))));
        Json::from(list)
    });
    prop_oneof![9 => prop::collection::vec(scalar(), 0..5).prop_map(Json::from), 1 => many]
}

/// A value that an attribute may have, of any type and none.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        scalar(),
        select(&VERSIONS[..]).prop_map(Json::from),
        (0..250_u32).prop_map(|n| json!(format!("t{n}")))
    ];
    let scalar = scalar.prop_map(|json| value_of(&json)).boxed();
    let odd = vec![Value::Null, Value::Number(f64::NAN), Value::Number(f64::INFINITY), Value::Object(Vec::new())];
    let odd =
        prop_oneof![select(odd), Just(Value::from("ä".repeat(40))), Just(Value::from("beta ".repeat(30)))].boxed();
    prop_oneof![
        6 => scalar.clone(),
        2 => prop::collection::vec(prop_oneof![5 => scalar, 1 => odd.clone()], 0..5).prop_map(Value::List),
        1 => odd,
    ]
}

/// A JSON value as the core holds it.
pub(crate) fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => Value::Number(number.as_f64().expect("a number")),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(value_of).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| (key.clone(), value_of(value))).collect())
        }
    }
}

/// What an attribute mostly has: something that its operators are made for.
fn natural(attribute: &str) -> BoxedStrategy<Value> {
    let texts = |texts: &'static [&'static str]| select(texts).prop_map(Value::from).boxed();
    match attribute {
        "country" => texts(&COUNTRIES),
        "plan" => texts(&PLANS),
        "age" => select(&NUMBERS[..]).prop_map(Value::from).boxed(),
        "version" => texts(&VERSIONS),
        "tags" => subsequence(&TAGS[..], 0..4).prop_map(Value::from).boxed(),
        "email" => texts(&EMAILS),
        "born" => {
            let number = select(&INSTANTS[..]).prop_map(|at| Value::Number(ms(at) as f64 - 0.5));
            prop_oneof![select(&INSTANTS[..]).prop_map(Value::from), number].boxed()
        }
        "ip" => texts(&ADDRESSES),
        "beta" => any::<bool>().prop_map(Value::from).boxed(),
        _ => unit().boxed(),
    }
}

/// A unit: some of them stand in lists.
pub(crate) fn unit() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..12_usize).prop_map(|number| value_of(&listed_unit(number))),
        (0..1_000_u32).prop_map(|number| Value::from(format!("visitor-{number}"))),
        (0..12_i32).prop_map(Value::from),
    ]
}

/// An attribute's value: natural, odd, or not there.
fn attribute_value(attribute: &str) -> impl Strategy<Value = Option<Value>> + use<> {
    prop_oneof![6 => natural(attribute).prop_map(Some), 1 => value().prop_map(Some), 2 => Just(None)]
}

/// A context. What conditions call `account.plan` may be inside `account` or a key of its own.
pub(crate) fn context() -> impl Strategy<Value = Context> {
    let plain = ["country", "age", "version", "tags", "email", "born", "ip", "beta", "targetingKey", "visitor"];
    let values: Vec<_> = plain.iter().map(|name| attribute_value(name)).collect();
    let nested = (attribute_value("plan"), attribute_value("id"));
    let whole = prop::option::weighted(0.2, prop_oneof![natural("plan"), Just(Value::Null)]);
    (values, nested, whole).prop_map(move |(values, (plan, id), whole)| {
        let set = plain.iter().zip(values).filter_map(|(name, value)| Some((name.to_string(), value?)));
        let mut context: Context = set.collect();
        let account = [("plan", plan), ("id", id)].into_iter();
        let account: Vec<_> = account.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        if !account.is_empty() {
            context.set("account", Value::Object(account));
        }
        if let Some(whole) = whole {
            context.set("account.plan", whole);
        }
        context
    })
}

/// A snapshot in which a few places are as in another one: what an edit leaves.
pub(crate) fn edited(one: &Json, other: &Json, numbers: &mut impl FnMut() -> u64) -> Json {
    if numbers().is_multiple_of(32) {
        return other.clone();
    }
    match (one, other) {
        (Json::Object(ours), Json::Object(theirs)) => {
            let mut members = Map::new();
            for (key, value) in ours {
                let value = theirs.get(key).map_or_else(|| value.clone(), |other| edited(value, other, numbers));
                if !numbers().is_multiple_of(64) || key == "schema" {
                    members.insert(key.clone(), value);
                }
            }
            let new = theirs.iter().filter(|(key, _)| !ours.contains_key(*key));
            members
                .extend(new.filter(|_| numbers().is_multiple_of(32)).map(|(key, value)| (key.clone(), value.clone())));
            Json::Object(members)
        }
        (Json::Array(ours), Json::Array(theirs)) => {
            let both = ours.iter().zip(theirs.iter().map(Some).chain(std::iter::repeat(None)));
            both.map(|(value, other)| other.map_or_else(|| value.clone(), |other| edited(value, other, numbers)))
                .collect()
        }
        _ => one.clone(),
    }
}

/// The document with its members in another order and with white space between the tokens. Members
/// of what is served as it stands, a flag's values and metadata, keep their order.
pub(crate) fn disordered(json: &Json, numbers: &mut impl FnMut() -> u64) -> String {
    let space = |numbers: &mut dyn FnMut() -> u64| ["", " ", "\n\t", "\r\n  "][(numbers() % 4) as usize];
    let text = match json {
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            let is_served = members.iter().any(|(key, _)| ["team", "x"].contains(&key.as_str()));
            for last in if is_served { 1..1 } else { 1..members.len() } {
                members.swap(last, (numbers() % (last as u64 + 1)) as usize);
            }
            let members = members
                .into_iter()
                .map(|(key, value)| format!("{}{}:{}", space(numbers), json!(key), disordered(value, numbers)));
            format!("{{{}{}}}", members.collect::<Vec<_>>().join(","), space(numbers))
        }
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| disordered(item, numbers)).collect();
            format!("[{}]", items.join(","))
        }
        scalar => scalar.to_string(),
    };
    format!("{}{text}{}", space(numbers), space(numbers))
}
