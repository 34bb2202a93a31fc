//! Instructions of the core, counted by callgrind and held against those recorded in `benches/instructions.json`.
//!
//! Callgrind is run directly. Crates that wrap it want a second program of their own exact version, and keep what they
//! compare with among what cargo built; here it is a file of the repository, and setting up is installing valgrind.

use crate::process::{Process, process, program};
use crate::project;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What is compared with.
const BASELINE: &str = "benches/instructions.json";

/// The function of `benches/instructions.rs` during which instructions count.
const COUNTED: &str = "instructions::counted";

/// The C library copies memory in another way on every processor, some of them in one instruction that counts as
/// many. Without these all use the same one. Another C library knows nothing of it.
const SAME_EVERYWHERE: &str = "glibc.cpu.hwcaps=-AVX,-AVX2,-ERMS,-FSRM,-SSSE3,-SSE4_1,-SSE4_2";

/// More than this is a regression, in percent. Less can come from another version of the C library.
const TOLERATED: f64 = 3.0;

/// Instructions by case.
type Counts = BTreeMap<String, u64>;

/// What was recorded, and what its numbers depend on.
struct Baseline {
    compiler: String,
    counts: Counts,
}

pub(super) fn run(is_recording: bool) -> Result<()> {
    let valgrind = process("valgrind --version").read();
    valgrind.context("instructions are counted by valgrind: install it, on Debian with `apt-get install valgrind`")?;
    let bench = build()?;
    let compiler = compiler()?;
    let baseline = Baseline::read()?;
    let comparable = baseline.as_ref().filter(|baseline| baseline.compiler == compiler);
    println!("{:<24}{:>14}{:>14}{:>10}", "instructions", "now", "recorded", "change");
    let mut counts = Counts::new();
    let mut regressions = Vec::new();
    for (name, times) in cases(&bench)? {
        let count = count(&bench, &name)? / times;
        let recorded = comparable.and_then(|baseline| baseline.counts.get(&name).copied());
        let change = recorded.map(|recorded| change(recorded, count));
        let percent = change.map_or_else(|| "-".to_owned(), |change| format!("{change:+.1} %"));
        let before = recorded.map_or_else(|| "-".to_owned(), |recorded| recorded.to_string());
        println!("{name:<24}{count:>14}{before:>14}{percent:>10}");
        if change.is_some_and(|change| change > TOLERATED) {
            regressions.push(name.clone());
        }
        counts.insert(name, count);
    }
    if is_recording {
        println!("\nrecorded in {BASELINE}");
        return Baseline { compiler, counts }.write();
    }
    let Some(baseline) = comparable else {
        let recorded = baseline.map_or("nothing".to_owned(), |baseline| format!("what {} made", baseline.compiler));
        println!("\nnot compared: {BASELINE} has {recorded}, and this is {compiler}; `--record` records it");
        return Ok(());
    };
    let gone: Vec<_> = baseline.counts.keys().filter(|name| !counts.contains_key(*name)).collect();
    ensure!(gone.is_empty(), "recorded, but not there any more: {gone:?}; `--record` forgets them");
    ensure!(
        regressions.is_empty(),
        "more than {TOLERATED} % above what is recorded: {}; if that is meant, `--record` it",
        regressions.join(", ")
    );
    Ok(())
}

/// How much more, in percent.
#[expect(clippy::cast_precision_loss, reason = "a percentage of fewer than 2^52 instructions")]
fn change(recorded: u64, count: u64) -> f64 {
    (count as f64 / recorded as f64 - 1.0) * 100.0
}

/// Builds the benchmark, and says where it is.
fn build() -> Result<PathBuf> {
    let build = "cargo bench --package vexil --bench instructions --no-run";
    // Once to be seen, and once more to be understood.
    process(build).run()?;
    let messages = process(build).arg("--message-format=json").read()?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut executables = messages.filter_map(|message| {
        let text = |place: &str| message.pointer(place).and_then(Value::as_str);
        text("/executable").filter(|_| text("/target/name") == Some("instructions")).map(PathBuf::from)
    });
    executables.next().context("cargo did not say where the benchmark is")
}

/// The compiler and the machine that it compiles for: other ones make other instructions.
fn compiler() -> Result<String> {
    let told = process("rustc --version --verbose").read()?;
    let value = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    match (told.lines().next(), value("host:")) {
        (Some(version), Some(host)) => Ok(format!("{version}, {host}")),
        _ => bail!("rustc does not say what it is: {told}"),
    }
}

/// The names of the cases, and how often the work of each is done.
fn cases(bench: &Path) -> Result<Vec<(String, u64)>> {
    let listed = program(bench).arg("--list").read()?;
    let case = |line: &str| -> Result<(String, u64)> {
        let (times, name) = line.split_once('\t').with_context(|| format!("`{line}` is no case"))?;
        Ok((name.to_owned(), times.parse()?))
    };
    listed.lines().map(case).collect()
}

/// The instructions of one case.
fn count(bench: &Path, case: &str) -> Result<u64> {
    let folder = project::target_dir().join("instructions");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    // It stays there: `callgrind_annotate` shows which functions they are of.
    let profile = folder.join(case.replace(' ', "-"));
    callgrind(bench, case, &profile).read()?;
    let text = fs::read_to_string(&profile).with_context(|| format!("reading {}", profile.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals:"));
    let total = total.and_then(|total| total.trim().parse().ok()).filter(|total| *total > 0);
    total.with_context(|| format!("callgrind did not see `{COUNTED}` in the case `{case}`"))
}

fn callgrind(bench: &Path, case: &str, profile: &Path) -> Process {
    program("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(bench)
        .arg(case)
        .env("GLIBC_TUNABLES", SAME_EVERYWHERE)
}

impl Baseline {
    /// What is recorded, if anything is.
    fn read() -> Result<Option<Self>> {
        if !project::root().join(BASELINE).exists() {
            return Ok(None);
        }
        let mut recorded = project::read_json(BASELINE)?;
        let mut take = |name| recorded.get_mut(name).map(Value::take).unwrap_or_default();
        let compiler = serde_json::from_value(take("compiler"))
            .with_context(|| format!("{BASELINE}: `compiler` is not a text"))?;
        let counts = serde_json::from_value(take("instructions"))
            .with_context(|| format!("{BASELINE}: `instructions` are not numbers by name"))?;
        Ok(Some(Self { compiler, counts }))
    }

    fn write(&self) -> Result<()> {
        let recorded = json!({ "compiler": self.compiler, "instructions": self.counts });
        let text = serde_json::to_string_pretty(&recorded)? + "\n";
        fs::write(project::root().join(BASELINE), text).with_context(|| format!("writing {BASELINE}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_percent_more_is_tolerated_and_not_a_tenth_further() {
        assert!(change(1_000, 1_030) <= TOLERATED + f64::EPSILON * 100.0);
        assert!(change(1_000, 1_031) > TOLERATED);
        assert!(change(1_000, 500) < 0.0);
    }
}
