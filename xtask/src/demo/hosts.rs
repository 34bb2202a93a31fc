//! The shop on each host, from JSON and compiled, and whether the answers are the same.

use super::{Built, grouped, heading};
use crate::process::{Process, process, program};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

/// A browser that the shop's server can start; all of these understand Chromium's flags.
pub(super) struct Browser(PathBuf);

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

impl Browser {
    /// The first one on PATH.
    pub(super) fn find() -> Option<Self> {
        let path = env::var_os("PATH")?;
        let places: Vec<PathBuf> = env::split_paths(&path).collect();
        let mut programs = BROWSERS.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
        programs.find(|program| program.is_file()).map(Self)
    }
}

/// What a host has to say.
pub(super) struct Report {
    host: String,
    json: Value,
}

/// Runs the shop on every host, one after the other so that none is slowed by another. Returns the native report.
pub(super) fn run(built: &Built) -> Result<Report> {
    let node = || process("node examples/shop/node.mjs");
    let page = || process("node examples/shop/serve.mjs").arg(&built.browser.0);
    heading("The same answers on every host");
    print_head("snapshot, as JSON");
    let native = Report::of("native program", program(&built.shop))?;
    native.compare(&Report::of("vexil", node())?)?;
    native.compare(&Report::of("vexil", page())?)?;
    print_head("ruleset, compiled");
    native.compare(&Report::of("native program", program(&built.shop).arg(&built.ruleset))?)?;
    let slim = Report::of("vexil/slim", node().arg(&built.ruleset))?;
    native.compare_runnable(&slim)?;
    slim.compare(&Report::of("vexil/slim", page().arg(&built.ruleset))?)?;
    let (visitors, patterns) = (grouped(native.number("/visitors")?), native.texts("/patterns")?.join(", "));
    println!("\n  Equal digests: each of the {visitors} visitors gets the same variant of every flag, for the same");
    println!("  reason, and goes to the same track of every service, wherever that is decided.");
    if !patterns.is_empty() {
        println!("  vexil/slim has no regular expressions, which {patterns} needs. Its digest is that of");
        println!("  the other flags and services, each of which has the digest that it has on all hosts.");
    }
    Ok(native)
}

fn print_head(document: &str) {
    println!("  {document:<26}{:>13}{:>10}{:>14}   digest of all answers", "evaluations", "seconds", "per second");
}

impl Report {
    /// Runs a host and prints its line. `name` is what it is, behind the name that it has for itself.
    fn of(name: &str, host: Process) -> Result<Self> {
        let text = host.read()?;
        let json: Value = serde_json::from_str(&text).with_context(|| format!("{name}: the report is not JSON"))?;
        let host = match json.get("host").and_then(Value::as_str) {
            Some(host) => format!("{host}, {name}"),
            None => name.to_owned(),
        };
        let report = Self { host, json };
        report.print()?;
        Ok(report)
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "three digits are shown")]
    fn print(&self) -> Result<()> {
        let (evaluations, digest) = (self.number("/evaluations")?, self.text("/digest")?);
        let seconds = self.at("/seconds")?.as_f64().context("`seconds` is no number")?;
        let per_second = (evaluations as f64 / seconds / 1e4).round() as u64 * 10_000;
        println!(
            "    {:<24}{:>13}{seconds:>10.2}{:>14}   {digest}",
            self.host,
            grouped(evaluations),
            grouped(per_second)
        );
        Ok(())
    }

    /// Fails, naming the flags, if another host has other answers.
    fn compare(&self, other: &Self) -> Result<()> {
        if self.text("/digest")? == other.text("/digest")? {
            return Ok(());
        }
        let (one, another) = (&self.host, &other.host);
        bail!("the answers of `{one}` and `{another}` differ in: {}", self.differing(other)?.join(", "))
    }

    /// Fails, naming the flags, unless a host without patterns lacks the answers that need some, and has all others.
    fn compare_runnable(&self, other: &Self) -> Result<()> {
        let (differing, patterns) = (self.differing(other)?, self.texts("/patterns")?);
        let lacks = |key: &&str| other.digests().is_ok_and(|digests| !digests.contains_key(*key));
        let (one, another) = (&self.host, &other.host);
        ensure!(
            differing == patterns && differing.iter().all(lacks),
            "the answers of `{one}` and `{another}` differ in: {}; only these need patterns: {}",
            differing.join(", "),
            patterns.join(", ")
        );
        Ok(())
    }

    /// The flags and services whose answers differ, in the order of their keys.
    fn differing<'r>(&'r self, other: &'r Self) -> Result<Vec<&'r str>> {
        let (own, others) = (self.digests()?, other.digests()?);
        let keys: BTreeSet<&str> = own.keys().chain(others.keys()).map(String::as_str).collect();
        Ok(keys.into_iter().filter(|key| own.get(*key) != others.get(*key)).collect())
    }

    fn digests(&self) -> Result<&serde_json::Map<String, Value>> {
        self.at("/digests")?.as_object().context("`digests` is no object")
    }

    pub(super) fn array(&self, pointer: &str) -> Result<&[Value]> {
        self.at(pointer)?.as_array().map(Vec::as_slice).with_context(|| format!("`{pointer}` is no array"))
    }

    fn texts(&self, pointer: &str) -> Result<Vec<&str>> {
        Ok(self.array(pointer)?.iter().filter_map(Value::as_str).collect())
    }

    fn number(&self, pointer: &str) -> Result<u64> {
        self.at(pointer)?.as_u64().with_context(|| format!("`{pointer}` is no number"))
    }

    fn text(&self, pointer: &str) -> Result<&str> {
        self.at(pointer)?.as_str().with_context(|| format!("`{pointer}` is no text"))
    }

    fn at(&self, pointer: &str) -> Result<&Value> {
        self.json.pointer(pointer).with_context(|| format!("the report of `{}` has no `{pointer}`", self.host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(digest: &str, theme: &str) -> Report {
        let digests = json!({ "theme": theme, "voice": "1" });
        Report { host: digest.to_owned(), json: json!({ "digest": digest, "digests": digests }) }
    }

    #[test]
    fn hosts_that_disagree_are_told_where() {
        assert!(report("a", "1").compare(&report("a", "1")).is_ok());
        let error = report("a", "1").compare(&report("b", "2")).map_err(|error| error.to_string());
        assert_eq!(error, Err("the answers of `a` and `b` differ in: theme".to_owned()));
    }

    #[test]
    fn a_host_without_patterns_lacks_what_needs_them_and_nothing_else() {
        let report =
            |digests: Value| Report { host: "a".to_owned(), json: json!({ "digests": digests, "patterns": ["b"] }) };
        let full = report(json!({ "a": "1", "b": "2", "c": "3" }));
        assert!(full.compare_runnable(&report(json!({ "a": "1", "c": "3" }))).is_ok());
        for wrong in [json!({ "a": "1", "c": "4" }), json!({ "a": "1", "b": "0", "c": "3" }), json!({ "a": "1" })] {
            assert!(full.compare_runnable(&report(wrong)).is_err());
        }
        assert!(full.compare_runnable(&full).is_err(), "what needs patterns was answered without them");
    }
}
