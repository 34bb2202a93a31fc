//! A second reading of the documentation: evaluates a valid document as it stands, without
//! compiling anything and without a thought of speed. Shares with the core only the bucketing law
//! (`Digest`, `SeedKey`) and the reading of instants, which fixtures pin.

use std::net::{IpAddr, Ipv6Addr};

use semver::Version;
use serde_json::Value as Json;
use vexil::hash::{Digest, SeedKey};
use vexil::{Context, Timestamp, Value};

/// What is compared with the core's answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) variant: String,
    pub(crate) reason: &'static str,
    pub(crate) rule: Option<String>,
    pub(crate) cause: Option<&'static str>,
}

impl Answer {
    fn new(variant: &Json, reason: &'static str, cause: Option<&'static str>) -> Self {
        let variant = variant.as_str().expect("a valid document").to_owned();
        Self { variant, reason, rule: None, cause }
    }
}

/// One document, context and instant.
pub(crate) struct Naive<'n> {
    pub(crate) document: &'n Json,
    pub(crate) context: &'n Context,
    pub(crate) now: Timestamp,
}

/// The words in which flags and services differ.
#[derive(Clone, Copy)]
struct Kind {
    noun: &'static str,
    by: &'static str,
    seed: &'static str,
}

const FLAG: Kind = Kind { noun: "variant", by: "targetingKey", seed: "" };
const SERVICE: Kind = Kind { noun: "track", by: "visitor", seed: "service:" };

/// What a split comes to.
enum Drawn<'j> {
    Served(&'j Json),
    Outside,
    NoUnit,
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn has(list_of: &Json, text: &str) -> bool {
    list(list_of).iter().any(|item| item == text)
}

fn ppm(percent: &Json) -> u32 {
    (percent.as_f64().expect("a percentage") * 10_000.0).round() as u32
}

fn instant(json: &Json) -> i64 {
    Timestamp::parse(json.as_str().expect("a text")).expect("an instant").as_ms()
}

impl Naive<'_> {
    /// The answer of a flag.
    pub(crate) fn flag(&self, key: &str) -> Answer {
        let flag = &self.document["flags"][key];
        let off = &flag["offVariant"];
        let kills = &self.document["kills"];
        let in_namespace = |name: &Json| {
            let name = name.as_str().expect("a text");
            key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
        };
        if kills["all"] == true || list(&kills["namespaces"]).iter().any(in_namespace) || has(&kills["flags"], key) {
            return Answer::new(off, "DISABLED", Some("killed"));
        }
        if flag["state"] == "disabled" {
            return Answer::new(off, "DISABLED", Some("disabled"));
        }
        for prerequisite in list(&flag["prerequisites"]) {
            let answer = self.flag(prerequisite["flag"].as_str().expect("a key"));
            if answer.reason == "DISABLED" || !has(&prerequisite["variants"], &answer.variant) {
                return Answer::new(off, "DISABLED", Some("prerequisite"));
            }
        }
        for entry in list(&flag["overrides"]) {
            if self.unit(&entry["by"], FLAG).is_some_and(|unit| lists(&entry["units"], &unit)) {
                return Answer::new(&entry["variant"], "TARGETING_MATCH", Some("override"));
            }
        }
        // Members of a `serde_json` object are in the order of their keys.
        let holdouts = self.document["holdouts"].as_object().into_iter().flatten();
        let holdouts: Vec<_> = holdouts.filter(|(_, holdout)| has(&holdout["flags"], key)).collect();
        for (name, holdout) in &holdouts {
            let bucket = self.bucket(holdout, FLAG, &format!("holdout:{name}"));
            if bucket.is_some_and(|bucket| bucket < ppm(&holdout["exposure"])) {
                return Answer::new(off, "SPLIT", Some("holdout"));
            }
        }
        if let Some(answer) = self.rules(flag, FLAG, key) {
            return answer;
        }
        let lists = ["prerequisites", "overrides", "rules"];
        let says_nothing_else = holdouts.is_empty() && lists.iter().all(|name| list(&flag[name]).is_empty());
        match flag["default"].get("split").map(|split| self.draw(split, FLAG, key)) {
            Some(Drawn::Served(variant)) => Answer::new(variant, "SPLIT", None),
            Some(Drawn::Outside) => Answer::new(off, "DEFAULT", None),
            Some(Drawn::NoUnit) => Answer::new(off, "DEFAULT", Some("missingUnit")),
            None if says_nothing_else => Answer::new(&flag["default"]["variant"], "STATIC", None),
            None => Answer::new(&flag["default"]["variant"], "DEFAULT", None),
        }
    }

    /// The answer of a service; its reason is STATIC or DEFAULT where nothing decides.
    pub(crate) fn service(&self, key: &str) -> Answer {
        let service = &self.document["services"][key];
        let default = &service["defaultTrack"];
        let kills = &self.document["kills"];
        if kills["all"] == true || has(&kills["services"], key) {
            return Answer::new(default, "DISABLED", Some("killed"));
        }
        if let Some(answer) = self.rules(service, SERVICE, key) {
            return answer;
        }
        match service.get("split").map(|split| self.draw(split, SERVICE, key)) {
            Some(Drawn::Served(track)) => Answer::new(track, "SPLIT", None),
            Some(Drawn::NoUnit) => Answer::new(default, "DEFAULT", Some("missingUnit")),
            None if list(&service["rules"]).is_empty() => Answer::new(default, "STATIC", None),
            _ => Answer::new(default, "DEFAULT", None),
        }
    }

    fn rules(&self, subject: &Json, kind: Kind, key: &str) -> Option<Answer> {
        list(&subject["rules"]).iter().find_map(|rule| {
            if rule.get("when").is_some_and(|when| !self.holds(when)) {
                return None;
            }
            let layer = rule.get("layer");
            if let Some(range) = layer {
                let name = range["key"].as_str().expect("a key");
                let bucket = self.bucket(&self.document["layers"][name], FLAG, &format!("layer:{name}"))?;
                let bound = |field: &str| range[field].as_u64().expect("a bucket");
                if !(bound("from")..bound("to")).contains(&u64::from(bucket)) {
                    return None;
                }
            }
            let (variant, reason) = match rule["serve"].get("split") {
                Some(split) => match self.draw(split, kind, key) {
                    Drawn::Served(variant) => (variant, "SPLIT"),
                    Drawn::Outside | Drawn::NoUnit => return None,
                },
                None => (&rule["serve"][kind.noun], if layer.is_some() { "SPLIT" } else { "TARGETING_MATCH" }),
            };
            let rule = rule["id"].as_str().map(String::from);
            Some(Answer { rule, ..Answer::new(variant, reason, None) })
        })
    }

    fn draw<'j>(&self, split: &'j Json, kind: Kind, key: &str) -> Drawn<'j> {
        let Some(bucket) = self.bucket(split, kind, &format!("{}{key}", kind.seed)) else { return Drawn::NoUnit };
        let exposure = match (split.get("exposure"), split.get("ramp")) {
            (Some(share), _) => ppm(share),
            (_, Some(ramp)) => exposure(ramp, self.now.as_ms()),
            _ => 1_000_000,
        };
        let cut = |width: u32| (u64::from(width) * u64::from(exposure) / 1_000_000) as u32;
        for (variant, from, to) in ranges(split, kind) {
            if (from..from + cut(to - from)).contains(&bucket) {
                return Drawn::Served(variant);
            }
        }
        match split["outside"].get(kind.noun) {
            Some(variant) => Drawn::Served(variant),
            None => Drawn::Outside,
        }
    }

    /// The bucket under a split, a layer or a holdout.
    fn bucket(&self, part: &Json, kind: Kind, seed: &str) -> Option<u32> {
        let seed = part["seed"].as_str().unwrap_or(seed);
        let unit = self.unit(&part["by"], kind)?;
        Some(SeedKey::of(seed).bucket(Digest::of(unit.as_bytes())))
    }

    fn unit(&self, by: &Json, kind: Kind) -> Option<String> {
        match self.attribute(by.as_str().unwrap_or(kind.by))? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(n) if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_991.0 => {
                Some(format!("{}", *n as i64))
            }
            _ => None,
        }
    }

    /// An attribute that is not missing.
    fn attribute(&self, path: &str) -> Option<&Value> {
        let own = |key: &str| self.context.iter().find(|(name, _)| *name == key).map(|(_, value)| value);
        let found = own(path).or_else(|| {
            let mut steps = path.split('.');
            let mut at = own(steps.next()?)?;
            // A path of one step is the whole key, which is not there.
            let mut is_whole = true;
            for step in steps {
                is_whole = false;
                let Value::Object(members) = at else { return None };
                at = members.iter().find(|(name, _)| name == step).map(|(_, value)| value)?;
            }
            (!is_whole).then_some(at)
        })?;
        match found {
            Value::Null => None,
            Value::Number(number) if !number.is_finite() => None,
            found => Some(found),
        }
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&self, condition: &Json) -> bool {
        let (form, inner) = condition
            .as_object()
            .and_then(|members| {
                let forms = ["attribute", "all", "any", "not", "segment", "ring", "after", "before"];
                forms.into_iter().find_map(|form| Some((form, members.get(form)?)))
            })
            .expect("a condition");
        match form {
            "all" => list(inner).iter().all(|condition| self.holds(condition)),
            "any" => list(inner).iter().any(|condition| self.holds(condition)),
            "not" => !self.holds(inner),
            "segment" => self.is_member(inner.as_str().expect("a key")),
            "ring" => {
                let rings = list(&self.document["rings"]);
                let last = rings.iter().position(|ring| ring["name"] == *inner).expect("a ring");
                rings[..=last].iter().any(|ring| self.is_member(ring["segment"].as_str().expect("a key")))
            }
            "after" => self.now.as_ms() >= instant(inner),
            "before" => self.now.as_ms() < instant(inner),
            _ => self.compare(condition),
        }
    }

    fn is_member(&self, key: &str) -> bool {
        let segment = &self.document["segments"][key];
        if let Some(unit) = self.unit(&segment["by"], FLAG) {
            let digest = Digest::of(unit.as_bytes()).to_string();
            if lists(&segment["exclude"], &unit) || has(&segment["excludeDigests"], &digest) {
                return false;
            }
            if lists(&segment["include"], &unit) || has(&segment["includeDigests"], &digest) {
                return true;
            }
        }
        segment.get("when").is_some_and(|when| self.holds(when))
    }

    fn compare(&self, test: &Json) -> bool {
        let attribute = self.attribute(test["attribute"].as_str().expect("a path"));
        let operator = test["op"].as_str().expect("an operator");
        let operand = &test["value"];
        if operator == "exists" {
            return attribute.is_some() == (operand != &Json::Bool(false));
        }
        let fold = test["ignoreCase"] == true;
        let is = |value: &Value, operand: &Json| equals(value, operand, fold);
        let one_of = |value: &Value| list(operand).iter().any(|operand| is(value, operand));
        match operator {
            "ne" => return !attribute.is_some_and(|value| is(value, operand)),
            "notIn" => return !attribute.is_some_and(one_of),
            _ => {}
        }
        let Some(attribute) = attribute else { return false };
        match (operator, attribute) {
            ("eq", value) => is(value, operand),
            ("in", value) => one_of(value),
            ("contains", Value::List(items)) => items.iter().any(|item| is(item, operand)),
            ("containsAny", Value::List(items)) => items.iter().any(one_of),
            ("containsAll", Value::List(items)) => {
                list(operand).iter().all(|operand| items.iter().any(|item| is(item, operand)))
            }
            ("before", value) => moment(value).is_some_and(|at| at < instant(operand)),
            ("after", value) => moment(value).is_some_and(|at| at >= instant(operand)),
            (_, Value::Number(number)) => orders(operator, *number, operand),
            (_, Value::String(text)) => texts(operator, text, operand, fold),
            _ => false,
        }
    }
}

/// Whether a list has a unit: 17 and "17" are one.
fn lists(units: &Json, unit: &str) -> bool {
    list(units).iter().any(|listed| listed.as_str().map_or_else(|| listed.to_string(), String::from) == unit)
}

fn folded(text: &str, fold: bool) -> String {
    if fold { text.to_ascii_lowercase() } else { text.to_owned() }
}

fn equals(value: &Value, operand: &Json, fold: bool) -> bool {
    match (value, operand) {
        (Value::String(text), Json::String(operand)) => folded(text, fold) == folded(operand, fold),
        (Value::Number(number), Json::Number(operand)) => Some(*number) == operand.as_f64(),
        (Value::Boolean(value), Json::Bool(operand)) => value == operand,
        _ => false,
    }
}

fn moment(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => Timestamp::parse(text).map(Timestamp::as_ms),
        Value::Number(ms) if ms.abs() <= 9_007_199_254_740_991.0 => Some(ms.floor() as i64),
        _ => None,
    }
}

fn orders(operator: &str, number: f64, operand: &Json) -> bool {
    let operand = operand.as_f64();
    match operator {
        "lt" => operand.is_some_and(|operand| number < operand),
        "lte" => operand.is_some_and(|operand| number <= operand),
        "gt" => operand.is_some_and(|operand| number > operand),
        "gte" => operand.is_some_and(|operand| number >= operand),
        _ => false,
    }
}

fn texts(operator: &str, text: &str, operand: &Json, fold: bool) -> bool {
    if operator == "inCidr" {
        return match operand {
            Json::Array(blocks) => blocks.iter().any(|block| in_block(text, block)),
            block => in_block(text, block),
        };
    }
    let Some(operand) = operand.as_str() else { return false };
    let (folded_text, folded_operand) = (folded(text, fold), folded(operand, fold));
    match operator {
        "contains" => folded_text.contains(&folded_operand),
        "startsWith" => folded_text.starts_with(&folded_operand),
        "endsWith" => folded_text.ends_with(&folded_operand),
        "matches" => {
            let pattern = regex_lite::RegexBuilder::new(operand).case_insensitive(fold).build();
            pattern.expect("a pattern").is_match(text)
        }
        _ => match (version(text), operator.strip_prefix("semver"), version(operand)) {
            (Some(version), Some(relation), Some(operand)) => {
                let order = version.cmp_precedence(&operand);
                match relation {
                    "Eq" => order.is_eq(),
                    "Lt" => order.is_lt(),
                    "Lte" => order.is_le(),
                    "Gt" => order.is_gt(),
                    _ => order.is_ge(),
                }
            }
            _ => false,
        },
    }
}

fn version(text: &str) -> Option<Version> {
    Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
}

/// Whether an address is in a block: the bits before the prefix are the same.
fn in_block(text: &str, block: &Json) -> bool {
    let block = block.as_str().expect("a block");
    let (base, prefix) =
        block.split_once('/').map_or((block, None), |(base, prefix)| (base, prefix.parse::<u32>().ok()));
    let (Ok(address), Ok(base)) = (text.parse::<IpAddr>(), base.parse::<IpAddr>()) else { return false };
    let v4 = |address: IpAddr| match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(address) => address.to_ipv4_mapped(),
    };
    let v6 = |address: IpAddr| match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    // A block of mapped addresses, as long as it holds nothing else, is one of IPv4.
    let prefix = match base {
        IpAddr::V4(_) => prefix.unwrap_or(32) + 96,
        IpAddr::V6(_) => prefix.unwrap_or(128),
    };
    let block_is_v4 = v4(base).is_some() && prefix >= 96;
    let bits = |address: Ipv6Addr| address.to_bits().checked_shr(128 - prefix).unwrap_or(0);
    block_is_v4 == v4(address).is_some() && bits(v6(address)) == bits(v6(base))
}

/// The ranges of a split at full exposure.
fn ranges(split: &Json, kind: Kind) -> Vec<(&Json, u32, u32)> {
    let Some(weights) = split.get("weights") else {
        let bound = |range: &Json, field: &str| range[field].as_u64().expect("a bucket") as u32;
        let ranges = list(&split["ranges"]).iter();
        return ranges.map(|range| (&range[kind.noun], bound(range, "from"), bound(range, "to"))).collect();
    };
    let weights = list(weights);
    let shares = shares(&weights.iter().map(|entry| u64::from(ppm(&entry["weight"]))).collect::<Vec<_>>());
    let mut from = 0;
    let ranges = weights.iter().zip(shares).map(|(entry, share)| {
        from += share;
        (&entry[kind.noun], from - share, from)
    });
    ranges.collect()
}

/// Weights as parts per million: each its floor, and what is missing to the largest remainders,
/// one by one, the earlier first.
pub(crate) fn shares(weights: &[u64]) -> Vec<u32> {
    let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    let exact: Vec<u128> = weights.iter().map(|&weight| u128::from(weight) * 1_000_000).collect();
    let mut shares: Vec<u32> = exact.iter().map(|exact| (exact / total) as u32).collect();
    let mut remainders: Vec<Option<u128>> = exact.iter().map(|exact| Some(exact % total)).collect();
    while shares.iter().sum::<u32>() < 1_000_000 {
        let largest = *remainders.iter().max().expect("a weight");
        let first = remainders.iter().position(|remainder| *remainder == largest).expect("the largest is there");
        shares[first] += 1;
        remainders[first] = None;
    }
    shares
}

/// The exposure of a ramp.
pub(crate) fn exposure(ramp: &Json, now: i64) -> u32 {
    let (from, to, start, end) = (ppm(&ramp["from"]), ppm(&ramp["to"]), instant(&ramp["start"]), instant(&ramp["end"]));
    if now < start {
        return from;
    }
    if now >= end {
        return to;
    }
    match ramp["curve"].as_str() {
        Some("steps") => {
            let reached = list(&ramp["steps"]).iter().rev().find(|step| instant(&step["at"]) <= now);
            reached.map_or(from, |step| ppm(&step["exposure"]))
        }
        Some("linear") => {
            let (change, passed) = (i128::from(to) - i128::from(from), i128::from(now - start));
            (i128::from(from) + (change * passed).div_euclid(i128::from(end - start))) as u32
        }
        _ => {
            let (low, high) = (f64::from(from), f64::from(to));
            (low * libm::pow(high / low, (now - start) as f64 / (end - start) as f64)).floor() as u32
        }
    }
}
