//! The shop on each host, and whether the answers are the same.

use super::{Built, grouped, heading};
use crate::process::{Process, process, program};
use anyhow::{Context, Result, bail};
use serde_json::Value;
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
    heading("The same answers on every host");
    println!("  {:<24}{:>13}{:>10}{:>14}   digest of all answers", "", "evaluations", "seconds", "per second");
    let native = Report::of("native program, Rust", program(&built.shop).arg(&built.visitors))?;
    let others = [
        Report::of("wasm", process("node examples/shop/node.mjs"))?,
        Report::of("wasm", process("node examples/shop/serve.mjs").arg(&built.browser.0))?,
    ];
    for other in &others {
        native.compare(other)?;
    }
    let visitors = grouped(native.number("/visitors")?);
    println!("\n  Equal digests: each of the {visitors} visitors gets the same variant of every flag, for the same");
    println!("  reason, and goes to the same track of every service, wherever that is decided.");
    Ok(native)
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
            "  {:<24}{:>13}{seconds:>10.2}{:>14}   {digest}",
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
        let (own, others) = (self.digests()?, other.digests()?);
        let keys = own.keys().chain(others.keys().filter(|key| !own.contains_key(*key)));
        let differing: Vec<&str> = keys.filter(|key| own.get(*key) != others.get(*key)).map(String::as_str).collect();
        let (one, another) = (&self.host, &other.host);
        bail!("the answers of `{one}` and `{another}` differ in: {}", differing.join(", "))
    }

    fn digests(&self) -> Result<&serde_json::Map<String, Value>> {
        self.at("/digests")?.as_object().context("`digests` is no object")
    }

    pub(super) fn array(&self, pointer: &str) -> Result<&[Value]> {
        self.at(pointer)?.as_array().map(Vec::as_slice).with_context(|| format!("`{pointer}` is no array"))
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
}
